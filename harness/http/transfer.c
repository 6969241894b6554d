#include "base/error.h"
#include "base/interrupt.h"
#include "http/http_private.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

/* Interval at which a slow body is checked, in milliseconds. */
#define POLL_MS 1000

typedef struct curl_slist HeaderList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HeaderList, curl_slist_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURL, curl_easy_cleanup)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURLM, curl_multi_cleanup)

/* The response. */
typedef struct {
	GByteArray *body;
	gsize body_max;
	GPtrArray *headers;
	gsize header_bytes;
	bool too_large;         /* the body */
	bool headers_too_large; /* or these */
} Answer;

static void
transfer_answer_clear(Answer *answer)
{
	if (answer->body != NULL)
		g_byte_array_unref(answer->body);
	if (answer->headers != NULL)
		g_ptr_array_unref(answer->headers);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, transfer_answer_clear)

/* --- Starting libcurl ---------------------------------------------------------- */

bool
http_start(GError **error)
{
	static gsize started = 0;

	if (g_once_init_enter(&started))
		g_once_init_leave(&started, curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? 1 : 2);
	return started == 1 || base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "libcurl cannot be started");
}

/* --- Receiving ----------------------------------------------------------------- */

static void
transfer_header_free(gpointer data)
{
	HttpHeader *header = data;

	g_free(header->name);
	g_free(header->value);
	g_free(header);
}

static size_t
transfer_on_body(char *data, size_t size, size_t count, void *user)
{
	Answer *answer = user;
	gsize length = size * count;

	if (length > answer->body_max - answer->body->len) {
		answer->too_large = true;
		return 0;
	}
	g_byte_array_append(answer->body, (const guint8 *)data, (guint)length);
	return length;
}

static void
transfer_add_header(Answer *answer, const char *line, gsize length)
{
	const char *colon = memchr(line, ':', length);

	if (colon == NULL)
		return;
	HttpHeader *header = g_new0(HttpHeader, 1);
	header->name = g_strstrip(g_strndup(line, (gsize)(colon - line)));
	header->value = g_strstrip(g_strndup(colon + 1, length - (gsize)(colon + 1 - line)));
	g_ptr_array_add(answer->headers, header);
}

/* The headers of "100 Continue" and of a proxy's answer come first: those of the last answer count. */
static size_t
transfer_on_header(char *data, size_t size, size_t count, void *user)
{
	Answer *answer = user;
	gsize length = size * count;

	answer->header_bytes += length;
	if (answer->header_bytes > HTTP_HEADERS_MAX) {
		answer->headers_too_large = true;
		return 0;
	}
	if (length >= strlen("HTTP/") && memcmp(data, "HTTP/", strlen("HTTP/")) == 0)
		g_ptr_array_set_size(answer->headers, 0);
	else
		transfer_add_header(answer, data, length);
	return length;
}

/* --- Request -------------------------------------------------------------------- */

static bool
transfer_goes_to_others(const char *header)
{
	static const char *const names[] = { "Accept", "Content-Type:", "User-Agent:" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_ascii_strncasecmp(header, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static HeaderList *
transfer_list_headers(const HttpExchange *exchange)
{
	/* libcurl waits a second for "100 Continue" otherwise. */
	HeaderList *list = curl_slist_append(NULL, "Expect:");

	for (const char *const *header = exchange->request->headers; header != NULL && *header != NULL; header++)
		if (exchange->own || transfer_goes_to_others(*header))
			list = curl_slist_append(list, *header);
	return list;
}

static void
transfer_set_credentials(CURL *handle, const HttpExchange *exchange)
{
	const HttpRequest *request = exchange->request;

	if (!exchange->own)
		return;
	if (request->bearer != NULL) {
		curl_easy_setopt(handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(handle, CURLOPT_XOAUTH2_BEARER, request->bearer);
	} else if (request->user != NULL) {
		curl_easy_setopt(handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(handle, CURLOPT_USERNAME, request->user);
		curl_easy_setopt(handle, CURLOPT_PASSWORD, request->password != NULL ? request->password : "");
	}
}

static void
transfer_set_method(CURL *handle, const HttpExchange *exchange)
{
	const HttpRequest *request = exchange->request;

	if (exchange->body) {
		curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length);
		curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body);
	}
	if (g_ascii_strcasecmp(exchange->method, "HEAD") == 0)
		curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, exchange->method);
}

static void
transfer_set_trust(CURL *handle, const HttpRequest *request)
{
	const char *file = request->ca_file != NULL ? request->ca_file : g_getenv("SSL_CERT_FILE");

	if (file != NULL && file[0] != '\0')
		curl_easy_setopt(handle, CURLOPT_CAINFO, file);
	curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(handle, CURLOPT_CERTINFO, 1L);
}

static void
transfer_set_limits(CURL *handle, const HttpExchange *exchange)
{
	gint64 left = (exchange->deadline - g_get_monotonic_time()) / 1000;
	gint64 connect = exchange->request->connect_timeout;

	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)MAX(left, 1));
	curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
	                 (long)MAX((connect != 0 ? connect : HTTP_CONNECT_TIMEOUT) / 1000, 1));
	curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	/* Signals belong to all threads. */
	curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
}

static void
transfer_set_all(CURL *handle, const HttpExchange *exchange, Answer *answer)
{
	curl_easy_setopt(handle, CURLOPT_URL, exchange->url);
	curl_easy_setopt(handle, CURLOPT_USERAGENT, "pgassay/" PGASSAY_VERSION);
	curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, transfer_on_body);
	curl_easy_setopt(handle, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, transfer_on_header);
	curl_easy_setopt(handle, CURLOPT_HEADERDATA, answer);
	transfer_set_limits(handle, exchange);
	transfer_set_trust(handle, exchange->request);
	transfer_set_credentials(handle, exchange);
	transfer_set_method(handle, exchange);
	http_cookies_give(exchange->request->cookies, handle);
}

/* --- The exchange ---------------------------------------------------------------- */

static bool
transfer_is_done(CURLM *multi, CURLcode *ret_code)
{
	int left = 0;
	const CURLMsg *message = curl_multi_info_read(multi, &left);

	if (message == NULL || message->msg != CURLMSG_DONE)
		return false;
	*ret_code = message->data.result;
	return true;
}

/* Until the handle is done, or a signal has arrived. */
static bool
transfer_drive(CURLM *multi, bool cleanup, CURLcode *ret_code, GError **error)
{
	struct curl_waitfd signals = { .fd = cleanup ? -1 : base_interrupt_fd(), .events = CURL_WAIT_POLLIN };
	unsigned n_signals = signals.fd >= 0 ? 1 : 0;
	int running = 0;

	for (;;) {
		CURLMcode code = curl_multi_perform(multi, &running);
		if (code == CURLM_OK && transfer_is_done(multi, ret_code))
			return true;
		if (code == CURLM_OK)
			code = curl_multi_poll(multi, n_signals != 0 ? &signals : NULL, n_signals, POLL_MS, NULL);
		if (!cleanup && !base_interrupt_check(error))
			return false;
		if (code != CURLM_OK)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "libcurl: %s",
			                      curl_multi_strerror(code));
	}
}

/* The other side may be gone when something is written: that is an error of the write, not the end of the process. */
static bool
transfer_run(CURL *handle, bool cleanup, CURLcode *ret_code, GError **error)
{
	g_autoptr(CURLM) multi = curl_multi_init();
	const struct timespec now = { 0 };
	sigset_t broken;
	sigset_t before;

	sigemptyset(&broken);
	sigaddset(&broken, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &broken, &before);
	curl_multi_add_handle(multi, handle);
	bool done = transfer_drive(multi, cleanup, ret_code, error);
	curl_multi_remove_handle(multi, handle);
	while (sigtimedwait(&broken, NULL, &now) > 0)
		;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return done;
}

/* --- Response --------------------------------------------------------------------- */

static gint64
transfer_get_time(CURL *handle, CURLINFO which)
{
	curl_off_t time = 0;

	curl_easy_getinfo(handle, which, &time);
	return (gint64)time;
}

static const char *
transfer_get_text(CURL *handle, CURLINFO which)
{
	const char *text = NULL;

	curl_easy_getinfo(handle, which, &text);
	return text;
}

static const char *
transfer_describe_version(CURL *handle)
{
	long version = 0;

	curl_easy_getinfo(handle, CURLINFO_HTTP_VERSION, &version);
	switch (version) {
	case CURL_HTTP_VERSION_1_0:
		return "1.0";
	case CURL_HTTP_VERSION_2_0:
		return "2";
	case CURL_HTTP_VERSION_3:
		return "3";
	default:
		return "1.1";
	}
}

/* "Expire date:Dec  1 08:00:00 2026 GMT", among others; the server's own certificate is the first. */
static void
transfer_keep_certificate_line(const char *line, HttpResponse *response)
{
	const char *colon = strchr(line, ':');
	gsize length = colon != NULL ? (gsize)(colon - line) : 0;

	if (colon == NULL)
		return;
	if (length == strlen("Subject") && g_str_has_prefix(line, "Subject"))
		response->certificate_subject = g_strdup(colon + 1);
	else if (length == strlen("Issuer") && g_str_has_prefix(line, "Issuer"))
		response->certificate_issuer = g_strdup(colon + 1);
	else if (length == strlen("Serial Number") && g_str_has_prefix(line, "Serial Number"))
		response->certificate_serial = g_strdup(colon + 1);
	else if (g_str_has_prefix(line, "Start date:"))
		response->certificate_start = (gint64)curl_getdate(colon + 1, NULL);
	else if (g_str_has_prefix(line, "Expire date:"))
		response->certificate_expiry = (gint64)curl_getdate(colon + 1, NULL);
}

static void
transfer_keep_certificate(CURL *handle, HttpResponse *response)
{
	const struct curl_certinfo *chain = NULL;

	if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL ||
	    chain->num_of_certs < 1)
		return;
	for (const struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next)
		transfer_keep_certificate_line(line->data, response);
}

static HttpTimes
transfer_read_times(CURL *handle)
{
	return (HttpTimes){
		.resolved = transfer_get_time(handle, CURLINFO_NAMELOOKUP_TIME_T),
		.connected = transfer_get_time(handle, CURLINFO_CONNECT_TIME_T),
		.secured = transfer_get_time(handle, CURLINFO_APPCONNECT_TIME_T),
		.first_byte = transfer_get_time(handle, CURLINFO_STARTTRANSFER_TIME_T),
		.total = transfer_get_time(handle, CURLINFO_TOTAL_TIME_T),
	};
}

static void
transfer_keep(CURL *handle, const HttpExchange *exchange, Answer *answer, HttpResponse *ret_response)
{
	long status = 0;

	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	g_byte_array_append(answer->body, (const guint8 *)"", 1);
	*ret_response = (HttpResponse){
		.status = (guint)status,
		.version = g_strdup(transfer_describe_version(handle)),
		.url = g_strdup(exchange->url),
		.headers = g_steal_pointer(&answer->headers),
		.body_length = answer->body->len - 1,
		.ip = g_strdup(transfer_get_text(handle, CURLINFO_PRIMARY_IP)),
		.attempts = 1,
		.times = transfer_read_times(handle),
	};
	ret_response->body = (char *)g_byte_array_free(g_steal_pointer(&answer->body), FALSE);
	transfer_keep_certificate(handle, ret_response);
}

static bool
transfer_explain(GError **error, CURLcode code, const char *detail, const HttpExchange *exchange, const Answer *answer)
{
	if (answer->headers_too_large)
		return http_fault_set(error, HTTP_ERROR_TOO_LARGE, NULL, exchange->method, exchange->url,
		                      "the headers are larger than 256 KiB");
	if (!answer->too_large)
		return http_fault(error, code, detail, exchange);
	g_autofree char *why = g_strdup_printf("the body is larger than %zu bytes", answer->body_max);
	return http_fault_set(error, HTTP_ERROR_TOO_LARGE, NULL, exchange->method, exchange->url, why);
}

bool
http_exchange(const HttpExchange *exchange, HttpResponse *ret_response, char **ret_location, GError **error)
{
	g_autoptr(HeaderList) headers = transfer_list_headers(exchange);
	g_autoptr(CURL) handle = curl_easy_init();
	char detail[CURL_ERROR_SIZE] = "";
	CURLcode code = CURLE_OK;
	g_auto(Answer)
	    answer = { .body = g_byte_array_new(),
		       .body_max = exchange->request->body_max != 0 ? exchange->request->body_max : HTTP_BODY_MAX,
		       .headers = g_ptr_array_new_with_free_func(transfer_header_free) };

	curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, detail);
	curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	transfer_set_all(handle, exchange, &answer);
	if (!transfer_run(handle, exchange->request->cleanup, &code, error))
		return false;
	if (code != CURLE_OK)
		return transfer_explain(error, code, detail, exchange, &answer);
	http_cookies_take(exchange->request->cookies, handle);
	transfer_keep(handle, exchange, &answer, ret_response);
	*ret_location = g_strdup(transfer_get_text(handle, CURLINFO_REDIRECT_URL));
	return true;
}
