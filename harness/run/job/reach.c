#include "run/job/reach.h"
#include "run/job/reach_words.h"

#include "catalog/identity.h"

#include <string.h>

typedef enum {
	REACH_NAMED = 1 << 0,  /* by a migration */
	REACH_USER = 1 << 1,   /* it names one that is reached in this way, or that is named */
	REACH_USED = 1 << 2,   /* one of the others names it: it runs, or is read, when that is used */
	REACH_CHILD = 1 << 3,  /* its rows refer to rows of one of those */
	REACH_PARENT = 1 << 4, /* their rows refer to its rows */
} ReachWay;

#define REACH_BY_WORK (REACH_NAMED | REACH_USED | REACH_CHILD)

/* A table or view with its parts; a function; a type; a sequence. */
typedef struct {
	const CatalogObject *object;
	char *name; /* a word */
	GHashTable *words;
	GPtrArray *parents; /* of ReachNode *: whose rows its foreign keys refer to */
	GPtrArray *takers;  /* those of them whose rows take rows of its own with them, or change them */
	bool opaque;        /* code that may use objects without naming them */
	guint ways;         /* of ReachWay */
} ReachNode;

typedef struct {
	GPtrArray *nodes;      /* of ReachNode * */
	GHashTable *relations; /* identity -> ReachNode * */
	GHashTable *named;     /* word -> GPtrArray of ReachNode *: of that name, or with a part of that name */
	GHashTable *users;     /* word -> GPtrArray of ReachNode *: in whose texts it stands */
	bool follows_rows;     /* along all foreign keys; else only to rows that take others with them */
	bool moved;
} Reach;

static void
reach_free_node(gpointer data)
{
	ReachNode *node = data;

	g_free(node->name);
	g_hash_table_unref(node->words);
	g_ptr_array_unref(node->parents);
	g_ptr_array_unref(node->takers);
	g_free(node);
}

static void
reach_clear(Reach *reach)
{
	g_hash_table_unref(reach->users);
	g_hash_table_unref(reach->named);
	g_hash_table_unref(reach->relations);
	g_ptr_array_unref(reach->nodes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reach, reach_clear)

/* --- Reading the catalog -------------------------------------------------------------- */

static void
reach_list(GHashTable *lists, const char *word, ReachNode *node)
{
	GPtrArray *list = g_hash_table_lookup(lists, word);

	if (list == NULL) {
		list = g_ptr_array_new();
		g_hash_table_insert(lists, g_strdup(word), list);
	}
	g_ptr_array_add(list, node);
}

/* A name of several words is known by its longest one. */
static char *
reach_word_of(const char *name, gssize length)
{
	g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *text = g_strndup(name, length >= 0 ? (gsize)length : strlen(name));
	GHashTableIter iter;
	gpointer word;
	const char *longest = "";

	run_reach_add_words(text, words);
	g_hash_table_iter_init(&iter, words);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		if (strlen(word) > strlen(longest) || (strlen(word) == strlen(longest) && strcmp(word, longest) < 0))
			longest = word;
	return g_strdup(longest);
}

/* Who owns it and who may use it is no use of it. */
static void
reach_add_texts(ReachNode *node, const CatalogObject *object)
{
	for (guint i = 0; i < object->n_attributes; i++) {
		const CatalogAttribute *attribute = &object->attributes[i];
		if ((attribute->kind == CATALOG_VALUE_TEXT || attribute->kind == CATALOG_VALUE_LIST) &&
		    strcmp(attribute->name, "comment") != 0 && strcmp(attribute->name, "owner") != 0 &&
		    strcmp(attribute->name, "privileges") != 0)
			run_reach_add_words(attribute->value, node->words);
	}
}

static bool
reach_is_opaque(const CatalogObject *function)
{
	const CatalogAttribute *language = catalog_object_attribute(function, "language");
	const CatalogAttribute *body = catalog_object_attribute(function, "body");

	return language == NULL || (strcmp(language->value, "sql") != 0 && strcmp(language->value, "plpgsql") != 0) ||
	       body == NULL || run_reach_looks_around(body->value);
}

static void
reach_add_node(Reach *reach, const CatalogObject *object)
{
	ReachNode *node = g_new0(ReachNode, 1);
	bool is_function = object->class_id == CATALOG_FUNCTION;

	node->object = object;
	node->name = reach_word_of(object->name, is_function ? (gssize)catalog_identity_head(object->name) : -1);
	node->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	node->parents = g_ptr_array_new();
	node->takers = g_ptr_array_new();
	node->opaque = is_function && reach_is_opaque(object);
	reach_add_texts(node, object);
	g_ptr_array_add(reach->nodes, node);
	reach_list(reach->named, node->name, node);
	if (object->class_id == CATALOG_TABLE || object->class_id == CATALOG_VIEW)
		g_hash_table_insert(reach->relations, (gpointer)object->identity, node);
}

static void
reach_add_key(Reach *reach, ReachNode *node, const CatalogObject *key, const CatalogAttribute *references)
{
	const CatalogAttribute *action = catalog_object_attribute(key, "on_delete");
	g_autofree char *parent = g_strndup(references->value, catalog_identity_head(references->value));
	ReachNode *other = g_hash_table_lookup(reach->relations, parent);

	if (other == NULL)
		return;
	g_ptr_array_add(node->parents, other);
	if (action != NULL && strcmp(action->value, "no action") != 0 && strcmp(action->value, "restrict") != 0)
		g_ptr_array_add(node->takers, other);
}

/* Rows that refer to others are followed by themselves. */
static void
reach_add_part(Reach *reach, const CatalogObject *object)
{
	g_autofree char *identity = catalog_identity_join(object->schema, NULL, object->relation);
	ReachNode *node = g_hash_table_lookup(reach->relations, identity);
	const CatalogAttribute *references = object->class_id == CATALOG_FOREIGN_KEY
	                                         ? catalog_object_attribute(object, "references")
	                                         : NULL;

	if (node == NULL)
		return;
	if (references == NULL)
		reach_add_texts(node, object);
	else
		reach_add_key(reach, node, object, references);
	if (object->class_id == CATALOG_COLUMN)
		return;
	g_autofree char *name = reach_word_of(object->name, -1);
	reach_list(reach->named, name, node);
}

static bool
reach_is_node(CatalogClassId class_id)
{
	return (class_id >= CATALOG_ENUM && class_id <= CATALOG_FUNCTION) || class_id == CATALOG_TABLE ||
	       class_id == CATALOG_VIEW;
}

static void
reach_read(Reach *reach, const CatalogSnapshot *catalog)
{
	GHashTableIter iter;
	gpointer word;

	for (guint i = 0; i < catalog_snapshot_size(catalog); i++)
		if (reach_is_node(catalog_snapshot_object(catalog, i)->class_id))
			reach_add_node(reach, catalog_snapshot_object(catalog, i));
	for (guint i = 0; i < catalog_snapshot_size(catalog); i++)
		if (catalog_snapshot_object(catalog, i)->relation != NULL)
			reach_add_part(reach, catalog_snapshot_object(catalog, i));
	for (guint i = 0; i < reach->nodes->len; i++) {
		ReachNode *node = g_ptr_array_index(reach->nodes, i);
		g_hash_table_iter_init(&iter, node->words);
		while (g_hash_table_iter_next(&iter, &word, NULL))
			reach_list(reach->users, word, node);
	}
}

/* --- Following names and keys ------------------------------------------------------------ */

static void
reach_mark(Reach *reach, ReachNode *node, ReachWay way)
{
	if ((node->ways & way) != 0)
		return;
	node->ways |= way;
	reach->moved = true;
}

static void
reach_mark_all(Reach *reach, const GPtrArray *nodes, ReachWay way)
{
	for (guint i = 0; nodes != NULL && i < nodes->len; i++)
		reach_mark(reach, g_ptr_array_index(nodes, i), way);
}

static void
reach_mark_words(Reach *reach, GHashTable *words, ReachWay way)
{
	GHashTableIter iter;
	gpointer word;

	g_hash_table_iter_init(&iter, words);
	while (g_hash_table_iter_next(&iter, &word, NULL))
		reach_mark_all(reach, g_hash_table_lookup(reach->named, word), way);
}

static void
reach_follow(Reach *reach, ReachNode *node)
{
	if ((node->ways & (REACH_NAMED | REACH_USER)) != 0)
		reach_mark_all(reach, g_hash_table_lookup(reach->users, node->name), REACH_USER);
	if ((node->ways & ~(guint)REACH_PARENT) != 0)
		reach_mark_words(reach, node->words, REACH_USED);
	if (node->ways != 0)
		reach_mark_all(reach, reach->follows_rows ? node->parents : node->takers, REACH_PARENT);
	for (guint i = 0; reach->follows_rows && i < node->parents->len && (node->ways & REACH_CHILD) == 0; i++)
		if ((((ReachNode *)g_ptr_array_index(node->parents, i))->ways & REACH_BY_WORK) != 0)
			reach_mark(reach, node, REACH_CHILD);
}

static void
reach_follow_to_end(Reach *reach)
{
	do {
		reach->moved = false;
		for (guint i = 0; i < reach->nodes->len; i++)
			reach_follow(reach, g_ptr_array_index(reach->nodes, i));
	} while (reach->moved);
}

/* False if code that may use anything has been reached. */
static bool
reach_follow_all(Reach *reach)
{
	reach_follow_to_end(reach);
	for (guint i = 0; i < reach->nodes->len; i++) {
		const ReachNode *node = g_ptr_array_index(reach->nodes, i);
		if (node->opaque && (node->ways & REACH_BY_WORK) != 0)
			return false;
	}
	return true;
}

/* --- All of it ----------------------------------------------------------------------------- */

static guint
reach_count(const CatalogSnapshot *catalog, CatalogClassId class_id)
{
	guint n = 0;

	catalog_snapshot_range(catalog, class_id, NULL, NULL, &n);
	return n;
}

static GPtrArray *
reach_collect_others(const Reach *reach)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < reach->nodes->len; i++) {
		const ReachNode *node = g_ptr_array_index(reach->nodes, i);
		if (node->ways == 0 && node->object->class_id == CATALOG_TABLE)
			g_ptr_array_add(others, g_strdup(node->object->identity));
	}
	return others->len >= RUN_REACH_WORTH ? g_steal_pointer(&others) : NULL;
}

static void
reach_init(Reach *reach)
{
	reach->nodes = g_ptr_array_new_with_free_func(reach_free_node);
	reach->relations = g_hash_table_new(g_str_hash, g_str_equal);
	reach->named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	reach->users = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

GPtrArray *
run_reach_find_others(const CatalogSnapshot *base, const GPtrArray *migrations)
{
	g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(Reach) reach = { .follows_rows = true };

	reach_init(&reach);
	/* An event trigger runs for all that anybody does. */
	if (reach_count(base, CATALOG_TABLE) < RUN_REACH_WORTH || reach_count(base, CATALOG_EVENT_TRIGGER) > 0)
		return NULL;
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		if (!run_reach_add_script(migration->up, words) || !run_reach_add_script(migration->down, words))
			return NULL;
	}
	reach_read(&reach, base);
	reach_mark_words(&reach, words, REACH_NAMED);
	return reach_follow_all(&reach) ? reach_collect_others(&reach) : NULL;
}

/* Code that does not say what it uses may use what the migration changes. */
static void
reach_follow_opaque(Reach *reach)
{
	for (guint i = 0; i < reach->nodes->len; i++) {
		ReachNode *node = g_ptr_array_index(reach->nodes, i);
		if (node->opaque)
			reach_mark(reach, node, REACH_USER);
	}
	reach_follow_to_end(reach);
}

/* A key that goes with what the migration drops is part of the table that has it. */
static bool
reach_is_touched(const ReachNode *node)
{
	bool touched = node->ways != 0;

	for (guint i = 0; i < node->parents->len; i++)
		touched |= (((const ReachNode *)g_ptr_array_index(node->parents, i))->ways & REACH_NAMED) != 0;
	return touched;
}

GPtrArray *
run_reach_find_touched(const CatalogSnapshot *catalog, const Migration *migration)
{
	g_autoptr(GHashTable) words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_auto(Reach) reach = { 0 };

	reach_init(&reach);
	if (reach_count(catalog, CATALOG_EVENT_TRIGGER) > 0 || !run_reach_add_script(migration->up, words))
		return NULL;
	reach_read(&reach, catalog);
	reach_mark_words(&reach, words, REACH_NAMED);
	if (!reach_follow_all(&reach))
		return NULL;
	reach_follow_opaque(&reach);
	GPtrArray *touched = g_ptr_array_new();
	for (guint i = 0; i < reach.nodes->len; i++) {
		const ReachNode *node = g_ptr_array_index(reach.nodes, i);
		if (reach_is_touched(node))
			g_ptr_array_add(touched, (gpointer)node->object);
	}
	return touched;
}
