#include "report/item.h"

const char *
report_item_state_name(ReportItemState state)
{
	static const char *const names[REPORT_N_ITEM_STATES] = { "ticked", "open", "unknown", "waits" };

	return names[state];
}

ReportFact *
report_fact_new(const char *what, const char *found, const char *limit)
{
	ReportFact *fact = g_new0(ReportFact, 1);

	*fact = (ReportFact){ .what = g_strdup(what), .found = g_strdup(found), .limit = g_strdup(limit) };
	return fact;
}

void
report_fact_free(ReportFact *fact)
{
	if (fact == NULL)
		return;
	g_free(fact->what);
	g_free(fact->found);
	g_free(fact->limit);
	g_free(fact);
}

ReportItem *
report_item_new(ReportItemState state, const char *kind)
{
	ReportItem *item = g_new0(ReportItem, 1);

	item->state = state;
	item->kind = g_strdup(kind);
	item->facts = g_ptr_array_new_with_free_func((GDestroyNotify)report_fact_free);
	return item;
}

void
report_item_free(ReportItem *item)
{
	if (item == NULL)
		return;
	g_free(item->kind);
	g_free(item->details);
	g_free(item->shows);
	g_ptr_array_unref(item->facts);
	g_free(item);
}

void
report_item_add_fact(ReportItem *item, const char *what, const char *found, const char *limit)
{
	g_ptr_array_add(item->facts, report_fact_new(what, found, limit));
}

ReportSighting *
report_sighting_new(gint64 from, gint64 until, const char *what)
{
	ReportSighting *sighting = g_new0(ReportSighting, 1);

	*sighting = (ReportSighting){ .from = from, .until = until, .what = g_strdup(what) };
	return sighting;
}

void
report_sighting_free(ReportSighting *sighting)
{
	if (sighting == NULL)
		return;
	g_free(sighting->what);
	g_free(sighting);
}
