"""Formulas of workbooks and charts that reach out."""
import re

FUNCTIONS = ('CALL|REGISTER|REGISTER\\.ID|UNREGISTER|EXEC|EXECUTE|RUN|EVALUATE|FORMULA|FORMULA\\.FILL|FORMULA\\.ARRAY|FOPEN|FCLOSE|FREAD|FREADLN|FWRITE|FWRITELN|FSIZE|GET\\.\\w+|ALERT|HALT|RETURN|GOTO|INPUT|ON\\.\\w+|SET\\.\\w+|WORKBOOK\\.\\w+|'
	'WEBSERVICE|IMAGE|RTD|SQL\\.REQUEST|SQL\\.\\w+|STOCKHISTORY|TRANSLATE|DETECTLANGUAGE|PY|CUBE\\w+|COPILOT|INITIATE|POKE|REQUEST|TERMINATE|SEND\\.\\w+|OPEN|SAVE|SAVE\\.\\w+|FILE\\.\\w+|DIRECTORY|APP\\.\\w+|ECHO|ERROR|WAIT|BEEP|'
	'EMBED|FILES|DOCUMENTS|WINDOWS|LINKS|NAMES|CALLER|ARGUMENT|RESULT|DDE')
CALLS = re.compile(r'(?<![\w.])(_xlfn\.|_xlws\.)*(%s)\s*\(' % FUNCTIONS, re.I)
STRING = re.compile(r'"(?:[^"]|"")*"')
QUOTED = re.compile(r"'(?:[^']|'')*'")
OUTSIDE = re.compile(r'(^|[^\w\]\u0080-\uffff@#,;\[(])\[[^\[\]#@]+\][^\]]|^\[[^\[\]#@]+\]|[(,;]\[\d+\]|[(,;]\[[^\[\]]+\.xl')
LINK = re.compile(r'(?<![\w.])HYPERLINK\s*\(\s*("((?:[^"]|"")*)"\s*([,)]))?', re.I)
LINK_OK = re.compile(r'^(https?://[^\s\\@]+|mailto:[^\s\\]+|#.*)$', re.I)
ELEMENTS = {'f', 'formula', 'formula1', 'formula2', 'calculatedColumnFormula', 'totalsRowFormula', 'definedName', 'FmlaLink', 'FmlaTxbx', 'FmlaRange', 'FmlaGroup', 'FmlaPict', 'oldFormula'}


def dangers(formula):
	"""What reaches out of formula."""
	found = []
	for match in LINK.finditer(formula):
		if not match.group(1) or not LINK_OK.match(match.group(2)):
			found.append('HYPERLINK of %.40s' % (match.group(2) or 'something put together'))
	bare = STRING.sub('""', formula)
	for quoted in QUOTED.findall(bare):
		if re.search(r'\[|\\|:|/', quoted):
			found.append('sheet outside: %.60s' % quoted)
	plain = QUOTED.sub('_', bare)
	if '|' in plain:
		found.append('DDE %.60s' % formula)
	if OUTSIDE.search(plain) or '\\' in plain or '://' in plain:
		found.append('reference outside: %.60s' % formula)
	if CALLS.search(plain) or '_xll.' in plain or '_xludf.' in plain or re.search(r'![\w.]+\(', plain):
		found.append('call in %.60s' % formula)
	return ['formula: ' + words for words in found]


class Reader:
	def __init__(self):
		self.depth, self.words, self.problems, self.chart = None, '', [], False

	def start(self, space, local, attributes):
		if local in ELEMENTS and space and 'wordprocessingml' not in space and 'vml' not in space.rsplit(':', 1)[-1]:
			self.depth, self.words = local, ''
		for key, value in attributes.items():
			name = key.rpartition('|')[2]
			if (name in ('textlink', 'linkedCell', 'listFillRange', 'fmlaLink', 'fmlaMacro', 'fmlaRange', 'fmlaGroup', 'fmlaTxbx', 'cellRange') or (name == 'formula' and local in ('cacheField', 'calculatedItem', 'calculatedMember')) or
					(local == 'cfvo' and name == 'val')) and value:
				self.problems += dangers(value)

	def end(self, local):
		if local == self.depth:
			self.problems += dangers(self.words)
			self.depth = None

	def text(self, words):
		if self.depth:
			self.words += words
