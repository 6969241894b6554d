/*
 * The plan of work: everything to be run, loaded and checked before anything starts.
 */
#ifndef RUN_JOB_PLAN_H
#define RUN_JOB_PLAN_H

#include "catalog/snapshot.h"
#include "impact/settings.h"
#include "migration/schema/schema_file.h"
#include "plan/judge/blessed.h"
#include "run/job/base.h"
#include "suite/suite.h"

/* A fixture that must hold right after a migration. */
typedef struct {
	const Migration *migration;       /* borrowed from the set */
	const char *name;                 /* as the suite names it; borrowed */
	SuiteDocument *fixture;           /* or NULL: */
	MigrationSchemaFile *schema_file; /* a fixture that is SQL */
} RunAt;

/* One database of a suite. */
typedef struct {
	const Suite *suite;            /* borrowed from the plan */
	const SuiteDatabase *database; /* borrowed from the suite */
	MigrationSet *set;
	MigrationSchemaFile *baseline_schema; /* the dump of the baseline, or NULL */
	guint n_baseline;                     /* migrations, from the beginning, that the baseline or base has */
	RunBase *base;                        /* where its databases begin: at the base of a branch; NULL: not there */
	GPtrArray *fixtures;                  /* of SuiteDocument *, loaded and checked */
	GPtrArray *schema_files;              /* of MigrationSchemaFile *: fixtures that are SQL */
	GPtrArray *at;                        /* of RunAt *, in the order of the suite */
	const GPtrArray *queries;             /* of Query *: the suite's; borrowed from the plan */
	GPtrArray *plans;                     /* of PlanCase *, in the order of the suite */
	PlanSize *size;                       /* of its tables; NULL: no plan is made */
	char *stored_rows;                    /* the name of the database with rows for plans, as RunBase has one */
	PlanBlessed *blessed;                 /* plans that are wanted; NULL: the suite names no file for them */
	ImpactSettings *impact;               /* NULL: the impact of its migrations is not observed */
	char *history;                        /* the history table as "schema.table" */
	char *excluded;                       /* what of the tool's own is left out of snapshots, for people */
	GPtrArray *excluded_tables;           /* of char *, NULL-terminated: the tool's own */
	GPtrArray *excluded_columns;          /* of the suite, NULL-terminated: names that it owns */
	const char *excluded_schemas[3];
	CatalogExclusions exclusions;
} RunJob;

/* Lets its databases begin at the base; takes ownership. */
void run_job_set_base(RunJob *job, RunBase *base);

/* True when its databases begin neither empty nor unknown: at a baseline, or at a base. */
bool run_job_begins_later(const RunJob *job);

/* The migrations that its databases begin with, or their history is written by: of the base, or of the job. */
const MigrationSet *run_job_first_set(const RunJob *job);

typedef struct {
	GPtrArray *suites;  /* of Suite *, in the order of the command line */
	GPtrArray *jobs;    /* of RunJob *, suite by suite */
	GPtrArray *queries; /* of GPtrArray *, a suite each: its queries, of Query * */
} RunPlan;

/* Loads the suites: files, or folders of which every .yaml and .yml file is one; no path at all means what
 * run_path_default() gives. NULL with *error (BASE_ERROR_INPUT, BASE_ERROR_USAGE): the first thing that is wrong
 * in suites, fixtures and migrations; two suites of one name; no suite. */
RunPlan *run_plan_load(const char *const *paths, GError **error);

/* A plan with nothing in it, and adding to it: a path as above, a suite that is a text in memory. False with *error. */
RunPlan *run_plan_new(void);
bool run_plan_add(RunPlan *plan, const char *path, GError **error);
bool run_plan_add_text(RunPlan *plan, const char *path, const char *text, GError **error);

/* Takes the suite and its jobs out. */
void run_plan_drop(RunPlan *plan, const Suite *suite);

void run_plan_free(RunPlan *plan); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RunPlan, run_plan_free)

#endif
