/*
 * The settings of ALTER DATABASE, ALTER ROLE and GRANT, as SQL that sets them again: CREATE DATABASE ... TEMPLATE
 * copies none of them.
 */
#ifndef SCRATCH_SETTINGS_H
#define SCRATCH_SETTINGS_H

#include "db/session.h"

/* An SQL expression: the statements that set `setting` (an expression: an element of pg_db_role_setting.setconfig) for
 * `whom` (an expression: 'DATABASE x', 'ROLE r'). They belong into one message. A list of names is not a text in
 * quotes, so that the value goes through the session, as it is. */
#define SCRATCH_SETTING_SQL(whom, setting)                                                                             \
	"(SELECT CASE WHEN n.name IN ('search_path', 'temp_tablespaces') THEN pg_catalog.format("                      \
	"'SELECT pg_catalog.set_config(%L, %L, true); ALTER %s SET %s FROM CURRENT', n.name, n.value, " whom           \
	", n.quoted) ELSE pg_catalog.format('ALTER %s SET %s TO %L', " whom ", n.quoted, n.value) END"                 \
	" FROM (SELECT pg_catalog.split_part(" setting ", '=', 1) AS name,"                                            \
	" pg_catalog.substr(" setting ", pg_catalog.strpos(" setting ", '=') + 1) AS value,"                           \
	" (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(p), '.' ORDER BY i) FROM pg_catalog.unnest("            \
	"pg_catalog.string_to_array(pg_catalog.split_part(" setting ", '=', 1), '.')) WITH ORDINALITY u (p, i))"       \
	" AS quoted) n)"

/* Gives the database `to` the settings of and the privileges on the database `from`, which it is a copy of. False with
 * *error. */
bool scratch_settings_copy(DbSession *session, const char *from, const char *to, GError **error);

#endif
