#include "support.h"

static ScratchServer *server;

void
support_check(bool done, GError *error, const char *what)
{
	g_autofree char *message = g_strdup_printf("%s: %s", what, error != NULL ? error->message : "no error is set");

	g_clear_error(&error);
	if (!done)
		fail_msg("%s", message);
}

int
support_start(void **state)
{
	g_autoptr(GError) error = NULL;
	const ScratchOptions options = { 0 };

	(void)state;
	server = scratch_server_start(&options, &error);
	if (server == NULL)
		print_error("no scratch server: %s\n", error->message);
	return server != NULL ? 0 : -1;
}

int
support_stop(void **state)
{
	(void)state;
	g_clear_pointer(&server, scratch_server_stop);
	return 0;
}

ScratchServer *
support_server(void)
{
	return server;
}

SupportDatabase *
support_database(const ScratchDatabase *template)
{
	SupportDatabase *database = g_new0(SupportDatabase, 1);
	GError *error = NULL;

	database->database = scratch_database_create(server, "test", template, &error);
	support_check(database->database != NULL, error, "scratch_database_create");
	database->session = scratch_database_connect(database->database, DB_SESSION_MIGRATION, &error);
	support_check(database->session != NULL, error, "scratch_database_connect");
	return database;
}

void
support_database_free(SupportDatabase *database)
{
	if (database == NULL)
		return;
	db_session_close(database->session);
	scratch_database_drop(database->database, false);
	g_free(database);
}

int
support_open(void **state)
{
	*state = support_database(NULL);
	return 0;
}

int
support_close(void **state)
{
	support_database_free(*state);
	return 0;
}

void
support_execute(DbSession *session, const char *sql)
{
	GError *error = NULL;
	bool done = db_session_execute(session, sql, &error);

	support_check(done, error, sql);
}
