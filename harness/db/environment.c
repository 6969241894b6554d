#include "db/environment.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* The variables that main took, for the life of the process; the environment that libpq reads is global, too. */
static char **taken;

static bool
environment_is_taken(const char *name)
{
	return g_str_has_prefix(name, "PG") && !g_str_has_prefix(name, "PGASSAY_") &&
	       strcmp(name, "PGSERVICEFILE") != 0 && strcmp(name, "PGSYSCONFDIR") != 0;
}

void
db_environment_take(void)
{
	g_auto(GStrv) names = g_listenv();

	if (taken != NULL)
		return;
	taken = g_get_environ();
	for (char **name = names; *name != NULL; name++)
		if (environment_is_taken(*name))
			g_unsetenv(*name);
}

char **
db_environment_copy(void)
{
	return taken != NULL ? g_strdupv(taken) : g_get_environ();
}

const char *
db_environment_get(const char *name)
{
	const char *value = taken != NULL ? g_environ_getenv(taken, name) : g_getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}
