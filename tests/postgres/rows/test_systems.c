/* Filling: the systems of migrations/. */
#include "support_fill.h"

#include "rows/state/state.h"

static void
run_file(DbSession *session, const char *path, const char *without)
{
	g_autofree char *full = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), path, NULL);
	g_autofree char *text = NULL;
	GError *error = NULL;

	support_check(g_file_get_contents(full, &text, NULL, &error), error, path);
	g_autoptr(GString) sql = g_string_new(text);
	if (without != NULL)
		assert_int_equal(g_string_replace(sql, without, "", 0), 1);
	support_execute(session, sql->str);
}

static RowsState *
read_state(DbSession *session)
{
	GError *error = NULL;
	RowsState *state = rows_state_read(session, NULL, &error);

	support_check(state != NULL, error, "rows_state_read");
	return state;
}

static void
make_kb(DbSession *session)
{
	run_file(session, "fixtures/kb/vector-stand-in.sql", NULL);
	run_file(session, "migrations/kb/0001_init.sql", "CREATE EXTENSION IF NOT EXISTS vector;");
}

static void
kb_is_filled_and_always_the_same(void **state)
{
	SupportDatabase *first = *state;
	g_autoptr(SupportDatabase) second = support_database(NULL);

	make_kb(first->session);
	make_kb(second->session);
	fill_everything(first->session);
	fill_everything(second->session);
	g_autoptr(RowsState) a = read_state(first->session);
	g_autoptr(RowsState) b = read_state(second->session);
	assert_int_equal(rows_state_size(a), 37);
	/* Triggers that note the time of an UPDATE see one when rows are pointed to others of their table. */
	g_autoptr(GPtrArray) differences = rows_state_compare(a, b);
	g_autofree char *told = rows_differences_describe(differences, 100);
	for (guint i = 0; i < differences->len; i++) {
		const RowsDifference *difference = g_ptr_array_index(differences, i);
		if (difference->kind != ROWS_CONTENT)
			fail_msg("%s", told);
		for (guint j = 0; difference->columns_differ[j] != NULL; j++)
			assert_string_equal(difference->columns_differ[j], "updated_at");
	}
	run_file(first->session, "migrations/kb/20251025_add_integration_metadata.sql", NULL);
	run_file(first->session, "migrations/kb/20251025_fix_extraction_jobs_policies.sql", NULL);
	g_autoptr(RowsState) after = read_state(first->session);
	assert_int_equal(rows_state_rows(after, "kb.graph_relationships"), N_ROWS);
	assert_int_equal(rows_state_rows(after, "kb.audit_log"), N_ROWS);
}

static void
capsule_is_filled_at_every_step(void **state)
{
	DbSession *auth = ((SupportDatabase *)*state)->session;
	g_autoptr(SupportDatabase) project = support_database(NULL);
	static const char *const steps[] = { "V001__create_users_table", "V002__add_user_roles",
		                             "V003__add_user_profiles", "V004__add_user_preferences" };

	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autofree char *path = g_strdup_printf("migrations/capsule/auth-service/%s.sql", steps[i]);
		run_file(auth, path, NULL);
		fill_everything(auth);
	}
	run_file(project->session, "migrations/capsule/project-service/V001__create_projects_table.sql", NULL);
	fill_everything(project->session);
	run_file(project->session, "migrations/capsule/project-service/V002__add_project_settings.sql", NULL);
	fill_everything(project->session);
	assert_value(project->session, "SELECT count(*) FROM project_settings", "20");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(kb_is_filled_and_always_the_same, support_open, support_close),
		cmocka_unit_test_setup_teardown(capsule_is_filled_at_every_step, support_open, support_close),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
