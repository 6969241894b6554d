#include "catalog/snapshot.h"

#include "catalog/sql.h"

/* clang-format off */
static const CatalogClass classes[CATALOG_N_CLASSES] = {
	{ CATALOG_SCHEMA,                    "schema",                    "schemas",                    CATALOG_SCOPE_DATABASE, CATALOG_UNIT_CLASS,    catalog_sql_schema },
	{ CATALOG_EXTENSION,                 "extension",                 "extensions",                 CATALOG_SCOPE_DATABASE, CATALOG_UNIT_CLASS,    catalog_sql_extension },
	{ CATALOG_LANGUAGE,                  "language",                  "languages",                  CATALOG_SCOPE_DATABASE, CATALOG_UNIT_RARE,     catalog_sql_language },
	{ CATALOG_ACCESS_METHOD,             "access method",             "access_methods",             CATALOG_SCOPE_DATABASE, CATALOG_UNIT_RARE,     catalog_sql_access_method },
	{ CATALOG_COLLATION,                 "collation",                 "collations",                 CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_collation },
	{ CATALOG_ENUM,                      "enum",                      "enums",                      CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_TYPE,     catalog_sql_enum },
	{ CATALOG_DOMAIN,                    "domain",                    "domains",                    CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_TYPE,     catalog_sql_domain },
	{ CATALOG_COMPOSITE,                 "composite type",            "composite_types",            CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_composite },
	{ CATALOG_RANGE,                     "range type",                "range_types",                CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_TYPE,     catalog_sql_range },
	{ CATALOG_BASE_TYPE,                 "base type",                 "base_types",                 CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_base_type },
	{ CATALOG_SEQUENCE,                  "sequence",                  "sequences",                  CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_sequence },
	{ CATALOG_FUNCTION,                  "function",                  "functions",                  CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_FUNCTION, catalog_sql_function },
	{ CATALOG_OPERATOR,                  "operator",                  "operators",                  CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_operator },
	{ CATALOG_OPERATOR_FAMILY,           "operator family",           "operator_families",          CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_operator_family },
	{ CATALOG_OPERATOR_CLASS,            "operator class",            "operator_classes",           CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_operator_class },
	{ CATALOG_CAST,                      "cast",                      "casts",                      CATALOG_SCOPE_PHRASE,   CATALOG_UNIT_RARE,     catalog_sql_cast },
	{ CATALOG_TRANSFORM,                 "transform",                 "transforms",                 CATALOG_SCOPE_PHRASE,   CATALOG_UNIT_RARE,     catalog_sql_transform },
	{ CATALOG_TEXT_SEARCH_PARSER,        "text search parser",        "text_search_parsers",        CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_text_search_parser },
	{ CATALOG_TEXT_SEARCH_TEMPLATE,      "text search template",      "text_search_templates",      CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_text_search_template },
	{ CATALOG_TEXT_SEARCH_DICTIONARY,    "text search dictionary",    "text_search_dictionaries",   CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_text_search_dictionary },
	{ CATALOG_TEXT_SEARCH_CONFIGURATION, "text search configuration", "text_search_configurations", CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_text_search_configuration },
	{ CATALOG_FOREIGN_DATA_WRAPPER,      "foreign data wrapper",      "foreign_data_wrappers",      CATALOG_SCOPE_DATABASE, CATALOG_UNIT_RARE,     catalog_sql_foreign_data_wrapper },
	{ CATALOG_SERVER,                    "server",                    "servers",                    CATALOG_SCOPE_DATABASE, CATALOG_UNIT_RARE,     catalog_sql_server },
	{ CATALOG_USER_MAPPING,              "user mapping",              "user_mappings",              CATALOG_SCOPE_PHRASE,   CATALOG_UNIT_RARE,     catalog_sql_user_mapping },
	{ CATALOG_TABLE,                     "table",                     "tables",                     CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_table },
	{ CATALOG_COLUMN,                    "column",                    "columns",                    CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_column },
	{ CATALOG_PRIMARY_KEY,               "primary key",               "primary_key",                CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_primary_key },
	{ CATALOG_UNIQUE,                    "unique",                    "unique",                     CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_unique },
	{ CATALOG_FOREIGN_KEY,               "foreign key",               "foreign_keys",               CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_foreign_key },
	{ CATALOG_CHECK,                     "check",                     "checks",                     CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_check },
	{ CATALOG_EXCLUSION,                 "exclusion",                 "exclusions",                 CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_exclusion },
	{ CATALOG_INDEX,                     "index",                     "indexes",                    CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_index },
	{ CATALOG_POLICY,                    "policy",                    "policies",                   CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_policy },
	{ CATALOG_TRIGGER,                   "trigger",                   "triggers",                   CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_trigger },
	{ CATALOG_RULE,                      "rule",                      "rules",                      CATALOG_SCOPE_RELATION, CATALOG_UNIT_RELATION, catalog_sql_rule },
	{ CATALOG_VIEW,                      "view",                      "views",                      CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RELATION, catalog_sql_view },
	{ CATALOG_STATISTICS,                "statistics",                "statistics",                 CATALOG_SCOPE_SCHEMA,   CATALOG_UNIT_RARE,     catalog_sql_statistics },
	{ CATALOG_EVENT_TRIGGER,             "event trigger",             "event_triggers",             CATALOG_SCOPE_DATABASE, CATALOG_UNIT_RARE,     catalog_sql_event_trigger },
	{ CATALOG_PUBLICATION,               "publication",               "publications",               CATALOG_SCOPE_DATABASE, CATALOG_UNIT_RARE,     catalog_sql_publication },
	{ CATALOG_DEFAULT_PRIVILEGE,         "default privilege",         "default_privileges",         CATALOG_SCOPE_PHRASE,   CATALOG_UNIT_RARE,     catalog_sql_default_privilege },
};
/* clang-format on */

const CatalogClass *
catalog_class(CatalogClassId id)
{
	g_assert(id < CATALOG_N_CLASSES && classes[id].id == id);
	return &classes[id];
}
