/*
 * A service that is asked whether it goes on.
 */
#ifndef COMMAND_DATABASE_PROBE_H
#define COMMAND_DATABASE_PROBE_H

#include <glib.h>
#include <stdbool.h>

#define COMMAND_PROBE_TIMEOUT 30 /* seconds */

/* False with *error (BASE_ERROR_USAGE) when it is no URL of a service. */
bool command_probe_check(const char *url, GError **error);

/* Asks by GET, again and again, until the answer is below 400, and prints it. False with *error
 * (BASE_ERROR_ENVIRONMENT): after so many seconds there is none, and what came instead. */
bool command_probe(const char *url, guint seconds, GError **error);

#endif
