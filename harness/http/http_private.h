/*
 * Declarations that the files of http/ share.
 */
#ifndef HTTP_HTTP_PRIVATE_H
#define HTTP_HTTP_PRIVATE_H

#include "http/http.h"

#include <curl/curl.h>

/* libcurl is ready for threads after the first call. */
bool http_start(GError **error);

/* One exchange: no redirect is followed. `url` stands for that of the request. Credentials, the caller's own headers
 * and the body are sent when `own` is true. `deadline` is a time of g_get_monotonic_time. *ret_location is where a
 * redirect leads, absolute, or NULL; the caller frees it. Otherwise as http_send. */
typedef struct {
	const HttpRequest *request;
	const char *url;
	const char *method;
	bool own;
	bool body;
	gint64 deadline;
} HttpExchange;

bool http_exchange(const HttpExchange *exchange, HttpResponse *ret_response, char **ret_location, GError **error);

/* Gives the stored cookies to the handle, and takes the new ones from it. `cookies` may be NULL. */
void http_cookies_give(const HttpCookies *cookies, CURL *handle);
void http_cookies_take(HttpCookies *cookies, CURL *handle);

/* Sets *error for a code of libcurl; `detail` is libcurl's own text, or empty. Always returns false. */
bool http_fault(GError **error, CURLcode code, const char *detail, const HttpExchange *exchange);
/* The same for a code of ours. */
bool http_fault_set(GError **error, HttpError code, const char *hint, const char *method, const char *url,
                    const char *why);

/* True when the URL is http or https and has a host. */
bool http_url_is_valid(const char *url);
bool http_url_is_secure(const char *url);

#endif
