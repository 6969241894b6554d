#include "migration/detect/places.h"

#include "base/error.h"
#include "base/process.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
shell(const char *text)
{
	const char *const arguments[] = { "/bin/sh", "-c", text, NULL };
	g_autofree char *here = g_get_current_dir();
	const BaseProcess process = { .arguments = arguments, .input = -1, .output = -1, .directory = here };
	g_auto(BaseProcessEnd) end = { 0 };

	assert_true(base_process_run(&process, &end, NULL));
	assert_true(end.succeeded);
}

/* The places found below a new folder, which the text fills: "DIRECTORY FORMAT, ...". */
static char *
find(const char *text)
{
	g_autofree char *before = g_get_current_dir();
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) found = g_string_new(NULL);

	assert_int_equal(g_chdir(folder), 0);
	shell(text);
	g_autoptr(GPtrArray) places = migration_places_find(&(MigrationPlaceHints){ 0 }, &error);
	assert_non_null(places);
	for (guint i = 0; i < places->len; i++) {
		const MigrationPlace *place = g_ptr_array_index(places, i);
		g_string_append_printf(found, "%s%s %s", i > 0 ? ", " : "", place->directory,
		                       place->set != NULL       ? migration_set_format_name(place->set)
		                       : place->ignored != NULL ? place->ignored
		                                                : "unreadable");
	}
	shell("rm -rf \"$PWD\"");
	assert_int_equal(g_chdir(before), 0);
	return g_string_free(g_steal_pointer(&found), FALSE);
}

#define PUT "put() { mkdir -p \"$(dirname \"$1\")\"; printf '%s\\n' \"$2\" > \"$1\"; }; "

static void
each_tool_is_found_where_people_put_it(void **state)
{
	static const struct {
		const char *text;
		const char *expected;
	} rows[] = {
		{ "put db/migrations/1_a.sql 'SELECT 1'", "db/migrations plain" },
		/* The root itself. */
		{ "put 1_a.sql 'SELECT 1'", ". plain" },
		{ "put db/1_a.sql '-- +goose Up'; put db/2_a.sql '-- +goose Up'", "db goose" },
		/* Several; a part of one is none of its own. */
		{ "put a/migrations/V1__a.sql 'SELECT 1'; put a/migrations/more/V2__b.sql 'SELECT 1'; "
		  "put b/prisma/migrations/20240101000000_a/migration.sql 'SELECT 1'; "
		  "put b/prisma/migrations/migration_lock.toml x",
		  "a/migrations flyway, b/prisma/migrations prisma" },
		{ "put drizzle/0000_a.sql 'SELECT 1'; put drizzle/meta/_journal.json "
		  "'{\"version\":\"7\",\"dialect\":\"postgresql\",\"entries\":[{\"idx\":0,\"version\":\"7\",\"when\":1,"
		  "\"tag\":"
		  "\"0000_a\",\"breakpoints\":true}]}'",
		  "drizzle drizzle" },
		/* Queries of an application are none. */
		{ "put db/queries/users.sql 'SELECT 1'; put sql/report.sql 'SELECT 1'", "" },
		/* Other people's, tests, hidden. */
		{ "for d in node_modules vendor testdata tests .git; do put $d/migrations/1_a.sql 'SELECT 1'; done",
		  "" },
		/* Other servers. */
		{ "put migrations/sqlite/1_a.sql 'SELECT 1'; put migrations/postgres/1_a.sql 'SELECT 1'",
		  "migrations/postgres plain, migrations/sqlite is for SQLite, by its path" },
		{ "put migrations/1_a.sql 'CREATE TABLE t (id int) ENGINE=InnoDB;'",
		  "migrations is for MySQL, by \"1_a.sql\"" },
		{ "put migrations/1_a.sql '-- engine = create_engine(url), AUTO_INCREMENT\nSELECT '\\''ENGINE=x'\\'';'",
		  "migrations plain" },
		{ "put migrations/1_a.sql 'CREATE TABLE t (at int DEFAULT (strftime('\\''%s'\\'')), b text)'",
		  "migrations is for SQLite, by \"1_a.sql\"" },
		{ "put migrations/1_a.sql 'CREATE TABLE t (\"data\" blob NOT NULL)'",
		  "migrations is for SQLite or MySQL, by \"1_a.sql\"" },
		{ "put migrations/1_a.sql 'CREATE TABLE t (blob bytea NOT NULL); SELECT blob FROM t'",
		  "migrations plain" },
		{ "put prisma/migrations/20240101000000_a/migration.sql 'SELECT 1'; "
		  "put prisma/migrations/migration_lock.toml 'provider = \"sqlite\"'",
		  "prisma/migrations is for SQLite, by \"migration_lock.toml\"" },
		{ "put drizzle/0000_a.sql 'SELECT 1'; put drizzle/meta/_journal.json '{\"version\":\"7\",\"dialect\": "
		  "\"mysql\"}'",
		  "drizzle is for MySQL, by \"meta/_journal.json\"" },
		/* The drivers of the project. */
		{ "put Cargo.toml '[dependencies]\nsqlx = { version = \"0.8\", features = [\"sqlite\"] }';"
		  "put migrations/1_a.sql 'SELECT 1'",
		  "migrations is for SQLite, by the driver in \"Cargo.toml\"" },
		{ "put Cargo.toml '[dependencies]\nsqlx = { version = \"0.8\", features = [\"sqlite\",\n\"postgres\"] "
		  "}';"
		  "put migrations/1_a.sql 'SELECT 1'",
		  "migrations sqlx" },
		{ "put Cargo.toml '[workspace.dependencies.sqlx]\nversion = \"0.8\"\nfeatures = [ \"postgres\" "
		  "]\n[a]\nb = 1';"
		  "put a/Cargo.toml '[dependencies]\nsqlx = { workspace = true, features = [\"mysql\"] }';"
		  "put a/migrations/1_a.sql 'SELECT 1'",
		  "a/migrations sqlx" },
		{ "put Cargo.toml '[workspace.dependencies.sqlx]\nversion = \"0.8\"\n[workspace.dependencies.other]\n"
		  "features = [ \"postgres\" ]';"
		  "put a/Cargo.toml '[dependencies]\nsqlx = { workspace = true, features = [\"mysql\"] }';"
		  "put a/migrations/1_a.sql 'SELECT 1'",
		  "a/migrations is for MySQL, by the driver in \"a/Cargo.toml\"" },
		/* A module may be deep. */
		{ "put go.mod 'require github.com/golang-migrate/migrate v3.5.4+incompatible';"
		  "put a/b/c/d/e/f/sql/1_a.up.sql 'SELECT 1'",
		  "a/b/c/d/e/f/sql golang-migrate" },
		/* The module that names the tool may stand beside the migrations. */
		{ "mkdir .git; put migrations/1_a.up.sql 'SELECT 1';"
		  "put libs/go.mod 'require github.com/golang-migrate/migrate/v4 v4.19.1'",
		  "migrations golang-migrate" },
		{ "put go.mod 'require github.com/jackc/tern/v2 v2.3.0'; put db/migrations/001_a.sql 'SELECT 1'",
		  "db/migrations tern" },
		/* Not a history of one database. */
		{ "put sql/1-init.sql 'CREATE DATABASE shop; CREATE ROLE shop;'; put migrations/1_a.sql 'SELECT 1'",
		  "migrations plain, sql makes databases, by \"1-init.sql\", and is no history of one" },
		{ "put sql/1-init.sql 'CREATE ROLE shop; -- not CREATE DATABASE'", "sql plain" },
		{ "put tpc/1.sql '-- all\nselect * from a; WITH x AS (SELECT 1 FROM a) SELECT * FROM x'; put tpc/2.sql "
		  "'CREATE VIEW v AS SELECT 1'; put tpc/3.sql 'SELECT 1 FROM a'; put tpc/4.sql 'SELECT 2 FROM a'; put "
		  "migrations/1_a.sql "
		  "'SELECT f(id) FROM a'",
		  "migrations plain, tpc holds queries, and no migrations, by \"1.sql\"" },
		{ "put db/1_a.sql 'SELECT cron.schedule(1)'; put db/2_b.sql 'WITH x AS (SELECT 1 FROM a) DELETE FROM "
		  "a'; "
		  "put db/3_c.sql 'SELECT 1 AS one INTO b FROM a'",
		  "db plain" },
		{ "put a/sql/00_a.sql 'SELECT ulid()'; put a/expected/00_a.out x; put b/sql/00_a.sql 'SELECT 1'",
		  "a/sql holds tests for pg_regress, by \"a/expected/00_a.out\", b/sql plain" },
		/* Code. */
		{ "put app/versions/1_a.py x; put app/env.py x; put other/versions/1_a.py x",
		  "app/versions holds code of Alembic, which the tool has to run itself" },
		{ "put db/migrate/20240101000000_a.rb x",
		  "db/migrate holds code of Rails, which the tool has to run itself" },
		{ "put migrations/20260101000000_a.js 'exports.up = (knex) => knex.schema.createTable()'",
		  "migrations holds code of Knex, which the tool has to run itself" },
		{ "put migrations/1700000000000_a.ts 'export async function up(pgm: MigrationBuilder) {}';"
		  "put migrations/1700000000001_b.sql '-- Up Migration'",
		  "migrations holds code of node-pg-migrate, which the tool has to run itself" },
		{ "put migrations/20260101000000-a.js 'async up(queryInterface, Sequelize) {}'",
		  "migrations holds code of Sequelize, which the tool has to run itself" },
		{ "put src/migrations/1700000000000-A.ts 'class A implements MigrationInterface {}'",
		  "src/migrations holds code of TypeORM, which the tool has to run itself" },
		{ "put migrations/1_a.js 'knexes()'; put migrations/2_b.test.js 'knex'; put migrations/c.js knex;"
		  "put migrations/1_a.sql 'SELECT 1'",
		  "migrations plain" },
		{ "put migrations/Migration20260101000000.ts 'import { Migration } from \"@mikro-orm/migrations\"'",
		  "migrations holds code of MikroORM, which the tool has to run itself" },
		{ "put migrations/1700000000000-A.ts 'import { Kysely, sql } from \"kysely\"'",
		  "migrations holds code of Kysely, which the tool has to run itself" },
		/* A folder, as a route of a site is one, and a feed of news: no changelogs of Liquibase. */
		{ "put app/changelog.xml/route.ts x; put app/manifest.ts x; put site/changelog.xml '<rss/>';"
		  "put migrations/1_a.sql 'SELECT 1'",
		  "migrations plain" },
		/* This one is: without its namespace, Liquibase refuses it. */
		{ "put db/changelog.xml '<databaseChangeLog/>'", "db unreadable" },
		/* What is not committed yet is a part of the folder above, which is read once. */
		{ "put migrations/committed/000001.sql '--! Previous: -'; put migrations/current/1-current.sql 'SELECT "
		  "1';"
		  "put migrations/current.sql 'SELECT 1'",
		  "migrations unreadable" },
		{ "put migrations/current/1-current.sql 'SELECT 1'", "migrations/current plain" },
		/* Pop has a file for each kind of server. */
		{ "put go.mod 'require github.com/ory/pop/v6 v6.2.0'; put sql/1_a.mysql.up.sql 'SELECT 1';"
		  "put sql/1_a.postgres.up.sql 'SELECT 1'",
		  "sql unreadable" },
		{ "put db/hsqldb/V1__a.sql 'SELECT 1'; put db/postgresql/V1__a.sql 'SELECT 1'",
		  "db/hsqldb is for HSQLDB, by its path, db/postgresql flyway" },
		{ "put db/1_a.sql 'CREATE TABLE a (b VARCHAR_IGNORECASE(5))'",
		  "db is for H2 or HSQLDB, by \"1_a.sql\"" },
		/* It may be any of three tools. */
		{ "put migrations/1_a.up.sql 'SELECT 1'", "migrations unreadable" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strconcat(PUT, rows[i].text, NULL);
		g_autofree char *found = find(text);
		if (strcmp(found, rows[i].expected) != 0)
			fail_msg("%s\nexpected %s\nfound    %s", rows[i].text, rows[i].expected, found);
	}
}

static void
a_name_is_that_of_the_project(void **state)
{
	static const char *const rows[][2] = { { "/srv/shop/db/migrations", "shop" },
		                               { "/srv/my shop/migrations", "my_shop" },
		                               { "/migrations", "database" },
		                               { "/srv/billing", "billing" } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		g_autofree char *name = migration_place_name(rows[i][0]);
		assert_string_equal(name, rows[i][1]);
	}
	g_autofree char *last = migration_place_name(rows[3][0]);
	assert_string_equal(last, rows[3][1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tool_is_found_where_people_put_it),
		cmocka_unit_test(a_name_is_that_of_the_project),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
