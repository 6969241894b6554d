#include "base/error.h"
#include "base/file.h"
#include "publish/publish_private.h"

/* More is no token. */
#define TOKEN_MAX ((gsize)64 * 1024)

static char *
token_read_file(const char *name, const char *path, GError **error)
{
	char *text = NULL;
	gsize length = 0;

	if (!base_file_read(path, TOKEN_MAX, &text, &length, error)) {
		g_prefix_error(error, "%s: ", name);
		return NULL;
	}
	return g_strstrip(text);
}

/* A line break in a token would be a header of its own. */
static char *
token_check(const char *name, char *token, GError **error)
{
	for (const char *p = token; p != NULL && *p != '\0'; p++) {
		if (g_ascii_isgraph(*p))
			continue;
		base_error_set(error, BASE_ERROR_USAGE, "it is one word, without blanks and line breaks",
		               "%s holds no token", name);
		g_free(token);
		return NULL;
	}
	return token;
}

char *
publish_secret(char **environment, const char *const *names, GError **error)
{
	for (; *names != NULL; names++) {
		g_autofree char *file_name = g_strconcat(*names, "_FILE", NULL);
		const char *value = g_environ_getenv(environment, *names);
		const char *path = g_environ_getenv(environment, file_name);
		if (value != NULL && *value != '\0')
			return token_check(*names, g_strstrip(g_strdup(value)), error);
		if (path != NULL && *path != '\0') {
			char *token = token_read_file(file_name, path, error);
			return token != NULL ? token_check(file_name, token, error) : NULL;
		}
	}
	return NULL;
}

const char *
publish_variable(const PublishWork *work, const char *name)
{
	const char *value = g_environ_getenv(work->environment, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

bool
publish_need_token(PublishWork *work, const char *const *names, GError **error)
{
	g_autoptr(GError) cause = NULL;

	work->token = publish_secret(work->environment, names, &cause);
	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	g_autofree char *hint = g_strdup_printf("set %s, or %s_FILE to the path of a file that holds it", names[0],
	                                        names[0]);
	return (work->token != NULL && *work->token != '\0') ||
	       base_error_set(error, BASE_ERROR_USAGE, hint, "there is no token");
}
