"""What is dangerous in a PDF, by its names: a deny-list over every object and every stream, however packed."""
import re
import zlib

# names that stand for what acts, plays, carries files or leads elsewhere (ISO 32000-2, 12.6 and others)
DANGEROUS = ('JavaScript', 'JS', 'Launch', 'AA', 'SubmitForm', 'ImportData', 'ResetForm', 'GoToR', 'GoToE', 'GoToDp', 'GoTo3DView', 'RichMediaExecute', 'RichMedia', 'Rendition', 'Sound', 'Movie',
	'EmbeddedFile', 'EmbeddedFiles', 'Filespec', 'FileAttachment', 'EF', 'AF', 'XFA', 'OPI', 'Alternates', 'PieceInfo', 'Collection', 'Screen', 'URIBase', 'Encrypt', 'FFilter', 'JBIG2Decode', 'JPXDecode', 'Crypt',
	'SpiderInfo', 'Legal', 'Perms', 'DSS', 'PresSteps', 'Threads', 'SetOCGState', 'Hide', 'Thread', 'Named', 'Metadata', '3D', 'U3D', 'PS', 'Ref', 'TrapNet', 'PrinterMark', 'Extensions', 'Templates', 'Thumb', 'HalftoneType')
SCHEMES = (b'http:', b'https:', b'mailto:')


def unescaped(text):
	return re.sub(rb'#([0-9A-Fa-f]{2})', lambda m: bytes([int(m[1], 16)]), text)


def without_strings(text):
	"""Objects without their strings, whose words mean nothing."""
	out, depth, i = bytearray(), 0, 0
	while i < len(text):
		c = text[i:i + 1]
		if depth and c == b'\\':
			i += 2
			continue
		depth += c == b'('
		if not depth:
			out += c
		depth -= depth > 0 and c == b')'
		i += 1
	return bytes(out)


def objects(data):
	"""Text of all objects, of object streams too; streams' own bytes are left out. Problems come as strings."""
	at, plain = 0, bytearray()
	for match in re.finditer(rb'>>\s*stream\r?\n', data):
		if match.start() < at:
			continue
		head = data[max(at, data.rfind(b' obj', at, match.start())):match.start()]
		length = re.search(rb'/Length (\d+)', head)
		plain += data[at:match.end()]
		at = match.end() + (int(length[1]) if length else 0)
		if not data[at:at + 12].lstrip().startswith(b'endstream'):
			yield 'a stream without its end'
		if b'/ObjStm' in head:
			try:
				yield zlib.decompress(data[match.end():at])
			except zlib.error:
				yield 'an object stream that is broken'
	yield bytes(plain + data[at:])


def audit(data):
	problems = []
	if data.count(b'%%EOF') != 1 or not data.endswith(b'%%EOF\n'):
		problems.append('not one end of file at the end')
	if data.count(b'startxref') != 1:
		problems.append('not one revision')
	for text in objects(data):
		if isinstance(text, str):
			problems.append(text)
			continue
		for uri in re.finditer(rb'/URI\s*\(((?:[^\\)]|\\.)*)\)', unescaped(text), re.S):
			if not uri[1].lower().startswith(SCHEMES) and not uri[1].startswith(b'#'):
				problems.append('a link that may not cross: %r' % uri[1][:40])
		names = set(re.findall(rb'/([^\s()<>\[\]{}/%]+)', unescaped(without_strings(text))))
		problems += ['the name %s' % word for word in DANGEROUS if word.encode() in names]
	return sorted(set(problems))
