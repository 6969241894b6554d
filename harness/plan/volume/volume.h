/*
 * Rows in the place of sizes: tables filled by one statement each, with values as the size says they are.
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

/* Fills the tables of the size; what they had is gone, other tables get a few rows that their columns can point to. The
 * largest table gets `most` rows, the others their share of that, but none less than 1000 or all of its rows. The same
 * size, tables and number give the same rows. Triggers and foreign keys are not asked: keys point to rows that are
 * there. Afterwards all is vacuumed and analyzed, of up to 300,000 rows of a table by reading all of them, so that
 * statistics are the same each time.
 *
 * False with *error: the server refuses rows (BASE_ERROR_INPUT, with the place of the table in the size), or there is
 * not so much room (BASE_ERROR_ENVIRONMENT), which is said before any row is made. */
bool plan_volume_fill(const ScratchDatabase *database, PlanSize *size, const CatalogExclusions *exclusions, double most,
                      PlanVolume *ret_volume, GError **error);

/* The same of a database that was filled so before. False with *error. */
bool plan_volume_read(const ScratchDatabase *database, PlanSize *size, PlanVolume *ret_volume, GError **error);

#endif
