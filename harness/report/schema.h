/*
 * The databases of a run: their migrations, and the schema that comes out of them.
 */
#ifndef REPORT_SCHEMA_H
#define REPORT_SCHEMA_H

#include <glib.h>
#include <stdbool.h>

/* The fate of an object. The value is the sign that people see. */
typedef enum {
	REPORT_SAME = ' ',
	REPORT_ADDED = '+',
	REPORT_CHANGED = '~',
	REPORT_REMOVED = '-',
} ReportChangeSign;

/* A change that one migration made to one object. */
typedef struct {
	ReportChangeSign sign;
	char *class_name; /* "table", "column", "index", ... */
	char *identity;   /* "public.orders.at" */
	char *text;       /* the change: "default was 1, is 2"; NULL unless REPORT_CHANGED */
} ReportChange;

typedef struct {
	char *name;
	char *path;         /* of its up; or NULL */
	bool is_new;        /* the branch brings it */
	gint64 duration;    /* of its up, in microseconds; below 0: it was not run */
	GPtrArray *changes; /* of ReportChange *; parts of a table that is added or removed are not listed again */
} ReportMigration;

/* An object of the schema after the last migration, or one that new migrations have removed. Texts that do not apply
 * are NULL. */
typedef struct {
	ReportChangeSign sign; /* the change by the new migrations; ' ': none */
	char *class_name;      /* "table", "column", "foreign key", ... */
	char *schema;
	char *relation; /* the table that the object belongs to */
	char *name;
	char *identity;   /* "public.orders.at", each part quoted where it has to be */
	char *definition; /* for people: "(id, at) UNIQUE", "SELECT using (...)" */
	char *since;      /* the migration that has changed it last; NULL: not known */
	char *comment;

	/* Of columns. */
	char *type;
	char *initial; /* its default, identity or expression */
	bool nullable;
	int position; /* among the columns of the table, from 1 on; 0: not known */

	/* Of keys. */
	GStrv columns;    /* in their order */
	char *references; /* of a foreign key: "public.customers" */
} ReportObject;

typedef struct {
	char *name;
	char *tool;            /* "Flyway", "plain SQL" */
	char *base;            /* where it begins: "origin/main 3f2c1a9"; or NULL */
	GPtrArray *migrations; /* of ReportMigration *, in the order of the tool */
	GPtrArray *objects;    /* of ReportObject *, in the order of catalogs: the parts of a table come after it */
} ReportDatabase;

ReportDatabase *report_database_new(const char *name, const char *tool);
void report_database_free(ReportDatabase *database); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportDatabase, report_database_free)

/* The result is owned by the object that it is added to. */
ReportMigration *report_database_add_migration(ReportDatabase *database, const char *name, const char *path);
void report_migration_add_change(ReportMigration *migration, ReportChangeSign sign, const char *class_name,
                                 const char *identity, const char *text);
ReportObject *report_database_add_object(ReportDatabase *database, const char *class_name, const char *schema,
                                         const char *relation, const char *name);

/* The migration of that name, or NULL. */
const ReportMigration *report_database_migration(const ReportDatabase *database, const char *name);

/* True for tables and other relations that have columns. */
bool report_object_is_table(const ReportObject *object);

#endif
