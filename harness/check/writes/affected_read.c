#include "check/writes/affected_private.h"

#include "catalog/identity.h"

#include <string.h>

bool
check_affected_is_letter(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (c & 0x80) != 0;
}

void
check_affected_free_node(gpointer data)
{
	AffectedNode *node = data;

	g_free(node->name);
	g_string_free(node->code, TRUE);
	g_string_free(node->expressions, TRUE);
	g_free(node);
}

static AffectedNode *
affected_add_node(AffectedSearch *search, AffectedKind kind, const CatalogObject *object)
{
	AffectedNode *node = g_new0(AffectedNode, 1);

	node->kind = kind;
	node->object = object;
	node->name = g_ascii_strdown(object->name,
	                             kind == AFFECTED_FUNCTION ? (gssize)catalog_identity_head(object->name) : -1);
	node->code = g_string_new(NULL);
	node->expressions = g_string_new(NULL);
	g_ptr_array_add(search->nodes, node);
	return node;
}

/* Its own name is a word where it is one; a comment counts on nothing. */
static void
affected_add_texts(GString *text, const CatalogObject *object, const char *but)
{
	for (guint i = 0; i < object->n_attributes; i++) {
		const CatalogAttribute *attribute = &object->attributes[i];
		if (attribute->kind != CATALOG_VALUE_TEXT && attribute->kind != CATALOG_VALUE_LIST)
			continue;
		if (strcmp(attribute->name, "comment") == 0 || g_strcmp0(attribute->name, but) == 0)
			continue;
		g_autofree char *lower = g_ascii_strdown(attribute->value, -1);
		g_string_append(text, lower);
		g_string_append_c(text, '\n');
	}
}

/* Whether a body uses NEW or OLD as a whole, and not only to return it or to name a column of it. */
static bool
affected_uses_row(const char *body, const char *row)
{
	for (const char *at = strstr(body, row); at != NULL; at = strstr(at + 1, row)) {
		const char *before = at;
		const char *after = at + strlen(row);
		if ((at > body && check_affected_is_letter(at[-1])) || check_affected_is_letter(*after))
			continue;
		while (before > body && g_ascii_isspace(before[-1]))
			before--;
		if (*after == '.' ? !check_affected_is_letter(after[1])
		                  : before - body < 6 || strncmp(before - 6, "return", 6) != 0)
			return true;
	}
	return false;
}

static void
affected_add_function(AffectedSearch *search, const CatalogObject *object)
{
	AffectedNode *node = affected_add_node(search, AFFECTED_FUNCTION, object);
	const CatalogAttribute *body = catalog_object_attribute(object, "body");
	const CatalogAttribute *language = catalog_object_attribute(object, "language");

	g_hash_table_add(search->heads, g_strndup(object->identity, catalog_identity_head(object->identity)));
	affected_add_texts(node->expressions, object, "body");
	if (body == NULL)
		return;
	g_autofree char *lower = g_ascii_strdown(body->value, -1);
	g_string_append(node->code, lower);
	node->opaque = (language != NULL && strcmp(language->value, "plpgsql") != 0 &&
	                strcmp(language->value, "sql") != 0) ||
	               strstr(lower, "execute") != NULL;
	node->sees_rows = affected_uses_row(lower, "new") || affected_uses_row(lower, "old");
	/* It can find out who has made a row go. */
	search->keys_are_simple &= strstr(lower, "pg_trigger_depth") == NULL;
}

static void
affected_add_relation(AffectedSearch *search, const CatalogObject *object)
{
	AffectedNode *node = affected_add_node(search, AFFECTED_RELATION, object);
	const CatalogAttribute *materialized = catalog_object_attribute(object, "materialized");
	bool is_filled = materialized != NULL && strcmp(materialized->value, "true") == 0;

	g_hash_table_insert(search->relations, (gpointer)object->identity, node);
	affected_add_texts(is_filled ? node->code : node->expressions, object, NULL);
	node->n_rules = is_filled;
}

/* Foreign keys are left out here: cascades are followed separately. */
static void
affected_add_part(AffectedSearch *search, const CatalogObject *object)
{
	g_autofree char *identity = catalog_identity_join(object->schema, NULL, object->relation);
	AffectedNode *node = g_hash_table_lookup(search->relations, identity);
	const CatalogAttribute *function = catalog_object_attribute(object, "function");
	bool is_rule = object->class_id == CATALOG_TRIGGER || object->class_id == CATALOG_POLICY ||
	               object->class_id == CATALOG_RULE;

	if (node == NULL || object->class_id == CATALOG_FOREIGN_KEY)
		return;
	affected_add_texts(is_rule ? node->code : node->expressions, object, NULL);
	node->n_rules += is_rule;
	node->has_triggers |= object->class_id == CATALOG_TRIGGER;
	/* Functions of extensions and of the server itself are in no snapshot. */
	node->opaque |= object->class_id == CATALOG_TRIGGER && function != NULL &&
	                !g_hash_table_contains(search->heads, function->value);
}

static bool
affected_is_implicit(CatalogClassId class_id)
{
	return class_id == CATALOG_BASE_TYPE || (class_id >= CATALOG_OPERATOR && class_id <= CATALOG_TRANSFORM) ||
	       (class_id >= CATALOG_TEXT_SEARCH_PARSER && class_id <= CATALOG_TEXT_SEARCH_CONFIGURATION);
}

static bool
affected_names_function(const AffectedSearch *search, const char *text)
{
	for (guint i = 0; i < search->nodes->len; i++) {
		const AffectedNode *node = g_ptr_array_index(search->nodes, i);
		if (node->kind == AFFECTED_FUNCTION && strstr(text, node->name) != NULL)
			return true;
	}
	return false;
}

static void
affected_find_code(AffectedSearch *search)
{
	for (guint i = 0; i < search->nodes->len; i++) {
		AffectedNode *node = g_ptr_array_index(search->nodes, i);
		if (node->kind == AFFECTED_RELATION)
			node->has_code = node->n_rules > 0 || affected_names_function(search, node->expressions->str);
	}
}

void
check_affected_read(AffectedSearch *search)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new();

	for (guint i = 0; i < catalog_snapshot_size(search->catalog); i++) {
		const CatalogObject *object = catalog_snapshot_object(search->catalog, i);
		CatalogClassId class_id = object->class_id;
		if (class_id == CATALOG_FUNCTION)
			affected_add_function(search, object);
		else if (class_id == CATALOG_TABLE || class_id == CATALOG_VIEW)
			affected_add_relation(search, object);
		else if (class_id >= CATALOG_ENUM && class_id <= CATALOG_RANGE)
			affected_add_texts(affected_add_node(search, AFFECTED_TYPE, object)->expressions, object, NULL);
		else if (affected_is_implicit(class_id))
			affected_add_texts(affected_add_node(search, AFFECTED_IMPLICIT, object)->expressions, object,
			                   NULL);
		else if (object->relation != NULL)
			g_ptr_array_add(parts, (gpointer)object);
	}
	/* Parts of views precede their views, so they are added last. */
	for (guint i = 0; i < parts->len; i++)
		affected_add_part(search, g_ptr_array_index(parts, i));
	affected_find_code(search);
}
