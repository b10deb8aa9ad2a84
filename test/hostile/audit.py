#!/usr/bin/env python3
"""Says what is dangerous in files that should be clean, by its own list.

usage: test/hostile/audit.py [--quiet] PATH...

The sanitizer works by allow-list; this works by deny-list and strict reading, and shares nothing with it. It is run over
every output; run over the hostile samples it must object to each. Exit code 0: nothing found; 1: something.
"""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from auditor import container, office, pdf, pictures, text

STRANGERS = (b'MZ', b'\x7fELF', b'%PDF', b'\xd0\xcf\x11\xe0', b'{\\rt', b'Rar!', b'7z\xbc\xaf', b'MSCF', b'\x1f\x8b', b'BM', b'II*\0', b'MM\0*', b'L\0\0\0\x01\x14\x02', b'\xca\xfe\xba\xbe', b'RIFF', b'<html', b'<!DOCTYPE', b'<?xml', b'<svg', b'#!')
SCRIPT = re.compile(rb'ActiveXObject|WScript\.|CreateObject|^@echo off|Invoke-Expression|^\[InternetShortcut\]|^WEB\r?\n1\r?\n|^ID;P|^%!PS|^Windows Registry|^REGEDIT|^From: .*\r?\nTo: |<script|<\?php|^var x = new|^\{\\rt', re.I)
DEPTH_MAX = 6


def is_office(names):
	return '[content_types].xml' in {name.lower() for name in names}


def audit(data, name, depth=0):
	"""Problems of a file, as sentences."""
	if depth > DEPTH_MAX:
		return ['files in files too deep']
	if data.startswith(b'PK') or b'PK\x05\x06' in data[-70000:]:
		return archive(data, name, depth)
	if pictures.kind(data):
		return pictures.audit(data)
	if data.startswith(b'%PDF'):
		return pdf.audit(data)
	if (data.startswith(STRANGERS) and data[:2] not in (b'\x1b$', b'\x1b(')) or (SCRIPT.search(data[:4096]) and data[:1] != b'\x1b') or data[2:5] == b'-lh' or data[0x8001:0x8006] == b'CD001':
		return ['a kind that may not cross: %r' % data[:8]]
	return text.audit(data, name.lower().endswith(('.csv', '.tsv')))


def archive(data, name, depth):
	try:
		start = container.directory(data)[0]
	except (container.Broken, IndexError) as error:
		return ['container broken: %s' % error]
	except Exception as error:  # a container that lies breaks the reader in many ways: each is a problem, not a fault
		return ['container broken: %r' % error]
	office_like = any(entry[0].lower() == b'[content_types].xml' for entry in start)
	try:
		files, problems = container.read(data, office_like)
	except Exception as error:
		return ['container broken: %r' % error]
	if not data.startswith(b'PK\x03\x04') and start:
		problems.append('bytes before the container')
	inner = lambda content, inner_name: audit(content, inner_name, depth + 1)
	if office_like:
		if office.TYPES_NAME not in files:
			return problems + ['no content types']
		return problems + office.audit(files, inner) + extension(name, files)
	for entry, content in files.items():
		if entry.endswith('/') and content:
			problems.append('folder that holds bytes: %r' % entry)
		if not entry.endswith('/'):
			problems += ['%s: %s' % (entry, problem) for problem in inner(content, entry)]
	return problems


def extension(name, files):
	"""A package must be called what it is."""
	if os.path.splitext(name)[1].lower() in ('.docm', '.dotm', '.xlsm', '.xltm', '.xlam', '.pptm', '.potm', '.ppsm', '.ppam'):
		return ['extension of a macro format']
	return []


def main():
	paths = [path for path in sys.argv[1:] if not path.startswith('--')]
	quiet = '--quiet' in sys.argv
	if not paths:
		sys.exit(__doc__.split('\n\n')[1])
	found = 0
	for path in paths:
		for folder, _, names in os.walk(path) if os.path.isdir(path) else [(os.path.dirname(path), [], [os.path.basename(path)])]:
			for name in sorted(names):
				with open(os.path.join(folder, name), 'rb') as file:
					problems = audit(file.read(), name)
				found += bool(problems)
				for problem in [] if quiet else problems:
					print('%s: %s' % (os.path.join(folder, name), problem))
	sys.exit(1 if found else 0)


if __name__ == '__main__':
	main()
