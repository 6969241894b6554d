/* Liquibase's history, and the table that is its lock. */
#include "migration/format/liquibase/liquibase.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "migration/format.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"

#include <poll.h>
#include <string.h>

#define PAUSE_MS    10
#define MAX_COMMENT 250
#define CREATE_KEY  7089634231514025063 /* any number of our own */

static void
run_free(gpointer data)
{
	LiquibaseRun *run = data;

	g_free(run->deployment);
	g_free(run->lock);
	g_free(run);
}

/* --- The tables ----------------------------------------------------------------- */

static bool
make_lock_table(MigrationRunner *runner, const char *lock, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *sql = g_strdup_printf("CREATE TABLE %s (ID INTEGER NOT NULL, LOCKED BOOLEAN NOT NULL, "
	                                       "LOCKGRANTED TIMESTAMP WITHOUT TIME ZONE, LOCKEDBY VARCHAR(255), "
	                                       "CONSTRAINT databasechangeloglock_pkey PRIMARY KEY (ID));"
	                                       "INSERT INTO %s (ID, LOCKED) VALUES (1, FALSE)",
	                                       lock, lock);

	g_autofree char *fill = g_strdup_printf(
	    "INSERT INTO %s (ID, LOCKED) SELECT 1, FALSE WHERE NOT EXISTS (SELECT FROM %s)", lock, lock);

	/* When two first runs of Liquibase start at the same time, one may fail here; our runs wait for each other. */
	if (!migration_advisory_lock(session, CREATE_KEY, error))
		return false;
	g_autofree char *has = db_session_query_value(session, error, "SELECT pg_catalog.to_regclass($1) IS NOT NULL",
	                                              lock, NULL);
	/* A dump of the schema alone has the table without its row, which Liquibase puts in. */
	bool made = has != NULL && db_session_execute(session, *has == 't' ? fill : sql, error);
	migration_advisory_unlock(session, CREATE_KEY);
	return made;
}

static bool
make_history(MigrationRunner *runner, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "CREATE TABLE %s (ID VARCHAR(255) NOT NULL, AUTHOR VARCHAR(255) NOT NULL, FILENAME VARCHAR(255) NOT NULL, "
	    "DATEEXECUTED TIMESTAMP WITHOUT TIME ZONE NOT NULL, ORDEREXECUTED INTEGER NOT NULL, EXECTYPE VARCHAR(10) "
	    "NOT NULL, MD5SUM VARCHAR(35), DESCRIPTION VARCHAR(255), COMMENTS VARCHAR(255), TAG VARCHAR(255), "
	    "LIQUIBASE VARCHAR(20), CONTEXTS VARCHAR(255), LABELS VARCHAR(255), DEPLOYMENT_ID VARCHAR(10))",
	    migration_runner_history(runner));
	bool exists = false;

	return migration_runner_has_history(runner, &exists, error) &&
	       (exists || db_session_execute(migration_runner_session(runner), sql, error));
}

/* --- The lock -------------------------------------------------------------------- */

/* The reason to stop waiting for the lock, or an empty text: no session is connected that could release it, or the
 * five minutes of Liquibase are over. A lock that came with a dump or a migration has no such session. */
static char *
ask_why_not(DbSession *session, const char *lock, bool late, GError **error)
{
	g_autofree char *sql = g_strdup_printf(
	    "SELECT pg_catalog.format('it is locked by %%s since %%s%%s', coalesce(LOCKEDBY, 'nobody'),"
	    " coalesce(LOCKGRANTED::text, 'some time'), CASE WHEN others THEN '' ELSE"
	    " ', and nobody is connected who could give it back' END) FROM %s, (SELECT EXISTS (SELECT"
	    " FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database()"
	    " AND backend_type = 'client backend' AND application_name NOT LIKE 'pgassay%%') AS others) o"
	    " WHERE ID = 1 AND LOCKED AND coalesce(LOCKEDBY, '') NOT LIKE 'pgassay (%%' AND ($1 OR NOT others)",
	    lock);
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, late ? "t" : "f", NULL);

	if (rows == NULL)
		return NULL;
	return g_strdup(db_result_rows(rows) > 0 ? db_result_value(rows, 0, 0) : "");
}

static bool
liquibase_history_check_patience(DbSession *session, const char *lock, gint64 deadline, GError **error)
{
	g_autofree char *why = ask_why_not(session, lock, g_get_monotonic_time() >= deadline, error);

	if (why == NULL || *why == '\0')
		return why != NULL;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "run \"liquibase release-locks\", or correct what has left the table so",
	                      "Liquibase's lock in %s cannot be taken: %s", lock, why);
}

/* Takes the row, also from a run of ours whose session is gone; Liquibase itself would wait for it, and then ask for
 * "liquibase release-locks". */
static bool
take_lock(MigrationRunner *runner, const char *lock, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *sql = g_strdup_printf(
	    "WITH taken AS (UPDATE %s SET LOCKED = TRUE, LOCKGRANTED = now()::timestamp, LOCKEDBY = 'pgassay (' || "
	    "pg_catalog.pg_backend_pid() || ')' WHERE ID = 1 AND (NOT LOCKED OR (LOCKEDBY LIKE 'pgassay (%%' AND NOT "
	    "EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE 'pgassay (' || pid || ')' = LOCKEDBY))) "
	    "RETURNING 1) SELECT count(*) FROM taken",
	    lock);

	gint64 deadline = g_get_monotonic_time() + MIGRATION_LOCK_PATIENCE;

	for (;;) {
		g_autofree char *taken = db_session_query_value(session, error, sql, NULL);
		if (taken == NULL || *taken == '1')
			return taken != NULL;
		if (!liquibase_history_check_patience(session, lock, deadline, error))
			return false;
		struct pollfd interrupt = { .fd = base_interrupt_fd(), .events = POLLIN };
		poll(&interrupt, 1, PAUSE_MS);
	}
}

bool
liquibase_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	LiquibaseRun *run = g_new0(LiquibaseRun, 1);
	g_autofree char *schema = db_session_quote_identifier(session, migration_runner_history_schema(runner));
	g_autofree char *lock = g_strdup_printf("%s.%s", schema, LIQUIBASE_LOCK_TABLE);
	g_autofree char *clock = g_strdup_printf("%" G_GINT64_FORMAT, g_get_real_time() / 1000);

	migration_runner_set_state(runner, run, run_free);
	run->deployment = g_strdup(clock + strlen(clock) - MIN(strlen(clock), 10));
	if (!make_lock_table(runner, lock, error) || !take_lock(runner, lock, error))
		return false;
	run->lock = g_steal_pointer(&lock);
	return make_history(runner, error);
}

void
liquibase_end(MigrationRunner *runner)
{
	const LiquibaseRun *run = migration_runner_state(runner);

	if (run->lock == NULL)
		return;
	g_autofree char *sql = g_strdup_printf(
	    "UPDATE %s SET LOCKED = FALSE, LOCKEDBY = NULL, LOCKGRANTED = NULL WHERE ID = 1", run->lock);
	db_session_run_cleanup(migration_runner_session(runner), sql);
}

/* --- Reading ----------------------------------------------------------------------- */

/* True when Liquibase takes the history's checksum for that of the changeset as it is. Older versions than 9 cannot be
 * computed, and no checksum means that it may be written anew. */
static bool
is_valid(const Migration *migration, const LiquibaseChangeset *changeset, const char *found)
{
	static const char *const any[] = { "1:any", "1:all", "1:*" };

	if (found == NULL || !g_str_has_prefix(found, "9:") || strcmp(found, migration->checksum) == 0)
		return true;
	for (guint i = 0; i < changeset->valid_checksums->len; i++) {
		const char *valid = g_ptr_array_index(changeset->valid_checksums, i);
		for (gsize j = 0; j < G_N_ELEMENTS(any); j++)
			if (g_ascii_strcasecmp(valid, any[j]) == 0)
				return true;
		if (strcmp(valid, found) == 0 || strcmp(valid, migration->checksum) == 0)
			return true;
	}
	return false;
}

/* liquibase_identity -> Migration *. */
static GHashTable *
index_migrations(const MigrationSet *set)
{
	GHashTable *index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < set->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(set->migrations, i);
		const LiquibaseChangeset *changeset = liquibase_changeset_of(set, migration);
		g_hash_table_insert(index, liquibase_identity(changeset->path, changeset->id, changeset->author),
		                    migration);
	}
	return index;
}

#define ROWS "SELECT id, author, filename, md5sum FROM %s ORDER BY dateexecuted, orderexecuted"

GHashTable *
liquibase_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf(ROWS, migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);

	if (rows == NULL)
		return NULL;
	g_autoptr(GHashTable) index = index_migrations(set);
	GHashTable *applied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int row = 0; row < db_result_rows(rows); row++) {
		g_autofree char *key = liquibase_identity(db_result_value(rows, row, 2), db_result_value(rows, row, 0),
		                                          db_result_value(rows, row, 1));
		const Migration *migration = g_hash_table_lookup(index, key);
		if (migration == NULL)
			continue;
		const LiquibaseChangeset *changeset = liquibase_changeset_of(set, migration);
		if (!changeset->always &&
		    (!changeset->on_change || is_valid(migration, changeset, db_result_value(rows, row, 3))))
			g_hash_table_add(applied, g_strdup(migration->name));
	}
	return applied;
}

bool
liquibase_validate(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	g_autofree char *sql = g_strdup_printf(ROWS, migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(migration_runner_session(runner), error, sql, NULL);

	if (rows == NULL || !liquibase_check_preconditions(runner, error))
		return false;
	g_autoptr(GHashTable) index = index_migrations(set);
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *found = db_result_value(rows, row, 3);
		g_autofree char *key = liquibase_identity(db_result_value(rows, row, 2), db_result_value(rows, row, 0),
		                                          db_result_value(rows, row, 1));
		const Migration *migration = g_hash_table_lookup(index, key);
		const LiquibaseChangeset *changeset = migration != NULL ? liquibase_changeset_of(set, migration) : NULL;
		if (changeset == NULL || changeset->on_change || changeset->always ||
		    is_valid(migration, changeset, found))
			continue;
		g_autofree char *place = base_position_format(
		    base_source_position(changeset->source, changeset->offset));
		return base_error_set(
		    error, BASE_ERROR_INPUT,
		    "make a new changeset of the change, or set runOnChange:true or --validCheckSum",
		    "%s: \"%s\" was changed after it was applied: its checksum is %s, but the history "
		    "has %s",
		    place, key, migration->checksum, found);
	}
	return true;
}

bool
liquibase_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                  GError **error)
{
	g_autofree char *sql = g_strdup_printf(ROWS, table);
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, NULL);

	if (rows == NULL)
		return false;
	g_autoptr(GHashTable) index = index_migrations(set);
	history->any_order = true;
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *found = db_result_value(rows, row, 3);
		g_autofree char *key = liquibase_identity(db_result_value(rows, row, 2), db_result_value(rows, row, 0),
		                                          db_result_value(rows, row, 1));
		const Migration *migration = g_hash_table_lookup(index, key);
		if (migration != NULL && is_valid(migration, liquibase_changeset_of(set, migration), found))
			found = migration->checksum;
		migration_history_add(history, migration, key, found, false);
	}
	return true;
}

/* --- Writing ------------------------------------------------------------------------ */

static char *
liquibase_history_literal(DbSession *session, const char *text)
{
	return text != NULL && *text != '\0' ? db_session_quote_literal(session, text) : g_strdup("NULL");
}

/* Labels are recorded in small letters, without blanks around them and without empty ones. */
static char *
labels_column(const char *labels)
{
	g_autofree char *lower = g_utf8_strdown(labels != NULL ? labels : "", -1);
	g_auto(GStrv) parts = g_strsplit(lower, ",", -1);
	GString *joined = g_string_new(NULL);

	for (gsize i = 0; parts[i] != NULL; i++)
		if (*g_strstrip(parts[i]) != '\0')
			g_string_append_printf(joined, "%s%s", joined->len > 0 ? "," : "", parts[i]);
	return g_string_free(joined, FALSE);
}

/* Cuts a comment that is too long, as Liquibase does. */
static char *
liquibase_history_cut(const char *text)
{
	if (g_utf8_strlen(text, -1) <= MAX_COMMENT)
		return g_strdup(text);
	g_autofree char *start = g_utf8_substring(text, 0, MAX_COMMENT - 3);
	return g_strconcat(start, "...", NULL);
}

/* Those of the changelogs around it, and its own; an expression stands in parentheses. */
static char *
contexts_column(const LiquibaseChangeset *changeset)
{
	GString *all = g_string_new(NULL);

	for (guint i = 0; i <= changeset->outer_contexts->len; i++) {
		const char *one = i < changeset->outer_contexts->len ? g_ptr_array_index(changeset->outer_contexts, i)
		                                                     : changeset->contexts;
		bool expression = one != NULL && strpbrk(one, " ,") != NULL;
		if (one == NULL || *one == '\0')
			continue;
		g_string_append_printf(all, "%s%s%s%s", i > 0 ? " AND " : "", expression ? "(" : "", one,
		                       expression ? ")" : "");
	}
	return g_string_free(all, FALSE);
}

/* "sql; sqlFile path=a.sql" */
static char *
description_column(const LiquibaseChangeset *changeset)
{
	static const char *const names[] = { "sql", "sqlFile path=", "tagDatabase", "empty" };
	g_autoptr(GString) all = g_string_new(changeset->changes->len > 0 ? "" : "empty");

	for (guint i = 0; i < changeset->changes->len; i++) {
		const LiquibaseChange *change = g_ptr_array_index(changeset->changes, i);
		g_string_append_printf(all, "%s%s%s", i > 0 ? "; " : "", names[change->kind],
		                       change->kind == LIQUIBASE_SQL_FILE ? change->path : "");
	}
	return liquibase_history_cut(all->str);
}

static const char *
tag_of(const LiquibaseChangeset *changeset)
{
	for (guint i = 0; i < changeset->changes->len; i++) {
		const LiquibaseChange *change = g_ptr_array_index(changeset->changes, i);
		if (change->kind == LIQUIBASE_TAG)
			return change->path;
	}
	return NULL;
}

static char *
liquibase_history_where(DbSession *session, const LiquibaseChangeset *changeset)
{
	g_autofree char *id = db_session_quote_literal(session, changeset->id);
	g_autofree char *author = db_session_quote_literal(session, changeset->author);
	g_autofree char *path = db_session_quote_literal(session, changeset->path);

	return g_strdup_printf("ID = %s AND AUTHOR = %s AND FILENAME = %s", id, author, path);
}

/* A column of a changeset's history row, quoted for SQL; the three columns of the key are not among them. */
typedef struct {
	char *name;
	char *value;
} Column;

static void
liquibase_history_free_column(gpointer data)
{
	Column *column = data;

	g_free(column->name);
	g_free(column->value);
	g_free(column);
}

static void
liquibase_history_add_column(GPtrArray *columns, const char *name, char *value)
{
	Column *column = g_new0(Column, 1);

	column->name = g_strdup(name);
	column->value = value;
	g_ptr_array_add(columns, column);
}

static GPtrArray *
make_columns(MigrationRunner *runner, const Migration *migration, const LiquibaseChangeset *changeset)
{
	DbSession *session = migration_runner_session(runner);
	const LiquibaseRun *run = migration_runner_state(runner);
	GPtrArray *columns = g_ptr_array_new_with_free_func(liquibase_history_free_column);
	g_autofree char *trimmed = g_strstrip(g_strdup(changeset->comment != NULL ? changeset->comment : ""));
	g_autofree char *comment = liquibase_history_cut(trimmed);
	g_autofree char *contexts = contexts_column(changeset);
	g_autofree char *labels = labels_column(changeset->labels);
	g_autofree char *description = description_column(changeset);
	const char *tag = tag_of(changeset);

	liquibase_history_add_column(columns, "DATEEXECUTED", g_strdup("now()"));
	liquibase_history_add_column(columns, "MD5SUM", liquibase_history_literal(session, migration->checksum));
	liquibase_history_add_column(columns, "DEPLOYMENT_ID", liquibase_history_literal(session, run->deployment));
	liquibase_history_add_column(columns, "COMMENTS", db_session_quote_literal(session, comment));
	liquibase_history_add_column(columns, "CONTEXTS", liquibase_history_literal(session, contexts));
	liquibase_history_add_column(columns, "LABELS", liquibase_history_literal(session, labels));
	liquibase_history_add_column(columns, "LIQUIBASE", g_strdup("'" LIQUIBASE_VERSION "'"));
	liquibase_history_add_column(columns, "DESCRIPTION", liquibase_history_literal(session, description));
	if (tag != NULL)
		liquibase_history_add_column(columns, "TAG", liquibase_history_literal(session, tag));
	return columns;
}

/* Inserts a row; or updates the row of an earlier run, unless the changeset is MARK_RAN. */
static char *
liquibase_history_insert_sql(MigrationRunner *runner, const Migration *migration, const LiquibaseChangeset *changeset)
{
	DbSession *session = migration_runner_session(runner);
	const char *table = migration_runner_history(runner);
	const LiquibaseRun *run = migration_runner_state(runner);
	g_autofree char *id = db_session_quote_literal(session, changeset->id);
	g_autofree char *author = db_session_quote_literal(session, changeset->author);
	g_autofree char *path = db_session_quote_literal(session, changeset->path);
	g_autofree char *condition = liquibase_history_where(session, changeset);
	g_autoptr(GPtrArray) columns = make_columns(runner, migration, changeset);
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) values = g_string_new(NULL);
	g_autoptr(GString) changed = g_string_new(NULL);

	for (guint i = 0; i < columns->len; i++) {
		const Column *column = g_ptr_array_index(columns, i);
		g_string_append_printf(names, ", %s", column->name);
		g_string_append_printf(values, ", %s", column->value);
		g_string_append_printf(changed, ", %s = %s", column->name, column->value);
	}
	g_autofree char *insert = g_strdup_printf(
	    "INSERT INTO %1$s (ID, AUTHOR, FILENAME, ORDEREXECUTED, EXECTYPE%2$s) SELECT %3$s, %4$s, %5$s, (SELECT "
	    "coalesce(max(ORDEREXECUTED), 0) + 1 FROM %1$s), '%6$s'%7$s",
	    table, names->str, id, author, path, run->mark_ran ? "MARK_RAN" : "EXECUTED", values->str);
	if (run->mark_ran)
		return g_steal_pointer(&insert);
	return g_strdup_printf("WITH again AS (UPDATE %1$s SET ORDEREXECUTED = (SELECT max(ORDEREXECUTED) + 1 FROM "
	                       "%1$s), EXECTYPE = 'RERAN'%2$s WHERE %3$s RETURNING 1) %4$s WHERE NOT EXISTS (SELECT "
	                       "FROM again)",
	                       table, changed->str, condition, insert);
}

bool
liquibase_record(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration,
                 GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const LiquibaseChangeset *changeset = liquibase_changeset_of(migration_runner_set(runner), migration);
	LiquibaseRun *run = migration_runner_state(runner);

	(void)duration;
	if (direction == MIGRATION_DOWN) {
		g_autofree char *condition = liquibase_history_where(session, changeset);
		g_autofree char *sql = g_strdup_printf("DELETE FROM %s WHERE %s", migration_runner_history(runner),
		                                       condition);
		return db_session_execute(session, sql, error);
	}
	g_autofree char *sql = run->left_out ? NULL : liquibase_history_insert_sql(runner, migration, changeset);
	run->mark_ran = run->left_out = false;
	return sql == NULL || db_session_execute(session, sql, error);
}
