/*
 * The effects of a script's statements on relations that existed before it, as observed on a server, and the findings.
 * Reports print them; impact/ observes them.
 */
#ifndef REPORT_OBSERVATION_H
#define REPORT_OBSERVATION_H

#include "base/source.h"

/* PostgreSQL's table locks, from the weakest to the strongest. */
typedef enum {
	REPORT_LOCK_NONE,
	REPORT_LOCK_ACCESS_SHARE,
	REPORT_LOCK_ROW_SHARE,
	REPORT_LOCK_ROW_EXCLUSIVE,
	REPORT_LOCK_SHARE_UPDATE_EXCLUSIVE,
	REPORT_LOCK_SHARE,
	REPORT_LOCK_SHARE_ROW_EXCLUSIVE,
	REPORT_LOCK_EXCLUSIVE,
	REPORT_LOCK_ACCESS_EXCLUSIVE,
	REPORT_N_LOCKS,
} ReportLockMode;

/* "ACCESS EXCLUSIVE". */
const char *report_lock_name(ReportLockMode mode);
/* The operations that the lock blocks in other sessions: "reads and writes", "writes", or NULL: neither. */
const char *report_lock_blocks(ReportLockMode mode);

/* How an amount grows when a table has more rows, as observed on tables of several sizes. */
typedef enum {
	REPORT_GROWTH_UNKNOWN,
	REPORT_GROWTH_CONSTANT,
	REPORT_GROWTH_LINEAR,
	REPORT_GROWTH_FASTER, /* than the rows */
} ReportGrowth;

/* "constant"; NULL: it is not known. */
const char *report_growth_name(ReportGrowth growth);

/* Times are microseconds since the script's first statement began; numbers of rows and bytes are the server's counters,
 * and do not depend on how fast it was. */

/* A relation that existed before the script and that the statement locked or changed. */
typedef struct {
	guint oid;
	char *name;           /* "public.orders", as it was before the statement */
	char kind;            /* pg_class.relkind: r, p, m, v, i, I, S, t, f */
	guint table;          /* of an index or partition: the OID of its table or topmost parent; else 0 */
	bool is_named;        /* the statement's text has its name */
	guint modes;          /* the locks that it took now, a bit for each mode: 1 << mode */
	ReportLockMode taken; /* the strongest of them */
	ReportLockMode held;  /* the strongest lock that the transaction holds on it now; the one before, if the
	                       * statement took none */
	gint64 since;         /* when the transaction got that lock */
	gint64 until;         /* when the transaction ended */
	bool was_rewritten;   /* it has got a new file with the contents of the old one */
	bool was_emptied;     /* it has got a new file, and nothing in it */
	bool was_dropped;
	guint indexes_built; /* of a table: indexes built on its existing rows, including those that a rewrite builds
	                      * again */
	gint64 scans;        /* of all its rows: a rewrite is one, and each index that is built */
	gint64 rows_read;    /* by these */
	gint64 rows_inserted;
	gint64 rows_updated;
	gint64 rows_deleted;
	gint64 bytes;         /* of its files, with those of its indexes, after the statement; 0 if it is not a table */
	gint64 bytes_written; /* new files, and what old ones have grown by */
	ReportGrowth growth;  /* of the rows that it reads and changes, and the bytes that it writes */
	gint64 larger_rows; /* how many rows it reads and changes where the table has ten times as many; 0: not known */
} ReportTouched;

typedef struct {
	SourcePosition position;
	char *text;        /* its first line, shortened */
	guint transaction; /* those with the same number share one; 0: it runs outside of any */
	gint64 start;
	gint64 duration;
	GPtrArray *touched; /* of ReportTouched *: tables first, in the order of their names */
	gint64 wal_bytes;   /* with growth or a limit of it: its own; else what other sessions wrote meanwhile is in it,
	                       too */
	/* With as many rows as in production, according to the suite; below 0: not known. */
	double expected_wal;       /* bytes */
	double expected_disk;      /* bytes of new files */
	double expected_time_from; /* on this machine, */
	double expected_time_to;   /* in microseconds: a range, and no more than a hint */
	const char *expected_of;   /* the table that these are about, a name in `touched`; or NULL */
	char *lock_timeout;        /* in force, as the server shows it: "0", "2s" */
	const char *unseen;        /* static: why nothing could be observed; NULL: it could */
} ReportStatement;

/* An action of one session while others ran too, in the order of observation. */
typedef struct {
	guint trial; /* from 1 on; each trial uses a new copy of the database */
	gint64 time; /* microseconds since its trial began; below 0: not measured */
	char *who;   /* "the migration", "an old transaction", "a reader" */
	char *what;  /* "waits for ACCESS EXCLUSIVE on public.orders, behind the old transaction" */
} ReportEvent;

/* Something about a script that people should know before it runs on a busy database. */
typedef struct {
	const char *code; /* static: "rewrite"; "pgassay explain" explains it */
	SourcePosition position;
	char *message;  /* one line: the observation */
	char *advice;   /* the safe way on this server's version, some lines; or NULL */
	char *relation; /* the table that it is about; or NULL */
	char *accepted; /* the reason why the suite accepts it; NULL: it does not */
	bool fails;     /* the suite does not let it pass */
} ReportFinding;

typedef struct {
	GPtrArray *statements;  /* of ReportStatement *, in their order */
	GPtrArray *findings;    /* of ReportFinding *, by statements */
	GPtrArray *timeline;    /* of ReportEvent *: with impact: prove; trials one after the other */
	guint n_trials;         /* that were begun */
	gint64 temporary_bytes; /* of files that its transactions wrote and removed again; below 0: not known */
} ReportObservation;

ReportTouched *report_touched_new(guint oid, const char *name, char kind);
ReportStatement *report_statement_new(SourcePosition position, const char *text);
ReportFinding *report_finding_new(const char *code, SourcePosition position);

ReportObservation *report_observation_new(void);
void report_observation_free(ReportObservation *observation); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ReportObservation, report_observation_free)

/* Later events belong to a new trial. */
void report_observation_begin_trial(ReportObservation *observation);

/* Adds an event of the last trial to the timeline; time as in ReportEvent. */
void report_observation_note(ReportObservation *observation, gint64 time, const char *who, const char *what);

/* The effect of the statement on the relation; NULL: none. */
ReportTouched *report_statement_find(const ReportStatement *statement, guint oid);

/* How many of its statements could not be observed. */
guint report_observation_count_unseen(const ReportObservation *observation);

/* Its work on rows and files: "writes it anew, builds 2 indexes"; "" if it only took a lock. The caller frees it. */
char *report_touched_work(const ReportTouched *touched);
/* The same, with the growth of that work with the rows: "reads it, linear". */
char *report_touched_describe(const ReportTouched *touched);

/* observation_text.c: a table of the statements' effects, one line per relation: position, statement, the strongest
 * lock that the transaction holds after it, the work. "" if there were no effects. The caller frees it. */
char *report_observation_render(const ReportObservation *observation);

/* The timeline, a line for each event, without times. The same. */
char *report_observation_render_timeline(const ReportObservation *observation);

#endif
