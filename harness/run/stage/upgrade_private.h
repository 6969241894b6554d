/* Declarations for the files of the stage upgrade; no other file includes it. */
#ifndef RUN_STAGE_UPGRADE_PRIVATE_H
#define RUN_STAGE_UPGRADE_PRIVATE_H

#include "run/stage/stage.h"

typedef struct {
	RunStage *stage; /* its workspace stands at the version that is upgraded from, without rows and repeatables */
	const CatalogSnapshot *expected; /* at the end of the migrations */
	bool stopped;
	bool tried_on_rows;
	bool failed_on_rows;
	GPtrArray *repeatables; /* of Migration * */
	GPtrArray *there;       /* of Migration *: migrations of the tested version */
	GPtrArray *reported;    /* of Migration *: repeatables that cannot run again */
	char *taken;            /* by the migration that was tried last, by CASCADE: a view of a repeatable; or NULL */
	guint n_tried;          /* versions that were tried with repeatables */
	bool failed;            /* a case has reported so */
	bool compared;          /* an upgrade was compared with an installation */
} RunUpgrade;

/* The migration on a database of the version before it on which the repeatables are there (upgrade_repeatables.c).
 * *ret_failed: it fails there, and a case reports so. */
bool run_upgrade_try_repeatables(RunUpgrade *work, const Migration *migration, bool *ret_failed, GError **error);

/* The case when all is right. */
void run_upgrade_report_repeatables(RunUpgrade *work);

#endif
