/*
 * Every format has its row in docs/formats.md and its page, and the page has all of the format's settings, and no
 * others.
 */
#include "migration/detect/formats.h"
#include "migration/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static char *
load(const char *name)
{
	g_autofree char *path = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "docs", name, NULL);
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("cannot read %s", path);
	return text;
}

static void
every_format_has_a_page(void **state)
{
	(void)state;
	g_autofree char *overview = load("formats.md");

	for (const MigrationFormat *const *format = migration_formats(); *format != NULL; format++) {
		g_autofree char *name = g_strdup_printf("formats/%s.md", (*format)->name);
		g_autofree char *row = g_strdup_printf("\n| [`%s`](%s) |", (*format)->name, name);
		g_autofree char *page = load(name);
		if (strstr(overview, row) == NULL)
			fail_msg("docs/formats.md has no row \"%s\"", row + 1);
		if (!g_str_has_prefix(page, "# "))
			fail_msg("docs/%s has no title", name);
	}
}

/* The names in the first column of the table with the head "| setting |". */
static GPtrArray *
documented_settings(const char *page)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *table = strstr(page, "\n| setting |");
	g_auto(GStrv) lines = g_strsplit(table != NULL ? table + 1 : "", "\n", -1);

	for (guint i = 2; i < g_strv_length(lines) && g_str_has_prefix(lines[i], "| `"); i++)
		g_ptr_array_add(names, g_strndup(lines[i] + 3, strcspn(lines[i] + 3, "`")));
	return names;
}

static void
the_page_has_the_settings(void **state)
{
	(void)state;
	for (const MigrationFormat *const *format = migration_formats(); *format != NULL; format++) {
		g_autofree char *name = g_strdup_printf("formats/%s.md", (*format)->name);
		g_autofree char *page = load(name);
		g_autoptr(GPtrArray) documented = documented_settings(page);
		guint n = 0;
		for (const MigrationSetting *setting = (*format)->settings; setting != NULL && setting->name != NULL;
		     setting++, n++)
			if (!g_ptr_array_find_with_equal_func(documented, setting->name, g_str_equal, NULL))
				fail_msg("docs/%s does not have the setting \"%s\"", name, setting->name);
		if (documented->len != n)
			fail_msg("docs/%s has %u settings, the format %u", name, documented->len, n);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_has_a_page),
		cmocka_unit_test(the_page_has_the_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
