#include "check/proof/partitions.h"

#include <string.h>

/* The ranges of a partitioned table. */
typedef struct {
	GPtrArray *bounds; /* of const char *: as the catalog has them */
	GPtrArray *from;   /* of char *: literals, without MINVALUE */
	GPtrArray *to;     /* of char *: literals, without MAXVALUE */
	bool rest;         /* there is a default partition, or one that is no range */
	bool no_end;       /* MAXVALUE */
} PartitionRanges;

static void
partitions_clear(PartitionRanges *ranges)
{
	g_clear_pointer(&ranges->bounds, g_ptr_array_unref);
	g_clear_pointer(&ranges->from, g_ptr_array_unref);
	g_clear_pointer(&ranges->to, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PartitionRanges, partitions_clear)

/* "FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)" */
static void
partitions_add(PartitionRanges *ranges, const char *bound)
{
	g_autoptr(GRegex) regex = g_regex_new("^FOR VALUES FROM \\((.*)\\) TO \\((.*)\\)$", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, bound, 0, &match)) {
		ranges->rest = true;
		return;
	}
	char *from = g_match_info_fetch(match, 1);
	char *to = g_match_info_fetch(match, 2);
	g_ptr_array_add(ranges->bounds, (gpointer)bound);
	ranges->no_end |= strcmp(to, "MAXVALUE") == 0;
	g_ptr_array_add(ranges->from, from);
	g_ptr_array_add(ranges->to, to);
}

static void
partitions_read(const CatalogSnapshot *snapshot, const char *parent, PartitionRanges *ranges)
{
	ranges->bounds = g_ptr_array_new();
	ranges->from = g_ptr_array_new_with_free_func(g_free);
	ranges->to = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < catalog_snapshot_size(snapshot); i++) {
		const CatalogObject *object = catalog_snapshot_object(snapshot, i);
		const char *bound = object->class_id == CATALOG_TABLE &&
		                            g_strcmp0(catalog_object_value(object, "partition_of"), parent) == 0
		                        ? catalog_object_value(object, "partition_bound")
		                        : NULL;
		if (bound != NULL)
			partitions_add(ranges, bound);
	}
}

static bool
partitions_have(const GPtrArray *list, const char *text)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)list, text, g_str_equal, NULL);
}

/* The number of digits of a whole number; the server writes a bigint in quotes. 0: it is none. */
static gsize
partitions_digits(const char *text)
{
	gsize quotes = text[0] == '\'';
	gsize n = strspn(text + quotes, "0123456789");

	return strlen(text) == n + 2 * quotes ? n : 0;
}

/* Numbers by their size; dates and times as the server writes them. False: they cannot be compared here. */
static bool
partitions_compare(const char *a, const char *b, int *ret_order)
{
	bool quoted = a[0] == '\'' && b[0] == '\'' && g_ascii_isdigit(a[1]) && g_ascii_isdigit(b[1]) && strchr(a, '-');
	bool numbers = partitions_digits(a) > 0 && partitions_digits(b) > 0;

	if ((!quoted && !numbers) || (quoted && strlen(a) != strlen(b)))
		return false;
	*ret_order = strlen(a) == strlen(b) ? strcmp(a, b) : (strlen(a) < strlen(b) ? -1 : 1);
	return true;
}

/* The largest of them. False: there is none, or some cannot be compared. */
static bool
partitions_last(const GPtrArray *list, const char **ret_last)
{
	*ret_last = NULL;
	for (guint i = 0; i < list->len; i++) {
		const char *one = g_ptr_array_index(list, i);
		int order = 1;
		if (*ret_last != NULL && !partitions_compare(one, *ret_last, &order))
			return false;
		if (order > 0)
			*ret_last = one;
	}
	return *ret_last != NULL;
}

/* The end of a range behind which there is no other one, though ranges follow; NULL: there is none. *ret_next: where
 * the next one begins. */
static const char *
partitions_find_hole(const PartitionRanges *ranges, const char **ret_next)
{
	for (guint i = 0; i < ranges->to->len; i++) {
		const char *end = g_ptr_array_index(ranges->to, i);
		const char *next = NULL;
		if (partitions_have(ranges->from, end))
			continue;
		for (guint j = 0; j < ranges->from->len; j++) {
			const char *from = g_ptr_array_index(ranges->from, j);
			int order = 0;
			int nearer = -1;
			if (!partitions_compare(from, end, &order) || order <= 0)
				continue;
			if (next == NULL || (partitions_compare(from, next, &nearer) && nearer < 0))
				next = from;
		}
		if (next != NULL) {
			*ret_next = next;
			return end;
		}
	}
	return NULL;
}

static bool
partitions_any_is_new(const PartitionRanges *was, const PartitionRanges *is)
{
	for (guint i = 0; i < is->bounds->len; i++)
		if (!partitions_have(was->bounds, g_ptr_array_index(is->bounds, i)))
			return true;
	return false;
}

/* Behind the last range. */
static char *
partitions_find_end(const PartitionRanges *was, const PartitionRanges *is, const char *table)
{
	const char *last_was = NULL;
	const char *last_is = NULL;
	int order = 0;

	if (is->no_end || !partitions_last(is->to, &last_is))
		return NULL;
	if (was->no_end)
		return g_strdup_printf("no partition of \"%s\" takes values from %s on, which one took before", table,
		                       last_is);
	if (!partitions_last(was->to, &last_was) || !partitions_compare(last_is, last_was, &order) || order >= 0)
		return NULL;
	return g_strdup_printf("no partition of \"%s\" takes values from %s to %s, which one took before", table,
	                       last_is, last_was);
}

char *
check_partitions_find_gap(const CatalogSnapshot *before, const CatalogSnapshot *after, const CatalogObject *table)
{
	g_auto(PartitionRanges) was = { 0 };
	g_auto(PartitionRanges) is = { 0 };
	const char *key = catalog_object_value(table, "partition_key");
	const CatalogObject *now = key != NULL
	                               ? catalog_snapshot_find(after, CATALOG_TABLE, table->schema, NULL, table->name)
	                               : NULL;
	const char *next = NULL;

	if (now == NULL || !g_str_has_prefix(key, "RANGE (") || strchr(key, ',') != NULL ||
	    g_strcmp0(catalog_object_value(now, "partition_key"), key) != 0)
		return NULL;
	partitions_read(before, table->identity, &was);
	partitions_read(after, table->identity, &is);
	if (is.rest || was.from->len == 0 || !partitions_any_is_new(&was, &is))
		return NULL;
	char *end = partitions_find_end(&was, &is, table->identity);
	if (end != NULL || partitions_find_hole(&was, &next) != NULL)
		return end;
	const char *hole = partitions_find_hole(&is, &next);
	return hole != NULL
	           ? g_strdup_printf("no partition of \"%s\" takes values from %s to %s", table->identity, hole, next)
	           : NULL;
}
