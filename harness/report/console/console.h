/*
 * The report that people read while it happens.
 */
#ifndef REPORT_CONSOLE_CONSOLE_H
#define REPORT_CONSOLE_CONSOLE_H

#include "report/result.h"

#include <stdio.h>

/* Nobody reads more of one text in a terminal; the reports have the rest. */
#define REPORT_CONSOLE_LINES 100

typedef enum {
	REPORT_CONSOLE_COLOUR = 1 << 0,   /* ANSI colours */
	REPORT_CONSOLE_PROGRESS = 1 << 1, /* a line of progress that is overwritten: terminals only */
	REPORT_CONSOLE_QUIET = 1 << 2,    /* only failures, errors and the summary */
	REPORT_CONSOLE_VERBOSE = 1 << 4,  /* a line for each case; else one for the passed cases of a stage */
	REPORT_CONSOLE_HOLD = 1 << 3,     /* only progress: report_console_replay shows the findings later */
	REPORT_CONSOLE_JSON = 1 << 5,     /* for programs: an object a line, as it happens; docs/reports.md */
} ReportConsoleFlags;

typedef struct ReportConsole ReportConsole;

/* Writes to the stream, which stays the caller's. Texts are wrapped between words at the width of the terminal, or, for
 * a pipe or a file, at COLUMNS where that is exported, else at 200. A console belongs to one thread at a time. No
 * control character of a case's texts reaches the stream (report/text.h). */
ReportConsole *report_console_new(FILE *stream, ReportConsoleFlags flags);
void report_console_free(ReportConsole *console); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportConsole, report_console_free)

/* The flags that suit the stream: colour and progress on a terminal; neither when it is a pipe or
 * a file, or when TERM is "dumb" or not set. Of the job's log of a CI system that shows colours (a pipe) colour only.
 * NO_COLOR, when it is set and not empty, turns colour off; else FORCE_COLOR turns it on ("0" and "false": off), as
 * no-color.org and force-color.org have it. */
ReportConsoleFlags report_console_flags(FILE *stream);

/* Which part of the work this machine has: so many of all stages. Left out when QUIET is set. */
void report_console_shard(ReportConsole *console, const ReportRun *run, guint ours, guint all);
void report_console_begin_suite(ReportConsole *console, const ReportSuite *suite);
/* Shows the current activity; only as progress. */
void report_console_progress(ReportConsole *console, const char *what);
/* Prints one line for a case that has something to report. Failures and errors get their details, the statement, the
 * command to repeat them and the output, indented, each cut after REPORT_CONSOLE_LINES lines. Passed cases are only
 * counted per stage, and so are cases that were skipped for the same reason. Of failures that say the same of many
 * files, two are shown, and the others are named in one line. */
void report_console_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case);
/* All cases of that stage of the database have come: its line is written. stage NULL: of all stages. */
void report_console_end_stage(ReportConsole *console, const char *database, const char *stage);
/* One line for something that people want to know and that is no case: a warning. Left out when QUIET is set. */
void report_console_note(ReportConsole *console, const ReportSuite *suite, const char *label, const char *text);
/* Shows a run that has ended, suite by suite; warnings are properties whose names end with ".warning". */
void report_console_replay(ReportConsole *console, const ReportRun *run);
/* The same for few new migrations: one line for each migration with the stages that it passed, failures and skipped
 * cases as elsewhere, and one line for the stages that passed without a remark. With VERBOSE, QUIET or JSON it is
 * the same as report_console_replay. */
void report_console_replay_compact(ReportConsole *console, const ReportRun *run);
void report_console_end_suite(ReportConsole *console, const ReportSuite *suite);
/* The last two lines are the time and the totals: "N passed, N failed, N skipped", or "N passed,
 * N failed, N errors, N skipped" when there are errors. Before them, when there are any, the
 * failed cases once more with their places and the reason in a line (the first REPORT_CONSOLE_LINES of them). */
void report_console_end(ReportConsole *console, const ReportRun *run);
/* The run could not be made: for programs only; people read it elsewhere. */
void report_console_error(ReportConsole *console, const char *message);

#endif
