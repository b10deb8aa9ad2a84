"""Text and tables: no characters that hide, no cell that a spreadsheet program would run."""
import re

BIDI = re.compile('[\u202a-\u202e\u2066-\u2069]')
CONTROL = re.compile('[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]')
NUMBER = re.compile(r'^[+\-＋－−]?[\s]?[¥￥$€]?[\d,]*\.?\d+(\.\d*)?([eE][+\-]?\d+)?\s?[%％]?$')
PHONE = re.compile(r'^\+?[\d][\d\- ()]*$')
DASHES = re.compile(r'^[-－ ]+$')
STRIP = ' \u00a0\u3000\ufeff\u200b\u200c\u2060\0\x01'


def decoded(data):
	"""data as text, by byte order mark, then by what it is valid as."""
	half = len(data) // 2
	for name, zeros in (('utf-16-le', data[1::2].count(0)), ('utf-16-be', data[0::2].count(0))):
		if half and len(data) % 2 == 0 and zeros * 2 > half:
			return data.decode(name, 'replace').lstrip('\ufeff')  # no byte order mark, or one that is cut off
	for mark, encoding in ((b'\xef\xbb\xbf', 'utf-8-sig'), (b'\xff\xfe', 'utf-16'), (b'\xfe\xff', 'utf-16')):
		if data.startswith(mark):
			return data.decode(encoding, 'replace')
	if b'\x1b' in data and all(b < 0x80 for b in data):
		return data.decode('iso2022_jp', 'replace')
	for encoding in ('utf-8', 'cp932', 'euc-jp'):
		try:
			return data.decode(encoding)
		except UnicodeDecodeError:
			continue
	return data.decode('cp932', 'replace')


def separator(text):
	"""The separator on which most lines agree."""
	match = re.match(r'\ufeff?"?sep=(.)"?\r?\n', text)
	if match:
		return match.group(1)
	lines = [line for line in text.splitlines() if line][:50]
	best, found = 0, None
	for candidate in ',\t;':
		counts = [line.count(candidate) for line in lines]
		agreed = max((counts.count(c) for c in set(counts) if c), default=0)
		if agreed > best:
			best, found = agreed, candidate
	return found


def fields(text, by):
	"""(row, field) of a table (RFC 4180, taken loosely)."""
	row, at, size = 0, 0, len(text)
	while at <= size:
		if at < size and text[at] == '"':
			value, at = [], at + 1
			while at < size:
				if text[at] == '"':
					if text[at + 1:at + 2] == '"':
						value.append('"')
						at += 2
						continue
					at += 1
					break
				value.append(text[at])
				at += 1
			rest = at
			while at < size and text[at] not in by + '\r\n':
				at += 1
			yield row, ''.join(value) + text[rest:at]
		else:
			start = at
			while at < size and text[at] not in by + '\r\n':
				at += 1
			yield row, text[start:at]
		if at >= size:
			return
		if text[at] in '\r\n':
			row += 1
			at += 2 if text[at:at + 2] == '\r\n' else 1
		else:
			at += 1


def runs(field):
	"""True when a spreadsheet program would take field for a formula."""
	bare = field.lstrip(STRIP + '\t\r')
	if len(bare) < 2 or bare[0] not in '=+-@＝＋－−＠':
		return False
	return not (NUMBER.match(bare) or PHONE.match(bare) or DASHES.match(bare)) or bare[0] in '=＝@＠'


def audit(data, table):
	text = decoded(data)
	problems = []
	if BIDI.search(text) or CONTROL.search(text.replace('\x1b', '')):
		problems.append('control or direction-changing characters')
	if table:
		if re.match(r'\ufeff?"?sep=', text, re.I):
			problems.append('a line that names the separator')
		by = separator(text) or ','
		for row, field in fields(text.lstrip('\ufeff'), by):
			if runs(field):
				problems.append('cell that runs in line %d: %.40r' % (row + 1, field))
	return problems
