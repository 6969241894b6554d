#include "run/job/server.h"

#include "base/error.h"

#define STAND_IN_BYTES_MAX ((gsize)1024 * 1024)

static bool
job_server_check_version(const ScratchServer *server, const Suite *suite, GError **error)
{
	guint major = (guint)scratch_server_version(server) / 10000;
	g_autoptr(GString) wanted = g_string_new(NULL);

	for (guint i = 0; i < suite->versions->len; i++) {
		guint version = g_array_index(suite->versions, guint, i);
		if (version == major)
			return true;
		g_string_append_printf(wanted, "%s%u", i > 0 ? ", " : "", version);
	}
	if (suite->versions->len == 0)
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "point at another server, or change \"version\" in the suite",
	                      "suite \"%s\" wants PostgreSQL %s, but the server (%s) is %s", suite->name, wanted->str,
	                      scratch_server_origin(server), scratch_server_version_text(server));
}

static bool
check_extension(ScratchServer *server, const Suite *suite, const char *name, GError **error)
{
	bool has = false;

	if (g_hash_table_contains(suite->stand_ins, name))
		return true;
	if (!scratch_server_has_extension(server, name, &has, error) || has)
		return has;
	g_autofree char *hint = g_strdup_printf("install the package that has it (on Debian postgresql-contrib, or one "
	                                        "named like postgresql-%d-%s), or give "
	                                        "the suite a file for it under server: stand_ins:",
	                                        scratch_server_version(server) / 10000, name);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, hint,
	                      "suite \"%s\" needs the extension \"%s\", which the server (%s) lacks", suite->name, name,
	                      scratch_server_origin(server));
}

bool
run_server_prepare(ScratchServer *server, const Suite *suite, GError **error)
{
	if (!job_server_check_version(server, suite, error))
		return false;
	for (guint i = 0; i < suite->extensions->len; i++)
		if (!check_extension(server, suite, g_ptr_array_index(suite->extensions, i), error))
			return false;
	for (guint i = 0; i < suite->roles->len; i++)
		if (!scratch_server_create_role(server, g_ptr_array_index(suite->roles, i), error))
			return false;
	return true;
}

static void
job_server_unref_source(gpointer data)
{
	base_source_unref(data);
}

bool
run_server_stand_ins(ScratchServer *server, const Suite *suite, MigrationStandIns *ret_stand_ins, GError **error)
{
	g_autoptr(GHashTable) sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, job_server_unref_source);
	GHashTableIter iterator;
	gpointer name;
	gpointer value;

	g_hash_table_iter_init(&iterator, suite->stand_ins);
	while (g_hash_table_iter_next(&iterator, &name, &value)) {
		const SuiteFile *file = value;
		bool has = false;
		if (!scratch_server_has_extension(server, name, &has, error))
			return false;
		if (has)
			continue;
		Source *source = base_source_load(file->path, STAND_IN_BYTES_MAX, error);
		if (source == NULL)
			return false;
		g_hash_table_insert(sources, g_strdup(name), source);
	}
	ret_stand_ins->sources = g_steal_pointer(&sources);
	return true;
}
