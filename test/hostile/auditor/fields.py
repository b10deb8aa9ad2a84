"""Field instructions of Word, put together again from their pieces."""
import re

BAD = {'DDE', 'DDEAUTO', 'INCLUDEPICTURE', 'INCLUDETEXT', 'INCLUDE', 'IMPORT', 'LINK', 'EMBED', 'DATABASE', 'MACROBUTTON', 'GOTOBUTTON', 'RD', 'AUTOTEXT', 'AUTOTEXTLIST', 'GLOSSARY', 'PRINT', 'ASK', 'FILLIN', 'SET', 'TEMPLATE', 'INFO',
	'QUOTE', 'ADDIN', 'CONTROL', 'HTMLCONTROL', 'DATA', 'FILENAME', 'USERADDRESS', 'PRIVATE', 'FTNREF', 'DOCVARIABLE'}
GOOD_LINK = re.compile(r'^\s*"?(https?://[^\s\\@"]+|mailto:[^\s\\"]+)"?(\s+\\[a-z]+(\s+("[^"]*"|[^\s\\"]+))?)*\s*$', re.I)
INNER_LINK = re.compile(r'^\s*(\\[a-z]+(\s+("[^"]*"|[^\s\\"]+))?\s*)+$', re.I)


def dangers(instruction):
	"""What is wrong with an instruction."""
	words = instruction.strip(' \t\r\n\u00a0\u3000')
	name, _, rest = words.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ').replace('\u00a0', ' ').partition(' ')
	name = name.strip('"').upper()
	if name in BAD:
		return ['field ' + name]
	if name == 'HYPERLINK' and not (GOOD_LINK.match(rest) or INNER_LINK.match(rest)):
		return ['field HYPERLINK %.60r' % rest]
	if any(bad in words.upper().split() for bad in ('DDE', 'DDEAUTO', 'INCLUDEPICTURE', 'INCLUDETEXT', 'MACROBUTTON')):
		return ['field name inside of %.60r' % words]
	return []


class Reader:
	"""Follows begin, separate and end; the instruction may be cut over anything."""

	def __init__(self):
		self.open, self.problems, self.inside = [], [], None

	def start(self, local, attributes):
		if local == 'fldChar':
			self.character(next((v for k, v in attributes.items() if k.rpartition('|')[2] == 'fldCharType'), ''))
		elif local in ('instrText', 'delInstrText'):
			self.inside = local
			if not self.open or self.open[-1][1]:
				self.problems.append('instruction outside of a field')
		elif local == 'fldSimple':
			self.problems += dangers(next((v for k, v in attributes.items() if k.rpartition('|')[2] == 'instr'), ''))
		elif local in ('t', 'delText') and self.open and not self.open[-1][1]:
			self.inside = local

	def character(self, kind):
		if kind == 'begin':
			self.open.append(['', False])
		elif kind == 'separate' and self.open:
			self.open[-1][1] = True
		elif kind == 'end' and self.open:
			self.problems += dangers(self.open.pop()[0])

	def end(self, local):
		if local == self.inside:
			self.inside = None

	def text(self, words):
		if self.inside and self.open:
			self.open[-1][0] += words

	def close(self):
		while self.open:
			self.problems += dangers(self.open.pop()[0])
		return self.problems
