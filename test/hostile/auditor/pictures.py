"""JPEG, PNG and GIF: every byte must belong to the picture."""
import struct
import zlib

PNG_OK = {b'IHDR', b'PLTE', b'IDAT', b'IEND', b'tRNS', b'gAMA', b'cHRM', b'sRGB', b'sBIT', b'bKGD', b'pHYs', b'acTL', b'fcTL', b'fdAT', b'iCCP', b'cICP', b'mDCV', b'cLLI', b'eXIf'}


def kind(data):
	if data.startswith(b'\xff\xd8\xff'):
		return 'jpeg'
	if data.startswith(b'\x89PNG\r\n\x1a\n'):
		return 'png'
	if data[:6] in (b'GIF87a', b'GIF89a'):
		return 'gif'
	return None


def audit(data):
	found = kind(data)
	try:
		return {'jpeg': jpeg, 'png': png, 'gif': gif}[found](data) if found else ['no picture']
	except (IndexError, struct.error):
		return ['picture ends early']


ICC_OK = {b'desc', b'cprt', b'wtpt', b'bkpt', b'chad', b'rXYZ', b'gXYZ', b'bXYZ', b'rTRC', b'gTRC', b'bTRC', b'kTRC', b'A2B0', b'A2B1', b'A2B2', b'B2A0', b'B2A1', b'B2A2', b'gamt', b'cicp'}
ICC_TEXTS = (b'desc\0\0\0\0\0\0\0\x02S\0' + b'\0' * 78, b'text\0\0\0\0S\0', b'mluc\0\0\0\0\0\0\0\x01\0\0\0\x0cenUS\0\0\0\x02\0\0\0\x1c\0S')


def profile_problems(data):
	"""An ICC profile: nothing but a header, a table and the tags of it, without a gap; texts that say nothing (ICC.1, 7)."""
	if len(data) < 132 or data[36:40] != b'acsp' or struct.unpack('>I', data[:4])[0] != len(data):
		yield 'colour profile broken'
		return
	if any(data[4:8] + data[40:64] + data[80:128]):
		yield 'colour profile: header tells of programs or devices'
	spans = [(0, 132 + 12 * struct.unpack('>I', data[128:132])[0])]
	for at in range(132, spans[0][1], 12):
		name, offset, length = struct.unpack('>4sII', data[at:at + 12])
		spans.append((offset, offset + length))
		if name not in ICC_OK:
			yield 'colour profile: tag %r' % name
		if name in (b'desc', b'cprt') and data[offset:offset + length] not in ICC_TEXTS:
			yield 'colour profile: text'
		if data[offset:offset + 4] == b'mft1' and length != 48 + 256 * data[offset + 8] + data[offset + 10] ** data[offset + 8] * data[offset + 9] + 256 * data[offset + 9]:
			yield 'colour profile: bytes behind a table'
	end = 0
	for start, stop in sorted(set(spans)) + [(len(data), len(data))]:
		if start < end or start - end > 3 or any(data[end:start]):
			yield 'colour profile: bytes between tags'
		end = stop


def jpeg(data):
	problems, at, scans, profile = [], 2, 0, b''
	while True:
		if data[at] != 0xff:
			return problems + ['bytes between segments']
		marker = data[at + 1]
		if marker == 0xff:
			problems.append('fill bytes')
			at += 1
			continue
		at += 2
		if marker == 0xd9:
			break
		if marker in (0x01, 0xd8) or 0xd0 <= marker <= 0xd7:
			problems.append('marker %02x out of place' % marker)
			continue
		length = struct.unpack('>H', data[at:at + 2])[0]
		body = data[at + 2:at + length]
		at += length
		if marker == 0xe0:
			if not (body.startswith(b'JFIF\0') and len(body) == 14):
				problems.append('APP0 that is not plain JFIF')
		elif marker == 0xe1:
			if not (body.startswith(b'Exif\0\0') and (len(body) <= 40 and orientation_only(body[6:]) or adobe_rgb_only(body[6:]))):
				problems.append('APP1 that is more than an orientation')
		elif marker == 0xe2:
			if body.startswith(b'ICC_PROFILE\0'):
				profile += body[14:]
			else:
				problems.append('APP2 that is no colour profile')
		elif marker == 0xee:
			if not (body.startswith(b'Adobe') and len(body) == 12):
				problems.append('APP14 that is not Adobe')
		elif marker not in (0xdb, 0xc4, 0xdd, 0xda, 0xdc) and not (0xc0 <= marker <= 0xcf and marker not in (0xc8, 0xcc)):
			problems.append('segment %02x' % marker)
		if marker == 0xda:
			scans += 1
			while not (data[at] == 0xff and data[at + 1] != 0 and not 0xd0 <= data[at + 1] <= 0xd7):
				at += 1
	if at != len(data):
		problems.append('bytes after the end (%d)' % (len(data) - at))
	if not scans:
		problems.append('no scan')
	if profile:
		problems += profile_problems(profile)
	return problems


def orientation_only(tiff):
	order = {b'MM': '>', b'II': '<'}.get(tiff[:2])
	if not order:
		return False
	at = struct.unpack(order + 'I', tiff[4:8])[0]
	count = struct.unpack(order + 'H', tiff[at:at + 2])[0]
	return count == 1 and struct.unpack(order + 'H', tiff[at + 2:at + 4])[0] == 0x0112


ADOBE_RGB = bytes.fromhex('4d4d002a00000008' '0002' '011200030000000100010000' '876900040000000100000026' '00000000'
	'0002' 'a001000300000001ffff0000' 'a005000400000001000000' '44' '00000000' '0001' '000100020000000452303300' '00000000')


def adobe_rgb_only(tiff):
	"""What cameras say of Adobe RGB, and an orientation; nothing else."""
	return len(tiff) == len(ADOBE_RGB) and 1 <= tiff[19] <= 8 and tiff[:19] + b'\1' + tiff[20:] == ADOBE_RGB


def png(data):
	problems, at, main, header, frames = [], 8, b'', None, []
	while at < len(data):
		length, chunk = struct.unpack('>I4s', data[at:at + 8])
		body = data[at + 8:at + 8 + length]
		if len(body) != length or zlib.crc32(chunk + body) != struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0]:
			return problems + ['chunk %r broken' % chunk]
		at += 12 + length
		if chunk == b'IHDR' and header is not None:
			problems.append('two headers')
		if chunk == b'IHDR':
			header = struct.unpack('>IIBBBBB', body)
		if chunk not in PNG_OK:
			problems.append('chunk %r' % chunk)
		if chunk == b'fcTL':
			frame = [*struct.unpack('>II', body[4:12]), b'']
			frames.append(frame)
		if chunk == b'eXIf' and not (len(body) <= 26 and orientation_only(body)):
			problems.append('eXIf that is more than an orientation')
		if chunk == b'IDAT':
			main += body
		if chunk == b'fdAT' and frames:
			frames[-1][2] += body[4:]
		if chunk == b'iCCP':
			try:
				problems += profile_problems(zlib.decompress(body[body.index(b'\0') + 2:]))
			except (zlib.error, ValueError):
				problems.append('colour profile broken')
		if chunk == b'IEND':
			break
	else:
		problems.append('no IEND')
	if at != len(data):
		problems.append('bytes after IEND (%d)' % (len(data) - at))
	if header and header[0] * header[1] < 1 << 26:
		problems += data_problems(header, header[0], header[1], main) if main else ['no IDAT']
		for width, height, packed in frames:
			if packed:
				problems += data_problems(header, width, height, packed)
	return problems


PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def data_problems(header, width, height, packed):
	"""The unpacked data must be exactly the scan lines (PNG 7.2, 8)."""
	bits = header[2] * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(header[3], 4)
	line = lambda pixels: 1 + (pixels * bits + 7) // 8 if pixels else 0
	if header[6]:
		wanted = sum(line(-(-(width - x) // dx)) * -(-(height - y) // dy) for x, y, dx, dy in PASSES if width > x and height > y)
	else:
		wanted = line(width) * height
	inflater = zlib.decompressobj()
	try:
		got = len(inflater.decompress(packed, wanted + 1))
	except zlib.error:
		return ['IDAT broken']
	if got != wanted or inflater.unused_data or not inflater.eof:
		return ['IDAT is not exactly the scan lines']
	return []


def gif(data):
	problems = []
	flags = data[10]
	at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
	images = 0
	while True:
		block = data[at]
		at += 1
		if block == 0x3b:
			break
		if block == 0x21:
			label = data[at]
			body, end = blocks(data, at + 1)
			loop = label == 0xff and body[:11] in (b'NETSCAPE2.0', b'ANIMEXTS1.0') and len(body) == 14 and data[at + 1] == 11 and data[at + 13] == 3
			if not (label == 0xf9 and len(body) == 4) and not loop:
				problems.append('extension %02x' % label)
			at = end
		elif block == 0x2c:
			flags = data[at + 8]
			at += 9 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
			body, end = blocks(data, at + 1)
			if lzw_end(data[at], body) < len(body):
				problems.append('bytes after the end of an image')
			at, images = end, images + 1
		else:
			return problems + ['block %02x' % block]
	if at != len(data):
		problems.append('bytes after the trailer (%d)' % (len(data) - at))
	if not images:
		problems.append('no image')
	return problems


def blocks(data, at):
	body = b''
	while data[at]:
		body += data[at + 1:at + 1 + data[at]]
		at += 1 + data[at]
	return body, at + 1


def lzw_end(size, body):
	"""How many bytes the LZW stream takes up to its end code; all of them when it has none."""
	clear, width, following, first = 1 << size, size + 1, (1 << size) + 2, True
	value = bits = at = 0
	while True:
		while bits < width:
			if at == len(body):
				return at
			value |= body[at] << bits
			at, bits = at + 1, bits + 8
		code = value & ((1 << width) - 1)
		value, bits = value >> width, bits - width
		if code == clear + 1:
			return at
		if code == clear:
			width, following, first = size + 1, clear + 2, True
			continue
		if not first and following < 4096:
			following += 1
			if following == 1 << width and width < 12:
				width += 1
		first = False
