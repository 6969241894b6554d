/*
 * Probes: requests to a service, and the expected answers. Only the kind "http" uses this.
 */
#ifndef CHECKLIST_PROBE_H
#define CHECKLIST_PROBE_H

#include "checklist/item/kind.h"
#include "checklist/json/json.h"
#include "checklist/json/path.h"
#include "http/http.h"
#include "target/conditions.h"

/* The subject of a predicate. */
typedef enum {
	PROBE_HEADER,
	PROBE_JSON,
	PROBE_BODY,
	PROBE_IP,
	PROBE_SUBJECT,
	PROBE_ISSUER,
} ProbeAbout;

typedef struct {
	ProbeAbout about;
	const char *key;            /* the header, or the JSONPath; for the others their own name */
	ChecklistPath *path;        /* owned; or NULL */
	const SuiteNode *predicate; /* a value, or a mapping of predicates */
} ProbeExpectation;

typedef struct {
	const SuiteNode *node;
	const char *name; /* or NULL */
	char *method;     /* "GET" */
	const char *url;  /* with {{names}} */
	double timeout;   /* seconds */
	double until;     /* seconds; 0: sent once */
	double every;     /* seconds */
	guint redirects;
	gint64 status;           /* -1: 200 to 299 */
	double below;            /* seconds; 0: any */
	double certificate;      /* seconds that it is good at least; 0: any */
	GPtrArray *expectations; /* of ProbeExpectation *, in the order of the suite */
} Probe;

/* A sequence of probes, with the values that they have saved and the secrets that must not be shown. */
typedef struct {
	GHashTable *variables; /* char * -> char *: of the command line; borrowed */
	GHashTable *saved;     /* char * -> JsonNode * */
	GHashTable *secrets;   /* char * (value) -> char * (name): of the environment; borrowed */
	HttpCookies *cookies;
	char *run;     /* {{run}}: another one each time */
	char *missing; /* the first name that stands for nothing; or NULL */
} ProbeScenario;

void probe_scenario_begin(ProbeScenario *scenario, GHashTable *variables, GHashTable *secrets);
void probe_scenario_clear(ProbeScenario *scenario);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProbeScenario, probe_scenario_clear)

/* --- Reading (probe_load.c) ----------------------------------------------------------- */

/* Reads one probe or a list of them, of Probe *. `known` (char * -> NULL) has the names that may be used; those that
 * the probes save are added. NULL there: any name may be used. False with *error (BASE_ERROR_INPUT); the caller unrefs
 * the list in any case. */
bool probe_load_all(const SuiteNode *node, GHashTable *known, GPtrArray *probes, GError **error);
void probe_free(gpointer probe);

/* --- Names (probe_text.c) --------------------------------------------------------------- */

/* The beginning of the name of an environment variable, which is a secret: {{env.API_TOKEN}}. */
#define PROBE_ENVIRONMENT "env."

/* The next {{name}} at or after *text, which is moved behind it; *ret_before is the length of the text before it.
 * NULL: there is none. The caller frees the name. */
char *probe_text_next(const char **text, gsize *ret_before);

/* The text with the values of its names; sets scenario->missing if a name has no value. The caller frees it. */
char *probe_text_fill(ProbeScenario *scenario, const char *text);
/* As ChecklistSubstitute, with the scenario as data: a saved value keeps its type. */
char *probe_text_substitute(const char *text, JsonNode **ret_value, gpointer scenario);
/* The text as an argument of a shell, with $NAME for secrets. The caller frees it. */
char *probe_text_quote(ProbeScenario *scenario, const char *text);
/* A text of an answer with $NAME for secrets. The caller frees it. */
char *probe_text_hide(const ProbeScenario *scenario, const char *text);

/* --- Sending (probe_send.c) --------------------------------------------------------------- */

typedef struct {
	HttpResponse response;
	bool answered;       /* there is a response */
	GPtrArray *problems; /* of char *: failed expectations; empty if all hold */
	char *curl;          /* the command that does the same */
	char *shown;         /* "POST http://host/path" */
} ProbeOutcome;

void probe_outcome_clear(ProbeOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ProbeOutcome, probe_outcome_clear)

/* Sends the request, repeatedly if the suite says so, and saves the values. False with *error
 * (BASE_ERROR_INTERRUPTED). */
bool probe_send(const Probe *probe, ProbeScenario *scenario, bool cleanup, ProbeOutcome *ret_outcome, GError **error);

/* --- Judging (probe_judge.c) ----------------------------------------------------------------- */

/* Adds failed expectations to the problems; saves values if `save`. */
void probe_judge(const Probe *probe, ProbeScenario *scenario, const HttpResponse *response, bool save,
                 GPtrArray *problems);

/* --- Predicates (probe_predicate.c) ------------------------------------------------------------ */

/* Holds the values (of JsonNode *) against the predicate; a problem begins with `what`. Saves, when `save`. */
void probe_predicate_hold(const SuiteNode *predicate, const char *what, const GPtrArray *values,
                          ProbeScenario *scenario, bool save, GPtrArray *problems);
/* False with *error (BASE_ERROR_INPUT) when it cannot be understood. */
bool probe_predicate_check(const SuiteNode *predicate, GError **error);

#endif
