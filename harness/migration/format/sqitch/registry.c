/* Sqitch's registry: the tables in which it records deployed changes. */
#include "migration/format/sqitch/sqitch.h"
#include "migration/runner/access.h"

#include <string.h>

/* The committer, because no setting names one. */
#define COMMITTER "'pgassay', 'pgassay@localhost'"

/* The columns, keys and checks of the registry's version 1.1; the schema's name stands for %s. Sqitch also comments on
 * each of them. */
static const char *const tables[] = {
	"CREATE SCHEMA IF NOT EXISTS %1$s",
	"CREATE TABLE %1$s.releases (version real PRIMARY KEY, installed_at timestamptz NOT NULL DEFAULT "
	"clock_timestamp(), "
	"installer_name text NOT NULL, installer_email text NOT NULL)",
	"CREATE TABLE %1$s.projects (project text PRIMARY KEY, uri text UNIQUE, "
	"created_at timestamptz NOT NULL DEFAULT clock_timestamp(), creator_name text NOT NULL, creator_email text NOT "
	"NULL)",
	"CREATE TABLE %1$s.changes (change_id text PRIMARY KEY, script_hash text, change text NOT NULL, "
	"project text NOT NULL REFERENCES %1$s.projects (project) ON UPDATE CASCADE, note text NOT NULL DEFAULT '', "
	"committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), committer_name text NOT NULL, "
	"committer_email text NOT NULL, planned_at timestamptz NOT NULL, planner_name text NOT NULL, "
	"planner_email text NOT NULL, UNIQUE (project, script_hash))",
	"CREATE TABLE %1$s.tags (tag_id text PRIMARY KEY, tag text NOT NULL, "
	"project text NOT NULL REFERENCES %1$s.projects (project) ON UPDATE CASCADE, "
	"change_id text NOT NULL REFERENCES %1$s.changes (change_id) ON UPDATE CASCADE, note text NOT NULL DEFAULT '', "
	"committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), committer_name text NOT NULL, "
	"committer_email text NOT NULL, planned_at timestamptz NOT NULL, planner_name text NOT NULL, "
	"planner_email text NOT NULL, UNIQUE (project, tag))",
	"CREATE TABLE %1$s.dependencies (change_id text NOT NULL REFERENCES %1$s.changes (change_id) ON UPDATE CASCADE "
	"ON DELETE CASCADE, type text NOT NULL, dependency text NOT NULL, "
	"dependency_id text REFERENCES %1$s.changes (change_id) ON UPDATE CASCADE CONSTRAINT dependencies_check CHECK ("
	"type = 'require' AND dependency_id IS NOT NULL OR type = 'conflict' AND dependency_id IS NULL), "
	"PRIMARY KEY (change_id, dependency))",
	"CREATE TABLE %1$s.events (event text NOT NULL CONSTRAINT events_event_check CHECK ("
	"event IN ('deploy', 'revert', 'fail', 'merge')), change_id text NOT NULL, change text NOT NULL, "
	"project text NOT NULL REFERENCES %1$s.projects (project) ON UPDATE CASCADE, note text NOT NULL DEFAULT '', "
	"requires text[] NOT NULL DEFAULT '{}', conflicts text[] NOT NULL DEFAULT '{}', tags text[] NOT NULL DEFAULT "
	"'{}', "
	"committed_at timestamptz NOT NULL DEFAULT clock_timestamp(), committer_name text NOT NULL, "
	"committer_email text NOT NULL, planned_at timestamptz NOT NULL, planner_name text NOT NULL, "
	"planner_email text NOT NULL, PRIMARY KEY (change_id, committed_at))",
	"INSERT INTO %1$s.releases (version, installer_name, installer_email) VALUES (1.1, " COMMITTER ")",
};

static char *
quote_schema(MigrationRunner *runner)
{
	return db_session_quote_identifier(migration_runner_session(runner), migration_runner_history_schema(runner));
}

static char *
sqitch_registry_literal(MigrationRunner *runner, const char *text)
{
	return text != NULL ? db_session_quote_literal(migration_runner_session(runner), text) : g_strdup("NULL");
}

/* --- The tables ------------------------------------------------------------------------ */

static bool
make_tables(MigrationRunner *runner, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	g_autofree char *schema = quote_schema(runner);
	g_autoptr(GString) sql = g_string_new("BEGIN;");
	bool exists = false;

	if (!migration_runner_has_history(runner, &exists, error))
		return false;
	if (exists)
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_auto(GStrv) parts = g_strsplit(tables[i], "%1$s", -1);
		g_autofree char *text = g_strjoinv(schema, parts);
		g_string_append_printf(sql, "%s;", text);
	}
	g_string_append(sql, "COMMIT");
	return db_session_execute(session, sql->str, error);
}

bool
sqitch_registry_begin(MigrationRunner *runner, const SqitchPlan *plan, GError **error)
{
	if (!make_tables(runner, error))
		return false;
	g_autofree char *schema = quote_schema(runner);
	g_autofree char *project = sqitch_registry_literal(runner, plan->project);
	g_autofree char *uri = sqitch_registry_literal(runner, plan->uri);
	g_autofree char *sql = g_strdup_printf("INSERT INTO %s.projects (project, uri, creator_name, creator_email) "
	                                       "VALUES (%s, %s, " COMMITTER ") ON CONFLICT DO NOTHING",
	                                       schema, project, uri);
	return db_session_execute(migration_runner_session(runner), sql, error);
}

/* --- Rows -------------------------------------------------------------------------------- */

char *
sqitch_script_hash(const Migration *migration)
{
	const Source *source = migration_script_source(migration->up);

	return g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)base_source_text(source),
	                                   base_source_length(source));
}

/* "note, 'pgassay', ..., planner_email": the common columns of the tables. */
static char *
sqitch_registry_people(MigrationRunner *runner, const char *note, const char *date, const char *name, const char *email)
{
	g_autofree char *note_text = sqitch_registry_literal(runner, note);
	g_autofree char *date_text = sqitch_registry_literal(runner, date);
	g_autofree char *name_text = sqitch_registry_literal(runner, name);
	g_autofree char *email_text = sqitch_registry_literal(runner, email);

	return g_strdup_printf("%s, " COMMITTER ", %s, %s, %s", note_text, date_text, name_text, email_text);
}

#define PEOPLE "note, committer_name, committer_email, planned_at, planner_name, planner_email"

static char *
sqitch_registry_array_of(MigrationRunner *runner, const GPtrArray *texts)
{
	GString *array = g_string_new("ARRAY[");

	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *text = sqitch_registry_literal(runner, g_ptr_array_index(texts, i));
		g_string_append_printf(array, "%s%s", i > 0 ? ", " : "", text);
	}
	g_string_append(array, "]::text[]");
	return g_string_free(array, FALSE);
}

static void
append_event(GString *sql, MigrationRunner *runner, const SqitchPlan *plan, const SqitchChange *change,
             const char *event)
{
	g_autofree char *schema = quote_schema(runner);
	g_autofree char *name = sqitch_registry_literal(runner, change->name);
	g_autofree char *project = sqitch_registry_literal(runner, plan->project);
	g_autofree char *rest = sqitch_registry_people(runner, change->note, change->date, change->planner_name,
	                                               change->planner_email);
	g_autoptr(GPtrArray) requires = g_ptr_array_new();
	g_autoptr(GPtrArray) conflicts = g_ptr_array_new();
	g_autoptr(GPtrArray) tags = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < change->dependencies->len; i++) {
		const SqitchDependency *dependency = g_ptr_array_index(change->dependencies, i);
		g_ptr_array_add(dependency->conflicts ? conflicts : requires, dependency->text);
	}
	for (guint i = 0; i < change->tags->len; i++)
		g_ptr_array_add(tags, g_strconcat("@", ((SqitchTag *)g_ptr_array_index(change->tags, i))->name, NULL));
	g_autofree char *requires_text = sqitch_registry_array_of(runner, requires);
	g_autofree char *conflicts_text = sqitch_registry_array_of(runner, conflicts);
	g_autofree char *tags_text = sqitch_registry_array_of(runner, tags);
	g_string_append_printf(
	    sql,
	    "INSERT INTO %s.events (event, change_id, change, project, requires, conflicts, tags, " PEOPLE
	    ") VALUES ('%s', '%s', %s, %s, %s, %s, %s, %s);",
	    schema, event, change->id, name, project, requires_text, conflicts_text, tags_text, rest);
}

static void
sqitch_registry_append_dependencies(GString *sql, MigrationRunner *runner, const SqitchChange *change,
                                    const char *schema)
{
	for (guint i = 0; i < change->dependencies->len; i++) {
		const SqitchDependency *dependency = g_ptr_array_index(change->dependencies, i);
		g_autofree char *text = sqitch_registry_literal(runner, dependency->text);
		g_autofree char *on = sqitch_registry_literal(runner,
		                                              dependency->on != NULL ? dependency->on->id : NULL);
		g_string_append_printf(sql,
		                       "INSERT INTO %s.dependencies (change_id, type, dependency, dependency_id) "
		                       "VALUES ('%s', '%s', %s, %s);",
		                       schema, change->id, dependency->conflicts ? "conflict" : "require", text, on);
	}
}

static void
append_tags(GString *sql, MigrationRunner *runner, const SqitchChange *change, const char *schema, const char *project)
{
	for (guint i = 0; i < change->tags->len; i++) {
		const SqitchTag *tag = g_ptr_array_index(change->tags, i);
		g_autofree char *full = g_strconcat("@", tag->name, NULL);
		g_autofree char *name = sqitch_registry_literal(runner, full);
		g_autofree char *rest = sqitch_registry_people(runner, tag->note, tag->date, tag->planner_name,
		                                               tag->planner_email);
		g_string_append_printf(sql,
		                       "INSERT INTO %s.tags (tag_id, tag, project, change_id, " PEOPLE
		                       ") VALUES ('%s', %s, %s, '%s', %s);",
		                       schema, tag->id, name, project, change->id, rest);
	}
}

static void
append_deploy(GString *sql, MigrationRunner *runner, const SqitchPlan *plan, const SqitchChange *change,
              const Migration *migration)
{
	g_autofree char *schema = quote_schema(runner);
	g_autofree char *name = sqitch_registry_literal(runner, change->name);
	g_autofree char *project = sqitch_registry_literal(runner, plan->project);
	g_autofree char *hash = sqitch_script_hash(migration);
	g_autofree char *rest = sqitch_registry_people(runner, change->note, change->date, change->planner_name,
	                                               change->planner_email);

	g_string_append_printf(sql,
	                       "INSERT INTO %s.changes (change_id, script_hash, change, project, " PEOPLE
	                       ") VALUES ('%s', '%s', %s, %s, %s);",
	                       schema, change->id, hash, name, project, rest);
	sqitch_registry_append_dependencies(sql, runner, change, schema);
	append_tags(sql, runner, change, schema, project);
	append_event(sql, runner, plan, change, "deploy");
}

static void
append_revert(GString *sql, MigrationRunner *runner, const SqitchPlan *plan, const SqitchChange *change)
{
	g_autofree char *schema = quote_schema(runner);

	g_string_append_printf(sql,
	                       "DELETE FROM %1$s.tags WHERE change_id = '%2$s';"
	                       "DELETE FROM %1$s.changes WHERE change_id = '%2$s';",
	                       schema, change->id);
	append_event(sql, runner, plan, change, "revert");
}

static const SqitchChange *
registry_change(const SqitchPlan *plan, const Migration *migration)
{
	for (guint i = 0; i < plan->changes->len; i++) {
		const SqitchChange *change = g_ptr_array_index(plan->changes, i);
		if (strcmp(change->id, migration->checksum) == 0)
			return change;
	}
	g_assert_not_reached();
}

bool
sqitch_registry_record(MigrationRunner *runner, const SqitchPlan *plan, const Migration *migration,
                       MigrationDirection direction, GError **error)
{
	DbSession *session = migration_runner_session(runner);
	const SqitchChange *change = registry_change(plan, migration);
	bool within = db_session_transaction_state(session) == DB_TRANSACTION_OPEN;
	g_autoptr(GString) sql = g_string_new(within ? "" : "BEGIN;");

	if (direction == MIGRATION_UP)
		append_deploy(sql, runner, plan, change, migration);
	else
		append_revert(sql, runner, plan, change);
	g_string_append(sql, within ? "" : "COMMIT");
	return db_session_execute(session, sql->str, error);
}

bool
sqitch_registry_record_failure(MigrationRunner *runner, const SqitchPlan *plan, const Migration *migration,
                               GError **error)
{
	g_autoptr(GString) sql = g_string_new(NULL);

	append_event(sql, runner, plan, registry_change(plan, migration), "fail");
	return db_session_execute(migration_runner_session(runner), sql->str, error);
}
