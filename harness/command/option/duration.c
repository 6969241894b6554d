#include "command/option/duration.h"

#include "base/error.h"

#include <string.h>

#define WEEK (7 * 24 * 3600.0)

bool
command_duration_parse(const char *option, const char *text, gint64 *ret_microseconds, GError **error)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "", 1 }, { "s", 1 }, { "ms", 0.001 }, { "min", 60 }, { "m", 60 }, { "h", 3600 } };
	char *end = NULL;
	double number = g_ascii_isdigit(*text) ? g_ascii_strtod(text, &end) : 0;

	for (gsize i = 0; end != NULL && i < G_N_ELEMENTS(units); i++) {
		double seconds = number * units[i].seconds;
		if (strcmp(end, units[i].name) != 0 || !(seconds >= 0.001 && seconds <= WEEK))
			continue;
		*ret_microseconds = (gint64)(seconds * G_USEC_PER_SEC);
		return true;
	}
	return base_error_set(error, BASE_ERROR_USAGE, "write it as 90s, 15min or 2h", "\"%s\" is no duration for %s",
	                      text, option);
}
