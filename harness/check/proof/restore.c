#include "check/proof/restore.h"

#include "catalog/diff.h"
#include "check/findings.h"
#include "check/proof/surroundings.h"
#include "check/schema/differences.h"

#include <string.h>

/* The database before the migration, besides its catalog. */
typedef struct {
	RowsState *rows; /* the history table's too */
	CheckSurroundings *surroundings;
} Before;

static void
before_clear(Before *before)
{
	rows_state_unref(before->rows);
	check_surroundings_free(before->surroundings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Before, before_clear)

/* Includes the tables that are excluded elsewhere, except our own. */
static RowsState *
read_all_rows(CheckWorkspace *workspace, GError **error)
{
	const CatalogExclusions only_ours = { .schemas = workspace->exclusions->schemas };

	return rows_state_read(workspace->session, &only_ours, error);
}

static bool
before_read(CheckWorkspace *workspace, Before *before, GError **error)
{
	/* Settings of the previous migration's session would hide those of the database. */
	if (!db_session_reset(workspace->session, error))
		return false;
	before->rows = read_all_rows(workspace, error);
	before->surroundings = before->rows != NULL
	                           ? check_surroundings_read(workspace->session, CHECK_SURROUNDINGS_BACKUP, error)
	                           : NULL;
	return before->surroundings != NULL;
}

/* --- Messages of the programs ----------------------------------------------- */

/* Leaves out where they were: it is said by OIDs, which are others in every run, and by the versions before 15 only. */
static char *
without_places(const char *stderr_text)
{
	g_auto(GStrv) lines = g_strsplit(stderr_text, "\n", -1);
	g_autoptr(GString) text = g_string_new(NULL);

	for (char **line = lines; *line != NULL; line++) {
		if (g_str_has_prefix(*line, "pg_restore: while ") ||
		    g_str_has_prefix(*line, "pg_restore: from TOC entry "))
			continue;
		g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "", *line);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* The first error in the output of pg_dump or pg_restore. */
static char *
first_error(const char *stderr_text)
{
	static const char mark[] = "error: ";
	const char *start = strstr(stderr_text, mark);

	start = start != NULL ? start + strlen(mark) : stderr_text;
	/* libpq writes two spaces there, which no other sentence of ours has. */
	g_autoptr(GString) first = g_string_new_len(start, (gssize)strcspn(start, "\n"));
	g_string_replace(first, "ERROR:  ", "ERROR: ", 0);
	return g_strdup(first->str);
}

/* A hint for the most likely cause. */
static const char *
proof_restore_hint_for(const char *stderr_text)
{
	return strstr(stderr_text, "does not exist") != NULL
	           ? "\nhint: pg_restore works under an empty search_path: in "
	             "functions, name everything with its schema, "
	             "or give them SET search_path"
	           : "";
}

static void
proof_restore_add_output(ReportCase *test_case, const char *text)
{
	if (text == NULL || text[0] == '\0')
		return;
	char *output = test_case->output != NULL ? g_strconcat(test_case->output, "\n", text, NULL) : g_strdup(text);
	g_free(test_case->output);
	test_case->output = output;
}

/* --- Comparing -------------------------------------------------------------- */

static void
proof_restore_find_schema(const CheckRestore *restore, const char *what, const CatalogSnapshot *expected,
                          const CatalogSnapshot *found, CheckFindings *findings)
{
	const CatalogDiffOptions options = { .ignore_column_position = !restore->strict_column_order };
	g_autoptr(GArray) differences = catalog_diff(expected, found, &options);

	check_differences_normalise_array_casts(differences);
	if (differences->len == 0)
		return;
	g_autofree char *all = catalog_diff_describe(differences, CHECK_DIFFERENCES_SHOWN);
	g_autofree char *first = catalog_difference_describe(&g_array_index(differences, CatalogDifference, 0));
	g_autofree char *more = differences->len > 1 ? g_strdup_printf(", and %u more", differences->len - 1) : NULL;
	g_autofree char *summary = g_strdup_printf("%s: %s%s", what, first, more != NULL ? more : "");
	check_findings_add(findings, summary, all);
}

static void
find_lines(const char *what, const char *lines, CheckFindings *findings)
{
	g_autofree char *first = g_strndup(lines, strcspn(lines, "\n"));
	g_autofree char *summary = g_strdup_printf("%s: %s", what, first);

	check_findings_add(findings, summary, lines);
}

static bool
find_lost(const CheckRestore *restore, CheckWorkspace *restored, const Before *before, CheckFindings *findings,
          GError **error)
{
	g_autofree char *what = g_strdup_printf("the restored backup is not the database from before \"%s\"",
	                                        restore->migration->name);
	g_autoptr(CatalogSnapshot) catalog = check_workspace_snapshot(restored, error);
	g_autoptr(RowsState) rows = catalog != NULL ? read_all_rows(restored, error) : NULL;
	g_autoptr(CheckSurroundings)
	    surroundings = rows != NULL ? check_surroundings_read(restored->session, CHECK_SURROUNDINGS_BACKUP, error)
	                                : NULL;

	if (surroundings == NULL)
		return false;
	proof_restore_find_schema(restore, what, restore->before, catalog, findings);
	g_autoptr(GPtrArray) differences = rows_state_compare(before->rows, rows);
	if (differences->len > 0) {
		g_autofree char *lines = rows_differences_describe(differences, CHECK_DIFFERENCES_SHOWN);
		find_lines(what, lines, findings);
	}
	g_autofree char *lines = check_surroundings_compare(before->surroundings, surroundings, false);
	if (lines != NULL)
		find_lines(what, lines, findings);
	return true;
}

/* --- The migration, tried again --------------------------------------------- */

static void
find_numbers_of_rows(const char *what, const RowsState *expected, const RowsState *found, CheckFindings *findings)
{
	g_autoptr(GPtrArray) differences = rows_state_compare(expected, found);

	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		if (difference->kind != ROWS_NUMBER)
			continue;
		g_autofree char *line = rows_difference_describe(difference);
		find_lines(what, line, findings);
	}
}

static bool
try_again(const CheckRestore *restore, CheckWorkspace *restored, const CatalogSnapshot *after, CheckFindings *findings,
          GError **error)
{
	const Migration *migration = restore->migration;
	g_auto(CheckAfter) again = { 0 };

	if (!check_apply(restored, migration, NULL, &again, error))
		return false;
	if (again.failure.failed) {
		g_autofree char *summary = g_strdup_printf("\"%s\" fails on the restored backup: %s", migration->name,
		                                           again.failure.message);
		check_findings_add(findings, summary, again.failure.details);
		restore->test_case->position = again.failure.position;
		restore->test_case->statement = g_strdup(again.failure.statement);
		return true;
	}
	g_autofree char *what = g_strdup_printf(
	    "on the restored backup \"%s\" does not give what it gives on the original", migration->name);
	proof_restore_find_schema(restore, what, after, again.catalog, findings);
	g_autoptr(RowsState) expected = rows_state_read(restore->workspace->session, restored->exclusions, error);
	g_autoptr(RowsState) found = expected != NULL ? rows_state_read(restored->session, restored->exclusions, error)
	                                              : NULL;
	if (found == NULL)
		return false;
	find_numbers_of_rows(what, expected, found, findings);
	return true;
}

/* --- The proof -------------------------------------------------------------- */

/* pg_restore creates extensions, and this server lacks those that have a stand-in. Sets *ret_can to false, and the
 * case, if there are any. */
static bool
look_for_stand_ins(const CheckRestore *restore, bool *ret_can, GError **error)
{
	const MigrationStandIns *stand_ins = restore->workspace->stand_ins;
	GHashTableIter iterator;
	gpointer name;

	*ret_can = true;
	if (stand_ins == NULL || stand_ins->sources == NULL)
		return true;
	g_hash_table_iter_init(&iterator, stand_ins->sources);
	while (*ret_can && g_hash_table_iter_next(&iterator, &name, NULL)) {
		g_autofree char *exists = db_session_query_value(
		    restore->workspace->session, error,
		    "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = $1)", name, NULL);
		if (exists == NULL)
			return false;
		*ret_can = strcmp(exists, "t") != 0;
		if (!*ret_can)
			report_case_set(
			    restore->test_case, REPORT_SKIPPED,
			    "a backup with the extension \"%s\" cannot be restored on this server, which has "
			    "only a stand-in for it",
			    (const char *)name);
	}
	return true;
}

/* Gives the dump, or NULL: with *error, or with a case that has failed or is skipped. */
static ScratchDump *
proof_restore_take(const CheckRestore *restore, GError **error)
{
	g_autofree char *stderr_text = NULL;
	ScratchDump *dump = NULL;
	bool can = false;

	if (!look_for_stand_ins(restore, &can, error) || !can)
		return NULL;
	if (!scratch_dump_take(restore->programs, restore->workspace->server, restore->workspace->database, &dump,
	                       &stderr_text, error))
		return NULL;
	if (dump == NULL) {
		g_autofree char *first = first_error(stderr_text);
		report_case_set(restore->test_case, REPORT_FAILED, "pg_dump refuses the database before \"%s\": %s\n%s",
		                restore->migration->name, first, stderr_text);
	} else {
		proof_restore_add_output(restore->test_case, stderr_text);
	}
	return dump;
}

/* Fills an empty database from the backup. *ret_restored is false when the case has failed. */
static bool
proof_restore_fill(const CheckRestore *restore, CheckWorkspace *restored, ScratchDump *dump, bool *ret_restored,
                   GError **error)
{
	g_autofree char *stderr_text = NULL;

	if (!check_workspace_create(restored, "restored", error) ||
	    !scratch_dump_restore(restore->programs, restored->server, restored->database, dump, ret_restored,
	                          &stderr_text, error))
		return false;
	if (!*ret_restored) {
		g_autofree char *shown = without_places(stderr_text);
		g_autofree char *first = first_error(shown);
		report_case_set(restore->test_case, REPORT_FAILED,
		                "pg_restore cannot restore the backup from before \"%s\": %s\n%s%s",
		                restore->migration->name, first, shown, proof_restore_hint_for(shown));
	} else {
		proof_restore_add_output(restore->test_case, stderr_text);
	}
	return true;
}

static bool
proof_restore_prove(const CheckRestore *restore, ScratchDump *dump, const Before *before, const CatalogSnapshot *after,
                    GError **error)
{
	g_auto(CheckWorkspace) restored = { .server = restore->workspace->server,
		                            .set = restore->workspace->set,
		                            .stand_ins = restore->workspace->stand_ins,
		                            .exclusions = restore->workspace->exclusions };
	g_auto(CheckFindings) findings = { 0 };
	bool is_restored = false;

	if (!proof_restore_fill(restore, &restored, dump, &is_restored, error))
		return false;
	if (!is_restored)
		return true;
	if (!check_workspace_connect(&restored, error) || !find_lost(restore, &restored, before, &findings, error))
		return false;
	/* A loss that was found already would be reported again. */
	if (findings.n == 0 && !try_again(restore, &restored, after, &findings, error))
		return false;
	check_findings_report(&findings, restore->test_case);
	return true;
}

bool
check_restore(const CheckRestore *restore, CheckAfter *ret_after, GError **error)
{
	g_auto(Before) before = { 0 };
	g_autoptr(GError) cause = NULL;

	if (!before_read(restore->workspace, &before, error))
		return false;
	g_autoptr(ScratchDump) dump = proof_restore_take(restore, &cause);
	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (!check_apply(restore->workspace, restore->migration, NULL, ret_after, error))
		return false;
	return dump == NULL || ret_after->failure.failed ||
	       proof_restore_prove(restore, dump, &before, ret_after->catalog, error);
}
