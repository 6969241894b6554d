#include "report/console/excerpt.h"

#include "report/secrets.h"

/* A migration that is larger is not read again for one line of it. */
#define SOURCE_MAX ((gsize)16 * 1024 * 1024)

static bool
excerpt_is_yaml(const char *path)
{
	return g_str_has_suffix(path, ".yaml") || g_str_has_suffix(path, ".yml");
}

char *
report_case_excerpt(const ReportCase *test_case)
{
	const SourcePosition *position = &test_case->position;

	if (position->path == NULL || position->line == 0 || position->column == 0 || excerpt_is_yaml(position->path))
		return NULL;
	g_autoptr(Source) source = base_source_load(position->path, SOURCE_MAX, NULL);
	if (source == NULL)
		return NULL;
	gsize offset = base_source_offset(source, position->line, position->column);
	SourcePosition found = base_source_position(source, offset);
	/* The file is another one by now, or a tool reads it in another encoding. */
	if (found.line != position->line || found.column != position->column)
		return NULL;
	g_autofree char *excerpt = base_source_excerpt(source, offset);
	return report_secrets_hide(excerpt);
}
