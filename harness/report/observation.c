#include "report/observation.h"

#include <string.h>

/* Characters of a statement that are kept. */
#define TEXT_KEPT 1000

static const char *const names[REPORT_N_LOCKS] = {
	[REPORT_LOCK_NONE] = "none",
	[REPORT_LOCK_ACCESS_SHARE] = "ACCESS SHARE",
	[REPORT_LOCK_ROW_SHARE] = "ROW SHARE",
	[REPORT_LOCK_ROW_EXCLUSIVE] = "ROW EXCLUSIVE",
	[REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE] = "SHARE UPDATE EXCLUSIVE",
	[REPORT_LOCK_SHARE] = "SHARE",
	[REPORT_LOCK_SHARE_ROW_EXCLUSIVE] = "SHARE ROW EXCLUSIVE",
	[REPORT_LOCK_EXCLUSIVE] = "EXCLUSIVE",
	[REPORT_LOCK_ACCESS_EXCLUSIVE] = "ACCESS EXCLUSIVE",
};

const char *
report_lock_name(ReportLockMode mode)
{
	return names[mode];
}

const char *
report_lock_blocks(ReportLockMode mode)
{
	if (mode == REPORT_LOCK_ACCESS_EXCLUSIVE)
		return "reads and writes";
	return mode >= REPORT_LOCK_SHARE ? "writes" : NULL;
}

const char *
report_growth_name(ReportGrowth growth)
{
	static const char *const growths[] = {
		[REPORT_GROWTH_UNKNOWN] = NULL,
		[REPORT_GROWTH_CONSTANT] = "constant",
		[REPORT_GROWTH_LINEAR] = "linear",
		[REPORT_GROWTH_FASTER] = "faster than the rows",
	};

	return growths[growth];
}

static void
observation_touched_free(gpointer data)
{
	ReportTouched *touched = data;

	g_free(touched->name);
	g_free(touched);
}

static void
observation_statement_free(gpointer data)
{
	ReportStatement *statement = data;

	g_free(statement->text);
	g_free(statement->lock_timeout);
	g_ptr_array_unref(statement->touched);
	g_free(statement);
}

static void
observation_finding_free(gpointer data)
{
	ReportFinding *finding = data;

	g_free(finding->message);
	g_free(finding->advice);
	g_free(finding->relation);
	g_free(finding->accepted);
	g_free(finding);
}

static void
observation_event_free(gpointer data)
{
	ReportEvent *event = data;

	g_free(event->who);
	g_free(event->what);
	g_free(event);
}

void
report_observation_begin_trial(ReportObservation *observation)
{
	observation->n_trials++;
}

void
report_observation_note(ReportObservation *observation, gint64 time, const char *who, const char *what)
{
	ReportEvent *event = g_new0(ReportEvent, 1);

	event->trial = observation->n_trials;
	event->time = time;
	event->who = g_strdup(who);
	event->what = g_strdup(what);
	g_ptr_array_add(observation->timeline, event);
}

ReportTouched *
report_touched_new(guint oid, const char *name, char kind)
{
	ReportTouched *touched = g_new0(ReportTouched, 1);

	touched->oid = oid;
	touched->name = g_strdup(name);
	touched->kind = kind;
	return touched;
}

/* Each run of white space becomes one blank, so that a statement of several lines fits into one. */
static char *
observation_shorten(const char *text)
{
	GString *line = g_string_new(NULL);

	for (const char *next = text; *next != '\0' && line->len < TEXT_KEPT; next = g_utf8_next_char(next)) {
		if (!g_ascii_isspace(*next))
			g_string_append_len(line, next, g_utf8_next_char(next) - next);
		else if (line->len > 0 && line->str[line->len - 1] != ' ')
			g_string_append_c(line, ' ');
	}
	return g_strchomp(g_string_free(line, FALSE));
}

ReportStatement *
report_statement_new(SourcePosition position, const char *text)
{
	ReportStatement *statement = g_new0(ReportStatement, 1);

	statement->position = position;
	statement->text = observation_shorten(text);
	statement->expected_wal = -1;
	statement->expected_disk = -1;
	statement->expected_time_from = -1;
	statement->expected_time_to = -1;
	statement->touched = g_ptr_array_new_with_free_func(observation_touched_free);
	return statement;
}

ReportFinding *
report_finding_new(const char *code, SourcePosition position)
{
	ReportFinding *finding = g_new0(ReportFinding, 1);

	finding->code = code;
	finding->position = position;
	return finding;
}

ReportObservation *
report_observation_new(void)
{
	ReportObservation *observation = g_new0(ReportObservation, 1);

	observation->statements = g_ptr_array_new_with_free_func(observation_statement_free);
	observation->findings = g_ptr_array_new_with_free_func(observation_finding_free);
	observation->timeline = g_ptr_array_new_with_free_func(observation_event_free);
	observation->temporary_bytes = -1;
	return observation;
}

void
report_observation_free(ReportObservation *observation)
{
	if (observation == NULL)
		return;
	g_ptr_array_unref(observation->statements);
	g_ptr_array_unref(observation->findings);
	g_ptr_array_unref(observation->timeline);
	g_free(observation);
}

ReportTouched *
report_statement_find(const ReportStatement *statement, guint oid)
{
	for (guint i = 0; i < statement->touched->len; i++) {
		ReportTouched *touched = g_ptr_array_index(statement->touched, i);
		if (touched->oid == oid)
			return touched;
	}
	return NULL;
}

guint
report_observation_count_unseen(const ReportObservation *observation)
{
	guint n = 0;

	for (guint i = 0; i < observation->statements->len; i++)
		n += ((ReportStatement *)g_ptr_array_index(observation->statements, i))->unseen != NULL;
	return n;
}
