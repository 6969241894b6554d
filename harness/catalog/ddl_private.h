/* Declarations for the files that write DDL; no other file includes it. */
#ifndef CATALOG_DDL_PRIVATE_H
#define CATALOG_DDL_PRIVATE_H

#include "catalog/ddl.h"

/* True when the attribute is there and has the value. */
bool catalog_ddl_is(const CatalogObject *object, const char *attribute, const char *value);

/* The items of a list attribute with commas between them: names, quoted where SQL wants it; roles, of which "public" is
 * everybody; the keys of an index, which may be expressions; literals. NULL when there is none. The caller frees it. */
char *catalog_ddl_names(const CatalogObject *object, const char *attribute);
char *catalog_ddl_roles(const CatalogObject *object, const char *attribute);
char *catalog_ddl_keys(const CatalogObject *object, const char *attribute);
char *catalog_ddl_literals(const CatalogObject *object, const char *attribute);

/* How ALTER, DROP and COMMENT call the object ("TABLE"); NULL: there is no such word, or a name is not all that it
 * takes. Static. */
const char *catalog_ddl_kind(const CatalogObject *object);

/* These are quoted where SQL requires it, and the caller frees them: a name; the full name, with or without the
 * argument types of a function; "schema.relation" of a part of a relation; "schema.name" of an index; the object's
 * own name. */
char *catalog_ddl_quote(const char *name);
char *catalog_ddl_identity(const CatalogObject *object);
char *catalog_ddl_identity_without_types(const CatalogObject *object);
char *catalog_ddl_relation(const CatalogObject *object);
char *catalog_ddl_in_schema(const CatalogObject *object);
char *catalog_ddl_name(const CatalogObject *object);

/* The statement that sets the object's comment; `value` NULL: to none. False when there is no such statement. */
bool catalog_ddl_append_comment(GString *ddl, const CatalogObject *object, const char *value);

/* "TABLE public.orders", as a part of a comment of SQL. */
void catalog_ddl_append_subject(GString *ddl, const CatalogObject *object);
/* The text between dollar quotes that do not stand in it. */
void catalog_ddl_append_dollar_quoted(GString *ddl, const char *text);
/* The text as a literal. */
void catalog_ddl_append_literal(GString *ddl, const char *text);

/* The text as a part of a comment, which ends with its line. */
void catalog_ddl_append_remark(GString *ddl, const char *text);

/* Appends the statements that create the object and its parts. `replace`: CREATE OR REPLACE, where it exists. */
void catalog_ddl_append_create(GString *ddl, const CatalogObject *object, const CatalogSnapshot *snapshot,
                               bool replace);
#endif
