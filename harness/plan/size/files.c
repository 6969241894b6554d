#include "plan/size/files.h"

#include "plan/size/length.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Far above the numbers that a new cluster uses; and never used twice in a process, because the server may still
 * cache pages of an earlier file. */
#define FILES_FIRST 0xe0000000U

struct PlanFiles {
	char *data_directory;
	char *folder;        /* of the database, below it */
	GHashTable *numbers; /* "pages" or "pages height", to GUINT_TO_POINTER(number) */
};

static gint files_taken; /* all that this process has made; atomic */

PlanFiles *
plan_files_new(DbSession *session, GError **error)
{
	g_autoptr(PlanFiles) files = g_new0(PlanFiles, 1);
	g_autoptr(DbResult) row = db_session_query(session, error,
	                                           "SELECT pg_catalog.current_setting('data_directory'), "
	                                           "pg_catalog.pg_relation_filepath('pg_catalog.pg_class')",
	                                           NULL);

	if (row == NULL)
		return NULL;
	files->data_directory = g_strdup(db_result_value(row, 0, 0));
	files->folder = g_path_get_dirname(db_result_value(row, 0, 1));
	files->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return g_steal_pointer(&files);
}

/* All segments of one. */
static void
files_remove(const PlanFiles *files, guint number)
{
	g_autofree char *first = g_strdup_printf("%s/%s/%u", files->data_directory, files->folder, number);

	unlink(first);
	for (guint segment = 1;; segment++) {
		g_autofree char *name = g_strdup_printf("%s.%u", first, segment);
		if (unlink(name) != 0)
			return;
	}
}

void
plan_files_free(PlanFiles *files)
{
	GHashTableIter iterator;
	gpointer number;

	if (files == NULL)
		return;
	if (files->numbers != NULL) {
		g_hash_table_iter_init(&iterator, files->numbers);
		while (g_hash_table_iter_next(&iterator, NULL, &number))
			files_remove(files, GPOINTER_TO_UINT(number));
		g_hash_table_unref(files->numbers);
	}
	g_free(files->data_directory);
	g_free(files->folder);
	g_free(files);
}

const char *
plan_files_data_directory(const PlanFiles *files)
{
	return files->data_directory;
}

bool
plan_files_fit(const PlanFiles *files, const char *path, const char *method)
{
	/* For these the planner reads only the length of the file, and for GIN a page that may be empty. */
	static const char *const methods[] = { "btree", "hash", "gist", "spgist", "gin" };
	g_autofree char *folder = g_path_get_dirname(path);

	if (strcmp(folder, files->folder) != 0)
		return false;
	for (gsize i = 0; method != NULL && i < G_N_ELEMENTS(methods); i++)
		if (strcmp(methods[i], method) == 0)
			return true;
	return method == NULL;
}

/* An empty file of the server's user. */
static bool
files_create(const PlanFiles *files, const char *path, GError **error)
{
	g_autofree char *folder = g_build_filename(files->data_directory, files->folder, NULL);
	g_autofree char *name = g_build_filename(files->data_directory, path, NULL);
	struct stat owner;
	int file = stat(folder, &owner) == 0 ? open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_CREAT | O_EXCL, 0600)
	                                     : -1;
	bool done = file >= 0 && (geteuid() != 0 || fchown(file, owner.st_uid, owner.st_gid) == 0);

	if (!done)
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
		               "could not make the file \"%s\" of the scratch server: %s", name, g_strerror(errno));
	if (file >= 0)
		close(file);
	return done;
}

static bool
files_make(PlanFiles *files, char *key, double pages, const gint *height, guint *ret_number, GError **error)
{
	guint number = FILES_FIRST + (guint)g_atomic_int_add(&files_taken, 1);
	g_autofree char *path = g_strdup_printf("%s/%u", files->folder, number);

	/* First into the table, so that it is removed whatever happens. */
	g_hash_table_insert(files->numbers, key, GUINT_TO_POINTER(number));
	if (!files_create(files, path, error) ||
	    (height != NULL && !plan_btree_write(files->data_directory, path, *height, error)) ||
	    !plan_length_set(files->data_directory, path, pages, error))
		return false;
	*ret_number = number;
	return true;
}

bool
plan_files_get(PlanFiles *files, double pages, guint *ret_number, GError **error)
{
	g_autofree char *key = g_strdup_printf("%.0f", pages);
	gpointer number = g_hash_table_lookup(files->numbers, key);

	*ret_number = GPOINTER_TO_UINT(number);
	return number != NULL || files_make(files, g_steal_pointer(&key), pages, NULL, ret_number, error);
}

bool
plan_files_get_btree(PlanFiles *files, double pages, guint height, guint *ret_number, GError **error)
{
	gint levels = pages > 1 ? (gint)height : -1;
	g_autofree char *key = g_strdup_printf("%.0f %d", pages, levels);
	gpointer number = g_hash_table_lookup(files->numbers, key);

	*ret_number = GPOINTER_TO_UINT(number);
	return number != NULL || files_make(files, g_steal_pointer(&key), pages, &levels, ret_number, error);
}
