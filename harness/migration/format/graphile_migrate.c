/*
 * graphile-migrate: what "graphile-migrate migrate" runs, the committed migrations.
 *
 * The rules were compared with the real tool (script/interop): 1.4.1.
 */
#include "migration/format.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/name_order.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/version_table.h"
#include "migration/text/script.h"

#include <string.h>

/* "GRAPHILE MIGRATE" on the keys of a telephone. */
#define LOCK_KEY  G_GINT64_CONSTANT(4727445306447283)

#define COMMITTED "committed"

/* --- Headers ----------------------------------------------------------------- */

/* The lines "--! Name: value" at the top of a file, and the start of its body. */
typedef struct {
	GHashTable *headers; /* char * -> char *; "" without a value */
	gsize body;          /* byte offset */
	gsize body_end;      /* without the white space at the end */
} Header;

static void
header_clear(Header *header)
{
	g_clear_pointer(&header->headers, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Header, header_clear)

/* Takes one line of a header apart; false when it is none. */
static bool
graphile_migrate_read_line(const char *line, char **ret_name, char **ret_value)
{
	static GRegex *pattern = NULL;
	static gsize once = 0;
	g_autoptr(GMatchInfo) match = NULL;

	if (g_once_init_enter(&once)) {
		pattern = g_regex_new("^--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?$", G_REGEX_DOLLAR_ENDONLY, 0, NULL);
		g_once_init_leave(&once, 1);
	}
	if (!g_regex_match(pattern, line, 0, &match))
		return false;
	*ret_name = g_match_info_fetch(match, 1);
	char *value = g_match_info_fetch(match, 2);
	*ret_value = value != NULL ? g_strstrip(value) : g_strdup("");
	return true;
}

static bool
graphile_migrate_read_header(const Source *source, Header *ret_header, GError **error)
{
	const char *text = base_source_text(source);
	gsize position = 0;
	char *name = NULL;
	char *value = NULL;

	ret_header->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (;;) {
		gsize length = strcspn(text + position, "\n");
		g_autofree char *line = g_strndup(text + position, length);
		if (!graphile_migrate_read_line(line, &name, &value)) {
			if (*line != '\0')
				return migration_error_at(
				    error, source, position,
				    "graphile-migrate writes it so; a line end of Windows is none",
				    "an empty line is expected behind the headers");
			break;
		}
		bool is_new = g_hash_table_insert(ret_header->headers, name, value);
		if (!is_new)
			return migration_error_at(error, source, position, "keep one of them",
			                          "the header is there twice");
		position += length + (text[position + length] == '\n');
	}
	gsize end = base_source_length(source);
	while (end > position && g_ascii_isspace(text[end - 1]))
		end--;
	ret_header->body = position + strspn(text + position, " \t\r\n\f\v");
	ret_header->body_end = MAX(end, ret_header->body);
	return true;
}

/* --- Hashes ------------------------------------------------------------------ */

/* SHA-1 over the hash of the migration before and the body. */
static char *
calculate_hash(const char *body, const char *previous)
{
	g_autofree char *both = g_strconcat(previous != NULL ? previous : "", "\n", body, NULL);
	g_autofree char *text = g_strconcat(g_strstrip(both), "\n", NULL);
	g_autofree char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA1, text, -1);

	return g_strconcat("sha1:", hash, NULL);
}

/* The migrations form a chain, and each hash is that of its text. */
static bool
graphile_migrate_check_chain(const MigrationSet *set, const Source *source, const Header *header, const char *body,
                             GError **error)
{
	const char *hash = g_hash_table_lookup(header->headers, "Hash");
	const char *previous = g_hash_table_lookup(header->headers, "Previous");
	bool allowed = g_hash_table_contains(header->headers, "AllowInvalidHash");
	const Migration *before = set->migrations->len > 0
	                              ? g_ptr_array_index(set->migrations, set->migrations->len - 1)
	                              : NULL;

	if (previous == NULL || *previous == '\0' || hash == NULL || *hash == '\0')
		return migration_error_at(error, source, 0,
		                          "is the file as \"graphile-migrate commit\" has written it?",
		                          "the headers \"Previous\" and \"Hash\" are needed");
	if (strcmp(previous, before != NULL ? before->checksum : "-") != 0)
		return migration_error_at(error, source, 0,
		                          "undo and commit it again, so that it comes behind the others",
		                          "the file follows %s, but the migration before it has %s", previous,
		                          before != NULL ? before->checksum : "no hash, as there is none");
	g_autofree char *found = calculate_hash(body, strcmp(previous, "-") != 0 ? previous : NULL);
	if ((strcmp(found, hash) == 0) == !allowed)
		return true;
	return migration_error_at(
	    error, source, 0,
	    allowed ? "take \"--! AllowInvalidHash\" out" : "undo the change, or allow it by \"--! AllowInvalidHash\"",
	    allowed ? "the hash may be wrong, but it is %s" : "the hash of the text is %s", found);
}

/* --- Placeholders -------------------------------------------------------------- */

/* The value of the placeholder at the start of the text; NULL: there is none. A placeholder ends at the end of a
 * word, so the longest name wins. */
static const char *
find_placeholder(GHashTable *placeholders, const char *text, gsize *ret_length)
{
	GHashTableIter iter;
	gpointer name, value;

	if (placeholders == NULL)
		return NULL;
	g_hash_table_iter_init(&iter, placeholders);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		gsize length = strlen(name);
		if (strncmp(text, name, length) != 0 || g_ascii_isalnum(text[length]) || text[length] == '_')
			continue;
		*ret_length = length;
		return value;
	}
	return NULL;
}

/* Those whose value belongs to a connection. */
static const char *const reserved[] = { ":DATABASE_NAME", ":DATABASE_OWNER" };

static bool
check_reserved(const Source *source, gsize offset, GError **error)
{
	const char *text = base_source_text(source) + offset;

	for (gsize i = 0; i < G_N_ELEMENTS(reserved); i++) {
		gsize length = strlen(reserved[i]);
		if (strncmp(text, reserved[i], length) == 0 && !g_ascii_isalnum(text[length]) && text[length] != '_')
			return migration_error_at(error, source, offset,
			                          "give it a value: \"placeholders\" in a suite, --placeholder "
			                          "\":NAME=VALUE\" of check and init",
			                          "no value for the placeholder \"%s\"", reserved[i]);
	}
	return true;
}

static MigrationMappedText *
replace_placeholders(const MigrationOptions *options, const Source *source, const Header *header, GError **error)
{
	g_autoptr(MigrationMappedText) result = migration_mapped_text_new();
	const char *text = base_source_text(source);
	gsize done = header->body;

	for (gsize i = header->body; i < header->body_end; i++) {
		gsize length = 0;
		if (text[i] != ':')
			continue;
		const char *value = find_placeholder(options->placeholders, text + i, &length);
		if (value == NULL) {
			if (!check_reserved(source, i, error))
				return NULL;
			continue;
		}
		migration_mapped_text_append(result, text + done, i - done, done);
		migration_mapped_text_append_replacement(result, value, i);
		done = i + length;
		i = done - 1;
	}
	migration_mapped_text_append(result, text + done, header->body_end - done, done);
	return g_steal_pointer(&result);
}

/* --- Files --------------------------------------------------------------------- */

static bool
is_no_transaction(const char *text)
{
	g_autofree char *line = g_strndup(text, strcspn(text, "\n"));

	return g_regex_match_simple("^--!\\s*no-transaction\\b", line, 0, 0);
}

static bool
graphile_migrate_add_migration(MigrationSet *set, const MigrationOptions *options, const MigrationFile *file,
                               GError **error)
{
	g_autoptr(Source) source = migration_source_load_exact(file->path, "graphile-migrate", error);
	g_auto(Header) header = { 0 };

	if (source == NULL || !graphile_migrate_read_header(source, &header, error))
		return false;
	g_autofree char *body = g_strndup(base_source_text(source) + header.body, header.body_end - header.body);
	if (!graphile_migrate_check_chain(set, source, &header, body, error))
		return false;
	g_autoptr(MigrationMappedText) text = replace_placeholders(options, source, &header, error);
	if (text == NULL)
		return false;
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, migration_file_base(file));
	const char *message = g_hash_table_lookup(header.headers, "Message");
	bool no_transaction = is_no_transaction(text->text->str);
	g_autofree char *number = g_strndup(migration->name, migration_name_digits(migration->name));
	migration->version = g_strconcat(number, ".sql", NULL);
	migration->description = g_strdup(message != NULL ? message : migration->name);
	migration->checksum = g_strdup(g_hash_table_lookup(header.headers, "Hash"));
	migration->up = migration_script_new_cut(source, g_steal_pointer(&text), NULL);
	if (no_transaction)
		migration_script_set_scope(migration->up, MIGRATION_SCOPE_AUTOCOMMIT);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

static int
graphile_migrate_compare_files(gconstpointer a, gconstpointer b)
{
	const MigrationFile *const *left = a;
	const MigrationFile *const *right = b;
	g_autofree char *left_number = g_strndup((*left)->name, migration_name_digits((*left)->name));
	g_autofree char *right_number = g_strndup((*right)->name, migration_name_digits((*right)->name));

	return strcmp(left_number, right_number);
}

/* The suite names the folder of committed migrations, or the one above it. */
static char *
find_committed(const MigrationOptions *options)
{
	g_autofree char *below = g_build_filename(options->directory, COMMITTED, NULL);

	return g_strdup(g_file_test(below, G_FILE_TEST_IS_DIR) ? below : options->directory);
}

static bool
graphile_migrate_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autofree char *directory = find_committed(options);
	g_autoptr(GPtrArray) numbered = g_ptr_array_new();

	if (!migration_refuse_config(set, options, error))
		return false;
	g_autoptr(GPtrArray) files = migration_directory_list(directory, false, error);
	if (files == NULL)
		return false;
	for (guint i = 0; i < files->len; i++) {
		MigrationFile *file = g_ptr_array_index(files, i);
		if (!file->is_directory && g_regex_match_simple("^[0-9]+(-[-_a-zA-Z0-9]*)?\\.sql$", file->name, 0, 0))
			g_ptr_array_add(numbered, file);
		else
			migration_warn_ignored(set, file, "its name is not 000001-name.sql");
	}
	g_ptr_array_sort(numbered, graphile_migrate_compare_files);
	for (guint i = 0; i < numbered->len; i++)
		if (!graphile_migrate_add_migration(set, options, g_ptr_array_index(numbered, i), error))
			return false;
	migration_name_warn_order(set);
	set->history_is_schema = true;
	return migration_check_versions(set, error) &&
	       migration_set_history_table(set, "graphile_migrate.migrations", error);
}

/* --- A run ------------------------------------------------------------------ */

static bool
graphile_migrate_begin(MigrationRunner *runner, GError **error)
{
	return migration_advisory_lock(migration_runner_session(runner), LOCK_KEY, error) &&
	       db_session_execute(
		   migration_runner_session(runner),
		   "CREATE SCHEMA IF NOT EXISTS graphile_migrate;"
		   "CREATE TABLE IF NOT EXISTS graphile_migrate.migrations (hash text PRIMARY KEY, "
		   "previous_hash text REFERENCES graphile_migrate.migrations, filename text NOT NULL, "
		   "date timestamptz NOT NULL DEFAULT now());"
		   "CREATE TABLE IF NOT EXISTS graphile_migrate.current (filename text PRIMARY KEY "
		   "DEFAULT 'current.sql', content text NOT NULL, date timestamptz NOT NULL DEFAULT now())",
		   error);
}

static void
graphile_migrate_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

static const char *
find_previous(const MigrationSet *set, const Migration *migration)
{
	for (guint i = 1; i < set->migrations->len; i++)
		if (g_ptr_array_index(set->migrations, i) == migration)
			return ((const Migration *)g_ptr_array_index(set->migrations, i - 1))->checksum;
	return NULL;
}

static char *
graphile_migrate_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                            gint64 duration)
{
	DbSession *session = migration_runner_session(runner);
	const char *before = find_previous(migration_runner_set(runner), migration);
	g_autofree char *hash = db_session_quote_literal(session, migration->checksum);
	g_autofree char *previous = before != NULL ? db_session_quote_literal(session, before) : g_strdup("NULL");

	(void)direction; /* there is no way down */
	(void)duration;
	return g_strdup_printf("INSERT INTO %s (hash, previous_hash, filename) VALUES (%s, %s, '%s')",
	                       migration_runner_history(runner), hash, previous, migration->version);
}

/* Only the last row counts: migrations with higher numbers are pending. */
static GHashTable *
graphile_migrate_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf("SELECT coalesce(pg_catalog.max(filename), '') FROM %s",
	                                       migration_runner_history(runner));
	g_autofree char *last = db_session_query_value(migration_runner_session(runner), error, sql, NULL);

	if (last == NULL)
		return NULL;
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (strcmp(migration->version, last) <= 0)
			g_hash_table_add(names, g_strdup(migration->name));
	}
	return names;
}

static bool
graphile_migrate_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                         GError **error)
{
	g_autofree char *sql = g_strdup_printf("SELECT filename, hash, false FROM %s ORDER BY filename", table);

	return migration_version_table_history(set, session, sql, NULL, history, error);
}

const MigrationFormat migration_format_graphile_migrate = {
	.name = "graphile-migrate",
	.title = "graphile-migrate",
	.no_transaction = "write \"--! no-transaction\" as the first line, and nothing else in the file",
	.load = graphile_migrate_load,
	.begin = graphile_migrate_begin,
	.record_sql = graphile_migrate_record_sql,
	.applied = graphile_migrate_applied,
	.end = graphile_migrate_end,
	.history = graphile_migrate_history,
};
