#include "lease/pool.h"

#include "base/error.h"

#include <string.h>

typedef struct {
	char *label;
	const ScratchDatabase *database;
	LeaseRows *rows;
	GQueue ahead;  /* of ScratchDatabase * */
	guint waiting; /* number of requests that wait for a copy */
	bool failing;  /* no copy could be made lately: not tried again before the next request */
} Template;

typedef struct {
	const Template *template;
	ScratchDatabase *database;
	LeaseRowsMark mark;
	DbSession *session; /* that puts its rows back; or NULL */
	bool busy;          /* it is being dropped or renewed */
} Lent;

struct LeasePool {
	ScratchServer *server;
	const DbSession *session;
	guint n_ahead;
	GPtrArray *templates; /* of Template * */
	GThread *filler;
	GMutex mutex; /* over all below, and the templates' copies */
	GCond changed;
	GHashTable *lent; /* id -> Lent * */
	bool ends;
};

void
lease_clear(Lease *lease)
{
	g_free(lease->id);
	g_free(lease->label);
	g_free(lease->url);
	*lease = (Lease){ 0 };
}

static void
lease_free(gpointer lease)
{
	lease_clear(lease);
	g_free(lease);
}

static void
pool_drop(gpointer database)
{
	scratch_database_drop(database, true);
}

static void
pool_free_template(gpointer data)
{
	Template *template = data;

	g_queue_clear_full(&template->ahead, pool_drop);
	lease_rows_free(template->rows);
	g_free(template->label);
	g_free(template);
}

static void
pool_free_lent(gpointer data)
{
	Lent *lent = data;

	db_session_close(lent->session);
	lease_rows_mark_clear(&lent->mark);
	scratch_database_drop(lent->database, true);
	g_free(lent);
}

LeasePool *
lease_pool_new(ScratchServer *server, const DbSession *session, guint ahead)
{
	LeasePool *pool = g_new0(LeasePool, 1);

	pool->server = server;
	pool->session = session;
	pool->n_ahead = ahead;
	pool->templates = g_ptr_array_new_with_free_func(pool_free_template);
	pool->lent = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pool_free_lent);
	g_mutex_init(&pool->mutex);
	g_cond_init(&pool->changed);
	return pool;
}

bool
lease_pool_add(LeasePool *pool, const char *label, const ScratchDatabase *database, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	LeaseRows *rows = session != NULL ? lease_rows_read(session, error) : NULL;

	if (rows == NULL)
		return false;
	Template *template = g_new0(Template, 1);
	template->label = g_strdup(label);
	template->database = database;
	template->rows = rows;
	g_queue_init(&template->ahead);
	g_ptr_array_add(pool->templates, template);
	return true;
}

/* --- Copies that are made ahead --------------------------------------------- */

/* With the mutex. NULL: there are enough of all. Somebody who waits comes first. */
static Template *
pool_find_wanting(const LeasePool *pool)
{
	for (guint i = 0; i < pool->templates->len; i++) {
		Template *template = g_ptr_array_index(pool->templates, i);
		if (!template->failing && template->waiting > g_queue_get_length(&template->ahead))
			return template;
	}
	for (guint i = 0; i < pool->templates->len; i++) {
		Template *template = g_ptr_array_index(pool->templates, i);
		if (!template->failing && g_queue_get_length(&template->ahead) < pool->n_ahead)
			return template;
	}
	return NULL;
}

static ScratchDatabase *
pool_copy(const LeasePool *pool, const Template *template, GError **error)
{
	return scratch_database_create(pool->server, template->label, template->database, error);
}

static gpointer
pool_fill(gpointer data)
{
	LeasePool *pool = data;

	g_mutex_lock(&pool->mutex);
	while (!pool->ends) {
		Template *template = pool_find_wanting(pool);
		if (template == NULL) {
			g_cond_wait(&pool->changed, &pool->mutex);
			continue;
		}
		g_mutex_unlock(&pool->mutex);
		ScratchDatabase *database = pool_copy(pool, template, NULL);
		g_mutex_lock(&pool->mutex);
		template->failing = database == NULL;
		if (database != NULL)
			g_queue_push_tail(&template->ahead, database);
		g_cond_broadcast(&pool->changed);
	}
	g_mutex_unlock(&pool->mutex);
	return NULL;
}

void
lease_pool_start(LeasePool *pool)
{
	pool->filler = g_thread_new("leases", pool_fill, pool);
}

/* --- Lending ------------------------------------------------------------------ */

static void
pool_describe(const LeasePool *pool, const Lent *lent, Lease *ret_lease)
{
	const char *name = scratch_database_name(lent->database);

	*ret_lease = (Lease){ .id = g_strdup(name),
		              .label = g_strdup(lent->template->label),
		              .url = db_session_url_of(pool->session, name) };
}

static Template *
pool_find_template(const LeasePool *pool, const char *label, GError **error)
{
	g_autoptr(GString) labels = g_string_new(NULL);

	for (guint i = 0; i < pool->templates->len; i++) {
		Template *template = g_ptr_array_index(pool->templates, i);
		if (label == NULL || strcmp(template->label, label) == 0)
			return template;
		g_string_append_printf(labels, "%s%s", i > 0 ? ", " : "", template->label);
	}
	g_autofree char *hint = g_strdup_printf("the databases are: %s", labels->str);
	base_error_set(error, BASE_ERROR_USAGE, hint, "there is no database \"%s\"", label);
	return NULL;
}

/* The server makes one copy at a time, so that nothing is won by another one who makes some. NULL: none could be made.
 */
static ScratchDatabase *
pool_take_ahead(LeasePool *pool, Template *template)
{
	g_mutex_lock(&pool->mutex);
	template->failing = false;
	template->waiting++;
	g_cond_broadcast(&pool->changed);
	while (pool->filler != NULL && g_queue_is_empty(&template->ahead) && !template->failing && !pool->ends)
		g_cond_wait(&pool->changed, &pool->mutex);
	template->waiting--;
	ScratchDatabase *database = g_queue_pop_head(&template->ahead);
	g_cond_broadcast(&pool->changed);
	g_mutex_unlock(&pool->mutex);
	return database;
}

bool
lease_pool_take(LeasePool *pool, const char *label, Lease *ret_lease, GError **error)
{
	Template *template = pool_find_template(pool, label, error);

	if (template == NULL)
		return false;
	ScratchDatabase *database = pool_take_ahead(pool, template);
	if (database == NULL)
		database = pool_copy(pool, template, error);
	if (database == NULL)
		return false;
	Lent *lent = g_new0(Lent, 1);
	lent->template = template;
	lent->database = database;
	pool_describe(pool, lent, ret_lease);
	g_mutex_lock(&pool->mutex);
	g_hash_table_insert(pool->lent, g_strdup(ret_lease->id), lent);
	g_mutex_unlock(&pool->mutex);
	return true;
}

/* The one that is lent, for this caller alone until it sets ->busy back. */
static Lent *
pool_claim(LeasePool *pool, const char *id, GError **error)
{
	g_mutex_lock(&pool->mutex);
	Lent *lent = g_hash_table_lookup(pool->lent, id);
	bool free = lent != NULL && !lent->busy;
	if (free)
		lent->busy = true;
	g_mutex_unlock(&pool->mutex);
	if (!free)
		base_error_set(error, BASE_ERROR_USAGE, "its id is what POST /databases has answered",
		               lent == NULL ? "no database \"%s\" is lent" : "\"%s\" is being changed", id);
	return free ? lent : NULL;
}

bool
lease_pool_renew(LeasePool *pool, const char *id, Lease *ret_lease, GError **error)
{
	Lent *lent = pool_claim(pool, id, error);

	if (lent == NULL)
		return false;
	g_clear_pointer(&lent->session, db_session_close);
	lease_rows_mark_clear(&lent->mark);
	bool done = scratch_database_renew(lent->database, lent->template->database, error);
	pool_describe(pool, lent, ret_lease);
	g_mutex_lock(&pool->mutex);
	lent->busy = false;
	g_mutex_unlock(&pool->mutex);
	return done;
}

static bool
pool_put_rows_back(Lent *lent, guint *ret_n, GError **error)
{
	if (lent->session != NULL && db_session_transaction_state(lent->session) == DB_TRANSACTION_LOST)
		g_clear_pointer(&lent->session, db_session_close);
	if (lent->session == NULL) {
		g_autoptr(DbSession) session = scratch_database_connect(lent->database, DB_SESSION_INTERNAL, error);
		if (session == NULL || !lease_rows_prepare(lent->template->rows, session, error))
			return false;
		lent->session = g_steal_pointer(&session);
	}
	return lease_rows_restore(lent->template->rows, lent->session, &lent->mark, ret_n, error);
}

bool
lease_pool_put_rows_back(LeasePool *pool, const char *id, Lease *ret_lease, guint *ret_n, GError **error)
{
	Lent *lent = pool_claim(pool, id, error);

	if (lent == NULL)
		return false;
	bool done = pool_put_rows_back(lent, ret_n, error);
	pool_describe(pool, lent, ret_lease);
	g_mutex_lock(&pool->mutex);
	lent->busy = false;
	g_mutex_unlock(&pool->mutex);
	return done;
}

bool
lease_pool_give_back(LeasePool *pool, const char *id, GError **error)
{
	Lent *lent = pool_claim(pool, id, error);

	if (lent == NULL)
		return false;
	g_clear_pointer(&lent->session, db_session_close);
	scratch_database_drop(g_steal_pointer(&lent->database), false);
	g_mutex_lock(&pool->mutex);
	g_hash_table_remove(pool->lent, id);
	g_mutex_unlock(&pool->mutex);
	return true;
}

static int
pool_compare(gconstpointer a, gconstpointer b)
{
	const Lease *const *left = a;
	const Lease *const *right = b;

	return strcmp((*left)->id, (*right)->id);
}

GPtrArray *
lease_pool_list(LeasePool *pool)
{
	GPtrArray *leases = g_ptr_array_new_with_free_func(lease_free);
	GHashTableIter iter;
	gpointer lent;

	g_mutex_lock(&pool->mutex);
	g_hash_table_iter_init(&iter, pool->lent);
	while (g_hash_table_iter_next(&iter, NULL, &lent)) {
		if (((const Lent *)lent)->busy)
			continue;
		Lease *lease = g_new0(Lease, 1);
		pool_describe(pool, lent, lease);
		g_ptr_array_add(leases, lease);
	}
	g_mutex_unlock(&pool->mutex);
	g_ptr_array_sort(leases, pool_compare);
	return leases;
}

GPtrArray *
lease_pool_keep(LeasePool *pool)
{
	GPtrArray *commands = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer lent;

	g_mutex_lock(&pool->mutex);
	g_hash_table_iter_init(&iter, pool->lent);
	while (g_hash_table_iter_next(&iter, NULL, &lent))
		g_ptr_array_add(commands, scratch_database_keep(((const Lent *)lent)->database));
	g_mutex_unlock(&pool->mutex);
	return commands;
}

void
lease_pool_free(LeasePool *pool)
{
	if (pool == NULL)
		return;
	g_mutex_lock(&pool->mutex);
	pool->ends = true;
	g_cond_broadcast(&pool->changed);
	g_mutex_unlock(&pool->mutex);
	if (pool->filler != NULL)
		g_thread_join(pool->filler);
	g_hash_table_unref(pool->lent);
	g_ptr_array_unref(pool->templates);
	g_mutex_clear(&pool->mutex);
	g_cond_clear(&pool->changed);
	g_free(pool);
}
