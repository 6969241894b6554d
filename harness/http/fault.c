#include "base/error.h"
#include "http/http_private.h"

GQuark
http_error_quark(void)
{
	return g_quark_from_static_string("pgassay-http-error");
}

typedef struct {
	CURLcode curl;
	HttpError code;
	const char *why;
	const char *hint;
} Fault;

static const char certificate_hint[] = "renew it, or name the file of whoever signs your certificates in SSL_CERT_FILE";

static const Fault faults[] = {
	{ CURLE_URL_MALFORMAT, HTTP_ERROR_REQUEST, "this is no URL", NULL },
	{ CURLE_COULDNT_RESOLVE_PROXY, HTTP_ERROR_RESOLVE, "the name of the proxy has no address",
	  "look at https_proxy, http_proxy, all_proxy and no_proxy" },
	{ CURLE_COULDNT_RESOLVE_HOST, HTTP_ERROR_RESOLVE, "the name has no address", NULL },
	{ CURLE_COULDNT_CONNECT, HTTP_ERROR_CONNECT, "cannot connect", NULL },
	{ CURLE_PROXY, HTTP_ERROR_CONNECT, "the proxy refuses",
	  "look at https_proxy, http_proxy, all_proxy and no_proxy" },
	{ CURLE_SSL_CONNECT_ERROR, HTTP_ERROR_TLS, "TLS failed", NULL },
	{ CURLE_SSL_CIPHER, HTTP_ERROR_TLS, "TLS failed", NULL },
	{ CURLE_SSL_CERTPROBLEM, HTTP_ERROR_TLS, "TLS failed", NULL },
	{ CURLE_SSL_CACERT_BADFILE, HTTP_ERROR_TLS, "the file of those who sign certificates cannot be read",
	  "install the package ca-certificates, or name such a file in SSL_CERT_FILE" },
	{ CURLE_PEER_FAILED_VERIFICATION, HTTP_ERROR_CERTIFICATE, "the certificate is refused", certificate_hint },
	{ CURLE_SSL_ISSUER_ERROR, HTTP_ERROR_CERTIFICATE, "the certificate is refused", certificate_hint },
	{ CURLE_SSL_INVALIDCERTSTATUS, HTTP_ERROR_CERTIFICATE, "the certificate is refused", certificate_hint },
	{ CURLE_OPERATION_TIMEDOUT, HTTP_ERROR_TIMEOUT, "no answer in time", NULL },
	{ CURLE_GOT_NOTHING, HTTP_ERROR_LOST, "the connection ended without an answer", NULL },
	{ CURLE_PARTIAL_FILE, HTTP_ERROR_LOST, "the connection ended before the body did", NULL },
	{ CURLE_RECV_ERROR, HTTP_ERROR_LOST, "the connection was lost", NULL },
	{ CURLE_SEND_ERROR, HTTP_ERROR_LOST, "the connection was lost", NULL },
	{ CURLE_WEIRD_SERVER_REPLY, HTTP_ERROR_PROTOCOL, "what came is no HTTP", NULL },
	{ CURLE_UNSUPPORTED_PROTOCOL, HTTP_ERROR_PROTOCOL, "what came is no HTTP", NULL },
	{ CURLE_HTTP2, HTTP_ERROR_PROTOCOL, "what came is no HTTP/2", NULL },
	{ CURLE_HTTP2_STREAM, HTTP_ERROR_PROTOCOL, "what came is no HTTP/2", NULL },
	{ CURLE_BAD_CONTENT_ENCODING, HTTP_ERROR_PROTOCOL, "the body cannot be unpacked", NULL },
};

bool
http_fault_set(GError **error, HttpError code, const char *hint, const char *method, const char *url, const char *why)
{
	g_autofree char *shown = http_url_show(url);

	g_set_error(error, HTTP_ERROR, (gint)code, "%s %s: %s%s%s", method, shown, why, hint != NULL ? "\nhint: " : "",
	            hint != NULL ? hint : "");
	return false;
}

bool
http_fault(GError **error, CURLcode code, const char *detail, const HttpExchange *exchange)
{
	Fault fault = { code, HTTP_ERROR_OTHER, curl_easy_strerror(code), NULL };

	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
		if (faults[i].curl == code) {
			fault = faults[i];
			break;
		}
	g_autofree char *why = detail[0] != '\0' ? g_strdup_printf("%s: %s", fault.why, detail) : g_strdup(fault.why);
	return http_fault_set(error, fault.code, fault.hint, exchange->method, exchange->url, why);
}
