#include "migration/detect/layout.h"
#include "migration/detect/dump.h"

#include "migration/text/script.h"
#include "migration/text/statement.h"

#include <string.h>

/* Longer numbers are dates, which have gaps. */
#define SEQUENCE_DIGITS 5

static void
oddity_free(gpointer data)
{
	MigrationOddity *oddity = data;

	g_free(oddity->name);
	g_free(oddity->text);
	g_free(oddity);
}

static MigrationOddity *
detect_layout_add(GPtrArray *oddities, const char *name, const Source *source, const char *directory)
{
	MigrationOddity *oddity = g_new0(MigrationOddity, 1);

	oddity->name = g_strdup(name);
	oddity->position = source != NULL ? base_source_position(source, 0) : (SourcePosition){ .path = directory };
	g_ptr_array_add(oddities, oddity);
	return oddity;
}

static MigrationOddity *
detect_layout_add_migration(GPtrArray *oddities, const Migration *migration)
{
	return detect_layout_add(oddities, migration->name, migration_script_source(migration->up), NULL);
}

/* --- Files --------------------------------------------------------------------- */

static void
find_ignored(const MigrationSet *set, GPtrArray *oddities)
{
	for (guint i = 0; i < set->ignored->len; i++) {
		const MigrationIgnoredFile *file = g_ptr_array_index(set->ignored, i);
		MigrationOddity *oddity = detect_layout_add(oddities, file->name, NULL, set->directory);
		oddity->text = g_strdup(file->reason);
		oddity->hint =
		    "rename or remove it; if you mean it, name it under \"layout\" in the suite with the reason";
	}
}

static bool
detect_layout_has_text(const Source *source)
{
	const char *text = base_source_text(source);

	return strspn(text, " \t\r\n\f\v") < base_source_length(source);
}

/* True if a comment explains in words why the file is empty. A statement in a comment, the text of a tool's template
 * and its markers alone do not count. */
static bool
detect_layout_says_why(const Source *source)
{
	static const char statement[] =
	    "^[-/* \\t]*(select|insert|update|delete|create|alter|drop|grant|revoke|truncate|comment|do|with|call|set)"
	    "\\b[^;]*;";
	static const char template[] = "your sql|goes here|script here|write your|\\btodo\\b|undo anything";
	static const char marker[] = "^[ \\t]*--[ \\t]*([+]|migrate:|(up|down) migration|changeset|liquibase).*$";
	g_autofree char *text = g_utf8_make_valid(base_source_text(source), -1);
	g_autoptr(GRegex) markers = g_regex_new(marker, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0, NULL);
	g_autofree char *words = g_regex_replace_literal(markers, text, -1, 0, "", 0, NULL);

	return words != NULL && g_regex_match_simple("(--|/[*])[\\s\\S]*[[:alpha:]]{2}", words, 0, 0) &&
	       !g_regex_match_simple(statement, words, G_REGEX_CASELESS | G_REGEX_MULTILINE, 0) &&
	       !g_regex_match_simple(template, words, G_REGEX_CASELESS, 0);
}

static void
find_empty(const Migration *migration, GPtrArray *oddities)
{
	const Source *source = migration_script_source(migration->up);

	if (migration->runs_nothing || migration_script_statements(migration->up)->len > 0)
		return;
	MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
	oddity->harmless = detect_layout_says_why(source);
	oddity->text = g_strdup(
	    oddity->harmless ? "has a comment, and no statement: nothing is run, and it counts as applied"
	    : detect_layout_has_text(source) ? "has text, but no statement: nothing is run, and it counts as applied"
					     : "is empty: nothing is run, and it counts as applied");
	oddity->hint =
	    "is a marker or a semicolon missing? if you mean it, name it under \"layout\" in the suite with the "
	    "reason";
}

static bool
takes_back(const MigrationStatement *statement)
{
	static const char *const first_words[] = { "rollback", "abort", NULL };
	g_auto(GStrv) words = g_strsplit_set(statement->sql, " \t\r\n\f\v;", 5);
	g_autofree char *word = g_ascii_strdown(words[0] != NULL ? words[0] : "", -1);
	bool some = false;

	if ((statement->flags & MIGRATION_STATEMENT_TRANSACTION_CONTROL) == 0 || !g_strv_contains(first_words, word))
		return false;
	/* ROLLBACK TO SAVEPOINT and ROLLBACK PREPARED do not end the transaction. */
	for (char **other = words + 1; *other != NULL; other++)
		some |= g_ascii_strcasecmp(*other, "to") == 0 || g_ascii_strcasecmp(*other, "prepared") == 0;
	return !some;
}

/* A file that was tried out, and never changed to COMMIT. */
static void
find_rollback(const Migration *migration, GPtrArray *oddities)
{
	const GPtrArray *statements = migration_script_statements(migration->up);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		if (!takes_back(statement))
			continue;
		MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
		oddity->position = base_source_position(migration_script_source(migration->up),
		                                        migration_script_source_offset(migration->up, statement, 0));
		oddity->text = g_strdup("takes back what it does: ROLLBACK, and it counts as applied");
		oddity->hint = "write COMMIT; if you mean it, name it under \"layout\" in the suite with the reason";
		return;
	}
}

static void
find_byte_order_mark(const Migration *migration, GPtrArray *oddities)
{
	if (!migration_source_has_byte_order_mark(migration_script_source(migration->up)))
		return;
	MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
	oddity->text = g_strdup("begins with a byte order mark");
	oddity->hint = "it is in the way of other programs: save the file without it before it is applied anywhere";
	oddity->harmless = true;
}

static void
find_line_ends(const Migration *migration, GPtrArray *oddities)
{
	const Source *source = migration_script_source(migration->up);
	const char *text = base_source_text(source);
	gsize length = base_source_length(source);
	guint lines = 0;
	guint with_return = 0;

	for (const char *p = memchr(text, '\n', length); p != NULL;
	     p = memchr(p + 1, '\n', length - (gsize)(p + 1 - text))) {
		lines++;
		with_return += p > text && p[-1] == '\r';
	}
	if (with_return == 0 || with_return == lines)
		return;
	MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
	oddity->text = g_strdup_printf("has lines that end with CR LF (%u of %u) and lines that end with LF",
	                               with_return, lines);
	oddity->hint = "checksums differ between machines that convert line ends";
	oddity->harmless = true;
}

/* DROP INDEX CONCURRENTLY waits for those only that have a lock on the table. */
static bool
builds_concurrently(const MigrationStatement *statement)
{
	g_autofree char *words = migration_statement_key_words(statement->sql, 4);

	return (statement->flags & MIGRATION_STATEMENT_NO_TRANSACTION) != 0 &&
	       g_regex_match_simple("^(CREATE( UNIQUE)? INDEX|REINDEX( INDEX| TABLE)?) CONCURRENTLY", words, 0, 0);
}

const MigrationStatement *
migration_layout_builds_concurrently(const Migration *migration)
{
	const GPtrArray *statements = migration_script_statements(migration->up);

	for (guint i = 0; i < statements->len; i++)
		if (builds_concurrently(g_ptr_array_index(statements, i)))
			return g_ptr_array_index(statements, i);
	return NULL;
}

static void
find_concurrently(const MigrationSet *set, const Migration *migration, GPtrArray *oddities)
{
	const MigrationStatement *statement = set->concurrently != NULL
	                                          ? migration_layout_builds_concurrently(migration)
	                                          : NULL;

	if (statement == NULL)
		return;
	MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
	oddity->position = base_source_position(migration_script_source(migration->up),
	                                        migration_script_source_offset(migration->up, statement, 0));
	oddity->text = g_strdup_printf("builds an index CONCURRENTLY, %s", set->concurrently);
	oddity->hint = set->concurrently_hint;
}

/* --- Versions -------------------------------------------------------------------- */

static bool
detect_layout_is_number(const char *version)
{
	return version != NULL && *version != '\0' && strspn(version, "0123456789") == strlen(version);
}

static void
find_twins(const MigrationSet *set, GPtrArray *oddities)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!detect_layout_is_number(migration->version))
			continue;
		const char *number = migration->version + strspn(migration->version, "0");
		const Migration *other = g_hash_table_lookup(seen, number);
		g_hash_table_insert(seen, (gpointer)number, (gpointer)migration);
		if (other == NULL || strcmp(other->version, migration->version) == 0)
			continue;
		MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
		oddity->text = g_strdup_printf("has the version %s, and \"%s\" has %s: the same number",
		                               migration->version, other->name, other->version);
		oddity->hint = "give one of them another number: tools and people take them for the same";
	}
}

static void
find_gap(const Migration *before, const Migration *migration, GPtrArray *oddities)
{
	guint64 last = g_ascii_strtoull(before->version, NULL, 10);
	guint64 number = g_ascii_strtoull(migration->version, NULL, 10);

	if (number != last + 2 && number != last + 3)
		return;
	MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
	oddity->text = g_strdup_printf("follows \"%s\", and there is no %" G_GUINT64_FORMAT, before->name, last + 1);
	oddity->hint = "was a file forgotten?";
	oddity->harmless = true;
}

/* Finds missing numbers in a consecutive numbering. */
static void
find_gaps(const MigrationSet *set, GPtrArray *oddities)
{
	const Migration *before = NULL;

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		gsize digits = migration->version != NULL ? strspn(migration->version, "0123456789") : 0;
		if (digits == 0 || digits > SEQUENCE_DIGITS)
			return;
		if (before != NULL)
			find_gap(before, migration, oddities);
		before = migration;
	}
}

/* --- Order ----------------------------------------------------------------------- */

/* Only names of files that claim an order by their beginning can be in another one. */
static bool
claims_order(const Migration *migration)
{
	const char *path = base_source_path(migration_script_source(migration->up));

	return migration->kind == MIGRATION_VERSIONED && migration->version != NULL &&
	       g_ascii_isdigit(*migration->version) && strstr(path, migration->name) != NULL;
}

/* The tool runs a file after one that stands below it in a listing of the directory. */
static void
find_order(const MigrationSet *set, GPtrArray *oddities)
{
	const Migration *before = NULL;

	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!claims_order(migration))
			continue;
		if (before != NULL && strcmp(migration->name, before->name) < 0) {
			MigrationOddity *oddity = detect_layout_add_migration(oddities, migration);
			oddity->text = g_strdup_printf("runs after \"%s\", and stands before it in a listing by name",
			                               before->name);
			oddity->hint = "numbers of the same length (007, 012) are in the same order everywhere";
			oddity->harmless = true;
		}
		before = migration;
	}
}

GPtrArray *
migration_layout_examine(const MigrationSet *set)
{
	GPtrArray *oddities = g_ptr_array_new_with_free_func(oddity_free);

	find_ignored(set, oddities);
	migration_dump_examine(set, oddities);
	if (migration_set_is_external(set))
		return oddities;
	for (guint i = 0; i < set->migrations->len; i++) {
		find_empty(g_ptr_array_index(set->migrations, i), oddities);
		find_rollback(g_ptr_array_index(set->migrations, i), oddities);
		find_byte_order_mark(g_ptr_array_index(set->migrations, i), oddities);
		find_line_ends(g_ptr_array_index(set->migrations, i), oddities);
		find_concurrently(set, g_ptr_array_index(set->migrations, i), oddities);
	}
	find_twins(set, oddities);
	find_gaps(set, oddities);
	find_order(set, oddities);
	return oddities;
}
