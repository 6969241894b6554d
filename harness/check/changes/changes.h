/*
 * The effects of an up on existing rows: deleted rows, and values that cannot be recovered.
 */
#ifndef CHECK_CHANGES_CHANGES_H
#define CHECK_CHANGES_CHANGES_H

#include "check/workspace/workspace.h"
#include "rows/state/copy.h"

typedef enum {
	CHECK_CHANGE_ROWS_GONE,  /* the table is there and has fewer rows, which no other table of the kind has got */
	CHECK_CHANGE_ROWS_MOVED, /* the same, but another table has got as many */
	CHECK_CHANGE_TABLE_EMPTIED,     /* the table is gone, and one with its columns is new and has fewer rows */
	CHECK_CHANGE_COLUMN_EMPTIED,    /* the column was dropped, and is there again without its values */
	CHECK_CHANGE_COLUMN_LEFT,       /* the column is gone, and one that could hold its values is new and empty */
	CHECK_CHANGE_VALUES_EXCHANGED,  /* two columns of a table that was made anew hold each other's values */
	CHECK_CHANGE_PART_LEFT,         /* the column is gone, and another one has got a part of its values */
	CHECK_CHANGE_OVERWRITTEN,       /* an upsert has found rows with its keys */
	CHECK_CHANGE_BY_CHANCE,         /* an UPDATE gives all rows the value of any row of another table */
	CHECK_CHANGE_BY_CHANCE_IN_PART, /* an UPDATE finds several values for some rows */
	CHECK_CHANGE_NULL,              /* an expression is NULL although some of its columns are not */
	CHECK_CHANGE_BACKWARDS,         /* a flag is set the wrong way round, by its name and that of a time */
	CHECK_CHANGE_UNTIED,            /* an INSERT pairs rows of two tables that a foreign key ties */
	CHECK_CHANGE_NEVER,             /* a condition is never true, because of a NULL */
	CHECK_CHANGE_VIEW,              /* a view reads members of JSON that are not there any more */
	CHECK_CHANGE_ZONE,              /* the time zone of the session decides which times the column holds */
	CHECK_CHANGE_VALUES_LOST, /* values of the column have become NULL, or were cut or rounded, by another type */
} CheckChangeKind;

typedef struct {
	CheckChangeKind kind;
	char *table;
	char *column;     /* or NULL */
	char *other;      /* the new table or column; or NULL */
	bool cut;         /* values were cut or rounded by another type, and none of them has become NULL */
	bool shortened;   /* likewise, and of each only the beginning is left: none was rounded */
	char *text;       /* the change, in one line */
	char *examples;   /* lines; or NULL */
	const char *hint; /* a way out of its own; or NULL */
	const MigrationStatement *statement; /* that does it, owned by the script; or NULL */
} CheckChange;

/* True if the difference may be such a change, so that it has to be examined. */
bool check_changes_suspected(const RowsState *before, const RowsState *after, const MigrationScript *script);

/* The changes (of CheckChange *) by the script, from two states and a session after it. `losses` (of RowsLoss *) are
 * the differences of values, row by row; NULL: they were not kept, and changes that need them are left out. NULL with
 * *error. The caller unrefs the list. */
GPtrArray *check_changes_find(DbSession *session, const RowsState *before, const RowsState *after,
                              const MigrationScript *script, const GPtrArray *losses, GError **error);

/* Whether one of them has cut or rounded values; unless `also_rounded`, one that was rounded does not count. The list
 * may be NULL. */
bool check_changes_cut(const GPtrArray *changes, bool also_rounded);

/* Examines such an up: runs it again, with copies of its rows, in a transaction that is rolled back. The session is
 * idle and the database is in the state before the migration, whose up can run in a transaction. `before` is the
 * state of the tables, `after` their state after the earlier run. NULL with *error. */
GPtrArray *check_changes_examine(CheckWorkspace *workspace, const Migration *migration, const RowsState *before,
                                 const RowsState *after, GError **error);

#endif
