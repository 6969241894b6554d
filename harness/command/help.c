/* pgassay help: the pages of docs/, and the parts of them that are about one word. */
#include "command/command.h"
#include "command/page/pages.h"
#include "command/page/table_row.h"

#include "base/error.h"
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

/* Rows of tables about a word that are printed; "name" and "columns" are keys of many things. */
#define ROWS_MAX 12

/* The topic as people write it: "docs/formats/goose.md" is "goose", too. */
static char *
help_topic(const char *argument)
{
	g_autofree char *name = g_path_get_basename(argument);

	return g_strndup(name, strlen(name) - (g_str_has_suffix(name, ".md") ? 3 : 0));
}

static const CommandPage *
help_find_page(const CommandPage *pages, const char *topic)
{
	for (const CommandPage *page = pages; page->name != NULL; page++)
		if (g_ascii_strcasecmp(page->name, topic) == 0)
			return page;
	return NULL;
}

/* How deep the heading is that the line begins; 0 when it is none. */
static gsize
help_heading_depth(const char *line)
{
	gsize depth = strspn(line, "#");

	return line[depth] == ' ' ? depth : 0;
}

/* True when the heading is about the topic: "### `pgassay run [SUITE...]`" about "run", "### Foreign keys: `tables..."
 * about "foreign keys". */
static bool
help_is_about(const char *line, const char *topic)
{
	const char *heading = line + strspn(line, "#") + 1;
	gsize length = strlen(topic);

	heading += *heading == '`';
	bool command = g_str_has_prefix(heading, "pgassay ");
	heading += command ? strlen("pgassay ") : 0;
	if (g_ascii_strncasecmp(heading, topic, length) != 0)
		return false;
	const char *rest = heading + length;
	return strchr("\n`:[,", *rest) != NULL || (*rest == ' ' && (command || strchr("([", rest[1]) != NULL));
}

static const char *
help_next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end != NULL ? end + 1 : line + strlen(line);
}

/* Prints the parts of the page that are about the topic, each with the parts in it; gives their number. */
static guint
help_print_parts(const CommandPage *page, const char *topic)
{
	guint n_parts = 0;
	gsize inside = 0; /* the depth of the part that is being printed */
	bool code = false;

	for (const char *line = page->text; *line != '\0'; line = help_next_line(line)) {
		gsize depth = code ? 0 : help_heading_depth(line);
		code ^= g_str_has_prefix(line, "```");
		if (depth != 0 && (inside == 0 || depth <= inside)) {
			inside = help_is_about(line, topic) ? depth : 0;
			if (inside != 0 && n_parts++ > 0)
				putchar('\n');
		}
		if (inside != 0)
			fwrite(line, 1, (gsize)(help_next_line(line) - line), stdout);
	}
	return n_parts;
}

static void
help_print_topics(void)
{
	printf("\nPages, each by \"pgassay help NAME\":\n");
	for (const CommandPage *page = command_pages; page->name != NULL; page++)
		printf("  %-16s %s\n", page->name, page->title);
	printf(
	    "\n\"pgassay help WORD\" prints what these pages say of a command, a stage, a kind of object or a key.\n");
}

static bool
help_refuse(const char *topic, GError **error)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const CommandPage *page = command_pages; page->name != NULL; page++)
		g_ptr_array_add(names, (gpointer)page->name);
	for (const Command *command = command_table(); command->name != NULL; command++)
		g_ptr_array_add(names, (gpointer)command->name);
	g_ptr_array_add(names, NULL);
	const char *nearest = base_nearest(topic, (const char *const *)names->pdata);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
	                                        : g_strdup("\"pgassay help\" lists what there is to read");
	return base_error_set(error, BASE_ERROR_USAGE, hint, "no page is about \"%s\"", topic);
}

/* A key or a stage has no heading of its own. False: no table has it, either. */
static bool
help_print_rows(const char *topic)
{
	guint n = 0;

	for (const CommandPage *page = command_pages; page->name != NULL; page++)
		n += command_page_print_rows(page, topic, n < ROWS_MAX ? ROWS_MAX - n : 0);
	if (n > ROWS_MAX)
		printf("... and %u more: \"pgassay help keys\" has all keys\n", n - ROWS_MAX);
	return n > 0;
}

/* A page, or the parts about a word, or the rows of tables about it: those of the first page that has any, because the
 * pages come in the order in which people need them, and a command only where commands are described. */
static bool
help_print(const char *argument, GError **error)
{
	g_autofree char *topic = help_topic(argument);
	const CommandPage *page = help_find_page(command_pages, topic);
	guint n_parts = 0;

	page = page != NULL ? page : help_find_page(command_ci_files, topic);
	page = page != NULL ? page : help_find_page(command_client_files, topic);
	if (page != NULL) {
		fputs(page->text, stdout);
		n_parts = 1;
	}
	for (page = command_pages; page->name != NULL && n_parts == 0; page++)
		n_parts = help_print_parts(page, topic);
	if (n_parts == 0 && !help_print_rows(topic))
		return help_refuse(topic, error);
	return fflush(stdout) == 0 ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not write to standard output");
}

CommandResult
command_help(int n_arguments, char **arguments)
{
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	const GOptionEntry entries[] = { { NULL } };

	if (!command_parse("help", entries, &n_arguments, &arguments, &result))
		return result;
	if (n_arguments < 2) {
		command_print_summary();
		help_print_topics();
		return COMMAND_OK;
	}
	g_autofree char *topic = g_strjoinv(" ", arguments + 1);
	return help_print(topic, &error) ? COMMAND_OK : command_error(error);
}
