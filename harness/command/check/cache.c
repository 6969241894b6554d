#include "command/check/cache.h"

#include "check/proof/shared_objects.h"
#include "migration/runner/commands.h"

#include <string.h>

/* Digits of a checksum in the name of a database. */
#define NAME_DIGITS 32

/* --- Contents of a base ----------------------------------------------------------- */

static void
cache_add(GChecksum *sum, const char *text)
{
	if (text != NULL)
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
	g_checksum_update(sum, (const guchar *)"", 1);
}

static void
cache_add_script(GChecksum *sum, const MigrationScript *script)
{
	cache_add(sum, script != NULL ? base_source_text(migration_script_source(script)) : NULL);
}

/* In the order of the names. */
static void
cache_add_texts(GChecksum *sum, GHashTable *texts)
{
	g_autoptr(GList) names = texts != NULL ? g_list_sort(g_hash_table_get_keys(texts), (GCompareFunc)strcmp) : NULL;

	for (GList *name = names; name != NULL; name = name->next) {
		cache_add(sum, name->data);
		cache_add(sum, g_hash_table_lookup(texts, name->data));
	}
	cache_add(sum, NULL);
}

static void
cache_add_names(GChecksum *sum, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++)
		cache_add(sum, g_ptr_array_index(names, i));
	cache_add(sum, NULL);
}

static void
cache_add_words(GChecksum *sum, char **words)
{
	for (char **word = words; word != NULL && *word != NULL; word++)
		cache_add(sum, *word);
	cache_add(sum, NULL);
}

/* The result of migrations that are code depends on more than their files. */
static void
cache_add_code(GChecksum *sum, const RunJob *job, const MigrationSet *set)
{
	cache_add_words(sum, set->commands->up);
	cache_add_words(sum, set->commands->up_to);
	cache_add_texts(sum, set->commands->environment);
	cache_add(sum, job->base != NULL ? job->base->project : NULL);
}

/* Files, settings, and what of the suite may be in the database. */
char *
command_check_cache_key(const RunJob *job, const MigrationSet *set)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	cache_add(sum, PGASSAY_VERSION);
	cache_add(sum, migration_set_format_name(set));
	cache_add(sum, job->history);
	cache_add_texts(sum, set->settings);
	cache_add_texts(sum, job->database->migrations.placeholders);
	cache_add_texts(sum, job->database->migrations.settings);
	cache_add_names(sum, job->suite->extensions);
	cache_add_names(sum, job->suite->roles);
	for (guint i = 0; i < set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(set->migrations, i);
		cache_add(sum, migration->name);
		cache_add(sum, migration->checksum);
		cache_add_script(sum, migration->up);
		cache_add_script(sum, migration->down);
	}
	if (set->commands != NULL)
		cache_add_code(sum, job, set);
	return g_strdup(g_checksum_get_string(sum));
}

/* --- Whether it may be kept --------------------------------------------------------- */

/* Unlogged tables are empty when a server starts that was not shut down. */
bool
command_check_cache_fits(const RunJob *job, const MigrationSet *set)
{
	return job->baseline_schema == NULL && !migration_set_is_external(job->set) &&
	       g_hash_table_size(job->suite->stand_ins) == 0 && !check_shared_objects_set_says(set, "\\bunlogged\\b") &&
	       !check_shared_objects_in_set(job->set) && !check_shared_objects_in_set(set);
}

/* The base has no such folder, or nothing is run on it; and nothing of it stays on the server that is kept. */
static bool
cache_has_no_base(const RunJob *job)
{
	return (job->base == NULL || job->base->idle) && !migration_set_is_external(job->set) &&
	       !check_shared_objects_in_set(job->set);
}

/* The result of code is checked after it has run. */
static bool
cache_fits(const RunJob *job)
{
	if (job->base == NULL || job->base->idle)
		return false;
	if (migration_set_is_external(job->set))
		return job->base->project != NULL && job->baseline_schema == NULL &&
		       g_hash_table_size(job->suite->stand_ins) == 0;
	return command_check_cache_fits(job, job->base->set);
}

/* The one on which the commands of such a tool were tried has no contents: it makes room for one that has. */
static void
cache_end_trials(const RunPlan *plan, GPtrArray *servers)
{
	bool tried = servers != NULL && servers->len > 0;

	for (guint i = 0; i < plan->jobs->len; i++)
		tried = tried && migration_set_is_external(((const RunJob *)g_ptr_array_index(plan->jobs, i))->set);
	if (tried)
		g_ptr_array_set_size(servers, 0);
}

bool
command_check_cache_may_be(const RunPlan *plan, const RunOptions *options)
{
	return options->server_url == NULL && !options->keep && !options->keep_failed && options->servers != NULL &&
	       options->servers->len == 0 && plan->suites->len == 1;
}

static bool
cache_is_wanted(const RunPlan *plan, const RunOptions *options)
{
	guint n_bases = 0;

	if (!command_check_cache_may_be(plan, options))
		return false;
	for (guint i = 0; i < plan->jobs->len; i++) {
		const RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (!cache_has_no_base(job) && !cache_fits(job))
			return false;
		n_bases += !cache_has_no_base(job);
	}
	return n_bases > 0;
}

bool
command_check_cache_start(const RunPlan *plan, const RunOptions *options, GError **error)
{
	g_autoptr(GString) contents = g_string_new(NULL);
	RunOptions with = *options;

	cache_end_trials(plan, options->servers);
	if (!cache_is_wanted(plan, options))
		return true;
	for (guint i = 0; i < plan->jobs->len; i++) {
		RunJob *job = g_ptr_array_index(plan->jobs, i);
		if (cache_has_no_base(job))
			continue;
		g_autofree char *key = command_check_cache_key(job, job->base->set);
		g_string_append_printf(contents, "%s\n", key);
		job->base->stored = g_strdup_printf("base %u %.*s", i, NAME_DIGITS, key);
	}
	with.contents = contents->str;
	return run_server_for(g_ptr_array_index(plan->suites, 0), &with, options->servers, error) != NULL;
}

void
command_check_cache_store(const RunOptions *options)
{
	for (guint i = 0; options->servers != NULL && i < options->servers->len; i++)
		scratch_server_store(g_ptr_array_index(options->servers, i));
}
