#include "check/fixture/fixture.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* --- Helpers ------------------------------------------------------------- */

/* A file of the test program; its path stands for "f.yaml" in messages. */
static char *path;

static int
make_file(void **state)
{
	(void)state;
	int file = g_file_open_tmp("pgassay-test-XXXXXX.yaml", &path, NULL);

	return file >= 0 ? close(file) : -1;
}

static int
remove_file(void **state)
{
	(void)state;
	g_unlink(path);
	g_free(path);
	return 0;
}

static SuiteDocument *
load(const char *text, GError **error)
{
	assert_true(g_file_set_contents(path, text, -1, NULL));
	return check_fixture_load(path, error);
}

static void
assert_loads(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) fixture = load(text, &error);

	if (fixture == NULL)
		fail_msg("%s\n%s", error->message, text);
}

static void
assert_error(const char *text, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) fixture = load(text, &error);

	if (fixture != NULL)
		fail_msg("no error for: %s", text);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	g_autoptr(GString) found = g_string_new(error->message);
	g_string_replace(found, path, "f.yaml", 1);
	assert_string_equal(found->str, message);
}

/* --- The vocabulary and the catalog -------------------------------------- */

/* Takes a class's query to pieces: the names of the columns it gives, in order. */
static GPtrArray *
query_columns(const char *sql)
{
	GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) word = g_string_new(NULL);
	guint depth = 0;

	for (const char *p = sql; *p != '\0'; p++) {
		if (g_str_has_prefix(p, "--")) {
			p += strcspn(p, "\n");
		} else if (*p == '\'') {
			for (p++; *p != '\''; p++)
				;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')') {
			depth--;
		} else if (depth == 0 && (g_ascii_isalnum(*p) || *p == '_')) {
			if (p == sql || !(g_ascii_isalnum(p[-1]) || p[-1] == '_')) {
				if (g_str_has_prefix(p, "FROM")) {
					g_ptr_array_add(columns, g_strdup(word->str));
					return columns;
				}
				g_string_truncate(word, 0);
			}
			g_string_append_c(word, *p);
		} else if (depth == 0 && *p == ',') {
			g_ptr_array_add(columns, g_strdup(word->str));
		}
	}
	fail_msg("no FROM in: %s", sql);
	return columns;
}

static void
queries_are_taken_to_pieces(void **state)
{
	(void)state;
	g_autoptr(GPtrArray)
	    columns = query_columns("-- a, b FROM\nSELECT n.name AS schema,\n  x.plain,\n  -- why, FROM\n"
	                            "  CASE WHEN a = 'x, FROM (' THEN f(b, c FROM d) END AS default\nFROM t");

	assert_int_equal(columns->len, 3);
	assert_string_equal(g_ptr_array_index(columns, 0), "schema");
	assert_string_equal(g_ptr_array_index(columns, 1), "plain");
	assert_string_equal(g_ptr_array_index(columns, 2), "default");
}

static const char *
attribute_name(const CheckAttribute *attribute)
{
	return attribute->attribute != NULL ? attribute->attribute : attribute->key;
}

static bool
vocabulary_has(CatalogClassId class_id, const char *name)
{
	for (const CheckAttribute *a = check_vocabulary(class_id)->attributes; a->key != NULL; a++)
		if (strcmp(attribute_name(a), name) == 0)
			return true;
	return false;
}

/* A fixture can state every attribute of a snapshot: `pgassay snapshot` writes all of them. */
static void
every_attribute_of_the_catalog_is_a_key(void **state)
{
	(void)state;
	/* The first three make the identity, the others the key row_security. */
	static const char *const others[] = {
		"schema", "relation", "name", "row_security_enabled", "row_security_forced", NULL
	};

	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		g_autoptr(GPtrArray) columns = query_columns(class->sql);
		assert_non_null(check_vocabulary(class->id));
		assert_true(columns->len > 0);
		for (guint i = 0; i < columns->len; i++) {
			const char *column = g_ptr_array_index(columns, i);
			bool identity = g_strv_contains(others, column) && !(class->id == CATALOG_EXTENSION && i > 0);
			if (!identity && !vocabulary_has(class->id, column))
				fail_msg("fixtures cannot state \"%s\" of a %s", column, class->name);
		}
	}
}

static void
every_key_is_an_attribute_of_the_catalog(void **state)
{
	(void)state;
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		g_autoptr(GPtrArray) columns = query_columns(class->sql);
		for (const CheckAttribute *a = check_vocabulary(class->id)->attributes; a->key != NULL; a++)
			if (!g_ptr_array_find_with_equal_func(columns, attribute_name(a), g_str_equal, NULL))
				fail_msg("the catalog has no \"%s\" of a %s", attribute_name(a), class->name);
	}
}

static void
every_class_has_its_place(void **state)
{
	(void)state;
	for (int id = 0; id < CATALOG_N_CLASSES; id++) {
		const CatalogClass *class = catalog_class((CatalogClassId)id);
		const CatalogClassId *classes = class->scope == CATALOG_SCOPE_RELATION ? check_fixture_table_classes()
		                                                                       : check_fixture_top_classes();
		guint found = class->id == CATALOG_SCHEMA;
		for (; *classes != CATALOG_N_CLASSES; classes++)
			found += *classes == class->id;
		if (found != 1)
			fail_msg("\"%s\" stands in %u places of a fixture", class->collection, found);
	}
	for (const CatalogClassId *inner = check_fixture_view_classes(); *inner != CATALOG_N_CLASSES; inner++)
		assert_int_equal(catalog_class(*inner)->scope, CATALOG_SCOPE_RELATION);
}

/* --- Valid fixtures -------------------------------------------------------------- */

static void
the_fixtures_of_the_examples_load(void **state)
{
	(void)state;
	static const char *const files[] = { "fixtures/kb/kb.yaml", "fixtures/capsule/auth.yaml",
		                             "fixtures/capsule/project.yaml", "fixtures/capsule/common.yaml" };

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *file = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), files[i], NULL);
		g_autoptr(GError) error = NULL;
		g_autoptr(SuiteDocument) fixture = check_fixture_load(file, &error);
		if (fixture == NULL)
			fail_msg("%s", error->message);
	}
}

static void
every_form_of_a_collection_loads(void **state)
{
	(void)state;
	assert_loads(
	    "schemas: {exact: true, count: 2, kb: , core: {}, old: absent, \"\\\"count\\\"\": {tables: {count: 0}}}\n");
	assert_loads("schemas: {kb: {tables: {count: 2, list: [a, b], exact: true}, views: {count: 0}, functions: {}, "
	             "enums: {}, sequences: {}}}\n");
	assert_loads("extensions: [pgcrypto, pg_trgm]\n");
	assert_loads(
	    "extensions: {pgcrypto: {schema: public, version: \"1.3\"}, vector: absent, exact: true, count: 1}\n");
	assert_loads("extensions: {list: [a, b], exact: true}\n");
	assert_loads("enums: {kb.status: [a, b], kb.other: {labels: []}, kb.old: absent}\n");
	assert_loads(
	    "sequences: {kb.s: {type: bigint, start: 5, minimum: -9223372036854775808, increment: -1, cycle: true, "
	    "owned_by: none, identity: false}}\n");
	assert_loads(
	    "functions: {\"kb.touch(uuid, text)\": {volatility: stable, returns: trigger, cost: 1, settings: []}}\n");
	assert_loads(
	    "tables: {kb.t: , kb.u: {}, kb.old: absent, \"kb.\\\"Odd.Name\\\"\": {kind: table}, exact: false}\n");
	assert_loads("tables: {kb.t: {columns: {a: {type: text}, b: absent, c: , exact: true, count: 2}}}\n");
	assert_loads("tables: {kb.t: {columns: [{name: a, type: text}, {type: uuid}]}}\n");
	assert_loads("tables: {kb.t: {primary_key: [id]}}\n");
	assert_loads("tables: {kb.t: {primary_key: {name: t_pkey, columns: [id], deferrable: false}}}\n");
	assert_loads("tables: {kb.t: {primary_key: absent}}\n");
	assert_loads("tables: {kb.t: {unique: [[a, b], {columns: [c]}]}}\n");
	assert_loads("tables: {kb.t: {unique: {t_key: [a, b], exact: true, list: [[c]]}}}\n");
	assert_loads("tables: {kb.t: {foreign_keys: [{columns: [a], references: kb.u(id), on_delete: set null}]}}\n");
	assert_loads("tables: {kb.t: {exclusions: {t_excl: {definition: EXCLUDE USING gist (a WITH &&)}}}}\n");
	assert_loads("tables: {kb.t: {row_security: {enabled: true}}}\n");
	assert_loads("tables: {kb.t: {columns: {n: {nullable: false, not_null_validated: false, storage: none}}}}\n");
	assert_loads(
	    "views: {kb.v: {materialized: true, columns: [id integer], indexes: [{columns: [id]}], triggers: {}}}\n");
	assert_loads("tables: {list: [{name: t, persistence: unlogged}]}\n");
}

/* --- Invalid fixtures ------------------------------------------------------------ */

static void
a_fixture_that_states_nothing_is_an_error(void **state)
{
	(void)state;
	assert_error("", "f.yaml:1:1: the fixture states nothing\n"
	                 "1 | \n"
	                 "  | ^\n"
	                 "hint: state what must hold, or remove the fixture from the suite");
	assert_error("# TODO\n", "f.yaml:1:1: the fixture states nothing\n"
	                         "1 | # TODO\n"
	                         "  | ^\n"
	                         "hint: state what must hold, or remove the fixture from the suite");
	assert_error("{}\n", "f.yaml:1:1: the fixture states nothing\n"
	                     "1 | {}\n"
	                     "  | ^\n"
	                     "hint: state what must hold, or remove the fixture from the suite");
	assert_error("tables: { public.t: }\nsequences: {}\n",
	             "f.yaml:2:1: \"sequences\" states nothing\n"
	             "2 | sequences: {}\n"
	             "  | ^\n"
	             "hint: state what must hold (none: { count: 0 }), or remove it");
	assert_error("[]\n", "f.yaml:1:1: the fixture must be a mapping, not a list\n"
	                     "1 | []\n"
	                     "  | ^");
	assert_error("text\n", "f.yaml:1:1: the fixture must be a mapping, not \"text\"\n"
	                       "1 | text\n"
	                       "  | ^");
}

static void
unknown_keys_have_a_hint(void **state)
{
	(void)state;
	assert_error("table: {}\n", "f.yaml:1:1: the fixture has no key \"table\"\n"
	                            "1 | table: {}\n"
	                            "  | ^\n"
	                            "hint: did you mean \"tables\"?");
	assert_error("tables: {kb.t: {colums: {}}}\n", "f.yaml:1:17: \"kb.t\" has no key \"colums\"\n"
	                                               "1 | tables: {kb.t: {colums: {}}}\n"
	                                               "  |                 ^\n"
	                                               "hint: did you mean \"columns\"?");
	assert_error("tables:\n  kb.t:\n    columns:\n      a: {typ: text}\n", "f.yaml:4:11: \"a\" has no key \"typ\"\n"
	                                                                       "4 |       a: {typ: text}\n"
	                                                                       "  |           ^\n"
	                                                                       "hint: did you mean \"type\"?");
	assert_error("tables:\n  kb.t:\n    indexes:\n      - {columns: [a], uniqe: true}\n",
	             "f.yaml:4:24: item 1 of \"indexes\" has no key \"uniqe\"\n"
	             "4 |       - {columns: [a], uniqe: true}\n"
	             "  |                        ^\n"
	             "hint: did you mean \"unique\"?");
	assert_error("tables: {kb.t: {row_security: {enable: true}}}\n",
	             "f.yaml:1:32: \"row_security\" has no key \"enable\"\n"
	             "1 | tables: {kb.t: {row_security: {enable: true}}}\n"
	             "  |                                ^\n"
	             "hint: did you mean \"enabled\"?");
	assert_error("schemas: {kb: {tables: {counts: 1}}}\n", "f.yaml:1:25: \"tables\" has no key \"counts\"\n"
	                                                       "1 | schemas: {kb: {tables: {counts: 1}}}\n"
	                                                       "  |                         ^\n"
	                                                       "hint: did you mean \"count\"?");
}

static void
values_have_their_kinds(void **state)
{
	(void)state;
	assert_error("tables: {kb.t: {columns: {a: {nullable: no}}}}\n",
	             "f.yaml:1:41: \"nullable\" must be true or false, not \"no\"\n"
	             "1 | tables: {kb.t: {columns: {a: {nullable: no}}}}\n"
	             "  |                                         ^");
	assert_error(
	    "tables: {kb.t: {foreign_keys: [{on_delete: casade}]}}\n",
	    "f.yaml:1:44: \"on_delete\" must be no action, restrict, cascade, set null or set default, not \"casade\"\n"
	    "1 | tables: {kb.t: {foreign_keys: [{on_delete: casade}]}}\n"
	    "  |                                            ^\n"
	    "hint: did you mean \"cascade\"? It can be: no action, restrict, cascade, set null, set default");
	assert_error("tables: {kb.t: {columns: {a: absnt}}}\n",
	             "f.yaml:1:30: \"a\" must be absent, or a mapping of what must hold, not \"absnt\"\n"
	             "1 | tables: {kb.t: {columns: {a: absnt}}}\n"
	             "  |                              ^");
	assert_error("tables: {kb.t: \"absent\"}\n",
	             "f.yaml:1:16: \"kb.t\" must be absent, or a mapping of what must hold, not \"absent\"\n"
	             "1 | tables: {kb.t: \"absent\"}\n"
	             "  |                ^\n"
	             "hint: in quotes it is a text: write it without them");
	assert_error("tables: {kb.t: {primary_key: id}}\n",
	             "f.yaml:1:30: \"primary_key\" must be a list of columns, a mapping, or absent, not \"id\"\n"
	             "1 | tables: {kb.t: {primary_key: id}}\n"
	             "  |                              ^");
	assert_error("sequences: {kb.s: {start: one}}\n", "f.yaml:1:27: \"start\" must be a whole number, not \"one\"\n"
	                                                  "1 | sequences: {kb.s: {start: one}}\n"
	                                                  "  |                           ^");
	assert_error("tables: {kb.t: {columns: {count: -1}}}\n",
	             "f.yaml:1:34: \"count\" must be a number, 0 or more, not \"-1\"\n"
	             "1 | tables: {kb.t: {columns: {count: -1}}}\n"
	             "  |                                  ^");
	assert_error("extensions: [{name: x}]\n",
	             "f.yaml:1:14: item 1 of \"extensions\" must be a text, not a mapping\n"
	             "1 | extensions: [{name: x}]\n"
	             "  |              ^");
	assert_error("tables: {kb.t: {indexes: [[a]]}}\n",
	             "f.yaml:1:27: item 1 of \"indexes\" must be a mapping of what must hold, not a list\n"
	             "1 | tables: {kb.t: {indexes: [[a]]}}\n"
	             "  |                           ^");
	assert_error("tables: {kb.t: {columns: {a: {not_null_validated: true}}}}\n",
	             "f.yaml:1:51: \"not_null_validated\" must be false: NOT NULL that is NOT VALID (PostgreSQL 18), "
	             "not \"true\"\n"
	             "1 | tables: {kb.t: {columns: {a: {not_null_validated: true}}}}\n"
	             "  |                                                   ^\n"
	             "hint: it can be: false");
}

static void
names_carry_their_schema(void **state)
{
	(void)state;
	assert_error(
	    "tables:\n  users: {}\n",
	    "f.yaml:2:3: \"users\" is not the name of a table with its schema\n"
	    "2 |   users: {}\n"
	    "  |   ^\n"
	    "hint: write schema.name; a part that holds a dot stands in double quotes: \"kb.\\\"odd.name\\\"\"");
	assert_error(
	    "enums: {a.b.c: [x]}\n",
	    "f.yaml:1:9: \"a.b.c\" is not the name of an enum with its schema\n"
	    "1 | enums: {a.b.c: [x]}\n"
	    "  |         ^\n"
	    "hint: write schema.name; a part that holds a dot stands in double quotes: \"kb.\\\"odd.name\\\"\"");
	assert_error("functions:\n  kb.touch: {}\n",
	             "f.yaml:2:3: \"kb.touch\" has no argument types\n"
	             "2 |   kb.touch: {}\n"
	             "  |   ^\n"
	             "hint: write the types of its arguments, or () for none: kb.touch(uuid, text)");
	assert_error("tables:\n  kb.: {}\n",
	             "f.yaml:2:3: \"kb.\" is not the name of a table with its schema\n"
	             "2 |   kb.: {}\n"
	             "  |   ^\n"
	             "hint: write schema.name; a part that holds a dot stands in double quotes: "
	             "\"kb.\\\"odd.name\\\"\"");
}

static void
wildcards_and_exceptions_load(void **state)
{
	(void)state;
	assert_loads("tables: {kb.*_jobs: {optional: true, columns: {\"*_at\": {type: timestamptz}}}}\n");
	assert_loads("tables: {\"*.*\": {except: {kb.settings: one row, kb.tmp_*: not ours}}, at_least: 1}\n");
	assert_loads("schemas: {at_least: 1, \"tenant_*\": {except: {tenant_0: a template}, tables: {at_least: 3}}}\n");
	assert_loads("functions: {kb.*(*): , \"kb.touch(uuid, *)\": absent}\n");
	assert_loads("tables: {kb.t: {columns: {\"*\": {except: {note: free}, nullable: false}}}}\n");
}

static void
exceptions_belong_to_wildcards(void **state)
{
	(void)state;
	assert_error("tables:\n  kb.t: {except: {kb.t: why}}\n",
	             "f.yaml:2:18: only a name with wildcards can have exceptions\n"
	             "2 |   kb.t: {except: {kb.t: why}}\n"
	             "  |                  ^\n"
	             "hint: \"*\" stands for any text: kb.*_jobs");
	assert_error("tables: {kb.t: {columns: {'\"a*\"': {except: {b: why}}}}}\n",
	             "f.yaml:1:44: only a name with wildcards can have exceptions\n"
	             "1 | tables: {kb.t: {columns: {'\"a*\"': {except: {b: why}}}}}\n"
	             "  |                                            ^\n"
	             "hint: \"*\" stands for any text: kb.*_jobs");
	assert_error("views: {kb.*: {except: {kb.v: \"\"}}}\n", "f.yaml:1:31: the reason is empty\n"
	                                                        "1 | views: {kb.*: {except: {kb.v: \"\"}}}\n"
	                                                        "  |                               ^\n"
	                                                        "hint: say why the exception is right");
	assert_error("tables: {kb.*: {except: {t: why}}}\n",
	             "f.yaml:1:26: \"t\" is not the name of an object with its schema\n"
	             "1 | tables: {kb.*: {except: {t: why}}}\n"
	             "  |                          ^\n"
	             "hint: write schema.name");
	assert_error("tables: {kb.*: {except: [kb.t]}}\n",
	             "f.yaml:1:25: \"except\" must be a mapping of names to texts, not a list\n"
	             "1 | tables: {kb.*: {except: [kb.t]}}\n"
	             "  |                         ^");
	assert_error("schemas: {\"a*\": {tables: {at_least: some}}}\n",
	             "f.yaml:1:37: \"at_least\" must be a number, 0 or more, not \"some\"\n"
	             "1 | schemas: {\"a*\": {tables: {at_least: some}}}\n"
	             "  |                                     ^");
}

static void
rules_have_their_forms(void **state)
{
	(void)state;
	assert_loads("rules: {tables_have_primary_key: true, foreign_keys_have_index: , indexes_are_valid: {schemas: "
	             "[kb, \"t_*\"]}}\n");
	assert_loads("rules: {row_security_enabled: [{schemas: [kb], except: {kb.t: why, kb.t.p: why, core: why}}, "
	             "{commands: []}]}\n");
	assert_error("rules: {foreign_key_has_index: true}\n",
	             "f.yaml:1:9: \"rules\" has no key \"foreign_key_has_index\"\n1 | rules: {foreign_key_has_index: "
	             "true}\n  |         ^\nhint: did you mean \"foreign_keys_have_index\"?");
	assert_error(
	    "rules: {indexes_are_valid: false}\n",
	    "f.yaml:1:28: \"indexes_are_valid\" must be true, a mapping, or a list of mappings, not \"false\"\n1 | "
	    "rules: {indexes_are_valid: false}\n  |                            ^\nhint: it can be: true");
	assert_error("rules:\n  indexes_are_valid: []\n",
	             "f.yaml:2:22: \"indexes_are_valid\" states nothing\n2 |   indexes_are_valid: []\n  |              "
	             "        ^\nhint: write true, or remove it");
	assert_error("rules:\n  indexes_are_valid: {schemas: []}\n",
	             "f.yaml:2:32: \"schemas\" names no schema\n2 |   indexes_are_valid: {schemas: []}\n  |            "
	             "                    ^\nhint: without the key, all are meant");
	assert_error(
	    "rules: {indexes_are_valid: {commands: [select]}}\n",
	    "f.yaml:1:29: \"indexes_are_valid\" has no key \"commands\"\n1 | rules: {indexes_are_valid: "
	    "{commands: [select]}}\n  |                             ^\nhint: the keys are: schemas, except, if");
	assert_error("rules: {row_security_enabled: {commands: [selct]}}\n",
	             "f.yaml:1:43: item 1 of \"commands\" must be select, insert, update or delete, not \"selct\"\n1 | "
	             "rules: {row_security_enabled: {commands: [selct]}}\n  |                                          "
	             " ^\nhint: did you mean \"select\"? It can be: select, insert, update, delete");
	assert_error("rules: {names_are_plain: {except: {kb.t: \"\"}}}\n",
	             "f.yaml:1:42: the reason is empty\n1 | rules: {names_are_plain: {except: {kb.t: \"\"}}}\n  |      "
	             "                                    ^\nhint: say why the exception is right");
	assert_error(
	    "rules: {names_are_plain: [{except: {a.b.c.d: x}}]}\n",
	    "f.yaml:1:37: \"a.b.c.d\" is not the name of an object\n1 | rules: {names_are_plain: [{except: {a.b.c.d: "
	    "x}}]}\n  |                                     ^\nhint: write schema, schema.name or schema.table.name");
}

static void
a_fixture_that_is_not_there_is_an_error(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	assert_null(check_fixture_load("/nonexistent/f.yaml", &error));
	assert_string_equal(error->message, "could not read \"/nonexistent/f.yaml\": No such file or directory");
}

static void
mutated_fixtures_load_or_fail_with_an_error(void **state)
{
	(void)state;
	static const char *const pieces[] = { "[", "]",  "{",   "}",  ": ", "- ",     ",",
		                              "x", "\"", "kb.", "\n", "  ", "absent", "*a" };
	g_autofree char *file = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "fixtures/kb/kb.yaml", NULL);
	g_autoptr(GRand) random = g_rand_new_with_seed(11);
	g_autofree char *original = NULL;
	guint loaded = 0;

	assert_true(g_file_get_contents(file, &original, NULL, NULL));
	const char *tables = strstr(original, "\ntables:");
	const char *end = strstr(tables, "  kb.projects:");
	assert_non_null(end);
	for (guint i = 0; i < 1000; i++) {
		g_autoptr(GString) text = g_string_new_len(tables, end - tables);
		g_autoptr(GError) error = NULL;
		gssize place = g_rand_int_range(random, 0, (gint32)text->len - 4);
		if (i % 2 == 0)
			g_string_erase(text, place, g_rand_int_range(random, 1, 4));
		if (i % 4 != 0)
			g_string_insert(text, place, pieces[g_rand_int_range(random, 0, G_N_ELEMENTS(pieces))]);
		g_autoptr(SuiteDocument) fixture = load(text->str, &error);
		assert_true((fixture != NULL) == (error == NULL));
		loaded += fixture != NULL;
	}
	assert_in_range(loaded, 50, 950);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_are_taken_to_pieces),
		cmocka_unit_test(every_attribute_of_the_catalog_is_a_key),
		cmocka_unit_test(every_key_is_an_attribute_of_the_catalog),
		cmocka_unit_test(every_class_has_its_place),
		cmocka_unit_test(the_fixtures_of_the_examples_load),
		cmocka_unit_test(every_form_of_a_collection_loads),
		cmocka_unit_test(a_fixture_that_states_nothing_is_an_error),
		cmocka_unit_test(unknown_keys_have_a_hint),
		cmocka_unit_test(values_have_their_kinds),
		cmocka_unit_test(names_carry_their_schema),
		cmocka_unit_test(wildcards_and_exceptions_load),
		cmocka_unit_test(exceptions_belong_to_wildcards),
		cmocka_unit_test(rules_have_their_forms),
		cmocka_unit_test(a_fixture_that_is_not_there_is_an_error),
		cmocka_unit_test(mutated_fixtures_load_or_fail_with_an_error),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
