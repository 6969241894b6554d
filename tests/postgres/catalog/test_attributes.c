/* Every attribute of every class: a change to it, and to nothing else, is a difference of that one attribute. */
#include "attributes.h"

#define RECREATE_TRIGGER(text) "DROP TRIGGER jobs_trigger ON kb.jobs; CREATE TRIGGER jobs_trigger " text

#define RECREATE_CONSTRAINT(name, text)                                                                                \
	"ALTER TABLE kb.jobs DROP CONSTRAINT " name "; ALTER TABLE kb.jobs ADD CONSTRAINT " name " " text

#define RECREATE_INDEX(text) "DROP INDEX kb.jobs_index; CREATE " text

static const Row schema_rows[] = {
	{ "CREATE SCHEMA other", "schema \"other\" is unexpected" },
	{ "CREATE SCHEMA other; CREATE TABLE other.t (id integer PRIMARY KEY); CREATE TYPE other.e AS ENUM ('a')",
	  "schema \"other\" is unexpected" },
	{ "DROP SCHEMA kb CASCADE", "schema \"kb\" is missing" },
	{ "CREATE EXTENSION hstore SCHEMA kb", "extension \"hstore\" is unexpected" },
};

static const Row enum_rows[] = {
	{ "ALTER TYPE kb.status ADD VALUE 'old' BEFORE 'new'", "enum \"kb.status\": labels was [new, do\"ne, it's], is "
	                                                       "[old, new, do\"ne, it's]" },
};

static const Row sequence_rows[] = {
	{ "ALTER SEQUENCE kb.numbers AS integer",
	  "sequence \"kb.numbers\": type was \"bigint\", is \"integer\"\n"
	  "sequence \"kb.numbers\": maximum was 9223372036854775807, is 2147483647" },
	{ "ALTER SEQUENCE kb.numbers START 2", "sequence \"kb.numbers\": start was 1, is 2" },
	{ "ALTER SEQUENCE kb.numbers MINVALUE -5", "sequence \"kb.numbers\": minimum was 1, is -5" },
	{ "ALTER SEQUENCE kb.numbers MAXVALUE 99", "sequence \"kb.numbers\": maximum was 9223372036854775807, is 99" },
	{ "ALTER SEQUENCE kb.numbers INCREMENT 3", "sequence \"kb.numbers\": increment was 1, is 3" },
	{ "ALTER SEQUENCE kb.numbers CACHE 7", "sequence \"kb.numbers\": cache was 1, is 7" },
	{ "ALTER SEQUENCE kb.numbers CYCLE", "sequence \"kb.numbers\": cycle was false, is true" },
	{ "ALTER SEQUENCE kb.numbers OWNED BY kb.jobs.size",
	  "sequence \"kb.numbers\": owned_by was absent, is \"kb.jobs.size\"" },
	{ "ALTER TABLE kb.jobs ALTER id DROP IDENTITY", "sequence \"kb.jobs_id_seq\" is missing\n"
	                                                "column \"kb.jobs.id\": identity was \"always\", is absent" },
};

static const Row function_rows[] = {
	{ "DROP FUNCTION kb.add; CREATE PROCEDURE kb.add(a integer, b integer DEFAULT 1) LANGUAGE sql AS 'SELECT a + "
	  "b'",
	  "function \"kb.add(integer, integer)\": kind was \"function\", is \"procedure\"\n"
	  "function \"kb.add(integer, integer)\": returns was \"integer\", is absent\n"
	  "function \"kb.add(integer, integer)\": strict was false, is absent\n"
	  "function \"kb.add(integer, integer)\": leakproof was false, is absent\n"
	  "function \"kb.add(integer, integer)\": parallel was \"unsafe\", is absent\n"
	  "function \"kb.add(integer, integer)\": cost was \"100\", is absent" },
	{ "CREATE OR REPLACE FUNCTION kb.add(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql"
	  " AS 'SELECT a + b'",
	  "function \"kb.add(integer, integer)\": arguments was \"a integer, b integer DEFAULT 1\", is "
	  "\"a integer, b integer DEFAULT 2\"" },
	{ "DROP FUNCTION kb.add; CREATE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS bigint LANGUAGE sql"
	  " AS 'SELECT a + b'",
	  "function \"kb.add(integer, integer)\": returns was \"integer\", is \"bigint\"" },
	{ "SET LOCAL check_function_bodies = off;"
	  "CREATE OR REPLACE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE plpgsql"
	  " AS 'SELECT a + b'",
	  "function \"kb.add(integer, integer)\": language was \"sql\", is \"plpgsql\"" },
	{ "ALTER FUNCTION kb.add IMMUTABLE",
	  "function \"kb.add(integer, integer)\": volatility was \"volatile\", is \"immutable\"" },
	{ "ALTER FUNCTION kb.add SECURITY DEFINER",
	  "function \"kb.add(integer, integer)\": security was \"invoker\", is \"definer\"" },
	{ "ALTER FUNCTION kb.add STRICT", "function \"kb.add(integer, integer)\": strict was false, is true" },
	{ "ALTER FUNCTION kb.add LEAKPROOF", "function \"kb.add(integer, integer)\": leakproof was false, is true" },
	{ "ALTER FUNCTION kb.add PARALLEL SAFE",
	  "function \"kb.add(integer, integer)\": parallel was \"unsafe\", is \"safe\"" },
	{ "ALTER FUNCTION kb.add COST 7.5", "function \"kb.add(integer, integer)\": cost was \"100\", is \"7.5\"" },
	{ "ALTER FUNCTION kb.many ROWS 10", "function \"kb.many()\": rows was \"5\", is \"10\"" },
	{ "ALTER FUNCTION kb.add SET search_path = kb, public",
	  "function \"kb.add(integer, integer)\": settings was absent, is [\"search_path=kb, public\"]" },
	{ "CREATE OR REPLACE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT "
	  "1'",
	  "function \"kb.add(integer, integer)\": body was \"SELECT a + b\", is \"SELECT 1\"" },
	{ "CREATE OR REPLACE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql RETURN a - b",
	  "function \"kb.add(integer, integer)\": body was \"SELECT a + b\", is \"RETURN (a - b)\"", 140000 },
	{ "CREATE OR REPLACE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql"
	  " BEGIN ATOMIC SELECT a; SELECT b; END",
	  "function \"kb.add(integer, integer)\": body differs from line 1 on: was \"SELECT a + b\", is \"BEGIN "
	  "ATOMIC\"",
	  140000 },
	{ "DROP AGGREGATE kb.total(integer);"
	  "CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1')",
	  "function \"kb.total(integer)\": initial_value was \"0\", is \"1\"" },
	{ "DROP FUNCTION kb.many", "function \"kb.many()\" is missing" },
	{ "CREATE FUNCTION kb.many(a kb.status, b public.\"Odd, Type\"[]) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
	  "function \"kb.many(kb.status, public.\"Odd, Type\"[])\" is unexpected" },
	{ "CREATE TYPE kb.span AS RANGE (subtype = integer)", "range type \"kb.span\" is unexpected" },
};

static const Row table_rows[] = {
	{ "DROP TABLE kb.child; CREATE TABLE kb.child (a integer, b integer) PARTITION BY LIST (a)",
	  "table \"kb.child\": kind was \"table\", is \"partitioned\"\n"
	  "table \"kb.child\": inherits was [kb.parent], is absent\n"
	  "table \"kb.child\": partition_key was absent, is \"LIST (a)\"\n"
	  "column \"kb.child.a\": inherited was true, is absent" },
	{ "ALTER TABLE kb.parent SET UNLOGGED", "table \"kb.parent\": persistence was \"permanent\", is \"unlogged\"" },
	{ "ALTER TABLE kb.jobs DISABLE ROW LEVEL SECURITY",
	  "table \"kb.jobs\": row_security_enabled was true, is false" },
	{ "ALTER TABLE kb.jobs FORCE ROW LEVEL SECURITY", "table \"kb.jobs\": row_security_forced was false, is true" },
	{ "ALTER TABLE kb.events DETACH PARTITION kb.events_1",
	  "table \"kb.events_1\": partition_of was \"kb.events\", is absent\n"
	  "table \"kb.events_1\": partition_bound was \"FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')\", is "
	  "absent" },
	{ "ALTER TABLE kb.child NO INHERIT kb.parent", "table \"kb.child\": inherits was [kb.parent], is absent\n"
	                                               "column \"kb.child.a\": inherited was true, is absent" },
	{ "ALTER TABLE kb.jobs REPLICA IDENTITY FULL",
	  "table \"kb.jobs\": replica_identity was \"default\", is \"full\"" },
	{ "ALTER TABLE kb.jobs REPLICA IDENTITY USING INDEX jobs_pk",
	  "table \"kb.jobs\": replica_identity was \"default\", is \"index jobs_pk\"" },
	{ "ALTER TABLE kb.jobs CLUSTER ON jobs_pk", "table \"kb.jobs\": clustered_on was absent, is \"jobs_pk\"" },
	{ "ALTER TABLE kb.projects DISABLE TRIGGER ALL",
	  "table \"kb.projects\": constraint_triggers was absent, is [jobs_project disabled]" },
	{ "ALTER TABLE kb.projects DISABLE TRIGGER ALL; ALTER TABLE kb.projects ENABLE TRIGGER ALL", "" },
	{ "ALTER TABLE kb.jobs SET (fillfactor = 70, toast.autovacuum_enabled = off, autovacuum_enabled = off)",
	  "table \"kb.jobs\": options was absent, is "
	  "[autovacuum_enabled=off, fillfactor=70, toast.autovacuum_enabled=off]" },
	{ "CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; DROP TABLE kb.child;"
	  "CREATE TABLE kb.child (b integer) INHERITS (kb.parent) USING heap2",
	  "access method \"heap2\" is unexpected\n"
	  "table \"kb.child\": access_method was absent, is \"heap2\"" },
	{ "DROP TABLE kb.jobs CASCADE",
	  "table \"kb.jobs\" is missing\nview \"kb.sizes\" is missing\nview \"kb.titles\" is missing" },
	{ "CREATE TABLE kb.t (id serial PRIMARY KEY, a text UNIQUE)", "table \"kb.t\" is unexpected" },
	{ "CREATE TEMPORARY TABLE t (id serial PRIMARY KEY)", "" },
};

static const Row column_rows[] = {
	{ "ALTER TABLE kb.parent ADD z integer",
	  "column \"kb.child.z\" is unexpected\ncolumn \"kb.parent.z\" is unexpected" },
	{ "ALTER TABLE kb.projects ADD z integer; ALTER TABLE kb.projects DROP z; ALTER TABLE kb.projects ADD y "
	  "integer",
	  "column \"kb.projects.y\" is unexpected" },
	{ "ALTER TABLE kb.projects DROP region; ALTER TABLE kb.projects ADD region integer;"
	  "ALTER TABLE kb.projects ADD CONSTRAINT projects_two UNIQUE (region, id)",
	  "column \"kb.projects.name\": position was 3, is 2\ncolumn \"kb.projects.region\": position was 2, is 3" },
	{ "ALTER TABLE kb.projects ALTER name TYPE varchar(9)",
	  "column \"kb.projects.name\": type was \"text\", is \"character varying(9)\"" },
	{ "ALTER TABLE kb.projects ALTER name TYPE kb.status[] USING NULL",
	  "column \"kb.projects.name\": type was \"text\", is \"kb.status[]\"" },
	{ "ALTER TABLE kb.jobs ALTER body SET NOT NULL", "column \"kb.jobs.body\": nullable was true, is false" },
	{ "ALTER TABLE kb.projects ADD CONSTRAINT n NOT NULL name NOT VALID",
	  "column \"kb.projects.name\": nullable was true, is false\n"
	  "column \"kb.projects.name\": not_null_validated was absent, is false",
	  180000 },
	{ "ALTER TABLE kb.jobs ALTER title SET DEFAULT nextval('kb.numbers')",
	  "column \"kb.jobs.title\": default was \"'x'::character varying\", is \"nextval('kb.numbers'::regclass)\"" },
	{ "ALTER TABLE kb.jobs ALTER id SET GENERATED BY DEFAULT",
	  "column \"kb.jobs.id\": identity was \"always\", is \"by default\"" },
	{ "ALTER TABLE kb.jobs ALTER twice DROP EXPRESSION",
	  "column \"kb.jobs.twice\": generated was \"(size * 2)\", is absent\n"
	  "column \"kb.jobs.twice\": generated_kind was \"stored\", is absent" },
	{ "ALTER TABLE kb.parent ADD v integer GENERATED ALWAYS AS (a + 1) VIRTUAL; ALTER TABLE kb.parent DROP v", "",
	  180000 },
	{ "DROP TABLE kb.child; CREATE TABLE kb.child (b integer GENERATED ALWAYS AS (a + 1) VIRTUAL) INHERITS "
	  "(kb.parent)",
	  "column \"kb.child.b\": generated was absent, is \"(a + 1)\"\n"
	  "column \"kb.child.b\": generated_kind was absent, is \"virtual\"",
	  180000 },
	{ "ALTER TABLE kb.projects ALTER name TYPE text COLLATE \"C\"",
	  "column \"kb.projects.name\": collation was absent, is \"C\"" },
	{ "ALTER TABLE kb.projects ALTER name TYPE text COLLATE kb.german",
	  "column \"kb.projects.name\": collation was absent, is \"kb.german\"" },
	{ "ALTER TABLE kb.projects ALTER name SET STORAGE EXTERNAL",
	  "column \"kb.projects.name\": storage was absent, is \"external\"" },
	{ "ALTER TABLE kb.projects ALTER name SET COMPRESSION pglz",
	  "column \"kb.projects.name\": compression was absent, is \"pglz\"", 140000 },
	{ "ALTER TABLE kb.projects ALTER name SET STATISTICS 500",
	  "column \"kb.projects.name\": statistics was absent, is 500" },
	{ "ALTER TABLE kb.projects ALTER name SET (n_distinct = 5)",
	  "column \"kb.projects.name\": options was absent, is [n_distinct=5]" },
};

static const Row key_rows[] = {
	{ RECREATE_CONSTRAINT("jobs_pk", "PRIMARY KEY (id, size) INCLUDE (region)"),
	  "column \"kb.jobs.size\": nullable was true, is false\n"
	  "primary key \"kb.jobs.jobs_pk\": columns was [id], is [id, size]" },
	{ RECREATE_CONSTRAINT("jobs_pk", "PRIMARY KEY (id)"),
	  "primary key \"kb.jobs.jobs_pk\": include was [region], is absent" },
	{ RECREATE_CONSTRAINT("jobs_pk", "PRIMARY KEY (id) INCLUDE (region) DEFERRABLE"),
	  "primary key \"kb.jobs.jobs_pk\": deferrable was false, is true" },
	{ RECREATE_CONSTRAINT("jobs_pk", "PRIMARY KEY (id) INCLUDE (region) DEFERRABLE INITIALLY DEFERRED"),
	  "primary key \"kb.jobs.jobs_pk\": deferrable was false, is true\n"
	  "primary key \"kb.jobs.jobs_pk\": initially_deferred was false, is true" },
	{ RECREATE_CONSTRAINT("jobs_title", "UNIQUE (size, title) INCLUDE (region)"),
	  "unique \"kb.jobs.jobs_title\": columns was [title, size], is [size, title]" },
	{ RECREATE_CONSTRAINT("jobs_title", "UNIQUE (title, size) INCLUDE (region, body)"),
	  "unique \"kb.jobs.jobs_title\": include was [region], is [region, body]" },
	{ RECREATE_CONSTRAINT("jobs_title", "UNIQUE NULLS NOT DISTINCT (title, size) INCLUDE (region)"),
	  "unique \"kb.jobs.jobs_title\": nulls_not_distinct was false, is true", 150000 },
	{ RECREATE_CONSTRAINT("jobs_title", "UNIQUE (title, size) INCLUDE (region) DEFERRABLE"),
	  "unique \"kb.jobs.jobs_title\": deferrable was false, is true" },
	{ "ALTER TABLE kb.jobs RENAME CONSTRAINT jobs_title TO other",
	  "unique \"kb.jobs.jobs_title\" is missing\nunique \"kb.jobs.other\" is unexpected" },
	{ RECREATE_CONSTRAINT("jobs_during", "EXCLUDE USING gist (during WITH =)"),
	  "exclusion \"kb.jobs.jobs_during\": definition was \"EXCLUDE USING gist (during WITH &&)\", is "
	  "\"EXCLUDE USING gist (during WITH =)\"" },
	{ RECREATE_CONSTRAINT("jobs_size", "CHECK (size > 1)"),
	  "check \"kb.jobs.jobs_size\": expression was \"(size > 0)\", is \"(size > 1)\"" },
	{ RECREATE_CONSTRAINT("jobs_size", "CHECK (size > 0) NOT VALID"),
	  "check \"kb.jobs.jobs_size\": validated was true, is false" },
	{ RECREATE_CONSTRAINT("jobs_size", "CHECK (size > 0) NO INHERIT"),
	  "check \"kb.jobs.jobs_size\": no_inherit was false, is true" },
	{ RECREATE_CONSTRAINT("jobs_size", "CHECK (size > 0) NOT ENFORCED"),
	  "check \"kb.jobs.jobs_size\": validated was true, is false\n"
	  "check \"kb.jobs.jobs_size\": enforced was true, is false",
	  180000 },
};

static const Row foreign_key_rows[] = {
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (size) REFERENCES kb.projects"),
	  "foreign key \"kb.jobs.jobs_project\": columns was [project_id], is [size]" },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (region, project_id) REFERENCES kb.projects (region, id)"),
	  "foreign key \"kb.jobs.jobs_project\": columns was [project_id], is [region, project_id]\n"
	  "foreign key \"kb.jobs.jobs_project\": references was \"kb.projects(id)\", is \"kb.projects(region, id)\"" },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (project_id) REFERENCES kb.projects ON DELETE CASCADE"),
	  "foreign key \"kb.jobs.jobs_project\": on_delete was \"no action\", is \"cascade\"" },
	{ RECREATE_CONSTRAINT("jobs_project",
	                      "FOREIGN KEY (project_id) REFERENCES kb.projects ON DELETE SET NULL (project_id)"),
	  "foreign key \"kb.jobs.jobs_project\": on_delete was \"no action\", is \"set null\"\n"
	  "foreign key \"kb.jobs.jobs_project\": on_delete_columns was absent, is [project_id]",
	  150000 },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (project_id) REFERENCES kb.projects ON UPDATE RESTRICT"),
	  "foreign key \"kb.jobs.jobs_project\": on_update was \"no action\", is \"restrict\"" },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (project_id) REFERENCES kb.projects ON UPDATE SET DEFAULT"),
	  "foreign key \"kb.jobs.jobs_project\": on_update was \"no action\", is \"set default\"" },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (project_id) REFERENCES kb.projects MATCH FULL"),
	  "foreign key \"kb.jobs.jobs_project\": match was \"simple\", is \"full\"" },
	{ "ALTER TABLE kb.jobs ALTER CONSTRAINT jobs_project DEFERRABLE",
	  "foreign key \"kb.jobs.jobs_project\": deferrable was false, is true" },
	{ "ALTER TABLE kb.jobs ALTER CONSTRAINT jobs_project DEFERRABLE INITIALLY DEFERRED",
	  "foreign key \"kb.jobs.jobs_project\": deferrable was false, is true\n"
	  "foreign key \"kb.jobs.jobs_project\": initially_deferred was false, is true" },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (project_id) REFERENCES kb.projects NOT VALID"),
	  "foreign key \"kb.jobs.jobs_project\": validated was true, is false" },
	{ RECREATE_CONSTRAINT("jobs_project", "FOREIGN KEY (project_id) REFERENCES kb.projects NOT ENFORCED"),
	  "foreign key \"kb.jobs.jobs_project\": validated was true, is false\n"
	  "foreign key \"kb.jobs.jobs_project\": enforced was true, is false",
	  180000 },
};

#define INDEX_REST " INCLUDE (size) WHERE size > 10"
#define INDEX_WAS  "index \"kb.jobs.jobs_index\": columns was [project_id, \"lower((title)::text)\"], is "

static const Row index_rows[] = {
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (lower(title), project_id)" INDEX_REST),
	  INDEX_WAS "[\"lower((title)::text)\", project_id]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (project_id DESC, lower(title) DESC NULLS LAST)" INDEX_REST),
	  INDEX_WAS "[project_id DESC, \"lower((title)::text) DESC NULLS LAST\"]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (project_id NULLS FIRST, lower(title) ASC)" INDEX_REST),
	  INDEX_WAS "[project_id NULLS FIRST, \"lower((title)::text)\"]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (project_id, lower(title) text_pattern_ops)" INDEX_REST),
	  INDEX_WAS "[project_id, \"lower((title)::text) text_pattern_ops\"]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (project_id, lower(title) COLLATE \"POSIX\")" INDEX_REST),
	  INDEX_WAS "[project_id, \"lower((title)::text) COLLATE \\\"POSIX\\\"\"]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (body COLLATE kb.german varchar_pattern_ops DESC)" INDEX_REST),
	  INDEX_WAS "[body COLLATE kb.german varchar_pattern_ops DESC]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs ((body COLLATE kb.german))" INDEX_REST),
	  INDEX_WAS "[body COLLATE kb.german]" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs ((body || 'x' COLLATE kb.german))" INDEX_REST),
	  INDEX_WAS "[\"(body || ('x'::text COLLATE kb.german))\"]" },
	{ "CREATE EXTENSION pg_trgm SCHEMA public;" RECREATE_INDEX(
	      "INDEX jobs_index ON kb.jobs USING gist (body public.gist_trgm_ops (siglen = 32)) WHERE size > 10"),
	  "extension \"pg_trgm\" is unexpected\n" INDEX_WAS "[body public.gist_trgm_ops(siglen=32)]\n"
	  "index \"kb.jobs.jobs_index\": include was [size], is absent\n"
	  "index \"kb.jobs.jobs_index\": method was \"btree\", is \"gist\"" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (project_id, lower(title)) WHERE size > 10"),
	  "index \"kb.jobs.jobs_index\": include was [size], is absent" },
	{ "DROP INDEX kb.jobs_index; CREATE INDEX jobs_index ON kb.jobs (size);"
	  "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_during",
	  "exclusion \"kb.jobs.jobs_during\" is missing\n" INDEX_WAS "[size]\n"
	  "index \"kb.jobs.jobs_index\": include was [size], is absent\n"
	  "index \"kb.jobs.jobs_index\": predicate was \"(size > 10)\", is absent" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs USING hash (project_id) WHERE size > 10"),
	  INDEX_WAS "[project_id]\n"
	            "index \"kb.jobs.jobs_index\": include was [size], is absent\n"
	            "index \"kb.jobs.jobs_index\": method was \"btree\", is \"hash\"" },
	{ RECREATE_INDEX("UNIQUE INDEX jobs_index ON kb.jobs (project_id, lower(title))" INDEX_REST),
	  "index \"kb.jobs.jobs_index\": unique was false, is true" },
	{ "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'kb.jobs_index'::regclass",
	  "index \"kb.jobs.jobs_index\": valid was true, is false" },
	{ RECREATE_INDEX("INDEX jobs_index ON kb.jobs (project_id, lower(title)) INCLUDE (size) WHERE size > 11"),
	  "index \"kb.jobs.jobs_index\": predicate was \"(size > 10)\", is \"(size > 11)\"" },
	{ RECREATE_INDEX("UNIQUE INDEX jobs_index ON kb.jobs (project_id, lower(title)) INCLUDE (size)"
	                 " NULLS NOT DISTINCT WHERE size > 10"),
	  "index \"kb.jobs.jobs_index\": unique was false, is true\n"
	  "index \"kb.jobs.jobs_index\": nulls_not_distinct was false, is true",
	  150000 },
	{ "ALTER INDEX kb.jobs_index SET (fillfactor = 50)",
	  "index \"kb.jobs.jobs_index\": options was absent, is [fillfactor=50]" },
	{ "CREATE INDEX ON kb.sizes (size)", "index \"kb.sizes.sizes_size_idx\" is unexpected" },
};

static const Row policy_rows[] = {
	{ "DROP POLICY jobs_policy ON kb.jobs; CREATE POLICY jobs_policy ON kb.jobs FOR UPDATE USING (size > 1)"
	  " WITH CHECK (size > 2)",
	  "policy \"kb.jobs.jobs_policy\": command was \"all\", is \"update\"" },
	{ "DROP POLICY jobs_policy ON kb.jobs; CREATE POLICY jobs_policy ON kb.jobs AS RESTRICTIVE USING (size > 1)"
	  " WITH CHECK (size > 2)",
	  "policy \"kb.jobs.jobs_policy\": permissive was true, is false" },
	{ "ALTER POLICY jobs_policy ON kb.jobs TO pg_read_all_stats, pg_monitor",
	  "policy \"kb.jobs.jobs_policy\": roles was [public], is [pg_monitor, pg_read_all_stats]" },
	{ "ALTER POLICY jobs_policy ON kb.jobs USING (size > 9)",
	  "policy \"kb.jobs.jobs_policy\": using was \"(size > 1)\", is \"(size > 9)\"" },
	{ "ALTER POLICY jobs_policy ON kb.jobs WITH CHECK (false)",
	  "policy \"kb.jobs.jobs_policy\": check was \"(size > 2)\", is \"false\"" },
};

#define TRIGGER_REST " FOR EACH ROW WHEN (new.size > 5) EXECUTE FUNCTION kb.touch('a', 'b''\\')"
#define TRIGGER      "trigger \"kb.jobs.jobs_trigger\": "

static const Row trigger_rows[] = {
	{ RECREATE_TRIGGER("AFTER INSERT OR UPDATE OF title, body ON kb.jobs" TRIGGER_REST),
	  TRIGGER "timing was \"before\", is \"after\"" },
	{ RECREATE_TRIGGER("BEFORE UPDATE OF title, body ON kb.jobs" TRIGGER_REST),
	  TRIGGER "events was [insert, update], is [update]" },
	{ RECREATE_TRIGGER("BEFORE INSERT OR UPDATE OF body ON kb.jobs" TRIGGER_REST),
	  TRIGGER "update_columns was [title, body], is [body]" },
	{ RECREATE_TRIGGER("BEFORE INSERT OR UPDATE OF title, body ON kb.jobs FOR EACH STATEMENT"
	                   " EXECUTE FUNCTION kb.touch('a', 'b''\\')"),
	  TRIGGER "level was \"row\", is \"statement\"\n" TRIGGER "when was \"(new.size > 5)\", is absent" },
	{ RECREATE_TRIGGER("BEFORE INSERT OR UPDATE OF title, body ON kb.jobs FOR EACH ROW WHEN (new.size > 5)"
	                   " EXECUTE FUNCTION kb.touch2('a', 'b''\\')"),
	  TRIGGER "function was \"kb.touch\", is \"kb.touch2\"" },
	{ RECREATE_TRIGGER("BEFORE INSERT OR UPDATE OF title, body ON kb.jobs FOR EACH ROW WHEN (new.size > 5)"
	                   " EXECUTE FUNCTION kb.touch('', 'gr\xc3\xbc\xc3\x9f\\000e')"),
	  TRIGGER "arguments was [a, b'\\], is [\"\", gr\xc3\xbc\xc3\x9f\\000e]" },
	{ RECREATE_TRIGGER("BEFORE INSERT OR UPDATE OF title, body ON kb.jobs FOR EACH ROW"
	                   " WHEN ((new.title = ') EXECUTE')) EXECUTE FUNCTION kb.touch('a', 'b''\\')"),
	  TRIGGER "when was \"(new.size > 5)\", is \"((new.title)::text = ') EXECUTE'::text)\"" },
	{ "ALTER TABLE kb.jobs DISABLE TRIGGER jobs_trigger", TRIGGER "enabled was \"origin\", is \"disabled\"" },
	{ "ALTER TABLE kb.jobs ENABLE ALWAYS TRIGGER jobs_trigger", TRIGGER "enabled was \"origin\", is \"always\"" },
	{ "DROP TRIGGER jobs_constraint ON kb.jobs; CREATE TRIGGER jobs_constraint AFTER INSERT ON kb.jobs FOR EACH ROW"
	  " EXECUTE FUNCTION kb.touch()",
	  "trigger \"kb.jobs.jobs_constraint\": constraint was true, is false" },
	{ "DROP TRIGGER jobs_constraint ON kb.jobs; CREATE CONSTRAINT TRIGGER jobs_constraint AFTER INSERT ON kb.jobs"
	  " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION kb.touch()",
	  "trigger \"kb.jobs.jobs_constraint\": deferrable was false, is true\n"
	  "trigger \"kb.jobs.jobs_constraint\": initially_deferred was false, is true" },
	{ "DROP TRIGGER jobs_tables ON kb.jobs; CREATE TRIGGER jobs_tables AFTER UPDATE ON kb.jobs"
	  " REFERENCING OLD TABLE AS before NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION kb.touch()",
	  "trigger \"kb.jobs.jobs_tables\": old_table was \"was\", is \"before\"" },
	{ "DROP TRIGGER jobs_tables ON kb.jobs; CREATE TRIGGER jobs_tables AFTER UPDATE ON kb.jobs"
	  " REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION kb.touch()",
	  "trigger \"kb.jobs.jobs_tables\": new_table was \"now\", is absent" },
	{ "CREATE TRIGGER t AFTER INSERT ON kb.events FOR EACH ROW EXECUTE FUNCTION kb.touch()",
	  "trigger \"kb.events.t\" is unexpected\ntrigger \"kb.events_1.t\" is unexpected" },
};

static const Row view_rows[] = {
	{ "CREATE OR REPLACE VIEW kb.titles AS SELECT 1::bigint AS id, 'x'::varchar(20) AS title FROM kb.jobs WHERE "
	  "true",
	  "view \"kb.titles\": definition differs from line 4 on: was \"\", is \"  WHERE true\"" },
	{ "CREATE OR REPLACE VIEW kb.titles AS SELECT 1::bigint AS id, 'x'::varchar(20) AS title,"
	  " 1::numeric(9,2) AS \"X y\" FROM kb.jobs",
	  "view \"kb.titles\": definition differs from line 2 on: was \"    'x'::character varying(20) AS title\", is "
	  "\"    'x'::character varying(20) AS title,\"\n"
	  "view \"kb.titles\": columns was [id bigint, title character varying(20)], is "
	  "[id bigint, title character varying(20), \"\\\"X y\\\" numeric(9,2)\"]" },
	{ "ALTER VIEW kb.titles SET (security_barrier = true)",
	  "view \"kb.titles\": options was absent, is [security_barrier=true]" },
	{ "REFRESH MATERIALIZED VIEW kb.sizes WITH NO DATA", "view \"kb.sizes\": populated was true, is false" },
	{ "DROP VIEW kb.titles; CREATE MATERIALIZED VIEW kb.titles AS SELECT 1::bigint AS id,"
	  " 'x'::varchar(20) AS title FROM kb.jobs",
	  "view \"kb.titles\": materialized was false, is true\nview \"kb.titles\": populated was absent, is true" },
	{ "DROP VIEW kb.titles; CREATE TABLE kb.titles (id integer)",
	  "table \"kb.titles\" is unexpected\nview \"kb.titles\" is missing" },
};

CHECK_ROWS(a_change_of_a_schema_or_extension_is_seen, schema_rows)
CHECK_ROWS(a_change_of_an_enum_is_seen, enum_rows)
CHECK_ROWS(a_change_of_a_sequence_is_seen, sequence_rows)
CHECK_ROWS(a_change_of_a_function_is_seen, function_rows)
CHECK_ROWS(a_change_of_a_table_is_seen, table_rows)
CHECK_ROWS(a_change_of_a_column_is_seen, column_rows)
CHECK_ROWS(a_change_of_a_key_or_check_is_seen, key_rows)
CHECK_ROWS(a_change_of_a_foreign_key_is_seen, foreign_key_rows)
CHECK_ROWS(a_change_of_an_index_is_seen, index_rows)
CHECK_ROWS(a_change_of_a_policy_is_seen, policy_rows)
CHECK_ROWS(a_change_of_a_trigger_is_seen, trigger_rows)
CHECK_ROWS(a_change_of_a_view_is_seen, view_rows)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_a_schema_or_extension_is_seen),
		TEST(a_change_of_an_enum_is_seen),
		TEST(a_change_of_a_sequence_is_seen),
		TEST(a_change_of_a_function_is_seen),
		TEST(a_change_of_a_table_is_seen),
		TEST(a_change_of_a_column_is_seen),
		TEST(a_change_of_a_key_or_check_is_seen),
		TEST(a_change_of_a_foreign_key_is_seen),
		TEST(a_change_of_an_index_is_seen),
		TEST(a_change_of_a_policy_is_seen),
		TEST(a_change_of_a_trigger_is_seen),
		TEST(a_change_of_a_view_is_seen),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
