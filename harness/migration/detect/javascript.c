#include "migration/detect/javascript.h"

#include "migration/detect/project.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* "20260101000000_items.js", "Migration20260101000000.ts", and neither a declaration nor a test. */
static bool
javascript_is_code(const char *name)
{
	const char *number = g_str_has_prefix(name, "Migration") ? name + strlen("Migration") : name;

	return g_ascii_isdigit(*number) && g_regex_match_simple("\\.[cm]?[jt]s$", name, 0, 0) &&
	       !g_regex_match_simple("\\.(d|test|spec)\\.[cm]?[jt]s$", name, 0, 0);
}

const char *
migration_javascript_tool(const char *directory, const char *name)
{
	/* What the up of each one is given; in this order, because comments speak of others. */
	static const struct {
		const char *title;
		const char *pattern;
	} tools[] = {
		{ "MikroORM", "mikro-orm/migrations\\b" },
		{ "TypeORM", "\\bMigrationInterface\\b" },
		{ "Sequelize", "\\b[qQ]ueryInterface\\b" },
		{ "node-pg-migrate", "\\bpgm\\b|\\bMigrationBuilder\\b|['\"]node-pg-migrate['\"]" },
		{ "Kysely", "['\"]kysely['\"]" },
		{ "Knex", "\\b[kK]nex\\b" },
	};
	if (!javascript_is_code(name))
		return NULL;
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *head = migration_project_read_head(path);

	for (gsize i = 0; head != NULL && i < G_N_ELEMENTS(tools); i++)
		if (g_regex_match_simple(tools[i].pattern, head, 0, 0))
			return tools[i].title;
	return NULL;
}
