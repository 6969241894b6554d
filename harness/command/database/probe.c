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

/* By the status of the last answer; 0: there was none. */
static const char *
probe_hint(guint status)
{
	switch (status) {
	case 0:
		return "the database is reset; start the service, correct the URL, or give --probe-timeout more "
		       "seconds";
	case 401:
	case 403:
		return "the database is reset; give --probe a URL that needs no login";
	case 404:
		return "the database is reset; give --probe a URL that the service has";
	default:
		return "the database is reset; look into the log of the service";
	}
}

/* A redirect or a certificate is no better a moment later: then nobody waited. */
static bool
probe_fail(const GError *cause, guint seconds, GError **error)
{
	if (http_is_passing(NULL, cause, NULL))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, probe_hint(0),
		                      "no answer to the probe in %u s: %s", seconds, cause->message);
	base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "the probe failed: %s", cause->message);
	base_error_hint(error, "the database is reset; correct the URL");
	return false;
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
		if (!g_error_matches(cause, BASE_ERROR, BASE_ERROR_INTERRUPTED))
			return probe_fail(cause, seconds, error);
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (response.status >= 400)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, probe_hint(response.status),
		                      "the probe %s still answers %u after %u s", shown, response.status, seconds);
	printf("probe: %s answers %u\n", shown, response.status);
	return true;
}
