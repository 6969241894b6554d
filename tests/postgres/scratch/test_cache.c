#include "support.h"

#include "scratch/cache.h"
#include "scratch/removal.h"

static ScratchCache *
open_cache(void)
{
	static const ScratchOptions options = { 0 };
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(&options, NULL);

	assert_non_null(binaries);
	return scratch_cache_open(binaries, scratch_cache_locale(), private_folder);
}

/* Starts and stops a server and gives the identity of its data directory. */
static char *
identity_of_a_start(void)
{
	g_autoptr(ScratchServer) server = start_server();

	return identity_of(server);
}

static void
the_second_start_copies_the_first(void **state)
{
	(void)state;
	forget_cache();
	g_autofree char *first = identity_of_a_start();
	g_autofree char *second = identity_of_a_start();

	assert_string_equal(first, second);
}

/* --- Broken ones --------------------------------------------------------- */

static void
truncate_it(const char *path)
{
	GStatBuf status;

	assert_int_equal(g_stat(path, &status), 0);
	assert_int_equal(truncate(path, status.st_size / 2), 0);
}

static void
empty_it(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void
change_a_byte(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;

	assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	bytes[length / 2] = (char)(bytes[length / 2] ^ 1);
	assert_true(g_file_set_contents(path, bytes, (gssize)length, NULL));
}

static void
replace_by_a_folder(const char *path)
{
	assert_int_equal(g_unlink(path), 0);
	assert_int_equal(g_mkdir(path, 0700), 0);
}

/* Stores what the server cannot start from, the way a good template is stored. */
static void
store_data(const char *version)
{
	g_autoptr(ScratchCache) cache = open_cache();
	g_autofree char *data = g_build_filename(private_folder, "wrong", NULL);
	g_autofree char *file = g_build_filename(data, "PG_VERSION", NULL);

	assert_int_equal(g_mkdir(data, 0700), 0);
	assert_true(g_file_set_contents(file, version, -1, NULL));
	assert_true(scratch_cache_lock(cache, NULL));
	scratch_cache_store(cache, data);
	assert_true(scratch_folder_remove(data));
}

static void
store_another_version(const char *path)
{
	(void)path;
	store_data("9.6\n");
}

static void
store_what_does_not_start(const char *path)
{
	static const ScratchOptions options = { 0 };
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(&options, NULL);
	g_autofree char *version = g_strdup_printf("%d\n", binaries->version / 10000);
	g_autoptr(ScratchCache) cache = open_cache();

	(void)path;
	store_data(version);
	/* Only the server itself can detect it. */
	g_autoptr(ScratchPack) pack = scratch_cache_load(cache);
	assert_non_null(pack);
}

/* Stores a template as it was before the binaries were upgraded. */
static void
store_an_outdated_one(const char *path)
{
	static const ScratchOptions options = { 0 };
	g_autoptr(ScratchBinaries) binaries = scratch_binaries_find(&options, NULL);
	g_autofree char *data = g_build_filename(private_folder, "old", NULL);
	g_autofree char *file = g_build_filename(data, "PG_VERSION", NULL);
	g_autofree char *content = g_strdup_printf("%d\n", binaries->version / 10000);

	g_free(binaries->version_text);
	binaries->version_text = g_strdup_printf("%d.0", binaries->version / 10000);
	g_autoptr(ScratchCache) cache = scratch_cache_open(binaries, scratch_cache_locale(), private_folder);
	assert_string_equal(scratch_cache_path(cache), path);
	assert_int_equal(g_mkdir(data, 0700), 0);
	assert_true(g_file_set_contents(file, content, -1, NULL));
	assert_true(scratch_cache_lock(cache, NULL));
	scratch_cache_store(cache, data);
	g_autoptr(ScratchPack) pack = scratch_cache_load(cache);
	assert_non_null(pack);
	assert_true(scratch_folder_remove(data));
}

static void
a_broken_or_outdated_template_is_made_again(void **state)
{
	(void)state;
	static void (*const ways[])(const char *path) = {
		truncate_it,           empty_it,
		change_a_byte,         store_another_version,
		store_an_outdated_one, store_what_does_not_start,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(ScratchCache) cache = open_cache();
		g_autofree char *before = identity_of_a_start();
		ways[i](scratch_cache_path(cache));
		g_autofree char *after = identity_of_a_start();
		g_autofree char *again = identity_of_a_start();
		assert_string_not_equal(before, after);
		assert_string_equal(after, again);
		assert_nothing_left();
	}
}

static void
a_template_that_cannot_be_replaced_is_done_without(void **state)
{
	(void)state;
	g_autoptr(ScratchCache) cache = open_cache();

	g_free(identity_of_a_start());
	replace_by_a_folder(scratch_cache_path(cache));
	g_free(identity_of_a_start());
	assert_nothing_left();
	forget_cache();
}

static void
a_cache_that_cannot_be_written_is_done_without(void **state)
{
	(void)state;
	g_autofree char *before = g_strdup(g_getenv("XDG_CACHE_HOME"));
	g_autofree char *name = g_strdup_printf("pgassay-cache-%u", (guint)geteuid());
	g_autofree char *instead = g_build_filename(private_folder, name, NULL);

	g_setenv("XDG_CACHE_HOME", "/proc/nowhere", TRUE);
	g_autofree char *first = identity_of_a_start();
	assert_true(is_there(instead));
	g_autofree char *second = identity_of_a_start();
	assert_string_equal(first, second);
	/* Somebody else could have put something there. */
	assert_int_equal(g_chmod(instead, 0777), 0);
	g_autofree char *third = identity_of_a_start();
	assert_string_not_equal(second, third);
	g_setenv("XDG_CACHE_HOME", before, TRUE);
	assert_true(scratch_folder_remove(instead));
}

/* As root with the environment of an ordinary user, as sudo leaves it. */
static void
the_cache_of_another_user_is_left_alone(void **state)
{
	(void)state;
	g_autofree char *before = g_strdup(g_getenv("XDG_CACHE_HOME"));
	g_autofree char *theirs = g_build_filename(private_folder, "theirs", NULL);

	if (geteuid() != 0)
		skip();
	assert_int_equal(g_mkdir(theirs, 0700), 0);
	assert_int_equal(chown(theirs, 65534, 65534), 0);
	g_setenv("XDG_CACHE_HOME", theirs, TRUE);
	g_autoptr(ScratchCache) cache = open_cache();
	g_setenv("XDG_CACHE_HOME", before, TRUE);
	assert_false(g_str_has_prefix(scratch_cache_path(cache), theirs));
	assert_int_equal(g_rmdir(theirs), 0);
	g_autofree char *folder = g_path_get_dirname(scratch_cache_path(cache));
	assert_true(scratch_folder_remove(folder));
}

static void
a_home_is_enough(void **state)
{
	(void)state;
	g_autofree char *cache_home = g_strdup(g_getenv("XDG_CACHE_HOME"));
	g_autofree char *home = g_strdup(g_getenv("HOME"));
	g_autofree char *ours = g_build_filename(private_folder, "home", NULL);
	g_autofree char *folder = g_build_filename(ours, ".cache/pgassay/", NULL);

	assert_int_equal(g_mkdir(ours, 0700), 0);
	g_unsetenv("XDG_CACHE_HOME");
	g_setenv("HOME", ours, TRUE);
	g_autoptr(ScratchCache) cache = open_cache();
	assert_true(g_str_has_prefix(scratch_cache_path(cache), folder));
	g_setenv("XDG_CACHE_HOME", cache_home, TRUE);
	if (home != NULL)
		g_setenv("HOME", home, TRUE);
	else
		g_unsetenv("HOME");
}

/* --- At once ------------------------------------------------------------- */

static const char *report_to;

static int
start_and_report(void)
{
	g_autofree char *identity = identity_of_a_start();

	return g_file_set_contents(report_to, identity, -1, NULL) ? 0 : 1;
}

static void
first_starts_at_once_make_one_template(void **state)
{
	(void)state;
	pid_t children[3];
	g_autofree char *first = NULL;

	forget_cache();
	for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
		g_autofree char *path = g_strdup_printf("%s/report-%zu", private_folder, i);
		report_to = path;
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			exit(start_and_report());
	}
	for (gsize i = 0; i < G_N_ELEMENTS(children); i++) {
		g_autofree char *path = g_strdup_printf("%s/report-%zu", private_folder, i);
		g_autofree char *identity = NULL;
		int status = -1;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
		assert_true(g_file_get_contents(path, &identity, NULL, NULL));
		if (first == NULL)
			first = g_steal_pointer(&identity);
		else
			assert_string_equal(identity, first);
	}
	assert_nothing_left();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_second_start_copies_the_first),
		cmocka_unit_test(a_broken_or_outdated_template_is_made_again),
		cmocka_unit_test(a_template_that_cannot_be_replaced_is_done_without),
		cmocka_unit_test(a_cache_that_cannot_be_written_is_done_without),
		cmocka_unit_test(the_cache_of_another_user_is_left_alone),
		cmocka_unit_test(a_home_is_enough),
		cmocka_unit_test(first_starts_at_once_make_one_template),
	};

	return cmocka_run_group_tests(tests, make_private_folder, remove_private_folder);
}
