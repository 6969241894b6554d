/*
 * The server judges the splitter: a text that is sent whole and the same text cut into statements that are sent one by
 * one have to leave the same catalog, or both have to be refused. Texts with traps, and all scripts of the example
 * systems.
 */
#include "support_runner.h"

#include "catalog/diff.h"
#include "migration/detect/formats.h"

/* Each makes something of every piece, so that a wrong cut shows. */
static const char *const texts[] = {
	"CREATE TABLE a (id int); CREATE TABLE b (t text DEFAULT 'x;y', u text DEFAULT E'it\\'s;');",
	"CREATE TABLE \"odd;name\" (\"a;\"\"b\" int);;; CREATE TABLE c (id int)",
	"-- a; comment\nCREATE TABLE a (id int); /* one; /* nested; */ more; */ CREATE TABLE b (id int) -- end; \n;",
	"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF true THEN RETURN 1; END IF; RETURN 2; END; "
	"$$; "
	"CREATE FUNCTION g(a int) RETURNS text LANGUAGE sql AS $body$ SELECT $q$;$q$ || $1::text; $body$;",
	"CREATE FUNCTION h() RETURNS text LANGUAGE sql AS 'SELECT ''^foo$;bar$'''; CREATE VIEW v AS SELECT h() AS h;",
	"DO $outer$ BEGIN EXECUTE $inner$CREATE TABLE d (id int); CREATE TABLE e (id int);$inner$; END $outer$; "
	"CREATE TABLE f (a$b int, c$d$ int);",
	"CREATE TABLE a (id int); CREATE RULE r AS ON INSERT TO a DO ALSO (SELECT 1; SELECT 2); CREATE TABLE b (id "
	"int);",
	"CREATE TABLE a (t text DEFAULT U&'\\0061;', b bit(4) DEFAULT B'0101', x text DEFAULT 'a'\n';b');",
	"CREATE TABLE a (id int DEFAULT (CASE WHEN true THEN 1 ELSE 2 END)); CREATE INDEX i ON a ((id + 1)) WHERE id > "
	"0;",
	"\xef\xbb\xbf"
	"CREATE TABLE a (id int);\r\nCREATE TABLE b (id int);\r\n",
	"CREATE TABLE a (id int); SELECT no_such_function(';'); CREATE TABLE b (id int);",
	"CREATE TABLE a (id int); CREATE TABLE a (id int); CREATE TABLE b (id int);",
};

/* Needs PostgreSQL 14. */
static const char atomic_text[] =
    "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN 1 ELSE 2 END; SELECT "
    "3; END; "
    "CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC SELECT 1; END; CREATE TABLE a (id int);";

/* In one transaction: what fails leaves nothing, whichever way it was sent. */
static bool
send(DbSession *session, const MigrationScript *script)
{
	const GPtrArray *messages = migration_script_messages(script);
	bool done = true;

	support_execute(session, "BEGIN");
	for (guint i = 0; i < messages->len && done; i++) {
		const MigrationMessage *message = g_ptr_array_index(messages, i);
		done = db_session_execute(session, message->text->sql, NULL);
	}
	support_execute(session, done ? "COMMIT" : "ROLLBACK");
	return done;
}

static CatalogSnapshot *
read_catalog(DbSession *session)
{
	GError *error = NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);

	support_check(snapshot != NULL, error, "catalog_snapshot_read");
	return snapshot;
}

/* True when the server took the text. */
static bool
compare(DbSession *whole, DbSession *cut, Source *source)
{
	GError *error = NULL;
	g_autoptr(MigrationScript) one = migration_script_new_cut(source, migration_source_text(source), NULL);
	g_autoptr(MigrationScript) many = migration_script_new(source, migration_source_text(source), &error);

	support_check(many != NULL, error, base_source_path(source));
	bool taken = send(whole, one);
	if (send(cut, many) != taken)
		fail_msg("%s: the server %s the whole text, and not its statements: %s", base_source_path(source),
		         taken ? "takes" : "refuses", base_source_text(source));
	g_autoptr(CatalogSnapshot) expected = read_catalog(whole);
	g_autoptr(CatalogSnapshot) found = read_catalog(cut);
	g_autoptr(GArray) differences = catalog_diff(expected, found, NULL);
	if (differences->len > 0) {
		g_autofree char *all = catalog_diff_describe(differences, 20);
		fail_msg("%s: cut into statements it does something else:\n%s\n%s", base_source_path(source), all,
		         base_source_text(source));
	}
	return taken;
}

static void
traps_are_cut_as_the_server_reads_them(void **state)
{
	(void)state;
	guint n_taken = 0;

	for (gsize i = 0; i <= G_N_ELEMENTS(texts); i++) {
		g_autoptr(SupportDatabase) whole = support_database(NULL);
		g_autoptr(SupportDatabase) cut = support_database(NULL);
		bool atomic = i == G_N_ELEMENTS(texts);
		if (atomic && db_session_server_version(whole->session) < 140000)
			continue;
		g_autoptr(Source) source = base_source_new("text", atomic ? atomic_text : texts[i], -1);
		n_taken += compare(whole->session, cut->session, source);
	}
	/* All but the last two. */
	assert_true(n_taken >= G_N_ELEMENTS(texts) - 2);
}

/* The scripts of a directory, one after the other on the same two databases. */
static guint
compare_directory(const char *directory)
{
	g_autoptr(SupportDatabase) whole = support_database(NULL);
	g_autoptr(SupportDatabase) cut = support_database(NULL);
	GError *error = NULL;
	const char *root = g_getenv("PGASSAY_SOURCE_ROOT");
	g_autofree char *path = g_build_filename(root != NULL ? root : ".", directory, NULL);
	g_autoptr(MigrationSet) set = migration_set_load(&(MigrationOptions){ .directory = path }, &error);
	guint n_taken = 0;

	support_check(set != NULL, error, directory);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = runner_migration(set, i);
		n_taken += compare(whole->session, cut->session, migration_script_source(migration->up));
	}
	assert_true(n_taken > 0);
	return n_taken;
}

static void
example_systems_are_cut_as_the_server_reads_them(void **state)
{
	(void)state;
	compare_directory("migrations/capsule/auth-service");
	compare_directory("migrations/capsule/project-service");
	assert_int_equal(compare_directory("migrations/kyozo/sql"), 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(traps_are_cut_as_the_server_reads_them),
		cmocka_unit_test(example_systems_are_cut_as_the_server_reads_them),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
