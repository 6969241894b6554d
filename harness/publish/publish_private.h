/*
 * Declarations that the files of publish/ share.
 */
#ifndef PUBLISH_PUBLISH_PRIVATE_H
#define PUBLISH_PUBLISH_PRIVATE_H

#include "http/http.h"
#include "report/result.h"

#include <json-glib/json-glib.h>

/* One place and its publication. */
typedef struct {
	const ReportRun *run;
	char **environment;
	const char *value; /* the text after "=" in the wish; or NULL */
	char *token;       /* owned; or NULL: none is sent */
	const char *hint;  /* static: what to do when the server refuses the token */
	gint64 until;      /* when the time is over, of g_get_monotonic_time */
} PublishWork;

/* Each publishes, and returns a list of the things published: "status, comment", which the caller frees. NULL with
 * *error. */
char *publish_github(PublishWork *work, GError **error);
char *publish_gitlab(PublishWork *work, GError **error);
char *publish_webhook(PublishWork *work, GError **error);

/* --- token.c --------------------------------------------------------------------------------- */

/* The value of the first of these that is set: the variable, or the contents of the file that NAME_FILE names. The
 * caller frees it. NULL without *error: none is set; with *error: the file cannot be read. `names` is ended by NULL. */
char *publish_secret(char **environment, const char *const *names, GError **error);

/* The variable, when it is not empty; else NULL. */
const char *publish_variable(const PublishWork *work, const char *name);

/* Sets the token of the work. False with *error, which names the first variable, when there is none. */
bool publish_need_token(PublishWork *work, const char *const *names, GError **error);

/* --- send.c ---------------------------------------------------------------------------------- */

typedef struct {
	guint status;     /* 0: no answer */
	JsonParser *json; /* NULL: what came is no JSON */
} PublishAnswer;

void publish_answer_clear(PublishAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PublishAnswer, publish_answer_clear)

/* Sends the body (JSON; NULL: none) again and again until it is taken, the time is over, or there is no use in it.
 * `repeatable`: it does no harm when the server gets it twice. True for a success; else false with *error, and the
 * answer holds the status all the same. */
bool publish_send(const PublishWork *work, const char *method, const char *url, const char *body, bool repeatable,
                  PublishAnswer *ret_answer, GError **error);

/* The text at the end of the path of members; NULL: there is none. */
const char *publish_json_text(JsonNode *root, const char *const *path);

/* --- comment.c ------------------------------------------------------------------------------- */

typedef struct {
	const char *list;   /* URL of all comments; a new one is posted to it */
	const char *one;    /* URL of one, up to its number */
	const char *method; /* that updates one */
} PublishComments;

/* Finds the comment that an earlier run has written and updates it, or writes a new one. False with *error. */
bool publish_comment(const PublishWork *work, const PublishComments *comments, bool *ret_updated, GError **error);

/* --- Texts ------------------------------------------------------------------------------------ */

/* "pgassay", or "pgassay/NAME". The caller frees it. */
char *publish_context(const PublishWork *work);
/* The result in a sentence, of at most so many characters. The caller frees it. */
char *publish_sentence(const PublishWork *work, guint most);

#endif
