/*
 * Publishing a run: the status of a commit, the comment of a pull request, a webhook.
 */
#ifndef PUBLISH_PUBLISH_H
#define PUBLISH_PUBLISH_H

#include "report/result.h"

/* Time limit for all requests to one place, in seconds. */
#define PUBLISH_TIMEOUT     60
#define PUBLISH_TIMEOUT_MAX 3600

/* Reads --publish: "github", "gitlab", each with "=NAME" where a commit has several runs; "webhook=URL", or "webhook"
 * with the URL in PGASSAY_WEBHOOK_URL. NULL wishes: nothing. The caller unrefs it. NULL with *error (BASE_ERROR_USAGE).
 */
GPtrArray *publish_read(char **wishes, GError **error);

/* Publishes the run everywhere. Nothing that goes wrong is an error: each place adds a line to messages (of char *):
 * "published: github: status, comment", or "not published: ..." with the reason and what to do. `timeout`: seconds. */
void publish_run(const GPtrArray *wishes, const ReportRun *run, char **environment, guint timeout, GPtrArray *messages);

#endif
