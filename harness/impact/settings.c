#include "impact/settings.h"

#include "base/error.h"
#include "base/nearest.h"
#include "impact/comment.h"
#include "impact/finding.h"
#include "impact/relations.h"
#include "suite/size.h"

#include <string.h>

/* A table with fewer rows is read and written in some milliseconds. */
#define SMALL_TABLE 10000.0

#define PAGE_BYTES  8192.0

typedef struct {
	double rows; /* below 0: unknown */
	bool busy;
} KnownTable;

struct ImpactSettings {
	const SuiteDatabase *database;
	const MigrationSet *set;
	const PlanSize *size;
	GHashTable *tables;     /* name -> KnownTable * */
	GHashTable *fail_on;    /* code -> NULL; NULL: the default codes */
	GPtrArray *acceptances; /* of ImpactAcceptance * */
	ImpactLimits limits;
	bool growth;
	guint since; /* the first migration that is judged, as its index in the set */
};

static void
settings_acceptance_free(gpointer data)
{
	ImpactAcceptance *acceptance = data;

	g_free(acceptance->code);
	g_free(acceptance->migration);
	g_free(acceptance->object);
	g_free(acceptance->reason);
	g_free(acceptance->until);
	g_free(acceptance);
}

void
impact_settings_free(ImpactSettings *settings)
{
	if (settings == NULL)
		return;
	g_hash_table_unref(settings->tables);
	g_clear_pointer(&settings->fail_on, g_hash_table_unref);
	g_ptr_array_unref(settings->acceptances);
	g_free(settings);
}

/* --- Words of the suite ----------------------------------------------------------- */

static char *
settings_hint(const char *text, const char *const *candidates, const char *default_hint)
{
	const char *nearest = base_nearest(text, candidates);

	return nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest) : g_strdup(default_hint);
}

static bool
settings_check_code(const SuiteNode *node, GError **error)
{
	const char *text = suite_node_text(node);

	if (strcmp(text, "*") == 0 || impact_finding_kind(text) != NULL)
		return true;
	g_autofree char *hint = settings_hint(text, impact_finding_codes(), "\"pgassay explain\" lists the codes");
	return suite_node_error(node, error, hint, "there is no finding with the code \"%s\"", text);
}

/* The index of the migration in the set. */
static bool
settings_find_migration(const ImpactSettings *settings, const SuiteNode *node, guint *ret_index, GError **error)
{
	const char *text = suite_node_text(node);
	const Migration *migration = migration_set_find(settings->set, text);

	if (migration != NULL)
		return g_ptr_array_find(settings->set->migrations, migration, ret_index);
	for (guint i = 0; i < settings->set->migrations->len; i++) {
		const Migration *other = g_ptr_array_index(settings->set->migrations, i);
		if (strchr(text, '*') != NULL && g_pattern_match_simple(text, other->name))
			return true;
	}
	g_autofree char *hint = migration_set_hint(settings->set, text);
	return suite_node_error(node, error, hint, "there is no migration \"%s\" in \"%s\"", text,
	                        settings->set->directory);
}

static bool
settings_check_date(const SuiteNode *node, GError **error)
{
	if (node == NULL || impact_date_is_valid(suite_node_text(node)))
		return true;
	return suite_node_error(node, error, "write it as 2027-03-01", "\"%s\" is no date", suite_node_text(node));
}

/* --- Tables ------------------------------------------------------------------------- */

/* The names that CREATE TABLE stands before in the migrations. */
static GPtrArray *
settings_list_tables(const ImpactSettings *settings)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GRegex) regex = g_regex_new(
	    "create\\s+(?:unlogged\\s+)?(?:table|materialized\\s+view)\\s+(?:if\\s+not\\s+exists\\s+)?"
	    "([\\w.\"$]+)",
	    G_REGEX_CASELESS, 0, NULL);

	for (guint i = 0; i < settings->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(settings->set->migrations, i);
		g_autoptr(GMatchInfo) match = NULL;
		g_regex_match(regex, base_source_text(migration_script_source(migration->up)), 0, &match);
		for (; g_match_info_matches(match); g_match_info_next(match, NULL)) {
			g_autofree char *name = g_match_info_fetch(match, 1);
			g_ptr_array_add(names, strchr(name, '.') != NULL ? g_steal_pointer(&name)
			                                                 : g_strconcat("public.", name, NULL));
		}
	}
	return names;
}

/* A name that stands nowhere in the migrations is mistyped; that of a baseline may stand elsewhere. */
static bool
settings_check_table(const ImpactSettings *settings, const SuiteNode *node, GError **error)
{
	const char *text = suite_node_text(node);
	const char *name = strrchr(text, '.');

	if (strchr(text, '*') != NULL)
		return true;
	if (name == NULL || name[1] == '\0')
		return suite_node_error(node, error, "write \"schema.table\"", "\"%s\" is not a table's name", text);
	for (guint i = 0; i < settings->set->migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(settings->set->migrations, i);
		if (impact_has_word(base_source_text(migration_script_source(migration->up)), name + 1))
			return true;
	}
	if (settings->database->baseline != NULL || migration_set_is_external(settings->set))
		return true;
	g_autoptr(GPtrArray) names = settings_list_tables(settings);
	g_ptr_array_add(names, NULL);
	g_autofree char *hint = settings_hint(text, (const char *const *)names->pdata,
	                                      "write the name that the table has when the migration runs");
	return suite_node_error(node, error, hint, "no migration has a table \"%s\"", text);
}

static bool
settings_load_tables(ImpactSettings *settings, const SuiteNode *tables, GError **error)
{
	bool right = true;
	GError *wrong = NULL;

	for (guint i = 0; tables != NULL && i < suite_node_size(tables); i++) {
		const SuiteNode *node = suite_node_item(tables, i);
		const SuiteNode *busy = suite_node_get(node, "busy");
		KnownTable *table = g_new0(KnownTable, 1);
		table->rows = -1;
		g_hash_table_insert(settings->tables, g_strdup(suite_node_key(tables, i)), table);
		if (busy != NULL)
			suite_node_is_bool(busy, &table->busy);
		if (!settings_check_table(settings, suite_node_key_node(tables, i), &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
		if (!suite_size_load_number(node, "rows", 0, 1e15, &table->rows, &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	}
	return right;
}

static const KnownTable *
settings_find_table(const ImpactSettings *settings, const char *table)
{
	return g_hash_table_lookup(settings->tables, table);
}

static const PlanTableSize *
settings_find_size(const ImpactSettings *settings, const char *table)
{
	for (guint i = 0; settings->size != NULL && i < settings->size->tables->len; i++) {
		const PlanTableSize *size = g_ptr_array_index(settings->size->tables, i);
		g_autofree char *name = g_strdup_printf("%s.%s", size->schema, size->name);
		if (strcmp(name, table) == 0)
			return size;
	}
	return NULL;
}

double
impact_settings_bytes(const ImpactSettings *settings, const char *table)
{
	const PlanTableSize *size = settings_find_size(settings, table);

	if (size == NULL || size->pages < 0)
		return -1;
	double pages = size->pages;
	for (guint i = 0; i < size->indexes->len; i++)
		pages += MAX(((const PlanIndexSize *)g_ptr_array_index(size->indexes, i))->pages, 0);
	return pages * PAGE_BYTES;
}

double
impact_settings_rows(const ImpactSettings *settings, const char *table)
{
	const KnownTable *known = settings_find_table(settings, table);

	if (known != NULL && known->rows >= 0)
		return known->rows;
	const PlanTableSize *size = settings_find_size(settings, table);
	return size != NULL ? size->rows : -1;
}

bool
impact_settings_wants_growth(const ImpactSettings *settings)
{
	return settings->growth;
}

bool
impact_settings_wants_wal(const ImpactSettings *settings)
{
	return settings->growth || settings->limits.most[IMPACT_LIMIT_WAL] >= 0;
}

const ImpactLimits *
impact_settings_limits(const ImpactSettings *settings)
{
	return &settings->limits;
}

bool
impact_settings_is_busy(const ImpactSettings *settings, const char *table)
{
	const KnownTable *known = settings_find_table(settings, table);

	return known != NULL && known->busy;
}

bool
impact_settings_is_small(const ImpactSettings *settings, const char *table)
{
	double rows = impact_settings_rows(settings, table);

	return rows >= 0 && rows < SMALL_TABLE && !impact_settings_is_busy(settings, table);
}

/* --- Failing codes --------------------------------------------------------------------- */

static bool
settings_load_fail_on(ImpactSettings *settings, const SuiteNode *list, GError **error)
{
	if (list == NULL)
		return true;
	settings->fail_on = g_hash_table_new(g_str_hash, g_str_equal);
	bool right = true;
	for (guint i = 0; i < suite_node_size(list); i++) {
		const SuiteNode *node = suite_node_item(list, i);
		GError *wrong = NULL;
		if (settings_check_code(node, &wrong))
			g_hash_table_add(settings->fail_on, (gpointer)suite_node_text(node));
		else
			right = base_error_add(error, wrong);
	}
	return right;
}

bool
impact_settings_fails(const ImpactSettings *settings, const ReportFinding *finding)
{
	const ImpactFindingKind *kind = impact_finding_kind(finding->code);

	if (settings->database->impact < SUITE_IMPACT_FAIL)
		return false;
	if (settings->fail_on != NULL)
		return g_hash_table_contains(settings->fail_on, finding->code) ||
		       g_hash_table_contains(settings->fail_on, "*");
	return kind->fails || (finding->relation != NULL && impact_settings_is_busy(settings, finding->relation));
}

bool
impact_settings_judges(const ImpactSettings *settings, guint index)
{
	return index >= settings->since;
}

/* --- Accepted findings ------------------------------------------------------------------- */

static char *
settings_text(const SuiteNode *node, const char *key)
{
	const char *text = suite_node_get_text(node, key);

	return g_strcmp0(text, "*") != 0 ? g_strdup(text) : NULL;
}

static bool
settings_check_acceptance(const ImpactSettings *settings, const SuiteNode *node, GError **error)
{
	const SuiteNode *migration = suite_node_get(node, "migration");
	const SuiteNode *object = suite_node_get(node, "object");
	const SuiteNode *reason = suite_node_get(node, "reason");
	guint index = 0;
	bool right = true;
	GError *wrong = NULL;

	if (!settings_check_code(suite_node_get(node, "code"), &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (migration != NULL && !settings_find_migration(settings, migration, &index, &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (object != NULL && !settings_check_table(settings, object, &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!settings_check_date(suite_node_get(node, "until"), &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (*suite_node_text(reason) == '\0' && !suite_node_error(reason, &wrong, NULL, "the reason is empty"))
		right = base_error_add(error, g_steal_pointer(&wrong));
	return right;
}

static bool
settings_load_acceptance(ImpactSettings *settings, const SuiteNode *node, GError **error)
{
	if (!settings_check_acceptance(settings, node, error))
		return false;
	ImpactAcceptance *acceptance = g_new0(ImpactAcceptance, 1);
	acceptance->position = suite_node_position(node);
	acceptance->code = settings_text(node, "code");
	acceptance->migration = settings_text(node, "migration");
	acceptance->object = settings_text(node, "object");
	acceptance->reason = settings_text(node, "reason");
	acceptance->until = settings_text(node, "until");
	g_ptr_array_add(settings->acceptances, acceptance);
	return true;
}

static bool
settings_load_acceptances(ImpactSettings *settings, const SuiteNode *list, GError **error)
{
	bool right = true;
	GError *wrong = NULL;

	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		if (!settings_load_acceptance(settings, suite_node_item(list, i), &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	for (guint i = 0; i < settings->set->migrations->len; i++)
		if (!impact_comments_read(g_ptr_array_index(settings->set->migrations, i), settings->acceptances,
		                          &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	return right;
}

static bool
settings_matches(const char *pattern, const char *text)
{
	return pattern == NULL || (text != NULL && (strchr(pattern, '*') != NULL ? g_pattern_match_simple(pattern, text)
	                                                                         : strcmp(pattern, text) == 0));
}

static bool
settings_is_meant(const ImpactSettings *settings, const ImpactAcceptance *acceptance, const Migration *migration,
                  const ReportFinding *finding)
{
	if (acceptance->script != NULL &&
	    (acceptance->script != migration->up || finding->position.line < acceptance->first_line ||
	     finding->position.line > acceptance->last_line))
		return false;
	return settings_matches(acceptance->code, finding->code) &&
	       settings_matches(acceptance->object, finding->relation) &&
	       (settings_matches(acceptance->migration, migration->name) ||
	        migration_set_find(settings->set, acceptance->migration) == migration);
}

const ImpactAcceptance *
impact_settings_accept(ImpactSettings *settings, const Migration *migration, const ReportFinding *finding)
{
	for (guint i = 0; i < settings->acceptances->len; i++) {
		ImpactAcceptance *acceptance = g_ptr_array_index(settings->acceptances, i);
		if (impact_acceptance_has_run_out(acceptance) ||
		    !settings_is_meant(settings, acceptance, migration, finding))
			continue;
		acceptance->n_used++;
		return acceptance;
	}
	return NULL;
}

const GPtrArray *
impact_settings_acceptances(const ImpactSettings *settings)
{
	return settings->acceptances;
}

bool
impact_acceptance_has_run_out(const ImpactAcceptance *acceptance)
{
	if (acceptance->until == NULL)
		return false;
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *today = g_date_time_format(now, "%Y-%m-%d");
	return strcmp(today, acceptance->until) > 0;
}

/* --- Loading --------------------------------------------------------------------------------- */

ImpactSettings *
impact_settings_load(const SuiteDatabase *database, const MigrationSet *set, const PlanSize *size, GError **error)
{
	g_autoptr(ImpactSettings) settings = g_new0(ImpactSettings, 1);
	const SuiteNode *node = database->impact_node;
	const SuiteNode *since = suite_node_get(node, "since");
	const SuiteNode *growth = suite_node_get(node, "growth");
	bool right = true;
	GError *wrong = NULL;

	settings->database = database;
	settings->set = set;
	settings->size = size;
	if (growth != NULL)
		suite_node_is_bool(growth, &settings->growth);
	settings->tables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	settings->acceptances = g_ptr_array_new_with_free_func(settings_acceptance_free);
	if (since != NULL && !settings_find_migration(settings, since, &settings->since, &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!settings_load_fail_on(settings, suite_node_get(node, "fail_on"), &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!impact_limits_load(suite_node_get(node, "max"), &settings->limits, &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!settings_load_tables(settings, suite_node_get(node, "tables"), &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!settings_load_acceptances(settings, suite_node_get(node, "accept"), &wrong))
		right = base_error_add(error, g_steal_pointer(&wrong));
	if (!right)
		return NULL;
	return g_steal_pointer(&settings);
}
