/* Liquibase: from changesets to the list. */
#include "migration/format/liquibase/changelog.h"

#include "base/error.h"
#include "migration/format.h"

#include <string.h>

static char *
identity_of(const LiquibaseChangeset *changeset)
{
	return liquibase_identity(changeset->path, changeset->id, changeset->author);
}

/* --- Migrations -------------------------------------------------------------------- */

/* Reads the files that are not read yet. */
static bool
liquibase_load_files(LiquibaseReading *reading, const LiquibaseChangeset *changeset, const GPtrArray *changes,
                     GError **error)
{
	for (guint i = 0; i < changes->len; i++)
		if (!liquibase_load_file(reading, changeset, g_ptr_array_index(changes, i), error))
			return false;
	return true;
}

static MigrationScript *
liquibase_make_script(LiquibaseReading *reading, const LiquibaseChangeset *changeset, const GPtrArray *changes,
                      GError **error)
{
	g_autofree char *inside = NULL;

	if (!liquibase_load_files(reading, changeset, changes, error))
		return NULL;
	MigrationScript *script = liquibase_script_new(changeset, changes, &inside, error);
	if (script == NULL)
		return NULL;
	if (changeset->in_transaction)
		migration_script_set_records_after_commit(script);
	else
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	if (inside != NULL)
		migration_set_warn(reading->set,
		                   "%s: Liquibase will split here, within a string or a dollar quote: add "
		                   "splitStatements:false or an endDelimiter",
		                   inside);
	return script;
}

/* True when it does nothing that Liquibase could not take back by itself. */
static bool
runs_nothing(const LiquibaseChangeset *changeset)
{
	for (guint i = 0; i < changeset->changes->len; i++) {
		const LiquibaseChange *change = g_ptr_array_index(changeset->changes, i);
		if (change->kind == LIQUIBASE_SQL || change->kind == LIQUIBASE_SQL_FILE)
			return false;
	}
	return true;
}

static bool
make_down(LiquibaseReading *reading, Migration *migration, const LiquibaseChangeset *changeset, GHashTable *identities,
          GError **error)
{
	const GPtrArray *changes = changeset->rollback;

	if (changes == NULL && changeset->rollback_of != NULL) {
		const LiquibaseChangeset *other = g_hash_table_lookup(identities, changeset->rollback_of);
		if (other == NULL)
			return migration_error_at(error, changeset->source, changeset->offset,
			                          "name one that comes before it; changesetPath: says in which file",
			                          "the rollback of this changeset names \"%s\", which there is not",
			                          changeset->rollback_of);
		changes = other->changes;
	}
	if (changes == NULL && runs_nothing(changeset))
		changes = changeset->changes;
	if (changes == NULL)
		return true;
	migration->down = liquibase_make_script(reading, changeset, changes, error);
	return migration->down != NULL;
}

/* The checksum of the changes for our database, as Liquibase computes it. */
static char *
liquibase_checksum_of(const LiquibaseChangeset *changeset)
{
	g_autoptr(GString) all = g_string_new(NULL);

	for (guint i = 0; i < changeset->changes->len; i++) {
		const LiquibaseChange *change = g_ptr_array_index(changeset->changes, i);
		if (change->for_us)
			g_string_append_printf(all, "%s:", change->checksum);
	}
	return liquibase_text_checksum(all->str);
}

static char *
short_name(const LiquibaseChangeset *changeset)
{
	return g_strconcat(changeset->author, ":", changeset->id, NULL);
}

/* How often each text occurs. */
static void
liquibase_count(GHashTable *counts, char *text)
{
	guint n = GPOINTER_TO_UINT(g_hash_table_lookup(counts, text));

	g_hash_table_insert(counts, text, GUINT_TO_POINTER(n + 1));
}

static bool
liquibase_add_migration(LiquibaseReading *reading, LiquibaseChangeset *changeset, GHashTable *counts,
                        GHashTable *identities, GError **error)
{
	g_autofree char *brief = short_name(changeset);
	g_autofree char *identity = identity_of(changeset);
	bool unique = GPOINTER_TO_UINT(g_hash_table_lookup(counts, brief)) == 1;
	bool unique_id = GPOINTER_TO_UINT(g_hash_table_lookup(counts, changeset->id)) == 1;
	Migration *migration = migration_new(MIGRATION_VERSIONED, unique ? brief : identity);

	g_ptr_array_add(reading->set->migrations, migration);
	g_hash_table_insert(((LiquibaseData *)reading->set->data)->by_name, g_strdup(migration->name), changeset);
	migration->version = g_strdup(unique_id ? changeset->id : migration->name);
	migration->description = g_strdup(changeset->comment != NULL ? changeset->comment : changeset->id);
	migration->up = liquibase_make_script(reading, changeset, changeset->changes, error);
	if (migration->up == NULL)
		return false;
	migration->checksum = liquibase_checksum_of(changeset);
	migration->runs_nothing = runs_nothing(changeset);
	return make_down(reading, migration, changeset, identities, error);
}

static bool
context_matches(const LiquibaseChangeset *changeset, const char *contexts)
{
	for (guint i = 0; i < changeset->outer_contexts->len; i++)
		if (!liquibase_context_matches(g_ptr_array_index(changeset->outer_contexts, i), contexts))
			return false;
	return liquibase_context_matches(changeset->contexts, contexts);
}

/* True when a run of the set's settings is for the changeset; warns of one that it leaves out. */
static bool
liquibase_is_wanted(MigrationSet *set, const LiquibaseChangeset *changeset)
{
	const char *contexts = migration_set_get(set, "contexts");
	const char *why = NULL;

	if (changeset->ignored)
		why = "it says ignore:true";
	else if (!liquibase_dbms_matches(changeset->dbms))
		why = "its dbms is not postgresql";
	else if (!context_matches(changeset, contexts))
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
note_names(LiquibaseChangeset *changeset, GHashTable *counts, GHashTable *identities, GError **error)
{
	char *identity = identity_of(changeset);
	const LiquibaseChangeset *other = g_hash_table_lookup(identities, identity);

	if (other != NULL) {
		g_autofree char *place = base_position_format(base_source_position(other->source, other->offset));
		g_autofree char *name = identity;
		return migration_error_at(error, changeset->source, changeset->offset, "give one of them another id",
		                          "\"%s\" is there a second time, the first is at %s", name, place);
	}
	g_hash_table_insert(identities, identity, changeset);
	liquibase_count(counts, short_name(changeset));
	liquibase_count(counts, g_strdup(changeset->id));
	return true;
}

static bool
make_migrations(LiquibaseReading *reading, const GPtrArray *changesets, GError **error)
{
	g_autoptr(GHashTable) counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) wanted = g_ptr_array_new();

	for (guint i = 0; i < changesets->len; i++) {
		LiquibaseChangeset *changeset = g_ptr_array_index(changesets, i);
		if (!liquibase_is_wanted(reading->set, changeset))
			continue;
		g_ptr_array_add(wanted, changeset);
		if (!note_names(changeset, counts, identities, error))
			return false;
	}
	for (guint i = 0; i < wanted->len; i++)
		if (!liquibase_add_migration(reading, g_ptr_array_index(wanted, i), counts, identities, error))
			return false;
	return true;
}

/* --- Loading ------------------------------------------------------------------------- */

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
		const LiquibaseProperty property = { .name = name, .value = value };
		liquibase_property_add(reading, &property, NULL, NULL, NULL);
	}
}

static const char *const companions[] = { LIQUIBASE_LOCK_TABLE, NULL };

static bool
liquibase_load_below(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	g_autoptr(GPtrArray) properties = g_ptr_array_new_with_free_func(liquibase_property_free);
	g_autoptr(GHashTable) used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) ordered = g_ptr_array_new();
	g_autofree char *root = g_canonicalize_filename(options->directory, NULL);
	LiquibaseData *data = liquibase_data_new();

	set->data = data;
	set->free_data = liquibase_data_free;
	LiquibaseReading reading = {
		.set = set,
		.root = root,
		.properties = properties,
		.changesets = data->changesets,
		.changes = data->changes,
		.preconditions = data->preconditions,
		.used = used,
	};
	take_placeholders(&reading, options->placeholders);
	set->companions = companions;
	bool done = liquibase_read_all(&reading, options, ordered, error) &&
	            make_migrations(&reading, ordered, error) && liquibase_find_ignored(&reading, error);
	g_free(reading.master);
	return done && (set->history_table != NULL || migration_set_history_table(set, "databasechangelog", error));
}

/* A directory of a classpath is read as the application does it, from the root and by its first changelog. */
static bool
liquibase_load(MigrationSet *set, const MigrationOptions *options, GError **error)
{
	MigrationOptions own = *options;
	g_autofree char *root = NULL;
	g_autofree char *changelog = NULL;

	if (!options->suggest || options->config != NULL ||
	    !liquibase_classpath_find(options->directory, &root, &changelog))
		return liquibase_load_below(set, options, error);
	own.directory = root;
	own.config = changelog;
	g_free(set->directory);
	set->directory = g_strdup(root);
	set->suggested_config = g_strdup(changelog);
	return liquibase_load_below(set, &own, error);
}

static const MigrationSetting settings[] = {
	{ "contexts", NULL, NULL, "liquibase --contexts: what the contexts of the changesets are held against" },
	{ "labels", NULL, NULL, "liquibase --label-filter: an expression over the labels of the changesets" },
	{ NULL },
};

const MigrationFormat migration_format_liquibase = {
	.name = "liquibase",
	.title = "Liquibase",
	.no_transaction = "write \"runInTransaction:false\" behind the id of the changeset",
	.down_hint = "\"--rollback SQL\" in the changeset",
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
