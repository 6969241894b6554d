/*
 * The result model: the findings of a run, as data. Every report format is a way to write it down.
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

#include "base/source.h"
#include "report/access.h"
#include "report/item.h"
#include "report/observation.h"
#include "report/plan.h"
#include "report/schema.h"

typedef enum {
	REPORT_PASSED,
	REPORT_FAILED,  /* an expectation is not met */
	REPORT_ERRORED, /* it could not be tested */
	REPORT_SKIPPED, /* it was left out, and the message says why */
} ReportStatus;

/* A condition that a migration needs of the rows that exist before it. */
typedef struct {
	char *meaning; /* "no row of public.orders has NULL in \"note\"": the migration fails otherwise */
	char *query;   /* a SELECT, to be run before the migration; or NULL */
	bool empty;    /* the query returns the rows that violate it, none where it holds; false: a person has to
	                * judge its result */
} ReportPrecondition;

/* The harm that a fault does to a deployment, the worst first: a report begins with the first ones. */
typedef enum {
	REPORT_KIND_OTHER,   /* not said: stands last */
	REPORT_KIND_ACCESS,  /* a role has a right that it must not have, or lacks one that it needs */
	REPORT_KIND_LOSS,    /* rows or values are lost */
	REPORT_KIND_DEPLOY,  /* a migration fails, or does something else than alone */
	REPORT_KIND_DOWN,    /* the way back does not work */
	REPORT_KIND_CRASH,   /* an interrupted migration leaves a broken state */
	REPORT_KIND_PLAN,    /* a query becomes slow */
	REPORT_KIND_SCHEMA,  /* the schema differs from the expected one */
	REPORT_KIND_HISTORY, /* files and history do not go together */
	REPORT_KIND_SUITE,   /* the suite states something false: no migration is at fault */
	REPORT_N_KINDS,
} ReportKind;

/* One thing that is not as expected. NULL in `expected`: it should not be there; in `found`: it is missing. */
typedef struct {
	char *what; /* "index public.orders.orders_at_idx" */
	char *expected;
	char *found;
} ReportDifference;

/* Some lines of a file, of which a part is marked. */
typedef struct {
	SourcePosition position; /* of the marked part */
	guint first_line;        /* of the text; lines count from 1 */
	guint n_marked;          /* lines that are marked, from position.line on */
	char *text;              /* whole lines, the last one without its end */
	const char *note;        /* static: "fails here", "made here" */
} ReportExcerpt;

/* One named result. All texts are owned by it, and UTF-8 or not: writers cope. */
typedef struct {
	char *database; /* the suite's name of the database; NULL when the case is about none */
	char *stage;    /* "forward", "round trip", "expect", "query", ... */
	char *name;
	SourcePosition position; /* the migration, fixture or suite line it is about; line 0: none */
	ReportStatus status;
	gint64 duration;                /* microseconds */
	char *message;                  /* one line: the fault; of a case that passed: a remark, or NULL */
	char *details;                  /* the whole story, many lines; or NULL */
	char *statement;                /* the SQL that failed, or "$ " and the command; or NULL */
	char *notes;                    /* what else pgassay has to say, in lines; or NULL */
	char *output;                   /* what a program or the server wrote, its notices; or NULL */
	GPtrArray *preconditions;       /* of ReportPrecondition *; or NULL */
	ReportObservation *observation; /* effects of its migration on tables that are in use; or NULL */
	const char *accepted_by;        /* static: the suite's key that accepts this failure; or NULL */
	GStrv accepted_names;           /* the columns or findings listed there; NULL: the whole migration */

	/* Of a case that has not passed, further parts that a page or a pull request shows; each may be missing. */
	ReportKind kind;
	char *expected;         /* a sentence: what has to hold */
	char *remedy;           /* SQL that would fix it, such as the statement missing in the down */
	char *hint;             /* what to do; also in the details, behind "hint: " */
	char *since;            /* the name of the first migration after which the fault is present */
	char *cause;            /* cases with the same one fail for the same reason */
	GStrv reproduce;        /* the command that runs this case alone, as an argument vector */
	GPtrArray *differences; /* of ReportDifference *; or NULL */
	GPtrArray *excerpts;    /* of ReportExcerpt *, the first one of the case's own position; or NULL */
	GPtrArray *plans;       /* of ReportPlan *, of its query: the last one is the observed plan; or NULL */
	GPtrArray *access;      /* of ReportAccess *: the rights of roles that were found; or NULL */
	ReportItem *item;       /* when it is an item of a checklist; or NULL */
	guint plans_line;       /* of the details, from 1: where the plans begin as text */
	guint plans_lines;      /* number of lines; 0: there are no plans in the details */
} ReportCase;

/* A case with copies of the texts; status passed, no duration. database may be NULL. */
ReportCase *report_case_new(const char *database, const char *stage, const char *name, SourcePosition position);
void report_case_free(ReportCase *test_case); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportCase, report_case_free)

/* Sets the status and the message (formatted). If the text has several lines, the first one is the message and the
 * whole text becomes the details. Frees the old ones. */
void report_case_set(ReportCase *test_case, ReportStatus status, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Moves the status, the position and the texts of the other case into this one; the other one is left without texts. */
void report_case_take_result(ReportCase *test_case, ReportCase *from);

/* Adds lines to the notes, without the line breaks at their end. */
void report_case_note(ReportCase *test_case, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* The statement, the notes and the output below each other, for formats that have one place for them; NULL if there is
 * none. The caller frees it. */
char *report_case_said(const ReportCase *test_case);

/* Adds a precondition; query may be NULL. */
void report_case_add_precondition(ReportCase *test_case, const char *meaning, const char *query, bool empty);

/* Adds a difference; see there for what NULL means. */
void report_case_add_difference(ReportCase *test_case, const char *what, const char *expected, const char *found);

/* Adds lines of the file around the position; n_marked lines of it are marked. Nothing is added where the file cannot
 * be read, or the position has no line. The note must be static. */
void report_case_add_excerpt(ReportCase *test_case, SourcePosition position, guint n_marked, const char *note);

/* The same with lines that are known already; the text may be NULL: then nothing is added. */
void report_case_put_excerpt(ReportCase *test_case, SourcePosition position, guint first_line, guint n_marked,
                             const char *text, const char *note);

/* Adds a plan, and takes ownership of it. */
void report_case_add_plan(ReportCase *test_case, ReportPlan *plan);

/* Adds a right of a role on a table, and takes ownership of it. */
void report_case_add_access(ReportCase *test_case, ReportAccess *access);

/* Finds the text in the details, which says the plans in whole lines: what draws them does not show it once more. */
void report_case_find_plans(ReportCase *test_case, const char *text);

/* "access", "loss", ...: for people. */
const char *report_kind_name(ReportKind kind);

/* Arguments as a shell takes them; NULL gives NULL. The caller frees it. */
char *report_command_line(const char *const *arguments);

/* The command of `reproduce` as a shell takes it; NULL when there is none. The caller frees it. */
char *report_case_command(const ReportCase *test_case);

/* True if the case makes a run red. */
bool report_case_is_bad(const ReportCase *test_case);

/* The message after its position ("path:line: message"), then the details, without saying
 * the message twice: the text that a reader of one case wants. The caller frees it. */
char *report_case_story(const ReportCase *test_case);

typedef struct {
	char *name;
	char *value;
} ReportProperty;

/* The duration of a stage of a database, without the time that it waited for others. The division of work among
 * machines uses it. */
typedef struct {
	char *database;
	char *stage;
	gint64 duration; /* microseconds */
} ReportTime;

typedef struct {
	char *name;
	char *title;           /* or NULL */
	char *path;            /* of the suite file */
	gint64 started;        /* microseconds since the epoch, UTC */
	gint64 duration;       /* microseconds */
	GPtrArray *properties; /* of ReportProperty *, in the order they were added */
	GPtrArray *cases;      /* of ReportCase *, in the order of the plan of work */
	GPtrArray *databases;  /* of ReportDatabase *, in that order too */
	GPtrArray *times;      /* of ReportTime *, in that order too */
	GPtrArray *watched;    /* of ReportSighting *: observations of the target of a checklist */
} ReportSuite;

typedef struct {
	char *title;     /* what was tested, as a text for people: "feature at 6c1e0f4"; or NULL */
	char *base;      /* "origin/main 3f2c1a9", or NULL */
	GStrv reproduce; /* the command of the whole run, as an argument vector; or NULL */
	guint shard;     /* from 1 on: which part of the work it is, of */
	guint n_shards;  /* so many; 0: it is all of it */
	char *
	    division; /* the same in all parts, when they have divided the same work in the same way; NULL: not known */
	gint64 started;
	gint64 duration;
	GPtrArray *suites; /* of ReportSuite * */
} ReportRun;

/* A run that starts now. */
ReportRun *report_run_new(void);
void report_run_free(ReportRun *run); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportRun, report_run_free)

/* Adds a suite, which starts now; the run owns it. */
ReportSuite *report_run_add_suite(ReportRun *run, const char *name, const char *title, const char *path);
void report_suite_add_property(ReportSuite *suite, const char *name, const char *value);
/* Adds to the time of that stage. */
void report_suite_add_time(ReportSuite *suite, const char *database, const char *stage, gint64 duration);
/* Takes ownership of the database. */
void report_suite_add_database(ReportSuite *suite, ReportDatabase *database);
/* The database of that name, or NULL. */
const ReportDatabase *report_suite_database(const ReportSuite *suite, const char *name);
/* Takes ownership of the case. */
void report_suite_add_case(ReportSuite *suite, ReportCase *test_case);

typedef struct {
	guint passed;
	guint failed;
	guint errored;
	guint skipped;
} ReportCounts;

void report_counts_add(ReportCounts *counts, ReportStatus status);
ReportCounts report_suite_count(const ReportSuite *suite);
ReportCounts report_run_count(const ReportRun *run);

/* "passed", "failed", "error", "skipped". */
const char *report_status_name(ReportStatus status);

/* suite.database.stage, as JUnit's classname: dots inside the parts become underscores, and
 * parts that are not there are left out. The caller frees it. */
char *report_case_classname(const ReportSuite *suite, const ReportCase *test_case);

/* The path as reports show it: without "." and "..", and relative to the current folder when
 * it lies below it (reporters look files up from the root of the repository, and an absolute
 * path would say much about the machine); otherwise as it is. The caller frees it. */
char *report_path_relative(const char *path);

#endif
