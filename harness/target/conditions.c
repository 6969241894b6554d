#include "target/conditions.h"

#include "base/error.h"
#include "db/sqlstate.h"
#include "target/sql.h"

#include <math.h>
#include <string.h>

#define MINUTE           60.0
#define MIB              (1024.0 * 1024.0)

#define GRANT_STATISTICS "GRANT pg_read_all_stats TO ROLE"
#define GRANT_MONITOR    "GRANT pg_monitor TO ROLE"

/* In the order in which they are documented. */
static const TargetCondition conditions[] = {
	{ "primary", NULL, TARGET_UNIT_COUNT, 0, "a standby in the place of the primary",
	  "connect to the primary: target_session_attrs=read-write in the URL", NULL, target_sql_condition_primary },
	{ "long_transactions", NULL, TARGET_UNIT_SECONDS, MINUTE, "the oldest transaction",
	  "wait for its end, or end its session: SELECT pg_terminate_backend(PID)", GRANT_STATISTICS,
	  target_sql_condition_long_transactions },
	{ "prepared_transactions", NULL, TARGET_UNIT_SECONDS, MINUTE, "the oldest prepared transaction",
	  "end it: COMMIT PREPARED or ROLLBACK PREPARED", NULL, target_sql_condition_prepared_transactions },
	{ "idle_in_transaction", NULL, TARGET_UNIT_SECONDS, MINUTE, "the longest idling in a transaction",
	  "end its session: SELECT pg_terminate_backend(PID); set idle_in_transaction_session_timeout",
	  GRANT_STATISTICS, target_sql_condition_idle_in_transaction },
	{ "blocked_sessions", NULL, TARGET_UNIT_COUNT, 0, "sessions that wait for a lock",
	  "look at who holds it, and wait until nobody waits", NULL, target_sql_condition_blocked_sessions },
	{ "advisory_locks", NULL, TARGET_UNIT_COUNT, 0, "advisory locks, as migration tools hold while they run",
	  "somebody migrates just now, or an earlier run hangs: end its session", NULL,
	  target_sql_condition_advisory_locks },
	{ "wraparound_vacuum", NULL, TARGET_UNIT_COUNT, 0, "autovacuums that prevent wraparound",
	  "let them end: they give way to nobody", GRANT_STATISTICS, target_sql_condition_wraparound_vacuum },
	{ "maintenance", NULL, TARGET_UNIT_COUNT, 0, "builds of indexes, VACUUM and CLUSTER that run",
	  "let them end, or cancel them: SELECT pg_cancel_backend(PID)", NULL, target_sql_condition_maintenance },
	{ "connections", NULL, TARGET_UNIT_PERCENT, 80, "of the connections are taken",
	  "find out who holds so many; a migration that makes others wait takes the rest", NULL,
	  target_sql_condition_connections },
	{ "standbys", "names", TARGET_UNIT_COUNT, 0, "standbys that are not connected",
	  "start them, or make them anew: one that was cut off has to get what a rewrite sends, too", GRANT_STATISTICS,
	  target_sql_condition_standbys },
	{ "replication_lag", NULL, TARGET_UNIT_SECONDS, 10, "the slowest standby",
	  "let the standbys catch up first: a rewrite sends them all of the table", GRANT_STATISTICS,
	  target_sql_condition_replication_lag },
	{ "replication_bytes", NULL, TARGET_UNIT_BYTES, 64 * MIB, "WAL that a standby has not replayed",
	  "let the standbys catch up first: a rewrite sends them all of the table", GRANT_STATISTICS,
	  target_sql_condition_replication_bytes },
	{ "inactive_slots", NULL, TARGET_UNIT_COUNT, 0, "replication slots that nobody reads",
	  "start their readers, or drop the slots: SELECT pg_drop_replication_slot(NAME)", NULL,
	  target_sql_condition_inactive_slots },
	{ "invalid_indexes", NULL, TARGET_UNIT_COUNT, 0, "invalid indexes",
	  "REINDEX INDEX CONCURRENTLY, or DROP INDEX and create it again", NULL, target_sql_condition_invalid_indexes },
	{ "unvalidated_constraints", NULL, TARGET_UNIT_COUNT, 0, "constraints that old rows may break",
	  "ALTER TABLE (or ALTER DOMAIN) ... VALIDATE CONSTRAINT", NULL, target_sql_condition_unvalidated_constraints },
	{ "sequences", NULL, TARGET_UNIT_PERCENT, 70, "of the numbers of a sequence are given",
	  "make the column bigint, and the sequence with it, before the numbers run out",
	  "GRANT SELECT ON ALL SEQUENCES IN SCHEMA ... TO ROLE", target_sql_condition_sequences },
	{ "transaction_age", NULL, TARGET_UNIT_TRANSACTIONS, 1e9, "transactions since rows were frozen",
	  "VACUUM (FREEZE) the oldest tables before anything else", NULL, target_sql_condition_transaction_age },
	{ "collation_version", NULL, TARGET_UNIT_COUNT, 0, "collations of another version than the library",
	  "REINDEX what is sorted by them, then ALTER COLLATION ... REFRESH VERSION, or ALTER DATABASE ... REFRESH "
	  "COLLATION VERSION",
	  NULL, target_sql_condition_collation_version, target_sql_condition_collation_version_14, 150000 },
	{ "checksum_failures", NULL, TARGET_UNIT_COUNT, 0, "databases with broken pages",
	  "restore first: the disk has lost data", NULL, target_sql_condition_checksum_failures },
	{ "stale_statistics", NULL, TARGET_UNIT_PERCENT, 20, "of a table's rows have changed since ANALYZE",
	  "ANALYZE it", NULL, target_sql_condition_stale_statistics },
	{ "disk", "capacity", TARGET_UNIT_PERCENT, 80, "of the disk are taken",
	  "make room: a rewrite needs the size of its table once more, and as much WAL", GRANT_MONITOR,
	  target_sql_condition_disk },
	{ "wal_size", NULL, TARGET_UNIT_BYTES, 16 * 1024 * MIB, "WAL in pg_wal",
	  "find out what keeps it: an archive_command that fails, a slot that nobody reads", GRANT_MONITOR,
	  target_sql_condition_wal_size },
	{ "rights", "role", TARGET_UNIT_COUNT, 0, "objects that the role may not change",
	  "give them to the role: ALTER TABLE (FUNCTION, TYPE) ... OWNER TO, GRANT CREATE ON SCHEMA ... TO", NULL,
	  target_sql_condition_rights },
	{ "lock_timeout", "role", TARGET_UNIT_COUNT, 0, "roles that wait for a lock without end",
	  "ALTER ROLE ... SET lock_timeout = '5s'", NULL, target_sql_condition_lock_timeout },
	{ "event_triggers", NULL, TARGET_UNIT_COUNT, 0, "event triggers",
	  "know what they do to a migration, or switch them off: ALTER EVENT TRIGGER ... DISABLE", NULL,
	  target_sql_condition_event_triggers },
	{ NULL },
};

const TargetCondition *
target_conditions(void)
{
	return conditions;
}

const TargetCondition *
target_condition_find(const char *name)
{
	for (const TargetCondition *condition = conditions; condition->name != NULL; condition++)
		if (strcmp(condition->name, name) == 0)
			return condition;
	return NULL;
}

const char **
target_condition_names(void)
{
	const char **names = g_new0(const char *, G_N_ELEMENTS(conditions));

	for (gsize i = 0; conditions[i].name != NULL; i++)
		names[i] = conditions[i].name;
	return names;
}

/* --- Numbers ------------------------------------------------------------------- */

static char *
conditions_format_seconds(double seconds)
{
	guint64 whole = (guint64)seconds;

	if (seconds < 1)
		return seconds > 0 ? g_strdup_printf("%.0f ms", MAX(seconds * 1000, 1)) : g_strdup("0 s");
	if (seconds < MINUTE)
		return g_strdup_printf("%.3g s", seconds);
	if (fmod(seconds, MINUTE) == 0 && seconds < 60 * MINUTE)
		return g_strdup_printf("%" G_GUINT64_FORMAT " min", whole / 60);
	if (seconds < 60 * MINUTE)
		return g_strdup_printf("%" G_GUINT64_FORMAT " min %02" G_GUINT64_FORMAT " s", whole / 60, whole % 60);
	return g_strdup_printf("%" G_GUINT64_FORMAT " h %02" G_GUINT64_FORMAT " min", whole / 3600, whole / 60 % 60);
}

static char *
conditions_format_bytes(double bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB" };
	gsize unit = 0;

	while (bytes >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
		bytes /= 1024;
		unit++;
	}
	return g_strdup_printf("%.*f %s", bytes < 10 && unit > 0 && bytes != floor(bytes) ? 1 : 0, bytes, units[unit]);
}

char *
target_unit_format(TargetUnit unit, double number)
{
	switch (unit) {
	case TARGET_UNIT_SECONDS:
		return conditions_format_seconds(MAX(number, 0));
	case TARGET_UNIT_BYTES:
		return conditions_format_bytes(MAX(number, 0));
	case TARGET_UNIT_PERCENT:
		return g_strdup_printf("%.*f %%", number == floor(number) ? 0 : 1, number);
	case TARGET_UNIT_COUNT:
	case TARGET_UNIT_TRANSACTIONS:
	default:
		return g_strdup_printf("%.0f", number);
	}
}

/* --- Measuring ------------------------------------------------------------------ */

static void
conditions_observation_free(gpointer data)
{
	TargetObservation *observation = data;

	g_free(observation->object);
	g_free(observation->note);
	g_free(observation);
}

void
target_measurement_clear(TargetMeasurement *measurement)
{
	g_free(measurement->refused);
	g_clear_pointer(&measurement->rows, g_ptr_array_unref);
	*measurement = (TargetMeasurement){ 0 };
}

/* A role that is not there, or may not ask, is an answer. */
static bool
conditions_is_answer(DbSession *session)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(session);

	return diagnostic != NULL && (g_strcmp0(diagnostic->sqlstate, DB_SQLSTATE_INSUFFICIENT_PRIVILEGE) == 0 ||
	                              g_strcmp0(diagnostic->sqlstate, db_sqlstate_of("undefined_object")) == 0);
}

static const char *
conditions_choose_sql(const TargetCondition *condition, DbSession *session)
{
	return condition->sql_before != NULL && db_session_server_version(session) < condition->since
	           ? condition->sql_before
	           : condition->sql;
}

static void
conditions_keep_rows(const TargetCondition *condition, const DbResult *result, TargetMeasurement *measurement)
{
	for (int i = 0; i < db_result_rows(result); i++) {
		const char *value = db_result_value(result, i, 1);
		TargetObservation *observation = g_new0(TargetObservation, 1);
		observation->object = g_strdup(db_result_value(result, i, 0));
		observation->note = g_strdup(db_result_value(result, i, 2));
		observation->hidden = value == NULL;
		observation->value = value != NULL ? g_ascii_strtod(value, NULL) : 0;
		measurement->n_hidden += value == NULL;
		if (value != NULL && condition->unit == TARGET_UNIT_COUNT)
			measurement->number++;
		else if (value != NULL)
			measurement->number = MAX(measurement->number, observation->value);
		g_ptr_array_add(measurement->rows, observation);
	}
}

bool
target_condition_measure(const TargetCondition *condition, DbSession *session, const char *parameter,
                         TargetMeasurement *ret_measurement, GError **error)
{
	const char *const parameters[] = { parameter };
	g_autoptr(GError) cause = NULL;

	if (!db_session_execute(session, "SAVEPOINT pgassay_condition", error))
		return false;
	g_autoptr(DbResult) result = db_session_query_params(session, conditions_choose_sql(condition, session),
	                                                     condition->parameter != NULL ? 1 : 0, parameters, &cause);
	if (result == NULL && !conditions_is_answer(session)) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	ret_measurement->rows = g_ptr_array_new_with_free_func(conditions_observation_free);
	if (result != NULL)
		conditions_keep_rows(condition, result, ret_measurement);
	else
		ret_measurement->refused = g_strdup(db_session_diagnostic(session)->message);
	return db_session_execute(session, "ROLLBACK TO SAVEPOINT pgassay_condition", error);
}
