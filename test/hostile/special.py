"""Further checks of an output, named in the manifest: each gives reasons why it failed."""
import html
import io
import struct
import zipfile
import zlib

import haystack
from samples import pictures


def instruction(name, data, source, row):
	"""A harmless field keeps its instruction."""
	if not haystack.holds(data, name):
		yield 'the field %s lost its instruction' % name


def formula(words, data, source, row):

	if not any(words.lower() in html.unescape(text) for text in haystack.readable(data)):
		yield 'the formula %s is gone' % words


def url(argument, data, source, row):
	if not haystack.holds(data, row['keep'][0] + '-url'):
		yield 'the link is gone'


def same_bytes(argument, data, source, row):
	if data != source:
		yield 'the bytes changed'


def names(data):
	return [entry.filename for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()]


def name(wanted, data, source, row):
	if wanted not in names(data):
		yield 'the entry %s is not in %s' % (wanted, names(data))


def left_out(unwanted, data, source, row):
	if unwanted in names(data):
		yield 'the entry %s was let in' % unwanted


def scan_lines(data):
	"""The unpacked IDAT of a PNG."""
	at, packed = 8, b''
	while at + 12 <= len(data):
		length, kind = struct.unpack('>I4s', data[at:at + 8])
		packed += data[at + 8:at + 8 + length] if kind == b'IDAT' else b''
		at += 12 + length
	return zlib.decompressobj().decompress(packed)


def picture(argument, data, source, row):
	if not data.startswith(b'\x89PNG') or not source.startswith(b'\x89PNG'):
		return
	try:
		before = scan_lines(source)
	except (zlib.error, struct.error):
		return
	after = scan_lines(data)
	if before[:len(after)] != after:
		yield 'the pixels changed'


def profile(argument, data, source, row):
	"""The look-up table of the profile came through, byte for byte."""
	table = pictures.icc_table()
	if data.startswith(b'\x89PNG'):
		at = data.find(b'iCCP')
		length = struct.unpack('>I', data[at - 4:at])[0]
		data = b'' if at < 0 else zlib.decompress(data[at + 4:at + 4 + length].split(b'\0', 1)[1][1:])
	if table not in data:
		yield 'the colour profile is not what it was'


def orientation(wanted, data, source, row):
	at = data.find(b'Exif\0\0')
	if at < 0:
		yield 'the orientation is gone'
		return
	tiff = data[at + 6:]
	order = '>' if tiff[:2] == b'MM' else '<'
	first = struct.unpack(order + 'I', tiff[4:8])[0]
	if struct.unpack(order + 'HHIH', tiff[first + 2:first + 12])[0::3] != (0x0112, int(wanted)):
		yield 'the orientation is not %s' % wanted


SPECIAL = {'instruction': instruction, 'formula': formula, 'url': url, 'same-text': same_bytes, 'same-bytes': same_bytes, 'name': name, 'left-out': left_out, 'picture': picture, 'profile': profile, 'orientation': orientation}
