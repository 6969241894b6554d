/*
 * Durations on the command line.
 */
#ifndef COMMAND_OPTION_DURATION_H
#define COMMAND_OPTION_DURATION_H

#include <glib.h>
#include <stdbool.h>

/* Reads "90", "90s", "1.5min", "2h" or "500ms"; a number alone is seconds. False with *error (BASE_ERROR_USAGE), which
 * names the option, for anything else, for nothing and less, and for more than a week. */
bool command_duration_parse(const char *option, const char *text, gint64 *ret_microseconds, GError **error);

#endif
