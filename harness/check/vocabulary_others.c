/* Text search, foreign data, and what a database has as a whole. */
#include "check/vocabulary_private.h"

static const char *const firing[] = { "origin", "disabled", "replica", "always", NULL };
static const char *const event_trigger_events[] = { "ddl_command_start", "ddl_command_end", "sql_drop",
	                                            "table_rewrite",     "login",           NULL };
static const char *const published_generated[] = { "none", "stored", NULL };

const CheckAttribute check_text_search_parser_attributes[] = {
	IDENTITY("start", "START"),
	IDENTITY("gettoken", "GETTOKEN"),
	IDENTITY("end", "END"),
	IDENTITY("lextypes", "LEXTYPES"),
	IDENTITY("headline", "HEADLINE, or none"),
	COMMENT,
	END,
};

const CheckAttribute check_text_search_template_attributes[] = {
	IDENTITY("init", "INIT, or none"),
	IDENTITY("lexize", "LEXIZE"),
	COMMENT,
	END,
};

const CheckAttribute check_text_search_dictionary_attributes[] = {
	IDENTITY("template", "TEMPLATE"),
	TEXT("options", "the options of the template, as the server prints them, or none"),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_text_search_configuration_attributes[] = {
	IDENTITY("parser", "PARSER"),
	SET("mappings", "the dictionaries for each kind of token: \"asciiword: kb.names, english_stem\""),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_foreign_data_wrapper_attributes[] = {
	IDENTITY("handler", "HANDLER, or none"),
	IDENTITY("validator", "VALIDATOR, or none"),
	SET("options", "OPTIONS, as name=value; of secrets the name only"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_server_attributes[] = {
	TEXT("wrapper", "FOREIGN DATA WRAPPER"),
	TEXT("type", "TYPE, or none"),
	TEXT("version", "VERSION, or none"),
	SET("options", "OPTIONS, as name=value; of secrets the name only"),
	OWNER,
	PRIVILEGES,
	COMMENT,
	END,
};

const CheckAttribute check_user_mapping_attributes[] = {
	SET("options", "the names of the OPTIONS; of user its value, too: user=app"),
	END,
};

const CheckAttribute check_event_trigger_attributes[] = {
	WORD("event", event_trigger_events, "the event"),
	SET("tags", "the commands of WHEN TAG IN"),
	IDENTITY("function", "schema.name of the function"),
	WORD("enabled", firing, "origin, disabled, replica or always"),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_publication_attributes[] = {
	BOOL("all_tables", "FOR ALL TABLES"),
	SET("tables", "FOR TABLE: \"kb.jobs (id, title) WHERE (size > 1)\""),
	SET("schemas", "FOR TABLES IN SCHEMA (PostgreSQL 15)"),
	SET("publish", "of insert, update, delete, truncate"),
	BOOL("via_partition_root", "publish_via_partition_root"),
	WORD("generated_columns", published_generated, "none, or stored (PostgreSQL 18)"),
	OWNER,
	COMMENT,
	END,
};

const CheckAttribute check_default_privilege_attributes[] = {
	SET("privileges", "what others get, as in privileges of an object"),
	END,
};
