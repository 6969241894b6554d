#include "catalog/render.h"

#include "catalog/identity.h"
#include "catalog/yaml.h"

#include <string.h>

/* Maximum number of characters of an object on one line. */
#define LINE_WIDTH 120

/* The defaults of the fixture language; docs/catalog.md lists them. */
static const struct {
	CatalogClassId class_id;
	const char *name;
	const char *value; /* NULL: whatever it is */
	bool written;      /* also when it has this value */
} defaults[] = {
	{ CATALOG_LANGUAGE, "trusted", "false" },
	{ CATALOG_COLLATION, "provider", "libc" },
	{ CATALOG_COLLATION, "deterministic", "true" },
	{ CATALOG_DOMAIN, "nullable", "true" },
	{ CATALOG_BASE_TYPE, "defined", "true" },
	{ CATALOG_BASE_TYPE, "by_value", "false" },
	{ CATALOG_BASE_TYPE, "alignment", "int4" },
	{ CATALOG_BASE_TYPE, "storage", "plain" },
	{ CATALOG_BASE_TYPE, "category", "U" },
	{ CATALOG_BASE_TYPE, "preferred", "false" },
	{ CATALOG_BASE_TYPE, "delimiter", "," },
	{ CATALOG_BASE_TYPE, "collatable", "false" },
	{ CATALOG_SEQUENCE, "type", "bigint" },
	{ CATALOG_SEQUENCE, "start", "1" },
	{ CATALOG_SEQUENCE, "minimum", "1" },
	{ CATALOG_SEQUENCE, "maximum", "9223372036854775807" },
	{ CATALOG_SEQUENCE, "increment", "1" },
	{ CATALOG_SEQUENCE, "cache", "1" },
	{ CATALOG_SEQUENCE, "cycle", "false" },
	{ CATALOG_SEQUENCE, "identity", "false" },
	{ CATALOG_FUNCTION, "kind", "function" },
	{ CATALOG_FUNCTION, "arguments", "" },
	{ CATALOG_FUNCTION, "volatility", "volatile" },
	{ CATALOG_FUNCTION, "security", "invoker" },
	{ CATALOG_FUNCTION, "strict", "false" },
	{ CATALOG_FUNCTION, "leakproof", "false" },
	{ CATALOG_FUNCTION, "parallel", "unsafe" },
	{ CATALOG_FUNCTION, "cost", "100" },
	{ CATALOG_FUNCTION, "rows", "1000" },
	{ CATALOG_OPERATOR, "hashes", "false" },
	{ CATALOG_OPERATOR, "merges", "false" },
	{ CATALOG_OPERATOR_CLASS, "default", "false" },
	{ CATALOG_CAST, "context", "explicit" },
	{ CATALOG_TABLE, "kind", "table" },
	{ CATALOG_TABLE, "persistence", "permanent" },
	{ CATALOG_TABLE, "replica_identity", "default" },
	{ CATALOG_TABLE, "row_security_enabled", NULL }, /* shown as row_security */
	{ CATALOG_TABLE, "row_security_forced", NULL },
	{ CATALOG_COLUMN, "position", NULL }, /* shown by the order */
	{ CATALOG_PRIMARY_KEY, "deferrable", "false" },
	{ CATALOG_PRIMARY_KEY, "initially_deferred", "false" },
	{ CATALOG_UNIQUE, "deferrable", "false" },
	{ CATALOG_UNIQUE, "initially_deferred", "false" },
	{ CATALOG_UNIQUE, "nulls_not_distinct", "false" },
	{ CATALOG_FOREIGN_KEY, "on_delete", "no action" },
	{ CATALOG_FOREIGN_KEY, "on_update", "no action" },
	{ CATALOG_FOREIGN_KEY, "match", "simple" },
	{ CATALOG_FOREIGN_KEY, "deferrable", "false" },
	{ CATALOG_FOREIGN_KEY, "initially_deferred", "false" },
	{ CATALOG_FOREIGN_KEY, "validated", "true" },
	{ CATALOG_FOREIGN_KEY, "enforced", "true" },
	{ CATALOG_CHECK, "validated", "true" },
	{ CATALOG_CHECK, "no_inherit", "false" },
	{ CATALOG_CHECK, "enforced", "true" },
	{ CATALOG_EXCLUSION, "deferrable", "false" },
	{ CATALOG_EXCLUSION, "initially_deferred", "false" },
	{ CATALOG_INDEX, "method", "btree" },
	{ CATALOG_INDEX, "unique", "false" },
	{ CATALOG_INDEX, "valid", "true" },
	{ CATALOG_INDEX, "nulls_not_distinct", "false" },
	{ CATALOG_POLICY, "permissive", "true" },
	{ CATALOG_TRIGGER, "enabled", "origin" },
	{ CATALOG_TRIGGER, "constraint", "false" },
	{ CATALOG_TRIGGER, "deferrable", "false" },
	{ CATALOG_TRIGGER, "initially_deferred", "false" },
	{ CATALOG_VIEW, "materialized", "false" },
	{ CATALOG_RULE, "instead", "false" },
	{ CATALOG_RULE, "enabled", "origin" },
	/* A view that lost its rows is no other view: said always, so that a fixture sees it. */
	{ CATALOG_VIEW, "populated", "true", .written = true },
	{ CATALOG_STATISTICS, "kinds", "[\"dependencies\",\"mcv\",\"ndistinct\"]" },
	{ CATALOG_EVENT_TRIGGER, "enabled", "origin" },
	{ CATALOG_PUBLICATION, "all_tables", "false" },
	{ CATALOG_PUBLICATION, "publish", "[\"insert\",\"update\",\"delete\",\"truncate\"]" },
	{ CATALOG_PUBLICATION, "via_partition_root", "false" },
	{ CATALOG_PUBLICATION, "generated_columns", "none" },
};

static bool
render_is_default(const CatalogObject *object, const CatalogAttribute *attribute)
{
	for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++)
		if (defaults[i].class_id == object->class_id && strcmp(defaults[i].name, attribute->name) == 0)
			return !defaults[i].written &&
			       (defaults[i].value == NULL || strcmp(defaults[i].value, attribute->value) == 0);
	return false;
}

const char *
catalog_render_default(CatalogClassId class_id, const char *attribute)
{
	for (gsize i = 0; i < G_N_ELEMENTS(defaults); i++)
		if (defaults[i].class_id == class_id && strcmp(defaults[i].name, attribute) == 0)
			return defaults[i].value != NULL                      ? defaults[i].value
			       : g_str_has_prefix(attribute, "row_security_") ? "false"
			                                                      : NULL;
	return NULL;
}

/* --- Lines --------------------------------------------------------------- */

static void
render_append_indent(GString *yaml, guint indent)
{
	g_string_append_printf(yaml, "%*s", (int)indent, "");
}

/* The key of an object in its collection. Names that mean something there stand in double quotes. */
static void
render_append_key(GString *yaml, const CatalogObject *object)
{
	static const char *const reserved[] = { "absent", "at_least", "count", "exact", "list", NULL };
	const char *schema = catalog_class(object->class_id)->scope == CATALOG_SCOPE_SCHEMA ? object->schema : NULL;
	g_autofree char *key = catalog_identity_key(schema, object->name);

	if (catalog_class(object->class_id)->scope == CATALOG_SCOPE_PHRASE) {
		catalog_yaml_append(yaml, object->name, false);
	} else if (g_strv_contains(reserved, key)) {
		g_autofree char *quoted = g_strdup_printf("\"%s\"", key);
		catalog_yaml_append(yaml, quoted, false);
	} else {
		catalog_yaml_append(yaml, key, false);
	}
}

static void
render_append_value(GString *yaml, const CatalogAttribute *attribute, bool flow)
{
	switch (attribute->kind) {
	case CATALOG_VALUE_LIST:
		catalog_yaml_append_list(yaml, attribute->value);
		break;
	case CATALOG_VALUE_BOOL:
	case CATALOG_VALUE_INT:
		g_string_append(yaml, attribute->value);
		break;
	case CATALOG_VALUE_TEXT:
		catalog_yaml_append(yaml, attribute->value, flow);
		break;
	}
}

/* All attributes that are not the default, a line each. */
static void
render_append_attribute_lines(GString *yaml, const CatalogObject *object, guint indent)
{
	for (guint i = 0; i < object->n_attributes; i++) {
		const CatalogAttribute *attribute = &object->attributes[i];
		if (render_is_default(object, attribute))
			continue;
		render_append_indent(yaml, indent);
		g_string_append_printf(yaml, "%s: ", attribute->name);
		if (attribute->kind == CATALOG_VALUE_TEXT && catalog_yaml_is_block(attribute->value)) {
			catalog_yaml_append_block(yaml, attribute->value, indent + 2);
			continue;
		}
		render_append_value(yaml, attribute, false);
		g_string_append_c(yaml, '\n');
	}
}

/* The attributes as a mapping in flow form, or NULL when it would be too long for a line. */
static char *
render_flow_attributes(const CatalogObject *object, guint used, const char *name)
{
	g_autoptr(GString) yaml = g_string_new("{");

	if (name != NULL) {
		g_string_append(yaml, " name: ");
		catalog_yaml_append(yaml, name, true);
	}
	for (guint i = 0; i < object->n_attributes; i++) {
		const CatalogAttribute *attribute = &object->attributes[i];
		if (render_is_default(object, attribute))
			continue;
		if (attribute->kind == CATALOG_VALUE_TEXT && catalog_yaml_is_block(attribute->value))
			return NULL;
		g_string_append_printf(yaml, "%s%s: ", yaml->len > 1 ? ", " : " ", attribute->name);
		render_append_value(yaml, attribute, true);
	}
	g_string_append(yaml, yaml->len > 1 ? " }" : "}");
	if (used + g_utf8_strlen(yaml->str, (gssize)yaml->len) > LINE_WIDTH)
		return NULL;
	return g_string_free(g_steal_pointer(&yaml), FALSE);
}

/* Appends the value of a key: the object on one line, or a line for each attribute. `name` is stated when not NULL. */
static void
render_append_object(GString *yaml, const CatalogObject *object, guint indent, const char *name)
{
	guint used = 0;

	while (used < yaml->len && yaml->str[yaml->len - used - 1] != '\n')
		used++;
	g_autofree char *flow = render_flow_attributes(object, used, name);

	if (flow != NULL) {
		g_string_append_printf(yaml, " %s\n", flow);
		return;
	}
	g_string_append_c(yaml, '\n');
	if (name != NULL) {
		render_append_indent(yaml, indent + 2);
		g_string_append(yaml, "name: ");
		catalog_yaml_append(yaml, name, false);
		g_string_append_c(yaml, '\n');
	}
	render_append_attribute_lines(yaml, object, indent + 2);
}

/* --- Collections of a relation ------------------------------------------- */

static int
render_compare_positions(const void *left, const void *right)
{
	gint64 positions[2];
	const CatalogObject *const *objects[2] = { left, right };

	for (int i = 0; i < 2; i++) {
		const CatalogAttribute *position = catalog_object_attribute(*objects[i], "position");
		positions[i] = position != NULL ? g_ascii_strtoll(position->value, NULL, 10) : 0;
	}
	return (positions[0] > positions[1]) - (positions[0] < positions[1]);
}

/* Columns in their order in the table, all else in the order of the snapshot. */
static void
render_append_collection(GString *yaml, const CatalogSnapshot *snapshot, const CatalogObject *relation,
                         CatalogClassId class_id, guint indent)
{
	guint count;
	guint first = catalog_snapshot_range(snapshot, class_id, relation->schema, relation->name, &count);

	if (count == 0)
		return;
	g_autofree const CatalogObject **objects = g_new(const CatalogObject *, count);
	for (guint i = 0; i < count; i++)
		objects[i] = catalog_snapshot_object(snapshot, first + i);
	if (class_id == CATALOG_COLUMN)
		qsort(objects, count, sizeof *objects, render_compare_positions);
	render_append_indent(yaml, indent);
	g_string_append_printf(yaml, "%s:", catalog_class(class_id)->collection);
	if (class_id == CATALOG_PRIMARY_KEY) {
		render_append_object(yaml, objects[0], indent, objects[0]->name);
		return;
	}
	g_string_append_c(yaml, '\n');
	for (guint i = 0; i < count; i++) {
		render_append_indent(yaml, indent + 2);
		render_append_key(yaml, objects[i]);
		g_string_append_c(yaml, ':');
		render_append_object(yaml, objects[i], indent + 2, NULL);
	}
}

static void
render_append_row_security(GString *yaml, const CatalogObject *table, guint indent)
{
	const CatalogAttribute *enabled = catalog_object_attribute(table, "row_security_enabled");
	const CatalogAttribute *forced = catalog_object_attribute(table, "row_security_forced");

	if (enabled == NULL || forced == NULL ||
	    (strcmp(enabled->value, "false") == 0 && strcmp(forced->value, "false") == 0))
		return;
	render_append_indent(yaml, indent);
	g_string_append_printf(yaml, "row_security: { enabled: %s, forced: %s }\n", enabled->value, forced->value);
}

/* A table or view with all that belongs to it. */
static void
render_append_relation(GString *yaml, const CatalogSnapshot *snapshot, const CatalogObject *relation, guint indent)
{
	g_string_append_c(yaml, '\n');
	gsize start = yaml->len;
	render_append_row_security(yaml, relation, indent + 2);
	render_append_attribute_lines(yaml, relation, indent + 2);
	for (int i = 0; i < CATALOG_N_CLASSES; i++)
		if (catalog_class((CatalogClassId)i)->scope == CATALOG_SCOPE_RELATION)
			render_append_collection(yaml, snapshot, relation, (CatalogClassId)i, indent + 2);
	if (yaml->len == start) {
		g_string_truncate(yaml, start - 1);
		g_string_append(yaml, " {}\n");
	}
}

/* --- The document -------------------------------------------------------- */

bool
catalog_render_wants(const CatalogObject *object, const CatalogRenderOptions *options)
{
	const char *schema = object->schema;

	if (options == NULL || options->schemas == NULL)
		return true;
	if (object->class_id == CATALOG_SCHEMA)
		schema = object->name;
	if (object->class_id == CATALOG_EXTENSION)
		schema = catalog_object_attribute(object, "schema")->value;
	return schema != NULL && g_strv_contains(options->schemas, schema);
}

/* Another server has another version of it. */
static void
render_append_extension(GString *yaml, const CatalogObject *extension)
{
	g_string_append(yaml, " { schema: ");
	catalog_yaml_append(yaml, catalog_object_attribute(extension, "schema")->value, true);
	g_string_append(yaml, " }\n");
}

static void
render_append_top_object(GString *yaml, const CatalogSnapshot *snapshot, const CatalogObject *object)
{
	render_append_indent(yaml, 2);
	render_append_key(yaml, object);
	g_string_append_c(yaml, ':');
	if (object->class_id == CATALOG_TABLE || object->class_id == CATALOG_VIEW) {
		render_append_relation(yaml, snapshot, object, 2);
	} else if ((object->class_id == CATALOG_ENUM || object->class_id == CATALOG_COMPOSITE) &&
	           object->n_attributes == 1) {
		g_string_append_c(yaml, ' ');
		render_append_value(yaml, &object->attributes[0], false);
		g_string_append_c(yaml, '\n');
	} else {
		render_append_object(yaml, object, 2, NULL);
	}
}

char *
catalog_render_entry(const CatalogSnapshot *snapshot, const CatalogObject *object)
{
	g_autoptr(GString) yaml = g_string_new(NULL);

	if (object->class_id == CATALOG_PRIMARY_KEY) {
		/* A table has one at most, and its collection is itself. */
		g_string_append_printf(yaml, "  %s:", catalog_class(object->class_id)->collection);
		render_append_object(yaml, object, 2, object->name);
	} else if (object->class_id == CATALOG_EXTENSION) {
		g_string_append(yaml, "  ");
		render_append_key(yaml, object);
		g_string_append_c(yaml, ':');
		render_append_extension(yaml, object);
	} else if (catalog_class(object->class_id)->scope == CATALOG_SCOPE_RELATION) {
		render_append_indent(yaml, 2);
		render_append_key(yaml, object);
		g_string_append_c(yaml, ':');
		render_append_object(yaml, object, 2, NULL);
	} else {
		render_append_top_object(yaml, snapshot, object);
	}
	GString *lines = g_string_new(NULL);
	g_auto(GStrv) all = g_strsplit(yaml->str, "\n", -1);
	for (gsize i = 0; all[i] != NULL && (all[i][0] != '\0' || all[i + 1] != NULL); i++)
		g_string_append_printf(lines, "%s\n", g_str_has_prefix(all[i], "  ") ? all[i] + 2 : all[i]);
	return g_string_free(lines, FALSE);
}

char *
catalog_render_key(const CatalogObject *object)
{
	GString *yaml = g_string_new(NULL);

	render_append_key(yaml, object);
	return g_string_free(yaml, FALSE);
}

char *
catalog_render_item(const CatalogObject *object)
{
	GString *yaml = g_string_new("-");

	render_append_object(yaml, object, 0, object->name);
	return g_string_free(yaml, FALSE);
}

/* The first line of a fixture that allows nothing else. */
static void
render_append_exact(GString *yaml, const CatalogRenderOptions *options)
{
	g_string_append(yaml, "exact: ");
	for (gsize i = 0; options->schemas != NULL && options->schemas[i] != NULL; i++) {
		g_string_append(yaml, i == 0 ? "[" : ", ");
		catalog_yaml_append(yaml, options->schemas[i], true);
	}
	g_string_append(yaml, options->schemas != NULL ? "]\n" : "true\n");
}

char *
catalog_render_object(const CatalogSnapshot *snapshot, const CatalogObject *object)
{
	GString *yaml = g_string_new(NULL);

	g_string_append_printf(yaml, "%s:\n", catalog_class(object->class_id)->collection);
	render_append_top_object(yaml, snapshot, object);
	return g_string_free(yaml, FALSE);
}

char *
catalog_render_yaml(const CatalogSnapshot *snapshot, const CatalogRenderOptions *options)
{
	GString *yaml = g_string_new(NULL);

	if (options != NULL && options->exact)
		render_append_exact(yaml, options);
	for (int i = 0; i < CATALOG_N_CLASSES; i++) {
		const CatalogClass *class = catalog_class((CatalogClassId)i);
		guint count;
		guint first = catalog_snapshot_range(snapshot, class->id, NULL, NULL, &count);
		bool any = false;

		if (class->scope == CATALOG_SCOPE_RELATION)
			continue;
		for (guint n = 0; n < count; n++) {
			const CatalogObject *object = catalog_snapshot_object(snapshot, first + n);
			if (!catalog_render_wants(object, options))
				continue;
			if (!any)
				g_string_append_printf(yaml, "%s:\n", class->collection);
			if (class->id == CATALOG_EXTENSION && options != NULL && options->any_extension_version) {
				render_append_indent(yaml, 2);
				render_append_key(yaml, object);
				g_string_append_c(yaml, ':');
				render_append_extension(yaml, object);
			} else {
				render_append_top_object(yaml, snapshot, object);
			}
			any = true;
		}
	}
	if (yaml->len == 0)
		g_string_append(yaml, "{}\n");
	return g_string_free(yaml, FALSE);
}
