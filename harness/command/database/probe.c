#include "command/database/probe.h"

#include "base/error.h"
#include "http/http.h"

#include <stdio.h>

bool
command_probe_check(const char *url, GError **error)
{
	return g_str_has_prefix(url, "http://") || g_str_has_prefix(url, "https://") ||
	       base_error_set(error, BASE_ERROR_USAGE, "it begins with http:// or https://",
	                      "--probe names no URL of a service");
}

/* A service that has just lost its tables may return errors for a moment. */
static bool
probe_again(const HttpResponse *response, const GError *error, gpointer data)
{
	return response != NULL ? response->status >= 400 : http_is_passing(response, error, data);
}

bool
command_probe(const char *url, guint seconds, GError **error)
{
	const HttpRequest request = { .url = url, .redirects = HTTP_REDIRECTS_MAX };
	const HttpRetry retry = { .deadline = (gint64)seconds * G_USEC_PER_SEC,
		                  .pause_max = G_USEC_PER_SEC,
		                  .again = probe_again };
	g_auto(HttpResponse) response = { 0 };
	g_autofree char *shown = http_url_show(url);
	g_autoptr(GError) cause = NULL;

	if (!http_send_again(&request, &retry, &response, &cause)) {
		if (g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED)) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return false;
		}
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "the database is reset: look at the service",
		                      "no answer from %s in %u s: %s", shown, seconds, cause->message);
	}
	if (response.status >= 400)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "the database is reset: look at the service",
		                      "%s answers %u, for %u s", shown, response.status, seconds);
	printf("probe: %s answers %u\n", shown, response.status);
	return true;
}
