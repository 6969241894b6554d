#include "migration/history.h"

#include "migration/format.h"

static void
row_free(gpointer data)
{
	MigrationHistoryRow *row = data;

	g_free(row->name);
	g_free(row->checksum);
	g_free(row);
}

static void
problem_free(gpointer data)
{
	MigrationHistoryProblem *problem = data;

	g_free(problem->name);
	g_free(problem->text);
	g_free(problem);
}

void
migration_history_clear(MigrationHistory *history)
{
	g_clear_pointer(&history->rows, g_ptr_array_unref);
}

void
migration_history_add(MigrationHistory *history, const Migration *migration, const char *name, const char *checksum,
                      bool failed)
{
	MigrationHistoryRow *row = g_new0(MigrationHistoryRow, 1);

	row->migration = migration;
	row->name = g_strdup(name);
	row->checksum = g_strdup(checksum);
	row->failed = failed;
	g_ptr_array_add(history->rows, row);
}

/* --- Reading ----------------------------------------------------------------- */

bool
migration_history_is_known(const MigrationSet *set)
{
	return set->format->history != NULL && !set->without_history;
}

/* Not to_regclass, which asks for a privilege on the schema. */
static bool
look_for_table(DbSession *session, const char *schema, const char *table, bool *ret_exists, GError **error)
{
	g_autofree char *found = db_session_query_value(
	    session, error,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
	    "WHERE n.nspname = $1 AND c.relname = $2)",
	    schema, table, NULL);

	if (found == NULL)
		return false;
	*ret_exists = *found == 't';
	return true;
}

bool
migration_history_read(const MigrationSet *set, DbSession *session, MigrationHistory *ret_history, GError **error)
{
	const char *schema = set->history_schema != NULL ? set->history_schema : "public";
	g_autofree char *quoted_schema = db_session_quote_identifier(session, schema);
	g_autofree char *quoted_table = db_session_quote_identifier(session, set->history_table);
	g_autofree char *table = g_strdup_printf("%s.%s", quoted_schema, quoted_table);
	g_auto(MigrationHistory) history = { .rows = g_ptr_array_new_with_free_func(row_free) };

	if (!look_for_table(session, schema, set->history_table, &history.exists, error))
		return false;
	if (history.exists && !set->format->history(set, session, table, &history, error))
		return false;
	*ret_history = history;
	history = (MigrationHistory){ 0 };
	return true;
}

/* --- Comparing --------------------------------------------------------------- */

typedef struct {
	const MigrationSet *set;
	const MigrationHistory *history;
	GHashTable *rows;    /* const Migration * -> MigrationHistoryRow *: the last one */
	GHashTable *indexes; /* const Migration * -> its place in the set */
	GPtrArray *problems;
} Comparison;

static void G_GNUC_PRINTF(5, 6) add_problem(Comparison *comparison, MigrationHistoryProblemKind kind,
                                            const Migration *migration, const char *name, const char *format, ...)
{
	MigrationHistoryProblem *problem = g_new0(MigrationHistoryProblem, 1);
	va_list arguments;

	problem->kind = kind;
	problem->migration = migration;
	problem->name = g_strdup(name);
	va_start(arguments, format);
	problem->text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_ptr_array_add(comparison->problems, problem);
}

static guint
index_of(const Comparison *comparison, const Migration *migration)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(comparison->indexes, migration));
}

/* The last versioned migration of the set that is applied and stands after the index; or NULL. */
static const Migration *
applied_after(const Comparison *comparison, guint index)
{
	for (guint i = comparison->set->migrations->len; i > index + 1; i--) {
		const Migration *migration = g_ptr_array_index(comparison->set->migrations, i - 1);
		const MigrationHistoryRow *row = g_hash_table_lookup(comparison->rows, migration);
		if (migration->kind == MIGRATION_VERSIONED && row != NULL && !row->failed)
			return migration;
	}
	return NULL;
}

/* One that ran before this one although it comes after it; or NULL. */
static const Migration *
ran_before(const Comparison *comparison, const MigrationHistoryRow *row)
{
	guint index = index_of(comparison, row->migration);

	for (guint i = 0; i < comparison->history->rows->len; i++) {
		const MigrationHistoryRow *earlier = g_ptr_array_index(comparison->history->rows, i);
		if (earlier == row)
			return NULL;
		if (earlier->migration != NULL && earlier->migration->kind == MIGRATION_VERSIONED && !earlier->failed &&
		    index_of(comparison, earlier->migration) > index)
			return earlier->migration;
	}
	return NULL;
}

static void
compare_pending(Comparison *comparison, const Migration *migration)
{
	const Migration *later = comparison->history->any_order || migration->kind != MIGRATION_VERSIONED
	                             ? NULL
	                             : applied_after(comparison, index_of(comparison, migration));

	if (later != NULL)
		add_problem(comparison, MIGRATION_HISTORY_OUT_OF_ORDER, migration, migration->name,
		            "is not applied, but \"%s\" is, which comes after it", later->name);
	else
		add_problem(comparison, MIGRATION_HISTORY_PENDING, migration, migration->name, "is not applied");
}

static void
migration_history_compare_applied(Comparison *comparison, const Migration *migration, const MigrationHistoryRow *row)
{
	bool same = row->checksum == NULL || migration->checksum == NULL ||
	            g_strcmp0(row->checksum, migration->checksum) == 0;
	const Migration *before = comparison->history->any_order || migration->kind != MIGRATION_VERSIONED
	                              ? NULL
	                              : ran_before(comparison, row);

	if (!same && migration->kind == MIGRATION_REPEATABLE)
		add_problem(comparison, MIGRATION_HISTORY_PENDING, migration, migration->name,
		            "has changed since it was applied, and is applied again by the next run");
	else if (!same)
		add_problem(comparison, MIGRATION_HISTORY_EDITED, migration, migration->name,
		            "was changed after it was applied: its checksum was %s, is %s", row->checksum,
		            migration->checksum);
	if (before != NULL)
		add_problem(comparison, MIGRATION_HISTORY_OUT_OF_ORDER, migration, migration->name,
		            "was applied after \"%s\", which comes after it", before->name);
}

static void
compare_migration(Comparison *comparison, const Migration *migration)
{
	const MigrationHistoryRow *row = g_hash_table_lookup(comparison->rows, migration);

	if (row == NULL && migration->kind == MIGRATION_BASELINE)
		return; /* it stands for others */
	if (row == NULL)
		compare_pending(comparison, migration);
	else if (row->failed)
		add_problem(comparison, MIGRATION_HISTORY_FAILED, migration, migration->name,
		            "failed, by what the history says");
	else
		migration_history_compare_applied(comparison, migration, row);
}

const char *
migration_history_problem_name(MigrationHistoryProblemKind kind)
{
	static const char *const names[] = { "pending", "failed", "edited", "out of order", "no such file" };

	return names[kind];
}

GPtrArray *
migration_history_compare(const MigrationSet *set, const MigrationHistory *history)
{
	g_autoptr(GHashTable) rows = g_hash_table_new(NULL, NULL);
	g_autoptr(GHashTable) indexes = g_hash_table_new(NULL, NULL);
	Comparison comparison = { set, history, rows, indexes, g_ptr_array_new_with_free_func(problem_free) };

	for (guint i = 0; i < set->migrations->len; i++)
		g_hash_table_insert(indexes, g_ptr_array_index(set->migrations, i), GUINT_TO_POINTER(i));
	for (guint i = 0; i < history->rows->len; i++) {
		MigrationHistoryRow *row = g_ptr_array_index(history->rows, i);
		if (row->migration != NULL)
			g_hash_table_insert(rows, (gpointer)row->migration, row);
	}
	for (guint i = 0; i < set->migrations->len; i++)
		compare_migration(&comparison, g_ptr_array_index(set->migrations, i));
	for (guint i = 0; i < history->rows->len; i++) {
		const MigrationHistoryRow *row = g_ptr_array_index(history->rows, i);
		if (row->migration == NULL)
			add_problem(&comparison, MIGRATION_HISTORY_NO_FILE, NULL, row->name,
			            row->failed ? "failed, by what the history says, and there is no such file"
			                        : "is applied, but there is no such file");
	}
	return comparison.problems;
}
