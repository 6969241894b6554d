#include "impact/finding/family.h"

#include "migration/text/statement.h"

#include <string.h>

ReportFinding *
impact_add(const ImpactFindingKind *kind, const ImpactScript *script, const ReportStatement *statement,
           const char *table, const char *format, ...)
{
	ReportFinding *finding = report_finding_new(kind->code, statement->position);
	va_list arguments;

	va_start(arguments, format);
	finding->message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	finding->relation = g_strdup(table);
	finding->advice = impact_advise(kind->code, script, statement, table);
	g_ptr_array_add(script->observation->findings, finding);
	return finding;
}

bool
impact_is_in_use(const ImpactScript *script, const ReportTouched *touched)
{
	bool has_rows = touched->kind == 'p' || touched->bytes > 0 || touched->rows_read > 0 || touched->was_dropped ||
	                touched->was_emptied;

	return strchr("rpm", touched->kind) != NULL && has_rows &&
	       !impact_settings_is_small(script->settings, touched->name);
}

bool
impact_statement_is(const ReportStatement *statement, const char *const *words)
{
	g_autofree char *first = migration_statement_key_words(statement->text, 1);

	return g_strv_contains(words, first);
}

bool
impact_statement_is_dml(const ReportStatement *statement)
{
	static const char *const words[] = { "INSERT", "UPDATE", "DELETE", "MERGE",   "COPY", "SELECT",
		                             "WITH",   "VALUES", "TABLE",  "EXECUTE", NULL };

	return impact_statement_is(statement, words);
}

bool
impact_statement_has(const ReportStatement *statement, const char *words)
{
	g_autofree char *text = g_ascii_strup(statement->text, -1);

	return strstr(text, words) != NULL;
}

/* The scans of the table show how many rows it has here. */
double
impact_expect_rows(const ImpactScript *script, const ReportTouched *touched, double rows)
{
	double production = impact_settings_rows(script->settings, touched->name);
	double here = touched->scans > 0 ? (double)touched->rows_read / (double)touched->scans : 0;

	if (production < 0 || here <= 0 || touched->growth == REPORT_GROWTH_CONSTANT)
		return rows;
	return rows * production / here;
}

char *
impact_describe_rows(const ImpactScript *script, const ReportTouched *touched)
{
	double rows = impact_settings_rows(script->settings, touched->name);

	if (rows < 0)
		return g_strdup_printf("all rows of %s", touched->name);
	if (rows >= 1e6)
		return g_strdup_printf("all %.3g M rows of %s", rows / 1e6, touched->name);
	return g_strdup_printf("all %.0f rows of %s", rows, touched->name);
}
