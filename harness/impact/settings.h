/*
 * The settings of a suite for the impact of migrations: table sizes in production, accepted findings, failing findings.
 */
#ifndef IMPACT_SETTINGS_H
#define IMPACT_SETTINGS_H

#include "impact/limit.h"
#include "migration/migration.h"
#include "plan/size/size.h"
#include "report/observation.h"
#include "suite/suite.h"

/* A finding that is accepted. */
typedef struct {
	char *code;      /* of a finding; NULL: all of them */
	char *migration; /* its version or name, or with wildcards; NULL: all of them */
	char *object;    /* a table, "schema.name", or with wildcards; NULL: all of them */
	char *reason;
	SourcePosition position;       /* where it stands */
	const MigrationScript *script; /* of a comment: the script that it stands in; else NULL */
	guint first_line;              /* of a comment: the lines of the statement that it is about */
	guint last_line;
	char *until;  /* "2027-03-01": it has run out on the day after; NULL: it does not */
	guint n_used; /* how often it was used */
} ImpactAcceptance;

typedef struct ImpactSettings ImpactSettings;

/* Reads `impact:` of the database, and the comments "-- pgassay: accept CODE: REASON" of its migrations. size: of its
 * tables, or NULL; it and the set have to live as long. NULL with *error (BASE_ERROR_INPUT), with the place. */
ImpactSettings *impact_settings_load(const SuiteDatabase *database, const MigrationSet *set, const PlanSize *size,
                                     GError **error);
void impact_settings_free(ImpactSettings *settings); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImpactSettings, impact_settings_free)

/* The number of rows of the table in production; below 0: unknown. */
double impact_settings_rows(const ImpactSettings *settings, const char *table);
/* The bytes of its files in production, with those of its indexes, if a size or statistics give them; below 0:
 * unknown. */
double impact_settings_bytes(const ImpactSettings *settings, const char *table);
/* True if the suite states that it is in use all the time. */
bool impact_settings_is_busy(const ImpactSettings *settings, const char *table);
/* It has so few rows that to read or to write all of them takes no time. */
bool impact_settings_is_small(const ImpactSettings *settings, const char *table);

/* Migrations run on more rows, too. */
bool impact_settings_wants_growth(const ImpactSettings *settings);
/* Somebody wants to know how much WAL a migration writes. */
bool impact_settings_wants_wal(const ImpactSettings *settings);
/* How much a migration may do. */
const ImpactLimits *impact_settings_limits(const ImpactSettings *settings);

/* True when such a finding fails. */
bool impact_settings_fails(const ImpactSettings *settings, const ReportFinding *finding);

/* False for a migration before the one that `since` names: it is not judged. The index is that in the set. */
bool impact_settings_judges(const ImpactSettings *settings, guint index);

/* The one that accepts the finding of the migration today, and counts that; NULL: none. */
const ImpactAcceptance *impact_settings_accept(ImpactSettings *settings, const Migration *migration,
                                               const ReportFinding *finding);

/* All of them, of ImpactAcceptance *, in the order of the suite and then of the migrations. */
const GPtrArray *impact_settings_acceptances(const ImpactSettings *settings);

/* True when its last day is over. */
bool impact_acceptance_has_run_out(const ImpactAcceptance *acceptance);

#endif
