/* The exclusions when the schemas and rows of a job are compared. */
#include "run/job/exclusions.h"

#include "catalog/identity.h"
#include "rows/state/copy.h"

/* The columns that the suite names. */
static void
job_exclude_columns(RunJob *job)
{
	const GPtrArray *columns = job->database->ignore_columns;

	job->excluded_columns = g_ptr_array_new();
	for (guint i = 0; i < columns->len; i++)
		g_ptr_array_add(job->excluded_columns,
		                ((const SuiteDeclaration *)g_ptr_array_index(columns, i))->migration);
	g_ptr_array_add(job->excluded_columns, NULL);
}

void
run_job_exclude(RunJob *job)
{
	const char *schema = job->set->history_schema;

	if (schema == NULL)
		schema = "public";
	job->history = g_strdup_printf("%s.%s", schema, job->set->history_table);
	job->excluded_tables = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(job->excluded_tables, catalog_identity_join(schema, NULL, job->set->history_table));
	for (const char *const *name = job->set->companions; name != NULL && *name != NULL; name++)
		g_ptr_array_add(job->excluded_tables, catalog_identity_join(schema, NULL, *name));
	g_ptr_array_add(job->excluded_tables, NULL);
	job->excluded = job->set->history_is_schema ? g_strdup_printf("schema %s", schema)
	                                            : g_strjoinv(", ", (char **)job->excluded_tables->pdata);
	/* Ours, on copies of the database; and the tool's, where it has one to itself. */
	job->excluded_schemas[0] = ROWS_COPY_SCHEMA;
	job->excluded_schemas[1] = job->set->history_is_schema ? schema : NULL;
	job->excluded_schemas[2] = NULL;
	job_exclude_columns(job);
	job->exclusions = (CatalogExclusions){ .tables = (const char *const *)job->excluded_tables->pdata,
		                               .schemas = job->excluded_schemas,
		                               .columns = (const char *const *)job->excluded_columns->pdata };
}
