/* The ids of the page: short, and stable while the names of their objects stay the same. */
#include "report/html/page.h"

#include <string.h>

#define IDS_LENGTH_MAX 60

/* Makes a slug: only characters that are valid in an attribute without quotation marks and in a link. */
static char *
ids_make_slug(const char *prefix, const char *const *parts, guint n)
{
	GString *slug = g_string_new(prefix);

	for (guint i = 0; i < n; i++) {
		if (parts[i] == NULL)
			continue;
		g_string_append_c(slug, '-');
		for (const char *p = parts[i]; *p != '\0' && slug->len < IDS_LENGTH_MAX; p++)
			g_string_append_c(slug, g_ascii_isalnum(*p) || *p == '_' ? *p : '-');
	}
	return g_string_free(slug, FALSE);
}

/* Takes the id; the second one of a name gets a number. The page owns it. */
static const char *
ids_take(HtmlPage *page, char *id)
{
	char *unique = g_strdup(id);

	for (guint number = 2; g_hash_table_contains(page->ids, unique); number++) {
		g_free(unique);
		unique = g_strdup_printf("%s-%u", id, number);
	}
	g_free(id);
	g_hash_table_add(page->ids, unique);
	return unique;
}

static void
ids_add(HtmlPage *page, const void *thing, const char *prefix, const char *const *parts, guint n)
{
	g_hash_table_insert(page->object_ids, (gpointer)thing,
	                    (gpointer)ids_take(page, ids_make_slug(prefix, parts, n)));
}

static void
ids_make_database(HtmlPage *page, const ReportSuite *suite, const ReportDatabase *database)
{
	const char *names[] = { suite->name, database->name, NULL };

	ids_add(page, database, "d", names, 2);
	for (guint i = 0; i < database->migrations->len; i++) {
		const ReportMigration *migration = g_ptr_array_index(database->migrations, i);
		names[2] = migration->name;
		ids_add(page, migration, "m", names, 3);
	}
	for (guint i = 0; i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		names[2] = object->identity;
		if (report_object_is_table(object))
			ids_add(page, object, "t", names, 3);
	}
}

static void
ids_make_case(HtmlPage *page, const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *id = report_case_id(suite, test_case);
	const char *taken = ids_take(page, g_strconcat("c-", id, NULL));

	g_hash_table_insert(page->case_ids, (gpointer)test_case, (gpointer)taken);
}

void
html_ids_make(HtmlPage *page)
{
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		ids_add(page, suite, "p", (const char *const *)&suite->name, 1);
		for (guint j = 0; j < suite->databases->len; j++)
			ids_make_database(page, suite, g_ptr_array_index(suite->databases, j));
		for (guint j = 0; j < suite->cases->len; j++)
			ids_make_case(page, suite, g_ptr_array_index(suite->cases, j));
	}
}

const char *
html_id(const HtmlPage *page, const void *thing)
{
	return g_hash_table_lookup(page->object_ids, thing);
}

const char *
html_case_id(const HtmlPage *page, const ReportCase *test_case)
{
	return g_hash_table_lookup(page->case_ids, test_case);
}

const ReportMigration *
html_since(const ReportSuite *suite, const ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);

	return database != NULL ? report_database_migration(database, test_case->since) : NULL;
}
