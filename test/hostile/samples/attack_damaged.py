"""Damaged files: cut off at many places, bytes turned. Nothing may crash; what comes out must be whole or nothing."""
import random

from . import excel, pictures, powerpoint, word
from .package import Entry, container
from .sample import Sample, slug

BASES = {
	'docx': lambda keep: word.package(keep).bytes(), 'xlsx': lambda keep: excel.package(keep).bytes(), 'pptx': lambda keep: powerpoint.package(keep).bytes(), 'png': lambda keep: pictures.png(), 'jpg': lambda keep: pictures.jpeg(pictures.exif(6)),
	'gif': lambda keep: pictures.gif(frames=2), 'zip': lambda keep: container([Entry('a.txt', b'text ' * 50), Entry('b.png', pictures.png()), Entry('c.txt', keep.encode())]), 'csv': lambda keep: '品名,金額\r\n=1+1,2\r\n'.encode('cp932') * 9,
}
ANY = ('clean', 'sanitized', 'blocked')


def cut(base, share):
	return lambda mark, keep: base(keep)[:int(len(base(keep)) * share / 20)]


def turned(base, seed, count):
	def make(mark, keep):
		data = bytearray(base(keep))
		chance = random.Random(seed)
		for _ in range(count):
			data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
		return bytes(data)
	return make


def broken_part(family, name, change):
	def make(mark, keep):
		p = family.package(keep)
		p.parts[name] = change(p.parts[name])
		return p.bytes()
	return make


def samples():
	more = dict(verdicts=ANY, gone=(), keep=(), quiet=True)
	for extension, base in BASES.items():
		for share in range(20):
			yield Sample('damaged/cut-%02d.%s' % (share, extension), 'damaged', cut(base, share), **more)
		for seed in range(20):
			yield Sample('damaged/turned-%02d.%s' % (seed, extension), 'damaged', turned(base, seed, 1 + seed % 5), **more)
	for family, name in ((word, 'word/document.xml'), (word, 'word/styles.xml'), (word, 'word/settings.xml'), (word, 'word/footnotes.xml'), (excel, 'xl/workbook.xml'), (excel, 'xl/worksheets/sheet1.xml'), (excel, 'xl/sharedStrings.xml'),
			(excel, 'xl/drawings/vmlDrawing1.vml'), (powerpoint, 'ppt/presentation.xml'), (powerpoint, 'ppt/slides/slide1.xml')):
		extension = {word: 'docx', excel: 'xlsx', powerpoint: 'pptx'}[family]
		stem = name.rsplit('/', 1)[-1].split('.')[0]
		for label, change in (('half', lambda t: t[:len(t) // 2]), ('empty', lambda t: ''), ('unclosed', lambda t: t[:t.rindex('</')]), ('crossed', lambda t: t.replace('</', '<//', 1)), ('control', lambda t: t.replace('>', '>\x01', 1)), ('no-root', lambda t: '<?xml version="1.0"?>'),
				('other-root', lambda t: '<evil/>'), ('blank', lambda t: '   ')):
			yield Sample('damaged/part-%s-%s.%s' % (stem, label, extension), 'damaged', broken_part(family, name, change), **more)
	for name in ('word/document.xml', '[Content_Types].xml', '_rels/.rels', 'word/_rels/document.xml.rels'):
		def make(mark, keep, name=name):
			p = word.package(keep)
			true = p.entries
			p.entries = lambda: [e for e in true() if e.name != name.encode()]
			return p.bytes()
		yield Sample('damaged/without-%s.docx' % slug(name).lower(), 'damaged', make, **more)
	yield Sample('damaged/empty.docx', 'damaged', lambda mark, keep: b'', verdicts=('clean',), findings=('empty-file',), gone=(), keep=(), quiet=True)
	yield Sample('damaged/no-directory.docx', 'damaged', lambda mark, keep: container(word.package(keep).entries(), drop_directory=True), verdicts=('sanitized', 'blocked'), gone=(), quiet=True)
