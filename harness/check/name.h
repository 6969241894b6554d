/*
 * Names in fixtures: which objects a key means. A `*` outside of double quotes stands for any text within its part of
 * the name: `kb.*_jobs`.
 */
#ifndef CHECK_NAME_H
#define CHECK_NAME_H

#include "check/meaning.h"

/* Parts that are NULL mean any. Zeroed, it is empty. */
typedef struct {
	char *schema;
	char *relation;
	char *name;
	bool is_pattern;
} CheckName;

void check_name_clear(CheckName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckName, check_name_clear)

/* True when the key has a `*` outside of double quotes. `part`: it is the name of a part of a table, a schema or an
 * extension, in which only a double quote at the beginning means something. */
bool check_name_is_pattern(const char *key, bool part);

/* Takes a key of a collection of the class to pieces. The types of the arguments of a function or operator become those
 * of the server; a type that it does not understand stays, and so there is no such function. */
void check_name_parse(CheckMeaning *meaning, CatalogClassId class_id, const char *key, CheckName *ret_name);

/* Takes the name of any object to pieces: schema, schema.name or schema.relation.name; two parts mean a table with all
 * that belongs to it, too. False when the text is none of this. */
bool check_name_parse_any(const char *text, CheckName *ret_name);

bool check_name_matches(const CheckName *name, const CatalogObject *object);

#endif
