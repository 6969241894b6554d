/*
 * How long a command lets a server keep it waiting: options that several commands have.
 */
#ifndef COMMAND_OPTION_TIMEOUTS_H
#define COMMAND_OPTION_TIMEOUTS_H

#include "target/reading.h"

/* In seconds, as the options have them. */
typedef struct {
	gint statement_timeout;
	gint lock_timeout;
	gint connect_timeout;
} CommandLimits;

/* For a database that is read. */
#define COMMAND_LIMITS_READING                                                                                         \
	{                                                                                                              \
		.statement_timeout = TARGET_READING_STATEMENT_TIMEOUT, .lock_timeout = TARGET_READING_LOCK_TIMEOUT,    \
		.connect_timeout = DB_CONNECT_TIMEOUT                                                                  \
	}

/* The option of all commands that connect to a server which people name; the variable is a gint that begins as
 * DB_CONNECT_TIMEOUT. */
#define COMMAND_CONNECT_TIMEOUT(variable)                                                                              \
	{                                                                                                              \
		"connect-timeout", 0, 0, G_OPTION_ARG_INT, &(variable),                                                \
		    "how long connecting to a server may take (default: 10)", "SECONDS"                                \
	}

/* The options of commands that read a database which is not ours. */
#define COMMAND_LIMITS_OPTIONS(limits)                                                                                 \
	{ "statement-timeout",                                                                                         \
	  0,                                                                                                           \
	  0,                                                                                                           \
	  G_OPTION_ARG_INT,                                                                                            \
	  &(limits).statement_timeout,                                                                                 \
	  "how long a query there may take (default: 30)",                                                             \
	  "SECONDS" },                                                                                                 \
	    { "lock-timeout",                                                                                          \
	      0,                                                                                                       \
	      0,                                                                                                       \
	      G_OPTION_ARG_INT,                                                                                        \
	      &(limits).lock_timeout,                                                                                  \
	      "how long it may wait for locks of other sessions (default: 2)",                                         \
	      "SECONDS" },                                                                                             \
	    COMMAND_CONNECT_TIMEOUT((limits).connect_timeout)

/* True when the value of an option is a number of seconds from 1 to a day. False with *error (BASE_ERROR_USAGE). */
bool command_check_seconds(const char *option, gint seconds, GError **error);

/* The same for all limits; *ret_reading has those of a session. */
bool command_limits_check(const CommandLimits *limits, TargetReadingOptions *ret_reading, GError **error);

#endif
