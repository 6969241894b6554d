#include "command/page/table_row.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* The cells of a row, as people read them. NULL: the line is no row of a table. The caller frees it. */
static char **
table_row_split(const char *line)
{
	gsize length = strlen(line);

	if (!g_str_has_prefix(line, "| ") || !g_str_has_suffix(line, " |"))
		return NULL;
	/* "\|" is a character of a cell. */
	g_autoptr(GRegex) border = g_regex_new("(?<!\\\\) \\| ", 0, 0, NULL);
	g_autoptr(GRegex) link = g_regex_new("\\[([^\\]]*)\\]\\([^)]*\\)", 0, 0, NULL);
	g_autofree char *inside = g_strndup(line + 2, length - MIN(length, 4));
	g_autofree char *plain = g_regex_replace(link, inside, -1, 0, "\\1", 0, NULL);
	return g_regex_split(border, plain != NULL ? plain : inside, 0);
}

static bool
table_row_is_about(const char *cell, const char *topic)
{
	g_auto(GStrv) names = g_strsplit(cell, ", ", -1);

	for (char **name = names; *name != NULL; name++) {
		g_autofree char *plain = g_strdelimit(g_strdup(*name), "`", ' ');
		const char *text = g_strstrip(plain);
		gsize length = strlen(topic);
		if (g_ascii_strncasecmp(text, topic, length) == 0 && (text[length] == '\0' || text[length] == ':'))
			return true;
	}
	return false;
}

static void
table_row_print(char **head, char **cells)
{
	for (guint i = 0; cells[i] != NULL; i++) {
		const char *name = head != NULL && i < g_strv_length(head) ? g_strstrip(head[i]) : "";
		const char *cell = g_strstrip(cells[i]);
		if (*cell != '\0' && strcmp(cell, "-") != 0)
			printf("%s%s%s\n", name, *name != '\0' ? ": " : "", cell);
	}
	putchar('\n');
}

guint
command_page_print_rows(const CommandPage *page, const char *topic, guint max)
{
	g_auto(GStrv) lines = g_strsplit(page->text, "\n", -1);
	g_auto(GStrv) head = NULL;
	const char *heading = page->title;
	guint n = 0;

	for (guint i = 0; lines[i] != NULL; i++) {
		g_auto(GStrv) cells = table_row_split(lines[i]);
		if (lines[i][0] == '#')
			heading = lines[i] + strspn(lines[i], "# ");
		if (cells == NULL)
			continue;
		if (lines[i + 1] != NULL && g_str_has_prefix(lines[i + 1], "|--")) {
			g_strfreev(head);
			head = g_steal_pointer(&cells);
		} else if (cells[0] != NULL && table_row_is_about(cells[0], topic) && n++ < max) {
			printf("## %s (pgassay help %s)\n\n", heading, page->name);
			table_row_print(head, cells);
		}
	}
	return n;
}
