/* The order of plain files: by names, by numbers, or as a file lists them. */
#include "migration/format/plain/plain.h"

#include "base/error.h"
#include "migration/text/lines.h"
#include "migration/text/script.h"

#include <string.h>

#define DIGITS "0123456789"

/* --- By names and numbers --------------------------------------------------------- */

/* Moves both texts behind the number they begin with. */
static int
plain_order_compare_numbers(const char **a, const char **b)
{
	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	gsize length_a = strspn(*a, DIGITS);
	gsize length_b = strspn(*b, DIGITS);
	int order = length_a != length_b ? (length_a < length_b ? -1 : 1) : strncmp(*a, *b, length_a);

	*a += length_a;
	*b += length_b;
	return order;
}

int
plain_compare_natural(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		bool numbers = g_ascii_isdigit(*a) && g_ascii_isdigit(*b);
		int order = numbers ? plain_order_compare_numbers(&a, &b) : (guchar)*a - (guchar)*b;
		if (order != 0)
			return order;
		a += !numbers;
		b += !numbers;
	}
	return (guchar)*a - (guchar)*b;
}

static int
plain_compare_by_name(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static int
compare_by_nature(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;
	int order = plain_compare_natural((*left)->name, (*right)->name);

	return order != 0 ? order : plain_compare_by_name(a, b);
}

static int
compare_by_number(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;
	int order = plain_compare_natural((*left)->version, (*right)->version);

	return order != 0 ? order : plain_compare_by_name(a, b);
}

static bool
sort_by_number(MigrationSet *set, GError **error)
{
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!g_ascii_isdigit(*migration->version))
			return base_error_set(error, BASE_ERROR_INPUT,
			                      "let the group \"version\" of the pattern begin with the number, or say "
			                      "\"order: natural\"",
			                      "the version \"%s\" of \"%s\" is no number", migration->version,
			                      migration->name);
	}
	g_ptr_array_sort(set->migrations, compare_by_number);
	return true;
}

static void
sort_by_name(MigrationSet *set)
{
	g_ptr_array_sort(set->migrations, plain_compare_by_name);
	for (guint i = 1; i < set->migrations->len; i++) {
		const Migration *before = g_ptr_array_index(set->migrations, i - 1);
		const Migration *after = g_ptr_array_index(set->migrations, i);
		if (g_ascii_isdigit(*before->version) && g_ascii_isdigit(*after->version) &&
		    g_ascii_strtoull(before->version, NULL, 10) > g_ascii_strtoull(after->version, NULL, 10))
			migration_set_warn(set,
			                   "\"%s\" runs before \"%s\": file names are compared letter by letter, not "
			                   "by their numbers; if your runner does not, say \"order: number\" or "
			                   "\"order: natural\" under \"settings\"",
			                   before->name, after->name);
	}
}

/* --- As a file lists them --------------------------------------------------------- */

/* The migration that the line names, or NULL: by its path, with or without ".sql", or by its version. */
static Migration *
find_listed(const MigrationSet *set, const char *line)
{
	g_autofree char *with_suffix = g_strconcat(line, ".sql", NULL);

	for (guint i = 0; i < set->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(set->migrations, i);
		if (strcmp(migration->name, line) == 0 || strcmp(migration->name, with_suffix) == 0 ||
		    strcmp(migration->version, line) == 0)
			return migration;
	}
	return NULL;
}

/* The file that the line of the order file names, or NULL if it names none. The order file may be a psql script. */
static char *
plain_order_read_line(const char *text, const MigrationLine *line)
{
	static const char *const marks[] = { "\\ir ", "\\i ", "./" };
	g_autofree char *whole = g_strstrip(g_strndup(text + line->start, line->end - line->start));
	const char *name = whole;

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++) {
		if (g_str_has_prefix(name, marks[i]))
			name += strlen(marks[i]);
		name += strspn(name, " \t");
	}
	bool empty = *name == '\0' || *name == '#' || *name == '\\' || g_str_has_prefix(name, "--");
	return empty ? NULL : g_strdup(name);
}

static bool
take_listed(const MigrationSet *set, const Source *source, GHashTable *seen, GPtrArray *ordered, GError **error)
{
	const char *text = base_source_text(source);
	gsize position = 0;
	MigrationLine line;

	while (migration_line_next(text, base_source_length(source), &position, &line)) {
		g_autofree char *name = plain_order_read_line(text, &line);
		Migration *migration = name != NULL ? find_listed(set, name) : NULL;
		if (name == NULL)
			continue;
		if (migration == NULL)
			return migration_error_at(error, source, migration_line_first(text, &line),
			                          "give its path below the directory of migrations, or its version",
			                          "there is no migration \"%s\"", name);
		if (!g_hash_table_add(seen, migration))
			return migration_error_at(error, source, migration_line_first(text, &line),
			                          "keep one of the lines", "\"%s\" is listed twice", name);
		g_ptr_array_add(ordered, migration);
	}
	return true;
}

static bool
sort_by_file(MigrationSet *set, const char *name, GError **error)
{
	g_autofree char *path = g_path_is_absolute(name) ? g_strdup(name)
	                                                 : g_build_filename(set->directory, name, NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) ordered = g_ptr_array_new();

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return base_error_set(error, BASE_ERROR_INPUT,
		                      "say \"name\", \"number\" or \"natural\", or name a file of the directory that "
		                      "lists the migrations",
		                      "the order \"%s\" is not known, and there is no file \"%s\"", name, path);
	g_autoptr(Source) source = migration_source_load(path, error);
	if (source == NULL || !take_listed(set, source, seen, ordered, error))
		return false;
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		if (!g_hash_table_contains(seen, migration))
			migration_set_ignore(set, migration->name, "is not run: \"%s\" does not list it", name);
	}
	for (guint i = set->migrations->len; i > 0; i--)
		if (!g_hash_table_contains(seen, g_ptr_array_index(set->migrations, i - 1)))
			g_ptr_array_remove_index(set->migrations, i - 1);
	for (guint i = 0; i < ordered->len; i++)
		g_ptr_array_index(set->migrations, i) = g_ptr_array_index(ordered, i);
	return true;
}

bool
plain_sort(MigrationSet *set, const PlainRules *rules, GError **error)
{
	const char *order = migration_set_get(set, PLAIN_ORDER);

	if (rules->order_file != NULL)
		return sort_by_file(set, rules->order_file, error);
	if (strcmp(order, PLAIN_ORDER_NUMBER) == 0)
		return sort_by_number(set, error);
	if (strcmp(order, PLAIN_ORDER_NATURAL) == 0)
		g_ptr_array_sort(set->migrations, compare_by_nature);
	else
		sort_by_name(set);
	return true;
}
