/* Databases that the user has to name before they are emptied. */
#include "target/target.h"

#include <string.h>

/* Anywhere in a name, as in "proddb" and "liveshop". Whole words of this kind refuse a reset altogether. */
static const char *const production_parts[] = { "prod", "live", "staging", NULL };

/* The same, unless a word marks the database as one for development, as in "customers_dev". */
static const char *const business_parts[] = { "main",   "master",  "customer", "client",  "primary",
	                                      "backup", "archive", "billing",  "payment", NULL };

static const char *
confirm_find_part(const char *name, const char *const *parts)
{
	for (; *parts != NULL; parts++)
		if (strstr(name, *parts) != NULL)
			return *parts;
	return NULL;
}

char *
target_confirmation(const Target *target, const TargetContents *contents)
{
	g_autofree char *name = g_ascii_strdown(target->database, -1);
	const char *part = confirm_find_part(name, production_parts);

	if (target_is_marked(target))
		return NULL;
	if (part == NULL && !target_has_development_word(target))
		part = confirm_find_part(name, business_parts);
	if (part != NULL)
		return g_strdup_printf("its name contains \"%s\"", part);
	if (contents->more_rows || contents->n_rows + contents->n_estimated > TARGET_ROWS_UNCONFIRMED)
		return g_strdup_printf("it has more than %d rows", TARGET_ROWS_UNCONFIRMED);
	return NULL;
}
