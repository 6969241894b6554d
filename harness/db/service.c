/* The settings that libpq finds in the service file. */
#include "db/session_private.h"

#include <string.h>

/* Everything that a connection would have, by keyword. Nothing is connected: libpq looks at all parameters before it
 * does, and refuses this value of channel_binding. */
static GHashTable *
service_resolve(const char *service)
{
	const char *const keywords[] = { "channel_binding", "service", NULL };
	const char *const values[] = { "?", service, NULL };
	PGconn *connection = PQconnectStartParams(keywords, values, 0);
	PQconninfoOption *options = PQconninfo(connection);
	GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

	for (PQconninfoOption *option = options; option != NULL && option->keyword != NULL; option++)
		if (option->val != NULL)
			g_hash_table_insert(found, g_strdup(option->keyword), g_strdup(option->val));
	PQconninfoFree(options);
	PQfinish(connection);
	return found;
}

GHashTable *
db_service_keywords(const char *service)
{
	g_autoptr(GHashTable) with = service_resolve(service);
	g_autoptr(GHashTable) without = service_resolve(NULL);
	GHashTable *keywords = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iterator;
	gpointer keyword;
	gpointer value;

	g_hash_table_iter_init(&iterator, with);
	while (g_hash_table_iter_next(&iterator, &keyword, &value)) {
		/* Without a given name, the database has the name of the user. */
		bool implied = strcmp(keyword, "dbname") == 0 &&
		               g_strcmp0(value, g_hash_table_lookup(with, "user")) == 0;
		if (!implied && g_strcmp0(value, g_hash_table_lookup(without, keyword)) != 0)
			g_hash_table_add(keywords, g_strdup(keyword));
	}
	return keywords;
}
