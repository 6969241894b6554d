#include "check/support_expect.h"

/* Every table of "good" keeps all rules, every table of "bad" breaks some. */
static const char *const ruled =
    "CREATE SCHEMA good; CREATE SCHEMA bad;"
    "CREATE TABLE good.users (id bigint PRIMARY KEY, at timestamptz(3)[], name text CONSTRAINT named CHECK (name > "
    "''));"
    "CREATE TABLE good.posts (user_id bigint REFERENCES good.users, n int, \"order\" bigint REFERENCES good.users,"
    "  other bigint REFERENCES good.users, twice_a bigint, twice_b bigint, once bigint UNIQUE REFERENCES good.users,"
    "  PRIMARY KEY (user_id, n), UNIQUE (twice_a, twice_b), FOREIGN KEY (twice_b, twice_a)"
    "  REFERENCES good.posts (twice_a, twice_b));"
    "CREATE INDEX ON good.posts (\"order\" DESC, n); CREATE INDEX ON good.posts USING hash (other);"
    "CREATE INDEX posts_n ON good.posts (n); CREATE INDEX posts_n_part ON good.posts (n) WHERE n > 1;"
    "CREATE INDEX posts_n_brin ON good.posts USING brin (n);"
    "ALTER TABLE good.users ENABLE ROW LEVEL SECURITY; ALTER TABLE good.users FORCE ROW LEVEL SECURITY;"
    "ALTER TABLE good.posts ENABLE ROW LEVEL SECURITY; ALTER TABLE good.posts FORCE ROW LEVEL SECURITY;"
    "CREATE POLICY everything ON good.users TO pg_monitor USING (true);"
    "CREATE POLICY r ON good.posts FOR SELECT TO pg_monitor USING (true);"
    "CREATE POLICY a ON good.posts FOR INSERT TO pg_monitor WITH CHECK (true);"
    "CREATE POLICY w ON good.posts FOR UPDATE TO pg_monitor USING (true);"
    "CREATE POLICY d ON good.posts FOR DELETE TO pg_monitor USING (true);"
    "CREATE TABLE bad.keyless (id int, at timestamp(3), ats timestamp[], \"Odd\" text);"
    "CREATE TABLE bad.refs (id bigint PRIMARY KEY, a bigint REFERENCES good.users, \"user\" bigint REFERENCES "
    "good.users,"
    "  part bigint REFERENCES good.users, late bigint, c int);"
    "CREATE INDEX refs_c_a ON bad.refs (c, a); CREATE INDEX refs_user ON bad.refs (lower(\"user\"::text));"
    "CREATE INDEX refs_part ON bad.refs (part) WHERE c > 0; CREATE INDEX refs_brin ON bad.refs USING brin (a);"
    "ALTER TABLE bad.refs ADD CONSTRAINT late FOREIGN KEY (late) REFERENCES good.users NOT VALID;"
    "CREATE INDEX refs_late ON bad.refs (late) WHERE late IS NOT NULL;"
    "ALTER TABLE bad.refs ADD CONSTRAINT positive CHECK (c > 0) NOT VALID;"
    "CREATE INDEX twin_1 ON bad.refs (c); CREATE INDEX twin_2 ON bad.refs (c) WITH (fillfactor = 70);"
    "CREATE UNIQUE INDEX twin_3 ON bad.refs (c, late); CREATE INDEX twin_0 ON bad.refs (c, late);"
    "CREATE INDEX twin_key ON bad.refs (id);"
    "ALTER TABLE bad.refs ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY r ON bad.refs FOR SELECT USING (true);"
    "CREATE POLICY a ON bad.refs AS RESTRICTIVE FOR INSERT TO pg_monitor WITH CHECK (true);"
    "CREATE SCHEMA pair; CREATE TABLE pair.a (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE pair.b (x int, y int, z "
    "int PRIMARY KEY,"
    "  FOREIGN KEY (x, y) REFERENCES pair.a); CREATE INDEX ON pair.b (y, z);"
    "CREATE INDEX broken ON bad.keyless (id);"
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bad.broken'::regclass;";

static void
rules_that_are_kept_pass(void **state)
{
	static const char *const fixtures[] = {
		"rules: { tables_have_primary_key: { schemas: [good] } }",
		"rules: { foreign_keys_have_index: { schemas: [go*] } }",
		"rules: { foreign_keys_have_index: { schemas: [pair], partly: true } }",
		"rules: { row_security_enabled: { schemas: [good], forced: true } }",
		"rules: { row_security_enabled: { schemas: [good], commands: [select, delete] } }",
		"rules: { row_security_enabled: [ { schemas: [good] }, { schemas: [bad], commands: [select], except: { "
		"bad.keyless: public } } ] }",
		"rules: { no_policy_for_public: { schemas: [good] } }",
		"rules: { no_policy_for_public: { except: { bad.refs.r: all may read } } }",
		"rules: { timestamps_have_time_zone: { schemas: [good] } }",
		"rules: { timestamps_have_time_zone: { except: { bad.keyless: old } } }",
		"rules: { indexes_are_valid: { schemas: [good] } }",
		"rules: { no_duplicate_indexes: { schemas: [good] } }",
		"rules: { constraints_are_validated: { schemas: [good] } }",
		"rules: { names_are_plain: { schemas: [good] } }",
		"rules: { names_are_plain: { except: { bad.keyless.Odd: old } } }",
		"rules: { constraints_are_validated: { except: { bad: we know } } }",
		"rules: { tables_have_primary_key: { except: { 'b*.key*': we know } }, indexes_are_valid: { except: { "
		"bad.*.broken: we know } } }",
	};
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, ruled);
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	for (size_t i = 0; i < G_N_ELEMENTS(fixtures); i++) {
		g_autofree char *problems = problems_of(session, snapshot, fixtures[i]);
		if (problems[0] != '\0')
			fail_msg("%s\n%s", fixtures[i], problems);
	}
}

/* Message, then details. Of several problems ("PLACE: N differences" stands before them here) the message is the first
 * one, and how many more there are, and the details are these; of one there are no details. */
static GString *
expect_problems(const char *problems)
{
	const char *mark = strstr(problems, " differences\n");
	const char *rest = strchr(problems, '\n') + 1;
	GString *expected = g_string_new(NULL);

	if (mark == NULL) {
		g_string_printf(expected, "%s\n", problems);
		return expected;
	}
	const char *first = strstr(rest, ": ") + 2;
	int length = (int)strcspn(first, "\n");
	const char *more = mark[-1] == '2' ? "1 more difference" : "2 more differences";
	g_string_printf(expected, "%.*s%.*s; and %s\n%.*s; and %s\n%s", (int)(mark - 1 - problems), problems, length,
	                first, more, length, first, more, first + length + 1);
	return expected;
}

static void
rules_that_are_broken_say_what_to_do(void **state)
{
	/* All problems, one a line; of one alone, its place is that of the case. */
	static const struct {
		const char *fixture;
		const char *problems;
	} cases[] = {
		{ "rules: { tables_have_primary_key: true }", "fixture.yaml:1:10: table \"bad.keyless\" has no primary "
		                                              "key: ALTER TABLE bad.keyless ADD PRIMARY KEY (id)\n" },
		{ "rules: { foreign_keys_have_index: { schemas: [pair], partly: false } }",
		  "fixture.yaml:1:10: foreign key \"pair.b.b_x_y_fkey\" has no index: CREATE INDEX ON pair.b (x, "
		  "y)\n" },
		{ "rules: { foreign_keys_have_index: { except: { pair: above } } }",
		  "fixture.yaml:1:10: 3 differences\n"
		  "fixture.yaml:1:10: foreign key \"bad.refs.refs_a_fkey\" has no index: CREATE INDEX ON bad.refs (a)\n"
		  "fixture.yaml:1:10: foreign key \"bad.refs.refs_part_fkey\" has no index: CREATE INDEX ON bad.refs "
		  "(part)\n"
		  "fixture.yaml:1:10: foreign key \"bad.refs.refs_user_fkey\" has no index: CREATE INDEX ON bad.refs "
		  "(\"user\")\n" },
		{ "rules: { row_security_enabled: { schemas: [bad], commands: [select, insert], forced: true } }",
		  "fixture.yaml:1:10: 2 differences\n"
		  "fixture.yaml:1:10: table \"bad.keyless\" has row security off: ALTER TABLE bad.keyless ENABLE ROW "
		  "LEVEL "
		  "SECURITY; does not force row security on its owner: ALTER TABLE bad.keyless FORCE ROW LEVEL "
		  "SECURITY; "
		  "has no policy for SELECT, INSERT: CREATE POLICY ... ON bad.keyless FOR ...\n"
		  "fixture.yaml:1:10: table \"bad.refs\" does not force row security on its owner: ALTER TABLE "
		  "bad.refs FORCE "
		  "ROW LEVEL SECURITY; has no policy for INSERT: CREATE POLICY ... ON bad.refs FOR INSERT WITH CHECK "
		  "(...)\n" },
		{ "rules: { row_security_enabled: { schemas: [bad], commands: [] } }",
		  "fixture.yaml:1:10: table \"bad.keyless\" has row security off: ALTER TABLE bad.keyless ENABLE ROW "
		  "LEVEL "
		  "SECURITY\n" },
		{ "rules: { row_security_enabled: { schemas: [bad], except: { bad.refs: reads } } }",
		  "fixture.yaml:1:10: table \"bad.keyless\" has row security off: ALTER TABLE bad.keyless ENABLE ROW "
		  "LEVEL "
		  "SECURITY; has no policy for SELECT, INSERT, UPDATE, DELETE: CREATE POLICY ... ON bad.keyless FOR "
		  "ALL "
		  "USING (...)\n" },
		{ "rules: { no_policy_for_public: true }",
		  "fixture.yaml:1:10: policy \"bad.refs.r\" is for everybody: ALTER POLICY r ON bad.refs TO ROLE\n" },
		{ "rules: { timestamps_have_time_zone: true }",
		  "fixture.yaml:1:10: 2 differences\n"
		  "fixture.yaml:1:10: column \"bad.keyless.at\" is timestamp(3) without time zone: ALTER TABLE "
		  "bad.keyless "
		  "ALTER COLUMN at TYPE timestamptz(3) USING at AT TIME ZONE 'UTC'\n"
		  "fixture.yaml:1:10: column \"bad.keyless.ats\" is timestamp without time zone[]: ALTER TABLE "
		  "bad.keyless "
		  "ALTER COLUMN ats TYPE timestamptz[]\n" },
		{ "rules: { indexes_are_valid: true }", "fixture.yaml:1:10: index \"bad.keyless.broken\" is invalid: "
		                                        "REINDEX INDEX CONCURRENTLY bad.broken, or drop "
		                                        "it\n" },
		{ "rules: { no_duplicate_indexes: true }",
		  "fixture.yaml:1:10: 3 differences\n"
		  "fixture.yaml:1:10: index \"bad.refs.twin_0\" is the same as index \"twin_3\": DROP INDEX "
		  "bad.twin_0\n"
		  "fixture.yaml:1:10: index \"bad.refs.twin_2\" is the same as index \"twin_1\": DROP INDEX "
		  "bad.twin_2\n"
		  "fixture.yaml:1:10: index \"bad.refs.twin_key\" is the same as primary key \"refs_pkey\": DROP INDEX "
		  "bad.twin_key\n" },
		{ "rules: { constraints_are_validated: true }",
		  "fixture.yaml:1:10: 2 differences\n"
		  "fixture.yaml:1:10: foreign key \"bad.refs.late\" is not validated: ALTER TABLE bad.refs VALIDATE "
		  "CONSTRAINT "
		  "late\n"
		  "fixture.yaml:1:10: check \"bad.refs.positive\" is not validated: ALTER TABLE bad.refs VALIDATE "
		  "CONSTRAINT "
		  "positive\n" },
		{ "rules: { names_are_plain: true }", "fixture.yaml:1:10: column \"bad.keyless.\"Odd\"\" needs double "
		                                      "quotes wherever it is used: give it a name of "
		                                      "lower-case letters, digits and _\n" },
		{ "rules: { tables_have_primary_key: { schemas: [good, shop] } }",
		  "fixture.yaml:1:53: schema \"shop\" is missing\n" },
		{ "rules: { tables_have_primary_key: { except: { bad.keyless: old, good.users: why } } }",
		  "fixture.yaml:1:65: the exception \"good.users\" is not needed any more: remove it\n" },
		{ "rules: { tables_have_primary_key: [ { schemas: [good], except: { bad.keyless: old } } ] }",
		  "fixture.yaml:1:66: the exception \"bad.keyless\" covers nothing: remove it, or correct the name\n" },
	};
	DbSession *session = ((SupportDatabase *)*state)->session;
	g_autoptr(GError) error = NULL;

	support_execute(session, ruled);
	g_autoptr(CatalogSnapshot) snapshot = catalog_snapshot_read(session, NULL, &error);
	support_check(snapshot != NULL, g_steal_pointer(&error), "snapshot");
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *problems = problems_of(session, snapshot, cases[i].fixture);
		g_autoptr(GString) expected = expect_problems(cases[i].problems);
		if (strcmp(problems, expected->str) != 0)
			fail_msg("%s\nexpected: %s\nfound: %s", cases[i].fixture, expected->str, problems);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(rules_that_are_kept_pass),
		TEST(rules_that_are_broken_say_what_to_do),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
