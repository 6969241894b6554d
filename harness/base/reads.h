/*
 * Which files the program has read as its input, for a bundle that holds all that a run needs.
 */
#ifndef BASE_READS_H
#define BASE_READS_H

#include <glib.h>

/* From now on the paths of files are noted; before that, nothing is. */
void base_reads_begin(void);

/* Notes the path as an absolute one; any thread may call it. base_source_load() does so by itself. */
void base_reads_add(const char *path);

/* All that were noted, in the order of their names: char *, owned by the array. */
GPtrArray *base_reads_list(void);

#endif
