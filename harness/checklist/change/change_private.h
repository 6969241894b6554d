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
	CHANGE_CONSTANT, /* a column has got constants: another one does not meet them */
	CHANGE_OTHER,    /* nothing is known */
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
	char *usual;     /* its default, unless a sequence gives it; or NULL */
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
	bool view;          /* or a foreign table: it stands for others */
	bool guarded;       /* a trigger or rule may make something else of the statement */
	GPtrArray *columns; /* of ChangeColumn * */
	bool calculates;    /* what is asked compares what is calculated from columns */
} Change;

void checklist_change_clear(Change *change);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, checklist_change_clear)

/* Reads the table; `oid` stays NULL where there is none. False with *error. */
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

/* "an UPDATE" */
const char *checklist_change_name(const Change *change);

/* A SELECT of the table's rows as they are after an UPDATE or INSERT, with the columns that the text names, and
 * pgassay_changed, pgassay_of and pgassay_at (its place). NULL: one of them becomes a default. The caller frees it. */
char *checklist_change_rows_then(const Change *change, const char *named);
/* A SELECT of the new values of the columns that the text names, pgassay_N, of each row that an UPDATE changes; with
 * `rows`, once of each, and with its place. NULL: one of them is a default. The caller frees it. */
char *checklist_change_new_values(const Change *change, const char *named, bool rows);
/* "pgassay_0, pgassay_1": what an INSERT gives. The caller frees it. */
char *checklist_change_list_names(const Change *change);
/* Whether a column that is set is named there, or one that is generated from it. */
bool checklist_change_concerns(const Change *change, const char *text);
/* The same value for all rows. */
bool checklist_change_is_constant(const char *value);
/* An UPDATE gives all rows the same values. */
bool checklist_change_sets_constants(const Change *change);
/* "schema.table.column = value", as it is noted for a constant. The caller frees it. */
char *checklist_change_constant(const Change *change, const ChangeColumn *column);

/* Asks what unique keys, checks and foreign keys say. False with *error. */
bool checklist_change_ask_constraints(Change *change, GError **error);

bool checklist_change_update(Change *change, GError **error);
bool checklist_change_delete(Change *change, GError **error);
bool checklist_change_insert(Change *change, GError **error);

/* " WHERE (condition)", or "". */
char *checklist_change_where(const MigrationChange *change);
/* "target AS a, from" */
char *checklist_change_from(const MigrationChange *change);

#endif
