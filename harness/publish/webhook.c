/* A webhook: the result as an object, with a text that chat programs show. */
#include "base/error.h"
#include "publish/publish_private.h"
#include "report/cause.h"
#include "report/json_case.h"
#include "report/story.h"

/* Faults that are listed. */
#define WEBHOOK_CAUSES 20
#define WEBHOOK_TEXT   1500

static void
webhook_add_causes(ReportJson *json, const GPtrArray *causes, GString *text)
{
	report_json_begin(json, "faults", '[');
	for (guint i = 0; i < MIN(causes->len, WEBHOOK_CAUSES); i++) {
		const ReportCause *cause = g_ptr_array_index(causes, i);
		g_auto(ReportStory) story = report_story_make(cause->first);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "id", cause->id);
		report_json_text(json, "kind", report_kind_name(cause->first->kind));
		report_json_text(json, "message", story.headline);
		report_json_position(json, cause->first->position);
		report_json_text(json, "since", cause->first->since);
		report_json_texts(json, "reproduce", (const char *const *)cause->first->reproduce);
		report_json_number(json, "cases", cause->cases->len);
		report_json_end(json, '}');
		if (text->len < WEBHOOK_TEXT)
			g_string_append_printf(text, "\n• %s", story.headline);
	}
	report_json_end(json, ']');
}

static char *
webhook_body(const PublishWork *work)
{
	g_autoptr(GPtrArray) causes = report_run_causes(work->run);
	g_autofree char *verdict = report_run_verdict(work->run);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	ReportJson json = { .out = out, .first = true };

	g_string_printf(text, "pgassay: %s", verdict);
	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "format", "pgassay result");
	report_json_number(&json, "version", 1);
	report_json_text(&json, "verdict", verdict);
	report_json_text(&json, "title", work->run->title);
	report_json_text(&json, "base", work->run->base);
	report_json_number(&json, "duration_us", MAX(work->run->duration, 0));
	report_json_counts(&json, report_run_count(work->run));
	webhook_add_causes(&json, causes, text);
	report_json_text(&json, "text", text->str);
	report_json_end(&json, '}');
	return g_strdup(out->str);
}

static char *
webhook_find_url(const PublishWork *work, GError **error)
{
	static const char *const names[] = { "PGASSAY_WEBHOOK_URL", NULL };
	g_autoptr(GError) cause = NULL;

	if (work->value != NULL)
		return g_strdup(work->value);
	char *url = publish_secret(work->environment, names, &cause);
	if (url == NULL && cause == NULL)
		base_error_set(
		    &cause, BASE_ERROR_USAGE,
		    "write --publish webhook=URL, or set PGASSAY_WEBHOOK_URL, or PGASSAY_WEBHOOK_URL_FILE to "
		    "the path of a file that holds it",
		    "there is no address");
	if (cause != NULL)
		g_propagate_error(error, g_steal_pointer(&cause));
	return url;
}

char *
publish_webhook(PublishWork *work, GError **error)
{
	static const char *const tokens[] = { "PGASSAY_WEBHOOK_TOKEN", NULL };
	g_autofree char *url = webhook_find_url(work, error);
	g_autofree char *body = NULL;
	g_auto(PublishAnswer) answer = { 0 };
	g_autoptr(GError) cause = NULL;

	if (url == NULL)
		return NULL;
	work->hint = "a token for the webhook is taken from PGASSAY_WEBHOOK_TOKEN";
	work->token = publish_secret(work->environment, tokens, &cause);
	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return NULL;
	}
	body = webhook_body(work);
	return publish_send(work, "POST", url, body, false, &answer, error) ? g_strdup("sent") : NULL;
}
