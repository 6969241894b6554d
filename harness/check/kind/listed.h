/*
 * `except:` of a check: accepted findings, each with the reason. An exception without a finding is reported.
 */
#ifndef CHECK_KIND_LISTED_H
#define CHECK_KIND_LISTED_H

#include "check/findings.h"
#include "suite/shape.h"

/* A mapping of subjects to reasons. A subject is the object of a finding, as the check names it: `table
 * public.jobs`; a `*` in it stands for any characters. */
typedef struct {
	const SuiteNode *node; /* or NULL */
	bool *found;           /* by item */
} CheckListed;

void check_listed_open(CheckListed *listed, const SuiteNode *node);
void check_listed_close(CheckListed *listed);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckListed, check_listed_close)

/* True when the subject is listed. */
bool check_listed_covers(CheckListed *listed, const char *subject);

/* For a subject with findings of several kinds, of which an exception has to name one: `table public.jobs (no policy)`.
 * Where `only` is true, the subject has no other findings, and its name is enough. An exception that names the subject
 * alone, and covers nothing for that reason, is not one that nothing needs. */
bool check_listed_covers_kind(CheckListed *listed, const char *subject, const char *kind, bool only);

/* Adds a finding for each item that covered nothing. */
void check_listed_report(const CheckListed *listed, CheckFindings *findings);

/* Reasons are not empty. The node may be NULL. */
bool check_listed_validate(const SuiteNode *node, GError **error);

#endif
