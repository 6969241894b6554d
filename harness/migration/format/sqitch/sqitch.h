/* Declarations for the files of the format: the plan of a Sqitch project, and the rows that it writes. */
#ifndef MIGRATION_FORMAT_SQITCH_SQITCH_H
#define MIGRATION_FORMAT_SQITCH_SQITCH_H

#include "migration/format.h"

typedef struct SqitchChange SqitchChange;

/* "!project:change@tag" */
typedef struct {
	bool conflicts;
	char *project;          /* of another project, or NULL */
	char *text;             /* without "!", and without our own project */
	const SqitchChange *on; /* the change in this plan; NULL: none, or it is a conflict */
} SqitchDependency;

typedef struct {
	char *id; /* as Sqitch computes it: a SHA-1 in hexadecimal digits */
	char *name;
	char *date; /* "2024-01-15T10:02:00Z" */
	char *planner_name;
	char *planner_email;
	char *note;
} SqitchTag;

struct SqitchChange {
	char *id;
	char *name;
	char *date;
	char *planner_name;
	char *planner_email;
	char *note;
	GPtrArray *dependencies; /* of SqitchDependency * */
	GPtrArray *tags;         /* of SqitchTag *: the tags below it */
	gsize offset;            /* of its line in the plan */
	bool reworked;           /* a change of the same name comes later */
	GPtrArray *rework_tags;  /* of char *: the tags between it and that later change; only of a reworked one */
};

typedef struct {
	Source *source;
	char *project;
	char *uri;             /* or NULL */
	GPtrArray *changes;    /* of SqitchChange *, in their order */
	GHashTable *variables; /* for psql, char * -> char *; or NULL */
} SqitchPlan;

/* Reads a plan. NULL with *error (BASE_ERROR_INPUT), which names file, line and column: it is not a plan, or a
 * change depends on one that does not come before it. The rules are those of sqitchchanges and sqitch-plan in
 * Sqitch's manual. */
SqitchPlan *sqitch_plan_load(const char *path, GError **error);
void sqitch_plan_free(gpointer plan); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SqitchPlan, sqitch_plan_free)

/* Makes the registry's schema and tables where they are missing, and enters the project. */
bool sqitch_registry_begin(MigrationRunner *runner, const SqitchPlan *plan, GError **error);

/* Records the change as deployed or reverted. */
bool sqitch_registry_record(MigrationRunner *runner, const SqitchPlan *plan, const Migration *migration,
                            MigrationDirection direction, GError **error);

/* Enters that its deploy script has failed. */
bool sqitch_registry_record_failure(MigrationRunner *runner, const SqitchPlan *plan, const Migration *migration,
                                    GError **error);

/* The SHA-1 of its deploy script, by which Sqitch sees that a script was changed. The caller frees it. */
char *sqitch_script_hash(const Migration *migration);

#endif
