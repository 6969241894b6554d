#include "check/crash/crash.h"

#include "base/error.h"
#include "check/crash/state.h"
#include "check/findings.h"

#include <string.h>

/* Points that a report shows: the first ones say most. */
#define POINTS_SHOWN 5

/* The test of one migration. */
typedef struct {
	const CheckCrash *crash;
	const MigrationScript *script;
	CheckWorkspace copy; /* a copy that stands before the migration; without a database: none at the moment */
	CheckCrashState before;
	CheckCrashState after; /* of an undisturbed run */
	CheckFindings findings;
	GString *residues;       /* remains of a crash that another run repaired */
	SourcePosition position; /* of the first finding */
	char *left;              /* of the last finding: what the crash left, and what the other run did */
	char *again;
	guint n_hidden; /* findings that are counted only */
} Trial;

static void
trial_clear(Trial *trial)
{
	check_workspace_close(&trial->copy);
	check_crash_state_clear(&trial->before);
	check_crash_state_clear(&trial->after);
	check_findings_clear(&trial->findings);
	g_string_free(trial->residues, TRUE);
	g_free(trial->left);
	g_free(trial->again);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Trial, trial_clear)

/* True when nothing but its state before and its state after should ever be seen. Without a transaction around it, a
 * script of one statement is atomic, too, but not together with its history row. */
static bool
proof_crash_is_atomic(const MigrationScript *script)
{
	return migration_script_fits_transaction(script) && !migration_script_records_after_commit(script) &&
	       migration_script_scope(script) != MIGRATION_SCOPE_AUTOCOMMIT;
}

/* --- Running again ---------------------------------------------------------- */

/* Takes ownership of the error. A refusal of the tool because of its history becomes a problem; others stay errors. */
static bool
proof_crash_take_refusal(GError *refusal, char **ret_problem, GError **error)
{
	if (!g_error_matches(refusal, BASE_ERROR, BASE_ERROR_INPUT)) {
		g_propagate_error(error, refusal);
		return false;
	}
	*ret_problem = g_strdup_printf("run again, the tool refuses: %s", refusal->message);
	g_error_free(refusal);
	return true;
}

/* Runs the tool again on the state that the crash left. *ret_problem is NULL if it reaches the state after, else the
 * fault. */
static bool
proof_crash_run_again(Trial *trial, const CheckCrashState *left, char **ret_problem, GError **error)
{
	const Migration *migration = trial->crash->again != NULL ? trial->crash->again : trial->crash->migration;
	bool applied = g_hash_table_contains(left->applied, migration->name);
	g_auto(MigrationOutcome) outcome = { 0 };
	g_auto(CheckCrashState) end = { 0 };
	GError *refusal = NULL;

	if (!migration_runner_validate(trial->copy.runner, &refusal))
		return proof_crash_take_refusal(refusal, ret_problem, error);
	if (!applied && !migration_runner_apply(trial->copy.runner, migration, MIGRATION_UP, &outcome, error))
		return false;
	if (outcome.failed) {
		*ret_problem = g_strdup_printf("run again, it fails: %s\n%s", outcome.message, outcome.details);
		return true;
	}
	if (!check_crash_state_read(&trial->copy, &end, error))
		return false;
	end.recovered = left->recovered;
	end.repaired = left->repaired;
	g_autofree char *missed = check_crash_state_missed(&trial->copy, &trial->after, &end);
	*ret_problem = missed == NULL ? NULL
	               : applied      ? g_strdup_printf("the tool does not run it again\n%s", missed)
	                         : g_strdup_printf("run again, it ends in another state than undisturbed\n%s", missed);
	return true;
}

typedef bool (*RepairFunction)(MigrationRunner *runner, const Migration *migration, GError **error);

/* The tool's own repair, where it has one, and the tool once more. *ret_helped is whether the end is reached then. */
static bool
try_repair(Trial *trial, RepairFunction repair, bool recovered, bool *ret_helped, GError **error)
{
	g_auto(CheckCrashState) left = { 0 };
	g_autofree char *problem = NULL;

	if (!repair(trial->copy.runner, trial->crash->migration, error) ||
	    !check_crash_state_read(&trial->copy, &left, error))
		return false;
	left.recovered = recovered;
	left.repaired = true;
	if (!proof_crash_run_again(trial, &left, &problem, error))
		return false;
	*ret_helped = problem == NULL;
	return true;
}

/* In both ways that a tool may have: a repair that takes the script for done does nothing else. */
static bool
run_repaired(Trial *trial, bool recovered, bool *ret_helped, GError **error)
{
	const MigrationRunner *runner = trial->copy.runner;

	*ret_helped = false;
	if (migration_runner_repair_command(runner) == NULL)
		return true;
	if (!try_repair(trial, migration_runner_repair, recovered, ret_helped, error))
		return false;
	return *ret_helped || !migration_runner_can_repair_again(runner) ||
	       try_repair(trial, migration_runner_repair_again, recovered, ret_helped, error);
}

/* --- Judgement --------------------------------------------------------------- */

/* Whether the tool refuses to go on from its history. */
static bool
ask_tool(Trial *trial, bool *ret_refused, GError **error)
{
	g_autofree char *problem = NULL;
	GError *refusal = NULL;

	if (migration_runner_validate(trial->copy.runner, &refusal))
		return true;
	*ret_refused = true;
	return proof_crash_take_refusal(refusal, &problem, error);
}

/* `command` is the tool's repair, where it took that; or NULL. */
static void
add_residue(Trial *trial, const char *where, const char *left, const char *command)
{
	g_string_append_printf(
	    trial->residues, "killed %s, it leaves this behind; run again%s%s%s, it reaches the end:\n%s\n", where,
	    command != NULL ? " after \"" : "", command != NULL ? command : "", command != NULL ? "\"" : "", left);
}

/* `summary` continues the description of the kill and its point. */
static void
proof_crash_add_finding(Trial *trial, const CheckCrashPoint *point, const char *summary, const char *details)
{
	g_autofree char *where = check_crash_point_describe(point, trial->script);
	const char *server = trial->crash->victim == CHECK_CRASH_SERVER ? "with the whole server " : "";
	g_autofree char *first = g_strdup_printf("\"%s\", killed %s%s, %s", trial->crash->migration->name, server,
	                                         where, summary);
	g_autofree char *all = g_strdup_printf(
	    strcmp(details, "the same") == 0 ? "killed %s%s: %s" : "killed %s%s:\n%s", server, where, details);

	if (trial->findings.n == 0)
		trial->position = check_crash_point_position(point, trial->script);
	if (trial->findings.n < POINTS_SHOWN)
		check_findings_add(&trial->findings, first, all);
	else
		trial->n_hidden++;
}

/* What the other run does, but for what stands above already: the first finding's is in the message. */
static char *
describe_again(Trial *trial, const char *again)
{
	g_auto(GStrv) lines = g_strsplit(again, "\n", 2);
	bool first = trial->again == NULL;
	bool same = g_strcmp0(trial->again, again) == 0;

	g_free(trial->again);
	trial->again = g_strdup(again);
	if (same)
		return g_strdup("run again, it ends in the same way");
	if (!first)
		return g_strdup(again);
	return lines[1] != NULL ? g_strdup_printf("run again:\n%s", lines[1]) : g_strdup("");
}

/* `again` is the fault of another run; NULL: it reaches the end. */
static void
add_half(Trial *trial, const CheckCrashPoint *point, const char *left, const char *again)
{
	bool atomic = proof_crash_is_atomic(trial->script);
	const char *end = again != NULL ? again : "run again, it reaches the end";
	g_autofree char *summary = g_strdup_printf("is left half applied%s; %.*s",
	                                           atomic ? ", though it runs in a transaction" : "",
	                                           (int)strcspn(end, "\n"), end);
	bool same = g_strcmp0(trial->left, left) == 0 && g_strcmp0(trial->again, end) == 0;

	if (same) {
		proof_crash_add_finding(trial, point, summary, "the same");
		return;
	}
	g_free(trial->left);
	trial->left = g_strdup(left);
	g_autofree char *then = describe_again(trial, end);
	g_autofree char *details = g_strjoin("\n", "left behind:", left, *then != '\0' ? then : NULL, NULL);
	proof_crash_add_finding(trial, point, summary, details);
}

/* The killed run has left `now`; *ret_clean is whether that is the state before. */
static bool
proof_crash_judge(Trial *trial, const CheckCrashPoint *point, const CheckCrashState *now, bool *ret_clean,
                  GError **error)
{
	const Migration *migration = trial->crash->migration;
	g_autofree char *missed = check_crash_state_missed(&trial->copy, &trial->after, now);
	g_autofree char *left = check_crash_state_left(&trial->copy, migration, &trial->before, now);
	g_autofree char *problem = NULL;

	*ret_clean = left == NULL;
	bool refused = false;
	if (missed == NULL && !ask_tool(trial, &refused, error))
		return false;
	if (missed == NULL && !refused)
		return true;
	if (missed != NULL && check_crash_point_is_end(point, trial->script)) {
		proof_crash_add_finding(trial, point, "does not stay applied", missed);
		return true;
	}
	if (left == NULL)
		return true;
	bool repaired = false;
	if (!proof_crash_run_again(trial, now, &problem, error) ||
	    (problem != NULL && !run_repaired(trial, now->recovered, &repaired, error)))
		return false;
	g_autofree char *where = check_crash_point_describe(point, trial->script);
	/* The tool's own mark alone (a line alone is about the history) is nothing that a script could avoid. */
	bool excused = !proof_crash_is_atomic(trial->script) ||
	               (repaired && (missed == NULL || strchr(left, '\n') == NULL));
	if ((problem == NULL || repaired) && excused)
		add_residue(trial, where, left, repaired ? migration_runner_repair_command(trial->copy.runner) : NULL);
	else
		add_half(trial, point, left, problem);
	return true;
}

/* --- Points -------------------------------------------------------------------- */

/* Copies the state before anything else reads it. NULL in *ret_left: a copy is not wanted, or there is one of an
 * earlier point. */
static bool
proof_crash_copy_left(const Trial *trial, ScratchDatabase **ret_left, GError **error)
{
	const CheckCrash *crash = trial->crash;

	if (crash->ret_left == NULL || *crash->ret_left != NULL)
		return true;
	*ret_left = scratch_database_create(trial->copy.server, "left by a crash", trial->copy.database, error);
	return *ret_left != NULL;
}

/* Passes the copy on only if there is a finding. */
static void
proof_crash_give_left(const Trial *trial, ScratchDatabase *left, bool found)
{
	if (left != NULL && found)
		*trial->crash->ret_left = left;
	else
		scratch_database_drop(left, false);
}

/* Judges the state that the kill left. */
static bool
proof_crash_look(Trial *trial, const CheckCrashPoint *point, bool *ret_clean, GError **error)
{
	g_auto(CheckCrashState) now = { 0 };

	if (!check_workspace_connect(&trial->copy, error) || !check_crash_state_read(&trial->copy, &now, error))
		return false;
	now.recovered = trial->crash->victim == CHECK_CRASH_SERVER;
	return proof_crash_judge(trial, point, &now, ret_clean, error);
}

/* A copy that a crash has left as it was is used again. */
static bool
try_point(Trial *trial, CheckCrashPoint *point, GError **error)
{
	const CheckCrash *crash = trial->crash;
	ScratchDatabase *left = NULL;
	guint n_before = trial->findings.n;
	bool clean = false;

	if (trial->copy.database == NULL && !check_workspace_clone(crash->workspace, "crash", &trial->copy, error))
		return false;
	bool done = check_crash_kill(&trial->copy, crash->migration, crash->victim, point, error) &&
	            proof_crash_copy_left(trial, &left, error) && proof_crash_look(trial, point, &clean, error);
	proof_crash_give_left(trial, left, trial->findings.n > n_before);
	/* A tool may have made its own tables, which do not count, before the kill. */
	if (done && (!clean || crash->again != NULL))
		check_workspace_close(&trial->copy);
	return done;
}

/* Each migration has a random choice of its own, so that it does not depend on the others. */
static guint
proof_crash_draw(guint32 seed, const char *name, guint n)
{
	const guint32 seeds[] = { seed, g_str_hash(name) };
	GRand *random = g_rand_new_with_seed_array(seeds, G_N_ELEMENTS(seeds));
	guint drawn = (guint)g_rand_int_range(random, 0, (gint32)n);

	g_rand_free(random);
	return drawn;
}

static void
report_findings(Trial *trial)
{
	const char *hint = proof_crash_is_atomic(trial->script)
	                       ? "hint: something in it does not follow the transaction, such as setval, or a second "
	                         "connection"
	                       : "hint: let every statement work when it runs once more (IF NOT EXISTS; DROP INDEX "
	                         "CONCURRENTLY IF EXISTS before CREATE INDEX CONCURRENTLY)";
	g_autofree char *hidden = trial->n_hidden > 0 ? g_strdup_printf("... and at %u more points\n", trial->n_hidden)
	                                              : g_strdup("");
	g_autofree char *end = g_strconcat(hidden, hint, NULL);

	if (trial->findings.n == 0)
		return;
	check_findings_add(&trial->findings, NULL, end);
	check_findings_report(&trial->findings, trial->crash->test_case);
	trial->crash->test_case->position = trial->position;
}

static void
proof_crash_report(Trial *trial, guint n_points, guint tried, const CheckCrashPoint *last)
{
	const CheckCrash *crash = trial->crash;
	g_autoptr(GString) output = g_string_new(NULL);

	if (crash->seed != NULL) {
		g_autofree char *where = check_crash_point_describe(last, trial->script);
		g_string_append_printf(output, "killed \"%s\" %s (drawn from %u points with PGASSAY_SEED=%u)\n",
		                       crash->migration->name, where, n_points, *crash->seed);
		crash->test_case->position = check_crash_point_position(last, trial->script);
	} else {
		g_string_append_printf(output, "killed at %u point%s\n", tried, tried == 1 ? "" : "s");
	}
	g_string_append(output, trial->residues->str);
	report_case_note(crash->test_case, "%s", output->str);
	report_findings(trial);
}

static bool
try_points(Trial *trial, GError **error)
{
	const CheckCrash *crash = trial->crash;
	g_autoptr(GArray) points = check_crash_points(trial->script);
	guint first = crash->seed != NULL ? proof_crash_draw(*crash->seed, crash->migration->name, points->len) : 0;
	guint end = crash->seed != NULL ? first + 1 : points->len;

	for (guint i = first; i < end; i++)
		if (!try_point(trial, &g_array_index(points, CheckCrashPoint, i), error))
			return false;
	proof_crash_report(trial, points->len, end - first, &g_array_index(points, CheckCrashPoint, first));
	return true;
}

/* --- One migration ----------------------------------------------------------------- */

/* The undisturbed run; the next migration begins from its end. */
static bool
run_undisturbed(Trial *trial, CheckWorkspace *copy, bool *ret_applied, GError **error)
{
	const CheckCrash *crash = trial->crash;
	g_auto(MigrationOutcome) outcome = { 0 };

	if (!migration_runner_apply(copy->runner, crash->migration, MIGRATION_UP, &outcome, error))
		return false;
	*ret_applied = !outcome.failed;
	if (outcome.failed) {
		report_case_set(crash->test_case, REPORT_ERRORED,
		                "\"%s\" fails, but did not in the forward stage: %s\n%s", crash->migration->name,
		                outcome.message, outcome.details);
		crash->test_case->position = outcome.position;
		return true;
	}
	return check_crash_state_read(copy, &trial->after, error);
}

bool
check_crash(const CheckCrash *crash, bool *ret_applied, GError **error)
{
	g_auto(Trial) trial = { .crash = crash, .script = crash->migration->up, .residues = g_string_new(NULL) };
	g_auto(CheckWorkspace) copy = { 0 };
	bool applied = false;

	if (!check_crash_state_read(crash->workspace, &trial.before, error) ||
	    !check_workspace_clone(crash->workspace, "crash", &copy, error) ||
	    !run_undisturbed(&trial, &copy, &applied, error) || (applied && !try_points(&trial, error)))
		return false;
	*ret_applied = applied;
	if (!applied)
		return true;
	check_workspace_close(crash->workspace);
	*crash->workspace = copy;
	copy = (CheckWorkspace){ 0 };
	return true;
}
