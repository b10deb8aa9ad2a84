"""The base Word document: headers, footnotes, comments, styles, a picture, a table, fields, links, a chart, a text box."""
from . import pictures
from .package import MICROSOFT, Package, XML

W = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
	'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
	'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
	'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
	'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
	'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
	'xmlns:w10="urn:schemas-microsoft-com:office:word" '
	'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
	'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
	'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
	'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
	'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
	'xmlns:wne="http://schemas.microsoft.com/office/word/2006/wordml" mc:Ignorable="w14 w15 wne"')
WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.'
MAINS = {
	'docx': WORD + 'document.main+xml', 'dotx': WORD + 'template.main+xml',
	'docm': 'application/vnd.ms-word.document.macroEnabled.main+xml',
	'dotm': 'application/vnd.ms-word.template.macroEnabledTemplate.main+xml',
}

CORE = (XML + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
	'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
	'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>会議資料</dc:title><dc:creator>山田</dc:creator>'
	'<dcterms:created xsi:type="dcterms:W3CDTF">2024-04-01T09:00:00Z</dcterms:created></cp:coreProperties>')
APP = (XML + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
	'<Application>Microsoft Office Word</Application></Properties>')

STYLES = XML + '<w:styles %s>' % W + '''<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Century" w:eastAsia="MS Mincho"/>
<w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/>
<w:pPr><w:keepNext/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="32"/></w:rPr></w:style>
<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>
<w:style w:type="character" w:styleId="Hyperlink"><w:name w:val="Hyperlink"/><w:rPr><w:color w:val="0000FF"/><w:u w:val="single"/></w:rPr></w:style></w:styles>'''

NUMBERING = XML + '<w:numbering %s>' % W + '''<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="hybridMultilevel"/>
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'''

SETTINGS = XML + '<w:settings %s>' % W + '''<!--SETTINGS--><w:zoom w:percent="100"/><!--VIEW--><w:defaultTabStop w:val="840"/>
<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat><w:compatSetting w:name="compatibilityMode"
 w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><!--LATE--></w:settings>'''

PICTURE = '''<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="914400" cy="685800"/>
<wp:docPr id="%(id)d" name="図 %(id)d">%(click)s</wp:docPr><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">
<pic:pic><pic:nvPicPr><pic:cNvPr id="%(id)d" name="image.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:%(how)s="%(rel)s"/>
<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="685800"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>'''


def picture(relation, number=1, how='embed', click=''):
	return PICTURE % {'id': number, 'rel': relation, 'how': how, 'click': click}


def text(words, properties=''):
	return '<w:r>%s<w:t xml:space="preserve">%s</w:t></w:r>' % (properties, words)


def paragraph(inner):
	return '<w:p>%s</w:p>' % inner


def field(instruction, result, kind='w:instrText'):
	"""A complex field in as few runs as Word writes."""
	return ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><%s xml:space="preserve"> %s </%s></w:r>'
		'<w:r><w:fldChar w:fldCharType="separate"/></w:r>%s<w:r><w:fldChar w:fldCharType="end"/></w:r>'
		% (kind, instruction, kind, text(result)))


BOX = '''<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">
<wp:extent cx="1828800" cy="457200"/><wp:docPr id="20" name="テキスト ボックス 20"/><a:graphic><a:graphicData
 uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>
<a:ext cx="1828800" cy="457200"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr><wps:txbx><w:txbxContent><w:p>%(box)s</w:p>
<!--BOX--></w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict>
<v:rect id="box" style="width:144pt;height:36pt"><v:textbox><w:txbxContent><w:p>%(box)s</w:p><!--VMLBOX--></w:txbxContent></v:textbox></v:rect></w:pict>
</mc:Fallback></mc:AlternateContent></w:r>'''

DRAWN_CHART = '''<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="2743200" cy="1828800"/>
<wp:docPr id="30" name="グラフ 30"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">
<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="%s"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'''

CHART = XML + '''<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:chart>
<c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser>
<c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>件数</c:v></c:pt></c:strCache>
</c:strRef></c:tx><c:invertIfNegative val="0"/><c:cat><c:strRef><c:f>Sheet1!$A$2:$A$3</c:f><c:strCache><c:ptCount val="2"/><c:pt idx="0"><c:v>東</c:v></c:pt>
<c:pt idx="1"><c:v>西</c:v></c:pt></c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$B$2:$B$3</c:f><c:numCache><c:formatCode>General</c:formatCode>
<c:ptCount val="2"/><c:pt idx="0"><c:v>3</c:v></c:pt><c:pt idx="1"><c:v>5</c:v></c:pt></c:numCache></c:numRef></c:val><!--SERIES--></c:ser><c:axId val="1"/>
<c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/>
<c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>
<c:crossAx val="1"/></c:valAx></c:plotArea><c:plotVisOnly val="1"/></c:chart><!--SPACE--></c:chartSpace>'''
CHART_TYPE = 'application/vnd.openxmlformats-officedocument.drawingml.chart+xml'


def document(keep):
	body = [
		'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:bookmarkStart w:id="0" w:name="top"/>%s<w:bookmarkEnd w:id="0"/></w:p>'
		% text('会議資料 ' + keep),
		paragraph(text('一つ目の段落です。 ', '<w:rPr><w:b/></w:rPr>') + text('続きの文字。') +
			'<w:r><w:footnoteReference w:id="1"/></w:r><w:r><w:endnoteReference w:id="1"/></w:r>'),
		'<!--BODY-->',
		paragraph('<w:commentRangeStart w:id="0"/>' + text('コメント付き') +
			'<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>'),
		'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>%s</w:p>' % text('箇条書き'),
		paragraph(text('頁 ') + field('PAGE', '1') + '<w:fldSimple w:instr=" NUMPAGES ">%s</w:fldSimple>' % text('1')),
		paragraph('<w:hyperlink r:id="rIdLink">%s</w:hyperlink> <w:hyperlink w:anchor="top">%s</w:hyperlink>'
			% (text('リンク', '<w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>'), text('先頭へ'))),
		'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/><w:gridCol w:w="2000"/></w:tblGrid>'
		'<w:tr><w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr><w:p>%s</w:p><!--CELL--></w:tc><w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>'
		'<w:p>%s</w:p></w:tc></w:tr></w:tbl>' % (text('氏名'), text('山田 太郎')),
		paragraph('<w:r>%s</w:r>' % picture('rIdImage')),
		paragraph(BOX % {'box': text('箱の中')}),
		paragraph(DRAWN_CHART % 'rIdChart'),
		'<w:sdt><w:sdtPr><w:alias w:val="題"/><w:id w:val="77"/><!--SDTPR--><w:text/></w:sdtPr><w:sdtContent>%s<!--SDT--></w:sdtContent></w:sdt>'
		% paragraph(text('コンテンツ コントロール')),
		paragraph('<w:ins w:id="5" w:author="佐藤" w:date="2024-04-01T00:00:00Z">%s</w:ins><w:del w:id="6" w:author="佐藤" w:date="2024-04-01T00:00:00Z">'
			'<w:r><w:delText>消した文字</w:delText></w:r></w:del>' % text('足した文字')),
		'<w:sectPr><w:headerReference w:type="default" r:id="rIdHeader"/><w:footerReference w:type="default" r:id="rIdFooter"/>'
		'<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1985" w:right="1701" w:bottom="1701" w:left="1701" w:header="851" w:footer="992" w:gutter="0"/>'
		'</w:sectPr>']
	return XML + '<w:document %s><!--TOP--><w:body>%s</w:body></w:document>' % (W, ''.join(body))


def note(kind):
	one = kind[:-1]
	reference = '<w:r><w:%sRef/></w:r>' % one
	return (XML + '<w:%s %s><w:%s w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:%s>'
		'<w:%s w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:%s>'
		'<w:%s w:id="1"><w:p>%s%s</w:p><!--BODY--></w:%s></w:%s>' % (kind, W, one, one, one, one, one, reference, text('注の文字'), one, kind))


def package(keep, extension='docx'):
	"""The base document with keep in its heading."""
	p = Package(extension, 'word/document.xml')
	p.defaults['png'] = 'image/png'
	p.relate('', 'officeDocument', 'word/document.xml')
	p.relate('', 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties', 'docProps/core.xml')
	p.relate('', 'extended-properties', 'docProps/app.xml')
	p.add('word/document.xml', document(keep), MAINS[extension])
	p.add('word/styles.xml', STYLES, WORD + 'styles+xml')
	p.add('word/numbering.xml', NUMBERING, WORD + 'numbering+xml')
	p.add('word/settings.xml', SETTINGS, WORD + 'settings+xml')
	p.add('word/webSettings.xml', XML + '<w:webSettings %s><!--WEB--><w:optimizeForBrowser/></w:webSettings>' % W, WORD + 'webSettings+xml')
	p.add('word/fontTable.xml', XML + '<w:fonts %s><w:font w:name="Century"><w:family w:val="roman"/><!--FONT--></w:font></w:fonts>' % W,
		WORD + 'fontTable+xml')
	p.add('word/header1.xml', XML + '<w:hdr %s><w:p>%s</w:p><!--BODY--></w:hdr>' % (W, text('ヘッダー')), WORD + 'header+xml')
	p.add('word/footer1.xml', XML + '<w:ftr %s><w:p>%s</w:p><!--BODY--></w:ftr>' % (W, text('フッター')), WORD + 'footer+xml')
	p.add('word/footnotes.xml', note('footnotes'), WORD + 'footnotes+xml')
	p.add('word/endnotes.xml', note('endnotes'), WORD + 'endnotes+xml')
	p.add('word/comments.xml', XML + '<w:comments %s><w:comment w:id="0" w:author="佐藤" w:date="2024-04-01T00:00:00Z" w:initials="S">'
		'<w:p>%s</w:p><!--BODY--></w:comment></w:comments>' % (W, text('コメントの文字')), WORD + 'comments+xml')
	p.add('word/charts/chart1.xml', CHART, CHART_TYPE)
	p.add('word/media/image1.png', pictures.png())
	p.add('docProps/core.xml', CORE, 'application/vnd.openxmlformats-package.core-properties+xml')
	p.add('docProps/app.xml', APP, 'application/vnd.openxmlformats-officedocument.extended-properties+xml')
	main = 'word/document.xml'
	for relation in ('styles', 'numbering', 'settings', 'webSettings', 'fontTable', 'footnotes', 'endnotes', 'comments'):
		p.relate(main, relation, relation + '.xml')
	p.relate(main, 'header', 'header1.xml', number='rIdHeader')
	p.relate(main, 'footer', 'footer1.xml', number='rIdFooter')
	p.relate(main, 'image', 'media/image1.png', number='rIdImage')
	p.relate(main, 'chart', 'charts/chart1.xml', number='rIdChart')
	p.relate(main, 'hyperlink', 'https://www.example.jp/', True, 'rIdLink')
	return p


PARTS = ('', 'word/document.xml', 'word/header1.xml', 'word/footer1.xml', 'word/footnotes.xml', 'word/endnotes.xml',
	'word/comments.xml', 'word/settings.xml', 'word/webSettings.xml', 'word/styles.xml', 'word/numbering.xml',
	'word/fontTable.xml', 'word/charts/chart1.xml')
STORIES = ('word/header1.xml', 'word/footer1.xml', 'word/footnotes.xml', 'word/endnotes.xml', 'word/comments.xml')
