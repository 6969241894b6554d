/*
 * Names of objects as people write them: kb.documents, kb."Odd.Name", kb.touch(uuid, text).
 */
#ifndef CATALOG_IDENTITY_H
#define CATALOG_IDENTITY_H

#include <glib.h>
#include <stdbool.h>

/* The parts joined by dots, each in double quotes when it is neither a plain lower-case identifier nor an operator.
 * (Key words are not quoted: this is for reading and comparing, not for SQL.) The argument list of a function's name
 * stays as it is. NULL parts are left out. The caller frees it. */
char *catalog_identity_join(const char *schema, const char *relation, const char *name);

/* The same three parts, appended to the text. */
void catalog_identity_append_parts(GString *text, const char *schema, const char *relation, const char *name);

/* The name as a key of a fixture: in double quotes only where catalog_identity_split would not give it back
 * (it holds a dot, a double quote, a parenthesis or a `*`). schema may be NULL. The caller frees it. */
char *catalog_identity_key(const char *schema, const char *name);

/* Splits "a.b.c" at the dots outside double quotes and before the first "(", and takes the quotes
 * off. NULL when the text is not of this form (an empty part, an open quote). The caller frees it
 * with g_strfreev. */
char **catalog_identity_split(const char *identity);

/* The length of the name of a function without the types that it ends with. */
gsize catalog_identity_head(const char *name);

#endif
