#include "applying.h"

#include "migration/detect/formats.h"
#include "timing.h"

#include <glib/gstdio.h>

char *
applying_make_files(const char *format, int n)
{
	char *folder = g_dir_make_tmp("pgassay-bench-XXXXXX", NULL);

	for (int i = 1; i <= n; i++) {
		g_autofree char *path = g_strdup_printf("%s/%04d_table.sql", folder, i);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		g_autofree char *text = g_strdup_printf(format, i, MAX(i - 1, 1));
#pragma GCC diagnostic pop
		timing_check(g_file_set_contents(path, text, -1, NULL), NULL);
	}
	return folder;
}

void
applying_remove_files(char *folder, int n)
{
	for (int i = 1; i <= n; i++) {
		g_autofree char *path = g_strdup_printf("%s/%04d_table.sql", folder, i);
		g_unlink(path);
	}
	g_rmdir(folder);
	g_free(folder);
}

MigrationSet *
applying_load(const char *folder, const char *format)
{
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = folder, .format = format };
	MigrationSet *set = migration_set_load(&options, &error);

	timing_check(set != NULL, error);
	return set;
}

void
applying_by_runner(const MigrationSet *set, DbSession *session)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationRunner) runner = migration_runner_begin(set, session, NULL, &error);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	timing_check(runner != NULL, error);
	timing_check(migration_runner_migrate(runner, &applied, &failed, &outcome, &error), error);
	timing_check(failed == NULL && applied == set->migrations->len, NULL);
}

double
applying_measure(ScratchServer *server, const MigrationSet *set,
                 void (*apply)(const MigrationSet *set, DbSession *session))
{
	g_autoptr(GError) error = NULL;
	ScratchDatabase *database = scratch_database_create(server, "benchmark", NULL, &error);
	timing_check(database != NULL, error);
	DbSession *session = scratch_database_connect(database, DB_SESSION_MIGRATION, &error);
	timing_check(session != NULL, error);
	gint64 start = g_get_monotonic_time();

	apply(set, session);
	double milliseconds = timing_since(start);
	db_session_close(session);
	scratch_database_drop(database, false);
	return milliseconds;
}
