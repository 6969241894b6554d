/*
 * Where sequences stand: a down that makes a sequence anew lets it give out numbers that rows have already.
 */
#ifndef CHECK_WORKSPACE_SEQUENCES_H
#define CHECK_WORKSPACE_SEQUENCES_H

#include "db/session.h"

/* The last values of all sequences, for check_sequences_compare; NULL with *error. */
DbResult *check_sequences_read(DbSession *session, GError **error);

/* The same, but only for sequences that have given out a number: enough for the state before, and fast if they are
 * few. There must be no other session with temporary sequences. */
DbResult *check_sequences_read_used(DbSession *session, GError **error);

/* The same, and begins a transaction then, both in one message. */
DbResult *check_sequences_read_used_and_begin(DbSession *session, GError **error);

/* The faults of sequences that existed before, one a line, or NULL: `sequence "public.t_id_seq" stood at 20, and
 * starts anew`. A sequence that has advanced is right: numbers are never given back. A sequence that was dropped is
 * a difference of the schema. The session is at the state `now`, and is asked about a sequence that was set to a
 * start (RESTART WITH) and has given out no number since; NULL: it counts as new. The caller frees it. */
char *check_sequences_compare(DbSession *session, const DbResult *before, const DbResult *now);

/* Whether both (of check_sequences_read_used) have the same sequences at the same positions. */
bool check_sequences_are_same(const DbResult *before, const DbResult *now);

/* Sets changed sequences back to their positions, which a rollback does not do. Those that are not in `before` had
 * given out no number. */
bool check_sequences_restore(DbSession *session, const DbResult *before, GError **error);

/* The same, but for sequences of these tables ("schema.table", NULL-terminated; may be NULL): they stay. */
bool check_sequences_restore_others(DbSession *session, const DbResult *before, const char *const *tables,
                                    GError **error);

#endif
