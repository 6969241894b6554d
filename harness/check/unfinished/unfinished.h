/*
 * What migrations leave open in the catalog, and no later one closes.
 */
#ifndef CHECK_UNFINISHED_UNFINISHED_H
#define CHECK_UNFINISHED_UNFINISHED_H

#include "db/session.h"
#include "migration/migration.h"

typedef struct CheckUnfinished CheckUnfinished;

/* Something open. */
typedef struct {
	const Migration *since; /* the migration that it is open since; borrowed */
	bool remark;            /* it is to be reported, and is no failure */
	char *finding;          /* in one line */
	char *hint;             /* what closes it */
	char *words[3];         /* of the statement that it comes from, as check_place_find() takes them */
} CheckOpenEnd;

/* Nothing is known yet. Of the schemas of the platform (NULL-terminated, or NULL; borrowed) nothing is asked. */
CheckUnfinished *check_unfinished_new(const char *const *platform_schemas);
void check_unfinished_free(CheckUnfinished *unfinished);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckUnfinished, check_unfinished_free)

/* Looks at the catalog after the migration, which is one of the caller's, as long as there is the CheckUnfinished.
 * NULL: before the first one, so that what is open then is nobody's fault. The session is idle. False with *error. */
bool check_unfinished_look(CheckUnfinished *unfinished, DbSession *session, const Migration *migration, GError **error);

/* Of CheckOpenEnd *, in the order of the migrations: what was noted, and is still open. The caller unrefs the list.
 * NULL with *error. */
GPtrArray *check_unfinished_end(CheckUnfinished *unfinished, DbSession *session, GError **error);

#endif
