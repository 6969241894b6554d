/*
 * Migrations that are code, as the SQL that they send: for stages that look at single statements.
 */
#ifndef RUN_STAGE_WORK_CODE_H
#define RUN_STAGE_WORK_CODE_H

#include "run/stage/work/work.h"

/* Of a job whose tool runs its migrations itself: lets the tool run each of the stage's migrations on a database with
 * rows, reads from the server's log what it sends, and makes sure, on a copy, that these statements alone lead to the
 * same schema and to as many rows. Until run_code_end, the stage's job, its migrations and its workspace have
 * these copies, which have SQL; a migration that cannot be had as SQL stays as it is.
 *
 * Does nothing where the migrations are SQL already. *ret_ready is false where a case of the stage (skipped) says that
 * the log of the server is not to be read. False with *error. */
bool run_code_begin(RunStage *stage, bool *ret_ready, GError **error);
/* Gives the stage its own job and migrations back, whether there was a copy of any or not; its workspace is
 * disconnected then. */
void run_code_end(RunStage *stage);

/* What the tool itself runs for the copy; the migration itself where it is none. */
const Migration *run_code_original(const RunStage *stage, const Migration *migration);
/* Why the statements of the migration are not known, the end of a sentence; NULL: they are. */
const char *run_code_reason(const RunStage *stage, const Migration *migration);

#endif
