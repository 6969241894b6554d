/*
 * What was tested, as a text for people.
 */
#ifndef RUN_CHANGE_H
#define RUN_CHANGE_H

/* "add-orders at 6c1e0f4d2" of the repository of the directory, and whether files of it are not committed. A job of a
 * CI system often has no branch checked out: its variables say which one it is. NULL: there is no repository, no
 * commit, or no git. The caller frees it. */
char *run_change_describe(const char *directory);

#endif
