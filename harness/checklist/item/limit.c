#include "checklist/item/limit.h"

#include "suite/size.h"

#include <string.h>

typedef struct {
	TargetUnit unit;
	const char *name;
	double factor;
} Unit;

static const Unit units[] = {
	{ TARGET_UNIT_SECONDS, "ms", 0.001 },
	{ TARGET_UNIT_SECONDS, "s", 1 },
	{ TARGET_UNIT_SECONDS, "min", 60 },
	{ TARGET_UNIT_SECONDS, "h", 3600 },
	{ TARGET_UNIT_SECONDS, "days", 86400 },
	{ TARGET_UNIT_SECONDS, "day", 86400 },
	{ TARGET_UNIT_SECONDS, "d", 86400 },
	{ TARGET_UNIT_BYTES, "bytes", 1 },
	{ TARGET_UNIT_BYTES, "kB", 1024 },
	{ TARGET_UNIT_BYTES, "KiB", 1024 },
	{ TARGET_UNIT_BYTES, "MB", 1048576 },
	{ TARGET_UNIT_BYTES, "MiB", 1048576 },
	{ TARGET_UNIT_BYTES, "GB", 1073741824 },
	{ TARGET_UNIT_BYTES, "GiB", 1073741824 },
	{ TARGET_UNIT_BYTES, "TB", 1099511627776.0 },
	{ TARGET_UNIT_BYTES, "TiB", 1099511627776.0 },
	{ TARGET_UNIT_PERCENT, "%", 1 },
};

static const char *
limit_hint(TargetUnit unit)
{
	switch (unit) {
	case TARGET_UNIT_SECONDS:
		return "write a number with ms, s, min, h or days: 1 min";
	case TARGET_UNIT_BYTES:
		return "write a number with bytes, kB, MB, GB or TB: 64 MB";
	case TARGET_UNIT_PERCENT:
		return "write a number with %: 80 %";
	case TARGET_UNIT_TRANSACTIONS:
		return "write a number of transactions: 1e9, 500M";
	case TARGET_UNIT_COUNT:
	default:
		return "write a whole number, without a unit: 0";
	}
}

static bool
limit_refuse(const SuiteNode *node, TargetUnit unit, GError **error)
{
	const char *text = suite_node_text(node);
	bool bare = text[0] != '\0' && strspn(text, "0123456789.") == strlen(text);

	return suite_node_error(node, error, limit_hint(unit),
	                        bare ? "the limit \"%s\" has no unit" : "\"%s\" is no limit of this kind", text);
}

bool
checklist_limit_read(const SuiteNode *node, TargetUnit unit, double *ret_number, GError **error)
{
	const char *text = suite_node_text(node);
	char *end = NULL;
	gint64 whole = 0;

	if (unit == TARGET_UNIT_COUNT) {
		if (!suite_node_is_int(node, &whole) || whole < 0)
			return limit_refuse(node, unit, error);
		*ret_number = (double)whole;
		return true;
	}
	if (unit == TARGET_UNIT_TRANSACTIONS)
		return suite_size_number(node, ret_number) || limit_refuse(node, unit, error);
	double number = g_ascii_strtod(text, &end);
	if (end == text || !(number >= 0 && number < 1e15))
		return limit_refuse(node, unit, error);
	end += strspn(end, " ");
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (units[i].unit == unit && strcmp(units[i].name, end) == 0) {
			*ret_number = number * units[i].factor;
			return true;
		}
	return limit_refuse(node, unit, error);
}

bool
checklist_limit_read_key(const SuiteNode *mapping, const char *key, TargetUnit unit, double *ret_number, GError **error)
{
	const SuiteNode *node = suite_node_get(mapping, key);

	return node == NULL || checklist_limit_read(node, unit, ret_number, error);
}
