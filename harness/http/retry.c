#include "base/error.h"
#include "base/interrupt.h"
#include "http/http_private.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#define PAUSE     ((gint64)G_USEC_PER_SEC / 2)
#define PAUSE_MAX ((gint64)30 * G_USEC_PER_SEC)

/* --- Conditions of a retry ------------------------------------------------------------ */

static bool
retry_has_status(const HttpResponse *response, const guint *list, gsize n)
{
	for (gsize i = 0; i < n; i++)
		if (response->status == list[i])
			return true;
	return false;
}

bool
http_is_passing(const HttpResponse *response, const GError *error, gpointer data)
{
	static const guint passing[] = { 408, 425, 429, 502, 503, 504 };

	(void)data;
	if (response != NULL)
		return retry_has_status(response, passing, G_N_ELEMENTS(passing));
	return g_error_matches(error, HTTP_ERROR, HTTP_ERROR_RESOLVE) ||
	       g_error_matches(error, HTTP_ERROR, HTTP_ERROR_CONNECT) ||
	       g_error_matches(error, HTTP_ERROR, HTTP_ERROR_TIMEOUT) ||
	       g_error_matches(error, HTTP_ERROR, HTTP_ERROR_LOST);
}

static bool
retry_is_repeatable(const HttpRequest *request, const HttpRetry *retry)
{
	static const char *const methods[] = { "GET", "HEAD", "OPTIONS", "PUT", "DELETE" };

	if (retry->repeatable)
		return true;
	if (request->method == NULL)
		return request->body == NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(methods); i++)
		if (g_ascii_strcasecmp(request->method, methods[i]) == 0)
			return true;
	return false;
}

/* The server has not begun to work on it. */
static bool
retry_had_no_effect(const HttpResponse *response, const GError *error)
{
	static const guint refused[] = { 425, 429, 503 };

	if (response != NULL)
		return retry_has_status(response, refused, G_N_ELEMENTS(refused));
	return g_error_matches(error, HTTP_ERROR, HTTP_ERROR_RESOLVE) ||
	       g_error_matches(error, HTTP_ERROR, HTTP_ERROR_CONNECT);
}

static bool
retry_is_wanted(const HttpRequest *request, const HttpRetry *retry, const HttpResponse *response, const GError *error)
{
	HttpAgain again = retry->again != NULL ? retry->again : http_is_passing;

	if (g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED))
		return false;
	return again(response, error, retry->data) &&
	       (retry_is_repeatable(request, retry) || retry_had_no_effect(response, error));
}

/* --- How long --------------------------------------------------------------------------- */

/* Microseconds that Retry-After asks for: seconds, or a date (RFC 9110, 10.2.3); -1: nothing that can be read. */
static gint64
retry_read_after(const HttpResponse *response)
{
	const char *value = response != NULL ? http_response_header(response, "Retry-After") : NULL;

	if (value == NULL || value[0] == '\0')
		return -1;
	if (strspn(value, "0123456789") == strlen(value))
		return (gint64)MIN(g_ascii_strtoull(value, NULL, 10), G_MAXINT32) * G_USEC_PER_SEC;
	gint64 date = (gint64)curl_getdate(value, NULL);
	return date < 0 ? -1 : MAX(date * G_USEC_PER_SEC - g_get_real_time(), 0);
}

/* Doubles from attempt to attempt; up to a fifth less, so that many who wait do not come back at once. */
static gint64
retry_grow(const HttpRetry *retry, guint attempts)
{
	gint64 pause = retry->pause != 0 ? retry->pause : PAUSE;
	gint64 most = retry->pause_max != 0 ? retry->pause_max : PAUSE_MAX;

	for (guint i = 1; i < attempts && pause < most; i++)
		pause *= 2;
	pause = MIN(pause, most);
	return pause - (gint64)(g_random_double() * 0.2 * (double)pause);
}

static bool
retry_wait(gint64 microseconds, GError **error)
{
	gint64 until = g_get_monotonic_time() + microseconds;
	struct pollfd signals = { .fd = base_interrupt_fd(), .events = POLLIN };

	for (;;) {
		gint64 left = until - g_get_monotonic_time();
		if (!base_interrupt_check(error))
			return false;
		if (left <= 0)
			return true;
		poll(&signals, 1, (int)MIN(left / 1000 + 1, G_MAXINT));
	}
}

/* --- Attempts ---------------------------------------------------------------------------- */

/* The time of one attempt ends with the deadline of all. */
static HttpRequest
retry_limit(const HttpRequest *request, gint64 until)
{
	HttpRequest limited = *request;
	gint64 timeout = request->timeout != 0 ? request->timeout : HTTP_TIMEOUT;

	limited.timeout = until != 0 ? CLAMP(until - g_get_monotonic_time(), 1000, timeout) : timeout;
	return limited;
}

/* How long to wait until the next attempt; -1: there is none. */
static gint64
retry_next(const HttpRetry *retry, const HttpResponse *response, guint attempts, gint64 until)
{
	gint64 asked = retry_read_after(response);
	gint64 pause = asked >= 0 ? asked : retry_grow(retry, attempts);

	if (until == 0 || (retry->attempts != 0 && attempts >= retry->attempts))
		return -1;
	return g_get_monotonic_time() + pause < until ? pause : -1;
}

bool
http_send_again(const HttpRequest *request, const HttpRetry *retry, HttpResponse *ret_response, GError **error)
{
	gint64 until = retry->deadline != 0 ? g_get_monotonic_time() + retry->deadline : 0;

	for (guint attempts = 1;; attempts++) {
		g_auto(HttpResponse) response = { 0 };
		g_autoptr(GError) cause = NULL;
		const HttpRequest limited = retry_limit(request, until);
		bool sent = http_send(&limited, &response, &cause);
		response.attempts = attempts;
		gint64 pause = retry_is_wanted(request, retry, sent ? &response : NULL, cause)
		                   ? retry_next(retry, sent ? &response : NULL, attempts, until)
		                   : -1;
		if (pause < 0) {
			if (!sent) {
				g_propagate_error(error, g_steal_pointer(&cause));
				return false;
			}
			*ret_response = response;
			response = (HttpResponse){ 0 };
			return true;
		}
		if (!retry_wait(pause, error))
			return false;
	}
}
