#include "run/division.h"

#include "report/cause.h"

#include <string.h>

typedef struct {
	const RunJob *job;
	const RunStageKind *kind;
	gint64 duration; /* microseconds, as far as it is known */
	guint shard;     /* from 1 on; 0: not yet given to one */
} Unit;

struct RunDivision {
	const RunPlan *plan;
	RunShard shard;
	GPtrArray *units; /* of Unit *, in the order of the plan */
	char *print;
};

static void
division_add_units(RunDivision *division, const RunPlan *plan, RunDivisionWanted wanted, const void *data)
{
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		for (const RunStageKind *kind = run_stage_kinds(); kind->name != NULL; kind++) {
			if (!wanted(job, kind, data))
				continue;
			Unit *unit = g_new0(Unit, 1);
			*unit = (Unit){ .job = job, .kind = kind };
			g_ptr_array_add(division->units, unit);
		}
	}
}

/* A stage without a measured duration counts as the mean of the others; without any durations, all count the same. */
static void
division_measure(RunDivision *division, const ReportDurations *durations)
{
	gint64 sum = 0;
	guint known = 0;

	for (guint i = 0; i < division->units->len; i++) {
		Unit *unit = g_ptr_array_index(division->units, i);
		unit->duration = report_durations_get(durations, unit->job->suite->name, unit->job->database->name,
		                                      unit->kind->name);
		sum += MAX(unit->duration, 0);
		known += unit->duration >= 0;
	}
	for (guint i = 0; i < division->units->len; i++) {
		Unit *unit = g_ptr_array_index(division->units, i);
		if (unit->duration < 0)
			unit->duration = known > 0 ? sum / known : 1;
	}
}

static gint
division_compare(gconstpointer a, gconstpointer b)
{
	const Unit *const *one = a;
	const Unit *const *other = b;

	return (*one)->duration < (*other)->duration ? 1 : (*one)->duration > (*other)->duration ? -1 : 0;
}

/* The additional work of the machine besides its units: the forward stages of their databases. */
static gint64
division_extra(const GPtrArray *units, const Unit *added, guint shard)
{
	gint64 forward = 0;

	if (added->kind->run == run_forward)
		return 0;
	for (guint i = 0; i < units->len; i++) {
		const Unit *unit = g_ptr_array_index(units, i);
		if (unit->job != added->job)
			continue;
		if (unit->shard == shard)
			return 0;
		if (unit->kind->run == run_forward)
			forward = unit->duration;
	}
	return forward;
}

/* g_ptr_array_sort() keeps equal ones in their order, which is that of the plan: the same on all machines. */
static void
division_give(RunDivision *division)
{
	g_autoptr(GPtrArray) sorted = g_ptr_array_copy(division->units, NULL, NULL);
	g_autofree gint64 *load = g_new0(gint64, division->shard.of);

	g_ptr_array_set_free_func(sorted, NULL);
	g_ptr_array_sort(sorted, division_compare);
	for (guint i = 0; i < sorted->len; i++) {
		Unit *unit = g_ptr_array_index(sorted, i);
		guint best = 0;
		gint64 least = G_MAXINT64;
		for (guint shard = 1; shard <= division->shard.of; shard++) {
			gint64 then = load[shard - 1] + unit->duration + division_extra(sorted, unit, shard);
			if (then < least) {
				least = then;
				best = shard;
			}
		}
		load[best - 1] = least;
		unit->shard = best;
	}
}

static char *
division_make_print(const RunDivision *division)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < division->units->len; i++) {
		const Unit *unit = g_ptr_array_index(division->units, i);
		g_string_append_printf(text, "%s\n%s\n%s\n%u\n", unit->job->suite->name, unit->job->database->name,
		                       unit->kind->name, unit->shard);
	}
	const char *const texts[] = { text->str };
	return report_hash(texts, 1);
}

RunDivision *
run_division_new(const RunPlan *plan, RunShard shard, const ReportDurations *durations, RunDivisionWanted wanted,
                 const void *data)
{
	RunDivision *division = g_new0(RunDivision, 1);

	division->plan = plan;
	division->shard = shard;
	division->units = g_ptr_array_new_with_free_func(g_free);
	division_add_units(division, plan, wanted, data);
	division_measure(division, durations);
	division_give(division);
	division->print = division_make_print(division);
	return division;
}

void
run_division_free(RunDivision *division)
{
	if (division == NULL)
		return;
	g_ptr_array_unref(division->units);
	g_free(division->print);
	g_free(division);
}

/* NULL stands for any, in each of the three. */
static bool
division_find(const RunDivision *division, const Suite *suite, const RunJob *job, const RunStageKind *kind)
{
	for (guint i = 0; i < division->units->len; i++) {
		const Unit *unit = g_ptr_array_index(division->units, i);
		if (unit->shard == division->shard.number && (suite == NULL || unit->job->suite == suite) &&
		    (job == NULL || unit->job == job) && (kind == NULL || unit->kind == kind))
			return true;
	}
	return false;
}

bool
run_division_has(const RunDivision *division, const RunJob *job, const RunStageKind *kind)
{
	return division == NULL || division_find(division, NULL, job, kind);
}

bool
run_division_has_suite(const RunDivision *division, const Suite *suite)
{
	return division == NULL || division_find(division, suite, NULL, NULL);
}

/* A check of several databases runs in the forward stage of the last of them. */
static bool
division_is_asked_for(const RunDivision *division, const RunJob *job)
{
	for (guint i = 0; i < division->units->len; i++) {
		const Unit *unit = g_ptr_array_index(division->units, i);
		if (unit->shard != division->shard.number || unit->kind->run != run_forward ||
		    unit->job->suite != job->suite)
			continue;
		for (guint j = 0; j < job->suite->checks->len; j++) {
			const SuiteCheck *check = g_ptr_array_index(job->suite->checks, j);
			if (check->database == unit->job->database && check->databases != NULL &&
			    g_ptr_array_find(check->databases, job->database, NULL))
				return true;
		}
	}
	return false;
}

bool
run_division_needs_forward(const RunDivision *division, const RunJob *job)
{
	return division == NULL || division_find(division, NULL, job, NULL) || division_is_asked_for(division, job);
}

guint
run_division_count(const RunDivision *division, guint *ret_all)
{
	guint ours = 0;

	for (guint i = 0; i < division->units->len; i++)
		ours += ((const Unit *)g_ptr_array_index(division->units, i))->shard == division->shard.number;
	*ret_all = division->units->len;
	return ours;
}

const char *
run_division_print(const RunDivision *division)
{
	return division->print;
}
