/* The databases of a run. */
#include "report/schema.h"

#include <string.h>

static void
change_free(gpointer data)
{
	ReportChange *change = data;

	g_free(change->class_name);
	g_free(change->identity);
	g_free(change->text);
	g_free(change);
}

static void
report_migration_free(gpointer data)
{
	ReportMigration *migration = data;

	g_free(migration->name);
	g_free(migration->path);
	g_ptr_array_unref(migration->changes);
	g_free(migration);
}

static void
report_object_free(gpointer data)
{
	ReportObject *object = data;
	char *texts[] = { object->class_name, object->schema,     object->relation, object->name,
		          object->definition, object->since,      object->comment,  object->type,
		          object->initial,    object->references, object->identity };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_strfreev(object->columns);
	g_free(object);
}

ReportDatabase *
report_database_new(const char *name, const char *tool)
{
	ReportDatabase *database = g_new0(ReportDatabase, 1);

	database->name = g_strdup(name);
	database->tool = g_strdup(tool);
	database->migrations = g_ptr_array_new_with_free_func(report_migration_free);
	database->objects = g_ptr_array_new_with_free_func(report_object_free);
	return database;
}

void
report_database_free(ReportDatabase *database)
{
	if (database == NULL)
		return;
	g_free(database->name);
	g_free(database->tool);
	g_free(database->base);
	g_ptr_array_unref(database->migrations);
	g_ptr_array_unref(database->objects);
	g_free(database);
}

ReportMigration *
report_database_add_migration(ReportDatabase *database, const char *name, const char *path)
{
	ReportMigration *migration = g_new0(ReportMigration, 1);

	migration->name = g_strdup(name);
	migration->path = g_strdup(path);
	migration->duration = -1;
	migration->changes = g_ptr_array_new_with_free_func(change_free);
	g_ptr_array_add(database->migrations, migration);
	return migration;
}

void
report_migration_add_change(ReportMigration *migration, ReportChangeSign sign, const char *class_name,
                            const char *identity, const char *text)
{
	ReportChange *change = g_new0(ReportChange, 1);

	change->sign = sign;
	change->class_name = g_strdup(class_name);
	change->identity = g_strdup(identity);
	change->text = g_strdup(text);
	g_ptr_array_add(migration->changes, change);
}

ReportObject *
report_database_add_object(ReportDatabase *database, const char *class_name, const char *schema, const char *relation,
                           const char *name)
{
	ReportObject *object = g_new0(ReportObject, 1);

	object->sign = REPORT_SAME;
	object->class_name = g_strdup(class_name);
	object->schema = g_strdup(schema);
	object->relation = g_strdup(relation);
	object->name = g_strdup(name);
	g_ptr_array_add(database->objects, object);
	return object;
}

const ReportMigration *
report_database_migration(const ReportDatabase *database, const char *name)
{
	for (guint i = 0; name != NULL && i < database->migrations->len; i++) {
		const ReportMigration *migration = g_ptr_array_index(database->migrations, i);
		if (strcmp(migration->name, name) == 0)
			return migration;
	}
	return NULL;
}

bool
report_object_is_table(const ReportObject *object)
{
	return strcmp(object->class_name, "table") == 0;
}
