/*
 * Two files of one version, which the tool refuses to load: the command that mends it.
 */
#ifndef COMMAND_CHECK_RENUMBER_H
#define COMMAND_CHECK_RENUMBER_H

#include <glib.h>

/* If the error is about two files of the same version, and git shows which file is new, replaces the error's hint by
 * the "git mv" of that file and of those that belong to it. `base` is --base, or NULL. Otherwise the error stays
 * unchanged. */
void command_check_renumber(const char *directory, const char *base, GError **error);

#endif
