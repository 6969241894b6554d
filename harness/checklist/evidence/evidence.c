#include "checklist/evidence/evidence.h"

#include "base/error.h"
#include "base/file.h"
#include "checklist/item/kind.h"
#include "report/json_text.h"
#include "report/secrets.h"
#include "suite/checklist.h"

#include <string.h>

static const char *const states[] = {
	[CHECKLIST_UNKNOWN] = "unknown",
	[CHECKLIST_TICKED] = "ticked",
	[CHECKLIST_OPEN] = "open",
	[CHECKLIST_WAITS] = "waits",
};

const char *
checklist_state_name(ChecklistState state)
{
	return states[state];
}

const char *
checklist_state_box(ChecklistState state)
{
	return state == CHECKLIST_TICKED ? "[x]" : state == CHECKLIST_WAITS ? "[-]" : "[ ]";
}

/* A password that a server or service has quoted stays out of it. */
static void
evidence_text(ReportJson *json, const char *key, const char *text)
{
	g_autofree char *hidden = text != NULL ? report_secrets_hide(text) : NULL;

	report_json_text(json, key, hidden);
}

static char *
evidence_time(gint64 microseconds)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(microseconds / G_USEC_PER_SEC);

	return g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
evidence_add_facts(ReportJson *json, const ChecklistResult *result)
{
	report_json_begin(json, "facts", '[');
	for (guint i = 0; result->facts != NULL && i < result->facts->len; i++) {
		const ReportFact *fact = g_ptr_array_index(result->facts, i);
		report_json_begin(json, NULL, '{');
		evidence_text(json, "what", fact->what);
		evidence_text(json, "found", fact->found);
		evidence_text(json, "limit", fact->limit);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
evidence_add_item(ReportJson *json, const ChecklistItem *item)
{
	const ChecklistResult *result = &item->result;

	report_json_line(json);
	report_json_begin(json, NULL, '{');
	report_json_text(json, "item", item->item->name);
	report_json_text(json, "kind", item->kind->name);
	report_json_text(json, "database", item->item->database != NULL ? item->item->database->name : NULL);
	report_json_bool(json, "required", item->item->required);
	report_json_text(json, "state", checklist_state_name(result->state));
	evidence_text(json, "line", result->line);
	evidence_text(json, "details", result->details);
	evidence_text(json, "hint", result->hint);
	evidence_text(json, "reproduce", result->reproduce);
	report_json_number(json, "milliseconds", result->duration / 1000);
	evidence_add_facts(json, result);
	report_json_end(json, '}');
}

static void
evidence_add_target(ReportJson *json, const ChecklistSurroundings *surroundings)
{
	const TargetIdentity *identity = &surroundings->identity;

	if (surroundings->target == NULL)
		return;
	report_json_begin(json, "target", '{');
	report_json_text(json, "where", surroundings->target);
	report_json_text(json, "database", identity->database);
	report_json_text(json, "system", identity->system);
	report_json_text(json, "timeline", identity->timeline);
	report_json_text(json, "address", identity->address);
	report_json_text(json, "version", surroundings->version);
	report_json_text(json, "role", surroundings->role);
	report_json_bool(json, "written_to", false);
	report_json_end(json, '}');
}

/* The program that ran while the target was watched. */
static void
evidence_add_program(ReportJson *json, const ChecklistSurroundings *surroundings)
{
	if (surroundings->program == NULL)
		return;
	report_json_begin(json, "watched", '{');
	report_json_begin(json, "command", '[');
	for (const char *const *argument = surroundings->program; *argument != NULL; argument++) {
		report_json_line(json);
		evidence_text(json, NULL, *argument);
	}
	report_json_end(json, ']');
	report_json_bool(json, "ended", surroundings->program_ended);
	if (surroundings->program_ended)
		report_json_number(json, "exit_code", surroundings->exit_code);
	report_json_end(json, '}');
}

static void
evidence_add_events(ReportJson *json, const GPtrArray *events)
{
	report_json_begin(json, "timeline", '[');
	for (guint i = 0; i < events->len; i++) {
		const ChecklistEvent *event = g_ptr_array_index(events, i);
		g_autofree char *from = evidence_time(event->from);
		report_json_line(json);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "from", from);
		report_json_number(json, "milliseconds", (event->until - event->from) / 1000);
		evidence_text(json, "what", event->what);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static char *
evidence_make(const Checklist *checklist, const ChecklistSurroundings *surroundings)
{
	ReportJson json = { .out = g_string_new(NULL), .first = true };
	ChecklistCounts counts = checklist_count(checklist);
	g_autofree char *started = evidence_time(surroundings->started);

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "format", "pgassay checklist 1");
	report_json_text(&json, "program", "pgassay " PGASSAY_VERSION);
	report_json_text(&json, "suite", checklist->suite->name);
	report_json_text(&json, "phase", suite_phase_name(checklist->phase));
	report_json_text(&json, "started", started);
	report_json_number(&json, "milliseconds", surroundings->duration / 1000);
	report_json_text(&json, "commit", surroundings->commit);
	report_json_bool(&json, "changed_since_commit", surroundings->changed);
	evidence_add_target(&json, surroundings);
	report_json_number(&json, "required", counts.required);
	report_json_number(&json, "ticked", counts.ticked);
	report_json_begin(&json, "items", '[');
	for (guint i = 0; i < checklist->items->len; i++)
		evidence_add_item(&json, g_ptr_array_index(checklist->items, i));
	report_json_end(&json, ']');
	evidence_add_program(&json, surroundings);
	if (surroundings->events != NULL)
		evidence_add_events(&json, surroundings->events);
	report_json_end(&json, '}');
	g_string_append_c(json.out, '\n');
	return g_string_free(json.out, FALSE);
}

bool
checklist_evidence_write(const Checklist *checklist, const ChecklistSurroundings *surroundings, const char *path,
                         char **ret_sum, GError **error)
{
	g_autofree char *text = evidence_make(checklist, surroundings);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *line = g_strdup_printf("%s  %s\n", sum, name);
	g_autofree char *sum_path = g_strconcat(path, ".sha256", NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	if (g_mkdir_with_parents(folder, 0777) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "the folder \"%s\" cannot be made", folder);
	if (!base_file_write(path, "evidence", text, strlen(text), error) ||
	    !base_file_write(sum_path, "checksum", line, strlen(line), error))
		return false;
	*ret_sum = g_steal_pointer(&sum);
	return true;
}

/* --- Markdown -------------------------------------------------------------------------------- */

/* Escapes the characters that Markdown would take for markup. */
static void
evidence_append_markdown(GString *out, const char *text)
{
	g_autofree char *hidden = report_secrets_hide(text);

	for (const char *p = hidden; *p != '\0'; p++)
		if (strchr("&<>*_`[]\\~#|", *p) != NULL)
			g_string_append_printf(out, "&#%d;", *p);
		else
			g_string_append_c(out, *p == '\n' ? ' ' : *p);
}

static void
evidence_append_block(GString *out, const char *text)
{
	g_autofree char *hidden = report_secrets_hide(text);
	g_auto(GStrv) lines = g_strsplit(hidden, "\n", -1);

	g_string_append(out, "\n");
	for (char **line = lines; *line != NULL; line++)
		g_string_append_printf(out, "          %s\n", *line);
	g_string_append(out, "\n");
}

static void
evidence_append_item(GString *out, const ChecklistItem *item)
{
	const ChecklistResult *result = &item->result;

	g_string_append_printf(out, "- %s **", checklist_state_box(result->state));
	evidence_append_markdown(out, item->item->name);
	g_string_append_printf(out, "**%s: ", item->item->required ? "" : " (not required)");
	evidence_append_markdown(out, result->line);
	g_string_append_c(out, '\n');
	if (result->state == CHECKLIST_TICKED)
		return;
	if (result->details != NULL)
		evidence_append_block(out, result->details);
	if (result->reproduce != NULL)
		evidence_append_block(out, result->reproduce);
	if (result->hint != NULL) {
		g_string_append(out, "      ");
		evidence_append_markdown(out, result->hint);
		g_string_append_c(out, '\n');
	}
}

static void
evidence_append_heading(GString *out, const Checklist *checklist, const ChecklistSurroundings *surroundings)
{
	g_autofree char *started = evidence_time(surroundings->started);

	g_string_append_printf(out, "### Checklist of %s, phase %s\n\n", checklist->suite->name,
	                       suite_phase_name(checklist->phase));
	g_string_append(out, started);
	if (surroundings->target != NULL) {
		g_string_append(out, " · ");
		evidence_append_markdown(out, surroundings->target);
		g_string_append_printf(out, " · PostgreSQL %s", surroundings->version);
	}
	if (surroundings->identity.system != NULL)
		g_string_append_printf(out, " · system %s", surroundings->identity.system);
	if (surroundings->commit != NULL)
		g_string_append_printf(out, " · commit %.9s%s", surroundings->commit,
		                       surroundings->changed ? " with changes" : "");
	g_string_append(out, "\n\n");
}

static void
evidence_append_program(GString *out, const ChecklistSurroundings *surroundings)
{
	g_autofree char *all = g_strjoinv(" ", (char **)surroundings->program);

	g_string_append(out, "\nWatched while this ran: ");
	evidence_append_markdown(out, all);
	if (surroundings->program_ended)
		g_string_append_printf(out, " (exit code %d)\n", surroundings->exit_code);
	else
		g_string_append(out, " (it did not come to its end)\n");
}

char *
checklist_markdown(const Checklist *checklist, const ChecklistSurroundings *surroundings, const char *sum)
{
	GString *out = g_string_new(NULL);
	ChecklistCounts counts = checklist_count(checklist);

	evidence_append_heading(out, checklist, surroundings);
	for (guint i = 0; i < checklist->items->len; i++)
		evidence_append_item(out, g_ptr_array_index(checklist->items, i));
	bool failed = surroundings->program != NULL && (!surroundings->program_ended || surroundings->exit_code != 0);
	if (surroundings->program != NULL)
		evidence_append_program(out, surroundings);
	g_string_append_printf(out, "\n**%u of %u required items are ticked%s%s**\n", counts.ticked, counts.required,
	                       failed ? ", and the program has failed" : "",
	                       counts.ticked < counts.required || failed ? ": do not release" : "");
	if (sum != NULL)
		g_string_append_printf(out, "\nevidence: sha256 `%s`\n", sum);
	return g_string_free(out, FALSE);
}
