#include "impact/limit.h"

#include "report/text.h"
#include "suite/size.h"

#include <string.h>

static const struct {
	const char *name;
	bool bytes;
} limits[IMPACT_N_LIMITS] = {
	[IMPACT_LIMIT_WAL] = { "wal", true },
	[IMPACT_LIMIT_TEMPORARY] = { "temporary", true },
	[IMPACT_LIMIT_ROWS_READ] = { "rows_read", false },
	[IMPACT_LIMIT_ROWS_CHANGED] = { "rows_changed", false },
	[IMPACT_LIMIT_EXCLUSIVE_ROWS] = { "exclusive_rows", false },
};

const char *
impact_limit_name(ImpactLimit limit)
{
	return limits[limit].name;
}

static const struct {
	const char *name;
	double factor;
} limits_units[] = { { "TB", 1024.0 * 1024.0 * 1024.0 * 1024.0 },
	             { "GB", 1024.0 * 1024.0 * 1024.0 },
	             { "MB", 1024.0 * 1024.0 },
	             { "kB", 1024.0 } };

char *
impact_limit_format(ImpactLimit limit, double amount)
{
	if (limits[limit].bytes)
		return report_text_bytes(amount);
	if (amount >= 1e6)
		return g_strdup_printf(amount < 1e9 ? "%.3g M rows" : "%.0f M rows", amount / 1e6);
	return g_strdup_printf("%.0f rows", amount);
}

static bool
limits_unit(const char *text, double *ret_factor)
{
	for (gsize i = 0; i < G_N_ELEMENTS(limits_units); i++)
		if (g_ascii_strcasecmp(text, limits_units[i].name) == 0) {
			*ret_factor = limits_units[i].factor;
			return true;
		}
	return false;
}

static bool
limits_load_bytes(const SuiteNode *node, const char *name, double *ret_bytes, GError **error)
{
	static const char hint[] = "write a number and a unit: 500 kB, 100 MB, 2 GB";
	const char *text = suite_node_text(node);
	char *end = NULL;
	double number = g_ascii_strtod(text, &end);
	double factor = 0;

	if (end == text || number < 0)
		return suite_node_error(node, error, hint, "\"%s\" is no size: \"%s\"", name, text);
	while (*end == ' ')
		end++;
	if (*end == '\0' && number > 0)
		return suite_node_error(node, error, hint, "the size of \"%s\" has no unit: \"%s\"", name, text);
	if (*end != '\0' && !limits_unit(end, &factor))
		return suite_node_error(node, error, hint, "\"%s\" has an unknown unit: \"%s\"", name, text);
	*ret_bytes = number * factor;
	return true;
}

bool
impact_limits_load(const SuiteNode *node, ImpactLimits *ret_limits, GError **error)
{
	for (guint i = 0; i < IMPACT_N_LIMITS; i++) {
		const SuiteNode *value = node != NULL ? suite_node_get(node, limits[i].name) : NULL;
		ret_limits->most[i] = -1;
		if (value == NULL)
			continue;
		if (limits[i].bytes
		        ? !limits_load_bytes(value, limits[i].name, &ret_limits->most[i], error)
		        : !suite_size_load_number(node, limits[i].name, 0, 1e18, &ret_limits->most[i], error))
			return false;
	}
	return true;
}
