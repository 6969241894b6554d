#include "impact/relations.h"

#include <string.h>

struct ImpactRelations {
	GHashTable *by_oid;   /* guint -> ImpactRelation * */
	GHashTable *excluded; /* of guint: excluded relations */
	const CatalogExclusions *exclusions;
};

static void
relations_free_one(gpointer data)
{
	ImpactRelation *relation = data;

	g_free(relation->name);
	g_free(relation->relname);
	g_free(relation);
}

ImpactRelations *
impact_relations_new(const CatalogExclusions *exclusions)
{
	ImpactRelations *relations = g_new0(ImpactRelations, 1);

	relations->by_oid = g_hash_table_new_full(NULL, NULL, NULL, relations_free_one);
	relations->excluded = g_hash_table_new(NULL, NULL);
	relations->exclusions = exclusions;
	return relations;
}

void
impact_relations_free(ImpactRelations *relations)
{
	if (relations == NULL)
		return;
	g_hash_table_unref(relations->by_oid);
	g_hash_table_unref(relations->excluded);
	g_free(relations);
}

ImpactRelation *
impact_relations_find(const ImpactRelations *relations, guint oid)
{
	return g_hash_table_lookup(relations->by_oid, GUINT_TO_POINTER(oid));
}

/* --- Taking ------------------------------------------------------------------- */

/* Belongs to the migration tool: its history, and what hangs on it. */
static bool
relations_is_excluded(const ImpactRelations *relations, const char *name, guint parent)
{
	const CatalogExclusions *exclusions = relations->exclusions;

	if (g_hash_table_contains(relations->excluded, GUINT_TO_POINTER(parent)) ||
	    (exclusions != NULL && exclusions->tables != NULL && g_strv_contains(exclusions->tables, name)))
		return true;
	for (const char *const *schema = exclusions != NULL ? exclusions->schemas : NULL;
	     schema != NULL && *schema != NULL; schema++)
		if (g_str_has_prefix(name, *schema) && name[strlen(*schema)] == '.')
			return true;
	return false;
}

ImpactRelation *
impact_relations_take(ImpactRelations *relations, guint oid, const char *name, const char *relname, char kind,
                      guint parent)
{
	ImpactRelation *relation = impact_relations_find(relations, oid);

	if (relation == NULL) {
		if (relations_is_excluded(relations, name, parent)) {
			g_hash_table_add(relations->excluded, GUINT_TO_POINTER(oid));
			return NULL;
		}
		relation = g_new0(ImpactRelation, 1);
		relation->oid = oid;
		relation->size = -1;
		g_hash_table_insert(relations->by_oid, GUINT_TO_POINTER(oid), relation);
	}
	if (g_strcmp0(relation->name, name) != 0) {
		g_free(relation->name);
		g_free(relation->relname);
		relation->name = g_strdup(name);
		relation->relname = g_strdup(relname);
	}
	relation->kind = kind;
	relation->parent = parent;
	return relation;
}

void
impact_relations_remove(ImpactRelations *relations, guint oid)
{
	g_hash_table_remove(relations->by_oid, GUINT_TO_POINTER(oid));
	g_hash_table_remove(relations->excluded, GUINT_TO_POINTER(oid));
}

void
impact_relations_each(ImpactRelations *relations, void (*function)(ImpactRelation *relation, void *data), void *data)
{
	GHashTableIter iterator;
	gpointer relation;

	g_hash_table_iter_init(&iterator, relations->by_oid);
	while (g_hash_table_iter_next(&iterator, NULL, &relation))
		function(relation, data);
}

ImpactRelation *
impact_relations_top(const ImpactRelations *relations, ImpactRelation *relation)
{
	ImpactRelation *parent;

	while (relation->parent != 0 && (parent = impact_relations_find(relations, relation->parent)) != NULL)
		relation = parent;
	return relation;
}

/* --- Names -------------------------------------------------------------------- */

static bool
relations_is_word_character(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

bool
impact_has_word(const char *text, const char *word)
{
	gsize length = strlen(word);

	for (const char *next = text; *next != '\0'; next++)
		if (g_ascii_strncasecmp(next, word, length) == 0 &&
		    (next == text || !relations_is_word_character(next[-1])) &&
		    !relations_is_word_character(next[length]))
			return true;
	return false;
}

/* An index of the table that the text names. */
typedef struct {
	guint table;
	const char *text;
	bool found;
} IndexSearch;

static void
relations_look_for_index(ImpactRelation *relation, void *data)
{
	IndexSearch *search = data;

	search->found = search->found ||
	                (relation->parent == search->table && (relation->kind == 'i' || relation->kind == 'I') &&
	                 impact_has_word(search->text, relation->relname));
}

static bool
relations_names_index(const ImpactRelations *relations, guint table, const char *text)
{
	IndexSearch search = { .table = table, .text = text };

	impact_relations_each((ImpactRelations *)relations, relations_look_for_index, &search);
	return search.found;
}

bool
impact_relations_named(const ImpactRelations *relations, ImpactRelation *relation, const char *also,
                       const char *statement)
{
	const ImpactRelation *top = impact_relations_top(relations, relation);

	return impact_has_word(statement, relation->relname) || impact_has_word(statement, top->relname) ||
	       (also != NULL && impact_has_word(statement, also)) ||
	       relations_names_index(relations, relation->oid, statement);
}
