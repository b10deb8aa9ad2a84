"""An Office package: parts, types, relationships, and every element and attribute that acts."""
import functools
import posixpath
import re
import xml.parsers.expat

from . import fields, formulas, pictures

TYPES_NAME = '[Content_Types].xml'
TYPE_BAD = re.compile(r'macroenabled|vbaproject|vbadata|activex|macrosheet|dialogsheet|externallink|connections\+|querytable|oleobject|printersettings|keymapcustomizations|attachedtoolbars|webextension|'
	r'customxml|mailmerge|javascript|/html|obfuscatedfont|fontdata|x-font|^font|audio/|video/|model|inkml|signature|python|svg|emf|wmf|tiff|volatile|customproperty|slideupdate|\btags\+|addin|xslt|customdata|webimage|octet-stream|glossary|revision|usernames|'
	r'documenttasks|classificationlabels|calcchain|rtf|rfc822|sharedlinks', re.I)
TYPE_OK = re.compile(r'^(application/vnd\.openxmlformats-(officedocument|package)\.|application/vnd\.ms-(office|word|excel|powerpoint)\.|image/(png|jpeg|gif)$)')
RELATION_BAD = {'attachedTemplate', 'subDocument', 'frame', 'aFChunk', 'oleObject', 'externalLink', 'externalLinkPath', 'externalLinkLong', 'xlPathMissing', 'xlStartup', 'xlLibrary', 'externalLinkLongPath', 'vbaProject', 'wordVbaData',
	'vbaProjectSignature', 'vbaProjectSignatureAgile', 'vbaProjectSignatureV3', 'keyMapCustomizations', 'attachedToolbars', 'xlMacrosheet', 'xlIntlMacrosheet', 'dialogsheet', 'control', 'activeXControlBinary', 'extensibility',
	'userCustomization', 'webextension', 'webextensiontaskpanes', 'mailMergeSource', 'mailMergeHeaderSource', 'recipientData', 'connections', 'queryTable', 'volatileDependencies', 'xmlMaps', 'customXml', 'customXmlProps', 'customProperty',
	'printerSettings', 'font', 'audio', 'video', 'media', 'model3d', 'thumbnail', 'slideUpdateUrl', 'slideUpdateInfo', 'tags', 'origin', 'signature', 'certificate', 'transform', 'powerPivotData', 'customData', 'Python',
	'rdRichValueWebImage', 'legacyDiagramText', 'classificationlabels', 'documenttasks', 'inkXml', 'hlink', 'htmlPubSaveAs', 'smartTags', 'revisionHeaders', 'calcChain', 'unknown', 'xlAlternateStartup', 'glossaryDocument'}
RELATION_OK = re.compile(r'^(http://schemas\.openxmlformats\.org/(officeDocument|package)/2006/relationships/|http://schemas\.microsoft\.com/office/20\d\d/|http://purl\.oclc\.org/ooxml/officeDocument/relationships/)[\w/\-]+$')
SPACE_OK = re.compile(r'^(http://schemas\.openxmlformats\.org/|http://schemas\.microsoft\.com/office/|http://purl\.oclc\.org/ooxml/|urn:schemas-microsoft-com:(vml|office:(office|word|excel|powerpoint))$|http://purl\.org/dc/|'
	r'http://www\.w3\.org/2001/XMLSchema-instance$|http://www\.w3\.org/XML/1998/namespace$|urn:schemas-microsoft-com:mac:vml$)')
URL_OK = re.compile(r'^(https?://[^\s\\@"<>]+|mailto:[^\s\\"<>]+)$', re.I)
SCHEME = re.compile(r'^[\s\x00-\x20]*((javascript|vbscript|file|data|mhtml|search-ms|ldap|ftp|mk|shell|res|about|blob|jar|ms-[a-z\-]+|onenote|odc|wsl|tn3270)\s*:|\\\\|//)', re.I)
ELEMENT_BAD = {'attachedTemplate', 'mailMerge', 'dataBinding', 'subDoc', 'altChunk', 'control', 'controls', 'OLEObject', 'objectEmbed', 'objectLink', 'entryMacro', 'exitMacro', 'docEvents', 'mcds', 'vbaSuppData', 'frameset', 'sourceFileName',
	'saveThroughXslt', 'attachedSchema', 'schemaLibrary', 'smartTagType', 'smartTagTypes', 'embedRegular', 'embedBold', 'embedItalic', 'embedBoldItalic', 'contentPart', 'webVideoPr', 'signatureline', 'docVars', 'externalReference',
	'externalReferences', 'externalLink', 'externalBook', 'ddeLink', 'oleLink', 'oleObject', 'oleObjects', 'webPublishItem', 'webPublishItems', 'webPublishObject', 'webPublishObjects', 'webPublishing', 'dbPr', 'webPr', 'olapPr', 'queryTable',
	'volTypes', 'customPr', 'customProperties', 'connection', 'connections', 'MapInfo', 'python', 'macrosheet', 'dialogsheet', 'FmlaMacro', 'ScriptText', 'ScriptExtended', 'MapOCX', 'cmd', 'audioFile', 'videoFile', 'wavAudioFile', 'quickTimeFile',
	'audioCd', 'audio', 'video', 'media', 'snd', 'sndTgt', 'stSnd', 'sndAc', 'oleObj', 'embeddedFont', 'embeddedFontLst', 'htmlPubPr', 'tags', 'custDataLst', 'custData', 'smartTags', 'sldSyncPr', 'script', 'iframe', 'svgBlip', 'include',
	'externalData', 'autoUpdate', 'model3d', 'inkXml', 'customUI', 'taskpanes', 'webextension', 'glossaryDocument', 'oembed', 'calcChain', 'functionGroups', 'ocx', 'frameLayout'}
ATTRIBUTE_BAD = {'gfxdata', 'embeddedHtml', 'codeName', 'entryMacro', 'exitMacro', 'FmlaMacro', 'fmlaMacro', 'href', 'src', 'althref', 'hralt', 'saveAsUrl', 'refreshOnLoad', 'vbProcedure', 'xlm', 'onAction', 'onLoad', 'linkTarget', 'actuate',
	'ProcessContent', 'tgtFrame', 'oleUpdate', 'autoLoad', 'connectionId', 'onmouseover', 'onclick', 'sigprovurl', 'transitionEntry', 'transitionEvaluation', 'signinginstructions'}
TEXTUAL = {'descr', 'title', 'name', 'tooltip', 'alt', 'val', 'display', 'author', 'displayName', 'caption', 'cell', 'location', 'str', 'v', 'userId', 'providerId', 'text', 'prompt', 'error', 'promptTitle', 'errorTitle', 'formatCode', 'uri', 'invalidUrl', 'typeface', 'history'}
NAME_BAD = re.compile(r'^(_xlnm\.)?auto_(open|close|activate|deactivate)', re.I)
HTML = {'div', 'br', 'font', 'span', 'u', 'b', 'i', 'p', 'center', 'strike', 'sub', 'sup', 'a', 'table', 'tr', 'td', 'xml'}
JUMP = re.compile(r'^(|ppaction://hlinkshowjump\?jump=(nextslide|previousslide|firstslide|lastslide|endshow|lastslideviewed)|ppaction://hlinksldjump|ppaction://customshow\?id=\d+(&return=(true|false))?|ppaction://noaction)$')
VMLISH = ('urn:schemas-microsoft-com:', '')


def relations_of(part):
	folder, _, name = part.rpartition('/')
	return posixpath.join(folder, '_rels', name + '.rels') if folder else '_rels/' + name + '.rels'


def resolved(part, target):
	"""Name of the part that target means, seen from part."""
	if target.startswith('/'):
		return posixpath.normpath(target).lstrip('/')
	return posixpath.normpath(posixpath.join(posixpath.dirname(part), target))


class Tree:
	"""What one XML part says: problems, and the attributes that name relationships."""

	def __init__(self, data, plain=False):
		self.problems, self.stack, self.references, self.rows, self.plain = [], [], [], [], plain
		self.fields, self.formulas = fields.Reader(), formulas.Reader()
		parser = xml.parsers.expat.ParserCreate(namespace_separator='|')
		parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self.start, self.end, self.text
		parser.StartDoctypeDeclHandler = lambda *a: self.problems.append('document type declaration')
		parser.ProcessingInstructionHandler = lambda target, rest: self.problems.append('processing instruction ' + target)
		parser.CommentHandler = lambda words: self.problems.append('XML comment')
		parser.XmlDeclHandler = self.declaration
		parser.ordered_attributes = True
		if data[:2] in (b'\xff\xfe', b'\xfe\xff') or b'\0' in data[:8]:
			self.problems.append('encoding is not UTF-8')
		try:
			parser.Parse(data, True)
		except (xml.parsers.expat.ExpatError, ValueError, LookupError) as error:
			self.problems.append('XML broken: %s' % error)
		if not plain:
			self.problems += self.fields.close() + self.formulas.problems

	def declaration(self, version, encoding, standalone):
		if encoding and encoding.upper() not in ('UTF-8', 'US-ASCII'):
			self.problems.append('encoding ' + encoding)

	def start(self, name, raw):
		space, _, local = name.rpartition('|')
		attributes = dict(zip(raw[::2], raw[1::2]))
		self.stack.append(local)
		self.rows.append((local, attributes)) if self.plain else None
		if not (SPACE_OK.match(space) or (not space and local in HTML)):
			self.problems.append('element of an unknown namespace: {%s}%s' % (space, local))
		if self.plain:
			return
		of_sheet = local in ('control', 'controls') and space.endswith('/spreadsheetml/2006/main')  # form controls; ActiveX is told by its relationship
		if local in ELEMENT_BAD and not of_sheet and not (local in ('tags', 'media', 'video', 'audio', 'script') and not space):
			self.problems.append('element ' + local)
		for key, value in attributes.items():
			self.attribute(space, local, key, value, attributes)
		self.fields.start(local, attributes)
		self.formulas.start(space, local, attributes)

	def attribute(self, space, element, key, value, attributes):
		key_space, _, local = key.rpartition('|')
		if key_space and not SPACE_OK.match(key_space):
			self.problems.append('attribute of an unknown namespace: {%s}%s' % (key_space, local))
		if key_space.endswith('/relationships'):
			self.references.append((element, local, value))
			if local in ('link', 'href'):
				self.problems.append('attribute r:%s of %s' % (local, element))
		elif key_space == 'http://www.w3.org/XML/1998/namespace' and local != 'space' and local != 'lang':
			self.problems.append('attribute xml:' + local)
		elif (local in ATTRIBUTE_BAD or (local.startswith('on') and local != 'on' and not key_space and space.startswith(VMLISH[0]))) and not (local == 'src' and value == '') and value not in ('0', 'false'):
			self.problems.append('attribute %s of %s' % (local, element))
		if local == 'action' and not JUMP.match(value) and element.startswith('hlink'):
			self.problems.append('action %.60s' % value)
		if local == 'macro' and value:
			self.problems.append('macro %.60s' % value)
		if local == 'style' and 'url(' in value.lower():
			self.problems.append('style with a URL')
		if local == 'name' and element == 'definedName' and NAME_BAD.match(value):
			self.problems.append('name ' + value)
		if local == 'type' and element == 'cacheSource' and value == 'external':
			self.problems.append('pivot cache of an outside source')
		if local == 'id' and key_space and element in ('worksheetSource', 'rangeSet'):
			self.problems.append('pivot cache of an outside source')
		if SCHEME.match(value) and local not in TEXTUAL:
			self.problems.append('attribute %s of %s: %.60s' % (local, element, value))
		if element == 'hyperlink' and local == 'location' and (SCHEME.match(value) or formulas.dangers(value)):
			self.problems.append('location %.60s' % value)
		if element == 'function' or (element == 'definedName' and local == 'function' and value not in ('0', 'false')):
			self.problems.append('name that is a function')

	def end(self, name):
		local = self.stack.pop()
		if not self.plain:
			self.fields.end(local)
			self.formulas.end(local)

	def text(self, words):
		if not self.plain:
			self.fields.text(words)
			self.formulas.text(words)


@functools.lru_cache(maxsize=8192)
def part_problems(data):
	"""(problems, references) of an XML part; equal parts are looked at once."""
	tree = Tree(data)
	return tree.problems, tree.references


@functools.lru_cache(maxsize=8192)
def plain_rows(data):
	tree = Tree(data, plain=True)
	return tree.problems, tree.rows


def content_types(data):
	problems, rows = plain_rows(data)
	problems, defaults, overrides = list(problems), {}, {}
	for local, attributes in rows:
		table, key = (defaults, 'Extension') if local == 'Default' else (overrides, 'PartName') if local == 'Override' else (None, None)
		if table is None:
			continue
		name = attributes.get(key, '').lower()
		if name in table:
			problems.append('two content types for ' + name)
		table[name] = attributes.get('ContentType', '')
	for name, content_type in list(defaults.items()) + list(overrides.items()):
		if TYPE_BAD.search(content_type):
			problems.append('content type %s of %s' % (content_type, name))
	return problems, defaults, overrides


def relationships(part, data, files):
	"""(problems, {id: (type, target part or None)})."""
	problems, rows = plain_rows(data)
	problems, found = list(problems), {}
	for local, attributes in rows:
		if any('|' in key for key in attributes):
			problems.append('foreign attribute in relationships of %r' % part)
		if local == 'Relationships':
			continue
		if local != 'Relationship':
			problems.append('element %s in relationships of %r' % (local, part))
			continue
		relation, target, mode = attributes.get('Type', ''), attributes.get('Target', ''), attributes.get('TargetMode', 'Internal')
		suffix = relation.strip().rsplit('/', 1)[-1]
		if suffix in RELATION_BAD or not RELATION_OK.match(relation):
			problems.append('relationship %s of %r' % (suffix, part))
		if attributes.get('Id') in found:
			problems.append('two relationships %s of %r' % (attributes.get('Id'), part))
		inside = None
		if mode == 'External':
			if suffix != 'hyperlink' or not URL_OK.match(target):
				problems.append('outside target %.60s (%s) of %r' % (target, suffix, part))
		else:
			inside = resolved(part, target)
			if mode != 'Internal' or '..' in inside or ':' in target or '\\' in target or '//' in target:
				problems.append('target %.60s (%s) of %r' % (target, suffix, part))
			elif inside.lower() not in files and not target.startswith('#'):
				problems.append('target %s (%s) of %r is not there' % (target, suffix, part))
		found[attributes.get('Id')] = (suffix, inside)
	return problems, found


def audit(files, inner):
	"""Problems of a package's parts; inner audits embedded documents."""
	problems, defaults, overrides = content_types(files[TYPES_NAME])
	lower = {name.lower(): name for name in files}
	related, mains = set(), 0
	for name in [''] + list(files):
		rels = relations_of(name)
		rows = {}
		if rels in files:
			more, rows = relationships(name, files[rels], lower)
			problems += more
			for suffix, inside in rows.values():
				if inside:
					related.add(inside.lower())
				mains += name == '' and suffix == 'officeDocument'
		if name and name != TYPES_NAME and not name.endswith('.rels'):
			content_type = overrides.get('/' + name.lower(), defaults.get(name.rsplit('.', 1)[-1].lower(), ''))
			problems += ['%s: %s' % (name, problem) for problem in part(name, files[name], content_type, rows, inner)]
	for name in files:
		if name != TYPES_NAME and not name.endswith('.rels') and name.lower() not in related:
			problems.append('part that nothing relates to: ' + name)
		if name.endswith('.rels') and name != '_rels/.rels' and name.replace('_rels/', '').removesuffix('.rels').lower() not in lower:
			problems.append('relationships of a part that is not there: ' + name)
	if mains != 1:
		problems.append('%d main documents' % mains)
	return problems


def part(name, data, content_type, rows, inner):
	if not TYPE_OK.match(content_type) or TYPE_BAD.search(content_type):
		yield 'content type %r' % content_type
	if content_type.startswith('image/'):
		yield from pictures.audit(data)
		if pictures.kind(data) and 'image/' + pictures.kind(data) != content_type:
			yield 'picture of another kind'
	elif data.startswith(b'PK'):
		yield from inner(data, name)
	elif content_type.endswith(('+xml', '/xml', 'vmlDrawing')):
		problems, references = part_problems(data)
		yield from problems
		for element, local, value in references:
			if value and value not in rows:
				yield 'element %s names the relationship %s, which is not there' % (element, value)
			elif element == 'control' and rows[value][0] != 'ctrlProp':
				yield 'control that leads to %s' % rows[value][0]
	else:
		yield 'bytes that are neither XML nor a picture'
