/* What the statements of a migration ask of the rows that there are. */
#include "check/proof/plausible.h"

#include "catalog/identity.h"
#include "check/changes/update.h"
#include "check/workspace/place.h"
#include "migration/text/copy.h"

#include <string.h>

/* A migration whose tables get other names on the way. */
typedef struct {
	const GPtrArray *statements; /* of MigrationStatement * */
	GPtrArray *renames;          /* of MigrationRename *; NULL where a statement is none */
} LearnScript;

static void
learn_free_rename(gpointer data)
{
	migration_rename_free(data);
}

static const char *
learn_sql(const LearnScript *script, guint i)
{
	return ((const MigrationStatement *)g_ptr_array_index(script->statements, i))->sql;
}

/* Which name the table with this one has at the end. */
static const char *
learn_name_after(const LearnScript *script, guint statement, const char *name)
{
	for (guint i = statement + 1; i < script->renames->len; i++) {
		const MigrationRename *rename = g_ptr_array_index(script->renames, i);
		if (rename != NULL && strcmp(rename->from.name, name) == 0)
			name = rename->to;
	}
	return name;
}

/* Which name it had before the migration. */
static const char *
learn_name_before(const LearnScript *script, guint statement, const char *name)
{
	for (guint i = statement; i > 0; i--) {
		const MigrationRename *rename = g_ptr_array_index(script->renames, i - 1);
		if (rename != NULL && strcmp(rename->to, name) == 0)
			name = rename->from.name;
	}
	return name;
}

static bool
learn_copy(const LearnScript *script, guint statement, const MigrationCopy *copy, const RowsBefore *before,
           DbSession *session, GPtrArray *preconditions, GError **error)
{
	const RowsMoved moved = {
		.source_schema = copy->source.schema,
		.source = learn_name_before(script, statement, copy->source.name),
		.target_schema = copy->target.schema,
		.target = learn_name_after(script, statement, copy->target.name),
		.columns = copy->columns,
		.values = copy->values,
		.names = copy->names,
		.condition = copy->condition,
		.merges = copy->merges,
	};

	return rows_before_learn_moved(before, session, &moved, preconditions, error);
}

/* ALTER TABLE ... RENAME COLUMN, without constraints. */
static const char learn_column_pattern[] =
    "^\\s*ALTER\\s+TABLE\\s+(?:IF\\s+EXISTS\\s+)?(?:ONLY\\s+)?(?:\"?\\w+\"?\\s*\\.\\s*)?\"?(?<table>\\w+)\"?\\s+"
    "RENAME\\s+(?:COLUMN\\s+)?(?!CONSTRAINT\\b|TO\\b)\"?(?<old>\\w+)\"?\\s+TO\\s+\"?(?<new>\\w+)\"?";

/* The text with the name that the column had before the statement; NULL: that renames none of a table in it. The caller
 * frees it. */
static char *
learn_take_column_back(const char *sql, const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new(learn_column_pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, sql, 0, &match))
		return NULL;
	g_autofree char *table = g_match_info_fetch_named(match, "table");
	g_autofree char *old = g_match_info_fetch_named(match, "old");
	g_autofree char *new = g_match_info_fetch_named(match, "new");
	g_autofree char *word = g_strdup_printf("\\b%s\\b", new);
	g_autoptr(GRegex) words = g_regex_new(word, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);
	return check_place_has_word(text, table) ? g_regex_replace_literal(words, text, -1, 0, old, 0, NULL) : NULL;
}

/* The statement in the names of columns from before the migration. The caller frees it. */
static char *
learn_sql_before(const LearnScript *script, guint statement)
{
	char *text = g_strdup(learn_sql(script, statement));

	for (guint i = statement; i > 0; i--) {
		char *back = learn_take_column_back(learn_sql(script, i - 1), text);
		if (back == NULL)
			continue;
		g_free(text);
		text = back;
	}
	return text;
}

/* How many characters the script gives to the column, by VARCHAR(20) or the like; 0: it says nothing. */
static guint
learn_most(const LearnScript *script, const char *column)
{
	g_autofree char *escaped = g_regex_escape_string(column, -1);
	g_autofree char *pattern = g_strdup_printf("\\b%s\"?\\s+(?:(?:SET\\s+DATA\\s+)?TYPE\\s+)?"
	                                           "(?:var)?char(?:acter)?(?:\\s+varying)?\\s*\\((\\d{1,6})\\)",
	                                           escaped);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);

	for (guint i = 0; i < script->statements->len; i++) {
		g_autoptr(GMatchInfo) match = NULL;
		if (!g_regex_match(regex, learn_sql(script, i), 0, &match))
			continue;
		g_autofree char *most = g_match_info_fetch(match, 1);
		return (guint)g_ascii_strtoull(most, NULL, 10);
	}
	return 0;
}

/* Columns that get the values of others. */
static void
learn_narrow(const LearnScript *script, guint statement, const RowsBefore *before, const char *sql,
             GPtrArray *preconditions)
{
	static const char plain[] = "^\\s*\"?\\w+\"?\\s*$";
	g_auto(CheckUpdate) update = { 0 };

	if (!check_update_parse(sql, &update) || update.from != NULL)
		return;
	for (guint i = 0; update.columns[i] != NULL; i++) {
		const RowsNarrow narrow = {
			.table = learn_name_before(script, statement, update.table),
			.column = update.columns[i],
			.value = update.expressions[i],
			.most = learn_most(script, update.columns[i]),
		};
		if (g_regex_match_simple(plain, narrow.value, G_REGEX_RAW, 0))
			rows_before_learn_narrow(before, &narrow, preconditions);
	}
}

/* An UPDATE of a column that becomes NOT NULL gives it a value where it has none. */
static void
learn_filled_nulls(const char *sql, GPtrArray *preconditions)
{
	g_auto(CheckUpdate) update = { 0 };

	if (!check_update_parse(sql, &update))
		return;
	for (guint i = 0; i < preconditions->len; i++) {
		RowsPrecondition *precondition = g_ptr_array_index(preconditions, i);
		if (precondition->kind != ROWS_PRECONDITION_NOT_NULL || precondition->column == NULL ||
		    !g_strv_contains((const char *const *)update.columns, precondition->column))
			continue;
		g_auto(GStrv) parts = catalog_identity_split(precondition->table);
		precondition->filled |= parts != NULL && g_strcmp0(parts[1], update.table) == 0;
	}
}

static bool
learn_statements(const LearnScript *script, const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                 GError **error)
{
	for (guint i = 0; i < script->statements->len; i++) {
		g_autoptr(MigrationCopy) copy = migration_copy_parse(learn_sql(script, i));
		g_autofree char *sql = learn_sql_before(script, i);
		rows_before_learn_casts(before, sql, preconditions);
		rows_before_learn_members(before, sql, preconditions);
		rows_before_learn_logarithms(before, sql, preconditions);
		rows_before_learn_backfill(before, sql, preconditions);
		learn_narrow(script, i, before, sql, preconditions);
		learn_filled_nulls(sql, preconditions);
		if (copy != NULL && !learn_copy(script, i, copy, before, session, preconditions, error))
			return false;
	}
	return true;
}

/* A migration that fills the new table to which a key points has to fill it for the rows that are there: no row without
 * a value is held then. */
static void
learn_filled_targets(const LearnScript *script, GPtrArray *preconditions)
{
	for (guint i = 0; i < preconditions->len; i++) {
		RowsPrecondition *precondition = g_ptr_array_index(preconditions, i);
		for (guint j = 0; precondition->new_target != NULL && j < script->statements->len; j++) {
			const char *sql = learn_sql(script, j);
			if (!check_place_has_word(sql, "INTO") || !check_place_has_word(sql, precondition->new_target))
				continue;
			g_clear_pointer(&precondition->hold, g_free);
			g_clear_pointer(&precondition->release, g_free);
		}
	}
}

bool
check_plausible_learn_script(const RowsBefore *before, DbSession *session, const Migration *migration,
                             GPtrArray *preconditions, GError **error)
{
	LearnScript script = { .statements = migration_script_statements(migration->up) };

	script.renames = g_ptr_array_new_with_free_func(learn_free_rename);
	for (guint i = 0; i < script.statements->len; i++)
		g_ptr_array_add(script.renames, migration_rename_parse(learn_sql(&script, i)));
	learn_filled_targets(&script, preconditions);
	bool done = learn_statements(&script, before, session, preconditions, error);
	g_ptr_array_unref(script.renames);
	return done;
}
