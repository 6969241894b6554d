#include "run/job/health.h"

#include "base/interrupt.h"

#include <string.h>

/* A session notices at once that its server is gone; a server needs a moment to notice that one of its processes is. */
#define DOUBT_TRIES 60
#define DOUBT_PAUSE ((gulong)50 * 1000) /* microseconds */

struct RunHealth {
	int n_lost;          /* db_sessions_lost() when all was last found well; atomic */
	GMutex asking;       /* guards the sessions of `servers`; held while a server is asked */
	GMutex mutex;        /* guards all below */
	GHashTable *servers; /* ScratchServer * -> HealthServer * */
	char *cause;         /* why a server is lost; NULL: none is */
	bool reported;       /* the error is in the report */
	bool stopped;        /* after a failure, as requested by the user */
};

/* One that is watched. */
typedef struct {
	ScratchIdentity identity;
	DbSession *witness; /* open since it was last found to be the same: as long as it answers, it is; or NULL */
} HealthServer;

static void
health_server_free(gpointer data)
{
	HealthServer *watched = data;

	scratch_identity_clear(&watched->identity);
	db_session_close(watched->witness);
	g_free(watched);
}

RunHealth *
run_health_new(void)
{
	RunHealth *health = g_new0(RunHealth, 1);

	g_mutex_init(&health->asking);
	g_mutex_init(&health->mutex);
	health->n_lost = db_sessions_lost();
	health->servers = g_hash_table_new_full(NULL, NULL, NULL, health_server_free);
	return health;
}

void
run_health_free(RunHealth *health)
{
	if (health == NULL)
		return;
	g_hash_table_unref(health->servers);
	g_free(health->cause);
	g_mutex_clear(&health->asking);
	g_mutex_clear(&health->mutex);
	g_free(health);
}

bool
run_health_watch(RunHealth *health, ScratchServer *server, GError **error)
{
	g_auto(ScratchIdentity) identity = { 0 };

	if (!scratch_server_identify(server, &identity, NULL, error))
		return false;
	HealthServer *watched = g_new0(HealthServer, 1);
	watched->identity = identity;
	identity = (ScratchIdentity){ 0 };
	g_mutex_lock(&health->mutex);
	g_hash_table_insert(health->servers, server, watched);
	g_mutex_unlock(&health->mutex);
	return true;
}

static HealthServer *
health_find(RunHealth *health, const ScratchServer *server)
{
	g_mutex_lock(&health->mutex);
	HealthServer *watched = g_hash_table_lookup(health->servers, server);
	g_mutex_unlock(&health->mutex);
	return watched;
}

/* Asks in a session of its own, which is kept when all is well. As ask_server. */
static char *
health_ask_anew(const ScratchServer *server, HealthServer *watched)
{
	g_auto(ScratchIdentity) identity = { 0 };
	g_autoptr(DbSession) session = NULL;
	g_autoptr(GError) error = NULL;

	if (!scratch_server_identify(server, &identity, &session, &error)) {
		if (base_interrupted())
			return NULL;
		return g_strndup(error->message, strcspn(error->message, "\n"));
	}
	if (watched == NULL)
		return NULL;
	if (!scratch_identity_equal(&watched->identity, &identity))
		return g_strdup("it has ended all sessions, or was started again");
	watched->witness = g_steal_pointer(&session);
	return NULL;
}

/* The reason why the server is not the same any more; NULL when it is, or when the run is interrupted, which shows
 * nothing. The caller frees it. */
static char *
ask_server(RunHealth *health, const ScratchServer *server)
{
	HealthServer *watched = health_find(health, server);
	char *cause = NULL;

	g_mutex_lock(&health->asking);
	if (watched == NULL || watched->witness == NULL || !db_session_execute(watched->witness, "SELECT", NULL)) {
		if (watched != NULL)
			g_clear_pointer(&watched->witness, db_session_close);
		cause = health_ask_anew(server, watched);
	}
	g_mutex_unlock(&health->asking);
	return cause;
}

static void
lose_server(RunHealth *health, char *cause)
{
	g_mutex_lock(&health->mutex);
	if (health->cause == NULL && !base_interrupted())
		health->cause = cause;
	else
		g_free(cause);
	g_mutex_unlock(&health->mutex);
	base_interrupt_raise();
}

/* True if the case shows a lost connection of another program: psql, pg_dump, a tool. */
static bool
health_shows_loss(const ReportCase *test_case)
{
	const char *const texts[] = { test_case->message, test_case->details };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		if (texts[i] != NULL && strstr(texts[i], "connect") != NULL)
			return true;
	return false;
}

/* Tries to find it lost; the sessions lost until now are accounted for when it is not. */
static void
health_doubt(RunHealth *health, const ScratchServer *server, int tries)
{
	int n_lost = db_sessions_lost();

	for (int i = 0; i < tries && !base_interrupted(); i++) {
		if (i > 0)
			g_usleep(DOUBT_PAUSE);
		char *cause = ask_server(health, server);
		if (cause != NULL)
			lose_server(health, cause);
	}
	g_atomic_int_set(&health->n_lost, n_lost);
}

bool
run_health_confirm(RunHealth *health, ScratchServer *server, const ReportCase *test_case)
{
	if (test_case->status == REPORT_FAILED || test_case->status == REPORT_ERRORED) {
		bool lost = db_sessions_lost() != g_atomic_int_get(&health->n_lost);
		health_doubt(health, server, lost || health_shows_loss(test_case) ? DOUBT_TRIES : 1);
	}
	return !base_interrupted();
}

bool
run_health_is_lost(RunHealth *health)
{
	g_mutex_lock(&health->mutex);
	bool lost = health->cause != NULL;
	g_mutex_unlock(&health->mutex);
	return lost;
}

void
run_health_stop(RunHealth *health)
{
	g_mutex_lock(&health->mutex);
	/* If an interruption came first, that has ended the run. */
	health->stopped = health->stopped || !base_interrupted();
	g_mutex_unlock(&health->mutex);
	base_interrupt_raise();
}

bool
run_health_is_stopped(RunHealth *health)
{
	g_mutex_lock(&health->mutex);
	bool stopped = health->stopped;
	g_mutex_unlock(&health->mutex);
	return stopped;
}

ReportCase *
run_health_end_case(RunHealth *health)
{
	ReportCase *test_case = report_case_new(NULL, "run", "all of the suite is tested", (SourcePosition){ 0 });
	g_autoptr(GError) limit = NULL;

	g_mutex_lock(&health->mutex);
	if (health->stopped)
		report_case_set(test_case, REPORT_SKIPPED,
		                "--fail-fast ended the run at the first failure; the rest was not tested");
	else if (health->reported)
		report_case_set(test_case, REPORT_SKIPPED,
		                "the run ended before that, see the error of the suite before");
	else if (health->cause != NULL)
		report_case_set(
		    test_case, REPORT_ERRORED,
		    "the server was lost: %s\ncases missing here were not tested\n"
		    "hint: look who has ended it: the kernel's out-of-memory killer (dmesg), or its administrator",
		    health->cause);
	else if (base_interrupt_is_limit() && !base_interrupt_check(&limit))
		report_case_set(test_case, REPORT_ERRORED, "cases missing here were not tested: %s", limit->message);
	else
		report_case_set(test_case, REPORT_ERRORED,
		                "the run was interrupted: cases missing here were not tested");
	health->reported = true;
	g_mutex_unlock(&health->mutex);
	return test_case;
}
