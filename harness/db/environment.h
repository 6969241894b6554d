/*
 * The PG* variables of the environment, by which people say where their server is.
 */
#ifndef DB_ENVIRONMENT_H
#define DB_ENVIRONMENT_H

/* Takes the PG* variables out of the environment of the process, and remembers them: endpoints that people point at
 * have them as parameters (db_endpoint_new_conninfo), scratch servers and child programs do not have them at all.
 * Nothing else would do: libpq reads PGSERVICE, PGTZ, PGDATESTYLE and PGGEQO for each connection, and no parameter
 * stops it. PGASSAY_* stay, and so do the places of service files, which mean nothing as long as nobody names a
 * service.
 *
 * Called by main, before there are threads; the environment is not changed after it. Where it was not called,
 * db_environment_get looks at the environment of the process. */
void db_environment_take(void);

/* The value of a PG* variable as pgassay was started with it; NULL: there is none, or it is empty. */
const char *db_environment_get(const char *name);

#endif
