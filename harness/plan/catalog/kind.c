#include "plan/catalog/kind.h"

#include <glib.h>

PlanKind
plan_kind_of(const char *type)
{
	static const struct {
		const char *prefix;
		PlanKind kind;
	} kinds[] = {
		{ "smallint", PLAN_KIND_NUMBER }, { "integer", PLAN_KIND_NUMBER },
		{ "bigint", PLAN_KIND_NUMBER },   { "numeric", PLAN_KIND_NUMBER },
		{ "real", PLAN_KIND_NUMBER },     { "double precision", PLAN_KIND_NUMBER },
		{ "timestamp", PLAN_KIND_TIME },  { "date", PLAN_KIND_TIME },
		{ "uuid", PLAN_KIND_UUID },       { "text", PLAN_KIND_TEXT },
		{ "character", PLAN_KIND_TEXT },
	};

	if (g_str_has_suffix(type, "[]"))
		return PLAN_KIND_OTHER;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_has_prefix(type, kinds[i].prefix))
			return kinds[i].kind;
	return PLAN_KIND_OTHER;
}
