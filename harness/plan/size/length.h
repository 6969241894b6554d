/*
 * Makes files of tables and indexes long: the planner takes the number of their pages from there. The added part uses
 * no disk space.
 */
#ifndef PLAN_SIZE_LENGTH_H
#define PLAN_SIZE_LENGTH_H

#include <glib.h>
#include <stdbool.h>

/* Makes the file of a relation, `path` below the data directory, so many pages long, in segments of 1 GiB as the server
 * has them. It must be one that the open transaction has made, so that its end removes all of it. False with *error
 * (BASE_ERROR_ENVIRONMENT). */
bool plan_length_set(const char *data_directory, const char *path, double pages, GError **error);

/* Puts a valid btree without entries into the file of an empty one: so many levels, one page each, above an empty leaf.
 * The planner reads the height from there. False with *error, also when the file is no btree of a known form. */
bool plan_btree_grow(const char *data_directory, const char *path, guint height, GError **error);

/* The same in a file that has nothing. Below 0: not even a leaf, as a btree begins. */
bool plan_btree_write(const char *data_directory, const char *path, gint height, GError **error);

#endif
