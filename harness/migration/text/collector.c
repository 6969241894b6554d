#include "migration/text/collector.h"

void
migration_collector_init(MigrationCollector *collector)
{
	*collector = (MigrationCollector){ .text = migration_mapped_text_new(),
		                           .cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut)) };
}

void
migration_collector_clear(MigrationCollector *collector)
{
	g_clear_pointer(&collector->text, migration_mapped_text_free);
	g_clear_pointer(&collector->cuts, g_array_unref);
}

bool
migration_collector_is_begun(const MigrationCollector *collector)
{
	return collector->text->text->len > collector->begin;
}

bool
migration_collector_has_text(const MigrationCollector *collector)
{
	for (gsize i = collector->begin; i < collector->text->text->len; i++)
		if (!g_ascii_isspace(collector->text->text->str[i]))
			return true;
	return false;
}

void
migration_collector_add_line(MigrationCollector *collector, const char *text, gsize start, gsize end)
{
	if (!migration_collector_has_text(collector)) {
		collector->source = start;
		while (collector->source < end && g_ascii_isspace(text[collector->source]))
			collector->source++;
	}
	migration_mapped_text_append(collector->text, text + start, end - start, start);
	migration_mapped_text_append_replacement(collector->text, "\n", end);
}

void
migration_collector_store(MigrationCollector *collector)
{
	const char *text = collector->text->text->str;
	MigrationCut cut = { .start = collector->begin, .end = collector->text->text->len };

	while (cut.start < cut.end && g_ascii_isspace(text[cut.start]))
		cut.start++;
	while (cut.end > cut.start && g_ascii_isspace(text[cut.end - 1]))
		cut.end--;
	g_array_append_val(collector->cuts, cut);
	collector->begin = collector->text->text->len;
}

MigrationScript *
migration_collector_take(MigrationCollector *collector, Source *source)
{
	MigrationScript *script = migration_script_new_cut(source, g_steal_pointer(&collector->text), collector->cuts);

	migration_collector_clear(collector);
	return script;
}
