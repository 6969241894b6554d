#include "run/job/data.h"

#include "check/proof/data.h"
#include "run/job/declared.h"

bool
run_job_load_files(CheckWorkspace *workspace, const GPtrArray *files, GError **error)
{
	if (!db_session_execute(workspace->session, "BEGIN", error))
		return false;
	for (guint i = 0; i < files->len; i++)
		if (!check_data_load(workspace, g_ptr_array_index(files, i), error))
			return false;
	return db_session_execute(workspace->session, "COMMIT", error);
}

bool
run_job_load_data(const RunJob *job, CheckWorkspace *workspace, const Migration *migration, guint *ret_n,
                  GError **error)
{
	const GPtrArray *data = job->database->data;
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	for (guint i = 0; i < data->len; i++)
		if (run_job_data_is_for(job, g_ptr_array_index(data, i), migration))
			g_ptr_array_add(files, g_ptr_array_index(data, i));
	if (files->len == 0)
		return true;
	if (!db_session_reset(workspace->session, error) || !run_job_load_files(workspace, files, error))
		return false;
	if (ret_n != NULL)
		*ret_n += files->len;
	return true;
}
