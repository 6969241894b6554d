/*
 * The data of rows_fill about the tables to fill: columns, types, constraints.
 */
#ifndef ROWS_MODEL_H
#define ROWS_MODEL_H

#include "catalog/snapshot.h"
#include "rows/state/state.h"

typedef struct RowsType RowsType;

/* An attribute of a composite type. */
typedef struct {
	RowsType *type; /* NULL when unknown */
	int modifier;
} RowsField;

struct RowsType {
	char *oid;
	char *name;        /* for a cast, without a modifier; qualified unless it is PostgreSQL's own */
	char *plain_name;  /* unqualified and unquoted */
	bool own;          /* PostgreSQL's own: in pg_catalog */
	char kind;         /* pg_type.typtype */
	char category;     /* pg_type.typcategory */
	RowsType *element; /* of an array, or NULL */
	RowsType *base;    /* of a domain, or NULL */
	int base_modifier;
	bool not_null;     /* of a domain */
	char *default_sql; /* of a domain, or NULL */
	RowsType *subtype; /* of a range, or NULL */
	GPtrArray *labels; /* of an enum: of char *; or NULL */
	GPtrArray *checks; /* of a domain: expressions over VALUE, of char *; or NULL */
	GArray *fields;    /* of a composite type: of RowsField; or NULL */
	GHashTable *tried; /* results of the server for literals: modifier -> GPtrArray of char *; or NULL */
};

/* Columns that checks tie together, and combinations of their values that these let through. */
typedef struct {
	GArray *columns; /* indexes into the table's columns, of guint */
	GArray *tuples;  /* numbers of values, of guint: as many for each combination as there are columns */
} RowsGroup;

typedef struct {
	char *name;
	char *quoted;
	int number;     /* pg_attribute.attnum */
	RowsType *type; /* never NULL */
	int modifier;
	bool not_null;
	bool generated;    /* only the server may set it */
	bool numbered;     /* by a sequence: identity or nextval */
	char *default_sql; /* or NULL */
	/* Worked out from the constraints: */
	bool distinct;          /* another value in each row */
	bool tame;              /* expressions calculate with it: no values at the limits */
	bool in_key;            /* in a foreign key that is not postponed */
	bool left_out;          /* NULL at first, as all of its foreign keys are postponed */
	bool drawn;             /* numbered, but asked for beforehand: rows of the table point to themselves by it */
	GPtrArray *values;      /* SQL expressions, of char *; NULL until they are made */
	const RowsGroup *group; /* its values are chosen with others; or NULL */
	guint n_usual;          /* so many of them, the first ones, are not at the limits of the type */
} RowsFillColumn;

typedef struct {
	char *name; /* NULL: the bounds of a partition */
	char *expression;
	GArray *columns; /* indexes into the table's columns, of guint */
} RowsCheck;

typedef struct {
	char *name;
	GArray *columns; /* indexes into the table's columns, of guint */
	char *target_oid;
	char *target;         /* schema.table, quoted */
	bool target_only;     /* FROM ONLY */
	GStrv target_columns; /* quoted */
	bool full;            /* MATCH FULL */
	bool deferrable;
	bool self;      /* it points to its own table */
	bool postponed; /* set by an UPDATE when all tables have rows */
	guint depth;    /* the longest way that the target was filled along */
} RowsForeignKey;

typedef struct {
	GArray *columns; /* indexes into the table's columns, of guint; those of expressions too */
	bool unique;
	bool exclusion;
	bool immediate;
	bool partial;
	bool has_expressions;
	char *predicate;   /* or NULL */
	char *expressions; /* or NULL */
} RowsIndex;

typedef struct {
	char *oid;
	char *schema;
	char *name;
	char *identity;
	char *quoted;       /* schema.name */
	GStrv ancestors;    /* OIDs of the partitioned tables it is a part of; not NULL */
	GPtrArray *columns; /* of RowsFillColumn * */
	GPtrArray *checks;  /* of RowsCheck * */
	GPtrArray *keys;    /* of RowsForeignKey * */
	GPtrArray *indexes; /* of RowsIndex * */
	GPtrArray *groups;  /* of RowsGroup * */
	char *trigger;      /* the name of a trigger on INSERT, or NULL */
	guint depth;
	bool placed;     /* in the order of filling */
	int last_column; /* the highest number of a column, including dropped ones */
	guint n_there;   /* rows that it has already: it gets more of them, up to n_wanted in all */
	guint n_wanted;
	guint n_filled;
	bool without_triggers; /* they have refused every row */
	char *reason;          /* why it got no row, or why without triggers */
} RowsFillTable;

typedef struct {
	GPtrArray *tables;  /* of RowsFillTable *, to be filled, sorted by identity */
	GHashTable *by_oid; /* OID -> RowsFillTable * */
	GHashTable *types;  /* OID -> RowsType * */
	char *search_path;  /* the session's own, as SET takes it */
	char *replication_role;
	char *deferred;         /* the constraints that are initially deferred, as SET CONSTRAINTS takes them; "" */
	const GPtrArray *hints; /* of RowsHint *; borrowed; or NULL */
	bool superuser;
	bool utf8; /* the database can hold any character */
} RowsModel;

/* Which tables are looked for. */
typedef struct {
	GHashTable *filled;     /* char * OID -> last_column of tables that may need more rows; or NULL */
	guint n_rows;           /* the number of rows that counts as many */
	bool look;              /* also look into tables that have pages: they may be empty, for example after a
	                         * rollback */
	const RowsState *known; /* the existing rows, so that its tables need not be read; or NULL */
} RowsModelOptions;

/* Reads the properties of the empty tables, and of those of `filled` that need more rows. Runs in the open
 * transaction, and leaves its settings unchanged. NULL with *error. The caller frees it. */
RowsModel *rows_model_read(DbSession *session, const CatalogExclusions *exclusions, const RowsModelOptions *options,
                           GError **error);
void rows_model_free(RowsModel *model); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsModel, rows_model_free)

/* The column of the table by its index. */
RowsFillColumn *rows_fill_column(const RowsFillTable *table, guint index);

/* The type below domains. */
const RowsType *rows_type_base(const RowsType *type, int *modifier);

#endif
