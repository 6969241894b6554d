/*
 * Two files of one version, which the tool refuses to load: the command that mends it.
 */
#ifndef COMMAND_CHECK_RENUMBER_H
#define COMMAND_CHECK_RENUMBER_H

#include <glib.h>

/* Puts the "git mv" of the newer of both files (with those that belong to it) in the place of the error's hint, where
 * the error is about two versions that are equal, and it can be seen from git which file is new: `base` is --base, or
 * NULL. Else the error stays as it is. */
void command_check_renumber(const char *directory, const char *base, GError **error);

#endif
