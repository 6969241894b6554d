/*
 * Shared by the tests of run/: migrations in a temporary folder, sessions of other users.
 */
#ifndef TESTS_POSTGRES_RUN_SUPPORT_RUN_H
#define TESTS_POSTGRES_RUN_SUPPORT_RUN_H

#include "support.h"

#include "migration/detect/formats.h"
#include "migration/migration.h"

#include <glib/gstdio.h>
#include <string.h>

/* The files 1.sql, 2.sql, ... with these texts; the list ends with NULL. The test fails when they cannot be read. */
static inline MigrationSet *
load_migrations(const char *const *texts)
{
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const MigrationOptions options = { .directory = folder, .format = "plain" };
	GError *error = NULL;

	for (guint i = 0; texts[i] != NULL; i++) {
		char *path = g_strdup_printf("%s/%u.sql", folder, i + 1);
		g_ptr_array_add(paths, path);
		assert_true(g_file_set_contents(path, texts[i], -1, NULL));
	}
	MigrationSet *set = migration_set_load(&options, &error);
	for (guint i = 0; i < paths->len; i++)
		g_unlink(g_ptr_array_index(paths, i));
	g_rmdir(folder);
	support_check(set != NULL, error, "migrations");
	return set;
}

/* A session on the database by a connection string with more in it, for example another user. */
static inline DbSession *
connect_with(const ScratchDatabase *database, const char *more, GError **error)
{
	g_autofree char *conninfo = g_strdup_printf(
	    "%s %s", db_endpoint_describe(scratch_server_endpoint(support_server())), more);
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(conninfo, error);

	return endpoint != NULL ? db_session_open(endpoint, scratch_database_name(database), DB_SESSION_INTERNAL, error)
	                        : NULL;
}

/* The value of a query; the test fails when there is none. */
static inline char *
value(DbSession *session, const char *sql)
{
	GError *error = NULL;
	char *found = db_session_query_value(session, &error, sql, NULL);

	support_check(found != NULL, error, sql);
	return found;
}

static inline void
expect_text(DbSession *session, const char *sql, const char *expected)
{
	g_autofree char *found = value(session, sql);

	if (strcmp(found, expected) != 0)
		fail_msg("%s\nexpected %s\nfound %s", sql, expected, found);
}

#endif
