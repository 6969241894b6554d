/* What the statements of a migration ask of the rows that there are. */
#include "check/proof/plausible.h"

#include "migration/text/copy.h"

#include <string.h>

/* A migration whose tables get other names on the way. */
typedef struct {
	const GPtrArray *statements; /* of MigrationStatement * */
	GPtrArray *renames;          /* of MigrationRename *; NULL where a statement is none */
} LearnScript;

static void
learn_free_rename(gpointer data)
{
	migration_rename_free(data);
}

static const char *
learn_sql(const LearnScript *script, guint i)
{
	return ((const MigrationStatement *)g_ptr_array_index(script->statements, i))->sql;
}

/* Which name the table with this one has at the end. */
static const char *
learn_name_after(const LearnScript *script, guint statement, const char *name)
{
	for (guint i = statement + 1; i < script->renames->len; i++) {
		const MigrationRename *rename = g_ptr_array_index(script->renames, i);
		if (rename != NULL && strcmp(rename->from.name, name) == 0)
			name = rename->to;
	}
	return name;
}

/* Which name it had before the migration. */
static const char *
learn_name_before(const LearnScript *script, guint statement, const char *name)
{
	for (guint i = statement; i > 0; i--) {
		const MigrationRename *rename = g_ptr_array_index(script->renames, i - 1);
		if (rename != NULL && strcmp(rename->to, name) == 0)
			name = rename->from.name;
	}
	return name;
}

static bool
learn_copy(const LearnScript *script, guint statement, const MigrationCopy *copy, const RowsBefore *before,
           DbSession *session, GPtrArray *preconditions, GError **error)
{
	const RowsMoved moved = {
		.source_schema = copy->source.schema,
		.source = learn_name_before(script, statement, copy->source.name),
		.target_schema = copy->target.schema,
		.target = learn_name_after(script, statement, copy->target.name),
		.columns = copy->columns,
		.values = copy->values,
		.names = copy->names,
		.condition = copy->condition,
	};

	return rows_before_learn_moved(before, session, &moved, preconditions, error);
}

static bool
learn_statements(const LearnScript *script, const RowsBefore *before, DbSession *session, GPtrArray *preconditions,
                 GError **error)
{
	for (guint i = 0; i < script->statements->len; i++) {
		g_autoptr(MigrationCopy) copy = migration_copy_parse(learn_sql(script, i));
		rows_before_learn_casts(before, learn_sql(script, i), preconditions);
		rows_before_learn_members(before, learn_sql(script, i), preconditions);
		rows_before_learn_backfill(before, learn_sql(script, i), preconditions);
		if (copy != NULL && !learn_copy(script, i, copy, before, session, preconditions, error))
			return false;
	}
	return true;
}

bool
check_plausible_learn_script(const RowsBefore *before, DbSession *session, const Migration *migration,
                             GPtrArray *preconditions, GError **error)
{
	LearnScript script = { .statements = migration_script_statements(migration->up) };

	script.renames = g_ptr_array_new_with_free_func(learn_free_rename);
	for (guint i = 0; i < script.statements->len; i++)
		g_ptr_array_add(script.renames, migration_rename_parse(learn_sql(&script, i)));
	bool done = learn_statements(&script, before, session, preconditions, error);
	g_ptr_array_unref(script.renames);
	return done;
}
