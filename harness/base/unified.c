#include "base/unified.h"

#include <stdbool.h>
#include <string.h>

#define CONTEXT 3
/* Steps of the search; each keeps as many places as it has steps behind it. */
#define STEPS_MAX 2000

/* Lines that are taken from both sides, or from one. */
typedef struct {
	char mark; /* ' ', '-' or '+' */
	const char *line;
} Line;

typedef struct {
	char **a;
	char **b;
	gint n;
	gint m;
	GArray *lines; /* of Line */
} Diff;

static void
unified_add(Diff *diff, char mark, const char *line)
{
	Line one = { mark, line };

	g_array_append_val(diff->lines, one);
}

/* How far the path on the diagonal k has come after d steps. */
static gint
unified_advance(const Diff *diff, const gint *reach, gint d, gint k)
{
	gint x = k == -d || (k != d && reach[k - 1] < reach[k + 1]) ? reach[k + 1] : reach[k - 1] + 1;

	while (x < diff->n && x - k < diff->m && strcmp(diff->a[x], diff->b[x - k]) == 0)
		x++;
	return x;
}

/* Goes the way back that the search has found: lines are added from the last to the first. */
static void
unified_trace(Diff *diff, const GPtrArray *history)
{
	gint x = diff->n;
	gint y = diff->m;

	for (gint d = (gint)history->len - 1; d >= 0; d--) {
		const gint *reach = (const gint *)g_ptr_array_index(history, d) + d + 1;
		gint k = x - y;
		gint previous = k == -d || (k != d && reach[k - 1] < reach[k + 1]) ? k + 1 : k - 1;
		gint start = d > 0 ? reach[previous] : 0;
		gint start_y = d > 0 ? start - previous : 0;
		while (x > start && y > start_y) {
			unified_add(diff, ' ', diff->a[--x]);
			y--;
		}
		if (d == 0)
			break;
		if (x > start)
			unified_add(diff, '-', diff->a[--x]);
		else
			unified_add(diff, '+', diff->b[--y]);
	}
}

static void
unified_reverse(GArray *lines)
{
	for (guint i = 0; i < lines->len / 2; i++) {
		Line one = g_array_index(lines, Line, i);
		g_array_index(lines, Line, i) = g_array_index(lines, Line, lines->len - 1 - i);
		g_array_index(lines, Line, lines->len - 1 - i) = one;
	}
}

/* The shortest way from one text to the other (Myers, "An O(ND) difference algorithm", 1986). False when it is too
 * long. */
static bool
unified_search(Diff *diff)
{
	g_autoptr(GPtrArray) history = g_ptr_array_new_with_free_func(g_free);
	gint limit = MIN(diff->n + diff->m, STEPS_MAX);
	g_autofree gint *places = g_new0(gint, 2 * (gsize)limit + 3);
	gint *reach = places + limit + 1;

	for (gint d = 0; d <= limit; d++) {
		g_ptr_array_add(history, g_memdup2(reach - d - 1, (2 * (gsize)d + 3) * sizeof *reach));
		for (gint k = -d; k <= d; k += 2) {
			reach[k] = unified_advance(diff, reach, d, k);
			if (reach[k] >= diff->n && reach[k] - k >= diff->m) {
				unified_trace(diff, history);
				unified_reverse(diff->lines);
				return true;
			}
		}
	}
	return false;
}

static void
unified_compare(Diff *diff)
{
	if (unified_search(diff))
		return;
	for (gint i = 0; i < diff->n; i++)
		unified_add(diff, '-', diff->a[i]);
	for (gint i = 0; i < diff->m; i++)
		unified_add(diff, '+', diff->b[i]);
}

/* --- Writing -------------------------------------------------------------------------- */

/* Behind the last line of the hunk that begins with the change at `first`. */
static guint
hunk_end(const GArray *lines, guint first)
{
	guint end = first;

	for (guint i = first; i < lines->len && i <= end + 2 * CONTEXT + 1; i++)
		if (g_array_index(lines, Line, i).mark != ' ')
			end = i;
	return MIN(end + 1 + CONTEXT, lines->len);
}

static void
append_hunk(GString *text, const GArray *lines, guint start, guint end, const guint first[2])
{
	guint counts[2] = { 0, 0 };

	for (guint i = start; i < end; i++) {
		counts[0] += g_array_index(lines, Line, i).mark != '+';
		counts[1] += g_array_index(lines, Line, i).mark != '-';
	}
	g_string_append_printf(text, "@@ -%u,%u +%u,%u @@\n", first[0] + (counts[0] > 0), counts[0],
	                       first[1] + (counts[1] > 0), counts[1]);
	for (guint i = start; i < end; i++)
		g_string_append_printf(text, "%c%s\n", g_array_index(lines, Line, i).mark,
		                       g_array_index(lines, Line, i).line);
}

static void
append_hunks(GString *text, const GArray *lines)
{
	guint before[2] = { 0, 0 }; /* lines of both sides before `done` */
	guint done = 0;

	for (guint i = 0; i < lines->len; i++) {
		if (g_array_index(lines, Line, i).mark == ' ')
			continue;
		guint start = i - done > CONTEXT ? i - CONTEXT : done;
		guint end = hunk_end(lines, i);
		before[0] += start - done;
		before[1] += start - done;
		append_hunk(text, lines, start, end, before);
		for (guint j = start; j < end; j++) {
			before[0] += g_array_index(lines, Line, j).mark != '+';
			before[1] += g_array_index(lines, Line, j).mark != '-';
		}
		done = end;
		i = end - 1;
	}
}

/* The lines of a text; a final line break begins none. */
static char **
unified_split(const char *text, gint *ret_n)
{
	char **lines = g_strsplit(text, "\n", -1);
	guint n = g_strv_length(lines);

	if (n > 0 && lines[n - 1][0] == '\0')
		n--;
	*ret_n = (gint)n;
	return lines;
}

char *
base_unified(const char *path, const char *before, const char *after)
{
	Diff diff = { .lines = g_array_new(FALSE, FALSE, sizeof(Line)) };
	GString *text = g_string_new(NULL);

	diff.a = unified_split(before, &diff.n);
	diff.b = unified_split(after, &diff.m);
	if (strcmp(before, after) != 0) {
		unified_compare(&diff);
		g_string_append_printf(text, "--- %s\n+++ %s\n", path, path);
		append_hunks(text, diff.lines);
	}
	g_array_unref(diff.lines);
	g_strfreev(diff.a);
	g_strfreev(diff.b);
	return g_string_free(text, FALSE);
}
