#include "base/nearest.h"

#include <string.h>

/* Longer words than this are not typing mistakes of a key. */
#define WORD_MAX 200

/* The optimal string alignment distance, with three rolling rows. */
static guint
edit_distance(const char *a, const char *b, gsize a_length, gsize b_length)
{
	guint rows[3][WORD_MAX + 1];
	guint *before = rows[0];
	guint *last = rows[1];
	guint *row = rows[2];

	for (gsize j = 0; j <= b_length; j++)
		last[j] = (guint)j;
	for (gsize i = 1; i <= a_length; i++) {
		char x = g_ascii_tolower(a[i - 1]);
		row[0] = (guint)i;
		for (gsize j = 1; j <= b_length; j++) {
			char y = g_ascii_tolower(b[j - 1]);
			guint best = last[j - 1] + (x != y);
			best = MIN(best, last[j] + 1);
			best = MIN(best, row[j - 1] + 1);
			if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) && y == g_ascii_tolower(a[i - 2]))
				best = MIN(best, before[j - 2] + 1);
			row[j] = best;
		}
		guint *oldest = before;
		before = last;
		last = row;
		row = oldest;
	}
	return last[b_length];
}

const char *
base_nearest(const char *word, const char *const *candidates)
{
	gsize length = strlen(word);
	const char *best = NULL;
	guint best_distance = G_MAXUINT;

	if (length > WORD_MAX)
		return NULL;
	for (; *candidates != NULL; candidates++) {
		gsize candidate_length = strlen(*candidates);
		if (candidate_length > WORD_MAX)
			continue;
		guint distance = edit_distance(word, *candidates, length, candidate_length);
		/* At least one change is always forgiven, so that "fk" finds "pk". */
		gsize longest = MAX(length, candidate_length);
		if (distance < best_distance && distance <= MAX((longest + 2) / 3, 1)) {
			best = *candidates;
			best_distance = distance;
		}
	}
	return best;
}
