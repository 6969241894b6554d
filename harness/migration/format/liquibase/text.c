/* Texts of changelogs: properties, white space, checksums. */
#include "migration/format/liquibase/liquibase.h"

#include <string.h>

#define MAX_DEPTH 20 /* of properties in properties */
/* Maximum size of a property, with the properties that it refers to. */
#define MAX_EXPANDED 1048576

void
liquibase_property_free(gpointer data)
{
	LiquibaseProperty *property = data;

	g_free(property->name);
	g_free(property->value);
	g_free(property);
}

void
liquibase_append_shifted(MigrationMappedText *to, const MigrationMappedText *from, gsize start, gsize end, gsize shift)
{
	while (start < end) {
		gsize source = migration_mapped_text_source_offset(from, start);
		gsize stop = start + 1;
		if (from->text->str[start] == '\r') {
			start = stop;
			continue;
		}
		while (stop < end && from->text->str[stop] != '\r' && from->text->str[stop - 1] != '\n' &&
		       migration_mapped_text_source_offset(from, stop) == source + (stop - start))
			stop++;
		migration_mapped_text_append(to, from->text->str + start, stop - start, source + shift);
		start = stop;
	}
}

void
liquibase_append(MigrationMappedText *to, const MigrationMappedText *from, gsize start, gsize end)
{
	liquibase_append_shifted(to, from, start, end, 0);
}

MigrationMappedText *
liquibase_trim(MigrationMappedText *text)
{
	g_autoptr(MigrationMappedText) whole = text;
	MigrationMappedText *trimmed = migration_mapped_text_new();
	gsize start = 0;
	gsize end = whole->text->len;

	while (start < end && (guchar)whole->text->str[start] <= ' ')
		start++;
	while (end > start && (guchar)whole->text->str[end - 1] <= ' ')
		end--;
	liquibase_append(trimmed, whole, start, end);
	return trimmed;
}

/* --- Patterns ------------------------------------------------------------------ */

/* pattern -> GRegex *: a file has many lines. */
static GHashTable *
compiled_patterns(void)
{
	static GPrivate patterns = G_PRIVATE_INIT((GDestroyNotify)g_hash_table_unref);
	GHashTable *table = g_private_get(&patterns);

	if (table == NULL) {
		table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_regex_unref);
		g_private_set(&patterns, table);
	}
	return table;
}

char **
liquibase_match(const char *pattern, const char *line)
{
	GRegex *regex = g_hash_table_lookup(compiled_patterns(), pattern);
	g_autoptr(GMatchInfo) info = NULL;

	if (regex == NULL) {
		g_autofree char *whole = g_strdup_printf("\\A(?:%s)\\z", pattern);
		regex = g_regex_new(whole, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
		g_hash_table_insert(compiled_patterns(), g_strdup(pattern), regex);
	}
	return g_regex_match(regex, line, 0, &info) ? g_match_info_fetch_all(info) : NULL;
}

/* --- Properties -------------------------------------------------------------- */

void
liquibase_property_add(LiquibaseReading *reading, const LiquibaseProperty *property, const char *contexts,
                       const char *labels, const char *dbms)
{
	const MigrationSet *set = reading->set;

	if (!liquibase_dbms_matches(dbms) ||
	    !liquibase_context_matches(contexts, g_hash_table_lookup(set->settings, "contexts")) ||
	    !liquibase_labels_match(labels, g_hash_table_lookup(set->settings, "labels")))
		return;
	LiquibaseProperty *copy = g_new0(LiquibaseProperty, 1);
	copy->name = g_strdup(property->name);
	copy->value = g_strdup(property->value);
	copy->only = property->only;
	g_ptr_array_add(reading->properties, copy);
}

/* The first global one, and else the last one of the changelog. */
static const char *
liquibase_text_find_value(const LiquibaseReading *reading, const Source *changelog, const char *name)
{
	const char *local = NULL;

	for (guint i = 0; i < reading->properties->len; i++) {
		const LiquibaseProperty *property = g_ptr_array_index(reading->properties, i);
		if (g_ascii_strcasecmp(property->name, name) != 0)
			continue;
		if (property->only == NULL)
			return property->value;
		if (property->only == changelog)
			local = property->value;
	}
	if (local != NULL)
		return local;
	return g_ascii_strcasecmp(name, "database.typeName") == 0 ? "postgresql" : NULL;
}

static void
expand_value(const LiquibaseReading *reading, const Source *changelog, const char *text, guint depth, GString *result)
{
	for (const char *here = text; *here != '\0' && result->len <= MAX_EXPANDED;) {
		const char *close = strncmp(here, "${", 2) == 0 ? strchr(here, '}') : NULL;
		g_autofree char *name = close != NULL ? g_strndup(here + 2, (gsize)(close - here) - 2) : NULL;
		const char *value = name != NULL && depth < MAX_DEPTH
		                        ? liquibase_text_find_value(reading, changelog, g_strstrip(name))
		                        : NULL;
		if (value != NULL) {
			expand_value(reading, changelog, value, depth + 1, result);
			here = close + 1;
		} else {
			g_string_append_c(result, *here++);
		}
	}
}

static bool
is_of_liquibase(const char *name)
{
	static const char *const prefixes[] = { "database.", "liquibase.", "liquibase_execution_" };

	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (g_ascii_strncasecmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

MigrationMappedText *
liquibase_expand(const LiquibaseReading *reading, const Source *changelog, const Source *source,
                 MigrationMappedText *text, GError **error)
{
	g_autoptr(MigrationMappedText) whole = text;

	if (strstr(whole->text->str, "${") == NULL)
		return g_steal_pointer(&whole);
	g_autoptr(MigrationMappedText) result = migration_mapped_text_new();
	const char *begin = whole->text->str;
	const char *here = begin;
	for (const char *open; (open = strstr(here, "${")) != NULL;) {
		gsize offset = migration_mapped_text_source_offset(whole, (gsize)(open - begin));
		const char *close = strchr(open, '}');
		liquibase_append(result, whole, (gsize)(here - begin), (gsize)(open - begin));
		here = open;
		if (close == NULL)
			break;
		g_autofree char *name = g_strstrip(g_strndup(open + 2, (gsize)(close - open) - 2));
		const char *value = liquibase_text_find_value(reading, changelog, name);
		if (strstr(name, "${") != NULL || (value == NULL && is_of_liquibase(name))) {
			migration_error_at(error, source, offset, "give it a value under \"placeholders\" in the suite",
			                   "the property \"%s\" is one that pgassay does not know", name);
			return NULL;
		}
		here = close + 1;
		if (value != NULL) {
			g_autoptr(GString) expanded = g_string_new(NULL);
			expand_value(reading, changelog, value, 0, expanded);
			if (expanded->len > MAX_EXPANDED) {
				migration_error_at(error, source, offset, "properties may not grow in a circle",
				                   "the property \"%s\" has more than %d bytes", name, MAX_EXPANDED);
				return NULL;
			}
			migration_mapped_text_append_replacement(result, expanded->str, offset);
			continue;
		}
		liquibase_append(result, whole, (gsize)(open - begin), (gsize)(here - begin));
		g_autofree char *place = base_position_format(base_source_position(source, offset));
		migration_set_warn(reading->set, "%s: ${%s} has no value, and Liquibase lets it stand as it is", place,
		                   name);
	}
	liquibase_append(result, whole, (gsize)(here - begin), whole->text->len);
	return g_steal_pointer(&result);
}

char *
liquibase_expand_line(const LiquibaseReading *reading, const Source *changelog, gsize offset, const char *text,
                      GError **error)
{
	MigrationMappedText *line = migration_mapped_text_new();

	migration_mapped_text_append_replacement(line, text, offset);
	g_autoptr(MigrationMappedText) expanded = liquibase_expand(reading, changelog, changelog, line, error);
	return expanded != NULL ? g_strdup(expanded->text->str) : NULL;
}

/* --- Checksums ---------------------------------------------------------------- */

char *
liquibase_text_checksum(const char *text)
{
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_MD5, text, -1);

	return g_strconcat("9:", sum, NULL);
}

char *
liquibase_sql_checksum(const char *sql, gsize length)
{
	g_autoptr(GString) bare = g_string_new(NULL);

	for (gsize i = 0; i < length; i++)
		if (strchr(" \t\r\n", sql[i]) == NULL)
			g_string_append_c(bare, sql[i]);
	return liquibase_text_checksum(bare->str);
}
