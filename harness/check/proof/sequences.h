/*
 * Where sequences stand: a down that makes a sequence anew lets it give out numbers that rows have already.
 */
#ifndef CHECK_PROOF_SEQUENCES_H
#define CHECK_PROOF_SEQUENCES_H

#include "db/session.h"

/* The last values of all sequences, for check_sequences_compare; NULL with *error. */
DbResult *check_sequences_read(DbSession *session, GError **error);

/* The same, but only of those that have given out a number: enough for what was before, and quick when they are few.
 * There is no other session with temporary sequences then. */
DbResult *check_sequences_read_used(DbSession *session, GError **error);

/* The same, and begins a transaction then, both in one message. */
DbResult *check_sequences_read_used_and_begin(DbSession *session, GError **error);

/* What is wrong with the sequences that were there before, one a line, or NULL: `sequence "public.t_id_seq" stood at
 * 20, and starts anew`. A sequence that has gone on is right: numbers are never given back. One that is gone is the
 * schema's business. The session stands at `now`: one that was set where to go on (RESTART WITH) and has given out no
 * number since is asked for that; NULL: it counts as new. The caller frees it. */
char *check_sequences_compare(DbSession *session, const DbResult *before, const DbResult *now);

/* Whether both (of check_sequences_read_used) say that the same sequences stand where they stood. */
bool check_sequences_are_same(const DbResult *before, const DbResult *now);

/* Sets sequences that stand elsewhere now back to where they stood: what a rollback does not undo. Those that are not
 * in `before` had given out no number. */
bool check_sequences_restore(DbSession *session, const DbResult *before, GError **error);

#endif
