/*
 * The texts of a case that has not passed, in parts that a page shows in places of their own.
 */
#ifndef REPORT_STORY_H
#define REPORT_STORY_H

#include "report/result.h"

typedef struct {
	char *headline; /* one line that is complete by itself, for lists */
	char *title;    /* the expectation that does not hold: "the down of "V2" does not restore the rows" */
	char *found;    /* the observation, or the whole message */
	char *rest; /* the details without the message, the hints and the source, which have fields; NULL: nothing */
	char *short_rest; /* without the plans, either: for what draws them */
} ReportStory;

ReportStory report_story_make(const ReportCase *test_case);
void report_story_clear(ReportStory *story);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReportStory, report_story_clear)

#endif
