/* Liquibase's changelogs in XML. */
#include "folder.h"

#include "migration/detect/formats.h"
#include "migration/detect/layout.h"
#include "migration/text/script.h"

static const MigrationOptions liquibase = { .format = "liquibase" };

#define SQL "--liquibase formatted sql\n"
#define SPACE                                                                                                          \
	"http://www.liquibase.org/xml/ns/dbchangelog\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "       \
	"xsi:schemaLocation=\"http://www.liquibase.org/xml/ns/dbchangelog x.xsd"
#define XML(TEXT) "<databaseChangeLog xmlns=\"" SPACE "\">\n" TEXT "</databaseChangeLog>\n"
#define ONE(TEXT) XML("<changeSet id=\"1\" author=\"a\">" TEXT "</changeSet>\n")
#define T(NAME)   "<changeSet id=\"" NAME "\" author=\"a\"><sql>SELECT '" NAME "'</sql></changeSet>\n"

static const Migration *
migration_at(const MigrationSet *set, guint i)
{
	assert_in_range(i, 0, set->migrations->len - 1);
	return g_ptr_array_index(set->migrations, i);
}

static MigrationSet *
load(const FolderFile *files)
{
	g_autoptr(GError) error = NULL;
	MigrationSet *set = folder_load(files, liquibase, &error);

	if (set == NULL)
		fail_msg("%s", error->message);
	return set;
}

static void
reads_includes_in_order(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml",
		  XML("<include file=\"db/2.xml\"/>\n"
		      "<include file=\"db/1.sql\" relativeToChangelogFile=\"true\"/>" T(
			  "3") "<includeAll path=\"db/all\"/>"
		               "<include file=\"no.xml\" errorIfMissing=\"false\"/>"
		               "<changeSet id=\"0\" author=\"a\" runOrder=\"first\"><empty/></changeSet>") },
		{ "db/1.sql", SQL "--changeset a:1\nSELECT 1;\n" },
		{ "db/2.xml", XML("<include file=\"sub/../sub/x.xml\" relativeToChangelogFile=\"true\"/>" T("2")) },
		{ "db/sub/x.xml",
		  XML("<includeAll path=\".\" relativeToChangelogFile=\"true\" minDepth=\"2\" maxDepth=\"2\" "
		      "endsWithFilter=\".SQL\"/>"
		      "<changeSet id=\"last\" author=\"a\" runOrder=\"last\"><empty/></changeSet>" T("x")) },
		{ "db/sub/a.sql", SQL "--changeset a:no\nSELECT 1;\n" },
		{ "db/sub/y/y.sql", SQL "--changeset a:y\nSELECT 1;\n" },
		{ "db/sub/y/y.xml", XML(T("no")) },
		{ "db/sub/y/z/z.sql", SQL "--changeset a:no\nSELECT 1;\n" },
		{ "db/all/b.sql", SQL "--changeset a:b\nSELECT 1;\n" },
		{ "db/all/B.xml", XML(T("B")) },
		{ "db/all/b/c.sql", SQL "--changeset a:c\nSELECT 1;\n" },
		{ "db/all/.d.sql", SQL "--changeset a:d\nSELECT 1;\n" },
		{ "db/all/notes.md", "" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load(files);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "a:0 a:y a:x a:2 a:1 a:3 a:d a:B a:b a:c a:last");
	assert_true(folder_warns(set, "\"no.xml\" is not there, and errorIfMissing is false"));
}

/* The sums are those that Liquibase 4.31.1 wrote. */
static void
makes_scripts_and_checksums_of_changes(void **state)
{
	(void)state;
	static const struct {
		const char *changes;
		const char *up;
		const char *down;
		const char *checksum;
	} cases[] = {
		{ "<comment>x</comment><sql>SELECT '&lt;é&gt;'; -- one\nSELECT 2</sql>",
		  "SELECT '<é>' | -- one\nSELECT 2", "none", NULL },
		{ "<sql stripComments=\"true\"><comment>not run</comment><![CDATA[SELECT 1 -- x\n < 2;<!-- kept "
		  "-->]]></sql>",
		  "SELECT 1 \n < 2 | <!", "none", NULL },
		{ "<sql splitStatements=\"false\">SELECT 1; SELECT 2;</sql>", "SELECT 1; SELECT 2;", "none", NULL },
		{ "<sql endDelimiter=\"@@\">SELECT 1; SELECT 2@@\nSELECT 3</sql>", "SELECT 1; SELECT 2 | SELECT 3",
		  "none", NULL },
		{ "<sql dbms=\"oracle\">SELECT no</sql><sql dbms=\"!oracle\">SELECT 1</sql>", "SELECT 1", "none",
		  NULL },
		{ "<sqlFile path=\"f.sql\"/><sql>SELECT 9</sql>", "SELECT 'f' | SELECT 9", "none", NULL },
		{ "<sqlFile path=\"/f.sql\" splitStatements=\"false\" encoding=\"UTF-8\"/><rollback/>", "SELECT 'f';",
		  "", NULL },
		{ "<sql>SELECT 1</sql><rollback>SELECT 2; -- gone\nSELECT 3\nGO\nSELECT 4</rollback>", "SELECT 1",
		  "SELECT 2 | SELECT 3 | SELECT 4", NULL },
		{ "<sql>SELECT 1</sql><rollback><comment>x</comment><sql>SELECT 2</sql>SELECT "
		  "4</rollback><rollback><sqlFile "
		  "path=\"f.sql\"/></rollback>",
		  "SELECT 1", "SELECT 2 | SELECT 4 | SELECT 'f'", NULL },
		{ "<tagDatabase tag=\"v1\"/>", "", "", "9:635ff1e577e13420abaf0552fb77ab20" },
		{ "<empty/>", "", "", "9:7a37a4e4638085400ecf49cb0bebb7de" },
		{ "", "", "", "9:d41d8cd98f00b204e9800998ecf8427e" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strdup_printf(ONE("%s"), cases[i].changes);
		const FolderFile files[] = { { "changelog.xml", text },
			                     { "f.sql", "\xef\xbb\xbfSELECT 'f';\r\n" },
			                     { NULL, NULL } };
		g_autoptr(MigrationSet) set = load(files);
		const Migration *migration = migration_at(set, 0);
		g_autofree char *up = folder_messages(migration->up);
		g_autofree char *down = folder_messages(migration->down);
		assert_string_equal(up, cases[i].up);
		assert_string_equal(down, cases[i].down);
		if (cases[i].checksum != NULL)
			assert_string_equal(migration->checksum, cases[i].checksum);
	}
}

/* The position of the statement's letter at the offset, as in errors. */
static void
assert_place(const Migration *migration, guint statement, gsize offset, const char *file, guint line, guint column)
{
	const MigrationStatement *one = g_ptr_array_index(migration_script_statements(migration->up), statement);
	SourcePosition place = base_source_position(migration_script_source(migration->up),
	                                            migration_script_source_offset(migration->up, one, offset));

	assert_true(g_str_has_suffix(place.path, file));
	assert_int_equal(place.line, line);
	assert_int_equal(place.column, column);
}

static void
knows_where_statements_stand(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml", "<?xml version=\"1.0\"?>\r\n<!-- <sql> -->\r\n" XML(
				       "<changeSet id='1' author='&gt;a'>\r\n"
				       "<sql a:b='>' xmlns:a='u'>SELECT 1 &lt; &#50;,\r\n 'é&amp;', x</sql>\r\n"
				       "<sqlFile path='f.sql'/>"
				       "<sql><!-- no --><![CDATA[]]>SELECT<![CDATA[ <]]><![CDATA[<!-- ]]><?pi ?>4</sql>"
				       "</changeSet>") },
		{ "f.sql", "-- one\nSELECT 2;\n SELECT 3" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load(files);
	const Migration *migration = migration_at(set, 0);
	g_autofree char *up = folder_messages(migration->up);

	assert_string_equal(migration->name, ">a:1");
	assert_string_equal(up, "SELECT 1 < 2,\n 'é&', x | -- one\nSELECT 2 | SELECT 3 | SELECT <<!-- 4");
	assert_place(migration, 0, 0, "changelog.xml", 5, 26);
	assert_place(migration, 0, strlen("SELECT 1 < "), "changelog.xml", 5, 40);
	assert_place(migration, 0, strlen("SELECT 1 < 2,\n 'é&', "), "changelog.xml", 6, 12);
	assert_place(migration, 1, strlen("SELECT "), "f.sql", 2, 8);
	assert_place(migration, 2, 0, "f.sql", 3, 2);
	assert_place(migration, 3, 0, "changelog.xml", 7, 52);
	assert_place(migration, 3, strlen("SELECT <<!-- "), "changelog.xml", 7, 96);
}

static void
takes_the_rollback_of_another_changeset(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml",
		  XML("<include file=\"a.xml\"/>"
		      "<changeSet id=\"2\" author=\"a\"><sql>SELECT 2</sql><rollback changeSetId=\"1\" "
		      "changeSetAuthor=\"A\" changeSetPath=\"a.xml\"/></changeSet>"
		      "<changeSet id=\"3\" author=\"a\"><sql>SELECT 3</sql><rollback changeSetId=\"2\" "
		      "changeSetAuthor=\"a\"/><rollback>SELECT 4</rollback></changeSet>") },
		{ "a.xml", ONE("<sql>SELECT 1</sql><sqlFile path=\"f.sql\"/>") },
		{ "f.sql", "SELECT 'f'" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load(files);
	g_autofree char *first = folder_messages(migration_at(set, 0)->down);
	g_autofree char *second = folder_messages(migration_at(set, 1)->down);
	g_autofree char *third = folder_messages(migration_at(set, 2)->down);

	assert_string_equal(first, "none");
	assert_string_equal(second, "SELECT 1 | SELECT 'f'");
	assert_string_equal(third, "SELECT 2 | SELECT 4");
}

static void
replaces_properties(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml",
		  XML("<property name=\"t\" value=\"one\"/><property name=\"t\" value=\"two\"/>"
		      "<property name=\"o\" value=\"no\" dbms=\"oracle\"/>"
		      "<property name=\"n\" value=\"${t}_${later}\"/>"
		      "<property name=\"l\" value=\"l1\" global=\"false\"/><property name=\"l\" value=\"l2\" "
		      "global=\"false\"/>"
		      "<property name=\"both\" value=\"local\" global=\"false\"/><property name=\"both\" "
		      "value=\"global\"/>"
		      "<property file=\"db/p.properties\"/>"
		      "<property file=\"no.properties\" errorIfMissing=\"false\"/>"
		      "<changeSet id=\"${t}\" author=\"a\"><sql>SELECT '${T} ${o} ${n} ${l} ${both}'</sql></changeSet>"
		      "<changeSet id=\"file\" author=\"a\"><sqlFile path=\"db/${t}.sql\"/></changeSet>"
		      "<changeSet id=\"p\" author=\"a\"><sql>${p.one}|${p.two}|${p.three}|${p.four}|${p "
		      "five}|${P.SIX}</sql></changeSet>"
		      "<include file=\"later.xml\"/>") },
		{ "db/one.sql", "SELECT '${t} ${later} ${l} ${inner}'" },
		{ "db/p.properties", "# comment = no\n! another\np.one = 1 and \\\n   more \np.two:a\\u0041\\:\\=b\n "
		                     "p.three   spaced value\np.four=\np\\ five=x=y\np.six=c:\\\\temp\\tx" },
		{ "later.xml", XML("<property name=\"later\" value=\"late\"/><property name=\"inner\" value=\"i\" "
		                   "global=\"false\"/>") },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load(files);
	g_autofree char *first = folder_messages(migration_at(set, 0)->up);
	g_autofree char *second = folder_messages(migration_at(set, 1)->up);
	g_autofree char *third = folder_messages(migration_at(set, 2)->up);

	assert_string_equal(migration_at(set, 0)->name, "a:one");
	assert_string_equal(first, "SELECT 'one ${o} one_${later} l2 global'");
	assert_string_equal(second, "SELECT 'one late l2 ${inner}'");
	assert_string_equal(third, "1 and more |aA:=b|spaced value||x=y|c:\\temp\tx");
	assert_true(folder_warns(set, "one.sql:1:28: ${inner} has no value"));
}

/* The settings of an include apply to everything that it includes. */
static void
filters_by_settings_of_includes(void **state)
{
	(void)state;
	static const FolderFile files[] = {
		{ "changelog.xml",
		  XML("<include file=\"a.xml\" context=\"test and !prod\" labels=\"x\"/>"
		      "<include file=\"b.xml\" contextFilter=\"prod\" labels=\"x\"/>"
		      "<include file=\"c.xml\" ignore=\"true\"/>"
		      "<changeSet id=\"6\" author=\"a\" labels=\"x\" dbms=\"oracle\"><empty/></changeSet>"
		      "<changeSet id=\"6\" author=\"a\" labels=\"x\"><empty/></changeSet>") },
		{ "a.xml",
		  "<databaseChangeLog xmlns=\"" SPACE "\" context=\"!nothing\">" T(
		      "1") "<changeSet id=\"2\" author=\"a\" context=\"other\"><sqlFile path=\"no.sql\"/></changeSet>"
		           "<include file=\"d.sql\" labels=\"deep\"/></databaseChangeLog>" },
		{ "b.xml", XML(T("3")) },
		{ "c.xml", XML("<changeSet id=\"4\" author=\"a\" labels=\"x\"><empty/></changeSet>") },
		{ "d.sql", SQL "--changeset a:5\nSELECT 1;\n" },
		{ NULL, NULL },
	};
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_insert(settings, (gpointer) "contexts", (gpointer) "test");
	g_hash_table_insert(settings, (gpointer) "labels", (gpointer) "x or deep");
	g_autoptr(MigrationSet)
	    set = folder_load(files, (MigrationOptions){ .format = "liquibase", .settings = settings }, NULL);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "a:1 a:5 a:6");
}

static void
names_changesets_by_logical_paths(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml",
		  XML("<include file=\"a.xml\"/><include file=\"b.xml\" logicalFilePath=\"inc.xml\"/>"
		      "<includeAll path=\"c\" logicalFilePath=\"all\"/><include file=\"./z.sql\"/>" T("1")) },
		{ "a.xml", "<databaseChangeLog xmlns=\"" SPACE "\" logicalFilePath=\"/own\\a.xml\">" T(
			       "1") "<include file=\"c/x.sql\"/></databaseChangeLog>" },
		{ "b.xml",
		  XML(T("1") "<changeSet id=\"1\" author=\"a\" logicalFilePath=\"/set\\b.xml\"><empty/></changeSet>") },
		{ "c/x.sql", SQL "--changeset a:2\nSELECT 1;\n" },
		{ "c/y.sql", "--liquibase formatted sql logicalFilePath:head.sql\n--changeset a:1 "
		             "logicalFilePath:own.sql\nSELECT 1;\n" },
		{ "z.sql", SQL "--changeset a:3 logicalFilePath:own.sql\nSELECT 1;\n" },
		{ NULL, NULL },
	};
	g_autoptr(MigrationSet) set = load(files);
	g_autofree char *names = folder_names(set);

	assert_string_equal(names, "own\\a.xml::1::a own\\a.xml::2::a inc.xml::1::a set/b.xml::1::a all::2::a "
	                           "head.sql::1::a a:3 changelog.xml::1::a");
}

static void
finds_the_changelog_that_includes_the_others(void **state)
{
	(void)state;
	static const struct {
		FolderFile files[4];
		const char *names;   /* NULL: an error */
		const char *message; /* the error; or a file that is passed over; or NULL */
	} cases[] = {
		{ { { "any.xml", XML(T("1")) }, { "other.xml", "<x/>" } }, "a:1", NULL },
		{ { { "a.xml", XML(T("1")) }, { "db.changelog-master.xml", XML(T("2")) } }, "a:2", "a.xml" },
		{ { { "a.xml", XML(T("1")) }, { "changelog.xml", XML(T("2")) } }, "a:2", "a.xml" },
		{ { { "a.xml", XML(T("1")) }, { "b.xml", XML(T("2")) } },
		  NULL,
		  "there are several changelogs: \"a.xml\", \"b.xml\"" },
		{ { { "x/a.xml", XML(T("1")) }, { "x/b.sql", SQL "--changeset a:2\nSELECT 1;\n" } }, "a:1 a:2", NULL },
		{ { { "x/a.xml", XML(T("1")) },
		    { "db/master.xml", XML("<include file=\"db/c.sql\"/>") },
		    { "db/c.sql", SQL "--changeset a:3\nSELECT 1;\n" } },
		  "a:3",
		  NULL },
		{ { { "changelog.xml", XML(T("1")) }, { "x/forgotten.sql", "SELECT 1" } }, "a:1", "x/forgotten.sql" },
		{ { { "db/master.xml", XML("<include file=\"db/c.sql\"/>") },
		    { "db/c.sql", SQL "--changeset a:3\nSELECT 1;\n" },
		    { "db/d.sql", "SELECT 1" } },
		  "a:3",
		  "db/d.sql" },
		{ { { "changelog.yaml", "databaseChangeLog:\n" } },
		  NULL,
		  "the changelog \"changelog.yaml\" is neither XML nor formatted SQL" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		if (cases[i].names == NULL) {
			folder_refuses(cases[i].files, &liquibase, cases[i].message);
			continue;
		}
		g_autoptr(MigrationSet) set = load(cases[i].files);
		g_autofree char *names = folder_names(set);
		assert_string_equal(names, cases[i].names);
		assert_int_equal(set->ignored->len, cases[i].message != NULL);
		if (cases[i].message != NULL)
			assert_string_equal(((const MigrationIgnoredFile *)g_ptr_array_index(set->ignored, 0))->name,
			                    cases[i].message);
	}
}

static void
tells_which_directory_has_a_missing_file(void **state)
{
	(void)state;
	const FolderFile files[] = { { "db/changelog/master.xml", XML("<include file=\"db/changelog/a.xml\"/>") },
		                     { "db/changelog/a.xml", XML(T("1")) },
		                     { NULL, NULL } };
	g_autoptr(Folder) folder = folder_new(files);
	g_autofree char *below = g_build_filename(folder, "db", "changelog", NULL);
	g_autofree char *hint = g_strdup_printf("hint: give \"%s\" as the directory", folder);
	g_autoptr(GError) error = NULL;
	const MigrationOptions options = { .directory = below, .format = "liquibase" };

	assert_null(migration_set_load(&options, &error));
	assert_non_null(strstr(error->message, "master.xml:2:1: there is no file \"db/changelog/a.xml\""));
	assert_non_null(strstr(error->message, hint));
}

static void
a_tag_needs_no_statement(void **state)
{
	(void)state;
	const FolderFile tag[] = { { "changelog.xml", ONE("<tagDatabase tag=\"x\"/>") }, { NULL, NULL } };
	const FolderFile nothing[] = { { "changelog.xml", ONE("<sqlFile path=\"f.sql\"/>") },
		                       { "f.sql", "\n" },
		                       { NULL, NULL } };
	g_autoptr(MigrationSet) meant = load(tag);
	g_autoptr(MigrationSet) forgotten = load(nothing);
	g_autoptr(GPtrArray) fine = migration_layout_examine(meant);
	g_autoptr(GPtrArray) odd = migration_layout_examine(forgotten);

	assert_int_equal(fine->len, 0);
	assert_int_equal(odd->len, 1);
	assert_non_null(
	    strstr(((const MigrationOddity *)g_ptr_array_index(odd, 0))->text, "has text, but no statement"));
}

static void
tells_of_orders_that_files_claim(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml", XML("<includeAll path=\"db\"/>") },
		{ "db/10.sql", SQL "--changeset bob:1\nSELECT 1;\n--changeset ann:2\nSELECT 2;\n" },
		{ "db/9.sql", SQL "--changeset ann:10\nSELECT 1;\n--changeset ann:11\nSELECT 2;\n" },
		{ NULL, NULL }
	};
	g_autoptr(MigrationSet) set = load(files);
	g_autoptr(GPtrArray) odd = migration_layout_examine(set);

	assert_true(folder_warns(set, "\"10.sql\" runs before \"9.sql\""));
	assert_int_equal(odd->len, 0);
}

static void
runs_plain_sql_as_one_changeset(void **state)
{
	(void)state;
	const FolderFile files[] = { { "changelog.xml", XML("<includeAll path=\"db\" logicalFilePath=\"x\"/>") },
		                     { "db/a.sql", "SELECT '${t}'; -- x\nSELECT 2;\n" },
		                     { NULL, NULL } };
	g_autoptr(MigrationSet) set = load(files);
	g_autofree char *up = folder_messages(migration_at(set, 0)->up);

	assert_int_equal(set->migrations->len, 1);
	assert_string_equal(migration_at(set, 0)->name, "includeAll:raw");
	assert_string_equal(up, "SELECT '${t}'; -- x\nSELECT 2;");
	assert_null(migration_at(set, 0)->down);
}

static void
reports_errors(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ ONE("\n<createTable tableName=\"t\"/>"),
		  "changelog.xml:3:1: <createTable> is none of what pgassay reads" },
		{ ONE("<ext:x xmlns:ext=\"u\"/>"), "<ext:x> is none of what pgassay reads" },
		{ ONE("<sql>SELECT 1</sql><rollback><dropTable tableName=\"t\"/></rollback>"), "<dropTable> is none" },
		{ ONE("<modifySql><append value=\"x\"/></modifySql>"), "<modifySql> is none" },
		{ XML("<modifyChangeSets runWith=\"psql\"/>"), "<modifyChangeSets> is none" },
		{ XML("<changeset id=\"1\" author=\"a\"/>"), "a changelog has no element <changeset>" },
		{ XML("<changeSet author=\"a\"/>"), "2:1: <changeSet> has no id" },
		{ XML("<changeSet id=\"1\"/>"), "<changeSet> has no author" },
		{ XML("<changeSet id=\"1\" author=\"a\" runonchange=\"true\"/>"),
		  "<changeSet> has no attribute \"runonchange\"" },
		{ XML("<changeSet id=\"1\" author=\"a\" runAlways=\"yes\"/>"), "\"yes\" is no value of runAlways" },
		{ XML("<changeSet id=\"1\" author=\"a\" runWith=\"psql\"/>"), "runWith has another program" },
		{ XML("<changeSet id=\"1\" author=\"a\" runOrder=\"middle\"/>"), "runOrder has another value" },
		{ XML(T("1") T("1")), "3:1: \"changelog.xml::1::a\" is there a second time" },
		{ XML(T("1") "<property name=\"a\" value=\"b\"/>"), "3:1: <property> stands too far down" },
		{ XML("<property name=\"a\"/>"), "the property has no name or no value" },
		{ XML("<property file=\"no.properties\"/>"), "2:1: there is no file \"no.properties\"" },
		{ XML("<property file=\"bad.properties\"/>"), "bad.properties:2:1: Java cannot read this property" },
		{ XML("<include file=\"no.xml\"/>"), "2:1: there is no file \"no.xml\"" },
		{ XML("<include/>"), "<include> has no file" },
		{ XML("<include file=\"changelog.xml\"/>"), "the changelog \"changelog.xml\" includes itself" },
		{ XML("<include file=\"a.txt\"/>"), "2:1: \"a.txt\" is no changelog" },
		{ XML("<include file=\"a.json\"/>"), "the changelog \"a.json\" is neither XML nor formatted SQL" },
		{ XML("<includeAll path=\"no\"/>"), "2:1: there are no changelogs in \"no\"" },
		{ XML("<includeAll path=\"x\" minDepth=\"-1\"/>"), "\"-1\" is no value of minDepth" },
		{ XML("<includeAll path=\"x\" filter=\"com.X\"/>"), "are programs in Java" },
		{ ONE("<sql> </sql>"), "2:30: <sql> has no SQL" },
		{ ONE("<sql>SELECT 1 <b/></sql>"), "<sql> has no elements but <comment>" },
		{ ONE("<sqlFile/>"), "<sqlFile> has no path" },
		{ ONE("<sqlFile path=\"no.sql\"/>"), "2:30: there is no file \"no.sql\"" },
		{ ONE("<sqlFile path=\"f.sql\" encoding=\"cp1252\"/>"), "reads files in UTF-8 only" },
		{ ONE("<sql>SELECT '${database.schemaName}'</sql>"), "2:43: the property \"database.schemaName\"" },
		{ ONE("<sql endDelimiter=\"((\">SELECT 1</sql>"), "Liquibase takes the delimiter \"((\"" },
		{ ONE("<tagDatabase tag=\"x\"/><sql>SELECT 1</sql>"), "<tagDatabase> stands beside other elements" },
		{ ONE("<sql>SELECT 1</sql><preConditions/>"), "<preConditions> stands too far down" },
		{ ONE("<sql>SELECT 1</sql><rollback changeSetId=\"9\" changeSetAuthor=\"a\"/>"),
		  "names \"changelog.xml::9::a\", which there is not before it" },
		{ ONE("<sql>SELECT 1</sql><rollback changeSetId=\"9\"/>"), "without changeSetAuthor" },
		{ ONE("<preConditions><indexExists indexName=\"i\"/></preConditions>"),
		  "the precondition <indexExists> is one that pgassay does not know" },
		{ ONE("<preConditions><sqlCheck>SELECT 1</sqlCheck></preConditions>"),
		  "<sqlCheck> has no expectedResult" },
		{ ONE("<preConditions onFail=\"STOP\"/>"), "\"STOP\" is no value of onFail" },
		{ XML("<preConditions onFail=\"MARK_RAN\"/>"), "CONTINUE and MARK_RAN are for changesets" },
		{ "<databaseChangeLog/>", "1:1: the changelog is not in Liquibase's namespace" },
		{ "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\"/>",
		  "1:1: the changelog names no schema" },
		{ "<x xmlns=\"" SPACE "\">databaseChangeLog</x>", "the file is no changelog" },
		{ "<!DOCTYPE databaseChangeLog [<!ENTITY a \"b\">]>\n" XML(T("1")), "the changelog has a DOCTYPE" },
		{ XML("<changeSet"), "changelog.xml:2:11: the changelog is no valid XML" },
		{ XML("&unknown;"), "2:" },
		{ ONE("<x:sql/>"), "the changelog is no valid XML: Namespace prefix x" },
		{ "databaseChangeLog", "the changelog is no valid XML" },
		{ "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" XML("<!-- é -->"),
		  "in the encoding \"ISO-8859-1\"" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const FolderFile files[] = { { "changelog.xml", cases[i].text },
			                     { "a.txt", "" },
			                     { "a.json", "" },
			                     { "f.sql", "SELECT 1" },
			                     { "bad.properties", "a=b\nb=\\u12" },
			                     { NULL, NULL } };
		folder_refuses(files, &liquibase, cases[i].message);
	}
}

/* A file that is included is read again: ten levels of ten includes would be read ten thousand million times. */
static void
includes_are_bounded(void **state)
{
	(void)state;
	FolderFile files[12] = { { NULL, NULL } };
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);

	for (int level = 0; level < 10; level++) {
		g_autoptr(GString) includes = g_string_new(NULL);
		for (int i = 0; i < 10; i++)
			g_string_append_printf(includes, "<include file=\"%d.xml\"/>", level + 1);
		g_ptr_array_add(texts, level == 0 ? g_strdup("changelog.xml") : g_strdup_printf("%d.xml", level));
		g_ptr_array_add(texts, g_strdup_printf(XML("%s"), includes->str));
		files[level] = (FolderFile){ g_ptr_array_index(texts, 2 * level),
			                     g_ptr_array_index(texts, 2 * level + 1) };
	}
	files[10] = (FolderFile){ "10.xml", XML("") };
	folder_refuses(files, &liquibase, ": the changelogs include too much: 50001 files");
}

static void
properties_are_bounded(void **state)
{
	(void)state;
	const FolderFile files[] = {
		{ "changelog.xml", XML("<property name=\"a\" value=\"${a}${a}${a}${a}${a}${a}${a}${a}\"/>"
		                       "<changeSet id=\"1\" author=\"a\"><sql>SELECT '${a}'</sql></changeSet>") },
		{ NULL, NULL },
	};

	folder_refuses(files, &liquibase, "changelog.xml:2:");
	folder_refuses(files, &liquibase, "the property \"a\" has more than 1048576 bytes");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_includes_in_order),
		cmocka_unit_test(makes_scripts_and_checksums_of_changes),
		cmocka_unit_test(knows_where_statements_stand),
		cmocka_unit_test(takes_the_rollback_of_another_changeset),
		cmocka_unit_test(replaces_properties),
		cmocka_unit_test(filters_by_settings_of_includes),
		cmocka_unit_test(names_changesets_by_logical_paths),
		cmocka_unit_test(finds_the_changelog_that_includes_the_others),
		cmocka_unit_test(tells_which_directory_has_a_missing_file),
		cmocka_unit_test(a_tag_needs_no_statement),
		cmocka_unit_test(tells_of_orders_that_files_claim),
		cmocka_unit_test(runs_plain_sql_as_one_changeset),
		cmocka_unit_test(reports_errors),
		cmocka_unit_test(includes_are_bounded),
		cmocka_unit_test(properties_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
