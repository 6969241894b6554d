/* The CREATE statements of objects. */
#include "catalog/ddl_private.h"

#include "catalog/list.h"

#include <string.h>

/* --- For both files ------------------------------------------------------------ */

bool
catalog_ddl_is(const CatalogObject *object, const char *attribute, const char *value)
{
	return g_strcmp0(catalog_object_value(object, attribute), value) == 0;
}

void
catalog_ddl_append_literal(GString *ddl, const char *text)
{
	g_string_append_c(ddl, '\'');
	for (; *text != '\0'; text++)
		g_string_append_printf(ddl, *text == '\'' ? "''" : "%c", *text);
	g_string_append_c(ddl, '\'');
}

void
catalog_ddl_append_remark(GString *ddl, const char *text)
{
	for (; *text != '\0'; text++)
		g_string_append_c(ddl, *text == '\n' || *text == '\r' ? ' ' : *text);
}

static void
ddl_append_upper(GString *ddl, const char *text)
{
	g_autofree char *upper = g_ascii_strup(text, -1);

	g_string_append(ddl, upper);
}

/* An attribute that a snapshot file lacks is "?", so that nobody can run the statement by mistake. */
static const char *
ddl_known(const char *text)
{
	return text != NULL ? text : "?";
}

/* The expression in parentheses; the server's text may have them. */
static void
ddl_append_expression(GString *ddl, const char *before, const char *expression)
{
	int depth = 0;
	char quote = '\0';
	gsize length = strlen(expression);
	bool whole = expression[0] == '(';

	for (gsize i = 0; whole && i + 1 < length; i++) {
		char c = expression[i];
		if (quote == '\0' && (c == '\'' || c == '"'))
			quote = c;
		else if (quote == c)
			quote = '\0';
		if (quote == '\0')
			depth += (expression[i] == '(') - (expression[i] == ')');
		whole = depth > 0;
	}
	g_string_append_printf(ddl, whole ? "%s%s" : "%s(%s)", before, expression);
}

/* Appends " KEYWORD value" if the attribute exists. */
static void
ddl_append_option(GString *ddl, const CatalogObject *object, const char *attribute, const char *keyword)
{
	const char *value = catalog_object_value(object, attribute);

	if (value != NULL)
		g_string_append_printf(ddl, " %s %s", keyword, value);
}

/* --- Parts of tables -------------------------------------------------------------- */

/* A column's definition after its name: the type and the rest. */
static void
ddl_append_column(GString *ddl, const CatalogObject *column)
{
	const char *identity = catalog_object_value(column, "identity");
	const char *generated = catalog_object_value(column, "generated");
	const char *collation = catalog_object_value(column, "collation");

	g_string_append(ddl, ddl_known(catalog_object_value(column, "type")));
	/* One of pg_catalog is its bare name, another has its schema and its quotes. */
	if (collation != NULL) {
		g_autofree char *quoted = catalog_ddl_quote(collation);
		g_string_append_printf(ddl, " COLLATE %s", strchr(collation, '.') != NULL ? collation : quoted);
	}
	if (catalog_ddl_is(column, "nullable", "false"))
		g_string_append(ddl, " NOT NULL");
	ddl_append_option(ddl, column, "default", "DEFAULT");
	if (identity != NULL) {
		g_string_append(ddl, " GENERATED ");
		ddl_append_upper(ddl, identity);
		g_string_append(ddl, " AS IDENTITY");
	}
	if (generated != NULL) {
		ddl_append_expression(ddl, " GENERATED ALWAYS AS ", generated);
		g_string_append_c(ddl, ' ');
		ddl_append_upper(ddl, catalog_object_value(column, "generated_kind") != NULL
		                          ? catalog_object_value(column, "generated_kind")
		                          : "stored");
	}
}

static void
ddl_create_column(GString *ddl, const CatalogObject *column)
{
	g_autofree char *relation = catalog_ddl_relation(column);
	g_autofree char *name = catalog_ddl_name(column);

	g_string_append_printf(ddl, "ALTER TABLE %s ADD COLUMN %s ", relation, name);
	ddl_append_column(ddl, column);
}

static void
ddl_append_deferrable(GString *ddl, const CatalogObject *constraint)
{
	if (catalog_ddl_is(constraint, "deferrable", "true"))
		g_string_append(ddl, " DEFERRABLE");
	if (catalog_ddl_is(constraint, "initially_deferred", "true"))
		g_string_append(ddl, " INITIALLY DEFERRED");
	if (catalog_ddl_is(constraint, "enforced", "false"))
		g_string_append(ddl, " NOT ENFORCED");
	else if (catalog_ddl_is(constraint, "validated", "false"))
		g_string_append(ddl, " NOT VALID");
}

static void
ddl_append_action(GString *ddl, const CatalogObject *key, const char *attribute, const char *keyword)
{
	const char *action = catalog_object_value(key, attribute);

	if (action == NULL || strcmp(action, "no action") == 0)
		return;
	g_string_append_printf(ddl, " %s ", keyword);
	ddl_append_upper(ddl, action);
}

static void
ddl_create_constraint(GString *ddl, const CatalogObject *constraint)
{
	g_autofree char *relation = catalog_ddl_relation(constraint);
	g_autofree char *name = catalog_ddl_name(constraint);
	g_autofree char *columns = catalog_ddl_names(constraint, "columns");
	g_autofree char *include = catalog_ddl_names(constraint, "include");

	g_string_append_printf(ddl, "ALTER TABLE %s ADD CONSTRAINT %s ", relation, name);
	switch (constraint->class_id) {
	case CATALOG_CHECK:
		ddl_append_expression(ddl, "CHECK ", ddl_known(catalog_object_value(constraint, "expression")));
		break;
	case CATALOG_EXCLUSION:
		g_string_append(ddl, ddl_known(catalog_object_value(constraint, "definition")));
		return; /* which says all */
	case CATALOG_FOREIGN_KEY:
		g_string_append_printf(ddl, "FOREIGN KEY (%s) REFERENCES %s", ddl_known(columns),
		                       ddl_known(catalog_object_value(constraint, "references")));
		ddl_append_action(ddl, constraint, "on_delete", "ON DELETE");
		ddl_append_action(ddl, constraint, "on_update", "ON UPDATE");
		break;
	default:
		g_string_append_printf(ddl, "%s (%s)",
		                       constraint->class_id == CATALOG_UNIQUE ? "UNIQUE" : "PRIMARY KEY",
		                       ddl_known(columns));
		if (include != NULL)
			g_string_append_printf(ddl, " INCLUDE (%s)", include);
	}
	ddl_append_deferrable(ddl, constraint);
}

static void
ddl_create_index(GString *ddl, const CatalogObject *index)
{
	g_autofree char *relation = catalog_ddl_relation(index);
	g_autofree char *name = catalog_ddl_name(index);
	g_autofree char *columns = catalog_ddl_keys(index, "columns");
	g_autofree char *include = catalog_ddl_names(index, "include");
	const char *method = catalog_object_value(index, "method");

	g_string_append_printf(ddl, "CREATE %sINDEX %s ON %s ",
	                       catalog_ddl_is(index, "unique", "true") ? "UNIQUE " : "", name, relation);
	if (method != NULL && strcmp(method, "btree") != 0) {
		g_autofree char *quoted = catalog_ddl_quote(method);
		g_string_append_printf(ddl, "USING %s ", quoted);
	}
	g_string_append_printf(ddl, "(%s)", ddl_known(columns));
	if (include != NULL)
		g_string_append_printf(ddl, " INCLUDE (%s)", include);
	ddl_append_option(ddl, index, "predicate", "WHERE");
}

static void
ddl_create_policy(GString *ddl, const CatalogObject *policy)
{
	g_autofree char *relation = catalog_ddl_relation(policy);
	g_autofree char *name = catalog_ddl_name(policy);
	g_autofree char *roles = catalog_ddl_roles(policy, "roles");
	const char *command = catalog_object_value(policy, "command");
	const char *using = catalog_object_value(policy, "using");
	const char *check = catalog_object_value(policy, "check");

	g_string_append_printf(ddl, "CREATE POLICY %s ON %s", name, relation);
	if (catalog_ddl_is(policy, "permissive", "false"))
		g_string_append(ddl, " AS RESTRICTIVE");
	g_string_append(ddl, " FOR ");
	ddl_append_upper(ddl, command != NULL ? command : "all");
	if (roles != NULL)
		g_string_append_printf(ddl, " TO %s", roles);
	if (using != NULL)
		ddl_append_expression(ddl, " USING ", using);
	if (check != NULL)
		ddl_append_expression(ddl, " WITH CHECK ", check);
}

static void
ddl_append_events(GString *ddl, const CatalogObject *trigger)
{
	const char *json = catalog_object_value(trigger, "events");
	g_auto(GStrv) events = json != NULL ? catalog_list_parse(json) : NULL;
	g_autofree char *columns = catalog_ddl_names(trigger, "update_columns");

	for (gsize i = 0; events != NULL && events[i] != NULL; i++) {
		g_string_append(ddl, i > 0 ? " OR " : " ");
		ddl_append_upper(ddl, events[i]);
		if (strcmp(events[i], "update") == 0 && columns != NULL)
			g_string_append_printf(ddl, " OF %s", columns);
	}
}

static void
ddl_create_trigger(GString *ddl, const CatalogObject *trigger)
{
	g_autofree char *relation = catalog_ddl_relation(trigger);
	g_autofree char *name = catalog_ddl_name(trigger);
	g_autofree char *arguments = catalog_ddl_literals(trigger, "arguments");
	const char *timing = catalog_object_value(trigger, "timing");
	const char *level = catalog_object_value(trigger, "level");
	const char *when = catalog_object_value(trigger, "when");

	g_string_append_printf(ddl, "CREATE TRIGGER %s ", name);
	ddl_append_upper(ddl, ddl_known(timing));
	ddl_append_events(ddl, trigger);
	g_string_append_printf(ddl, " ON %s FOR EACH ", relation);
	ddl_append_upper(ddl, level != NULL ? level : "statement");
	if (when != NULL)
		ddl_append_expression(ddl, " WHEN ", when);
	g_string_append_printf(ddl, " EXECUTE FUNCTION %s(%s)", ddl_known(catalog_object_value(trigger, "function")),
	                       arguments != NULL ? arguments : "");
}

/* --- Objects at the top ------------------------------------------------------------ */

static void
ddl_create_enum(GString *ddl, const CatalogObject *type)
{
	const char *json = catalog_object_value(type, "labels");
	g_auto(GStrv) labels = json != NULL ? catalog_list_parse(json) : NULL;

	g_autofree char *identity = catalog_ddl_identity(type);

	g_string_append_printf(ddl, "CREATE TYPE %s AS ENUM (", identity);
	for (gsize i = 0; labels != NULL && labels[i] != NULL; i++) {
		if (i > 0)
			g_string_append(ddl, ", ");
		catalog_ddl_append_literal(ddl, labels[i]);
	}
	g_string_append_c(ddl, ')');
}

static void
ddl_create_function(GString *ddl, const CatalogObject *function, bool replace)
{
	const char *arguments = catalog_object_value(function, "arguments");
	const char *kind = catalog_object_value(function, "kind");
	const char *body = catalog_object_value(function, "body");
	const char *volatility = catalog_object_value(function, "volatility");
	const char *language = catalog_object_value(function, "language");
	g_autofree char *identity = catalog_ddl_identity_without_types(function);
	g_autofree char *quoted_language = language != NULL ? catalog_ddl_quote(language) : NULL;

	g_string_append(ddl, replace ? "CREATE OR REPLACE " : "CREATE ");
	ddl_append_upper(ddl, kind != NULL ? kind : "function");
	g_string_append_printf(ddl, " %s(%s)", identity, arguments != NULL ? arguments : "");
	ddl_append_option(ddl, function, "returns", "RETURNS");
	if (quoted_language != NULL)
		g_string_append_printf(ddl, " LANGUAGE %s", quoted_language);
	if (volatility != NULL && strcmp(volatility, "volatile") != 0) {
		g_string_append_c(ddl, ' ');
		ddl_append_upper(ddl, volatility);
	}
	if (catalog_ddl_is(function, "security", "definer"))
		g_string_append(ddl, " SECURITY DEFINER");
	if (body != NULL) {
		g_string_append(ddl, " AS ");
		catalog_ddl_append_dollar_quoted(ddl, body);
	}
}

static void
ddl_append_columns(GString *ddl, const CatalogObject *table, const CatalogSnapshot *snapshot)
{
	guint count = 0;
	guint first = catalog_snapshot_range(snapshot, CATALOG_COLUMN, table->schema, table->name, &count);

	for (guint position = 1; position <= count; position++) {
		g_autofree char *wanted = g_strdup_printf("%u", position);
		for (guint i = 0; i < count; i++) {
			const CatalogObject *column = catalog_snapshot_object(snapshot, first + i);
			if (!catalog_ddl_is(column, "position", wanted))
				continue;
			g_autofree char *name = catalog_ddl_name(column);
			g_string_append_printf(ddl, "%s%s ", position > 1 ? ", " : "", name);
			ddl_append_column(ddl, column);
		}
	}
}

static void
ddl_create_table(GString *ddl, const CatalogObject *table, const CatalogSnapshot *snapshot)
{
	g_autofree char *identity = catalog_ddl_identity(table);

	g_string_append_printf(ddl, "CREATE %sTABLE %s (",
	                       catalog_ddl_is(table, "persistence", "unlogged") ? "UNLOGGED " : "", identity);
	ddl_append_columns(ddl, table, snapshot);
	g_string_append_c(ddl, ')');
	ddl_append_option(ddl, table, "partition_key", "PARTITION BY");
	if (catalog_ddl_is(table, "row_security_enabled", "true"))
		g_string_append_printf(ddl, ";\nALTER TABLE %s ENABLE ROW LEVEL SECURITY", identity);
	if (catalog_ddl_is(table, "row_security_forced", "true"))
		g_string_append_printf(ddl, ";\nALTER TABLE %s FORCE ROW LEVEL SECURITY", identity);
}

static void
ddl_create_view(GString *ddl, const CatalogObject *view, bool replace)
{
	bool materialized = catalog_ddl_is(view, "materialized", "true");
	g_autofree char *identity = catalog_ddl_identity(view);

	g_string_append_printf(ddl, "CREATE %s%sVIEW %s AS %s", replace && !materialized ? "OR REPLACE " : "",
	                       materialized ? "MATERIALIZED " : "", identity,
	                       ddl_known(catalog_object_value(view, "definition")));
}

static void
ddl_create_sequence(GString *ddl, const CatalogObject *sequence)
{
	g_autofree char *identity = catalog_ddl_identity(sequence);

	g_string_append_printf(ddl, "CREATE SEQUENCE %s", identity);
	ddl_append_option(ddl, sequence, "type", "AS");
	ddl_append_option(ddl, sequence, "start", "START");
	ddl_append_option(ddl, sequence, "increment", "INCREMENT");
}

static void
ddl_create_extension(GString *ddl, const CatalogObject *extension)
{
	const char *schema = catalog_object_value(extension, "schema");
	g_autofree char *identity = catalog_ddl_identity(extension);
	g_autofree char *quoted = schema != NULL ? catalog_ddl_quote(schema) : NULL;

	g_string_append_printf(ddl, "CREATE EXTENSION %s", identity);
	if (quoted != NULL)
		g_string_append_printf(ddl, " SCHEMA %s", quoted);
}

static void
ddl_create_schema(GString *ddl, const CatalogObject *schema)
{
	g_autofree char *name = catalog_ddl_name(schema);

	g_string_append_printf(ddl, "CREATE SCHEMA %s", name);
}

/* An object of a class without a CREATE statement here. */
static void
ddl_describe_create(GString *ddl, const CatalogObject *object)
{
	g_string_append(ddl, "-- CREATE ");
	catalog_ddl_append_subject(ddl, object);
	for (guint i = 0; i < object->n_attributes; i++) {
		g_string_append_printf(ddl, "%s %s ", i > 0 ? "," : ":", object->attributes[i].name);
		catalog_ddl_append_remark(ddl, object->attributes[i].value);
	}
}

/* Its own, and those of a table's columns, which stand in it. */
static void
ddl_append_comments(GString *ddl, const CatalogObject *object, const CatalogSnapshot *snapshot)
{
	const char *own = catalog_object_value(object, "comment");
	guint count = 0;

	if (own != NULL)
		catalog_ddl_append_comment(ddl, object, own);
	if (object->class_id != CATALOG_TABLE)
		return;
	guint first = catalog_snapshot_range(snapshot, CATALOG_COLUMN, object->schema, object->name, &count);
	for (guint i = 0; i < count; i++) {
		const CatalogObject *column = catalog_snapshot_object(snapshot, first + i);
		const char *comment = catalog_object_value(column, "comment");
		if (comment != NULL)
			catalog_ddl_append_comment(ddl, column, comment);
	}
}

static void
ddl_append_object(GString *ddl, const CatalogObject *object, const CatalogSnapshot *snapshot, bool replace)
{
	switch (object->class_id) {
	case CATALOG_SCHEMA:
		ddl_create_schema(ddl, object);
		break;
	case CATALOG_EXTENSION:
		ddl_create_extension(ddl, object);
		break;
	case CATALOG_ENUM:
		ddl_create_enum(ddl, object);
		break;
	case CATALOG_SEQUENCE:
		ddl_create_sequence(ddl, object);
		break;
	case CATALOG_FUNCTION:
		ddl_create_function(ddl, object, replace);
		break;
	case CATALOG_TABLE:
		ddl_create_table(ddl, object, snapshot);
		break;
	case CATALOG_COLUMN:
		ddl_create_column(ddl, object);
		break;
	case CATALOG_PRIMARY_KEY:
	case CATALOG_UNIQUE:
	case CATALOG_FOREIGN_KEY:
	case CATALOG_CHECK:
	case CATALOG_EXCLUSION:
		ddl_create_constraint(ddl, object);
		break;
	case CATALOG_INDEX:
		ddl_create_index(ddl, object);
		break;
	case CATALOG_POLICY:
		ddl_create_policy(ddl, object);
		break;
	case CATALOG_TRIGGER:
		ddl_create_trigger(ddl, object);
		break;
	case CATALOG_VIEW:
		ddl_create_view(ddl, object, replace);
		break;
	default:
		/* The comment of SQL says all that there is. */
		ddl_describe_create(ddl, object);
		g_string_append_c(ddl, '\n');
		return;
	}
	g_string_append(ddl, ";\n");
	/* An update says of the comment by itself whether it has changed. */
	if (!replace)
		ddl_append_comments(ddl, object, snapshot);
}

/* Appends the parts of a relation, except the columns of a table, which are part of its statement. */
static void
ddl_append_parts(GString *ddl, const CatalogObject *relation, const CatalogSnapshot *snapshot)
{
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		guint count = 0;
		if (catalog_class((CatalogClassId)id)->scope != CATALOG_SCOPE_RELATION || id == CATALOG_COLUMN)
			continue;
		guint first = catalog_snapshot_range(snapshot, (CatalogClassId)id, relation->schema, relation->name,
		                                     &count);
		for (guint i = 0; i < count; i++)
			ddl_append_object(ddl, catalog_snapshot_object(snapshot, first + i), snapshot, false);
	}
}

void
catalog_ddl_append_create(GString *ddl, const CatalogObject *object, const CatalogSnapshot *snapshot, bool replace)
{
	ddl_append_object(ddl, object, snapshot, replace);
	if (!replace && catalog_class(object->class_id)->scope == CATALOG_SCOPE_SCHEMA)
		ddl_append_parts(ddl, object, snapshot);
}
