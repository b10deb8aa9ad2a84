"""A ZIP container, read strictly: everything that two readers could see differently is a problem."""
import struct
import unicodedata
import zlib

BIDI = set('\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069')
DEVICES = {'CON', 'PRN', 'AUX', 'NUL', 'CLOCK$', 'CONIN$', 'CONOUT$'} | {'COM%d' % n for n in range(10)} | {'LPT%d' % n for n in range(10)}
EXTRA_OK = {0x0001, 0x5455, 0x7855, 0x7875, 0x000a}  # ZIP64 and times
SIZE_MAX = 512 << 20


class Broken(Exception):
	"""The container can't be read on."""


def fold(name):
	return unicodedata.normalize('NFC', name).casefold()


def name_problems(name, office):
	"""What is wrong with an entry's name on a disk."""
	pieces = name.rstrip('/').split('/')
	if '\\' in name or name.startswith('/') or any(p in ('', '.', '..') for p in pieces) or (len(name) > 1 and name[1] == ':'):
		yield 'name leaves its folder: %r' % name
	if any(ord(c) < 32 or 0x7f <= ord(c) < 0xa0 for c in name) or BIDI & set(name) or '\u200b' in name or '\ufeff' in name:
		yield 'name has control characters: %r' % name
	for piece in pieces:
		if piece.split('.')[0].rstrip(' ').upper() in DEVICES and not office:
			yield 'name of a device: %r' % name
		if piece.endswith((' ', '.')) or ':' in piece:
			yield 'name that Windows changes: %r' % name


def directory(data):
	"""(entries, problems); an entry is (name, offset, method, flags, crc, packed size, size, attributes)."""
	problems = []
	end = data.rfind(b'PK\x05\x06')
	if end < 0 or len(data) - end < 22:
		raise Broken('no end record')
	disk, start_disk, here, count, size, start, comment = struct.unpack_from('<HHHHIIH', data, end + 4)
	if end + 22 != len(data):
		problems.append('bytes after the end record (%d)' % (len(data) - end - 22))
	directory_end = end
	if 0xffff in (here, count) or 0xffffffff in (size, start):
		if data[end - 20:end - 16] == b'PK\x06\x07':
			at = struct.unpack_from('<Q', data, end - 12)[0]
			if data[at:at + 4] != b'PK\x06\x06':
				raise Broken('ZIP64 record not there')
			here, count, size, start = struct.unpack_from('<QQQQ', data, at + 24)
			directory_end = at
	if disk or start_disk or here != count:
		problems.append('several disks')
	if start + size != directory_end:
		problems.append('directory is not where the end record says')
	entries, at = [], start
	for _ in range(count):
		if data[at:at + 4] != b'PK\x01\x02':
			raise Broken('directory broken')
		(made, needs, flags, method, time, date, crc, packed, full, name_len, extra_len, comment_len, first, inner, attributes, offset) = struct.unpack_from('<HHHHHHIIIHHHHHII', data, at + 4)
		raw = data[at + 46:at + 46 + name_len]
		extra = data[at + 46 + name_len:at + 46 + name_len + extra_len]
		if comment_len:
			problems.append('entry with a comment: %r' % raw)
		packed, full, offset = widened(extra, packed, full, offset, problems, raw)
		if attributes >> 28 and made >> 8 == 3 and attributes >> 28 not in (4, 8):
			problems.append('special file: %r' % raw)
		entries.append((raw, offset, method, flags, crc, packed, full))
		at += 46 + name_len + extra_len + comment_len
	if at != directory_end:
		problems.append('bytes between directory and end record')
	return entries, start, problems


def widened(extra, packed, full, offset, problems, raw):
	"""Sizes from the ZIP64 extra field; other extra fields are problems."""
	at = 0
	while at + 4 <= len(extra):
		kind, length = struct.unpack_from('<HH', extra, at)
		body = extra[at + 4:at + 4 + length]
		if kind not in EXTRA_OK:
			problems.append('extra field %04x: %r' % (kind, raw))
		if kind == 1:
			values = [struct.unpack_from('<Q', body, n)[0] for n in range(0, len(body) - 7, 8)]
			if full == 0xffffffff and values:
				full = values.pop(0)
			if packed == 0xffffffff and values:
				packed = values.pop(0)
			if offset == 0xffffffff and values:
				offset = values.pop(0)
		at += 4 + length
	if at != len(extra):
		problems.append('extra field broken: %r' % raw)
	return packed, full, offset


def read(data, office):
	"""({name: bytes}, problems) of a container."""
	entries, start, problems = directory(data)
	files, seen, at = {}, {}, 0
	for raw, offset, method, flags, crc, packed, full in sorted(entries, key=lambda e: e[1]):
		try:
			name = raw.decode('utf-8' if flags & 0x800 else 'ascii')
		except UnicodeDecodeError:
			name = raw.decode('cp932', 'replace')
			if office:
				problems.append('name is not ASCII: %r' % raw)
		problems += name_problems(name, office)
		if fold(name) in seen:
			problems.append('two entries of one name: %r' % name)
		seen[fold(name)] = True
		if flags & ~0x080e:
			problems.append('encrypted or odd flags %04x: %r' % (flags, name))
		if method not in (0, 8):
			problems.append('method %d: %r' % (method, name))
		if offset != at:
			problems.append('bytes outside of entries, or overlap, before %r' % name)
		if data[offset:offset + 4] != b'PK\x03\x04' or offset + 30 > len(data):
			problems.append('no local header: %r' % name)
			continue
		local = struct.unpack_from('<HHHHHIIIHH', data, offset + 4)
		name_len, extra_len = local[8], local[9]
		body = offset + 30 + name_len + extra_len
		if data[offset + 30:offset + 30 + name_len] != raw or local[2] != method or local[1] != flags:
			problems.append('local header says otherwise: %r' % name)
		if not flags & 8 and (local[5], local[6], local[7]) not in ((crc, packed, full), (crc, 0xffffffff, 0xffffffff)):
			problems.append('local header says other sizes: %r' % name)
		if extra_len and not office:
			widened(data[offset + 30 + name_len:body], 0, 0, 0, problems, raw)
		if full > SIZE_MAX or body + packed > start:
			problems.append('entry too large or outside: %r' % name)
			continue
		content = unpacked(data[body:body + packed], method, full, crc, name, problems)
		if content is not None and name not in files:
			files[name] = content
		at = body + packed
		if flags & 8:
			at += 16 if data[at:at + 4] == b'PK\x07\x08' else 12
	if at != start:
		problems.append('bytes between entries and directory')
	return files, problems


def unpacked(packed, method, full, crc, name, problems):
	if method == 8:
		inflater = zlib.decompressobj(-15)
		try:
			content = inflater.decompress(packed, full + 1)
		except zlib.error:
			problems.append('deflate broken: %r' % name)
			return None
		if not inflater.eof or inflater.unused_data:
			problems.append('deflate stream is not exactly the entry: %r' % name)
	elif method == 0:
		content = packed
	else:
		return None
	if len(content) != full or zlib.crc32(content) != crc:
		problems.append('size or CRC wrong: %r' % name)
	return content
