/* Where an update starts: the result of sql/mark.sql. */
#include "catalog/state.h"

#include <string.h>

enum {
	MARK_HORIZON,
	MARK_LATEST,
	MARK_OWN,
	MARK_DATABASE,
	MARK_ROLES,
	MARK_FRESH,
	MARK_ALONE,
	MARK_TOTALS,
};

bool
catalog_state_next_number(const char **text, gint64 *ret_number)
{
	const char *p = *text + strspn(*text, "{},");
	char *end = NULL;

	if (*p == '\0')
		return false;
	*ret_number = g_ascii_strtoll(p, &end, 10);
	*text = *p == 'N' ? p + strlen("NULL") : end;
	return true;
}

/* The two parts of the totals, each with a number for each branch and the time of the last reset. */
enum { CHANGES, DELETIONS, N_PARTS };

static gint64 *
total_of(const GArray *totals, int part, gint64 branch)
{
	gsize place = (gsize)part * CATALOG_N_BRANCHES + (gsize)branch - 1;

	return &g_array_index(totals, gint64, place);
}

static GArray *
read_numbers(const char *text)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 number;

	while (catalog_state_next_number(&text, &number))
		g_array_append_val(numbers, number);
	return numbers;
}

/* Adds up the catalogs of each branch. */
static GArray *
read_totals(const DbResult *mark)
{
	const char *text = db_result_value(mark, 0, MARK_TOTALS);

	if (text == NULL)
		return NULL;
	g_autoptr(GArray) numbers = read_numbers(text);
	const gint64 *values = (const gint64 *)(const void *)numbers->data;
	gsize n = numbers->len / 3; /* a branch, its changes, its deletions; and two more */
	GArray *totals = g_array_new(FALSE, TRUE, sizeof(gint64));
	g_array_set_size(totals, N_PARTS * CATALOG_N_BRANCHES);
	for (gsize i = 0; i < n; i++) {
		*total_of(totals, CHANGES, values[i]) += values[n + i] + values[2 * n + i];
		*total_of(totals, DELETIONS, values[i]) += values[2 * n + i];
	}
	*total_of(totals, CHANGES, CATALOG_BRANCH_COLUMN) = values[3 * n];
	for (int part = 0; part < N_PARTS; part++)
		*total_of(totals, part, CATALOG_N_BRANCHES) = values[3 * n + 1];
	return totals;
}

void
catalog_state_read_totals(CatalogState *state, const DbResult *mark)
{
	g_clear_pointer(&state->totals, g_array_unref);
	state->totals = read_totals(mark);
}

static bool
is_true(const DbResult *mark, int column)
{
	return g_strcmp0(db_result_value(mark, 0, column), "t") == 0;
}

void
catalog_state_read_mark(CatalogState *state, const DbResult *mark)
{
	state->horizon = g_ascii_strtoull(db_result_value(mark, 0, MARK_HORIZON), NULL, 10);
	state->latest = g_ascii_strtoull(db_result_value(mark, 0, MARK_LATEST), NULL, 10);
	state->own = g_ascii_strtoull(db_result_value(mark, 0, MARK_OWN), NULL, 10);
	state->database = g_strdup(db_result_value(mark, 0, MARK_DATABASE));
	state->roles = g_strdup(db_result_value(mark, 0, MARK_ROLES));
	state->alone = is_true(mark, MARK_ALONE);
	/* A transaction that keeps the view of the data it began with: its counts are newer than that. */
	if (is_true(mark, MARK_FRESH))
		catalog_state_read_totals(state, mark);
}

/* The age of a row is counted in 32 bits. */
#define FAR_APART (G_GUINT64_CONSTANT(1) << 30)

bool
catalog_state_follows(const CatalogState *state, const CatalogState *previous)
{
	return g_strcmp0(state->database, previous->database) == 0 && previous->horizon <= state->latest &&
	       state->latest - previous->horizon < FAR_APART;
}

/* True when no row was counted in the branch's catalogs between the two. Statistics that were reset say nothing. */
static bool
is_same_total(const GArray *now, const GArray *before, int part, int branch)
{
	return now != NULL && before != NULL && *total_of(now, part, branch) == *total_of(before, part, branch) &&
	       *total_of(now, part, CATALOG_N_BRANCHES) == *total_of(before, part, CATALOG_N_BRANCHES);
}

void
catalog_state_open(CatalogState *state, const CatalogState *previous, const DbResult *mark, bool kept,
                   CatalogOpen *ret_open)
{
	g_autoptr(GArray) totals = read_totals(mark);
	CatalogOpen open = { 0 };

	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++) {
		guint32 bit = 1U << branch;
		bool is_same = state->alone && is_same_total(totals, previous->totals, CHANGES, branch);
		bool has_all = state->alone && is_same_total(totals, previous->totals, DELETIONS, branch);
		bool closed = branch == CATALOG_BRANCH_ROLE ? g_strcmp0(state->roles, previous->roles) == 0
		                                            : is_same && (kept || !previous->touched[branch]);
		if (!closed)
			open.branches |= bit;
		if (!closed && has_all && (kept || previous->own == 0))
			open.complete |= bit;
		if (!closed && state->alone && totals != NULL && previous->totals != NULL && !has_all)
			open.reduced |= bit;
		/* What the open transaction has written it may take back, and that is not counted. */
		bool same = is_same_total(state->totals, previous->totals, CHANGES, branch);
		state->touched[branch] = state->own != 0 &&
		                         (!same || (previous->own == state->own && previous->touched[branch]));
	}
	*ret_open = open;
}

void
catalog_state_touch_all(CatalogState *state)
{
	for (int branch = 1; branch < CATALOG_N_BRANCHES; branch++)
		state->touched[branch] = state->own != 0;
}
