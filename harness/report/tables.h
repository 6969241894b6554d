/*
 * The objects of a database by the tables that they belong to.
 */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include "report/schema.h"

typedef struct {
	const ReportObject *object;
	ReportChangeSign sign; /* of the table, or REPORT_CHANGED when a part of it is */
	bool near;             /* it is changed, or one foreign key away from one that is */
	GPtrArray *columns;    /* of const ReportObject * */
	GPtrArray *parts;      /* of const ReportObject *: keys, indexes, policies, triggers, ... */
} ReportTable;

/* Points into the database, which must outlive it. */
typedef struct {
	GPtrArray *tables;   /* of ReportTable *, in the order of the database */
	GHashTable *by_name; /* identity -> ReportTable * */
	bool any_changed;
} ReportTables;

ReportTables *report_tables_new(const ReportDatabase *database);
void report_tables_free(ReportTables *tables); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportTables, report_tables_free)

/* The table of that identity, or NULL; so for NULL. */
const ReportTable *report_tables_find(const ReportTables *tables, const char *identity);

#endif
