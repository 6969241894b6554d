#include "folder.h"

static const MigrationOptions graphile = { .format = "graphile-migrate" };

/* "SELECT 1;" and, behind it, "--! no-transaction\nVACUUM;", with the hashes that the tool gives them. */
#define FIRST      "sha1:d30d858bf9fa5d8979af2d32c3be5e09b07da877"
#define SECOND     "sha1:0301366758abf62a4bf638e10c99bb05f64055ac"
#define FIRST_FILE "--! Previous: -\n--! Hash: " FIRST "\n\nSELECT 1;\n"
#define SECOND_FILE                                                                                                    \
	"--! Previous: " FIRST "\n--! Hash: " SECOND "\n--! Message: the second\n\n--! no-transaction\nVACUUM;\n"

static void
reads_the_committed_files(void **state)
{
	(void)state;
	const FolderFile files[] = { { "committed/000001.sql", FIRST_FILE },
		                     { "committed/000002-second_one.sql", SECOND_FILE },
		                     { "committed/notes.sql", "" },
		                     { "current.sql", "SELECT no;" },
		                     { NULL, NULL } };
	g_autoptr(GError) error = NULL;
	g_autoptr(MigrationSet) set = folder_load(files, graphile, &error);
	if (set == NULL)
		fail_msg("%s", error->message);
	g_autofree char *names = folder_names(set);
	const Migration *second = g_ptr_array_index(set->migrations, 1);

	assert_string_equal(names, "000001.sql 000002-second_one.sql");
	assert_string_equal(second->version, "000002.sql");
	assert_string_equal(second->description, "the second");
	assert_string_equal(second->checksum, SECOND);
	assert_int_equal(migration_script_scope(second->up), MIGRATION_SCOPE_AUTOCOMMIT);
	assert_int_equal(migration_script_scope(((const Migration *)g_ptr_array_index(set->migrations, 0))->up),
	                 MIGRATION_SCOPE_TRANSACTION);
	assert_true(folder_warns(set, "\"notes.sql\" is not run"));
	assert_string_equal(set->history_schema, "graphile_migrate");
}

static void
is_known_by_its_headers(void **state)
{
	(void)state;
	const FolderFile files[] = { { "000001.sql", FIRST_FILE }, { NULL, NULL } };
	g_autoptr(MigrationSet) set = folder_load(files, (MigrationOptions){ 0 }, NULL);

	assert_string_equal(migration_set_format_name(set), "graphile-migrate");
}

static void
replaces_placeholders(void **state)
{
	(void)state;
	const FolderFile files[] = { { "1.sql", "--! Previous: -\n--! Hash: sha1:x\n--! AllowInvalidHash\n\n"
		                                "SELECT ':NAME', ':NAMES', :NAME;" },
		                     { NULL, NULL } };
	const FolderFile owner[] = { { "1.sql", "--! Previous: -\n--! Hash: sha1:x\n--! AllowInvalidHash\n\n"
		                                "GRANT ALL ON t TO :DATABASE_OWNER;" },
		                     { NULL, NULL } };
	g_autoptr(GHashTable) placeholders = g_hash_table_new(g_str_hash, g_str_equal);
	MigrationOptions options = { .format = "graphile-migrate", .placeholders = placeholders };

	g_hash_table_insert(placeholders, (gpointer) ":NAME", (gpointer) "value");
	g_autoptr(MigrationSet) set = folder_load(files, options, NULL);
	const Migration *migration = g_ptr_array_index(set->migrations, 0);
	const MigrationMessage *message = g_ptr_array_index(migration_script_messages(migration->up), 0);
	assert_string_equal(message->text->sql, "SELECT 'value', ':NAMES', value;");
	folder_refuses(owner, &options, "1.sql:5:19: no value for the placeholder \":DATABASE_OWNER\"");
}

static void
refuses_a_broken_chain(void **state)
{
	(void)state;
	const FolderFile edited[] = { { "1.sql", "--! Previous: -\n--! Hash: " FIRST "\n\nSELECT 2;\n" },
		                      { NULL, NULL } };
	const FolderFile needless[] = {
		{ "1.sql", "--! Previous: -\n--! Hash: " FIRST "\n--! AllowInvalidHash\n\nSELECT 1;\n" }, { NULL, NULL }
	};
	const FolderFile alone[] = { { "2.sql", SECOND_FILE }, { NULL, NULL } };
	const FolderFile bare[] = { { "1.sql", "\nSELECT 1;\n" }, { NULL, NULL } };
	const FolderFile twice[] = { { "1.sql", "--! Previous: -\n--! Previous: -\n\nSELECT 1;\n" }, { NULL, NULL } };
	const FolderFile close[] = { { "1.sql", "--! Previous: -\n--! Hash: x\nSELECT 1;\n" }, { NULL, NULL } };

	folder_refuses(edited, &graphile, "1.sql:1:1: the hash of the text is sha1:");
	folder_refuses(needless, &graphile, "the hash may be wrong, but it is sha1:");
	folder_refuses(alone, &graphile,
	               "2.sql:1:1: the file follows " FIRST ", but the migration before it has no hash");
	folder_refuses(bare, &graphile, "the headers \"Previous\" and \"Hash\" are needed");
	folder_refuses(twice, &graphile, "1.sql:2:1: the header is there twice");
	folder_refuses(close, &graphile, "1.sql:3:1: an empty line is expected behind the headers");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_committed_files),
		cmocka_unit_test(is_known_by_its_headers),
		cmocka_unit_test(replaces_placeholders),
		cmocka_unit_test(refuses_a_broken_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
