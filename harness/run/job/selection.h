/*
 * The selected cases of a run: --only and --stage. Other cases are not reported, and a stage without selected cases is
 * not run.
 */
#ifndef RUN_JOB_SELECTION_H
#define RUN_JOB_SELECTION_H

#include "report/result.h"
#include "run/job/plan.h"

typedef struct RunSelection RunSelection;

/* `only`: patterns DATABASE, DATABASE/NAME or DATABASE/STAGE/CASE, in which * is any text and ? one character; NAME is
 * a stage or a case; a case may have more slashes. A case is wanted when one of them fits. `stages`: patterns of names
 * of stages, several in one with commas between; the case's has to fit one of them, too. Both may be NULL or empty:
 * all. `option` is static: where `only` was written, "--only" of a command line, which errors begin with; NULL: they
 * have a place of their own. The caller frees it. NULL with *error (BASE_ERROR_USAGE) when a pattern has an empty part.
 */
RunSelection *run_selection_new(const char *option, const char *const *only, const char *const *stages, GError **error);
void run_selection_free(RunSelection *selection); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunSelection, run_selection_free)

/* True when a case of the stage may be wanted. A selection of NULL wants all, here and below. */
bool run_selection_has_stage(const RunSelection *selection, const char *database, const char *stage);

/* True when it asks for the stage by its name, and not only for all of them; false for NULL. */
bool run_selection_names_stage(const RunSelection *selection, const char *stage);

bool run_selection_has(const RunSelection *selection, const ReportCase *test_case);

/* False with *error (BASE_ERROR_USAGE) that has the nearest names when a pattern names a database or a stage that the
 * plan has not. `stages`: all names that there are, ended by NULL. */
bool run_selection_check(const RunSelection *selection, const RunPlan *plan, const char *const *stages, GError **error);

/* The first pattern that no case of the report fits, or NULL. The database's forward stage, which is always run, does
 * not count when it is there only because it failed. */
const char *run_selection_find_unused(const RunSelection *selection, const ReportRun *report);

/* "--only kb --stage rows", for a report of a part of the work; NULL for a selection of all. */
const char *run_selection_text(const RunSelection *selection);

#endif
