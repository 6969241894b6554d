/* One item asked, and the session for it. */
#include "checklist/item/kind.h"

#include "base/error.h"

#include <string.h>

DbSession *
checklist_open(const ChecklistContext *context, GError **error)
{
	DbEndpoint *endpoint = context->options->endpoint;
	g_auto(TargetIdentity) identity = { 0 };

	if (endpoint == NULL) {
		base_error_set(error, BASE_ERROR_USAGE, "add --target URL", "there is no target");
		return NULL;
	}
	g_autoptr(DbSession) session = target_reading_open(endpoint, &context->options->reading, error);
	if (session == NULL || !target_identity_read(session, &identity, error) ||
	    !target_identity_equal(&context->surroundings->identity, &identity, error))
		return NULL;
	return g_steal_pointer(&session);
}

/* An item that could not be looked at is open, with the reason. The run's end is no reason of the target. */
static void
look_explain(ChecklistResult *result, const GError *cause)
{
	const char *hint = strstr(cause->message, "\nhint: ");
	g_autofree char *message = hint != NULL ? g_strndup(cause->message, (gsize)(hint - cause->message))
	                                        : g_strdup(cause->message);

	checklist_set(result, CHECKLIST_UNKNOWN, "cannot be seen: %s", message);
	if (hint != NULL)
		checklist_set_hint(result, hint + strlen("\nhint: "));
}

void
checklist_ask_one(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result)
{
	g_autoptr(GError) cause = NULL;
	gint64 began = g_get_monotonic_time();

	checklist_result_clear(result);
	result->state = CHECKLIST_TICKED;
	if (item->kind->target && context->options->endpoint == NULL)
		checklist_set(result, CHECKLIST_UNKNOWN, "cannot be seen without --target URL");
	else if (!item->kind->ask(item, context, result, &cause))
		look_explain(result, cause);
	else if (result->line == NULL)
		checklist_set(result, CHECKLIST_UNKNOWN, "nothing was observed");
	checklist_hide(result, context->checklist->secrets);
	result->duration = g_get_monotonic_time() - began;
}
