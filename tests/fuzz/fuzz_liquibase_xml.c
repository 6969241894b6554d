/* Liquibase's changelogs in XML: any bytes as the only changelog that there is. */
#include "fuzz.h"

#include "migration/format/liquibase/changelog.h"

/* Letters of a text are where they come from in the file, unless a reference ("&#97;") stands for them. */
static void
check_places(const LiquibaseNode *node, const Source *source)
{
	const char *text = base_source_text(source);

	g_assert(text[node->offset] == '<');
	for (gsize i = 0; i < node->text->text->len; i++) {
		gsize offset = migration_mapped_text_source_offset(node->text, i);
		g_assert(offset < base_source_length(source));
		if (g_ascii_isalnum(node->text->text->str[i]))
			g_assert(text[offset] == node->text->text->str[i] || text[offset] == '&');
	}
	for (guint i = 0; i < node->children->len; i++)
		check_places(g_ptr_array_index(node->children, i), source);
}

static void
check_elements(const Source *source)
{
	GError *error = NULL;
	g_autoptr(LiquibaseNode) root = liquibase_xml_read(source, &error);

	fuzz_check_outcome(root != NULL, error);
	if (root != NULL)
		check_places(root, source);
}

static void
read_all(LiquibaseReading *reading, Source *source)
{
	g_autoptr(GPtrArray) changesets = g_ptr_array_new();
	LiquibaseChangelog changelog = { .path = "a.xml", .source = source, .changesets = changesets };
	GError *error = NULL;
	g_autoptr(LiquibaseXmlChangelog) xml = liquibase_xml_changelog_open(reading, &changelog, &error);
	const LiquibaseInclude *include = NULL;
	bool done = xml != NULL;

	do {
		done = done && liquibase_xml_changelog_next(xml, &include, &error) &&
		       (include == NULL || liquibase_include(reading, &changelog, include, &error));
	} while (done && include != NULL);

	fuzz_check_outcome(done, error);
	for (guint i = 0; done && i < changesets->len; i++) {
		const LiquibaseChangeset *changeset = g_ptr_array_index(changesets, i);
		g_autofree char *inside = NULL;
		GError *cause = NULL;
		g_autoptr(MigrationScript)
		    script = liquibase_script_new(changeset, changeset->changes, &inside, &cause);
		fuzz_check_outcome(script != NULL, cause);
	}
	g_free(changelog.logical_path);
	g_free(changelog.contexts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	g_autoptr(Source) source = migration_source_load(fuzz_file(data, size), &error);

	fuzz_check_outcome(source != NULL, error);
	if (source == NULL)
		return 0;
	check_elements(source);
	g_autoptr(GPtrArray) warnings = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GHashTable) settings = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) properties = g_ptr_array_new_with_free_func(liquibase_property_free);
	g_autoptr(GPtrArray) changesets = g_ptr_array_new_with_free_func(liquibase_changeset_free);
	g_autoptr(GPtrArray) changes = g_ptr_array_new_with_free_func(liquibase_change_free);
	g_autoptr(GPtrArray) preconditions = g_ptr_array_new_with_free_func(liquibase_preconditions_free);
	g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	MigrationSet set = { .warnings = warnings, .settings = settings };
	LiquibaseReading reading = {
		.set = &set,
		.root = "/nonexistent",
		.properties = properties,
		.changesets = changesets,
		.changes = changes,
		.preconditions = preconditions,
		.used = used,
	};
	read_all(&reading, source);
	return 0;
}
