#include "command/bless/edit.h"

#include "catalog/render.h"
#include "catalog/yaml.h"

#include <string.h>

/* A collection that the file does not have yet. */
typedef struct {
	const SuiteNode *node; /* the mapping that gets it */
	const char *key;
	GString *lines;
	GString *flow;
	bool whole; /* the key is part of the lines: a primary key is no collection */
} BlessCreated;

static void
bless_edit_free_created(gpointer data)
{
	BlessCreated *created = data;

	g_string_free(created->lines, TRUE);
	g_string_free(created->flow, TRUE);
	g_free(created);
}

static void
bless_edit_free_edits(gpointer edits)
{
	suite_edits_free(edits);
}

void
bless_round_open(BlessRound *round, const CatalogSnapshot *snapshot)
{
	round->snapshot = snapshot;
	round->edits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, bless_edit_free_edits);
	round->created = g_ptr_array_new_with_free_func(bless_edit_free_created);
	round->unresolved = g_ptr_array_new_with_free_func(g_free);
}

void
bless_round_clear(BlessRound *round)
{
	g_clear_pointer(&round->edits, g_hash_table_unref);
	g_clear_pointer(&round->created, g_ptr_array_unref);
	g_clear_pointer(&round->unresolved, g_ptr_array_unref);
}

static SuiteEdits *
edits_for(BlessRound *round, const SuiteNode *node)
{
	SuiteEdits *edits = g_hash_table_lookup(round->edits, suite_node_path(node));

	if (edits == NULL) {
		edits = suite_edits_new(node);
		g_hash_table_insert(round->edits, g_strdup(suite_node_path(node)), edits);
	}
	return edits;
}

/* --- Objects ------------------------------------------------------------------- */

/* A form of the new entry in one line, for places that cannot hold several lines. */
static char *
in_one_line(const char *lines)
{
	const char *end = strchr(lines, '\n');

	if (end == NULL || end[1] == '\0')
		return g_strndup(lines, end != NULL ? (gsize)(end - lines) : strlen(lines));
	/* The rest comes in the next round, where the file says `exact`; else that it exists is enough. */
	return g_strdup_printf("%.*s {}", (int)(end - lines), lines);
}

static const char *
add_to_list(SuiteEdits *edits, const SuiteNode *list, const CatalogObject *object)
{
	CatalogScope scope = catalog_class(object->class_id)->scope;
	g_autoptr(GString) name = g_string_new(NULL);

	catalog_yaml_append(name, object->name, true);
	if (scope == CATALOG_SCOPE_DATABASE || scope == CATALOG_SCOPE_PHRASE) {
		g_autofree char *line = g_strdup_printf("- %s\n", name->str);
		return suite_edits_add(edits, list, line, name->str);
	}
	g_autofree char *item = catalog_render_item(object);
	g_autofree char *flow = strchr(item, '\n')[1] == '\0' ? g_strndup(item + 2, strlen(item) - 3)
	                                                      : g_strdup_printf("{ name: %s }", name->str);
	return suite_edits_add(edits, list, item, flow);
}

/* The collection with this key that the mapping gets in this round. */
static BlessCreated *
find_created(BlessRound *round, const SuiteNode *node, const char *key)
{
	for (guint i = 0; i < round->created->len; i++) {
		BlessCreated *created = g_ptr_array_index(round->created, i);
		if (created->node == node && strcmp(created->key, key) == 0)
			return created;
	}
	BlessCreated *created = g_new0(BlessCreated, 1);
	*created = (BlessCreated){ .node = node, .key = key, .lines = g_string_new(NULL), .flow = g_string_new(NULL) };
	g_ptr_array_add(round->created, created);
	return created;
}

static void
add_to_created(BlessCreated *created, const CatalogObject *object, const char *lines)
{
	g_autofree char *flow = in_one_line(lines);

	created->whole = object->class_id == CATALOG_PRIMARY_KEY;
	g_string_append_printf(created->flow, "%s%s", created->flow->len > 0 ? ", " : "", flow);
	if (created->whole) {
		g_string_append(created->lines, lines);
		return;
	}
	g_auto(GStrv) all = g_strsplit(lines, "\n", -1);
	for (gsize i = 0; all[i] != NULL && (all[i][0] != '\0' || all[i + 1] != NULL); i++)
		g_string_append_printf(created->lines, "%s%s\n", all[i][0] != '\0' ? "  " : "", all[i]);
}

const char *
bless_round_add(BlessRound *round, const SuiteNode *node, const char *key, const CatalogObject *object)
{
	SuiteEdits *edits = edits_for(round, node);

	if (key == NULL && suite_node_kind(node) == SUITE_NODE_LIST)
		return add_to_list(edits, node, object);
	g_autofree char *lines = catalog_render_entry(round->snapshot, object);
	if (key != NULL) {
		/* A node that was merged from several files does not outlive the round. */
		node = suite_edits_find(edits, node);
		if (node == NULL || suite_node_kind(node) != SUITE_NODE_MAPPING)
			return "it is written as a list, or in several files";
		add_to_created(find_created(round, node, key), object, lines);
		return NULL;
	}
	g_autofree char *flow = in_one_line(lines);
	return suite_edits_add(edits, node, lines, flow);
}

void
bless_round_end(BlessRound *round)
{
	for (guint i = 0; i < round->created->len; i++) {
		const BlessCreated *created = g_ptr_array_index(round->created, i);
		g_autofree char *lines = created->whole ? g_strdup(created->lines->str)
		                                        : g_strdup_printf("%s:\n%s", created->key, created->lines->str);
		g_autofree char *flow = created->whole
		                            ? g_strdup(created->flow->str)
		                            : g_strdup_printf("%s: { %s }", created->key, created->flow->str);
		const char *refusal = suite_edits_add(edits_for(round, created->node), created->node, lines, flow);
		if (refusal != NULL)
			g_ptr_array_add(round->unresolved,
			                g_strdup_printf("%s: \"%s\" is not added: %s", suite_node_path(created->node),
			                                created->key, refusal));
	}
}

/* --- Changes -------------------------------------------------------------------- */

static const char *
add_name(SuiteEdits *edits, const CheckFix *fix)
{
	g_autoptr(GString) name = g_string_new(NULL);

	catalog_yaml_append(name, fix->yaml, true);
	g_autofree char *lines = g_strdup_printf("- %s\n", name->str);
	return suite_edits_add(edits, fix->node, lines, name->str);
}

static const char *
rename_key(SuiteEdits *edits, const CheckFix *fix)
{
	g_autofree char *key = catalog_render_key(fix->object);

	return suite_edits_set(edits, fix->node, key);
}

/* A text of several lines stays one, where its object stands in several, too. */
static const char *
state_value(SuiteEdits *edits, const CheckFix *fix)
{
	const CatalogAttribute *attribute = catalog_object_attribute(fix->object, fix->key);
	g_autofree char *flow = g_strdup_printf("%s: %s", fix->key, fix->yaml);
	g_autoptr(GString) lines = g_string_new(NULL);

	if (suite_node_kind(fix->node) != SUITE_NODE_MAPPING)
		return "it is written as a list";
	if (attribute != NULL && attribute->kind == CATALOG_VALUE_TEXT && catalog_yaml_is_block(attribute->value)) {
		g_string_append_printf(lines, "%s: ", fix->key);
		catalog_yaml_append_block(lines, attribute->value, 2);
	} else {
		g_string_append_printf(lines, "%s\n", flow);
	}
	return suite_edits_add(edits, fix->node, lines->str, flow);
}

/* NULL, or why it cannot be done. */
static const char *
bless_apply(BlessRound *round, const CheckFix *fix)
{
	SuiteEdits *edits = edits_for(round, fix->node);

	switch (fix->kind) {
	case CHECK_FIX_SET:
		return suite_edits_set(edits, fix->node, fix->yaml);
	case CHECK_FIX_REMOVE:
		return suite_edits_remove(edits, fix->node);
	case CHECK_FIX_RENAME:
		return rename_key(edits, fix);
	case CHECK_FIX_STATE:
		return state_value(edits, fix);
	case CHECK_FIX_ADD:
	default:
		return fix->object != NULL ? bless_round_add(round, fix->node, fix->key, fix->object)
		                           : add_name(edits, fix);
	}
}

void
bless_round_take(BlessRound *round, const CheckProblem *problem)
{
	const char *refusal = problem->fixes->len > 0 ? NULL : "this is for you to change";

	for (guint i = 0; i < problem->fixes->len && refusal == NULL; i++)
		refusal = bless_apply(round, g_ptr_array_index(problem->fixes, i));
	if (refusal == NULL)
		return;
	g_autofree char *place = base_position_format(problem->position);
	g_ptr_array_add(round->unresolved, g_strdup_printf("%s: %s\n  not updated: %s", place, problem->text, refusal));
}
