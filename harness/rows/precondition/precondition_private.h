/* Declarations for the files of preconditions; no other file includes it. */
#ifndef ROWS_PRECONDITION_PRIVATE_H
#define ROWS_PRECONDITION_PRIVATE_H

#include "rows/fill/model.h"
#include "rows/precondition/precondition.h"

/* The NOT NULL of the column a that no row was asked about, from PostgreSQL 18 on; or NULL. */
#define ROWS_NOT_VALID                                                                                                 \
	"(SELECT pg_catalog.quote_ident(v.conname) FROM pg_catalog.pg_constraint v WHERE v.conrelid = a.attrelid "     \
	"AND v.contype = 'n' AND NOT v.convalidated AND v.conkey = ARRAY[a.attnum])"

/* A column before the migration. */
typedef struct {
	int number;
	char *name;
	char *quoted;
	bool not_null;
	char *not_valid; /* the name of its NOT NULL constraint that is NOT VALID, quoted; or NULL */
	RowsType type;   /* owns its texts; no element, base or fields */
	int modifier;
	char *type_name; /* with its modifier */
	bool has_labels; /* the type is an enum, or an array of one; or a check names its values */
	bool identity;
	char *default_sql; /* or NULL */
} RowsBeforeColumn;

typedef struct {
	char *oid;
	char *identity;
	char *schema; /* quoted */
	char *quoted; /* schema.name */
	bool empty;
	GPtrArray *columns; /* of RowsBeforeColumn *, by number */
	GPtrArray *keys;    /* of char *: the numbers of the columns of a unique key, "1 2" */
} RowsBeforeTable;

struct RowsBefore {
	GHashTable *tables; /* OID -> RowsBeforeTable * */
	GPtrArray *sorted;  /* the same, by identity; borrowed */
	char *oids;         /* of the tables, as an array literal */
	char *constraints;  /* OIDs of the constraints that there were and are valid, as an array literal */
	char *not_valid;    /* of those that are not */
	char *indexes;
	char *next;            /* the first transaction ID of what is written after it */
	GHashTable *sequences; /* OID -> the last number that it has given, where it has; NULL: not read */
};

/* Calls the function with each column of the tables that the statement names. */
typedef void (*RowsBeforeVisit)(const RowsBeforeTable *table, const RowsBeforeColumn *column, void *data);
void rows_before_each_named(const RowsBefore *before, const char *statement, RowsBeforeVisit visit, void *data);
/* Whether the statement has the name as a word; without quotes it may be in any letters. */
bool rows_before_is_named(const char *statement, const char *name);

/* The column of that number, or NULL. */
const RowsBeforeColumn *rows_before_column(const RowsBeforeTable *table, int number);

/* Reads the type out of five columns of a result: OID, name, kind, category, whether it is PostgreSQL's own; and its
 * labels as JSON in a sixth. */
void rows_before_take_type(RowsType *type, const DbResult *result, int row, int column);
void rows_before_clear_type(RowsType *type);

/* Whether the columns with these numbers ("{1,2}" or "1 2"; 0: an expression) were there before the migration, by the
 * names (as JSON) that they have now. */
bool rows_before_knows_columns(const RowsBeforeTable *table, const char *numbers, const char *names);

/* A new one, appended to the list. */
RowsPrecondition *rows_precondition_add(GPtrArray *preconditions, RowsPreconditionKind kind,
                                        const RowsBeforeTable *table);

/* Which values of the columns whose type was changed the new type takes (precondition_type.c). */
bool rows_precondition_read_types(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                  GError **error);

/* Lets the sequence of it go ahead; what sets it back is appended to `back`, NULL: nothing does. */
bool rows_precondition_go_ahead(DbSession *session, const RowsPrecondition *precondition, GPtrArray *back,
                                GError **error);
/* The sequence that gives out the column's values, quoted; NULL without one. The caller frees it. */
char *rows_precondition_find_sequence(DbSession *session, const RowsBeforeTable *table, const RowsBeforeColumn *column);

/* The column has no NULL: the meaning and the query, and how it is held. */
void rows_precondition_ask_not_null(RowsPrecondition *precondition, const RowsBeforeTable *table,
                                    const RowsBeforeColumn *column);
void rows_precondition_hold_not_null(RowsPrecondition *precondition, const RowsBeforeTable *table,
                                     const RowsBeforeColumn *column);

/* The server refuses rows for which the condition is false, and those for which it cannot be calculated. */
void rows_precondition_hold_condition(RowsPrecondition *precondition, const RowsBeforeTable *table,
                                      const char *condition, guint number);

/* What the server can calculate for new generated columns and indexes of expressions (precondition/cast.c). */
bool rows_precondition_read_calculated(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                       GError **error);

/* The keys of rows that the migration has inserted (precondition_seed.c). */
bool rows_precondition_read_seeds(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                  GError **error);

/* The rows of the table that were written since, as INSERT statements that pass over keys that are taken. NULL: there
 * are none, the table has another name by now, or *error. The caller frees it. */
char *rows_hidden_read_rows(const RowsBefore *before, const RowsBeforeTable *table, DbSession *session, GError **error);
/* Sequences that may stand behind the keys of rows (precondition/given.c). */
bool rows_precondition_read_given(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                  GError **error);
/* Values that new indexes have no room for (precondition/large.c). */
bool rows_precondition_read_large(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                  GError **error);

/* Where the value is a column of the table with longer texts: no row has more characters there
 * (precondition/narrow.c). */
void rows_precondition_add_narrow(GPtrArray *preconditions, const RowsBeforeTable *table, const char *value,
                                  guint most);

/* The columns of the source whose values go into a column of the target with a foreign key, and that have none
 * themselves: each value is one of the table that the key points to (precondition/copied.c). */
bool rows_precondition_read_copied(const RowsBefore *before, DbSession *session, const RowsMoved *moved,
                                   const RowsBeforeTable *source, const char *schema, GPtrArray *preconditions,
                                   GError **error);

/* Adds the preconditions of checks that the migration has added to domains. False with *error. */
bool rows_precondition_read_domains(const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                                    GError **error);
/* The condition under which a check of the domain with that OID refuses the column, as an SQL expression; NULL: it
 * has no check, or the type is not a domain. The caller frees it. False with *error. */
bool rows_precondition_domain_refuses(DbSession *session, const char *oid, const char *column, char **ret_condition,
                                      GError **error);
/* The check of a domain, as the server writes it, with the column instead of VALUE. The caller frees it. */
char *rows_precondition_put_column(const char *check, const char *column);

#endif
