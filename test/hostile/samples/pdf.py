"""A small PDF to attack: objects by number, written as plainly or as deviously as a sample wants."""
import hashlib
import zlib

PASSWORD_PAD = bytes.fromhex('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a')


def name(text, devious=False):
	"""/Name, or with every second letter as an escape."""
	if not devious:
		return b'/' + text.encode()
	return b'/' + b''.join(b'#%02X' % c if i % 2 else bytes([c]) for i, c in enumerate(text.encode()))


class Pdf:
	"""Objects 1 (catalogue), 2 (pages), 3 (a page), 4 (its content), 5 (a font); more by add()."""

	def __init__(self, keep):
		self.objects = {
			1: b'<</Type/Catalog/Pages 2 0 R>>',
			2: b'<</Type/Pages/Kids[3 0 R]/Count 1>>',
			3: b'<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>',
			5: b'<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
		}
		self.stream(b'', b'BT /F1 12 Tf 72 770 Td (%s) Tj ET\n' % keep.encode(), 4)

	def add(self, body, number=None):
		number = number or max(self.objects) + 1
		self.objects[number] = body
		return number

	def stream(self, entries, data, number=None, packed=True):
		"""A stream of its own; entries stand in its dictionary."""
		if packed:
			data, entries = zlib.compress(data), entries + b'/Filter/FlateDecode'
		return self.add(b'<<' + entries + b'/Length %d>>stream\n' % len(data) + data + b'\nendstream', number)

	def put(self, number, entries):
		"""Entries at the start of an object's dictionary."""
		self.objects[number] = self.objects[number].replace(b'<<', b'<<' + entries, 1)

	def annotation(self, entries):
		number = self.add(b'<</Type/Annot/Rect[72 700 200 720]' + entries + b'>>')
		page = self.objects[3]
		self.objects[3] = page.replace(b'/Annots[', b'/Annots[%d 0 R ' % number) if b'/Annots[' in page else page.replace(b'<<', b'<</Annots[%d 0 R]' % number, 1)
		return number

	def field(self, entries):
		number = self.annotation(b'/Subtype/Widget/F 4' + entries)
		catalogue = self.objects[1]
		if b'/Fields[' in catalogue:
			self.objects[1] = catalogue.replace(b'/Fields[', b'/Fields[%d 0 R ' % number)
		else:
			self.put(1, b'/AcroForm<</Fields[%d 0 R]/DR<</Font<</F1 5 0 R>>>>/DA(/F1 12 Tf 0 g)>>' % number)
		return number

	def bytes(self, head=b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', trailer=b'', objects=None, at=0, previous=None):
		"""With a plain cross-reference table; at and previous for an update behind other bytes."""
		objects = self.objects if objects is None else objects
		out, places = head, {}
		for number, body in sorted(objects.items()):
			places[number] = at + len(out)
			out += b'%d 0 obj\n' % number + body + b'\nendobj\n'
		start = at + len(out)
		out += b'xref\n0 1\n0000000000 65535 f \n' if previous is None else b'xref\n'
		for number in sorted(places):
			out += b'%d 1\n%010d 00000 n \n' % (number, places[number])
		out += b'trailer\n<</Size %d/Root 1 0 R' % (max(self.objects) + 1) + trailer
		out += b'/Prev %d' % previous if previous is not None else b''
		return out + b'>>\nstartxref\n%d\n%%%%EOF\n' % start

	def updated(self, changes):
		"""An incremental update: changed objects behind the first end."""
		first = self.bytes()
		start = int(first.rsplit(b'startxref\n', 1)[1].split()[0])
		return first + self.bytes(b'', b'', changes, len(first), start)

	def bundled(self):
		"""All but streams in an object stream, with a cross-reference stream."""
		plain = {n: b for n, b in self.objects.items() if b'stream\n' not in b}
		index, text = b'', b''
		for number, body in sorted(plain.items()):
			index += b'%d %d ' % (number, len(text))
			text += body + b'\n'
		bundle = max(self.objects) + 1
		packed = zlib.compress(index + text)
		objects = {n: b for n, b in self.objects.items() if n not in plain}
		objects[bundle] = b'<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>stream\n' % (len(plain), len(index), len(packed)) + packed + b'\nendstream'
		out, rows = b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', {0: (0, 0, 255)}
		for number, body in sorted(objects.items()):
			rows[number] = (1, len(out), 0)
			out += b'%d 0 obj\n' % number + body + b'\nendobj\n'
		rows.update({number: (2, bundle, i) for i, number in enumerate(sorted(plain))})
		last = bundle + 1
		rows[last] = (1, len(out), 0)
		table = b''.join(bytes([rows.get(n, (0, 0, 0))[0]]) + rows.get(n, (0, 0, 0))[1].to_bytes(4, 'big') + bytes([rows.get(n, (0, 0, 0))[2] % 256]) for n in range(last + 1))
		start = len(out)
		out += b'%d 0 obj\n<</Type/XRef/Size %d/Root 1 0 R/W[1 4 1]/Length %d>>stream\n' % (last, last + 1, len(table)) + table + b'\nendstream\nendobj\n'
		return out + b'startxref\n%d\n%%%%EOF\n' % start

	def encrypted(self):
		"""RC4 of 40 bits with an empty user password (ISO 32000-1, 7.6.3)."""
		identifier = hashlib.md5(b'sekisho').digest()
		owner = rc4(hashlib.md5(PASSWORD_PAD).digest()[:5], PASSWORD_PAD)
		key = hashlib.md5(PASSWORD_PAD + owner + b'\xfc\xff\xff\xff' + identifier).digest()[:5]
		user = rc4(key, PASSWORD_PAD)
		objects = {}
		for number, body in self.objects.items():
			own = hashlib.md5(key + number.to_bytes(3, 'little') + b'\0\0').digest()[:10]
			head, mark, data = body.partition(b'stream\n')
			head = encrypt_strings(head, own)
			objects[number] = head + mark + (rc4(own, data[:-len(b'\nendstream')]) + b'\nendstream' if mark else b'')
		return self.bytes(objects=objects, trailer=b'/ID[<%s><%s>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>' % (
			identifier.hex().encode(), identifier.hex().encode(), owner.hex().encode(), user.hex().encode()))


def encrypt_strings(text, key):
	"""Literal strings without escapes or brackets in them, as this file writes them."""
	parts = text.split(b'(')
	for i in range(1, len(parts)):
		string, _, rest = parts[i].partition(b')')
		parts[i] = b'<' + rc4(key, string).hex().encode() + b'>' + rest
	return b''.join(parts)


def rc4(key, data):
	box, j, i, out = list(range(256)), 0, 0, bytearray()
	for k in range(256):
		j = (j + box[k] + key[k % len(key)]) % 256
		box[k], box[j] = box[j], box[k]
	j = 0
	for c in data:
		i = (i + 1) % 256
		j = (j + box[i]) % 256
		box[i], box[j] = box[j], box[i]
		out.append(c ^ box[(box[i] + box[j]) % 256])
	return bytes(out)
