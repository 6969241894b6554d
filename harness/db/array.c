#include "db/array.h"

void
db_array_append(GString *array, const char *text)
{
	g_string_append(array, array->len > 1 ? ",\"" : "\"");
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(array, '\\');
		g_string_append_c(array, *text);
	}
	g_string_append_c(array, '"');
}

char *
db_array_from_texts(const char *const *texts)
{
	GString *array = g_string_new("{");

	for (; texts != NULL && *texts != NULL; texts++)
		db_array_append(array, *texts);
	g_string_append_c(array, '}');
	return g_string_free(array, FALSE);
}
