#include "check/fixture/assemble.h"

#include "base/error.h"
#include "check/fixture/fixture.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* --- Helpers ------------------------------------------------------------- */

typedef struct {
	const char *name; /* NULL ends the list */
	const char *text;
} File;

static char *folder;

static int
make_folder(void **state)
{
	(void)state;
	folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	return folder != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
	(void)state;
	g_rmdir(folder);
	g_free(folder);
	return 0;
}

/* Loads the first of the files. */
static SuiteDocument *
load(const File *files, GError **error)
{
	g_autofree char *first = g_build_filename(folder, files[0].name, NULL);

	for (const File *file = files; file->name != NULL; file++) {
		g_autofree char *path = g_build_filename(folder, file->name, NULL);
		g_autofree char *parent = g_path_get_dirname(path);
		assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
		assert_true(g_file_set_contents(path, file->text, -1, NULL));
	}
	SuiteDocument *document = check_fixture_load(first, error);
	for (const File *file = files; file->name != NULL; file++) {
		g_autofree char *path = g_build_filename(folder, file->name, NULL);
		g_autofree char *parent = g_path_get_dirname(path);
		g_unlink(path);
		if (strcmp(parent, folder) != 0)
			g_rmdir(parent);
	}
	return document;
}

static void
assert_error(const File *files, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) fixture = load(files, &error);

	assert_null(fixture);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	g_autoptr(GString) found = g_string_new(error->message);
	g_autofree char *prefix = g_strconcat(folder, "/", NULL);
	g_string_replace(found, prefix, "", 0);
	assert_string_equal(found->str, message);
}

static void
append(GString *text, const SuiteNode *node)
{
	bool mapping = suite_node_kind(node) == SUITE_NODE_MAPPING;

	if (suite_node_kind(node) == SUITE_NODE_SCALAR) {
		g_string_append(text, suite_node_text(node));
		return;
	}
	g_string_append_c(text, mapping ? '{' : '[');
	for (guint i = 0; i < suite_node_size(node); i++) {
		if (i > 0)
			g_string_append(text, ", ");
		if (mapping)
			g_string_append_printf(text, "%s: ", suite_node_key(node, i));
		append(text, suite_node_item(node, i));
	}
	g_string_append_c(text, mapping ? '}' : ']');
}

/* The whole on a server of the version, with the left-out parts in angle brackets. */
static char *
assembled(const File *files, int version)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) fixture = load(files, &error);
	GString *text = g_string_new(NULL);

	if (fixture == NULL)
		fail_msg("%s", error->message);
	g_autoptr(SuiteNodes) nodes = suite_nodes_new();
	g_autoptr(GPtrArray) left_out = NULL;
	const SuiteNode *root = check_assemble(fixture, version, nodes, &left_out, &error);
	if (root == NULL)
		fail_msg("%s", error->message);
	append(text, root);
	for (guint i = 0; i < left_out->len; i++) {
		const CheckLeftOut *one = g_ptr_array_index(left_out, i);
		g_autofree char *place = base_position_format(suite_node_position(one->place));
		g_autofree char *name = g_path_get_basename(one->title);
		g_string_append_printf(text, " <%s%s>", name, strrchr(place, '/') + strcspn(strrchr(place, '/'), ":"));
	}
	return g_string_free(text, FALSE);
}

static void
assert_assembled(const File *files, int version, const char *expected)
{
	g_autofree char *found = assembled(files, version);

	assert_string_equal(found, expected);
}

/* --- Several files --------------------------------------------------------- */

static void
files_are_put_together(void **state)
{
	(void)state;
	assert_assembled(
	    (const File[]){ { "a.yaml", "include: b.yaml\ntables: {k.t: {columns: {a: {type: text}}}}\n" },
	                    { "b.yaml", "tables: {k.t: {columns: {b: , a: {nullable: true}}}, k.u: absent}\n" },
	                    { NULL } },
	    150000, "{tables: {k.t: {columns: {a: {type: text, nullable: true}, b: }}, k.u: absent}}");
	assert_assembled((const File[]){ { "a.yaml", "include: [s/b.yaml, s/c.yaml]\n" },
	                                 { "s/b.yaml", "include: c.yaml\nextensions: [x]\n" },
	                                 { "s/c.yaml", "rules: {indexes_are_valid: true}\n" },
	                                 { NULL } },
	                 150000, "{extensions: [x], rules: {indexes_are_valid: true}}");
}

static void
lists_of_objects_are_joined(void **state)
{
	(void)state;
	assert_assembled(
	    (const File[]){ { "a.yaml", "include: b.yaml\ntables: {k.t: {indexes: [{columns: [a]}], policies: {list: "
	                                "[{command: all}]}, unique: {u: }}}\n" },
	                    { "b.yaml", "tables: {k.t: {indexes: [{columns: [b]}], policies: {list: [{command: "
	                                "select}]}, unique: [{columns: [c]}]}}\n" },
	                    { NULL } },
	    150000,
	    "{tables: {k.t: {indexes: [{columns: [a]}, {columns: [b]}], policies: {list: [{command: all}, {command: "
	    "select}]}, unique: {u: , list: [{columns: [c]}]}}}}");
	assert_assembled(
	    (const File[]){ { "a.yaml", "include: b.yaml\nschemas: {k: {tables: {list: [a], exact: true}}}\n" },
	                    { "b.yaml", "schemas: {k: {tables: {list: [b], count: 2}}}\n" },
	                    { NULL } },
	    150000, "{schemas: {k: {tables: {list: [a, b], exact: true, count: 2}}}}");
}

static void
two_files_must_state_the_same(void **state)
{
	(void)state;
	assert_assembled((const File[]){ { "a.yaml", "include: b.yaml\nenums: {k.e: [a, b]}\n" },
	                                 { "b.yaml", "enums: {k.e: [a, b]}\n" },
	                                 { NULL } },
	                 150000, "{enums: {k.e: [a, b]}}");
	assert_error((const File[]){ { "a.yaml", "include: b.yaml\ntables: {k.t: {columns: {a: {type: text}}}}\n" },
	                             { "b.yaml", "tables:\n  k.t:\n    columns: {a: {type: uuid}}\n" },
	                             { NULL } },
	             "b.yaml:3:25: \"type\" is not what it is at a.yaml:2:36, which is put together with this\n"
	             "3 |     columns: {a: {type: uuid}}\n"
	             "  |                         ^\n"
	             "hint: say it in one of the files only");
	assert_error((const File[]){ { "a.yaml", "include: b.yaml\ntables: {k.t: absent}\n" },
	                             { "b.yaml", "tables: {k.t: }\n" },
	                             { NULL } },
	             "b.yaml:1:10: \"k.t\" is not what it is at a.yaml:2:15, which is put together with this\n"
	             "1 | tables: {k.t: }\n"
	             "  |          ^\n"
	             "hint: say it in one of the files only");
	assert_error((const File[]){ { "a.yaml", "include: b.yaml\nenums: {k.e: [a, b]}\n" },
	                             { "b.yaml", "enums: {k.e: [b, a]}\n" },
	                             { NULL } },
	             "b.yaml:1:14: \"k.e\" is not what it is at a.yaml:2:14, which is put together with this\n"
	             "1 | enums: {k.e: [b, a]}\n"
	             "  |              ^\n"
	             "hint: say it in one of the files only");
}

static void
errors_are_where_they_stand(void **state)
{
	(void)state;
	assert_error((const File[]){ { "a.yaml", "include: s/b.yaml\n" },
	                             { "s/b.yaml", "# deep\ntables:\n  k.t: {colums: {}}\n" },
	                             { NULL } },
	             "s/b.yaml:3:9: \"k.t\" has no key \"colums\"\n"
	             "3 |   k.t: {colums: {}}\n"
	             "  |         ^\n"
	             "hint: did you mean \"columns\"?");
	assert_error((const File[]){ { "a.yaml", "include: [b.yaml]\n" }, { NULL } },
	             "a.yaml:1:11: there is no file \"b.yaml\"\n"
	             "1 | include: [b.yaml]\n"
	             "  |           ^\n"
	             "hint: paths are relative to the including file's own folder");
	assert_error((const File[]){ { "a.yaml", "include: []\n" }, { NULL } },
	             "a.yaml:1:1: \"include\" states nothing\n"
	             "1 | include: []\n"
	             "  | ^\n"
	             "hint: state what must hold (none: { count: 0 }), or remove it");
	assert_error((const File[]){ { "a.yaml", "include: b.yaml\n" }, { "b.yaml", "" }, { NULL } },
	             "b.yaml:1:1: the fixture states nothing\n"
	             "1 | \n"
	             "  | ^\n"
	             "hint: state what must hold, or remove the fixture from the suite");
	assert_error((const File[]){ { "a.yaml", "tables: {k.t: {if: {server: \"=> 15\"}}}\n" }, { NULL } },
	             "a.yaml:1:29: \"=> 15\" is no condition on the server's version\n"
	             "1 | tables: {k.t: {if: {server: \"=> 15\"}}}\n"
	             "  |                             ^\n"
	             "hint: write \">= 15\", \"< 18\", 15, or several: \">= 14, < 17\"");
	assert_error((const File[]){ { "a.yaml", "rules: {indexes_are_valid: {if: {version: 15}}}\n" }, { NULL } },
	             "a.yaml:1:33: \"if\" needs the key \"server\"\n"
	             "1 | rules: {indexes_are_valid: {if: {version: 15}}}\n"
	             "  |                                 ^\n"
	             "hint: the server's version: \">= 15\", \">= 14, < 17\", \"15.4\"\n"
	             "a.yaml:1:34: \"if\" has no key \"version\"\n"
	             "1 | rules: {indexes_are_valid: {if: {version: 15}}}\n"
	             "  |                                  ^\n"
	             "hint: the keys are: server");
}

static void
circles_are_found(void **state)
{
	(void)state;
	assert_error((const File[]){ { "a.yaml", "include: a.yaml\n" }, { NULL } },
	             "a.yaml:1:10: a circle: \"a.yaml\" includes \"a.yaml\"\n"
	             "1 | include: a.yaml\n"
	             "  |          ^\n"
	             "hint: remove one of them");
	assert_error((const File[]){ { "a.yaml", "include: s/b.yaml\n" },
	                             { "s/b.yaml", "include: ../c.yaml\n" },
	                             { "c.yaml", "extensions: [x]\ninclude:\n  - s/../s/b.yaml\n" },
	                             { NULL } },
	             "c.yaml:3:5: a circle: \"s/b.yaml\" includes \"c.yaml\" includes \"s/b.yaml\"\n"
	             "3 |   - s/../s/b.yaml\n"
	             "  |     ^\n"
	             "hint: remove one of them");
	/* Each file includes the next one twice. */
	assert_error((const File[]){ { "a.yaml", "include: [b.yaml, b.yaml]\n" },
	                             { "b.yaml", "include: [c.yaml, c.yaml]\n" },
	                             { "c.yaml", "include: [d.yaml, d.yaml]\n" },
	                             { "d.yaml", "include: [e.yaml, e.yaml]\n" },
	                             { "e.yaml", "include: [f.yaml, f.yaml]\n" },
	                             { "f.yaml", "include: [g.yaml, g.yaml]\n" },
	                             { "g.yaml", "extensions: [x]\n" },
	                             { NULL } },
	             "f.yaml:1:11: a fixture of more than 100 files\n"
	             "1 | include: [g.yaml, g.yaml]\n"
	             "  |           ^\n"
	             "hint: put several files into one");
}

/* --- Conditions ------------------------------------------------------------ */

static void
parts_for_other_servers_are_left_out(void **state)
{
	(void)state;
	const File files[] = { { "a.yaml", "tables:\n"
		                           "  k.t:\n"
		                           "    columns: {a: {type: text, if: {server: '< 15'}}, if: {type: int}}\n"
		                           "    unique: [{columns: [a], if: {server: '>= 15'}}, {columns: [b]}]\n"
		                           "  k.u: {if: {server: '>= 15'}, primary_key: [id]}\n"
		                           "rules:\n"
		                           "  indexes_are_valid: {if: {server: 14}}\n"
		                           "  names_are_plain: [{if: {server: '>= 15'}}, {schemas: [k]}]\n" },
		               { NULL } };

	assert_assembled(
	    files, 140002,
	    "{tables: {k.t: {columns: {a: {type: text}, if: {type: int}}, unique: [{columns: [b]}]}}, rules: "
	    "{indexes_are_valid: {}, names_are_plain: [{schemas: [k]}]}} <table k.u:5:3>");
	assert_assembled(files, 150000,
	                 "{tables: {k.t: {columns: {if: {type: int}}, unique: [{columns: [a]}, {columns: [b]}]}, k.u: "
	                 "{primary_key: [id]}}, rules: {names_are_plain: [{}, {schemas: [k]}]}} <rule "
	                 "indexes_are_valid:7:3>");
}

static void
files_have_conditions_too(void **state)
{
	(void)state;
	const File files[] = { { "a.yaml", "include: [old.yaml, new.yaml]\nextensions: [x]\n" },
		               { "old.yaml", "if: {server: '< 16'}\nviews: {k.v: {definition: old}}\n" },
		               { "new.yaml", "if: {server: '>= 16'}\nviews: {k.v: {definition: new}}\n" },
		               { NULL } };

	assert_assembled(files, 150000, "{extensions: [x], views: {k.v: {definition: old}}} <new.yaml:1:1>");
	assert_assembled(files, 160000, "{extensions: [x], views: {k.v: {definition: new}}} <old.yaml:1:1>");
	assert_assembled((const File[]){ { "a.yaml", "if: {server: 99}\nextensions: [x]\n" }, { NULL } }, 150000,
	                 " <a.yaml:1:1>");
	/* A conflict between two files is reported for the servers to which both apply. */
	assert_error((const File[]){ { "a.yaml", "include: b.yaml\nviews: {k.v: {definition: a}}\n" },
	                             { "b.yaml", "if: {server: '>= 18'}\nviews: {k.v: {definition: b}}\n" },
	                             { NULL } },
	             "b.yaml:2:27: \"definition\" is not what it is at a.yaml:2:27, which is put together with this\n"
	             "2 | views: {k.v: {definition: b}}\n"
	             "  |                           ^\n"
	             "hint: say it in one of the files only");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_put_together),
		TEST(lists_of_objects_are_joined),
		TEST(two_files_must_state_the_same),
		TEST(errors_are_where_they_stand),
		TEST(circles_are_found),
		TEST(parts_for_other_servers_are_left_out),
		TEST(files_have_conditions_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
