"""What a sample is, and the marker strings by which the check knows what crossed."""
import zlib

MARK = 'SEKISHO_MARK_'
KEEP = 'SEKISHO_KEEP_'


class Sample:
	"""One hostile file, its attack, and what is expected of the sanitizer.

	name      path below the output folder; its extension is what the sender called it
	item      item of the checklist of active content that it stands for
	make      make(mark, keep) returns the file's bytes; called only when the sample is wanted
	verdicts  the verdicts that are right
	findings  codes of which at least one must be reported; empty: none is asked for
	gone      strings that must not be in the output; None: the marker
	keep      strings that must be in the output; None: the keep marker
	checks    names of further checks of the output (see check)
	telling   part of the small set
	harmless  a twin without an attack: it must come out clean
	quiet     the attack can't be seen in the file by an auditor (a limit, damage)
	"""

	def __init__(self, name, item, make, verdicts=('sanitized',), findings=(), gone=None, keep=None, checks=(),
			telling=False, harmless=False, quiet=False, sparse=None):
		self.name, self.item, self.make = name, item, make
		self.verdicts, self.findings = tuple(verdicts), tuple(findings)
		number = '%08x' % zlib.crc32(name.encode('utf-8'))
		self.mark, self.keep_mark = MARK + number, KEEP + number
		self.gone = [self.mark] if gone is None else list(gone)
		self.keep = [self.keep_mark] if keep is None else list(keep)
		self.checks, self.telling, self.harmless, self.quiet = tuple(checks), telling, harmless, quiet
		self.sparse = sparse

	def bytes(self):
		return self.make(self.mark, self.keep_mark)

	def row(self):
		"""The manifest's row."""
		return {'file': self.name, 'item': self.item, 'gone': self.gone, 'keep': self.keep,
			'verdicts': list(self.verdicts), 'findings': list(self.findings), 'checks': list(self.checks),
			'harmless': self.harmless, 'quiet': self.quiet}


EITHER = ('sanitized', 'blocked')
BLOCKED = ('blocked',)
CLEAN = ('clean',)


def slug(text):
	"""text as part of a file name."""
	return ''.join(c if c.isascii() and (c.isalnum() or c in '-_.') else '_' for c in text).strip('._') or 'x'
