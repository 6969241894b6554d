#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"
#include "http/http.h"

#include <glib.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PLAIN, OTHER, SECURE, EXPIRED, WRONG_HOST, N_PORTS };

/* The server of all tests. */
static struct {
	char *folder;
	char *ca_file;
	GPid pid;
	int input;
	guint ports[N_PORTS];
} stub;

static const char certificates[] =
    "set -e; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out good.pem "
    "-days 40 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1\n"
    "openssl req -new -key key.pem -subj /CN=localhost -out request\n"
    "openssl x509 -req -in request -signkey key.pem -days -1 -out expired.pem 2>/dev/null || openssl x509 -req -in "
    "request -signkey key.pem -not_before 20200101000000Z -not_after 20200102000000Z -out expired.pem\n"
    "openssl req -x509 -key key.pem -out other.pem -days 40 -subj /CN=elsewhere -addext subjectAltName=DNS:elsewhere\n"
    "cat good.pem expired.pem other.pem > ca.pem";

static void
shell(const char *text)
{
	const char *const arguments[] = { "/bin/sh", "-c", text, NULL };
	const BaseProcess process = { .arguments = arguments, .input = -1, .output = -1, .directory = stub.folder };
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(GError) error = NULL;

	if (!base_process_run(&process, &end, &error))
		fail_msg("%s", error->message);
	if (!end.succeeded)
		fail_msg("%s", end.stderr_text);
}

static int
start(void **state)
{
	g_autofree char *path = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "tests/unit/http/stub.py", NULL);
	int output = -1;

	(void)state;
	/* No proxy of the environment gets between. */
	g_unsetenv("http_proxy");
	g_unsetenv("https_proxy");
	g_unsetenv("all_proxy");
	g_unsetenv("SSL_CERT_FILE");
	stub.folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	stub.ca_file = g_build_filename(stub.folder, "ca.pem", NULL);
	shell(certificates);
	char program[] = "python3";
	char *arguments[] = { program, path, stub.folder, NULL };
	if (!g_spawn_async_with_pipes(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
	                              NULL, &stub.pid, &stub.input, &output, NULL, NULL))
		return 1;
	FILE *lines = fdopen(output, "r");
	int read = fscanf(lines, "%u %u %u %u %u", &stub.ports[0], &stub.ports[1], &stub.ports[2], &stub.ports[3],
	                  &stub.ports[4]);
	fclose(lines);
	return read == N_PORTS ? 0 : 1;
}

static int
stop(void **state)
{
	(void)state;
	close(stub.input);
	g_spawn_close_pid(stub.pid);
	/* Not by base/process.h, whose programs end at once after the signal of the last test. */
	char program[] = "rm";
	char option[] = "-rf";
	char *arguments[] = { program, option, stub.folder, NULL };
	g_spawn_sync(NULL, arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
	g_free(stub.folder);
	g_free(stub.ca_file);
	return 0;
}

static char *
at(int port, const char *path)
{
	return g_strdup_printf("%s://127.0.0.1:%u/%s", port >= SECURE ? "https" : "http", stub.ports[port], path);
}

static HttpResponse
get(const char *url)
{
	HttpResponse response = { 0 };
	g_autoptr(GError) error = NULL;

	if (!http_send(&(HttpRequest){ .url = url, .ca_file = stub.ca_file }, &response, &error))
		fail_msg("%s: %s", url, error->message);
	return response;
}

/* --- Requests and responses ------------------------------------------------------ */

static void
a_request_arrives_as_it_was_written(void **state)
{
	const char *const headers[] = { "X-Own: 7", "Content-Type: application/json", NULL };
	g_autofree char *url = at(PLAIN, "echo");
	g_auto(HttpResponse) response = { 0 };
	g_autoptr(GError) error = NULL;
	const HttpRequest request = { .url = url,
		                      .method = "PATCH",
		                      .headers = headers,
		                      .body = "{\"a\": 1}",
		                      .body_length = 8,
		                      .user = "u",
		                      .password = "p" };

	(void)state;
	assert_true(http_send(&request, &response, &error));
	assert_int_equal(response.status, 200);
	assert_non_null(strstr(response.body, "\"method\": \"PATCH\""));
	assert_non_null(strstr(response.body, "\"body\": \"{\\\"a\\\": 1}\""));
	assert_non_null(strstr(response.body, "\"X-Own\": \"7\""));
	assert_non_null(strstr(response.body, "\"Content-Type\": \"application/json\""));
	assert_non_null(strstr(response.body, "\"Authorization\": \"Basic dTpw\""));
	assert_string_equal(http_response_header(&response, "content-type"), "application/json");
	assert_string_equal(http_response_header(&response, "X-TWICE"), "a");
	assert_null(http_response_header(&response, "X-Absent"));
	assert_string_equal(response.ip, "127.0.0.1");
	assert_string_equal(response.version, "1.1");
	assert_int_equal(response.attempts, 1);
	assert_true(response.duration > 0 && response.times.total > 0);
	assert_int_equal(response.certificate_expiry, 0);
}

static void
an_answer_with_a_bad_status_is_an_answer(void **state)
{
	(void)state;
	for (guint status = 400; status <= 500; status += 100) {
		g_autofree char *path = g_strdup_printf("status/%u", status);
		g_autofree char *url = at(PLAIN, path);
		g_auto(HttpResponse) response = get(url);
		assert_int_equal(response.status, status);
		assert_string_equal(response.body, "said");
	}
}

static void
a_bearer_and_the_method_of_a_body(void **state)
{
	g_autofree char *url = at(PLAIN, "echo");
	g_auto(HttpResponse) response = { 0 };

	(void)state;
	assert_true(
	    http_send(&(HttpRequest){ .url = url, .bearer = "t0k", .body = "", .body_length = 0 }, &response, NULL));
	assert_non_null(strstr(response.body, "\"method\": \"POST\""));
	assert_non_null(strstr(response.body, "\"Authorization\": \"Bearer t0k\""));
}

static void
a_compressed_body_comes_unpacked(void **state)
{
	g_autofree char *url = at(PLAIN, "packed");
	g_auto(HttpResponse) response = get(url);

	(void)state;
	assert_string_equal(response.body, "unpacked");
	assert_int_equal(response.body_length, 8);
}

static void
head_has_no_body(void **state)
{
	g_autofree char *url = at(PLAIN, "status/200");
	g_auto(HttpResponse) response = { 0 };

	(void)state;
	assert_true(http_send(&(HttpRequest){ .url = url, .method = "HEAD" }, &response, NULL));
	assert_int_equal(response.status, 200);
	assert_int_equal(response.body_length, 0);
}

static void
cookies_come_back_with_the_next_request(void **state)
{
	g_autoptr(HttpCookies) cookies = http_cookies_new();
	g_autofree char *url = at(PLAIN, "cookie");

	(void)state;
	for (int i = 0; i < 2; i++) {
		g_auto(HttpResponse) response = { 0 };
		assert_true(http_send(&(HttpRequest){ .url = url, .cookies = cookies }, &response, NULL));
		assert_string_equal(response.body, i == 0 ? "none" : "session=s1");
	}
	g_auto(HttpResponse) without = get(url);
	assert_string_equal(without.body, "none");
}

static void
a_certificate_says_how_long_it_is_good(void **state)
{
	g_autofree char *url = at(SECURE, "status/200");
	g_auto(HttpResponse) response = get(url);
	gint64 days = (response.certificate_expiry - g_get_real_time() / G_USEC_PER_SEC) / 86400;

	(void)state;
	assert_true(days >= 39 && days <= 40);
	assert_true(response.certificate_start <= g_get_real_time() / G_USEC_PER_SEC);
	assert_non_null(strstr(response.certificate_subject, "localhost"));
	assert_non_null(strstr(response.certificate_issuer, "localhost"));
	assert_non_null(response.certificate_serial);
	assert_true(response.times.secured > 0);
}

/* --- No answer ------------------------------------------------------------------------ */

typedef struct {
	int port;
	const char *path;
	HttpError code;
	const char *said;
	gint64 timeout; /* milliseconds */
	guint redirects;
} Bad;

static void
failures_without_a_response_have_a_code(void **state)
{
	static const Bad rows[] = {
		{ PLAIN, "nothing", HTTP_ERROR_LOST, "without an answer", 0, 0 },
		{ PLAIN, "cut", HTTP_ERROR_LOST, "before the body did", 0, 0 },
		{ PLAIN, "hang?key=s3cret", HTTP_ERROR_TIMEOUT, "/hang: no answer in time", 200, 0 },
		{ PLAIN, "drip", HTTP_ERROR_TIMEOUT, "no answer in time", 300, 0 },
		{ PLAIN, "large/33554432", HTTP_ERROR_TOO_LARGE, "16777216 bytes", 0, 0 },
		{ PLAIN, "bomb/200", HTTP_ERROR_TOO_LARGE, "16777216 bytes", 0, 0 },
		{ PLAIN, "broken", HTTP_ERROR_PROTOCOL, "unpacked", 0, 0 },
		{ PLAIN, "headers-large", HTTP_ERROR_TOO_LARGE, "headers", 0, 0 },
		{ PLAIN, "garbage", HTTP_ERROR_PROTOCOL, "no HTTP", 0, 0 },
		{ PLAIN, "to/302//to/302/%2fto", HTTP_ERROR_REDIRECT, "no more redirects", 0, 1 },
		{ PLAIN, "to/302/file:%2f%2f%2fetc%2fpasswd", HTTP_ERROR_REDIRECT, "no URL of http", 0, 5 },
		{ EXPIRED, "status/200", HTTP_ERROR_CERTIFICATE, "expired", 0, 0 },
		{ WRONG_HOST, "status/200", HTTP_ERROR_CERTIFICATE, "certificate", 0, 0 },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url = at(rows[i].port, rows[i].path);
		g_auto(HttpResponse) response = { 0 };
		g_autoptr(GError) error = NULL;
		const HttpRequest request = { .url = url,
			                      .ca_file = stub.ca_file,
			                      .timeout = rows[i].timeout * 1000,
			                      .redirects = rows[i].redirects };
		if (http_send(&request, &response, &error))
			fail_msg("%s: status %u", rows[i].path, response.status);
		if (!g_error_matches(error, HTTP_ERROR, (int)rows[i].code) ||
		    strstr(error->message, rows[i].said) == NULL)
			fail_msg("%s: code %d: %s", rows[i].path, error->code, error->message);
		assert_null(strstr(error->message, "s3cret"));
	}
}

static void
a_certificate_of_an_unknown_issuer_is_refused(void **state)
{
	g_autofree char *url = at(SECURE, "status/200");
	g_auto(HttpResponse) response = { 0 };
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(http_send(&(HttpRequest){ .url = url }, &response, &error));
	assert_true(g_error_matches(error, HTTP_ERROR, HTTP_ERROR_CERTIFICATE));
	assert_non_null(strstr(error->message, "SSL_CERT_FILE"));
}

static void
invalid_requests_are_not_sent(void **state)
{
	static const struct {
		const char *url;
		const char *method;
		const char *header;
	} rows[] = {
		{ "ftp://127.0.0.1/", NULL, NULL },
		{ "file:///etc/passwd", NULL, NULL },
		{ "nonsense nonsense", NULL, NULL },
		{ "", NULL, NULL },
		{ "http://127.0.0.1:1/", "GET / HTTP/1.1\r\nX", NULL },
		{ "http://127.0.0.1:1/", NULL, "X: a\r\nY: b" },
		{ "http://127.0.0.1:1/", NULL, "no colon" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const headers[] = { rows[i].header, NULL };
		g_auto(HttpResponse) response = { 0 };
		g_autoptr(GError) error = NULL;
		const HttpRequest request = { .url = rows[i].url, .method = rows[i].method, .headers = headers };
		assert_false(http_send(&request, &response, &error));
		if (!g_error_matches(error, HTTP_ERROR, HTTP_ERROR_REQUEST))
			fail_msg("%s: %s", rows[i].url, error->message);
	}
	g_auto(HttpResponse) response = { 0 };
	g_autoptr(GError) error = NULL;
	assert_false(http_send(&(HttpRequest){ .url = "http://u:s3cret@127.0.0.1:1/x?t=s3cret" }, &response, &error));
	assert_true(g_error_matches(error, HTTP_ERROR, HTTP_ERROR_CONNECT));
	assert_null(strstr(error->message, "s3cret"));
}

static void
a_proxy_of_the_environment_is_used(void **state)
{
	g_autofree char *proxy = at(PLAIN, "");

	(void)state;
	g_setenv("http_proxy", proxy, TRUE);
	g_auto(HttpResponse) response = get("http://nowhere.invalid/echo");
	assert_non_null(strstr(response.body, "nowhere.invalid"));
	g_setenv("no_proxy", "127.0.0.1", TRUE);
	g_autofree char *url = at(OTHER, "status/200");
	g_auto(HttpResponse) direct = get(url);
	assert_string_equal(direct.body, "said");
	g_unsetenv("http_proxy");
	g_unsetenv("no_proxy");
}

/* --- Redirects ------------------------------------------------------------------------- */

static void
a_redirect_is_followed_only_when_asked(void **state)
{
	g_autofree char *url = at(PLAIN, "to/302//status/200");
	g_auto(HttpResponse) plain = get(url);
	g_auto(HttpResponse) followed = { 0 };

	(void)state;
	assert_int_equal(plain.status, 302);
	assert_string_equal(http_response_header(&plain, "Location"), "/status/200");
	assert_true(http_send(&(HttpRequest){ .url = url, .redirects = 1 }, &followed, NULL));
	assert_int_equal(followed.status, 200);
	assert_int_equal(followed.redirects, 1);
	assert_true(g_str_has_suffix(followed.url, "/status/200"));
}

/* From one port to another: an origin of its own. */
static void
another_origin_gets_no_credentials(void **state)
{
	const char *const headers[] = { "PRIVATE-TOKEN: s3cret", "Accept: text/x-kept", NULL };
	g_autofree char *target = at(OTHER, "echo");
	g_autofree char *escaped = g_uri_escape_string(target, NULL, FALSE);
	g_autofree char *path = g_strconcat("to/302/", escaped, NULL);
	g_autofree char *url = at(PLAIN, path);
	const HttpRequest requests[] = {
		{ .url = url, .headers = headers, .user = "u", .password = "s3cret", .redirects = 3 },
		{ .url = url, .headers = headers, .bearer = "s3cret", .redirects = 3 },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
		g_auto(HttpResponse) response = { 0 };
		assert_true(http_send(&requests[i], &response, NULL));
		assert_int_equal(response.status, 200);
		assert_string_equal(response.url, target);
		assert_null(strstr(response.body, "Authorization"));
		assert_null(strstr(response.body, "s3cret"));
		assert_non_null(strstr(response.body, "x-kept"));
	}
}

static void
the_same_origin_gets_them_again(void **state)
{
	g_autofree char *url = at(PLAIN, "to/307//echo");
	g_auto(HttpResponse) response = { 0 };
	const HttpRequest request = {
		.url = url, .method = "POST", .body = "b", .body_length = 1, .bearer = "t0k", .redirects = 1
	};

	(void)state;
	assert_true(http_send(&request, &response, NULL));
	assert_non_null(strstr(response.body, "Bearer t0k"));
	assert_non_null(strstr(response.body, "\"method\": \"POST\""));
	assert_non_null(strstr(response.body, "\"body\": \"b\""));
}

static void
after_303_the_result_is_asked_for(void **state)
{
	g_autofree char *url = at(PLAIN, "to/303//echo");
	g_auto(HttpResponse) response = { 0 };

	(void)state;
	assert_true(
	    http_send(&(HttpRequest){ .url = url, .body = "b", .body_length = 1, .redirects = 1 }, &response, NULL));
	assert_non_null(strstr(response.body, "\"method\": \"GET\""));
	assert_non_null(strstr(response.body, "\"body\": \"\""));
}

static void
no_body_goes_to_another_origin_and_nothing_from_https_to_http(void **state)
{
	g_autofree char *plain = at(OTHER, "echo");
	g_autofree char *escaped = g_uri_escape_string(plain, NULL, FALSE);
	g_autofree char *path = g_strconcat("to/307/", escaped, NULL);
	g_autofree char *from_plain = at(PLAIN, path);
	g_autofree char *from_secure = at(SECURE, path);
	const HttpRequest requests[] = {
		{ .url = from_plain, .body = "b", .body_length = 1, .redirects = 1 },
		{ .url = from_secure, .ca_file = stub.ca_file, .redirects = 1 },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(requests); i++) {
		g_auto(HttpResponse) response = { 0 };
		g_autoptr(GError) error = NULL;
		assert_false(http_send(&requests[i], &response, &error));
		assert_true(g_error_matches(error, HTTP_ERROR, HTTP_ERROR_REDIRECT));
	}
}

/* --- Again -------------------------------------------------------------------------------- */

static const HttpRetry quick = { .deadline = 10 * G_USEC_PER_SEC, .pause = 10 * 1000 };

static void
passing_failures_are_tried_again(void **state)
{
	static const guint statuses[] = { 408, 425, 429, 502, 503, 504 };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autofree char *path = g_strdup_printf("flaky/passing%u/2/%u/", statuses[i], statuses[i]);
		g_autofree char *url = at(PLAIN, path);
		g_auto(HttpResponse) response = { 0 };
		assert_true(http_send_again(&(HttpRequest){ .url = url }, &quick, &response, NULL));
		assert_int_equal(response.status, 200);
		assert_int_equal(response.attempts, 3);
	}
}

static void
lasting_failures_are_not_tried_again(void **state)
{
	static const guint statuses[] = { 400, 401, 404, 409, 422, 500 };

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++) {
		g_autofree char *path = g_strdup_printf("status/%u", statuses[i]);
		g_autofree char *url = at(PLAIN, path);
		g_auto(HttpResponse) response = { 0 };
		assert_true(http_send_again(&(HttpRequest){ .url = url }, &quick, &response, NULL));
		assert_int_equal(response.attempts, 1);
	}
}

/* The server closes the connection after it has read the request: it may have carried it out. */
static void
a_post_that_may_have_had_an_effect_is_not_sent_twice(void **state)
{
	g_autofree char *url = at(PLAIN, "nothing");
	g_autofree char *times = at(PLAIN, "times/nothing-POST");
	g_auto(HttpResponse) response = { 0 };
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(
	    http_send_again(&(HttpRequest){ .url = url, .body = "b", .body_length = 1 }, &quick, &response, &error));
	assert_true(g_error_matches(error, HTTP_ERROR, HTTP_ERROR_LOST));
	g_auto(HttpResponse) seen = get(times);
	assert_string_equal(seen.body, "1");
	/* A request that is marked as repeatable. */
	HttpRetry repeatable = quick;
	repeatable.repeatable = true;
	repeatable.attempts = 3;
	g_clear_error(&error);
	assert_false(http_send_again(&(HttpRequest){ .url = url, .body = "b", .body_length = 1 }, &repeatable,
	                             &response, &error));
	g_auto(HttpResponse) later = get(times);
	assert_string_equal(later.body, "4");
}

static void
the_server_says_how_long_to_wait(void **state)
{
	g_autofree char *url = at(PLAIN, "flaky/after/1/503/1");
	g_auto(HttpResponse) response = { 0 };
	gint64 began = g_get_monotonic_time();

	(void)state;
	assert_true(http_send_again(&(HttpRequest){ .url = url }, &quick, &response, NULL));
	assert_int_equal(response.status, 200);
	assert_true(g_get_monotonic_time() - began >= G_USEC_PER_SEC);
	/* A date, which is over: at once. */
	g_autofree char *dated = at(PLAIN, "flaky/dated/1/429/Tue%2C%2001%20Dec%202020%2000:00:00%20GMT");
	g_auto(HttpResponse) second = { 0 };
	assert_true(http_send_again(&(HttpRequest){ .url = dated }, &quick, &second, NULL));
	assert_int_equal(second.status, 200);
}

/* It asks for an hour: the answer is the last one, without any wait. */
static void
nothing_is_waited_for_beyond_the_deadline(void **state)
{
	g_autofree char *url = at(PLAIN, "flaky/hour/1/503/3600");
	g_auto(HttpResponse) response = { 0 };
	gint64 began = g_get_monotonic_time();

	(void)state;
	assert_true(http_send_again(&(HttpRequest){ .url = url }, &quick, &response, NULL));
	assert_int_equal(response.status, 503);
	assert_int_equal(response.attempts, 1);
	assert_true(g_get_monotonic_time() - began < 5 * G_USEC_PER_SEC);
	/* And an answer that hangs ends with the deadline. */
	g_autofree char *hang = at(PLAIN, "hang");
	g_autoptr(GError) error = NULL;
	const HttpRetry half = { .deadline = G_USEC_PER_SEC / 2 };
	assert_false(http_send_again(&(HttpRequest){ .url = hang }, &half, &response, &error));
	assert_true(g_error_matches(error, HTTP_ERROR, HTTP_ERROR_TIMEOUT));
	assert_true(g_get_monotonic_time() - began < 10 * G_USEC_PER_SEC);
}

/* --- Signals: the last test, as the state stays -------------------------------------------- */

static gpointer
raise_soon(gpointer data)
{
	(void)data;
	g_usleep(100 * 1000);
	base_interrupt_raise();
	return NULL;
}

static void
a_signal_ends_a_request_and_a_pause(void **state)
{
	g_autofree char *hang = at(PLAIN, "hang");
	g_auto(HttpResponse) response = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) second = NULL;
	gint64 began = g_get_monotonic_time();

	(void)state;
	base_interrupt_install();
	GThread *thread = g_thread_new("raise", raise_soon, NULL);
	assert_false(http_send_again(&(HttpRequest){ .url = hang }, &quick, &response, &error));
	g_thread_join(thread);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED));
	assert_true(g_get_monotonic_time() - began < 5 * G_USEC_PER_SEC);
	assert_false(http_send(&(HttpRequest){ .url = hang }, &response, &second));
	assert_true(g_error_matches(second, BASE_ERROR, BASE_ERROR_INTERRUPTED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_arrives_as_it_was_written),
		cmocka_unit_test(an_answer_with_a_bad_status_is_an_answer),
		cmocka_unit_test(a_bearer_and_the_method_of_a_body),
		cmocka_unit_test(a_compressed_body_comes_unpacked),
		cmocka_unit_test(head_has_no_body),
		cmocka_unit_test(cookies_come_back_with_the_next_request),
		cmocka_unit_test(a_certificate_says_how_long_it_is_good),
		cmocka_unit_test(failures_without_a_response_have_a_code),
		cmocka_unit_test(a_certificate_of_an_unknown_issuer_is_refused),
		cmocka_unit_test(invalid_requests_are_not_sent),
		cmocka_unit_test(a_proxy_of_the_environment_is_used),
		cmocka_unit_test(a_redirect_is_followed_only_when_asked),
		cmocka_unit_test(another_origin_gets_no_credentials),
		cmocka_unit_test(the_same_origin_gets_them_again),
		cmocka_unit_test(after_303_the_result_is_asked_for),
		cmocka_unit_test(no_body_goes_to_another_origin_and_nothing_from_https_to_http),
		cmocka_unit_test(passing_failures_are_tried_again),
		cmocka_unit_test(lasting_failures_are_not_tried_again),
		cmocka_unit_test(a_post_that_may_have_had_an_effect_is_not_sent_twice),
		cmocka_unit_test(the_server_says_how_long_to_wait),
		cmocka_unit_test(nothing_is_waited_for_beyond_the_deadline),
		cmocka_unit_test(a_signal_ends_a_request_and_a_pause),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
