/* Shared by the tests of attributes: objects, and the difference that each change of one must give. */
#ifndef TESTS_POSTGRES_CATALOG_ATTRIBUTES_H
#define TESTS_POSTGRES_CATALOG_ATTRIBUTES_H

#include "../support.h"

#include "catalog/diff.h"

/* One object of each class, with as much stated about it as one object can have. */
static const char setup[] =
    "CREATE SCHEMA kb;"
    "CREATE COLLATION kb.german (provider = libc, locale = 'C');"
    "CREATE TYPE kb.status AS ENUM ('new', 'do\"ne', 'it''s');"
    "CREATE SEQUENCE kb.numbers;"
    "CREATE FUNCTION kb.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a + b';"
    "CREATE FUNCTION kb.many() RETURNS SETOF integer LANGUAGE sql ROWS 5 AS 'SELECT 1';"
    "CREATE PROCEDURE kb.run(a text) LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;"
    "CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');"
    "CREATE FUNCTION kb.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    "CREATE FUNCTION kb.touch2() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
    "CREATE TABLE kb.projects (id integer, region integer, name text, CONSTRAINT projects_pk PRIMARY KEY (id),"
    "  CONSTRAINT projects_two UNIQUE (region, id));"
    "CREATE TABLE kb.jobs (id bigint GENERATED ALWAYS AS IDENTITY, project_id integer, region integer,"
    "  title varchar(20) DEFAULT 'x' NOT NULL, body text, size integer, twice integer GENERATED ALWAYS AS (size * 2) "
    "STORED,"
    "  during int4range,"
    "  CONSTRAINT jobs_pk PRIMARY KEY (id) INCLUDE (region),"
    "  CONSTRAINT jobs_title UNIQUE (title, size) INCLUDE (region),"
    "  CONSTRAINT jobs_size CHECK (size > 0),"
    "  CONSTRAINT jobs_during EXCLUDE USING gist (during WITH &&),"
    "  CONSTRAINT jobs_project FOREIGN KEY (project_id) REFERENCES kb.projects (id));"
    "CREATE INDEX jobs_index ON kb.jobs (project_id, lower(title)) INCLUDE (size) WHERE size > 10;"
    "ALTER TABLE kb.jobs ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY jobs_policy ON kb.jobs USING (size > 1) WITH CHECK (size > 2);"
    "CREATE TRIGGER jobs_trigger BEFORE INSERT OR UPDATE OF title, body ON kb.jobs FOR EACH ROW"
    "  WHEN (new.size > 5) EXECUTE FUNCTION kb.touch('a', 'b''\\');"
    "CREATE CONSTRAINT TRIGGER jobs_constraint AFTER INSERT ON kb.jobs FOR EACH ROW EXECUTE FUNCTION kb.touch();"
    "CREATE TRIGGER jobs_tables AFTER UPDATE ON kb.jobs REFERENCING OLD TABLE AS was NEW TABLE AS now"
    "  FOR EACH STATEMENT EXECUTE FUNCTION kb.touch();"
    "CREATE VIEW kb.titles AS SELECT 1::bigint AS id, 'x'::varchar(20) AS title FROM kb.jobs;"
    "CREATE MATERIALIZED VIEW kb.sizes AS SELECT id, size FROM kb.jobs;"
    "CREATE TABLE kb.events (at date NOT NULL, what text) PARTITION BY RANGE (at);"
    "CREATE TABLE kb.events_1 PARTITION OF kb.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');"
    "CREATE TABLE kb.parent (a integer);"
    "CREATE TABLE kb.child (b integer) INHERITS (kb.parent);"
    "COMMENT ON COLUMN kb.projects.id IS 'a number';"
    "GRANT SELECT ON kb.projects TO pg_monitor;";

typedef struct {
	const char *change;
	const char *differences;
	int since; /* the first version that can do it */
} Row;

static inline CatalogSnapshot *
read_snapshot(DbSession *session)
{
	GError *error = NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);

	support_check(snapshot != NULL, error, "catalog_snapshot_read");
	return snapshot;
}

/* How the snapshot of the changed schema differs from the one before; the change is undone. */
static inline char *
differences_of(DbSession *session, const CatalogSnapshot *before, const char *change)
{
	support_execute(session, "BEGIN");
	support_execute(session, change);
	g_autoptr(CatalogSnapshot) after = read_snapshot(session);
	support_execute(session, "ROLLBACK");
	g_autoptr(GArray) differences = catalog_diff(before, after, NULL);
	return catalog_diff_describe(differences, G_MAXUINT);
}

static inline void
check_rows(void **state, const char *more, const Row *rows, gsize n_rows)
{
	SupportDatabase *database = *state;
	int version = db_session_server_version(database->session);
	guint ran = 0;

	support_execute(database->session, setup);
	support_execute(database->session, "CREATE TYPE public.\"Odd, Type\" AS ENUM ()");
	/* A setting of the server, which an earlier test may have left. */
	support_execute(database->session, "SET allow_in_place_tablespaces = on");
	db_session_execute(database->session, "CREATE TABLESPACE elsewhere LOCATION ''", NULL);
	support_execute(database->session, more);
	g_autoptr(CatalogSnapshot) before = read_snapshot(database->session);
	for (gsize i = 0; i < n_rows; i++) {
		if (version < rows[i].since)
			continue;
		g_autofree char *seen = differences_of(database->session, before, rows[i].change);
		if (strcmp(seen, rows[i].differences) != 0)
			print_error("after: %s\n", rows[i].change);
		assert_string_equal(seen, rows[i].differences);
		ran++;
	}
	assert_int_not_equal(ran, 0);
}

#define CHECK_ROWS(function, rows)                                                                                     \
	static void function(void **state)                                                                             \
	{                                                                                                              \
		check_rows(state, "", rows, G_N_ELEMENTS(rows));                                                       \
	}

/* With the objects of attributes_other.h. */
#define CHECK_OTHER_ROWS(function, rows)                                                                               \
	static void function(void **state)                                                                             \
	{                                                                                                              \
		check_rows(state, setup_other, rows, G_N_ELEMENTS(rows));                                              \
	}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

#endif
