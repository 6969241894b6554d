/*
 * Preconditions on data: conditions of a migration on the rows that exist before it.
 *
 * They are read from the database: everything that the migration has added to existing tables (constraints, unique
 * indexes, NOT NULL, other types, rows of its own), on a database without generated rows. Each one is a query that
 * returns the rows that violate it, and can be enforced while rows are generated.
 */
#ifndef ROWS_PRECONDITION_H
#define ROWS_PRECONDITION_H

#include "rows/fill/fill.h"

/* In the order in which they are held: a key needs the unique index that it points to. */
typedef enum {
	ROWS_PRECONDITION_TYPE,
	ROWS_PRECONDITION_NOT_NULL,
	ROWS_PRECONDITION_UNIQUE,
	ROWS_PRECONDITION_CHECK,
	ROWS_PRECONDITION_KEY,
	ROWS_PRECONDITION_SEED,
} RowsPreconditionKind;

typedef struct {
	RowsPreconditionKind kind;
	char *table;      /* as catalog_identity_join writes it */
	char *column;     /* unquoted; NULL where it is not one */
	char *constraint; /* by which name the server refuses a row that breaks it; or NULL */
	char *target;     /* of a key: the table that it points to, as `table`; NULL: none that was there */
	char *new_target; /* the same, without a schema, of one that comes with the migration; or NULL */
	char *meaning;    /* "no row of public.orders has NULL in \"note\"" */
	char *query;      /* a SELECT that gives what breaks it: nothing, where it holds; NULL: not to be had in SQL */
	char *hold;       /* the SQL that makes the server refuse rows that break it; NULL: it cannot be held */
	char *release;    /* takes that back, and nothing else; or NULL */
	char *sequence; /* of the keys of rows that the migration inserts, quoted; it is ahead while it is held; or NULL
	                 */
	gint64 ahead;   /* so far */
	bool of_labels; /* it leaves out labels of an enum that the migration makes another type of, or values that a
	                 * check names: never held, because rows use all of them */
	char *cast_to;  /* the type to which a statement of the migration casts the column, a text; or NULL */
	bool of_members;  /* the migration sets members of a JSON object in the column */
	bool of_backfill; /* the migration calculates new values from the column, which has a default: NULL is no
	                   * mistake of the schema there, but no row has it */
	bool filled;      /* the migration gives rows with NULL in the column a value: they are what it is for */
	bool calculated;  /* the migration lets the server calculate something from the row, which may be refused */
	bool held;        /* rows_fill_plausible is to keep to it */
	/* For rows_precondition_break; NULL: generated rows can break it. */
	char *lift;   /* the SQL that takes a constraint away which is NOT VALID before the migration */
	char *again;  /* makes it anew, NOT VALID */
	char *insert; /* the rows that the migration inserts, as INSERT statements */
	bool refuses; /* a row that breaks it makes the server refuse the query, which gives nothing */
	bool unsure;  /* what the query finds may not matter any more when the migration asks */
	bool given;   /* `insert` is in the way of keys that a sequence gives out, which is not ahead of it */
} RowsPrecondition;

void rows_precondition_free(RowsPrecondition *precondition); /* takes NULL */

/* The tables and columns before a migration. */
typedef struct RowsBefore RowsBefore;

/* Reads them, in the open transaction, and leaves its settings as they are. exclusions may be NULL. NULL with *error.
 */
RowsBefore *rows_before_read(DbSession *session, const CatalogExclusions *exclusions, GError **error);
/* Reads, too, where the sequences stand: rows_before_learn_hidden needs it. False with *error. */
bool rows_before_read_sequences(RowsBefore *before, DbSession *session, GError **error);
void rows_before_free(RowsBefore *before); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsBefore, rows_before_free)

/* The preconditions of the migration, of RowsPrecondition *, none of them enforced yet. It has run on the same
 * database, or on a copy of it, in the open transaction, or before that began; the tables had no generated rows. The
 * transaction is to be rolled back. The caller unrefs the list. NULL with *error. */
GPtrArray *rows_before_learn(const RowsBefore *before, DbSession *session, GError **error);

/* Appends what a statement of the migration asks of texts that it casts. The tables are those before it. */
void rows_before_learn_casts(const RowsBefore *before, const char *statement, GPtrArray *preconditions);

/* Appends that columns hold JSON objects where a statement of the migration sets members of them. The tables are those
 * before it. */
void rows_before_learn_members(const RowsBefore *before, const char *statement, GPtrArray *preconditions);

/* Appends that logarithms and roots of a statement of the migration can be calculated. The tables are those before it.
 */
void rows_before_learn_logarithms(const RowsBefore *before, const char *statement, GPtrArray *preconditions);

/* Appends that columns with a default have no NULL, as far as an UPDATE or INSERT ... SELECT of the migration reads
 * them. The tables are those before it. Held when the migration fails on a NULL in another column. */
void rows_before_learn_backfill(const RowsBefore *before, const char *statement, GPtrArray *preconditions);

/* Rows of a table that a statement of the migration copies into a new one: INSERT INTO target (columns) SELECT values
 * FROM source WHERE condition. */
typedef struct {
	const char *source_schema; /* NULL: none is written */
	const char *source;        /* its name before the migration */
	const char *target_schema; /* likewise */
	const char *target;        /* its name after the migration */
	const GPtrArray *columns;  /* of the target; of char * */
	const GPtrArray *values;   /* SQL; of char * */
	const GPtrArray *names;    /* the column where a value is one, else NULL; of char * */
	const char *condition;     /* SQL, or NULL */
	bool merges;               /* ON CONFLICT */
} RowsMoved;

/* Appends that a column whose values the statement copies into one with a foreign key, and which has none itself, has
 * values of the table that the key points to; and what a new table asks of the rows that it gets from a table in whose
 * place it comes: one that is gone after the migration, or has another name. This is as if the constraint had been
 * added to the old table. A unique key counts only if a key of the source is copied, too: else the statement forgets
 * DISTINCT. Called where rows_before_learn may be. False with *error. */
bool rows_before_learn_moved(const RowsBefore *before, DbSession *session, const RowsMoved *moved,
                             GPtrArray *preconditions, GError **error);

/* A value that a statement puts into a column of the same row. */
typedef struct {
	const char *table; /* without a schema */
	const char *column;
	const char *value; /* SQL, in the names of the columns of the table before the migration */
	guint most;        /* characters that the column takes; 0: what it took before the migration */
} RowsNarrow;

/* Appends that the value fits. As rows_before_learn_casts. */
void rows_before_learn_narrow(const RowsBefore *before, const RowsNarrow *narrow, GPtrArray *preconditions);

/* Those of them that rows generated by rules of the schema never break: constraints that were NOT VALID and unique keys
 * of rows that the migration inserts or changes, with `lift` or `insert` set; and values that are too large for new
 * indexes. As above, and the migration has to have run after rows_before_read. The caller unrefs the list. NULL with
 * *error. */
GPtrArray *rows_before_learn_hidden(const RowsBefore *before, DbSession *session, GError **error);

/* A row that an earlier migration has put into a table. */
typedef struct {
	char *quoted;  /* its table, for SQL */
	char *place;   /* its ctid */
	char *meaning; /* "public.plans has the row of an earlier migration with (code) = ('free')" */
	char *query;   /* gives the key where there is no such row; NULL: it has no key */
} RowsKept;

void rows_kept_free(RowsKept *kept); /* takes NULL */

/* The rows of the tables: of RowsKept *, ordered by table; of one with more than `max` rows none. *ret_tables are the
 * names of all tables with rows, quoted, of char *. The caller unrefs both. In the open transaction, in which none of
 * our savepoints may have written them. NULL with *error. */
GPtrArray *rows_before_list_rows(const RowsBefore *before, DbSession *session, guint max, GPtrArray **ret_tables,
                                 GError **error);

/* Appends the keys of rows of earlier migrations to which rows of this one point. Called where rows_before_learn_hidden
 * may be. False with *error. */
bool rows_before_learn_pointed(const RowsBefore *before, DbSession *session, GPtrArray *preconditions, GError **error);

/* Makes rows that break one of those, in the open transaction, on the database before the migration. *ret_broken is
 * false where there are none then: nothing can be learned from trying the migration. False with *error. */
bool rows_precondition_break(DbSession *session, const CatalogExclusions *exclusions, guint n_rows,
                             const RowsPrecondition *precondition, bool *ret_broken, GError **error);

/* Holds those of which the server's refusal speaks, but for those of labels; false when there are none that were not
 * held before. */
bool rows_preconditions_hold(GPtrArray *preconditions, const char *message, const char *sqlstate);

/* As rows_fill, in the open transaction, with rows that satisfy the enforced preconditions (may be NULL); when
 * `tame`, of moderate values only. A precondition that cannot be enforced is left out: its `hold` is NULL then. */
bool rows_fill_plausible(DbSession *session, const CatalogExclusions *exclusions, guint n_rows, bool tame,
                         GPtrArray *preconditions, RowsFilled *filled, GPtrArray *ret_unfilled, GError **error);

#endif
