#include "rows/fill/form.h"

#include <string.h>

/* --- JSON ----------------------------------------------------------------------- */

/* What stands under a key; without keys of its own it is a value. */
typedef struct {
	char *key;
	GPtrArray *below; /* of FormNode * */
} FormNode;

static void
form_node_free(FormNode *node)
{
	g_free(node->key);
	g_ptr_array_unref(node->below);
	g_free(node);
}

static FormNode *
form_node_new(const char *key)
{
	FormNode *node = g_new0(FormNode, 1);

	node->key = g_strdup(key);
	node->below = g_ptr_array_new_with_free_func((GDestroyNotify)form_node_free);
	return node;
}

static FormNode *
form_node_enter(FormNode *node, const char *key)
{
	for (guint i = 0; i < node->below->len; i++) {
		FormNode *known = g_ptr_array_index(node->below, i);
		if (strcmp(known->key, key) == 0)
			return known;
	}
	FormNode *entered = form_node_new(key);
	g_ptr_array_add(node->below, entered);
	return entered;
}

static void
form_node_write(const FormNode *node, const char *value, GString *text)
{
	if (node->below->len == 0) {
		g_string_append(text, value);
		return;
	}
	g_string_append_c(text, '{');
	for (guint i = 0; i < node->below->len; i++) {
		const FormNode *entry = g_ptr_array_index(node->below, i);
		g_string_append_printf(text, "%s\"%s\": ", i > 0 ? ", " : "", entry->key);
		form_node_write(entry, value, text);
	}
	g_string_append_c(text, '}');
}

/* -> 'key' and ->> 'key', with the cast that the server writes behind it. */
static const char form_step[] = "->>?\\s*'(?<key>[^'\"\\\\]+)'(?:::text)?";

/* Only brackets stand between two steps of one way. */
static bool
form_goes_on(const char *expression, int from, int to)
{
	for (int i = from; i < to; i++)
		if (expression[i] != ')' && expression[i] != ' ')
			return false;
	return true;
}

void
rows_form_append_objects(const char *expression, GPtrArray *texts)
{
	static const char *const values[] = { "1", "\"text\"" };
	g_autoptr(GRegex) regex = g_regex_new(form_step, G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	FormNode *root = form_node_new("");
	FormNode *at = root;
	int end = 0;

	for (g_regex_match(regex, expression, 0, &match); g_match_info_matches(match); g_match_info_next(match, NULL)) {
		g_autofree char *key = g_match_info_fetch_named(match, "key");
		int start = 0;
		int next = 0;
		g_match_info_fetch_pos(match, 0, &start, &next);
		at = form_node_enter(form_goes_on(expression, end, start) ? at : root, key);
		end = next;
	}
	for (gsize i = 0; root->below->len > 0 && i < G_N_ELEMENTS(values); i++) {
		GString *text = g_string_new(NULL);
		form_node_write(root, values[i], text);
		g_ptr_array_add(texts, g_string_free(text, FALSE));
	}
	form_node_free(root);
}

/* --- Types ----------------------------------------------------------------------- */

/* Texts of a type, and a pattern for further ones. */
static const struct {
	const char *type; /* as a regular expression */
	const char *texts[5];
	const char *more;
} forms[] = {
	{ "jsonb?", { "{}", "[]", "{\"a\": 1}" }, "{\"number\": %u}" },
	{ "uuid", { "00000000-0000-4000-8000-000000000001" }, "00000000-0000-4000-8000-%012u" },
	{ "(?:small|big)?int(?:eger)?|int[248]|numeric|decimal|real|double precision|float8|money",
	  { "0", "1", "42" },
	  "%u" },
	{ "bool(?:ean)?", { "true", "false" }, NULL },
	{ "date|timestamp|timestamptz|timestamp with(?:out)? time zone", { "2000-01-01", "2024-02-29" }, NULL },
	{ "time", { "12:34:56" }, NULL },
	{ "interval", { "1 day" }, NULL },
	{ "inet|cidr", { "127.0.0.1" }, NULL },
};

void
rows_form_append_texts(const char *expression, guint n_more, GPtrArray *texts)
{
	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		/* Not the cast of a constant. */
		g_autofree char *pattern = g_strdup_printf("[)\\w\"]::(?:%s)\\b", forms[i].type);
		if (!g_regex_match_simple(pattern, expression, G_REGEX_RAW, 0))
			continue;
		if (i == 0)
			rows_form_append_objects(expression, texts);
		for (const char *const *text = forms[i].texts; *text != NULL; text++)
			g_ptr_array_add(texts, g_strdup(*text));
		for (guint n = 1; forms[i].more != NULL && n <= n_more; n++) {
			GString *text = g_string_new(forms[i].more);
			char *number = g_strdup_printf(strstr(forms[i].more, "%012u") != NULL ? "%012u" : "%u", n + 1);
			g_string_replace(text, "%012u", number, 0);
			g_string_replace(text, "%u", number, 0);
			g_free(number);
			g_ptr_array_add(texts, g_string_free(text, FALSE));
		}
	}
}
