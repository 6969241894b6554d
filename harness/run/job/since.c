#include "run/job/since.h"

#include "base/error.h"
#include "migration/detect/formats.h"

bool
run_job_has_version(const RunJob *job, const char *version)
{
	guint n = 0;

	return migration_set_count_up_to(job->set, version, &n) && n > 0;
}

bool
run_job_set_since(RunJob *job, const char *version, GError **error)
{
	guint n = 0;

	if (migration_set_is_external(job->set))
		return base_error_set(error, BASE_ERROR_USAGE, NULL,
		                      "--since does not go with migrations that are code");
	if (!migration_set_count_up_to(job->set, version, &n))
		return base_error_set(error, BASE_ERROR_USAGE, "write its version, or the name of its file",
		                      "there is no migration \"%s\" in \"%s\"", version, job->set->directory);
	/* The same set, cut off behind the version. */
	MigrationSet *set = migration_set_load(&job->database->migrations, error);
	if (set == NULL)
		return false;
	g_ptr_array_set_size(set->migrations, (gint)n);
	RunBase *base = g_new0(RunBase, 1);
	base->set = set;
	base->label = g_strdup_printf("version %s", version);
	run_job_set_base(job, base);
	return true;
}
