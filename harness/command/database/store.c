#include "command/database/store.h"

#include "base/file.h"
#include "check/proof/shared_objects.h"
#include "command/check/cache.h"
#include "run/job/server.h"

#include <string.h>

/* Digits of a checksum in the name of a database. */
#define NAME_DIGITS 32

/* Maximum size of a file with rows. */
#define FILE_MAX ((gsize)256 * 1024 * 1024)

static void
store_add(GChecksum *sum, const char *text)
{
	if (text != NULL)
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
	g_checksum_update(sum, (const guchar *)"", 1);
}

static void
store_add_number(GChecksum *sum, guint number)
{
	g_autofree char *text = g_strdup_printf("%u", number);

	store_add(sum, text);
}

static bool
store_add_text(GChecksum *sum, const char *path)
{
	g_autofree char *text = NULL;
	gsize length = 0;

	if (!base_file_read(path, FILE_MAX, &text, &length, NULL))
		return false;
	store_add_number(sum, (guint)length);
	g_checksum_update(sum, (const guchar *)text, (gssize)length);
	return true;
}

static bool
store_add_file(GChecksum *sum, const SuiteData *data)
{
	store_add(sum, data->migration);
	store_add(sum, data->table);
	return store_add_text(sum, data->path);
}

/* In the order of the names. */
static bool
store_add_stand_ins(GChecksum *sum, GHashTable *stand_ins)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(stand_ins), (GCompareFunc)strcmp);

	for (GList *name = names; name != NULL; name = name->next) {
		store_add(sum, name->data);
		if (!store_add_text(sum, ((const SuiteFile *)g_hash_table_lookup(stand_ins, name->data))->path))
			return false;
	}
	return true;
}

static bool
store_add_files(GChecksum *sum, const GPtrArray *files)
{
	for (guint i = 0; files != NULL && i < files->len; i++)
		if (!store_add_file(sum, g_ptr_array_index(files, i)))
			return false;
	store_add(sum, NULL);
	return true;
}

/* Unlogged tables are empty when a server starts that was not shut down. */
static bool
store_fits(const RunJob *job)
{
	return job->baseline_schema == NULL && !migration_set_is_external(job->set) &&
	       !check_shared_objects_in_set(job->set) && !check_shared_objects_set_says(job->set, "\\bunlogged\\b");
}

/* NULL: a file cannot be read; the code that builds the database reports it. */
static char *
store_key_of(const RunJob *job, const RunBuildOptions *build)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *migrations = command_check_cache_key(job, job->set);

	store_add(sum, migrations);
	store_add(sum, build->until != NULL ? build->until->name : NULL);
	store_add_number(sum, build->before);
	store_add_number(sum, build->rows);
	if (!store_add_stand_ins(sum, job->suite->stand_ins) ||
	    !store_add_files(sum, build->data ? job->database->data : NULL) || !store_add_files(sum, build->seeds))
		return NULL;
	return g_strdup(g_checksum_get_string(sum));
}

char *
command_store_key(const GPtrArray *jobs, const RunBuildOptions *build, GPtrArray **ret_names)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) key = g_string_new("exec\n");

	for (guint i = 0; i < jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(jobs, i);
		g_autofree char *one = store_fits(job) ? store_key_of(job, build) : NULL;
		if (one == NULL)
			return NULL;
		g_string_append_printf(key, "%s %s\n", job->database->name, one);
		g_ptr_array_add(names, g_strdup_printf("exec %u %.*s", i, NAME_DIGITS, one));
	}
	*ret_names = g_steal_pointer(&names);
	return g_string_free(g_steal_pointer(&key), FALSE);
}

bool
command_store_fits_server(ScratchServer *server, const Suite *suite)
{
	MigrationStandIns used = { 0 };

	if (!run_server_stand_ins(server, suite, &used, NULL))
		return false;
	guint n = g_hash_table_size(used.sources);
	g_hash_table_unref(used.sources);
	return n == g_hash_table_size(suite->stand_ins);
}
