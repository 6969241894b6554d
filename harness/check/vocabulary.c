#include "check/vocabulary_private.h"

static const CheckVocabulary vocabularies[] = {
	{ CATALOG_SCHEMA, NULL, check_schema_attributes },
	{ CATALOG_EXTENSION, NULL, check_extension_attributes },
	{ CATALOG_LANGUAGE, NULL, check_language_attributes },
	{ CATALOG_ACCESS_METHOD, NULL, check_access_method_attributes },
	{ CATALOG_COLLATION, NULL, check_collation_attributes },
	{ CATALOG_ENUM, "labels", check_enum_attributes },
	{ CATALOG_DOMAIN, NULL, check_domain_attributes },
	{ CATALOG_COMPOSITE, "attributes", check_composite_attributes },
	{ CATALOG_RANGE, NULL, check_range_attributes },
	{ CATALOG_BASE_TYPE, NULL, check_base_type_attributes },
	{ CATALOG_SEQUENCE, NULL, check_sequence_attributes },
	{ CATALOG_FUNCTION, NULL, check_function_attributes },
	{ CATALOG_OPERATOR, NULL, check_operator_attributes },
	{ CATALOG_OPERATOR_FAMILY, NULL, check_operator_family_attributes },
	{ CATALOG_OPERATOR_CLASS, NULL, check_operator_class_attributes },
	{ CATALOG_CAST, NULL, check_cast_attributes },
	{ CATALOG_TRANSFORM, NULL, check_transform_attributes },
	{ CATALOG_TEXT_SEARCH_PARSER, NULL, check_text_search_parser_attributes },
	{ CATALOG_TEXT_SEARCH_TEMPLATE, NULL, check_text_search_template_attributes },
	{ CATALOG_TEXT_SEARCH_DICTIONARY, NULL, check_text_search_dictionary_attributes },
	{ CATALOG_TEXT_SEARCH_CONFIGURATION, NULL, check_text_search_configuration_attributes },
	{ CATALOG_FOREIGN_DATA_WRAPPER, NULL, check_foreign_data_wrapper_attributes },
	{ CATALOG_SERVER, NULL, check_server_attributes },
	{ CATALOG_USER_MAPPING, NULL, check_user_mapping_attributes },
	{ CATALOG_TABLE, NULL, check_table_attributes },
	{ CATALOG_COLUMN, NULL, check_column_attributes },
	{ CATALOG_PRIMARY_KEY, "columns", check_primary_key_attributes },
	{ CATALOG_UNIQUE, "columns", check_unique_attributes },
	{ CATALOG_FOREIGN_KEY, NULL, check_foreign_key_attributes },
	{ CATALOG_CHECK, NULL, check_check_attributes },
	{ CATALOG_EXCLUSION, NULL, check_exclusion_attributes },
	{ CATALOG_INDEX, NULL, check_index_attributes },
	{ CATALOG_POLICY, NULL, check_policy_attributes },
	{ CATALOG_TRIGGER, NULL, check_trigger_attributes },
	{ CATALOG_RULE, NULL, check_rule_attributes },
	{ CATALOG_VIEW, NULL, check_view_attributes },
	{ CATALOG_STATISTICS, NULL, check_statistics_attributes },
	{ CATALOG_EVENT_TRIGGER, NULL, check_event_trigger_attributes },
	{ CATALOG_PUBLICATION, NULL, check_publication_attributes },
	{ CATALOG_DEFAULT_PRIVILEGE, "privileges", check_default_privilege_attributes },
};

static const CatalogClassId table_classes[] = {
	CATALOG_COLUMN, CATALOG_PRIMARY_KEY, CATALOG_UNIQUE,  CATALOG_FOREIGN_KEY, CATALOG_CHECK,     CATALOG_EXCLUSION,
	CATALOG_INDEX,  CATALOG_POLICY,      CATALOG_TRIGGER, CATALOG_RULE,        CATALOG_N_CLASSES,
};

static const CatalogClassId view_classes[] = { CATALOG_INDEX, CATALOG_TRIGGER, CATALOG_RULE, CATALOG_N_CLASSES };

static const CatalogClassId top_classes[] = {
	CATALOG_EXTENSION,
	CATALOG_LANGUAGE,
	CATALOG_ACCESS_METHOD,
	CATALOG_COLLATION,
	CATALOG_ENUM,
	CATALOG_DOMAIN,
	CATALOG_COMPOSITE,
	CATALOG_RANGE,
	CATALOG_BASE_TYPE,
	CATALOG_SEQUENCE,
	CATALOG_FUNCTION,
	CATALOG_OPERATOR,
	CATALOG_OPERATOR_FAMILY,
	CATALOG_OPERATOR_CLASS,
	CATALOG_CAST,
	CATALOG_TRANSFORM,
	CATALOG_TEXT_SEARCH_PARSER,
	CATALOG_TEXT_SEARCH_TEMPLATE,
	CATALOG_TEXT_SEARCH_DICTIONARY,
	CATALOG_TEXT_SEARCH_CONFIGURATION,
	CATALOG_FOREIGN_DATA_WRAPPER,
	CATALOG_SERVER,
	CATALOG_USER_MAPPING,
	CATALOG_TABLE,
	CATALOG_VIEW,
	CATALOG_STATISTICS,
	CATALOG_EVENT_TRIGGER,
	CATALOG_PUBLICATION,
	CATALOG_DEFAULT_PRIVILEGE,
	CATALOG_N_CLASSES,
};

const CheckVocabulary *
check_vocabulary(CatalogClassId class_id)
{
	for (gsize i = 0; i < G_N_ELEMENTS(vocabularies); i++)
		if (vocabularies[i].class_id == class_id)
			return &vocabularies[i];
	return NULL;
}

const CatalogClassId *
check_fixture_table_classes(void)
{
	return table_classes;
}

const CatalogClassId *
check_fixture_view_classes(void)
{
	return view_classes;
}

const CatalogClassId *
check_fixture_top_classes(void)
{
	return top_classes;
}
