#include "support.h"

#include "check/proof/after_use.h"
#include "check/proof/round_trip.h"
#include "migration/detect/formats.h"

#include <glib/gstdio.h>
#include <string.h>

/* The second migration of a history, and its down. */
typedef struct {
	const char *up;
	const char *down;
	guint n_used;
	const char *used;    /* how the use is called, when the down fails after it; else NULL */
	const char *problem; /* what the failure says */
} Row;

static const char *const first = "CREATE TYPE state AS ENUM ('queued', 'done');"
				 "CREATE TABLE team (id int PRIMARY KEY, name text);"
				 "CREATE TABLE job (id serial PRIMARY KEY, state state NOT NULL, n int NOT NULL "
				 "UNIQUE, code varchar(5), kind text CHECK "
				 "(kind IN ('a', 'b')), team int REFERENCES team, amount numeric(6,2));"
				 "CREATE UNIQUE INDEX job_code ON job (code);"
				 "INSERT INTO team VALUES (1, 'x');"
				 "INSERT INTO job (state, n, code, kind, team, amount) SELECT 'done', i, 'c' || i, "
				 "'a', 1, i FROM generate_series(1, 4) i;";

#define BACK                                                                                                           \
	"CREATE TYPE state_old AS ENUM ('queued', 'done');"                                                            \
	"ALTER TABLE job ALTER state TYPE state_old USING state::text::state_old;"                                     \
	"DROP TYPE state; ALTER TYPE state_old RENAME TO state;"

static const Row rows[] = {
	{ "ALTER TYPE state ADD VALUE 'gone';", BACK, 1, "a row of \"public.job\" with state = 'gone'",
	  "invalid input value for enum state_old: \"gone\"" },
	{ "ALTER TYPE state ADD VALUE 'gone';", "UPDATE job SET state = 'done' WHERE state = 'gone';" BACK, 1, NULL,
	  NULL },
	{ "ALTER TABLE job ALTER n DROP NOT NULL;", "ALTER TABLE job ALTER n SET NOT NULL;", 1, "with n = NULL",
	  "column \"n\" of relation \"job\" contains null values" },
	{ "ALTER TABLE job ALTER n DROP NOT NULL;",
	  "UPDATE job SET n = -id WHERE n IS NULL; ALTER TABLE job ALTER n SET NOT NULL;", 1, NULL, NULL },
	{ "ALTER TABLE job ALTER n TYPE bigint;", "ALTER TABLE job ALTER n TYPE int;", 1, "with n = 3000000000",
	  "integer out of range" },
	{ "ALTER TABLE job ALTER n TYPE bigint;", "ALTER TABLE job ALTER n TYPE int USING least(n, 2147483647)::int;",
	  1, NULL, NULL },
	{ "ALTER TABLE job ALTER code TYPE text;", "ALTER TABLE job ALTER code TYPE varchar(5);", 1,
	  "with code = repeat('x', 6)", "value too long for type character varying(5)" },
	{ "ALTER TABLE job ALTER code TYPE varchar(80);",
	  "ALTER TABLE job ALTER code TYPE varchar(5) USING left(code, 5);", 1, NULL, NULL },
	{ "ALTER TABLE job ALTER code TYPE varchar(3);", "ALTER TABLE job ALTER code TYPE varchar(5);", 0, NULL, NULL },
	{ "ALTER TABLE job ALTER amount TYPE numeric(12,2);", "ALTER TABLE job ALTER amount TYPE numeric(6,2);", 1,
	  "with amount = 1e4", "numeric field overflow" },
	{ "ALTER TABLE job DROP CONSTRAINT job_n_key;", "ALTER TABLE job ADD CONSTRAINT job_n_key UNIQUE (n);", 1,
	  "two rows of \"public.job\" with the same n", "could not create unique index \"job_n_key\"" },
	{ "ALTER TABLE job DROP CONSTRAINT job_n_key;",
	  "DELETE FROM job a USING job b WHERE a.n = b.n AND a.id > b.id; ALTER TABLE job ADD CONSTRAINT job_n_key "
	  "UNIQUE (n);",
	  1, NULL, NULL },
	/* On a copy, committed, since neither fits a transaction. */
	{ "DROP INDEX CONCURRENTLY job_code;", "CREATE UNIQUE INDEX CONCURRENTLY job_code ON job (code);", 1,
	  "two rows of \"public.job\" with the same code", "could not create unique index \"job_code\"" },
	{ "ALTER TABLE job DROP CONSTRAINT job_kind_check; ALTER TABLE job ADD CHECK (kind IN ('a', 'b', 'c'));",
	  "ALTER TABLE job DROP CONSTRAINT job_kind_check; ALTER TABLE job ADD CHECK (kind IN ('a', 'b'));", 1,
	  "with kind = 'c'", "check constraint \"job_kind_check\" of relation \"job\" is violated by some row" },
	{ "ALTER TABLE job DROP CONSTRAINT job_kind_check; ALTER TABLE job ADD CHECK (kind IN ('a', 'b', 'c'));",
	  "ALTER TABLE job DROP CONSTRAINT job_kind_check; UPDATE job SET kind = 'b' WHERE kind = 'c'; ALTER TABLE job "
	  "ADD CHECK "
	  "(kind IN ('a', 'b'));",
	  1, NULL, NULL },
	{ "ALTER TABLE job DROP CONSTRAINT job_kind_check;", "ALTER TABLE job ADD CHECK (kind IN ('a', 'b'));", 1,
	  "with kind = ''", "is violated by some row" },
	{ "ALTER TABLE job DROP CONSTRAINT job_team_fkey;",
	  "ALTER TABLE job ADD CONSTRAINT job_team_fkey FOREIGN KEY (team) REFERENCES team;", 1,
	  "with team = 2147480000", "violates foreign key constraint \"job_team_fkey\"" },
	{ "CREATE TABLE note (job int REFERENCES job, t text); INSERT INTO note VALUES (1, 'x'), (1, 'y');",
	  "UPDATE job SET kind = (SELECT 'a' FROM note WHERE note.job = job.id); DROP TABLE note;", 1,
	  "rows of the new tables", "more than one row returned by a subquery" },
	/* Nothing new is allowed. */
	{ "ALTER TABLE job ADD t text; CREATE INDEX job_t ON job (t); CREATE TABLE other (a int);",
	  "DROP TABLE other; ALTER TABLE job DROP t;", 0, NULL, NULL },
	{ "ALTER TABLE job ALTER code SET NOT NULL;", "ALTER TABLE job ALTER code DROP NOT NULL;", 0, NULL, NULL },
};

static void
write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
apply(CheckWorkspace *workspace, guint index, CheckAfter *after)
{
	g_autoptr(GError) error = NULL;

	support_check(check_apply(workspace, g_ptr_array_index(workspace->set->migrations, index), NULL, after, &error),
	              g_steal_pointer(&error), "up");
	if (after->failure.failed)
		fail_msg("%s", after->failure.details);
}

static void
expect(const Row *row)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = folder, .format = "plain" };
	const char *const excluded[] = { "public.schema_migrations", NULL };
	const CatalogExclusions exclusions = { .tables = excluded };
	static const char *const names[] = { "1.sql", "2.sql", "2.down.sql" };
	const char *const texts[] = { first, row->up, row->down };
	g_auto(CheckAfter) before = { 0 };
	g_auto(CheckAfter) after = { 0 };
	g_autofree char *failure = NULL;
	SourcePosition position = { 0 };
	guint n_used = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		write_file(folder, names[i], texts[i]);
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	support_check(set != NULL, g_steal_pointer(&error), row->up);
	g_auto(CheckWorkspace) workspace = { .server = support_server(), .set = set, .exclusions = &exclusions };
	support_check(check_workspace_open(&workspace, "test", &error), g_steal_pointer(&error), "workspace");
	apply(&workspace, 0, &before);
	apply(&workspace, 1, &after);
	g_autoptr(RowsState) rows_before = rows_state_read(workspace.session, &exclusions, NULL);
	const CheckAfterUse trial = { .workspace = &workspace,
		                      .migration = g_ptr_array_index(set->migrations, 1),
		                      .before = before.catalog,
		                      .after = after.catalog };
	support_check(check_after_use(&trial, &n_used, &failure, &position, &error), g_steal_pointer(&error), row->up);
	if (n_used != row->n_used || (failure != NULL) != (row->problem != NULL) ||
	    (failure != NULL && (strstr(failure, row->problem) == NULL || strstr(failure, row->used) == NULL)))
		fail_msg("%s\n%s\nused %u\n%s", row->up, row->down, n_used, failure);
	if (failure != NULL)
		assert_true(g_str_has_suffix(position.path, "2.down.sql"));
	/* The database is as it was. */
	g_autoptr(RowsState) rows_after = rows_state_read(workspace.session, &exclusions, NULL);
	g_autoptr(GPtrArray) changes = rows_state_compare(rows_before, rows_after);
	assert_int_equal(changes->len, 0);
	g_autoptr(CatalogSnapshot) now = catalog_snapshot_read(workspace.session, &exclusions, NULL);
	g_autofree char *expected = catalog_snapshot_fingerprint(after.catalog);
	g_autofree char *found = catalog_snapshot_fingerprint(now);
	assert_string_equal(found, expected);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		g_unlink(path);
	}
	g_rmdir(folder);
}

static void
a_down_is_tried_once_the_up_was_used(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		expect(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_down_is_tried_once_the_up_was_used),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
