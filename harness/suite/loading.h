/*
 * Functions that the files that load a suite share.
 */
#ifndef SUITE_LOADING_H
#define SUITE_LOADING_H

#include "suite/suite.h"

/* The characters of a name, for people. */
#define SUITE_NAME_HINT "use letters, digits, _ and -"

/* Whether a suite or a database can have the name. */
bool suite_name_is_valid(const char *name);

/* Checks that the name has only letters, digits, _ and -; `what` is the kind of the named thing: "suite". */
bool suite_check_name(const SuiteNode *node, const char *what, GError **error);

/* One of the names that a key may have as its value; the error is about a `what`: "migration format". */
bool suite_check_one_of(const SuiteNode *node, const char *const *names, const char *what, GError **error);

/* A mapping of names to texts, char * -> char *. */
GHashTable *suite_load_texts(const SuiteNode *node);

/* A path that must exist; NULL with *error that points at the suite's line. */
SuiteFile *suite_file_new(const Suite *suite, const SuiteNode *node, GFileTest test, GError **error);
void suite_file_free(gpointer file);

/* The database that the text of the node names; an error lists the existing ones. */
bool suite_find_named_database(const Suite *suite, const SuiteNode *name, const SuiteDatabase **ret_database,
                               GError **error);

/* The database that something of the suite is about: named by its key `database`, or the only one there is. The error
 * calls it a `what`: "check". */
bool suite_find_its_database(const Suite *suite, const SuiteNode *node, const char *what, const char *name,
                             const SuiteDatabase **ret_database, GError **error);

/* One item of `databases:`; added to the suite. */
bool suite_load_database(Suite *suite, const SuiteNode *databases, guint index, GError **error);
void suite_database_free(gpointer database);

extern const SuiteShape suite_database_shape;

/* `drift:` of a database (drift.c). */
extern const SuiteShape suite_drift_shape;
bool suite_load_drift(SuiteDatabase *database, GError **error);

/* The declarations of a database about its migrations and files (declaration.c): empty lists, reading them, freeing
 * them. */
void suite_declarations_new(SuiteDatabase *database);
bool suite_declarations_load(SuiteDatabase *database, GError **error);
void suite_declarations_free(SuiteDatabase *database);

#endif
