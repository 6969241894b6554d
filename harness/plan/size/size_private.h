/* Declarations for size.c and size_extended.c; no other file includes it. */
#ifndef PLAN_SIZE_SIZE_PRIVATE_H
#define PLAN_SIZE_SIZE_PRIVATE_H

#include "plan/size/size.h"

/* size.c: adds the columns of the mapping (NULL: none) to the existing ones. */
bool plan_size_load_columns(GPtrArray *columns, const SuiteNode *mapping, GError **error);
GPtrArray *plan_size_new_columns(void);

/* size_extended.c: the same for statistics objects; existing ones of the same name are replaced. */
bool plan_size_load_extended(GPtrArray *extended, const SuiteNode *mapping, GError **error);
GPtrArray *plan_size_new_extended(void);
/* Forgets which object of which database it is. */
void plan_size_forget_extended(PlanExtendedSize *extended);

#endif
