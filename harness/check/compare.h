/*
 * One object of a fixture held against one object of a snapshot.
 */
#ifndef CHECK_COMPARE_H
#define CHECK_COMPARE_H

#include "check/meaning.h"

/* Compares all attributes that `stated` (a mapping of attributes, or the class's shorthand list) names with the
 * object's; other keys of the mapping are not looked at. Gives the number of attributes that differ; when
 * `ret_problems` is not NULL, one text (char *) for each is added: "type is "text", expected "jsonb"", to ret_nodes
 * (const SuiteNode *) the place of the expectation, and to ret_values (char *) what was found, as YAML in flow form. */
guint check_compare_object(CheckMeaning *meaning, const CheckVocabulary *vocabulary, const SuiteNode *stated,
                           const CatalogObject *object, GPtrArray *ret_problems, GPtrArray *ret_nodes,
                           GPtrArray *ret_values);

/* What the mapping or list states, in one line: "columns: [project_id], on_delete: cascade". The caller frees it. */
char *check_compare_describe(const SuiteNode *stated);

#endif
