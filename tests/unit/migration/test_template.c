#include "migration/detect/template.h"

#include "folder.h"

static void
finds_what_nothing_fills_in(void **state)
{
	static const struct {
		const char *format;
		const char *file;
		const char *text;
		const char *found; /* the end of the reason, after the directory; NULL: it is all SQL */
		const char *hint;
	} rows[] = {
		{ "golang-migrate", "1_a.up.sql", "SELECT 1;\nCREATE TABLE {{ .Schema }}.t (id int)",
		  "fills in \"{{ .Schema }}\" (%s/1_a.up.sql:2:14)", "that fills it in run" },
		{ "golang-migrate", "1_a.down.sql", "DROP TABLE ${app_schema}.t",
		  "fills in \"${app_schema}\" (%s/1_a.down.sql:1:12)", "that fills it in run" },
		{ "plain", "1.sql", "CREATE TABLE \"{{.Schema}}\".t (id int)",
		  "fills in \"{{.Schema}}\" (%s/1.sql:1:15)", "that fills it in run" },
		{ "plain", "1.sql", "{% if x %}SELECT 1{% endif %}", "fills in \"{%% if x %%}\" (%s/1.sql:1:1)", NULL },
		{ "plain", "1.sql", "CREATE TABLE {schema}.t ()", "fills in \"{schema}\" (%s/1.sql:1:14)", NULL },
		{ "plain", "1.sql", "DO $$BEGIN\nEXECUTE format('x', {{ x }}); END$$",
		  "fills in \"{{ x }}\" (%s/1.sql:2:21)", NULL },
		{ "plain", "1.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$SELECT ${x}$f$",
		  "fills in \"${x}\" (%s/1.sql:1:59)", NULL },
		{ "plain", "1.sql", "ALTER TABLE t OWNER TO :owner", "fills in \":owner\" (%s/1.sql:1:24)",
		  "that calls psql" },
		{ "plain", "1.sql", "ALTER TABLE t OWNER TO :\"owner\"", "fills in \":\"owner\"\" (%s/1.sql:1:24)",
		  NULL },
		{ "plain", "1.sql", "SELECT f(:'value')", "fills in \":'value'\" (%s/1.sql:1:10)", NULL },
		{ "golang-migrate", "1_a.up.sql", "\\i other.sql\n", "\"\\i\" is a command of psql (%s/1_a.up.sql:1:1)",
		  "that calls psql" },
		{ "goose", "1_a.sql", "-- +goose Up\nSELECT ${X};\n", "fills in \"${X}\" (%s/1_a.sql:2:8)",
		  "-- +goose ENVSUB ON" },
		/* Nothing of these is for others. */
		{ "goose", "1_a.sql", "-- +goose ENVSUB ON\n-- +goose Up\nSELECT '${X:-1}';\n", NULL, NULL },
		{ "plain", "1.sql", "SELECT '{{ x }} ${x} :x', '{{1,2},{3,4}}'::int[][] -- {{ x }}", NULL, NULL },
		{ "plain", "1.sql", "SELECT a[1:n], a[:n], a[n:], b::int, c:: int FROM t", NULL, NULL },
		{ "plain", "1.sql", "SELECT JSON_OBJECT('a': b, 'c' :d, e :f), f(a := 1)", NULL, NULL },
		{ "plain", "1.sql", "DO $$DECLARE a int := 1; b int :=2; BEGIN PERFORM a[b :c]; END$$", NULL, NULL },
		{ "plain", "1.sql", "CREATE FUNCTION f() RETURNS text LANGUAGE plv8 AS $f$ return ({a: {b: 1}}).x $f$",
		  NULL, NULL },
		{ "plain", "1.sql", "COPY t FROM stdin;\n1\t{{x}} :y \\N\n\\.\n", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *hint = NULL;
		const FolderFile files[] = { { rows[i].file, rows[i].text },
			                     { "1_a.up.sql", "SELECT 1" },
			                     { NULL, NULL } };
		FolderFile alone[] = { files[0], { NULL, NULL } };
		g_autoptr(Folder) folder = folder_new(strstr(rows[i].file, "down") != NULL ? files : alone);
		g_autoptr(MigrationSet) set = migration_set_load(
		    &(MigrationOptions){ .directory = folder, .format = rows[i].format }, &error);
		if (set == NULL)
			fail_msg("%s: %s", rows[i].text, error->message);
		g_autofree char *found = migration_template_find(set, NULL, &hint);
		g_auto(GStrv) parts = g_strsplit(rows[i].found != NULL ? rows[i].found : "", "%s", 2);
		g_autofree char *joined = g_strjoinv(folder, parts);
		g_auto(GStrv) percents = g_strsplit(joined, "%%", -1);
		g_autofree char *expected = g_strjoinv("%", percents);
		if (rows[i].found == NULL ? found != NULL : found == NULL || !g_str_has_suffix(found, expected))
			fail_msg("%s\nexpected %s\nfound    %s", rows[i].text, expected, found);
		if (rows[i].hint != NULL && strstr(hint, rows[i].hint) == NULL)
			fail_msg("%s: the hint is \"%s\"", rows[i].text, hint);
	}
}

/* Variables of psql that have a value, or that the script makes itself. */
static void
knows_what_sqitch_fills_in(void **state)
{
	static const struct {
		const char *text;
		const char *found;
	} rows[] = {
		{ "CREATE SCHEMA :app;", "nothing fills in \":app\"" },
		{ "CREATE SCHEMA :given;", NULL },
		{ "\\set app shop\nCREATE SCHEMA :app;", NULL },
		{ "SELECT 1 AS app \\gset\nCREATE SCHEMA :app;", NULL },
		{ "\\if :{?app}\nSELECT 1;\n\\endif\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *hint = NULL;
		g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
		g_hash_table_insert(values, (gpointer) "given", (gpointer) "x");
		const FolderFile files[] = { { "sqitch.plan", "%project=shop\n\na 2026-01-01T00:00:00Z A <a@b> # a\n" },
			                     { "deploy/a.sql", rows[i].text },
			                     { NULL, NULL } };
		g_autoptr(MigrationSet)
		    set = folder_load(files, (MigrationOptions){ .format = "sqitch", .placeholders = values }, &error);
		if (set == NULL)
			fail_msg("%s: %s", rows[i].text, error->message);
		g_autofree char *found = migration_template_find(set, values, &hint);
		if (rows[i].found == NULL ? found != NULL : found == NULL || strstr(found, rows[i].found) == NULL)
			fail_msg("%s\nexpected %s\nfound    %s", rows[i].text, rows[i].found, found);
		if (found != NULL)
			assert_string_equal(hint, "give it a value: --placeholder NAME=VALUE");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_nothing_fills_in),
		cmocka_unit_test(knows_what_sqitch_fills_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
