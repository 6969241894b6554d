#include "plan/judge/beside.h"

#include <string.h>

#define BESIDE_WIDTH_MAX 160
/* " | " */
#define BESIDE_MARK_WIDTH 3

/* Pairs of lines; an index is -1 where there is no line. */
typedef struct {
	int left;
	int right;
} BesidePair;

static char **
beside_split(const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	guint n = g_strv_length(lines);

	if (n > 0 && lines[n - 1][0] == '\0')
		g_clear_pointer(&lines[n - 1], g_free);
	return lines;
}

static guint
beside_width(char *const *lines, const char *title)
{
	guint width = (guint)g_utf8_strlen(title, -1);

	for (; *lines != NULL; lines++)
		width = MAX(width, (guint)g_utf8_strlen(*lines, -1));
	return width;
}

/* The longest common part, as diff has it: plans are short. */
static guint *
beside_lengths(char *const *left, guint n, char *const *right, guint m)
{
	guint *lengths = g_new0(guint, (gsize)(n + 1) * (m + 1));

	for (guint i = n; i-- > 0;)
		for (guint j = m; j-- > 0;)
			lengths[i * (m + 1) + j] = strcmp(left[i], right[j]) == 0
			                               ? lengths[(i + 1) * (m + 1) + j + 1] + 1
			                               : MAX(lengths[(i + 1) * (m + 1) + j],
			                                     lengths[i * (m + 1) + j + 1]);
	return lengths;
}

/* Prints different lines, up to the next pair of equal ones, side by side in their order. */
static void
beside_flush(GArray *pairs, guint *left, guint left_end, guint *right, guint right_end)
{
	while (*left < left_end || *right < right_end) {
		BesidePair pair = { *left < left_end ? (int)(*left)++ : -1, *right < right_end ? (int)(*right)++ : -1 };
		g_array_append_val(pairs, pair);
	}
}

static GArray *
beside_pair(char *const *left, char *const *right)
{
	guint n = g_strv_length((char **)left);
	guint m = g_strv_length((char **)right);
	g_autofree guint *lengths = beside_lengths(left, n, right, m);
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(BesidePair));
	guint from_left = 0;
	guint from_right = 0;
	guint i = 0;
	guint j = 0;

	while (i < n && j < m) {
		if (strcmp(left[i], right[j]) == 0) {
			beside_flush(pairs, &from_left, i, &from_right, j);
			BesidePair pair = { (int)i++, (int)j++ };
			g_array_append_val(pairs, pair);
			from_left = i;
			from_right = j;
		} else if (lengths[(i + 1) * (m + 1) + j] >= lengths[i * (m + 1) + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	beside_flush(pairs, &from_left, n, &from_right, m);
	return pairs;
}

static void
beside_append_line(GString *text, const char *left, guint width, const char *mark, const char *right)
{
	gsize begin = text->len;

	g_string_append(text, left);
	g_string_append_printf(text, "%*s %s %s", (int)(width - (guint)g_utf8_strlen(left, -1)), "", mark, right);
	while (text->len > begin && text->str[text->len - 1] == ' ')
		g_string_truncate(text, text->len - 1);
	g_string_append_c(text, '\n');
}

static void
beside_append_below(GString *text, const char *title, char *const *lines, char *const *other, char mark)
{
	g_string_append_printf(text, "%s:\n", title);
	for (; *lines != NULL; lines++)
		g_string_append_printf(text, "%c %s\n",
		                       g_strv_contains((const char *const *)other, *lines) ? ' ' : mark, *lines);
}

char *
plan_beside(const char *left_title, const char *left, const char *right_title, const char *right)
{
	g_auto(GStrv) left_lines = beside_split(left);
	g_auto(GStrv) right_lines = beside_split(right);
	guint width = beside_width(left_lines, left_title);
	GString *text = g_string_new(NULL);

	if (width + BESIDE_MARK_WIDTH + beside_width(right_lines, right_title) > BESIDE_WIDTH_MAX) {
		beside_append_below(text, left_title, left_lines, right_lines, '-');
		beside_append_below(text, right_title, right_lines, left_lines, '+');
		return g_string_free(text, FALSE);
	}
	g_autoptr(GArray) pairs = beside_pair(left_lines, right_lines);
	beside_append_line(text, left_title, width, " ", right_title);
	for (guint i = 0; i < pairs->len; i++) {
		BesidePair pair = g_array_index(pairs, BesidePair, i);
		const char *one = pair.left >= 0 ? left_lines[pair.left] : "";
		const char *other = pair.right >= 0 ? right_lines[pair.right] : "";
		const char *mark = pair.left < 0 ? ">" : pair.right < 0 ? "<" : strcmp(one, other) != 0 ? "|" : " ";
		beside_append_line(text, one, width, mark, other);
	}
	return g_string_free(text, FALSE);
}
