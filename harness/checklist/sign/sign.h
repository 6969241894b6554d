/*
 * Signatures: a file beside the suite, which is committed.
 */
#ifndef CHECKLIST_SIGN_H
#define CHECKLIST_SIGN_H

#include "run/job/plan.h"

/* The path of the file: "suites/shop.signed" for "suites/shop.yaml". The caller frees it. */
char *checklist_sign_path(const Suite *suite);

/* The state that a signature applies to: the last migrations, so that it is no longer valid when others are added.
 * `job` may be NULL: the state of all databases of the plan. The caller frees it. */
char *checklist_sign_state(const RunPlan *plan, const RunJob *job);

typedef struct {
	char *by;
	char *at;
	char *because;
	char *until;     /* or NULL */
	char *migration; /* checklist_sign_state() then */
	guint line;      /* in the file, from 1 on */
} ChecklistSignature;

void checklist_signature_clear(ChecklistSignature *signature);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistSignature, checklist_signature_clear)

/* The last signature of the item. *ret_found is false if there is none. False with *error (BASE_ERROR_INPUT): the
 * file is not one of ours. */
bool checklist_sign_find(const Suite *suite, const char *name, ChecklistSignature *ret_signature, bool *ret_found,
                         GError **error);

/* Adds a signature to the file, and waits at most five seconds for other writers. `until` is a date (2026-12-31), or
 * NULL. False with *error (BASE_ERROR_USAGE): a text is empty, the date is invalid or in the past;
 * (BASE_ERROR_ENVIRONMENT): it cannot be written, or another writer does not finish. */
bool checklist_sign_add(const RunPlan *plan, const RunJob *job, const char *name, const char *by, const char *because,
                        const char *until, GError **error);

/* True when the date is over (UTC). */
bool checklist_sign_is_over(const char *until);

#endif
