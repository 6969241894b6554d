#include "publish/publish.h"

#include "base/error.h"
#include "publish/publish_private.h"
#include "report/cause.h"
#include "report/text.h"

#include <string.h>

typedef struct {
	const char *name;
	char *(*publish)(PublishWork *work, GError **error);
	bool takes_url; /* the text after "=" is an address; else a name */
} PublishPlace;

static const PublishPlace places[] = {
	{ "github", publish_github },
	{ "gitlab", publish_gitlab },
	{ "webhook", publish_webhook, .takes_url = true },
};

typedef struct {
	const PublishPlace *place;
	char *value; /* or NULL */
} Wish;

static void
wish_free(gpointer data)
{
	Wish *wish = data;

	g_free(wish->value);
	g_free(wish);
}

/* --- Wishes ------------------------------------------------------------------------------- */

/* A name becomes part of a comment's marker, and of a status. */
static bool
wish_check_name(const char *name, GError **error)
{
	bool plain = strlen(name) <= 60;

	for (const char *p = name; *p != '\0' && plain; p++)
		plain = g_ascii_isalnum(*p) || strchr(" ._/-", *p) != NULL;
	return plain || base_error_set(error, BASE_ERROR_USAGE, "use letters, digits, blanks and . _ / -, up to 60",
	                               "--publish: \"%s\" is no name for a run", name);
}

static bool
wish_check_url(const char *url, GError **error)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);
	const char *scheme = uri != NULL ? g_uri_get_scheme(uri) : "";
	bool web = strcmp(scheme, "https") == 0 || strcmp(scheme, "http") == 0;

	return (web && g_uri_get_host(uri) != NULL && *g_uri_get_host(uri) != '\0') ||
	       base_error_set(error, BASE_ERROR_USAGE, "write https://HOST/PATH",
	                      "--publish webhook: the address is no "
	                      "URL of a web server");
}

static Wish *
wish_read(const char *text, GError **error)
{
	gsize length = strcspn(text, "=");
	const char *value = text[length] == '=' && text[length + 1] != '\0' ? text + length + 1 : NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		const PublishPlace *place = &places[i];
		if (strlen(place->name) != length || strncmp(place->name, text, length) != 0)
			continue;
		if (value != NULL && !(place->takes_url ? wish_check_url : wish_check_name)(value, error))
			return NULL;
		Wish *wish = g_new0(Wish, 1);
		*wish = (Wish){ .place = place, .value = g_strdup(value) };
		return wish;
	}
	g_autofree char *name = g_strndup(text, length);
	base_error_set(error, BASE_ERROR_USAGE, "there are github, gitlab and webhook=URL",
	               "--publish: \"%s\" is no place", name);
	return NULL;
}

GPtrArray *
publish_read(char **wishes, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(wish_free);

	for (; wishes != NULL && *wishes != NULL; wishes++) {
		Wish *wish = wish_read(*wishes, error);
		if (wish == NULL)
			return NULL;
		g_ptr_array_add(all, wish);
	}
	return g_steal_pointer(&all);
}

/* --- Texts ----------------------------------------------------------------------------------- */

char *
publish_context(const PublishWork *work)
{
	return work->value != NULL ? g_strdup_printf("pgassay/%s", work->value) : g_strdup("pgassay");
}

char *
publish_sentence(const PublishWork *work, guint most)
{
	g_autofree char *verdict = report_run_verdict(work->run);

	if (g_utf8_strlen(verdict, -1) <= (glong)most)
		return g_steal_pointer(&verdict);
	g_autofree char *start = g_utf8_substring(verdict, 0, (glong)most - 3);
	return g_strconcat(start, "...", NULL);
}

void
publish_run(const GPtrArray *wishes, const ReportRun *run, char **environment, guint timeout, GPtrArray *messages)
{
	for (guint i = 0; i < wishes->len; i++) {
		const Wish *wish = g_ptr_array_index(wishes, i);
		g_autoptr(GError) error = NULL;
		PublishWork work = { .run = run,
			             .environment = environment,
			             .value = wish->value,
			             .until = g_get_monotonic_time() + (gint64)timeout * G_USEC_PER_SEC };
		g_autofree char *done = wish->place->publish(&work, &error);
		g_ptr_array_add(messages, done != NULL ? g_strdup_printf("published: %s: %s", wish->place->name, done)
		                                       : g_strdup_printf("not published: %s: %s", wish->place->name,
		                                                         error->message));
		g_free(work.token);
	}
}
