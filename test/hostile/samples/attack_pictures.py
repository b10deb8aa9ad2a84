"""Pictures that carry more than pixels, alone and inside of documents."""
import struct
import zlib

from . import excel, pictures, powerpoint, word
from .package import Entry, container
from .pictures import apng, exif, gif, gif_blocks, jpeg, jpeg_segment, png, png_chunk
from .sample import EITHER, Sample

XMP = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><x>%s</x></x:xmpmeta>'


def thumbnailed(m):
	return jpeg(jpeg_segment(0xe0, b'JFXX\0\x10' + jpeg(jpeg_segment(0xfe, m))))


JPEGS = {
	'exif': lambda m: jpeg(exif(text=m)), 'exif-orientation': lambda m: jpeg(exif(6, m)), 'xmp': lambda m: jpeg(jpeg_segment(0xe1, XMP % m)), 'comment': lambda m: jpeg(jpeg_segment(0xfe, m)),
	'comment-script': lambda m: jpeg(jpeg_segment(0xfe, b'*/=1;alert("%s");/*' % m)), 'comment-php': lambda m: jpeg(jpeg_segment(0xfe, b'<?php system("%s"); ?>' % m)),
	'iptc': lambda m: jpeg(jpeg_segment(0xed, b'Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x20' + m)), 'mpf': lambda m: jpeg(jpeg_segment(0xe2, b'MPF\0II*\0\x08\0\0\0\0\0' + m)),
	'icc': lambda m: jpeg(jpeg_segment(0xe2, b'ICC_PROFILE\0\x01\x01' + m * 8)), 'maker-note': lambda m: jpeg(exif(text=b'Apple iOS\0' + m)), 'thumbnail': thumbnailed,
	'before-scan': lambda m: jpeg(before_scan=jpeg_segment(0xfe, m)), 'after-end': lambda m: jpeg(after_end=m), 'after-zip': lambda m: jpeg(after_end=container([Entry('evil.exe', b'MZ' + m)])),
	'after-html': lambda m: jpeg(after_end=b'<html><script>%s</script>' % m), 'after-jpeg': lambda m: jpeg(after_end=jpeg(jpeg_segment(0xfe, m))), 'after-pdf': lambda m: jpeg(after_end=b'%PDF-1.7 ' + m),
	'before': lambda m: m + jpeg(), 'fill-bytes': lambda m: jpeg(b'\xff' * 40 + jpeg_segment(0xfe, m)), 'huge-comment': lambda m: jpeg(jpeg_segment(0xfe, m * 3000)),
	'two-starts': lambda m: b'\xff\xd8' + jpeg(jpeg_segment(0xfe, m)),
}
for n_ in range(16):
	JPEGS['app%d' % n_] = lambda m, n=n_: jpeg(jpeg_segment(0xe0 + n, b'Evil\0' + m))
for n_ in (0xf0, 0xf7, 0xfd, 0x02, 0xde, 0xdf):
	JPEGS['marker-%02x' % n_] = lambda m, n=n_: jpeg(jpeg_segment(n, m))
for place_ in pictures.ICC_PLACES:
	JPEGS['icc-' + place_] = lambda m, place=place_: jpeg(pictures.icc_segments(pictures.icc(**{place: m * 4})))

TEXT = b'Comment\0'
PNGS = {
	'text': lambda m: png(before_data=png_chunk(b'tEXt', TEXT + m)), 'compressed-text': lambda m: png(before_data=png_chunk(b'zTXt', TEXT + b'\0' + zlib.compress(m))),
	'international-text': lambda m: png(before_data=png_chunk(b'iTXt', TEXT + b'\0\0\0\0' + m)), 'exif': lambda m: png(before_data=png_chunk(b'eXIf', b'MM\0*\0\0\0\x08\0\0\0\0\0\0' + m)),
	'icc': lambda m: png(before_data=png_chunk(b'iCCP', b'x\0\0' + zlib.compress(m * 9))), 'time': lambda m: png(before_data=png_chunk(b'tIME', struct.pack('>HBBBBB', 2024, 4, 1, 9, 0, 0)) +
		png_chunk(b'tEXt', TEXT + m)), 'private': lambda m: png(before_data=png_chunk(b'evIl', m)), 'private-critical': lambda m: png(before_data=png_chunk(b'EVIL', m)),
	'after-data': lambda m: png(after_data=png_chunk(b'tEXt', TEXT + m)), 'after-end': lambda m: png(after_end=m), 'chunk-after-end': lambda m: png(after_end=png_chunk(b'tEXt', TEXT + m)),
	'after-zip': lambda m: png(after_end=container([Entry('evil.exe', b'MZ' + m)])), 'after-html': lambda m: png(after_end=b'<html><script>%s</script>' % m),
	'idat-tail': lambda m: png(data=png_chunk(b'IDAT', zlib.compress(pictures.png_lines(32, 24)) + m)), 'idat-too-long': lambda m: png(data=png_chunk(b'IDAT', zlib.compress(pictures.png_lines(32, 24) + m))),
	'idat-stored-script': lambda m: png(before_data=png_chunk(b'tEXt', TEXT + b'<script>%s</script>' % m)), 'before': lambda m: m + png(), 'bad-crc': lambda m: png(before_data=png_chunk(b'tEXt', TEXT + m, 1)),
	'two-headers': lambda m: png(before_data=pictures.png_header(32, 24) + png_chunk(b'tEXt', m)), 'animated': lambda m: apng(png_chunk(b'tEXt', TEXT + m)),
	'animated-frame-tail': lambda m: apng(extra_frame=png_chunk(b'fdAT', struct.pack('>I', 3) + m)), 'suggested-palette': lambda m: png(before_data=png_chunk(b'sPLT', m + b'\0\x08')),
	'offset-chunk': lambda m: png(before_data=png_chunk(b'oFFs', b'\0' * 9) + png_chunk(b'sTER', b'\0') + png_chunk(b'tEXt', TEXT + m)), 'embedded-office': lambda m: png(before_data=png_chunk(b'mkBT', m)),
	'fireworks': lambda m: png(before_data=png_chunk(b'prVW', m)), 'ai-text': lambda m: png(before_data=png_chunk(b'iTXt', b'XML:com.adobe.xmp\0\0\0\0\0' + XMP % m)),
}
for place_ in pictures.ICC_PLACES:
	PNGS['icc-' + place_] = lambda m, place=place_: png(before_data=png_chunk(b'iCCP', m + b'\0\0' + zlib.compress(pictures.icc(**{place: m * 4}))))

EXTENSION = b'\x21\xff\x0b'
GIFS = {
	'comment': lambda m: gif(b'\x21\xfe' + gif_blocks(m)), 'comment-script': lambda m: gif(b'\x21\xfe' + gif_blocks(b'*/=alert("%s");/*' % m)), 'application': lambda m: gif(EXTENSION + b'EVILAPPL1.0' + gif_blocks(m)),
	'xmp': lambda m: gif(EXTENSION + b'XMP DataXMP' + m + b'\x01' + bytes(range(255, -1, -1)) + b'\0'), 'plain-text': lambda m: gif(b'\x21\x01\x0c' + b'\0' * 12 + gif_blocks(m)), 'after-end': lambda m: gif(after_end=m),
	'after-zip': lambda m: gif(after_end=container([Entry('evil.exe', b'MZ' + m)])), 'after-jar': lambda m: gif(after_end=container([Entry('META-INF/MANIFEST.MF', m)])),
	'unknown-extension': lambda m: gif(b'\x21\x77' + gif_blocks(m)), 'between-frames': lambda m: gif(frames=2, between=b'\x21\xfe' + gif_blocks(m)), 'icc': lambda m: gif(EXTENSION + b'ICCRGBG1012' + gif_blocks(m)),
	'loop-odd': lambda m: gif(EXTENSION + b'NETSCAPE2.0' + gif_blocks(b'\x01\0\0' + m)), 'before': lambda m: m + gif(), 'lzw-tail': lambda m: gif().replace(b'\0\x3b', bytes([len(m)]) + m + b'\0\x3b'),
	'script-header': lambda m: b'GIF89a=1;/*' + gif()[11:] + b'*/;alert("%s")' % m,
}
FAMILIES = {'docx': (word, 'word/media/image1.', 'word/document.xml'), 'xlsx': (excel, 'xl/media/image1.', 'xl/drawings/drawing1.xml'), 'pptx': (powerpoint, 'ppt/media/image1.', 'ppt/slides/slide1.xml')}
MILD = ('exif', 'xmp', 'comment', 'iptc', 'mpf', 'icc', 'maker-note', 'thumbnail', 'before-scan', 'text', 'private', 'time', 'after-data', 'animated', 'application', 'plain', 'unknown', 'app', 'marker', 'fill', 'huge',
	'compressed', 'international', 'suggested', 'offset', 'embedded', 'fireworks', 'ai', 'between', 'loop', 'idat-stored')
BROKEN = ('before', 'two-', 'private-critical', 'script-header', 'idat-too-long', 'marker', 'app14', 'animated-frame-tail', 'bad-crc', 'lzw-tail')
TELLING = {('jpg', 'after-zip'), ('jpg', 'exif'), ('png', 'compressed-text'), ('png', 'after-html'), ('gif', 'application'), ('gif', 'script-header')}


def inside(make, family, prefix, source, extension):
	def build(mark, keep):
		p = family.package(keep)
		del p.parts[prefix + 'png']
		kind = {'jpg': 'image/jpeg', 'png': 'image/png', 'gif': 'image/gif'}[extension]
		p.defaults[extension] = kind
		p.add(prefix + extension, make(mark.encode('ascii')))
		p.relationships[source] = [(number, relation, target.replace('image1.png', 'image1.' + extension), external) for number, relation, target, external in p.relationships[source]]
		return p.bytes()
	return build


def samples():
	for extension, table in (('jpg', JPEGS), ('png', PNGS), ('gif', GIFS)):
		for name, make in table.items():
			mild = name.startswith(MILD)
			verdicts = EITHER if name.startswith(BROKEN) or name == 'after-pdf' else ('sanitized', 'clean') if mild else ('sanitized',)
			if name.startswith(('marker', 'app')):
				verdicts = ('sanitized', 'clean', 'blocked')
			findings = ('picture-trailing', 'polyglot') if name in ('after-end', 'after-zip', 'after-html', 'lzw-tail') else ('picture-hidden',) if name == 'before-scan' else ('picture-repaired',) if name in (
				'private-critical', 'bad-crc', 'two-headers', 'idat-too-long') else ('picture-metadata',) if name in ('exif', 'text', 'comment', 'xmp') else ()
			yield Sample('pictures/%s.%s' % (name, extension), 'pictures/' + extension, lambda mark, keep, make=make: make(mark.encode('ascii')), verdicts=verdicts, findings=findings, keep=(),
				telling=(extension, name) in TELLING, checks=('picture', 'profile') if name.startswith('icc-') else ('picture',), quiet=name in QUIET)
			for document, (family, prefix, source) in FAMILIES.items():
				yield Sample('pictures/%s-%s-in.%s' % (name, extension, document), 'ooxml/pictures', inside(make, family, prefix, source, extension), verdicts=('sanitized', 'clean'), quiet=name in QUIET)
	for name, data in (('base.png', png()), ('base.jpg', jpeg()), ('base.gif', gif()), ('animated.gif', gif(frames=3)), ('animated.png', apng())):
		yield Sample('harmless/' + name, 'harmless', lambda mark, keep, data=data: data, verdicts=('clean',), keep=(), gone=(), harmless=True, checks=('picture',))
	yield Sample('harmless/profile.jpg', 'harmless', lambda mark, keep: jpeg(pictures.icc_segments(pictures.icc())), verdicts=('clean',), keep=(), gone=(), harmless=True, checks=('picture', 'profile'))
	yield Sample('harmless/orientation.jpg', 'harmless', lambda mark, keep: jpeg(exif(6)), verdicts=('clean',), keep=(), gone=(), harmless=True, checks=('picture', 'orientation:6'))


QUIET = {'two-starts', 'before'}
