#include "checklist/probe/probe.h"

#include <string.h>

/* Until the text is quoted, the name of a secret between these two bytes stands for its value. */
#define SECRET_START '\001'
#define SECRET_END   '\002'

static void
text_json_unref(gpointer data)
{
	json_node_unref(data);
}

void
probe_scenario_begin(ProbeScenario *scenario, GHashTable *variables, GHashTable *secrets)
{
	*scenario = (ProbeScenario){
		.variables = variables,
		.saved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, text_json_unref),
		.secrets = secrets,
		.cookies = http_cookies_new(),
		.run = g_strdup_printf("pgassay-%08x", g_random_int()),
	};
}

void
probe_scenario_clear(ProbeScenario *scenario)
{
	g_clear_pointer(&scenario->saved, g_hash_table_unref);
	http_cookies_free(scenario->cookies);
	g_free(scenario->run);
	g_free(scenario->missing);
	*scenario = (ProbeScenario){ 0 };
}

char *
probe_text_next(const char **text, gsize *ret_before)
{
	const char *start = strstr(*text, "{{");
	const char *end = start != NULL ? strstr(start, "}}") : NULL;

	if (end == NULL)
		return NULL;
	char *name = g_strstrip(g_strndup(start + 2, (gsize)(end - start - 2)));
	*ret_before = (gsize)(start - *text);
	*text = end + 2;
	return name;
}

/* A saved string as it is, any other value as JSON. */
static char *
text_of_saved(JsonNode *value)
{
	if (JSON_NODE_HOLDS_VALUE(value) && json_node_get_value_type(value) == G_TYPE_STRING)
		return json_node_dup_string(value);
	return checklist_json_write(value);
}

static char *
text_of_environment(const char *name, bool hidden)
{
	const char *variable = name + strlen(PROBE_ENVIRONMENT);
	const char *value = g_getenv(variable);

	if (value == NULL)
		return NULL;
	return hidden ? g_strdup_printf("%c%s%c", SECRET_START, variable, SECRET_END) : g_strdup(value);
}

/* NULL: it stands for nothing. */
static char *
text_look_up(ProbeScenario *scenario, const char *name, bool hidden)
{
	JsonNode *saved = g_hash_table_lookup(scenario->saved, name);

	if (g_str_has_prefix(name, PROBE_ENVIRONMENT))
		return text_of_environment(name, hidden);
	if (saved != NULL)
		return text_of_saved(saved);
	if (strcmp(name, "run") == 0)
		return g_strdup(scenario->run);
	return g_strdup(g_hash_table_lookup(scenario->variables, name));
}

static char *
text_fill(ProbeScenario *scenario, const char *text, bool hidden)
{
	GString *out = g_string_new(NULL);
	gsize before = 0;

	for (;;) {
		const char *start = text;
		g_autofree char *name = probe_text_next(&text, &before);
		if (name == NULL)
			break;
		g_autofree char *value = text_look_up(scenario, name, hidden);
		g_string_append_len(out, start, (gssize)before);
		if (value != NULL)
			g_string_append(out, value);
		else if (scenario->missing == NULL)
			scenario->missing = g_strdup(name);
	}
	g_string_append(out, text);
	return g_string_free(out, FALSE);
}

char *
probe_text_fill(ProbeScenario *scenario, const char *text)
{
	return text_fill(scenario, text, false);
}

char *
probe_text_substitute(const char *text, JsonNode **ret_value, gpointer data)
{
	ProbeScenario *scenario = data;
	const char *rest = text;
	gsize before = 0;
	g_autofree char *name = probe_text_next(&rest, &before);
	JsonNode *saved = name != NULL && before == 0 && *rest == '\0' ? g_hash_table_lookup(scenario->saved, name)
	                                                               : NULL;

	if (saved == NULL)
		return text_fill(scenario, text, false);
	*ret_value = json_node_copy(saved);
	return NULL;
}

char *
probe_text_quote(ProbeScenario *scenario, const char *text)
{
	g_autofree char *filled = text_fill(scenario, text, true);
	GString *out = g_string_new("\"");

	if (strchr(filled, SECRET_START) == NULL) {
		g_string_free(out, TRUE);
		return g_shell_quote(filled);
	}
	for (const char *p = filled; *p != '\0'; p++) {
		if (*p == SECRET_START) {
			g_string_append(out, "$");
		} else if (*p != SECRET_END) {
			if (strchr("\\\"`$", *p) != NULL)
				g_string_append_c(out, '\\');
			g_string_append_c(out, *p);
		}
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

char *
probe_text_hide(const ProbeScenario *scenario, const char *text)
{
	return checklist_hide_text(text, scenario->secrets);
}
