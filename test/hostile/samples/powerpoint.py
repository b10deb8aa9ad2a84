"""The base presentation: master, layout, theme, two slides, notes, a picture, a chart, links, a comment."""
from . import pictures, word
from .package import Package, XML

N = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
	'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
	'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
	'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main" '
	'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"')
SHOW = 'application/vnd.openxmlformats-officedocument.presentationml.'
MAINS = {
	'pptx': SHOW + 'presentation.main+xml', 'potx': SHOW + 'template.main+xml', 'ppsx': SHOW + 'slideshow.main+xml',
	'pptm': 'application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml',
	'potm': 'application/vnd.ms-powerpoint.template.macroEnabled.main+xml',
	'ppsm': 'application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml',
	'ppam': 'application/vnd.ms-powerpoint.addin.macroEnabled.main+xml',
}

PRESENTATION = XML + '<p:presentation %s saveSubsetFonts="1">' % N + '''<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rIdMaster"/></p:sldMasterIdLst>
<p:notesMasterIdLst><p:notesMasterId r:id="rIdNotesMaster"/></p:notesMasterIdLst><p:sldIdLst><p:sldId id="256" r:id="rIdSlide1"/><p:sldId id="257" r:id="rIdSlide2"/></p:sldIdLst>
<p:sldSz cx="12192000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/><!--PRES--></p:presentation>'''

TREE = ('<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/>'
	'<a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>')
PLACE = '<p:spPr><a:xfrm><a:off x="500000" y="%d"/><a:ext cx="6000000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'


def shape(number, words, y=500000, shape_click='', run_click='', placeholder=''):
	"""A shape with text; clicks are hlinkClick elements."""
	run = '<a:r><a:rPr lang="ja-JP">%s</a:rPr><a:t>%s</a:t></a:r>' % (run_click, words)
	return ('<p:sp><p:nvSpPr><p:cNvPr id="%d" name="図形 %d">%s</p:cNvPr><p:cNvSpPr/><p:nvPr>%s</p:nvPr></p:nvSpPr>%s<p:txBody><a:bodyPr/><a:lstStyle/><a:p>%s</a:p>'
		'</p:txBody></p:sp>' % (number, number, shape_click, placeholder, PLACE % y, run))


def picture(number, relation, how='embed', click=''):
	return ('<p:pic><p:nvPicPr><p:cNvPr id="%d" name="図 %d">%s</p:cNvPr><p:cNvPicPr/><p:nvPr><!--NVPR--></p:nvPr></p:nvPicPr><p:blipFill><a:blip r:%s="%s"/><a:stretch>'
		'<a:fillRect/></a:stretch></p:blipFill>%s</p:pic>' % (number, number, click, how, relation, PLACE % 3000000))


DRAWN_CHART = ('<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="9" name="グラフ 9"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="7000000" y="3000000"/>'
	'<a:ext cx="4000000" cy="3000000"/></p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
	'<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdChart"/></a:graphicData></a:graphic></p:graphicFrame>')

COLOURS = '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'

FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
THEME = (XML + '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Office"><a:themeElements><a:clrScheme name="Office">'
	+ ''.join('<a:%s><a:srgbClr val="%s"/></a:%s>' % (name, value, name) for name, value in (('dk1', '000000'), ('lt1', 'FFFFFF'), ('dk2', '44546A'), ('lt2', 'E7E6E6'),
		('accent1', '4472C4'), ('accent2', 'ED7D31'), ('accent3', 'A5A5A5'), ('accent4', 'FFC000'), ('accent5', '5B9BD5'), ('accent6', '70AD47'), ('hlink', '0563C1'), ('folHlink', '954F72')))
	+ '</a:clrScheme><a:fontScheme name="Office"><a:majorFont><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:majorFont><a:minorFont><a:latin typeface="Arial"/>'
	'<a:ea typeface=""/><a:cs typeface=""/></a:minorFont></a:fontScheme><a:fmtScheme name="Office"><a:fillStyleLst>' + FILL * 3 + '</a:fillStyleLst><a:lnStyleLst>'
	+ ('<a:ln w="6350">%s</a:ln>' % FILL) * 3 + '</a:lnStyleLst><a:effectStyleLst>' + '<a:effectStyle><a:effectLst/></a:effectStyle>' * 3
	+ '</a:effectStyleLst><a:bgFillStyleLst>' + FILL * 3 + '</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>')


def slide(shapes, kind='sld', after='<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr>', attributes=''):
	return XML + '<p:%s %s%s><p:cSld><p:spTree>%s%s<!--TREE--></p:spTree><!--CSLD--></p:cSld>%s<!--SLIDE--></p:%s>' % (kind, N, attributes, TREE, shapes, after, kind)


def package(keep, extension='pptx'):
	"""The base presentation with keep in the title of its first slide."""
	p = Package(extension, 'ppt/presentation.xml')
	p.defaults['png'] = 'image/png'
	main = 'ppt/presentation.xml'
	p.relate('', 'officeDocument', main)
	p.relate('', 'http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties', 'docProps/core.xml')
	p.add(main, PRESENTATION, MAINS[extension])
	p.relate(main, 'slideMaster', 'slideMasters/slideMaster1.xml', number='rIdMaster')
	p.relate(main, 'notesMaster', 'notesMasters/notesMaster1.xml', number='rIdNotesMaster')
	p.relate(main, 'slide', 'slides/slide1.xml', number='rIdSlide1')
	p.relate(main, 'slide', 'slides/slide2.xml', number='rIdSlide2')
	p.relate(main, 'theme', 'theme/theme1.xml')
	p.relate(main, 'presProps', 'presProps.xml')
	p.add('ppt/presProps.xml', XML + '<p:presentationPr %s><!--PROPS--></p:presentationPr>' % N, SHOW + 'presProps+xml')
	p.add('ppt/slideMasters/slideMaster1.xml', slide(shape(2, '表題', placeholder='<p:ph type="title"/>'), 'sldMaster', COLOURS +
		'<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rIdLayout"/></p:sldLayoutIdLst>'), SHOW + 'slideMaster+xml')
	p.relate('ppt/slideMasters/slideMaster1.xml', 'slideLayout', '../slideLayouts/slideLayout1.xml', number='rIdLayout')
	p.relate('ppt/slideMasters/slideMaster1.xml', 'theme', '../theme/theme1.xml')
	p.add('ppt/slideLayouts/slideLayout1.xml', slide(shape(2, '表題', placeholder='<p:ph type="title"/>'), 'sldLayout', attributes=' type="title"'),
		SHOW + 'slideLayout+xml')
	p.relate('ppt/slideLayouts/slideLayout1.xml', 'slideMaster', '../slideMasters/slideMaster1.xml')
	p.add('ppt/notesMasters/notesMaster1.xml', slide(shape(2, 'ノート'), 'notesMaster', COLOURS), SHOW + 'notesMaster+xml')
	p.relate('ppt/notesMasters/notesMaster1.xml', 'theme', '../theme/theme2.xml')
	link = '<a:hlinkClick r:id="rIdLink"/>'
	p.add('ppt/slides/slide1.xml', slide(shape(2, '計画 ' + keep, placeholder='<p:ph type="title"/>') + shape(3, 'リンク', 1500000, run_click=link) + picture(4, 'rIdImage') +
		DRAWN_CHART), SHOW + 'slide+xml')
	p.relate('ppt/slides/slide1.xml', 'slideLayout', '../slideLayouts/slideLayout1.xml')
	p.relate('ppt/slides/slide1.xml', 'image', '../media/image1.png', number='rIdImage')
	p.relate('ppt/slides/slide1.xml', 'chart', '../charts/chart1.xml', number='rIdChart')
	p.relate('ppt/slides/slide1.xml', 'hyperlink', 'https://www.example.jp/', True, 'rIdLink')
	p.relate('ppt/slides/slide1.xml', 'notesSlide', '../notesSlides/notesSlide1.xml')
	p.add('ppt/slides/slide2.xml', slide(shape(2, '二枚目')), SHOW + 'slide+xml')
	p.relate('ppt/slides/slide2.xml', 'slideLayout', '../slideLayouts/slideLayout1.xml')
	p.add('ppt/notesSlides/notesSlide1.xml', slide(shape(2, '話すこと'), 'notes'), SHOW + 'notesSlide+xml')
	p.relate('ppt/notesSlides/notesSlide1.xml', 'notesMaster', '../notesMasters/notesMaster1.xml')
	p.relate('ppt/notesSlides/notesSlide1.xml', 'slide', '../slides/slide1.xml')
	for number in (1, 2):
		p.add('ppt/theme/theme%d.xml' % number, THEME, 'application/vnd.openxmlformats-officedocument.theme+xml')
	p.add('ppt/charts/chart1.xml', word.CHART, word.CHART_TYPE)
	p.add('ppt/media/image1.png', pictures.png())
	p.add('docProps/core.xml', word.CORE, 'application/vnd.openxmlformats-package.core-properties+xml')
	return p


PARTS = ('', 'ppt/presentation.xml', 'ppt/slideMasters/slideMaster1.xml', 'ppt/slideLayouts/slideLayout1.xml', 'ppt/slides/slide1.xml',
	'ppt/notesSlides/notesSlide1.xml', 'ppt/notesMasters/notesMaster1.xml', 'ppt/charts/chart1.xml', 'ppt/presProps.xml', 'ppt/theme/theme1.xml')
