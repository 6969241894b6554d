#include "check/noted.h"

#include "catalog/ddl.h"

#include <string.h>

/* Maximum; nobody copies more statements out of a report. */
#define NOTED_REMEDY_MAX 4000

void
check_note_remedy(ReportCase *test_case, const CatalogSnapshot *expected, const CatalogSnapshot *found,
                  const CatalogDiffOptions *options)
{
	g_autoptr(GArray) back = catalog_diff(found, expected, options);
	g_autofree char *text = g_strchomp(catalog_ddl_describe(back, expected));

	if (*text == '\0' || strlen(text) > NOTED_REMEDY_MAX || g_str_has_prefix(text, "--") ||
	    strstr(text, "\n-- ") != NULL)
		return;
	g_free(test_case->remedy);
	test_case->remedy = g_steal_pointer(&text);
}

char *
check_note_statement(const CatalogObject *object, const CatalogSnapshot *snapshot)
{
	const CatalogDifference made = { .kind = CATALOG_UNEXPECTED, .found = object };
	g_autoptr(GArray) one = g_array_new(FALSE, FALSE, sizeof(CatalogDifference));

	g_array_append_val(one, made);
	char *text = g_strchomp(catalog_ddl_describe(one, snapshot));
	if (*text == '\0' || g_str_has_prefix(text, "--")) {
		g_free(text);
		return NULL;
	}
	if (g_str_has_suffix(text, ";"))
		text[strlen(text) - 1] = '\0';
	return text;
}

/* "using: true"; an attribute that one side lacks is not shown for that side. */
static char *
noted_value(const CatalogAttribute *attribute)
{
	if (attribute == NULL)
		return g_strdup("(none)");
	if (attribute->kind == CATALOG_VALUE_TEXT)
		return g_strdup(attribute->value);
	GString *text = g_string_new(NULL);
	catalog_append_value(text, attribute);
	return g_string_free(text, FALSE);
}

static void
noted_add_change(ReportCase *test_case, const CatalogDifference *difference, const char *what)
{
	const CatalogAttribute *was = difference->expected_attribute;
	const CatalogAttribute *is = difference->found_attribute;
	g_autofree char *full = g_strdup_printf("%s: %s", what, was != NULL ? was->name : is->name);
	g_autofree char *old = noted_value(was);
	g_autofree char *new = noted_value(is);

	report_case_add_difference(test_case, full, old, new);
}

void
check_note_differences(ReportCase *test_case, const GArray *differences, const CatalogSnapshot *expected,
                       const CatalogSnapshot *found)
{
	for (guint i = 0; i < MIN(differences->len, CHECK_NOTED_MAX); i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		bool missing = difference->kind == CATALOG_MISSING;
		const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
		g_autofree char *what = g_strdup_printf("%s %s", catalog_class(object->class_id)->name,
		                                        object->identity);
		if (difference->kind == CATALOG_CHANGED) {
			noted_add_change(test_case, difference, what);
			continue;
		}
		g_autofree char *statement = check_note_statement(object, missing ? expected : found);
		const char *text = statement != NULL ? statement : what;
		report_case_add_difference(test_case, what, missing ? text : NULL, missing ? NULL : text);
	}
}
