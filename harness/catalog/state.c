#include "catalog/state.h"

#include <string.h>

void
catalog_state_init(CatalogState *state)
{
	*state = (CatalogState){ 0 };
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		state->suspects[i] = g_array_new(FALSE, FALSE, sizeof(guint32));
}

void
catalog_state_clear(CatalogState *state)
{
	g_clear_pointer(&state->database, g_free);
	g_clear_pointer(&state->roles, g_free);
	g_clear_pointer(&state->totals, g_array_unref);
	for (int i = 0; i < CATALOG_N_BRANCHES; i++)
		g_clear_pointer(&state->items[i], g_array_unref);
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		g_clear_pointer(&state->suspects[i], g_array_unref);
}

/* --- Items --------------------------------------------------------------- */

static int
compare_items(const void *left, const void *right)
{
	const CatalogItem *a = left;
	const CatalogItem *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static const CatalogItem *
find_item(const GArray *items, guint64 id)
{
	const CatalogItem key = { .id = id };

	return items->len == 0 ? NULL : bsearch(&key, items->data, items->len, sizeof key, compare_items);
}

bool
catalog_state_has_item(const CatalogState *state, CatalogBranch branch, guint64 id)
{
	return state->items[branch] != NULL && find_item(state->items[branch], id) != NULL;
}

static gint64
sum_prints(const GArray *items)
{
	gint64 sum = 0;

	for (guint i = 0; i < items->len; i++)
		sum += g_array_index(items, CatalogItem, i).print;
	return sum;
}

static void
set_items(CatalogState *state, int branch, GArray *items, gint64 print)
{
	g_clear_pointer(&state->items[branch], g_array_unref);
	state->items[branch] = items;
	state->prints[branch] = print;
}

void
catalog_state_take_over(CatalogState *state, const CatalogState *previous, guint32 open)
{
	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++)
		if ((open & 1U << branch) == 0 && previous->items[branch] != NULL)
			set_items(state, branch, g_array_ref(previous->items[branch]), previous->prints[branch]);
}

void
catalog_state_suspect(const CatalogState *previous, CatalogAffected *affected)
{
	affected->schemas |= previous->suspect_schemas;
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		for (guint i = 0; i < previous->suspects[unit]->len; i++)
			catalog_affected_add(affected, (CatalogUnit)unit,
			                     g_array_index(previous->suspects[unit], guint32, i));
}

void
catalog_state_take_suspects(CatalogState *state, const CatalogAffected *suspects)
{
	state->suspect_schemas = suspects->schemas;
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++) {
		GHashTableIter iter;
		gpointer key;
		g_array_set_size(state->suspects[unit], 0);
		g_hash_table_iter_init(&iter, suspects->units[unit]);
		while (g_hash_table_iter_next(&iter, &key, NULL)) {
			guint32 oid = GPOINTER_TO_UINT(key);
			g_array_append_val(state->suspects[unit], oid);
		}
	}
}

GHashTable *
catalog_state_find_gone(const CatalogState *state, const CatalogState *previous)
{
	const GArray *relations = previous->items[CATALOG_BRANCH_RELATION];
	GHashTable *gone = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < relations->len; i++) {
		guint32 oid = g_array_index(relations, CatalogItem, i).owner;
		if (!catalog_state_has_item(state, CATALOG_BRANCH_RELATION, oid))
			g_hash_table_add(gone, GUINT_TO_POINTER(oid));
	}
	return gone;
}

/* --- Rows ---------------------------------------------------------------- */

enum { ROWS_BRANCH, ROWS_PRINT, ROWS_FIRST };

#define ROW_WIDTH 4

/* A comment stands for what it is about. */
static void
affect_commented(CatalogAffected *affected, const CatalogItem *item)
{
	if (item->kind == 'n')
		affected->schemas = true;
	else
		catalog_affected_add(affected,
		                     item->kind == 'f'   ? CATALOG_UNIT_FUNCTION
		                     : item->kind == 't' ? CATALOG_UNIT_TYPE
		                                         : CATALOG_UNIT_RELATION,
		                     item->owner);
}

/* The row of a composite type stands for its relation, that of a base type for the whole class. */
static void
affect_type(CatalogAffected *affected, const CatalogItem *item)
{
	if (item->kind == 'b' || item->kind == 'p')
		affected->others = true;
	else
		catalog_affected_add(affected, item->kind == 'c' ? CATALOG_UNIT_RELATION : CATALOG_UNIT_TYPE,
		                     item->owner);
}

/* What a row of the branch stands for: its owner, or nothing that is read by itself. */
static void
affect(CatalogAffected *affected, int branch, const CatalogItem *item)
{
	switch ((CatalogBranch)branch) {
	case CATALOG_BRANCH_FUNCTION:
	case CATALOG_BRANCH_AGGREGATE:
		catalog_affected_add(affected, CATALOG_UNIT_FUNCTION, item->owner);
		break;
	case CATALOG_BRANCH_LABEL:
		catalog_affected_add(affected, CATALOG_UNIT_TYPE, item->owner);
		break;
	case CATALOG_BRANCH_TYPE:
		affect_type(affected, item);
		break;
	case CATALOG_BRANCH_CONSTRAINT:
		/* That of a domain. */
		catalog_affected_add(affected, item->kind == 'd' ? CATALOG_UNIT_TYPE : CATALOG_UNIT_RELATION,
		                     item->owner);
		break;
	case CATALOG_BRANCH_OTHER:
		affected->others |= item->owner == 0;
		catalog_affected_add(affected, CATALOG_UNIT_RELATION, item->owner);
		break;
	case CATALOG_BRANCH_SCHEMA:
		affected->schemas = true;
		break;
	case CATALOG_BRANCH_COMMENT:
		affect_commented(affected, item);
		break;
	case CATALOG_BRANCH_EXTENSION:
		affected->everything = true;
		break;
	case CATALOG_BRANCH_NAME:
		affected->others = true;
		break;
	case CATALOG_BRANCH_ROLE:
		break;
	default:
		catalog_affected_add(affected, CATALOG_UNIT_RELATION, item->owner);
		break;
	}
}

/* The items of the rows, which are (key, owner, print, 2 * kind + whether the open transaction has written it), each in
 * an array of its own, or all in one array of arrays. Those that it has written are added to `suspects`. */
static GArray *
read_rows(const DbResult *rows, int branch, CatalogAffected *suspects)
{
	GArray *items = g_array_new(FALSE, FALSE, sizeof(CatalogItem));
	bool apart = db_result_columns(rows) == ROWS_FIRST + ROW_WIDTH;
	const char *texts[ROW_WIDTH];
	gint64 values[ROW_WIDTH];

	for (int i = 0; i < ROW_WIDTH; i++)
		texts[i] = db_result_value(rows, 0, ROWS_FIRST + (apart ? i : 0));
	if (texts[0] == NULL)
		return items;
	for (;;) {
		for (int i = 0; i < ROW_WIDTH; i++)
			if (!catalog_state_next_number(apart ? &texts[i] : &texts[0], &values[i]))
				return items;
		CatalogItem item = { (guint64)values[0], (guint32)values[1], (gint32)values[2], (char)(values[3] / 2) };
		g_array_append_val(items, item);
		if (values[3] % 2 != 0 && suspects != NULL)
			affect(suspects, branch, &item);
	}
}

/* An item whose print is another one is a name that any text may hold. */
static void
compare_branch(int branch, const GArray *before, const GArray *now, CatalogAffected *affected)
{
	guint i = 0;
	guint j = 0;

	while (i < before->len && j < now->len) {
		const CatalogItem *a = &g_array_index(before, CatalogItem, i);
		const CatalogItem *b = &g_array_index(now, CatalogItem, j);
		int order = compare_items(a, b);
		if (order != 0)
			affect(affected, branch, order < 0 ? a : b);
		else if (a->print != b->print)
			affected->everything = true;
		i += order <= 0;
		j += order >= 0;
	}
	for (; i < before->len; i++)
		affect(affected, branch, &g_array_index(before, CatalogItem, i));
	for (; j < now->len; j++)
		affect(affected, branch, &g_array_index(now, CatalogItem, j));
}

static int
branch_of(const DbResult *rows)
{
	return (int)g_ascii_strtoll(db_result_value(rows, 0, ROWS_BRANCH), NULL, 10);
}

static gint64
print_of(const DbResult *rows)
{
	const char *print = db_result_value(rows, 0, ROWS_PRINT);

	return print != NULL ? g_ascii_strtoll(print, NULL, 10) : 0;
}

/* Rows without a key say what has changed, but not what there is. */
static void
drop_keyless(GArray *items)
{
	guint n = 0;

	for (guint i = 0; i < items->len; i++)
		if (g_array_index(items, CatalogItem, i).id != 0)
			g_array_index(items, CatalogItem, n++) = g_array_index(items, CatalogItem, i);
	g_array_set_size(items, n);
}

void
catalog_state_read_all(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                       CatalogAffected *affected, CatalogAffected *suspects)
{
	int branch = branch_of(rows);
	g_autoptr(GArray) items = read_rows(rows, branch, suspects);

	if (!catalog_branch_has_items(branch))
		return;
	drop_keyless(items);
	g_array_sort(items, compare_items);
	if (previous != NULL)
		compare_branch(branch, previous->items[branch], items, affected);
	gint64 print = sum_prints(items);
	set_items(state, branch, g_steal_pointer(&items), print);
}

/* The items before, without those of owners that are gone (NULL: with all), and the new ones. */
static GArray *
expect_items(const GArray *before, GHashTable *gone, const GArray *recent, bool *ret_renamed)
{
	GArray *items = g_array_sized_new(FALSE, FALSE, sizeof(CatalogItem), before->len + 16);

	for (guint i = 0; i < before->len; i++) {
		const CatalogItem *item = &g_array_index(before, CatalogItem, i);
		if (gone == NULL || !g_hash_table_contains(gone, GUINT_TO_POINTER(item->owner)))
			g_array_append_vals(items, item, 1);
	}
	guint n_before = items->len;
	for (guint i = 0; i < recent->len; i++) {
		const CatalogItem *item = &g_array_index(recent, CatalogItem, i);
		const CatalogItem *known = item->id != 0 ? find_item(before, item->id) : NULL;
		if (known != NULL && known->print != item->print)
			*ret_renamed = true;
		if (item->id != 0 && known == NULL)
			g_array_append_vals(items, item, 1);
	}
	if (items->len > n_before)
		g_array_sort(items, compare_items);
	return items;
}

/* The items before and the new ones; NULL when there are none. What is affected is added. */
static GArray *
read_new_items(const CatalogState *previous, const DbResult *rows, CatalogAffected *affected, CatalogAffected *suspects)
{
	int branch = branch_of(rows);
	g_autoptr(GArray) recent = read_rows(rows, branch, suspects);
	bool renamed = false;

	for (guint i = 0; i < recent->len; i++)
		affect(affected, branch, &g_array_index(recent, CatalogItem, i));
	if (!catalog_branch_has_items(branch) || recent->len == 0)
		return NULL;
	GArray *items = expect_items(previous->items[branch], NULL, recent, &renamed);
	affected->everything |= renamed;
	return items;
}

void
catalog_state_read_fresh(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                         CatalogAffected *affected, CatalogAffected *suspects)
{
	int branch = branch_of(rows);
	GArray *items = read_new_items(previous, rows, affected, suspects);

	if (items != NULL)
		set_items(state, branch, items, sum_prints(items));
	else if (catalog_branch_has_items(branch))
		set_items(state, branch, g_array_ref(previous->items[branch]), previous->prints[branch]);
}

bool
catalog_state_read_recent(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                          CatalogAffected *affected, CatalogAffected *suspects)
{
	int branch = branch_of(rows);
	gint64 print = print_of(rows);
	g_autoptr(GArray) items = read_new_items(previous, rows, affected, suspects);

	if (!catalog_branch_has_items(branch))
		return true;
	if (items == NULL)
		items = g_array_ref(previous->items[branch]);
	if (sum_prints(items) != print)
		return false;
	set_items(state, branch, g_steal_pointer(&items), print);
	return true;
}

/* The items that the second one has, too. Both are sorted. */
static GArray *
intersect(const GArray *items, const GArray *others)
{
	GArray *both = g_array_sized_new(FALSE, FALSE, sizeof(CatalogItem), items->len);
	guint j = 0;

	for (guint i = 0; i < items->len; i++) {
		const CatalogItem *item = &g_array_index(items, CatalogItem, i);
		while (j < others->len && compare_items(&g_array_index(others, CatalogItem, j), item) < 0)
			j++;
		if (j < others->len && g_array_index(others, CatalogItem, j).id == item->id)
			g_array_append_vals(both, item, 1);
	}
	return both;
}

bool
catalog_state_read_expected(CatalogState *state, const CatalogState *previous, const CatalogState *expected,
                            const DbResult *rows, CatalogAffected *affected)
{
	int branch = branch_of(rows);
	gint64 print = print_of(rows);
	g_autoptr(GArray) recent = read_rows(rows, branch, NULL);
	g_autoptr(GArray) kept = intersect(previous->items[branch], expected->items[branch]);
	bool renamed = false;
	g_autoptr(GArray) items = expect_items(kept, NULL, recent, &renamed);

	if (sum_prints(items) != print)
		return false;
	compare_branch(branch, previous->items[branch], items, affected);
	set_items(state, branch, g_steal_pointer(&items), print);
	return true;
}

bool
catalog_state_read_without(CatalogState *state, const CatalogState *previous, const DbResult *rows, GHashTable *gone)
{
	int branch = branch_of(rows);
	gint64 print = print_of(rows);
	g_autoptr(GArray) recent = read_rows(rows, branch, NULL);
	bool renamed = false;
	g_autoptr(GArray) items = expect_items(previous->items[branch], gone, recent, &renamed);

	if (sum_prints(items) != print)
		return false;
	set_items(state, branch, g_steal_pointer(&items), print);
	return true;
}
