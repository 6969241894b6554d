/* A changelog in XML as a tree of elements. The only user of libxml2 here. */
#include "migration/format/liquibase/changelog.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

/* Both are far above real changelogs. */
#define MAX_DEPTH       50
#define MAX_ATTRIBUTES  200

#define NAMESPACE       "http://www.liquibase.org/xml/ns/dbchangelog"
#define SCHEMA_INSTANCE "http://www.w3.org/2001/XMLSchema-instance"

typedef struct {
	const Source *source;
	const char *text;
	gsize at;         /* how far in the source we are */
	GPtrArray *stack; /* of LiquibaseNode *, the open elements */
	GArray *closed;   /* of bool, for each of them: "<x/>" */
	LiquibaseNode *root;
	xmlParserCtxt *context;
	GError *error;
} Reader;

static void
give_up(Reader *reader, gsize offset, const char *hint, const char *message)
{
	if (reader->error == NULL)
		migration_error_at(&reader->error, reader->source, offset, hint, "%s", message);
	xmlStopParser(reader->context);
}

/* --- Places ------------------------------------------------------------------ */

static bool
liquibase_xml_skip(Reader *reader, const char *start, const char *end)
{
	const char *here = reader->text + reader->at;

	if (!g_str_has_prefix(here, start))
		return false;
	const char *found = strstr(here + strlen(start), end);
	reader->at = found != NULL ? (gsize)(found - reader->text) + strlen(end) : base_source_length(reader->source);
	return true;
}

/* Skips comments, processing instructions and the marks of CDATA sections. */
static void
skip_markup(Reader *reader)
{
	static const char begin[] = "<![CDATA[";
	static const char end[] = "]]>";

	for (;;) {
		const char *here = reader->text + reader->at;
		if (g_str_has_prefix(here, begin)) {
			reader->at += strlen(begin);
			/* The contents of a CDATA section are text, even if they look like a comment. */
			if (!g_str_has_prefix(here + strlen(begin), end))
				return;
		} else if (g_str_has_prefix(here, end)) {
			reader->at += strlen(end);
		} else if (!liquibase_xml_skip(reader, "<!--", "-->") && !liquibase_xml_skip(reader, "<?", "?>")) {
			return;
		}
	}
}

/* Moves behind the tag that begins at the offset. True when it is "<x/>". */
static bool
skip_tag(Reader *reader, gsize offset)
{
	const char *here = reader->text + offset;
	char quote = '\0';

	for (; *here != '\0' && (quote != '\0' || *here != '>'); here++)
		if (quote == *here)
			quote = '\0';
		else if (quote == '\0' && (*here == '"' || *here == '\''))
			quote = *here;
	reader->at = (gsize)(here - reader->text) + (*here != '\0');
	return here > reader->text && here[-1] == '/';
}

/* --- Events of libxml2 --------------------------------------------------------- */

static char *
local_value(const xmlChar *start, const xmlChar *end)
{
	return g_strndup((const char *)start, (gsize)(end - start));
}

static void
liquibase_xml_add_attributes(LiquibaseNode *node, int n, const xmlChar **attributes)
{
	/* Five pointers for each: local name, prefix, namespace, value, its end. */
	for (int i = 0; i < n; i++, attributes += 5) {
		if (attributes[1] != NULL)
			continue;
		LiquibaseAttribute *attribute = g_new0(LiquibaseAttribute, 1);
		attribute->name = g_strdup((const char *)attributes[0]);
		attribute->value = local_value(attributes[3], attributes[4]);
		g_ptr_array_add(node->attributes, attribute);
	}
}

/* Liquibase validates, and without a schema nothing is valid. */
static bool
names_schema(int n, const xmlChar **attributes)
{
	for (int i = 0; i < n; i++, attributes += 5)
		if (strcmp((const char *)attributes[0], "schemaLocation") == 0 &&
		    g_strcmp0((const char *)attributes[2], SCHEMA_INSTANCE) == 0)
			return true;
	return false;
}

/* Checks the first element by Liquibase's rules. */
static bool
check_root(Reader *reader, gsize offset, bool ours, int n_attributes, const xmlChar **attributes)
{
	if (!ours)
		give_up(reader, offset, "write <databaseChangeLog xmlns=\"" NAMESPACE "\" ...>",
		        "the changelog is not in Liquibase's namespace");
	else if (!names_schema(n_attributes, attributes))
		give_up(reader, offset,
		        "write xmlns:xsi=\"" SCHEMA_INSTANCE "\" xsi:schemaLocation=\"" NAMESPACE " " NAMESPACE
		        "/dbchangelog-latest.xsd\"",
		        "the changelog names no schema, without which Liquibase refuses it");
	return reader->error == NULL;
}

static void
start_element(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *space, int n_spaces,
              const xmlChar **spaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
	Reader *reader = data;
	const char *text = reader->text;
	/* libxml2 stands behind the attributes, and no "<" may be in one. */
	gsize offset = (gsize)MAX(0, xmlByteConsumed(reader->context));

	(void)spaces;
	(void)n_spaces;
	(void)n_defaulted;
	offset = MIN(offset, base_source_length(reader->source));
	while (offset > 0 && text[offset] != '<')
		offset--;
	bool ours = space != NULL && g_str_has_prefix((const char *)space, NAMESPACE);
	g_autofree char *whole = !ours && prefix != NULL ? g_strdup_printf("%s:%s", prefix, name)
	                                                 : g_strdup((const char *)name);
	if (reader->root == NULL && !check_root(reader, offset, ours, n_attributes, attributes))
		return;
	if (reader->stack->len >= MAX_DEPTH || n_attributes > MAX_ATTRIBUTES) {
		give_up(reader, offset, NULL, "elements are nested too deeply, or one has too many attributes");
		return;
	}
	LiquibaseNode *node = liquibase_node_new(whole, offset);
	bool closed = skip_tag(reader, offset);
	liquibase_xml_add_attributes(node, n_attributes, attributes);
	if (reader->root == NULL)
		reader->root = node;
	else
		g_ptr_array_add(((LiquibaseNode *)g_ptr_array_index(reader->stack, reader->stack->len - 1))->children,
		                node);
	g_ptr_array_add(reader->stack, node);
	g_array_append_val(reader->closed, closed);
}

static void
end_element(void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
	Reader *reader = data;

	(void)name;
	(void)prefix;
	(void)space;
	if (reader->stack->len == 0)
		return;
	if (!g_array_index(reader->closed, bool, reader->closed->len - 1)) {
		skip_markup(reader);
		liquibase_xml_skip(reader, "</", ">");
	}
	g_ptr_array_set_size(reader->stack, (gint)reader->stack->len - 1);
	g_array_set_size(reader->closed, reader->closed->len - 1);
}

/* Adds to the text of the innermost element. libxml2 returns the source, except that references and line ends are
 * replaced. */
static void
liquibase_xml_add_text(Reader *reader, const char *given, gsize length, bool references)
{
	const char *text = reader->text;
	gsize done = 0;

	skip_markup(reader);
	if (reader->stack->len == 0)
		return;
	const LiquibaseNode *node = g_ptr_array_index(reader->stack, reader->stack->len - 1);
	while (done < length) {
		gsize run = 0;
		while (done + run < length && given[done + run] == text[reader->at + run] &&
		       (given[done + run] != '&' || !references))
			run++;
		migration_mapped_text_append(node->text, given + done, run, reader->at);
		done += run;
		reader->at += run;
		if (done >= length)
			return;
		if (text[reader->at] == '\r' && text[reader->at + 1] == '\n') {
			reader->at++;
			continue;
		}
		gsize width = MIN((gsize)(g_utf8_next_char(given + done) - (given + done)), length - done);
		g_autofree char *character = g_strndup(given + done, width);
		migration_mapped_text_append_replacement(node->text, character, reader->at);
		done += width;
		if (!liquibase_xml_skip(reader, "&", ";") && text[reader->at] == '\r')
			reader->at++;
	}
}

static void
liquibase_xml_characters(void *data, const xmlChar *text, int length)
{
	liquibase_xml_add_text(data, (const char *)text, (gsize)length, true);
}

static void
liquibase_xml_cdata(void *data, const xmlChar *text, int length)
{
	liquibase_xml_add_text(data, (const char *)text, (gsize)length, false);
}

static void
liquibase_xml_doctype(void *data, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	give_up(data, 0, "take it out; what an entity stands for can be a property", "the changelog has a DOCTYPE");
}

/* --- Documents --------------------------------------------------------------------- */

/* The offset of a line and a column, both from 1. */
static gsize
find_offset(const Source *source, int line, int column)
{
	const char *here = base_source_text(source);

	for (; line > 1; line--) {
		const char *end = strchr(here, '\n');
		if (end == NULL)
			break;
		here = end + 1;
	}
	gsize length = strcspn(here, "\r\n");
	return (gsize)(here - base_source_text(source)) + MIN((gsize)MAX(column - 1, 0), length);
}

static void
tell_error(Reader *reader)
{
	const xmlError *last = xmlCtxtGetLastError(reader->context);
	g_autofree char *message = g_strdup(last != NULL && last->message != NULL ? last->message
	                                                                          : "it ends too early");

	g_strchomp(message);
	migration_error_at(
	    &reader->error, reader->source, last != NULL ? find_offset(reader->source, last->line, last->int2) : 0,
	    "correct it; an editor that knows XML shows the place", "the changelog is no valid XML: %s", message);
}

/* Java takes the file in the encoding that it names, we in UTF-8. */
static bool
liquibase_xml_check_encoding(const Source *source, GError **error)
{
	const char *text = base_source_text(source);
	g_autoptr(GRegex)
	    pattern = g_regex_new("\\A<\\?xml[^>]*encoding\\s*=\\s*[\"']([^\"']*)", G_REGEX_CASELESS, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(pattern, text, 0, &match))
		return true;
	g_autofree char *encoding = g_match_info_fetch(match, 1);
	return g_ascii_strcasecmp(encoding, "utf-8") == 0 || g_str_is_ascii(text) ||
	       migration_error_at(error, source, 0, "save it as UTF-8, and write encoding=\"UTF-8\"",
	                          "the changelog has letters beyond ASCII in the encoding \"%s\"", encoding);
}

static void
liquibase_xml_parse(Reader *reader)
{
	xmlParserCtxt *context = reader->context;
	const xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = start_element,
		.endElementNs = end_element,
		.characters = liquibase_xml_characters,
		.ignorableWhitespace = liquibase_xml_characters,
		.cdataBlock = liquibase_xml_cdata,
		.internalSubset = liquibase_xml_doctype,
	};

	*context->sax = handler;
	context->userData = reader;
	/* Without NOENT an "&amp;" of an attribute would stay one; there are no other entities without a DOCTYPE. */
	xmlCtxtUseOptions(context, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC | XML_PARSE_NOERROR |
	                               XML_PARSE_NOWARNING);
	xmlParseDocument(context);
	if (reader->error == NULL && (!context->wellFormed || !context->nsWellFormed || reader->root == NULL))
		tell_error(reader);
}

LiquibaseNode *
liquibase_xml_read(const Source *source, GError **error)
{
	gsize length = base_source_length(source);

	if (!liquibase_xml_check_encoding(source, error))
		return NULL;
	xmlInitParser();
	Reader reader = {
		.source = source,
		.text = base_source_text(source),
		.stack = g_ptr_array_new(),
		.closed = g_array_new(FALSE, FALSE, sizeof(bool)),
		.context = xmlCreateMemoryParserCtxt(base_source_text(source), (int)length),
	};
	if (reader.context != NULL)
		liquibase_xml_parse(&reader);
	else
		migration_error_at(&reader.error, source, 0, NULL, "the changelog is empty");
	g_ptr_array_unref(reader.stack);
	g_array_unref(reader.closed);
	if (reader.context != NULL) {
		if (reader.context->myDoc != NULL)
			xmlFreeDoc(reader.context->myDoc);
		xmlFreeParserCtxt(reader.context);
	}
	if (reader.error == NULL)
		return reader.root;
	liquibase_node_free(reader.root);
	g_propagate_error(error, reader.error);
	return NULL;
}
