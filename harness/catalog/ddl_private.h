/* What the files that write DDL share; no other file includes it. */
#ifndef CATALOG_DDL_PRIVATE_H
#define CATALOG_DDL_PRIVATE_H

#include "catalog/ddl.h"

/* The attribute's value, or NULL. */
const char *catalog_ddl_get(const CatalogObject *object, const char *attribute);
/* True when the attribute is there and has the value. */
bool catalog_ddl_is(const CatalogObject *object, const char *attribute, const char *value);
/* The items of a list attribute with commas between them; NULL when there is none. The caller frees it. */
char *catalog_ddl_list(const CatalogObject *object, const char *attribute);
/* The class's name in capital letters: "FOREIGN KEY". The caller frees it. */
char *catalog_ddl_kind(const CatalogObject *object);
/* "schema.relation" of what belongs to a relation. The caller frees it. */
char *catalog_ddl_relation(const CatalogObject *object);
/* The object's own name, quoted where it needs to be. The caller frees it. */
char *catalog_ddl_name(const CatalogObject *object);
/* The text as a literal. */
void catalog_ddl_append_literal(GString *ddl, const char *text);

/* The text as a part of a comment, which ends with its line. */
void catalog_ddl_append_remark(GString *ddl, const char *text);

/* Appends the statements that create the object, and what belongs to it. `replace`: CREATE OR REPLACE, where there is
 * such. */
void catalog_ddl_append_create(GString *ddl, const CatalogObject *object, const CatalogSnapshot *snapshot,
                               bool replace);
/* What stands behind a column's name: its type and all that follows. */
void catalog_ddl_append_column(GString *ddl, const CatalogObject *column);

#endif
