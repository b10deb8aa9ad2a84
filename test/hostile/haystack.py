"""All the ways in which a string can stand in a file: raw, packed, in other encodings, cut over XML elements."""
import functools
import io
import re
import xml.parsers.expat
import zipfile
import zlib


@functools.lru_cache(maxsize=8192)
def xml_texts(data):
	"""All character data in one string, that of instructions in another, all attribute values in a third."""
	words, instructions, values, inside = [], [], [], [None]

	def start(name, attributes):
		inside[0] = name.rpartition(':')[2]
		values.extend(attributes.values())

	def text(piece):
		words.append(piece)
		if inside[0] in ('instrText', 'delInstrText'):
			instructions.append(piece)

	parser = xml.parsers.expat.ParserCreate()
	parser.StartElementHandler, parser.CharacterDataHandler = start, text
	try:
		parser.Parse(data, True)
	except (xml.parsers.expat.ExpatError, ValueError, LookupError):
		pass
	return '\n'.join((''.join(words), ''.join(instructions), '\n'.join(values)))


@functools.lru_cache(maxsize=8192)
def piece(data):
	"""What can be read in data, lower case."""
	found = [data.decode('latin-1')]
	if data[:1] in (b'<', b'\xef', b'\xff', b'\xfe'):
		found.append(xml_texts(data))
	for encoding in ('utf-8', 'utf-16-le', 'utf-16-be', 'cp932', 'euc-jp', 'iso2022-jp'):
		text = data.decode(encoding, 'ignore')
		if len(data) < 1 << 16 or encoding == 'utf-8':
			found.append(text)
	if data.startswith(b'\x89PNG'):
		found.append(png_texts(data))
	return '\n'.join(found).lower()


def png_texts(data):
	found, at, packed = [], 8, b''
	while at + 12 <= len(data):
		length, kind = int.from_bytes(data[at:at + 4], 'big'), data[at + 4:at + 8]
		body = data[at + 8:at + 8 + length]
		if kind == b'IDAT':
			packed += body
		elif kind in (b'zTXt', b'iCCP', b'iTXt'):
			for start in range(min(len(body), 90)):
				try:
					found.append(zlib.decompress(body[start:]).decode('latin-1'))
					break
				except zlib.error:
					continue
		at += 12 + length
	try:
		found.append(zlib.decompressobj().decompress(packed, 1 << 24).decode('latin-1'))
	except zlib.error:
		pass
	return '\n'.join(found)


def pdf_texts(data):
	"""Objects, streams and strings of a PDF, however they are packed and spelled."""
	pieces = [data]
	for match in re.finditer(rb'stream\r?\n', data):
		try:
			pieces.append(zlib.decompressobj().decompress(data[match.end():], 1 << 26))
		except zlib.error:
			continue
	for body in pieces:
		yield body.decode('latin-1').lower()
		plain = re.sub(rb'\\([0-7]{1,3})', lambda m: bytes([int(m[1], 8) & 255]), body)
		plain = re.sub(rb'#([0-9A-Fa-f]{2})', lambda m: bytes([int(m[1], 16)]), plain)
		yield plain.decode('latin-1').lower()
		yield plain.replace(b'\0', b'').decode('latin-1').lower()
		for match in re.finditer(rb'<([0-9A-Fa-f\s]{8,})>', body):
			digits = re.sub(rb'\s', b'', match[1])
			text = bytes.fromhex((digits + b'0' * (len(digits) % 2)).decode())
			yield text.decode('latin-1').lower()
			yield text.replace(b'\0', b'').decode('latin-1').lower()


def readable(data, depth=0):
	"""Strings in which to search; the raw bytes of the file first."""
	yield piece(data) if len(data) < 1 << 20 else data.decode('latin-1').lower()
	if data.startswith(b'%PDF'):
		yield from pdf_texts(data)
	if data.startswith(b'PK') and depth < 5:
		try:
			archive = zipfile.ZipFile(io.BytesIO(data))
			for entry in archive.infolist():
				yield entry.filename.lower()
				if entry.file_size < 1 << 26:
					yield from readable(archive.read(entry), depth + 1)
		except Exception as error:
			yield 'unreadable container %r' % error


def holds(data, needle):
	needle = needle.lower()
	return any(needle in text for text in readable(data))
