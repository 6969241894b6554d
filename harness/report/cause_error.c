#include "report/cause_error.h"

#include <string.h>

#define ERROR_PREFIX "ERROR: "
#define ERROR_MISSES " does not exist"

/* The line of the case's details that begins with "ERROR: "; or else its message, which may have the error's text. */
static char *
error_find(const ReportCase *test_case)
{
	const char *line = test_case->details;

	while (line != NULL && !g_str_has_prefix(line, ERROR_PREFIX)) {
		line = strchr(line, '\n');
		line = line != NULL ? line + 1 : NULL;
	}
	return line != NULL ? g_strndup(line, strcspn(line, "\n")) : g_strdup(test_case->message);
}

/* A syntax error quotes a word of the statement: two of them may be two mistakes. */
char *
report_error_line(const ReportCase *test_case)
{
	g_autofree char *line = error_find(test_case);

	return line != NULL && strchr(line, '"') != NULL && strstr(line, "syntax error") == NULL
	           ? g_steal_pointer(&line)
	           : NULL;
}

/* The text behind the word and its quotation mark, up to the next one; NULL: the line has no such word. */
static char *
error_quoted(const char *line, const char *word)
{
	g_autofree char *start = g_strconcat(word, " \"", NULL);
	const char *found = strstr(line, start);

	return found != NULL ? g_strndup(found + strlen(start), strcspn(found + strlen(start), "\"")) : NULL;
}

/* "orgs.name" of `column "name" of relation "orgs"` and of `column o.name`; "orgs" of `relation "orgs"`. */
static char *
error_object(const char *line)
{
	g_autofree char *column = error_quoted(line, "column");
	g_autofree char *relation = error_quoted(line, "relation");
	const char *plain = strstr(line, "column ");

	if (column != NULL && relation != NULL)
		return g_strdup_printf("%s.%s", relation, column);
	if (column != NULL || relation != NULL)
		return column != NULL ? g_steal_pointer(&column) : g_steal_pointer(&relation);
	if (plain == NULL)
		return NULL;
	/* The table has the name that the statement gave it there, which need not be its own. */
	g_autofree char *name = g_strndup(plain + strlen("column "), strcspn(plain + strlen("column "), " "));
	const char *dot = strrchr(name, '.');
	return g_strdup(dot != NULL ? dot + 1 : name);
}

static bool
error_is_about(const ReportChange *change, const char *object, bool misses)
{
	const char *end = change->identity + strlen(change->identity) - MIN(strlen(object), strlen(change->identity));

	return (change->sign == REPORT_REMOVED) == misses && strcmp(end, object) == 0 &&
	       (end == change->identity || end[-1] == '.');
}

const char *
report_error_find_object(const ReportDatabase *database, const ReportCase *test_case)
{
	g_autofree char *line = error_find(test_case);
	bool misses = line != NULL && g_str_has_suffix(line, ERROR_MISSES);
	bool null = line != NULL && strstr(line, "null value in column ") != NULL;
	g_autofree char *object = misses || null ? error_object(line) : NULL;

	for (guint i = database->migrations->len; object != NULL && i > 0; i--) {
		const ReportMigration *migration = g_ptr_array_index(database->migrations, i - 1);
		for (guint j = 0; j < migration->changes->len; j++) {
			const ReportChange *change = g_ptr_array_index(migration->changes, j);
			if (error_is_about(change, object, misses))
				return change->identity;
		}
	}
	return NULL;
}
