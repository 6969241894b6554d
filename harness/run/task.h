/*
 * A stage on a thread of its own, and its events for the collecting thread.
 */
#ifndef RUN_TASK_H
#define RUN_TASK_H

#include "run/run.h"
#include "run/stage/stage.h"

typedef struct {
	/* What the collecting thread reads: the stage has another one while it works on code (stage/work/code.h). */
	const RunJob *job;
	RunStage stage;
	GAsyncQueue *events;
} RunTask;

/* A task whose stage reports to its queue; the rest of the stage is the caller's to set. */
RunTask *run_task_new(void);
void run_task_free(gpointer task);

/* Runs the stage: for a pool of threads. */
void run_task_work(gpointer task, gpointer unused);

/* Takes the events of the stage until its end: into the suite, to the console, and the result's messages and held
 * databases. */
void run_task_collect(RunTask *task, const RunOptions *options, ReportSuite *suite, RunResult *result);

/* Takes a case, which the suite then owns: without secrets, with its command, on the console. */
void run_task_take_case(const RunOptions *options, ReportSuite *suite, ReportCase *test_case);

#endif
