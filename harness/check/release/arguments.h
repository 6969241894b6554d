/*
 * Values for the parameters of an application's queries: values of existing rows, and others that no row has.
 *
 * They serve to run a query before and after a migration in the same way; it is enough if one of them works.
 */
#ifndef CHECK_RELEASE_ARGUMENTS_H
#define CHECK_RELEASE_ARGUMENTS_H

#include "catalog/snapshot.h"
#include "db/session.h"
#include "query/guess.h"

/* The columns of a database, and some of its rows. */
typedef struct CheckArguments CheckArguments;

/* Reads the columns, on an idle session of a superuser, which must stay open as long as it lives. NULL with *error. */
CheckArguments *check_arguments_read(DbSession *session, GError **error);
void check_arguments_free(CheckArguments *arguments); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckArguments, check_arguments_free)

/* Sets of values for a query whose parameters have these types (as regtype prints them; NULL-terminated), each as the
 * list that EXECUTE takes: "(1, 'abc')", or "" where it has no parameters; of char *. The session is idle, or in an
 * open transaction. The caller unrefs it. NULL with *error. */
GPtrArray *check_arguments_make(CheckArguments *arguments, const QueryGuesses *guesses, const char *const *types,
                                GError **error);

/* True when there is a table, view or column of that name. */
bool check_arguments_is_relation(const CheckArguments *arguments, const char *name);
bool check_arguments_is_column(const CheckArguments *arguments, const char *name);

#endif
