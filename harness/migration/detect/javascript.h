/*
 * Migrations in JavaScript and TypeScript, whose tool is known by what it calls.
 */
#ifndef MIGRATION_DETECT_JAVASCRIPT_H
#define MIGRATION_DETECT_JAVASCRIPT_H

/* The tool of a file whose name begins with a number: "Knex", "node-pg-migrate", "Sequelize", "TypeORM"; NULL: it is of
 * none of them. */
const char *migration_javascript_tool(const char *directory, const char *name);

#endif
