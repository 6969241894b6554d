#include "support_writes.h"

#define TOUCHED                                                                                                        \
	"CREATE TABLE acct (id serial PRIMARY KEY, name text, updated_at timestamptz DEFAULT now());"                  \
	"CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS"                                                  \
	" $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$;"                                                       \
	"CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON acct FOR EACH ROW EXECUTE FUNCTION touch();"
#define AUDITED                                                                                                        \
	"CREATE TABLE audit (id serial PRIMARY KEY, note text); CREATE TABLE item (id serial PRIMARY KEY, t text);"    \
	"CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS"                                               \
	" $$ BEGIN INSERT INTO audit (note) VALUES (TG_OP); RETURN NULL; END $$;"                                      \
	"CREATE TRIGGER log_item AFTER INSERT OR UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION log_item();"
#define COUNTED                                                                                                        \
	"CREATE TABLE total (kind text PRIMARY KEY, n int NOT NULL); CREATE TABLE event (id int PRIMARY KEY, kind "    \
	"text "                                                                                                        \
	"NOT NULL); CREATE FUNCTION count_event() RETURNS trigger LANGUAGE plpgsql AS"                                 \
	" $$ BEGIN INSERT INTO total VALUES (NEW.kind, 1) ON CONFLICT (kind) DO UPDATE SET n = total.n + 1;"           \
	" RETURN NEW; END $$; CREATE TRIGGER c AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION count_event();"
#define SOLD                                                                                                           \
	"CREATE TABLE sale (id serial PRIMARY KEY, day date);"                                                         \
	"CREATE MATERIALIZED VIEW days AS SELECT day, count(*) AS n FROM sale GROUP BY day;"                           \
	"CREATE UNIQUE INDEX days_day ON days (day);"

static const Row rows[] = {
	/* A function that names a missing object. */
	{ TOUCHED, "ALTER TABLE acct RENAME updated_at TO changed_at;",
	  "an INSERT into \"public.acct\" fails: record \"new\" has no field \"updated_at\"" },
	{ TOUCHED,
	  "ALTER TABLE acct RENAME updated_at TO changed_at; CREATE OR REPLACE FUNCTION touch() RETURNS trigger "
	  "LANGUAGE"
	  " plpgsql AS $$ BEGIN NEW.changed_at := now(); RETURN NEW; END $$;",
	  NULL },
	{ AUDITED, "ALTER TABLE audit DROP note;", "column \"note\" of relation \"audit\" does not exist" },
	{ AUDITED, "ALTER TABLE audit RENAME TO log;",
	  "a DELETE from \"public.item\": relation \"audit\" does not exist" },
	{ AUDITED, "ALTER TABLE audit RENAME TO log; CREATE VIEW audit AS SELECT * FROM log;", NULL },
	{ AUDITED, "TRUNCATE audit; ALTER TABLE audit ADD who text NOT NULL;",
	  "null value in column \"who\" of relation \"audit\" violates not-null constraint" },
	{ AUDITED, "ALTER TABLE audit ADD who text NOT NULL DEFAULT current_user;", NULL },
	{ AUDITED, "ALTER TABLE audit ADD CHECK (note <> 'DELETE') NOT VALID;",
	  "a DELETE from \"public.item\" fails: new row for relation \"audit\" violates check constraint" },
	{ AUDITED,
	  "CREATE OR REPLACE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS"
	  " $$ BEGIN INSERT INTO audit (note) VALUES (TG_OP); RETURN NULL; END $$;",
	  "relation \"audit\" does not exist" },
	{ AUDITED,
	  "CREATE OR REPLACE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS"
	  " $$ BEGIN INSERT INTO public.audit (note) VALUES (TG_OP); RETURN NULL; END $$;",
	  NULL },
	{ COUNTED, "ALTER TABLE total DROP CONSTRAINT total_pkey;",
	  "there is no unique or exclusion constraint matching the ON CONFLICT specification" },
	{ COUNTED, "ALTER TABLE total DROP CONSTRAINT total_pkey; CREATE UNIQUE INDEX total_kind ON total (kind);",
	  NULL },
	{ "CREATE FUNCTION code() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'x'; END $$;"
	  "CREATE TABLE doc (id serial PRIMARY KEY, code text DEFAULT code());",
	  "CREATE OR REPLACE FUNCTION code() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT c FROM codes); "
	  "END $$;",
	  "an INSERT into \"public.doc\" fails: relation \"codes\" does not exist" },
	/* Triggers of other tables come with a foreign key. */
	{ AUDITED
	  "CREATE TABLE box (id int PRIMARY KEY); ALTER TABLE item ADD box int REFERENCES box ON DELETE CASCADE;",
	  "ALTER TABLE audit RENAME note TO n;",
	  "a DELETE from \"public.box\": column \"note\" of relation \"audit\"" },
	{ AUDITED
	  "CREATE TABLE box (id int PRIMARY KEY); ALTER TABLE item ADD box int REFERENCES box ON DELETE SET NULL;",
	  "ALTER TABLE audit RENAME note TO n;",
	  "a DELETE from \"public.box\": column \"note\" of relation \"audit\"" },
	{ AUDITED
	  "CREATE TABLE box (id int PRIMARY KEY); ALTER TABLE item ADD box int REFERENCES box ON DELETE SET NULL;",
	  "DELETE FROM item; ALTER TABLE item ALTER box SET NOT NULL;",
	  "a DELETE from \"public.box\" fails where rows of \"public.item\" point to it: foreign key \"item_box_fkey\" "
	  "sets \"box\" to NULL, and the column takes none now" },
	{ AUDITED
	  "CREATE TABLE box (id int PRIMARY KEY); ALTER TABLE item ADD box int REFERENCES box ON DELETE SET NULL;",
	  "ALTER TABLE item ADD more int;", NULL },
	/* A function that calls another one, and one whose text does not show its dependencies. */
	{ "CREATE TABLE audit (id serial PRIMARY KEY, note text); CREATE TABLE item (id serial PRIMARY KEY, t text);"
	  "CREATE FUNCTION put(text) RETURNS void LANGUAGE sql AS $$ INSERT INTO audit (note) VALUES ($1) $$;"
	  "CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM put(TG_OP); RETURN NULL; "
	  "END $$;"
	  "CREATE TRIGGER log_item AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION log_item();",
	  "ALTER TABLE audit RENAME note TO n;",
	  "an INSERT into \"public.item\" fails: column \"note\" of relation \"audit\" does not exist" },
	{ "CREATE TABLE audit (id serial PRIMARY KEY, note text); CREATE TABLE item (id serial PRIMARY KEY, t text);"
	  "CREATE FUNCTION log_item() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN EXECUTE 'INSERT INTO au' || 'dit (note) VALUES ($1)' USING TG_OP; RETURN NULL; END $$;"
	  "CREATE TRIGGER log_item AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION log_item();",
	  "ALTER TABLE audit RENAME note TO n;",
	  "an INSERT into \"public.item\" fails: column \"note\" of relation \"audit\" does not exist" },
	{ "CREATE TABLE n (id int PRIMARY KEY, v int); CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN UPDATE n SET v = v WHERE id = NEW.id; RETURN NULL; END $$;",
	  "CREATE TRIGGER up AFTER UPDATE ON n FOR EACH ROW EXECUTE FUNCTION up();", "stack depth limit exceeded" },
	/* plpgsql_check comes after a function that has failed. */
	{ "CREATE TABLE stock (id serial PRIMARY KEY, n int); CREATE FUNCTION stock_sum() RETURNS bigint LANGUAGE "
	  "plpgsql"
	  " AS $$ BEGIN RETURN (SELECT sum(n) FROM stock); END $$;",
	  "ALTER TABLE stock RENAME TO inventory;",
	  "a call of \"public.stock_sum()\" fails: relation \"stock\" does not exist" },
	/* A cached plan of an open session for another type is not a fault of the migration. */
	{ "CREATE TABLE parcel (id serial PRIMARY KEY, zip int, far bool); CREATE FUNCTION is_far() RETURNS trigger"
	  " LANGUAGE plpgsql AS $$ BEGIN NEW.far := NEW.zip > 9000; RETURN NEW; END $$;"
	  "CREATE TRIGGER is_far BEFORE INSERT ON parcel FOR EACH ROW EXECUTE FUNCTION is_far();",
	  "ALTER TABLE parcel ALTER zip TYPE bigint;", NULL },
	{ "CREATE TABLE parcel (id serial PRIMARY KEY, zip int, far bool); CREATE FUNCTION is_far() RETURNS trigger"
	  " LANGUAGE plpgsql AS $$ BEGIN NEW.far := NEW.zip > 9000; RETURN NEW; END $$;"
	  "CREATE TRIGGER is_far BEFORE INSERT ON parcel FOR EACH ROW EXECUTE FUNCTION is_far();",
	  "ALTER TABLE parcel ALTER zip TYPE text;", "operator does not exist: text > integer" },
	/* Another function of the name, which the call does not fit; see also an_overload_makes_a_call_unclear. */
	{ "CREATE FUNCTION fee(int, bool DEFAULT true) RETURNS int LANGUAGE sql AS 'SELECT $1';"
	  "CREATE TABLE bill (id serial PRIMARY KEY, fee int); CREATE FUNCTION put_fee() RETURNS trigger LANGUAGE "
	  "plpgsql AS"
	  " $$ BEGIN NEW.fee := fee(1); RETURN NEW; END $$;"
	  "CREATE TRIGGER put_fee BEFORE INSERT ON bill FOR EACH ROW EXECUTE FUNCTION put_fee();",
	  "CREATE FUNCTION fee(text) RETURNS int LANGUAGE sql AS 'SELECT 1';", NULL },
	/* A default that a new check, or the partitions, refuse. */
	{ "CREATE TABLE line (id serial PRIMARY KEY, sku text NOT NULL, qty int NOT NULL DEFAULT 0);",
	  "ALTER TABLE line ADD CONSTRAINT qty_positive CHECK (qty > 0) NOT VALID;",
	  "an INSERT that leaves defaults to \"public.line\" fails: new row for relation \"line\" violates check" },
	{ "CREATE TABLE line (id serial PRIMARY KEY, sku text NOT NULL, qty int NOT NULL DEFAULT 0);",
	  "ALTER TABLE line ALTER qty SET DEFAULT 1, ADD CONSTRAINT qty_positive CHECK (qty > 0) NOT VALID;", NULL },
	{ "CREATE TABLE line (id serial PRIMARY KEY, sku text NOT NULL, qty int NOT NULL DEFAULT 0);",
	  "CREATE TABLE part (id serial PRIMARY KEY, n int NOT NULL DEFAULT 0 CHECK (n > 0));", NULL },
	{ "CREATE TABLE visit (id int, at date NOT NULL DEFAULT '2024-01-01');",
	  "ALTER TABLE visit RENAME TO visit_old; CREATE TABLE visit (id int, at date NOT NULL DEFAULT '2024-01-01')"
	  " PARTITION BY RANGE (at); CREATE TABLE visit_2023 PARTITION OF visit FOR VALUES FROM ('2023-01-01') TO"
	  " ('2024-01-01');",
	  "an INSERT that leaves defaults to \"public.visit\" fails: no partition of relation \"visit\" found for "
	  "row" },
	{ "CREATE TABLE visit (id int, at date NOT NULL DEFAULT '2024-01-01');",
	  "ALTER TABLE visit RENAME TO visit_old; CREATE TABLE visit (id int, at date NOT NULL DEFAULT '2024-01-01')"
	  " PARTITION BY RANGE (at); CREATE TABLE visit_all PARTITION OF visit DEFAULT;",
	  NULL },
	/* Rows that point to one that goes. */
	{ "CREATE TABLE album (id int PRIMARY KEY); CREATE TABLE track (id int PRIMARY KEY, album int CONSTRAINT k"
	  " REFERENCES album ON DELETE CASCADE);",
	  "ALTER TABLE track DROP CONSTRAINT k, ADD FOREIGN KEY (album) REFERENCES album;",
	  "a DELETE from \"public.album\" fails where rows of \"public.track\" point to it: foreign key "
	  "\"track_album_fkey\" was ON DELETE CASCADE, and refuses it now" },
	{ "CREATE TABLE album (id int PRIMARY KEY); CREATE TABLE track (id int PRIMARY KEY, album int CONSTRAINT k"
	  " REFERENCES album ON DELETE CASCADE);",
	  "ALTER TABLE track DROP CONSTRAINT k, ADD FOREIGN KEY (album) REFERENCES album ON DELETE SET NULL;", NULL },
	{ "CREATE TABLE album (id int PRIMARY KEY); CREATE TABLE track (id int PRIMARY KEY, album int CONSTRAINT k"
	  " REFERENCES album ON DELETE SET NULL);",
	  "UPDATE track SET album = (SELECT min(id) FROM album); ALTER TABLE track ALTER album SET NOT NULL;",
	  "foreign key \"k\" sets \"album\" to NULL, and the column takes none now" },
	{ "CREATE TABLE album (id int PRIMARY KEY); CREATE TABLE track (id int PRIMARY KEY, album int NOT NULL"
	  " REFERENCES album ON DELETE SET NULL);",
	  "ALTER TABLE track ADD name text;", NULL },
	/* A default that is gone. */
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text);", "DROP SEQUENCE t_id_seq CASCADE;",
	  "an INSERT into \"public.t\" that leaves \"id\" out fails: the column has lost its default" },
	{ "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text);",
	  "CREATE TABLE u AS SELECT * FROM t; DROP TABLE t; ALTER TABLE u RENAME TO t;",
	  "an INSERT into \"public.t\" that leaves \"id\" out puts NULL there" },
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text);",
	  "DROP SEQUENCE t_id_seq CASCADE; CREATE SEQUENCE t_ids START 1000; ALTER TABLE t ALTER id SET DEFAULT "
	  "nextval('t_ids');",
	  NULL },
	{ "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL DEFAULT 'x');", "ALTER TABLE t ALTER a DROP DEFAULT;",
	  NULL },
	{ "CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL DEFAULT 'x');",
	  "ALTER TABLE t RENAME a TO b; ALTER TABLE t ALTER b TYPE varchar;", NULL },
	{ "CREATE DOMAIN level AS int; CREATE TABLE t (id serial PRIMARY KEY, l level NOT NULL DEFAULT 0);",
	  "UPDATE t SET l = 3; ALTER DOMAIN level ADD CHECK (VALUE BETWEEN 1 AND 5);",
	  "an INSERT that leaves defaults to \"public.t\" fails" },
	{ "CREATE DOMAIN level AS int; CREATE TABLE t (id serial PRIMARY KEY, l level NOT NULL DEFAULT 0);",
	  "ALTER TABLE t ALTER l SET DEFAULT 1; UPDATE t SET l = 3; ALTER DOMAIN level ADD CHECK (VALUE BETWEEN 1 AND "
	  "5);",
	  NULL },
	/* A view that somebody writes to. */
	{ TOUCHED
	  "CREATE VIEW names AS SELECT DISTINCT name FROM acct; CREATE FUNCTION new_name() RETURNS trigger LANGUAGE"
	  " plpgsql AS $$ BEGIN INSERT INTO acct (name) VALUES (NEW.name); RETURN NEW; END $$; CREATE TRIGGER n"
	  " INSTEAD OF INSERT ON names FOR EACH ROW EXECUTE FUNCTION new_name();",
	  "DROP VIEW names; CREATE VIEW names AS SELECT DISTINCT name, id FROM acct;",
	  "writing to \"public.names\" fails: the view is not simple, and has no INSTEAD OF trigger" },
	{ TOUCHED "CREATE VIEW names AS SELECT name FROM acct;",
	  "DROP VIEW names; CREATE VIEW names AS SELECT DISTINCT name, id FROM acct;", NULL },
	/* A view in the place of a table, which has another name now. */
	{ SOLD "CREATE TABLE kind (id serial PRIMARY KEY, name text, gone boolean);",
	  "ALTER TABLE kind RENAME TO kinds; CREATE VIEW kind AS SELECT name FROM kinds WHERE NOT gone GROUP BY name;",
	  "writing to \"public.kind\" fails: the view is not simple, and has no INSTEAD OF trigger" },
	{ SOLD "CREATE TABLE kind (id serial PRIMARY KEY, name text, gone boolean);",
	  "ALTER TABLE kind RENAME TO kinds; CREATE VIEW kind AS SELECT name FROM kinds WHERE NOT gone;", NULL },
	{ SOLD "CREATE TABLE kind (id serial PRIMARY KEY, name text, gone boolean);",
	  "DROP TABLE kind; CREATE VIEW kind AS SELECT day FROM sale GROUP BY day;", NULL },
	/* A sequence behind the rows. */
	{ "", "CREATE TABLE plan (id serial PRIMARY KEY, name text); INSERT INTO plan VALUES (1, 'free');",
	  "setval(pg_get_serial_sequence('public.plan', 'id'), (SELECT max(id) FROM public.plan))" },
	{ "",
	  "CREATE TABLE plan (id serial PRIMARY KEY, name text); INSERT INTO plan VALUES (1, 'free');"
	  "SELECT setval('plan_id_seq', 1);",
	  NULL },
	{ "", "CREATE TABLE plan (id serial PRIMARY KEY, name text); INSERT INTO plan (name) VALUES ('free');", NULL },
	{ "CREATE TABLE old (id serial PRIMARY KEY, name text NOT NULL);",
	  "CREATE TABLE new (id bigserial PRIMARY KEY, name text NOT NULL); INSERT INTO new SELECT * FROM old; DROP "
	  "TABLE old;"
	  "ALTER TABLE new RENAME TO old;",
	  "duplicate key value violates unique constraint" },
	{ "CREATE TABLE old (id int PRIMARY KEY, name text NOT NULL);",
	  "ALTER TABLE old ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;", "duplicate key value" },
	{ "CREATE TABLE old (id int PRIMARY KEY, name text NOT NULL);",
	  "ALTER TABLE old ALTER id ADD GENERATED BY DEFAULT AS IDENTITY; SELECT setval(pg_get_serial_sequence('old', "
	  "'id'),"
	  " (SELECT max(id) FROM old));",
	  NULL },
	/* Views. */
	{ SOLD,
	  "DROP MATERIALIZED VIEW days; CREATE MATERIALIZED VIEW days AS SELECT day, count(*) AS n FROM sale GROUP BY "
	  "day WITH"
	  " NO DATA; CREATE UNIQUE INDEX days_day ON days (day);",
	  "reading \"public.days\" fails: materialized view \"days\" has not been populated" },
	{ SOLD, "DROP INDEX days_day;",
	  "REFRESH MATERIALIZED VIEW CONCURRENTLY \"public.days\" fails: cannot refresh materialized view" },
	{ SOLD, "DROP INDEX days_day; CREATE UNIQUE INDEX days_day2 ON days (day);", NULL },
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text); CREATE VIEW v AS SELECT id, a FROM t;"
	  "CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN UPDATE t SET a = NEW.a WHERE id = NEW.id; RETURN NEW; END $$;"
	  "CREATE TRIGGER put INSTEAD OF UPDATE ON v FOR EACH ROW EXECUTE FUNCTION put();",
	  "ALTER TABLE t RENAME a TO b;",
	  "an UPDATE of \"public.v\" fails: column \"a\" of relation \"t\" does not exist" },
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text); CREATE VIEW v AS SELECT id, a FROM t;",
	  "CREATE OR REPLACE VIEW v AS SELECT DISTINCT id, a FROM t;", NULL },
	/* A publication needs to know which row it was. */
	{ "CREATE PUBLICATION p FOR ALL TABLES;", "CREATE TABLE t (a int); INSERT INTO t VALUES (1);",
	  "an UPDATE of \"public.t\" fails: cannot update table \"t\" because it does not have a replica identity" },
	{ "CREATE PUBLICATION p FOR ALL TABLES;",
	  "CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t REPLICA IDENTITY FULL;", NULL },
	/* Our own work leaves nothing that a migration could stumble over. */
	{ "CREATE TABLE t (id serial PRIMARY KEY);", "DROP EXTENSION plpgsql; CREATE EXTENSION plpgsql;", NULL },
	{ "CREATE TABLE t (id serial PRIMARY KEY);",
	  "DO $$ DECLARE n int := (SELECT count(*) FROM pg_proc WHERE oid >= 16384); BEGIN ASSERT n = 0; END $$;",
	  NULL },
	/* Intended refusals. */
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL);",
	  "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append only'; END $$;"
	  "CREATE TRIGGER no BEFORE UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION no();",
	  NULL },
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL);",
	  "ALTER TABLE t ADD who text; CREATE FUNCTION who() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN NEW.who := current_setting('app.who'); RETURN NEW; END $$;"
	  "CREATE TRIGGER who BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION who();",
	  NULL },
	{ "CREATE TABLE t (id serial PRIMARY KEY, a text NOT NULL, n int UNIQUE);",
	  "ALTER TABLE t ADD CHECK (a <> 'x') NOT VALID; ALTER TABLE t ADD b text; ALTER TABLE t ADD c int NOT NULL "
	  "DEFAULT 3;",
	  NULL },
	{ "CREATE TABLE t (id uuid PRIMARY KEY, a text UNIQUE, r int4range, EXCLUDE USING gist (r WITH &&));"
	  "CREATE TABLE k (id serial PRIMARY KEY, t uuid NOT NULL REFERENCES t, p int REFERENCES k);",
	  "CREATE INDEX k_t ON k (t); CREATE INDEX t_lower ON t (lower(a));", NULL },
	{ "CREATE TABLE p (a int, b text, PRIMARY KEY (a)) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR "
	  "VALUES"
	  " FROM (0) TO (100);",
	  "ALTER TABLE p ADD c text;", NULL },
	{ "CREATE SCHEMA app; CREATE TABLE app.names (n text); CREATE TABLE app.t (id serial PRIMARY KEY, a text);",
	  "CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO names VALUES (NEW.a); "
	  "RETURN NEW;"
	  " END $$; CREATE TRIGGER f AFTER INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.f();",
	  NULL },
};

static void
working_writes_are_tried_again(void **state)
{
	(void)state;
	run_rows(rows, G_N_ELEMENTS(rows));
}

static void
a_failure_stands_at_its_statement_and_can_be_accepted(void **state)
{
	static const Row row = { TOUCHED, "SELECT 1;\nALTER TABLE acct RENAME updated_at TO changed_at;\nSELECT 2;",
		                 NULL };
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_autoptr(ReportCase) found = run(&row, NULL, writes);
	g_autoptr(CheckWrites) others = check_writes_new();
	g_autoptr(ReportCase) accepted = run(&row, "nobody writes it", others);

	(void)state;
	assert_int_equal(found->status, REPORT_FAILED);
	assert_int_equal(found->position.line, 2);
	assert_non_null(strstr(found->details, "before the migration it worked"));
	assert_non_null(strstr(found->details, "hint: change the function in the same migration"));
	assert_int_equal(accepted->status, REPORT_PASSED);
	assert_non_null(strstr(accepted->notes, "declared under \"changes\" (nobody writes it)"));
}

static void
a_new_materialized_view_without_data_waits_for_whoever_fills_it(void **state)
{
	static const Row row = { "CREATE TABLE t (a int);",
		                 "CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA;", NULL };
	static const Row filled = {
		"CREATE TABLE t (a int);",
		"CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA; REFRESH MATERIALIZED VIEW m;", NULL
	};
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_autoptr(CheckWrites) others = check_writes_new();
	g_autoptr(ReportCase) found = run(&row, NULL, writes);
	g_autoptr(ReportCase) good = run(&filled, NULL, others);
	g_autofree char *unfilled = check_writes_describe_unfilled(writes);

	(void)state;
	assert_int_equal(found->status, REPORT_PASSED);
	assert_int_equal(good->status, REPORT_PASSED);
	assert_non_null(
	    strstr(unfilled, "materialized view \"public.m\" cannot be read: \"2.sql\" makes it WITH NO DATA"));
	assert_null(check_writes_describe_unfilled(others));
}

/* True when the server could check functions. */
static bool
overload_is_found(void)
{
	static const Row unclear = {
		"CREATE FUNCTION fee(int, bool DEFAULT true) RETURNS int LANGUAGE sql AS 'SELECT $1';"
		"CREATE TABLE bill (id serial PRIMARY KEY, fee int); CREATE FUNCTION put_fee() RETURNS trigger "
		"LANGUAGE "
		"plpgsql AS $$ BEGIN NEW.fee := fee(1); RETURN NEW; END $$;"
		"CREATE TRIGGER put_fee BEFORE INSERT ON bill FOR EACH ROW EXECUTE FUNCTION put_fee();",
		"CREATE FUNCTION fee(int, numeric DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT $1';",
		"function fee(integer) is not unique"
	};
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_autoptr(ReportCase) found = run(&unclear, NULL, writes);

	if (check_writes_functions_state(writes) == CHECK_FUNCTIONS_MISSING)
		return false;
	assert_int_equal(found->status, REPORT_FAILED);
	assert_non_null(strstr(found->details, unclear.problem));
	return true;
}

/* The plans of an open session stay as they are, so that only plpgsql_check sees it. */
static void
an_overload_makes_a_call_unclear(void **state)
{
	(void)state;
	if (overload_is_found())
		return;
	print_message("not tested: this server has no plpgsql_check\n");
	skip();
}

/* A branch that no row reaches is seen by plpgsql_check only. */
static void
a_function_is_checked_where_the_server_can(void **state)
{
#define BRANCH                                                                                                         \
	TOUCHED "CREATE FUNCTION rare(int) RETURNS text LANGUAGE plpgsql AS"                                           \
		" $$ BEGIN IF $1 = 4711 THEN RETURN (SELECT name FROM acct LIMIT 1); END IF; RETURN ''; END $$;"       \
		"CREATE FUNCTION own() RETURNS int LANGUAGE plpgsql AS"                                                \
		" $$ BEGIN CREATE TEMP TABLE tmp AS SELECT 1 AS name; RETURN (SELECT name FROM tmp); END $$;"
	static const Row broken = { BRANCH, "ALTER TABLE acct RENAME name TO title;", NULL };
	static const Row mended = {
		BRANCH,
		"ALTER TABLE acct RENAME name TO title; CREATE OR REPLACE FUNCTION rare(int) RETURNS text"
		" LANGUAGE plpgsql AS $$ BEGIN IF $1 = 4711 THEN RETURN (SELECT title FROM acct LIMIT 1); END IF;"
		" RETURN ''; END $$;",
		NULL
	};
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_autoptr(CheckWrites) others = check_writes_new();
	g_autoptr(ReportCase) found = run(&broken, NULL, writes);
	g_autoptr(ReportCase) good = run(&mended, NULL, others);

	(void)state;
	assert_int_equal(good->status, REPORT_PASSED);
	if (check_writes_functions_state(writes) == CHECK_FUNCTIONS_MISSING) {
		assert_int_equal(found->status, REPORT_PASSED);
		return;
	}
	assert_int_equal(found->status, REPORT_FAILED);
	assert_non_null(
	    strstr(found->message, "function \"rare(integer)\" cannot work: column \"name\" does not exist"));
}

/* The place is the statement that makes the function, and else the one with what is missing. */
static void
a_function_has_its_place(void **state)
{
	static const Row made = {
		TOUCHED "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1';",
		"ALTER TABLE acct ADD note text;\n"
		"CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF new.id = 4711 THEN"
		" DELETE FROM gone; END IF; RETURN new; END $$;\n"
		"CREATE TRIGGER log_it AFTER INSERT ON acct FOR EACH ROW EXECUTE FUNCTION log_it();",
		NULL
	};
	static const Row renamed = { BRANCH,
		                     "ALTER TABLE acct ADD note text;\nALTER TABLE acct RENAME name TO title;\n"
		                     "ALTER TABLE acct ALTER note SET DEFAULT '';",
		                     NULL };
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_autoptr(CheckWrites) others = check_writes_new();
	g_autoptr(ReportCase) new = run(&made, NULL, writes);
	g_autoptr(ReportCase) old = run(&renamed, NULL, others);

	(void)state;
	if (check_writes_functions_state(writes) == CHECK_FUNCTIONS_MISSING)
		return;
	assert_non_null(strstr(new->message, "function \"log_it()\" cannot work"));
	assert_int_equal(new->position.line, 2);
	assert_int_equal(old->position.line, 2);
}

/* A trigger's function reads the transition tables under the names that the trigger gives them. */
static void
a_trigger_function_knows_its_transition_tables(void **state)
{
#define LOGGED                                                                                                         \
	"CREATE TABLE part (id serial PRIMARY KEY, name text); CREATE TABLE part_log (name text);"                     \
	"CREATE FUNCTION log_parts() RETURNS trigger LANGUAGE plpgsql AS"                                              \
	" $$ BEGIN INSERT INTO part_log SELECT name FROM gone; RETURN NULL; END $$;"
	static const Row right = { LOGGED,
		                   "CREATE TRIGGER log_parts AFTER DELETE ON part REFERENCING OLD TABLE AS gone"
		                   " FOR EACH STATEMENT EXECUTE FUNCTION log_parts();",
		                   NULL };
	static const Row wrong = { LOGGED,
		                   "CREATE TRIGGER log_parts AFTER DELETE ON part REFERENCING OLD TABLE AS lost"
		                   " FOR EACH STATEMENT EXECUTE FUNCTION log_parts();",
		                   NULL };
	g_autoptr(CheckWrites) writes = check_writes_new();
	g_autoptr(CheckWrites) others = check_writes_new();
	g_autoptr(ReportCase) good = run(&right, NULL, writes);
	g_autoptr(ReportCase) found = run(&wrong, NULL, others);

	(void)state;
	assert_int_equal(good->status, REPORT_PASSED);
	if (check_writes_functions_state(others) == CHECK_FUNCTIONS_MISSING)
		return;
	assert_int_equal(found->status, REPORT_FAILED);
	assert_non_null(strstr(found->message, "relation \"gone\" does not exist"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(working_writes_are_tried_again),
		cmocka_unit_test(a_failure_stands_at_its_statement_and_can_be_accepted),
		cmocka_unit_test(an_overload_makes_a_call_unclear),
		cmocka_unit_test(a_function_is_checked_where_the_server_can),
		cmocka_unit_test(a_function_has_its_place),
		cmocka_unit_test(a_trigger_function_knows_its_transition_tables),
		cmocka_unit_test(a_new_materialized_view_without_data_waits_for_whoever_fills_it),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
