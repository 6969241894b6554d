/*
 * Databases for tests in C: a fresh copy of the database that the migrations of a suite build, for each test (pgassay
 * help databases). "pkg-config --cflags --libs pgassay" prints the compiler options; it needs no other library.
 *
 * Functions may be called from several threads, except those that open and close a service. On failure they return NULL
 * or false; pgassay_message has the reason.
 */
#ifndef PGASSAY_H
#define PGASSAY_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct PgassayService PgassayService;
typedef struct PgassayDatabase PgassayDatabase;

/* The service that leases databases: an existing one ("pgassay exec --workers", "pgassay serve", a suite's program
 * with "workers"), which PGASSAY_LEASES names in the environment. If there is none, starts pgassay for the suite
 * ("suites/shop.yaml"); it ends with this process, however that ends. PGASSAY_PROGRAM names the program, otherwise
 * it is searched in PATH. With NULL nothing is started. pgassay_close frees it. */
PgassayService *pgassay_open(const char *suite);

/* Ends what pgassay_open has started, with all its databases, and waits for that. Takes NULL. */
void pgassay_close(PgassayService *service);

/* Leases a fresh database, which nobody else sees; NULL names the first one of the suite. The service must outlive
 * it; pgassay_release frees it. */
PgassayDatabase *pgassay_lease(PgassayService *service, const char *name);

/* Its URL, for PQconnectdb. Valid as long as the database. */
const char *pgassay_url(const PgassayDatabase *database);

/* Makes it a fresh copy again, under the same URL. Sessions on it are ended. */
bool pgassay_reset(PgassayDatabase *database);

/* Puts its rows and sequences back; sessions on it stay. False, too, when a test has changed the schema. */
bool pgassay_reset_rows(PgassayDatabase *database);

/* Gives it back, which drops it with the sessions on it, and frees it, also where that fails. Takes NULL. */
bool pgassay_release(PgassayDatabase *database);

/* Why the last function that failed in this thread did; "" when none has. Valid until the next one fails. */
const char *pgassay_message(void);

#ifdef __cplusplus
}
#endif

#endif
