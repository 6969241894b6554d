/*
 * --publish of the commands that run suites or join reports.
 */
#ifndef COMMAND_OPTION_PUBLISHING_H
#define COMMAND_OPTION_PUBLISHING_H

#include "command/option/result.h"
#include "publish/publish.h"

/* Its rows in a table of GOptionEntry. */
#define COMMAND_PUBLISH_OPTIONS(publish, timeout)                                                                      \
	{ "publish",  0,                                                                                               \
	  0,          G_OPTION_ARG_STRING_ARRAY,                                                                       \
	  &(publish), "publish the result: github, gitlab or webhook=URL; may be given several times",                 \
	  "PLACE" },                                                                                                   \
	{                                                                                                              \
		"publish-timeout", 0, 0, G_OPTION_ARG_INT, &(timeout),                                                 \
		    "seconds that publishing to one place may take (default: 60)", "SECONDS"                           \
	}

/* Reads both options; a time of 0 is the default. The caller unrefs it. NULL with *error (BASE_ERROR_USAGE). */
GPtrArray *command_publishing_read(char **publish, gint *timeout, GError **error);

/* Publishes the run, and prints what became of it. */
void command_publishing_do(const GPtrArray *wishes, gint timeout, const ReportRun *run);

#endif
