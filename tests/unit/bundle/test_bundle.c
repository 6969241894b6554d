#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "base/file.h"
#include "bundle/bundle.h"
#include "bundle/manifest.h"

/* --- A folder for each test ------------------------------------------------- */

typedef struct {
	char *folder;
	char *path; /* of a bundle in it */
} Place;

static int
begin(void **state)
{
	Place *place = g_new0(Place, 1);

	place->folder = g_dir_make_tmp("pgassay-bundle-XXXXXX", NULL);
	place->path = g_build_filename(place->folder, "sub", "shop.tar.zst", NULL);
	*state = place;
	return place->folder != NULL ? 0 : -1;
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);
		remove_tree(child);
	}
	g_remove(path);
}

static int
end(void **state)
{
	Place *place = *state;

	remove_tree(place->folder);
	g_free(place->folder);
	g_free(place->path);
	g_free(place);
	return 0;
}

static void
add_file(GPtrArray *files, const char *name, const char *text)
{
	g_ptr_array_add(files, bundle_file_new(name, g_strdup(text), strlen(text)));
}

static Bundle *
make_bundle(void)
{
	Bundle *bundle = bundle_new();
	BundleCase *test_case = g_new0(BundleCase, 1);
	BundleBase *base = g_new0(BundleBase, 1);

	bundle->program = g_strdup("0.1.0");
	bundle->suite = g_strdup("shop");
	bundle->path = g_strdup("files/suites/shop.yaml");
	bundle->directory = g_strdup("files");
	bundle->server_version = 150018;
	bundle->server = g_strdup("15.18 (Debian)");
	bundle_add_pair(bundle->settings, "TimeZone", "Europe/\"Berlin\"\n");
	bundle_add_pair(bundle->extensions, "pg_trgm", "1.6");
	g_ptr_array_add(bundle->stand_ins, g_strdup("vector"));
	base->database = g_strdup("shop");
	base->label = g_strdup("origin/main 3f2c1a9");
	base->directory = g_strdup("base/0/db");
	base->n_migrations = 12;
	g_ptr_array_add(bundle->bases, base);
	test_case->database = g_strdup("shop");
	test_case->stage = g_strdup("rows");
	test_case->name = g_strdup("0042_uniq");
	test_case->status = g_strdup("failed");
	test_case->message = g_strdup("could not create unique index: käse twice");
	test_case->line = 2;
	g_ptr_array_add(bundle->cases, test_case);
	add_file(bundle->files, "files/suites/shop.yaml", "suite: shop\n");
	add_file(bundle->files, "files/db/1_a.sql", "");
	add_file(bundle->files, "files/db/2 b.sql", "SELECT 'ä';\n");
	return bundle;
}

static Bundle *
write_and_read(const Bundle *bundle, const char *path)
{
	g_autoptr(GError) error = NULL;

	if (!bundle_write(bundle, path, &error))
		fail_msg("%s", error->message);
	Bundle *again = bundle_read(path, &error);
	if (again == NULL)
		fail_msg("%s", error->message);
	return again;
}

/* --- Reading back ---------------------------------------------------------------- */

static void
comes_back_whole(void **state)
{
	const Place *place = *state;
	g_autoptr(Bundle) bundle = make_bundle();
	g_autoptr(Bundle) again = write_and_read(bundle, place->path);
	const BundlePair *setting = g_ptr_array_index(again->settings, 0);
	const BundleBase *base = g_ptr_array_index(again->bases, 0);
	const BundleCase *test_case = g_ptr_array_index(again->cases, 0);

	assert_string_equal(again->suite, "shop");
	assert_string_equal(again->path, "files/suites/shop.yaml");
	assert_null(again->made);
	assert_int_equal(again->server_version, 150018);
	assert_string_equal(setting->value, "Europe/\"Berlin\"\n");
	assert_string_equal(((const BundlePair *)g_ptr_array_index(again->extensions, 0))->value, "1.6");
	assert_string_equal(g_ptr_array_index(again->stand_ins, 0), "vector");
	assert_int_equal(base->n_migrations, 12);
	assert_null(base->folder);
	assert_string_equal(test_case->message, "could not create unique index: käse twice");
	assert_int_equal(test_case->line, 2);
	assert_null(test_case->migration);
	assert_int_equal(again->files->len, 3);
	for (guint i = 0; i < 3; i++) {
		const BundleFile *file = g_ptr_array_index(again->files, i);
		const BundleFile *wanted = g_ptr_array_index(bundle->files, i);
		assert_string_equal(file->name, wanted->name);
		assert_string_equal(file->text, wanted->text);
	}
}

static void
same_files_give_the_same_bytes(void **state)
{
	g_autoptr(Bundle) bundle = make_bundle();
	g_autoptr(GByteArray) first = bundle_pack(bundle->files, NULL);
	g_autoptr(GByteArray) second = bundle_pack(bundle->files, NULL);

	(void)state;
	assert_non_null(first);
	assert_int_equal(first->len, second->len);
	assert_memory_equal(first->data, second->data, first->len);
}

static void
files_are_put_below_the_folder(void **state)
{
	const Place *place = *state;
	g_autoptr(Bundle) bundle = make_bundle();
	g_autofree char *folder = g_build_filename(place->folder, "out", NULL);
	g_autofree char *path = g_build_filename(folder, "files/db/2 b.sql", NULL);
	g_autofree char *text = NULL;
	gsize length = 0;

	assert_true(bundle_extract(bundle, folder, NULL));
	assert_true(base_file_read(path, 4096, &text, &length, NULL));
	assert_string_equal(text, "SELECT 'ä';\n");
}

/* --- Refused bundles ------------------------------------------------------------- */

static void
assert_refused(const char *path, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Bundle) bundle = bundle_read(path, &error);

	if (bundle != NULL)
		fail_msg("it was read, and not: %s", expected);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	if (strstr(error->message, expected) == NULL)
		fail_msg("%s: expected: %s", error->message, expected);
}

static void
write_files(const Place *place, const GPtrArray *files)
{
	g_autoptr(GByteArray) bytes = bundle_pack(files, NULL);
	g_autofree char *folder = g_path_get_dirname(place->path);

	assert_int_equal(g_mkdir_with_parents(folder, 0700), 0);
	assert_true(base_file_write(place->path, "test", (const char *)bytes->data, bytes->len, NULL));
}

/* The parts of a bundle in their order, so that a test can change one. */
static GPtrArray *
take_parts(const Place *place)
{
	g_autoptr(Bundle) bundle = make_bundle();
	GPtrArray *files = NULL;

	assert_true(bundle_write(bundle, place->path, NULL));
	files = bundle_unpack(place->path, NULL);
	assert_non_null(files);
	assert_int_equal(files->len, 5);
	return files;
}

static void
replace_text(GPtrArray *files, guint index, const char *text)
{
	BundleFile *file = g_ptr_array_index(files, index);

	g_free(file->text);
	file->text = g_strdup(text);
	file->length = strlen(text);
}

/* A manifest with its checksum. */
static void
replace_manifest(GPtrArray *files, const char *text)
{
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

	replace_text(files, 0, text);
	replace_text(files, files->len - 1, sum);
}

static void
changed_parts_are_found(void **state)
{
	const Place *place = *state;
	g_autoptr(GPtrArray) file = take_parts(place);
	g_autoptr(GPtrArray) manifest = take_parts(place);
	g_autoptr(GPtrArray) added = take_parts(place);
	g_autoptr(GPtrArray) order = take_parts(place);

	write_files(place, file);
	g_autoptr(Bundle) whole = bundle_read(place->path, NULL);
	assert_non_null(whole);
	replace_text(file, 1, "suite: shop # changed\n");
	write_files(place, file);
	assert_refused(place->path, "\"files/suites/shop.yaml\" was changed");
	replace_text(manifest, 0, "{}");
	write_files(place, manifest);
	assert_refused(place->path, "its manifest was changed");
	g_ptr_array_insert(added, 1, bundle_file_new("files/more.sql", g_strdup("x"), 1));
	write_files(place, added);
	assert_refused(place->path, "files are missing, or were added");
	g_ptr_array_insert(order, 1, g_ptr_array_steal_index(order, 2));
	write_files(place, order);
	assert_refused(place->path, "was changed");
}

static void
missing_parts_are_found(void **state)
{
	const Place *place = *state;
	g_autoptr(GPtrArray) without_end = take_parts(place);
	g_autoptr(GPtrArray) without_file = take_parts(place);
	g_autoptr(GPtrArray) without_manifest = take_parts(place);
	g_autoptr(GPtrArray) nothing = g_ptr_array_new();

	g_ptr_array_remove_index(without_end, 4);
	write_files(place, without_end);
	assert_refused(place->path, "its end is missing");
	g_ptr_array_remove_index(without_file, 2);
	write_files(place, without_file);
	assert_refused(place->path, "files are missing, or were added");
	g_ptr_array_remove_index(without_manifest, 0);
	write_files(place, without_manifest);
	assert_refused(place->path, "it does not begin with a manifest");
	write_files(place, nothing);
	assert_refused(place->path, "it does not begin with a manifest");
}

/* Wherever it is cut off, it is never taken for a whole one. */
static void
cut_files_are_refused(void **state)
{
	const Place *place = *state;
	g_autoptr(Bundle) bundle = make_bundle();
	g_autofree char *bytes = NULL;
	gsize length = 0;

	assert_true(bundle_write(bundle, place->path, NULL));
	assert_true(base_file_read(place->path, BUNDLE_ARCHIVE_MAX, &bytes, &length, NULL));
	for (gsize n = 0; n < length; n += 7) {
		assert_true(base_file_write(place->path, "test", bytes, n, NULL));
		assert_refused(place->path, "is no bundle that can be used");
	}
	assert_true(base_file_write(place->path, "test", "no archive", 10, NULL));
	assert_refused(place->path, "is no bundle that can be used");
}

static void
other_manifests_are_refused(void **state)
{
	static const struct {
		const char *manifest;
		const char *expected;
	} rows[] = {
		{ "no JSON", "its manifest is not JSON" },
		{ "[]", "its manifest is not JSON" },
		{ "{}", "its manifest is of something else" },
		{ "{\"format\": 7}", "its manifest is of something else" },
		{ "{\"format\": \"pgassay bundle\", \"version\": 99, \"program\": \"9.0\"}",
		  "was written by pgassay 9.0, whose bundles this one" },
		{ "{\"format\": \"pgassay bundle\", \"version\": 1}", "files are missing, or were added" },
		{ "{\"format\": \"pgassay bundle\", \"version\": 1, \"files\": [1, 2, 3]}", "was changed" },
	};
	const Place *place = *state;

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) files = take_parts(place);
		replace_manifest(files, rows[i].manifest);
		write_files(place, files);
		assert_refused(place->path, rows[i].expected);
	}
}

/* --- Archives that somebody else has made --------------------------------------------- */

static la_ssize_t
append(struct archive *archive, void *data, const void *bytes, size_t length)
{
	(void)archive;
	g_byte_array_append(data, bytes, (guint)length);
	return (la_ssize_t)length;
}

/* One entry of that type and name, with a size that it may not have. */
static void
write_entry(const Place *place, const char *name, unsigned type, gint64 size)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autofree char *folder = g_path_get_dirname(place->path);
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	archive_write_add_filter_zstd(archive);
	archive_write_set_format_pax_restricted(archive);
	archive_write_set_bytes_in_last_block(archive, 1); /* nothing behind the packed bytes */
	archive_write_open(archive, bytes, NULL, append, NULL);
	archive_entry_set_pathname_utf8(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, size);
	if (type == AE_IFLNK)
		archive_entry_set_symlink_utf8(entry, "/etc/passwd");
	archive_write_header(archive, entry);
	if (size == 1)
		archive_write_data(archive, "x", 1);
	archive_entry_free(entry);
	archive_write_free(archive);
	g_mkdir_with_parents(folder, 0700);
	assert_true(base_file_write(place->path, "test", (const char *)bytes->data, bytes->len, NULL));
}

static void
names_stay_below_the_top(void **state)
{
	static const char *const names[] = { "../a", "a/../../b", "/etc/a", "a//b", "./a", "a/./b", "a/..", ".." };
	const Place *place = *state;
	g_autoptr(GPtrArray) good = NULL;

	write_entry(place, "a/b.sql", AE_IFREG, 1);
	good = bundle_unpack(place->path, NULL);
	assert_non_null(good);
	assert_int_equal(good->len, 1);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		write_entry(place, names[i], AE_IFREG, 1);
		assert_refused(place->path, "it holds something else than files below its top");
	}
}

static void
only_files_of_a_sane_size(void **state)
{
	const Place *place = *state;

	write_entry(place, "link", AE_IFLNK, 0);
	assert_refused(place->path, "it holds something else than files below its top");
	write_entry(place, "folder", AE_IFDIR, 0);
	assert_refused(place->path, "it holds something else than files below its top");
	write_entry(place, "pipe", AE_IFIFO, 0);
	assert_refused(place->path, "it holds something else than files below its top");
	write_entry(place, "huge", AE_IFREG, (gint64)BUNDLE_CONTENTS_MAX + 1);
	assert_refused(place->path, "it holds more than any run has read");
}

static void
a_missing_file_is_reported(void **state)
{
	const Place *place = *state;
	g_autoptr(GError) error = NULL;

	assert_null(bundle_read(place->path, &error));
	assert_non_null(strstr(error->message, "shop.tar.zst"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back_whole, begin, end),
		cmocka_unit_test(same_files_give_the_same_bytes),
		cmocka_unit_test_setup_teardown(files_are_put_below_the_folder, begin, end),
		cmocka_unit_test_setup_teardown(changed_parts_are_found, begin, end),
		cmocka_unit_test_setup_teardown(missing_parts_are_found, begin, end),
		cmocka_unit_test_setup_teardown(cut_files_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(other_manifests_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(names_stay_below_the_top, begin, end),
		cmocka_unit_test_setup_teardown(only_files_of_a_sane_size, begin, end),
		cmocka_unit_test_setup_teardown(a_missing_file_is_reported, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
