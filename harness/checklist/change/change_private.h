/* Declarations for the files of this folder; no other file includes it. */
#ifndef CHECKLIST_CHANGE_PRIVATE_H
#define CHECKLIST_CHANGE_PRIVATE_H

#include "checklist/change/change.h"
#include "migration/text/change.h"
#include "rows/precondition/precondition.h"

/* The full name of the table with that OID, quoted. */
#define CHANGE_TABLE_NAME(oid)                                                                                         \
	"(SELECT pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(r.relname) FROM "                  \
	"pg_catalog.pg_class r JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace WHERE r.oid = " oid ")"

/* What a statement before makes of an answer. */
typedef enum {
	CHANGE_UNTOUCHED,
	CHANGE_FEWER, /* rows may be gone, or others have come with values of the migration: what is found may not count
	               */
	CHANGE_OTHER, /* nothing is known */
} ChangeTouch;

struct ChecklistChanges {
	GHashTable *tables;  /* that the target has: schema.name, quoted */
	GHashTable *written; /* the same, or schema.name.column -> ChangeTouch */
};

typedef struct {
	char *name;
	char *quoted;
	char *type; /* for a cast that cuts no text */
	int length; /* of texts, at most; 0: any */
	bool not_null;
	char *generated; /* the expression; or NULL */
	int set;         /* which of the change's columns; -1: none */
} ChangeColumn;

/* One statement. */
typedef struct {
	DbSession *session;
	ChecklistChanges *changes;
	const MigrationChange *change;
	const char *within; /* why it is not asked; or NULL */
	GPtrArray *found;   /* of RowsPrecondition * */
	char *oid;          /* of the table */
	char *table;        /* schema.name, quoted */
	bool plain;         /* no partitioned table: FROM ONLY it */
	bool guarded;       /* a trigger or rule may make something else of the statement */
	GPtrArray *columns; /* of ChangeColumn * */
} Change;

void checklist_change_clear(Change *change);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, checklist_change_clear)

/* Reads the table; `oid` stays NULL where there is none, or a view. False with *error. */
bool checklist_change_read(Change *change, GError **error);

/* What shows that it does not hold. */
typedef enum {
	CHANGE_ANSWER_ROWS,
	CHANGE_ANSWER_UNSURE,  /* rows, but it may hold all the same */
	CHANGE_ANSWER_REFUSAL, /* by the server */
} ChangeAnswer;

/* Adds the precondition, and takes the meaning. NULL: it cannot be asked. False with *error. */
bool checklist_change_ask(Change *change, char *meaning, const char *query, ChangeAnswer answer, GError **error);
/* The same without a query, for a reason; `change` needs only `found`. */
void checklist_change_leave(const Change *change, const char *meaning, const char *reason);

bool checklist_change_update(Change *change, GError **error);
bool checklist_change_delete(Change *change, GError **error);
bool checklist_change_insert(Change *change, GError **error);

/* " WHERE (condition)", or "". */
char *checklist_change_where(const MigrationChange *change);
/* "target AS a, from" */
char *checklist_change_from(const MigrationChange *change);

#endif
