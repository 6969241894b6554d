#include "command/check/code_tools.h"

#include <string.h>

/* The name of a revision that no project has. */
#define PROBE_REVISION "pgassay_probe"

/* The names that come from images of containers, and from frameworks. */
#define MANY_NAMES                                                                                                     \
	"DATABASE_URL: \"postgresql://{user}@{host_in_url}:{port}/{database}\", POSTGRES_HOST: \"{host}\", "           \
	"POSTGRES_SERVER: "                                                                                            \
	"\"{host}\", POSTGRES_PORT: \"{port}\", POSTGRES_USER: \"{user}\", POSTGRES_PASSWORD: none, POSTGRES_DB: "     \
	"\"{database}\", DB_HOST: \"{host}\", DB_PORT: \"{port}\", DB_USER: \"{user}\", DB_PASSWORD: none, DB_NAME: "  \
	"\"{database}\""

static const char many_names[] = MANY_NAMES;
/* Settings of a project that take SQLite unless another one is chosen. */
static const char many_names_chosen[] = "DB: postgres, DB_ENGINE: django.db.backends.postgresql, " MANY_NAMES;
/* Programs in .venv/bin do not look for modules in the folder where they run. */
static const char many_names_here[] = "PYTHONPATH: \".\", " MANY_NAMES;

static const char *const alembic_tried[] = {
	"",
	"PYTHONPATH: \".\"",
	"PYTHONPATH: \".\", DATABASE_URL: \"postgresql+psycopg://{user}@localhost:{port}/{database}?host={host}\"",
	"DATABASE_URL: \"postgresql+psycopg://{user}@localhost:{port}/{database}?host={host}\"",
	"DATABASE_URL: \"postgresql+asyncpg://{user}@localhost:{port}/{database}?host={host}\"",
	many_names,
	many_names_here,
	NULL,
};
static const char *const django_tried[] = {
	"",   "DATABASE_URL: \"postgresql://{user}@{host_in_url}:{port}/{database}\"", many_names, many_names_chosen,
	NULL,
};

/* Migrations of other projects go first, where possible, because the team's own migrations depend on them. */
static const char django_list[] = "exec PROGRAM manage.py shell -v 0 -c \"\n"
				  "import sys\n"
				  "from django.db.migrations.loader import MigrationLoader\n"
				  "graph = MigrationLoader(None, ignore_no_migrations=True).graph\n"
				  "place = lambda key: sys.modules[type(graph.nodes[key]).__module__].__file__\n"
				  "plans = [graph.forwards_plan(leaf) for leaf in sorted(graph.leaf_nodes())]\n"
				  "foreign = lambda plan: all('site-packages' in place(key) for key in plan)\n"
				  "done = {}\n"
				  "for plan in sorted(plans, key=lambda plan: not foreign(plan)):\n"
				  "    for key in plan:\n"
				  "        if key not in done:\n"
				  "            done[key] = print('%s.%s' % key, place(key), sep='\\t')\"";
static const char django_down[] =
    "exec PROGRAM manage.py shell -v 0 -c \"\n"
    "from django.core.management import call_command\n"
    "from django.db.migrations.loader import MigrationLoader\n"
    "key = tuple('$1'.split('.'))\n"
    "parents = MigrationLoader(None, ignore_no_migrations=True).graph.node_map[key].parents\n"
    "names = sorted(parent.key[1] for parent in parents if parent.key[0] == key[0])\n"
    "call_command('migrate', key[0], names[-1] if names else 'zero', interactive=False)\"";

/* --- Tools in JavaScript and TypeScript ------------------------------------------------ */

static const char *const knex_files[] = { "knexfile.js", "knexfile.ts", "knexfile.cjs", "knexfile.mjs", NULL };
static const char *const typeorm_files[] = {
	"src/data-source.ts",
	"data-source.ts",
	"datasource.ts",
	"dataSource.ts",
	"typeorm.config.ts",
	"ormconfig.ts",
	"data-source.js",
	"datasource.js",
	"dataSource.js",
	"ormconfig.js",
	NULL,
};

/* The configuration of a project names a host, and URLs in it cannot name a socket. */
#define SEQUELIZE_BEGIN                                                                                                \
	"c=$(mktemp -d) && echo 'module.exports = { dialect: \"postgres\", host: process.env.PGHOST, port: "           \
	"process.env.PGPORT, username: process.env.PGUSER, database: process.env.PGDATABASE }' >\"$c/config.js\" && "  \
	"PROGRAM sequelize-cli --config \"$c/config.js\" --migrations-path DIRECTORY "
#define SEQUELIZE_END "; s=$?; rm -r \"$c\"; exit $s"

/* TypeORM has no command for one migration. */
#define TYPEORM_BEGIN                                                                                                  \
	"exec NODE -e 'const { DataSource } = require(\"typeorm\");\n"                                                 \
	"const source = Object.values(require(require(\"path\").resolve(\"FILE\"))).find((one) => one instanceof "     \
	"DataSource);\n"                                                                                               \
	"source.initialize().then(async () => {\n"
#define TYPEORM_END                                                                                                    \
	"  await source.destroy();\n"                                                                                  \
	"}).catch((error) => { console.error(error); process.exit(1); });'"

static const char typeorm_up_to[] = TYPEORM_BEGIN
    "  const wanted = source.migrations.filter((one) => (one.name || one.constructor.name).endsWith(\"{version}\"));\n"
    "  source.migrations.splice(0, Infinity, ...wanted);\n"
    "  await source.runMigrations();\n" TYPEORM_END;
static const char typeorm_down_to[] = TYPEORM_BEGIN
    "  const left = () => source.query(\"SELECT FROM migrations WHERE timestamp >= {version}\");\n"
    "  while ((await left()).length > 0) await source.undoLastMigration();\n" TYPEORM_END;

static const CommandCodeTool tools[] = {
	{ .title = "Alembic",
	  .history_table = "alembic_version",
	  .settings = "{ before_first: base, lock: none }",
	  .list =
	      "h=$(PROGRAM history -v) || { echo \"$h\"; exit 1; }; echo \"$h\" | awk '/^Rev: /{r=$2} /^Path: /{p=$2; "
	      "n=p; sub(/.*\\//,\"\",n); sub(/\\.py$/,\"\",n); l[++i]=r \" \" n \"\\t\" p} END{for(;i>0;i--)print "
	      "l[i]}'",
	  .up = "exec PROGRAM upgrade heads",
	  .up_to = "exec PROGRAM upgrade \"$1\"",
	  /* One that merges several goes down to any of them, and the others stay. */
	  .down_to = "m=$(PROGRAM show \"$1\" | sed -n 's/^Merges: \\([^ ,]*\\).*/\\1/p'); exec PROGRAM downgrade "
	             "\"${m:-$1@-1}\"",
	  .tried = alembic_tried,
	  .probe = "exec PROGRAM current",
	  .probe_sql = "CREATE TABLE alembic_version (version_num varchar(64) PRIMARY KEY); "
	               "INSERT INTO alembic_version VALUES ('" PROBE_REVISION "')",
	  .probe_answer = PROBE_REVISION },
	{ .title = "Django",
	  .history_table = "django_migrations",
	  .settings = "{ lock: none }",
	  .list = django_list,
	  .up = "exec PROGRAM manage.py migrate --noinput",
	  .up_to = "exec PROGRAM manage.py migrate --noinput \"${1%%.*}\" \"${1#*.}\"",
	  .down_to = django_down,
	  .tried = django_tried,
	  /* SQLite takes the same name for a file, which it would make in the project. */
	  .probe = "exec PROGRAM manage.py shell -v 0 -c \"from django.db import connection; "
	           "print('the database is', connection.settings_dict['NAME'] if connection.vendor == 'postgresql' "
	           "else 'of ' + connection.vendor)\"" },
	{ .title = "Rails",
	  .history_table = "schema_migrations",
	  .up = "exec PROGRAM db:migrate",
	  .up_to = "exec PROGRAM db:migrate \"VERSION=$1\"",
	  .down_to = "exec PROGRAM db:migrate \"VERSION=$2\"" },
	{ .title = "Ecto",
	  .history_table = "schema_migrations",
	  .up = "exec PROGRAM ecto.migrate",
	  .up_to = "exec PROGRAM ecto.migrate --to \"$1\"",
	  .down_to = "exec PROGRAM ecto.rollback --to \"$1\"" },
	{ .title = "Laravel",
	  .history_table = "migrations",
	  .settings = "{ version: migration }",
	  .list = "ls database/migrations | sed 's/.php$//'",
	  .up = "exec PROGRAM artisan migrate --force",
	  .up_to = "exec PROGRAM artisan migrate --force \"--path=database/migrations/$1.php\"",
	  .down_to = "exec PROGRAM artisan migrate:rollback --force \"--path=database/migrations/$1.php\"" },
	{ .title = "goose",
	  .history_table = "goose_db_version",
	  .settings = "{ version: version_id, lock: none }",
	  .list = "ls DIRECTORY | sed -nE '/_test\\.go$/d; s/^0*([0-9]+)_(.*)\\.(go|sql)$/\\1 \\2/p' | sort -n",
	  .up = "exec PROGRAM -dir DIRECTORY postgres {url} up",
	  .up_to = "exec PROGRAM -dir DIRECTORY postgres {url} up-to \"$1\"",
	  .down_to = "exec PROGRAM -dir DIRECTORY postgres {url} down-to \"$2\"" },
	{ .title = "Knex",
	  .history_table = "knex_migrations",
	  .settings = "{ lock: none }",
	  .up = "exec PROGRAM knex migrate:latest --knexfile FILE",
	  .up_to = "exec PROGRAM knex migrate:up \"$3\" --knexfile FILE",
	  .down_to = "exec PROGRAM knex migrate:down \"$3\" --knexfile FILE",
	  .files = knex_files },
	{ .title = "node-pg-migrate",
	  .history_table = "pgmigrations",
	  .settings = "{ lock: none }",
	  .up = "exec PROGRAM node-pg-migrate up -m DIRECTORY",
	  .up_to = "exec PROGRAM node-pg-migrate up -m DIRECTORY --timestamp \"$1\"",
	  .down_to = "exec PROGRAM node-pg-migrate down -m DIRECTORY --timestamp \"$1\"" },
	{ .title = "Sequelize",
	  .history_table = "SequelizeMeta",
	  .settings = "{ lock: none }",
	  .up = SEQUELIZE_BEGIN "db:migrate" SEQUELIZE_END,
	  .up_to = SEQUELIZE_BEGIN "db:migrate --to \"$3\"" SEQUELIZE_END,
	  .down_to = SEQUELIZE_BEGIN "db:migrate:undo --name \"$3\"" SEQUELIZE_END },
	{ .title = "TypeORM",
	  .history_table = "migrations",
	  .settings = "{ version: timestamp, lock: none }",
	  .up = "exec TYPEORM migration:run -d FILE",
	  .up_to = typeorm_up_to,
	  .down_to = typeorm_down_to,
	  .files = typeorm_files },
	{ .title = "MikroORM",
	  .history_table = "mikro_orm_migrations",
	  .settings = "{ lock: none }",
	  .list = "ls DIRECTORY | sed -nE '/\\.d\\.ts$/d; s/^(Migration[0-9].*)\\.[cm]?[jt]s$/\\1/p'",
	  .up = "exec PROGRAM mikro-orm migration:up",
	  .up_to = "exec PROGRAM mikro-orm migration:up --only \"$1\"",
	  .down_to = "exec PROGRAM mikro-orm migration:down --only \"$1\"" },
	{ .title = "Kysely",
	  .history_table = "kysely_migration",
	  .settings = "{ lock: none }",
	  .list = "ls DIRECTORY | sed -nE '/\\.d\\.ts$/d; s/^([0-9].*)\\.[cm]?[jt]s$/\\1/p'",
	  .up = "exec PROGRAM kysely migrate:latest",
	  .up_to = "exec PROGRAM kysely migrate:up \"$1\"",
	  /* With a name, it goes down to that one, and leaves it. */
	  .down_to = "PROGRAM kysely migrate:down" },
};

const CommandCodeTool *
command_code_tool(const char *title)
{
	for (gsize i = 0; i < G_N_ELEMENTS(tools); i++)
		if (strcmp(tools[i].title, title) == 0)
			return &tools[i];
	return NULL;
}
