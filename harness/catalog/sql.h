/*
 * The queries of catalog/sql, embedded by script/embed-sql: NAME.sql is catalog_sql_NAME.
 */
#ifndef CATALOG_SQL_H
#define CATALOG_SQL_H

extern const char catalog_sql_schema[];
extern const char catalog_sql_extension[];
extern const char catalog_sql_enum[];
extern const char catalog_sql_sequence[];
extern const char catalog_sql_function[];
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
extern const char catalog_sql_view[];

/* What updates ask. */
extern const char catalog_sql_mark[];
extern const char catalog_sql_branches[]; /* a query after each line "-- branch: NAME" */
extern const char catalog_sql_companions[];
extern const char catalog_sql_dependents[];

#endif
