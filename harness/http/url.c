#include "http/http_private.h"

#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(CURLU, curl_url_cleanup)

/* Parts that are kept in an origin. */
typedef struct {
	char *scheme;
	char *host;
	char *port;
} Origin;

static void
url_origin_clear(Origin *origin)
{
	curl_free(origin->scheme);
	curl_free(origin->host);
	curl_free(origin->port);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Origin, url_origin_clear)

static CURLU *
url_parse(const char *url)
{
	g_autoptr(CURLU) parsed = curl_url();

	if (parsed == NULL || curl_url_set(parsed, CURLUPART_URL, url, 0) != CURLUE_OK)
		return NULL;
	return g_steal_pointer(&parsed);
}

static bool
url_origin(const char *url, Origin *ret_origin)
{
	g_autoptr(CURLU) parsed = url_parse(url);

	*ret_origin = (Origin){ 0 };
	return parsed != NULL && curl_url_get(parsed, CURLUPART_SCHEME, &ret_origin->scheme, 0) == CURLUE_OK &&
	       curl_url_get(parsed, CURLUPART_HOST, &ret_origin->host, 0) == CURLUE_OK &&
	       curl_url_get(parsed, CURLUPART_PORT, &ret_origin->port, CURLU_DEFAULT_PORT) == CURLUE_OK;
}

bool
http_url_same_origin(const char *first, const char *second)
{
	g_auto(Origin) one = { 0 };
	g_auto(Origin) other = { 0 };

	return url_origin(first, &one) && url_origin(second, &other) && strcmp(one.scheme, other.scheme) == 0 &&
	       g_ascii_strcasecmp(one.host, other.host) == 0 && strcmp(one.port, other.port) == 0;
}

bool
http_url_is_valid(const char *url)
{
	g_auto(Origin) origin = { 0 };

	return url != NULL && url_origin(url, &origin) &&
	       (strcmp(origin.scheme, "http") == 0 || strcmp(origin.scheme, "https") == 0) && origin.host[0] != '\0';
}

bool
http_url_is_secure(const char *url)
{
	return g_ascii_strncasecmp(url, "https:", strlen("https:")) == 0;
}

char *
http_url_show(const char *url)
{
	static const CURLUPart secret[] = { CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY,
		                            CURLUPART_FRAGMENT };
	g_autoptr(CURLU) parsed = url != NULL ? url_parse(url) : NULL;
	char *text = NULL;

	if (parsed == NULL)
		return g_strdup("(no URL)");
	for (gsize i = 0; i < G_N_ELEMENTS(secret); i++)
		curl_url_set(parsed, secret[i], NULL, 0);
	if (curl_url_get(parsed, CURLUPART_URL, &text, 0) != CURLUE_OK)
		return g_strdup("(no URL)");
	char *shown = g_strdup(text);
	curl_free(text);
	return shown;
}
