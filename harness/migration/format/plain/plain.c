/*
 * Plain SQL files and a runner of the team's own, as far as the suite describes it.
 */
#include "migration/format/plain/plain.h"

#include "base/error.h"
#include "migration/file_names.h"
#include "migration/text/lines.h"
#include "migration/text/rollback_comment.h"

#include <string.h>

/* The history that pgassay keeps itself if the runner has none. */
#define OWN_SCHEMA "pgassay_history"

/* The files of one version. */
typedef struct {
	const MigrationFile *up;
	const MigrationFile *down;
	char *name; /* its name by the pattern; NULL: none */
} PlainPair;

static void
pair_free(gpointer data)
{
	PlainPair *pair = data;

	g_free(pair->name);
	g_free(pair);
}

/* --- The directory ------------------------------------------------------- */

static char *
plain_detect(const MigrationOptions *options)
{
	g_autoptr(GPtrArray) paths = plain_list_sql(options->directory);

	return paths->len > 0 ? g_strdup_printf("it has %u .sql %s and no mark of another tool", paths->len,
	                                        paths->len == 1 ? "file" : "files")
	                      : NULL;
}

static bool
is_default(const MigrationSet *set)
{
	return strcmp(migration_set_get(set, PLAIN_PATTERN), PLAIN_DEFAULT_PATTERN) == 0;
}

static void
plain_ignore(MigrationSet *set, const PlainRules *rules, const MigrationFile *file)
{
	if (plain_rules_ignore(rules, file->name) || (file->is_directory && rules->recursive))
		return;
	migration_warn_ignored(set, file,
	                       is_default(set) ? "its name does not end with .sql"
	                                       : "its path does not match the pattern of the suite");
}

static bool
plain_add_file(GHashTable *pairs, const MigrationFile *file, PlainName *name, GError **error)
{
	PlainPair *pair = g_hash_table_lookup(pairs, name->version);

	if (pair == NULL) {
		pair = g_new0(PlainPair, 1);
		g_hash_table_insert(pairs, g_strdup(name->version), pair);
	}
	const MigrationFile **place = name->down ? &pair->down : &pair->up;
	if (*place != NULL)
		return base_error_set(
		    error, BASE_ERROR_INPUT, "keep one of them, or let the group \"version\" of the pattern hold more",
		    "\"%s\" and \"%s\" have the same version \"%s\"", (*place)->name, file->name, name->version);
	*place = file;
	if (!name->down)
		pair->name = g_steal_pointer(&name->name);
	return true;
}

/* char *version -> PlainPair * */
static GHashTable *
pair_files(MigrationSet *set, const PlainRules *rules, const GPtrArray *files, GError **error)
{
	g_autoptr(GHashTable) pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pair_free);

	for (guint i = 0; i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		g_auto(PlainName) name = { 0 };
		if (file->is_directory || plain_rules_ignore(rules, file->name) ||
		    !plain_rules_match(rules, file->name, &name))
			plain_ignore(set, rules, file);
		else if (!plain_add_file(pairs, file, &name, error))
			return NULL;
	}
	return g_steal_pointer(&pairs);
}

/* --- Files --------------------------------------------------------------- */

static bool
plain_has_line(const char *text, GRegex *pattern, const MigrationLine *line)
{
	g_autofree char *alone = g_strndup(text + line->start, line->end - line->start);

	return g_regex_match(pattern, alone, 0, NULL);
}

static bool
plain_find_line(const GString *text, GRegex *pattern, gsize *position, MigrationLine *ret_line)
{
	while (migration_line_next(text->str, text->len, position, ret_line))
		if (plain_has_line(text->str, pattern, ret_line))
			return true;
	return false;
}

/* A runner that wraps every file in a transaction cannot run what refuses one, nor a file with its own. */
static bool
plain_refuses_transaction(const MigrationScript *script)
{
	guint flags = MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL;

	return migration_script_find(script, flags) != NULL;
}

static bool
is_alone(const PlainRules *rules, const MigrationScript *script, bool marked)
{
	switch (rules->transaction) {
	case PLAIN_TRANSACTION_AUTO:
		return rules->no_transaction != NULL ? marked : plain_refuses_transaction(script);
	case PLAIN_TRANSACTION_FILE:
		return marked;
	case PLAIN_TRANSACTION_NONE:
		return true;
	default:
		return false;
	}
}

/* Takes the text, which comes from the source. */
static MigrationScript *
plain_make_script(const PlainRules *rules, Source *source, MigrationMappedText *text, GError **error)
{
	MigrationLine line;
	gsize position = 0;
	bool marked = rules->no_transaction != NULL &&
	              plain_find_line(text->text, rules->no_transaction, &position, &line);
	MigrationScript *script = rules->whole_files ? migration_script_new_cut(source, text, NULL)
	                                             : migration_script_new(source, text, error);

	if (script != NULL && is_alone(rules, script, marked))
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

static MigrationMappedText *
take_part(const MigrationMappedText *text, gsize start, gsize end)
{
	MigrationMappedText *part = migration_mapped_text_new();

	migration_mapped_text_append(part, text->text->str + start, end - start,
	                             migration_mapped_text_source_offset(text, start));
	return part;
}

/* Loads the up, and the down if the same file contains it. */
static bool
load_up(Migration *migration, const PlainRules *rules, Source *source, GError **error)
{
	g_autoptr(MigrationMappedText) text = migration_source_text(source);
	MigrationLine line = { 0 };
	MigrationLine second;
	gsize position = 0;

	if (rules->down_line == NULL || !plain_find_line(text->text, rules->down_line, &position, &line)) {
		migration->up = plain_make_script(rules, source, g_steal_pointer(&text), error);
		return migration->up != NULL;
	}
	gsize begin = MIN(position, text->text->len);
	if (plain_find_line(text->text, rules->down_line, &position, &second))
		return migration_error_at(error, source, migration_mapped_text_source_offset(text, second.start),
		                          "keep one of them", "a second line begins the way down");
	migration->up = plain_make_script(rules, source, take_part(text, 0, line.start), error);
	if (migration->up != NULL)
		migration->down = plain_make_script(rules, source, take_part(text, begin, text->text->len), error);
	return migration->down != NULL;
}

static bool
load_comment(Migration *migration, const PlainPair *pair, GError **error)
{
	g_auto(MigrationRollbackComment) comment = { 0 };
	Source *source = migration_script_source(migration->up);
	g_autoptr(MigrationMappedText) text = migration_source_text(source);

	if (!migration_rollback_comment_read(text, source, &comment, error))
		return false;
	if (comment.sql == NULL && comment.irreversible == NULL)
		return true;
	if (pair->down != NULL)
		return migration_error_at(error, source, comment.offset, "keep one of them",
		                          "\"%s\" has a rollback comment, and there is also \"%s\"", pair->up->name,
		                          pair->down->name);
	if (migration->down != NULL)
		return migration_error_at(error, source, comment.offset, "keep one of them",
		                          "\"%s\" has a rollback comment, and a part for the way down, too",
		                          pair->up->name);
	migration->irreversible = g_steal_pointer(&comment.irreversible);
	if (comment.sql == NULL)
		return true;
	migration->down = migration_script_new(source, g_steal_pointer(&comment.sql), error);
	if (migration->down != NULL && plain_refuses_transaction(migration->down))
		migration_script_set_scope(migration->down, MIGRATION_SCOPE_AUTOCOMMIT);
	return migration->down != NULL;
}

static bool
plain_load_down(Migration *migration, const PlainRules *rules, const PlainPair *pair, GError **error)
{
	if (pair->down == NULL)
		return true;
	if (migration->down != NULL)
		return migration_error_at(error, migration_script_source(migration->down), 0, "keep one of them",
		                          "\"%s\" has a part for the way down, and there is also \"%s\"",
		                          pair->up->name, pair->down->name);
	g_autoptr(Source) source = migration_source_load(pair->down->path, error);
	if (source != NULL)
		migration->down = plain_make_script(rules, source, migration_source_text(source), error);
	return migration->down != NULL;
}

static bool
plain_add_migration(MigrationSet *set, const PlainRules *rules, const char *version, const PlainPair *pair,
                    GError **error)
{
	if (pair->up == NULL) {
		g_autofree char *hint = is_default(set)
		                            ? g_strdup_printf("add \"%s.sql\", or remove the file", version)
		                            : g_strdup_printf("add the up of the version \"%s\", or remove the file; "
		                                              "what the pattern finds of it counts",
		                                              version);
		return base_error_set(error, BASE_ERROR_INPUT, hint, "\"%s\" takes back a migration that is not there",
		                      pair->down->name);
	}
	g_autoptr(Source) source = migration_source_load(pair->up->path, error);
	g_autoptr(Migration) migration = migration_new(MIGRATION_VERSIONED, pair->up->name);
	migration->version = g_strdup(version);
	migration->description = g_strdup(pair->name != NULL ? pair->name : version);
	if (source == NULL || !load_up(migration, rules, source, error) || !load_comment(migration, pair, error) ||
	    !plain_load_down(migration, rules, pair, error))
		return false;
	migration->checksum = plain_checksum(rules, source);
	g_ptr_array_add(set->migrations, g_steal_pointer(&migration));
	return true;
}

/* False with *error where all files are in folders; else nothing is to be said that holds for no other format. */
static bool
explain_nothing(const MigrationSet *set, GError **error)
{
	g_autoptr(GPtrArray) paths = plain_list_sql(set->directory);

	if (paths->len == 0 || !is_default(set))
		return true;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "give one of the folders, or say \"recursive: true\" or a \"pattern\" under "
	                      "\"settings\"; \"pgassay init\" proposes some",
	                      "there are no .sql files in \"%s\", but %u in its folders: \"%s\"", set->directory,
	                      paths->len, (char *)g_ptr_array_index(paths, 0));
}

static bool
plain_load_files(MigrationSet *set, const PlainRules *rules, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(set->directory, rules->recursive, error);
	g_autoptr(GHashTable) pairs = files != NULL ? pair_files(set, rules, files, error) : NULL;

	if (pairs == NULL)
		return false;
	if (g_hash_table_size(pairs) == 0 && !rules->recursive)
		return explain_nothing(set, error);
	g_autoptr(GList) versions = g_list_sort(g_hash_table_get_keys(pairs), (GCompareFunc)strcmp);
	for (const GList *version = versions; version != NULL; version = version->next)
		if (!plain_add_migration(set, rules, version->data, g_hash_table_lookup(pairs, version->data), error))
			return false;
	return plain_sort(set, rules, error);
}

static bool
plain_name_history(MigrationSet *set, const PlainRules *rules, const MigrationOptions *options, GError **error)
{
	if (!rules->without_history)
		return migration_set_history_table(set, "public.schema_migrations", error);
	if (options->history_table != NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "take one of them out",
		                      "\"history: none\" says that the runner has no history table, and "
		                      "\"history_table\" is \"%s\"",
		                      options->history_table);
	set->without_history = true;
	set->history_is_schema = true;
	return migration_set_history_table(set, OWN_SCHEMA ".applied", error);
}

static void
free_rules(gpointer rules)
{
	plain_rules_free(rules);
}

static bool
plain_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	if (!migration_refuse_config(set, options, error) || !migration_refuse_placeholders(set, options, error))
		return false;
	if (options->suggest && options->settings == NULL)
		plain_suggest(set);
	PlainRules *rules = plain_rules_new(set, error);
	if (rules == NULL)
		return false;
	set->data = rules;
	set->free_data = free_rules;
	if (rules->transaction == PLAIN_TRANSACTION_ALL)
		g_hash_table_insert(set->settings, g_strdup(MIGRATION_SETTING_GROUP), g_strdup("true"));
	return plain_load_files(set, rules, error) && plain_name_history(set, rules, options, error);
}

/* --- The format ---------------------------------------------------------- */

static const char *const truth[] = { "true", "false", NULL };
static const char *const transactions[] = { "auto", "file", "all", "none", NULL };
static const char *const sends[] = { "statements", "file", NULL };

static const MigrationSetting settings[] = {
	{ PLAIN_PATTERN, NULL, PLAIN_DEFAULT_PATTERN, "what a file is, by its path: groups version, name, down" },
	{ PLAIN_RECURSIVE, truth, "false", "folders are looked into" },
	{ PLAIN_IGNORE, NULL, NULL, "paths of files and folders that are no migrations" },
	{ PLAIN_ORDER, NULL, PLAIN_ORDER_NAME, "name, number, natural, or a file that lists the migrations" },
	{ PLAIN_DOWN_LINE, NULL, NULL, "the line that begins the way down in a file" },
	{ PLAIN_TRANSACTION, transactions, "auto", "what is one transaction" },
	{ PLAIN_NO_TRANSACTION, NULL, NULL, "the line by which a file says that it runs without one" },
	{ PLAIN_SEND, sends, "statements", "what the runner sends at once" },
	{ PLAIN_HISTORY, NULL, NULL, "the columns of the history table and what is in them; none: there is no table" },
	{ NULL },
};

const MigrationFormat migration_format_plain = {
	.name = "plain",
	.title = "plain SQL",
	.no_transaction =
	    "write \"transaction: none\" under \"settings\" in the suite, if your runner begins no transaction",
	.down_hint = "NAME.down.sql, or \"-- Rollback: SQL\" at the head of the file",
	.detect = plain_detect,
	.settings = settings,
	.load = plain_load,
	.begin = plain_begin,
	.record_sql = plain_record_sql,
	.applied = plain_applied,
	.end = plain_end,
	.history = plain_history,
};
