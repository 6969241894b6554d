#include "command/option/publishing.h"

#include "base/error.h"

#include <stdio.h>

GPtrArray *
command_publishing_read(char **publish, gint *timeout, GError **error)
{
	if (*timeout == 0)
		*timeout = PUBLISH_TIMEOUT;
	if (*timeout < 1 || *timeout > PUBLISH_TIMEOUT_MAX) {
		base_error_set(error, BASE_ERROR_USAGE, NULL, "--publish-timeout is a number of seconds from 1 to %d",
		               PUBLISH_TIMEOUT_MAX);
		return NULL;
	}
	return publish_read(publish, error);
}

void
command_publishing_do(const GPtrArray *wishes, gint timeout, const ReportRun *run)
{
	g_auto(GStrv) environment = g_get_environ();
	g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func(g_free);

	fflush(stdout);
	publish_run(wishes, run, environment, (guint)timeout, messages);
	for (guint i = 0; i < messages->len; i++)
		printf("%s\n", (const char *)g_ptr_array_index(messages, i));
}
