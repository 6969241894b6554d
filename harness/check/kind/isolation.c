/* isolation: the roles of one database have no way into another. */
#include "check/findings.h"
#include "check/kind/kind.h"
#include "check/kind/listed.h"
#include "check/kind/sql.h"

#include <string.h>

/* Maximum number of tables in one finding. */
#define TABLES_SHOWN 5

static const SuiteShape roles_shape = { .expects = "a mapping of databases to lists of roles",
	                                .accepts = SUITE_ACCEPT_MAPPING,
	                                .values = &suite_shape_text_list };

static const char *const connect_choices[] = { "ignored", "refused", NULL };
static const SuiteShape connect_shape = { .expects = "ignored or refused",
	                                  .accepts = SUITE_ACCEPT_TEXT,
	                                  .choices = connect_choices };

static const SuiteKey keys[] = {
	{ "name", &suite_shape_text, false, "the case's name; the databases when left out" },
	{ "databases", &suite_shape_text_list, true, "two or more" },
	{ "roles", &roles_shape, false,
	  "roles of a database, beside those that own something or have a privilege in it" },
	{ "connect", &connect_shape, false, "refused: no role of another database has the privilege CONNECT" },
	{ "except", &suite_shape_text_mapping, false, "what is open on purpose: `role monitoring`, and why" },
	{ NULL },
};

static const SuiteShape isolation_shape = { .expects = "a mapping", .accepts = SUITE_ACCEPT_MAPPING, .keys = keys };

static bool
isolation_validate(const SuiteNode *node, GError **error)
{
	const SuiteNode *roles = suite_node_get(node, "roles");
	const SuiteNode *databases = suite_node_get(node, "databases");

	for (guint i = 0; roles != NULL && i < suite_node_size(roles); i++) {
		bool listed = false;
		for (guint j = 0; j < suite_node_size(databases); j++)
			listed |= strcmp(suite_node_key(roles, i), suite_node_text(suite_node_item(databases, j))) == 0;
		if (!listed)
			return suite_node_error(suite_node_key_node(roles, i), error, "add it there, or remove it here",
			                        "\"%s\" is not among the databases of the check",
			                        suite_node_key(roles, i));
	}
	return check_listed_validate(suite_node_get(node, "except"), error);
}

/* --- The databases ----------------------------------------------------------- */

typedef struct {
	const SuiteDatabase *database;
	DbSession *session;
	DbSession *own;    /* the session, if it has to be closed here */
	GHashTable *roles; /* name -> an example of its rights here */
} Side;

static void
side_free(gpointer data)
{
	Side *side = data;

	db_session_close(side->own);
	g_hash_table_unref(side->roles);
	g_free(side);
}

typedef struct {
	const CheckContext *context;
	const SuiteCheck *check;
	ReportCase *test_case;
	GPtrArray *sides; /* of Side * */
	CheckListed listed;
	CheckFindings findings;
} Work;

static void
isolation_work_clear(Work *work)
{
	g_clear_pointer(&work->sides, g_ptr_array_unref);
	check_listed_close(&work->listed);
	check_findings_clear(&work->findings);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, isolation_work_clear)

static bool
read_roles(const Work *work, Side *side, GError **error)
{
	const SuiteNode *named = suite_node_get(suite_node_get(work->check->node, "roles"), side->database->name);
	g_autoptr(DbResult) found = db_session_query(side->session, error, check_sql_roles, NULL);

	if (found == NULL)
		return false;
	for (int i = 0; i < db_result_rows(found); i++)
		g_hash_table_insert(side->roles, g_strdup(db_result_value(found, i, 0)),
		                    g_strdup(db_result_value(found, i, 1)));
	for (guint i = 0; named != NULL && i < suite_node_size(named); i++) {
		const char *role = suite_node_text(suite_node_item(named, i));
		if (!g_hash_table_contains(side->roles, role))
			g_hash_table_insert(side->roles, g_strdup(role), g_strdup("the check says so"));
	}
	return true;
}

/* Sets the case to skipped where there is no such database; false with *error as the kinds do. */
static bool
add_side(Work *work, const SuiteDatabase *database, GError **error)
{
	Side *side = g_new0(Side, 1);

	side->database = database;
	side->roles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_ptr_array_add(work->sides, side);
	if (database == work->context->suite_database) {
		side->session = work->context->session;
		return read_roles(work, side, error);
	}
	g_auto(CheckPeer) peer = work->context->peer(database, work->context->peer_data);
	if (peer.snapshot == NULL || peer.database == NULL) {
		report_case_set(work->test_case, REPORT_SKIPPED, "not run, because a migration of \"%s\" failed",
		                database->name);
		return true;
	}
	side->own = scratch_database_connect(peer.database, DB_SESSION_INTERNAL, error);
	side->session = side->own;
	return side->own != NULL && read_roles(work, side, error);
}

/* In the order of their names. */
static GList *
roles_of(const Side *side)
{
	return g_list_sort(g_hash_table_get_keys(side->roles), (GCompareFunc)strcmp);
}

/* --- Findings ------------------------------------------------------------------ */

/* Adds the finding with its hint, unless the subject is listed. */
static void
isolation_add_finding(Work *work, const char *subject, const char *finding, const char *hint)
{
	g_autofree char *text = g_strdup_printf("%s\nhint: %s", finding, hint);

	if (!check_listed_covers(&work->listed, subject))
		check_findings_add(&work->findings, finding, text);
}

static bool
look_for_doors(Work *work, const Side *side, GError **error)
{
	g_autoptr(DbResult) doors = db_session_query(side->session, error, check_sql_doors, NULL);

	for (int i = 0; doors != NULL && i < db_result_rows(doors); i++) {
		g_autofree char *finding = g_strdup_printf("\"%s\": %s", side->database->name,
		                                           db_result_value(doors, i, 1));
		isolation_add_finding(work, db_result_value(doors, i, 0), finding, db_result_value(doors, i, 2));
	}
	return doors != NULL;
}

/* Tables and views there that the role may use, each alone an exception if need be. */
static bool
look_what_is_reached(Work *work, const char *role, const Side *home, const Side *other, GError **error)
{
	g_autoptr(DbResult) reached = db_session_query(other->session, error, check_sql_reached, role, NULL);
	g_autofree char *subject = g_strdup_printf("role %s", role);
	g_autoptr(GString) tables = g_string_new(NULL);
	guint n = 0;

	if (reached == NULL)
		return false;
	if (db_result_rows(reached) > 0 && check_listed_covers(&work->listed, subject))
		return true;
	for (int i = 0; i < db_result_rows(reached); i++) {
		if (check_listed_covers(&work->listed, db_result_value(reached, i, 0)))
			continue;
		if (n++ < TABLES_SHOWN)
			g_string_append_printf(tables, "\n  %s: %s", db_result_value(reached, i, 0),
			                       db_result_value(reached, i, 1));
	}
	if (n == 0)
		return true;
	if (n > TABLES_SHOWN)
		g_string_append_printf(tables, "\n  ... and %u more", n - TABLES_SHOWN);
	g_autofree char *finding = g_strdup_printf("role \"%s\" of \"%s\" has privileges in \"%s\"%s", role,
	                                           home->database->name, other->database->name, tables->str);
	isolation_add_finding(work, subject, finding,
	                      "REVOKE them, also from PUBLIC and from the roles it is a member of");
	return true;
}

static bool
look_at_connect(Work *work, const char *role, const Side *home, const Side *other, GError **error)
{
	g_autofree char *subject = g_strdup_printf("role %s", role);
	g_autofree char *may = NULL;

	if (g_strcmp0(suite_node_get_text(work->check->node, "connect"), "refused") != 0)
		return true;
	may = db_session_query_value(other->session, error,
	                             "SELECT has_database_privilege($1, current_database(), 'CONNECT')", role, NULL);
	if (may == NULL)
		return false;
	g_autofree char *finding = g_strdup_printf("role \"%s\" of \"%s\" may connect to \"%s\"", role,
	                                           home->database->name, other->database->name);
	if (strcmp(may, "t") == 0)
		isolation_add_finding(work, subject, finding,
		                      "REVOKE CONNECT ON DATABASE ... FROM PUBLIC in its migrations");
	return true;
}

/* A role that has rights on both sides is reported once; the objects that it reaches are not reported again. */
static bool
tell_shared(Work *work, const char *role, const Side *home, const Side *other)
{
	const char *there = g_hash_table_lookup(other->roles, role);
	g_autofree char *subject = g_strdup_printf("role %s", role);
	guint home_index = 0;
	guint other_index = 0;

	if (there == NULL)
		return false;
	g_ptr_array_find(work->sides, home, &home_index);
	g_ptr_array_find(work->sides, other, &other_index);
	g_autofree char *finding = g_strdup_printf(
	    "role \"%s\" belongs to \"%s\" (%s) and to \"%s\" (%s)", role, home->database->name,
	    (const char *)g_hash_table_lookup(home->roles, role), other->database->name, there);
	if (home_index < other_index)
		isolation_add_finding(work, subject, finding, "make a role for each of them");
	return true;
}

static bool
look_at_memberships(Work *work, const char *role, const Side *home, const Side *other, GError **error)
{
	g_autoptr(GList) others = roles_of(other);
	g_autofree char *subject = g_strdup_printf("role %s", role);

	for (const GList *item = others; item != NULL; item = item->next) {
		const char *group = item->data;
		g_autofree char *member = db_session_query_value(
		    other->session, error, "SELECT pg_has_role($1, $2, 'MEMBER')", role, group, NULL);
		if (member == NULL)
			return false;
		if (strcmp(member, "t") != 0)
			continue;
		g_autofree char *finding = g_strdup_printf("role \"%s\" of \"%s\" is a member of \"%s\" of \"%s\"",
		                                           role, home->database->name, group, other->database->name);
		g_autofree char *hint = g_strdup_printf("REVOKE %s FROM %s", group, role);
		isolation_add_finding(work, subject, finding, hint);
	}
	return true;
}

/* *ret_open is true for a role that no privilege keeps out. */
static bool
isolation_look_at_role(Work *work, const char *role, const Side *home, bool *ret_open, GError **error)
{
	g_autoptr(DbResult) found = db_session_query(home->session, error,
	                                             "SELECT rolsuper FROM pg_roles WHERE rolname = $1", role, NULL);
	g_autofree char *subject = g_strdup_printf("role %s", role);

	*ret_open = true;
	if (found == NULL)
		return false;
	if (db_result_rows(found) == 0) {
		report_case_set(work->test_case, REPORT_ERRORED,
		                "there is no role \"%s\"\nhint: add it to the suite's server: roles:", role);
		return true;
	}
	*ret_open = strcmp(db_result_value(found, 0, 0), "t") == 0;
	g_autofree char *finding = g_strdup_printf("role \"%s\" of \"%s\" is a superuser: nothing keeps it out", role,
	                                           home->database->name);
	g_autofree char *hint = g_strdup_printf("ALTER ROLE %s NOSUPERUSER", role);
	if (*ret_open)
		isolation_add_finding(work, subject, finding, hint);
	return true;
}

/* --- The check ------------------------------------------------------------------ */

static bool
look_from(Work *work, const char *role, const Side *home, GError **error)
{
	bool open = false;

	if (!isolation_look_at_role(work, role, home, &open, error))
		return false;
	for (guint i = 0; i < work->sides->len && !open; i++) {
		const Side *other = g_ptr_array_index(work->sides, i);
		if (other == home || tell_shared(work, role, home, other))
			continue;
		if (!look_at_memberships(work, role, home, other, error) ||
		    !look_what_is_reached(work, role, home, other, error) ||
		    !look_at_connect(work, role, home, other, error))
			return false;
	}
	return true;
}

static bool
look_at_side(Work *work, const Side *side, GError **error)
{
	g_autoptr(GList) roles = roles_of(side);

	if (roles == NULL)
		report_case_set(work->test_case, REPORT_ERRORED,
		                "no role has anything in \"%s\", beside who migrates it: there is nobody to keep out\n"
		                "hint: name the roles that use it under \"roles\", and under server: roles:",
		                side->database->name);
	for (const GList *item = roles; item != NULL && work->test_case->status == REPORT_PASSED; item = item->next)
		if (!look_from(work, item->data, side, error))
			return false;
	return work->test_case->status != REPORT_PASSED || look_for_doors(work, side, error);
}

static bool
isolation_run(const CheckContext *context, const SuiteCheck *check, ReportCase *test_case, GError **error)
{
	g_auto(Work) work = { .context = context, .check = check, .test_case = test_case };

	work.sides = g_ptr_array_new_with_free_func(side_free);
	check_listed_open(&work.listed, suite_node_get(check->node, "except"));
	for (guint i = 0; i < check->databases->len && test_case->status == REPORT_PASSED; i++)
		if (!add_side(&work, g_ptr_array_index(check->databases, i), error))
			return false;
	for (guint i = 0; i < work.sides->len && test_case->status == REPORT_PASSED; i++)
		if (!look_at_side(&work, g_ptr_array_index(work.sides, i), error))
			return false;
	if (test_case->status != REPORT_PASSED)
		return true;
	check_listed_report(&work.listed, &work.findings);
	check_findings_report_all(&work.findings, "finding", "findings", test_case);
	return true;
}

const CheckKind check_isolation = {
	.suite.name = "isolation",
	.suite.shape = &isolation_shape,
	.suite.validate = isolation_validate,
	.suite.help = "roles of one database have no way into another",
	.suite.make_name = check_databases_name,
	.run = isolation_run,
};
