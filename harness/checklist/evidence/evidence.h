/*
 * The evidence of a checklist: a file that records each question, its target, the time and the observations.
 */
#ifndef CHECKLIST_EVIDENCE_H
#define CHECKLIST_EVIDENCE_H

#include "checklist/item/item.h"

/* Writes it as JSON, and PATH.sha256 beside it, which "sha256sum --check" reads. *ret_sum is the checksum, owned by
 * the caller. False with *error (BASE_ERROR_ENVIRONMENT). */
bool checklist_evidence_write(const Checklist *checklist, const ChecklistSurroundings *surroundings, const char *path,
                              char **ret_sum, GError **error);

/* The checklist as Markdown, for the ticket of a release; the caller frees it. `sum` is that of the evidence, or NULL.
 */
char *checklist_markdown(const Checklist *checklist, const ChecklistSurroundings *surroundings, const char *sum);

/* "ticked", "open", "unknown", "waits". */
const char *checklist_state_name(ChecklistState state);
/* "[x]", "[ ]", "[-]". */
const char *checklist_state_box(ChecklistState state);

typedef enum {
	CHECKLIST_SAME,
	CHECKLIST_OTHER_NUMBERS, /* in the same state, with other facts */
	CHECKLIST_OTHER_STATE,
	CHECKLIST_ONLY_FIRST,
	CHECKLIST_ONLY_SECOND,
} ChecklistDifferenceKind;

typedef struct {
	ChecklistDifferenceKind kind;
	char *item;
	char *first; /* "[x] 213 objects, 0 differences"; NULL: the item is missing */
	char *second;
} ChecklistDifference;

typedef struct {
	char *first; /* "shop_staging, pre, 2026-12-01T16:02:00Z" */
	char *second;
	GPtrArray *differences; /* of ChecklistDifference *: one for each item, in the order of the first file */
} ChecklistComparison;

void checklist_comparison_clear(ChecklistComparison *comparison);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ChecklistComparison, checklist_comparison_clear)

/* Reads two files of evidence. False with *error (BASE_ERROR_INPUT): one is not evidence, or does not match its
 * checksum. */
bool checklist_evidence_compare(const char *first, const char *second, ChecklistComparison *ret_comparison,
                                GError **error);

#endif
