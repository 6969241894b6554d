/*
 * The application's queries that a suite names.
 */
#ifndef RUN_JOB_QUERIES_H
#define RUN_JOB_QUERIES_H

#include "suite/suite.h"

/* Those of all files under `queries:`, of Query *; the caller unrefs it. NULL with *error (BASE_ERROR_INPUT), with the
 * place. */
GPtrArray *run_queries_load(const Suite *suite, GError **error);

/* The same of a path as `queries:` has it, of files that are somewhere else; empty where nothing fits. */
GPtrArray *run_queries_load_path(const char *path, GError **error);

#endif
