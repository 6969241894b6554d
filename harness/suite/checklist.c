#include "suite/checklist.h"

#include "suite/loading.h"

#include <string.h>

/* --- Probes ------------------------------------------------------------------------ */

const char *const suite_probe_methods[] = { "get", "head", "post", "put", "patch", "delete", "options", NULL };

static const SuiteShape checklist_any_shape = { .expects = "anything", .accepts = SUITE_ACCEPT_ANY };
static const SuiteShape texts_shape = { .expects = "a mapping of names to texts",
	                                .accepts = SUITE_ACCEPT_MAPPING,
	                                .values = &suite_shape_text };

static const SuiteKey send_keys[] = {
	{ "json", &checklist_any_shape, false, "the body as JSON, written as YAML" },
	{ "form", &texts_shape, false, "the body as a form" },
	{ "text", &suite_shape_text, false, "the body as it is" },
	{ NULL },
};
static const SuiteShape send_shape = { .expects = "a mapping with json, form or text",
	                               .accepts = SUITE_ACCEPT_MAPPING,
	                               .keys = send_keys,
	                               .one_key = true };

static const SuiteKey basic_keys[] = {
	{ "user", &suite_shape_text, true, "the user" },
	{ "password", &suite_shape_text, true, "the password; best from the environment" },
	{ NULL },
};
static const SuiteShape basic_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = basic_keys };

static const SuiteKey retry_keys[] = {
	{ "until", &suite_shape_text, true, "how long it is tried again: 30 s" },
	{ "every", &suite_shape_text, false, "the pause before the second time; default: 500 ms; it doubles" },
	{ NULL },
};
static const SuiteShape retry_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = retry_keys };

static const char *const type_choices[] = { "boolean", "integer", "float", "number", "string", "list", "object",
	                                    "null",    "date",    "uuid",  "ipv4",   "ipv6",   NULL };
static const SuiteShape type_shape = { .expects = "a type", .accepts = SUITE_ACCEPT_TEXT, .choices = type_choices };

static const SuiteKey predicate_keys[] = {
	{ "equals", &checklist_any_shape, false, "the value is this one, of the same type" },
	{ "not_equals", &checklist_any_shape, false, "the value is not this one" },
	{ "above", &suite_shape_text, false, "the number is larger" },
	{ "at_least", &suite_shape_text, false, "the number is not smaller" },
	{ "below", &suite_shape_text, false, "the number is smaller" },
	{ "at_most", &suite_shape_text, false, "the number is not larger" },
	{ "starts_with", &suite_shape_text, false, "the text begins with it" },
	{ "ends_with", &suite_shape_text, false, "the text ends with it" },
	{ "contains", &suite_shape_text, false, "the text contains it; of a list: an item is equal to it" },
	{ "matches", &suite_shape_text, false, "the regular expression fits a part of the text" },
	{ "exists", &suite_shape_bool, false, "whether there is such a value" },
	{ "empty", &suite_shape_bool, false, "whether it is a text, list or object without anything in it" },
	{ "count", &suite_shape_count, false, "how many values there are, or items in the only one" },
	{ "is", &type_shape, false, "the type of the value" },
	{ "save", &suite_shape_text, false, "the name under which later probes have the value: {{name}}" },
	{ NULL },
};
static const SuiteShape predicate_shape = { .expects = "a value, or a mapping of what it has to be",
	                                    .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL | SUITE_ACCEPT_MAPPING,
	                                    .keys = predicate_keys };
static const SuiteShape predicates_shape = { .expects = "a mapping",
	                                     .accepts = SUITE_ACCEPT_MAPPING,
	                                     .values = &predicate_shape };

static const SuiteKey duration_keys[] = {
	{ "below", &suite_shape_text, true, "the limit, with its unit: 500 ms" },
	{ NULL },
};
static const SuiteShape duration_shape = { .expects = "a mapping",
	                                   .accepts = SUITE_ACCEPT_MAPPING,
	                                   .keys = duration_keys };

static const SuiteKey certificate_keys[] = {
	{ "expires_after", &suite_shape_text, false, "how long it is good at least: 15 days" },
	{ "subject", &predicate_shape, false, "whom it is for" },
	{ "issuer", &predicate_shape, false, "who has signed it" },
	{ NULL },
};
static const SuiteShape certificate_shape = { .expects = "a mapping",
	                                      .accepts = SUITE_ACCEPT_MAPPING,
	                                      .keys = certificate_keys };

static const SuiteKey probe_keys[] = {
	{ "name", &suite_shape_text, false, "what people call the step" },
	{ "get", &suite_shape_text, false, "the URL of a GET; {{name}} stands for a value" },
	{ "head", &suite_shape_text, false, "the URL of a HEAD" },
	{ "post", &suite_shape_text, false, "the URL of a POST" },
	{ "put", &suite_shape_text, false, "the URL of a PUT" },
	{ "patch", &suite_shape_text, false, "the URL of a PATCH" },
	{ "delete", &suite_shape_text, false, "the URL of a DELETE" },
	{ "options", &suite_shape_text, false, "the URL of an OPTIONS" },
	{ "headers", &texts_shape, false, "headers of the request" },
	{ "send", &send_shape, false, "the body of the request" },
	{ "basic", &basic_shape, false, "user and password" },
	{ "bearer", &suite_shape_text, false, "a token: \"{{env.API_TOKEN}}\"" },
	{ "timeout", &suite_shape_text, false, "how long the answer may take; default: 30 s" },
	{ "redirects", &suite_shape_count, false, "how many are followed; default: none" },
	{ "retry", &retry_shape, false, "it is sent again until all is as expected, or the time is over" },
	{ "status", &suite_shape_count, false, "the status of the answer; default: any from 200 to 299" },
	{ "header", &predicates_shape, false, "headers of the answer" },
	{ "json", &predicates_shape, false, "values in its body, by JSONPath (RFC 9535): \"$.id\"" },
	{ "body", &predicate_shape, false, "its body as a text" },
	{ "duration", &duration_shape, false, "how long the answer takes" },
	{ "certificate", &certificate_shape, false, "the certificate of the server" },
	{ "ip", &predicate_shape, false, "the address that has answered" },
	{ NULL },
};
static const SuiteShape probe_shape = { .expects = "a probe", .accepts = SUITE_ACCEPT_MAPPING, .keys = probe_keys };
static const SuiteShape probes_shape = { .expects = "a probe, or a list of them",
	                                 .accepts = SUITE_ACCEPT_MAPPING | SUITE_ACCEPT_LIST,
	                                 .item = &probe_shape,
	                                 .keys = probe_keys };

/* --- The other kinds ------------------------------------------------------------------ */

static const SuiteKey target_keys[] = {
	{ "database", &suite_shape_text, false, "the name of the database" },
	{ "system", &suite_shape_text, false, "the system identifier of its server, in quotes" },
	{ "version", &suite_shape_count, false, "the major version of its server" },
	{ "address", &suite_shape_text, false,
	  "where its server says that it is, as the evidence has it: 10.0.0.5 port 5432" },
	{ NULL },
};
static const SuiteShape target_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = target_keys };

static const SuiteKey condition_keys[] = {
	{ "limit", &suite_shape_text, false, "how large the number may be, with its unit" },
	{ "capacity", &suite_shape_text, false, "of disk: how large the disk is: 500 GiB" },
	{ "names", &suite_shape_text, false, "of standbys: the application_name of each, with commas between them" },
	{ "role", &suite_shape_text, false, "of rights and lock_timeout: who migrates" },
	{ NULL },
};
static const SuiteShape condition_shape = { .expects = "a limit with its unit, or a mapping",
	                                    .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL | SUITE_ACCEPT_MAPPING,
	                                    .keys = condition_keys };
static const SuiteShape conditions_shape = { .expects = "a mapping of conditions to limits",
	                                     .accepts = SUITE_ACCEPT_MAPPING,
	                                     .values = &condition_shape };

static const char *const history_choices[] = { "pending", "complete", NULL };
static const SuiteShape history_shape = { .expects = "pending or complete",
	                                  .accepts = SUITE_ACCEPT_TEXT,
	                                  .choices = history_choices };

static const SuiteShape query_cell_shape = { .expects = "a text, a number, true, false or null",
	                                     .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_NULL };
static const SuiteShape query_row_shape = { .expects = "a list of values",
	                                    .accepts = SUITE_ACCEPT_LIST,
	                                    .item = &query_cell_shape };
static const SuiteShape query_rows_shape = { .expects = "a list of rows",
	                                     .accepts = SUITE_ACCEPT_LIST,
	                                     .item = &query_row_shape };
static const SuiteKey query_keys[] = {
	{ "sql", &suite_shape_text, true, "one SELECT, which is run read only on the target" },
	{ "rows", &query_rows_shape, false, "the rows that it gives, in order; values are compared as text" },
	{ "min", &suite_shape_text, false, "of a query that gives one number: not less than this" },
	{ "max", &suite_shape_text, false, "of a query that gives one number: not more than this" },
	{ NULL },
};
static const SuiteShape query_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = query_keys };

static const SuiteKey cases_keys[] = {
	{ "pass", &suite_shape_text_or_list, true, "the cases: DATABASE/STAGE/CASE, with *" },
	{ "report", &suite_shape_text, true, "a report as JSON, of the same commit" },
	{ NULL },
};
static const SuiteShape cases_shape = { .expects = "a text, a list of texts, or a mapping",
	                                .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST | SUITE_ACCEPT_MAPPING,
	                                .item = &suite_shape_text,
	                                .keys = cases_keys };

static const SuiteKey room_keys[] = {
	{ "capacity", &suite_shape_text, true, "how large the disk is: 500 GiB" },
	{ "limit", &suite_shape_text, false, "how much of it may be taken while the ups run; default: 80 %" },
	{ NULL },
};
static const SuiteShape room_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = room_keys };

static const SuiteKey backup_keys[] = {
	{ "file", &suite_shape_text, true, "the backup; of several that fit * the newest one" },
	{ "younger", &suite_shape_text, false, "how old it may be, with its unit: 24 h" },
	{ "of", &suite_shape_text, false, "the database that it is of; default: that of the target" },
	{ "restore", &suite_shape_bool, false, "restore it on a scratch server; default: true" },
	{ "restored_within", &suite_shape_text, false, "how long restoring may take, with its unit: 30 min" },
	{ "rows", &texts_shape, false, "table: by how much its number of rows may differ from the target: 1 %" },
	{ "same", &suite_shape_text_list, false, "queries that give the same on the restored copy and on the target" },
	{ "rehearse", &suite_shape_bool, false,
	  "run the pending migrations and their downs on the restored copy; default: false" },
	{ "disk", &room_shape, false, "the disk of the target, in which what the rehearsal needs must have room" },
	{ NULL },
};
static const SuiteShape backup_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = backup_keys };

static const SuiteKey command_keys[] = {
	{ "run", &suite_shape_text_list, true, "the program and its arguments; no shell is between" },
	{ "exit", &suite_shape_count, false, "its exit code; default: 0" },
	{ "timeout", &suite_shape_text, false, "how long it may take, with its unit; default: 10 min" },
	{ "directory", &suite_shape_text, false, "where it runs, relative to the suite; default: the suite's" },
	{ "environment", &suite_shape_text_mapping, false, "more variables of its environment" },
	{ NULL },
};
static const SuiteShape command_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = command_keys };

static const SuiteKey manual_keys[] = {
	{ "sign", &suite_shape_text, true, "the name by which \"pgassay sign\" signs it: letters, digits, _ and -" },
	{ "four_eyes", &suite_shape_bool, false,
	  "the person who signs must not be an author of a pending migration; default: false" },
	{ NULL },
};
static const SuiteShape manual_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = manual_keys };

/* --- Items ------------------------------------------------------------------------------- */

static const char *const phase_choices[] = { "pre", "during", "post", NULL };
static const SuiteShape phase_shape = { .expects = "pre, during or post",
	                                .accepts = SUITE_ACCEPT_TEXT,
	                                .choices = phase_choices };
static const SuiteShape phases_shape = { .expects = "pre, during or post, or a list of them",
	                                 .accepts = SUITE_ACCEPT_TEXT | SUITE_ACCEPT_LIST,
	                                 .choices = phase_choices,
	                                 .item = &phase_shape };

const char *const suite_item_kinds[] = { "target", "conditions", "history", "drift",   "data",   "query", "fixture",
	                                 "cases",  "http",       "backup",  "command", "manual", "plans", NULL };

static const SuiteKey item_keys[] = {
	{ "item", &suite_shape_text, true, "the sentence that is ticked" },
	{ "phase", &phases_shape, false, "when: pre (default), during, post" },
	{ "required", &suite_shape_bool, false, "whether a release has to wait for it; default: true" },
	{ "database", &suite_shape_text, false, "the database of the suite; needed where the suite has several" },
	{ "target", &target_shape, false, "the target is this database" },
	{ "conditions", &conditions_shape, false, "numbers of the target are not above their limits" },
	{ "history", &history_shape, false,
	  "the target's history and the files go together; complete: nothing is pending" },
	{ "drift", &suite_shape_count, false, "how many objects of the target may differ from its migrations: 0" },
	{ "data", &suite_shape_count, false, "how many rows of the target may break a pending migration: 0" },
	{ "query", &query_shape, false, "a query on the target gives this" },
	{ "fixture", &suite_shape_text_or_list, false, "fixtures hold on the target" },
	{ "plans", &suite_shape_text_or_list, false,
	  "these plans of the suite, or all, are as wanted on the target as it is" },
	{ "cases", &cases_shape, false, "these cases of the suite pass: DATABASE/STAGE/CASE, with *" },
	{ "http", &probes_shape, false, "a service answers like this" },
	{ "cleanup", &probes_shape, false, "probes that are sent at the end, whatever has failed" },
	{ "backup", &backup_shape, false, "a backup can be restored" },
	{ "command", &command_shape, false, "a program ends with this exit code" },
	{ "manual", &manual_shape, false, "somebody has signed it" },
	{ NULL },
};
static const SuiteShape item_shape = { .expects = "an item", .accepts = SUITE_ACCEPT_MAPPING, .keys = item_keys };
static const SuiteShape items_shape = { .expects = "a list of items",
	                                .accepts = SUITE_ACCEPT_LIST,
	                                .item = &item_shape };
const SuiteShape suite_checklist_shape = { .expects = "a list of items, or the path of a file that is one",
	                                   .accepts = SUITE_ACCEPT_LIST | SUITE_ACCEPT_TEXT,
	                                   .item = &item_shape };

/* --- Loading -------------------------------------------------------------------------------- */

SuitePhase
suite_phase_find(const char *name)
{
	for (guint i = 0; phase_choices[i] != NULL; i++)
		if (strcmp(phase_choices[i], name) == 0)
			return (SuitePhase)(1U << i);
	return (SuitePhase)0;
}

const char *
suite_phase_name(SuitePhase phase)
{
	for (guint i = 0; phase_choices[i] != NULL; i++)
		if (phase == (SuitePhase)(1U << i))
			return phase_choices[i];
	return "?";
}

void
suite_item_free(gpointer data)
{
	SuiteItem *item = data;

	g_free(item->name);
	g_free(item);
}

static guint
item_read_phases(const SuiteNode *node)
{
	guint phases = 0;

	if (node == NULL)
		return SUITE_PHASE_PRE;
	if (suite_node_kind(node) == SUITE_NODE_SCALAR)
		return suite_phase_find(suite_node_text(node));
	for (guint i = 0; i < suite_node_size(node); i++)
		phases |= suite_phase_find(suite_node_text(suite_node_item(node, i)));
	return phases;
}

/* An item is of one kind. */
static bool
item_find_kind(SuiteItem *item, GError **error)
{
	for (guint i = 0; suite_item_kinds[i] != NULL; i++) {
		const SuiteNode *value = suite_node_get(item->node, suite_item_kinds[i]);
		if (value == NULL)
			continue;
		if (item->kind != NULL)
			return suite_node_error(value, error, "make two items of it",
			                        "item \"%s\" has both \"%s\" and \"%s\"", item->name, item->kind,
			                        suite_item_kinds[i]);
		item->kind = suite_item_kinds[i];
		item->value = value;
	}
	g_autofree char *all = g_strjoinv(", ", (char **)suite_item_kinds);
	g_autofree char *hint = g_strdup_printf("say by one of: %s", all);
	return item->kind != NULL ||
	       suite_node_error(item->node, error, hint, "nothing says how item \"%s\" is ticked", item->name);
}

static bool
item_check_name(const Suite *suite, const SuiteItem *item, GError **error)
{
	const SuiteNode *node = suite_node_get(item->node, "item");

	if (item->name[0] == '\0' || strpbrk(item->name, "\n\r\t") != NULL)
		return suite_node_error(node, error, "write the sentence that people tick",
		                        "the name of an item must be one line that is not empty");
	for (guint i = 0; i < suite->checklist->len; i++) {
		const SuiteItem *other = g_ptr_array_index(suite->checklist, i);
		if (other != item && strcmp(other->name, item->name) == 0)
			return suite_node_error(node, error, "give each item a sentence of its own",
			                        "another item is \"%s\" too", item->name);
	}
	return true;
}

/* An item that names none of several databases belongs to no database. A kind that needs one refuses the item when
 * it loads it. */
static bool
item_find_database(const Suite *suite, SuiteItem *item, GError **error)
{
	const SuiteNode *named = suite_node_get(item->node, "database");

	if (named != NULL)
		return suite_find_named_database(suite, named, &item->database, error);
	if (suite->databases->len == 1)
		item->database = g_ptr_array_index(suite->databases, 0);
	return true;
}

/* An item with an empty list would be ticked though nothing was looked at. */
static bool
item_check_lists(const SuiteItem *item, GError **error)
{
	const char *const keys[] = { "phase", item->kind, NULL };

	for (guint i = 0; keys[i] != NULL; i++) {
		const SuiteNode *value = suite_node_get(item->node, keys[i]);
		if (value != NULL && suite_node_kind(value) == SUITE_NODE_LIST && suite_node_size(value) == 0)
			return suite_node_error(value, error, "name one, or take the item out",
			                        "\"%s\" is an empty list", keys[i]);
	}
	return true;
}

static bool
item_load(Suite *suite, const SuiteNode *node, GError **error)
{
	SuiteItem *item = g_new0(SuiteItem, 1);
	const SuiteNode *required = suite_node_get(node, "required");

	g_ptr_array_add(suite->checklist, item);
	item->node = node;
	item->name = g_strdup(suite_node_get_text(node, "item"));
	item->required = true;
	if (required != NULL)
		suite_node_is_bool(required, &item->required);
	item->phases = item_read_phases(suite_node_get(node, "phase"));
	return item_check_name(suite, item, error) && item_find_kind(item, error) && item_check_lists(item, error) &&
	       item_find_database(suite, item, error);
}

static const SuiteNode *
checklist_load_file(Suite *suite, const SuiteNode *node, GError **error)
{
	SuiteFile *file = suite_file_new(suite, node, G_FILE_TEST_IS_REGULAR, error);

	if (file == NULL)
		return NULL;
	SuiteDocument *document = suite_document_load(file->path, error);
	suite_file_free(file);
	if (document == NULL)
		return NULL;
	suite_document_adopt(suite->document, document);
	const SuiteNode *root = suite_document_root(document);
	return suite_shape_check(&items_shape, root, "the checklist", error) ? root : NULL;
}

bool
suite_load_checklist(Suite *suite, const SuiteNode *node, GError **error)
{
	const SuiteNode *list = node;

	if (node != NULL && suite_node_kind(node) == SUITE_NODE_SCALAR)
		list = checklist_load_file(suite, node, error);
	if (list == NULL)
		return node == NULL;
	for (guint i = 0; i < suite_node_size(list); i++)
		if (!item_load(suite, suite_node_item(list, i), error))
			return false;
	return true;
}
