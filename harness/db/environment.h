/*
 * The PG* variables of the environment, by which people say where their server is.
 */
#ifndef DB_ENVIRONMENT_H
#define DB_ENVIRONMENT_H

/* Takes the PG* variables out of the environment of the process, and keeps them: endpoints given by the user have
 * them as parameters (db_endpoint_new_conninfo); scratch servers and programs that work on them do not have them at
 * all. This is the only way: libpq reads PGSERVICE, PGTZ, PGDATESTYLE and PGGEQO for each connection, and no parameter
 * stops it. PGASSAY_* stay, and so do the paths of service files, which have no effect until a service is named.
 *
 * main calls it before there are threads; the environment is not changed after it. If it was not called,
 * db_environment_get reads the environment of the process. */
void db_environment_take(void);

/* The whole environment as pgassay was started with it, for programs that work on a server of the user. The caller
 * frees it with g_strfreev. */
char **db_environment_copy(void);

/* The value of a PG* variable as pgassay was started with it; NULL: there is none, or it is empty. */
const char *db_environment_get(const char *name);

#endif
