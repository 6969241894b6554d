/*
 * Views that read members of JSON which an UPDATE takes away or gives another name: they give NULL from then on.
 */
#ifndef CHECK_CHANGES_VIEWS_H
#define CHECK_CHANGES_VIEWS_H

#include "check/changes/changes_private.h"

typedef struct CheckViews CheckViews;

void check_views_free(CheckViews *views); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckViews, check_views_free)

/* Whether the script has an UPDATE that such a view may depend on. */
bool check_views_suspected(const MigrationScript *script);

/* What the views on the tables of these UPDATEs give, before the script runs. NULL with *error. */
CheckViews *check_views_read(DbSession *session, const MigrationScript *script, GError **error);

/* Adds the columns of them that had values, and are NULL in all rows now. False with *error. */
bool check_views_find(const CheckChangeSearch *search, const CheckViews *views, GError **error);

#endif
