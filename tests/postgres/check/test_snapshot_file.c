/* A written snapshot is read back unchanged. */
#include "../catalog/attributes.h"

#include "catalog/render.h"
#include "check/schema/snapshot_file.h"

#include <glib/gstdio.h>
#include <string.h>

static CatalogSnapshot *
read_text(const char *text, GError **error)
{
	g_autofree char *path = NULL;
	int descriptor = g_file_open_tmp("pgassay-snapshot-XXXXXX.yaml", &path, NULL);

	assert_true(descriptor >= 0);
	g_close(descriptor, NULL);
	assert_true(g_file_set_contents(path, text, -1, NULL));
	const char *const paths[] = { path, NULL };
	CatalogSnapshot *snapshot = check_snapshot_file_read(paths, error);
	g_unlink(path);
	return snapshot;
}

static CatalogSnapshot *
read_fine(const char *text)
{
	GError *error = NULL;
	CatalogSnapshot *snapshot = read_text(text, &error);

	support_check(snapshot != NULL, error, "check_snapshot_file_read");
	return snapshot;
}

static char *
describe(const CatalogSnapshot *expected, const CatalogSnapshot *found)
{
	const CatalogDiffOptions options = { .absent_is_default = true };
	g_autoptr(GArray) differences = catalog_diff(expected, found, &options);

	return catalog_diff_describe(differences, G_MAXUINT);
}

static void
nothing_is_lost_on_the_way(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, setup);
	support_execute(session,
	                "CREATE TYPE public.\"Odd, Type\" AS ENUM (); CREATE TABLE kb.\"Odd.Name\" (\"count\" int, "
	                "\"a.b\" int CONSTRAINT \"list\" CHECK (\"count\" > 0)); CREATE TABLE kb.empty ();"
	                "ALTER TABLE kb.empty FORCE ROW LEVEL SECURITY; COMMENT ON TABLE kb.empty IS E'a\\nb\\t\"c\"'");
	g_autoptr(CatalogSnapshot) server = read_snapshot(session);
	g_autofree char *yaml = catalog_render_yaml(server, NULL);
	g_autoptr(CatalogSnapshot) file = read_fine(yaml);
	g_autofree char *there = describe(server, file);
	g_autofree char *back = describe(file, server);
	assert_int_equal(catalog_snapshot_size(file), catalog_snapshot_size(server));
	assert_string_equal(there, "");
	assert_string_equal(back, "");
}

static void
a_change_is_found(void **state)
{
	DbSession *session = ((SupportDatabase *)*state)->session;

	support_execute(session, setup);
	g_autoptr(CatalogSnapshot) before = read_snapshot(session);
	g_autofree char *yaml = catalog_render_yaml(before, NULL);
	g_autoptr(CatalogSnapshot) file = read_fine(yaml);
	support_execute(session,
	                "ALTER FUNCTION kb.add(integer, integer) STRICT; ALTER TABLE kb.projects DROP COLUMN name;"
	                "ALTER TABLE kb.parent ENABLE ROW LEVEL SECURITY; ALTER SEQUENCE kb.numbers CYCLE");
	g_autoptr(CatalogSnapshot) after = read_snapshot(session);
	g_autofree char *found = describe(file, after);
	assert_string_equal(found, "sequence \"kb.numbers\": cycle was absent, is true\n"
	                           "function \"kb.add(integer, integer)\": strict was absent, is true\n"
	                           "table \"kb.parent\": row_security_enabled was absent, is true\n"
	                           "column \"kb.projects.name\" is missing");
}

static void
an_empty_snapshot_is_one(void **state)
{
	g_autoptr(CatalogSnapshot) file = read_fine("{}\n");

	(void)state;
	assert_int_equal(catalog_snapshot_size(file), 0);
}

static void
invalid_snapshots_are_refused(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "tables:\n  kb.a: absent\n", "yaml:2:9: absent: this is no snapshot" },
		{ "tables:\n  exact: true\n  kb.a: {}\n", "yaml:2:3: exact: this is no snapshot" },
		{ "tables:\n  kb.a:\n    columns: { count: 2 }\n", "yaml:3:16: count: this is no snapshot" },
		{ "tables:\n  kb.a:\n    foreign_keys: [{ columns: [a] }]\n",
		  "a list without names: this is no snapshot" },
		{ "tables:\n  kb.a:\n    primary_key: [id]\n", "the primary key has no name: this is no snapshot" },
		{ "extensions: [pgcrypto]\n", "yaml:1:1: extensions: this is no snapshot" },
		{ "tables:\n  a: {}\n", "yaml:2:3: a: this is no snapshot" },
		{ "tables:\n  kb.a: { colour: red }\n", "has no key \"colour\"" },
		{ "functions:\n  'kb.f( )': {}\nenums:\n  kb.e: [a]\n  '\"kb\".e': [a]\n",
		  "the snapshot has enum \"kb.e\" twice" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(CatalogSnapshot) file = read_text(cases[i].text, &error);
		if (file != NULL)
			fail_msg("no error for %s", cases[i].text);
		if (strstr(error->message, cases[i].message) == NULL)
			fail_msg("\"%s\" does not contain \"%s\"", error->message, cases[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_lost_on_the_way),
		TEST(a_change_is_found),
		TEST(an_empty_snapshot_is_one),
		TEST(invalid_snapshots_are_refused),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
