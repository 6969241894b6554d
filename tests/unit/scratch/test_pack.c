#include "scratch/pack.h"

#include "scratch/folder.h"
#include "scratch/removal.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char KEY[] = "15.1\n/bin\nC";
/* The files belong to the user who runs the test. */
static const ScratchAccount ourselves = { .drops = false };

/* The environment of a test: a folder with a small data directory and the path of a pack. */
typedef struct {
	char *folder;
	char *data;
	char *pack;
	char *copy;
} Fixture;

static void
write_file(const char *folder, const char *name, const char *content, gsize length)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);

	assert_int_equal(g_mkdir_with_parents(parent, 0700), 0);
	assert_true(g_file_set_contents(path, content, (gssize)length, NULL));
}

static int
set_up(void **state)
{
	Fixture *fixture = g_new0(Fixture, 1);
	g_autofree char *wal = g_malloc0(1 << 20);

	fixture->folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	fixture->data = g_build_filename(fixture->folder, "data", NULL);
	fixture->pack = g_build_filename(fixture->folder, "pack", NULL);
	fixture->copy = g_build_filename(fixture->folder, "copy", NULL);
	memcpy(wal, "wal", 3);
	write_file(fixture->data, "PG_VERSION", "15\n", 3);
	write_file(fixture->data, "empty", "", 0);
	write_file(fixture->data, "base/1/1259", "catalog", 7);
	write_file(fixture->data, "base/5/1259", "catalog", 7);
	write_file(fixture->data, "pg_wal/0001", wal, 1 << 20);
	g_autofree char *nothing = g_build_filename(fixture->data, "pg_twophase", NULL);
	assert_int_equal(g_mkdir(nothing, 0700), 0);
	assert_int_equal(g_mkdir(fixture->copy, 0700), 0);
	*state = fixture;
	return 0;
}

static int
tear_down(void **state)
{
	Fixture *fixture = *state;
	bool removed = scratch_folder_remove(fixture->folder);

	g_free(fixture->folder);
	g_free(fixture->data);
	g_free(fixture->pack);
	g_free(fixture->copy);
	g_free(fixture);
	return removed ? 0 : -1;
}

static void
write_pack(const Fixture *fixture)
{
	g_autoptr(GError) error = NULL;

	assert_true(scratch_pack_write(fixture->pack, KEY, fixture->data, &error));
}

static void
assert_same_file(const Fixture *fixture, const char *name)
{
	g_autofree char *was = g_build_filename(fixture->data, name, NULL);
	g_autofree char *is = g_build_filename(fixture->copy, name, NULL);
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	gsize before_length = 0;
	gsize after_length = 0;

	assert_true(g_file_get_contents(was, &before, &before_length, NULL));
	assert_true(g_file_get_contents(is, &after, &after_length, NULL));
	assert_int_equal(before_length, after_length);
	assert_memory_equal(before, after, before_length);
}

static void
packed_files_are_unpacked_unchanged(void **state)
{
	const Fixture *fixture = *state;
	static const char *const files[] = { "PG_VERSION", "empty", "base/1/1259", "base/5/1259", "pg_wal/0001" };

	write_pack(fixture);
	g_autoptr(ScratchPack) pack = scratch_pack_load(fixture->pack, KEY);
	assert_non_null(pack);
	g_autofree char *version = scratch_pack_text(pack, "PG_VERSION");
	assert_string_equal(version, "15\n");
	assert_null(scratch_pack_text(pack, "PG_VERSIO"));
	g_autoptr(ScratchUnpacking) unpacking = scratch_unpacking_begin(pack, fixture->copy, &ourselves, NULL);
	assert_non_null(unpacking);
	assert_true(scratch_unpacking_write(unpacking, SCRATCH_PACK_NEEDED_FIRST, NULL));
	assert_true(scratch_unpacking_write(unpacking, SCRATCH_PACK_NEEDED_LATER, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		assert_same_file(fixture, files[i]);
	g_autofree char *nothing = g_build_filename(fixture->copy, "pg_twophase", NULL);
	GStatBuf status;
	assert_int_equal(g_stat(nothing, &status), 0);
	assert_true(S_ISDIR(status.st_mode));
	assert_int_equal(status.st_mode & 0777, 0700);
}

static void
the_databases_that_nobody_connects_to_come_later(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *template1 = g_build_filename(fixture->copy, "base/1/1259", NULL);
	g_autofree char *postgres = g_build_filename(fixture->copy, "base/5/1259", NULL);

	write_pack(fixture);
	g_autoptr(ScratchPack) pack = scratch_pack_load(fixture->pack, KEY);
	g_autoptr(ScratchUnpacking) unpacking = scratch_unpacking_begin(pack, fixture->copy, &ourselves, NULL);
	assert_true(scratch_unpacking_write(unpacking, SCRATCH_PACK_NEEDED_FIRST, NULL));
	assert_true(g_file_test(postgres, G_FILE_TEST_EXISTS));
	assert_false(g_file_test(template1, G_FILE_TEST_EXISTS));
	assert_true(scratch_unpacking_write(unpacking, SCRATCH_PACK_NEEDED_LATER, NULL));
	assert_true(g_file_test(template1, G_FILE_TEST_EXISTS));
}

static void
equal_files_and_zeros_take_no_room(void **state)
{
	const Fixture *fixture = *state;
	GStatBuf status;

	write_pack(fixture);
	assert_int_equal(g_stat(fixture->pack, &status), 0);
	assert_in_range(status.st_size, 1, 4096);
}

static void
another_key_does_not_open_it(void **state)
{
	const Fixture *fixture = *state;

	write_pack(fixture);
	assert_null(scratch_pack_load(fixture->pack, "15.2\n/bin\nC"));
	assert_null(scratch_pack_load(fixture->folder, KEY));
	assert_null(scratch_pack_load("/nowhere", KEY));
}

static void
every_changed_byte_is_noticed(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *bytes = NULL;
	gsize length = 0;

	write_pack(fixture);
	assert_true(g_file_get_contents(fixture->pack, &bytes, &length, NULL));
	for (gsize i = 0; i < length; i++) {
		bytes[i] = (char)(bytes[i] ^ 0x10);
		assert_true(g_file_set_contents(fixture->pack, bytes, (gssize)length, NULL));
		assert_null(scratch_pack_load(fixture->pack, KEY));
		bytes[i] = (char)(bytes[i] ^ 0x10);
	}
}

static void
every_length_but_the_right_one_is_noticed(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *bytes = NULL;
	gsize length = 0;

	write_pack(fixture);
	assert_true(g_file_get_contents(fixture->pack, &bytes, &length, NULL));
	for (gsize shorter = 0; shorter < length; shorter++) {
		assert_true(g_file_set_contents(fixture->pack, bytes, (gssize)shorter, NULL));
		assert_null(scratch_pack_load(fixture->pack, KEY));
	}
	bytes = g_realloc(bytes, length + 1);
	bytes[length] = '\0';
	assert_true(g_file_set_contents(fixture->pack, bytes, (gssize)length + 1, NULL));
	assert_null(scratch_pack_load(fixture->pack, KEY));
}

static void
a_symbolic_link_is_not_packed(void **state)
{
	const Fixture *fixture = *state;
	g_autofree char *link = g_build_filename(fixture->data, "link", NULL);
	g_autoptr(GError) error = NULL;

	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_false(scratch_pack_write(fixture->pack, KEY, fixture->data, &error));
	assert_non_null(strstr(error->message, "neither a file nor a folder"));
	assert_false(g_file_test(fixture->pack, G_FILE_TEST_EXISTS));
}

static void
nothing_that_exists_is_written_over(void **state)
{
	const Fixture *fixture = *state;
	g_autoptr(GError) error = NULL;

	write_pack(fixture);
	g_autoptr(ScratchPack) pack = scratch_pack_load(fixture->pack, KEY);
	assert_null(scratch_unpacking_begin(pack, fixture->data, &ourselves, &error));
	assert_non_null(strstr(error->message, g_strerror(EEXIST)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(packed_files_are_unpacked_unchanged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_databases_that_nobody_connects_to_come_later, set_up, tear_down),
		cmocka_unit_test_setup_teardown(equal_files_and_zeros_take_no_room, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_key_does_not_open_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_changed_byte_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_length_but_the_right_one_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_symbolic_link_is_not_packed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_that_exists_is_written_over, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
