/* What an update has to know about the snapshot that it starts from; no other folder includes it. */
#ifndef CATALOG_STATE_H
#define CATALOG_STATE_H

#include "catalog/snapshot.h"

/* The branches of sql/branches.sql, in its order and under the numbers of sql/mark.sql. */
typedef enum {
	CATALOG_BRANCH_RELATION = 1,
	CATALOG_BRANCH_CONSTRAINT,
	CATALOG_BRANCH_INDEX,
	CATALOG_BRANCH_POLICY,
	CATALOG_BRANCH_TRIGGER,
	CATALOG_BRANCH_REWRITE, /* the last one of the parts of relations that have items */
	CATALOG_BRANCH_FUNCTION,
	CATALOG_BRANCH_INHERITANCE,
	CATALOG_BRANCH_SCHEMA,
	CATALOG_BRANCH_LABEL,
	CATALOG_BRANCH_TYPE,
	CATALOG_BRANCH_NAME,
	CATALOG_BRANCH_EXTENSION,
	CATALOG_BRANCH_ROLE,
	CATALOG_BRANCH_DEFAULT,
	CATALOG_BRANCH_COMMENT, /* the last one that rows can go away from by themselves: those so far have items */
	CATALOG_BRANCH_COLUMN,
	CATALOG_BRANCH_SEQUENCE,
	CATALOG_BRANCH_AGGREGATE,
	CATALOG_BRANCH_OTHER, /* of the classes that are read as a whole: whether there is something new */
	CATALOG_N_BRANCHES,
} CatalogBranch;

static inline bool
catalog_branch_has_items(int branch)
{
	return branch <= CATALOG_BRANCH_COMMENT;
}

/* Whether rows of the branch tell which transaction has written them: only then those since a snapshot can be had. */
static inline bool
catalog_branch_has_age(int branch)
{
	return branch != CATALOG_BRANCH_LABEL && branch != CATALOG_BRANCH_NAME && branch != CATALOG_BRANCH_EXTENSION &&
	       branch != CATALOG_BRANCH_ROLE;
}

/* One row of a branch. */
typedef struct {
	guint64 id; /* 0: counts by its owner only */
	guint32 owner;
	gint32 print;
	char kind; /* relkind, contype, the unit of a comment; 0: not told */
} CatalogItem;

/* Everything that has to be read again, by OID; all but "units" needs none. */
typedef struct {
	GHashTable *units[CATALOG_N_UNITS];
	guint64 sieves[CATALOG_N_UNITS][64]; /* say quickly of most OIDs that they are not there */
	guint64 classes;                     /* as a bit set: those that are read as a whole */
	bool schemas;
	bool others; /* there may be a first object of a class that is rare */
	bool everything;
} CatalogAffected;

typedef struct {
	guint64 horizon;                   /* what nobody had seen yet was written by no older transaction */
	guint64 latest;                    /* no newer transaction was seen */
	guint64 own;                       /* the transaction that was open and had written; 0: none */
	char *database;                    /* which database of which server */
	char *roles;                       /* their names, hashed */
	bool alone;                        /* nobody else was connected */
	GArray *totals;                    /* of gint64, by branch - 1, from before the read; NULL: not to be had */
	bool touched[CATALOG_N_BRANCHES];  /* by the open transaction, which may take it back */
	GArray *items[CATALOG_N_BRANCHES]; /* of CatalogItem, by id; shared between snapshots; NULL: branch without */
	gint64 prints[CATALOG_N_BRANCHES]; /* their sums */
	GArray *suspects[CATALOG_N_UNITS]; /* of guint32: what the open transaction has written and may take back */
	bool suspect_schemas;
} CatalogState;

/* Empty; catalog_affected_clear() frees what it holds. */
void catalog_affected_init(CatalogAffected *affected);
void catalog_affected_clear(CatalogAffected *affected);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogAffected, catalog_affected_clear)

void catalog_affected_add(CatalogAffected *affected, CatalogUnit unit, guint32 oid); /* 0 is none */
bool catalog_affected_has(const CatalogAffected *affected, CatalogUnit unit, guint32 oid);
guint catalog_affected_count(const CatalogAffected *affected, CatalogUnit unit);
bool catalog_affected_is_empty(const CatalogAffected *affected);

/* The OIDs as the text of an array. The caller frees it. */
char *catalog_affected_format(const CatalogAffected *affected, CatalogUnit unit);

/* The same of the relations that are no members of an extension. */
char *catalog_affected_format_shown(const CatalogAffected *affected, const CatalogState *state);

/* All fields empty; catalog_state_clear() frees what they hold then. */
void catalog_state_init(CatalogState *state);
void catalog_state_clear(CatalogState *state);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CatalogState, catalog_state_clear)

/* The next number of an array's text, however deep, or false at its end; NULL counts as 0. */
bool catalog_state_next_number(const char **text, gint64 *ret_number);

/* The result of sql/mark.sql. */
void catalog_state_read_mark(CatalogState *state, const DbResult *mark);

/* The totals of another result of it, from before the transaction. */
void catalog_state_read_totals(CatalogState *state, const DbResult *mark);

/* True when rows written since `previous` can be told by their age: the same database, and no wraparound near. */
bool catalog_state_follows(const CatalogState *state, const CatalogState *previous);

/* The branches in which something may have changed, as bit sets. */
typedef struct {
	guint32 branches;
	guint32 complete; /* those of them where no row is gone */
	guint32 reduced;  /* those where rows were deleted */
} CatalogOpen;

/* Finds them by the counts of `mark`, and sets `touched`. `kept`: nothing that the transaction of `previous` had
 * written then was taken back since. */
void catalog_state_open(CatalogState *state, const CatalogState *previous, const DbResult *mark, bool kept,
                        CatalogOpen *ret_open);

/* Sets `touched` without a snapshot before. */
void catalog_state_touch_all(CatalogState *state);

/* Takes over the items of the branches that are not open. */
void catalog_state_take_over(CatalogState *state, const CatalogState *previous, guint32 open);

/* Adds what the transaction of `previous` may have taken back. */
void catalog_state_suspect(const CatalogState *previous, CatalogAffected *affected);

/* All rows of a branch; its items become the state's. What differs from `previous` is added to `affected` (both may
 * be NULL), what the open transaction has written to `suspects` (may be NULL). */
void catalog_state_read_all(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                            CatalogAffected *affected, CatalogAffected *suspects);

/* The rows of a branch that were written since `previous`, when no others are gone. */
void catalog_state_read_fresh(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                              CatalogAffected *affected, CatalogAffected *suspects);

/* The rows of a branch that were written since `previous`, and the sum of all prints. False when these do not explain
 * that sum: rows are gone, and the branch has to be read with all rows. */
bool catalog_state_read_recent(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                               CatalogAffected *affected, CatalogAffected *suspects);

/* The same rows once more, when that was false: true when they and the items that both `previous` and `expected` have
 * explain the sum. */
bool catalog_state_read_expected(CatalogState *state, const CatalogState *previous, const CatalogState *expected,
                                 const DbResult *rows, CatalogAffected *affected);

/* The same rows once more, leaving out what belonged to relations that are gone. */
bool catalog_state_read_without(CatalogState *state, const CatalogState *previous, const DbResult *rows,
                                GHashTable *gone);

/* The relations that `previous` has and the state, whose relations have been read, has not. Freed by the caller. */
GHashTable *catalog_state_find_gone(const CatalogState *state, const CatalogState *previous);

void catalog_state_take_suspects(CatalogState *state, const CatalogAffected *suspects);

/* The classes, as a bit set, that affected relations have objects of. */
guint64 catalog_state_find_classes(const CatalogState *state, const CatalogAffected *affected);

/* True when the branch has an item of the id. */
bool catalog_state_has_item(const CatalogState *state, CatalogBranch branch, guint64 id);

#endif
