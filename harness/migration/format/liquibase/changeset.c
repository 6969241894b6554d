/* Creates changesets and their changes. */
#include "migration/format/liquibase/liquibase.h"

#include <string.h>

/* --- Changes -------------------------------------------------------------------- */

void
liquibase_change_free(gpointer data)
{
	LiquibaseChange *change = data;

	base_source_unref(change->source);
	base_source_unref(change->file);
	migration_mapped_text_free(change->text);
	g_free(change->path);
	g_free(change->found);
	g_free(change->cutting.delimiter);
	g_free(change->checksum);
	g_free(change);
}

LiquibaseChange *
liquibase_change_new(GPtrArray *pool, LiquibaseChangeKind kind, Source *source, gsize offset)
{
	LiquibaseChange *change = g_new0(LiquibaseChange, 1);

	change->kind = kind;
	change->source = base_source_ref(source);
	change->offset = offset;
	change->for_us = true;
	g_ptr_array_add(pool, change);
	return change;
}

void
liquibase_change_set_text(LiquibaseChange *change, MigrationMappedText *text)
{
	change->text = text;
	change->checksum = liquibase_sql_checksum(text->text->str, text->text->len);
}

/* --- Changesets ------------------------------------------------------------------- */

void
liquibase_changeset_free(gpointer data)
{
	LiquibaseChangeset *changeset = data;

	if (changeset == NULL)
		return;
	base_source_unref(changeset->source);
	g_ptr_array_unref(changeset->changes);
	g_clear_pointer(&changeset->rollback, g_ptr_array_unref);
	g_ptr_array_unref(changeset->valid_checksums);
	g_ptr_array_unref(changeset->outer_contexts);
	liquibase_preconditions_free(changeset->preconditions);
	g_free(changeset->id);
	g_free(changeset->author);
	g_free(changeset->path);
	g_free(changeset->run_order);
	g_free(changeset->contexts);
	g_free(changeset->labels);
	g_free(changeset->dbms);
	g_free(changeset->comment);
	g_free(changeset->rollback_of);
	g_free(changeset);
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

static bool
liquibase_changeset_has_text(const char *text)
{
	return text != NULL && text[strspn(text, " \t\r\n")] != '\0';
}

char *
liquibase_clean_path(const char *path)
{
	g_autofree char *clean = g_strdelimit(g_strdup(path), "\\", '/');

	return g_strdup(*clean == '/' ? clean + 1 : clean);
}

/* Adds the contexts and labels of the changelog and of the changelogs that include it. */
static void
liquibase_changeset_inherit(LiquibaseChangeset *changeset, const LiquibaseChangelog *changelog)
{
	for (; changelog != NULL; changelog = changelog->parent) {
		if (liquibase_changeset_has_text(changelog->contexts))
			g_ptr_array_add(changeset->outer_contexts, g_strdup(changelog->contexts));
		if (liquibase_changeset_has_text(changelog->include_contexts))
			g_ptr_array_add(changeset->outer_contexts, g_strdup(changelog->include_contexts));
		liquibase_changeset_set_labels(changeset, changelog->include_labels);
	}
}

LiquibaseChangeset *
liquibase_changeset_new(const LiquibaseReading *reading, const LiquibaseChangelog *changelog, gsize offset)
{
	LiquibaseChangeset *changeset = g_new0(LiquibaseChangeset, 1);

	changeset->source = base_source_ref(changelog->source);
	changeset->changelog = changelog->source;
	changeset->offset = offset;
	changeset->path = changelog->logical_path != NULL ? liquibase_clean_path(changelog->logical_path)
	                                                  : g_strdup(changelog->path);
	changeset->ignored = changelog->include_ignored;
	changeset->changes = g_ptr_array_new();
	changeset->valid_checksums = g_ptr_array_new_with_free_func(g_free);
	changeset->outer_contexts = g_ptr_array_new_with_free_func(g_free);
	changeset->preconditions = liquibase_preconditions_new();
	liquibase_changeset_inherit(changeset, changelog);
	g_ptr_array_add(reading->changesets, changeset);
	return changeset;
}

void
liquibase_changeset_set_path(LiquibaseChangeset *changeset, const char *logical_path, bool own)
{
	if (!liquibase_changeset_has_text(logical_path))
		return;
	g_free(changeset->path);
	changeset->path = g_strdup(logical_path);
	changeset->has_own_path = own;
}

void
liquibase_changeset_set_labels(LiquibaseChangeset *changeset, const char *labels)
{
	if (!liquibase_changeset_has_text(labels))
		return;
	g_autofree char *before = changeset->labels;
	changeset->labels = before != NULL ? g_strconcat(before, ",", labels, NULL) : g_strdup(labels);
}

static bool
has_order(const LiquibaseChangeset *changeset, const char *order)
{
	return g_strcmp0(changeset->run_order, order) == 0;
}

void
liquibase_changeset_add(GPtrArray *changesets, LiquibaseChangeset *changeset)
{
	guint at = changesets->len;

	if (has_order(changeset, "first"))
		for (at = 0; at < changesets->len && has_order(g_ptr_array_index(changesets, at), "first");)
			at++;
	else if (!has_order(changeset, "last"))
		while (at > 0 && has_order(g_ptr_array_index(changesets, at - 1), "last"))
			at--;
	g_ptr_array_insert(changesets, (gint)at, changeset);
}

void
liquibase_warn_of_failures(const LiquibaseReading *reading, const Source *source, gsize offset)
{
	g_autofree char *place = base_position_format(base_source_position(source, offset));

	migration_set_warn(reading->set,
	                   "%s: failOnError:false lets Liquibase go on when the changeset fails; here it is a failure "
	                   "all the same",
	                   place);
}
