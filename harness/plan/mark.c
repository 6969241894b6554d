#include "plan/mark.h"

#include "plan/array.h"
#include "plan/sql.h"

#include <string.h>

struct PlanMark {
	GHashTable *relations;
	char *text; /* NULL: nothing is remembered */
};

PlanMark *
plan_mark_new(void)
{
	PlanMark *mark = g_new0(PlanMark, 1);

	mark->relations = g_hash_table_new(NULL, NULL);
	return mark;
}

void
plan_mark_free(PlanMark *mark)
{
	if (mark == NULL)
		return;
	g_hash_table_unref(mark->relations);
	g_free(mark->text);
	g_free(mark);
}

GHashTable *
plan_mark_relations(PlanMark *mark)
{
	return mark->relations;
}

static char *
mark_list_relations(const PlanMark *mark, const PlanSize *size)
{
	g_autoptr(GString) list = g_string_new("{0");
	GHashTableIter iterator;
	gpointer oid;

	g_hash_table_iter_init(&iterator, mark->relations);
	while (g_hash_table_iter_next(&iterator, &oid, NULL))
		g_string_append_printf(list, ",%u", GPOINTER_TO_UINT(oid));
	for (guint i = 0; i < size->tables->len; i++)
		g_string_append_printf(list, ",%u", ((PlanTableSize *)g_ptr_array_index(size->tables, i))->oid);
	g_string_append_c(list, '}');
	return g_strdup(list->str);
}

/* A table that is not there yet may come. */
static char *
mark_list_names(const PlanSize *size)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < size->tables->len; i++)
		g_ptr_array_add(names, ((PlanTableSize *)g_ptr_array_index(size->tables, i))->name);
	return plan_array_join(names);
}

static char *
mark_read(const PlanMark *mark, DbSession *session, const PlanSize *size, GError **error)
{
	g_autofree char *relations = mark_list_relations(mark, size);
	g_autofree char *names = mark_list_names(size);

	return db_session_query_value(session, error, plan_sql_mark, relations, names, NULL);
}

bool
plan_mark_set(PlanMark *mark, DbSession *session, const PlanSize *size, GError **error)
{
	char *text = mark_read(mark, session, size, error);

	if (text == NULL)
		return false;
	g_free(mark->text);
	mark->text = text;
	return true;
}

bool
plan_mark_has_changed(PlanMark *mark, DbSession *session, const PlanSize *size, bool *ret_changed, GError **error)
{
	g_autofree char *text = mark->text != NULL ? mark_read(mark, session, size, error) : NULL;

	if (mark->text != NULL && text == NULL)
		return false;
	*ret_changed = mark->text == NULL || strcmp(mark->text, text) != 0;
	return true;
}
