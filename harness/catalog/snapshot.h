/*
 * The catalog of a database as data: a sorted list of objects with names and attributes,
 * no OIDs. Everything pgassay proves about a schema is said in these terms.
 */
#ifndef CATALOG_SNAPSHOT_H
#define CATALOG_SNAPSHOT_H

#include "db/session.h"

/* The class of an object. The order is the order of a snapshot and of its rendering. */
typedef enum {
	CATALOG_SCHEMA,
	CATALOG_EXTENSION,
	CATALOG_LANGUAGE,
	CATALOG_ACCESS_METHOD,
	CATALOG_COLLATION,
	CATALOG_ENUM,
	CATALOG_DOMAIN,
	CATALOG_COMPOSITE,
	CATALOG_RANGE,
	CATALOG_BASE_TYPE,
	CATALOG_SEQUENCE,
	CATALOG_FUNCTION,
	CATALOG_OPERATOR,
	CATALOG_OPERATOR_FAMILY,
	CATALOG_OPERATOR_CLASS,
	CATALOG_CAST,
	CATALOG_TRANSFORM,
	CATALOG_TEXT_SEARCH_PARSER,
	CATALOG_TEXT_SEARCH_TEMPLATE,
	CATALOG_TEXT_SEARCH_DICTIONARY,
	CATALOG_TEXT_SEARCH_CONFIGURATION,
	CATALOG_FOREIGN_DATA_WRAPPER,
	CATALOG_SERVER,
	CATALOG_USER_MAPPING,
	CATALOG_TABLE,
	CATALOG_COLUMN,
	CATALOG_PRIMARY_KEY,
	CATALOG_UNIQUE,
	CATALOG_FOREIGN_KEY,
	CATALOG_CHECK,
	CATALOG_EXCLUSION,
	CATALOG_INDEX,
	CATALOG_POLICY,
	CATALOG_TRIGGER,
	CATALOG_RULE,
	CATALOG_VIEW,
	CATALOG_STATISTICS,
	CATALOG_EVENT_TRIGGER,
	CATALOG_PUBLICATION,
	CATALOG_DEFAULT_PRIVILEGE,
	CATALOG_N_CLASSES,
} CatalogClassId;

/* Which parts of an identity an object of the class has. */
typedef enum {
	CATALOG_SCOPE_DATABASE, /* name: an extension, a schema */
	CATALOG_SCOPE_SCHEMA,   /* schema.name: a table, a function (its name includes its argument types) */
	CATALOG_SCOPE_RELATION, /* schema.relation.name: a column, an index, a policy */
	CATALOG_SCOPE_PHRASE,   /* a phrase, not an identifier, and never quoted: the cast "integer AS kb.status" */
} CatalogScope;

/* The unit that is read again as a whole when a part of it changes (reading.h). */
typedef enum {
	CATALOG_UNIT_RELATION, /* a table, view or sequence with all that belongs to it, by its OID in pg_class */
	CATALOG_UNIT_FUNCTION, /* by its OID in pg_proc */
	CATALOG_UNIT_TYPE,     /* by its OID in pg_type */
	CATALOG_N_UNITS,
	CATALOG_UNIT_CLASS = CATALOG_N_UNITS, /* all objects of the class, which are few */
	CATALOG_UNIT_RARE, /* all objects of the class, which most databases have none of (sql/presence.sql) */
} CatalogUnit;

/* One row of the table of classes (class.c): adding a class is one .sql file and one row. */
typedef struct {
	CatalogClassId id;
	const char *name;       /* "foreign key", as in messages */
	const char *collection; /* "foreign_keys", the key of fixtures and of the rendering */
	CatalogScope scope;
	CatalogUnit unit;
	const char *sql; /* the query, embedded from catalog/sql/NAME.sql */
} CatalogClass;

const CatalogClass *catalog_class(CatalogClassId id);

typedef enum {
	CATALOG_VALUE_TEXT,
	CATALOG_VALUE_BOOL, /* "true" or "false" */
	CATALOG_VALUE_INT,
	CATALOG_VALUE_LIST, /* a JSON array of texts as to_json prints it: ["a","b"] */
} CatalogValueKind;

/* An attribute that the server gave as NULL is not in the list. */
typedef struct {
	const char *name; /* interned: the column's name in the class's query */
	const char *value;
	CatalogValueKind kind;
} CatalogAttribute;

typedef struct {
	CatalogClassId class_id;
	guint n_attributes;
	const char *schema;   /* NULL for CATALOG_SCOPE_DATABASE and CATALOG_SCOPE_PHRASE */
	const char *relation; /* NULL but for CATALOG_SCOPE_RELATION */
	const char *name;
	const char *identity;               /* the parts joined by dots, each quoted where it needs to be */
	const CatalogAttribute *attributes; /* in the order of the class's query */
} CatalogObject;

/* Its objects live in chunks that it may share with the snapshots that were read before it. Immutable; reference
 * counted. */
typedef struct CatalogSnapshot CatalogSnapshot;

/* The relations that a snapshot leaves out on purpose. Members of extensions, system schemas and temporary objects
 * are always left out. */
typedef struct {
	const char *const *tables; /* history tables of migration tools as "schema.table", NULL-terminated, or NULL: the
	                            * table and all that belongs to it (columns, indexes, own sequences) */
	const char *const *schemas; /* whole schemas, NULL-terminated, or NULL */
	const char *const *columns; /* as "schema.table.column", where * stands for any characters, NULL-terminated, or
	                             * NULL: rows are compared without them; the catalog has them */
	const char *const *without_rows; /* more tables as in `tables`, or NULL: they get no rows, and theirs are not
	                                  * compared; the catalog has them */
} CatalogExclusions;

/* Reads the catalog in two pipelined round trips, deparsed under an empty search_path and
 * fixed DateStyle, IntervalStyle, TimeZone, extra_float_digits. Idle sessions read in one
 * repeatable-read transaction; inside an open transaction it sees what that transaction has
 * done, and leaves it (settings included) as it was. exclusions may be NULL. For a caller who will read again, there is
 * catalog_read() in reading.h. */
CatalogSnapshot *catalog_snapshot_read(DbSession *session, const CatalogExclusions *exclusions, GError **error);

CatalogSnapshot *catalog_snapshot_ref(CatalogSnapshot *snapshot);
void catalog_snapshot_unref(CatalogSnapshot *snapshot); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CatalogSnapshot, catalog_snapshot_unref)

/* All objects, sorted by class, then schema, relation and name in byte order. */
guint catalog_snapshot_size(const CatalogSnapshot *snapshot);
const CatalogObject *catalog_snapshot_object(const CatalogSnapshot *snapshot, guint index);

/* The object with these names, or NULL; parts that the class's scope lacks are NULL. */
const CatalogObject *catalog_snapshot_find(const CatalogSnapshot *snapshot, CatalogClassId class_id, const char *schema,
                                           const char *relation, const char *name);

/* The objects of the class in the schema (any schema: NULL) and, for CATALOG_SCOPE_RELATION, of the relation (any:
 * NULL; then schema must be NULL, too, or it is the whole schema). They are adjacent; returns the index of the first
 * one and sets *ret_count (0: none). */
guint catalog_snapshot_range(const CatalogSnapshot *snapshot, CatalogClassId class_id, const char *schema,
                             const char *relation, guint *ret_count);

/* How two objects stand in a snapshot: below 0 when a comes first, 0 when they have the same class and names. */
int catalog_object_compare(const CatalogObject *a, const CatalogObject *b);

/* The attribute of that name, or NULL. */
const CatalogAttribute *catalog_object_attribute(const CatalogObject *object, const char *name);
/* Its value as a text; NULL: there is no such attribute. */
const char *catalog_object_value(const CatalogObject *object, const char *name);

/* SHA-256 in hex over all objects and attributes. The caller frees it. */
char *catalog_snapshot_fingerprint(const CatalogSnapshot *snapshot);

#endif
