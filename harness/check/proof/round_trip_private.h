/* Declarations for the files of a round trip; no other file includes it. */
#ifndef CHECK_PROOF_ROUND_TRIP_PRIVATE_H
#define CHECK_PROOF_ROUND_TRIP_PRIVATE_H

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/proof/round_trip.h"
#include "check/proof/surroundings.h"

/* The three steps of a round trip. */
typedef enum {
	CHECK_STEP_UP,
	CHECK_STEP_DOWN,
	CHECK_STEP_UP_AGAIN,
} CheckStep;

/* By CheckStep: "the up". */
extern const char *const check_step_names[];

/* A round trip on one database: in a transaction, or step by step on a copy. */
typedef struct {
	const CheckRoundTrip *trip;
	CheckWorkspace *workspace;
	CheckApplyFunction apply;
	bool in_transaction;
	ReportCase *test_case;
	CheckAfter after;
	GPtrArray *losses; /* of RowsDifference *; losses of the down; or NULL */
	CheckSurroundings
	    *around[CHECK_STEP_UP_AGAIN]; /* the surroundings of the schema before the up, and after it; or NULL */
	CatalogReading *origin;    /* the workspace's last one from before the up, by which the down is read; or NULL */
	bool origin_is_committed;  /* the workspace's last_is_committed then */
	const DbResult *sequences; /* where they stood before the up */
	CatalogReading *up_reading; /* of the catalog after the up; or NULL */
	bool up_is_there;           /* a savepoint keeps the state after the up */
	bool up_stays;              /* the up is committed, without its wrong down */
	bool few_rows;              /* the down has lost only a few rows or values */
	bool right;                 /* all three steps were */
	bool examined;              /* the effects of the up on rows have been examined */
	bool doubtful;              /* the fault may be caused by the transaction */
} CheckAttempt;

/* Compares the state after a step with the expected one; faults are added to the findings. */
void check_attempt_find_schema(CheckAttempt *attempt, CheckStep step, const CatalogSnapshot *expected,
                               const CatalogSnapshot *found, CheckFindings *findings);
bool check_attempt_find_sequences(CheckAttempt *attempt, const DbResult *before, CheckFindings *findings,
                                  GError **error);
/* Reads the surroundings of the schema before the step; compares them with those after it. */
bool check_attempt_read_surroundings(CheckAttempt *attempt, CheckStep step, GError **error);
bool check_attempt_find_surroundings(CheckAttempt *attempt, CheckStep step, CheckFindings *findings, GError **error);
/* Last of a step: a transaction may be another one afterwards. */
bool check_attempt_find_rows(CheckAttempt *attempt, CheckFindings *findings, GError **error);

#endif
