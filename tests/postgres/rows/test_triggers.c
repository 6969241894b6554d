/* What triggers write on UPDATE is no loss; and a column that no code names was written by none. */
#include "support.h"

#include "rows/state/triggers.h"

#include <string.h>

static const char setup[] = "CREATE TABLE t (id int PRIMARY KEY, name text, touched timestamptz DEFAULT now(), n int);"

			    "CREATE TABLE other (id int PRIMARY KEY, note text);"
			    "INSERT INTO t SELECT i, 'n' || i, '2024-01-01', i FROM generate_series(1, 9) i;"
			    "INSERT INTO other SELECT i, 'o' || i FROM generate_series(1, 9) i;"
			    "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS"
			    " 'BEGIN NEW.touched := clock_timestamp(); RETURN NEW; END';"
			    "CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION touch();";

/* `code` is there before; `change` makes the difference. may: a trigger may have made it. left: the first difference
 * that none explains; NULL: all are explained. */
static const struct {
	const char *code;
	const char *change;
	bool may;
	const char *left;
} cases[] = {
	{ "", "UPDATE t SET n = n", true, NULL },
	{ "", "UPDATE t SET name = 'z'", true,
	  "column \"name\" of table \"public.t\" holds other values (the table has 9 rows)" },
	{ "", "ALTER TABLE other DROP COLUMN note; ALTER TABLE other ADD COLUMN note text", false,
	  "column \"note\" of table \"public.other\" holds other values (the table has 9 rows)" },
	{ "", "ALTER TABLE other DROP COLUMN note", false,
	  "column \"note\" of table \"public.other\" is gone (9 rows)" },
	{ "", "DELETE FROM other WHERE id = 1", false, "table \"public.other\" had 9 rows, has 8" },
	{ "", "INSERT INTO other VALUES (10)", false, "table \"public.other\" had 9 rows, has 10" },
	/* Not on UPDATE, or not at all. */
	{ "DROP TRIGGER touch ON t; CREATE TRIGGER touch BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()",
	  "UPDATE t SET touched = now()", false,
	  "column \"touched\" of table \"public.t\" holds other values (the table has 9 rows)" },
	{ "ALTER TABLE t DISABLE TRIGGER touch", "UPDATE t SET touched = now()", false,
	  "column \"touched\" of table \"public.t\" holds other values (the table has 9 rows)" },
	/* Reading NEW writes nothing. */
	{ "CREATE FUNCTION reads() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW IS DISTINCT FROM OLD AND"
	  " to_jsonb(NEW) IS NOT NULL THEN PERFORM 1; END IF; RETURN coalesce(NEW, OLD); END';"
	  "CREATE TRIGGER reads BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION reads()",
	  "UPDATE other SET note = 'z'", false,
	  "column \"note\" of table \"public.other\" holds other values (the table has 9 rows)" },
	/* Code that need not name what it writes. */
	{ "CREATE FUNCTION dynamic() RETURNS trigger LANGUAGE plpgsql AS"
	  " 'BEGIN EXECUTE ''UPDATE other SET no'' || ''te = random()''; RETURN NEW; END';"
	  "CREATE TRIGGER dynamic BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION dynamic()",
	  "UPDATE other SET note = 'z'", true, NULL },
	{ "CREATE FUNCTION whole() RETURNS trigger LANGUAGE plpgsql AS"
	  " 'BEGIN NEW := jsonb_populate_record(NEW, jsonb_build_object(''no'' || ''te'', random())); RETURN NEW; END';"
	  "CREATE TRIGGER whole BEFORE UPDATE ON other FOR EACH ROW EXECUTE FUNCTION whole()",
	  "UPDATE other SET note = 'z'", true, NULL },
	{ "CREATE FUNCTION gives() RETURNS trigger LANGUAGE plpgsql AS"
	  " 'DECLARE r record; BEGIN SELECT OLD.id, random()::text INTO r; RETURN r; END';"
	  "CREATE TRIGGER gives BEFORE UPDATE ON other FOR EACH ROW EXECUTE FUNCTION gives()",
	  "UPDATE other SET note = 'z'", true, NULL },
	{ "CREATE VIEW seen AS SELECT id, note AS said FROM other;"
	  "CREATE FUNCTION through() RETURNS trigger LANGUAGE plpgsql AS"
	  " 'BEGIN UPDATE seen SET said = random(); RETURN NEW; END';"
	  "CREATE TRIGGER through BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION through()",
	  "UPDATE other SET note = 'z'", true, NULL },
	{ "CREATE RULE also AS ON UPDATE TO t DO ALSO UPDATE other SET note = random()", "UPDATE other SET note = 'z'",
	  true, NULL },
	{ "CREATE FUNCTION helper() RETURNS void LANGUAGE sql AS 'UPDATE other SET note = random()';"
	  "CREATE FUNCTION calls() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM helper(); RETURN NEW; END';"
	  "CREATE TRIGGER calls BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION calls()",
	  "UPDATE other SET note = 'z'", true, NULL },
	{ "ALTER TABLE other ADD COLUMN twice int GENERATED ALWAYS AS (length(note) * 2) STORED;"
	  "CREATE FUNCTION writes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.note := repeat(''x'', (random() * "
	  "9999)::int); RETURN "
	  "NEW; END';"
	  "CREATE TRIGGER writes BEFORE UPDATE ON other FOR EACH ROW EXECUTE FUNCTION writes()",
	  "UPDATE other SET note = 'z'", true, NULL },
	/* A key may follow an update; here no other value is free. */
	{ "ALTER TABLE other ADD COLUMN t_id int REFERENCES t (id) ON UPDATE CASCADE; UPDATE other SET t_id = id;"
	  "INSERT INTO t VALUES (50)",
	  "UPDATE other SET t_id = 50", true,
	  "column \"t_id\" of table \"public.other\" holds other values (the table has 9 rows)" },
};

static void
differences_of_triggers_are_left_out(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;
	GError *error = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *left_out = NULL;
		bool may = false;
		support_execute(session, setup);
		support_execute(session, cases[i].code);
		g_autoptr(RowsState) before = rows_state_read(session, NULL, &error);
		assert_non_null(before);
		support_execute(session, cases[i].change);
		g_autoptr(RowsState) after = rows_state_read_as(session, before, &error);
		g_autoptr(GPtrArray) differences = rows_state_compare(before, after);
		assert_true(differences->len > 0);
		assert_true(rows_triggers_may_explain(session, before, differences, &may, &error));
		if (may != cases[i].may)
			fail_msg("%s %s: may be a trigger's: %d", cases[i].code, cases[i].change, may);
		if (!rows_triggers_leave_out(session, before, differences, NULL, &left_out, &error))
			fail_msg("%s %s: %s", cases[i].code, cases[i].change, error->message);
		g_autofree char *left = differences->len > 0
		                            ? rows_difference_describe(g_ptr_array_index(differences, 0))
		                            : NULL;
		if (g_strcmp0(left, cases[i].left) != 0)
			fail_msg("%s %s: left: %s", cases[i].code, cases[i].change, left);
		assert_int_equal(db_session_transaction_state(session), DB_TRANSACTION_IDLE);
		support_execute(session, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(differences_of_triggers_are_left_out, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
