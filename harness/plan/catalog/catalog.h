/*
 * The tables and indexes of a database, as far as plans are about them.
 */
#ifndef PLAN_CATALOG_H
#define PLAN_CATALOG_H

#include "db/session.h"

typedef struct {
	guint number;
	char *name;
	char *type; /* as format_type prints it */
	guint type_oid;
	guint collation; /* 0: none */
	double width;    /* bytes of a value, as the planner guesses without statistics */
	gint target;     /* of statistics; -1: the default */
} PlanColumn;

typedef struct PlanTable PlanTable;

typedef struct {
	guint oid;
	const PlanTable *table;
	char *name;   /* its schema is the table's */
	char *path;   /* of its file, below the data directory; NULL: none */
	char *method; /* "btree" */
	bool is_unique;
	bool is_parent;     /* of a partitioned table: without a file */
	char *predicate;    /* or NULL */
	GStrv keys;         /* "customer_id", "lower(email)": without those of INCLUDE */
	GArray *numbers;    /* of guint: columns of the table, those of INCLUDE, too; 0: an expression */
	double fillfactor;  /* in percent */
	double rows;        /* for a partial index, the planner's estimate for its condition; below 0: not estimated */
	GPtrArray *columns; /* of PlanColumn *: all of them, where some are expressions; else empty */
} PlanIndex;

/* An object of CREATE STATISTICS. */
typedef struct {
	guint oid;
	char *schema;
	char *name;
	char *identity;     /* "public.orders_place" */
	GArray *numbers;    /* of guint: columns of the table, ascending */
	char *kinds;        /* "{d,f,m,e}": the kinds of statistics */
	gint target;        /* -1: that of its columns */
	GStrv expressions;  /* as the server shows them */
	GPtrArray *columns; /* of PlanColumn *: the expressions, from 1, once they were asked for; empty before */
} PlanExtended;

struct PlanTable {
	guint oid;
	char *schema;
	char *name;
	char *identity; /* "public.orders" */
	char kind;      /* 'r' table, 'p' partitioned table, 'm' materialized view */
	char *path;     /* as that of an index */
	double fillfactor;
	const PlanTable *root; /* the partitioned table that it belongs to in the end; NULL: it is no partition */
	GPtrArray *columns;    /* of PlanColumn * */
	GPtrArray *indexes;    /* of PlanIndex * */
	GPtrArray *extended;   /* of PlanExtended * */
};

typedef struct {
	GPtrArray *tables;   /* of PlanTable * */
	GHashTable *by_oid;  /* of tables */
	GHashTable *indexes; /* of PlanIndex *, by OID */
} PlanCatalog;

/* The OIDs of all tables and materialized views, or of those among some relations (JSON, see these.sql) with the
 * partitions that belong to them, as an array. The caller frees it; NULL with *error. */
char *plan_catalog_list_all(DbSession *session, GError **error);
char *plan_catalog_list_these(DbSession *session, const char *json, GError **error);
/* Reads these tables. NULL with *error. */
PlanCatalog *plan_catalog_read(DbSession *session, const char *oids, GError **error);
PlanCatalog *plan_catalog_new(void);
/* Reads columns of relations (an array of OIDs) alone, of PlanColumn *; NULL with *error. */
GPtrArray *plan_catalog_read_columns(DbSession *session, const char *oids, GError **error);
/* Moves the tables of `more` into the catalog, which must not contain any of them. */
void plan_catalog_add(PlanCatalog *catalog, PlanCatalog *more);
/* Moves the tables that are in the set, by OID, and belong to no other table, into the catalog. */
void plan_catalog_move(PlanCatalog *catalog, PlanCatalog *from, GHashTable *oids);
/* Removes the table, if it exists. */
void plan_catalog_forget(PlanCatalog *catalog, guint oid);
void plan_catalog_free(PlanCatalog *catalog); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanCatalog, plan_catalog_free)

/* All of these give NULL where there is none. */
const PlanTable *plan_catalog_table(const PlanCatalog *catalog, const char *schema, const char *name);
/* "orders" or "public.orders"; without a schema the first one of that name, "public" first. */
const PlanTable *plan_catalog_named_table(const PlanCatalog *catalog, const char *identity);
const PlanIndex *plan_catalog_named_index(const PlanCatalog *catalog, const char *identity);
/* An index of the table. */
const PlanIndex *plan_table_index(const PlanTable *table, const char *name);
const PlanColumn *plan_columns_find(const GPtrArray *columns, const char *name);

/* "(customer_id, created_at DESC) where (status = 'open')": the definition of an index without its name. The caller
 * frees it. */
char *plan_index_describe(const PlanIndex *index);

/* "; did you mean x?" for a name that is not there, or an empty text. The caller frees it. */
char *plan_catalog_nearest(const PlanCatalog *catalog, const char *name, bool indexes);

#endif
