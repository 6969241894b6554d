#include "support.h"

#include "base/error.h"
#include "target/conditions.h"

#include <string.h>

static DbSession *
connect_to(const SupportDatabase *database)
{
	GError *error = NULL;
	DbSession *session = scratch_database_connect(database->database, DB_SESSION_INTERNAL, &error);

	support_check(session != NULL, error, "connect");
	return session;
}

/* As a role, when it is not NULL. */
static TargetMeasurement
measure_as(const SupportDatabase *database, const char *name, const char *parameter, const char *role)
{
	const TargetCondition *condition = target_condition_find(name);
	g_autoptr(DbSession) session = connect_to(database);
	TargetMeasurement measurement = { 0 };
	GError *error = NULL;

	assert_non_null(condition);
	if (role != NULL) {
		g_autofree char *become = g_strdup_printf("SET SESSION AUTHORIZATION %s", role);
		support_execute(session, become);
	}
	support_execute(session, "BEGIN READ ONLY");
	support_check(target_condition_measure(condition, session, parameter, &measurement, &error), error, name);
	/* The transaction can go on. */
	support_execute(session, "SELECT");
	return measurement;
}

static TargetMeasurement
measure(const SupportDatabase *database, const char *name, const char *parameter)
{
	return measure_as(database, name, parameter, NULL);
}

static bool
mentions(const TargetMeasurement *measurement, const char *text)
{
	for (guint i = 0; i < measurement->rows->len; i++) {
		const TargetObservation *observation = g_ptr_array_index(measurement->rows, i);
		if (strstr(observation->object, text) != NULL ||
		    (observation->note != NULL && strstr(observation->note, text) != NULL))
			return true;
	}
	return false;
}

/* A value that no right makes visible, with its reason: this server has no checksums. */
static bool
says_why_it_is_hidden(const TargetCondition *condition, const TargetMeasurement *measurement)
{
	return strcmp(condition->name, "checksum_failures") == 0 && measurement->n_hidden == 1 &&
	       mentions(measurement, "no data checksums");
}

typedef struct {
	const char *name;
	const char *parameter;
	const char *before;   /* SQL of one session */
	const char *open;     /* of another session, which keeps its state; or NULL */
	double above;         /* the number is larger */
	const char *mentions; /* what a row says */
	const char *after;    /* restores state outside of the database; or NULL */
} Row;

/* Conditions that need a server of their own (a standby, wraparound, broken pages, other versions of libraries, a
 * running VACUUM) are in tests/cli/cases/checklist_conditions, where each condition is seen open and ticked. */
static const Row rows[] = {
	{ "long_transactions", NULL, NULL, "BEGIN; SELECT 1 AS looked_at", 0.0, "looked_at", NULL },
	{ "idle_in_transaction", NULL, NULL, "BEGIN; SELECT 2 AS idles", 0.0, "idles", NULL },
	{ "advisory_locks", NULL, NULL, "SELECT pg_advisory_lock(72707369)", 0, "72707369", NULL },
	{ "connections", NULL, NULL, NULL, 0, "of ", NULL },
	{ "inactive_slots", NULL, "SELECT pg_create_physical_replication_slot('left_behind')", NULL, 0, "left_behind",
	  "SELECT pg_drop_replication_slot('left_behind')" },
	{ "invalid_indexes", NULL,
	  "CREATE TABLE t (a int); CREATE INDEX by_a ON t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid "
	  "= "
	  "'by_a'::regclass",
	  NULL, 0, "public.by_a", NULL },
	{ "unvalidated_constraints", NULL,
	  "CREATE TABLE t (a int); ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID", NULL, 0,
	  "public.t.positive", NULL },
	/* The sequence of an identity column is as narrow as the column. */
	{ "sequences", NULL,
	  "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); SELECT setval('t_a_seq', 2040109465)", NULL, 94.9,
	  "public.t.a", NULL },
	{ "sequences", NULL,
	  "CREATE SEQUENCE wide; CREATE TABLE t (a smallint DEFAULT nextval('wide')); ALTER SEQUENCE wide OWNED BY "
	  "t.a; "
	  "SELECT setval('wide', 31129)",
	  NULL, 94.9, "public.wide", NULL },
	{ "sequences", NULL,
	  "CREATE SEQUENCE down INCREMENT -1 MINVALUE -100 MAXVALUE 0 START 0; SELECT setval('down', -95)", NULL, 94.9,
	  "public.down", NULL },
	{ "transaction_age", NULL, NULL, NULL, 0, "transactions", NULL },
	{ "disk", "1024", NULL, NULL, 100, "of 1024 bytes", NULL },
	{ "wal_size", NULL, NULL, NULL, 0, "pg_wal", NULL },
	{ "rights", "pgassay_test_migrator", "CREATE ROLE pgassay_test_migrator; CREATE TABLE t (a int)", NULL, 0,
	  "public.t", "DROP ROLE pgassay_test_migrator" },
	{ "lock_timeout", "pgassay_test_migrator", "CREATE ROLE pgassay_test_migrator", NULL, 0,
	  "pgassay_test_migrator", "DROP ROLE pgassay_test_migrator" },
	{ "event_triggers", NULL,
	  "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER seen ON "
	  "ddl_command_end "
	  "EXECUTE FUNCTION f()",
	  NULL, 0, "seen", NULL },
};

static void
each_is_above_its_limit_when_it_should_be(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Row *row = &rows[i];
		g_autoptr(SupportDatabase) database = support_database(NULL);
		g_autoptr(DbSession) other = connect_to(database);
		/* The application's name is not ours there. */
		support_execute(other, "SET application_name = 'shop'");
		if (row->before != NULL)
			support_execute(database->session, row->before);
		if (row->open != NULL)
			support_execute(other, row->open);
		g_auto(TargetMeasurement) measurement = measure(database, row->name, row->parameter);
		if (!(measurement.number > row->above) || !mentions(&measurement, row->mentions))
			fail_msg("%s: %g, %u rows", row->name, measurement.number, measurement.rows->len);
		assert_null(measurement.refused);
		assert_int_equal(measurement.n_hidden, 0);
		if (row->after != NULL) {
			support_execute(database->session, "DROP TABLE IF EXISTS t");
			support_execute(database->session, row->after);
		}
	}
}

/* No standby is expected. */
static const char *
parameter_of(const TargetCondition *condition, const char *role)
{
	if (condition->parameter == NULL || strcmp(condition->parameter, "role") == 0)
		return condition->parameter == NULL ? NULL : role;
	return strcmp(condition->parameter, "capacity") == 0 ? "1000000000000" : "";
}

static void
none_is_above_its_limit_on_a_database_that_is_well(void **state)
{
	const SupportDatabase *database = *state;

	support_execute(database->session,
	                "CREATE ROLE pgassay_test_owner; ALTER ROLE pgassay_test_owner SET lock_timeout = '5s';"
	                "GRANT CREATE ON SCHEMA public TO pgassay_test_owner; CREATE TABLE t (a serial "
	                "PRIMARY KEY CHECK (a > 0)); ALTER TABLE t OWNER TO pgassay_test_owner");
	for (const TargetCondition *condition = target_conditions(); condition->name != NULL; condition++) {
		const char *parameter = parameter_of(condition, "pgassay_test_owner");
		g_auto(TargetMeasurement) measurement = measure(database, condition->name, parameter);
		bool hidden = measurement.n_hidden > 0 && !says_why_it_is_hidden(condition, &measurement);
		if (measurement.number > condition->limit || hidden || measurement.refused != NULL)
			fail_msg("%s: %g, limit %g, %u hidden, %s", condition->name, measurement.number,
			         condition->limit, measurement.n_hidden, measurement.refused);
	}
	support_execute(database->session, "DROP OWNED BY pgassay_test_owner; DROP ROLE pgassay_test_owner");
}

static gpointer
wait_for_the_lock(gpointer session)
{
	db_session_execute(session, "LOCK TABLE public.t", NULL);
	return NULL;
}

static void
who_waits_for_a_lock_is_named_with_who_holds_it(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) holder = connect_to(database);
	g_autoptr(DbSession) waiter = connect_to(database);
	g_autofree char *held = g_strdup_printf("held by pid %d", db_session_backend_pid(holder));
	gint64 until = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;
	bool seen = false;

	support_execute(database->session, "CREATE TABLE t (a int)");
	support_execute(holder, "BEGIN; LOCK TABLE public.t");
	support_execute(waiter, "BEGIN; SET lock_timeout = '30s'");
	GThread *thread = g_thread_new("wait", wait_for_the_lock, waiter);
	while (!seen && g_get_monotonic_time() < until) {
		g_auto(TargetMeasurement) measurement = measure(database, "blocked_sessions", NULL);
		seen = measurement.number == 1 && mentions(&measurement, held) && mentions(&measurement, "public.t");
	}
	support_execute(holder, "ROLLBACK");
	g_thread_join(thread);
	assert_true(seen);
}

/* A role that may only connect. */
static void
hidden_values_are_reported(void **state)
{
	const SupportDatabase *database = *state;
	g_autoptr(DbSession) other = connect_to(database);

	support_execute(other, "SET application_name = 'shop'; BEGIN; SELECT 1");
	support_execute(database->session, "CREATE ROLE pgassay_test_guest; CREATE SEQUENCE s; SELECT nextval('s')");
	for (const TargetCondition *condition = target_conditions(); condition->name != NULL; condition++) {
		const char *parameter = parameter_of(condition, "pgassay_test_guest");
		g_auto(TargetMeasurement)
		    measurement = measure_as(database, condition->name, parameter, "pgassay_test_guest");
		bool hidden = measurement.n_hidden > 0 || measurement.refused != NULL;
		if (hidden && condition->grant == NULL && !says_why_it_is_hidden(condition, &measurement))
			fail_msg("%s: nothing says what to grant (%s)", condition->name, measurement.refused);
		static const char *const seen_by_few[] = { "long_transactions", "idle_in_transaction", "sequences",
			                                   "disk", "wal_size" };
		for (gsize i = 0; i < G_N_ELEMENTS(seen_by_few); i++)
			if (strcmp(seen_by_few[i], condition->name) == 0 && !hidden)
				fail_msg("%s: %g is seen by a guest", condition->name, measurement.number);
	}
	support_execute(database->session, "DROP ROLE pgassay_test_guest");
}

static void
a_role_that_is_not_there_is_an_answer(void **state)
{
	static const char *const names[] = { "rights", "lock_timeout" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(TargetMeasurement) measurement = measure(*state, names[i], "nobody of that name");
		assert_non_null(measurement.refused);
		assert_non_null(strstr(measurement.refused, "nobody of that name"));
	}
}

static void
numbers_are_written_with_their_unit(void **state)
{
	static const struct {
		TargetUnit unit;
		double number;
		const char *text;
	} numbers[] = {
		{ TARGET_UNIT_COUNT, 3, "3" },
		{ TARGET_UNIT_SECONDS, 0.25, "250 ms" },
		{ TARGET_UNIT_SECONDS, 60, "1 min" },
		{ TARGET_UNIT_SECONDS, 125, "2 min 05 s" },
		{ TARGET_UNIT_SECONDS, 7320, "2 h 02 min" },
		{ TARGET_UNIT_BYTES, 512, "512 bytes" },
		{ TARGET_UNIT_BYTES, 67108864, "64 MiB" },
		{ TARGET_UNIT_BYTES, 1610612736, "1.5 GiB" },
		{ TARGET_UNIT_PERCENT, 81.25, "81.2 %" },
		{ TARGET_UNIT_PERCENT, 80, "80 %" },
		{ TARGET_UNIT_TRANSACTIONS, 1e9, "1000000000" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *text = target_unit_format(numbers[i].unit, numbers[i].number);
		assert_string_equal(text, numbers[i].text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_above_its_limit_when_it_should_be),
		cmocka_unit_test_setup_teardown(none_is_above_its_limit_on_a_database_that_is_well, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(who_waits_for_a_lock_is_named_with_who_holds_it, support_open,
		                                support_close),
		cmocka_unit_test_setup_teardown(hidden_values_are_reported, support_open, support_close),
		cmocka_unit_test_setup_teardown(a_role_that_is_not_there_is_an_answer, support_open, support_close),
		cmocka_unit_test(numbers_are_written_with_their_unit),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
