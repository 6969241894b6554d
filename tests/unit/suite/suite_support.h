/*
 * Shared by the tests of suites: two kinds of checks, and a project on disk that is the working directory.
 */
#ifndef TESTS_UNIT_SUITE_SUITE_SUPPORT_H
#define TESTS_UNIT_SUITE_SUITE_SUPPORT_H

#include "suite/suite.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- Kinds of checks for the tests --------------------------------------- */

static const SuiteKey look_keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "database", &suite_shape_text, false, "the database" },
	{ "sql", &suite_shape_text, true, "what to look at" },
	{ NULL },
};
static const SuiteShape look_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = look_keys };

static inline bool
refuse_drop(const SuiteNode *node, GError **error)
{
	const SuiteNode *sql = suite_node_get(node, "sql");

	return !g_str_has_prefix(suite_node_text(sql), "DROP") ||
	       suite_node_error(sql, error, "look, do not touch", "a look must not drop");
}

static const SuiteKey guess_keys[] = {
	{ "name", &suite_shape_text, false, "the case's name" },
	{ "sql", &suite_shape_text, true, "what to guess" },
	{ NULL },
};
static const SuiteShape guess_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = guess_keys };

static const SuiteKey pair_keys[] = {
	{ "name", &suite_shape_text, true, "the case's name" },
	{ "databases", &suite_shape_text_list, true, "what is held together" },
	{ NULL },
};
static const SuiteShape pair_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = pair_keys };

static inline char *
name_guess(const SuiteNode *node)
{
	return g_strconcat("guess ", suite_node_get_text(node, "sql"), NULL);
}

static const SuiteCheckKind look_kind = { "look", &look_shape, refuse_drop, "looks" };
static const SuiteCheckKind stare_kind = { "stare", &look_shape, NULL, "looks longer" };
static const SuiteCheckKind guess_kind = { "guess", &guess_shape, NULL, "needs no name", name_guess };
static const SuiteCheckKind pair_kind = { "pair", &pair_shape, NULL, "holds databases together" };
static const SuiteCheckKind *const kinds[] = { &look_kind, &stare_kind, &guess_kind, &pair_kind, NULL };

/* --- A project on disk --------------------------------------------------- */

/* The working directory of a test: a folder of its own. */
typedef struct {
	char *folder;
	char *before;
} Place;

static inline void
write_file(const char *path, const char *text)
{
	g_autofree char *folder = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
	assert_true(g_file_set_contents(path, text, -1, NULL));
}

static inline int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	g_autofree char *made = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);

	place->before = g_get_current_dir();
	assert_int_equal(g_chdir(made), 0);
	place->folder = g_get_current_dir();
	write_file("migrations/one/0001_a.sql", "SELECT 1;\n");
	write_file("migrations/two/0001_a.sql", "SELECT 1;\n");
	write_file("fixtures/one.yaml", "tables: {}\n");
	write_file("fixtures/more.yaml", "tables: {}\n");
	write_file("fixtures/stand-in.sql", "SELECT 1;\n");
	write_file("tool.conf", "x=y\n");
	assert_int_equal(g_mkdir("suites", 0700), 0);
	*state = place;
	return 0;
}

static inline void
remove_all(const char *path)
{
	GDir *directory = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);

	for (const char *name = NULL; directory != NULL && (name = g_dir_read_name(directory)) != NULL;) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_all(inner);
	}
	if (directory != NULL)
		g_dir_close(directory);
	g_remove(path);
}

static inline int
tear_down(void **state)
{
	Place *place = *state;

	assert_int_equal(g_chdir(place->before), 0);
	remove_all(place->folder);
	g_free(place->folder);
	g_free(place->before);
	g_free(place);
	return 0;
}

static inline Suite *
load(const char *text)
{
	g_autoptr(GError) error = NULL;

	write_file("suites/a.yaml", text);
	Suite *suite = suite_load("suites/a.yaml", kinds, &error);
	if (suite == NULL)
		fail_msg("%s", error->message);
	return suite;
}

static inline void
assert_error(const char *text, const char *message)
{
	g_autoptr(GError) error = NULL;

	write_file("suites/a.yaml", text);
	g_autoptr(Suite) suite = suite_load("suites/a.yaml", kinds, &error);
	if (suite != NULL)
		fail_msg("no error for: %s", text);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	assert_string_equal(error->message, message);
}

#define ONE             "suite: a\ndatabases: {one: {migrations: ../migrations/one}}\n"
#define TWO             "suite: a\ndatabases: {one: {migrations: ../migrations/one}, two: {migrations: ../migrations/two}}\n"
#define DATABASE(lines) "suite: a\ndatabases:\n  one:\n    migrations: ../migrations/one\n" lines

#define TEST(function)  cmocka_unit_test_setup_teardown(function, set_up, tear_down)

#endif
