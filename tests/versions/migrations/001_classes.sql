-- Objects of every class, and texts that servers deparse each in their own way.
CREATE SCHEMA kb;
CREATE COLLATION kb.german (provider = libc, locale = 'C');
CREATE TYPE kb.status AS ENUM ('new', 'do"ne', 'it''s');
CREATE SEQUENCE kb.numbers;
CREATE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b';
CREATE FUNCTION kb.many() RETURNS SETOF integer LANGUAGE sql ROWS 5 AS 'SELECT 1';
CREATE PROCEDURE kb.run(a text) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE FUNCTION kb.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION kb.touch2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE kb.projects (id integer, region integer, name text, CONSTRAINT projects_pk PRIMARY KEY (id), CONSTRAINT projects_two UNIQUE (region, id));
CREATE TABLE kb.jobs (id bigint GENERATED ALWAYS AS IDENTITY, project_id integer, region integer, title varchar(20) DEFAULT 'x' NOT NULL, body text, size integer, twice integer GENERATED ALWAYS AS (size * 2) STORED, during int4range, CONSTRAINT jobs_pk PRIMARY KEY (id) INCLUDE (region), CONSTRAINT jobs_title UNIQUE (title, size) INCLUDE (region), CONSTRAINT jobs_size CHECK (size > 0), CONSTRAINT jobs_during EXCLUDE USING gist (during WITH &&), CONSTRAINT jobs_project FOREIGN KEY (project_id) REFERENCES kb.projects (id));
CREATE INDEX jobs_index ON kb.jobs (project_id, lower(title)) INCLUDE (size) WHERE size > 10;
ALTER TABLE kb.jobs ENABLE ROW LEVEL SECURITY;
CREATE POLICY jobs_policy ON kb.jobs USING (size > 1) WITH CHECK (size > 2);
CREATE TRIGGER jobs_trigger BEFORE INSERT OR UPDATE OF title, body ON kb.jobs FOR EACH ROW WHEN (new.size > 5) EXECUTE FUNCTION kb.touch('a', 'b''\');
CREATE CONSTRAINT TRIGGER jobs_constraint AFTER INSERT ON kb.jobs FOR EACH ROW EXECUTE FUNCTION kb.touch();
CREATE TRIGGER jobs_tables AFTER UPDATE ON kb.jobs REFERENCING OLD TABLE AS was NEW TABLE AS now FOR EACH STATEMENT EXECUTE FUNCTION kb.touch();
CREATE VIEW kb.titles AS SELECT 1::bigint AS id, 'x'::varchar(20) AS title FROM kb.jobs;
CREATE MATERIALIZED VIEW kb.sizes AS SELECT id, size FROM kb.jobs;
CREATE TABLE kb.events (at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE kb.events_1 PARTITION OF kb.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE kb.parent (a integer);
CREATE TABLE kb.child (b integer) INHERITS (kb.parent);
COMMENT ON COLUMN kb.projects.id IS 'a number';
CREATE DOMAIN kb.positive AS integer CONSTRAINT above CHECK (VALUE > 0);
ALTER DOMAIN kb.positive ADD CONSTRAINT late CHECK (VALUE <> 7) NOT VALID;
CREATE DOMAIN kb.word AS text;
CREATE TYPE kb.pair AS (l integer, r text);
CREATE TYPE kb.span AS RANGE (subtype = float8);
CREATE TYPE kb.words AS RANGE (subtype = text);
CREATE TYPE kb.number;
CREATE FUNCTION kb.number_in(cstring) RETURNS kb.number LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION kb.number_out(kb.number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION kb.number_receive(internal) RETURNS kb.number LANGUAGE internal IMMUTABLE STRICT AS 'textrecv';
CREATE TYPE kb.number (INPUT = kb.number_in, OUTPUT = kb.number_out, INTERNALLENGTH = VARIABLE, STORAGE = extended);
CREATE COLLATION kb.swiss (provider = icu, locale = 'de-CH');
CREATE LANGUAGE plours HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE FUNCTION kb.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE FUNCTION kb.am_handler(internal) RETURNS table_am_handler LANGUAGE internal AS 'heap_tableam_handler';
CREATE OPERATOR kb.=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4eq);
CREATE OPERATOR FAMILY kb.numbers USING btree;
CREATE OPERATOR FAMILY kb.ints USING btree;
CREATE OPERATOR CLASS kb.ints FOR TYPE kb.status USING btree FAMILY kb.ints AS FUNCTION 1 enum_cmp(anyenum, anyenum);
CREATE FUNCTION kb.cast_status(kb.status) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE CAST (kb.status AS integer) WITH INOUT;
CREATE TRANSFORM FOR integer LANGUAGE plpgsql (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE TEXT SEARCH PARSER kb.words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
CREATE TEXT SEARCH TEMPLATE kb.plain (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY kb.names (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY kb.spare (TEMPLATE = simple);
CREATE TEXT SEARCH CONFIGURATION kb.search (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION kb.search ADD MAPPING FOR asciiword WITH kb.names, simple;
CREATE FUNCTION kb.validator(text[], oid) RETURNS void LANGUAGE sql AS '';
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE FOREIGN DATA WRAPPER spare;
CREATE SERVER remote TYPE 'a' VERSION '1' FOREIGN DATA WRAPPER wrapper OPTIONS (host 'here');
CREATE SERVER spare FOREIGN DATA WRAPPER spare;
CREATE USER MAPPING FOR PUBLIC SERVER remote OPTIONS ("user" 'them', password 'secret');
CREATE FOREIGN TABLE kb.far (a integer, b text) SERVER remote OPTIONS (table_name 'x');
CREATE RULE quiet AS ON DELETE TO kb.parent DO INSTEAD NOTHING;
CREATE STATISTICS kb.stats ON project_id, region FROM kb.jobs;
CREATE FUNCTION kb.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION kb.watch2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION kb.watch();
CREATE PUBLICATION news FOR TABLE kb.projects;
ALTER DEFAULT PRIVILEGES IN SCHEMA kb GRANT SELECT ON TABLES TO pg_monitor;
CREATE TABLE kb.texts (name text PRIMARY KEY);
CREATE MATERIALIZED VIEW kb.texts_copy AS SELECT name FROM kb.texts;
CREATE FUNCTION kb.final(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION kb.transformed() RETURNS text LANGUAGE plpgsql AS 'BEGIN END';
GRANT SELECT ON kb.projects TO pg_monitor;
CREATE TABLE kb.orders (
  id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
  code text NOT NULL DEFAULT upper(md5(now()::text)) CHECK (code ~ '^[A-Z0-9]+$'),
  state varchar(9) NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'paid', 'sent')),
  amount numeric(12,2) CHECK (amount BETWEEN 0 AND 1e6),
  made_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
  made_by name DEFAULT CURRENT_USER,
  lasts interval DEFAULT '1 day 02:00',
  tags text[] DEFAULT ARRAY['a', 'b']::text[] CHECK (cardinality(tags) < 5),
  details jsonb DEFAULT '{}' CHECK (details ? 'kind' OR details = '{}'),
  year integer GENERATED ALWAYS AS (extract(year FROM made_at AT TIME ZONE 'UTC')::integer) STORED,
  title text GENERATED ALWAYS AS (code || ' ' || coalesce(nullif(state, ''), '-')) STORED,
  project_id integer REFERENCES kb.projects ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE,
  CHECK (lasts < interval '20 days'),
  CHECK (CASE WHEN state = 'paid' THEN amount > 0 ELSE true END)
);
CREATE INDEX orders_words ON kb.orders USING gin (to_tsvector('english', code || ' ' || state));
CREATE INDEX orders_kind ON kb.orders ((details ->> 'kind'), (substring(code FROM 1 FOR 3)) DESC NULLS LAST) WHERE state <> ALL (ARRAY['sent', 'open']);
CREATE INDEX orders_month ON kb.orders (date_trunc('month', made_at AT TIME ZONE 'UTC'), position('x' IN code), trim(BOTH 'y' FROM state));
ALTER TABLE kb.orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON kb.orders FOR SELECT USING (made_by = SESSION_USER AND EXISTS (SELECT 1 FROM kb.projects p WHERE p.id = project_id AND p.name IS NOT NULL));
CREATE POLICY late ON kb.orders AS RESTRICTIVE FOR UPDATE TO pg_monitor USING (date_part('dow', made_at) <> 0) WITH CHECK (id IN (SELECT o.id FROM kb.jobs o JOIN kb.projects USING (region)));
CREATE TRIGGER checked AFTER UPDATE ON kb.orders FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.* AND new.lasts > '5 s') EXECUTE FUNCTION kb.touch();
CREATE RULE kept AS ON DELETE TO kb.orders WHERE old.state = 'paid' DO INSTEAD UPDATE kb.orders SET state = 'sent' WHERE orders.id = old.id;
CREATE VIEW kb.totals AS
  SELECT o.id, p.name AS project, extract(month FROM o.made_at)::integer AS month, sum(o.amount) OVER (PARTITION BY p.id ORDER BY o.made_at) AS running,
    count(*) FILTER (WHERE o.state = 'paid') OVER () AS paid, o.details #>> '{a,b}' AS deep
  FROM kb.orders o LEFT JOIN kb.projects p ON p.id = o.project_id
  WHERE o.amount > ALL (SELECT size FROM kb.jobs WHERE region = p.region) ORDER BY o.id DESC LIMIT 5;
CREATE VIEW kb.one AS SELECT id, code, state FROM kb.orders WHERE overlay(code PLACING 'x' FROM 1) LIKE 'x%' UNION ALL SELECT 1, 'a', 'b';
CREATE VIEW kb.numbers_up AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT i, row(i, 'x')::kb.pair AS pair FROM n;
CREATE MATERIALIZED VIEW kb.years AS SELECT year, count(*) AS n FROM kb.orders GROUP BY ROLLUP (year) HAVING count(*) > 1 WITH NO DATA;
CREATE UNIQUE INDEX years_year ON kb.years (year);
CREATE PROCEDURE kb.book(INOUT a integer, b text DEFAULT 'x', VARIADIC c integer[] DEFAULT ARRAY[1]) LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE FUNCTION kb.pairs(a numeric DEFAULT 1.50, b date DEFAULT '2024-01-01', OUT c text, OUT d timestamptz) RETURNS SETOF record LANGUAGE sql STABLE SET search_path = kb, public AS 'SELECT ''a'', now()';
CREATE FUNCTION kb.listed(a kb.status[]) RETURNS TABLE (x integer, y kb.pair) LANGUAGE sql AS 'SELECT 1, NULL::kb.pair';
CREATE TABLE kb.measured (at timestamp, v real) PARTITION BY HASH (at, (date_trunc('hour', at)));
CREATE TABLE kb.measured_0 PARTITION OF kb.measured FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE kb.listed_in (k text, n integer) PARTITION BY LIST (lower(k));
CREATE TABLE kb.listed_ab PARTITION OF kb.listed_in FOR VALUES IN ('a', 'b', NULL);
CREATE TABLE kb.listed_rest PARTITION OF kb.listed_in DEFAULT;
CREATE DOMAIN kb.hours AS interval NOT NULL DEFAULT '1 hour' CHECK (VALUE >= '0 s');
CREATE OPERATOR CLASS kb.whole FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
ALTER TABLE kb.orders ADD CONSTRAINT orders_apart EXCLUDE USING btree (code WITH =) WHERE (state = 'open');
ALTER TABLE kb.parent ADD CONSTRAINT parent_a CHECK (a IS NOT NULL AND a % 2 = 0) NOT VALID;
ALTER TABLE kb.parent ALTER a SET NOT NULL;
REVOKE ALL ON FUNCTION kb.pairs FROM PUBLIC;
COMMENT ON VIEW kb.totals IS 'what was paid';
