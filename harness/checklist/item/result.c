#include "checklist/item/kind.h"

#include <string.h>

void
checklist_result_clear(ChecklistResult *result)
{
	g_free(result->line);
	g_free(result->details);
	g_free(result->hint);
	g_free(result->reproduce);
	g_clear_pointer(&result->facts, g_ptr_array_unref);
	*result = (ChecklistResult){ 0 };
}

void
checklist_set(ChecklistResult *result, ChecklistState state, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	result->state = state;
	g_free(result->line);
	char *end = strchr(text, '\n');
	result->line = end != NULL ? g_strndup(text, (gsize)(end - text)) : g_strdup(text);
	if (end != NULL)
		checklist_add_details(result, "%s", end + 1);
}

void
checklist_add_details(ChecklistResult *result, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	char *all = result->details == NULL ? g_strdup(text) : g_strconcat(result->details, "\n", text, NULL);
	g_free(result->details);
	result->details = g_strchomp(all);
}

char *
checklist_hide_text(const char *text, GHashTable *secrets)
{
	GHashTableIter iter;
	gpointer value = NULL;
	gpointer name = NULL;
	char *hidden = g_strdup(text);

	g_hash_table_iter_init(&iter, secrets);
	while (hidden != NULL && g_hash_table_iter_next(&iter, &value, &name)) {
		g_auto(GStrv) parts = g_strsplit(hidden, value, -1);
		g_autofree char *shown = g_strconcat("$", name, NULL);
		g_free(hidden);
		hidden = g_strjoinv(shown, parts);
	}
	return hidden;
}

static void
result_hide(char **text, GHashTable *secrets)
{
	char *hidden = checklist_hide_text(*text, secrets);

	g_free(*text);
	*text = hidden;
}

void
checklist_hide(ChecklistResult *result, GHashTable *secrets)
{
	result_hide(&result->line, secrets);
	result_hide(&result->details, secrets);
	result_hide(&result->hint, secrets);
	result_hide(&result->reproduce, secrets);
	for (guint i = 0; result->facts != NULL && i < result->facts->len; i++) {
		ReportFact *fact = g_ptr_array_index(result->facts, i);
		result_hide(&fact->what, secrets);
		result_hide(&fact->found, secrets);
	}
}

void
checklist_set_hint(ChecklistResult *result, const char *hint)
{
	g_free(result->hint);
	result->hint = g_strdup(hint);
}

void
checklist_set_grant(ChecklistResult *result, const TargetCondition *condition, const ChecklistContext *context)
{
	if (condition->grant == NULL)
		return;
	g_auto(GStrv) parts = g_strsplit(condition->grant, "ROLE", 2);
	g_autofree char *hint = g_strjoinv(context->surroundings->role, parts);
	checklist_set_hint(result, hint);
}

void
checklist_add_fact(ChecklistResult *result, const char *what, const char *found, const char *limit)
{
	if (result->facts == NULL)
		result->facts = g_ptr_array_new_with_free_func((GDestroyNotify)report_fact_free);
	g_ptr_array_add(result->facts, report_fact_new(what, found, limit));
}

void
checklist_surroundings_clear(ChecklistSurroundings *surroundings)
{
	target_identity_clear(&surroundings->identity);
	g_free(surroundings->target);
	g_free(surroundings->version);
	g_free(surroundings->role);
	g_free(surroundings->commit);
	g_clear_pointer(&surroundings->events, g_ptr_array_unref);
	*surroundings = (ChecklistSurroundings){ 0 };
}

ChecklistCounts
checklist_count(const Checklist *checklist)
{
	ChecklistCounts counts = { 0 };

	for (guint i = 0; i < checklist->items->len; i++) {
		const ChecklistItem *item = g_ptr_array_index(checklist->items, i);
		bool ticked = item->result.state == CHECKLIST_TICKED;
		counts.required += item->item->required;
		counts.ticked += item->item->required && ticked;
		counts.optional_open += !item->item->required && !ticked;
	}
	return counts;
}
