#include "support_kind.h"

/* A schema in which nothing is wrong: each row of the tests spoils one thing. */
static const char *const schema =
    "DO $$ BEGIN"
    "  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN"
    "    CREATE ROLE app; CREATE ROLE \"odd \\ \"\"role\"; CREATE ROLE keeper; CREATE ROLE root SUPERUSER;"
    "    CREATE ROLE auditor BYPASSRLS;"
    "  END IF; END $$;"
    "CREATE TABLE notes (id serial, owner int, text text);"
    "ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON notes USING (owner = nullif(current_setting('app.user_id', true), '')::int);"
    "CREATE TABLE free (id int);"
    "CREATE VIEW free_ids AS SELECT id FROM free;"
    "CREATE MATERIALIZED VIEW free_numbers AS SELECT id FROM free;"
    "CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "CREATE FUNCTION definer() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp "
    "  AS 'SELECT 1';"
    "CREATE FUNCTION bare() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = '' AS 'SELECT 1';"
    "REVOKE EXECUTE ON FUNCTION definer(), bare() FROM PUBLIC;"
    "GRANT SELECT, INSERT ON notes, free_ids, free_numbers TO app;"
    "GRANT SELECT ON free TO PUBLIC; GRANT USAGE ON SEQUENCE notes_id_seq TO app;";

#define DEFINER "RETURNS int LANGUAGE sql SECURITY DEFINER"

static void
each_hole_is_found(void **state)
{
	static const Row rows[] = {
		{ "security", "{ roles: [app, 'odd \\ \"role'] }", REPORT_PASSED, NULL },
		/* The migrating role is not a role of the application: the objects that it owns are no findings. */
		{ "security", "{ roles: [] }", REPORT_PASSED, NULL },
		{ "security", "{ setup: DROP POLICY own ON notes }", REPORT_FAILED,
		  "row security is enabled on table \"public.notes\", which has no policy" },
		{ "security", "{ setup: ALTER TABLE notes DISABLE ROW LEVEL SECURITY }", REPORT_FAILED,
		  "table \"public.notes\" has policies, but its row security is not enabled: they do nothing\n"
		  "hint: ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY" },
		{ "security", "{ roles: [app, root] }", REPORT_FAILED, "role \"root\" is a superuser" },
		{ "security", "{ roles: [auditor] }", REPORT_FAILED, "role \"auditor\" has BYPASSRLS" },
		{ "security", "{ setup: ALTER TABLE notes OWNER TO keeper, roles: [keeper] }", REPORT_FAILED,
		  "role \"keeper\" has the rights of the owner of table \"public.notes\"" },
		{ "security",
		  "{ setup: ALTER TABLE notes OWNER TO keeper; ALTER TABLE notes FORCE ROW LEVEL SECURITY, roles: "
		  "[keeper] }",
		  REPORT_PASSED, NULL },
		{ "security", "{ setup: ALTER FUNCTION definer() RESET search_path }", REPORT_FAILED,
		  "function \"public.definer()\" runs with its owner's rights under the search_path of whoever" },
		{ "security", "{ setup: ALTER FUNCTION definer() SET search_path = public }", REPORT_PASSED, NULL },
		{ "security",
		  "{ setup: 'ALTER FUNCTION definer() SET search_path = pg_temp, public; "
		  "GRANT EXECUTE ON FUNCTION definer() TO app' }",
		  REPORT_FAILED, "its search_path does not end in pg_temp" },
		{ "security",
		  "{ setup: 'ALTER FUNCTION definer() SET search_path = public; "
		  "GRANT EXECUTE ON FUNCTION definer() TO app' }",
		  REPORT_FAILED, "hint: ALTER FUNCTION public.definer() SET search_path = public, pg_temp" },
		{ "security", "{ setup: GRANT EXECUTE ON FUNCTION bare() TO PUBLIC }", REPORT_FAILED,
		  "hint: REVOKE EXECUTE ON FUNCTION public.bare() FROM PUBLIC" },
		{ "security", "{ setup: CREATE VIEW titles AS SELECT text FROM notes }", REPORT_FAILED,
		  "view \"public.titles\" reads table \"public.notes\" with its owner's rights, past the policies" },
		{ "security",
		  "{ setup: \"CREATE VIEW titles AS SELECT text FROM notes; GRANT SELECT ON titles TO app; "
		  "INSERT INTO notes (owner) VALUES (7), (8)\", roles: [app] }",
		  REPORT_FAILED, "seen: role \"app\" gets 2 rows of the view, and 0 of the table" },
		{ "security", "{ setup: CREATE MATERIALIZED VIEW titles AS SELECT text FROM notes }", REPORT_FAILED,
		  "materialized view \"public.titles\" holds rows of table \"public.notes\"" },
		{ "security", "{ setup: 'GRANT UPDATE, DELETE ON free TO PUBLIC' }", REPORT_FAILED,
		  "PUBLIC, which is everybody, may delete, update table \"public.free\"" },
		{ "security", "{ setup: GRANT USAGE ON SEQUENCE notes_id_seq TO PUBLIC }", REPORT_FAILED,
		  "PUBLIC may use sequence \"public.notes_id_seq\" of table \"public.notes\"" },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

static void
a_view_with_the_rights_of_who_asks_is_right(void **state)
{
	static const Row rows[] = {
		{ "security",
		  "{ setup: CREATE VIEW titles WITH (security_invoker) AS SELECT text FROM notes, roles: [app] }",
		  REPORT_PASSED, NULL },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	if (db_session_server_version(session) < 150000)
		return; /* there are none */
	support_execute(session, schema);
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

static void
exceptions_have_to_be_needed(void **state)
{
	static const Row rows[] = {
		{ "security",
		  "{ setup: GRANT EXECUTE ON FUNCTION bare() TO PUBLIC, except: { function public.bare(): harmless } }",
		  REPORT_PASSED, NULL },
		{ "security",
		  "{ setup: GRANT EXECUTE ON FUNCTION bare() TO PUBLIC, except: { function public.*: harmless } }",
		  REPORT_PASSED, NULL },
		{ "security", "{ except: { function public.bare(): harmless } }", REPORT_FAILED,
		  "suite.yaml:1:13: the exception \"function public.bare()\" is not needed" },
		{ "security", "{ roles: [nobody] }", REPORT_ERRORED, "there is no role \"nobody\"" },
		{ "security", "{ setup: nonsense }", REPORT_ERRORED, "the setup failed" },
		/* All findings are reported. */
		{ "security",
		  "{ setup: DROP POLICY own ON notes; GRANT EXECUTE ON FUNCTION bare() TO PUBLIC, roles: [root] }",
		  REPORT_FAILED, "; and 2 more findings\nhint: " },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

/* The other side of each hole is a schema in which nothing is found. */
static void
policies_that_let_anything_through_are_found(void **state)
{
	static const Row rows[] = {
		{ "security", "{ setup: GRANT UPDATE (text) ON free TO PUBLIC }", REPORT_FAILED,
		  "PUBLIC, which is everybody, may update columns of table \"public.free\": text\n"
		  "hint: REVOKE UPDATE (text) ON public.free FROM PUBLIC" },
		{ "security", "{ setup: GRANT SELECT (id) ON free TO PUBLIC; GRANT UPDATE (id) ON free TO app }",
		  REPORT_PASSED, NULL },
		{ "security", "{ setup: CREATE POLICY anybody ON notes FOR INSERT WITH CHECK (true), roles: [app] }",
		  REPORT_FAILED,
		  "policy \"anybody\" of table \"public.notes\" lets everybody write any row: WITH CHECK (true)" },
		{ "security", "{ setup: CREATE POLICY anybody ON notes FOR INSERT TO app WITH CHECK (true) }",
		  REPORT_FAILED, "lets role \"app\" write any row" },
		{ "security", "{ setup: CREATE POLICY anybody ON notes USING (true) }", REPORT_FAILED,
		  "write any row" },
		/* Reading is another matter; nobody but the owner may update; something else stands in the way. */
		{ "security", "{ setup: CREATE POLICY anybody ON notes FOR SELECT USING (true) }", REPORT_PASSED,
		  NULL },
		{ "security", "{ setup: CREATE POLICY anybody ON notes FOR UPDATE USING (true) }", REPORT_PASSED,
		  NULL },
		{ "security",
		  "{ setup: GRANT UPDATE (text) ON notes TO app; CREATE POLICY anybody ON notes FOR UPDATE USING "
		  "(true) }",
		  REPORT_FAILED, "write any row" },
		{ "security",
		  "{ setup: CREATE POLICY anybody ON notes FOR INSERT WITH CHECK (true); "
		  "CREATE POLICY narrow ON notes AS RESTRICTIVE FOR INSERT WITH CHECK (owner = 7) }",
		  REPORT_PASSED, NULL },
		{ "security", "{ setup: CREATE POLICY anybody ON notes FOR INSERT TO auditor WITH CHECK (true) }",
		  REPORT_PASSED, NULL },
		/* A form: no policy says that a row belongs to anybody. A row that may be changed is another matter. */
		{ "security",
		  "{ setup: DROP POLICY own ON notes; CREATE POLICY anybody ON notes FOR INSERT WITH CHECK (true) }",
		  REPORT_PASSED, NULL },
		{ "security", "{ setup: DROP POLICY own ON notes; CREATE POLICY anybody ON notes WITH CHECK (true) }",
		  REPORT_FAILED, "write any row" },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_execute(session, "ALTER TABLE free ADD text text");
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

static void
policies_that_ask_each_other_are_found(void **state)
{
	static const Row rows[] = {
		{ "security", "{ setup: CREATE POLICY twin ON notes USING (EXISTS (SELECT FROM notes n)) }",
		  REPORT_FAILED,
		  "policies of table \"public.notes\" ask each other without end: everybody gets \"infinite "
		  "recursion" },
		{ "security",
		  "{ setup: CREATE POLICY twin ON notes USING (EXISTS (SELECT FROM notes n)), roles: [app] }",
		  REPORT_FAILED, "without end: role \"app\" gets" },
		{ "security",
		  "{ setup: CREATE POLICY twin ON notes FOR SELECT USING (EXISTS (SELECT FROM notes n)), roles: [app] "
		  "}",
		  REPORT_FAILED, "without end: role \"app\" gets" },
		{ "security",
		  "{ setup: CREATE POLICY twin ON notes FOR INSERT WITH CHECK (EXISTS (SELECT FROM notes n WHERE "
		  "false)) }",
		  REPORT_PASSED, NULL },
		/* A function that asks the table again, which shows where there are rows. */
		{ "security",
		  "{ setup: \"CREATE FUNCTION seen(int) RETURNS boolean LANGUAGE plpgsql AS "
		  "'BEGIN RETURN EXISTS (SELECT FROM public.notes WHERE id = $1); END'; "
		  "CREATE POLICY twin ON notes USING (seen(id)); INSERT INTO notes (owner) VALUES (1)\", roles: [app] "
		  "}",
		  REPORT_FAILED, "stack depth limit exceeded" },
		{ "security",
		  "{ setup: \"CREATE FUNCTION seen(int) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER "
		  "SET search_path = '' AS 'BEGIN RETURN EXISTS (SELECT FROM public.notes WHERE id = $1); END'; "
		  "REVOKE EXECUTE ON FUNCTION seen(int) FROM PUBLIC; GRANT EXECUTE ON FUNCTION seen(int) TO app; "
		  "CREATE POLICY twin ON notes USING (seen(id)); INSERT INTO notes (owner) VALUES (1)\", roles: [app] "
		  "}",
		  REPORT_PASSED, NULL },
		/* The roles that a policy is not for are not asked. */
		{ "security",
		  "{ setup: CREATE POLICY twin ON notes TO keeper USING (EXISTS (SELECT FROM notes n)), roles: [app] }",
		  REPORT_PASSED, NULL },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

#define TWO_HOLES "GRANT INSERT ON free TO PUBLIC; CREATE POLICY left_over ON free USING (true)"

static void
an_exception_hides_nothing_else(void **state)
{
	static const Row rows[] = {
		{ "security", "{ setup: " TWO_HOLES ", except: { table public.free: known } }", REPORT_FAILED,
		  "; and 1 more finding\nhint: " },
		{ "security", "{ setup: " TWO_HOLES ", except: { table public.free: known } }", REPORT_FAILED,
		  "write \"table public.free (public write)\"" },
		{ "security", "{ setup: " TWO_HOLES ", except: { table public.free (public write): known } }",
		  REPORT_FAILED, "table \"public.free\" has policies, but its row security is not enabled" },
		{ "security",
		  "{ setup: " TWO_HOLES ", except: { table public.free (public write): known, "
		  "table public.free (not enabled): known } }",
		  REPORT_PASSED, NULL },
		{ "security", "{ setup: GRANT INSERT ON free TO PUBLIC, except: { table public.free: known } }",
		  REPORT_PASSED, NULL },
		{ "security", "{ setup: GRANT INSERT ON free TO PUBLIC, except: { table public.free (owner): known } }",
		  REPORT_FAILED, "; and 1 more finding\nhint: " },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

static void
no_hint_switches_row_security_off(void **state)
{
	static const Row row = { "security", "{ setup: DROP POLICY own ON notes }", REPORT_FAILED, NULL };
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	g_autoptr(ReportCase) found = support_run_check(session, &row);
	assert_null(strstr(found->details, "DISABLE ROW"));
	assert_null(strstr(found->details, "NO FORCE"));
	assert_non_null(strstr(found->details, "hint: CREATE POLICY ... ON public.notes"));
}

/* A refusal of the server is an error of that case, and later cases are run. */
static void
a_refusal_does_not_end_the_stage(void **state)
{
	static const Row rows[] = {
		{ "security", "{ setup: SET LOCAL statement_timeout = 1 }", REPORT_ERRORED,
		  "the server refuses a statement of the check: canceling statement due to statement timeout" },
		{ "security", "{ roles: [app] }", REPORT_PASSED, NULL },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, schema);
	support_run_checks(session, rows, G_N_ELEMENTS(rows));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_hole_is_found),
		TEST(a_view_with_the_rights_of_who_asks_is_right),
		TEST(exceptions_have_to_be_needed),
		TEST(policies_that_let_anything_through_are_found),
		TEST(policies_that_ask_each_other_are_found),
		TEST(an_exception_hides_nothing_else),
		TEST(no_hint_switches_row_security_off),
		TEST(a_refusal_does_not_end_the_stage),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
