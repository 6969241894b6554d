/*
 * Shared by benchmarks that apply migrations: a folder of similar files, and the time it takes to run them.
 */
#ifndef TESTS_BENCHMARK_APPLYING_H
#define TESTS_BENCHMARK_APPLYING_H

#include "migration/runner/runner.h"
#include "scratch/database.h"

/* Writes N files, "0001_table.sql" and so on, into a new folder and gives its path. The format of the text gets two
 * numbers: the file's own and that of the one before (of the first: its own). */
char *applying_make_files(const char *format, int n);
/* Takes the folder away, and frees the path. */
void applying_remove_files(char *folder, int n);

/* Reads the folder. */
MigrationSet *applying_load(const char *folder, const char *format);

/* Applies the set by pgassay's runner. */
void applying_by_runner(const MigrationSet *set, DbSession *session);

/* Milliseconds of `apply` on an empty database. */
double applying_measure(ScratchServer *server, const MigrationSet *set,
                        void (*apply)(const MigrationSet *set, DbSession *session));

#endif
