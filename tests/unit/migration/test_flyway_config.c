#include "folder.h"

#include "migration/format/flyway/flyway.h"

/* The configuration of one file with that name and text. */
static FlywayConfig *
load(const char *name, const char *text, GHashTable *placeholders, GError **error)
{
	const FolderFile files[] = { { name, text }, { "sub/V1__a.sql", "" }, { NULL, NULL } };
	g_autoptr(Folder) folder = folder_new(files);
	g_autofree char *sub = g_build_filename(folder, "sub", NULL);

	return flyway_config_load(&(MigrationOptions){ .directory = sub, .placeholders = placeholders }, error);
}

static void
reads_properties(void **state)
{
	(void)state;
	const char *text = "\xef\xbb\xbf# comment\n! comment \\\nflyway.url=jdbc:postgresql://x/y?a=b\n"
			   " flyway.schemas = one, two\\\n   ,three\r\n\nflyway.table:hist\n"
			   "flyway.placeholders.Path=C:\\temp\n"
			   "flyway.mixed true\nflyway.target=3\nother.thing=1\n";
	g_autoptr(FlywayConfig) config = load("flyway.conf", text, NULL, NULL);
	g_auto(GStrv) schemas = flyway_config_list(config, "schemas");

	assert_non_null(strstr(config->path, "flyway.conf"));
	assert_int_equal(g_strv_length(schemas), 3);
	assert_string_equal(schemas[2], "three");
	assert_string_equal(flyway_config_get(config, "table"), "hist");
	assert_string_equal(g_hash_table_lookup(config->placeholders, "path"), "C:\\temp");
	assert_true(flyway_config_is(config, "mixed"));
	assert_false(flyway_config_is(config, "group"));
	assert_int_equal(config->warnings->len, 1);
	assert_non_null(strstr(g_ptr_array_index(config->warnings, 0), "\"flyway.target\""));
}

static void
reads_toml(void **state)
{
	(void)state;
	const char *text = "# comment\nid = 'x'\n[flyway]\nmixed = true # yes\n"
			   "locations = [\n  'filesystem:a', # one\n  \"filesystem:b\",\n]\n"
			   "sqlMigrationSuffixes = [\".sql\"]\npostgresql.transactional.lock = false\n"
			   "baselineVersion = \"1\\u002e5\"\nenvironment = \"ci\"\n"
			   "[flyway.placeholders]\n\"a b\" = 'C:\\x'\n"
			   "[environments.default]\nurl = 'x'\nschemas = ['wrong']\n"
			   "[environments.ci]\nschemas = [ 'one', 'two' ]\n[[list]]\nx = 1\n";
	g_autoptr(GError) error = NULL;
	g_autoptr(FlywayConfig) config = load("flyway.toml", text, NULL, &error);

	if (config == NULL)
		fail_msg("%s", error->message);
	assert_true(flyway_config_is(config, "mixed"));
	assert_false(flyway_config_is(config, "postgresql.transactional.lock"));
	assert_string_equal(flyway_config_get(config, "locations"), "filesystem:a,filesystem:b");
	assert_string_equal(flyway_config_get(config, "baselineVersion"), "1.5");
	assert_string_equal(flyway_config_get(config, "schemas"), "one,two");
	assert_string_equal(g_hash_table_lookup(config->placeholders, "a b"), "C:\\x");
}

static void
refuses_unreadable_settings(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{ "flyway.conf", "\nflyway.tabel=x", ":2:1: unknown Flyway setting \"flyway.tabel\"" },
		{ "flyway.conf", "flyway.tabel=x", "hint: did you mean \"flyway.table\"?" },
		{ "flyway.conf", "flyway.mixed=yes", "neither \"true\" nor \"false\"" },
		{ "flyway.conf", "flyway.schemas=${AUTH_SCHEMA}", "is taken from the environment" },
		{ "flyway.conf", "flyway.placeholders.a=x${HOME}", "is taken from the environment" },
		{ "flyway.conf", "flyway.encoding=ISO-8859-1", "the encoding \"ISO-8859-1\" is not read" },
		{ "flyway.toml", "[flyway]\ntabel = 'x'", ":2:1: unknown Flyway setting" },
		{ "flyway.toml", "[flyway]\ntable = 'x", ":2:11: unterminated string" },
		{ "flyway.toml", "[flyway]\ntable = '''x'''", "strings of several lines are not read" },
		{ "flyway.toml", "[flyway]\nplaceholders = { a = 'b' }", ":2:16: inline tables are not read" },
		{ "flyway.toml", "[flyway\nmixed = true", "\"]\" is expected here" },
		{ "flyway.toml", "[flyway]\nmixed true", "\"=\" is expected here" },
		{ "flyway.toml", "[flyway]\nmixed = true false", "there is something behind the value" },
		{ "flyway.toml", "[flyway]\ntable = \"\\q\"", "unknown escape" },
		{ "flyway.toml", "[flyway]\nschemas = ['a' 'b']", "\",\" or \"]\" is expected here" },
		{ "flyway.toml", "[flyway]\n= 3", "a key is expected here" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(FlywayConfig) config = load(cases[i][0], cases[i][1], NULL, &error);
		if (config != NULL || strstr(error->message, cases[i][2]) == NULL)
			fail_msg("\"%s\" gives \"%s\"", cases[i][1], config != NULL ? "no error" : error->message);
	}
}

static void
the_suite_s_placeholders_win(void **state)
{
	(void)state;
	g_autoptr(GHashTable) placeholders = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_insert(placeholders, (gpointer) "Schema", (gpointer) "suite");
	g_autoptr(FlywayConfig) config = load("flyway.conf", "flyway.placeholders.schema=file", placeholders, NULL);
	assert_string_equal(g_hash_table_lookup(config->placeholders, "schema"), "suite");
}

static void
does_not_read_the_environment(void **state)
{
	(void)state;
	g_setenv("FLYWAY_TABLE", "from_the_shell", TRUE);
	g_autoptr(FlywayConfig) config = load("other.conf", "", NULL, NULL);

	g_unsetenv("FLYWAY_TABLE");
	assert_null(config->path);
	assert_string_equal(flyway_config_get(config, "table"), "flyway_schema_history");
}

static void
warns_when_other_locations_are_configured(void **state)
{
	(void)state;
	const FolderFile files[] = { { "V1__a.sql", "" },
		                     { "flyway.conf", "flyway.locations=filesystem:/flyway/sql" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);

	assert_int_equal(set->warnings->len, 1);
	assert_true(folder_warns(set, "flyway.locations has \"filesystem:/flyway/sql\"; what is read is \""));
}

static void
a_suite_s_table_wins_over_the_configuration(void **state)
{
	(void)state;
	const FolderFile files[] = { { "V1__a.sql", "" },
		                     { "flyway.conf", "flyway.table=a\nflyway.schemas=b,c" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);
	g_autoptr(MigrationSet) other = folder_load(files, (MigrationOptions){ .history_table = "x.y" }, NULL);

	assert_string_equal(set->history_schema, "b");
	assert_string_equal(set->history_table, "a");
	assert_string_equal(other->history_schema, "x");
	assert_string_equal(other->history_table, "y");
}

/* Every setting that is used, or warned of, has its place in the guide. */
/* The settings that the text gives as a file of that name, as "KEY=VALUE" with a blank between them. */
static char *
read_project(const char *name, const char *text)
{
	g_autoptr(Source) source = base_source_new(name, text, strlen(text));
	g_autoptr(GPtrArray) settings = flyway_project_read(source);
	GString *all = g_string_new(NULL);

	for (guint i = 0; settings != NULL && i < settings->len; i++) {
		const TomlSetting *setting = g_ptr_array_index(settings, i);
		g_string_append_printf(all, "%s%s=%s", i == 0 ? "" : " ", setting->key + strlen("flyway."),
		                       setting->value);
	}
	return g_string_free(all, FALSE);
}

static void
reads_settings_of_applications_builds_and_code(void **state)
{
	(void)state;
	static const char *const cases[][3] = {
		{ "application.properties",
		  "server.port=1\nspring.flyway.postgresql.transactional-lock=false\nspring.flyway.url=x\n"
		  "spring.flyway.out-of-order = true\nspring.flyway.table=${TABLE}\nspring.flyway.group=${G:true}\n"
		  "spring.flyway.placeholders.app-user=web\n",
		  "postgresql.transactional.lock=false outOfOrder=true group=true placeholders.app-user=web" },
		{ "application.yml",
		  "# words\nspring:\n  datasource:\n    url: x\n  flyway:\n    enabled: true\n    default-schema: "
		  "'app' # s\n"
		  "    schemas:\n      - app\n      - \"log\"\n    postgresql:\n      transactional-lock: false\n"
		  "logging.level: x\n---\nspring.flyway.table: other\n",
		  "defaultSchema=app schemas=app,log postgresql.transactional.lock=false" },
		{ "application.yaml", "spring.flyway.init-sqls: SELECT 1\nquarkus:\n  flyway:\n    table: h\n",
		  "initSql=SELECT 1 table=h" },
		{ "pom.xml",
		  "<properties><flyway.table>h</flyway.table></properties><plugin>\n"
		  "<artifactId>flyway-maven-plugin</artifactId><configuration><outOfOrder>true</outOfOrder>\n"
		  "<url>x</url></configuration></plugin><plugin><mixed>true</mixed></plugin>",
		  "table=h outOfOrder=true" },
		{ "build.gradle",
		  "group = 'org.x'\nflyway {\n  schemas = ['a', 'b']\n  mixed = true\n}\nother {\n table = 'x'\n}\n",
		  "schemas=a, b mixed=true" },
		{ "Config.java",
		  "Flyway.configure().configuration(Map.of(\"flyway.postgresql.transactional.lock\", \"false\"))\n"
		  ".schemas(props.schema()).outOfOrder(true)\n.table(\"h\").load()",
		  "postgresql.transactional.lock=false outOfOrder=true table=h" },
		{ "Other.java", "query.table(\"orders\").group(true)", "" },
		{ "Flyway.kt", "mapOf(\"flyway.group\" to \"true\")", "group=true" },
		{ "flyway.properties", "flyway.table=h\n", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = read_project(cases[i][0], cases[i][1]);
		assert_string_equal(found, cases[i][2]);
	}
}

static void
finds_the_file_of_the_project_that_is_for_the_directory(void **state)
{
	(void)state;
	static const FolderFile files[] = {
		{ "core/src/main/resources/application.yml", "spring:\n  flyway:\n    table: core\n" },
		{ "core/src/main/resources/db/migration/V1__a.sql", "" },
		{ "core/src/main/resources/db/other/V1__a.sql", "" },
		{ "jobs/src/main/java/A.java", "Flyway.configure().locations(\"classpath:db/other\").table(\"a\")" },
		{ "jobs/src/main/java/B.java", "Flyway.configure().locations(\"classpath:db/jobs\").table(\"b\")" },
		{ "jobs/src/main/resources/db/jobs/V1__a.sql", "" },
		{ "jobs/src/main/resources/db/none/V1__a.sql", "" },
		{ NULL, NULL }
	};
	static const char *const cases[][2] = {
		{ "core/src/main/resources/db/migration", "/core/src/main/resources/application.yml" },
		{ "core/src/main/resources/db/other", NULL }, /* Spring's default is another place */
		{ "jobs/src/main/resources/db/jobs", "/jobs/src/main/java/B.java" },
		{ "jobs/src/main/resources/db/none", NULL },
	};
	g_autoptr(Folder) folder = folder_new(files);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *directory = g_build_filename(folder, cases[i][0], NULL);
		g_autofree char *found = flyway_project_find(directory);
		if (cases[i][1] == NULL)
			assert_null(found);
		else
			assert_true(found != NULL && g_str_has_suffix(found, cases[i][1]));
	}
}

static void
every_setting_is_documented(void **state)
{
	(void)state;
	const char *root = g_getenv("PGASSAY_SOURCE_ROOT");
	g_autofree char *code_path = g_build_filename(root, "harness/migration/format/flyway/config.c", NULL);
	g_autofree char *guide_path = g_build_filename(root, "docs/formats/flyway.md", NULL);
	g_autofree char *code = NULL;
	g_autofree char *guide = NULL;
	g_autoptr(GRegex) row = g_regex_new("\\{ \"([A-Za-z.]+)\", KEY_(USED|DIFFERENT),", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	guint count = 0;

	assert_true(g_file_get_contents(code_path, &code, NULL, NULL));
	assert_true(g_file_get_contents(guide_path, &guide, NULL, NULL));
	g_regex_match(row, code, 0, &match);
	for (; g_match_info_matches(match); g_match_info_next(match, NULL), count++) {
		g_autofree char *key = g_match_info_fetch(match, 1);
		g_autofree char *quoted = g_strdup_printf("`%s`", key);
		if (strstr(guide, quoted) == NULL)
			fail_msg("docs/formats/flyway.md says nothing of %s", quoted);
	}
	assert_true(count >= 35);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_properties),
		cmocka_unit_test(reads_toml),
		cmocka_unit_test(refuses_unreadable_settings),
		cmocka_unit_test(the_suite_s_placeholders_win),
		cmocka_unit_test(does_not_read_the_environment),
		cmocka_unit_test(warns_when_other_locations_are_configured),
		cmocka_unit_test(a_suite_s_table_wins_over_the_configuration),
		cmocka_unit_test(reads_settings_of_applications_builds_and_code),
		cmocka_unit_test(finds_the_file_of_the_project_that_is_for_the_directory),
		cmocka_unit_test(every_setting_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
