"""What a presentation can carry beside links: actions, media, controls, programs in the animation."""
from . import pictures, powerpoint
from .attack_links import click
from .attack_word import CFB, VBA, ribbon, signature, taskpane, thumbnail
from .package import MICROSOFT, XML
from .sample import Sample, slug

SLIDE, MAIN = 'ppt/slides/slide1.xml', 'ppt/presentation.xml'
N, SHOW = powerpoint.N, powerpoint.SHOW


def macro(extension):
	def build(p, mark):
		p.add('ppt/vbaProject.bin', VBA + mark.encode('ascii'), 'application/vnd.ms-office.vbaProject')
		p.relate(MAIN, MICROSOFT + '2006/relationships/vbaProject', 'vbaProject.bin')
	return extension, build


def action(action_, relation=None, target=None, kind='hlinkClick', external=True, where=SLIDE):
	"""A shape with an action."""
	def build(p, mark):
		number = p.relate(where, relation, target.replace('{m}', mark), external) if relation else ''
		p.at(where, 'TREE', powerpoint.shape(60, '押す', 4000000, click(number, kind, ' action="%s"' % action_.replace('{m}', mark))))
	return 'pptx', build


def media(tag, relation, content_type, external, name='x.mp4', timing=True):
	def build(p, mark):
		if external:
			number = p.relate(SLIDE, relation, 'http://evil.example/%s' % mark, True)
		else:
			p.add('ppt/media/' + name, b'\0\0\0\x18ftypmp42' + mark.encode('ascii'), content_type)
			number = p.relate(SLIDE, relation, '../media/' + name)
		p.replace(SLIDE, '<!--NVPR-->', tag.replace('{r}', number).replace('{m}', mark))
	return 'pptx', build


def slide_xml(xml, anchor='SLIDE', relation=None, target=None, external=True, part=SLIDE, content=None, content_type=None):
	def build(p, mark):
		number = ''
		if relation:
			number = p.relate(part, relation, target.replace('{m}', mark), external)
			if not external:
				p.add('ppt/' + target.replace('../', ''), content(mark) if callable(content) else content.replace('{m}', mark), content_type)
		p.at(part, anchor, xml.replace('{r}', number).replace('{m}', mark))
	return 'pptx', build


TIMING = ('<p:timing><p:tnLst><p:par><p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst><p:seq concurrent="1" nextAc="seek"><p:cTn id="2" dur="indefinite" '
	'nodeType="mainSeq"><p:childTnLst>%s</p:childTnLst></p:cTn></p:seq></p:childTnLst></p:cTn></p:par></p:tnLst></p:timing>')
OLE = ('<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="61" name="o"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="0" y="0"/><a:ext cx="914400" cy="685800"/></p:xfrm>'
	'<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/presentationml/2006/ole"><p:oleObj name="x" r:id="{r}" imgW="914400" imgH="685800" progId="Package"%s>%s<p:pic><p:nvPicPr>'
	'<p:cNvPr id="62" name=""/><p:cNvPicPr/><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="rIdImage"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>' +
	powerpoint.PLACE % 3000000 + '</p:pic></p:oleObj></a:graphicData></a:graphic></p:graphicFrame>')
OLE_TYPE = 'application/vnd.openxmlformats-officedocument.oleObject'


def comment_link(p, mark):
	p.add('ppt/commentAuthors.xml', XML + '<p:cmAuthorLst %s><p:cmAuthor id="0" name="佐藤" initials="S" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>' % N, SHOW + 'commentAuthors+xml')
	p.relate(MAIN, 'commentAuthors', 'commentAuthors.xml')
	p.add('ppt/comments/comment1.xml', XML + '<p:cmLst %s><p:cm authorId="0" dt="2024-04-01T00:00:00.000" idx="1"><p:pos x="1" y="1"/><p:text>x</p:text><p:extLst><p:ext uri="{evil}"><x:evil '
		'xmlns:x="urn:evil" url="%s"/></p:ext></p:extLst></p:cm></p:cmLst>' % (N, mark), SHOW + 'comments+xml')
	p.relate(SLIDE, 'comments', '../comments/comment1.xml')


def tags(p, mark):
	p.add('ppt/tags/tag1.xml', XML + '<p:tagLst %s><p:tag name="X" val="%s"/></p:tagLst>' % (N, mark), SHOW + 'tags+xml')
	number = p.relate(SLIDE, 'tags', '../tags/tag1.xml')
	p.at(SLIDE, 'CSLD', '<p:custDataLst><p:tags r:id="%s"/></p:custDataLst>' % number)


def svg(p, mark):
	p.defaults['svg'] = 'image/svg+xml'
	p.add('ppt/media/image2.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="%s"><script>%s</script><image href="http://evil.example/%s"/></svg>' % (mark, mark, mark))
	number = p.relate(SLIDE, 'image', '../media/image2.svg')
	p.replace(SLIDE, '<a:blip r:embed="rIdImage"/>', '<a:blip r:embed="rIdImage"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip '
		'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="%s"/></a:ext></a:extLst></a:blip>' % number)


def odd_picture(name, content_type, head):
	"""A picture of a kind that is not rebuilt."""
	def build(p, mark):
		p.defaults[name.rsplit('.')[-1]] = content_type
		p.add('ppt/media/' + name, head + mark.encode('ascii') + b'\0' * 64)
		p.replace(SLIDE, '<a:blip r:embed="rIdImage"/>', '<a:blip r:embed="%s"/>' % p.relate(SLIDE, 'image', '../media/' + name))
	return 'pptx', build


EMF = b'\x01\0\0\0\x6c\0\0\0' + b'\0' * 32 + b' EMF\0\0\1\0' + b'\0' * 52
WMF = b'\xd7\xcd\xc6\x9a\0\0\0\0\0\0\x40\1\xf0\0\x60\0\0\0\0\0\0\0' + b'\1\0\x09\0\0\3' + b'\0' * 12 + b'\x26\x06\x09\0\x16\0'

ATTACKS = {
	'macro-pptm': ('ooxml/macros', macro('pptm'), ('macro-removed',)), 'macro-potm': ('ooxml/macros', macro('potm'), ('macro-removed',)),
	'macro-ppsm': ('ooxml/macros', macro('ppsm'), ('macro-removed',)), 'macro-ppam': ('ooxml/macros', macro('ppam'), ('macro-removed',)),
	'macro-pptx': ('ooxml/macros', macro('pptx'), ('macro-removed',)),
	'action-macro': ('pptx/actions', action('ppaction://macro?name={m}'), ('action-removed',)),
	'action-macro-hover': ('pptx/actions', action('ppaction://macro?name={m}', kind='hlinkHover'), ('action-removed',)),
	'action-program': ('pptx/actions', action('ppaction://program', 'hyperlink', 'file:///C:\\{m}.exe'), ('action-removed', 'external-removed', 'link-removed')),
	'action-program-argument': ('pptx/actions', action('ppaction://program?{m}'), ('action-removed',)),
	'action-ole': ('pptx/actions', action('ppaction://ole?verb=0{m}'), ('action-removed',)),
	'action-file': ('pptx/actions', action('ppaction://hlinkfile', 'hyperlink', '{m}.exe'), ('action-removed', 'external-removed', 'link-removed')),
	'action-presentation': ('pptx/actions', action('ppaction://hlinkpres?slideindex=1&amp;slidetitle={m}', 'hyperlink', '\\\\evil.example\\{m}.pptx'), ('action-removed', 'external-removed', 'link-removed')),
	'action-show': ('pptx/actions', action('ppaction://customshow?id=0&amp;return=true{m}'), ('action-removed', 'bad-value')),
	'action-media': ('pptx/actions', action('ppaction://media{m}'), ('action-removed',)),
	'action-case': ('pptx/actions', action('PPACTION://MACRO?name={m}'), ('action-removed',)),
	'action-master': ('pptx/actions', action('ppaction://macro?name={m}', where='ppt/slideMasters/slideMaster1.xml'), ('action-removed',)),
	'action-layout': ('pptx/actions', action('ppaction://macro?name={m}', where='ppt/slideLayouts/slideLayout1.xml'), ('action-removed',)),
	'action-notes': ('pptx/actions', action('ppaction://macro?name={m}', where='ppt/notesSlides/notesSlide1.xml'), ('action-removed',)),
	'click-sound': ('pptx/media', ('pptx', lambda p, mark: p.at(SLIDE, 'TREE', powerpoint.shape(60, '押す', 4000000, '<a:hlinkClick r:id=""><a:snd r:embed="%s" name="%s"/></a:hlinkClick>'
		% (p.relate(SLIDE, 'audio', 'http://evil.example/%s.wav' % mark, True), mark)))), ('media-removed', 'external-removed')),
	'video-inside': ('pptx/media', media('<a:videoFile r:link="{r}"/>', 'video', 'video/mp4', False), ('media-removed',)),
	'video-outside': ('pptx/media', media('<a:videoFile r:link="{r}"/>', 'video', 'video/mp4', True), ('media-removed', 'external-removed')),
	'audio-inside': ('pptx/media', media('<a:audioFile r:link="{r}"/>', 'audio', 'audio/mpeg', False, 'x.mp3'), ('media-removed',)),
	'audio-wave': ('pptx/media', media('<a:wavAudioFile r:embed="{r}" name="{m}"/>', 'audio', 'audio/wav', False, 'x.wav'), ('media-removed',)),
	'quick-time': ('pptx/media', media('<a:quickTimeFile r:link="{r}"/>', 'video', 'video/quicktime', True), ('media-removed', 'external-removed')),
	'media-2010': ('pptx/media', media('<p:extLst><p:ext uri="{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}"><p14:media r:embed="{r}"/></p:ext></p:extLst>', MICROSOFT + '2007/relationships/media', 'video/mp4', False),
		('media-removed',)),
	'media-link': ('pptx/media', media('<p:extLst><p:ext uri="{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}"><p14:media r:link="{r}"/></p:ext></p:extLst>', MICROSOFT + '2007/relationships/media', 'video/mp4', True),
		('media-removed', 'external-removed')),
	'transition-sound': ('pptx/media', slide_xml('<p:transition><p:fade/><p:sndAc><p:stSnd><p:snd r:embed="{r}" name="{m}"/></p:stSnd></p:sndAc></p:transition>', relation='audio',
		target='../media/x.wav', external=False, content=lambda m: b'RIFF' + m.encode(), content_type='audio/wav'), ('media-removed',)),
	'timing-command': ('pptx/actions', slide_xml(TIMING % '<p:cmd type="verb" cmd="{m}"><p:cBhvr><p:cTn id="3" dur="1" fill="hold"/><p:tgtEl><p:spTgt spid="3"/></p:tgtEl></p:cBhvr></p:cmd>'), ()),
	'timing-ole': ('pptx/actions', slide_xml(TIMING % '<p:cmd type="evt" cmd="onstopaudio{m}"><p:cBhvr><p:cTn id="3" dur="1" fill="hold"/><p:tgtEl><p:sldTgt/></p:tgtEl></p:cBhvr></p:cmd>'), ()),
	'timing-audio': ('pptx/media', slide_xml(TIMING % '<p:audio><p:cMediaNode><p:cTn id="3"/><p:tgtEl><p:sndTgt r:embed="{r}" name="{m}"/></p:tgtEl></p:cMediaNode></p:audio>', relation='audio',
		target='../media/x.wav', external=False, content=lambda m: b'RIFF' + m.encode(), content_type='audio/wav'), ('media-removed',)),
	'activex': ('ooxml/controls', slide_xml('<p:controls><p:control spid="1026" name="{m}" r:id="{r}" imgW="9" imgH="9"/></p:controls>', 'CSLD', 'control', '../activeX/activeX1.xml', False,
		content='<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX" ax:classid="{D7053240-CE69-11CD-A777-00DD01143C57}"><ax:ocxPr ax:name="a" ax:value="{m}"/></ax:ocx>',
		content_type='application/vnd.ms-office.activeX+xml'), ('active-control-removed',)),
	'ole-embedded': ('ooxml/objects', slide_xml(OLE % ('', '<p:embed/>'), 'TREE', 'oleObject', '../embeddings/oleObject1.bin', False, content=CFB, content_type=OLE_TYPE), ('object-to-picture', 'object-removed')),
	'ole-linked': ('ooxml/objects', slide_xml(OLE % (' showAsIcon="1"', '<p:link updateAutomatic="1"/>'), 'TREE', 'oleObject', 'file:///\\\\evil.example\\{m}.docx', True),
		('object-to-picture', 'object-removed', 'external-removed')),
	'picture-linked': ('ooxml/external', ('pptx', lambda p, mark: p.at(SLIDE, 'TREE', powerpoint.picture(60, p.relate(SLIDE, 'image', 'http://evil.example/%s.png' % mark, True), 'link'))), ('external-removed',)),
	'picture-fill': ('ooxml/external', ('pptx', lambda p, mark: p.replace(SLIDE, '<p:cSld>', '<p:cSld><p:bg><p:bgPr><a:blipFill><a:blip r:link="%s"/><a:stretch/></a:blipFill><a:effectLst/></p:bgPr></p:bg>'
		% p.relate(SLIDE, 'image', 'http://evil.example/%s.png' % mark, True))), ('external-removed',)),
	'publish': ('ooxml/external', slide_xml('<p:htmlPubPr r:id="{r}" showSpeakerNotes="0"><p:sldAll/></p:htmlPubPr>', 'PROPS', 'htmlPubSaveAs', 'file:///\\\\evil.example\\{m}.mht', True, 'ppt/presProps.xml'),
		('external-removed',)),
	'slide-update': ('ooxml/external', slide_xml('', 'SLIDE', 'slideUpdateInfo', '../slideUpdateInfo/slideUpdateInfo1.xml', False, content='<p:sldSyncPr %s serverSldId="{m}" serverSldModifiedTime='
		'"2024-01-01T00:00:00" clientInsertedTime="2024-01-01T00:00:00"/>' % N, content_type=SHOW + 'slideUpdateInfo+xml'), ()),
	'model-3d': ('ooxml/objects', slide_xml('', 'SLIDE', MICROSOFT + '2017/06/relationships/model3d', '../media/model3d1.glb', False, content=lambda m: b'glTF' + m.encode(), content_type='model/gltf.binary'),
		('media-removed', 'part-removed')),
	'embedded-font': ('ooxml/objects', slide_xml('<p:embeddedFontLst><p:embeddedFont><p:font typeface="X"/><p:regular r:id="{r}"/></p:embeddedFont></p:embeddedFontLst>', 'PRES', 'font', 'fonts/font1.fntdata',
		False, MAIN, lambda m: b'\0' * 8 + m.encode(), 'application/x-fontdata'), ('font-removed',)),
	'smart-tags': ('ooxml/package', slide_xml('<p:smartTags r:id="{r}"/>', 'PRES', 'smartTags', 'smartTags.xml', False, MAIN, '<x>{m}</x>', 'application/xml'), ()),
	'tags': ('ooxml/package', ('pptx', tags), ()),
	'comment-extension': ('ooxml/package', ('pptx', comment_link), ()),
	'svg': ('ooxml/pictures', ('pptx', svg), ()),
	'emf': ('ooxml/pictures', odd_picture('image3.emf', 'image/x-emf', EMF), ('picture-replaced',)),
	'wmf': ('ooxml/pictures', odd_picture('image3.wmf', 'image/x-wmf', WMF), ('picture-replaced',)),
	'tiff': ('ooxml/pictures', odd_picture('image3.tiff', 'image/tiff', b'II*\0\x08\0\0\0\0\0'), ('picture-replaced',)),
	'bmp': ('ooxml/pictures', odd_picture('image3.bmp', 'image/bmp', b'BM' + b'\0' * 16 + b'\x10\0\0\0\x10\0\0\0\1\0\x18\0'), ('picture-replaced',)),
	'wdp': ('ooxml/pictures', odd_picture('image3.wdp', 'image/vnd.ms-photo', b'II\xbc\x01\x08\0\0\0'), ('picture-replaced',)),
	'picture-html': ('ooxml/pictures', odd_picture('image3.png', 'image/png', b'<html><script>'), ('picture-replaced', 'part-removed', 'part-damaged', 'inner-blocked')),
	'picture-exe': ('ooxml/pictures', odd_picture('image3.jpg', 'image/jpeg', b'MZ\x90\0'), ('picture-replaced', 'part-removed', 'part-damaged', 'inner-blocked')),
	'ribbon': ('ooxml/add-ins', ('pptx', ribbon('2006/01', 'http://schemas.microsoft.com/office/2006/01/customui')[1]), ('addin-removed',)),
	'signature': ('ooxml/package', ('pptx', signature), ('signature-void',)),
	'thumbnail': ('ooxml/package', ('pptx', thumbnail), ('thumbnail-removed',)),
}
TELLING = {'action-macro', 'action-program', 'video-outside', 'ole-linked', 'svg', 'macro-pptm', 'emf'}
MILD = {'comment-extension', 'thumbnail', 'tags', 'slide-update', 'timing-ole', 'smart-tags'}


def samples():
	for name, (item, (extension, build), findings) in ATTACKS.items():
		def make(mark, keep, extension=extension, build=build):
			p = powerpoint.package(keep, extension)
			build(p, mark)
			return p.bytes()
		yield Sample('powerpoint/%s.%s' % (slug(name), extension), item, make, findings=findings, telling=name in TELLING,
			verdicts=('sanitized', 'clean') if name in MILD else ('sanitized',))
	for extension in powerpoint.MAINS:
		macros = extension.endswith('m')
		yield Sample('harmless/base.%s' % extension, 'harmless', lambda mark, keep, extension=extension: powerpoint.package(keep, extension).bytes(), harmless=True,
			verdicts=('sanitized',) if macros else ('clean',), findings=('type-changed',) if macros else (), telling=extension == 'pptx')
	for name, shape in (('next', 'ppaction://hlinkshowjump?jump=nextslide'), ('first', 'ppaction://hlinkshowjump?jump=firstslide')):
		def make(mark, keep, shape=shape):
			p = powerpoint.package(keep)
			return p.at(SLIDE, 'TREE', powerpoint.shape(60, '次へ', 4000000, click('', more=' action="%s"' % shape))).bytes()
		yield Sample('harmless/action-%s.pptx' % name, 'harmless', make, verdicts=('clean',), harmless=True, keep=None)
