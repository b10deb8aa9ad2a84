/*
 * The text of a page: its content, then what its annotations show: filled-in fields, stamps, free text (ISO 32000-2, 12.5.5).
 *
 * What the attacker controls here: which objects a page calls its annotations, and their looks; anything of another type is passed over.
 */
#include "format/pdf/extract.h"

#define FIELD_DEPTH 16 /* of a field above its widget */
enum { HIDDEN = 2, NO_VIEW = 32 }; /* flags (12.5.3) */

bool text_of_annotation(enum pdf_type type)
{
	sk_bytes name = sk_bytes_str(pdf_types[type].name);

	return sk_bytes_starts(name, SK_BYTES("Annot")) || sk_bytes_starts(name, SK_BYTES("Widget")) || sk_bytes_starts(name, SK_BYTES("Appearance")) ||
	       sk_bytes_starts(name, SK_BYTES("ArrayOfAnnots"));
}

/* The normal appearance: a form, or the one of several that is the state (12.5.5, table 170). */
static const struct text_object *looks(const struct text_job *t, const struct text_value *annotation)
{
	const struct text_value *normal = text_find(text_inside(t, text_find(annotation, "AP")), "N"), *state = text_find(annotation, "AS");
	const struct text_object *form = text_object_of(t, normal);

	if (form == NULL || form->type != PDF_TYPE_XObjectFormType1)
		form = state == NULL ? NULL : text_object_of(t, text_entry(text_inside(t, normal), state->bytes));
	return form != NULL && form->type == PDF_TYPE_XObjectFormType1 ? form : NULL;
}

/* What is filled in, of the widget itself or of a field above it (12.7.4.1); only texts: a button's state is a name. */
static sk_bytes filled_in(const struct text_job *t, const struct text_value *widget)
{
	for (unsigned i = 0; widget != NULL && i < FIELD_DEPTH; i++) {
		const struct text_value *value = text_find(widget, "V");
		if (value != NULL)
			return value->key->form == PDF_FORM_TEXT ? value->bytes : (sk_bytes){0};
		widget = text_inside(t, text_find(widget, "Parent"));
	}
	return (sk_bytes){0};
}

/* A field whose look shows nothing is one that a viewer draws by its value. */
static enum sk_status put_annotation(struct text_job *t, const struct text_value *annotation)
{
	const struct text_value *flags = text_find(annotation, "F");
	const struct text_object *form = looks(t, annotation);

	if (flags != NULL && (flags->number & (HIDDEN | NO_VIEW)) != 0)
		return SK_OK;
	t->shown = false;
	if (form != NULL)
		SK_TRY(text_walk(t, form, text_inside(t, text_find(form->first, "Resources"))));
	return t->shown ? SK_OK : text_lines(t, filled_in(t, annotation));
}

enum sk_status text_page(struct text_job *t, const struct text_object *page)
{
	const struct text_object *content = text_object_of(t, text_find(page->first, "Contents"));
	const struct text_value *annotation = text_inside(t, text_find(page->first, "Annots"));

	if (content != NULL && content->type == PDF_TYPE_Stream)
		SK_TRY(text_walk(t, content, text_inside(t, text_find(page->first, "Resources"))));
	for (; annotation != NULL; annotation = annotation->next)
		SK_TRY(put_annotation(t, text_inside(t, annotation)));
	return text_put(t, SK_BYTES("\f"));
}
