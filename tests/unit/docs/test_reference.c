/*
 * docs/suites.md and docs/fixtures.md hold the keys that suites and fixtures may have, and no others.
 *
 * A heading that names places in backticks has a table of all keys of these places, one row a key: "| `key` | ...".
 * A place is the keys on the way to it, joined by dots, with NAME for any name: `tables.NAME.columns.NAME`. What is
 * the same everywhere has a place of its own: `COLLECTION`, `OBJECT`, `ITEM` and `RULE`.
 */
#include "check/fixture/fixture.h"
#include "check/kind/kind.h"
#include "migration/detect/formats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* --- Keys of the shapes -------------------------------------------------- */

/* "place key" -> const SuiteKey * */
static void
add(GHashTable *keys, const char *place, const SuiteKey *key)
{
	g_hash_table_insert(keys, g_strdup_printf("%s %s", place, key->name), (gpointer)key);
}

/* All objects of a class in one place: by their names, or as a list. */
static bool
is_collection(const SuiteShape *shape)
{
	const guint both = SUITE_ACCEPT_LIST | SUITE_ACCEPT_MAPPING;

	return (shape->accepts & both) == both && shape->values != NULL;
}

/* Keys that every object in a fixture may have. */
static bool
is_object_key(const char *key, const char *place)
{
	static const char *const keys[] = { "exact", "optional", "except", "if", NULL };

	return g_strv_contains(keys, key) &&
	       (g_str_has_suffix(place, "NAME") || g_str_has_suffix(place, ".primary_key"));
}

/* Keys that every rule may have. */
static bool
is_rule_key(const char *key, const char *place)
{
	static const char *const keys[] = { "schemas", "except", "if", NULL };

	return g_strv_contains(keys, key) && g_str_has_prefix(place, "rules.");
}

/* Adds the keys of the shape, which is that of `place`, and of all below it, whose places begin with `inside`. An item
 * of a list has the place of a named object. */
static void
walk(GHashTable *keys, const SuiteShape *shape, const char *place, const char *inside, bool item)
{
	g_autofree char *named = g_strconcat(inside, "NAME", NULL);
	g_autofree char *below = g_strconcat(named, ".", NULL);
	bool collection = is_collection(shape);

	for (const SuiteKey *key = shape->keys; key != NULL && key->name != NULL; key++) {
		bool name = item && strcmp(key->name, "name") == 0 && !g_str_has_prefix(place, "plans.") &&
		            !g_str_has_prefix(place, "programs.") && !g_str_has_prefix(place, "checklist.");
		bool object = is_object_key(key->name, place);
		bool rule = is_rule_key(key->name, place);
		add(keys, collection ? "COLLECTION" : name ? "ITEM" : object ? "OBJECT" : rule ? "RULE" : place, key);
		if (collection || object || rule)
			continue; /* `list` has the items of the collection itself */
		g_autofree char *child = g_strconcat(inside, key->name, NULL);
		g_autofree char *child_inside = g_strconcat(child, ".", NULL);
		walk(keys, key->shape, child, child_inside, false);
	}
	if (shape->values != NULL)
		walk(keys, shape->values, named, below, false);
	/* The items of a rule's list are as the rule itself. */
	if (shape->item != NULL && !g_str_has_prefix(place, "rules."))
		walk(keys, shape->item, named, below, true);
}

static GHashTable *
suite_keys(void)
{
	GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	static SuiteKey kinds[100];
	gsize n = 0;

	walk(keys, suite_shape(), "SUITE", "", false);
	for (const SuiteCheckKind *const *one = check_kinds(); *one != NULL; one++) {
		const SuiteCheckKind *kind = *one;
		g_autofree char *place = g_strconcat("checks.", kind->name, NULL);
		g_autofree char *inside = g_strconcat(place, ".", NULL);
		assert_true(n < G_N_ELEMENTS(kinds));
		kinds[n] = (SuiteKey){ .name = kind->name, .shape = kind->shape, .help = kind->help };
		add(keys, "checks", &kinds[n++]);
		walk(keys, kind->shape, place, inside, false);
	}
	return keys;
}

static GHashTable *
fixture_keys(void)
{
	GHashTable *keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	walk(keys, check_fixture_shape(), "FIXTURE", "", false);
	return keys;
}

/* --- Keys of a document -------------------------------------------------- */

/* The words in backticks in the line. */
static GPtrArray *
backticked(const char *line)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) parts = g_strsplit(line, "`", -1);

	for (guint i = 1; parts[i] != NULL && parts[i + 1] != NULL; i += 2)
		g_ptr_array_add(texts, g_strdup(parts[i]));
	return texts;
}

/* "place key" -> the row */
static GHashTable *
documented_keys(const char *text)
{
	GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);
	bool example = false;

	for (guint i = 0; lines[i] != NULL; i++) {
		example ^= g_str_has_prefix(lines[i], "```");
		if (example)
			continue;
		if (lines[i][0] == '#') {
			g_ptr_array_unref(places);
			places = backticked(lines[i]);
		}
		if (!g_str_has_prefix(lines[i], "| `") || places->len == 0)
			continue;
		g_autoptr(GPtrArray) words = backticked(lines[i]);
		for (guint j = 0; j < places->len; j++) {
			char *name = g_strdup_printf("%s %s", (char *)g_ptr_array_index(places, j),
			                             (char *)g_ptr_array_index(words, 0));
			if (!g_hash_table_insert(rows, name, g_strdup(lines[i])))
				fail_msg("line %u: \"%s\" is documented twice", i + 1, lines[i]);
		}
	}
	return rows;
}

static char *
load(const char *name)
{
	g_autofree char *path = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "docs", name, NULL);
	char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		fail_msg("cannot read %s", path);
	return text;
}

/* --- Comparing ----------------------------------------------------------- */

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

/* Says what of `one` is not in `other`. */
static void
append_missing(GString *problems, GHashTable *one, GHashTable *other, const char *what)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(one), compare_texts);

	for (const GList *name = names; name != NULL; name = name->next) {
		g_auto(GStrv) parts = g_strsplit(name->data, " ", 2);
		if (!g_hash_table_contains(other, name->data))
			g_string_append_printf(problems, "  `%s` of `%s` %s\n", parts[1], parts[0], what);
	}
}

/* A row has every word that its key may be, and says whether the key is required. */
static void
append_wrong_row(GString *problems, const char *name, const SuiteKey *key, const char *row)
{
	for (const char *const *word = key->shape->choices; word != NULL && *word != NULL; word++) {
		g_autofree char *quoted = g_strdup_printf("`%s`", *word);
		if (strstr(row, quoted) == NULL)
			g_string_append_printf(problems, "  the row of %s lacks the word `%s`\n", name, *word);
	}
	if ((strstr(row, "required |") != NULL) != key->required)
		g_string_append_printf(problems, "  the row of %s must%s say \"required\" in its column\n", name,
		                       key->required ? "" : " not");
}

static char *
disagreements(GHashTable *keys, const char *text)
{
	g_autoptr(GHashTable) rows = documented_keys(text);
	g_autoptr(GString) problems = g_string_new(NULL);
	GHashTableIter iterator;
	gpointer name;
	gpointer key;

	append_missing(problems, keys, rows, "is not documented");
	append_missing(problems, rows, keys, "is documented, but there is no such key");
	g_hash_table_iter_init(&iterator, keys);
	while (g_hash_table_iter_next(&iterator, &name, &key)) {
		const char *row = g_hash_table_lookup(rows, name);
		if (row != NULL)
			append_wrong_row(problems, name, key, row);
	}
	return g_string_free(g_steal_pointer(&problems), FALSE);
}

/* The document, and the pages that it leaves a part of its keys to, ended by NULL. */
static void
assert_agrees(GHashTable *keys, const char *document, const char *const *more)
{
	g_autofree char *page = load(document);
	g_autoptr(GString) text = g_string_new(page);

	for (; more != NULL && *more != NULL; more++) {
		g_autofree char *other = load(*more);
		g_string_append_printf(text, "\n%s", other);
	}
	g_autofree char *problems = disagreements(keys, text->str);
	if (problems[0] != '\0')
		fail_msg("docs/%s and the program do not agree:\n%s", document, problems);
}

/* --- Tests --------------------------------------------------------------- */

static void
the_suite_reference_has_every_key(void **state)
{
	static const char *const pages[] = { "plans.md", "impact.md", "checklist.md", NULL };

	(void)state;
	g_autoptr(GHashTable) keys = suite_keys();

	assert_true(g_hash_table_size(keys) >= 20);
	assert_agrees(keys, "suites.md", pages);
}

static void
the_fixture_reference_has_every_key(void **state)
{
	(void)state;
	g_autoptr(GHashTable) keys = fixture_keys();

	assert_true(g_hash_table_size(keys) >= 120);
	assert_agrees(keys, "fixtures.md", NULL);
}

static void
the_formats_are_named(void **state)
{
	(void)state;
	g_autofree char *text = load("formats.md");

	for (const char *const *name = migration_format_names(); *name != NULL; name++) {
		g_autofree char *row = g_strdup_printf("\n| [`%s`](formats/%s.md) | ", *name, *name);
		g_autofree char *page = g_strdup_printf("formats/%s.md", *name);
		if (strstr(text, row) == NULL)
			fail_msg("docs/formats.md has no row for \"%s\"", *name);
		g_free(load(page));
	}
}

/* The first example of a document, alone. */
static SuiteDocument *
first_example(const char *document)
{
	static const char fence[] = "```yaml\n";
	g_autofree char *text = load(document);
	char *start = strstr(text, fence);
	char *end = start != NULL ? strstr(start, "\n```\n") : NULL;
	g_autoptr(GError) error = NULL;

	assert_non_null(end);
	end[1] = '\0';
	SuiteDocument *example = suite_document_parse(document, start + strlen(fence), &error);
	if (example == NULL)
		fail_msg("%s", error->message);
	return example;
}

static void
the_first_examples_are_valid(void **state)
{
	(void)state;
	g_autoptr(SuiteDocument) suite = first_example("suites.md");
	g_autoptr(SuiteDocument) fixture = first_example("fixtures.md");
	g_autoptr(GError) error = NULL;
	const SuiteNode *checks = suite_node_get(suite_document_root(suite), "checks");

	if (!suite_shape_check(suite_shape(), suite_document_root(suite), "the suite", &error) ||
	    !suite_shape_check(check_fixture_shape(), suite_document_root(fixture), "the fixture", &error))
		fail_msg("%s", error->message);
	for (const SuiteCheckKind *const *one = check_kinds(); *one != NULL; one++) {
		const SuiteCheckKind *kind = *one;
		bool shown = false;
		for (guint i = 0; i < suite_node_size(checks); i++) {
			const SuiteNode *check = suite_node_get(suite_node_item(checks, i), kind->name);
			if (check == NULL)
				continue;
			shown = true;
			if (!suite_shape_check(kind->shape, check, kind->name, &error) ||
			    (kind->validate != NULL && !kind->validate(check, &error)))
				fail_msg("%s", error->message);
		}
		if (!shown)
			fail_msg("the first example of docs/suites.md has no \"%s\"", kind->name);
	}
}

static void
disagreements_are_found(void **state)
{
	(void)state;
	static const char *const colours[] = { "red", "dark green", NULL };
	static const SuiteShape colour = { .accepts = SUITE_ACCEPT_TEXT, .choices = colours };
	static const SuiteKey part_keys[] = { { "colour", &colour, false, "" }, { NULL } };
	static const SuiteShape part = { .accepts = SUITE_ACCEPT_MAPPING, .keys = part_keys };
	static const SuiteShape parts = { .accepts = SUITE_ACCEPT_MAPPING, .values = &part };
	static const SuiteKey thing_keys[] = { { "parts", &parts, true, "" }, { NULL } };
	static const SuiteShape thing = { .accepts = SUITE_ACCEPT_MAPPING, .keys = thing_keys };
	static const char good[] = "# A thing: `THING`\n| key | |\n|---|---|\n| `parts` | mapping | required |\n"
				   "## Its parts: `parts.NAME`\n| `colour` | `red`, `dark green` | none |\n"
				   "```\n# `THING`\n| `example` | |\n```\n# Other\n| `free` | |\n";
	static const struct {
		const char *from;
		const char *to;
		const char *problems;
	} cases[] = {
		{ "", "", "" },
		{ "| `colour`", "| colour", "  `colour` of `parts.NAME` is not documented\n" },
		{ "`parts.NAME`", "`parts`",
		  "  `colour` of `parts.NAME` is not documented\n"
		  "  `colour` of `parts` is documented, but there is no such key\n" },
		{ "## Its", "| `size` | | |\n## Its", "  `size` of `THING` is documented, but there is no such key\n" },
		{ "`dark green`", "green", "  the row of parts.NAME colour lacks the word `dark green`\n" },
		{ "required", "-", "  the row of THING parts must say \"required\" in its column\n" },
		{ "none |", "required |", "  the row of parts.NAME colour must not say \"required\" in its column\n" },
	};
	g_autoptr(GHashTable) keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	walk(keys, &thing, "THING", "", false);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text = g_string_new(good);
		if (cases[i].from[0] != '\0')
			assert_int_equal(g_string_replace(text, cases[i].from, cases[i].to, 0), 1);
		g_autofree char *problems = disagreements(keys, text->str);
		assert_string_equal(problems, cases[i].problems);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disagreements_are_found),
		cmocka_unit_test(the_suite_reference_has_every_key),
		cmocka_unit_test(the_fixture_reference_has_every_key),
		cmocka_unit_test(the_formats_are_named),
		cmocka_unit_test(the_first_examples_are_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
