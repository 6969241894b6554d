#include "suite/edit_private.h"

#include <string.h>

static void
edit_clear(gpointer data)
{
	g_free(((Edit *)data)->text);
}

static void
free_string(gpointer string)
{
	g_string_free(string, TRUE);
}

static void
note_places(SuiteEdits *edits, const SuiteNode *node)
{
	for (guint i = 0; i < node->n_items; i++) {
		const SuiteNode *key = node->keys != NULL ? node->keys[i] : NULL;
		if (g_hash_table_contains(edits->places, node->items[i])) {
			g_hash_table_add(edits->shared, (gpointer)node->items[i]);
			continue;
		}
		Place *place = g_new(Place, 1);
		*place = (Place){ node, key };
		g_hash_table_insert(edits->places, (gpointer)node->items[i], place);
		if (key != NULL)
			g_hash_table_insert(edits->places, (gpointer)key, g_memdup2(place, sizeof *place));
		note_places(edits, node->items[i]);
	}
}

SuiteEdits *
suite_edits_new(const SuiteNode *node)
{
	SuiteEdits *edits = g_new0(SuiteEdits, 1);

	edits->document = node->document;
	edits->text = base_source_text(node->document->source);
	edits->length = base_source_length(node->document->source);
	edits->edits = g_array_new(FALSE, FALSE, sizeof(Edit));
	g_array_set_clear_func(edits->edits, edit_clear);
	edits->places = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	edits->shared = g_hash_table_new(NULL, NULL);
	edits->removed = g_hash_table_new(NULL, NULL);
	edits->added = g_hash_table_new(NULL, NULL);
	edits->flows = g_hash_table_new_full(NULL, NULL, NULL, free_string);
	edits->gone = g_hash_table_new(NULL, NULL);
	edits->emptied = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	note_places(edits, node->document->root);
	return edits;
}

void
suite_edits_free(SuiteEdits *edits)
{
	if (edits == NULL)
		return;
	g_array_unref(edits->edits);
	g_hash_table_unref(edits->places);
	g_hash_table_unref(edits->shared);
	g_hash_table_unref(edits->removed);
	g_hash_table_unref(edits->added);
	g_hash_table_unref(edits->flows);
	g_hash_table_unref(edits->gone);
	g_hash_table_unref(edits->emptied);
	g_free(edits);
}

const char *
suite_node_path(const SuiteNode *node)
{
	return base_source_path(node->document->source);
}

const char *
suite_edits_text(const SuiteEdits *edits)
{
	return edits->text;
}

static void
add_edit(SuiteEdits *edits, gsize start, gsize end, const char *text)
{
	Edit edit = { start, end, g_strdup(text) };

	g_array_append_val(edits->edits, edit);
}

/* The value of the scalar. */
static char *
scalar_text(const char *yaml)
{
	g_autoptr(SuiteDocument) document = suite_document_parse("", yaml, NULL);
	const char *text = document != NULL ? suite_node_text(document->root) : NULL;

	return g_strdup(text != NULL ? text : "");
}

const SuiteNode *
suite_edits_find(const SuiteEdits *edits, const SuiteNode *node)
{
	const SuiteNode *root = edits->document->root;
	GHashTableIter iterator;
	gpointer other;

	if (node == root || g_hash_table_contains(edits->places, node))
		return node;
	if (node->document != edits->document)
		return NULL;
	if (node->offset == root->offset && node->kind == root->kind)
		return root;
	g_hash_table_iter_init(&iterator, edits->places);
	while (g_hash_table_iter_next(&iterator, &other, NULL)) {
		const SuiteNode *found = other;
		if (found->document == node->document && found->offset == node->offset && found->kind == node->kind)
			return found;
	}
	return NULL;
}

/* --- Changes ----------------------------------------------------------------------- */

static const char no_place[] = "the text is written in several lines, or stands elsewhere";
static const char is_shared[] = "an alias uses it in another place, too";

/* True if the node is inside of a value that aliases use too: it cannot be changed for one of them alone. */
static bool
in_shared(const SuiteEdits *edits, const SuiteNode *node)
{
	while (node != NULL) {
		const Place *place = g_hash_table_lookup(edits->places, node);
		if (g_hash_table_contains(edits->shared, node))
			return true;
		node = place != NULL ? place->parent : NULL;
	}
	return false;
}

const char *
suite_edits_set(SuiteEdits *edits, const SuiteNode *node, const char *yaml)
{
	const Place *place = g_hash_table_lookup(edits->places, node);
	gsize start = node->offset;
	gsize end = 0;

	if (place == NULL)
		return no_place;
	if (in_shared(edits, node))
		return is_shared;
	if (node->kind == SUITE_NODE_SCALAR ? !suite_edit_scalar_range(edits, node, &start, &end)
	                                    : !suite_edit_node_end(edits, node, &end))
		return no_place;
	if (node->kind != SUITE_NODE_SCALAR && !suite_edit_is_flow(edits, node)) {
		/* In block form it begins on a line of its own: the value comes behind the key. */
		gsize key_start = 0;
		if (place->key == NULL || !suite_edit_scalar_range(edits, place->key, &key_start, &start))
			return no_place;
		start += strspn(edits->text + start, " ") + 1;
		g_autofree char *text = g_strconcat(" ", yaml, NULL);
		add_edit(edits, start, end, text);
		return NULL;
	}
	bool is_block = node->kind == SUITE_NODE_SCALAR && !node->plain && strchr("|>", edits->text[start]) != NULL;
	g_autofree char *text = is_block ? scalar_text(yaml) : NULL;
	g_autofree char *block = is_block ? suite_edit_block_scalar(edits, start, text) : NULL;
	add_edit(edits, start, end, block != NULL ? block : yaml);
	return NULL;
}

static const char has_comment[] = "it stands in brackets with a comment in them";

/* A comment between the entries may belong to either; quotes are not looked at. */
static bool
holds_comment(const SuiteEdits *edits, const SuiteNode *collection)
{
	gsize end = suite_edit_flow_end(edits, collection->offset);

	return g_strstr_len(edits->text + collection->offset, (gssize)(end - collection->offset), " #") != NULL;
}

/* The entries added to a collection in flow form. Its new text is made at the end, from all its changes. */
static GString *
change_flow(SuiteEdits *edits, const SuiteNode *collection)
{
	GString *added = g_hash_table_lookup(edits->flows, collection);

	if (added == NULL) {
		added = g_string_new(NULL);
		g_hash_table_insert(edits->flows, (gpointer)collection, added);
	}
	return added;
}

static const char *
remove_from_block(SuiteEdits *edits, gsize start, gsize end, bool item)
{
	gsize line = suite_edit_line_start(edits, start);
	gsize first = line + strspn(edits->text + line, " ");

	if (item)
		first += edits->text[first] == '-' ? 1 + strspn(edits->text + first + 1, " ") : 0;
	if (first != start)
		return "something else stands on its line";
	add_edit(edits, line, suite_edit_next_line(edits, end), "");
	return NULL;
}

/* Nothing is left in the collection: it becomes an empty one, or at the top it goes itself. */
static const char *
empty_collection(SuiteEdits *edits, const SuiteNode *collection)
{
	const Place *place = g_hash_table_lookup(edits->places, collection);

	if (place == NULL)
		return "nothing would be left of the file";
	if (g_hash_table_lookup(edits->places, place->parent) == NULL)
		return suite_edits_remove(edits, place->key);
	return suite_edits_set(edits, collection, collection->kind == SUITE_NODE_LIST ? "[]" : "{}");
}

static void
count_removed(SuiteEdits *edits, const SuiteNode *collection, int n)
{
	int gone = GPOINTER_TO_INT(g_hash_table_lookup(edits->removed, collection)) + n;

	g_hash_table_insert(edits->removed, (gpointer)collection, GINT_TO_POINTER(gone));
}

/* `last` was its last entry. What that has changed can be taken back, as long as it is one edit. */
static const char *
remove_last(SuiteEdits *edits, const SuiteNode *collection, const SuiteNode *last)
{
	guint n_before = edits->edits->len;
	const char *refusal = empty_collection(edits, collection);

	if (refusal == NULL && edits->edits->len == n_before + 1) {
		Emptied *emptied = g_new(Emptied, 1);
		*emptied = (Emptied){ .last = last, .edit = n_before };
		g_hash_table_insert(edits->emptied, (gpointer)collection, emptied);
	}
	return refusal;
}

/* A collection of which all entries go gets a new one: it stays, and they go one by one. */
static const char *
fill_emptied(SuiteEdits *edits, const SuiteNode *collection)
{
	const Emptied *emptied = g_hash_table_lookup(edits->emptied, collection);

	if (emptied == NULL)
		return NULL;
	const SuiteNode *last = emptied->last;
	const SuiteNode *parent = ((const Place *)g_hash_table_lookup(edits->places, collection))->parent;
	Edit *edit = &g_array_index(edits->edits, Edit, emptied->edit);
	edit->end = edit->start;
	*edit->text = '\0';
	if (g_hash_table_lookup(edits->places, parent) == NULL)
		count_removed(edits, parent, -1);
	count_removed(edits, collection, -1);
	g_hash_table_remove(edits->emptied, collection);
	g_hash_table_add(edits->added, (gpointer)collection);
	return suite_edits_remove(edits, last);
}

const char *
suite_edits_remove(SuiteEdits *edits, const SuiteNode *node)
{
	const Place *place = g_hash_table_lookup(edits->places, node);
	gsize start = 0;
	gsize end = 0;

	if (place == NULL)
		return no_place;
	const SuiteNode *parent = place->parent;
	if (in_shared(edits, parent))
		return is_shared;
	const SuiteNode *value = place->key != NULL ? suite_node_get(parent, place->key->text) : node;
	count_removed(edits, parent, 1);
	if (GPOINTER_TO_UINT(g_hash_table_lookup(edits->removed, parent)) == parent->n_items &&
	    !g_hash_table_contains(edits->added, parent))
		return remove_last(edits, parent, node);
	if (!suite_edit_entry_end(edits, place->key, value, &end))
		return no_place;
	start = place->key != NULL ? place->key->offset : node->offset;
	if (suite_edit_is_flow(edits, parent) && holds_comment(edits, parent))
		return has_comment;
	if (suite_edit_is_flow(edits, parent)) {
		change_flow(edits, parent);
		g_hash_table_add(edits->gone, (gpointer)value);
		return NULL;
	}
	return remove_from_block(edits, start, end, place->key == NULL);
}

const char *
suite_edits_add(SuiteEdits *edits, const SuiteNode *collection, const char *lines, const char *flow)
{
	gsize end = 0;

	collection = suite_edits_find(edits, collection);
	if (collection == NULL)
		return no_place;
	if (in_shared(edits, collection))
		return is_shared;
	if (collection->kind == SUITE_NODE_SCALAR || !suite_edit_node_end(edits, collection, &end))
		return no_place;
	const char *refusal = fill_emptied(edits, collection);
	if (refusal != NULL)
		return refusal;
	g_hash_table_add(edits->added, (gpointer)collection);
	if (suite_edit_is_flow(edits, collection) && holds_comment(edits, collection))
		return has_comment;
	if (suite_edit_is_flow(edits, collection)) {
		GString *added = change_flow(edits, collection);
		g_string_append_printf(added, "%s%s", added->len > 0 ? ", " : "", flow);
		return NULL;
	}
	gsize indent = collection->offset - suite_edit_line_start(edits, collection->offset);
	gsize place = suite_edit_next_line(edits, end);
	g_autoptr(GString) text = g_string_new(place == edits->length && edits->text[place - 1] != '\n' ? "\n" : "");
	g_auto(GStrv) all = g_strsplit(lines, "\n", -1);
	for (gsize i = 0; all[i] != NULL && (all[i][0] != '\0' || all[i + 1] != NULL); i++)
		g_string_append_printf(text, "%*s%s\n", all[i][0] != '\0' ? (int)indent : 0, "", all[i]);
	add_edit(edits, place, place, text->str);
	return NULL;
}

/* --- Applying ------------------------------------------------------------------------ */

static void
add_to(GArray *list, gsize start, gsize end, const char *text)
{
	Edit edit = { start, end, g_strdup(text) };

	g_array_append_val(list, edit);
}

/* An entry goes with the comma before it; as long as none is left before it, with the one behind it. */
static void
remove_entry(const SuiteEdits *edits, GArray *list, gsize start, gsize end, bool first)
{
	if (first) {
		end += strspn(edits->text + end, " \t\n");
		end += edits->text[end] == ',';
		end += strspn(edits->text + end, " \t");
		end -= strchr("]}", edits->text[end]) != NULL && edits->text[end - 1] == ' ';
	} else {
		while (strchr(" \t\n", edits->text[start - 1]) != NULL)
			start--;
		start -= edits->text[start - 1] == ',';
	}
	add_to(list, start, end, "");
}

static void
apply_flow(const SuiteEdits *edits, GArray *list, const SuiteNode *collection, const GString *added)
{
	gsize bracket = suite_edit_flow_end(edits, collection->offset) - 1;
	bool padded = edits->text[bracket] == '}';
	gsize last = bracket;
	guint n_before = list->len;
	guint kept = 0;

	for (guint i = 0; i < collection->n_items; i++) {
		const SuiteNode *key = collection->keys != NULL ? collection->keys[i] : NULL;
		const SuiteNode *item = collection->items[i];
		gsize end = 0;
		if (!suite_edit_entry_end(edits, key, item, &end))
			continue;
		if (!g_hash_table_contains(edits->gone, item))
			kept++;
		else
			remove_entry(edits, list, key != NULL ? key->offset : item->offset, end, kept == 0);
		last = end;
	}
	if (added->len == 0)
		return;
	if (kept == 0) { /* one edit for all that is in the brackets */
		g_array_set_size(list, n_before);
		last = collection->offset + 1;
	}
	g_autofree char *text = g_strdup_printf(kept > 0 ? ", %s" : padded ? " %s " : "%s", added->str);
	add_to(list, last, kept > 0 ? last : bracket, text);
}

/* All changes, of Edit. */
static GArray *
list_edits(const SuiteEdits *edits)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(Edit));
	GHashTableIter iterator;
	gpointer collection;
	gpointer added;

	g_array_set_clear_func(list, edit_clear);
	for (guint i = 0; i < edits->edits->len; i++) {
		const Edit *edit = &g_array_index(edits->edits, Edit, i);
		add_to(list, edit->start, edit->end, edit->text);
	}
	g_hash_table_iter_init(&iterator, edits->flows);
	while (g_hash_table_iter_next(&iterator, &collection, &added))
		apply_flow(edits, list, collection, added);
	return list;
}

static int
compare_edits(gconstpointer a, gconstpointer b)
{
	const Edit *left = *(const Edit *const *)a;
	const Edit *right = *(const Edit *const *)b;

	if (left->start != right->start)
		return left->start < right->start ? -1 : 1;
	if (left->end != right->end)
		return left->end < right->end ? -1 : 1;
	return left < right ? -1 : left > right; /* as they were made */
}

char *
suite_edits_apply(const SuiteEdits *edits)
{
	g_autoptr(GArray) list = list_edits(edits);
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	GString *text = g_string_new(NULL);
	gsize done = 0;

	for (guint i = 0; i < list->len; i++)
		g_ptr_array_add(sorted, &g_array_index(list, Edit, i));
	g_ptr_array_sort(sorted, compare_edits);
	for (guint i = 0; i < sorted->len; i++) {
		const Edit *edit = g_ptr_array_index(sorted, i);
		if (edit->end < done || (edit->start < done && *edit->text != '\0'))
			continue; /* inside of a removed range */
		if (edit->start > done)
			g_string_append_len(text, edits->text + done, (gssize)(edit->start - done));
		g_string_append(text, edit->text);
		done = MAX(done, edit->end);
	}
	g_string_append(text, edits->text + done);
	return g_string_free(text, FALSE);
}
