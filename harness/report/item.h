/*
 * An item of a checklist in a report: its state and the observations. checklist/ makes it. The phase is the stage of
 * its case, the line is the case's message.
 */
#ifndef REPORT_ITEM_H
#define REPORT_ITEM_H

#include <glib.h>
#include <stdbool.h>

typedef enum {
	REPORT_ITEM_TICKED,
	REPORT_ITEM_OPEN,    /* it was checked, and the answer is no */
	REPORT_ITEM_UNKNOWN, /* it could not be looked at */
	REPORT_ITEM_WAITS,   /* for a person who signs it */
	REPORT_N_ITEM_STATES,
} ReportItemState;

/* "ticked", "open", "unknown", "waits". */
const char *report_item_state_name(ReportItemState state);

/* A number or text that was observed. */
typedef struct {
	char *what;
	char *found;
	char *limit; /* that it is held against; or NULL */
} ReportFact;

/* With copies of the texts; limit may be NULL. */
ReportFact *report_fact_new(const char *what, const char *found, const char *limit);
void report_fact_free(ReportFact *fact); /* takes NULL */

typedef struct {
	ReportItemState state;
	bool required;    /* a release has to wait for it */
	char *kind;       /* its key in the suite: "http", "conditions" */
	char *details;    /* more lines; or NULL */
	char *shows;      /* what shows it again: SQL, a curl command; or NULL */
	GPtrArray *facts; /* of ReportFact * */
} ReportItem;

/* Something that was seen of a target while it was watched. */
typedef struct {
	gint64 from; /* microseconds since 1970, UTC */
	gint64 until;
	char *what;
} ReportSighting;

ReportItem *report_item_new(ReportItemState state, const char *kind);
void report_item_free(ReportItem *item); /* takes NULL */
/* limit may be NULL. */
void report_item_add_fact(ReportItem *item, const char *what, const char *found, const char *limit);

ReportSighting *report_sighting_new(gint64 from, gint64 until, const char *what);
void report_sighting_free(ReportSighting *sighting); /* takes NULL */

#endif
