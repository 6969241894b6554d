/* The readers of Flyway's configuration files: TOML, and "key=value" lines. */
#include "fuzz.h"

#include "migration/format/flyway/flyway.h"
#include "migration/text/script.h"

static void
read_as(GPtrArray *(*read)(const Source *source, GError **error), const Source *source)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) settings = read(source, &error);

	fuzz_check_outcome(settings != NULL, g_steal_pointer(&error));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = migration_source_load(fuzz_file(data, size), &error);

	fuzz_check_outcome(source != NULL, g_steal_pointer(&error));
	if (source == NULL)
		return 0;
	read_as(toml_read, source);
	read_as(flyway_properties_read, source);
	return 0;
}
