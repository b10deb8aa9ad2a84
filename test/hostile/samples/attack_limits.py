"""Small files that would grow without end: each must end at a named limit, at once, in bounded memory."""
import struct
import zlib

from . import excel, pictures, word
from .package import Entry, XML, container, deflated
from .pictures import PNG_SIGNATURE, gif, png_chunk
from .sample import BLOCKED, EITHER, Sample

MEBI = 1 << 20


def zeros(size):
	"""size zero bytes as a raw deflate stream and their CRC, without holding them: one packed block, repeated."""
	packer = zlib.compressobj(9, zlib.DEFLATED, -15)
	block = bytes(MEBI)
	packer.compress(block)
	packer.flush(zlib.Z_FULL_FLUSH)
	piece = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
	crc = 0
	for _ in range(size // MEBI):
		crc = zlib.crc32(block, crc)
	rest = bytes(size % MEBI)
	return piece * (size // MEBI) + packer.compress(rest) + packer.flush(), zlib.crc32(rest, crc)


ZEROS = {}


def bomb(name, size):
	"""An entry of size zero bytes."""
	if size not in ZEROS:
		ZEROS[size] = zeros(size)
	packed, crc = ZEROS[size]
	return Entry(name, b'', packed=packed, crc=crc, size=size)


def overlapping(count, size):
	"""Entries that share one kernel of packed bytes (Fifield, "A better zip bomb"), quoted by stored blocks."""
	kernel, crc = zeros(size)
	locals_, entries, body = [], [], bytearray()
	names = [b'%05d.txt' % n for n in range(count)]
	for name in names:
		locals_.append(struct.pack('<IHHHHHIIIHH', 0x04034b50, 20, 0, 8, 0, 0x21, crc, len(kernel), size, len(name), 0) + name)
	# every directory entry points at the same local header: the simplest overlap
	body += locals_[0] + kernel
	start = len(body)
	for name in names:
		body += struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 20, 20, 0, 8, 0, 0x21, crc, len(kernel), size, len(name), 0, 0, 0, 0, 0, 0) + name
	body += struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, count, count, len(body) - start, start, 0)
	return bytes(body)


def quoted_overlap(count, size):
	"""Fifield's full overlap: each local header is quoted by a stored block of the entry before it."""
	kernel, crc = zeros(size)
	names = [b'%04d.txt' % n for n in range(count)]
	body = b''
	tail, tail_size = kernel, size
	offsets, sizes, packed = [0] * count, [0] * count, [0] * count
	pieces = []
	total = len(kernel)
	# built from the last entry to the first; the CRC of the quoted ones is not true, which only makes it smaller to say
	for n in range(count - 1, -1, -1):
		header = struct.pack('<IHHHHHIIIHH', 0x04034b50, 20, 0, 8, 0, 0x21, crc, total & 0xffffffff, tail_size & 0xffffffff, len(names[n]), 0) + names[n]
		sizes[n], packed[n] = tail_size, total
		pieces.append(header)
		if n:
			quote = struct.pack('<BHH', 0, len(header), 0xffff ^ len(header))
			pieces.append(quote)
			total += len(header) + len(quote)
			tail_size += len(header)
	pieces.reverse()
	at = 0
	index = 0
	for piece in pieces:
		if piece[:4] == b'PK\x03\x04':
			offsets[index] = at
			index += 1
		at += len(piece)
	body = b''.join(pieces) + kernel
	start = len(body)
	directory = b''.join(struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, 20, 20, 0, 8, 0, 0x21, crc, packed[n], sizes[n] & 0xffffffff, len(names[n]), 0, 0, 0, 0, 0, offsets[n]) + names[n] for n in range(count))
	return body + directory + struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, count, count, len(directory), start, 0)


def quine_like(mark, keep):
	"""An archive whose entry says to be the archive itself: the local header is quoted as its content."""
	inner = container([Entry('r/r.zip', b'PK\x03\x04' + mark.encode('ascii'), method=0)])
	return container([Entry('r/r.zip', inner, method=0), Entry('r/r2.zip', inner, method=0)])


def nested(depth, wide, size):
	data = container([bomb('%d.txt' % n, size) for n in range(wide)])
	for level in range(depth):
		data = container([Entry('%d-%d.zip' % (level, n), data) for n in range(wide)])
	return data


def document(inner):
	def make(mark, keep):
		p = word.package(keep)
		p.at('word/document.xml', 'BODY', inner)
		return p.bytes()
	return make


def depth(count):
	def make(mark, keep):
		p = word.package(keep)
		p.at('word/document.xml', 'BODY', '<w:sdt><w:sdtContent>' * count + '<w:p/>' + '</w:sdtContent></w:sdt>' * count)
		return p.bytes()
	return make


def relationships(count):
	def make(mark, keep):
		p = word.package(keep)
		rows = ''.join('<Relationship Id="x%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="http://e.example/%d" TargetMode="External"/>' % (n, n) for n in range(count))
		true = p.rels
		p.rels = lambda part: true(part).replace('</Relationships>', rows + '</Relationships>') if part == 'word/document.xml' else true(part)
		return p.bytes()
	return make


def parts(count):
	def make(mark, keep):
		p = word.package(keep)
		p.extra_entries = [Entry('word/x%d.xml' % n, b'<x/>', method=0) for n in range(count)]
		return p.bytes()
	return make


def large_part(name, size, family=word):
	def make(mark, keep):
		p = family.package(keep)
		p.parts.pop(name, None)
		p.extra_entries.append(bomb(name, size))
		return p.bytes()
	return make


def attributes(count):
	return document('<w:p %s/>' % ' '.join('a%d="1"' % n for n in range(count)))


def spaces(count):
	return document('<w:p %s/>' % ' '.join('xmlns:n%d="urn:%d"' % (n, n) for n in range(count)))


def sheet(rows):
	def make(mark, keep):
		p = excel.package(keep)
		return p.at('xl/worksheets/sheet3.xml', 'ROWS', rows).bytes()
	return make


def png_of(width, height, packed, depth_=8, colour=2, chunk=b'IDAT', interlace=0):
	return PNG_SIGNATURE + pictures.png_header(width, height, depth_, colour, interlace) + png_chunk(chunk, packed) + png_chunk(b'IEND', b'')


def png_bomb(width, height, size):
	"""A header that promises much, and data that keep the promise."""
	packed, _ = zeros(size)
	return png_of(width, height, b'\x78\xda' + packed + b'\0\0\0\0', 1, 0)


def text_bomb(size):
	packed, _ = zeros(size)
	chunk = b'Comment\0\0' + b'\x78\xda' + packed + b'\0\0\0\0'
	return pictures.png(before_data=png_chunk(b'zTXt', chunk))


SLOW = lambda verdicts=BLOCKED, **more: dict(verdicts=verdicts, gone=(), keep=(), quiet=True, checks=('quick',), **more)
LIMIT = ('blocked-limit', 'inner-blocked', 'entry-left-out', 'blocked-inside', 'blocked-damaged', 'part-removed', 'part-damaged', 'picture-replaced', 'entry-duplicate')


def samples():
	yield Sample('limits/flat-1g.zip', 'limits', lambda m, k: container([bomb('0.txt', 1025 * MEBI)]), findings=LIMIT, **SLOW(EITHER))
	yield Sample('limits/many-64m.zip', 'limits', lambda m, k: container([bomb('%d.txt' % n, 64 * MEBI) for n in range(80)]), findings=LIMIT, **SLOW(EITHER))
	yield Sample('limits/nested.zip', 'limits', lambda m, k: nested(5, 3, 10 * MEBI), findings=LIMIT, **SLOW(EITHER))
	yield Sample('limits/deep.zip', 'limits', lambda m, k: nested(60, 1, 1000), findings=LIMIT, **SLOW(EITHER))
	yield Sample('limits/wide.zip', 'limits', lambda m, k: container([Entry('%d.txt' % n, b'x', method=0) for n in range(65000)]), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/wider.zip', 'limits', lambda m, k: container([Entry('%d' % n, b'', method=0) for n in range(70000)], zip64=True), findings=LIMIT, **SLOW(EITHER))
	yield Sample('limits/overlapping.zip', 'limits', lambda m, k: overlapping(5000, 16 * MEBI), findings=LIMIT, telling=True, **SLOW(EITHER))
	yield Sample('limits/fifield.zip', 'limits', lambda m, k: quoted_overlap(2000, 21 * MEBI), findings=LIMIT, telling=True, **SLOW(EITHER))
	yield Sample('limits/quine.zip', 'limits', quine_like, **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/document-1g.docx', 'limits', large_part('word/document.xml', 1025 * MEBI), findings=LIMIT, **SLOW())
	yield Sample('limits/unused-1g.docx', 'limits', large_part('word/unused.xml', 1025 * MEBI), **SLOW(EITHER))
	yield Sample('limits/picture-512m.docx', 'limits', large_part('word/media/image1.png', 512 * MEBI), **SLOW(EITHER))
	yield Sample('limits/sheet-512m.xlsx', 'limits', large_part('xl/worksheets/sheet2.xml', 512 * MEBI, excel), **SLOW(EITHER))
	yield Sample('limits/depth-10000.docx', 'limits', depth(5000), findings=('blocked-limit', 'part-damaged'), telling=True, **SLOW(EITHER))
	yield Sample('limits/depth-million.docx', 'limits', depth(500000), findings=('blocked-limit', 'part-damaged'), **SLOW(EITHER))
	yield Sample('limits/relationships-million.docx', 'limits', relationships(1000000), findings=('blocked-limit', 'part-damaged', 'part-removed'), telling=True, **SLOW(EITHER))
	yield Sample('limits/relationships-60000.docx', 'limits', relationships(60000), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/parts-60000.docx', 'limits', parts(60000), **SLOW(EITHER))
	yield Sample('limits/attributes-100000.docx', 'limits', attributes(100000), **SLOW(EITHER))
	yield Sample('limits/namespaces-100000.docx', 'limits', spaces(100000), **SLOW(EITHER))
	yield Sample('limits/attribute-10m.docx', 'limits', document('<w:p w:rsidR="%s"/>' % ('0' * 10 * MEBI)), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/name-1m.docx', 'limits', document('<w:%s/>' % ('a' * MEBI)), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/elements-million.docx', 'limits', document('<w:p/>' * 1000000), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/unknown-million.docx', 'limits', document(''.join('<w:e%d/>' % n for n in range(300000))), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/fields-100000.docx', 'limits', document('<w:p>%s</w:p>' % (word.field('DDE x', 'y') * 30000)), **SLOW(EITHER))
	yield Sample('limits/fields-nested.docx', 'limits', document('<w:p>%s%s</w:p>' % ('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>QUOTE </w:instrText></w:r>' * 50000,
		'<w:r><w:fldChar w:fldCharType="end"/></w:r>' * 50000)), **SLOW(EITHER))
	yield Sample('limits/instruction-10m.docx', 'limits', document('<w:p>%s</w:p>' % word.field('DDE ' + 'x' * 10 * MEBI, 'y')), **SLOW(EITHER))
	yield Sample('limits/formula-10m.xlsx', 'limits', sheet('<row r="9"><c r="A9"><f>%s1</f><v>1</v></c></row>' % ('1+' * 5 * MEBI)), **SLOW(EITHER))
	yield Sample('limits/formula-nested.xlsx', 'limits', sheet('<row r="9"><c r="A9"><f>%s1%s</f><v>1</v></c></row>' % ('(' * 100000, ')' * 100000)), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/strings-million.xlsx', 'limits', sheet(''.join('<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n) for n in range(9, 200009))), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/60000x60000.png', 'limits', lambda m, k: png_bomb(60000, 60000, 60000 * 7501), findings=('blocked-limit',), telling=True, **SLOW())
	yield Sample('limits/promise-60000.png', 'limits', lambda m, k: png_of(60000, 60000, zlib.compress(b'')), findings=('blocked-limit', 'blocked-damaged'), **SLOW())
	yield Sample('limits/promise-max.png', 'limits', lambda m, k: png_of(0x7fffffff, 0x7fffffff, zlib.compress(b'\0')), findings=('blocked-limit', 'blocked-damaged'), **SLOW())
	yield Sample('limits/idat-bomb.png', 'limits', lambda m, k: png_of(8, 8, b'\x78\xda' + zeros(256 * MEBI)[0] + b'\0\0\0\0'), **SLOW(EITHER))
	yield Sample('limits/text-bomb.png', 'limits', lambda m, k: text_bomb(256 * MEBI), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/frames.gif', 'limits', lambda m, k: gif(frames=20000, width=2, height=2), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/screen-65535.gif', 'limits', lambda m, k: gif().replace(struct.pack('<HH', 16, 12), struct.pack('<HH', 65535, 65535), 1), **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/65500x65500.jpg', 'limits', lambda m, k: pictures.jpeg(frame=struct.pack('>BHHB', 8, 65500, 65500, 3) + bytes([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])), findings=('blocked-limit', 'blocked-damaged', 'picture-repaired'), **SLOW(EITHER))
	yield Sample('limits/progressive-scans.jpg', 'limits', lambda m, k: pictures.jpeg(end=False) + b''.join(pictures.jpeg_segment(0xda, bytes([1, 1, 0, 0, 63, 0])) + b'\x7f' for _ in range(20000)) + b'\xff\xd9', **SLOW(('clean', 'sanitized', 'blocked')))
	yield Sample('limits/line-8m.txt', 'limits', lambda m, k: b'a' * 8 * MEBI, **SLOW(('clean', 'sanitized', 'blocked')), )
	yield Sample('limits/cells-million.csv', 'limits', lambda m, k: b'a,=1+1,-2\r\n' * 400000, **SLOW(('sanitized', 'blocked')))
