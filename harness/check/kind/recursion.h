/*
 * Policies that ask each other without end: the server notices when a role runs a statement on the table, and not
 * before.
 */
#ifndef CHECK_KIND_RECURSION_H
#define CHECK_KIND_RECURSION_H

#include "check/context.h"

typedef struct {
	char *table;   /* as SQL names it */
	char *who;     /* `role "app"`, "everybody" */
	char *message; /* the server's message */
} CheckRecursion;

/* Tries a statement of each kind on every table with policies, as each role that the policies apply to; a
 * transaction is open on the context's session, and all effects are rolled back. `roles` is the text of an array:
 * the roles of the application; empty: the roles that the policies name. *ret_found, of CheckRecursion *, at most
 * one for each table, is the caller's. False with *error only when nothing can go on. */
bool check_recursion_find(const CheckContext *context, const char *roles, GPtrArray **ret_found, GError **error);

#endif
