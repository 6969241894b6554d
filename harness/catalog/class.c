#include "catalog/snapshot.h"

#include "catalog/sql.h"

/* clang-format off */
static const CatalogClass classes[CATALOG_N_CLASSES] = {
	{ CATALOG_SCHEMA,      "schema",      "schemas",      CATALOG_SCOPE_DATABASE, CATALOG_UNIT_CLASS,    catalog_sql_schema },
	{ CATALOG_EXTENSION,   "extension",   "extensions",   CATALOG_SCOPE_DATABASE, CATALOG_UNIT_CLASS,    catalog_sql_extension },
	{ CATALOG_ENUM,        "enum",        "enums",        CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_TYPE,     catalog_sql_enum },
	{ CATALOG_SEQUENCE,    "sequence",    "sequences",    CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_sequence },
	{ CATALOG_FUNCTION,    "function",    "functions",    CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_FUNCTION, catalog_sql_function },
	{ CATALOG_TABLE,       "table",       "tables",       CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_table },
	{ CATALOG_COLUMN,      "column",      "columns",      CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_column },
	{ CATALOG_PRIMARY_KEY, "primary key", "primary_key",  CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_primary_key },
	{ CATALOG_UNIQUE,      "unique",      "unique",       CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_unique },
	{ CATALOG_FOREIGN_KEY, "foreign key", "foreign_keys", CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_foreign_key },
	{ CATALOG_CHECK,       "check",       "checks",       CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_check },
	{ CATALOG_EXCLUSION,   "exclusion",   "exclusions",   CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_exclusion },
	{ CATALOG_INDEX,       "index",       "indexes",      CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_index },
	{ CATALOG_POLICY,      "policy",      "policies",     CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_policy },
	{ CATALOG_TRIGGER,     "trigger",     "triggers",     CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_trigger },
	{ CATALOG_VIEW,        "view",        "views",        CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_view },
};
/* clang-format on */

const CatalogClass *
catalog_class(CatalogClassId id)
{
	g_assert(id < CATALOG_N_CLASSES && classes[id].id == id);
	return &classes[id];
}
