/*
 * Plans that a person has approved: a file that `pgassay bless` writes, and later runs compare with.
 */
#ifndef PLAN_JUDGE_BLESSED_H
#define PLAN_JUDGE_BLESSED_H

#include "plan/judge/condition.h"
#include "plan/tree/normal.h"
#include "suite/document.h"

/* The compared forms of a plan; plan/normal.h describes the three. */
typedef struct {
	char *access;
	char *joins;
	char *shape;
} PlanForm;

PlanForm plan_form_of(const PlanTree *tree, const PlanCatalog *catalog);
void plan_form_clear(PlanForm *form);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanForm, plan_form_clear)

/* The coarsest level at which two of them differ; PLAN_LEVEL_OFF: they are the same. */
PlanLevel plan_form_compare(const PlanForm *one, const PlanForm *other);

typedef struct PlanBlessed PlanBlessed;

/* Reads the file. One that is not there has no plan. NULL with *error (BASE_ERROR_INPUT), with the place. */
PlanBlessed *plan_blessed_load(const char *path, GError **error);
void plan_blessed_free(PlanBlessed *blessed); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanBlessed, plan_blessed_free)

const char *plan_blessed_path(const PlanBlessed *blessed);

/* The form of the plan of that name (plan_case_name) on servers of that major version, and where it stands. False when
 * there is none. The texts stay the file's. */
bool plan_blessed_find(const PlanBlessed *blessed, const char *name, guint major, PlanForm *ret_form,
                       SourcePosition *ret_position);

/* True when the file has a plan of that major version. */
bool plan_blessed_has_version(const PlanBlessed *blessed, guint major);

/* The names of all plans of these (PlanCase *) that are compared with blessed ones, of char *. The caller unrefs it. */
GPtrArray *plan_cases_list_blessed(const GPtrArray *cases);

/* Names of which the list (of char *) has none, of char *, in the order of the file. The caller unrefs it. */
GPtrArray *plan_blessed_list_unused(const PlanBlessed *blessed, const GPtrArray *names);

/* The text of a file with these plans (of PlanForm *, by name) for that major version; those of other versions stay,
 * as far as their names are in the list. The caller frees it. */
char *plan_blessed_write(const PlanBlessed *blessed, const GPtrArray *names, GHashTable *forms, guint major);

#endif
