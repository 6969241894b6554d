/*
 * The page, in parts; for the files of this folder alone.
 *
 * The page has no script, so that a mail, a CI system's artifacts and a browser without a network show it. The end tags
 * of rows, cells and items are left out, and attributes stand without quotation marks where they can: a page of 20,000
 * cases has to stay below 5 MB.
 */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "report/cause.h"

/* Longer texts are cut; nobody reads more on a page. */
#define HTML_TEXT_MAX ((gsize)16 * 1024)

/* Embedded by script/embed-texts from reports/. */
extern const char report_page_css[];
extern const char report_page_html[];

typedef struct {
	const ReportRun *run;
	ReportCounts counts;
	GPtrArray *causes;    /* of ReportCause * */
	GHashTable *cause_of; /* const ReportCase * -> const ReportCause * */
	GHashTable *ids;      /* char * -> NULL: every id that is taken */
	GHashTable *locks;    /* const ReportCase * -> const ReportSuite *: the cases in the section of locks */
	GHashTable *case_ids; /* const ReportCase * -> char * */
	GHashTable
	    *object_ids;   /* const void * (ReportMigration, ReportObject, ReportDatabase, ReportSuite) -> char * */
	guint n_locks;     /* migrations of which there are locks to show */
	GString *contents; /* the links to the sections */
	GString *out;      /* the sections */
} HtmlPage;

/* --- html_text.c ------------------------------------------------------------------------ */

/* Appends a text as text. `line`: line feeds are shown as \n. */
void html_text(GString *out, const char *text);
void html_line(GString *out, const char *text);
/* A message as a sentence: it begins with a capital letter, unless a name stands there. Text between double quotes is
 * code. */
void html_sentence(GString *out, const char *text);
/* A message. Text between double quotes is code. */
void html_message(GString *out, const char *text);
/* A number with its word: "1 case", "3 cases". */
void html_count(GString *out, guint n, const char *one, const char *many);
/* "0.4 ms", "2.9 ms", "41 ms", "1.2 s". */
void html_time(GString *out, gint64 microseconds);
/* "✓", "✗", "–" with its word for those who see no colour. */
void html_status(GString *out, ReportStatus status);
/* "f", "s", "p": the letter that the filter uses. */
char html_letter(ReportStatus status);
/* "f p": the letters of all statuses that occur. */
char *html_letters(const ReportCounts *counts);
/* The sign of a change, and its word. */
void html_sign(GString *out, ReportChangeSign sign);
/* A name that may go on in the next line behind each "_". */
void html_name(GString *out, const char *name);
/* A type by its short name: timestamptz, varchar(20). */
void html_type(GString *out, const char *type);
/* The definition of the object, without the kind of a key at its head. */
void html_definition(GString *out, const ReportObject *object);
/* Lines in a <pre> of the class. */
void html_lines(GString *out, const char *class_name, const char *text);
/* A command that a click selects. */
void html_command(GString *out, const char *command);
/* "path:line:column", relative. */
void html_place(GString *out, SourcePosition position);

/* --- html_ids.c --------------------------------------------------------------------------- */

/* Gives every case, migration and table its id. */
void html_ids_make(HtmlPage *page);
/* The id of a case, migration or table; NULL if it has none. */
const char *html_id(const HtmlPage *page, const void *thing);
const char *html_case_id(const HtmlPage *page, const ReportCase *test_case);
/* The migration of the case's database that caused the fault; NULL if it is not known. */
const ReportMigration *html_since(const ReportSuite *suite, const ReportCase *test_case);

/* --- html_locks.c -------------------------------------------------------------------------- */

/* Chooses the migrations whose locks find room on the page: new ones and faults first. */
void html_locks_choose(HtmlPage *page);
/* The strongest lock that the migration takes on existing relations, with a link to its times; nothing if no session
 * could wait for it. */
void html_lock_line(const HtmlPage *page, GString *out, const ReportCase *test_case);

/* --- impact.c ------------------------------------------------------------------------------ */

/* How the work grows with the number of rows; nothing if that is not known. */
void html_impact_growth(GString *out, const ReportTouched *touched);
/* The estimated effects of its statements on as many rows as in production; nothing if they are not known. */
void html_impact_production(GString *out, const ReportObservation *observation);
/* The actions of the migration and of the sessions that ran at the same time; nothing if there were none. */
void html_impact_timeline(GString *out, const ReportObservation *observation);

/* --- plan.c -------------------------------------------------------------------------------- */

/* The plans of the case as trees; nothing when it has none. */
void html_plans(GString *out, const ReportCase *test_case);

/* --- The sections: each appends itself to page->out and its link to page->contents, or nothing ------------ */

/* Begins a section of `n` entries, of which `bad` are wrong. */
void html_section_begin(HtmlPage *page, const char *id, const char *title, const char *letters, const char *remark,
                        guint bad, guint n);
void html_section_end(HtmlPage *page);

void html_verdict(const HtmlPage *page, GString *out);
void html_failures(HtmlPage *page);
void html_migrations(HtmlPage *page);
void html_locks(HtmlPage *page);
void html_access(HtmlPage *page);
void html_checklist(HtmlPage *page);
void html_schema(HtmlPage *page);
void html_diagram(HtmlPage *page);
void html_not_tested(HtmlPage *page);
void html_cases(HtmlPage *page);
void html_environment(HtmlPage *page);

#endif
