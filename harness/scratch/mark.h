/*
 * How pgassay's own databases are known from others: by their name and by the comment on them, the
 * mark, which both name the run that made them. Until the comment is there, the connection limit stands for it.
 */
#ifndef SCRATCH_MARK_H
#define SCRATCH_MARK_H

#include <glib.h>
#include <stdbool.h>

/* Eight hexadecimal digits and a NUL. */
#define SCRATCH_RUN_SIZE 9

/* A new number for a run, at random. */
void scratch_mark_new_run(char ret_run[SCRATCH_RUN_SIZE]);

/* The second key of the run's advisory lock, as text; the first is SCRATCH_LOCK_CLASS. */
#define SCRATCH_LOCK_CLASS "1885823347" /* "pgas" */
char *scratch_mark_lock_key(const char *run);

/* The connection limit with which a database of the run is created: so large that it limits nothing, so odd that no
 * other database has it, and set from the first moment, unlike a comment. */
gint32 scratch_mark_limit(const char *run);

/* "pgassay_RUN_N". The caller frees it. */
char *scratch_mark_name(const char *run, guint number);

/* True for such a name; *ret_run is its run. */
bool scratch_mark_parse_name(const char *name, char ret_run[SCRATCH_RUN_SIZE]);

typedef enum {
	SCRATCH_MARK_DATABASE,
	SCRATCH_MARK_DATABASE_KEPT, /* survives its run */
	SCRATCH_MARK_ROLE,
} ScratchMarkKind;

/* The comment. The caller frees it. */
char *scratch_mark_text(ScratchMarkKind kind, const char *run, const char *label);

/* True for such a comment. */
bool scratch_mark_parse_text(const char *text, ScratchMarkKind *ret_kind, char ret_run[SCRATCH_RUN_SIZE]);

#endif
