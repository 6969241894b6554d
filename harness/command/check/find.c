#include "command/check/find.h"
#include "command/check/code.h"
#include "command/check/renumber.h"
#include "command/check/roles.h"
#include "command/init/first_suite.h"

#include "base/error.h"
#include "migration/detect/places.h"
#include "migration/detect/template.h"
#include "report/text.h"
#include "run/job/path.h"

#include <stdio.h>
#include <string.h>

typedef struct {
	const CommandCheckWish *wish;
	const RunOptions *options;
	GPtrArray *unread; /* of ReportCase * */
	GPtrArray *places; /* of MigrationPlace *: without a suite */
	GHashTable *placeholders;
	MigrationPlaceHints hints; /* borrows */
	GHashTable *names;         /* of suites */
	GHashTable *projects;      /* of tools that run their migrations themselves, that were looked at */
} CheckFinder;

static void
check_finder_clear(CheckFinder *finder)
{
	g_clear_pointer(&finder->places, g_ptr_array_unref);
	g_clear_pointer(&finder->placeholders, g_hash_table_unref);
	g_clear_pointer(&finder->names, g_hash_table_unref);
	g_clear_pointer(&finder->projects, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CheckFinder, check_finder_clear)

/* --- Suites ------------------------------------------------------------------- */

static bool
find_is_same(const char *a, const char *b)
{
	g_autofree char *left = g_canonicalize_filename(a, NULL);
	g_autofree char *right = g_canonicalize_filename(b, NULL);

	return strcmp(left, right) == 0;
}

static bool
find_is_wanted(const CommandCheckWish *wish, const char *directory)
{
	if (wish->directories[0] == NULL)
		return true;
	for (const char *const *one = wish->directories; *one != NULL; one++)
		if (find_is_same(*one, directory))
			return true;
	return false;
}

/* A check of the suite may need a database that was not asked for: then the whole suite runs. */
static void
find_drop_unwanted(const CommandCheckWish *wish, RunPlan *plan)
{
	for (guint i = plan->suites->len; i > 0; i--) {
		const Suite *suite = g_ptr_array_index(plan->suites, i - 1);
		bool wanted = false;
		for (guint j = 0; j < plan->jobs->len; j++) {
			const RunJob *job = g_ptr_array_index(plan->jobs, j);
			wanted = wanted || (job->suite == suite && find_is_wanted(wish, job->set->directory));
		}
		if (!wanted)
			run_plan_drop(plan, suite);
	}
}

static bool
find_load_suites(const CommandCheckWish *wish, RunPlan *plan, GError **error)
{
	const char *path = run_path_default(".");

	if (path == NULL)
		return true;
	if (!run_plan_add(plan, path, error))
		return false;
	find_drop_unwanted(wish, plan);
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		printf("%s: %s, %s, %u %s; suite %s\n", job->database->name, job->set->directory,
		       migration_set_format_title(job->set), job->set->migrations->len,
		       job->set->migrations->len == 1 ? "migration" : "migrations", job->suite->path);
	}
	return true;
}

static bool
find_has_suite(const RunPlan *plan, const char *directory)
{
	for (guint i = 0; i < plan->jobs->len; i++)
		if (find_is_same(((const RunJob *)g_ptr_array_index(plan->jobs, i))->set->directory, directory))
			return true;
	return false;
}

/* --- Directories without a suite --------------------------------------------------- */

static bool
find_named(CheckFinder *finder, const RunPlan *plan, GError **error)
{
	for (const char *const *one = finder->wish->directories; *one != NULL; one++) {
		if (find_has_suite(plan, *one))
			continue;
		MigrationPlace *place = migration_place_load(*one, &finder->hints);
		g_ptr_array_add(finder->places, place);
		if (place->error == NULL)
			continue;
		command_check_renumber(*one, finder->wish->base, &place->error);
		g_propagate_error(error, g_steal_pointer(&place->error));
		return false;
	}
	return true;
}

static bool
find_all(CheckFinder *finder, const RunPlan *plan, GError **error)
{
	g_clear_pointer(&finder->places, g_ptr_array_unref);
	finder->places = migration_places_find(&finder->hints, error);
	if (finder->places == NULL)
		return false;
	for (guint i = finder->places->len; i > 0; i--)
		if (find_has_suite(plan, ((const MigrationPlace *)g_ptr_array_index(finder->places, i - 1))->directory))
			g_ptr_array_remove_index(finder->places, i - 1);
	return true;
}

/* "backend/db/migrations" of a second "backend": "backend-db-migrations". */
static char *
find_make_name(CheckFinder *finder, const char *directory)
{
	char *name = migration_place_name(directory);

	if (g_hash_table_contains(finder->names, name)) {
		g_free(name);
		name = g_strdup(directory);
		for (char *p = name; *p != '\0'; p++)
			if (!g_ascii_isalnum(*p) && *p != '_')
				*p = '-';
	}
	for (guint i = 2; g_hash_table_contains(finder->names, name); i++) {
		char *next = g_strdup_printf("%s-%u", name, i);
		g_free(name);
		name = next;
	}
	g_hash_table_add(finder->names, g_strdup(name));
	return name;
}

static void
find_report(const char *name, const MigrationPlace *place)
{
	const MigrationSet *set = place->set;
	g_autoptr(GPtrArray) settings = command_first_suite_settings(set);
	g_autofree char *detected = set->detected != NULL ? report_text_clean(set->detected, 1024, REPORT_TEXT_LINE)
	                                                  : NULL;

	printf("%s: %s, %s%s%s%s, %u %s", name, place->directory, migration_set_format_title(set),
	       detected != NULL ? " (" : "", detected != NULL ? detected : "", detected != NULL ? ")" : "",
	       set->migrations->len, set->migrations->len == 1 ? "migration" : "migrations");
	for (guint i = 0; i < settings->len; i++)
		printf("%s%s: %s", i == 0 ? "; settings " : ", ", (const char *)g_ptr_array_index(settings, i),
		       (const char *)g_hash_table_lookup(set->suggested, g_ptr_array_index(settings, i)));
	if (set->suggested_config != NULL)
		printf("; configuration %s", set->suggested_config);
	printf("\n");
}

/* --- All of it ----------------------------------------------------------------------- */

static bool
find_add(CheckFinder *finder, RunPlan *plan, const MigrationPlace *place, GError **error)
{
	g_autofree char *name = find_make_name(finder, place->directory);
	g_autoptr(GPtrArray) roles = g_ptr_array_new_with_free_func(g_free);
	CommandFirstSuite suite = { .name = name,
		                    .migrations = place->directory,
		                    .set = place->set,
		                    .config = place->set->suggested_config,
		                    .placeholders = finder->placeholders,
		                    .roles = roles,
		                    .checks = COMMAND_FIRST_SUITE_SECURITY,
		                    .impact = true };

	find_report(name, place);
	if (!command_check_roles_learn(&suite, finder->options, roles, error))
		return false;
	g_autofree char *yaml = command_first_suite(&suite);
	if (!run_plan_add_text(plan, COMMAND_CHECK_MADE, yaml, error))
		return false;
	/* The suite in memory names the format. */
	MigrationSet *set = ((RunJob *)g_ptr_array_index(plan->jobs, plan->jobs->len - 1))->set;
	set->guessed = place->set->guessed;
	set->detected = set->guessed ? g_strdup(place->set->detected) : NULL;
	return true;
}

/* --- Migrations that are code -------------------------------------------------------- */

/* Several apps of one project are one history. */
static bool
find_is_first(CheckFinder *finder, const MigrationCode *code)
{
	return g_hash_table_add(
	    finder->projects,
	    g_strconcat(code->title, " ", code->project != NULL ? code->project : code->directory, NULL));
}

/* A possible suite, on lines of its own after a hint. */
static char *
find_tell_lines(CheckFinder *finder, MigrationCode *code)
{
	command_code_name_program(code);
	g_autofree char *name = find_make_name(finder, code->directory);
	g_autofree char *lines = command_code_lines(code, NULL);

	return g_strdup_printf(
	    "write pgassay.yaml, with the commands as you run them; \"pgassay help command\" says more:\n"
	    "suite: %s\ndatabases:\n  %s:\n    migrations: %s\n%s",
	    name, name, code->directory, g_strchomp(lines));
}

static bool
find_run_code(CheckFinder *finder, RunPlan *plan, const MigrationCode *code, const char *lines, GError **error)
{
	g_autofree char *name = find_make_name(finder, code->project);
	const CommandFirstSuite suite = {
		.name = name, .migrations = code->directory, .commands = lines, .checks = COMMAND_FIRST_SUITE_SECURITY
	};
	g_autofree char *yaml = command_first_suite(&suite);

	if (!run_plan_add_text(plan, COMMAND_CHECK_MADE, yaml, error))
		return false;
	const RunJob *job = g_ptr_array_index(plan->jobs, plan->jobs->len - 1);
	printf("%s: %s, %s (found in %s; its commands reach the scratch database), %u %s", name, code->directory,
	       code->title, code->found, job->set->migrations->len - job->n_baseline,
	       job->set->migrations->len - job->n_baseline == 1 ? "migration" : "migrations");
	printf(job->n_baseline > 0 ? " behind %u of packages\n" : "\n", job->n_baseline);
	return true;
}

/* False with *error; migrations that cannot be run are added to `refused`, with a hint after the first of them. */
static bool
find_add_code(CheckFinder *finder, RunPlan *plan, const MigrationPlace *place, GString *refused, GError **error)
{
	g_autoptr(MigrationCode) code = migration_code_find(place->code, place->directory);
	GError *cause = NULL;

	if (!find_is_first(finder, code))
		return true;
	g_autofree char *reason = NULL;
	g_autofree char *lines = command_code_try(code, finder->options, &reason, &cause);
	if (cause != NULL) {
		g_propagate_error(error, cause);
		return false;
	}
	if (lines != NULL)
		return find_run_code(finder, plan, code, lines, error);
	g_autofree char *clean = report_text_clean(reason, 1024, REPORT_TEXT_LINE);
	printf("not checked: %s %s: %s\n", place->directory, place->ignored, clean);
	g_autofree char *hint = find_tell_lines(finder, code);
	if (refused->len == 0)
		g_string_append_printf(refused, "\"%s\" cannot be checked without a suite\nhint: %s", place->directory,
		                       hint);
	return true;
}

/* True for a place whose files are not all SQL: nothing could run them. */
static bool
find_is_template(const CheckFinder *finder, const MigrationPlace *place, GString *refused)
{
	g_autofree char *hint = NULL;
	g_autofree char *reason = migration_template_find(place->set, finder->placeholders, &hint);

	if (reason == NULL)
		return false;
	g_autofree char *clean = report_text_clean(reason, 1024, REPORT_TEXT_LINE);
	printf("not checked: %s %s; %s\n", place->directory, clean, hint);
	if (refused->len == 0)
		g_string_append_printf(refused, "\"%s\" %s\nhint: %s", place->directory, clean, hint);
	return true;
}

/* The places that were left out are said; the first of them with what to do. */
static bool
find_refuse(const GString *refused, GError **error)
{
	if (refused->len > 0)
		return base_error_set(error, BASE_ERROR_USAGE, NULL, "%s", refused->str);
	return base_error_set(error, BASE_ERROR_USAGE, "name the folders: pgassay check DIR...",
	                      "there are no migrations for PostgreSQL below this folder");
}

/* The others are checked all the same. */
static void
find_note_unread(CheckFinder *finder, const MigrationPlace *place)
{
	g_autofree char *name = find_make_name(finder, place->directory);
	/* A position borrows its path, and the place goes before the report. */
	ReportCase *test_case = report_case_new(name, "layout", "the folder can be read",
	                                        (SourcePosition){ .path = g_intern_string(place->directory) });

	report_case_set(test_case, REPORT_ERRORED, "%s", place->error->message);
	g_ptr_array_add(finder->unread, test_case);
}

/* Where nothing else is there to check. The error is taken. */
static bool
find_fail_unread(const CheckFinder *finder, MigrationPlace *place, GError **error)
{
	g_propagate_error(error, g_steal_pointer(&place->error));
	base_error_hint(error, "name the folders to check: pgassay check DIR...");
	g_ptr_array_set_size(finder->unread, 0);
	return false;
}

static bool
find_add_places(CheckFinder *finder, RunPlan *plan, GError **error)
{
	g_autoptr(GString) refused = g_string_new(NULL);
	MigrationPlace *unread = NULL;

	for (guint i = 0; i < plan->suites->len; i++)
		g_hash_table_add(finder->names, g_strdup(((const Suite *)g_ptr_array_index(plan->suites, i))->name));
	for (guint i = 0; i < finder->places->len; i++) {
		MigrationPlace *place = g_ptr_array_index(finder->places, i);
		if (place->error != NULL) {
			command_check_renumber(place->directory, finder->wish->base, &place->error);
			if (finder->wish->directories[0] != NULL)
				return find_fail_unread(finder, place, error);
			find_note_unread(finder, place);
			unread = unread != NULL ? unread : place;
		} else if (place->code != NULL) {
			if (!find_add_code(finder, plan, place, refused, error))
				return false;
		} else if (place->ignored != NULL)
			printf("not checked: %s %s\n", place->directory, place->ignored);
		else if (!find_is_template(finder, place, refused) && !find_add(finder, plan, place, error))
			return false;
	}
	if (plan->jobs->len == 0 && unread != NULL)
		return find_fail_unread(finder, unread, error);
	for (guint i = 0; i < finder->unread->len; i++)
		printf("not checked: %s, which cannot be read; its error stands at the end\n",
		       ((const ReportCase *)g_ptr_array_index(finder->unread, i))->position.path);
	return plan->jobs->len > 0 || find_refuse(refused, error);
}

static bool
find_read_placeholders(CheckFinder *finder, GError **error)
{
	for (char *const *text = finder->wish->placeholders; text != NULL && *text != NULL; text++) {
		const char *equals = strchr(*text, '=');
		if (equals == NULL || equals == *text)
			return base_error_set(error, BASE_ERROR_USAGE, "write --placeholder NAME=VALUE",
			                      "\"%s\" is no placeholder with its value", *text);
		g_hash_table_insert(finder->placeholders, g_strndup(*text, (gsize)(equals - *text)),
		                    g_strdup(equals + 1));
	}
	return true;
}

RunPlan *
command_check_find(const CommandCheckWish *wish, const RunOptions *options, GPtrArray *unread, GError **error)
{
	g_autoptr(RunPlan) plan = run_plan_new();
	g_auto(CheckFinder) finder = { .wish = wish,
		                       .options = options,
		                       .unread = unread,
		                       .places = g_ptr_array_new_with_free_func(migration_place_free),
		                       .placeholders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		                       .names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		                       .projects = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };

	finder.hints = (MigrationPlaceHints){ .format = wish->format, .placeholders = finder.placeholders };
	if (!find_read_placeholders(&finder, error) || !find_load_suites(wish, plan, error) ||
	    !(wish->directories[0] != NULL ? find_named(&finder, plan, error) : find_all(&finder, plan, error)) ||
	    !find_add_places(&finder, plan, error))
		return NULL;
	fflush(stdout);
	return g_steal_pointer(&plan);
}
