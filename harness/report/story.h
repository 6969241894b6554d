/*
 * The texts of a case that is not passed, in parts: what a page shows in places of their own.
 */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

#include "report/result.h"

typedef struct {
	char *headline; /* one line that says it all, beside others: for lists */
	char *title;    /* what does not hold: "the down of "V2" does not restore the rows" */
	char *found;    /* what was seen instead, or the whole message */
	char *rest; /* the details without the message, the hints and the source, which have fields; NULL: nothing */
	char *short_rest; /* without the plans, either: for what draws them */
} ReportStory;

ReportStory report_story_make(const ReportCase *test_case);
void report_story_clear(ReportStory *story);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportStory, report_story_clear)

#endif
