/* A history that begins on a database with a past. */
#include "migration/runner/runner_private.h"

#include "base/error.h"
#include "migration/format.h"
#include "migration/runner/runner.h"

#include <string.h>

/* --- Which migrations ------------------------------------------------------ */

static gsize
leading_zeros(const char *digits)
{
	gsize zeros = strspn(digits, "0");

	return g_ascii_isdigit(digits[zeros]) ? zeros : zeros - (zeros > 0);
}

/* Less than 0 when the texts first differ in a number, and `a` has the smaller one; more than 0 in all other cases. */
static int
runner_baseline_compare_numbers(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (!g_ascii_isdigit(*a) || !g_ascii_isdigit(*b)) {
			if (*a++ != *b++)
				return 1;
			continue;
		}
		a += leading_zeros(a);
		b += leading_zeros(b);
		gsize length_a = strspn(a, "0123456789");
		gsize length_b = strspn(b, "0123456789");
		int order = length_a != length_b ? (length_a < length_b ? -1 : 1) : strncmp(a, b, length_a);
		if (order != 0)
			return order;
		a += length_a;
		b += length_b;
	}
	return 1;
}

static bool
is_before(const char *version, const Migration *first)
{
	const char *text = g_ascii_isdigit(*version) && first->version != NULL ? first->version : first->name;

	return runner_baseline_compare_numbers(version, text) < 0;
}

bool
migration_set_count_up_to(const MigrationSet *set, const char *version, guint *ret_n)
{
	const Migration *last = migration_set_find(set, version);
	guint n = 0;

	if (last != NULL && g_ptr_array_find(set->migrations, last, &n)) {
		*ret_n = n + 1;
		return true;
	}
	*ret_n = 0;
	return set->migrations->len > 0 && is_before(version, g_ptr_array_index(set->migrations, 0));
}

/* --- The history ----------------------------------------------------------- */

static bool
record_one(MigrationRunner *runner, const Migration *migration, GError **error)
{
	const MigrationFormat *format = runner->set->format;

	if (format->start != NULL && !format->start(runner, migration, MIGRATION_UP, error))
		return false;
	if (format->record_sql == NULL)
		return format->record(runner, migration, MIGRATION_UP, 0, error);
	g_autofree char *sql = format->record_sql(runner, migration, MIGRATION_UP, 0);
	return db_session_execute(runner->session, sql, error);
}

static bool
record_each(MigrationRunner *runner, guint n, GError **error)
{
	for (guint i = 0; i < n; i++)
		if (!record_one(runner, g_ptr_array_index(runner->set->migrations, i), error))
			return false;
	return true;
}

static bool
runner_baseline_record(MigrationRunner *runner, const char *version, guint n, GError **error)
{
	const MigrationFormat *format = runner->set->format;

	if (!db_session_execute(runner->session, "BEGIN", error))
		return false;
	if (format->record_baseline != NULL ? format->record_baseline(runner, version, error)
	                                    : record_each(runner, n, error))
		return db_session_execute(runner->session, "COMMIT", error);
	db_session_run_cleanup(runner->session, "ROLLBACK");
	return false;
}

/* Repeatable migrations have no version, and may have been run or not. */
static bool
runner_baseline_check(MigrationRunner *runner, const char *version, guint n, GError **error)
{
	g_autoptr(GHashTable) applied = migration_runner_applied(runner, error);
	const GPtrArray *migrations = runner->set->migrations;

	for (guint i = 0; applied != NULL && i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		bool is_applied = g_hash_table_contains(applied, migration->name);
		if (migration->kind == MIGRATION_REPEATABLE || is_applied == (i < n))
			continue;
		return base_error_set(error, BASE_ERROR_INPUT,
		                      runner->brings_history
		                          ? "the history came with the dump: is that of another version?"
		                          : "name the version that the tool's own configuration has",
		                      "the baseline is \"%s\", but the history says that \"%s\" is %s", version,
		                      migration->name, is_applied ? "applied, too" : "not applied");
	}
	return applied != NULL;
}

MigrationRunner *
migration_runner_begin_baseline(const MigrationSet *set, DbSession *session, const MigrationStandIns *stand_ins,
                                const char *version, GError **error)
{
	guint n = 0;

	if (!migration_set_count_up_to(set, version, &n)) {
		base_error_set(error, BASE_ERROR_INPUT, NULL, "there is no migration \"%s\" in \"%s\"", version,
		               set->directory);
		return NULL;
	}
	g_autoptr(MigrationRunner) runner = migration_runner_open(set, session, stand_ins, true, error);
	if (runner == NULL || (!runner->brings_history && !runner_baseline_record(runner, version, n, error)) ||
	    !runner_baseline_check(runner, version, n, error))
		return NULL;
	return g_steal_pointer(&runner);
}
