/*
 * Declarations that the files of the console share.
 */
#ifndef REPORT_CONSOLE_PRIVATE_H
#define REPORT_CONSOLE_PRIVATE_H

#include "report/console/console.h"

/* Columns of a line: "  status  label  name (time)". */
#define REPORT_CONSOLE_LABEL  16
#define REPORT_CONSOLE_INDENT "        "

struct ReportConsole {
	FILE *stream;
	ReportConsoleFlags flags;
	guint width;          /* columns that texts are wrapped to */
	GPtrArray *groups;    /* of ReportConsoleGroup *: the stages of which cases have come */
	ReportCounts counts;  /* of the run so far */
	gint64 progress_time; /* of the last progress message in JSON */
	bool progress_shown;  /* the cursor stands in a line of progress */
	bool compact;         /* migrations have a line each, and failures are printed near the end already */
	bool alone;           /* there is one suite, of which all is: it needs no line */
	guint n_migrations;   /* that have had a line */
	bool suite_announced; /* the line with the suite's name is out */
};

typedef struct {
	const char *word;
	const char *colour;
} ReportConsoleLook;

/* How a status is written. */
const ReportConsoleLook *report_console_look(ReportStatus status);

extern const char report_console_bold[];
extern const char report_console_dim[];

/* A line for the case, and all that it says below it. */
void report_console_put_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case);

/* --- Lines (console_line.c) ----------------------------------------------- */

void report_console_clear_progress(ReportConsole *console);
/* A text of a case on one line; the caller frees it. */
char *report_console_clean(const char *text);
/* "database stage"; database may be NULL. The caller frees it. */
char *report_console_label(const char *database, const char *stage);
void report_console_put_coloured(ReportConsole *console, const char *colour, const char *text);
/* Writes the cleaned text and blanks up to the width; two when it is wider. */
void report_console_put_padded(ReportConsole *console, const char *text, guint width);
/* The name is followed by the remark, or else by the time in microseconds if that is long enough to be shown. Broken
 * where it is too wide, first before the remark. All texts are cleaned ones. */
void report_console_put_line(ReportConsole *console, ReportStatus status, const char *label, const char *name,
                             gint64 duration, const char *remark);
/* One cleaned line, indented; broken between words where it is too wide, but for source and tables. */
void report_console_put_wrapped(ReportConsole *console, const char *line);
/* A text of many lines, indented, at most REPORT_CONSOLE_LINES of it. */
void report_console_put_indented(ReportConsole *console, const char *text);
/* The same of a message, which is never taken for source when it is one line. */
void report_console_put_message(ReportConsole *console, const char *text);

/* --- Text of a case (console_story.c) ---------------------------------------- */

/* All details of a case that failed, and the command to repeat it. */
void report_console_put_story(ReportConsole *console, const ReportCase *test_case);

/* --- Failures that say the same (same.c) -------------------------------------------- */

/* So many of them are shown in full; the others are named in one line. */
#define REPORT_CONSOLE_SAME 2

/* Equal for failed cases of one stage of a database that say the same, but for their own names, and for those that the
 * same error of the server stops. NULL: the case is not bad, or it stands alone. The caller frees it. */
char *report_console_same_key(const ReportCase *test_case);
/* "the same of "a", "b" and 3 more; -v shows each", of the names (char *) of cases; the caller frees it. */
char *report_console_same_list(const GPtrArray *names);

/* --- Stages in one line (console_group.c) ------------------------------------ */

typedef struct ReportConsoleGroup ReportConsoleGroup;

void report_console_group_free(ReportConsoleGroup *group);
/* Counts the case in its group. True if the case also has to be shown by itself: its message is new in the group, or
 * it failed, and fewer than REPORT_CONSOLE_SAME others have failed alike. */
bool report_console_group_add(ReportConsole *console, const ReportCase *test_case);
/* Writes the lines of the groups of that database and stage, and forgets them; stage NULL: of all. */
void report_console_group_end(ReportConsole *console, const char *database, const char *stage);

/* --- JSON output (json.c): the same functions, one object per line ---------------------- */

void report_console_json_begin(ReportConsole *console);
void report_console_json_shard(ReportConsole *console, const ReportRun *run, guint ours, guint all);
void report_console_json_suite(ReportConsole *console, const ReportSuite *suite);
void report_console_json_progress(ReportConsole *console, const char *what);
void report_console_json_note(ReportConsole *console, const ReportSuite *suite, const char *database, const char *text);
void report_console_json_case(ReportConsole *console, const ReportSuite *suite, const ReportCase *test_case);
void report_console_json_error(ReportConsole *console, const char *message);
void report_console_json_end(ReportConsole *console, const ReportRun *run);

#endif
