#include "migration/format/command/table.h"

#include <string.h>

static const char *const knex_tables[] = { "knex_migrations_lock", NULL };
static const char *const kysely_tables[] = { "kysely_migration_lock", NULL };
static const char *const rails_tables[] = { "ar_internal_metadata", NULL };
/* Tables in which the tool creates rows at the end of each command, and leaves them there. */
static const char *const django_tables[] = { "auth_permission", "django_content_type", NULL };
static const char *const yoyo_tables[] = { "_yoyo_log", "_yoyo_version", "yoyo_lock", NULL };

static const CommandHistoryTable tables[] = {
	/* clang-format off: a row each */
	{ "alembic_version", "version_num", true, NULL, "Alembic" },
	{ "django_migrations", "app || '.' || name", false, django_tables, "Django" },
	{ "knex_migrations", "name", false, knex_tables, "Knex" },
	{ "kysely_migration", "name", false, kysely_tables, "Kysely" },
	{ "mikro_orm_migrations", "name", false, NULL, "MikroORM" },
	{ "pgmigrations", "name", false, NULL, "node-pg-migrate" },
	{ "schema_migrations", "version", false, rails_tables, NULL },
	{ "_yoyo_migration", "migration_id", false, yoyo_tables, "yoyo" },
	{ "migrations", "name", false, NULL, NULL },
	{ "SequelizeMeta", "name", false, NULL, "Sequelize" },
	{ "__EFMigrationsHistory", "\"MigrationId\"", false, NULL, "Entity Framework" },
	{ "_prisma_migrations", "migration_name", false, NULL, "Prisma" },
	/* clang-format on */
};

const CommandHistoryTable *
format_command_find_table(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (strcmp(tables[i].table, name) == 0)
			return &tables[i];
	return NULL;
}
