#include "checklist/checklist.h"
#include "checklist/item/kind.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "git/repository.h"

#include <string.h>

/* Maximum number of sessions on the target at once. */
#define ASK_THREADS 4

/* --- Surroundings -------------------------------------------------------------------- */

static bool
ask_look_at_target(const ChecklistOptions *options, ChecklistSurroundings *surroundings, GError **error)
{
	g_autoptr(DbSession) session = target_reading_open(options->endpoint, &options->reading, error);

	if (session == NULL || !target_identity_read(session, &surroundings->identity, error))
		return false;
	surroundings->version = g_strdup(db_session_server_version_text(session));
	surroundings->role = g_strdup(db_session_user(session));
	surroundings->target = g_strdup_printf("%s on %s", surroundings->identity.database,
	                                       db_endpoint_describe(options->endpoint));
	return true;
}

/* Checks that the database is the target that the suite describes, before any other item is asked: a wrong database
 * must get no further queries. */
static bool
ask_check_target(const Checklist *checklist, const ChecklistOptions *options, const ChecklistSurroundings *surroundings,
                 GError **error)
{
	const ChecklistContext context = { .checklist = checklist, .options = options, .surroundings = surroundings };

	for (guint i = 0; i < checklist->items->len; i++) {
		const ChecklistItem *item = g_ptr_array_index(checklist->items, i);
		g_auto(ChecklistResult) result = { .state = CHECKLIST_TICKED };
		if (item->kind != &checklist_target)
			continue;
		if (!item->kind->ask(item, &context, &result, error))
			return false;
		if (result.state != CHECKLIST_TICKED)
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, "nothing was asked; look at --target",
			                      "this is not the target of item \"%s\": %s", item->item->name,
			                      result.line);
	}
	return true;
}

/* Nothing is written to the target, and so no scratch databases are made on its server. */
static bool
ask_check_server(const ChecklistOptions *options, const ChecklistSurroundings *surroundings, GError **error)
{
	const char *url = options->run->server_url;
	g_autoptr(DbEndpoint) endpoint = url != NULL ? db_endpoint_new_conninfo(url, error) : NULL;
	g_auto(TargetIdentity) identity = { 0 };

	if (endpoint == NULL)
		return url == NULL;
	g_autoptr(DbSession) session = target_reading_open(endpoint, &options->reading, error);
	if (session == NULL || !target_identity_read(session, &identity, error))
		return false;
	return !target_identity_is_same_server(&identity, &surroundings->identity) ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "nothing was done; leave --server out, or name another server",
	                      "--server is the server of the target, and nothing is written there");
}

bool
checklist_look(const Checklist *checklist, const ChecklistOptions *options, ChecklistSurroundings *ret_surroundings,
               GError **error)
{
	g_auto(ChecklistSurroundings) surroundings = { .started = g_get_real_time() };

	surroundings.commit = git_repository_commit(checklist->suite->directory, &surroundings.changed);
	if (options->endpoint != NULL && (!ask_look_at_target(options, &surroundings, error) ||
	                                  !ask_check_target(checklist, options, &surroundings, error) ||
	                                  !ask_check_server(options, &surroundings, error)))
		return false;
	*ret_surroundings = surroundings;
	surroundings = (ChecklistSurroundings){ 0 };
	return true;
}

/* --- Asking ------------------------------------------------------------------------------ */

typedef struct {
	Checklist *checklist;
	const ChecklistContext *context;
	GMutex lock;
	GCond known;
	guint next;   /* item that no thread has taken */
	guint n_done; /* including those that were asked before */
	guint n_shown;
} Asking;

static bool
ask_is_apart(const ChecklistItem *item)
{
	return !item->asked && !item->kind->servers;
}

static bool
ask_take(Asking *asking, guint *ret_index)
{
	const GPtrArray *items = asking->checklist->items;
	bool taken = false;

	g_mutex_lock(&asking->lock);
	while (!taken && asking->next < items->len) {
		*ret_index = asking->next++;
		taken = ask_is_apart(g_ptr_array_index(items, *ret_index));
	}
	g_mutex_unlock(&asking->lock);
	return taken;
}

static void
ask_finish(Asking *asking, guint index)
{
	g_mutex_lock(&asking->lock);
	((ChecklistItem *)g_ptr_array_index(asking->checklist->items, index))->asked = true;
	asking->n_done++;
	g_cond_signal(&asking->known);
	g_mutex_unlock(&asking->lock);
}

static gpointer
ask_thread(gpointer data)
{
	Asking *asking = data;
	guint index = 0;

	while (!base_interrupted() && ask_take(asking, &index)) {
		ChecklistItem *item = g_ptr_array_index(asking->checklist->items, index);
		checklist_ask_one(item, asking->context, &item->result);
		ask_finish(asking, index);
	}
	return NULL;
}

/* Those at the beginning that are known and not yet shown; the lock is held. */
static void
ask_show(Asking *asking)
{
	const GPtrArray *items = asking->checklist->items;
	const ChecklistOptions *options = asking->context->options;

	while (asking->n_shown < items->len) {
		const ChecklistItem *item = g_ptr_array_index(items, asking->n_shown);
		if (!item->asked)
			break;
		asking->n_shown++;
		if (options->on_item != NULL)
			options->on_item(item, options->data);
	}
	if (options->on_progress != NULL && asking->n_shown < items->len)
		options->on_progress(asking->n_done, g_ptr_array_index(items, asking->n_shown), options->data);
}

/* How many are asked side by side, and in *ret_asked how many were asked before. */
static guint
ask_count_apart(const Checklist *checklist, guint *ret_asked)
{
	guint n = 0;

	*ret_asked = 0;
	for (guint i = 0; i < checklist->items->len; i++) {
		const ChecklistItem *item = g_ptr_array_index(checklist->items, i);
		n += ask_is_apart(item);
		*ret_asked += item->asked;
	}
	return n;
}

/* Waits in steps, so that a signal is noticed. */
static void
ask_side_by_side(Asking *asking)
{
	guint n_before = 0;
	guint n = ask_count_apart(asking->checklist, &n_before);
	guint n_threads = MIN(n, ASK_THREADS);
	GThread *threads[ASK_THREADS] = { NULL };

	asking->n_done = n_before;
	for (guint i = 0; i < n_threads; i++)
		threads[i] = g_thread_new("checklist", ask_thread, asking);
	g_mutex_lock(&asking->lock);
	while (asking->n_done < n_before + n && !base_interrupted()) {
		ask_show(asking);
		g_cond_wait_until(&asking->known, &asking->lock, g_get_monotonic_time() + G_USEC_PER_SEC / 10);
	}
	ask_show(asking);
	g_mutex_unlock(&asking->lock);
	for (guint i = 0; i < n_threads; i++)
		g_thread_join(threads[i]);
}

/* A server is started while there are no other threads. */
static void
ask_one_by_one(Asking *asking)
{
	const GPtrArray *items = asking->checklist->items;

	for (guint i = 0; i < items->len && !base_interrupted(); i++) {
		ChecklistItem *item = g_ptr_array_index(items, i);
		if (item->asked)
			continue;
		ask_show(asking);
		checklist_ask_one(item, asking->context, &item->result);
		ask_finish(asking, i);
	}
	ask_show(asking);
}

static void
ask_stop_server(gpointer data)
{
	scratch_server_stop(data);
}

bool
checklist_ask(Checklist *checklist, const ChecklistOptions *options, ChecklistSurroundings *surroundings,
              GError **error)
{
	g_autoptr(GPtrArray) servers = g_ptr_array_new_with_free_func(ask_stop_server);
	ChecklistContext context = {
		.checklist = checklist, .options = options, .surroundings = surroundings, .run = *options->run
	};
	context.run.servers = servers;
	context.run.console = NULL;
	Asking asking = { .checklist = checklist, .context = &context };
	gint64 began = g_get_monotonic_time();

	g_mutex_init(&asking.lock);
	g_cond_init(&asking.known);
	ask_side_by_side(&asking);
	ask_one_by_one(&asking);
	g_mutex_clear(&asking.lock);
	g_cond_clear(&asking.known);
	surroundings->duration += g_get_monotonic_time() - began;
	return base_interrupt_check(error);
}
