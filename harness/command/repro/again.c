#include "command/repro/again.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "run/stage/stage.h"

static void
again_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

void
command_repro_again_clear(CommandReproAgain *again)
{
	run_result_clear(&again->result);
	g_clear_pointer(&again->servers, g_ptr_array_unref);
}

/* The first selected case that failed, or else the first selected case that was run. */
static const ReportCase *
again_find(const RunSelection *selection, const ReportRun *report)
{
	const ReportCase *first = NULL;

	for (guint i = 0; i < report->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(report->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (!run_selection_has(selection, test_case))
				continue;
			if (report_case_is_bad(test_case))
				return test_case;
			first = first != NULL ? first : test_case;
		}
	}
	return first;
}

bool
command_repro_again(const RunPlan *plan, const RunOptions *options, const char *pattern, CommandReproAgain *ret_again,
                    GError **error)
{
	const char *const only[] = { pattern, NULL };
	g_autoptr(RunSelection) selection = run_selection_new("--case", only, NULL, error);
	g_auto(CommandReproAgain)
	    again = { .servers = options->servers != NULL ? g_ptr_array_ref(options->servers)
		                                          : g_ptr_array_new_with_free_func(again_stop_server) };
	RunOptions wanted = *options;

	wanted.selection = selection;
	wanted.servers = again.servers;
	wanted.shard = (RunShard){ 0 };
	wanted.console = NULL;
	wanted.keep = wanted.keep_failed = false;
	wanted.lasting = options->keep || options->keep_failed;
	wanted.fail_fast = wanted.hold = true;
	if (selection == NULL || !run_selection_check(selection, plan, run_stage_names(), error) ||
	    !run_all(plan, &wanted, &again.result, error))
		return false;
	base_interrupt_settle();
	if (!base_interrupt_check(error))
		return false;
	again.test_case = again_find(selection, again.result.report);
	again.database = again.result.held->len > 0 ? g_ptr_array_index(again.result.held, 0) : NULL;
	*ret_again = again;
	again = (CommandReproAgain){ 0 };
	return true;
}
