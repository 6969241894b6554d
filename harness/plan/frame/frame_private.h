/* Declarations for frame.c and ask.c; no other file includes it. */
#ifndef PLAN_FRAME_FRAME_PRIVATE_H
#define PLAN_FRAME_FRAME_PRIVATE_H

#include "plan/frame/frame.h"
#include "plan/size/files.h"

struct PlanFrame {
	DbSession *session;
	PlanCatalog *catalog; /* of the tables that are looked at */
	PlanCatalog *kept;    /* tables as they were read before; or NULL */
	GHashTable *known;    /* OIDs of tables that have to be read again, and are no partitions */
	GHashTable *names;    /* of char *: names that relations may have got since the last look for them */
	bool any_names;       /* or all names */
	PlanSize *size;       /* borrowed; NULL: tables are as they are */
	PlanFiles *files;     /* NULL: as above */
	char *now;            /* what now() is in queries; or NULL */
	GPtrArray *notes;     /* of char * */
	GHashTable *sized;    /* by the OID of a table */
	GHashTable *values;   /* values in the server's form */
	GHashTable *types;    /* the server's answers about types */
	bool is_open;         /* its transaction is */
};

#endif
