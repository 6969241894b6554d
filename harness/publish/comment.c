/* One comment that is updated in place: it begins with a marker. */
#include "base/error.h"
#include "publish/publish_private.h"
#include "report/format/markdown.h"
#include "report/json_text.h"

#include <string.h>

#define COMMENT_PAGE  100
#define COMMENT_PAGES 30
/* If it is not known whether a comment was written, the comments are read again, up to so many rounds. */
#define COMMENT_ROUNDS 3

static char *
comment_marker(const PublishWork *work)
{
	return work->value != NULL ? g_strdup_printf("<!-- pgassay report: %s -->", work->value)
	                           : g_strdup(REPORT_MARKDOWN_MARKER);
}

/* The report, as the member "body" of an object. */
static char *
comment_body(const PublishWork *work, const char *marker)
{
	g_autofree char *report = report_markdown_make(work->run);
	g_autofree char *text = g_strconcat(marker, report + strlen(REPORT_MARKDOWN_MARKER), NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "body", text);
	report_json_end(&json, '}');
	return g_strdup(out->str);
}

/* Adds the numbers of those with the marker; gives how many the page has. */
static guint
comment_take_page(const PublishAnswer *answer, const char *marker, GArray *numbers)
{
	JsonNode *root = answer->json != NULL ? json_parser_get_root(answer->json) : NULL;
	JsonArray *array = root != NULL && JSON_NODE_HOLDS_ARRAY(root) ? json_node_get_array(root) : NULL;
	static const char *const body[] = { "body", NULL };

	for (guint i = 0; array != NULL && i < json_array_get_length(array); i++) {
		JsonNode *item = json_array_get_element(array, i);
		const char *text = publish_json_text(item, body);
		if (text == NULL || !g_str_has_prefix(text, marker))
			continue;
		gint64 number = json_object_get_int_member_with_default(json_node_get_object(item), "id", 0);
		if (number > 0)
			g_array_append_val(numbers, number);
	}
	return array != NULL ? json_array_get_length(array) : 0;
}

/* The numbers of the comments, of gint64; NULL with *error. */
static GArray *
comment_find(const PublishWork *work, const PublishComments *comments, const char *marker, GError **error)
{
	g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint page = 1; page <= COMMENT_PAGES; page++) {
		g_autofree char *url = g_strdup_printf("%s?per_page=%d&page=%u", comments->list, COMMENT_PAGE, page);
		g_auto(PublishAnswer) answer = { 0 };
		if (!publish_send(work, "GET", url, NULL, true, &answer, error))
			return NULL;
		if (comment_take_page(&answer, marker, numbers) < COMMENT_PAGE)
			break;
	}
	return g_steal_pointer(&numbers);
}

/* A comment of another user can have the marker, too. If it may not be changed, the next one is tried. */
static bool
comment_update(const PublishWork *work, const PublishComments *comments, const GArray *numbers, const char *body,
               bool *ret_updated, GError **error)
{
	*ret_updated = false;
	for (guint i = 0; i < numbers->len && !*ret_updated; i++) {
		g_autofree char *url = g_strdup_printf("%s/%" G_GINT64_FORMAT, comments->one,
		                                       g_array_index(numbers, gint64, i));
		g_auto(PublishAnswer) answer = { 0 };
		g_autoptr(GError) cause = NULL;
		*ret_updated = publish_send(work, comments->method, url, body, true, &answer, &cause);
		if (!*ret_updated && answer.status != 403 && answer.status != 404) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
	}
	return true;
}

bool
publish_comment(const PublishWork *work, const PublishComments *comments, bool *ret_updated, GError **error)
{
	g_autofree char *marker = comment_marker(work);
	g_autofree char *body = comment_body(work, marker);

	for (guint round = 1;; round++) {
		g_autoptr(GArray) numbers = comment_find(work, comments, marker, error);
		g_auto(PublishAnswer) answer = { 0 };
		g_autoptr(GError) cause = NULL;
		if (numbers == NULL || !comment_update(work, comments, numbers, body, ret_updated, error))
			return false;
		if (*ret_updated || publish_send(work, "POST", comments->list, body, false, &answer, &cause))
			return true;
		/* No answer, or one that does not show whether the comment was written. */
		bool unclear = answer.status == 0 || answer.status >= 500;
		if (unclear && round < COMMENT_ROUNDS && g_get_monotonic_time() < work->until)
			continue;
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
}
