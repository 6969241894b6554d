/*
 * The common parts of commands that run suites: options, reports, time limit, exit code.
 */
#ifndef COMMAND_RUNNING_H
#define COMMAND_RUNNING_H

#include "command/command.h"
#include "command/option/publishing.h"
#include "command/option/timeouts.h"
#include "run/run.h"

typedef struct {
	char *bindir;
	char *server;
	gint connect_timeout;
	char **reports;
	gboolean keep;
	gboolean keep_failed;
	gboolean quiet;
	gboolean verbose;
	char **only;
	char **stages;
	gboolean fail_fast;
	gboolean list;   /* of "pgassay run" */
	gboolean matrix; /* the same */
	gboolean tcp;    /* the same */
	gint threads;
	char *timeout;
	char *repro; /* where bundles go */
	char *shard;
	char *durations; /* the file */
	char **publish;
	gint publish_timeout; /* seconds */
	char *format;         /* of the output: "text", "json"; NULL: text */
} CommandRunning;

void command_running_clear(CommandRunning *running);

/* Their rows in a table of GOptionEntry. */
#define COMMAND_RUNNING_OPTIONS(running, timeout_default)                                                                   \
	{ "report",                                                                                                         \
	  'r',                                                                                                              \
	  0,                                                                                                                \
	  G_OPTION_ARG_STRING_ARRAY,                                                                                        \
	  &(running).reports,                                                                                               \
	  "write a report; may be given several times (default: junit=build/reports/junit.xml)",                            \
	  "FORMAT[=PATH]" },                                                                                                \
	    { "pg-bindir",                                                                                                  \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_FILENAME,                                                                                        \
	      &(running).bindir,                                                                                            \
	      "the folder of the PostgreSQL programs to use",                                                               \
	      "DIR" },                                                                                                      \
	    { "server",                                                                                                     \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_STRING,                                                                                          \
	      &(running).server,                                                                                            \
	      "use this running server instead of one of our own; only databases that pgassay made there are "              \
	      "dropped",                                                                                                    \
	      "URL" },                                                                                                      \
	    { "keep", 0, 0, G_OPTION_ARG_NONE, &(running).keep, "keep the scratch databases and say how to open them",      \
	      NULL },                                                                                                       \
	    { "keep-failed", 0, 0, G_OPTION_ARG_NONE, &(running).keep_failed, "keep those in which a case failed", NULL },  \
	    { "threads",                                                                                                    \
	      'j',                                                                                                          \
	      0,                                                                                                            \
	      G_OPTION_ARG_INT,                                                                                             \
	      &(running).threads,                                                                                           \
	      "databases to work on at once (default: processors)",                                                         \
	      "N" },                                                                                                        \
	    { "only",                                                                                                       \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_STRING_ARRAY,                                                                                    \
	      &(running).only,                                                                                              \
	      "only the cases that fit: DATABASE, DATABASE/STAGE or DATABASE/STAGE/CASE, with * for any text; may be "      \
	      "given several times",                                                                                        \
	      "GLOB" },                                                                                                     \
	    { "stage",                                                                                                      \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_STRING_ARRAY,                                                                                    \
	      &(running).stages,                                                                                            \
	      "only these stages (\"round trip\", rows, crash, ...), with commas between; may be given several times",      \
	      "GLOB" },                                                                                                     \
	    { "shard",                                                                                                      \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_STRING,                                                                                          \
	      &(running).shard,                                                                                             \
	      "do only the K-th of N parts of the work; auto: what the CI system says",                                     \
	      "K/N" },                                                                                                      \
	    { "durations",                                                                                                  \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_FILENAME,                                                                                        \
	      &(running).durations,                                                                                         \
	      "how long stages take: read where it is there, and written at the end; --shard divides by it",                \
	      "FILE" },                                                                                                     \
	    COMMAND_PUBLISH_OPTIONS((running).publish, (running).publish_timeout),                                          \
	    { "fail-fast", 0, 0, G_OPTION_ARG_NONE, &(running).fail_fast, "end the run at the first failure", NULL },       \
	    { "timeout",                                                                                                    \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_STRING,                                                                                          \
	      &(running).timeout,                                                                                           \
	      "end the run after that time, as an error (default: " timeout_default ")",                                    \
	      "DURATION" },                                                                                                 \
	    { "repro",                                                                                                      \
	      0,                                                                                                            \
	      0,                                                                                                            \
	      G_OPTION_ARG_FILENAME,                                                                                        \
	      &(running).repro,                                                                                             \
	      "where the bundles of what failed go, for \"pgassay repro\"; off: none (default: repro beside the "           \
	      "report)",                                                                                                    \
	      "DIR" },                                                                                                      \
	    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &(running).quiet, "show only what is not passed, and the totals", NULL }, \
	    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &(running).verbose, "show a line for each case that passed, too",       \
	      NULL },                                                                                                       \
	    COMMAND_COLOUR, COMMAND_CONNECT_TIMEOUT((running).connect_timeout)

/* The parts of a run that depend on the command. */
typedef struct {
	/* The work; may use the options, and add to their servers. NULL with *error. */
	RunPlan *(*plan)(void *data, const RunOptions *options, GError **error);
	/* After the run, before its reports are written; NULL: nothing. False with *error. */
	bool (*judge)(void *data, const RunPlan *plan, const RunOptions *options, RunResult *result, GError **error);
	/* Whether results are shown migration by migration; NULL: they are not. */
	bool (*shows_migrations)(void *data);
	bool shows_at_once; /* judge leaves the cases as they are: they are shown as they come */
	/* The command that repeats the run, once there is a plan: "pgassay", "check", "--base", "3f2c1a9". The
	 * caller frees it. NULL: "pgassay run", with the suites after it. */
	GStrv (*command)(void *data);
	void *data;
} CommandWork;

/* Plans, runs, writes the reports, prints. False with *error, which the reports contain, too. *ret_result may still
 * be that of a failed case, because that is more important. */
bool command_running_run(const CommandRunning *running, const CommandWork *work, CommandResult *ret_result,
                         GError **error);

/* The command line is wrong: the report at the default place is not of this run. */
void command_running_replace_report(void);

#endif
