/*
 * Long files for empty relations: tables and indexes without contents, as far as the planner reads them. The open
 * transaction assigns them by number (pg_class.relfilenode); its end undoes that, and the owner removes the files. So a
 * relation's own file is never touched.
 */
#ifndef PLAN_SIZE_FILES_H
#define PLAN_SIZE_FILES_H

#include "db/session.h"

typedef struct PlanFiles PlanFiles;

/* In the folder of the session's database, which must be on this machine and ours. NULL with *error. */
PlanFiles *plan_files_new(DbSession *session, GError **error);
/* Removes them; takes NULL. No transaction may have them any more. */
void plan_files_free(PlanFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlanFiles, plan_files_free)

/* Where the server's files are. */
const char *plan_files_data_directory(const PlanFiles *files);

/* Whether a relation whose file is there (pg_relation_filepath), of this access method (NULL: a table), can have one.
 */
bool plan_files_fit(const PlanFiles *files, const char *path, const char *method);

/* One of so many pages; of a btree with so many levels above its leaves. The same again for the same numbers: the
 * planner only looks at them. False with *error. */
bool plan_files_get(PlanFiles *files, double pages, guint *ret_number, GError **error);
bool plan_files_get_btree(PlanFiles *files, double pages, guint height, guint *ret_number, GError **error);

#endif
