/*
 * Conditions of a database before, during and after a migration: one row of the table for each.
 */
#ifndef TARGET_CONDITIONS_H
#define TARGET_CONDITIONS_H

#include "db/session.h"

/* The unit of a condition's number. */
typedef enum {
	TARGET_UNIT_COUNT, /* of objects */
	TARGET_UNIT_SECONDS,
	TARGET_UNIT_BYTES,
	TARGET_UNIT_PERCENT,
	TARGET_UNIT_TRANSACTIONS,
} TargetUnit;

typedef struct {
	const char *name;      /* in suites: "long_transactions" */
	const char *parameter; /* an additional setting in the suite: "capacity" (bytes), "role", "names"; NULL: none */
	TargetUnit unit;
	double limit;       /* default; the number may be equal to it */
	const char *what;   /* the counted or measured thing, for people: "the oldest transaction" */
	const char *advice; /* how to get below the limit */
	const char *grant;  /* the privilege that a role needs to see it; NULL: none */
	const char *sql;
	const char *sql_before; /* for servers before `since`; or NULL */
	int since;              /* 150000 */
} TargetCondition;

/* The table; the last row has no name. */
const TargetCondition *target_conditions(void);
/* The condition of that name, or NULL. */
const TargetCondition *target_condition_find(const char *name);
/* All names, NULL-terminated, for "did you mean". The caller frees the array, not the names. */
const char **target_condition_names(void);

/* One thing that was looked at. */
typedef struct {
	char *object; /* "pid 4711", "public.orders_id_seq" */
	double value;
	bool hidden; /* the value cannot be seen: `note` says why, or NULL: the role may not */
	char *note;  /* or NULL */
} TargetObservation;

typedef struct {
	double number;   /* the largest visible value; for TARGET_UNIT_COUNT the number of visible rows */
	guint n_hidden;  /* rows whose value cannot be seen */
	char *refused;   /* the server's error if the role may not query it at all, or does not exist; or NULL */
	GPtrArray *rows; /* of TargetObservation *, the worst first */
} TargetMeasurement;

void target_measurement_clear(TargetMeasurement *measurement);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TargetMeasurement, target_measurement_clear)

/* Measures it in the transaction of target_reading_open. `parameter` is the condition's additional setting, as a
 * text. False with *error when the session cannot go on. */
bool target_condition_measure(const TargetCondition *condition, DbSession *session, const char *parameter,
                              TargetMeasurement *ret_measurement, GError **error);

/* The number with its unit: "3", "2 min 05 s", "64 MiB", "81.2 %". The caller frees it. */
char *target_unit_format(TargetUnit unit, double number);

#endif
