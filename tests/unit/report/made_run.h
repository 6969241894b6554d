/*
 * A run as large as wanted, with everything that a report can hold; for the tests of the formats, and for bench-report.
 */
#ifndef TESTS_UNIT_REPORT_MADE_RUN_H
#define TESTS_UNIT_REPORT_MADE_RUN_H

#include "report/cause.h"

static inline void
made_run_add_plans(ReportCase *test_case)
{
	ReportPlan *before = report_plan_new("before V3");
	ReportPlan *now = report_plan_new("the plan now");

	report_plan_add(before, 0, "Bitmap Heap Scan on public.t", NULL)->cost = 7772.56;
	ReportPlanNode *node = report_plan_add(before, 1, "Bitmap Index Scan on i", "Index Cond: (a < 3)");
	node->cost = 161.93;
	node->changed = true;
	node = report_plan_add(now, 0, "Seq Scan on public.t", "Filter: (a < 3)");
	node->cost = 20834;
	node->rows = 5000;
	node->percent = 100;
	node->costly = node->changed = true;
	report_case_add_plan(test_case, before);
	report_case_add_plan(test_case, now);
	report_case_find_plans(test_case, "  | ^\n");
}

static inline void
made_run_add_failure(ReportCase *test_case, guint i)
{
	const char *const command[] = { "pgassay", "run", "suites/shop.yaml", "--only", "shop/round trip/V1", NULL };

	report_case_set(
	    test_case, i % 7 == 0 ? REPORT_ERRORED : REPORT_FAILED,
	    "the down of \"V%u__orders.sql\" does not restore the schema: index \"public.t%u.i\" is unexpected\n"
	    "index \"public.t%u.i\" is unexpected\n"
	    "3 | CREATE INDEX i ON t (a) WHERE b < 3 && c > '\"';\n  | ^\n"
	    "hint: drop it in the down, too: DROP INDEX \"i\"",
	    i, i, i);
	test_case->kind = (ReportKind)(i % REPORT_N_KINDS);
	if (test_case->kind == REPORT_KIND_PLAN)
		made_run_add_plans(test_case);
	test_case->expected = g_strdup("After up and down, the schema is the one from before.");
	test_case->since = g_strdup_printf("V%u", i % 50);
	test_case->remedy = g_strdup("DROP INDEX public.i;");
	test_case->reproduce = g_strdupv((GStrv)command);
	test_case->output = g_strdup("CREATE INDEX i ON t (a)");
	report_case_add_difference(test_case, "index public.t.i", NULL, "CREATE INDEX i ON public.t (a)");
	report_case_add_difference(test_case, "column public.t.b: default", "1", "2");
	report_case_put_excerpt(test_case, test_case->position, 1, 1,
	                        "-- orders\n\nCREATE INDEX i ON t (a) WHERE b < 3;\n\nCOMMIT;", "made here");
	report_case_add_precondition(test_case, "no row of t has NULL in \"b\"", "SELECT * FROM t WHERE b IS NULL",
	                             true);
}

/* A migration of two statements, of which the second cannot be observed. */
static inline void
made_run_observe(ReportCase *test_case)
{
	ReportObservation *observation = report_observation_new();
	ReportStatement *statement = report_statement_new(test_case->position, "ALTER TABLE orders ADD COLUMN at date");
	ReportTouched *touched = report_touched_new(4711, "public.orders", 'r');
	ReportFinding *finding = report_finding_new("rewrite", test_case->position);

	touched->taken = touched->held = REPORT_LOCK_ACCESS_EXCLUSIVE;
	touched->until = 5000;
	touched->was_rewritten = true;
	touched->scans = 1;
	touched->rows_read = 40;
	touched->bytes = 81920;
	touched->bytes_written = 40960;
	touched->growth = REPORT_GROWTH_FASTER;
	touched->larger_rows = 4711;
	statement->transaction = 1;
	statement->duration = 4000;
	statement->lock_timeout = g_strdup("0");
	statement->wal_bytes = 12345;
	statement->expected_of = "public.orders";
	statement->expected_wal = 3e9;
	statement->expected_disk = 2e9;
	statement->expected_time_from = 1e6;
	statement->expected_time_to = 16e6;
	g_ptr_array_add(statement->touched, touched);
	g_ptr_array_add(observation->statements, statement);
	statement = report_statement_new(test_case->position, "COPY orders FROM STDIN");
	statement->unseen = "its rows come from the client";
	g_ptr_array_add(observation->statements, statement);
	finding->message = g_strdup("writes all rows of \"public.orders\" anew");
	finding->advice = g_strdup("add the column without a default");
	g_ptr_array_add(observation->findings, finding);
	report_observation_begin_trial(observation);
	report_observation_note(observation, 1000, "an old transaction", "has read public.orders, and stays open");
	report_observation_note(observation, 52000, "a reader", "waits behind the migration");
	report_observation_note(observation, -1, "the migration", "gives up");
	report_observation_begin_trial(observation);
	report_observation_note(observation, 90000, "an old transaction", "has read public.orders, and ends");
	observation->temporary_bytes = 0;
	test_case->observation = observation;
}

/* Rights of a role from the catalog, and trials, one of which is not as expected. */
static inline void
made_run_add_access(ReportCase *test_case, guint i)
{
	g_autofree char *table = g_strdup_printf("public.t%u", i % 10);
	ReportAccess *access = report_access_new(table, "app");

	access->cells[REPORT_SELECT].reach = REPORT_REACH_SOME;
	access->cells[REPORT_INSERT].reach = REPORT_REACH_REFUSED;
	report_case_add_access(test_case, access);
	access = report_access_new(table, "guest");
	access->tried = true;
	access->position = test_case->position;
	access->settings = g_strdup("app.user_id = 7");
	access->where = g_strdup("a < 3");
	access->values = g_strdup("sets b = 4");
	access->cells[REPORT_SELECT] = (ReportAccessCell){ .reach = REPORT_REACH_SOME, .rows = 2, .of = 3 };
	access->cells[REPORT_DELETE] = (ReportAccessCell){
		.reach = REPORT_REACH_ALL, .rows = 3, .of = 3, .expected = g_strdup("refused")
	};
	report_case_add_access(test_case, access);
}

static inline void
made_run_add_item(ReportCase *test_case, guint i)
{
	ReportItem *item = report_item_new((ReportItemState)(i % REPORT_N_ITEM_STATES), "conditions");

	item->required = i % 2 == 0;
	item->details = g_strdup("pid 7 has been open for 3 min");
	item->shows = g_strdup("SELECT count(*) FROM pg_stat_activity");
	report_item_add_fact(item, "transactions", "3", "0");
	report_item_add_fact(item, "standbys", "1", NULL);
	test_case->item = item;
}

static inline void
made_run_add_database(ReportSuite *suite, const char *name, guint n_tables, bool with_base)
{
	ReportDatabase *database = report_database_new(name, "Flyway");

	database->base = with_base ? g_strdup("main 3f2c1a9") : NULL;
	for (guint i = 0; i < 50; i++) {
		g_autofree char *version = g_strdup_printf("V%u", i);
		ReportMigration *migration = report_database_add_migration(database, version, "db/V.sql");
		migration->duration = 1000 + i;
		migration->is_new = with_base && i >= 48;
		for (guint j = 0; j < 8; j++)
			report_migration_add_change(migration, j == 0 ? REPORT_ADDED : REPORT_CHANGED, "column",
			                            "public.orders.at", "default was 1, is 2");
	}
	for (guint i = 0; i < n_tables; i++) {
		g_autofree char *table = g_strdup_printf("t%u", i);
		g_autofree char *referenced = g_strdup_printf("public.t%u", i / 2);
		ReportObject *object = report_database_add_object(database, "table", "public", NULL, table);
		object->identity = g_strdup_printf("public.%s", table);
		object->sign = with_base && i + 1 == n_tables ? REPORT_ADDED : REPORT_SAME;
		for (guint j = 0; j < 6; j++) {
			g_autofree char *column = g_strdup_printf("c%u", j);
			ReportObject *part = report_database_add_object(database, "column", "public", table, column);
			part->identity = g_strdup_printf("public.%s.%s", table, column);
			part->type = g_strdup("timestamp with time zone");
			part->initial = g_strdup("now()");
		}
		ReportObject *key = report_database_add_object(database, "foreign key", "public", table, "fk");
		key->identity = g_strdup_printf("public.%s.fk", table);
		key->definition = g_strdup("FOREIGN KEY (c1) REFERENCES x (c0)");
		key->columns = g_strsplit("c1", ",", -1);
		key->references = g_strdup(referenced);
	}
	report_suite_add_database(suite, database);
}

/* One case in `each` is not ok; one in 50 was left out. */
static inline ReportRun *
made_run_new(guint n_cases, guint each, guint n_tables, bool with_base)
{
	ReportRun *run = report_run_new();
	const char *const command[] = { "pgassay", "run", "suites/shop.yaml", NULL };

	run->base = with_base ? g_strdup("main 3f2c1a9") : NULL;
	run->reproduce = g_strdupv((GStrv)command);
	run->started = G_GINT64_CONSTANT(1767323045000000);
	run->duration = 123456789;
	for (guint i = 0; i < 4; i++) {
		g_autofree char *name = g_strdup_printf("shop%u", i);
		ReportSuite *suite = report_run_add_suite(run, name, "A shop", "suites/shop.yaml");
		suite->started = run->started;
		report_suite_add_property(suite, "server.version", "15.18");
		made_run_add_database(suite, "shop", n_tables, with_base);
		g_ptr_array_add(suite->watched,
		                report_sighting_new(run->started, run->started + 2000000, "pid 7 waits"));
	}
	for (guint i = 0; i < n_cases; i++) {
		ReportSuite *suite = g_ptr_array_index(run->suites, i % 4);
		static const char *const stages[] = { "forward", "round trip", "rows", "writes", "expect" };
		g_autofree char *name = g_strdup_printf("V%u__a_migration_with_a_name", i);
		SourcePosition position = { .path = "migrations/shop/V1__orders.sql", .line = 3, .column = 1 };
		bool is_item = i % 20 == 5 && i < 2000;
		const char *stage = is_item ? "pre" : stages[i / 4 % G_N_ELEMENTS(stages)];
		ReportCase *test_case = report_case_new("shop", stage, name, position);
		test_case->duration = i * 10;
		if (i % each == 0)
			made_run_add_failure(test_case, i);
		else if (i % 50 == 1)
			report_case_set(test_case, REPORT_SKIPPED, "migration \"V1\" has no down");
		if (i % 5 == 2)
			made_run_observe(test_case);
		if (i % 20 == 4)
			made_run_add_access(test_case, i);
		if (is_item)
			made_run_add_item(test_case, i);
		report_suite_add_case(suite, test_case);
	}
	report_run_find_causes(run);
	return run;
}

#endif
