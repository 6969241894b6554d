/* Declarations for observe.c, read.c, look.c and compare.c; no other file includes it. */
#ifndef IMPACT_OBSERVE_PRIVATE_H
#define IMPACT_OBSERVE_PRIVATE_H

#include "impact/observe.h"
#include "impact/outside.h"
#include "impact/relations.h"

/* Where in the log the records of a statement are. */
typedef struct {
	guint statement; /* its index */
	gint64 from;
	gint64 to;
	char *transactions; /* owned */
} ImpactLogRange;

struct ImpactObserver {
	const ScratchDatabase *database;
	ImpactRelations *relations;
	bool is_stale;    /* relations were created or dropped without observation */
	guint last_oid;   /* the newest relation that existed before the script */
	bool stays;       /* before the first script, that is */
	bool has_begun;   /* a script has */
	bool is_current;  /* nothing has run since the relations were read */
	bool made_tables; /* there are ordinary tables that nobody has taken notice of: impact_observer_update */
	MigrationWatch watch;
	ImpactWal *log;     /* borrowed; NULL: the amount of WAL is not wanted */
	GArray *log_ranges; /* of ImpactLogRange, of the script */

	/* The script. */
	ReportObservation *observation;
	gint64 start;
	guint n_transactions;
	bool in_transaction;
	bool knows_sizes;    /* unlocked relations have not changed since the sizes were read */
	bool lacks_counters; /* they may not be zero at its beginning, and have not been read */
	guint first_open;    /* the first statement of the transaction, in observation->statements */
	gint64 wal;
	gint64 temporary; /* bytes of temporary files by then; below 0: not known */
	char *lock_timeout;

	/* The statement. */
	gint64 statement_start;
	ImpactOutside *outside;
};

/* The current statement, and the findings about it. */
typedef struct {
	ImpactObserver *observer;
	ReportStatement *statement;
	const char *sql;
} ImpactLook;

/* The number in a row; 0 for NULL. */
gint64 impact_number(const DbResult *rows, int row, int column);
/* Microseconds since the script's beginning. */
gint64 impact_now(const ImpactObserver *observer);
/* True when the statement's first word is one of these. */
bool impact_begins_with(const char *sql, const char *const *words);

/* --- Reading (read.c) --------------------------------------------------------- */

/* The rows of a query that is asked with every migration, and so is planned once in a session. NULL with *error. */
DbResult *impact_read(DbSession *session, const DbPrepared *query, GError **error);
/* A statement that tells the next ones of its transaction an OID: relations.sql reads those above it, locked.sql those
 * up to it. With a parameter the server would plan them each time. The caller frees it. */
char *impact_set_last(guint oid);
extern const DbPrepared impact_state_query;

/* Reads all relations; in a script, those that it has created under observation stay new. */
bool impact_read_relations(ImpactObserver *observer, DbSession *session, bool in_script, GError **error);
/* Reads relations created since; before a script. */
bool impact_read_younger(ImpactObserver *observer, DbSession *session, GError **error);
/* Removes dropped relations. */
void impact_remove_gone(ImpactRelations *relations);
bool impact_read_sizes(ImpactObserver *observer, DbSession *session, GError **error);
/* Servers before 15 flush their counters at a time of their own, so the remains of earlier transactions have to be
 * known. */
bool impact_read_counters(ImpactObserver *observer, DbSession *session, GError **error);
bool impact_can_flush(DbSession *session);
/* The counters of the session are zero afterwards, where the server can do that. Outside of a transaction only. */
bool impact_flush(DbSession *session, GError **error);
/* The bytes of temporary files that the database has used; below 0: servers before 15 do not report them in time. To
 * be asked outside of a transaction, after impact_flush. */
bool impact_read_temporary(DbSession *session, gint64 *ret_bytes, GError **error);
/* Adds the increase since the last call to that of the script. */
bool impact_take_temporary(ImpactObserver *observer, DbSession *session, GError **error);
/* Takes the WAL position and the lock_timeout, from impact/sql/state.sql; statement: the one that ran since the last
 * call, or NULL. */
void impact_take_state(ImpactObserver *observer, const DbResult *state, ReportStatement *statement);

/* Notes where the records of the statement, the last one, are; it ran inside of a transaction, which is open. */
bool impact_note_records(ImpactObserver *observer, gint64 from, DbSession *session, GError **error);

/* --- After a statement (look.c) ------------------------------------------------- */

/* Asks the session for the locks of its transaction. */
bool impact_look(const ImpactLook *look, DbSession *session, GError **error);

ReportTouched *impact_touch(const ImpactLook *look, ImpactRelation *relation, const char *also);
void impact_take_locks(const ImpactLook *look, ImpactRelation *relation, guint modes, const char *also);
/* The relation, or the index's table, if it existed before the script; else NULL. */
ImpactRelation *impact_table(const ImpactLook *look, ImpactRelation *relation);
/* Sorts the findings. */
void impact_arrange(const ImpactLook *look);
void impact_forget_locks(ImpactRelation *relation, void *unused);

/* --- Outside of a transaction (compare.c) ---------------------------------------- */

/* Adds the observations of the other session, and the changes of relations. */
bool impact_compare(const ImpactLook *look, DbSession *session, GError **error);

#endif
