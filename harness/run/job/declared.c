#include "run/job/declared.h"

#include "base/error.h"

bool
run_job_refuse_migration(const RunJob *job, const char *text, const SuiteNode *node, GError **error)
{
	g_autofree char *hint = migration_set_hint(job->set, text);

	return suite_node_error(node, error, hint, "there is no migration \"%s\" in \"%s\"", text, job->set->directory);
}

/* The migration that a key of the suite names; or the version of the baseline, whose file may be gone. */
static bool
declared_check(const RunJob *job, const char *text, const SuiteNode *node, GError **error)
{
	const SuiteBaseline *baseline = job->database->baseline;

	return migration_set_find(job->set, text) != NULL ||
	       (baseline != NULL && g_strcmp0(baseline->version, text) == 0) ||
	       run_job_refuse_migration(job, text, node, error);
}

/* True when it has wildcards, and a migration that they match. */
static bool
declared_means(const RunJob *job, const SuiteDeclaration *declaration)
{
	for (guint i = 0; suite_declaration_is_pattern(declaration) && i < job->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(job->set->migrations, i);
		if (suite_declaration_matches(declaration, migration->name))
			return true;
	}
	return false;
}

bool
run_job_check_declared(const RunJob *job, GError **error)
{
	const SuiteDatabase *database = job->database;
	const GPtrArray *declarations[] = { database->lossy,     database->changes,     database->irreversible,
		                            database->superuser, database->rows_except, database->repeatables_except,
		                            database->contract };
	GError *wrong = NULL;
	bool right = true;

	if (database->contract->len > 0 && job->suite->queries->len == 0)
		return suite_node_error(((const SuiteDeclaration *)g_ptr_array_index(database->contract, 0))->node,
		                        error, "list the application's queries under \"queries\"",
		                        "\"contract\" accepts what a migration breaks of queries, and the suite has "
		                        "none");
	for (guint i = 0; i < database->data->len; i++) {
		const SuiteData *data = g_ptr_array_index(database->data, i);
		if (!declared_check(job, data->migration, data->node, &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(declarations); i++) {
		for (guint j = 0; j < declarations[i]->len; j++) {
			const SuiteDeclaration *declaration = g_ptr_array_index(declarations[i], j);
			if (!declared_means(job, declaration) &&
			    !declared_check(job, declaration->migration, declaration->node, &wrong))
				right = base_error_add(error, g_steal_pointer(&wrong));
		}
	}
	return right;
}

const char *
run_job_declared(const RunJob *job, const GPtrArray *declarations, const Migration *migration)
{
	for (guint i = 0; i < declarations->len; i++) {
		const SuiteDeclaration *declaration = g_ptr_array_index(declarations, i);
		if (migration_set_find(job->set, declaration->migration) == migration)
			return declaration->reason;
	}
	const SuiteDeclaration *wide = suite_declaration_find(declarations, migration->name);
	return wide != NULL ? wide->reason : NULL;
}

bool
run_job_data_is_for(const RunJob *job, const SuiteData *data, const Migration *migration)
{
	const Migration *named = migration_set_find(job->set, data->migration);
	guint index = 0;

	if (named == NULL || migration != NULL)
		return named == migration;
	return g_ptr_array_find(job->set->migrations, named, &index) && index < job->n_baseline;
}
