#include "migration/detect/dump.h"

#include "migration/text/script.h"

#include <string.h>

/* Where tools write it, seen from the migrations, and how it is made anew. */
static const struct {
	const char *path;
	const char *format; /* whose it is; NULL: of a tool whose migrations are code */
	const char *hint;
} dumps[] = {
	{ "../schema.sql", "dbmate", "dbmate dump, on a database that has all migrations" },
	{ "../structure.sql", NULL, "dump it anew (bin/rails db:schema:dump, mix ecto.dump)" },
	{ "schema.sql", "dbmate", "dbmate dump, on a database that has all migrations" },
};

static MigrationOddity *
dump_add(GPtrArray *oddities, const char *name, const Source *source, gsize offset)
{
	MigrationOddity *oddity = g_new0(MigrationOddity, 1);

	oddity->name = g_strdup(name);
	oddity->position = base_source_position(source, offset);
	g_ptr_array_add(oddities, oddity);
	return oddity;
}

/* Reads the first digits of each row after VALUES, up to the semicolon: the applied versions. */
static void
dump_read_rows(const char *rows, GHashTable *versions)
{
	bool fresh = true;

	for (const char *p = rows; *p != '\0' && *p != ';'; p++) {
		fresh = fresh || *p == '(';
		gsize digits = strspn(p, "0123456789");
		if (digits == 0)
			continue;
		if (fresh)
			g_hash_table_add(versions, g_strndup(p, digits));
		fresh = false;
		p += digits - 1;
	}
}

/* The versions, as texts; NULL when the dump names none. */
static GHashTable *
dump_read_versions(const MigrationSet *set, const Source *source, gsize *ret_offset)
{
	g_autofree char *table = g_regex_escape_string(set->history_table, -1);
	g_autofree char *text = g_strdup_printf(
	    "^INSERT\\s+INTO\\s+(\"?\\w+\"?\\.)?\"?%s\"?\\s*\\(\\s*\"?version\"?[^)]*\\)\\s*VALUES", table);
	g_autoptr(GRegex) pattern = g_regex_new(text, G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autoptr(GHashTable) versions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_regex_match(pattern, base_source_text(source), 0, &match);
	for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
		gint start = 0;
		gint end = 0;
		g_match_info_fetch_pos(match, 0, &start, &end);
		*ret_offset = (gsize)start;
		dump_read_rows(base_source_text(source) + end, versions);
	}
	return g_hash_table_size(versions) > 0 ? g_steal_pointer(&versions) : NULL;
}

static bool
dump_find_conflict(const Source *source, const char *path, const char *hint, GPtrArray *oddities)
{
	const char *text = base_source_text(source);
	const char *mark = g_str_has_prefix(text, "<<<<<<< ") ? text : strstr(text, "\n<<<<<<< ");

	if (mark == NULL)
		return false;
	MigrationOddity *oddity = dump_add(oddities, path, source, (gsize)(mark - text) + (*mark == '\n'));
	oddity->text = g_strdup("has a conflict that git has left in it");
	oddity->hint = hint;
	return true;
}

static void
dump_compare(const MigrationSet *set, const Source *source, const char *path, const char *hint, GPtrArray *oddities)
{
	gsize offset = 0;
	g_autoptr(GHashTable) versions = dump_read_versions(set, source, &offset);

	for (guint i = 0; versions != NULL && i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (migration->version == NULL || g_hash_table_remove(versions, migration->version))
			continue;
		MigrationOddity *oddity = dump_add(oddities, migration->name, source, offset);
		oddity->text = g_strdup_printf("is not in \"%s\", which was dumped before it", path);
		oddity->hint = hint;
	}
	if (versions == NULL || g_hash_table_size(versions) == 0)
		return;
	/* If the history was squashed, the dump may well contain the old versions. */
	g_autoptr(GList) left = g_list_sort(g_hash_table_get_keys(versions), (GCompareFunc)strcmp);
	MigrationOddity *oddity = dump_add(oddities, path, source, offset);
	oddity->text = g_strdup_printf("names version %s%s, of which there is no file", (const char *)left->data,
	                               left->next != NULL ? " and others" : "");
	oddity->hint = hint;
	oddity->harmless = true;
}

/* As people name it: from the working directory, where it is below that. The caller frees it. */
static char *
dump_find(const MigrationSet *set, const char **ret_hint)
{
	const char *format = migration_set_is_external(set) ? NULL : migration_set_format_name(set);
	g_autofree char *here = g_get_current_dir();
	gsize length = strlen(here);

	for (gsize i = 0; i < G_N_ELEMENTS(dumps); i++) {
		g_autofree char *joined = g_build_filename(set->directory, dumps[i].path, NULL);
		g_autofree char *full = g_canonicalize_filename(joined, NULL);
		if (g_strcmp0(dumps[i].format, format) != 0 || !g_file_test(full, G_FILE_TEST_IS_REGULAR))
			continue;
		*ret_hint = dumps[i].hint;
		return g_strdup(g_str_has_prefix(full, here) && full[length] == '/' ? full + length + 1 : full);
	}
	return NULL;
}

char *
migration_dump_path(const MigrationSet *set)
{
	const char *hint = NULL;

	return dump_find(set, &hint);
}

void
migration_dump_examine(const MigrationSet *set, GPtrArray *oddities)
{
	const char *hint = NULL;
	g_autofree char *path = dump_find(set, &hint);
	g_autoptr(Source) source = path != NULL ? base_source_load(path, MIGRATION_MAX_FILE_BYTES, NULL) : NULL;

	if (source != NULL && !dump_find_conflict(source, path, hint, oddities))
		dump_compare(set, source, path, hint, oddities);
}
