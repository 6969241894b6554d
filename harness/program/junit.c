#include "program/outcome.h"

#include "base/error.h"
#include "base/file.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <string.h>

/* No document type, no entities, nothing from elsewhere. */
#define OPTIONS       (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
#define SIZE_MAX_READ ((gsize)16 * 1024 * 1024)
/* Maximum nesting of suites. */
#define DEPTH_MAX 64

static bool
junit_is(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

/* The caller frees it; NULL: there is none. */
static char *
junit_attribute(xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetProp(node, (const xmlChar *)name);
	char *copy = value != NULL ? g_strdup((const char *)value) : NULL;

	xmlFree(value);
	return copy;
}

static void
junit_add_details(ProgramOutcome *outcome, xmlNode *node)
{
	xmlChar *text = xmlNodeGetContent(node);

	if (text != NULL && outcome->details == NULL) {
		outcome->details = g_strstrip(g_utf8_make_valid((const char *)text, -1));
		if (outcome->details[0] == '\0')
			g_clear_pointer(&outcome->details, g_free);
	}
	xmlFree(text);
}

/* The message, or else the type: its first line. */
static char *
junit_message(xmlNode *node)
{
	char *message = junit_attribute(node, "message");

	if (message == NULL || message[0] == '\0') {
		g_free(message);
		message = junit_attribute(node, "type");
	}
	if (message != NULL)
		message[strcspn(message, "\r\n")] = '\0';
	return message;
}

/* "class: name", as reports show it. */
static char *
junit_name(xmlNode *node)
{
	g_autofree char *class = junit_attribute(node, "classname");
	g_autofree char *name = junit_attribute(node, "name");

	if (name == NULL || class == NULL || class[0] == '\0' || strcmp(class, name) == 0)
		return g_strdup(name != NULL ? name : class);
	return g_strdup_printf("%s: %s", class, name);
}

static void
junit_take_case(xmlNode *node, GPtrArray *outcomes)
{
	g_autofree char *name = junit_name(node);
	g_autofree char *time = junit_attribute(node, "time");
	ProgramOutcome *outcome = program_outcomes_add(outcomes, name, PROGRAM_PASSED, NULL);

	outcome->duration = time != NULL ? (gint64)(CLAMP(g_ascii_strtod(time, NULL), 0, INT_MAX) * G_USEC_PER_SEC) : 0;
	for (xmlNode *child = node->children; child != NULL; child = child->next) {
		bool failed = junit_is(child, "failure") || junit_is(child, "error");
		if (!failed && !junit_is(child, "skipped"))
			continue;
		if (outcome->status != PROGRAM_FAILED)
			outcome->status = failed ? PROGRAM_FAILED : PROGRAM_SKIPPED;
		if (outcome->message == NULL)
			outcome->message = junit_message(child);
		junit_add_details(outcome, child);
	}
}

static bool
junit_take(xmlNode *node, GPtrArray *outcomes, guint depth)
{
	bool known = false;

	for (; node != NULL && depth < DEPTH_MAX; node = node->next) {
		if (junit_is(node, "testcase"))
			junit_take_case(node, outcomes);
		else if (junit_is(node, "testsuites") || junit_is(node, "testsuite"))
			junit_take(node->children, outcomes, depth + 1);
		else
			continue;
		known = true;
	}
	return known;
}

bool
program_junit_read(const char *path, GPtrArray *outcomes, GError **error)
{
	g_autofree char *text = NULL;
	gsize length = 0;

	if (!base_file_read(path, SIZE_MAX_READ, &text, &length, NULL))
		return base_error_set(error, BASE_ERROR_INPUT, "{report} among its arguments is the place of the file",
		                      "it has written no report that can be read");
	xmlDoc *document = xmlReadMemory(text, (int)length, NULL, NULL, OPTIONS);
	xmlNode *root = document != NULL && document->intSubset == NULL ? xmlDocGetRootElement(document) : NULL;
	bool known = root != NULL && junit_take(root, outcomes, 0);
	xmlFreeDoc(document);
	return known || base_error_set(error, BASE_ERROR_INPUT, NULL, "what it has written is no JUnit XML");
}
