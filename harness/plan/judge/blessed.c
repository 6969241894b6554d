#include "plan/judge/blessed.h"

#include "base/error.h"
#include "catalog/yaml.h"
#include "suite/shape.h"

#include <string.h>

struct PlanBlessed {
	char *path;
	SuiteDocument *document; /* NULL: there is no file yet */
	const SuiteNode *plans;  /* NULL: none */
};

static const SuiteKey form_keys[] = {
	{ "access", &suite_shape_text, true, "how the plan reads each table" },
	{ "joins", &suite_shape_text, true, "the order in which tables are joined, and how" },
	{ "shape", &suite_shape_text, true, "all nodes, without costs" },
	{ NULL },
};
static const SuiteShape form_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = form_keys };
static const SuiteShape versions_shape = { .expects = "a mapping of major versions to plans",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .values = &form_shape };
static const SuiteShape plans_shape = { .expects = "a mapping of plans",
	                                .accepts = SUITE_ACCEPT_MAPPING,
	                                .values = &versions_shape };
static const SuiteKey blessed_keys[] = {
	{ "blessed", &suite_shape_count, true, "the version of this form: 1" },
	{ "plans", &plans_shape, true, "the plans, by name and major version of the server" },
	{ NULL },
};
static const SuiteShape blessed_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = blessed_keys };

/* --- Forms -------------------------------------------------------------------- */

PlanForm
plan_form_of(const PlanTree *tree, const PlanCatalog *catalog)
{
	return (PlanForm){ plan_normal_access(tree, catalog), plan_normal_joins(tree, catalog),
		           plan_normal_shape(tree, catalog) };
}

void
plan_form_clear(PlanForm *form)
{
	g_free(form->access);
	g_free(form->joins);
	g_free(form->shape);
	*form = (PlanForm){ 0 };
}

PlanLevel
plan_form_compare(const PlanForm *one, const PlanForm *other)
{
	if (strcmp(one->access, other->access) != 0)
		return PLAN_LEVEL_ACCESS;
	if (strcmp(one->joins, other->joins) != 0)
		return PLAN_LEVEL_JOINS;
	return strcmp(one->shape, other->shape) != 0 ? PLAN_LEVEL_SHAPE : PLAN_LEVEL_OFF;
}

/* --- Reading ------------------------------------------------------------------- */

static bool
blessed_read(PlanBlessed *blessed, GError **error)
{
	gint64 version = 0;

	blessed->document = suite_document_load(blessed->path, error);
	const SuiteNode *root = blessed->document != NULL ? suite_document_root(blessed->document) : NULL;
	if (root == NULL || !suite_shape_check(&blessed_shape, root, "the file of blessed plans", error))
		return false;
	const SuiteNode *form = suite_node_get(root, "blessed");
	if (suite_node_is_int(form, &version) && version != 1)
		return suite_node_error(form, error, "bless the plans anew, or use a later pgassay",
		                        "this file has the form %" G_GINT64_FORMAT ", and only 1 is known", version);
	blessed->plans = suite_node_get(root, "plans");
	return true;
}

PlanBlessed *
plan_blessed_load(const char *path, GError **error)
{
	g_autoptr(PlanBlessed) blessed = g_new0(PlanBlessed, 1);

	blessed->path = g_strdup(path);
	return !g_file_test(path, G_FILE_TEST_EXISTS) || blessed_read(blessed, error) ? g_steal_pointer(&blessed)
	                                                                              : NULL;
}

void
plan_blessed_free(PlanBlessed *blessed)
{
	if (blessed == NULL)
		return;
	suite_document_free(blessed->document);
	g_free(blessed->path);
	g_free(blessed);
}

const char *
plan_blessed_path(const PlanBlessed *blessed)
{
	return blessed->path;
}

static const SuiteNode *
blessed_find(const PlanBlessed *blessed, const char *name, guint major)
{
	g_autofree char *version = g_strdup_printf("%u", major);

	return suite_node_get(suite_node_get(blessed->plans, name), version);
}

bool
plan_blessed_find(const PlanBlessed *blessed, const char *name, guint major, PlanForm *ret_form,
                  SourcePosition *ret_position)
{
	const SuiteNode *node = blessed_find(blessed, name, major);

	if (node == NULL)
		return false;
	*ret_form = (PlanForm){ (char *)suite_node_get_text(node, "access"), (char *)suite_node_get_text(node, "joins"),
		                (char *)suite_node_get_text(node, "shape") };
	*ret_position = suite_node_position(node);
	return true;
}

bool
plan_blessed_has_version(const PlanBlessed *blessed, guint major)
{
	for (guint i = 0; blessed->plans != NULL && i < suite_node_size(blessed->plans); i++)
		if (blessed_find(blessed, suite_node_key(blessed->plans, i), major) != NULL)
			return true;
	return false;
}

GPtrArray *
plan_cases_list_blessed(const GPtrArray *cases)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < cases->len; i++) {
		const PlanCase *plan_case = g_ptr_array_index(cases, i);
		for (guint j = 0; plan_case->level != PLAN_LEVEL_OFF && j < plan_case_count(plan_case); j++)
			g_ptr_array_add(names, plan_case_name(plan_case, j));
	}
	return names;
}

static bool
blessed_is_named(const GPtrArray *names, const char *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

GPtrArray *
plan_blessed_list_unused(const PlanBlessed *blessed, const GPtrArray *names)
{
	GPtrArray *unused = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; blessed->plans != NULL && i < suite_node_size(blessed->plans); i++)
		if (!blessed_is_named(names, suite_node_key(blessed->plans, i)))
			g_ptr_array_add(unused, g_strdup(suite_node_key(blessed->plans, i)));
	return unused;
}

/* --- Writing ------------------------------------------------------------------- */

static void
blessed_append_text(GString *yaml, const char *key, const char *text)
{
	g_string_append_printf(yaml, "      %s: ", key);
	if (catalog_yaml_is_block(text)) {
		catalog_yaml_append_block(yaml, text, 8);
	} else {
		catalog_yaml_append(yaml, text, false);
		g_string_append_c(yaml, '\n');
	}
}

static void
blessed_append_form(GString *yaml, const char *version, const PlanForm *form)
{
	g_string_append_printf(yaml, "    '%s':\n", version);
	blessed_append_text(yaml, "access", form->access);
	blessed_append_text(yaml, "joins", form->joins);
	blessed_append_text(yaml, "shape", form->shape);
}

/* The versions of one plan, in the order of their numbers, so that a change of one version is one change in the
 * file. */
static void
blessed_append_plan(GString *yaml, const PlanBlessed *blessed, const char *name, const PlanForm *form, guint major)
{
	const SuiteNode *versions = suite_node_get(blessed->plans, name);
	guint n = versions != NULL ? suite_node_size(versions) : 0;
	g_autofree char *own = g_strdup_printf("%u", major);
	bool written = form == NULL;
	gsize begin = yaml->len;

	g_string_append(yaml, "  ");
	catalog_yaml_append(yaml, name, false);
	g_string_append(yaml, ":\n");
	gsize empty = yaml->len;
	for (guint i = 0; i < n; i++) {
		const char *version = suite_node_key(versions, i);
		PlanForm other = { 0 };
		SourcePosition position;
		if (!written && g_ascii_strtoull(version, NULL, 10) >= major) {
			blessed_append_form(yaml, own, form);
			written = true;
		}
		if (strcmp(version, own) != 0 &&
		    plan_blessed_find(blessed, name, (guint)g_ascii_strtoull(version, NULL, 10), &other, &position))
			blessed_append_form(yaml, version, &other);
	}
	if (!written)
		blessed_append_form(yaml, own, form);
	if (yaml->len == empty)
		g_string_truncate(yaml, begin);
}

char *
plan_blessed_write(const PlanBlessed *blessed, const GPtrArray *names, GHashTable *forms, guint major)
{
	GString *yaml = g_string_new("# Plans that are wanted: \"pgassay help plans\". Written by \"pgassay bless\".\n"
	                             "blessed: 1\nplans:");
	gsize begin = yaml->len;

	g_string_append_c(yaml, '\n');
	gsize empty = yaml->len;
	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		blessed_append_plan(yaml, blessed, name, g_hash_table_lookup(forms, name), major);
	}
	if (yaml->len == empty) {
		g_string_truncate(yaml, begin);
		g_string_append(yaml, " {}\n");
	}
	return g_string_free(yaml, FALSE);
}
