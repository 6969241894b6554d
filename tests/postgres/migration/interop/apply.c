/*
 * Runs everything that is pending with pgassay's runner, for script/interop-flyway:
 * interop-apply CONNINFO DIRECTORY [CONFIG]. Exit 0: migrated; 1: refused or failed, and said why.
 */
#include "migration/runner.h"

#include <stdio.h>

static int
migrate(const MigrationSet *set, DbSession *session, GError **error)
{
	g_autoptr(MigrationRunner) runner = migration_runner_begin(set, session, NULL, error);
	g_auto(MigrationOutcome) outcome = { 0 };
	const Migration *failed = NULL;
	guint applied = 0;

	if (runner == NULL || !migration_runner_migrate(runner, &applied, &failed, &outcome, error))
		return 1;
	if (failed != NULL)
		fprintf(stderr, "%s: %s\n", failed->name, outcome.details);
	return failed != NULL;
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	int status = 1;

	if (argc < 3) {
		fputs("usage: interop-apply CONNINFO DIRECTORY [CONFIG]\n", stderr);
		return 2;
	}
	const MigrationOptions options = { .directory = argv[2],
		                           .format = "flyway",
		                           .config = argc > 3 && *argv[3] != '\0' ? argv[3] : NULL };
	g_autoptr(MigrationSet) set = migration_set_load(&options, &error);
	g_autoptr(DbEndpoint) endpoint = set != NULL ? db_endpoint_new_conninfo(argv[1], &error) : NULL;
	g_autoptr(DbSession) session = endpoint != NULL ? db_session_open(endpoint, NULL, DB_SESSION_MIGRATION, &error)
	                                                : NULL;
	if (session != NULL)
		status = migrate(set, session, &error);
	if (error != NULL)
		fprintf(stderr, "%s\n", error->message);
	return status;
}
