/* Changes of the objects of attributes.h and attributes_other.h: at least one for each class and group of attributes.
 * Each works on them as they were, and also after all those before it. */
#ifndef TESTS_POSTGRES_CATALOG_DRIFT_ROWS_H
#define TESTS_POSTGRES_CATALOG_DRIFT_ROWS_H

/* Which of the two reports the change; docs/catalog.md lists the changes that only one of them reports, with the
 * reasons. */
typedef enum {
	TOLD_BY_BOTH,
	TOLD_BY_NEITHER,
	TOLD_BY_DUMP,
	TOLD_BY_SNAPSHOT,
} Told;

typedef struct {
	const char *change;
	const char *object; /* as a difference names it; NULL if a snapshot does not report it */
	Told told;
	int since; /* the first version that can do it */
} DriftRow;

static const char setup_drift[] = "CREATE EXTENSION hstore SCHEMA kb;"
				  "CREATE TABLE kb.unused (id integer, a integer, b text);"
				  "CREATE INDEX unused_a ON kb.unused (a);"
				  "CREATE INDEX unused_on ON kb.unused (id);";

static const DriftRow drift_rows[] = {
	/* Properties of every class: objects of it, comments, privileges, owners. */
	{ "CREATE SCHEMA more", "schema \"more\"" },
	{ "COMMENT ON SCHEMA kb IS 'c'", "schema \"kb\"" },
	{ "GRANT USAGE ON SCHEMA kb TO PUBLIC", "schema \"kb\"" },
	{ "ALTER SCHEMA public OWNER TO pg_monitor", "schema \"public\"" },
	{ "REVOKE ALL ON SCHEMA public FROM PUBLIC", "schema \"public\"" },
	{ "CREATE EXTENSION citext SCHEMA kb", "extension \"citext\"" },
	{ "ALTER EXTENSION hstore SET SCHEMA public", "extension \"hstore\"" },
	{ "CREATE LANGUAGE plmore HANDLER plpgsql_call_handler", "language \"plmore\"" },
	{ "COMMENT ON LANGUAGE plours IS 'c'", "language \"plours\"" },
	{ "GRANT USAGE ON LANGUAGE plpgsql TO pg_monitor", NULL, TOLD_BY_DUMP },
	{ "CREATE ACCESS METHOD another TYPE INDEX HANDLER bthandler", "access method \"another\"" },
	{ "COMMENT ON ACCESS METHOD heap2 IS 'c'", "access method \"heap2\"" },
	{ "CREATE COLLATION kb.c (locale = 'C')", "collation \"kb.c\"" },
	{ "ALTER COLLATION kb.german OWNER TO pg_monitor", "collation \"kb.german\"" },
	/* Types. */
	{ "ALTER TYPE kb.status ADD VALUE 'old' BEFORE 'new'", "enum \"kb.status\"" },
	{ "GRANT USAGE ON TYPE kb.status TO pg_monitor", "enum \"kb.status\"" },
	{ "ALTER DOMAIN kb.positive VALIDATE CONSTRAINT late", "domain \"kb.positive\"" },
	{ "ALTER DOMAIN kb.positive SET DEFAULT 5", "domain \"kb.positive\"" },
	{ "ALTER DOMAIN kb.positive SET NOT NULL", "domain \"kb.positive\"" },
	{ "COMMENT ON CONSTRAINT above ON DOMAIN kb.positive IS 'c'", "domain \"kb.positive\"" },
	{ "ALTER DOMAIN kb.positive DROP CONSTRAINT above", "domain \"kb.positive\"" },
	{ "ALTER TYPE kb.pair ADD ATTRIBUTE z numeric(5,2)", "composite type \"kb.pair\"" },
	{ "COMMENT ON COLUMN kb.pair.l IS 'c'", "composite type \"kb.pair\"" },
	{ "DROP TYPE kb.span; CREATE TYPE kb.span AS RANGE (subtype = float8, subtype_diff = float8mi)",
	  "range type \"kb.span\"" },
	{ "CREATE TYPE kb.shell", "base type \"kb.shell\"" },
	{ "ALTER TYPE kb.number SET (STORAGE = main)", "base type \"kb.number\"" },
	{ "COMMENT ON TYPE kb.number IS 'c'", "base type \"kb.number\"" },
	/* Sequences and functions. */
	{ "ALTER SEQUENCE kb.numbers INCREMENT 3 MAXVALUE 99 CACHE 7 CYCLE", "sequence \"kb.numbers\"" },
	{ "ALTER SEQUENCE kb.numbers OWNED BY kb.jobs.size", "sequence \"kb.numbers\"" },
	{ "GRANT USAGE ON SEQUENCE kb.numbers TO pg_monitor", "sequence \"kb.numbers\"" },
	{ "SELECT nextval('kb.numbers')", NULL, TOLD_BY_NEITHER },
	{ "CREATE OR REPLACE FUNCTION kb.add(a integer, b integer DEFAULT 2) RETURNS integer LANGUAGE sql AS 'SELECT a "
	  "+ b'",
	  "function \"kb.add(integer, integer)\"" },
	{ "ALTER FUNCTION kb.add IMMUTABLE STRICT SECURITY DEFINER", "function \"kb.add(integer, integer)\"" },
	{ "ALTER FUNCTION kb.add SET search_path = kb, public", "function \"kb.add(integer, integer)\"" },
	{ "CREATE OR REPLACE FUNCTION kb.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
	  "function \"kb.touch()\"" },
	{ "CREATE FUNCTION kb.standard() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
	  "function \"kb.standard()\"", TOLD_BY_BOTH, 140000 },
	{ "REVOKE EXECUTE ON FUNCTION kb.many FROM PUBLIC", "function \"kb.many()\"" },
	{ "COMMENT ON FUNCTION kb.many IS 'c'", "function \"kb.many()\"" },
	{ "CREATE OR REPLACE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '1')",
	  "function \"kb.total(integer)\"" },
	/* Operators, casts, transforms. */
	{ "ALTER OPERATOR kb.=== (integer, integer) SET (RESTRICT = eqsel)", "operator \"kb.===(integer, integer)\"" },
	{ "COMMENT ON OPERATOR kb.=== (integer, integer) IS 'c'", "operator \"kb.===(integer, integer)\"" },
	{ "ALTER OPERATOR FAMILY kb.numbers USING btree ADD OPERATOR 1 < (integer, bigint)",
	  "operator family \"kb.numbers(btree)\"" },
	{ "COMMENT ON OPERATOR FAMILY kb.numbers USING btree IS 'c'", "operator family \"kb.numbers(btree)\"" },
	{ "ALTER OPERATOR CLASS kb.ints USING btree OWNER TO pg_monitor", "operator class \"kb.ints(btree)\"" },
	{ "COMMENT ON OPERATOR CLASS kb.ints USING btree IS 'c'", "operator class \"kb.ints(btree)\"" },
	{ "DROP CAST (kb.status AS integer); CREATE CAST (kb.status AS integer) WITH INOUT AS ASSIGNMENT",
	  "cast \"kb.status AS integer\"" },
	{ "DROP TRANSFORM FOR integer LANGUAGE plpgsql", "transform \"integer FOR plpgsql\"" },
	/* Text search. */
	{ "COMMENT ON TEXT SEARCH PARSER kb.words IS 'c'", "text search parser \"kb.words\"" },
	{ "COMMENT ON TEXT SEARCH TEMPLATE kb.plain IS 'c'", "text search template \"kb.plain\"" },
	{ "ALTER TEXT SEARCH DICTIONARY kb.names (STOPWORDS)", "text search dictionary \"kb.names\"" },
	{ "ALTER TEXT SEARCH CONFIGURATION kb.search ADD MAPPING FOR word WITH simple",
	  "text search configuration \"kb.search\"" },
	{ "ALTER TEXT SEARCH CONFIGURATION kb.search OWNER TO pg_monitor", "text search configuration \"kb.search\"" },
	/* Foreign data. */
	{ "ALTER FOREIGN DATA WRAPPER wrapper OPTIONS (ADD a 'b')", "foreign data wrapper \"wrapper\"" },
	{ "GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO pg_monitor", "foreign data wrapper \"wrapper\"" },
	{ "ALTER SERVER remote VERSION '2' OPTIONS (SET host 'there')", "server \"remote\"" },
	{ "GRANT USAGE ON FOREIGN SERVER remote TO pg_monitor", "server \"remote\"" },
	{ "ALTER USER MAPPING FOR PUBLIC SERVER remote OPTIONS (SET \"user\" 'us')", "user mapping \"public" },
	{ "ALTER USER MAPPING FOR PUBLIC SERVER remote OPTIONS (SET password 'other')", NULL, TOLD_BY_DUMP },
	{ "ALTER FOREIGN TABLE kb.far OPTIONS (SET table_name 'y')", "table \"kb.far\"" },
	{ "ALTER FOREIGN TABLE kb.far ALTER a OPTIONS (ADD column_name 'b')", "column \"kb.far.a\"" },
	/* Tables and columns. */
	{ "ALTER TABLE kb.jobs FORCE ROW LEVEL SECURITY", "table \"kb.jobs\"" },
	{ "ALTER TABLE kb.jobs REPLICA IDENTITY FULL", "table \"kb.jobs\"" },
	{ "ALTER TABLE kb.jobs SET (fillfactor = 70)", "table \"kb.jobs\"" },
	{ "ALTER TABLE kb.jobs CLUSTER ON jobs_pk", "table \"kb.jobs\"" },
	{ "ALTER TABLE kb.projects SET TABLESPACE elsewhere", "table \"kb.projects\"" },
	{ "ALTER TABLE kb.parent SET UNLOGGED", "table \"kb.parent\"" },
	{ "ALTER TABLE kb.unused OWNER TO pg_monitor", "table \"kb.unused\"" },
	{ "ALTER TABLE kb.events DETACH PARTITION kb.events_1", "table \"kb.events_1\"" },
	{ "ALTER TABLE kb.child NO INHERIT kb.parent", "table \"kb.child\"" },
	{ "GRANT SELECT ON kb.jobs TO PUBLIC", "table \"kb.jobs\"" },
	{ "COMMENT ON TABLE kb.jobs IS 'c'", "table \"kb.jobs\"" },
	{ "ALTER TABLE kb.unused ADD c date", "column \"kb.unused.c\"" },
	{ "ALTER TABLE kb.unused ALTER b TYPE varchar(9)", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.unused ALTER b TYPE text COLLATE \"C\"", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.unused ALTER b SET NOT NULL", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.unused ALTER b SET DEFAULT 'x'", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.unused ALTER b SET STORAGE EXTERNAL", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.unused ALTER b SET COMPRESSION pglz", "column \"kb.unused.b\"", TOLD_BY_BOTH, 140000 },
	{ "ALTER TABLE kb.unused ALTER b SET STATISTICS 500", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.unused ALTER b SET (n_distinct = 5)", "column \"kb.unused.b\"" },
	{ "ALTER TABLE kb.jobs ALTER id SET GENERATED BY DEFAULT", "column \"kb.jobs.id\"" },
	{ "ALTER TABLE kb.jobs ALTER twice DROP EXPRESSION", "column \"kb.jobs.twice\"" },
	{ "GRANT SELECT (id) ON kb.projects TO pg_monitor", "column \"kb.projects.id\"" },
	{ "COMMENT ON COLUMN kb.projects.id IS NULL", "column \"kb.projects.id\"" },
	{ "ALTER TABLE kb.unused ADD d integer; ALTER TABLE kb.unused DROP d", NULL, TOLD_BY_NEITHER },
	{ "ALTER TABLE kb.parent ADD e integer; ALTER TABLE kb.parent DROP e; ANALYZE kb.parent", NULL,
	  TOLD_BY_NEITHER },
	/* Constraints and indexes. */
	{ "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_pk; ALTER TABLE kb.jobs ADD CONSTRAINT jobs_pk PRIMARY KEY (id, "
	  "size)",
	  "primary key \"kb.jobs.jobs_pk\"" },
	{ "COMMENT ON INDEX kb.jobs_pk IS 'c'", "primary key \"kb.jobs.jobs_pk\"" },
	{ "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_title; ALTER TABLE kb.jobs ADD CONSTRAINT jobs_title UNIQUE "
	  "(title, size) DEFERRABLE INITIALLY DEFERRED",
	  "unique \"kb.jobs.jobs_title\"" },
	{ "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_title; ALTER TABLE kb.jobs ADD CONSTRAINT jobs_title UNIQUE NULLS "
	  "NOT DISTINCT (title, size) DEFERRABLE INITIALLY DEFERRED",
	  "unique \"kb.jobs.jobs_title\"", TOLD_BY_BOTH, 150000 },
	{ "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_project; ALTER TABLE kb.jobs ADD CONSTRAINT jobs_project FOREIGN "
	  "KEY (project_id) REFERENCES kb.projects MATCH FULL ON DELETE CASCADE ON UPDATE SET NULL NOT VALID",
	  "foreign key \"kb.jobs.jobs_project\"" },
	{ "ALTER TABLE kb.jobs ALTER CONSTRAINT jobs_project DEFERRABLE", "foreign key \"kb.jobs.jobs_project\"" },
	{ "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_size; ALTER TABLE kb.jobs ADD CONSTRAINT jobs_size CHECK (size > "
	  "1) NOT VALID",
	  "check \"kb.jobs.jobs_size\"" },
	{ "COMMENT ON CONSTRAINT jobs_size ON kb.jobs IS 'c'", "check \"kb.jobs.jobs_size\"" },
	{ "ALTER TABLE kb.jobs DROP CONSTRAINT jobs_during; ALTER TABLE kb.jobs ADD CONSTRAINT jobs_during EXCLUDE "
	  "USING gist (during WITH =)",
	  "exclusion \"kb.jobs.jobs_during\"" },
	{ "DROP INDEX kb.jobs_index; CREATE UNIQUE INDEX jobs_index ON kb.jobs (title DESC, lower(body))",
	  "index \"kb.jobs.jobs_index\"" },
	{ "ALTER INDEX kb.unused_a SET (fillfactor = 50)", "index \"kb.unused.unused_a\"" },
	{ "COMMENT ON INDEX kb.unused_a IS 'c'", "index \"kb.unused.unused_a\"" },
	{ "ALTER INDEX kb.unused_a RENAME TO unused_b", "index \"kb.unused.unused_b\"" },
	{ "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'kb.unused_on'::regclass",
	  "index \"kb.unused.unused_on\"" },
	{ "REINDEX INDEX kb.jobs_title", NULL, TOLD_BY_NEITHER },
	/* Policies, triggers, rules. */
	{ "ALTER POLICY jobs_policy ON kb.jobs TO pg_monitor USING (size > 3)", "policy \"kb.jobs.jobs_policy\"" },
	{ "CREATE POLICY more ON kb.jobs AS RESTRICTIVE FOR DELETE USING (true)", "policy \"kb.jobs.more\"" },
	{ "COMMENT ON POLICY jobs_policy ON kb.jobs IS 'c'", "policy \"kb.jobs.jobs_policy\"" },
	{ "ALTER TABLE kb.jobs DISABLE TRIGGER jobs_trigger", "trigger \"kb.jobs.jobs_trigger\"" },
	{ "DROP TRIGGER jobs_tables ON kb.jobs; CREATE TRIGGER jobs_tables AFTER DELETE ON kb.jobs FOR EACH STATEMENT "
	  "EXECUTE FUNCTION kb.touch2('a')",
	  "trigger \"kb.jobs.jobs_tables\"" },
	{ "COMMENT ON TRIGGER jobs_trigger ON kb.jobs IS 'c'", "trigger \"kb.jobs.jobs_trigger\"" },
	{ "CREATE OR REPLACE RULE quiet AS ON DELETE TO kb.parent WHERE old.a > 5 DO INSTEAD NOTHING",
	  "rule \"kb.parent.quiet\"" },
	{ "ALTER TABLE kb.parent DISABLE RULE quiet", "rule \"kb.parent.quiet\"" },
	/* Views. */
	{ "CREATE OR REPLACE VIEW kb.titles AS SELECT 2::bigint AS id, 'x'::varchar(20) AS title FROM kb.jobs",
	  "view \"kb.titles\"" },
	{ "ALTER VIEW kb.titles SET (security_barrier = true)", "view \"kb.titles\"" },
	{ "ALTER VIEW kb.titles SET (security_invoker = true)", "view \"kb.titles\"", TOLD_BY_BOTH, 150000 },
	{ "ALTER VIEW kb.titles ALTER title SET DEFAULT 'x'", "view \"kb.titles\"" },
	{ "COMMENT ON COLUMN kb.titles.id IS 'c'", "view \"kb.titles\"" },
	{ "GRANT SELECT ON kb.sizes TO PUBLIC", "view \"kb.sizes\"" },
	{ "CREATE INDEX sizes_index ON kb.sizes (id)", "index \"kb.sizes.sizes_index\"" },
	{ "REFRESH MATERIALIZED VIEW kb.sizes WITH NO DATA", "view \"kb.sizes\"", TOLD_BY_SNAPSHOT },
	/* The rest. */
	{ "ALTER STATISTICS kb.stats SET STATISTICS 50", "statistics \"kb.stats\"" },
	{ "CREATE STATISTICS kb.more (mcv) ON project_id, size FROM kb.jobs", "statistics \"kb.more\"" },
	{ "ALTER EVENT TRIGGER watch DISABLE", "event trigger \"watch\"" },
	{ "COMMENT ON EVENT TRIGGER watch IS 'c'", "event trigger \"watch\"" },
	{ "ALTER PUBLICATION news ADD TABLE kb.child", "publication \"news\"" },
	{ "ALTER PUBLICATION news SET (publish = 'insert, delete')", "publication \"news\"" },
	{ "ALTER PUBLICATION news SET TABLE kb.projects (id, name) WHERE (id > 5)", "publication \"news\"",
	  TOLD_BY_BOTH, 150000 },
	{ "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor", "default privilege \"tables\"" },
	{ "ALTER DEFAULT PRIVILEGES IN SCHEMA kb GRANT INSERT ON TABLES TO pg_monitor",
	  "default privilege \"tables in kb\"" },
	/* Objects that one of the two leaves out. */
	{ "CREATE SUBSCRIPTION news CONNECTION '' PUBLICATION news WITH (connect = false, slot_name = NONE)", NULL,
	  TOLD_BY_DUMP },
	{ "COMMENT ON EXTENSION hstore IS 'c'", NULL, TOLD_BY_DUMP },
	{ "CREATE CONVERSION kb.conversion FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", NULL, TOLD_BY_DUMP },
	{ "CREATE ROLE drift_role; DROP ROLE drift_role", NULL, TOLD_BY_NEITHER },
	{ "CREATE TEMPORARY TABLE passing (a integer)", NULL, TOLD_BY_NEITHER },
};

#endif
