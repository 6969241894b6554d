/* pgassay diff: what two schemas differ in. */
#include "command/command.h"
#include "command/option/timeouts.h"
#include "command/side/side.h"

#include "base/error.h"
#include "catalog/ddl.h"
#include "catalog/diff.h"
#include "catalog/render.h"
#include "catalog/yaml.h"
#include "check/schema/differences.h"
#include "report/text.h"

#include <stdio.h>
#include <string.h>

/* A function may be long; nobody reads longer texts. */
#define TEXT_MAX ((gsize)1024 * 1024)

typedef struct {
	char *bindir;
	char *server;
	CommandLimits limits;
	char *format;
	char **schemas;
	gboolean column_order;
} Options;

typedef struct {
	const CommandSide *sides;
	CatalogSnapshot *snapshots[2];
	GArray *differences;
	GString *orders; /* tables whose columns are in another order, which does not count */
} Comparison;

static void
comparison_clear(Comparison *comparison)
{
	catalog_snapshot_unref(comparison->snapshots[0]);
	catalog_snapshot_unref(comparison->snapshots[1]);
	g_clear_pointer(&comparison->differences, g_array_unref);
	if (comparison->orders != NULL)
		g_string_free(comparison->orders, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

static const CatalogObject *
object_of(const CatalogDifference *difference)
{
	return difference->expected != NULL ? difference->expected : difference->found;
}

/* --- Objects to compare ----------------------------------------------------------- */

/* A snapshot's file may hold the history table of the other side's suite. */
static bool
command_diff_is_history(const Comparison *comparison, const CatalogObject *object)
{
	const CatalogAttribute *owner = catalog_object_attribute(object, "owned_by");
	const char *table = object->relation != NULL ? object->relation : object->name;

	for (int i = 0; i < 2; i++) {
		const RunJob *job = comparison->sides[i].job;
		if (job == NULL || object->schema == NULL)
			continue;
		g_autofree char *plain = g_strdup_printf("%s.%s", object->schema, table);
		g_autofree char *owned = g_strdup_printf("%s.", job->history);
		if (strcmp(plain, job->history) == 0 || (owner != NULL && g_str_has_prefix(owner->value, owned)))
			return true;
	}
	return false;
}

static bool
command_diff_is_wanted(const Comparison *comparison, const Options *options, const CatalogDifference *difference)
{
	const CatalogRenderOptions wanted = { .schemas = (const char *const *)options->schemas };
	const CatalogObject *object = object_of(difference);

	if (command_diff_is_history(comparison, object))
		return false;
	return object->relation != NULL ? wanted.schemas == NULL || g_strv_contains(wanted.schemas, object->schema)
	                                : catalog_render_wants(object, &wanted);
}

static void
note_order(const CheckDifferencesGroup *group, void *data)
{
	Comparison *comparison = data;

	if (group->order != NULL)
		g_string_append_printf(comparison->orders, "%s%s", comparison->orders->len > 0 ? ", " : "",
		                       group->object->identity);
}

static void
command_diff_compare(Comparison *comparison, const Options *options)
{
	const CatalogDiffOptions diff = { .ignore_column_position = !options->column_order,
		                          .absent_is_default = comparison->sides[0].kind == COMMAND_SIDE_SNAPSHOT ||
		                                               comparison->sides[1].kind == COMMAND_SIDE_SNAPSHOT };

	comparison->differences = catalog_diff(comparison->snapshots[0], comparison->snapshots[1], &diff);
	check_differences_normalise_array_casts(comparison->differences);
	for (guint i = comparison->differences->len; i > 0; i--)
		if (!command_diff_is_wanted(comparison, options,
		                            &g_array_index(comparison->differences, CatalogDifference, i - 1)))
			g_array_remove_index(comparison->differences, i - 1);
	comparison->orders = g_string_new(NULL);
	check_differences_by_object(comparison->snapshots[0], comparison->snapshots[1], &diff, note_order, comparison);
}

/* --- Formats ------------------------------------------------------------------------ */

/* A name does not break a line, and further lines of a value cannot be taken for lines of ours. */
static char *
command_diff_clean(const char *text, const CatalogObject *object)
{
	bool odd = strpbrk(object->identity, "\n\r\t") != NULL;
	g_autofree char *cleaned = report_text_clean(text, TEXT_MAX, odd ? REPORT_TEXT_LINE : REPORT_TEXT_LINES);
	g_auto(GStrv) lines = g_strsplit(cleaned, "\n", -1);

	return g_strjoinv("\n    ", lines);
}

/* The words of catalog_difference_describe() behind the object's name. */
static void
print_text(const Comparison *comparison)
{
	static const char marks[] = { [CATALOG_MISSING] = '-', [CATALOG_UNEXPECTED] = '+', [CATALOG_CHANGED] = '~' };

	if (comparison->differences->len > 0)
		printf("--- %s\n+++ %s\n", comparison->sides[0].label, comparison->sides[1].label);
	for (guint i = 0; i < comparison->differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(comparison->differences, CatalogDifference, i);
		const CatalogObject *object = object_of(difference);
		g_autofree char *text = difference->kind == CATALOG_CHANGED
		                            ? catalog_difference_describe(difference)
		                            : g_strdup_printf("%s \"%s\"", catalog_class(object->class_id)->name,
		                                              object->identity);
		g_autofree char *shown = command_diff_clean(text, object);
		printf("%c %s\n", marks[difference->kind], shown);
	}
	if (comparison->orders->len > 0) {
		g_autofree char *orders = report_text_clean(comparison->orders->str, TEXT_MAX, REPORT_TEXT_LINE);
		printf("the columns are in another order, which does not count: %s\n", orders);
	}
	if (comparison->differences->len == 0)
		printf("no differences\n");
	else
		printf("%u %s\n", comparison->differences->len,
		       comparison->differences->len == 1 ? "difference" : "differences");
}

static void
command_diff_append_value(GString *yaml, const char *key, const CatalogAttribute *attribute)
{
	g_string_append_printf(yaml, ", %s: ", key);
	if (attribute == NULL)
		g_string_append(yaml, "null");
	else if (attribute->kind == CATALOG_VALUE_LIST)
		catalog_yaml_append_list(yaml, attribute->value);
	else if (attribute->kind == CATALOG_VALUE_TEXT)
		catalog_yaml_append(yaml, attribute->value, true);
	else
		g_string_append(yaml, attribute->value);
}

static void
print_yaml(const Comparison *comparison)
{
	static const char *const kinds[] = {
		[CATALOG_MISSING] = "only in a", [CATALOG_UNEXPECTED] = "only in b", [CATALOG_CHANGED] = "changed"
	};
	g_autoptr(GString) yaml = g_string_new("a: ");

	catalog_yaml_append(yaml, comparison->sides[0].label, false);
	g_string_append(yaml, "\nb: ");
	catalog_yaml_append(yaml, comparison->sides[1].label, false);
	g_string_append(yaml, comparison->differences->len > 0 ? "\ndifferences:\n" : "\ndifferences: []\n");
	for (guint i = 0; i < comparison->differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(comparison->differences, CatalogDifference, i);
		const CatalogObject *object = object_of(difference);
		g_string_append_printf(yaml, "  - { class: %s, name: ", catalog_class(object->class_id)->name);
		catalog_yaml_append(yaml, object->identity, true);
		g_string_append_printf(yaml, ", difference: %s", kinds[difference->kind]);
		if (difference->kind == CATALOG_CHANGED) {
			const CatalogAttribute *was = difference->expected_attribute;
			const CatalogAttribute *is = difference->found_attribute;
			g_string_append_printf(yaml, ", attribute: %s", was != NULL ? was->name : is->name);
			command_diff_append_value(yaml, "a", was);
			command_diff_append_value(yaml, "b", is);
		}
		g_string_append(yaml, " }\n");
	}
	fputs(yaml->str, stdout);
}

static void
print_ddl(const Comparison *comparison)
{
	g_autofree char *ddl = catalog_ddl_describe(comparison->differences, comparison->snapshots[1]);

	g_autofree char *from = report_text_clean(comparison->sides[0].label, TEXT_MAX, REPORT_TEXT_LINE);
	g_autofree char *to = report_text_clean(comparison->sides[1].label, TEXT_MAX, REPORT_TEXT_LINE);

	printf("-- The way from %s\n-- to %s, for reading.\n"
	       "-- DO NOT RUN THIS BLINDLY: it does not consider rows, locks, order or dependencies. Write a "
	       "migration.\n%s",
	       from, to, ddl);
}

static const struct {
	const char *name;
	void (*print)(const Comparison *comparison);
} formats[] = { { "text", print_text }, { "yaml", print_yaml }, { "ddl", print_ddl } };

static bool
command_diff_find_format(const char *name, gsize *ret_format, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
		if (name == NULL || strcmp(formats[i].name, name) == 0) {
			*ret_format = i;
			return true;
		}
	}
	return base_error_set(error, BASE_ERROR_USAGE, "write text, yaml or ddl", "there is no format \"%s\"", name);
}

/* --- The command --------------------------------------------------------------------- */

static bool
command_diff_run(const Options *options, int n_arguments, char **arguments, bool *ret_differ, GError **error)
{
	g_auto(CommandSide) first = { 0 };
	g_auto(CommandSide) second = { 0 };
	g_auto(Comparison) comparison = { 0 };
	const RunOptions run_options = { .bindir = options->bindir,
		                         .server_url = options->server,
		                         .connect_timeout = (guint)options->limits.connect_timeout };
	TargetReadingOptions reading = { 0 };
	gsize format = 0;

	if (n_arguments != 3)
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay diff --help\" explains it",
		                      "name the two sides to compare");
	if (!command_diff_find_format(options->format, &format, error) ||
	    !command_limits_check(&options->limits, &reading, error) ||
	    !command_side_load(arguments[1], &first, error) || !command_side_load(arguments[2], &second, error))
		return false;
	const CommandSide sides[2] = { first, second };
	comparison.sides = sides;
	for (int i = 0; i < 2; i++)
		if (sides[i].endpoint != NULL)
			db_endpoint_set_connect_timeout(sides[i].endpoint, run_options.connect_timeout);
	if (!command_sides_read(sides, &run_options, &reading, comparison.snapshots, error))
		return false;
	command_diff_compare(&comparison, options);
	formats[format].print(&comparison);
	*ret_differ = comparison.differences->len > 0;
	return true;
}

CommandResult
command_diff(int n_arguments, char **arguments)
{
	Options options = { .limits = COMMAND_LIMITS_READING };
	g_autoptr(GError) error = NULL;
	CommandResult result = COMMAND_OK;
	bool differ = false;
	const GOptionEntry entries[] = {
		{ "format", 'f', 0, G_OPTION_ARG_STRING, &options.format,
		  "text (default), yaml, or ddl: in the words of SQL, not to be run blindly", "FORMAT" },
		{ "schema", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.schemas,
		  "only this schema; may be given several times", "NAME" },
		{ "column-order", 0, 0, G_OPTION_ARG_NONE, &options.column_order,
		  "columns in another order are a difference", NULL },
		{ "pg-bindir", 0, 0, G_OPTION_ARG_FILENAME, &options.bindir,
		  "the folder of the PostgreSQL programs to use", "DIR" },
		{ "server", 0, 0, G_OPTION_ARG_STRING, &options.server,
		  "build on this running server instead of one of our own", "URL" },
		COMMAND_LIMITS_OPTIONS(options.limits),
		{ NULL },
	};

	if (command_parse("diff", entries, &n_arguments, &arguments, &result)) {
		if (!command_diff_run(&options, n_arguments, arguments, &differ, &error))
			result = command_error(error);
		else if (differ)
			result = COMMAND_FAILED;
	}
	g_free(options.bindir);
	g_free(options.server);
	g_free(options.format);
	g_strfreev(options.schemas);
	return result;
}
