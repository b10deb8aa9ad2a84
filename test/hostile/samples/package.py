"""ZIP containers made by hand, so that each field can lie, and Office packages on top of them."""
import functools
import re
import struct
import zlib

TIME, DATE = 0, 0x21  # 1980-01-01


@functools.lru_cache(maxsize=4096)
def deflated(data):
	"""data as a raw deflate stream; the parts of base documents are packed once."""
	packer = zlib.compressobj(6, zlib.DEFLATED, -15)
	return packer.compress(data) + packer.flush()


@functools.lru_cache(maxsize=4096)
def crc32(data):
	return zlib.crc32(data)


class Entry:
	"""An entry of a container. Fields that begin with local_ are said in the local header instead of the true ones."""

	def __init__(self, name, data=b'', method=8, **lies):
		self.name = name if isinstance(name, bytes) else name.encode('utf-8')
		self.utf8 = not isinstance(name, bytes) and not name.isascii()
		self.data, self.method, self.lies = data, method, lies


def container(entries, before=b'', after=b'', comment=b'', between=b'', end=None, directory_extra=b'', flags_all=0,
		drop_directory=False, zip64=False):
	"""A ZIP file of entries (APPNOTE 4.3). before, between and after are bytes outside of entries."""
	body, directory, count = bytearray(before), bytearray(), 0
	for entry in entries:
		lies = entry.lies
		packed = lies.get('packed')
		if packed is None:
			packed = deflated(entry.data) if entry.method == 8 else entry.data
		flags = lies.get('flags', 0) | flags_all | (0x800 if entry.utf8 else 0)
		crc = lies.get('crc', crc32(entry.data))
		size, packed_size = lies.get('size', len(entry.data)), lies.get('packed_size', len(packed))
		method = lies.get('method_said', entry.method)
		at = lies.get('offset', len(body))
		local_name = lies.get('local_name', entry.name)
		extra, local_extra = lies.get('extra', b''), lies.get('local_extra', lies.get('extra', b''))
		if not lies.get('no_local'):
			descriptor = flags & 8
			body += struct.pack('<IHHHHHIIIHH', 0x04034b50, lies.get('needs', 20), lies.get('local_flags', flags),
				lies.get('local_method', method), TIME, DATE,
				lies.get('local_crc', 0 if descriptor else crc) & 0xffffffff,
				lies.get('local_packed_size', 0 if descriptor else packed_size) & 0xffffffff,
				lies.get('local_size', 0 if descriptor else size) & 0xffffffff, len(local_name), len(local_extra))
			body += local_name + local_extra + packed
			if descriptor:
				body += struct.pack('<IIII', 0x08074b50, crc, packed_size & 0xffffffff, size & 0xffffffff)
			body += between
		if not lies.get('no_directory'):
			directory += struct.pack('<IHHHHHHIIIHHHHHII', 0x02014b50, lies.get('made_by', 20), lies.get('needs', 20), flags,
				method, TIME, DATE, crc, packed_size & 0xffffffff, size & 0xffffffff, len(entry.name), len(extra),
				len(lies.get('comment', b'')), 0, 0, lies.get('attributes', 0), at & 0xffffffff)
			directory += entry.name + extra + lies.get('comment', b'')
			count += 1
	start = len(body)
	if drop_directory:
		return bytes(body + after)
	body += directory + directory_extra
	if zip64:
		lie = zip64 if isinstance(zip64, dict) else {}
		at = len(body)
		body += struct.pack('<IQHHIIQQQQ', 0x06064b50, 44, 45, 45, 0, 0, lie.get('count', count), lie.get('count', count),
			lie.get('size', len(directory)), lie.get('start', start))
		body += struct.pack('<IIQI', 0x07064b50, 0, lie.get('locator', at), 1)
		body += struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, len(comment))
	elif end is None:
		body += struct.pack('<IHHHHIIH', 0x06054b50, 0, 0, count & 0xffff, count & 0xffff, len(directory), start,
			len(comment))
	else:
		body += end(count, len(directory), start)
	return bytes(body + comment + after)


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELS = 'http://schemas.openxmlformats.org/package/2006/relationships'
TYPES = 'http://schemas.openxmlformats.org/package/2006/content-types'
DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships/'
MICROSOFT = 'http://schemas.microsoft.com/office/'
ANCHOR = re.compile(r'<!--[A-Z0-9]+-->')


def escaped(text):
	return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;').replace('"', '&quot;')


def spaced(text):
	"""escaped, with blanks and controls as character references, which attribute normalisation leaves alone."""
	return ''.join('&#%d;' % ord(c) if c < ' ' else c for c in escaped(text))


def rels_name(part):
	"""Name of the part with the relationships of part ('' is the package)."""
	folder, _, name = part.rpartition('/')
	return (folder + '/' if folder else '') + '_rels/' + name + '.rels'


class Package:
	"""An Office package: parts as text or bytes, relationships and content types as lists, made into a file at the end.

	XML parts hold anchors, comments of capitals like <!--BODY-->, at which at() inserts; they go when the file is made.
	"""

	def __init__(self, extension, main):
		self.extension, self.main = extension, main
		self.parts, self.relationships, self.overrides = {}, {'': []}, {}
		self.defaults = {'rels': 'application/vnd.openxmlformats-package.relationships+xml', 'xml': 'application/xml'}
		self.entry_lies, self.file_lies = {}, {}
		self.extra_entries = []

	def add(self, name, content, content_type=None):
		self.parts[name] = content
		if content_type:
			self.overrides[name] = content_type
		return self

	def relate(self, part, relation, target, external=False, number=None):
		"""A relationship of part; relation is a type's URI or its last part. Returns its id."""
		if '/' not in relation and ':' not in relation:
			relation = DOCUMENT + relation
		rows = self.relationships.setdefault(part, [])
		number = number or 'rId%d' % (len(rows) + 1)
		rows.append((number, relation, target, external))
		return number

	def at(self, part, anchor, xml):
		"""Inserts xml at an anchor of part, which must be there."""
		mark = '<!--%s-->' % anchor
		text = self.parts[part]
		if mark not in text:
			raise KeyError('%s has no anchor %s' % (part, anchor))
		self.parts[part] = text.replace(mark, xml + mark, 1)
		return self

	def replace(self, part, old, new):
		text = self.parts[part]
		if old not in text:
			raise KeyError('%s has no %s' % (part, old))
		self.parts[part] = text.replace(old, new, 1)
		return self

	def copy(self):
		other = Package(self.extension, self.main)
		other.parts, other.overrides, other.defaults = dict(self.parts), dict(self.overrides), dict(self.defaults)
		other.relationships = {part: list(rows) for part, rows in self.relationships.items()}
		return other

	def content_types(self):
		text = XML + '<Types xmlns="%s">' % TYPES
		text += ''.join('<Default Extension="%s" ContentType="%s"/>' % row for row in self.defaults.items())
		text += ''.join('<Override PartName="/%s" ContentType="%s"/>' % row for row in self.overrides.items())
		return text + '</Types>'

	def rels(self, part):
		text = XML + '<Relationships xmlns="%s">' % RELS
		for number, relation, target, external in self.relationships[part]:
			text += '<Relationship Id="%s" Type="%s" Target="%s"%s/>' % (number, escaped(relation), spaced(target),
				' TargetMode="External"' if external else '')
		return text + '</Relationships>'

	def entries(self):
		"""The entries of the container, in the order that Office writes."""
		written = {'[Content_Types].xml': self.content_types()}
		for part, rows in self.relationships.items():
			if rows:
				written[rels_name(part)] = self.rels(part)
		written.update(self.parts)
		result = []
		for name, content in written.items():
			data = stripped(content).encode('utf-8') if isinstance(content, str) else content
			result.append(Entry(name, data, **self.entry_lies.get(name, {})))
		return result + self.extra_entries

	def bytes(self):
		return container(self.entries(), **self.file_lies)


@functools.lru_cache(maxsize=4096)
def stripped(text):
	"""text without its anchors."""
	return ANCHOR.sub('', text)
