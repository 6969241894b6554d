/*
 * Generates rows according to a size: each table is filled by one statement, with values of the stated distribution.
 */
#ifndef PLAN_VOLUME_H
#define PLAN_VOLUME_H

#include "catalog/snapshot.h"
#include "plan/size/size.h"
#include "scratch/database.h"

typedef struct {
	const char *table; /* as catalog_identity_join writes it; the list's */
	double rows;       /* that it has by now */
} PlanVolumeTable;

typedef struct {
	GArray *tables;     /* of PlanVolumeTable */
	GPtrArray *names;   /* of char *: owns the tables' names */
	double share;       /* of the rows that the size states, at most 1 */
	gint64 duration;    /* microseconds */
	gint64 insert_time; /* of these, for the INSERTs alone */
} PlanVolume;

void plan_volume_clear(PlanVolume *volume);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanVolume, plan_volume_clear)

/* Fills the tables of the size; their old rows are deleted, and other tables get a few rows that foreign keys can
 * reference. The largest table gets `most` rows, the others their share of that, but at least 1000 or all of their
 * rows. The same size, tables and number give the same rows. Triggers and foreign keys are not checked, but keys
 * refer to existing rows. Afterwards everything is vacuumed and analyzed; tables of up to 300,000 rows are read
 * completely, so that statistics are the same each time.
 *
 * False with *error: the server refuses rows (BASE_ERROR_INPUT, with the position of the table in the size), or
 * there is not enough room (BASE_ERROR_ENVIRONMENT), which is reported before any row is made. */
bool plan_volume_fill(const ScratchDatabase *database, PlanSize *size, const CatalogExclusions *exclusions, double most,
                      PlanVolume *ret_volume, GError **error);

/* The same of a database that was filled so before. False with *error. */
bool plan_volume_read(const ScratchDatabase *database, PlanSize *size, PlanVolume *ret_volume, GError **error);

#endif
