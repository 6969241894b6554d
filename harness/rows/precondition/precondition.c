/* Preconditions by themselves: which are held, and rows that keep to them. */
#include "rows/precondition/precondition_private.h"

#include "db/sqlstate.h"

#include "rows/fill/filler.h"
#include "rows/state/queries.h"

#include <string.h>

void
rows_precondition_free(RowsPrecondition *precondition)
{
	if (precondition == NULL)
		return;
	g_free(precondition->table);
	g_free(precondition->column);
	g_free(precondition->constraint);
	g_free(precondition->target);
	g_free(precondition->new_target);
	g_free(precondition->meaning);
	g_free(precondition->query);
	g_free(precondition->hold);
	g_free(precondition->release);
	g_free(precondition->sequence);
	g_free(precondition->lift);
	g_free(precondition->again);
	g_free(precondition->insert);
	g_free(precondition->cast_to);
	g_free(precondition);
}

RowsPrecondition *
rows_precondition_add(GPtrArray *preconditions, RowsPreconditionKind kind, const RowsBeforeTable *table)
{
	RowsPrecondition *precondition = g_new0(RowsPrecondition, 1);

	precondition->kind = kind;
	precondition->table = g_strdup(table->identity);
	g_ptr_array_add(preconditions, precondition);
	return precondition;
}

/* --- Which are held --------------------------------------------------------- */

static bool
speaks_of(const char *message, const char *name)
{
	g_autofree char *quoted = g_strdup_printf("\"%s\"", name);

	return strstr(message, quoted) != NULL;
}

/* Whether a row that breaks it is refused with these words. */
static bool
rows_precondition_is_meant(const RowsPrecondition *precondition, const char *message, const char *sqlstate)
{
	if (precondition->constraint != NULL && speaks_of(message, precondition->constraint))
		return true;
	if (precondition->calculated && sqlstate != NULL &&
	    g_str_has_prefix(sqlstate, DB_SQLSTATE_CLASS_DATA_EXCEPTION))
		return true;
	if (precondition->of_backfill)
		return g_strcmp0(sqlstate, DB_SQLSTATE_NOT_NULL_VIOLATION) == 0;
	if (precondition->kind == ROWS_PRECONDITION_NOT_NULL)
		return g_strcmp0(sqlstate, DB_SQLSTATE_NOT_NULL_VIOLATION) == 0 &&
		       speaks_of(message, precondition->column);
	/* For the check of a domain, the server names the column. */
	if (precondition->kind == ROWS_PRECONDITION_CHECK && precondition->column != NULL)
		return g_strcmp0(sqlstate, DB_SQLSTATE_CHECK_VIOLATION) == 0 &&
		       speaks_of(message, precondition->column);
	/* A value that cannot be read as the new type, or that a domain refuses; the server names no column. */
	return precondition->kind == ROWS_PRECONDITION_TYPE && sqlstate != NULL &&
	       (g_str_has_prefix(sqlstate, DB_SQLSTATE_CLASS_DATA_EXCEPTION) ||
	        strcmp(sqlstate, DB_SQLSTATE_CHECK_VIOLATION) == 0 ||
	        strcmp(sqlstate, DB_SQLSTATE_FEATURE_NOT_SUPPORTED) == 0);
}

/* A foreign key cannot be held without the unique index that it points to, which may be as new as it is. */
static void
rows_preconditions_hold_targets(GPtrArray *preconditions, const RowsPrecondition *key)
{
	for (guint i = 0; key->target != NULL && i < preconditions->len; i++) {
		RowsPrecondition *unique = g_ptr_array_index(preconditions, i);
		unique->held |= unique->kind == ROWS_PRECONDITION_UNIQUE && unique->hold != NULL &&
		                strcmp(unique->table, key->target) == 0;
	}
}

bool
rows_preconditions_hold(GPtrArray *preconditions, const char *message, const char *sqlstate)
{
	bool any = false;

	for (guint i = 0; i < preconditions->len; i++) {
		RowsPrecondition *precondition = g_ptr_array_index(preconditions, i);
		if (precondition->held || precondition->of_labels ||
		    (precondition->hold == NULL && precondition->sequence == NULL) ||
		    !rows_precondition_is_meant(precondition, message, sqlstate))
			continue;
		precondition->held = true;
		rows_preconditions_hold_targets(preconditions, precondition);
		any = true;
	}
	return any;
}

/* --- Filling ------------------------------------------------------------------ */

/* The numbers of the rows in between are left to the migration. */
bool
rows_precondition_go_ahead(DbSession *session, const RowsPrecondition *precondition, GPtrArray *back, GError **error)
{
	g_autofree char *literal = db_session_quote_literal(session, precondition->sequence);
	g_autofree char *read = g_strdup_printf("SELECT last_value, is_called FROM %s", precondition->sequence);
	g_autofree char *set = g_strdup_printf("SELECT pg_catalog.setval(%s::regclass, greatest(last_value, "
	                                       "%" G_GINT64_FORMAT "), true) FROM %s",
	                                       literal, precondition->ahead, precondition->sequence);
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) stands = NULL;
	g_autoptr(DbResult) done = NULL;

	if (!rows_try(session, read, &stands, &refusal, error) || !rows_try(session, set, &done, &refusal, error))
		return false;
	if (back != NULL && stands != NULL && db_result_rows(stands) == 1)
		g_ptr_array_add(back, g_strdup_printf("SELECT pg_catalog.setval(%s::regclass, %s, %s::bool)", literal,
		                                      db_result_value(stands, 0, 0),
		                                      db_result_value(stands, 0, 1)[0] == 't' ? "true" : "false"));
	return true;
}

/* Appends the statements that undo it to `back`; they run in reverse order. */
static bool
rows_precondition_hold(DbSession *session, RowsPrecondition *precondition, GPtrArray *back, GError **error)
{
	g_auto(RowsRefusal) refusal = { 0 };
	g_autoptr(DbResult) result = NULL;

	if (precondition->sequence != NULL && !rows_precondition_go_ahead(session, precondition, back, error))
		return false;
	if (precondition->hold == NULL)
		return true;
	if (!rows_try(session, precondition->hold, &result, &refusal, error))
		return false;
	if (refusal.message != NULL)
		g_clear_pointer(&precondition->hold, g_free);
	else if (precondition->release != NULL)
		g_ptr_array_add(back, g_strdup(precondition->release));
	return true;
}

static bool
rows_precondition_hold_all(DbSession *session, GPtrArray *preconditions, GPtrArray *back, GError **error)
{
	for (int kind = 0; kind <= ROWS_PRECONDITION_SEED; kind++)
		for (guint i = 0; preconditions != NULL && i < preconditions->len; i++) {
			RowsPrecondition *precondition = g_ptr_array_index(preconditions, i);
			if (precondition->held && (int)precondition->kind == kind &&
			    !rows_precondition_hold(session, precondition, back, error))
				return false;
		}
	return true;
}

bool
rows_fill_plausible(DbSession *session, const CatalogExclusions *exclusions, guint n_rows, bool tame,
                    GPtrArray *preconditions, RowsFilled *filled, GPtrArray *ret_unfilled, GError **error)
{
	g_autoptr(GPtrArray) back = g_ptr_array_new_with_free_func(g_free);
	const RowsFillOptions options = { .n_rows = n_rows, .tame = tame, .look = true };

	gint64 before = 0;
	gint64 after = 0;

	if (!rows_precondition_hold_all(session, preconditions, back, error) ||
	    !rows_fill_count_catalog(session, &before, error) ||
	    !rows_fill_with(session, exclusions, &options, filled, ret_unfilled, error) ||
	    !rows_fill_count_catalog(session, &after, error))
		return false;
	if (filled != NULL)
		rows_filled_note_catalog(filled, before != after);
	for (guint i = back->len; i > 0; i--)
		if (!db_session_execute(session, g_ptr_array_index(back, i - 1), error))
			return false;
	return true;
}
