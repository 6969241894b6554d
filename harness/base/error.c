#include "base/error.h"

#include <string.h>

/* Characters of a message that has many parts. */
#define ERROR_PARTS_MAX 20000
#define ERROR_PARTS_END "\n... and more"

/* G_DEFINE_QUARK keeps it in a variable that all threads write to. */
GQuark
base_error_quark(void)
{
	return g_quark_from_static_string("pgassay-base-error");
}

bool
base_error_set(GError **error, BaseErrorCode code, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	if (hint != NULL)
		g_set_error(error, BASE_ERROR, (gint)code, "%s\nhint: %s", message, hint);
	else
		g_set_error_literal(error, BASE_ERROR, (gint)code, message);
	return false;
}

void
base_error_hint(GError **error, const char *hint)
{
	if (error == NULL || *error == NULL || strstr((*error)->message, "\nhint: ") != NULL)
		return;
	char *message = g_strdup_printf("%s\nhint: %s", (*error)->message, hint);
	g_free((*error)->message);
	(*error)->message = message;
}

bool
base_error_add(GError **error, GError *more)
{
	if (error == NULL) {
		g_error_free(more);
		return false;
	}
	if (*error == NULL) {
		*error = more;
		return false;
	}
	bool full = strlen((*error)->message) > ERROR_PARTS_MAX;
	if (strstr((*error)->message, more->message) == NULL && !g_str_has_suffix((*error)->message, ERROR_PARTS_END)) {
		char *message = g_strconcat((*error)->message, full ? ERROR_PARTS_END : "\n",
		                            full ? NULL : more->message, NULL);
		g_free((*error)->message);
		(*error)->message = message;
	}
	g_error_free(more);
	return false;
}
