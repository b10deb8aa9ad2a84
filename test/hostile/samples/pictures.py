"""Small true pictures, made here so that each byte is known: PNG, APNG, JPEG, GIF."""
import struct
import zlib


def png_chunk(kind, data, crc=None):
	return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data) if crc is None else crc)


PNG_SIGNATURE = b'\x89PNG\r\n\x1a\n'


def png_header(width, height, depth=8, colour=2, interlace=0):
	return png_chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, 0, 0, interlace))


def png_lines(width, height, phase=0):
	"""Scan lines of an 8-bit colour gradient, filter 0."""
	lines = bytearray()
	for y in range(height):
		lines.append(0)
		for x in range(width):
			lines += bytes(((x * 8 + phase) & 255, (y * 8) & 255, 128))
	return bytes(lines)


def png(width=32, height=24, before_data=b'', after_data=b'', after_end=b'', data=None, header=None, end=True):
	"""A PNG with chunks of the caller before and after IDAT, and bytes after IEND."""
	if data is None:
		data = png_chunk(b'IDAT', zlib.compress(png_lines(width, height), 9))
	return (PNG_SIGNATURE + (png_header(width, height) if header is None else header) + before_data + data + after_data +
		(png_chunk(b'IEND', b'') if end else b'') + after_end)


def apng(extra=b'', extra_frame=b''):
	"""An animated PNG of two frames."""
	width, height = 16, 16
	control = lambda number: png_chunk(b'fcTL', struct.pack('>IIIIIHHBB', number, width, height, 0, 0, 1, 10, 0, 0))
	second = struct.pack('>I', 2) + zlib.compress(png_lines(width, height, 99), 9)
	return png(width, height, png_chunk(b'acTL', struct.pack('>II', 2, 0)) + control(0) + extra,
		control(1) + png_chunk(b'fdAT', second) + extra_frame)


def jpeg_segment(marker, data):
	return struct.pack('>BBH', 0xff, marker, len(data) + 2) + data


JFIF = jpeg_segment(0xe0, b'JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00')
DC_BITS, DC_VALUES = bytes([0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]), bytes(range(12))
AC_BITS, AC_VALUES = bytes([0, 2] + [0] * 14), bytes([0x00, 0x01])  # end of block; one coefficient of one bit


def codes(bits, values):
	"""value -> (code, length) of a Huffman table (ITU-T T.81, annex C)."""
	result, code, at = {}, 0, 0
	for length, count in enumerate(bits, 1):
		for _ in range(count):
			result[values[at]] = (code, length)
			code, at = code + 1, at + 1
		code <<= 1
	return result


def jpeg_scan(blocks_wide, blocks_high):
	"""Entropy-coded data of a gradient, three components, one DC coefficient a block."""
	dc, ac = codes(DC_BITS, DC_VALUES), codes(AC_BITS, AC_VALUES)
	bits, previous = [], [0, 0, 0]
	for y in range(blocks_high):
		for x in range(blocks_wide):
			for component, value in enumerate((x * 12 - 20, y * 16 - 20, 10 - x * 4)):
				difference, previous[component] = value - previous[component], value
				length = abs(difference).bit_length()
				code, code_length = dc[length]
				bits.append(format(code, '0%db' % code_length))
				if length:
					raw = difference if difference > 0 else difference + (1 << length) - 1
					bits.append(format(raw, '0%db' % length))
				code, code_length = ac[0]
				bits.append(format(code, '0%db' % code_length))
	text = ''.join(bits)
	text += '1' * (-len(text) % 8)
	return int(text, 2).to_bytes(len(text) // 8, 'big').replace(b'\xff', b'\xff\x00')


def jpeg(segments=b'', after_end=b'', width=32, height=24, before_scan=b'', scan=None, frame=None, end=True, jfif=True):
	"""A baseline JPEG with segments of the caller after JFIF and before the scan, and bytes after EOI."""
	if scan is None:
		scan = jpeg_scan((width + 7) // 8, (height + 7) // 8)
	if frame is None:
		frame = struct.pack('>BHHB', 8, height, width, 3) + bytes([1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0])
	tables = jpeg_segment(0xdb, b'\x00' + bytes([8] * 64)) + jpeg_segment(0xc0, frame)
	tables += jpeg_segment(0xc4, b'\x00' + DC_BITS + DC_VALUES) + jpeg_segment(0xc4, b'\x10' + AC_BITS + AC_VALUES)
	return (b'\xff\xd8' + (JFIF if jfif else b'') + segments + tables + before_scan +
		jpeg_segment(0xda, bytes([3, 1, 0x00, 2, 0x00, 3, 0x00, 0, 63, 0])) + scan + (b'\xff\xd9' if end else b'') + after_end)


def exif(orientation=None, text=b''):
	"""An APP1 segment with Exif: an orientation and an ImageDescription."""
	rows, tail = [], b''
	if text:
		rows.append((0x010e, 2, len(text) + 1, 'offset'))
		tail = text + b'\0'
	if orientation:
		rows.append((0x0112, 3, 1, orientation))
	rows.sort()
	data_at = 8 + 2 + 12 * len(rows) + 4
	body = b'MM\x00\x2a\x00\x00\x00\x08' + struct.pack('>H', len(rows))
	for tag, kind, count, value in rows:
		if value == 'offset':
			body += struct.pack('>HHII', tag, kind, count, data_at)
		else:
			body += struct.pack('>HHIHH', tag, kind, count, value, 0)
	return jpeg_segment(0xe1, b'Exif\0\0' + body + b'\0\0\0\0' + tail)


def gif_image(width, height, colour):
	"""An image block whose LZW stream never grows its codes: a clear code before each 30 pixels."""
	stream, count = [], 0
	for index in range(width * height):
		if count % 30 == 0:
			stream.append((32, 6))
		stream.append(((index + colour) % 32, 6))
		count += 1
	stream.append((33, 6))
	value, at, packed = 0, 0, bytearray()
	for code, length in stream:
		value |= code << at
		at += length
		while at >= 8:
			packed.append(value & 255)
			value, at = value >> 8, at - 8
	if at:
		packed.append(value & 255)
	return struct.pack('<BHHHHB', 0x2c, 0, 0, width, height, 0) + b'\x05' + gif_blocks(bytes(packed))


def gif_blocks(data):
	return b''.join(bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255)) + b'\0'


def gif_control(delay=10):
	return b'\x21\xf9\x04' + struct.pack('<BHB', 4, delay, 0) + b'\0'


GIF_LOOP = b'\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00'


def gif(before=b'', after_end=b'', width=16, height=12, frames=1, end=True, between=b''):
	"""A GIF with blocks of the caller before the first frame and between frames, and bytes after the trailer."""
	palette = b''.join(bytes((n * 8, 255 - n * 8, 100)) for n in range(32))
	body = b'GIF89a' + struct.pack('<HHBBB', width, height, 0xf4, 0, 0) + palette
	if frames > 1:
		body += GIF_LOOP
	body += before
	for frame in range(frames):
		body += (gif_control() if frames > 1 else b'') + gif_image(width, height, frame * 7) + between
	return body + (b'\x3b' if end else b'') + after_end


def icc_table(behind=b''):
	"""A look-up table of 8 bits from three colours to three (lut8Type), of two points a side, and bytes of the caller behind it."""
	ramp = bytes(range(256))
	matrix = struct.pack('>9i', 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
	return b'mft1\0\0\0\0\3\3\2\0' + matrix + ramp * 3 + bytes(n * 9 % 256 for n in range(24)) + ramp * 3 + behind


def icc(text=b'S', private=b'', between=b'', behind=b'', table_behind=b''):
	"""A display profile of RGB with a look-up table; each argument is hidden in a place of its own."""
	tags = [(b'desc', b'desc\0\0\0\0' + struct.pack('>I', len(text) + 1) + text + b'\0' * 79), (b'cprt', b'text\0\0\0\0' + text + b'\0'),
		(b'wtpt', b'XYZ \0\0\0\0' + struct.pack('>3I', 0xf6d6, 0x10000, 0xd32d)), (b'A2B0', icc_table(table_behind))]
	if private:
		tags.append((b'EVIL', b'data\0\0\0\0' + private))
	table, body, at = b'', between, 132 + 12 * len(tags)
	for name, data in tags:
		table += name + struct.pack('>II', at + len(body), len(data))
		body += data + b'\0' * (-len(data) % 4)
	head = b'\0\0\0\0\2\x40\0\0mntrRGB Lab ' + b'\0' * 12 + b'acsp' + b'\0' * 28 + struct.pack('>3I', 0xf6d6, 0x10000, 0xd32d) + b'\0' * 48
	whole = head + struct.pack('>I', len(tags)) + table + body + behind
	return struct.pack('>I', len(whole) + 4) + whole


ICC_PLACES = ('text', 'private', 'between', 'behind', 'table_behind')


def icc_segments(profile, size=400):
	"""The profile in as many APP2 segments as it takes."""
	parts = [profile[at:at + size] for at in range(0, len(profile), size)]
	return b''.join(jpeg_segment(0xe2, b'ICC_PROFILE\0' + bytes([n, len(parts)]) + part) for n, part in enumerate(parts, 1))
