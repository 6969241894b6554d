/* A list of migrations run one by one, each with its expected result. */
#ifndef TESTS_POSTGRES_MIGRATION_SUPPORT_SEQUENCE_H
#define TESTS_POSTGRES_MIGRATION_SUPPORT_SEQUENCE_H

#include "support_runner.h"

static inline MigrationSet *
sequence_load(const char *format, const FolderFile *files, const char *setting, const char *value)
{
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	GError *error = NULL;

	if (setting != NULL)
		g_hash_table_insert(settings, (gpointer)setting, (gpointer)value);
	MigrationSet *set = folder_load(files, (MigrationOptions){ .format = format, .settings = settings }, &error);
	support_check(set != NULL, error, "migration_set_load");
	return set;
}

/* Runs all of the set's migrations one by one; sqlstates[i] is how the i-th fails, NULL: it does not, "": without an
 * error of the server. */
static inline void
sequence_run(MigrationRunner *runner, const MigrationSet *set, const char *const *sqlstates)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		g_auto(MigrationOutcome) outcome = { 0 };
		runner_try(runner, runner_migration(set, i), MIGRATION_UP, &outcome);
		const char *found = outcome.failed ? (outcome.sqlstate != NULL ? outcome.sqlstate : "") : NULL;
		if (g_strcmp0(found, sqlstates[i]) != 0)
			fail_msg("%s: %s", runner_migration(set, i)->name, outcome.failed ? outcome.details : "runs");
	}
}

#endif
