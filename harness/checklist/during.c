#include "checklist/during.h"

#include "checklist/item/kind.h"
#include "target/sql.h"

#include <string.h>

/* More events are not counted. */
#define DURING_EVENTS_MAX 10000

struct ChecklistWatch {
	Checklist *checklist;
	ChecklistContext context;
	ChecklistSurroundings *surroundings;
	gint64 every;
	ChecklistOnEvent on_event;
	GThread *thread;
	GMutex lock;
	GCond ended;
	bool end;
	guint n_looks;
	GHashTable *running; /* char * (what) -> ChecklistEvent *: seen at the last look */
	guint *n_open;       /* by item: looks at which it was open */
};

static void
during_event_free(gpointer data)
{
	ChecklistEvent *event = data;

	g_free(event->what);
	g_free(event);
}

/* --- Events ------------------------------------------------------------------------------------ */

static void
during_keep_event(ChecklistWatch *watch, ChecklistEvent *event)
{
	GPtrArray *events = watch->surroundings->events;

	if (events->len >= DURING_EVENTS_MAX) {
		during_event_free(event);
		return;
	}
	g_ptr_array_add(events, event);
	if (watch->on_event != NULL)
		watch->on_event(event, NULL, watch->context.options->data);
}

static void
during_see(ChecklistWatch *watch, const char *what, gint64 now, GHashTable *seen)
{
	ChecklistEvent *event = g_hash_table_lookup(watch->running, what);

	if (event == NULL) {
		event = g_new0(ChecklistEvent, 1);
		event->what = g_strdup(what);
		event->from = now;
		g_hash_table_insert(watch->running, event->what, event);
	}
	event->until = now;
	g_hash_table_add(seen, event);
}

static gint
during_order(gconstpointer a, gconstpointer b)
{
	const ChecklistEvent *first = *(const ChecklistEvent *const *)a;
	const ChecklistEvent *second = *(const ChecklistEvent *const *)b;

	if (first->from != second->from)
		return first->from < second->from ? -1 : 1;
	return strcmp(first->what, second->what);
}

/* An event that is not there any more is over. `seen` NULL: all is. */
static void
during_end_events(ChecklistWatch *watch, GHashTable *seen)
{
	g_autoptr(GPtrArray) over = g_ptr_array_new();
	GHashTableIter iter;
	gpointer event = NULL;

	g_hash_table_iter_init(&iter, watch->running);
	while (g_hash_table_iter_next(&iter, NULL, &event)) {
		if (seen != NULL && g_hash_table_contains(seen, event))
			continue;
		g_hash_table_iter_remove(&iter);
		g_ptr_array_add(over, event);
	}
	g_ptr_array_sort(over, during_order);
	for (guint i = 0; i < over->len; i++)
		during_keep_event(watch, g_ptr_array_index(over, i));
}

/* A look that fails is left out: the items say why. */
static void
during_look_at_locks(ChecklistWatch *watch)
{
	bool target = watch->context.options->endpoint != NULL;
	g_autoptr(DbSession) session = target ? checklist_open(&watch->context, NULL) : NULL;
	g_autoptr(DbResult) rows = session != NULL ? db_session_query(session, NULL, target_sql_watch, NULL) : NULL;
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	gint64 now = g_get_real_time();

	if (rows == NULL)
		return;
	for (int i = 0; i < db_result_rows(rows); i++)
		during_see(watch, db_result_value(rows, i, 0), now, seen);
	during_end_events(watch, seen);
}

/* --- Items --------------------------------------------------------------------------------------- */

/* A person signs once, a program runs once, the tool's history is that of a migration that still runs, and a server is
 * not started while there are threads: they are asked at the end (checklist_ask). */
static bool
during_is_asked_again(const ChecklistItem *item)
{
	return !item->kind->servers && item->kind != &checklist_manual && item->kind != &checklist_command &&
	       item->kind != &checklist_history;
}

/* The first result that is open stays; else the last one. */
static void
during_take(ChecklistWatch *watch, guint index, ChecklistResult *result)
{
	ChecklistItem *item = g_ptr_array_index(watch->checklist->items, index);
	bool open = result->state != CHECKLIST_TICKED;
	bool first = watch->n_open[index] == 0;

	watch->n_open[index] += open;
	if (!first)
		return;
	checklist_result_clear(&item->result);
	item->result = *result;
	*result = (ChecklistResult){ 0 };
	if (open && watch->on_event != NULL)
		watch->on_event(NULL, item, watch->context.options->data);
}

static void
during_look_at_items(ChecklistWatch *watch)
{
	for (guint i = 0; i < watch->checklist->items->len; i++) {
		const ChecklistItem *item = g_ptr_array_index(watch->checklist->items, i);
		g_auto(ChecklistResult) result = { 0 };
		if (!during_is_asked_again(item))
			continue;
		checklist_ask_one(item, &watch->context, &result);
		during_take(watch, i, &result);
	}
}

static void
during_count(ChecklistWatch *watch)
{
	g_autofree char *limit = g_strdup_printf("%u looks", watch->n_looks);

	for (guint i = 0; i < watch->checklist->items->len; i++) {
		ChecklistItem *item = g_ptr_array_index(watch->checklist->items, i);
		if (!during_is_asked_again(item))
			continue;
		item->asked = true;
		g_autofree char *found = g_strdup_printf("%u", watch->n_open[i]);
		checklist_add_fact(&item->result, "times that it was open", found, limit);
	}
}

/* --- Looking ---------------------------------------------------------------------------------------- */

static bool
during_wait(ChecklistWatch *watch, gint64 until)
{
	g_mutex_lock(&watch->lock);
	while (!watch->end && g_cond_wait_until(&watch->ended, &watch->lock, until))
		;
	bool go_on = !watch->end;
	g_mutex_unlock(&watch->lock);
	return go_on;
}

static gpointer
during_thread(gpointer data)
{
	ChecklistWatch *watch = data;

	for (;;) {
		gint64 next = g_get_monotonic_time() + watch->every;
		during_look_at_locks(watch);
		during_look_at_items(watch);
		watch->n_looks++;
		if (!during_wait(watch, next))
			return NULL;
	}
}

ChecklistWatch *
checklist_watch_begin(Checklist *checklist, const ChecklistOptions *options, ChecklistSurroundings *surroundings,
                      gint64 every, ChecklistOnEvent on_event)
{
	ChecklistWatch *watch = g_new0(ChecklistWatch, 1);

	watch->checklist = checklist;
	watch->surroundings = surroundings;
	watch->context = (ChecklistContext){
		.checklist = checklist, .options = options, .surroundings = surroundings, .run = *options->run
	};
	watch->every = every;
	watch->on_event = on_event;
	watch->running = g_hash_table_new(g_str_hash, g_str_equal);
	watch->n_open = g_new0(guint, checklist->items->len + 1);
	surroundings->events = g_ptr_array_new_with_free_func(during_event_free);
	g_mutex_init(&watch->lock);
	g_cond_init(&watch->ended);
	watch->thread = g_thread_new("watch", during_thread, watch);
	return watch;
}

void
checklist_watch_end(ChecklistWatch *watch, guint *ret_looks)
{
	g_mutex_lock(&watch->lock);
	watch->end = true;
	g_cond_signal(&watch->ended);
	g_mutex_unlock(&watch->lock);
	g_thread_join(watch->thread);
	during_end_events(watch, NULL);
	during_count(watch);
	*ret_looks = watch->n_looks;
	g_hash_table_unref(watch->running);
	g_mutex_clear(&watch->lock);
	g_cond_clear(&watch->ended);
	g_free(watch->n_open);
	g_free(watch);
}
