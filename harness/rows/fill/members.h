/*
 * JSON documents with the members that a statement takes out of them.
 */
#ifndef ROWS_MEMBERS_H
#define ROWS_MEMBERS_H

#include <glib.h>
#include <stdbool.h>

/* Whether a text may take members out of JSON at all; quick. */
bool rows_members_suspected(const char *statement);

/* The members of a column. */
typedef struct RowsMembers RowsMembers;

RowsMembers *rows_members_new(const char *column);
void rows_members_free(RowsMembers *members); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsMembers, rows_members_free)

/* Adds each member which the statement takes out of the column as a text (column ->> 'name'), removes (column -
 * 'name') or asks for (column ? 'name'). A cast says more than none. */
void rows_members_learn(RowsMembers *members, const char *statement, bool writes);

/* Appends SQL literals of objects with those members that a statement which writes has named; none without one. A
 * member that is cast to a type of which no values are known here is left out. */
void rows_members_append(const RowsMembers *members, GPtrArray *values);

#endif
