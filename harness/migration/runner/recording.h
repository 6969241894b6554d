/*
 * A migration that is code as SQL: its statements, as the server's log has them.
 */
#ifndef MIGRATION_RUNNER_RECORDING_H
#define MIGRATION_RUNNER_RECORDING_H

#include "migration/migration.h"

/* The migration as SQL: what the sessions of the database have sent, by the log of a server of ours (with log_statement
 * = all, and SCRATCH_LOG_LINE_PREFIX before each message), one message for each line of it. Reads of the catalog and of
 * the history table are left out: the tool looks around with them. The positions are in the file of the code: where it
 * has the text of a statement, else where its way up begins. The copy has no way down. The caller frees it.
 *
 * NULL with *ret_reason, the end of a sentence ("it sends rows by COPY"), where the log does not say enough to run the
 * statements once more. */
Migration *migration_recording_read(const MigrationSet *set, const Migration *code, const char *log,
                                    const char *database, char **ret_reason);

#endif
