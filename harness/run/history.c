#include "run/history.h"

struct RunHistory {
	GMutex mutex;
	GCond changed;
	guint n_applied;
	bool ended;
	CatalogSnapshot *end;
	bool done; /* with its database, which is: */
	ScratchDatabase *left;
};

RunHistory *
run_history_new(void)
{
	RunHistory *history = g_new0(RunHistory, 1);

	g_mutex_init(&history->mutex);
	g_cond_init(&history->changed);
	return history;
}

void
run_history_free(RunHistory *history)
{
	if (history == NULL)
		return;
	catalog_snapshot_unref(history->end);
	scratch_database_drop(history->left, true);
	g_cond_clear(&history->changed);
	g_mutex_clear(&history->mutex);
	g_free(history);
}

void
run_history_advance(RunHistory *history)
{
	g_mutex_lock(&history->mutex);
	history->n_applied++;
	g_cond_broadcast(&history->changed);
	g_mutex_unlock(&history->mutex);
}

void
run_history_end(RunHistory *history, CatalogSnapshot *end)
{
	g_mutex_lock(&history->mutex);
	if (end != NULL && history->end == NULL)
		history->end = catalog_snapshot_ref(end);
	history->ended = true;
	g_cond_broadcast(&history->changed);
	g_mutex_unlock(&history->mutex);
}

bool
run_history_wait(RunHistory *history, guint index)
{
	g_mutex_lock(&history->mutex);
	while (history->n_applied <= index && !history->ended)
		g_cond_wait(&history->changed, &history->mutex);
	bool applied = history->n_applied > index;
	g_mutex_unlock(&history->mutex);
	return applied;
}

CatalogSnapshot *
run_history_wait_end(RunHistory *history)
{
	CatalogSnapshot *end = NULL;

	g_mutex_lock(&history->mutex);
	while (!history->ended)
		g_cond_wait(&history->changed, &history->mutex);
	if (history->end != NULL)
		end = catalog_snapshot_ref(history->end);
	g_mutex_unlock(&history->mutex);
	return end;
}

void
run_history_leave(RunHistory *history, ScratchDatabase *database)
{
	g_mutex_lock(&history->mutex);
	if (!history->done)
		history->left = g_steal_pointer(&database);
	history->done = true;
	g_cond_broadcast(&history->changed);
	g_mutex_unlock(&history->mutex);
	scratch_database_drop(database, true);
}

const ScratchDatabase *
run_history_wait_left(RunHistory *history)
{
	g_mutex_lock(&history->mutex);
	while (!history->done)
		g_cond_wait(&history->changed, &history->mutex);
	const ScratchDatabase *left = history->left;
	g_mutex_unlock(&history->mutex);
	return left;
}
