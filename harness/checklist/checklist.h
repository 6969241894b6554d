/*
 * The checklist of a release: sentences that are ticked by observations.
 *
 * The whole checklist is read and understood before the first item is asked. Asking writes nothing to the target.
 */
#ifndef CHECKLIST_CHECKLIST_H
#define CHECKLIST_CHECKLIST_H

#include "checklist/item/item.h"

/* Reads the items of the phase; the plan has one suite, and must live as long. `variables` are NAME=VALUE, or NULL.
 * NULL with *error: an item cannot be understood (BASE_ERROR_INPUT, with its place), the phase has none
 * (BASE_ERROR_USAGE). */
Checklist *checklist_load(const RunPlan *plan, SuitePhase phase, char **variables, GError **error);
void checklist_free(Checklist *checklist); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Checklist, checklist_free)

/* The kind of that key, which is one of suite_item_kinds. */
const struct ChecklistKind *checklist_kind_find(const char *name);

/* True when an item asks the target. */
bool checklist_needs_target(const Checklist *checklist);

/* Looks at the target before any item is asked. False with *error (BASE_ERROR_ENVIRONMENT): it cannot be reached, is
 * not the one that an item of the kind "target" names, or is on the server on which scratch databases would be made. */
bool checklist_look(const Checklist *checklist, const ChecklistOptions *options,
                    ChecklistSurroundings *ret_surroundings, GError **error);

/* Asks all items that have no result yet (during.h). Items that start no server are asked side by side. False with
 * *error when the run was interrupted; the other items then carry that as their reason. Must be called while the
 * process has no other threads. */
bool checklist_ask(Checklist *checklist, const ChecklistOptions *options, ChecklistSurroundings *surroundings,
                   GError **error);

/* As cases of a report: the phase is their stage. An item that a release need not wait for is skipped when it is open.
 * The caller frees it. */
ReportRun *checklist_report(const Checklist *checklist, const ChecklistSurroundings *surroundings);

#endif
