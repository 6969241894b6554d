/*
 * Databases that are built for a program or for a person: those of "pgassay exec" and "pgassay shell".
 */
#ifndef COMMAND_DATABASE_BUILT_H
#define COMMAND_DATABASE_BUILT_H

#include "command/option/timeouts.h"
#include "lease/service.h"
#include "run/build.h"

/* As the command line has them. */
typedef struct {
	char *bindir;
	char *server;
	gint connect_timeout;
	char **seeds; /* files of SQL that are loaded after the last migration */
	gint rows;    /* generated rows for each table that is empty then */
	gboolean no_data;
	gboolean no_cache;
	gboolean tcp;  /* programs connect by TCP */
	char *before;  /* a migration: the state before it */
	gboolean keep; /* the databases may stay */
	gint workers;  /* so many copies of each database are kept ahead for workers; 0: nothing is lent */
	gint port;     /* of the service; 0: any that is free */
} CommandBuiltOptions;

void command_built_options_clear(CommandBuiltOptions *options);

/* False with *error (BASE_ERROR_USAGE): --tcp together with --server. */
bool command_built_check_tcp(bool tcp, const char *server, GError **error);

/* Their rows in a table of GOptionEntry. */
#define COMMAND_BUILT_OPTIONS(options)                                                                                 \
	{ "seed",                                                                                                      \
	  0,                                                                                                           \
	  0,                                                                                                           \
	  G_OPTION_ARG_FILENAME_ARRAY,                                                                                 \
	  &(options).seeds,                                                                                            \
	  "load this file of SQL after the migrations, instead of the suite's data; may be given several times",       \
	  "FILE" },                                                                                                    \
	    { "rows",                                                                                                  \
	      0,                                                                                                       \
	      0,                                                                                                       \
	      G_OPTION_ARG_INT,                                                                                        \
	      &(options).rows,                                                                                         \
	      "give each table that is empty then so many generated rows",                                             \
	      "N" },                                                                                                   \
	    { "no-data", 0, 0, G_OPTION_ARG_NONE, &(options).no_data, "leave the suite's data out", NULL },            \
	    { "no-cache",                                                                                              \
	      0,                                                                                                       \
	      0,                                                                                                       \
	      G_OPTION_ARG_NONE,                                                                                       \
	      &(options).no_cache,                                                                                     \
	      "build the databases anew, and keep nothing of them for the next time",                                  \
	      NULL },                                                                                                  \
	    { "tcp",                                                                                                   \
	      0,                                                                                                       \
	      0,                                                                                                       \
	      G_OPTION_ARG_NONE,                                                                                       \
	      &(options).tcp,                                                                                          \
	      "listen on a port of 127.0.0.1, with a password, for drivers that cannot use a Unix socket",             \
	      NULL },                                                                                                  \
	    { "before", 0, 0, G_OPTION_ARG_STRING, &(options).before, "stop before this migration", "MIGRATION" },     \
	    { "pg-bindir",                                                                                             \
	      0,                                                                                                       \
	      0,                                                                                                       \
	      G_OPTION_ARG_FILENAME,                                                                                   \
	      &(options).bindir,                                                                                       \
	      "the folder of the PostgreSQL programs to use",                                                          \
	      "DIR" },                                                                                                 \
	    { "server",                                                                                                \
	      0,                                                                                                       \
	      0,                                                                                                       \
	      G_OPTION_ARG_STRING,                                                                                     \
	      &(options).server,                                                                                       \
	      "build on this running server instead of one of our own",                                                \
	      "URL" },                                                                                                 \
	    COMMAND_CONNECT_TIMEOUT((options).connect_timeout)

/* The two options of workers, whose default is `n`: a text. */
#define COMMAND_BUILT_WORKERS(options, n)                                                                              \
	{ "workers",                                                                                                   \
	  0,                                                                                                           \
	  0,                                                                                                           \
	  G_OPTION_ARG_INT,                                                                                            \
	  &(options).workers,                                                                                          \
	  "lease copies of the databases to the workers of a test program, and keep so many ahead (default: " n ")",   \
	  "N" },                                                                                                       \
	{                                                                                                              \
		"port", 0, 0, G_OPTION_ARG_INT, &(options).port,                                                       \
		    "where workers lease them, on 127.0.0.1 (default: any port that is free)", "PORT"                  \
	}

/* One database, and a session that no program uses: on it, or on a copy of it if it is a template for workers. */
typedef struct {
	const RunJob *job;
	CheckWorkspace workspace;
	MigrationStandIns stand_ins;
	ScratchDatabase *copy; /* or NULL */
	gint64 duration;       /* microseconds that it has taken */
	DbSession *session;    /* as programs connect to it */
} CommandBuiltDatabase;

typedef struct {
	RunPlan *plan;
	GPtrArray *servers;   /* of ScratchServer *: the only one, once it has been started */
	GPtrArray *databases; /* of CommandBuiltDatabase *, in the order of the suite */
	LeasePool *pool;      /* of what workers lease; or NULL, as */
	LeaseService *service;
} CommandBuilt;

/* Builds the databases of `place`, which is `suite.yaml`, `suite.yaml:database`, or one of both with `@version`.
 * Errors in files and names are reported before a server starts. Prints a progress line for each database on
 * standard error. Must be called before the process has other threads. False with *error. */
bool command_built_make(const char *place, const CommandBuiltOptions *options, CommandBuilt *ret_built, GError **error);

/* An empty database for the same job as the first one of `built`, which must outlive it, on a server of its own. Of the
 * options the server's count. Leases nothing. False with *error. */
bool command_built_make_empty(const CommandBuilt *built, const CommandBuiltOptions *options, CommandBuilt *ret_built,
                              GError **error);

/* Our environment, with DATABASE_URL and the PG* variables of the first database, and the variables that the suite has
 * for each of them, and PGASSAY_LEASES where workers lease copies. The caller frees it by g_strfreev. */
char **command_built_environment(const CommandBuilt *built);

/* The URL of the first database, as DATABASE_URL has it. The caller frees it. */
char *command_built_url(const CommandBuilt *built);

/* Leaves the databases and the server there; prints how to open and how to end them, on standard error. */
void command_built_keep(CommandBuilt *built);

/* Removes everything that is not kept. */
void command_built_clear(CommandBuilt *built);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CommandBuilt, command_built_clear)

#endif
