/* From a file, or a text, to a document. */
#include "suite/document_private.h"

#include "base/error.h"

#define BYTES_MAX  ((gsize)64 * 1024 * 1024)
#define BLANKS_MAX 2000

/* Refuses texts that libfyaml is too slow for: directives (quadratic time, some without end), and many consecutive
 * blanks and line breaks (quadratic). No suite needs either. */
static bool
check_slow_parts(const Source *source, GError **error)
{
	const char *text = base_source_text(source);
	bool line_start = true;
	gsize blanks = 0;

	for (gsize i = 0; i < base_source_length(source); i++) {
		if (line_start && text[i] == '%')
			return suite_source_error(source, i, error,
			                          "remove the line; a text that begins with % needs quotes",
			                          "YAML directives are not understood");
		line_start = text[i] == '\n' || text[i] == '\r';
		blanks = line_start || text[i] == ' ' || text[i] == '\t' ? blanks + 1 : 0;
		if (blanks > BLANKS_MAX)
			return suite_source_error(source, i, error, "remove them",
			                          "too many blanks and empty lines after each other");
	}
	return true;
}

static bool
document_load_check_encoding(const Source *source, GError **error)
{
	const char *text = base_source_text(source);
	const char *end = NULL;

	if (g_utf8_validate(text, (gssize)base_source_length(source), &end))
		return true;
	if (*end == '\0')
		return suite_source_error(source, (gsize)(end - text), error, NULL, "the file holds a NUL character");
	return suite_source_error(source, (gsize)(end - text), error, "save the file as UTF-8", "not valid UTF-8");
}

static SuiteDocument *
document_load(Source *source, GError **error)
{
	g_autoptr(SuiteDocument) document = suite_document_new(source);

	if (!document_load_check_encoding(document->source, error) || !check_slow_parts(document->source, error))
		return NULL;
	return suite_document_fill(document, error) ? g_steal_pointer(&document) : NULL;
}

SuiteDocument *
suite_document_load(const char *path, GError **error)
{
	g_autoptr(Source) source = base_source_load(path, BYTES_MAX, error);

	return source != NULL ? document_load(source, error) : NULL;
}

SuiteDocument *
suite_document_parse(const char *path, const char *text, GError **error)
{
	g_autoptr(Source) source = base_source_new(path, text, -1);

	return document_load(source, error);
}
