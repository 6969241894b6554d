/*
 * The queries of catalog/sql, embedded by script/embed-sql: NAME.sql is catalog_sql_NAME.
 */
#ifndef CATALOG_SQL_H
#define CATALOG_SQL_H

extern const char catalog_sql_schema[];
extern const char catalog_sql_extension[];
extern const char catalog_sql_language[];
extern const char catalog_sql_access_method[];
extern const char catalog_sql_collation[];
extern const char catalog_sql_enum[];
extern const char catalog_sql_domain[];
extern const char catalog_sql_composite[];
extern const char catalog_sql_range[];
extern const char catalog_sql_base_type[];
extern const char catalog_sql_sequence[];
extern const char catalog_sql_function[];
extern const char catalog_sql_operator[];
extern const char catalog_sql_operator_family[];
extern const char catalog_sql_operator_class[];
extern const char catalog_sql_cast[];
extern const char catalog_sql_transform[];
extern const char catalog_sql_text_search_parser[];
extern const char catalog_sql_text_search_template[];
extern const char catalog_sql_text_search_dictionary[];
extern const char catalog_sql_text_search_configuration[];
extern const char catalog_sql_foreign_data_wrapper[];
extern const char catalog_sql_server[];
extern const char catalog_sql_user_mapping[];
extern const char catalog_sql_table[];
extern const char catalog_sql_column[];
extern const char catalog_sql_primary_key[];
extern const char catalog_sql_unique[];
extern const char catalog_sql_foreign_key[];
extern const char catalog_sql_check[];
extern const char catalog_sql_exclusion[];
extern const char catalog_sql_index[];
extern const char catalog_sql_policy[];
extern const char catalog_sql_trigger[];
extern const char catalog_sql_rule[];
extern const char catalog_sql_view[];
extern const char catalog_sql_statistics[];
extern const char catalog_sql_event_trigger[];
extern const char catalog_sql_publication[];
extern const char catalog_sql_default_privilege[];

/* Which classes there are. */
extern const char catalog_sql_presence[];

/* Changes, and the objects to read with them. */
extern const char catalog_sql_version[];
extern const char catalog_sql_system_catalogs[]; /* a query after each line "-- catalog: NAME" */
extern const char catalog_sql_dependents_always[];
extern const char catalog_sql_dependents_by_name[];

#endif
