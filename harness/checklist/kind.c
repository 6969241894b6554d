#include "checklist/item/kind.h"
#include "checklist/checklist.h"

#include <string.h>

static const ChecklistKind *const kinds[] = {
	&checklist_target,  &checklist_conditions, &checklist_history, &checklist_drift, &checklist_data,
	&checklist_query,   &checklist_fixture,    &checklist_cases,   &checklist_http,  &checklist_backup,
	&checklist_command, &checklist_manual,     &checklist_plans,
};

const ChecklistKind *
checklist_kind_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	g_assert_not_reached();
}
