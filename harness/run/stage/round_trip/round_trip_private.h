/* Declarations for the files of the stage of round trips; no other file includes it. */
#ifndef RUN_STAGE_ROUND_TRIP_PRIVATE_H
#define RUN_STAGE_ROUND_TRIP_PRIVATE_H

#include "check/proof/plausible.h"
#include "check/proof/round_trip.h"
#include "run/stage/round_trip/round_trip.h"
#include "run/stage/round_trip/row_proofs.h"

/* A second database, without generated rows: when the stage begins again, it is copied. */
typedef struct {
	CheckWorkspace workspace; /* closed, or not connected */
	guint n_applied;
} RunTwin;

typedef struct {
	RunStage *stage;
	CheckAfter now; /* where the stage's database stands; rows NULL: rows are not looked at */
	RowsFilled *filled;
	RunRowProofs *proofs;
	GPtrArray *unfilled; /* of RowsUnfilled * */
	RunTwin twin;
	guint n_reordered;          /* downs that put columns into another order */
	const Migration *reordered; /* the last one of them; or NULL */
	bool around;         /* some migration changes the surroundings of the schema: check/proof/surroundings.h */
	GHashTable *ignored; /* declarations under "ignore_columns" that some table has had a column for */
	bool stopped;        /* a case has reported why it does not go on */
} RunRoundTrips;

/* True when the rows are generated, and not given by the suite. */
bool run_round_trips_generates(const RunRoundTrips *work);

/* Rows for the tables that the migration (NULL: the baseline) has made: the suite's, or generated ones. */
bool run_round_trips_add_rows(RunRoundTrips *work, const Migration *migration, GError **error);

/* The case of a migration on tables with rows. failure is NULL if it worked; plausible then has its preconditions,
 * or is NULL. */
ReportCase *run_round_trips_rows_case(const RunRoundTrips *work, const Migration *migration,
                                      const MigrationOutcome *failure, const CheckPlausibleRows *plausible,
                                      gint64 duration);

/* If no rows pass, and those that satisfy all preconditions fail in another way, the case is about that: such rows are
 * in production. Adds notes on the first failure, and on labels that the migration takes away. */
void run_round_trips_add_blocked(const RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
                                 const CheckPlausibleRows *plausible, ReportCase *fails);

/* Reports the case of a round trip, or NULL, that was made without rows because the up fails on them. */
void run_round_trips_report_on_empty(const RunRoundTrips *work, const Migration *migration, ReportCase *test_case);

/* The tables that have none. */
void run_round_trips_report_unfilled(RunRoundTrips *work);

/* How many downs put columns into another order, in a line for the terminal. */
void run_round_trips_report_column_order(const RunRoundTrips *work);

/* What the migration deletes, a line each, if that is all it loses, and each of these tables has a new unique key: rows
 * that keep to it decide then. NULL otherwise. The caller frees it. */
char *run_round_trips_describe_duplicates(const RunRoundTrips *work, const CheckAfter *after);

/* --- round_trip_ignored.c ------------------------------------------------------- */

/* Notes which of the columns excluded from the comparison exist now. */
void run_round_trips_note_ignored(RunRoundTrips *work);
/* At the end: a case that fails where "ignore_columns" names columns that there never were; none without that key. */
void run_round_trips_report_ignored(const RunRoundTrips *work);

/* --- round_trip_twin.c ---------------------------------------------------------- */

/* Reads where the stage's database stands; only the rows, where its catalog is as it was. */
bool run_round_trips_read_state(RunRoundTrips *work, bool with_rows, GError **error);
bool run_round_trips_read_rows(RunRoundTrips *work, GError **error);

/* The stage's database, which is before the migration with this index, gets the rows that it had without generated
 * ones, where that is possible (*ret_done): its sessions and its catalog stay. */
bool run_round_trips_go_back(RunRoundTrips *work, guint index, bool *ret_done, GError **error);
/* Begins anew on another database that is before the migration, without generated rows on the way. The migrations
 * before it run once only, whatever indexes are asked for, which only grow. */
bool run_round_trips_rebuild(RunRoundTrips *work, guint index, GError **error);

/* Runs the migration on rows that it works on, if there are such rows; ret_rows has the result. If there are none,
 * the database is still in the state before the migration. failure: of the migration on rows that its schema allows;
 * NULL: use rows that satisfy all preconditions. With
 * `ret_duplicates`, it stops behind the up where this has deleted rows that its new key does not allow: true then. */
bool run_round_trips_with_plausible(RunRoundTrips *work, const Migration *migration, const MigrationOutcome *failure,
                                    CheckPlausibleRows *ret_rows, ReportCase **ret_case, bool *ret_duplicates,
                                    GError **error);

/* The same; if the rows that it works on break the new key, so that the up deletes some of them, it runs on rows that
 * keep to all, and these count. */
bool run_round_trips_without_duplicates(RunRoundTrips *work, guint index, const MigrationOutcome *failure,
                                        CheckPlausibleRows *ret_rows, ReportCase **ret_case, GError **error);

#endif
