/* The reader of "-- Rollback:" comments. */
#include "fuzz.h"

#include "migration/text/rollback_comment.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = migration_source_load(fuzz_file(data, size), &error);
	g_auto(MigrationRollbackComment) comment = { 0 };

	fuzz_check_outcome(source != NULL, g_steal_pointer(&error));
	if (source == NULL)
		return 0;
	g_autoptr(MigrationMappedText) text = migration_source_text(source);
	bool read = migration_rollback_comment_read(text, source, &comment, &error);
	fuzz_check_outcome(read, g_steal_pointer(&error));
	if (comment.sql == NULL)
		return 0;
	g_assert(comment.irreversible == NULL && comment.offset <= base_source_length(source));
	g_autoptr(MigrationScript) script = migration_script_new(source, g_steal_pointer(&comment.sql), &error);
	fuzz_check_outcome(script != NULL, g_steal_pointer(&error));
	return 0;
}
