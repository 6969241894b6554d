/* Declarations for the files of the proof after use; no other file includes it. */
#ifndef CHECK_PROOF_AFTER_USE_PRIVATE_H
#define CHECK_PROOF_AFTER_USE_PRIVATE_H

#include "check/proof/after_use.h"

/* One thing that the up has come to allow. */
typedef struct {
	char *what;                 /* in words */
	char *sql;                  /* does it; the database may refuse */
	char *needs;                /* a query that must give a row then, or it was none; or NULL */
	const char *alternative_to; /* of several with the same text, the first that succeeds is enough; or NULL */
} CheckUse;

/* The uses, of CheckUse *; points into the catalogs. The caller unrefs it. */
GPtrArray *check_uses_find(const CatalogSnapshot *before, const CatalogSnapshot *after);

#endif
