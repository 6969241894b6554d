/* The history table of plain files: that of the team's runner, as far as the suite describes it. */
#include "migration/format/plain/plain.h"

#include "base/error.h"
#include "migration/runner/access.h"
#include "migration/runner/advisory_lock.h"
#include "migration/runner/version_table.h"

#include <string.h>

/* The letters "pgassay" as one number. */
#define LOCK_KEY G_GINT64_CONSTANT(31638865638023545)

/* Defaults of the suite. The time has a default in a table of ours, and may be missing in another one. */
#define VERSION_COLUMN "version"
#define TIME_COLUMN    "applied_at"

static const PlainRules *
rules_of(const MigrationSet *set)
{
	return set->data;
}

/* --- Columns ------------------------------------------------------------------------ */

static bool
is_checksum(const char *value, GChecksumType *ret_type)
{
	static const struct {
		const char *name;
		GChecksumType type;
	} types[] = { { "md5", G_CHECKSUM_MD5 }, { "sha1", G_CHECKSUM_SHA1 }, { "sha256", G_CHECKSUM_SHA256 } };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		if (strcmp(value, types[i].name) != 0)
			continue;
		*ret_type = types[i].type;
		return true;
	}
	return false;
}

/* The first column that has the value, or NULL. */
static const PlainColumn *
plain_history_find_column(const PlainRules *rules, const char *value)
{
	for (guint i = 0; rules->columns != NULL && i < rules->columns->len; i++) {
		const PlainColumn *column = g_ptr_array_index(rules->columns, i);
		if (strcmp(column->value, value) == 0)
			return column;
	}
	return NULL;
}

/* The name of the column that identifies a migration. */
static const char *
plain_history_key_column(const PlainRules *rules)
{
	const PlainColumn *version = plain_history_find_column(rules, "version");
	const PlainColumn *file = plain_history_find_column(rules, "file");

	return version != NULL ? version->name : file != NULL ? file->name : VERSION_COLUMN;
}

static const char *
key_of(const PlainRules *rules, const Migration *migration)
{
	bool by_file = plain_history_find_column(rules, "version") == NULL &&
	               plain_history_find_column(rules, "file") != NULL;

	return by_file ? migration->name : migration->version;
}

static const PlainColumn *
checksum_column(const PlainRules *rules, GChecksumType *ret_type)
{
	for (guint i = 0; rules->columns != NULL && i < rules->columns->len; i++) {
		const PlainColumn *column = g_ptr_array_index(rules->columns, i);
		if (is_checksum(column->value, ret_type))
			return column;
	}
	return NULL;
}

static const char *
time_column(const PlainRules *rules)
{
	if (rules->columns == NULL)
		return TIME_COLUMN;
	for (guint i = 0; i < rules->columns->len; i++) {
		const PlainColumn *column = g_ptr_array_index(rules->columns, i);
		if (g_str_has_prefix(column->type, "timestamp"))
			return column->name;
	}
	return "";
}

char *
plain_checksum(const PlainRules *rules, const Source *source)
{
	GChecksumType type;

	if (checksum_column(rules, &type) == NULL)
		return NULL;
	return g_compute_checksum_for_data(type, (const guchar *)base_source_text(source), base_source_length(source));
}

/* --- The table -------------------------------------------------------------------- */

static bool
check_history(MigrationRunner *runner, GError **error)
{
	const char *key = plain_history_key_column(rules_of(migration_runner_set(runner)));
	g_autofree char *has_key = db_session_query_value(
	    migration_runner_session(runner), error,
	    "SELECT EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass($1) AND "
	    "attname = $2 AND NOT attisdropped)",
	    migration_runner_history(runner), key, NULL);

	if (has_key == NULL)
		return false;
	if (*has_key == 't')
		return true;
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "name the runner's table with \"history_table\" and its columns with the setting "
	                      "\"history\"",
	                      "the history table %s has no column \"%s\"", migration_runner_history(runner), key);
}

static char *
define_columns(MigrationRunner *runner, const PlainRules *rules)
{
	const char *key = plain_history_key_column(rules);
	GString *sql = g_string_new(NULL);

	if (rules->columns == NULL)
		g_string_assign(sql,
		                VERSION_COLUMN " text PRIMARY KEY, " TIME_COLUMN " timestamptz NOT NULL DEFAULT now()");
	for (guint i = 0; rules->columns != NULL && i < rules->columns->len; i++) {
		const PlainColumn *column = g_ptr_array_index(rules->columns, i);
		g_autofree char *name = db_session_quote_identifier(migration_runner_session(runner), column->name);
		g_string_append_printf(sql, "%s%s %s%s", i > 0 ? ", " : "", name, column->type,
		                       strcmp(column->name, key) == 0 ? " PRIMARY KEY" : "");
	}
	return g_string_free(sql, FALSE);
}

bool
plain_begin(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const PlainRules *rules = rules_of(migration_runner_set(runner));
	bool exists = false;

	if (!migration_advisory_lock(session, LOCK_KEY, error) || !migration_runner_has_history(runner, &exists, error))
		return false;
	if (exists)
		return check_history(runner, error);
	g_autofree char *columns = define_columns(runner, rules);
	/* A migration may create a schema of the team's own. */
	if (rules->without_history)
		return migration_version_table_create(runner, columns, error);
	g_autofree char *create = g_strdup_printf("CREATE TABLE %s (%s)", migration_runner_history(runner), columns);
	return db_session_execute(session, create, error);
}

void
plain_end(MigrationRunner *runner)
{
	migration_advisory_unlock(migration_runner_session(runner), LOCK_KEY);
}

/* --- Rows --------------------------------------------------------------------------- */

/* The column's value as SQL. */
static char *
value_of(DbSession *session, const PlainColumn *column, const Migration *migration)
{
	GChecksumType type;
	const char *text = NULL;

	if (strcmp(column->value, "version") == 0)
		text = migration->version;
	else if (strcmp(column->value, "name") == 0)
		text = migration->description;
	else if (strcmp(column->value, "file") == 0)
		text = migration->name;
	else if (is_checksum(column->value, &type))
		text = migration->checksum;
	return text != NULL ? db_session_quote_literal(session, text) : g_strdup(column->value);
}

char *
plain_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction, gint64 duration)
{
	DbSession *session = migration_runner_session(runner);
	const PlainRules *rules = rules_of(migration_runner_set(runner));
	const char *table = migration_runner_history(runner);
	g_autofree char *key = db_session_quote_identifier(session, plain_history_key_column(rules));
	g_autofree char *key_value = db_session_quote_literal(session, key_of(rules, migration));
	g_autoptr(GString) names = g_string_new(NULL);
	g_autoptr(GString) values = g_string_new(NULL);

	(void)duration;
	if (direction == MIGRATION_DOWN)
		return g_strdup_printf("DELETE FROM %s WHERE %s = %s", table, key, key_value);
	if (rules->columns == NULL)
		return g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)", table, key, key_value);
	for (guint i = 0; i < rules->columns->len; i++) {
		const PlainColumn *column = g_ptr_array_index(rules->columns, i);
		g_autofree char *name = db_session_quote_identifier(session, column->name);
		g_autofree char *value = value_of(session, column, migration);
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", name);
		g_string_append_printf(values, "%s%s", i > 0 ? ", " : "", value);
	}
	return g_strdup_printf("INSERT INTO %s (%s) VALUES (%s)", table, names->str, values->str);
}

/* The number without its leading zeros, as a column of numbers has it; NULL when the text is no number. */
static const char *
as_number(const char *text)
{
	gsize zeros = strspn(text, "0");

	if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
		return NULL;
	return text[zeros] == '\0' ? text + zeros - 1 : text + zeros;
}

/* Maps each key that the history may use for a migration to its index + 1. An exact key takes precedence over an
 * equal number. */
static GHashTable *
index_keys(const MigrationSet *set)
{
	const PlainRules *rules = rules_of(set);
	GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < set->migrations->len; i++) {
		const char *number = as_number(key_of(rules, g_ptr_array_index(set->migrations, i)));
		if (number != NULL)
			g_hash_table_insert(places, (gpointer)number, GUINT_TO_POINTER(i + 1));
	}
	for (guint i = 0; i < set->migrations->len; i++)
		g_hash_table_insert(places, (gpointer)key_of(rules, g_ptr_array_index(set->migrations, i)),
		                    GUINT_TO_POINTER(i + 1));
	return places;
}

/* The index + 1 of the migration with that key; 0: there is no such file. */
static guint
plain_history_find_key(GHashTable *places, const char *key)
{
	guint place = GPOINTER_TO_UINT(g_hash_table_lookup(places, key));

	if (place == 0 && as_number(key) != NULL)
		place = GPOINTER_TO_UINT(g_hash_table_lookup(places, as_number(key)));
	return place;
}

GHashTable *
plain_applied(MigrationRunner *runner, GError **error)
{
	const MigrationSet *set = migration_runner_set(runner);
	DbSession *session = migration_runner_session(runner);
	g_autofree char *key = db_session_quote_identifier(session, plain_history_key_column(rules_of(set)));
	g_autofree char *sql = g_strdup_printf("SELECT %s::text FROM %s", key, migration_runner_history(runner));
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, NULL);

	if (rows == NULL)
		return NULL;
	g_autoptr(GHashTable) places = index_keys(set);
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int row = 0; row < db_result_rows(rows); row++) {
		const char *value = db_result_value(rows, row, 0);
		guint place = value != NULL ? plain_history_find_key(places, value) : 0;
		if (place > 0)
			g_hash_table_add(
			    names, g_strdup(((const Migration *)g_ptr_array_index(set->migrations, place - 1))->name));
	}
	return names;
}

/* --- The history of a database that is not ours -------------------------------------- */

typedef struct {
	const char *key;
	const char *time; /* NULL: the table does not say */
	const char *checksum;
	guint place; /* in the set, and one more; or 0 */
} Applied;

/* The time gives the order; those of one transaction have the same one. */
static int
plain_history_compare_applied(const void *a, const void *b)
{
	const Applied *left = a;
	const Applied *right = b;
	int order = g_strcmp0(left->time, right->time);

	return order != 0 ? order : (int)left->place - (int)right->place;
}

bool
plain_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history, GError **error)
{
	const PlainRules *rules = rules_of(set);
	GChecksumType type;
	const PlainColumn *checksum = checksum_column(rules, &type);
	g_autofree char *key = db_session_quote_identifier(session, plain_history_key_column(rules));
	/* By JSON, because a table that is not ours may lack the column. */
	g_autofree char *sql = g_strdup_printf("SELECT t.%s::pg_catalog.text, pg_catalog.to_jsonb(t) ->> $1, "
	                                       "pg_catalog.to_jsonb(t) ->> $2 FROM %s t WHERE t.%s IS NOT NULL ORDER "
	                                       "BY 1",
	                                       key, table, key);
	g_autoptr(DbResult) rows = db_session_query(session, error, sql, time_column(rules),
	                                            checksum != NULL ? checksum->name : "", NULL);

	if (rows == NULL)
		return false;
	g_autoptr(GHashTable) places = index_keys(set);
	guint n = (guint)db_result_rows(rows);
	g_autofree Applied *applied = g_new(Applied, n + 1);
	for (guint i = 0; i < n; i++) {
		const char *value = db_result_value(rows, (int)i, 0);
		applied[i] = (Applied){ value, db_result_value(rows, (int)i, 1), db_result_value(rows, (int)i, 2),
			                plain_history_find_key(places, value) };
	}
	qsort(applied, n, sizeof *applied, plain_history_compare_applied);
	for (guint i = 0; i < n; i++)
		migration_history_add(
		    history, applied[i].place > 0 ? g_ptr_array_index(set->migrations, applied[i].place - 1) : NULL,
		    applied[i].key, applied[i].checksum, false);
	return true;
}
