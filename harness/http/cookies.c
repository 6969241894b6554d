#include "http/http_private.h"

struct HttpCookies {
	GPtrArray *lines; /* in Netscape's form, as libcurl gives and takes them */
};

HttpCookies *
http_cookies_new(void)
{
	HttpCookies *cookies = g_new0(HttpCookies, 1);

	cookies->lines = g_ptr_array_new_with_free_func(g_free);
	return cookies;
}

void
http_cookies_free(HttpCookies *cookies)
{
	if (cookies == NULL)
		return;
	g_ptr_array_unref(cookies->lines);
	g_free(cookies);
}

void
http_cookies_give(const HttpCookies *cookies, CURL *handle)
{
	if (cookies == NULL)
		return;
	/* An empty name switches cookies on, and reads no file. */
	curl_easy_setopt(handle, CURLOPT_COOKIEFILE, "");
	for (guint i = 0; i < cookies->lines->len; i++)
		curl_easy_setopt(handle, CURLOPT_COOKIELIST, (const char *)g_ptr_array_index(cookies->lines, i));
}

void
http_cookies_take(HttpCookies *cookies, CURL *handle)
{
	struct curl_slist *list = NULL;

	if (cookies == NULL || curl_easy_getinfo(handle, CURLINFO_COOKIELIST, &list) != CURLE_OK)
		return;
	g_ptr_array_set_size(cookies->lines, 0);
	for (const struct curl_slist *item = list; item != NULL; item = item->next)
		g_ptr_array_add(cookies->lines, g_strdup(item->data));
	curl_slist_free_all(list);
}
