#include "run/stage/impact/accept.h"

#include "impact/finding.h"

static const char acceptances_case[] = "accepted findings occur";

/* --- One migration -------------------------------------------------------------- */

/* The migration in whose file the finding is. */
static const Migration *
impact_find_migration(const RunJob *job, const ReportFinding *finding)
{
	for (guint i = 0; i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		if (g_strcmp0(migration_script_position(migration->up).path, finding->position.path) == 0)
			return migration;
	}
	return NULL;
}

void
run_impact_judge(const RunJob *job, ReportObservation *observation)
{
	for (guint i = 0; i < observation->findings->len; i++) {
		ReportFinding *finding = g_ptr_array_index(observation->findings, i);
		const Migration *migration = impact_find_migration(job, finding);
		const ImpactAcceptance *acceptance = migration != NULL
		                                         ? impact_settings_accept(job->impact, migration, finding)
		                                         : NULL;
		if (acceptance != NULL)
			finding->accepted = g_strdup(acceptance->reason);
		else
			finding->fails = impact_settings_fails(job->impact, finding);
	}
}

/* Those of a kind: they fail, they do not, they are accepted. */
static GPtrArray *
impact_list(const ReportObservation *observation, bool fails, bool accepted)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < observation->findings->len; i++) {
		const ReportFinding *finding = g_ptr_array_index(observation->findings, i);
		if (finding->fails == fails && (finding->accepted != NULL) == accepted)
			g_ptr_array_add(list, (gpointer)finding);
	}
	return list;
}

/* The most important finding: one that can fail, rather than one that nearly every migration has. */
static const ReportFinding *
impact_choose_first(const GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		const ReportFinding *finding = g_ptr_array_index(list, i);
		if (impact_finding_kind(finding->code)->fails)
			return finding;
	}
	return list->len > 0 ? g_ptr_array_index(list, 0) : NULL;
}

static void
impact_describe_way(GString *text, const ReportFinding *finding)
{
	if (finding->accepted != NULL)
		g_string_append_printf(text, "\naccepted: %s", finding->accepted);
	else if (finding->advice != NULL)
		g_string_append_printf(text, "\nhint: %s", finding->advice);
}

static void
impact_describe_all(GString *text, const GPtrArray *list, const ReportFinding *but)
{
	for (guint i = 0; i < list->len; i++) {
		const ReportFinding *finding = g_ptr_array_index(list, i);
		g_autofree char *place = base_position_format(finding->position);
		if (finding == but)
			continue;
		g_string_append_printf(text, "%s%s: %s: %s", text->len > 0 ? "\n" : "", place, finding->code,
		                       finding->message);
		impact_describe_way(text, finding);
	}
}

/* The first finding that fails is the message; the others follow with their places. */
static void
impact_fail(const GPtrArray *failing, const GPtrArray *others, ReportCase *test_case)
{
	const ReportFinding *first = impact_choose_first(failing);
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "%s: %s", first->code, first->message);
	impact_describe_way(text, first);
	impact_describe_all(text, failing, first);
	impact_describe_all(text, others, NULL);
	test_case->position = first->position;
	report_case_set(test_case, REPORT_FAILED, "%s", text->str);
}

/* Everything is in the output, which reports show of cases that passed, too. */
static void
impact_pass(const GPtrArray *others, ReportCase *test_case)
{
	const ReportFinding *first = impact_choose_first(others);
	g_autofree char *more = others->len > 1 ? g_strdup_printf(", and %u more", others->len - 1) : g_strdup("");
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *table = test_case->notes;

	report_case_set(test_case, REPORT_PASSED, "%s: %s%s", first->code, first->message, more);
	impact_describe_all(text, others, NULL);
	test_case->notes = g_strjoin("\n", text->str, table, NULL);
}

static char *
impact_render(const ReportObservation *observation)
{
	char *table = report_observation_render(observation);

	if (observation->timeline->len == 0)
		return table;
	g_autofree char *statements = table;
	g_autofree char *timeline = report_observation_render_timeline(observation);
	return g_strjoin("\n", statements, timeline, NULL);
}

void
run_impact_report(ReportObservation *observation, ReportCase *test_case)
{
	g_autoptr(GPtrArray) failing = impact_list(observation, true, false);
	g_autoptr(GPtrArray) others = impact_list(observation, false, false);
	g_autoptr(GPtrArray) accepted = impact_list(observation, false, true);
	g_autoptr(GString) text = g_string_new(NULL);

	test_case->observation = observation;
	if (observation->findings->len == 0)
		return;
	g_autofree char *table = impact_render(observation);
	impact_describe_all(text, accepted, NULL);
	g_free(test_case->notes);
	test_case->notes = accepted->len > 0 ? g_strjoin("\n", text->str, table, NULL) : g_steal_pointer(&table);
	if (failing->len > 0)
		impact_fail(failing, others, test_case);
	else if (others->len > 0)
		impact_pass(others, test_case);
}

/* --- All migrations ---------------------------------------------------------------- */

/* Migrations of the starting state are not judged, so their accepted findings are not missed. */
static bool
impact_is_judged(const RunStage *stage, const ImpactAcceptance *acceptance)
{
	bool all = acceptance->migration == NULL && acceptance->script == NULL;
	const MigrationSet *set = stage->job->set;

	if (all)
		return stage->migrations->len == set->migrations->len;
	for (guint i = 0; i < stage->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(stage->migrations, i);
		if (acceptance->script != NULL ? acceptance->script == migration->up
		                               : migration_set_find(set, acceptance->migration) == migration ||
		                                     g_pattern_match_simple(acceptance->migration, migration->name))
			return true;
	}
	return false;
}

static char *
impact_describe_vain(const ImpactAcceptance *acceptance)
{
	const char *code = acceptance->code != NULL ? acceptance->code : "any finding";

	if (impact_acceptance_has_run_out(acceptance))
		return g_strdup_printf("the acceptance of %s (\"%s\") has run out on %s: repair the migration, or set "
		                       "another day",
		                       code, acceptance->reason, acceptance->until);
	return g_strdup_printf("the acceptance of %s (\"%s\") accepts nothing any more: take it out", code,
	                       acceptance->reason);
}

/* The first one is the message, at its own place. */
static void
impact_add_vain(const ImpactAcceptance *acceptance, GString *text, ReportCase *test_case)
{
	g_autofree char *place = base_position_format(acceptance->position);
	g_autofree char *line = impact_describe_vain(acceptance);

	if (text->len == 0) {
		test_case->position = acceptance->position;
		g_string_append(text, line);
	} else {
		g_string_append_printf(text, "\n%s: %s", place, line);
	}
}

void
run_impact_check_acceptances(RunStage *stage)
{
	const GPtrArray *acceptances = impact_settings_acceptances(stage->job->impact);
	SourcePosition position = suite_node_position(stage->job->database->node);
	g_autoptr(GString) text = g_string_new(NULL);

	if (acceptances->len == 0)
		return;
	g_autoptr(ReportCase) test_case = run_stage_case(stage, "impact", acceptances_case, position);
	for (guint i = 0; i < acceptances->len; i++) {
		const ImpactAcceptance *acceptance = g_ptr_array_index(acceptances, i);
		bool is_vain = acceptance->n_used == 0 && impact_is_judged(stage, acceptance);
		if (is_vain || impact_acceptance_has_run_out(acceptance))
			impact_add_vain(acceptance, text, test_case);
	}
	if (text->len > 0)
		report_case_set(test_case, REPORT_FAILED, "%s", text->str);
	run_stage_report(g_steal_pointer(&test_case), stage);
}
