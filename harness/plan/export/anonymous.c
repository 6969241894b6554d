#include "plan/export/anonymous.h"

#include "plan/catalog/array.h"

#include <string.h>

/* The replacement for the value of this rank. */
static char *
anonymous_make(PlanKind kind, const char *type, guint rank)
{
	/* Enough for the ranks of any statistics (two lists of at most 10,000), in any collation. */
	if (kind == PLAN_KIND_TEXT)
		return g_strdup_printf("v%06u", rank);
	if (kind == PLAN_KIND_UUID)
		return g_strdup_printf("%08x-0000-4000-8000-000000000000", rank);
	if (kind == PLAN_KIND_NUMBER)
		return g_strdup_printf("%u", rank);
	g_autoptr(GDateTime) base = g_date_time_new_utc(2000, 1, 1, 0, 0, 0);
	g_autoptr(GDateTime) time = g_date_time_add_days(base, (gint)rank);
	return g_date_time_format(time, g_str_has_prefix(type, "date")                ? "%Y-%m-%d"
	                                : g_str_has_suffix(type, "without time zone") ? "%Y-%m-%d %H:%M:%S"
	                                                                              : "%Y-%m-%d %H:%M:%S+00");
}

typedef struct {
	PlanKind kind;
	const GPtrArray *bounds; /* their order is that of the type and its collation */
} AnonymousOrder;

/* Numbers by their value, everything else as text; of times in ISO, that is their order. */
static int
anonymous_compare_values(PlanKind kind, const char *a, const char *b)
{
	double difference = kind == PLAN_KIND_NUMBER ? g_ascii_strtod(a, NULL) - g_ascii_strtod(b, NULL) : 0;

	if (difference != 0)
		return difference < 0 ? -1 : 1;
	return strcmp(a, b);
}

static int
anonymous_compare(gconstpointer a, gconstpointer b, gpointer data)
{
	const AnonymousOrder *order = data;

	return anonymous_compare_values(order->kind, *(const char *const *)a, *(const char *const *)b);
}

/* How many of the bounds come before the value. */
static guint
anonymous_place(const AnonymousOrder *order, const char *value)
{
	guint n = 0;

	while (n < order->bounds->len &&
	       anonymous_compare_values(order->kind, g_ptr_array_index(order->bounds, n), value) < 0)
		n++;
	return n;
}

static void
anonymous_insert(GHashTable *ranks, const char *value, guint *rank)
{
	if (!g_hash_table_contains(ranks, value))
		g_hash_table_insert(ranks, (gpointer)value, GUINT_TO_POINTER(++*rank));
}

/* The bounds in their own order, and the other values between them. */
static GHashTable *
anonymous_rank(const AnonymousOrder *order, GPtrArray *others)
{
	GHashTable *ranks = g_hash_table_new(g_str_hash, g_str_equal);
	guint rank = 0;
	guint next = 0;

	g_ptr_array_sort_with_data(others, anonymous_compare, (gpointer)order);
	for (guint i = 0; i <= order->bounds->len; i++) {
		while (next < others->len &&
		       (i == order->bounds->len || anonymous_place(order, g_ptr_array_index(others, next)) <= i))
			anonymous_insert(ranks, g_ptr_array_index(others, next++), &rank);
		if (i < order->bounds->len)
			anonymous_insert(ranks, g_ptr_array_index(order->bounds, i), &rank);
	}
	return ranks;
}

static void
anonymous_collect(GPtrArray *values, const GPtrArray *from)
{
	for (guint i = 0; from != NULL && i < from->len; i++)
		if (g_ptr_array_index(from, i) != NULL)
			g_ptr_array_add(values, g_ptr_array_index(from, i));
}

GHashTable *
plan_anonymous_names(PlanKind kind, const char *type, const char *common, const char *bounds, const GPtrArray *more)
{
	g_autoptr(GPtrArray) some = plan_array_split(common != NULL ? common : "{}");
	g_autoptr(GPtrArray) cuts = plan_array_split(bounds != NULL ? bounds : "{}");
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	const AnonymousOrder order = { kind, cuts };
	GHashTableIter iterator;
	gpointer value;
	gpointer rank;

	if (kind == PLAN_KIND_OTHER || some == NULL || cuts == NULL || g_ptr_array_find(some, NULL, NULL) ||
	    g_ptr_array_find(cuts, NULL, NULL))
		return NULL;
	anonymous_collect(others, some);
	anonymous_collect(others, more);
	g_autoptr(GHashTable) ranks = anonymous_rank(&order, others);
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_iter_init(&iterator, ranks);
	while (g_hash_table_iter_next(&iterator, &value, &rank))
		g_hash_table_insert(names, g_strdup(value), anonymous_make(kind, type, GPOINTER_TO_UINT(rank)));
	return names;
}

char *
plan_anonymous_replace(GHashTable *names, const char *array)
{
	g_autoptr(GPtrArray) values = array != NULL ? plan_array_split(array) : NULL;
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	for (guint i = 0; values != NULL && i < values->len; i++)
		g_ptr_array_add(others, g_hash_table_lookup(names, g_ptr_array_index(values, i)));
	return values != NULL ? plan_array_join(others) : NULL;
}
