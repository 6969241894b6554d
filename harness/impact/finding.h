/*
 * Findings from the observation of a script: one row in finding.c for each code, and a file in finding/ for each
 * family.
 *
 * A finding is based on the observation. The text of a statement only decides the advice, and whether the statement
 * names a table.
 */
#ifndef IMPACT_FINDING_H
#define IMPACT_FINDING_H

#include "impact/queue.h"
#include "impact/settings.h"

typedef struct ImpactFindingKind ImpactFindingKind;

/* The input of the functions of kinds. */
typedef struct {
	ReportObservation *observation;
	const ImpactSettings *settings;
	guint version; /* of the server: 15 */
	/* Indexes that are invalid after the script: pairs of names, index and table, ended by NULL; or NULL. */
	const char *const *invalid;
	/* The same script under another time zone; NULL: not tried. */
	const ReportObservation *elsewhere;
	const char *zone;
	const char *other_zone;
	const ImpactProof *proof; /* NULL: not wanted */
} ImpactScript;

struct ImpactFindingKind {
	const char *code;  /* NULL ends the table */
	const char *title; /* for lists: "a table is rewritten while nobody can use it" */
	bool fails;        /* in mode fail, if the suite does not list the failing codes */
	void (*find)(const ImpactFindingKind *kind, const ImpactScript *script);
	const char *danger;  /* for pgassay explain: why it hurts, some lines */
	const char *safe;    /* what to do, some lines */
	const char *example; /* SQL: the dangerous one, and the safe one */
};

/* All kinds, in the order of a report. */
const ImpactFindingKind *impact_finding_kinds(void);
/* The one with the code, or NULL. */
const ImpactFindingKind *impact_finding_kind(const char *code);
/* All codes, ended by NULL. */
const char *const *impact_finding_codes(void);

/* Adds all findings to the observation, in the order of statements. */
void impact_find(const ImpactScript *script);

#endif
