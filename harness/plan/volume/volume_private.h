/* Declarations for volume*.c; no other file includes it. */
#ifndef PLAN_VOLUME_VOLUME_PRIVATE_H
#define PLAN_VOLUME_VOLUME_PRIVATE_H

#include "plan/catalog/catalog.h"
#include "plan/catalog/kind.h"
#include "plan/volume/volume.h"

typedef struct VolumeTable VolumeTable;
typedef struct VolumeColumn VolumeColumn;

/* Where a column's values come from. */
typedef enum {
	VOLUME_STOCK,   /* from the few rows that existed before */
	VOLUME_UNIQUE,  /* one of its own for each row */
	VOLUME_STATED,  /* as the size says */
	VOLUME_FOREIGN, /* those of the row that its key points to */
	VOLUME_HEAD,    /* the first of a unique key of several columns: the same for a group of rows */
	VOLUME_TAIL,    /* the last of it: another one for each row of the group */
} VolumeSource;

struct VolumeColumn {
	VolumeTable *owner;
	const PlanColumn *column;
	const PlanColumnSize *size; /* its stated size; or NULL */
	char *type;                 /* of a domain, the one below it */
	PlanKind kind;
	guint length; /* characters of a text; 0: any number */
	bool is_enum;
	bool is_array;
	bool not_null;
	bool generated;
	bool has_default;
	char *stock;   /* an array of values; NULL: none */
	guint n_stock; /* how many */
	VolumeSource source;
	VolumeColumn *target; /* the column that its foreign key points to; or NULL */
	guint seed;           /* of its values; columns of one foreign key have the same */
};

struct VolumeTable {
	const PlanTable *table;
	const PlanTableSize *size; /* NULL: it keeps the rows that it has */
	gint64 rows;               /* that it gets, or has */
	gint64 group;              /* rows for each value of a head */
	bool may_collide;          /* some unique key is not sure to be one */
	GPtrArray *columns;        /* of VolumeColumn *, owned */
};

typedef struct {
	DbSession *session;
	PlanCatalog *catalog;
	PlanSize *size;
	double share;
	GPtrArray *tables; /* of VolumeTable *, owned: but partitions */
} VolumeModel;

/* volume_model.c: reads the tables to fill. NULL with *error. */
VolumeModel *volume_model_read(DbSession *session, PlanSize *size, double most, GError **error);
void volume_model_free(VolumeModel *model); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VolumeModel, volume_model_free)

/* volume_value.c: how many different values the column gets. */
gint64 volume_count(const VolumeModel *model, const VolumeColumn *column);
/* The SQL of the column's value in the row with that number, from 1, which is SQL, too. The caller frees it; NULL where
 * there is no value to be had but the default, or NULL. */
char *volume_value(const VolumeModel *model, const VolumeColumn *column, const char *row);

#endif
