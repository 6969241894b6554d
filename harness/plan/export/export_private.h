/* Declarations for export.c and export_extended.c; no other file includes it. */
#ifndef PLAN_EXPORT_EXPORT_PRIVATE_H
#define PLAN_EXPORT_EXPORT_PRIVATE_H

#include "plan/export/export.h"

typedef struct {
	const PlanExportOptions *options;
	DbResult *relations;
	DbResult *columns;
	DbResult *extended;
	DbResult *expressions; /* as columns; NULL: the server has none */
	GHashTable *more;      /* of GPtrArray *: values of a column that stand in combinations, too, by its key */
	GHashTable *names; /* of GHashTable *: other values for those of a column, by its key; NULL: there are none */
	GString *yaml;
	GPtrArray *left_out; /* of char *: object, reason, object, reason, ... */
} PlanExportWork;

/* export.c */
void plan_export_leave_out(PlanExportWork *work, const char *schema, const char *relation, const char *column,
                           const char *reason);
/* The columns of a relation among some (columns or expressions), below a key; nothing where there are none. */
void plan_export_write_columns(PlanExportWork *work, const DbResult *columns, const char *schema, const char *relation,
                               bool inherited, const char *key, guint indent);
/* The key of a column, or of an expression of an object. The caller frees it. */
char *plan_export_key(bool expression, const char *schema, const char *relation, const char *column, bool inherited);
/* Other values for those of the column, of its most common ones and bounds, if it has some; NULL: there are none. */
GHashTable *plan_export_names(PlanExportWork *work, const char *key, const char *type, const char *common,
                              const char *bounds);
/* True when its values are in the schema: labels of an enum. */
bool plan_export_is_schema(const char *type, char kind);

/* export_extended.c: reads them. False with *error. */
bool plan_export_read_extended(PlanExportWork *work, DbSession *session, GError **error);
/* Those of the table. */
void plan_export_write_extended(PlanExportWork *work, const char *schema, const char *table, bool parent);

#endif
