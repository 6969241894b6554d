#include "run/job/forward_progress.h"

#include "run/job/waiting.h"

typedef struct {
	guint n_applied;
	ScratchDatabase *database; /* NULL: not made yet, or taken */
} Copy;

struct RunForwardProgress {
	GMutex mutex;
	GCond changed;
	guint n_applied;
	bool ended;
	CatalogSnapshot *end;
	CheckSurroundings *around;
	RowsState *rows;
	bool done; /* with its database, which is: */
	ScratchDatabase *left;
	GArray *copies;  /* of Copy */
	GHashTable *odd; /* names of migrations */
};

RunForwardProgress *
run_progress_new(void)
{
	RunForwardProgress *history = g_new0(RunForwardProgress, 1);

	g_mutex_init(&history->mutex);
	g_cond_init(&history->changed);
	history->copies = g_array_new(FALSE, FALSE, sizeof(Copy));
	history->odd = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return history;
}

void
run_progress_free(RunForwardProgress *history)
{
	if (history == NULL)
		return;
	catalog_snapshot_unref(history->end);
	check_surroundings_free(history->around);
	rows_state_unref(history->rows);
	scratch_database_drop(history->left, true);
	for (guint i = 0; i < history->copies->len; i++)
		scratch_database_drop(g_array_index(history->copies, Copy, i).database, true);
	g_array_unref(history->copies);
	g_hash_table_unref(history->odd);
	g_cond_clear(&history->changed);
	g_mutex_clear(&history->mutex);
	g_free(history);
}

void
run_progress_advance(RunForwardProgress *history)
{
	g_mutex_lock(&history->mutex);
	history->n_applied++;
	g_cond_broadcast(&history->changed);
	g_mutex_unlock(&history->mutex);
}

void
run_progress_end(RunForwardProgress *history, CatalogSnapshot *end)
{
	g_mutex_lock(&history->mutex);
	if (end != NULL && history->end == NULL)
		history->end = catalog_snapshot_ref(end);
	history->ended = true;
	g_cond_broadcast(&history->changed);
	g_mutex_unlock(&history->mutex);
}

void
run_progress_set_around(RunForwardProgress *history, CheckSurroundings *around)
{
	g_mutex_lock(&history->mutex);
	check_surroundings_free(history->around);
	history->around = around;
	g_mutex_unlock(&history->mutex);
}

const CheckSurroundings *
run_progress_around(RunForwardProgress *history)
{
	g_mutex_lock(&history->mutex);
	const CheckSurroundings *around = history->around;
	g_mutex_unlock(&history->mutex);
	return around;
}

void
run_progress_set_rows(RunForwardProgress *history, RowsState *rows)
{
	g_mutex_lock(&history->mutex);
	rows_state_unref(history->rows);
	history->rows = rows;
	g_mutex_unlock(&history->mutex);
}

const RowsState *
run_progress_rows(RunForwardProgress *history)
{
	g_mutex_lock(&history->mutex);
	const RowsState *rows = history->rows;
	g_mutex_unlock(&history->mutex);
	return rows;
}

bool
run_progress_wait(RunForwardProgress *history, guint index)
{
	g_mutex_lock(&history->mutex);
	while (history->n_applied <= index && !history->ended)
		run_waiting_wait(&history->changed, &history->mutex);
	bool applied = history->n_applied > index;
	g_mutex_unlock(&history->mutex);
	return applied;
}

void
run_progress_note_odd(RunForwardProgress *history, const char *migration)
{
	g_mutex_lock(&history->mutex);
	g_hash_table_add(history->odd, g_strdup(migration));
	g_mutex_unlock(&history->mutex);
}

bool
run_progress_wait_odd(RunForwardProgress *history, const SuiteDeclaration *declaration)
{
	GHashTableIter iterator;
	gpointer name;
	bool odd = false;

	g_mutex_lock(&history->mutex);
	while (!history->ended)
		run_waiting_wait(&history->changed, &history->mutex);
	g_hash_table_iter_init(&iterator, history->odd);
	while (!odd && g_hash_table_iter_next(&iterator, &name, NULL))
		odd = suite_declaration_matches(declaration, name);
	g_mutex_unlock(&history->mutex);
	return odd;
}

CatalogSnapshot *
run_progress_wait_end(RunForwardProgress *history)
{
	CatalogSnapshot *end = NULL;

	g_mutex_lock(&history->mutex);
	while (!history->ended)
		run_waiting_wait(&history->changed, &history->mutex);
	if (history->end != NULL)
		end = catalog_snapshot_ref(history->end);
	g_mutex_unlock(&history->mutex);
	return end;
}

void
run_progress_leave(RunForwardProgress *history, ScratchDatabase *database)
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
run_progress_wait_left(RunForwardProgress *history)
{
	g_mutex_lock(&history->mutex);
	while (!history->done)
		run_waiting_wait(&history->changed, &history->mutex);
	const ScratchDatabase *left = history->left;
	g_mutex_unlock(&history->mutex);
	return left;
}

/* --- Copies ---------------------------------------------------------------- */

void
run_progress_want_copy(RunForwardProgress *history, guint n_applied)
{
	Copy copy = { n_applied, NULL };

	g_array_append_val(history->copies, copy);
}

static Copy *
find_copy(RunForwardProgress *history, guint n_applied)
{
	for (guint i = 0; i < history->copies->len; i++)
		if (g_array_index(history->copies, Copy, i).n_applied == n_applied)
			return &g_array_index(history->copies, Copy, i);
	return NULL;
}

bool
run_progress_wants_copy(RunForwardProgress *history)
{
	g_mutex_lock(&history->mutex);
	bool wanted = find_copy(history, history->n_applied) != NULL;
	g_mutex_unlock(&history->mutex);
	return wanted;
}

void
run_progress_give_copy(RunForwardProgress *history, ScratchDatabase *copy)
{
	g_mutex_lock(&history->mutex);
	find_copy(history, history->n_applied)->database = copy;
	g_cond_broadcast(&history->changed);
	g_mutex_unlock(&history->mutex);
}

ScratchDatabase *
run_progress_wait_copy(RunForwardProgress *history, guint n_applied)
{
	ScratchDatabase *database = NULL;

	g_mutex_lock(&history->mutex);
	Copy *copy = find_copy(history, n_applied);
	while (copy != NULL && copy->database == NULL && !history->ended)
		run_waiting_wait(&history->changed, &history->mutex);
	if (copy != NULL)
		database = g_steal_pointer(&copy->database);
	g_mutex_unlock(&history->mutex);
	return database;
}
