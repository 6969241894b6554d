/*
 * A session in which the planner sees tables of the stated size. Everything needed for that is in one transaction,
 * which is rolled back: statistics, and other, long files for all tables and indexes (files.h).
 */
#ifndef PLAN_FRAME_H
#define PLAN_FRAME_H

#include "plan/catalog/catalog.h"
#include "plan/catalog/mark.h"
#include "plan/size/size.h"
#include "plan/tree/tree.h"
#include "query/query.h"
#include "scratch/database.h"

typedef struct PlanFrame PlanFrame;

/* A session on the real tables, with their rows and statistics, in which queries may be run as well; their writes
 * are rolled back. `now` is the value of now() in them, or NULL. NULL with *error. */
PlanFrame *plan_frame_open_rows(const ScratchDatabase *database, const char *now, GError **error);

/* On a server of our own, files are made long; on another one, where we have to be a superuser, the tables have the
 * stated number of rows on few pages (dense.c), so that the costs of reading pages are not those of the size. No
 * other session may use the tables until the frame is closed. Borrows the size, which remembers the objects found
 * for its names; NULL leaves the tables as they are, with their rows and statistics. NULL with *error. */
PlanFrame *plan_frame_open(ScratchServer *server, const ScratchDatabase *database, PlanSize *size, GError **error);

/* The same for repeated use of a database that changes in between: no table has its size yet. Others may change the
 * database only while no table has its size. NULL with *error. */
PlanFrame *plan_frame_open_idle(ScratchServer *server, const ScratchDatabase *database, PlanSize *size, GError **error);
/* Gives their sizes to the tables among these relations (a set of GUINT_TO_POINTER(oid); some may have been dropped)
 * and to their partitions, in addition to tables that have them already. The catalog has only these. False with
 * *error. */
bool plan_frame_take(PlanFrame *frame, GHashTable *relations, GError **error);
/* Gives all tables their sizes, as plan_frame_open does. None may have one. False with *error. */
bool plan_frame_take_all(PlanFrame *frame, GError **error);
/* True when all tables of the set are among them. */
bool plan_frame_has_all(const PlanFrame *frame, GHashTable *tables);
/* Reports changes since the frame read the tables, so that it reads these again. Relations that may lead to others may
 * be gone, have another name, or be partitions by now; tables of the size that were not there can be there only under
 * the changed names. */
void plan_frame_forget(PlanFrame *frame, const PlanChange *change);
/* Rolls everything back. The frame keeps what it has read of these tables (NULL: of none). False with *error. */
bool plan_frame_put_back(PlanFrame *frame, GHashTable *keep, GError **error);

void plan_frame_close(PlanFrame *frame); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanFrame, plan_frame_close)

/* The server's major version. */
guint plan_frame_version(const PlanFrame *frame);
const PlanCatalog *plan_frame_catalog(const PlanFrame *frame);
/* The parts of the size that were left out, with the reasons, of char *. */
const GPtrArray *plan_frame_notes(const PlanFrame *frame);
/* True when the size says how large the table is. */
bool plan_frame_has_size(const PlanFrame *frame, const PlanTable *table);
/* Its size; NULL: nothing is said of it. */
const PlanTableSize *plan_frame_table_size(const PlanFrame *frame, const PlanTable *table);
/* For catalog queries of this folder: the session, in its transaction. */
DbSession *plan_frame_session(const PlanFrame *frame);
/* The settings that plans depend on, with their values here: "jit = off, work_mem = 4MB, ..."; owned by the caller. */
char *plan_frame_describe_settings(void);

/* Relations, but indexes. */
typedef struct {
	GHashTable *all;    /* GUINT_TO_POINTER(oid) */
	GHashTable *tables; /* of these, the tables and materialized views */
	GHashTable *names;  /* char *: without schemas */
} PlanRelations;

PlanRelations plan_relations_new(void);
void plan_relations_clear(PlanRelations *relations);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanRelations, plan_relations_clear)

typedef struct {
	const Query *query;
	const SuiteNode *values;   /* a list with one for each parameter; NULL: the plan for all values */
	const char *role;          /* or NULL */
	const SuiteNode *settings; /* a mapping; or NULL */
	bool measure;              /* run it, and measure; only on real tables */
	PlanRelations *relations;  /* the relations of the query are added; or NULL */
	const char *before;        /* a statement that changes the planner's choices; or NULL */
} PlanAsk;

/* The part of a PlanAsk that the server refuses. */
typedef enum { PLAN_PART_QUERY, PLAN_PART_SETTINGS, PLAN_PART_ROLE, PLAN_PART_VALUES } PlanPart;

typedef struct {
	PlanTree *tree;  /* NULL: the server refused the query, */
	char *refusal;   /* for this reason: its message, SQLSTATE, detail and hint */
	guint character; /* at this character of the query, from 1; 0: it does not say */
	PlanPart part;   /* what it refused */
} PlanAnswer;

void plan_answer_clear(PlanAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlanAnswer, plan_answer_clear)

/* Explains the query, without running it unless the ask says so; a run ends after a minute. False with *error if the
 * session cannot go on. */
bool plan_frame_explain(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *ret_answer, GError **error);

/* Prepares the query of the ask, to be run again and again by plan_frame_run; nothing else may be asked of the frame
 * until plan_frame_end_runs. A refusal is in *ret_answer, and there is nothing to be ended then. False with *error when
 * nothing can go on. */
bool plan_frame_begin_runs(PlanFrame *frame, const PlanAsk *ask, PlanAnswer *ret_answer, GError **error);
/* Runs the query once, and rolls back its writes. *ret_time is in microseconds, from sending it until its rows have
 * arrived. The frame has rows (plan_frame_open_rows). */
bool plan_frame_run(PlanFrame *frame, const PlanAsk *ask, gint64 *ret_time, GError **error);
bool plan_frame_end_runs(PlanFrame *frame, GError **error);

#endif
