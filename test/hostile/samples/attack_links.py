"""Every scheme of a link, at every position of a link. http, https and mailto stay, all others go."""
from . import excel, powerpoint, word
from .package import escaped
from .sample import Sample
from .word import paragraph, text

SCHEMES = {
	'javascript': 'javascript:alert({m})', 'javascript-case': 'JaVaScRiPt:{m}', 'javascript-tab': 'java\tscript:{m}', 'vbscript': 'vbscript:{m}',
	'file': 'file:///c:/{m}.exe', 'file-host': 'file://evil.example/s/{m}', 'unc': '\\\\evil.example\\s\\{m}.exe', 'slashes': '//evil.example/{m}', 'drive': 'C:\\{m}.exe',
	'relative': '../{m}.exe', 'plain': '{m}.exe', 'data': 'data:text/html;base64,{m}', 'ms-msdt': 'ms-msdt:/id PCWDiagnostic {m}', 'search-ms': 'search-ms:query={m}',
	'ms-officecmd': 'ms-officecmd:{m}', 'ms-excel': 'ms-excel:ofe|u|http://evil.example/{m}', 'ms-word': 'ms-word:ofe|u|http://evil.example/{m}', 'ldap': 'ldap://evil.example/{m}',
	'ftp': 'ftp://evil.example/{m}', 'mhtml': 'mhtml:http://evil.example/{m}', 'mk': 'mk:@MSITStore:{m}', 'shell': 'shell:{m}', 'res': 'res://{m}', 'about': 'about:{m}',
	'blob': 'blob:{m}', 'unknown': 'x-{m}:y', 'ms-settings': 'ms-settings:{m}', 'onenote': 'onenote:{m}', 'tel-odd': 'tel:javascript:{m}', 'wsl': 'wsl:{m}', 'jar': 'jar:http://evil.example/{m}!/',
	'blank-first': ' javascript:{m}', 'control-first': '\u0001javascript:{m}', 'userinfo': 'http://www.example.jp@evil.example/{m}', 'newline': 'http://evil.example/\n{m}',
	'ftp-slashes': '\\/\\/evil.example/{m}', 'http-backslash': 'http:\\\\evil.example\\{m}', 'odc': 'odc:{m}', 'tn3270': 'tn3270:{m}', 'ms-appinstaller': 'ms-appinstaller:?source={m}',
}
GOOD = {'https': 'https://www.example.jp/{m}?a=1&b=%E3%81%82#x', 'http': 'http://www.example.jp/{m}', 'mailto': 'mailto:soumu@example.jp?subject={m}'}


def word_link(part, anchor, build):
	def place(p, url):
		number = p.relate(part, 'hyperlink', url, True)
		p.at(part, anchor, build(number, url))
	return word, place


def click(number, kind='hlinkClick', more=''):
	return '<a:%s xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="%s"%s/>' % (kind, number, more)


def word_picture(kind):
	def place(p, url):
		number = p.relate('word/document.xml', 'hyperlink', url, True)
		p.at('word/document.xml', 'BODY', paragraph('<w:r>%s</w:r>' % word.picture('rIdImage', 40, click=click(number, kind))))
	return word, place


def excel_cell(p, url):
	number = p.relate('xl/worksheets/sheet1.xml', 'hyperlink', url, True)
	p.at('xl/worksheets/sheet1.xml', 'LINKS', '<hyperlink ref="B3" r:id="%s" tooltip="t"/>' % number)


def excel_location(p, url):
	p.at('xl/worksheets/sheet1.xml', 'LINKS', '<hyperlink ref="B3" location="%s"/>' % escaped(url))


def excel_picture(p, url):
	number = p.relate('xl/drawings/drawing1.xml', 'hyperlink', url, True)
	p.at('xl/drawings/drawing1.xml', 'CLICK', click(number))


def show(part, build):
	def place(p, url):
		number = p.relate(part, 'hyperlink', url, True)
		p.at(part, 'TREE', build(number))
	return powerpoint, place


def vml_href(p, url):
	p.at('word/document.xml', 'BODY', paragraph('<w:r><w:pict><v:rect id="h" style="width:20pt;height:20pt" href="%s" target="_blank"/></w:pict></w:r>' % escaped(url)))


LINK = lambda number, url: paragraph('<w:hyperlink r:id="%s" w:tooltip="t" w:tgtFrame="_top">%s</w:hyperlink>' % (number, text('押す')))
POSITIONS = {
	'word-text': ('docx', word_link('word/document.xml', 'BODY', LINK)), 'word-header': ('docx', word_link('word/header1.xml', 'BODY', LINK)),
	'word-footnote': ('docx', word_link('word/footnotes.xml', 'BODY', LINK)), 'word-comment': ('docx', word_link('word/comments.xml', 'BODY', LINK)),
	'word-picture': ('docx', word_picture('hlinkClick')), 'word-picture-hover': ('docx', word_picture('hlinkHover')), 'word-vml': ('docx', (word, vml_href)),
	'excel-cell': ('xlsx', (excel, excel_cell)), 'excel-picture': ('xlsx', (excel, excel_picture)),
	'show-text': ('pptx', show('ppt/slides/slide1.xml', lambda n: powerpoint.shape(50, '押す', 4000000, run_click=click(n)))),
	'show-shape': ('pptx', show('ppt/slides/slide2.xml', lambda n: powerpoint.shape(50, '押す', 4000000, click(n)))),
	'show-hover': ('pptx', show('ppt/slides/slide1.xml', lambda n: powerpoint.shape(50, '押す', 4000000, run_click=click(n, 'hlinkMouseOver')))),
	'show-shape-hover': ('pptx', show('ppt/slides/slide1.xml', lambda n: powerpoint.shape(50, '押す', 4000000, click(n, 'hlinkHover')))),
	'show-master': ('pptx', show('ppt/slideMasters/slideMaster1.xml', lambda n: powerpoint.shape(50, '押す', 4000000, click(n)))),
	'show-notes': ('pptx', show('ppt/notesSlides/notesSlide1.xml', lambda n: powerpoint.shape(50, '押す', 4000000, run_click=click(n)))),
	'show-picture': ('pptx', show('ppt/slides/slide1.xml', lambda n: powerpoint.picture(50, 'rIdImage', click=click(n)))),
}
NOT_KEPT = {'word-vml'}  # no scheme is good there


def placed(position, url):
	extension, (family, place) = POSITIONS[position]
	def make(mark, keep):
		p = family.package(keep)
		place(p, url.replace('{m}', mark).replace('{k}', keep))
		return p.bytes()
	return extension, make


def samples():
	for position in POSITIONS:
		for scheme, url in SCHEMES.items():
			extension, make = placed(position, url)
			yield Sample('links/%s-%s.%s' % (position, scheme, extension), 'links', make, verdicts=('sanitized', 'blocked') if scheme == 'control-first' else ('sanitized',),
				findings=() if scheme == 'control-first' else ('link-removed', 'external-removed', 'action-removed', 'part-damaged', 'bad-value'),
				telling=(position, scheme) in TELLING)
		for scheme, url in GOOD.items():
			if position in NOT_KEPT:
				continue
			extension, make = placed(position, url.replace('{m}', '{k}-url'))
			yield Sample('harmless/link-%s-%s.%s' % (position, scheme, extension), 'harmless', make, verdicts=('clean', 'sanitized') if position.startswith('word-') else ('clean',),
				harmless=True, checks=('url',))
	for where in ('javascript:{m}', "'[{m}.xlsx]S'!A1", 'file:///{m}', "cmd|'{m}'!A1"):
		def make(mark, keep, where=where):
			p = excel.package(keep)
			excel_location(p, where.replace('{m}', mark))
			return p.bytes()
		yield Sample('links/excel-location-%s.xlsx' % ''.join(c for c in where if c.isalpha())[:12], 'links', make, verdicts=('sanitized',), gone=(), quiet=True)


TELLING = {('word-text', 'unc'), ('excel-cell', 'ms-msdt'), ('show-shape', 'file'), ('show-hover', 'javascript')}
