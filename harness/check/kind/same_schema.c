/* same_schema: several databases end in the same schema. */
#include "check/findings.h"
#include "check/kind/kind.h"
#include "check/kind/listed.h"
#include "check/schema/differences.h"

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, false, "the case's name; the databases when left out" },
	{ "databases", &suite_shape_text_list, true, "two or more; each is compared with the first" },
	{ "except", &suite_shape_text_mapping, false, "what may differ: `table public.jobs`, and why" },
	{ NULL },
};

static const SuiteShape same_schema_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

static bool
same_schema_validate(const SuiteNode *node, GError **error)
{
	return check_listed_validate(suite_node_get(node, "except"), error);
}

char *
check_databases_name(const SuiteNode *node)
{
	const SuiteNode *list = suite_node_get(node, "databases");
	GString *name = g_string_new(NULL);

	for (guint i = 0; i < suite_node_size(list); i++)
		g_string_append_printf(name, "%s%s",
		                       i == 0                           ? ""
		                       : i + 1 == suite_node_size(list) ? " and "
		                                                        : ", ",
		                       suite_node_text(suite_node_item(list, i)));
	return g_string_free(name, FALSE);
}

/* --- Differences ----------------------------------------------------------- */

typedef struct {
	const char *first; /* names of the databases */
	const char *other;
	CheckListed *listed;
	CheckFindings *findings;
} Comparison;

static char *
subject_of(const CatalogObject *object)
{
	return g_strdup_printf("%s %s", catalog_class(object->class_id)->name, object->identity);
}

static char *
describe_value(const CatalogAttribute *attribute)
{
	GString *text = g_string_new(attribute == NULL ? "none" : NULL);

	if (attribute != NULL && attribute->kind == CATALOG_VALUE_LIST)
		catalog_append_value(text, attribute);
	else if (attribute != NULL)
		g_string_append_printf(text, "\"%s\"", attribute->value);
	return g_string_free(text, FALSE);
}

static char *
same_schema_describe(const Comparison *comparison, const CatalogDifference *difference)
{
	const CatalogObject *object = difference->expected != NULL ? difference->expected : difference->found;
	const char *class_name = catalog_class(object->class_id)->name;

	if (difference->kind != CATALOG_CHANGED)
		return g_strdup_printf("%s \"%s\" is in \"%s\" only", class_name, object->identity,
		                       difference->kind == CATALOG_MISSING ? comparison->first : comparison->other);
	const CatalogAttribute *first = difference->expected_attribute;
	const CatalogAttribute *other = difference->found_attribute;
	g_autofree char *first_value = describe_value(first);
	g_autofree char *other_value = describe_value(other);
	return g_strdup_printf("%s \"%s\": %s is %s in \"%s\", and %s in \"%s\"", class_name, object->identity,
	                       first != NULL ? first->name : other->name, first_value, comparison->first, other_value,
	                       comparison->other);
}

static void
take_object(const CheckDifferencesGroup *group, void *data)
{
	const Comparison *comparison = data;

	for (guint i = 0; i < group->differences->len; i++) {
		const CatalogDifference *difference = g_ptr_array_index(group->differences, i);
		g_autofree char *own = subject_of(difference->expected != NULL ? difference->expected
		                                                               : difference->found);
		g_autofree char *line = same_schema_describe(comparison, difference);
		bool covered = check_listed_covers(comparison->listed, own);
		/* A table's exception covers all that belongs to it. */
		covered |= check_listed_covers(comparison->listed, group->title);
		if (!covered)
			check_findings_add(comparison->findings, line, line);
	}
}

/* --- The check --------------------------------------------------------------- */

/* The catalogs, in the order of the list; NULL where migrations failed. */
static GPtrArray *
same_schema_collect(const CheckContext *context, const SuiteCheck *check)
{
	GPtrArray *snapshots = g_ptr_array_new();

	for (guint i = 0; i < check->databases->len; i++) {
		const SuiteDatabase *database = g_ptr_array_index(check->databases, i);
		g_auto(CheckPeer) peer = { 0 };
		if (database == context->suite_database)
			peer.snapshot = catalog_snapshot_ref((CatalogSnapshot *)context->snapshot);
		else
			peer = context->peer(database, context->peer_data);
		g_ptr_array_add(snapshots, g_steal_pointer(&peer.snapshot));
	}
	return snapshots;
}

static void
same_schema_release(GPtrArray *snapshots)
{
	for (guint i = 0; i < snapshots->len; i++)
		catalog_snapshot_unref(g_ptr_array_index(snapshots, i));
	g_ptr_array_unref(snapshots);
}

static bool
skip_where_broken(const SuiteCheck *check, const GPtrArray *snapshots, ReportCase *test_case)
{
	for (guint i = 0; i < snapshots->len; i++) {
		const SuiteDatabase *database = g_ptr_array_index(check->databases, i);
		if (g_ptr_array_index(snapshots, i) != NULL)
			continue;
		report_case_set(test_case, REPORT_SKIPPED, "not run, because a migration of \"%s\" failed",
		                database->name);
		return true;
	}
	return false;
}

static void
same_schema_compare(const SuiteCheck *check, const GPtrArray *snapshots, CheckListed *listed, CheckFindings *findings)
{
	const SuiteDatabase *first = g_ptr_array_index(check->databases, 0);

	for (guint i = 1; i < snapshots->len; i++) {
		const SuiteDatabase *other = g_ptr_array_index(check->databases, i);
		Comparison comparison = {
			.first = first->name, .other = other->name, .listed = listed, .findings = findings
		};
		const CatalogDiffOptions options = { .ignore_column_position = !first->strict_column_order ||
			                                                       !other->strict_column_order };
		check_differences_by_object(g_ptr_array_index(snapshots, 0), g_ptr_array_index(snapshots, i), &options,
		                            take_object, &comparison);
	}
	check_listed_report(listed, findings);
}

static bool
same_schema_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	GPtrArray *snapshots = same_schema_collect(context, check);
	g_auto(CheckFindings) findings = { 0 };
	g_auto(CheckListed) listed = { 0 };

	(void)error;
	check_listed_open(&listed, suite_node_get(check->node, "except"));
	if (!skip_where_broken(check, snapshots, test_case)) {
		same_schema_compare(check, snapshots, &listed, &findings);
		check_findings_report_all(&findings, "difference", "differences", test_case);
	}
	same_schema_release(snapshots);
	return true;
}

const CheckKind check_same_schema = {
	.suite.name = "same_schema",
	.suite.shape = &same_schema_shape,
	.suite.validate = same_schema_validate,
	.suite.help = "databases end in the same schema",
	.suite.make_name = check_databases_name,
	.run = same_schema_run,
};
