/* The attributes of each class, and how they are written down; only the files vocabulary*.c include it. */
#ifndef CHECK_VOCABULARY_PRIVATE_H
#define CHECK_VOCABULARY_PRIVATE_H

#include "check/vocabulary.h"

/* clang-format off */
#define TEXT(key, help) { key, NULL, CHECK_COMPARE_TEXT, NULL, CHECK_EXPRESSION_NONE, help }
#define WORD(key, words, help) { key, NULL, CHECK_COMPARE_TEXT, words, CHECK_EXPRESSION_NONE, help }
#define BOOL(key, help) { key, NULL, CHECK_COMPARE_BOOL, NULL, CHECK_EXPRESSION_NONE, help }
#define INT(key, help) { key, NULL, CHECK_COMPARE_INT, NULL, CHECK_EXPRESSION_NONE, help }
#define LIST(key, help) { key, NULL, CHECK_COMPARE_LIST, NULL, CHECK_EXPRESSION_NONE, help }
#define KEYS(key, help) { key, NULL, CHECK_COMPARE_KEYS, NULL, CHECK_EXPRESSION_NONE, help }
#define SET(key, help) { key, NULL, CHECK_COMPARE_SET, NULL, CHECK_EXPRESSION_NONE, help }
#define IDENTITY(key, help) { key, NULL, CHECK_COMPARE_IDENTITY, NULL, CHECK_EXPRESSION_NONE, help }
#define TYPE(key, help) { key, NULL, CHECK_COMPARE_TYPE, NULL, CHECK_EXPRESSION_NONE, help }
#define CONDITION(key, help) { key, NULL, CHECK_COMPARE_EXPRESSION, NULL, CHECK_EXPRESSION_CONDITION, help }
#define EXPRESSION(key, kind, help) { key, NULL, CHECK_COMPARE_EXPRESSION, NULL, kind, help }
#define DEFERRABLE BOOL("deferrable", "DEFERRABLE"), BOOL("initially_deferred", "INITIALLY DEFERRED")
#define PRIVILEGES SET("privileges", "who has been granted what, where it is not the default: app=insert+select")
#define OWNER TEXT("owner", "the owner, where it is not that of the database, or none")
#define TABLESPACE TEXT("tablespace", "where it is not the database's own, or none")
#define INHERITED BOOL("inherited", "it comes from a parent, and has no definition of its own")
#define FOREIGN_OPTIONS SET("foreign_options", "OPTIONS, as name=value; of secrets the name only")
#define INDEX_OF_CONSTRAINT TABLESPACE, TEXT("index_comment", "the comment on its index, or none")
#define INDEX_OPTIONS SET("options", "the storage parameters of its index, as name=value")
#define COMMENT TEXT("comment", "the comment, or none")
#define END { NULL }
/* clang-format on */

/* Schemas, types, functions and operators. */
extern const CheckAttribute check_schema_attributes[];
extern const CheckAttribute check_extension_attributes[];
extern const CheckAttribute check_language_attributes[];
extern const CheckAttribute check_access_method_attributes[];
extern const CheckAttribute check_collation_attributes[];
extern const CheckAttribute check_enum_attributes[];
extern const CheckAttribute check_domain_attributes[];
extern const CheckAttribute check_composite_attributes[];
extern const CheckAttribute check_range_attributes[];
extern const CheckAttribute check_base_type_attributes[];
extern const CheckAttribute check_sequence_attributes[];
extern const CheckAttribute check_function_attributes[];
extern const CheckAttribute check_operator_attributes[];
extern const CheckAttribute check_operator_family_attributes[];
extern const CheckAttribute check_operator_class_attributes[];
extern const CheckAttribute check_cast_attributes[];
extern const CheckAttribute check_transform_attributes[];

/* Tables, views and what belongs to them. */
extern const CheckAttribute check_table_attributes[];
extern const CheckAttribute check_column_attributes[];
extern const CheckAttribute check_primary_key_attributes[];
extern const CheckAttribute check_unique_attributes[];
extern const CheckAttribute check_foreign_key_attributes[];
extern const CheckAttribute check_check_attributes[];
extern const CheckAttribute check_exclusion_attributes[];
extern const CheckAttribute check_index_attributes[];
extern const CheckAttribute check_policy_attributes[];
extern const CheckAttribute check_trigger_attributes[];
extern const CheckAttribute check_rule_attributes[];
extern const CheckAttribute check_view_attributes[];
extern const CheckAttribute check_statistics_attributes[];

/* Text search, foreign data, and what a database has as a whole. */
extern const CheckAttribute check_text_search_parser_attributes[];
extern const CheckAttribute check_text_search_template_attributes[];
extern const CheckAttribute check_text_search_dictionary_attributes[];
extern const CheckAttribute check_text_search_configuration_attributes[];
extern const CheckAttribute check_foreign_data_wrapper_attributes[];
extern const CheckAttribute check_server_attributes[];
extern const CheckAttribute check_user_mapping_attributes[];
extern const CheckAttribute check_event_trigger_attributes[];
extern const CheckAttribute check_publication_attributes[];
extern const CheckAttribute check_default_privilege_attributes[];

#endif
