#include "bundle/manifest.h"

#include "base/error.h"
#include "report/json_member.h"
#include "report/json_text.h"

#include <string.h>

/* --- Writing ------------------------------------------------------------------- */

static void
manifest_write_pairs(ReportJson *json, const char *key, const GPtrArray *pairs)
{
	report_json_begin(json, key, '[');
	for (guint i = 0; i < pairs->len; i++) {
		const BundlePair *pair = g_ptr_array_index(pairs, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "name", pair->name);
		report_json_text(json, "value", pair->value);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
	report_json_line(json);
}

static void
manifest_write_cases(ReportJson *json, const GPtrArray *cases)
{
	report_json_begin(json, "cases", '[');
	for (guint i = 0; i < cases->len; i++) {
		const BundleCase *test_case = g_ptr_array_index(cases, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "database", test_case->database);
		report_json_text(json, "stage", test_case->stage);
		report_json_text(json, "name", test_case->name);
		report_json_text(json, "status", test_case->status);
		report_json_text(json, "message", test_case->message);
		report_json_text(json, "migration", test_case->migration);
		report_json_text(json, "direction", test_case->direction);
		report_json_text(json, "file", test_case->file);
		report_json_number(json, "line", test_case->line);
		report_json_text(json, "seed", test_case->seed);
		report_json_end(json, '}');
		report_json_line(json);
	}
	report_json_end(json, ']');
}

static void
manifest_write_bases(ReportJson *json, const GPtrArray *bases)
{
	report_json_begin(json, "bases", '[');
	for (guint i = 0; i < bases->len; i++) {
		const BundleBase *base = g_ptr_array_index(bases, i);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "database", base->database);
		report_json_text(json, "label", base->label);
		report_json_text(json, "directory", base->directory);
		report_json_text(json, "folder", base->folder);
		report_json_number(json, "migrations", base->n_migrations);
		report_json_end(json, '}');
	}
	report_json_end(json, ']');
}

static void
manifest_write_files(ReportJson *json, const GPtrArray *files)
{
	report_json_begin(json, "files", '[');
	for (guint i = 0; i < files->len; i++) {
		const BundleFile *file = g_ptr_array_index(files, i);
		g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)file->text,
		                                                   file->length);
		report_json_begin(json, NULL, '{');
		report_json_text(json, "name", file->name);
		report_json_text(json, "sha256", sum);
		report_json_end(json, '}');
		report_json_line(json);
	}
	report_json_end(json, ']');
}

static void
manifest_write_server(ReportJson *json, const Bundle *bundle)
{
	report_json_begin(json, "server", '{');
	report_json_number(json, "version", bundle->server_version);
	report_json_text(json, "text", bundle->server);
	manifest_write_pairs(json, "settings", bundle->settings);
	manifest_write_pairs(json, "extensions", bundle->extensions);
	report_json_begin(json, "stand_ins", '[');
	for (guint i = 0; i < bundle->stand_ins->len; i++)
		report_json_text(json, NULL, g_ptr_array_index(bundle->stand_ins, i));
	report_json_end(json, ']');
	report_json_end(json, '}');
	report_json_line(json);
}

char *
bundle_manifest_write(const Bundle *bundle)
{
	GString *out = g_string_new(NULL);
	ReportJson json = { .out = out, .first = true };

	report_json_begin(&json, NULL, '{');
	report_json_text(&json, "format", "pgassay bundle");
	report_json_number(&json, "version", BUNDLE_VERSION);
	report_json_text(&json, "program", bundle->program);
	report_json_text(&json, "suite", bundle->suite);
	report_json_text(&json, "path", bundle->path);
	report_json_text(&json, "made", bundle->made);
	report_json_text(&json, "directory", bundle->directory);
	report_json_line(&json);
	manifest_write_server(&json, bundle);
	manifest_write_bases(&json, bundle->bases);
	manifest_write_cases(&json, bundle->cases);
	manifest_write_files(&json, bundle->files);
	report_json_end(&json, '}');
	report_json_line(&json);
	return g_string_free(out, FALSE);
}

/* --- Reading --------------------------------------------------------------------- */

/* A copy, or NULL. */
static char *
manifest_text(JsonObject *object, const char *name)
{
	return g_strdup(report_json_member_text(object, name));
}

static guint
manifest_number(JsonObject *object, const char *name)
{
	return (guint)CLAMP(report_json_member_number(object, name, 0), 0, G_MAXINT);
}

static void
manifest_read_pair(JsonObject *item, void *list)
{
	BundlePair *pair = g_new0(BundlePair, 1);

	pair->name = manifest_text(item, "name");
	pair->value = manifest_text(item, "value");
	g_ptr_array_add(list, pair);
}

static void
manifest_read_base(JsonObject *item, void *list)
{
	BundleBase *base = g_new0(BundleBase, 1);

	base->database = manifest_text(item, "database");
	base->label = manifest_text(item, "label");
	base->directory = manifest_text(item, "directory");
	base->folder = manifest_text(item, "folder");
	base->n_migrations = manifest_number(item, "migrations");
	g_ptr_array_add(list, base);
}

static void
manifest_read_case(JsonObject *item, void *list)
{
	BundleCase *test_case = g_new0(BundleCase, 1);

	test_case->database = manifest_text(item, "database");
	test_case->stage = manifest_text(item, "stage");
	test_case->name = manifest_text(item, "name");
	test_case->status = manifest_text(item, "status");
	test_case->message = manifest_text(item, "message");
	test_case->migration = manifest_text(item, "migration");
	test_case->direction = manifest_text(item, "direction");
	test_case->file = manifest_text(item, "file");
	test_case->line = manifest_number(item, "line");
	test_case->seed = manifest_text(item, "seed");
	g_ptr_array_add(list, test_case);
}

static void
manifest_read_server(Bundle *bundle, JsonObject *root)
{
	JsonObject *server = report_json_member_object(root, "server");
	g_auto(GStrv) stand_ins = report_json_member_texts(server, "stand_ins");

	bundle->server_version = (int)manifest_number(server, "version");
	bundle->server = manifest_text(server, "text");
	report_json_each(server, "settings", manifest_read_pair, bundle->settings);
	report_json_each(server, "extensions", manifest_read_pair, bundle->extensions);
	for (guint i = 0; stand_ins != NULL && stand_ins[i] != NULL; i++)
		g_ptr_array_add(bundle->stand_ins, g_strdup(stand_ins[i]));
}

/* --- Checking --------------------------------------------------------------------- */

static bool
manifest_refuse(const char *path, GError **error, const char *why)
{
	return base_error_set(error, BASE_ERROR_INPUT, "a bundle is what \"pgassay run\" writes when a case fails",
	                      "\"%s\" is no bundle that can be used: %s", path, why);
}

static bool
manifest_check_version(JsonObject *root, const char *path, GError **error)
{
	const char *format = report_json_member_text(root, "format");
	const char *program = report_json_member_text(root, "program");
	gint64 version = report_json_member_number(root, "version", 0);

	if (g_strcmp0(format, "pgassay bundle") != 0)
		return manifest_refuse(path, error, "its manifest is of something else");
	return version <= BUNDLE_VERSION ||
	       base_error_set(error, BASE_ERROR_INPUT, "install that version, or a later one",
	                      "\"%s\" was written by pgassay %s, whose bundles this one (%s) cannot read", path,
	                      program != NULL ? program : "(a newer one)", PGASSAY_VERSION);
}

static bool
manifest_check_file(const BundleFile *file, JsonNode *node)
{
	JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
	const char *name = report_json_member_text(object, "name");
	const char *wanted = report_json_member_text(object, "sha256");
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)file->text, file->length);

	return g_strcmp0(name, file->name) == 0 && g_strcmp0(wanted, sum) == 0;
}

/* All that are named, and no others, in the same order. */
static bool
manifest_check_files(const Bundle *bundle, JsonObject *root, const char *path, GError **error)
{
	JsonArray *array = report_json_member_array(root, "files");

	if (array == NULL || json_array_get_length(array) != bundle->files->len)
		return manifest_refuse(path, error, "files are missing, or were added");
	for (guint i = 0; i < bundle->files->len; i++) {
		const BundleFile *file = g_ptr_array_index(bundle->files, i);
		if (manifest_check_file(file, json_array_get_element(array, i)))
			continue;
		g_autofree char *why = g_strdup_printf("\"%s\" was changed", file->name);
		return manifest_refuse(path, error, why);
	}
	return true;
}

bool
bundle_manifest_read(Bundle *bundle, const char *path, const char *text, GError **error)
{
	g_autoptr(JsonParser) parser = json_parser_new_immutable();
	JsonNode *node = json_parser_load_from_data(parser, text, -1, NULL) ? json_parser_get_root(parser) : NULL;
	JsonObject *root = node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;

	if (root == NULL)
		return manifest_refuse(path, error, "its manifest is not JSON");
	if (!manifest_check_version(root, path, error) || !manifest_check_files(bundle, root, path, error))
		return false;
	bundle->program = manifest_text(root, "program");
	bundle->suite = manifest_text(root, "suite");
	bundle->path = manifest_text(root, "path");
	bundle->made = manifest_text(root, "made");
	bundle->directory = manifest_text(root, "directory");
	manifest_read_server(bundle, root);
	report_json_each(root, "bases", manifest_read_base, bundle->bases);
	report_json_each(root, "cases", manifest_read_case, bundle->cases);
	if (bundle->path == NULL || bundle->directory == NULL)
		return manifest_refuse(path, error, "its manifest names no suite");
	return true;
}
