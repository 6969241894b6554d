#include "folder.h"

#include "migration/text/script.h"

static const MigrationOptions liquibase = { .format = "liquibase" };

#define HEAD "--liquibase formatted sql\n"
#define ONE  HEAD "--changeset a:1\n"

static void
makes_a_migration_of_each_changeset(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "b.sql", HEAD "--changeset ann:1\n--comment about b\nCREATE TABLE a (id int); -- hi\n"
		                "CREATE TABLE a2 (id int);\n--rollback DROP TABLE a2;\n--rollback DROP TABLE a;\n\n"
		                "--changeset ann:2 runInTransaction:false\nSELECT 2;\n--rollback empty\n" },
		{ "sub/c.sql", HEAD "--changeset ann:1\nSELECT 3;\n--changeset \"Bob B\":two:2\nSELECT 4;\n" },
		{ "notes.md", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, liquibase, NULL);
	g_autofree char *names = folder_names(set);
	const Migration *first = g_ptr_array_index(set->migrations, 0);
	const Migration *second = g_ptr_array_index(set->migrations, 1);
	const Migration *third = g_ptr_array_index(set->migrations, 2);
	g_autofree char *up = folder_messages(first->up);
	g_autofree char *down = folder_messages(first->down);

	assert_string_equal(names, "b.sql::1::ann ann:2 sub/c.sql::1::ann Bob B:two:2");
	assert_string_equal(first->version, "b.sql::1::ann");
	assert_string_equal(second->version, "2");
	assert_string_equal(up, "CREATE TABLE a (id int) | CREATE TABLE a2 (id int)");
	assert_string_equal(down, "DROP TABLE a2 | DROP TABLE a");
	assert_int_equal(migration_script_position(first->down).line, 6);
	assert_int_equal(migration_script_scope(first->up), MIGRATION_SCOPE_TRANSACTION);
	assert_int_equal(migration_script_scope(second->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_statements(second->down)->len, 0);
	assert_null(third->down);
	assert_string_equal(set->history_table, "databasechangelog");
	assert_string_equal(set->companions[0], "databasechangeloglock");
}

/* The sums are those that Liquibase 4.31.1 wrote. */
static void
computes_the_checksums_of_version_9(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "a.sql", HEAD "\n--changeset ann:1\n--comment first one\nCREATE TABLE a (id int); -- hi\r\n"
		                "CREATE TABLE  a2 (id int);\n--rollback DROP TABLE a2;\n\n"
		                "--changeset ann:2 splitStatements:false\nDO $$ BEGIN PERFORM 1; END $$;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, liquibase, NULL);

	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 0))->checksum,
	                    "9:b1859ee8cf806a32c0f8e7c2e0dd5fe5");
	assert_string_equal(((const Migration *)g_ptr_array_index(set->migrations, 1))->checksum,
	                    "9:f7016d0e02526b20dbf2b1de7a10aa33");
}

static void
cuts_statements_as_liquibase_does(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *up;
		bool warns;
	} cases[] = {
		{ ONE "SELECT 1;SELECT 2 ;\n", "SELECT 1 | SELECT 2", false },
		{ ONE "SELECT 'a;b', \"c;d\", 'it''s;', E'\\';';\nSELECT 2\n",
		  "SELECT 'a;b', \"c;d\", 'it''s;', E'\\';' | SELECT 2", false },
		{ ONE "SELECT 1 /* ; */; -- ;\nSELECT 2;\n", "SELECT 1 | SELECT 2", false },
		{ HEAD "--changeset a:1 stripComments:false\nSELECT 1 /* ; */; -- ;\nSELECT 2;\n",
		  "SELECT 1 /* ; */ | -- ;\nSELECT 2", false },
		{ ONE "SELECT 1\nGO\nSELECT 2 AS go\n/\nSELECT 4 / 2\ngo\n", "SELECT 1 | SELECT 2 AS go | SELECT 4 / 2",
		  false },
		{ ONE "DO $$ BEGIN PERFORM 1; END $$;\nSELECT 2;\n", "DO $$ BEGIN PERFORM 1; END $$ | SELECT 2",
		  false },
		{ ONE "DO $$ DECLARE x int; BEGIN x := 1; END $$;\n", "DO $$ DECLARE x int | BEGIN x := 1; END $$",
		  true },
		{ ONE "DO $$BEGIN PERFORM 1; END$$;\n", "DO $$BEGIN PERFORM 1 | END$$", true },
		{ ONE "DO $$ BEGIN IF true THEN PERFORM 1; END IF; PERFORM 2; END $$;\n",
		  "DO $$ BEGIN IF true THEN PERFORM 1; END IF | PERFORM 2 | END $$", true },
		{ ONE "BEGIN TRANSACTION; SELECT 1; COMMIT;\n", "BEGIN TRANSACTION | SELECT 1 | COMMIT", false },
		{ ONE "BEGIN; SELECT 1; COMMIT;\n", "BEGIN; SELECT 1; COMMIT;", false },
		{ HEAD "--changeset a:1 splitStatements:false\nSELECT 1; SELECT 2;\n", "SELECT 1; SELECT 2;", false },
		{ HEAD "--changeset a:1 endDelimiter:@@\nSELECT 1; SELECT 2@@\nSELECT 3 @@\n",
		  "SELECT 1; SELECT 2 | SELECT 3", false },
		{ HEAD "--changeset a:1 endDelimiter:\\nGO\nSELECT 1; SELECT 2\nGO\nSELECT 3 AS go\nGO\n",
		  "SELECT 1; SELECT 2 | SELECT 3 AS go", false },
		{ ONE "SELECT 1; SELECT 2\n/\n", "SELECT 1; SELECT 2", false },
		{ ONE "SELECT 1;\nSELECT 'no end;\n", "SELECT 1 | SELECT 'no end", false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "a.sql", cases[i].text }, { NULL, NULL } };
		g_autoptr(GError) error = NULL;
		g_autoptr(MigrationSet) set = folder_load(files, liquibase, &error);
		if (set == NULL)
			fail_msg("%s", error->message);
		g_autofree char *up = folder_messages(((const Migration *)g_ptr_array_index(set->migrations, 0))->up);
		assert_string_equal(up, cases[i].up);
		assert_int_equal(folder_warns(set, "a.sql:3:") && folder_warns(set, "Liquibase will split here"),
		                 cases[i].warns);
	}
}

/* Which of four changesets run. */
static void
filters_by_contexts_labels_and_databases(void **state)
{
	(void)state;
	static const char text[] = HEAD
	    "--changeset a:none\nSELECT 1;\n--changeset a:prod context:prod\nSELECT 1;\n"
	    "--changeset a:not context:!prod\nSELECT 1;\n--changeset a:both context:\"test AND (prod or x)\"\nSELECT "
	    "1;\n"
	    "--changeset a:at context:@test\nSELECT 1;\n--changeset a:x labels:X,y\nSELECT 1;\n"
	    "--changeset a:z labels:z\nSELECT 1;\n--changeset a:ora dbms:oracle,h2\nSELECT 1;\n"
	    "--changeset a:notora dbms:!oracle\nSELECT 1;\n--changeset a:pg dbms:h2,postgresql\nSELECT 1;\n"
	    "--changeset a:ign ignore:true\nSELECT 1;\n";
	static const struct {
		const char *contexts;
		const char *labels;
		const char *names;
	} cases[] = {
		{ NULL, NULL, "a:none a:prod a:not a:both a:x a:z a:notora a:pg" },
		{ "prod", NULL, "a:none a:prod a:x a:z a:notora a:pg" },
		{ "test,x", NULL, "a:none a:not a:both a:at a:x a:z a:notora a:pg" },
		{ NULL, "x and y", "a:none a:prod a:not a:both a:x a:notora a:pg" },
		{ NULL, "!x", "a:none a:prod a:not a:both a:z a:notora a:pg" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "a.sql", text }, { NULL, NULL } };
		g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
		if (cases[i].contexts != NULL)
			g_hash_table_insert(settings, (gpointer) "contexts", (gpointer)cases[i].contexts);
		if (cases[i].labels != NULL)
			g_hash_table_insert(settings, (gpointer) "labels", (gpointer)cases[i].labels);
		g_autoptr(MigrationSet)
		    set = folder_load(files, (MigrationOptions){ .format = "liquibase", .settings = settings }, NULL);
		g_autofree char *names = folder_names(set);
		assert_string_equal(names, cases[i].names);
		assert_true(folder_warns(set, "\"a.sql::ign::a\" is not run: it says ignore:true"));
	}
}

static void
replaces_properties(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "a.sql", HEAD "--property name:t value:one\n--property name:t value:two\n--property name:g value:no\n"
		                "--property name:n value:${t}_${g}\n--property name:o value:x dbms:oracle\n"
		                "--changeset a:1\nSELECT '${T} ${g} ${n} ${o}';\n--rollback SELECT '${t}';\n" },
		{ NULL, NULL },
	};
	g_autoptr(GHashTable) placeholders = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(placeholders, (gpointer) "g", (gpointer) "given");
	g_autoptr(MigrationSet)
	    set = folder_load(files, (MigrationOptions){ .format = "liquibase", .placeholders = placeholders }, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);
	g_autofree char *up = folder_messages(migration->up);
	g_autofree char *down = folder_messages(migration->down);

	assert_string_equal(up, "SELECT 'one given one_given ${o}'");
	assert_string_equal(down, "SELECT 'one'");
	assert_true(folder_warns(set, "a.sql:8:24: ${o} has no value"));
}

static void
takes_the_rollback_of_another_changeset(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "a.sql",
		  HEAD "--changeset a:1\nCREATE TABLE a ();\n--rollback DROP TABLE a;\n--changeset a:2\n"
		       "DROP TABLE a;\n--rollback changesetId:1 changesetAuthor:a\n--changeset a:3\nSELECT 3;\n"
		       "/* liquibase rollback\nDROP \nTABLE b;\n*/\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = folder_load(files, liquibase, NULL);
	g_autofree char *second = folder_messages(((const Migration *)g_ptr_array_index(set->migrations, 1))->down);
	g_autofree char *third = folder_messages(((const Migration *)g_ptr_array_index(set->migrations, 2))->down);

	assert_string_equal(second, "CREATE TABLE a ()");
	assert_string_equal(third, "DROP TABLE b");
}

static void
leaves_out_ignored_lines(void **state)
{
	(void)state;
	const FolderFile files[] = { { "a.sql",
		                       HEAD "SELECT 0;\n--changeset a:1\nSELECT 1;\n--ignoreLines:1\nSELECT 2;\n"
		                            "--ignoreLines:start\nSELECT 3;\n--ignoreLines:end\nSELECT 4;\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, liquibase, NULL);
	g_autofree char *up = folder_messages(((const Migration *)g_ptr_array_index(set->migrations, 0))->up);

	assert_string_equal(up, "SELECT 1 | SELECT 4");
	assert_true(folder_warns(set, "a.sql:2:1: text before the first changeset is not run"));
}

static void
reports_errors(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "\n", "the changelog \"a.sql\" is empty, at which Liquibase stops" },
		{ HEAD "--changeset a:1\n--changeset a:2\nSELECT 1;\n", "a.sql:2:1: the changeset has no SQL" },
		{ ONE, "a.sql:2:1: the changeset has no SQL" },
		{ HEAD "--changeset a: 1\nSELECT 1;\n", "a.sql:2:1: there is a blank before the changeset's id" },
		{ HEAD "--changeset a\nSELECT 1;\n", "a.sql:2:1: Liquibase stops at this line" },
		{ HEAD "-changeset a:1\nSELECT 1;\n", "a.sql:2:1: Liquibase stops at this line" },
		{ ONE "SELECT 1;\n-rollback SELECT 1;\n", "a.sql:4:1: Liquibase stops at this line" },
		{ HEAD "--comment x\n" ONE "SELECT 1;\n", "a.sql:2:1: Liquibase allows no comment outside" },
		{ ONE "SELECT 1;\n--changeset a:1\nSELECT 2;\n", "a.sql:4:1: \"a.sql::1::a\" is there a second time" },
		{ ONE "SELECT 1;\n--rollback changesetId:9 changesetAuthor:a\n",
		  "a.sql:2:1: the rollback of this changeset names \"a.sql::9::a\", which there is not" },
		{ ONE "SELECT 1;\n--rollback changesetId:9\n", "names another one without changesetAuthor" },
		{ ONE "SELECT 1;\n/* liquibase rollback\n", "a.sql:4:1: the rollback comment has no end" },
		{ ONE "--precondition-column-exists x\nSELECT 1;\n", "a.sql:3:1: formatted SQL has no precondition" },
		{ ONE "--precondition-sql-check\nSELECT 1;\n", "a.sql:3:1: Liquibase cannot read this precondition" },
		{ ONE "--preconditions onFail:STOP\nSELECT 1;\n", "a.sql:3:1: \"STOP\" is no value of onFail" },
		{ HEAD "--changeset a:1 runWith:psql\nSELECT 1;\n", "a.sql:2:1: runWith has another program" },
		{ HEAD "--changeset a:1 endDelimiter:((\nSELECT 1;\n",
		  "a.sql:2:1: Liquibase takes the delimiter \"((\"" },
		{ ONE "SELECT '${database.schemaName}';\n", "a.sql:3:9: the property \"database.schemaName\"" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "a.sql", cases[i].text }, { NULL, NULL } };
		folder_refuses(files, &liquibase, cases[i].message);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_a_migration_of_each_changeset),
		cmocka_unit_test(computes_the_checksums_of_version_9),
		cmocka_unit_test(cuts_statements_as_liquibase_does),
		cmocka_unit_test(filters_by_contexts_labels_and_databases),
		cmocka_unit_test(replaces_properties),
		cmocka_unit_test(takes_the_rollback_of_another_changeset),
		cmocka_unit_test(leaves_out_ignored_lines),
		cmocka_unit_test(reports_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
