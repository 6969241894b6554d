#include "repository_support.h"

#include <glib/gstdio.h>
#include <string.h>

/* The changes to the directory's files since the branch began, as "new 2.sql, ...". */
static char *
describe(const char *folder, const char *work, const char *directory, const char *const *names)
{
	static const char *const words[] = { "same", "new", "edited", "renamed", "deleted" };
	g_autoptr(GitRepository) repository = open_in(folder, work);
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) environment = g_new0(char *, 1);
	g_auto(GitBase) base = { 0 };

	assert_true(git_base_find(repository, NULL, environment, &base, &error));
	g_autoptr(GitTree) tree = git_tree_read(repository, base.commit, &error);
	g_autoptr(GHashTable) files = git_changes_identify(repository, directory, names, &error);
	assert_non_null(files);
	g_autofree char *before = git_tree_find_directory(tree, directory, files);
	g_autoptr(GPtrArray) changes = git_changes_compare(tree, before, files);
	g_autoptr(GString) text = g_string_new(before);
	for (guint i = 0; i < changes->len; i++) {
		const GitChange *change = g_ptr_array_index(changes, i);
		g_string_append_printf(text, ", %s %s%s%s", words[change->kind], change->name,
		                       change->before != NULL ? " from " : "",
		                       change->before != NULL ? change->before : "");
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static void
each_file_is_known_by_its_content(void **state)
{
	static const struct {
		const char *text;
		const char *directory;
		const char *names[5];
		const char *expected;
	} rows[] = {
		{ CLONE, "db", { "1.sql", "2.sql" }, "db, same 1.sql, new 2.sql" },
		/* Uncommitted changes count, too, because the work tree is tested. */
		{ CLONE "put db/1.sql changed; put db/3.sql x",
		  "db",
		  { "1.sql", "2.sql", "3.sql" },
		  "db, edited 1.sql, new 2.sql, new 3.sql" },
		{ CLONE "git mv db/1.sql db/01.sql",
		  "db",
		  { "01.sql", "2.sql" },
		  "db, renamed 01.sql from 1.sql, new 2.sql" },
		{ CLONE "rm db/1.sql", "db", { "2.sql" }, "db, deleted 1.sql, new 2.sql" },
		/* The directory was called something else. */
		{ CLONE "mkdir sql; git mv db sql/deep",
		  "sql/deep",
		  { "1.sql", "2.sql" },
		  "db, same 1.sql, new 2.sql" },
		{ CLONE "git mv db/1.sql 1.sql; git mv db/2.sql 2.sql",
		  ".",
		  { "1.sql", "2.sql" },
		  "db, same 1.sql, new 2.sql" },
		/* It was not there. */
		{ CLONE "put other/a.sql x", "other", { "a.sql" }, ", new a.sql" },
		/* Line ends are git's business. */
		{ CLONE "git config core.autocrlf true; rm db/1.sql; git checkout -q db/1.sql; grep -q \"$(printf "
		        "'\\r')\" db/1.sql",
		  "db",
		  { "1.sql", "2.sql" },
		  "db, same 1.sql, new 2.sql" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *folder = make(rows[i].text);
		g_autofree char *found = describe(folder, "work", rows[i].directory, rows[i].names);
		assert_string_equal(found, rows[i].expected);
		discard(folder);
	}
}

static void
the_files_of_a_commit_are_written_elsewhere(void **state)
{
	char *folder = make(
	    CLONE "cd ../up; put flyway.toml x; put db/sub/'a b.sql' y; put other/c.sql z; "
		  "ln -s 1.sql db/link.sql; commit; cd ../work; git pull -q --no-rebase --no-edit origin main; "
		  "put db/1.sql changed; mkdir ../out");
	g_autoptr(GitRepository) repository = open_in(folder, "work");
	g_autofree char *out = g_build_filename(folder, "out", NULL);
	g_autofree char *one = g_build_filename(out, "db/1.sql", NULL);
	g_autofree char *text = NULL;
	static const char *const there[] = { "db/sub/a b.sql", "flyway.toml" };
	static const char *const absent[] = { "db/link.sql", "other/c.sql" };

	(void)state;
	g_autoptr(GitTree) tree = git_tree_read(repository, "origin/main", NULL);
	assert_non_null(git_tree_find(tree, "other/c.sql"));
	assert_null(git_tree_find(tree, "other"));
	assert_true(git_tree_export(repository, tree, "db", out, NULL));
	assert_true(g_file_get_contents(one, &text, NULL, NULL));
	assert_string_equal(text, "SELECT 1;\n");
	for (size_t i = 0; i < G_N_ELEMENTS(there); i++) {
		g_autofree char *path = g_build_filename(out, there[i], NULL);
		g_autofree char *no = g_build_filename(out, absent[i], NULL);
		assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
		assert_false(g_file_test(no, G_FILE_TEST_EXISTS));
	}
	discard(folder);
}

/* A clone that has left the contents behind gets none by itself. */
static void
objects_missing_in_a_partial_clone_are_an_error(void **state)
{
	char *folder = make("git init -q -b main up; cd up; git config uploadpack.allowFilter true; "
	                    "put db/1.sql 'SELECT 1;'; commit; put db/1.sql 'SELECT 2;'; commit; cd ..; "
	                    "git clone -q --filter=blob:none \"file://$PWD/up\" work");
	g_autoptr(GitRepository) repository = open_in(folder, "work");
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_true(repository->partial);
	g_autoptr(GitTree) tree = git_tree_read(repository, "HEAD^", &error);
	assert_non_null(tree);
	assert_false(git_tree_export(repository, tree, "db", folder, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "db/1.sql"));
	assert_non_null(strstr(error->message, "git fetch --refetch --no-filter origin"));
	discard(folder);
}

static void
a_submodule_is_a_repository_of_its_own(void **state)
{
	char *folder = make(
	    "git init -q -b main lib; cd lib; put 1.sql x; commit; cd ..; git init -q -b main work; cd work; "
	    "git -c protocol.file.allow=always submodule --quiet add \"file://$PWD/../lib\" db; commit");
	g_autoptr(GitRepository) above = open_in(folder, "work");
	g_autoptr(GitRepository) below = open_in(folder, "work/db");
	g_autoptr(GitTree) tree = git_tree_read(above, "HEAD", NULL);
	const GitFile *link = git_tree_find(tree, "db");

	(void)state;
	assert_null(above->above);
	assert_string_equal(below->above, above->root);
	assert_non_null(link);
	assert_int_equal(link->kind, GIT_SUBMODULE);
	assert_string_equal(link->id, below->head);
	discard(folder);
}

static void
a_path_is_seen_from_the_root(void **state)
{
	char *folder = make(CLONE "ln -s db link");

	/* A hook has set it for the repository that it runs for. */
	g_setenv("GIT_DIR", "/nowhere", TRUE);
	g_autoptr(GitRepository) repository = open_in(folder, "work/db");
	g_autofree char *link = g_build_filename(folder, "work/link", NULL);
	g_autofree char *outside = git_repository_path(repository, folder);
	g_autofree char *inside = git_repository_path(repository, link);
	g_autofree char *root = git_repository_path(repository, repository->root);

	(void)state;
	g_unsetenv("GIT_DIR");
	assert_null(outside);
	assert_string_equal(inside, "db");
	assert_string_equal(root, ".");
	discard(folder);
}

static void
changed_paths_are_listed_from_the_root(void **state)
{
	char *folder = make(CLONE
	                    "put 'a top' y; commit; rm db/1.sql; put db/4.sql z; put .gitignore other; put other x");
	g_autoptr(GitRepository) repository = open_in(folder, "work/db");
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) committed = git_changes_list(repository, "HEAD~1", "HEAD", &error);
	g_auto(GStrv) now = git_changes_list(repository, "HEAD", NULL, &error);
	g_auto(GStrv) nowhere = git_changes_list(repository, "nowhere", NULL, &error);
	g_autofree char *one = g_strjoinv(", ", committed);
	g_autofree char *two = g_strjoinv(", ", now);

	(void)state;
	assert_string_equal(one, "a top");
	assert_string_equal(two, "db/1.sql, .gitignore, db/4.sql");
	assert_null(nowhere);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	discard(folder);
}

static void
changes_of_other_lines_are_merged(void **state)
{
	char *folder = make(CLONE "printf '1\\n2\\n3\\n4\\n5\\n' >old; sed s/1/one/ old >a; sed s/5/five/ old >b; "
	                          "sed s/1/eins/ old >c");
	g_autoptr(GitRepository) repository = open_in(folder, "work");
	g_autoptr(GError) error = NULL;
	g_autofree char *merged = git_changes_merge(repository, "a", "old", "b", &error);
	g_autofree char *conflict = git_changes_merge(repository, "a", "old", "c", &error);

	(void)state;
	assert_string_equal(merged, "one\n2\n3\n4\nfive");
	assert_null(conflict);
	assert_null(error);
	discard(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_is_known_by_its_content),
		cmocka_unit_test(the_files_of_a_commit_are_written_elsewhere),
		cmocka_unit_test(objects_missing_in_a_partial_clone_are_an_error),
		cmocka_unit_test(a_submodule_is_a_repository_of_its_own),
		cmocka_unit_test(a_path_is_seen_from_the_root),
		cmocka_unit_test(changed_paths_are_listed_from_the_root),
		cmocka_unit_test(changes_of_other_lines_are_merged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
