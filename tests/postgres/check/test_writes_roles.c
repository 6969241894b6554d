#include "support_writes.h"

/* Roles stand for the whole server. */
#define AS_APP                                                                                                         \
	"DO $$ BEGIN CREATE ROLE pgassay_writes_app; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"               \
	"CREATE TABLE n (id serial PRIMARY KEY, owner text NOT NULL, body text); CREATE VIEW short AS SELECT id, "     \
	"owner "                                                                                                       \
	"FROM n; GRANT SELECT, INSERT, UPDATE, DELETE ON n TO pgassay_writes_app; GRANT SELECT ON short TO "           \
	"pgassay_writes_app;"                                                                                          \
	"GRANT USAGE ON SEQUENCE n_id_seq TO pgassay_writes_app;"
#define SECURED                                                                                                        \
	AS_APP "ALTER TABLE n ENABLE ROW LEVEL SECURITY; CREATE FUNCTION mine(text) RETURNS boolean LANGUAGE plpgsql " \
	       "AS"                                                                                                    \
	       " $$ BEGIN RETURN $1 IS NOT NULL; END $$; CREATE POLICY p ON n USING (mine(owner)) WITH CHECK "         \
	       "(mine(owner));"
#define HELPED                                                                                                         \
	AS_APP "CREATE FUNCTION first_letters(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT left($1, 3)';"      \
	       "CREATE FUNCTION shorten() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := "                   \
	       "public.first_letters(NEW.body); RETURN NEW; END $$;"                                                   \
	       "CREATE TRIGGER shorten BEFORE INSERT ON n FOR EACH ROW EXECUTE FUNCTION shorten();"
#define TOTALS                                                                                                         \
	"CREATE TABLE item (id int PRIMARY KEY, price int); CREATE FUNCTION total(p_from int, p_to int) RETURNS "      \
	"bigint"                                                                                                       \
	" LANGUAGE sql AS 'SELECT sum(price) FROM item WHERE id BETWEEN $1 AND $2';"

static const Row role_rows[] = {
	/* As the roles that are granted something. */
	{ AS_APP, "DROP VIEW short; CREATE VIEW short AS SELECT id, owner, body FROM n;",
	  "reading \"public.short\" as role \"pgassay_writes_app\" fails: role \"pgassay_writes_app\" has no "
	  "privilege" },
	{ AS_APP,
	  "DROP VIEW short; CREATE VIEW short AS SELECT id, owner, body FROM n; GRANT SELECT ON short TO "
	  "pgassay_writes_app;",
	  NULL },
	{ AS_APP, "REVOKE SELECT ON short FROM pgassay_writes_app;", NULL },
	/* A function that a trigger's function calls; it was planned as the owner, who may call it. */
	{ HELPED, "REVOKE EXECUTE ON FUNCTION first_letters(text) FROM PUBLIC;",
	  "an INSERT into \"public.n\" as role \"pgassay_writes_app\" fails: permission denied for function "
	  "first_letters" },
	{ HELPED,
	  "REVOKE EXECUTE ON FUNCTION first_letters(text) FROM PUBLIC; GRANT EXECUTE ON FUNCTION first_letters(text) "
	  "TO "
	  "pgassay_writes_app;",
	  NULL },
	{ HELPED "REVOKE EXECUTE ON FUNCTION first_letters(text) FROM PUBLIC;",
	  "ALTER TABLE n ADD more int; ALTER FUNCTION first_letters(text) COST 10;", NULL },
	/* Row security that nobody gets past. */
	{ AS_APP, "ALTER TABLE n ENABLE ROW LEVEL SECURITY;",
	  "reading \"public.n\" as role \"pgassay_writes_app\" fails: row security is on, and no policy lets role" },
	{ AS_APP, "ALTER TABLE n ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON n USING (owner = current_user);", NULL },
	{ AS_APP, "ALTER TABLE n ENABLE ROW LEVEL SECURITY; REVOKE ALL ON n FROM pgassay_writes_app;", NULL },
	{ AS_APP "ALTER TABLE n ENABLE ROW LEVEL SECURITY;", "ALTER TABLE n ADD more int;", NULL },
	{ AS_APP
	  "DO $$ BEGIN CREATE ROLE pgassay_writes_all BYPASSRLS; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
	  "GRANT ALL ON n TO pgassay_writes_all;",
	  "ALTER TABLE n ENABLE ROW LEVEL SECURITY; REVOKE ALL ON n FROM pgassay_writes_all; GRANT ALL ON n TO "
	  "pgassay_writes_all;",
	  NULL },
	{ AS_APP,
	  "CREATE TABLE log (t text); CREATE FUNCTION l() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NULL; END $$;"
	  "CREATE TRIGGER l AFTER INSERT OR UPDATE ON n FOR EACH ROW EXECUTE FUNCTION l();",
	  "an INSERT into \"public.n\" as role \"pgassay_writes_app\" fails: permission denied for table log" },
	{ AS_APP,
	  "CREATE TABLE log (t text); CREATE FUNCTION l() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS"
	  " $$ BEGIN INSERT INTO public.log VALUES (TG_OP); RETURN NULL; END $$;"
	  "CREATE TRIGGER l AFTER INSERT OR UPDATE ON n FOR EACH ROW EXECUTE FUNCTION l();",
	  NULL },
	{ AS_APP, "CREATE SEQUENCE s; ALTER TABLE n ALTER id SET DEFAULT nextval('s') + 1000;",
	  "as role \"pgassay_writes_app\" fails: permission denied for sequence s" },
	{ AS_APP,
	  "CREATE SEQUENCE s; ALTER TABLE n ALTER id SET DEFAULT nextval('s') + 1000; GRANT USAGE ON SEQUENCE s TO "
	  "pgassay_writes_app;",
	  NULL },
	{ SECURED, "DROP POLICY p ON n; CREATE POLICY p ON n USING (owner IN (SELECT owner FROM n));",
	  "infinite recursion detected in policy for relation" },
	{ SECURED, "DROP POLICY p ON n; CREATE POLICY p ON n USING (owner = current_setting('app.owner', true));",
	  NULL },
	{ SECURED,
	  "CREATE OR REPLACE FUNCTION mine(text) RETURNS boolean LANGUAGE plpgsql AS"
	  " $$ BEGIN RETURN EXISTS (SELECT FROM members); END $$;",
	  "as role \"pgassay_writes_app\" fails: relation \"members\" does not exist" },
	/* A sequence that comes to a number of a row before long. */
	{ "CREATE TABLE plan (id serial PRIMARY KEY, name text);",
	  "INSERT INTO plan VALUES (100, 'free'), (101, 'team');",
	  "the sequence of \"id\" stands at 12, and a row has 101" },
	{ "CREATE TABLE plan (id serial PRIMARY KEY, name text);",
	  "INSERT INTO plan VALUES (100, 'free'), (101, 'team'); SELECT setval('plan_id_seq', 101);", NULL },
	{ "CREATE TABLE plan (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text);",
	  "INSERT INTO plan VALUES (100, 'free');", "setval(pg_get_serial_sequence('public.plan', 'id')" },
	{ "CREATE TABLE plan (id serial PRIMARY KEY, name text);", "INSERT INTO plan VALUES (1000000, 'system');",
	  NULL },
	{ "CREATE TABLE plan (id serial PRIMARY KEY, name text); INSERT INTO plan VALUES (100, 'free');",
	  "ALTER TABLE plan ADD price int; INSERT INTO plan (name) VALUES ('team');", NULL },
	/* Functions. */
	{ TOTALS, "ALTER TABLE item RENAME price TO cents;",
	  "a call of \"public.total(p_from integer, p_to integer)\" fails: column \"price\" does not exist" },
	{ TOTALS,
	  "ALTER TABLE item RENAME price TO cents; CREATE OR REPLACE FUNCTION total(p_from int, p_to int) RETURNS "
	  "bigint"
	  " LANGUAGE sql AS 'SELECT sum(cents) FROM item WHERE id BETWEEN $1 AND $2';",
	  NULL },
	{ TOTALS, "ALTER TABLE item RENAME price TO cents; DROP FUNCTION total(int, int);", NULL },
	{ TOTALS,
	  "CREATE FUNCTION later() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT n FROM not_yet); END $$;",
	  NULL },
	{ "CREATE TABLE item (id serial PRIMARY KEY); CREATE FUNCTION add() RETURNS int LANGUAGE sql AS"
	  " 'INSERT INTO item DEFAULT VALUES RETURNING id'; SELECT add();",
	  "ALTER TABLE item ADD v int;", NULL },
};

/* A function that somebody was granted by name. */
#define ASKED                                                                                                          \
	"DO $$ BEGIN CREATE ROLE pgassay_writes_ask; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"               \
	"CREATE TABLE secret (id serial PRIMARY KEY, v text); CREATE FUNCTION ask() RETURNS bigint LANGUAGE sql"       \
	" SECURITY DEFINER SET search_path = public AS 'SELECT count(*) FROM secret';"                                 \
	"REVOKE EXECUTE ON FUNCTION ask() FROM public; GRANT EXECUTE ON FUNCTION ask() TO pgassay_writes_ask;"

static const Row granted_rows[] = {
	{ ASKED,
	  "CREATE OR REPLACE FUNCTION ask() RETURNS bigint LANGUAGE sql SET search_path = public AS"
	  " 'SELECT count(*) FROM secret';",
	  "a call of \"public.ask()\" as role \"pgassay_writes_ask\" fails: permission denied for table secret" },
	{ ASKED,
	  "CREATE OR REPLACE FUNCTION ask() RETURNS bigint LANGUAGE sql SET search_path = public AS"
	  " 'SELECT count(*) FROM secret'; GRANT SELECT ON secret TO pgassay_writes_ask;",
	  NULL },
	{ ASKED "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM public;",
	  "DROP FUNCTION ask(); CREATE FUNCTION ask() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS"
	  " 'SELECT count(*) FROM public.secret';",
	  "GRANT EXECUTE ON FUNCTION public.ask() TO pgassay_writes_ask" },
	{ ASKED "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM public;",
	  "DROP FUNCTION ask(); CREATE FUNCTION ask() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS"
	  " 'SELECT count(*) FROM public.secret'; GRANT EXECUTE ON FUNCTION ask() TO pgassay_writes_ask;",
	  NULL },
	{ ASKED, "REVOKE EXECUTE ON FUNCTION ask() FROM pgassay_writes_ask;", NULL },
};

/* A row that is silently dropped. */
#define TRIMMED                                                                                                        \
	"CREATE TABLE tag (id serial PRIMARY KEY, name text); CREATE FUNCTION trim_tag() RETURNS trigger LANGUAGE"     \
	" plpgsql AS $$ BEGIN NEW.name := trim(NEW.name); RETURN NEW; END $$;"                                         \
	"CREATE TRIGGER trim_tag BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION trim_tag();"

static const Row swallowed_rows[] = {
	{ TRIMMED,
	  "CREATE OR REPLACE FUNCTION trim_tag() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN NEW.name := trim(NEW.name); RETURN NULL; END $$;",
	  "an INSERT into \"public.tag\" fails: it puts no row there" },
	{ TRIMMED,
	  "CREATE OR REPLACE FUNCTION trim_tag() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN NEW.name := lower(NEW.name); RETURN NEW; END $$;",
	  NULL },
	{ "CREATE TABLE tag (id serial PRIMARY KEY, name text);",
	  "CREATE RULE no AS ON INSERT TO tag DO INSTEAD NOTHING;",
	  "an INSERT into \"public.tag\" fails: it puts no row there" },
	/* It is there already, or somewhere below the table. */
	{ "CREATE TABLE tag (id serial PRIMARY KEY, name text);",
	  "CREATE FUNCTION once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM tag t WHERE "
	  "t.name"
	  " IS NOT DISTINCT FROM NEW.name) THEN RETURN NULL; END IF; RETURN NEW; END $$;"
	  "CREATE TRIGGER once BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION once();",
	  NULL },
	{ "CREATE TABLE tag (id serial, name text); CREATE TABLE tag_all () INHERITS (tag);",
	  "CREATE FUNCTION below() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN INSERT INTO tag_all VALUES (NEW.*); RETURN NULL; END $$;"
	  "CREATE TRIGGER below BEFORE INSERT ON tag FOR EACH ROW EXECUTE FUNCTION below();",
	  NULL },
	{ "CREATE TABLE tag (id serial PRIMARY KEY, name text, gone boolean);",
	  "CREATE FUNCTION hide() RETURNS trigger LANGUAGE plpgsql AS"
	  " $$ BEGIN UPDATE tag SET gone = true WHERE id = OLD.id; RETURN NULL; END $$;"
	  "CREATE TRIGGER hide BEFORE DELETE ON tag FOR EACH ROW EXECUTE FUNCTION hide();",
	  NULL },
	/* A view is not written to where its table always gives the number itself. */
	{ "CREATE TABLE tag (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);",
	  "CREATE VIEW tags AS SELECT id, name FROM tag; CREATE VIEW numbers AS SELECT id FROM tag;"
	  "CREATE VIEW other AS SELECT id AS n, name FROM tag;",
	  NULL },
};

static void
roles_and_functions_are_tried_too(void **state)
{
	(void)state;
	run_rows(role_rows, G_N_ELEMENTS(role_rows));
}

static void
functions_are_called_by_whom_they_were_granted_to(void **state)
{
	(void)state;
	run_rows(granted_rows, G_N_ELEMENTS(granted_rows));
}

static void
a_row_that_nobody_takes_is_missed(void **state)
{
	(void)state;
	run_rows(swallowed_rows, G_N_ELEMENTS(swallowed_rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_and_functions_are_tried_too),
		cmocka_unit_test(functions_are_called_by_whom_they_were_granted_to),
		cmocka_unit_test(a_row_that_nobody_takes_is_missed),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
