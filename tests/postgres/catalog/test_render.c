/* The rendering: a YAML parser reads the contents of the snapshot from it. */
#include "../support.h"

#include "catalog/identity.h"
#include "catalog/render.h"

#include <libfyaml.h>

static CatalogSnapshot *
read_snapshot(DbSession *session)
{
	GError *error = NULL;
	CatalogSnapshot *snapshot = catalog_snapshot_read(session, NULL, &error);

	support_check(snapshot != NULL, error, "catalog_snapshot_read");
	return snapshot;
}

static const char kb[] =
    "CREATE SCHEMA kb; CREATE TYPE kb.status AS ENUM ('ACTIVE', 'on', 'a, b');"
    "CREATE SEQUENCE kb.plain; CREATE SEQUENCE kb.odd AS integer START 5 CYCLE;"
    "CREATE FUNCTION kb.project() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$;"
    "CREATE FUNCTION kb.touch(a uuid, b text DEFAULT 'x: y') RETURNS integer LANGUAGE plpgsql SECURITY DEFINER"
    " SET search_path = kb, public AS $$\nBEGIN\n  RETURN 1;\nEND;\n  $$;"
    "CREATE FUNCTION kb.fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END';"
    "CREATE TABLE kb.jobs (id uuid PRIMARY KEY, project_id uuid NOT NULL, status text NOT NULL DEFAULT 'pending',"
    " \"count\" integer CHECK (\"count\" > 0), name varchar(255) UNIQUE, parent uuid CONSTRAINT jobs_parent"
    " REFERENCES kb.jobs ON DELETE CASCADE);"
    "ALTER TABLE kb.jobs ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY jobs_select ON kb.jobs FOR SELECT USING (project_id = kb.project());"
    "CREATE INDEX jobs_status ON kb.jobs (project_id, status DESC);"
    "CREATE INDEX jobs_name ON kb.jobs USING gin (to_tsvector('simple', name)) WHERE status = 'x';"
    "CREATE TRIGGER fire AFTER UPDATE OF name ON kb.jobs FOR EACH ROW EXECUTE FUNCTION kb.fire();"
    "CREATE TABLE kb.empty ();"
    "CREATE VIEW kb.list AS SELECT 1 AS id, 'x'::text AS name;"
    "CREATE MATERIALIZED VIEW kb.cache AS SELECT 1 AS id; CREATE UNIQUE INDEX cache_id ON kb.cache (id)";

static const char kb_yaml[] =
    "schemas:\n"
    "  kb: {}\n"
    "enums:\n"
    "  kb.status: [ACTIVE, \"on\", \"a, b\"]\n"
    "sequences:\n"
    "  kb.odd: { type: integer, start: 5, maximum: 2147483647, cycle: true }\n"
    "  kb.plain: {}\n"
    "functions:\n"
    "  kb.fire(): { returns: trigger, language: plpgsql, body: BEGIN END }\n"
    "  kb.project(): { returns: uuid, language: sql, volatility: stable, body: \" SELECT NULL::uuid \" }\n"
    "  kb.touch(uuid, text):\n"
    "    arguments: \"a uuid, b text DEFAULT 'x: y'::text\"\n"
    "    returns: integer\n"
    "    language: plpgsql\n"
    "    security: definer\n"
    "    settings: [\"search_path=kb, public\"]\n"
    "    body: |2-\n"
    "\n"
    "      BEGIN\n"
    "        RETURN 1;\n"
    "      END;\n"
    "        \n"
    "tables:\n"
    "  kb.empty: {}\n"
    "  kb.jobs:\n"
    "    row_security: { enabled: true, forced: false }\n"
    "    columns:\n"
    "      id: { type: uuid, nullable: false }\n"
    "      project_id: { type: uuid, nullable: false }\n"
    "      status: { type: text, nullable: false, default: \"'pending'::text\" }\n"
    "      \"\\\"count\\\"\": { type: integer, nullable: true }\n"
    "      name: { type: character varying(255), nullable: true }\n"
    "      parent: { type: uuid, nullable: true }\n"
    "    primary_key: { name: jobs_pkey, columns: [id] }\n"
    "    unique:\n"
    "      jobs_name_key: { columns: [name] }\n"
    "    foreign_keys:\n"
    "      jobs_parent: { columns: [parent], references: kb.jobs(id), on_delete: cascade }\n"
    "    checks:\n"
    "      jobs_count_check: { expression: (count > 0) }\n"
    "    indexes:\n"
    "      jobs_name:\n"
    "        columns: [\"to_tsvector('simple'::regconfig, (name)::text)\"]\n"
    "        method: gin\n"
    "        predicate: (status = 'x'::text)\n"
    "      jobs_status: { columns: [project_id, status DESC] }\n"
    "    policies:\n"
    "      jobs_select: { command: select, roles: [public], using: (project_id = kb.project()) }\n"
    "    triggers:\n"
    "      fire: { timing: after, events: [update], update_columns: [name], level: row, function: kb.fire }\n"
    "views:\n"
    "  kb.cache:\n"
    "    materialized: true\n"
    "    definition: SELECT 1 AS id\n"
    "    columns: [id integer]\n"
    "    populated: true\n"
    "    indexes:\n"
    "      cache_id: { columns: [id], unique: true }\n"
    "  kb.list:\n"
    "    definition: |-\n"
    "      SELECT 1 AS id,\n"
    "          'x'::text AS name\n"
    "    columns: [id integer, name text]\n";

static void
a_schema_is_rendered_like_a_fixture(void **state)
{
	SupportDatabase *database = *state;
	const char *const schemas[] = { "kb", NULL };
	const CatalogRenderOptions options = { .schemas = schemas };

	support_execute(database->session, kb);
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session);
	g_autofree char *yaml = catalog_render_yaml(snapshot, &options);
	assert_string_equal(yaml, kb_yaml);
}

/* An update of the server, or another one, brings another version. */
static void
the_version_of_an_extension_can_be_left_out(void **state)
{
	SupportDatabase *database = *state;
	const char *const schemas[] = { "words", NULL };
	const CatalogRenderOptions options = { .schemas = schemas, .any_extension_version = true };
	const CatalogRenderOptions with_version = { .schemas = schemas };

	support_execute(database->session, "CREATE SCHEMA words; CREATE EXTENSION citext SCHEMA words");
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session);
	g_autofree char *without = catalog_render_yaml(snapshot, &options);
	g_autofree char *whole = catalog_render_yaml(snapshot, &with_version);
	assert_string_equal(without, "schemas:\n  words: {}\nextensions:\n  citext: { schema: words }\n");
	assert_non_null(strstr(whole, "  citext: { schema: words, version: "));
}

static void
nothing_is_an_empty_mapping(void **state)
{
	SupportDatabase *database = *state;
	const char *const schemas[] = { "nowhere", NULL };
	const CatalogRenderOptions options = { .schemas = schemas };
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session);
	g_autofree char *none = catalog_render_yaml(snapshot, &options);
	g_autofree char *all = catalog_render_yaml(snapshot, NULL);

	assert_string_equal(none, "{}\n");
	assert_string_equal(all, "schemas:\n  public: {}\n");
}

/* --- Read back ----------------------------------------------------------- */

/* The value of the key in the mapping; NULL when there is none. No paths: the keys hold what paths are made of. */
static struct fy_node *
member(struct fy_node *mapping, const char *key)
{
	return mapping != NULL ? fy_node_mapping_lookup_value_by_simple_key(mapping, key, FY_NT) : NULL;
}

/* The key as it is written for the object. */
static char *
key_of(const CatalogObject *object)
{
	bool in_schema = catalog_class(object->class_id)->scope == CATALOG_SCOPE_SCHEMA;
	g_autofree char *key = catalog_identity_key(in_schema ? object->schema : NULL, object->name);
	static const char *const reserved[] = { "absent", "count", "exact", "list", NULL };

	if (g_strv_contains(reserved, key))
		return g_strdup_printf("\"%s\"", key);
	return g_steal_pointer(&key);
}

static struct fy_node *
find_node(struct fy_node *root, const CatalogObject *object)
{
	const CatalogClass *class = catalog_class(object->class_id);
	struct fy_node *parent = root;

	if (class->scope == CATALOG_SCOPE_RELATION) {
		g_autofree char *relation = catalog_identity_key(object->schema, object->relation);
		struct fy_node *table = member(member(root, "tables"), relation);
		parent = table != NULL ? table : member(member(root, "views"), relation);
	}
	struct fy_node *collection = member(parent, class->collection);
	if (object->class_id == CATALOG_PRIMARY_KEY)
		return collection;
	g_autofree char *key = key_of(object);
	return member(collection, key);
}

static void
check_attribute(const CatalogObject *object, const CatalogAttribute *attribute, struct fy_node *value)
{
	if (attribute->kind == CATALOG_VALUE_LIST) {
		assert_true(fy_node_is_sequence(value));
		return;
	}
	gsize length;
	const char *text = fy_node_get_scalar(value, &length);
	if (text == NULL || length != strlen(attribute->value) || memcmp(text, attribute->value, length) != 0)
		fail_msg("%s: %s is read back as \"%.*s\", not \"%s\"", object->identity, attribute->name, (int)length,
		         text, attribute->value);
}

static const char odd[] =
    "CREATE SCHEMA \"Odd.S\"; CREATE SCHEMA \"true\"; CREATE SCHEMA count;"
    "CREATE TABLE \"Odd.S\".\"a: b\" (exact integer, \"1\" text DEFAULT E'x\\n\\ty\\n', \"null\" integer, \"- a\" text,"
    " \"a\"\"b\" text DEFAULT E'\\r', \"#\" integer, \"gr\xc3\xbc\xc3\x9f"
    "e\" integer, \"Camel\" text DEFAULT '  ');"
    "CREATE TABLE \"true\".\"f(x)\" (absent integer, list integer, PRIMARY KEY (absent, list));"
    "CREATE VIEW \"true\".\"no\" AS SELECT E'a\\n  b\\n' AS \"two words\";"
    "CREATE FUNCTION \"true\".\"F.g\"(a text) RETURNS text LANGUAGE sql AS E'\\n\\n  SELECT ''x'' -- \\t\\n\\n\\n';"
    "CREATE FUNCTION \"true\".crlf() RETURNS text LANGUAGE sql AS E'SELECT\\r\\n''x''\\r\\n';"
    "CREATE INDEX \"yes\" ON \"Odd.S\".\"a: b\" (\"- a\" DESC, (\"#\" + 1));";

static void
every_text_is_read_back(void **state)
{
	SupportDatabase *database = *state;

	support_execute(database->session, kb);
	support_execute(database->session, odd);
	g_autoptr(CatalogSnapshot) snapshot = read_snapshot(database->session);
	g_autofree char *yaml = catalog_render_yaml(snapshot, NULL);
	struct fy_document *document = fy_document_build_from_string(NULL, yaml, FY_NT);
	assert_non_null(document);
	guint values = 0;
	for (guint i = 0; i < catalog_snapshot_size(snapshot); i++) {
		const CatalogObject *object = catalog_snapshot_object(snapshot, i);
		struct fy_node *node = find_node(fy_document_root(document), object);
		if (node == NULL)
			fail_msg("%s is not in the rendering:\n%s", object->identity, yaml);
		for (guint a = 0; a < object->n_attributes && fy_node_is_mapping(node); a++) {
			struct fy_node *value = member(node, object->attributes[a].name);
			if (value == NULL)
				continue;
			check_attribute(object, &object->attributes[a], value);
			values++;
		}
	}
	fy_document_destroy(document);
	assert_true(values > 80);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, support_open, support_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_schema_is_rendered_like_a_fixture),
		TEST(the_version_of_an_extension_can_be_left_out),
		TEST(nothing_is_an_empty_mapping),
		TEST(every_text_is_read_back),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
