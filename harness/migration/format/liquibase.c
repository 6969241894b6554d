/* Liquibase: from the directory to the list. */
#include "migration/format/liquibase.h"

#include "base/error.h"
#include "migration/directory.h"
#include "migration/file_names.h"
#include "migration/format.h"

#include <string.h>

void
liquibase_changeset_free(LiquibaseChangeset *changeset)
{
	if (changeset == NULL)
		return;
	base_source_unref(changeset->source);
	migration_mapped_text_free(changeset->sql);
	migration_mapped_text_free(changeset->rollback);
	g_ptr_array_unref(changeset->valid_checksums);
	g_ptr_array_unref(changeset->preconditions);
	g_free(changeset->id);
	g_free(changeset->author);
	g_free(changeset->path);
	g_free(changeset->cutting.delimiter);
	g_free(changeset->rollback_cutting.delimiter);
	g_free(changeset->contexts);
	g_free(changeset->labels);
	g_free(changeset->dbms);
	g_free(changeset->comment);
	g_free(changeset->rollback_of);
	g_free(changeset);
}

static void
free_changeset(gpointer changeset)
{
	liquibase_changeset_free(changeset);
}

char *
liquibase_identity(const char *path, const char *id, const char *author)
{
	if (g_str_has_prefix(path, "classpath:"))
		path += strlen("classpath:");
	while (*path == '/')
		path++;
	return g_strconcat(path, "::", id, "::", author, NULL);
}

static char *
identity_of(const LiquibaseChangeset *changeset)
{
	return liquibase_identity(changeset->path, changeset->id, changeset->author);
}

/* --- Migrations -------------------------------------------------------------------- */

/* The set's data. */
typedef struct {
	GHashTable *by_name;   /* of a migration -> LiquibaseChangeset * */
	GPtrArray *changesets; /* owns them */
} LiquibaseData;

const LiquibaseChangeset *
liquibase_changeset_of(const MigrationSet *set, const Migration *migration)
{
	const LiquibaseData *data = set->data;

	return g_hash_table_lookup(data->by_name, migration->name);
}

static MigrationScript *
make_script(MigrationSet *set, const LiquibaseChangeset *changeset, const LiquibaseChangeset *from,
            const MigrationMappedText *text, const LiquibaseCutting *cutting, GError **error)
{
	gssize inside = -1;
	MigrationScript *script = liquibase_script_new(from->source, from->offset, text, cutting, &inside, error);

	if (script == NULL)
		return NULL;
	if (!changeset->in_transaction)
		migration_script_set_mode(script, MIGRATION_MODE_AUTOCOMMIT);
	if (inside >= 0) {
		g_autofree char *place = base_position_format(base_source_position(from->source, (gsize)inside));
		migration_set_warn(set,
		                   "%s: Liquibase will split here, within a string or a dollar quote: add "
		                   "splitStatements:false or an endDelimiter",
		                   place);
	}
	return script;
}

static bool
make_down(MigrationSet *set, Migration *migration, const LiquibaseChangeset *changeset, GHashTable *identities,
          GError **error)
{
	const LiquibaseChangeset *other = NULL;

	if (changeset->rollback != NULL) {
		migration->down = make_script(set, changeset, changeset, changeset->rollback,
		                              &changeset->rollback_cutting, error);
		return migration->down != NULL;
	}
	if (changeset->rollback_of == NULL)
		return true;
	other = g_hash_table_lookup(identities, changeset->rollback_of);
	if (other == NULL)
		return migration_error_at(error, changeset->source, changeset->offset,
		                          "name one that comes before it; changesetPath: says in which file",
		                          "the rollback of this changeset names \"%s\", which there is not",
		                          changeset->rollback_of);
	migration->down = make_script(set, changeset, other, other->sql, &other->cutting, error);
	return migration->down != NULL;
}

static char *
short_name(const LiquibaseChangeset *changeset)
{
	return g_strconcat(changeset->author, ":", changeset->id, NULL);
}

/* How often each text occurs. */
static void
count(GHashTable *counts, char *text)
{
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, text));

	g_hash_table_insert(counts, text, GUINT_TO_POINTER(n + 1));
}

static bool
add_migration(MigrationSet *set, LiquibaseChangeset *changeset, GHashTable *counts, GHashTable *identities,
              GError **error)
{
	g_autofree char *brief = short_name(changeset);
	g_autofree char *identity = identity_of(changeset);
	bool unique = GPOINTER_TO_UINT(g_hash_table_lookup(counts, brief)) == 1;
	bool unique_id = GPOINTER_TO_UINT(g_hash_table_lookup(counts, changeset->id)) == 1;
	Migration *migration = migration_new(MIGRATION_VERSIONED, unique ? brief : identity);

	g_ptr_array_add(set->migrations, migration);
	g_hash_table_insert(((LiquibaseData *)set->data)->by_name, g_strdup(migration->name), changeset);
	migration->version = g_strdup(unique_id ? changeset->id : migration->name);
	migration->description = g_strdup(changeset->comment != NULL ? changeset->comment : changeset->id);
	migration->checksum = liquibase_checksum(changeset->sql);
	migration->up = make_script(set, changeset, changeset, changeset->sql, &changeset->cutting, error);
	return migration->up != NULL && make_down(set, migration, changeset, identities, error);
}

/* True when a run of the set's settings is for the changeset; warns of one that it leaves out. */
static bool
is_wanted(MigrationSet *set, const LiquibaseChangeset *changeset)
{
	const char *contexts = migration_set_get(set, "contexts");
	const char *why = NULL;

	if (changeset->ignored)
		why = "it says ignore:true";
	else if (!liquibase_dbms_matches(changeset->dbms))
		why = "its dbms is not postgresql";
	else if (!liquibase_context_matches(changeset->contexts, contexts))
		why = "its context is not one of the setting \"contexts\"";
	else if (!liquibase_labels_match(changeset->labels, migration_set_get(set, "labels")))
		why = "the setting \"labels\" is not for its labels";
	if (why == NULL)
		return true;
	g_autofree char *identity = identity_of(changeset);
	migration_set_warn(set, "\"%s\" is not run: %s", identity, why);
	return false;
}

static bool
make_migrations(MigrationSet *set, const LiquibaseReading *reading, GError **error)
{
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < reading->changesets->len; i++) {
		LiquibaseChangeset *changeset = g_ptr_array_index(reading->changesets, i);
		char *identity = identity_of(changeset);
		const LiquibaseChangeset *other = g_hash_table_lookup(identities, identity);
		if (other != NULL) {
			g_autofree char *place = base_position_format(
			    base_source_position(other->source, other->offset));
			g_autofree char *name = identity;
			return migration_error_at(error, changeset->source, changeset->offset,
			                          "give one of them another id",
			                          "\"%s\" is there a second time, the first is at %s", name, place);
		}
		g_hash_table_insert(identities, identity, changeset);
		count(counts, short_name(changeset));
		count(counts, g_strdup(changeset->id));
	}
	for (guint i = 0; i < reading->changesets->len; i++) {
		LiquibaseChangeset *changeset = g_ptr_array_index(reading->changesets, i);
		if (is_wanted(set, changeset) && !add_migration(set, changeset, counts, identities, error))
			return false;
	}
	return true;
}

/* --- Files --------------------------------------------------------------------------- */

static bool
read_file(LiquibaseReading *reading, const char *path, const char *name, GError **error)
{
	g_autoptr(Source) source = migration_source_load(path, error);

	if (source == NULL)
		return false;
	if (strspn(base_source_text(source), " \t\r\n") == base_source_length(source)) {
		migration_set_warn(reading->set, "\"%s\" is empty: Liquibase passes over it", name);
		return true;
	}
	return liquibase_read_sql(reading, source, name, error);
}

static bool
refuse_changelog(const char *name, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT,
	                      "write it as formatted SQL, or run Liquibase itself: \"format: command\", see "
	                      "docs/formats/command.md",
	                      "the changelog \"%s\" is no formatted SQL, which is all that pgassay reads", name);
}

static bool
is_other_changelog(const char *name)
{
	static const char *const suffixes[] = { ".xml", ".yaml", ".yml", ".json" };

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++)
		if (g_str_has_suffix(name, suffixes[i]))
			return true;
	return false;
}

/* As includeAll does. */
static bool
read_directory(LiquibaseReading *reading, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) files = migration_directory_list(options->directory, true, error);

	for (guint i = 0; files != NULL && i < files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(files, i);
		if (file->is_directory)
			continue;
		if (is_other_changelog(file->name))
			return refuse_changelog(file->name, error);
		if (!g_str_has_suffix(file->name, ".sql"))
			migration_warn_ignored(reading->set, file, "its name does not end with .sql");
		else if (!read_file(reading, file->path, file->name, error))
			return false;
	}
	return files != NULL;
}

static bool
read_changelog(LiquibaseReading *reading, const MigrationOptions *options, GError **error)
{
	g_autofree char *top = g_canonicalize_filename(options->directory, NULL);
	g_autofree char *path = g_canonicalize_filename(options->config, NULL);
	gsize length = strlen(top);
	const char *name = strrchr(path, '/') + 1;

	if (g_str_has_prefix(path, top) && path[length] == '/')
		name = path + length + 1;
	if (!g_str_has_suffix(name, ".sql"))
		return refuse_changelog(name, error);
	return read_file(reading, path, name, error);
}

static void
take_placeholders(LiquibaseReading *reading, GHashTable *placeholders)
{
	GHashTableIter iter;
	gpointer name;
	gpointer value;

	if (placeholders == NULL)
		return;
	g_hash_table_iter_init(&iter, placeholders);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		LiquibaseProperty *property = g_new0(LiquibaseProperty, 1);
		property->name = g_strdup(name);
		property->value = g_strdup(value);
		g_ptr_array_add(reading->properties, property);
	}
}

static void
free_data(gpointer data)
{
	LiquibaseData *all = data;

	g_hash_table_unref(all->by_name);
	g_ptr_array_unref(all->changesets);
	g_free(all);
}

static const char *const companions[] = { LIQUIBASE_LOCK_TABLE, NULL };

static bool
liquibase_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) properties = g_ptr_array_new_with_free_func(liquibase_property_free);
	LiquibaseData *data = g_new0(LiquibaseData, 1);

	data->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	data->changesets = g_ptr_array_new_with_free_func(free_changeset);
	set->data = data;
	set->free_data = free_data;
	LiquibaseReading reading = { .set = set, .properties = properties, .changesets = data->changesets };
	take_placeholders(&reading, options->placeholders);
	if (options->config != NULL ? !read_changelog(&reading, options, error)
	                            : !read_directory(&reading, options, error))
		return false;
	set->companions = companions;
	return make_migrations(set, &reading, error) &&
	       (set->history_table != NULL || migration_set_history_table(set, "databasechangelog", error));
}

static const MigrationSetting settings[] = {
	{ "contexts", NULL, NULL, "liquibase --contexts: what the contexts of the changesets are held against" },
	{ "labels", NULL, NULL, "liquibase --label-filter: an expression over the labels of the changesets" },
	{ NULL },
};

const MigrationFormat migration_format_liquibase = {
	.name = "liquibase",
	.title = "Liquibase",
	.settings = settings,
	.load = liquibase_load,
	.begin = liquibase_begin,
	.validate = liquibase_validate,
	.skip = liquibase_skip,
	.record = liquibase_record,
	.applied = liquibase_applied,
	.end = liquibase_end,
	.history = liquibase_history,
};
