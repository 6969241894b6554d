#include "migration/format/flyway/flyway.h"

#include <string.h>

static const struct {
	const char *key;
	FlywayKind kind;
} prefixes[] = {
	{ "sqlMigrationPrefix", FLYWAY_VERSIONED },
	{ "undoSqlMigrationPrefix", FLYWAY_UNDO },
	{ "repeatableSqlMigrationPrefix", FLYWAY_REPEATABLE },
	{ "baselineMigrationPrefix", FLYWAY_BASELINE },
};

/* Names of events, after "before" and "after" in the name of a callback. */
static const char *const events[] = { "Migrate",
	                              "EachMigrate",
	                              "EachMigrateStatement",
	                              "Repeatables",
	                              "Versioned",
	                              "Clean",
	                              "Info",
	                              "Validate",
	                              "Baseline",
	                              "Repair",
	                              "Undo",
	                              "EachUndo",
	                              "Deploy",
	                              "EachDeploy",
	                              "EachUndoStatement",
	                              "CreateSchema",
	                              "Connect",
	                              "EachMigrateConnect",
	                              NULL };
static const char *const outcomes[] = { "", "Error", "Applied", "OperationFinish", "StatementError", NULL };

void
flyway_name_clear(FlywayName *name)
{
	g_free(name->version);
	g_free(name->description);
	g_free(name->problem);
	*name = (FlywayName){ 0 };
}

static bool
is_event(const char *name)
{
	const char *event = NULL;

	if (strncmp(name, "before", strlen("before")) == 0)
		event = name + strlen("before");
	else if (strncmp(name, "after", strlen("after")) == 0)
		event = name + strlen("after");
	if (event == NULL)
		return strcmp(name, "createSchema") == 0;
	for (gsize i = 0; events[i] != NULL; i++) {
		if (!g_str_has_prefix(event, events[i]))
			continue;
		if (g_strv_contains(outcomes, event + strlen(events[i])))
			return true;
	}
	return false;
}

/* The length of the suffix of the name, or 0. */
static gsize
suffix_length(const FlywayConfig *config, const char *name)
{
	g_auto(GStrv) suffixes = flyway_config_list(config, "sqlMigrationSuffixes");

	for (gsize i = 0; suffixes[i] != NULL; i++) {
		gsize length = strlen(suffixes[i]);
		if (strlen(name) > length && g_ascii_strcasecmp(name + strlen(name) - length, suffixes[i]) == 0)
			return length;
	}
	return 0;
}

/* The longest prefix wins. */
static gssize
find_prefix(const FlywayConfig *config, const char *name, gsize *ret_length)
{
	gssize found = -1;
	gsize best = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		const char *prefix = flyway_config_get(config, prefixes[i].key);
		if (g_str_has_prefix(name, prefix) && (found < 0 || strlen(prefix) > best)) {
			found = (gssize)i;
			best = strlen(prefix);
		}
	}
	*ret_length = best;
	return found;
}

/* Numbers with single dots between them. */
static bool
is_version(const char *text)
{
	bool digit = false;

	for (; *text != '\0'; text++) {
		if (!g_ascii_isdigit(*text) && (*text != '.' || !digit))
			return false;
		digit = g_ascii_isdigit(*text);
	}
	return digit;
}

static void
set_problem(FlywayName *name, const char *problem)
{
	name->kind = FLYWAY_INVALID;
	name->problem = g_strdup(problem);
}

static void
parse_versioned(FlywayName *name, char *version)
{
	g_strdelimit(version, "_", '.');
	if (is_version(version))
		name->version = g_strdup(version);
	else if (*version == '\0')
		set_problem(name, "it has no version");
	else if (*version == '-' && is_version(version + 1))
		set_problem(name, "its version is negative");
	else
		set_problem(name, "its version is not made of numbers with dots or underscores between them");
}

void
flyway_name_parse(const FlywayConfig *config, const char *file, FlywayName *ret_name)
{
	FlywayName name = { .kind = FLYWAY_NOT_SQL };
	const char *separator = flyway_config_get(config, "sqlMigrationSeparator");
	gsize suffix = suffix_length(config, file);
	g_autofree char *stem = g_strndup(file, strlen(file) - suffix);
	char *split = strstr(stem, separator);
	gsize prefix_length = 0;
	gssize prefix = find_prefix(config, stem, &prefix_length);
	g_autofree char *event = g_strndup(stem, split != NULL ? (gsize)(split - stem) : strlen(stem));

	if (suffix > 0 && is_event(event)) {
		name.kind = FLYWAY_CALLBACK;
	} else if (suffix > 0 && prefix < 0) {
		set_problem(&name, "it begins with none of the prefixes");
	} else if (suffix > 0) {
		name.kind = prefixes[prefix].kind;
		split = strstr(stem + prefix_length, separator);
		g_autofree char *version = g_strndup(stem + prefix_length, split != NULL
		                                                               ? (gsize)(split - stem) - prefix_length
		                                                               : strlen(stem + prefix_length));
		name.description = g_strdelimit(g_strdup(split != NULL ? split + strlen(separator) : ""), "_", ' ');
		if (name.kind != FLYWAY_REPEATABLE)
			parse_versioned(&name, version);
		else if (*version != '\0')
			set_problem(&name, "a repeatable migration has no version");
		else if (split == NULL)
			set_problem(&name, "it has no separator");
	}
	*ret_name = name;
}

/* --- Versions ------------------------------------------------------------- */

/* One part, without leading zeros; moves *version behind it. */
static const char *
next_part(const char **version, gsize *ret_length)
{
	const char *start = *version;

	while (*start == '0')
		start++;
	gsize length = strcspn(start, ".");
	*version = start + length + (start[length] == '.');
	*ret_length = length;
	return start;
}

int
flyway_version_compare(const char *a, const char *b)
{
	while (*a != '\0' || *b != '\0') {
		gsize left_length, right_length;
		const char *left = next_part(&a, &left_length);
		const char *right = next_part(&b, &right_length);
		if (left_length != right_length)
			return left_length < right_length ? -1 : 1;
		int order = memcmp(left, right, left_length);
		if (order != 0)
			return order;
	}
	return 0;
}

char *
flyway_version_canonical(const char *version)
{
	GString *text = g_string_new(NULL);

	while (*version != '\0') {
		gsize length;
		const char *part = next_part(&version, &length);
		g_string_append_len(text, length > 0 ? part : "0", length > 0 ? (gssize)length : 1);
		g_string_append_c(text, '.');
	}
	while (g_str_has_suffix(text->str, ".0."))
		g_string_truncate(text, text->len - 2);
	g_string_truncate(text, text->len > 0 ? text->len - 1 : 0);
	return g_string_free(text, FALSE);
}
