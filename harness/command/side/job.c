#include "command/side/job.h"

#include "base/error.h"

const RunJob *
command_find_job(const RunPlan *plan, const char *name, GError **error)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (name != NULL ? g_str_equal(job->database->name, name) : plan->jobs->len == 1)
			return job;
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", job->database->name);
	}
	if (plan->suites->len > 1) {
		base_error_set(error, BASE_ERROR_USAGE, "name the file of one of them", "here are %u suites",
		               plan->suites->len);
		return NULL;
	}
	g_autofree char *hint = g_strdup_printf("the databases are: %s", names->str);
	if (name != NULL)
		base_error_set(error, BASE_ERROR_USAGE, hint, "the suite has no database \"%s\"", name);
	else
		base_error_set(error, BASE_ERROR_USAGE, hint, "the suite has several databases: name one of them");
	return NULL;
}
