/* Shared by the tests of rows_fill. */
#ifndef TESTS_POSTGRES_ROWS_SUPPORT_FILL_H
#define TESTS_POSTGRES_ROWS_SUPPORT_FILL_H

#include "support.h"

#include "rows/fill/fill.h"

#include <string.h>

#define N_ROWS 20

static inline GPtrArray *
fill(DbSession *session, const CatalogExclusions *exclusions)
{
	GPtrArray *unfilled = rows_unfilled_list_new();
	GError *error = NULL;
	bool done = rows_fill(session, exclusions, N_ROWS, NULL, unfilled, &error);

	support_check(done, error, "rows_fill");
	return unfilled;
}

static inline void
fill_everything(DbSession *session)
{
	g_autoptr(GPtrArray) unfilled = fill(session, NULL);
	guint n_empty = 0;

	for (guint i = 0; i < unfilled->len; i++) {
		const RowsUnfilled *table = g_ptr_array_index(unfilled, i);
		n_empty += !table->without_triggers;
		print_error("%s: %s\n", table->table, table->reason);
	}
	assert_int_equal(n_empty, 0);
}

static inline void
assert_value(DbSession *session, const char *sql, const char *expected)
{
	GError *error = NULL;
	g_autofree char *value = db_session_query_value(session, &error, sql, NULL);

	support_check(value != NULL, error, sql);
	if (strcmp(value, expected) != 0)
		fail_msg("\"%s\" gives \"%s\", expected \"%s\"", sql, value, expected);
}

#endif
