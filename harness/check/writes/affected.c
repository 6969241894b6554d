#include "check/writes/affected_private.h"

#include "catalog/identity.h"
#include "catalog/list.h"

#include <string.h>

static void
affected_clear_word(gpointer data)
{
	g_free(((AffectedWord *)data)->text);
}

/* --- Words ---------------------------------------------------------------------- */

/* Takes the text, which is in lower case. */
static void
affected_add_word(AffectedSearch *search, char *text, guint reach, bool is_function)
{
	const AffectedWord word = { .text = text, .reach = reach, .is_function = is_function };

	/* In a text these are written in another way. */
	search->anything |= strpbrk(text, "\"\\") != NULL;
	search->moved = true;
	g_array_append_val(search->words, word);
}

/* Adds the name of an affected object to the words to follow. */
static void
affected_push(AffectedSearch *search, AffectedNode *node, guint reach)
{
	reach &= ~node->pushed;
	if (reach == 0)
		return;
	node->pushed |= reach;
	affected_add_word(search, g_strdup(node->name), reach, node->kind == AFFECTED_FUNCTION);
}

static bool
affected_is_addition(const CatalogDifference *difference, CatalogClassId class_id)
{
	static const CatalogClassId additions[] = { CATALOG_SCHEMA,   CATALOG_ENUM,     CATALOG_DOMAIN,
		                                    CATALOG_SEQUENCE, CATALOG_FUNCTION, CATALOG_TABLE,
		                                    CATALOG_INDEX,    CATALOG_VIEW,     CATALOG_STATISTICS };

	if (difference->kind != CATALOG_UNEXPECTED)
		return false;
	for (guint i = 0; i < G_N_ELEMENTS(additions); i++)
		if (additions[i] == class_id)
			return true;
	return false;
}

/* True if the function has the name of another one: calls of that one may now mean the new function, or be
 * ambiguous. */
static bool
affected_is_overload(const CatalogSnapshot *after, const CatalogObject *function)
{
	gsize head = catalog_identity_head(function->name);
	guint n = 0;
	guint first = catalog_snapshot_range(after, CATALOG_FUNCTION, function->schema, NULL, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *other = catalog_snapshot_object(after, i);
		if (other != function && catalog_identity_head(other->name) == head &&
		    strncmp(other->name, function->name, head) == 0 && strcmp(other->name, function->name) != 0)
			return true;
	}
	return false;
}

bool
check_affected_is_change(const CatalogSnapshot *after, const CatalogDifference *difference)
{
	const CatalogObject *object = difference->found != NULL ? difference->found : difference->expected;

	return !affected_is_addition(difference, object->class_id) ||
	       (object->class_id == CATALOG_FUNCTION && affected_is_overload(after, object));
}

/* Code that counts on it has to name it, or the relation that it belongs to. */
static bool
affected_has_name_in_code(CatalogClassId class_id)
{
	return (class_id >= CATALOG_ENUM && class_id <= CATALOG_RANGE) || class_id == CATALOG_SEQUENCE ||
	       class_id == CATALOG_FUNCTION || (class_id >= CATALOG_TABLE && class_id <= CATALOG_VIEW);
}

static void
affected_mark(AffectedSearch *search, const CatalogDifference *difference, bool is_change)
{
	const CatalogObject *object = difference->found != NULL ? difference->found : difference->expected;
	g_autofree char *identity = object->relation != NULL
	                                ? catalog_identity_join(object->schema, NULL, object->relation)
	                                : g_strdup(object->identity);
	AffectedNode *node = g_hash_table_lookup(search->relations, identity);

	if (node == NULL)
		return;
	if (object->class_id == CATALOG_COLUMN && difference->kind == CATALOG_UNEXPECTED)
		node->has_new_columns = true;
	else
		node->triggers_see |= object->class_id == CATALOG_COLUMN || object->class_id == CATALOG_TABLE ||
		                      object->class_id == CATALOG_VIEW || object->class_id == CATALOG_TRIGGER;
	node->changed |= is_change;
}

static void
affected_begin(AffectedSearch *search, const GArray *differences, GHashTable *changed_rows)
{
	GHashTableIter iter;
	gpointer identity;

	for (guint i = 0; i < differences->len; i++) {
		const CatalogDifference *difference = &g_array_index(differences, CatalogDifference, i);
		const CatalogObject *object = difference->found != NULL ? difference->found : difference->expected;
		bool is_change = check_affected_is_change(search->catalog, difference);
		const char *name = object->relation != NULL ? object->relation : object->name;
		bool is_function = object->class_id == CATALOG_FUNCTION;
		search->anything |= is_change && !affected_has_name_in_code(object->class_id);
		affected_mark(search, difference, is_change);
		affected_add_word(search, g_ascii_strdown(name, is_function ? (gssize)catalog_identity_head(name) : -1),
		                  is_change ? AFFECTED_EVERYBODY : AFFECTED_FUNCTIONS, is_function);
	}
	g_hash_table_iter_init(&iter, changed_rows);
	while (g_hash_table_iter_next(&iter, &identity, NULL)) {
		AffectedNode *node = g_hash_table_lookup(search->relations, identity);
		if (node == NULL)
			continue;
		node->changed = true;
		affected_push(search, node, AFFECTED_WORK | AFFECTED_CALLS);
	}
}

/* --- Following them --------------------------------------------------------------- */

/* In which of the texts the words that are new since the last time stand. */
typedef struct {
	guint code;
	guint expressions;
	guint functions; /* words that are functions, in the expressions */
} AffectedFind;

/* Whether the name stands in a text that the server has written, where names are whole. */
static bool
affected_has_name(const char *text, const char *name)
{
	gsize length = strlen(name);

	for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name))
		if ((at == text || !check_affected_is_letter(at[-1])) && !check_affected_is_letter(at[length]))
			return true;
	return false;
}

static AffectedFind
affected_look(const AffectedSearch *search, AffectedNode *node)
{
	AffectedFind find = { 0 };
	bool is_function = node->kind == AFFECTED_FUNCTION;

	for (; node->n_seen < search->words->len; node->n_seen++) {
		const AffectedWord *word = &g_array_index(search->words, AffectedWord, node->n_seen);
		if (is_function && word->is_function && strcmp(node->name, word->text) == 0)
			find.code |= word->reach;
		if (is_function ? strstr(node->code->str, word->text) != NULL
		                : affected_has_name(node->code->str, word->text))
			find.code |= word->reach;
		if (!affected_has_name(node->expressions->str, word->text))
			continue;
		find.expressions |= word->reach;
		if (word->is_function)
			find.functions |= word->reach;
	}
	return find;
}

static void
affected_follow_function(AffectedSearch *search, AffectedNode *node, const AffectedFind *find)
{
	node->reached |= find->code | find->expressions;
	if (node->opaque)
		node->reached |= AFFECTED_WORK | AFFECTED_CALLS;
	/* Who calls it sees its declaration only. */
	affected_push(search, node, find->expressions | (node->reached & ~(guint)AFFECTED_DECLARATION));
}

static void
affected_mark_work(AffectedSearch *search, AffectedNode *node, CheckAffectedWork work)
{
	/* All of it is more than a part of it, by the same way. */
	bool is_more = node->work == CHECK_AFFECTED_NOT || work == CHECK_AFFECTED_ALL ||
	               (node->work == CHECK_AFFECTED_KEYS_DELETE && work == CHECK_AFFECTED_BY_KEYS);

	if (!is_more || node->work == work)
		return;
	node->work = work;
	search->moved = true;
}

static void
affected_follow_relation(AffectedSearch *search, AffectedNode *node, const AffectedFind *find)
{
	guint found = find->code | find->expressions;
	guint works = find->code | find->functions | (node->n_rules > 0 ? find->expressions : 0);

	if (node->opaque) {
		found |= AFFECTED_WORK | AFFECTED_CALLS;
		works |= AFFECTED_WORK;
	}
	if ((works & AFFECTED_WORK) != 0)
		affected_mark_work(search, node, search->follows_keys ? CHECK_AFFECTED_BY_KEYS : CHECK_AFFECTED_ALL);
	affected_push(search, node, found);
}

static void
affected_follow(AffectedSearch *search, AffectedNode *node)
{
	AffectedFind find = affected_look(search, node);

	switch (node->kind) {
	case AFFECTED_RELATION:
		affected_follow_relation(search, node, &find);
		break;
	case AFFECTED_FUNCTION:
		affected_follow_function(search, node, &find);
		break;
	case AFFECTED_TYPE:
		affected_push(search, node, find.expressions);
		break;
	case AFFECTED_IMPLICIT:
		search->anything |= (find.expressions & AFFECTED_WORK) != 0;
		break;
	}
}

/* --- From table to table ------------------------------------------------------------ */

static void
affected_reach(AffectedSearch *search, const char *identity, CheckAffectedWork work)
{
	AffectedNode *node = g_hash_table_lookup(search->relations, identity);

	if (node == NULL) {
		search->anything = true;
		return;
	}
	/* Without code of its own, the relation's writes work as before. */
	if (work == CHECK_AFFECTED_KEYS_DELETE || node->has_code)
		affected_mark_work(search, node, work);
	affected_push(search, node, AFFECTED_WORK | AFFECTED_CALLS);
}

static bool
affected_takes_rows(const CatalogObject *key)
{
	const CatalogAttribute *action = catalog_object_attribute(key, "on_delete");

	return action != NULL && strcmp(action->value, "no action") != 0 && strcmp(action->value, "restrict") != 0;
}

/* A row of another table that goes takes rows of this one with it, or changes them. */
static void
affected_follow_keys(AffectedSearch *search, const AffectedNode *node)
{
	guint n = 0;
	guint first = catalog_snapshot_range(search->catalog, CATALOG_FOREIGN_KEY, node->object->schema,
	                                     node->object->name, &n);

	for (guint i = first; i < first + n; i++) {
		const CatalogObject *key = catalog_snapshot_object(search->catalog, i);
		const CatalogAttribute *references = catalog_object_attribute(key, "references");
		if (references == NULL || !affected_takes_rows(key))
			continue;
		g_autofree char *parent = g_strndup(references->value, catalog_identity_head(references->value));
		affected_reach(search, parent, CHECK_AFFECTED_KEYS_DELETE);
	}
}

/* A change of a partition affects its parents, because writes go through them. */
static void
affected_follow_parents(AffectedSearch *search, const AffectedNode *node)
{
	const CatalogAttribute *one = catalog_object_attribute(node->object, "partition_of");
	const CatalogAttribute *many = catalog_object_attribute(node->object, "inherits");
	g_auto(GStrv) parents = many != NULL ? catalog_list_parse(many->value) : NULL;

	/* Nobody tries a partition by itself. */
	search->keys_are_simple &= one == NULL && many == NULL;
	if (one != NULL)
		affected_reach(search, one->value, CHECK_AFFECTED_ALL);
	for (guint i = 0; parents != NULL && parents[i] != NULL; i++)
		affected_reach(search, parents[i], CHECK_AFFECTED_ALL);
}

static void
affected_follow_tables(AffectedSearch *search)
{
	for (guint i = 0; i < search->nodes->len; i++) {
		const AffectedNode *node = g_ptr_array_index(search->nodes, i);
		if (node->kind != AFFECTED_RELATION || (node->work == CHECK_AFFECTED_NOT && !node->changed))
			continue;
		affected_follow_parents(search, node);
		if (search->follows_keys && (node->work != CHECK_AFFECTED_NOT || node->has_code))
			affected_follow_keys(search, node);
	}
}

static void
affected_follow_all(AffectedSearch *search)
{
	do {
		search->moved = false;
		for (guint i = 0; i < search->nodes->len; i++)
			affected_follow(search, g_ptr_array_index(search->nodes, i));
		affected_follow_tables(search);
	} while (search->moved);
}

/* --- All of it ------------------------------------------------------------------------ */

/* Whether a column more can make a difference for some trigger function. */
static bool
affected_sees_rows(const AffectedSearch *search)
{
	for (guint i = 0; i < search->nodes->len; i++) {
		const AffectedNode *node = g_ptr_array_index(search->nodes, i);
		if (node->kind == AFFECTED_FUNCTION && node->sees_rows &&
		    strstr(node->expressions->str, "trigger") != NULL)
			return true;
	}
	return false;
}

static void
affected_collect(const AffectedSearch *search, CheckAffected *affected)
{
	affected->anything = search->anything;
	affected->keys_are_simple = search->keys_are_simple;
	affected->relations = g_hash_table_new(NULL, NULL);
	affected->functions = g_ptr_array_new();
	affected->declarations = g_ptr_array_new();
	affected->triggered = g_ptr_array_new();
	bool sees_rows = affected_sees_rows(search);
	for (guint i = 0; i < search->nodes->len; i++) {
		const AffectedNode *node = g_ptr_array_index(search->nodes, i);
		if (node->kind == AFFECTED_RELATION && (node->has_code || node->work != CHECK_AFFECTED_NOT))
			g_hash_table_insert(affected->relations, (gpointer)node->object, GUINT_TO_POINTER(node->work));
		if (node->has_triggers && (node->triggers_see || (node->has_new_columns && sees_rows)))
			g_ptr_array_add(affected->triggered, (gpointer)node->object);
		if (node->kind == AFFECTED_FUNCTION && ((node->reached | node->pushed) & AFFECTED_CALLS) != 0)
			g_ptr_array_add(affected->functions, (gpointer)node->object);
		if (node->kind == AFFECTED_FUNCTION && (node->reached & AFFECTED_DECLARATION) != 0)
			g_ptr_array_add(affected->declarations, (gpointer)node->object);
	}
}

void
check_affected_find(const CatalogSnapshot *after, const GArray *differences, GHashTable *changed_rows,
                    CheckAffected *ret_affected)
{
	AffectedSearch search = {
		.catalog = after,
		.keys_are_simple = true,
		.nodes = g_ptr_array_new_with_free_func(check_affected_free_node),
		.relations = g_hash_table_new(g_str_hash, g_str_equal),
		.heads = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.words = g_array_new(FALSE, FALSE, sizeof(AffectedWord)),
	};

	g_array_set_clear_func(search.words, affected_clear_word);
	check_affected_read(&search);
	affected_begin(&search, differences, changed_rows);
	affected_follow_all(&search);
	search.follows_keys = true;
	affected_follow_all(&search);
	*ret_affected = (CheckAffected){ 0 };
	affected_collect(&search, ret_affected);
	g_array_unref(search.words);
	g_hash_table_unref(search.heads);
	g_hash_table_unref(search.relations);
	g_ptr_array_unref(search.nodes);
}

void
check_affected_clear(CheckAffected *affected)
{
	g_clear_pointer(&affected->relations, g_hash_table_unref);
	g_clear_pointer(&affected->functions, g_ptr_array_unref);
	g_clear_pointer(&affected->declarations, g_ptr_array_unref);
	g_clear_pointer(&affected->triggered, g_ptr_array_unref);
}
