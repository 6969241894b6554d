#include "plan/volume/volume.h"

#include "base/error.h"
#include "catalog/identity.h"
#include "plan/volume/sql.h"
#include "plan/volume/volume_private.h"
#include "rows/fill/fill.h"

#include <math.h>
#include <string.h>
#include <sys/statvfs.h>

/* Rows that the generator makes of a table: the stock of values for columns without statistics. */
#define VOLUME_STOCK_ROWS 20
/* ANALYZE reads 300 rows for each of its target, and is the same each time when these are all. */
#define VOLUME_ROWS_OF_TARGET 300
#define VOLUME_TARGET_MIN     100
#define VOLUME_TARGET_MAX     1000
/* Bytes of a row and of an index entry, besides the values; and a factor for pages and the write-ahead log. */
#define VOLUME_ROW_BYTES   28
#define VOLUME_ENTRY_BYTES 20
#define VOLUME_OVERHEAD    1.5

void
plan_volume_clear(PlanVolume *volume)
{
	g_clear_pointer(&volume->tables, g_array_unref);
	g_clear_pointer(&volume->names, g_ptr_array_unref);
}

/* --- Room ------------------------------------------------------------------------ */

static double
volume_bytes(const VolumeModel *model)
{
	double bytes = 0;

	for (guint i = 0; i < model->tables->len; i++) {
		const VolumeTable *table = g_ptr_array_index(model->tables, i);
		double width = VOLUME_ROW_BYTES;
		if (table->size == NULL)
			continue;
		for (guint j = 0; j < table->columns->len; j++) {
			const VolumeColumn *column = g_ptr_array_index(table->columns, j);
			width += column->size != NULL && column->size->width > 0 ? column->size->width
			                                                         : column->column->width;
		}
		for (guint j = 0; j < table->table->indexes->len; j++)
			width += VOLUME_ENTRY_BYTES;
		bytes += width * (double)table->rows;
	}
	return bytes * VOLUME_OVERHEAD;
}

/* On a server that is not ours the free space is unknown. */
static bool
volume_check_room(const VolumeModel *model, GError **error)
{
	g_autofree char *folder = db_session_query_value(
	    model->session, error, "SELECT pg_catalog.current_setting('data_directory', true)", NULL);
	struct statvfs room;

	if (folder == NULL)
		return false;
	double needed = volume_bytes(model);
	if (statvfs(folder, &room) != 0 || (double)room.f_bavail * (double)room.f_frsize > needed)
		return true;
	g_autofree char *wanted = g_format_size((guint64)needed);
	g_autofree char *free_size = g_format_size((guint64)room.f_bavail * room.f_frsize);
	g_autofree char *hint = g_strdup_printf(
	    "make \"rows\" of the size smaller, or set TMPDIR to a folder with more room "
	    "(it is \"%s\" now)",
	    folder);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, hint, "the rows would need about %s, and %s are free",
	                      wanted, free_size);
}

/* --- Rows ------------------------------------------------------------------------- */

static char *
volume_table_name(const VolumeModel *model, const VolumeTable *table)
{
	g_autofree char *schema = db_session_quote_identifier(model->session, table->table->schema);
	g_autofree char *name = db_session_quote_identifier(model->session, table->table->name);

	return g_strdup_printf("%s.%s", schema, name);
}

/* NULL with *error when a column that must have a value can have none. */
static char *
volume_insert_sql(const VolumeModel *model, const VolumeTable *table, GError **error)
{
	g_autofree char *name = volume_table_name(model, table);
	g_autoptr(GString) columns = g_string_new(NULL);
	g_autoptr(GString) values = g_string_new(NULL);

	for (guint i = 0; i < table->columns->len; i++) {
		const VolumeColumn *column = g_ptr_array_index(table->columns, i);
		g_autofree char *value = column->generated ? NULL : volume_value(model, column, "i");
		if (value == NULL && column->not_null && !column->generated && !column->has_default) {
			suite_node_error(
			    table->size->node, error,
			    "state values of it: columns: { x: { distinct: 3, most_common: [a, b], shares: "
			    "[0.5, 0.4] } }",
			    "no values can be made up for column \"%s\" of table %s", column->column->name,
			    table->table->identity);
			return NULL;
		}
		if (value == NULL)
			continue;
		g_autofree char *quoted = db_session_quote_identifier(model->session, column->column->name);
		g_string_append_printf(columns, "%s%s", columns->len > 0 ? ", " : "", quoted);
		g_string_append_printf(values, "%s%s", values->len > 0 ? ", " : "", value);
	}
	return g_strdup_printf("INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM "
	                       "pg_catalog.generate_series(1::bigint, %" G_GINT64_FORMAT ") AS g (i)%s",
	                       name, columns->str, values->str, table->rows,
	                       table->may_collide ? " ON CONFLICT DO NOTHING" : "");
}

static bool
volume_refuse(const VolumeModel *model, const VolumeTable *table, GError *cause, GError **error)
{
	const DbDiagnostic *diagnostic = db_session_diagnostic(model->session);

	if (diagnostic == NULL || db_session_transaction_state(model->session) != DB_TRANSACTION_FAILED) {
		g_propagate_error(error, cause);
		return false;
	}
	g_error_free(cause);
	return suite_node_error(
	    table->size->node, error, "state values that the table takes, by \"columns\" of its size",
	    "the rows that were made for table %s are refused: %s", table->table->identity, diagnostic->message);
}

static bool
volume_empty(const VolumeModel *model, GError **error)
{
	for (guint i = 0; i < model->tables->len; i++) {
		const VolumeTable *table = g_ptr_array_index(model->tables, i);
		g_autofree char *name = volume_table_name(model, table);
		/* The rows of a partitioned table are in its partitions. */
		g_autofree char *sql = g_strdup_printf("DELETE FROM %s%s", table->table->kind == 'p' ? "" : "ONLY ",
		                                       name);
		if (table->size != NULL && !db_session_execute(model->session, sql, error))
			return false;
	}
	return true;
}

static bool
volume_insert(const VolumeModel *model, GError **error)
{
	for (guint i = 0; i < model->tables->len; i++) {
		const VolumeTable *table = g_ptr_array_index(model->tables, i);
		GError *cause = NULL;
		if (table->size == NULL)
			continue;
		g_autofree char *sql = volume_insert_sql(model, table, error);
		if (sql == NULL)
			return false;
		if (!db_session_execute(model->session, sql, &cause))
			return volume_refuse(model, table, cause, error);
	}
	return true;
}

/* --- Afterwards --------------------------------------------------------------------- */

static bool
volume_refresh_views(const VolumeModel *model, GError **error)
{
	for (guint i = 0; i < model->catalog->tables->len; i++) {
		const PlanTable *view = g_ptr_array_index(model->catalog->tables, i);
		const VolumeTable table = { .table = view };
		if (view->kind != 'm')
			continue;
		g_autofree char *name = volume_table_name(model, &table);
		g_autofree char *sql = g_strconcat("REFRESH MATERIALIZED VIEW ", name, NULL);
		if (!db_session_execute(model->session, sql, error))
			return false;
	}
	return true;
}

static bool
volume_analyze(const VolumeModel *model, GError **error)
{
	for (guint i = 0; i < model->tables->len; i++) {
		const VolumeTable *table = g_ptr_array_index(model->tables, i);
		gint64 target = CLAMP((table->rows + VOLUME_ROWS_OF_TARGET - 1) / VOLUME_ROWS_OF_TARGET,
		                      VOLUME_TARGET_MIN, VOLUME_TARGET_MAX);
		g_autofree char *name = volume_table_name(model, table);
		g_autofree char *set = g_strdup_printf("SET default_statistics_target = %" G_GINT64_FORMAT, target);
		g_autofree char *sql = g_strconcat("VACUUM (ANALYZE, INDEX_CLEANUP ON) ", name, NULL);
		if (table->size != NULL && (!db_session_execute(model->session, set, error) ||
		                            !db_session_execute(model->session, sql, error)))
			return false;
	}
	return db_session_execute(model->session, "RESET default_statistics_target", error);
}

static bool
volume_count_rows(const VolumeModel *model, PlanVolume *volume, GError **error)
{
	volume->tables = g_array_new(FALSE, FALSE, sizeof(PlanVolumeTable));
	volume->names = g_ptr_array_new_with_free_func(g_free);
	volume->share = model->share;
	for (guint i = 0; i < model->tables->len; i++) {
		const VolumeTable *table = g_ptr_array_index(model->tables, i);
		PlanVolumeTable one = { .table = table->table->identity, .rows = (double)table->rows };
		if (table->size == NULL)
			continue;
		if (table->may_collide) {
			g_autofree char *name = volume_table_name(model, table);
			g_autofree char *sql = g_strconcat("SELECT pg_catalog.count(*) FROM ", name, NULL);
			g_autofree char *rows = db_session_query_value(model->session, error, sql, NULL);
			if (rows == NULL)
				return false;
			one.rows = g_ascii_strtod(rows, NULL);
		}
		char *kept = g_strdup(one.table);
		one.table = kept;
		g_ptr_array_add(volume->names, kept);
		g_array_append_val(volume->tables, one);
	}
	return true;
}

/* --- All of it ------------------------------------------------------------------------ */

static bool
volume_make(const VolumeModel *model, PlanVolume *volume, GError **error)
{
	gint64 start = g_get_monotonic_time();

	/* Neither triggers nor foreign keys are asked. */
	if (!volume_check_room(model, error) ||
	    !db_session_execute(model->session, "BEGIN; SET LOCAL session_replication_role = replica", error) ||
	    !volume_empty(model, error) || !volume_insert(model, error))
		return false;
	volume->insert_time = g_get_monotonic_time() - start;
	return db_session_execute(model->session, plan_sql_volume_end, error) &&
	       db_session_execute(model->session, "COMMIT", error) && volume_refresh_views(model, error) &&
	       volume_analyze(model, error) && volume_count_rows(model, volume, error);
}

bool
plan_volume_fill(const ScratchDatabase *database, PlanSize *size, const CatalogExclusions *exclusions, double most,
                 PlanVolume *ret_volume, GError **error)
{
	gint64 start = g_get_monotonic_time();
	g_auto(PlanVolume) volume = { 0 };
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_MIGRATION, error);

	/* VACUUM takes a row for one that all can see only when its commit was written, which a scratch server puts
	 * off. */
	if (session == NULL || !db_session_execute(session, "SET synchronous_commit = on", error) ||
	    !rows_fill(session, exclusions, VOLUME_STOCK_ROWS, NULL, NULL, error))
		return false;
	g_autoptr(VolumeModel) model = volume_model_read(session, size, most, error);
	if (model == NULL || !volume_make(model, &volume, error))
		return false;
	volume.duration = g_get_monotonic_time() - start;
	*ret_volume = volume;
	volume = (PlanVolume){ 0 };
	return true;
}

bool
plan_volume_read(const ScratchDatabase *database, PlanSize *size, PlanVolume *ret_volume, GError **error)
{
	g_autoptr(DbSession) session = scratch_database_connect(database, DB_SESSION_INTERNAL, error);
	g_auto(PlanVolume) volume = { .tables = g_array_new(FALSE, FALSE, sizeof(PlanVolumeTable)),
		                      .names = g_ptr_array_new_with_free_func(g_free) };

	for (guint i = 0; session != NULL && i < size->tables->len; i++) {
		const PlanTableSize *table = g_ptr_array_index(size->tables, i);
		g_autofree char *schema = db_session_quote_identifier(session, table->schema);
		g_autofree char *name = db_session_quote_identifier(session, table->name);
		g_autofree char *sql = g_strdup_printf("SELECT pg_catalog.count(*) FROM %s.%s", schema, name);
		g_autofree char *rows = db_session_query_value(session, error, sql, NULL);
		if (rows == NULL)
			return false;
		g_ptr_array_add(volume.names, catalog_identity_join(table->schema, NULL, table->name));
		const PlanVolumeTable one = { g_ptr_array_index(volume.names, volume.names->len - 1),
			                      g_ascii_strtod(rows, NULL) };
		g_array_append_val(volume.tables, one);
	}
	*ret_volume = volume;
	volume = (PlanVolume){ 0 };
	return session != NULL;
}
