/*
 * The effect of a role's command on the rows of a table: the command runs as that role, with its settings, in a
 * subtransaction that is rolled back.
 */
#ifndef CHECK_KIND_ROW_COMMAND_H
#define CHECK_KIND_ROW_COMMAND_H

#include "check/context.h"

typedef enum {
	CHECK_ROWS_SEEN,    /* SELECT */
	CHECK_ROWS_UPDATED, /* UPDATE */
	CHECK_ROWS_DELETED, /* DELETE */
} CheckRowCommandKind;

/* Texts are SQL, and the caller's. */
typedef struct {
	const CheckContext *context; /* a transaction is open on its session */
	const char *become;          /* statements that make the session the role's */
	const char *table;
	const char *condition; /* " WHERE ..." or "" */
	const char *change;    /* the SET list of an update: "a = a"; or NULL */
} CheckRows;

typedef struct {
	bool refused;
	gint64 rows;       /* not when it was refused */
	char *sqlstate;    /* only then, like `server_text` */
	char *server_text; /* the server's message, from check_statement_describe */
} CheckRowOutcome;

void check_row_outcome_clear(CheckRowOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckRowOutcome, check_row_outcome_clear)

/* The command's SQL. The caller frees it. */
char *check_row_command(const CheckRows *rows, CheckRowCommandKind kind);

/* Runs the SQL as the role, deferred constraints included. False with *error only when nothing can go on. */
bool check_row_command_run(const CheckRows *rows, const char *sql, CheckRowOutcome *ret_outcome, GError **error);

/* Up to three of the rows of the command: the affected ones or, with `missed`, those that satisfy the condition and
 * are not affected, as the session's own user sees them. Each in a line that begins with a line break and blanks; an
 * empty text if they cannot be shown (a view's missed rows). The caller frees *ret_text. */
bool check_row_examples(const CheckRows *rows, CheckRowCommandKind kind, bool missed, char **ret_text, GError **error);

#endif
