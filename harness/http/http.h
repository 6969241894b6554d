/*
 * Requests over HTTP and HTTPS.
 *
 * A request ends: with an answer, with an error, or when a signal arrives. An answer with the status 404 or 500 is an
 * answer. TLS certificates are always verified. Proxies are those of the environment (https_proxy, http_proxy,
 * all_proxy, no_proxy). Functions may be called from several threads, each with requests of its own.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <glib.h>
#include <stdbool.h>

#define HTTP_ERROR (http_error_quark())

/* Why there is no answer. */
typedef enum {
	HTTP_ERROR_REQUEST,     /* the URL, method or a header is not one */
	HTTP_ERROR_RESOLVE,     /* the name has no address, or that of the proxy */
	HTTP_ERROR_CONNECT,     /* the connection is refused, or there is no route */
	HTTP_ERROR_TLS,         /* no common version of TLS, or the other side broke it off */
	HTTP_ERROR_CERTIFICATE, /* it is expired, for another host, or of an unknown issuer */
	HTTP_ERROR_TIMEOUT,     /* the time of the request is over */
	HTTP_ERROR_LOST,        /* the connection ended before the answer did */
	HTTP_ERROR_PROTOCOL,    /* what came is no HTTP, or its compression is broken */
	HTTP_ERROR_TOO_LARGE,   /* body or headers are above the limit; a compressed body counts unpacked */
	HTTP_ERROR_REDIRECT,    /* more redirects than allowed, or one to where no request may go */
	HTTP_ERROR_OTHER,
} HttpError;

GQuark http_error_quark(void);

#define HTTP_TIMEOUT         ((gint64)30 * G_USEC_PER_SEC)
#define HTTP_CONNECT_TIMEOUT ((gint64)10 * G_USEC_PER_SEC)
#define HTTP_BODY_MAX        ((gsize)16 * 1024 * 1024)
#define HTTP_HEADERS_MAX     ((gsize)256 * 1024)
#define HTTP_REDIRECTS_MAX   10

/* Cookies of several requests. */
typedef struct HttpCookies HttpCookies;

HttpCookies *http_cookies_new(void);
void http_cookies_free(HttpCookies *cookies); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpCookies, http_cookies_free)

/* A request. All texts are the caller's; members that are NULL or 0 are left out, or as described here. */
typedef struct {
	const char *url;
	const char *method;         /* NULL: GET, or POST when there is a body */
	const char *const *headers; /* "Name: value", NULL at the end */
	const char *body;
	gsize body_length; /* bytes */
	const char *user;  /* basic authentication, with `password` */
	const char *password;
	const char *bearer;     /* a token: "Authorization: Bearer ..." */
	HttpCookies *cookies;   /* are sent, and kept; NULL: none */
	const char *ca_file;    /* who may sign certificates (PEM); NULL: SSL_CERT_FILE, or those of the system */
	gint64 timeout;         /* microseconds for all of it, redirects too; 0: HTTP_TIMEOUT */
	gint64 connect_timeout; /* microseconds; 0: HTTP_CONNECT_TIMEOUT */
	gsize body_max;         /* bytes of the answer's body; 0: HTTP_BODY_MAX */
	guint redirects;        /* how many are followed; 0: a redirect is the answer. To another origin (scheme, host,
	                         * port) go neither credentials nor headers of the request but Accept*, Content-Type
	                         * and User-Agent, and no body; from https none leads to http */
	bool cleanup;           /* a signal does not end it, because it undoes earlier requests */
} HttpRequest;

typedef struct {
	char *name; /* as the server wrote it */
	char *value;
} HttpHeader;

/* Durations in microseconds since the beginning of the last exchange. */
typedef struct {
	gint64 resolved;
	gint64 connected;
	gint64 secured; /* TLS; 0: none */
	gint64 first_byte;
	gint64 total;
} HttpTimes;

typedef struct {
	guint status;
	char *version;      /* "1.1", "2" */
	char *url;          /* that answered, after redirects */
	GPtrArray *headers; /* HttpHeader, of the last answer, in its order */
	char *body;         /* unpacked; a NUL stands behind it, and may stand in it */
	gsize body_length;
	char *ip;        /* of the server, or the proxy */
	guint redirects; /* that were followed */
	guint attempts;  /* of http_send_again; 1 otherwise */
	gint64 duration; /* microseconds, of all redirects of the last attempt */
	HttpTimes times;
	/* The server's certificate; NULL and 0 without TLS. Times are seconds since 1970, UTC. */
	char *certificate_subject;
	char *certificate_issuer;
	char *certificate_serial;
	gint64 certificate_start;
	gint64 certificate_expiry;
} HttpResponse;

void http_response_clear(HttpResponse *response);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HttpResponse, http_response_clear)

/* The value of the first header with that name, in whatever case; NULL: there is none. */
const char *http_response_header(const HttpResponse *response, const char *name);

/* Sends the request once. False with *error: HTTP_ERROR with a code of HttpError, or BASE_ERROR_INTERRUPTED. A message
 * has the method and the URL without user, password and query. */
bool http_send(const HttpRequest *request, HttpResponse *ret_response, GError **error);

/* Whether the same request may be sent again. `response` is NULL when `error` says why there is none. */
typedef bool (*HttpAgain)(const HttpResponse *response, const GError *error, gpointer data);

typedef struct {
	gint64 deadline;  /* microseconds from now, after which no attempt begins, and at which the last one ends; 0: a
	                   * single attempt */
	guint attempts;   /* at most so many; 0: as many as fit */
	gint64 pause;     /* before the second attempt; it doubles; 0: half a second */
	gint64 pause_max; /* 0: 30 seconds */
	bool repeatable;  /* it does no harm when the server gets it twice; GET, HEAD, OPTIONS, PUT and DELETE are so */
	HttpAgain again;  /* NULL: http_is_passing */
	gpointer data;
} HttpRetry;

/* True for failures that may pass: no connection, a lost one, a timeout, 408, 425, 429, 502, 503, 504. */
bool http_is_passing(const HttpResponse *response, const GError *error, gpointer data);

/* Sends the request until an answer needs no other attempt. Between attempts it waits as long as Retry-After says, or
 * with growing pauses. Where another attempt would begin after the deadline, the last answer, or its error, is the
 * result. A request that is not repeatable is sent again only when it cannot have had an effect: the server was not
 * reached, or refused it by 425, 429 or 503. Results as http_send; a signal ends the pauses, too. */
bool http_send_again(const HttpRequest *request, const HttpRetry *retry, HttpResponse *ret_response, GError **error);

/* The URL without user, password, query and fragment, for messages. The caller frees it. */
char *http_url_show(const char *url);

/* Whether both have the same scheme, host and port. False when one of them is no URL. */
bool http_url_same_origin(const char *first, const char *second);

#endif
