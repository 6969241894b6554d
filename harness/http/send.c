#include "base/interrupt.h"
#include "http/http_private.h"

#include <string.h>

/* A request on its way through redirects. */
typedef struct {
	HttpExchange exchange;
	char *url;
	gint64 began;
	guint followed;
} Way;

static void
send_way_clear(Way *way)
{
	g_free(way->url);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, send_way_clear)

void
http_response_clear(HttpResponse *response)
{
	g_free(response->version);
	g_free(response->url);
	if (response->headers != NULL)
		g_ptr_array_unref(response->headers);
	g_free(response->body);
	g_free(response->ip);
	g_free(response->certificate_subject);
	g_free(response->certificate_issuer);
	g_free(response->certificate_serial);
	*response = (HttpResponse){ 0 };
}

const char *
http_response_header(const HttpResponse *response, const char *name)
{
	for (guint i = 0; response->headers != NULL && i < response->headers->len; i++) {
		const HttpHeader *header = g_ptr_array_index(response->headers, i);
		if (g_ascii_strcasecmp(header->name, name) == 0)
			return header->value;
	}
	return NULL;
}

/* --- Before anything is sent -------------------------------------------------------- */

static const char *
send_method(const HttpRequest *request)
{
	if (request->method != NULL)
		return request->method;
	return request->body != NULL ? "POST" : "GET";
}

/* A token of RFC 9110, section 5.6.2. */
static bool
send_is_token(const char *text, gsize length)
{
	for (gsize i = 0; i < length; i++)
		if (!g_ascii_isalnum(text[i]) && strchr("!#$%&'*+-.^_`|~", text[i]) == NULL)
			return false;
	return length > 0;
}

/* A line break in a value would begin another header, or another request. */
static const char *
send_find_bad_header(const HttpRequest *request)
{
	for (const char *const *header = request->headers; header != NULL && *header != NULL; header++) {
		const char *colon = strchr(*header, ':');
		if (colon == NULL || !send_is_token(*header, (gsize)(colon - *header)) ||
		    strpbrk(*header, "\r\n") != NULL)
			return *header;
	}
	return NULL;
}

static bool
send_has_line_break(const char *text)
{
	return text != NULL && strpbrk(text, "\r\n") != NULL;
}

static bool
send_check(const HttpRequest *request, GError **error)
{
	const char *method = send_method(request);

	if (!http_url_is_valid(request->url))
		return http_fault_set(error, HTTP_ERROR_REQUEST, "write it as http://HOST/PATH or https://HOST/PATH",
		                      method, request->url, "this is no URL of http or https");
	if (!send_is_token(method, strlen(method)))
		return http_fault_set(error, HTTP_ERROR_REQUEST, NULL, "?", request->url, "the method is no word");
	/* The value may be a secret. */
	if (send_find_bad_header(request) != NULL || send_has_line_break(request->bearer))
		return http_fault_set(error, HTTP_ERROR_REQUEST, "write it as \"Name: value\", on one line", method,
		                      request->url, "a header is not one");
	return true;
}

/* --- Redirects ----------------------------------------------------------------------- */

static bool
send_is_redirect(guint status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/* As browsers and RFC 9110, 15.4: 303 asks for the result by GET; so do 301 and 302 after POST. */
static void
send_change_method(Way *way, guint status)
{
	bool post = g_ascii_strcasecmp(way->exchange.method, "POST") == 0;

	if (g_ascii_strcasecmp(way->exchange.method, "HEAD") == 0)
		return;
	if (status == 303 || (post && (status == 301 || status == 302))) {
		way->exchange.method = "GET";
		way->exchange.body = false;
	}
}

static bool
send_refuse(GError **error, const Way *way, const char *location, const char *why)
{
	g_autofree char *shown = http_url_show(location);
	g_autofree char *text = g_strdup_printf("it redirects to %s, %s", shown, why);

	return http_fault_set(error, HTTP_ERROR_REDIRECT, NULL, way->exchange.method, way->url, text);
}

static bool
send_follow(Way *way, guint status, const char *location, GError **error)
{
	if (way->followed >= way->exchange.request->redirects)
		return send_refuse(error, way, location, "and no more redirects are followed");
	if (!http_url_is_valid(location))
		return send_refuse(error, way, location, "which is no URL of http or https");
	if (http_url_is_secure(way->url) && !http_url_is_secure(location))
		return send_refuse(error, way, location, "which is not encrypted");
	send_change_method(way, status);
	if (!http_url_same_origin(way->url, location)) {
		if (way->exchange.body)
			return send_refuse(error, way, location, "another origin, which gets no body from here");
		way->exchange.own = false;
	}
	g_free(way->url);
	way->url = g_strdup(location);
	way->followed++;
	return true;
}

/* *ret_response is the answer at its end. */
static bool
send_on_its_way(Way *way, HttpResponse *ret_response, GError **error)
{
	for (;;) {
		g_auto(HttpResponse) response = { 0 };
		g_autofree char *location = NULL;
		way->exchange.url = way->url;
		if (!http_exchange(&way->exchange, &response, &location, error))
			return false;
		if (way->exchange.request->redirects == 0 || location == NULL || !send_is_redirect(response.status)) {
			response.redirects = way->followed;
			response.duration = g_get_monotonic_time() - way->began;
			*ret_response = response;
			response = (HttpResponse){ 0 };
			return true;
		}
		if (!send_follow(way, response.status, location, error))
			return false;
	}
}

bool
http_send(const HttpRequest *request, HttpResponse *ret_response, GError **error)
{
	gint64 now = g_get_monotonic_time();
	gint64 timeout = request->timeout != 0 ? request->timeout : HTTP_TIMEOUT;
	g_auto(Way) way = { .exchange = { .request = request,
		                          .method = send_method(request),
		                          .own = true,
		                          .body = request->body != NULL,
		                          .deadline = now + timeout },
		            .url = g_strdup(request->url),
		            .began = now };

	if (!send_check(request, error) || !http_start(error) || (!request->cleanup && !base_interrupt_check(error)))
		return false;
	return send_on_its_way(&way, ret_response, error);
}
