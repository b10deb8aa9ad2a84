"""The base workbook: three sheets, shared strings, styles, a table, names, a drawing with picture and chart, comments."""
from . import pictures, word
from .package import Package, XML

S = ('xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
	'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
	'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
	'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
	'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
	'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
	'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" mc:Ignorable="x14ac"')
SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.'
MAINS = {
	'xlsx': SHEET + 'sheet.main+xml', 'xltx': SHEET + 'template.main+xml',
	'xlsm': 'application/vnd.ms-excel.sheet.macroEnabled.main+xml',
	'xltm': 'application/vnd.ms-excel.template.macroEnabled.main+xml',
	'xlam': 'application/vnd.ms-excel.addin.macroEnabled.main+xml',
}

WORKBOOK = XML + '<workbook %s>' % S + '''<fileVersion appName="xl" lastEdited="7" lowestEdited="7" rupBuild="10000"/><workbookPr defaultThemeVersion="166925"/>
<bookViews><workbookView xWindow="0" yWindow="0" windowWidth="20000" windowHeight="10000"/></bookViews><sheets><sheet name="売上" sheetId="1" r:id="rIdSheet1"/>
<sheet name="集計" sheetId="2" r:id="rIdSheet2"/><sheet name="メモ" sheetId="3" r:id="rIdSheet3"/><!--SHEETS--></sheets><!--AFTERSHEETS--><definedNames>
<definedName name="範囲">売上!$B$2:$B$4</definedName><!--NAMES--></definedNames><calcPr calcId="191029"/><!--BOOK--></workbook>'''

SHEET1 = XML + '<worksheet %s>' % S + '''<!--SHEETPR--><dimension ref="A1:D5"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>
<sheetFormatPr defaultRowHeight="18.75"/><cols><col min="1" max="1" width="14" customWidth="1"/></cols><sheetData>
<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="F1" t="s"><v>7</v></c><c r="G1" t="s"><v>8</v></c></row>
<row r="2"><c r="A2" t="s"><v>3</v></c><c r="B2" s="1"><v>1200</v></c><c r="C2"><f>B2*2</f><v>2400</v></c></row>
<row r="3"><c r="A3" t="s"><v>4</v></c><c r="B3" s="1"><v>800</v></c><c r="C3"><f>IF(B3&gt;500,B3*2,0)</f><v>1600</v></c></row>
<row r="4"><c r="A4" t="s"><v>5</v></c><c r="B4"><f>SUM(範囲)</f><v>2000</v></c><c r="C4"><v>1</v></c></row><!--ROWS--></sheetData><!--AFTERDATA-->
<conditionalFormatting sqref="B2:B3"><cfRule type="cellIs" dxfId="0" priority="1" operator="greaterThan"><formula>1000</formula></cfRule></conditionalFormatting>
<!--CF--><dataValidations count="1"><dataValidation type="whole" allowBlank="1" sqref="C4"><formula1>0</formula1><formula2>10</formula2></dataValidation>
<!--DV--></dataValidations><hyperlinks><hyperlink ref="A2" r:id="rIdLink"/><hyperlink ref="A3" location="集計!A1" display="集計"/><!--LINKS--></hyperlinks>
<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><!--PAGE--><drawing r:id="rIdDrawing"/>
<legacyDrawing r:id="rIdVml"/><!--LEGACY--><tableParts count="1"><tablePart r:id="rIdTable"/></tableParts><!--EXT--></worksheet>'''

SHEET2 = XML + '<worksheet %s>' % S + '''<sheetData><row r="1"><c r="A1"><f>売上!B4</f><v>2000</v></c><c r="B1" t="inlineStr"><is><t>合計</t></is></c></row>
<!--ROWS--></sheetData></worksheet>'''
SHEET3 = XML + '<worksheet %s>' % S + '<sheetData><row r="1"><c r="A1" t="s"><v>6</v></c></row><!--ROWS--></sheetData></worksheet>'

STYLES = XML + '<styleSheet %s>' % S + '''<numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0&quot;円&quot;"/></numFmts>
<fonts count="1"><font><sz val="11"/><name val="游ゴシック"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2">
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles><dxfs count="1"><dxf><font><b/></font></dxf></dxfs></styleSheet>'''

TABLE = XML + '<table %s id="1" name="表1" displayName="表1" ref="F1:G3" totalsRowShown="0">' % S + '''<autoFilter ref="F1:G3"/><tableColumns count="2">
<tableColumn id="1" name="列1"><!--COLUMN--></tableColumn><tableColumn id="2" name="列2"/></tableColumns>
<tableStyleInfo name="TableStyleMedium2" showFirstColumn="0" showLastColumn="0" showRowStripes="1" showColumnStripes="0"/></table>'''

DRAWING = (XML + '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
	'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
	'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
	'<xdr:twoCellAnchor><xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>5</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>'
	'<xdr:to><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>'
	'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="図 1"><!--CLICK--></xdr:cNvPr><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rIdImage"/>'
	'<a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="685800"/></a:xfrm>'
	'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/></xdr:twoCellAnchor>'
	'<xdr:twoCellAnchor><xdr:from><xdr:col>4</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>10</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>'
	'<xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>20</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>'
	'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="3" name="グラフ 2"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>'
	'<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
	'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdChart"/></a:graphicData></a:graphic></xdr:graphicFrame>'
	'<xdr:clientData/></xdr:twoCellAnchor><!--ANCHORS--></xdr:wsDr>')

COMMENTS = (XML + '<comments %s><authors><author>佐藤</author></authors><commentList><comment ref="B2" authorId="0"><text><r><t>確認済み</t></r></text></comment>'
	'</commentList></comments>' % S)

VML = '''<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">
<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"
 path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
<v:shape id="_x0000_s1025" type="#_x0000_t202" style="position:absolute;margin-left:107pt;margin-top:7pt;width:96pt;height:55pt;z-index:1;visibility:hidden"
 fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>
<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>
<x:Anchor>2, 15, 0, 2, 4, 15, 4, 1</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>1</x:Row><x:Column>1</x:Column><!--CLIENT--></x:ClientData></v:shape><!--SHAPES--></xml>'''


def strings(keep):
	words = ['品名 ' + keep, '金額', '倍', 'りんご', 'みかん', '計', 'メモの文字', '列1', '列2']
	return XML + '<sst %s count="%d" uniqueCount="%d">%s<!--STRINGS--></sst>' % (S, len(words), len(words),
		''.join('<si><t>%s</t></si>' % w for w in words))


def package(keep, extension='xlsx'):
	"""The base workbook with keep in its first cell."""
	p = Package(extension, 'xl/workbook.xml')
	p.defaults['png'] = 'image/png'
	p.defaults['vml'] = 'application/vnd.openxmlformats-officedocument.vmlDrawing'
	p.relate('', 'officeDocument', 'xl/workbook.xml')
	p.relate('', 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties', 'docProps/core.xml')
	p.add('xl/workbook.xml', WORKBOOK, MAINS[extension])
	for number, sheet in enumerate((SHEET1, SHEET2, SHEET3), 1):
		p.add('xl/worksheets/sheet%d.xml' % number, sheet, SHEET + 'worksheet+xml')
		p.relate('xl/workbook.xml', 'worksheet', 'worksheets/sheet%d.xml' % number, number='rIdSheet%d' % number)
	p.add('xl/styles.xml', STYLES, SHEET + 'styles+xml')
	p.add('xl/sharedStrings.xml', strings(keep), SHEET + 'sharedStrings+xml')
	p.relate('xl/workbook.xml', 'styles', 'styles.xml')
	p.relate('xl/workbook.xml', 'sharedStrings', 'sharedStrings.xml')
	p.add('xl/tables/table1.xml', TABLE, SHEET + 'table+xml')
	p.add('xl/drawings/drawing1.xml', DRAWING, 'application/vnd.openxmlformats-officedocument.drawing+xml')
	p.add('xl/drawings/vmlDrawing1.vml', VML)
	p.add('xl/charts/chart1.xml', word.CHART.replace('Sheet1!', '売上!'), word.CHART_TYPE)
	p.add('xl/comments1.xml', COMMENTS, SHEET + 'comments+xml')
	p.add('xl/media/image1.png', pictures.png())
	p.add('docProps/core.xml', word.CORE, 'application/vnd.openxmlformats-package.core-properties+xml')
	sheet = 'xl/worksheets/sheet1.xml'
	p.relate(sheet, 'hyperlink', 'https://www.example.jp/', True, 'rIdLink')
	p.relate(sheet, 'drawing', '../drawings/drawing1.xml', number='rIdDrawing')
	p.relate(sheet, 'vmlDrawing', '../drawings/vmlDrawing1.vml', number='rIdVml')
	p.relate(sheet, 'table', '../tables/table1.xml', number='rIdTable')
	p.relate(sheet, 'comments', '../comments1.xml')
	p.relate('xl/drawings/drawing1.xml', 'image', '../media/image1.png', number='rIdImage')
	p.relate('xl/drawings/drawing1.xml', 'chart', '../charts/chart1.xml', number='rIdChart')
	return p


PARTS = ('', 'xl/workbook.xml', 'xl/worksheets/sheet1.xml', 'xl/drawings/drawing1.xml', 'xl/drawings/vmlDrawing1.vml',
	'xl/charts/chart1.xml', 'xl/tables/table1.xml', 'xl/comments1.xml', 'xl/styles.xml', 'xl/sharedStrings.xml')
