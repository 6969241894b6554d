/*
 * The history table of a migration tool on a database that is not ours: read, never written, and held against the
 * files.
 */
#ifndef MIGRATION_HISTORY_H
#define MIGRATION_HISTORY_H

#include "migration/migration.h"

/* The history's record of one run of a migration. */
typedef struct {
	const Migration *migration; /* of the set; NULL: there is no such file */
	char *name;                 /* as the history has it: the name of a script, or a version */
	char *checksum;             /* as the history has it; NULL: it has none */
	bool failed;
} MigrationHistoryRow;

typedef struct {
	bool exists; /* the history table exists */
	GPtrArray
	    *rows; /* of MigrationHistoryRow *, in the order in which they ran; of several of one migration the last */
	bool any_order; /* the tool is set to apply a migration after later ones */
} MigrationHistory;

void migration_history_clear(MigrationHistory *history);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationHistory, migration_history_clear)

/* Adds a row; copies the texts. For the formats' code. */
void migration_history_add(MigrationHistory *history, const Migration *migration, const char *name,
                           const char *checksum, bool failed);

/* True when the tool has a history, and it is known how to read it. */
bool migration_history_is_known(const MigrationSet *set);

/* Reads the history by SELECT alone, in whatever transaction the session is in. False with *error (BASE_ERROR_DATABASE)
 * when the server refuses. */
bool migration_history_read(const MigrationSet *set, DbSession *session, MigrationHistory *ret_history, GError **error);

typedef enum {
	MIGRATION_HISTORY_PENDING,      /* the tool would apply it */
	MIGRATION_HISTORY_FAILED,       /* it failed according to the history */
	MIGRATION_HISTORY_EDITED,       /* the file was changed after it was applied */
	MIGRATION_HISTORY_OUT_OF_ORDER, /* it is not applied, or was applied later, than one that comes after it */
	MIGRATION_HISTORY_NO_FILE,      /* it is applied, but there is no such file */
} MigrationHistoryProblemKind;

typedef struct {
	MigrationHistoryProblemKind kind;
	const Migration *migration; /* NULL for MIGRATION_HISTORY_NO_FILE */
	char *name;                 /* of the migration, or as the history has it */
	char *text;                 /* "was changed after it was applied: ..." */
} MigrationHistoryProblem;

/* "pending", "failed", "edited", "out of order", "no such file". */
const char *migration_history_problem_name(MigrationHistoryProblemKind kind);

/* The differences between the files and the history, of MigrationHistoryProblem *: first by migration in the order
 * of the set, then rows without a file. The caller unrefs it. */
GPtrArray *migration_history_compare(const MigrationSet *set, const MigrationHistory *history);

#endif
