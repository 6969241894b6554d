#include "plan/frame/frame_private.h"

#include "base/error.h"
#include "plan/catalog/array.h"
#include "plan/frame/sql.h"
#include "plan/size/import.h"

#include <string.h>

/* In addition to those that plan_sql_pin resets to PostgreSQL's defaults. */
static const struct {
	const char *name;
	const char *value;
} frame_settings[] = {
	{ "jit", "off" },
	{ "max_parallel_workers_per_gather", "0" },
	{ "work_mem", "4MB" },
	{ "hash_mem_multiplier", "2" },
	{ "geqo_seed", "0" },
	{ "TimeZone", "UTC" },
	{ "DateStyle", "ISO, MDY" },
	{ "IntervalStyle", "postgres" },
	{ "client_encoding", "UTF8" },
	/* The small trees have no checksum of their own. */
	{ "ignore_checksum_failure", "on" },
	{ "client_min_messages", "warning" },
};

char *
plan_frame_describe_settings(void)
{
	GString *text = g_string_new("planner settings of PostgreSQL itself (costs, enable_*, collapse limits, geqo, "
	                             "effective_cache_size), and");

	for (gsize i = 0; frame_settings[i].name != NULL && strcmp(frame_settings[i].name, "client_encoding") != 0; i++)
		g_string_append_printf(text, "%s %s = %s", i > 0 ? "," : "", frame_settings[i].name,
		                       frame_settings[i].value);
	return g_string_free(text, FALSE);
}

/* All of the session is ours. */
static bool
frame_pin(PlanFrame *frame, GError **error)
{
	g_autoptr(GString) sql = g_string_new(plan_sql_pin);

	for (gsize i = 0; i < G_N_ELEMENTS(frame_settings); i++)
		g_string_append_printf(sql, "; SET %s = '%s'", frame_settings[i].name, frame_settings[i].value);
	/* For our own queries; those of the suite have a setting of their own. */
	g_string_append(sql, "; SET plan_cache_mode = force_generic_plan");
	return db_session_execute(frame->session, sql->str, error);
}

static PlanFrame *
frame_new(const ScratchDatabase *database, PlanSize *size, GError **error)
{
	g_autoptr(PlanFrame) frame = g_new0(PlanFrame, 1);

	frame->size = size;
	frame->now = size != NULL ? g_strdup(size->now) : NULL;
	frame->notes = g_ptr_array_new_with_free_func(g_free);
	frame->sized = g_hash_table_new(NULL, NULL);
	frame->known = g_hash_table_new(NULL, NULL);
	frame->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	frame->any_names = true;
	frame->types = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	frame->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	frame->session = scratch_database_connect(database, DB_SESSION_MIGRATION, error);
	if (frame->session == NULL || !frame_pin(frame, error))
		return NULL;
	return g_steal_pointer(&frame);
}

/* Only they may write to the catalog. */
static bool
frame_check_superuser(PlanFrame *frame, GError **error)
{
	g_autofree char *is_superuser = db_session_query_value(
	    frame->session, error, "SELECT pg_catalog.current_setting('is_superuser')", NULL);

	if (is_superuser == NULL)
		return false;
	return strcmp(is_superuser, "on") == 0 ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT, "connect as a superuser, or leave --server out",
	                      "on a server that is not our own, sizes are written into the catalog, which only a "
	                      "superuser may do");
}

static PlanFrame *
frame_new_sized(ScratchServer *server, const ScratchDatabase *database, PlanSize *size, GError **error)
{
	g_autoptr(PlanFrame) frame = frame_new(database, size, error);

	if (frame == NULL)
		return NULL;
	if (!scratch_server_is_own(server))
		return frame_check_superuser(frame, error) ? g_steal_pointer(&frame) : NULL;
	frame->files = plan_files_new(frame->session, error);
	return frame->files != NULL ? g_steal_pointer(&frame) : NULL;
}

/* --- Sizes ------------------------------------------------------------------------ */

static bool
frame_begin(PlanFrame *frame, GError **error)
{
	frame->is_open = true;
	return db_session_execute(frame->session, "BEGIN", error);
}

static char *
frame_list_oids(const PlanCatalog *catalog)
{
	g_autoptr(GString) list = g_string_new("{");

	for (guint i = 0; i < catalog->tables->len; i++)
		g_string_append_printf(list, "%s%u", i > 0 ? "," : "",
		                       ((const PlanTable *)g_ptr_array_index(catalog->tables, i))->oid);
	g_string_append_c(list, '}');
	return g_strdup(list->str);
}

/* Tables for which no file of ours will do get new ones of their own, and are read once more. */
static bool
frame_empty_unfit(PlanImport *import, GHashTable *gone, GError **error)
{
	g_autofree char *unfit = plan_import_list_unfit(import);

	if (unfit == NULL)
		return true;
	if (!plan_empty(import->session, unfit, error))
		return false;
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	if (import->files == NULL && !plan_dense(import->session, unfit, notes, error))
		return false;
	g_autofree char *all = frame_list_oids(import->catalog);
	plan_catalog_free((PlanCatalog *)import->catalog);
	import->catalog = plan_catalog_read(import->session, all, error);
	g_ptr_array_set_size(import->notes, 0);
	if (import->catalog != NULL)
		plan_import_resolve(import, gone);
	g_ptr_array_extend_and_steal(import->notes, g_steal_pointer(&notes));
	return import->catalog != NULL;
}

/* Reads those tables, together with relations that were read before. */
static PlanCatalog *
frame_read(PlanFrame *frame, const char *oids, GHashTable *relations, GError **error)
{
	PlanCatalog *catalog = strcmp(oids, "{}") == 0 ? plan_catalog_new()
	                                               : plan_catalog_read(frame->session, oids, error);

	if (catalog != NULL && frame->kept != NULL && relations != NULL)
		plan_catalog_move(catalog, frame->kept, relations);
	return catalog;
}

/* Reads these tables, and gives them their sizes. */
static bool
frame_import(PlanFrame *frame, const char *oids, GHashTable *gone, GError **error)
{
	PlanImport import = { .session = frame->session,
		              .catalog = frame_read(frame, oids, gone, error),
		              .size = frame->size,
		              .files = frame->files,
		              .values = frame->values,
		              .types = frame->types,
		              .notes = frame->notes,
		              .sized = frame->sized };
	bool done = import.catalog != NULL;

	if (done && frame->size != NULL) {
		plan_import_resolve(&import, gone);
		done = frame_empty_unfit(&import, gone, error) && plan_import_run(&import, error);
	}
	if (done && frame->catalog != NULL)
		plan_catalog_add(frame->catalog, (PlanCatalog *)import.catalog);
	if (done && frame->catalog == NULL)
		frame->catalog = (PlanCatalog *)import.catalog;
	else
		plan_catalog_free((PlanCatalog *)import.catalog);
	return done;
}

bool
plan_frame_take_all(PlanFrame *frame, GError **error)
{
	if (!frame_begin(frame, error))
		return false;
	g_autofree char *oids = plan_catalog_list_all(frame->session, error);
	return oids != NULL && frame_import(frame, oids, NULL, error);
}

PlanFrame *
plan_frame_open(ScratchServer *server, const ScratchDatabase *database, PlanSize *size, GError **error)
{
	g_autoptr(PlanFrame) frame = size != NULL ? frame_new_sized(server, database, size, error)
	                                          : frame_new(database, NULL, error);

	return frame != NULL && plan_frame_take_all(frame, error) ? g_steal_pointer(&frame) : NULL;
}

PlanFrame *
plan_frame_open_rows(const ScratchDatabase *database, const char *now, GError **error)
{
	g_autoptr(PlanFrame) frame = plan_frame_open(NULL, database, NULL, error);

	if (frame != NULL)
		frame->now = g_strdup(now);
	return g_steal_pointer(&frame);
}

/* --- Some of the tables, again and again ------------------------------------------------- */

/* Statements that are run again and again keep their first plan. They ask for a few rows of a catalog that grows, and
 * have to go by its indexes. */
static bool
frame_warm(PlanFrame *frame, GError **error)
{
	g_autoptr(PlanCatalog) catalog = NULL;
	g_autofree char *these = NULL;
	PlanImport import = { .session = frame->session, .files = frame->files };

	if (!db_session_execute(frame->session,
	                        "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL "
	                        "enable_mergejoin = off",
	                        error))
		return false;
	catalog = plan_catalog_read(frame->session, "{}", error);
	these = catalog != NULL ? plan_catalog_list_these(frame->session, "{\"{}\"}", error) : NULL;
	import.catalog = catalog;
	return these != NULL && plan_import_warm(&import, error) &&
	       db_session_execute(frame->session, "ROLLBACK", error);
}

PlanFrame *
plan_frame_open_idle(ScratchServer *server, const ScratchDatabase *database, PlanSize *size, GError **error)
{
	g_autoptr(PlanFrame) frame = frame_new_sized(server, database, size, error);

	return frame != NULL && frame_warm(frame, error) ? g_steal_pointer(&frame) : NULL;
}

/* The parameter of these.sql: unknown relations; names of the size that were not found so far, and of tables that
 * may have been dropped, if such a table may exist now. */
static GPtrArray *
frame_describe(const PlanFrame *frame, GHashTable *relations)
{
	g_autoptr(GString) oids = g_string_new("{");
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iterator;
	gpointer oid;

	g_hash_table_iter_init(&iterator, relations);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		if (!g_hash_table_contains(frame->kept->by_oid, oid) && !g_hash_table_contains(frame->known, oid))
			g_string_append_printf(oids, "%s%u", oids->len > 1 ? "," : "", GPOINTER_TO_UINT(oid));
	g_string_append_c(oids, '}');
	g_ptr_array_add(list, g_strdup(oids->str));
	for (guint i = 0; i < frame->size->tables->len; i++) {
		const PlanTableSize *size = g_ptr_array_index(frame->size->tables, i);
		oid = GUINT_TO_POINTER(size->oid);
		if (size->oid != 0 &&
		    (!g_hash_table_contains(relations, oid) || g_hash_table_contains(frame->kept->by_oid, oid) ||
		     g_hash_table_contains(frame->known, oid)))
			continue;
		if (!frame->any_names && !g_hash_table_contains(frame->names, size->name))
			continue;
		g_ptr_array_add(list, g_strdup(size->schema));
		g_ptr_array_add(list, g_strdup(size->name));
	}
	return list;
}

bool
plan_frame_has_all(const PlanFrame *frame, GHashTable *tables)
{
	GHashTableIter iterator;
	gpointer oid;

	g_hash_table_iter_init(&iterator, tables);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		if (!g_hash_table_contains(frame->catalog->by_oid, oid))
			return false;
	return true;
}

/* Adds those of the relations that are known to be tables to an array of OIDs. */
static char *
frame_add_known(const PlanFrame *frame, GHashTable *relations, const char *oids)
{
	g_autoptr(GString) all = g_string_new_len(oids, (gssize)strlen(oids) - 1);
	GHashTableIter iterator;
	gpointer oid;

	g_hash_table_iter_init(&iterator, relations);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		if (g_hash_table_contains(frame->known, oid) && !g_hash_table_contains(frame->kept->by_oid, oid))
			g_string_append_printf(all, "%s%u", all->len > 1 ? "," : "", GPOINTER_TO_UINT(oid));
	g_string_append_c(all, '}');
	return g_strdup(all->str);
}

/* The tables that have to be read, as an array of OIDs. */
static char *
frame_list_these(const PlanFrame *frame, GHashTable *relations, GError **error)
{
	g_autoptr(GPtrArray) list = frame_describe(frame, relations);
	g_autofree char *these = plan_array_join(list);
	bool nothing = list->len == 1 && strcmp(g_ptr_array_index(list, 0), "{}") == 0;
	g_autofree char *oids = nothing ? g_strdup("{}") : plan_catalog_list_these(frame->session, these, error);

	return oids != NULL ? frame_add_known(frame, relations, oids) : NULL;
}

/* Those that it does not have yet. */
static GHashTable *
frame_select(const PlanFrame *frame, GHashTable *relations)
{
	GHashTable *others = g_hash_table_new(NULL, NULL);
	GHashTableIter iterator;
	gpointer oid;

	g_hash_table_iter_init(&iterator, relations);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		if (frame->catalog == NULL || !g_hash_table_contains(frame->catalog->by_oid, oid))
			g_hash_table_add(others, oid);
	return others;
}

bool
plan_frame_take(PlanFrame *frame, GHashTable *relations, GError **error)
{
	g_autoptr(GHashTable) others = frame_select(frame, relations);

	if (frame->kept == NULL)
		frame->kept = plan_catalog_new();
	if (!frame->is_open && !frame_begin(frame, error))
		return false;
	g_autofree char *oids = frame_list_these(frame, others, error);
	if (oids == NULL || !frame_import(frame, oids, others, error))
		return false;
	frame->any_names = false;
	g_hash_table_remove_all(frame->names);
	return true;
}

static void
frame_note_names(PlanFrame *frame, const PlanChange *change)
{
	GHashTableIter iterator;
	gpointer name;

	frame->any_names |= change->all;
	g_hash_table_iter_init(&iterator, change->names);
	while (g_hash_table_iter_next(&iterator, &name, NULL))
		g_hash_table_add(frame->names, g_strdup(name));
}

void
plan_frame_forget(PlanFrame *frame, const PlanChange *change)
{
	GHashTableIter iterator;
	gpointer oid;

	frame_note_names(frame, change);
	g_hash_table_iter_init(&iterator, change->relations);
	while (frame->kept != NULL && g_hash_table_iter_next(&iterator, &oid, NULL)) {
		/* Partitions, and tables that have some, are never kept. */
		if (g_hash_table_contains(change->leading, oid))
			g_hash_table_remove(frame->known, oid);
		else if (g_hash_table_contains(frame->kept->by_oid, oid))
			g_hash_table_add(frame->known, oid);
		plan_catalog_forget(frame->kept, GPOINTER_TO_UINT(oid));
	}
}

bool
plan_frame_put_back(PlanFrame *frame, GHashTable *keep, GError **error)
{
	if (!frame->is_open)
		return true;
	frame->is_open = false;
	if (frame->catalog != NULL && keep != NULL)
		plan_catalog_move(frame->kept, frame->catalog, keep);
	g_clear_pointer(&frame->catalog, plan_catalog_free);
	g_hash_table_remove_all(frame->sized);
	g_ptr_array_set_size(frame->notes, 0);
	return db_session_execute(frame->session, "ROLLBACK", error);
}

void
plan_frame_close(PlanFrame *frame)
{
	if (frame == NULL)
		return;
	if (frame->session != NULL)
		db_session_run_cleanup(frame->session, "ROLLBACK");
	db_session_close(frame->session);
	plan_files_free(frame->files);
	plan_catalog_free(frame->catalog);
	plan_catalog_free(frame->kept);
	g_free(frame->now);
	g_ptr_array_unref(frame->notes);
	g_hash_table_unref(frame->sized);
	g_hash_table_unref(frame->known);
	g_hash_table_unref(frame->names);
	g_hash_table_unref(frame->values);
	g_hash_table_unref(frame->types);
	g_free(frame);
}

/* --- Properties ---------------------------------------------------------------------- */

guint
plan_frame_version(const PlanFrame *frame)
{
	return (guint)db_session_server_version(frame->session) / 10000;
}

const PlanCatalog *
plan_frame_catalog(const PlanFrame *frame)
{
	return frame->catalog;
}

const GPtrArray *
plan_frame_notes(const PlanFrame *frame)
{
	return frame->notes;
}

bool
plan_frame_has_size(const PlanFrame *frame, const PlanTable *table)
{
	return g_hash_table_contains(frame->sized, GUINT_TO_POINTER(table->oid));
}

const PlanTableSize *
plan_frame_table_size(const PlanFrame *frame, const PlanTable *table)
{
	return g_hash_table_lookup(frame->sized, GUINT_TO_POINTER(table->oid));
}

DbSession *
plan_frame_session(const PlanFrame *frame)
{
	return frame->session;
}
