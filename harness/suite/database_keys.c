/* The keys of a database, and those of them whose values are words out of a few. */
#include "suite/database_private.h"

#include "suite/commands.h"
#include "suite/impact.h"
#include "suite/size.h"

#include <string.h>

/* In the order of SuiteRollback. */
static const char *const rollback_choices[] = { "down", "required", "restore", "none", NULL };

static const SuiteShape rollback_shape = { .expects = "down, required, restore or none",
	                                   .accepts = SUITE_ACCEPT_TEXT,
	                                   .choices = rollback_choices };

/* For a key with two words, the bool is true for the second one. */
static const char *const column_order_choices[] = { "free", "strict", NULL };

static const SuiteShape column_order_shape = { .expects = "free or strict",
	                                       .accepts = SUITE_ACCEPT_TEXT,
	                                       .choices = column_order_choices };

/* In the order of the bits of SuiteIgnoredAttributes. */
static const char *const ignore_choices[] = { "privileges", "owners", "comments", NULL };

static const SuiteShape ignore_shape = { .expects = "privileges, owners or comments",
	                                 .accepts = SUITE_ACCEPT_TEXT,
	                                 .choices = ignore_choices };
static const SuiteShape ignore_list_shape = { .expects = "a list of privileges, owners, comments",
	                                      .accepts = SUITE_ACCEPT_LIST,
	                                      .item = &ignore_shape };

/* In the order of SuitePreconditions. */
static const char *const preconditions_choices[] = { "report", "fail", NULL };

static const SuiteShape preconditions_shape = { .expects = "report or fail",
	                                        .accepts = SUITE_ACCEPT_TEXT,
	                                        .choices = preconditions_choices };

static const char *const after_use_choices[] = { "report", "fail", NULL };

static const SuiteShape after_use_shape = { .expects = "report or fail",
	                                    .accepts = SUITE_ACCEPT_TEXT,
	                                    .choices = after_use_choices };

/* In the order of SuiteCrash. */
static const char *const crash_choices[] = { "off", "each", "sample", NULL };

static const SuiteShape crash_shape = { .expects = "off, each or sample",
	                                .accepts = SUITE_ACCEPT_TEXT,
	                                .choices = crash_choices };

/* In the order of SuiteEnvironment. */
static const char *const environment_choices[] = { "off", "report", "fail", NULL };

static const SuiteShape environment_shape = { .expects = "off, report or fail",
	                                      .accepts = SUITE_ACCEPT_TEXT,
	                                      .choices = environment_choices };

/* In the order of SuiteDeploy. */
static const char *const deploy_choices[] = { "migrations_first", "code_first", "any_order", NULL };
static const SuiteShape deploy_shape = { .expects = "\"migrations_first\", \"code_first\" or \"any_order\"",
	                                 .accepts = SUITE_ACCEPT_TEXT,
	                                 .choices = deploy_choices };

static const char *const plans_when_choices[] = { "end", "each", NULL };

static const SuiteShape plans_when_shape = { .expects = "end or each",
	                                     .accepts = SUITE_ACCEPT_TEXT,
	                                     .choices = plans_when_choices };

static const SuiteKey database_keys[] = {
	{ "migrations", &suite_shape_text, true, "the folder of the migrations, relative to the suite" },
	{ "format", &suite_shape_text, false, "the migration tool's format; detected when left out" },
	{ "config", &suite_shape_text, false, "the migration tool's own configuration file, relative to the suite" },
	{ "history_table", &suite_shape_text, false, "the tool's history table, as table or schema.table" },
	{ "placeholders", &suite_shape_text_mapping, false,
	  "values of the tool's placeholders; they win over its configuration" },
	{ "commands", &suite_commands_shape, false, "how the tool is run, when its migrations are code" },
	{ "settings", &suite_shape_text_mapping, false,
	  "settings of the migration tool that change how it runs; each format has its own" },
	{ "statement_timeout", &suite_shape_count, false,
	  "seconds that a statement of a migration may take; 0 (default): any" },
	{ "baseline", &suite_baseline_shape, false, "what the database has before the first migration that is tested" },
	{ "expect", &suite_shape_text_or_list, false, "expectation fixtures, relative to the suite" },
	{ "ignore", &ignore_list_shape, false, "what a comparison with a schema in SQL leaves out" },
	{ "at", &suite_at_shape, false, "migration: expectation fixtures that hold right after it" },
	{ "rollback", &rollback_shape, false,
	  "down (default): every down that exists is proved; required: a migration without a down fails; restore: a "
	  "backup from before every migration is proved, too; none: no round trips" },
	{ "after_use", &after_use_shape, false,
	  "a down that fails once rows use what the up allows: report (default) reports it, fail fails; with rollback: "
	  "required it fails" },
	{ "column_order", &column_order_shape, false,
	  "free (default): a round trip that puts columns into another order is reported; strict: it fails" },
	{ "idempotent", &suite_shape_bool, false, "true: the SQL of each migration, run twice, changes nothing" },
	{ "environment", &environment_shape, false,
	  "off (default); report: what depends on the time zone, the form of dates or the locale is reported; fail: it "
	  "fails" },
	{ "environment_except", &suite_shape_text_mapping, false,
	  "table, column or other object: why it may depend on settings of the server" },
	{ "reset", &suite_reset_shape, false,
	  "how often the database is reset, each time with the same schema; true: 3 times; 0 or false (default): "
	  "never" },
	{ "rows", &suite_shape_count, false, "generated rows per table for round trips; 0: none" },
	{ "rows_except", &suite_shape_text_mapping, false, "migration: why it may fail on tables that have rows" },
	{ "repeatables_except", &suite_shape_text_mapping, false,
	  "migration: why it may fail where repeatable migrations are there already" },
	{ "preconditions", &preconditions_shape, false,
	  "report (default): what a migration asks of the rows that are there is reported; fail: it may ask for "
	  "nothing" },
	{ "data", &suite_data_shape, false, "migration: files with rows, loaded once it is applied" },
	{ "layout", &suite_shape_text_mapping, false, "file: why it is as odd as it is, on purpose" },
	{ "lossy", &suite_shape_text_mapping, false, "migration: why its down loses rows or values" },
	{ "ignore_columns", &suite_shape_text_mapping, false,
	  "column, as schema.table.column with * for any characters: why rows are compared without it" },
	{ "changes", &suite_shape_text_mapping, false,
	  "migration: why its up loses rows or values, or stops what an application does" },
	{ "deploy", &deploy_shape, false,
	  "what a release brings first: migrations_first (default): the queries of the release before run on the new "
	  "schema; code_first: those of the new release on the old one; any_order: both" },
	{ "contract", &suite_shape_text_mapping, false,
	  "migration: why it may break queries of the release before it" },
	{ "irreversible", &suite_shape_text_mapping, false, "migration: why it has no down" },
	{ "superuser", &suite_shape_text_mapping, false, "migration: why only a superuser can run it" },
	{ "drift", &suite_drift_shape, false, "for pgassay drift: differences of a live database that are wanted" },
	{ "size", &suite_size_shape, false, "the size of its tables in production, at which plans are made" },
	{ "plans", &plans_when_shape, false,
	  "end (default): plans are made after all migrations; each: after each of them, and the one that changes a "
	  "plan is named" },
	{ "blessed_plans", &suite_shape_text, false,
	  "the file, relative to the suite, in which pgassay bless keeps the plans that are wanted" },
	{ "impact", &suite_impact_shape, false,
	  "off; report (default): what migrations do to tables that are in use is reported; fail: it fails; or a "
	  "mapping" },
	{ "crash", &crash_shape, false,
	  "off (default); each: every migration is killed after each of its statements; sample: after one, which is "
	  "drawn" },
	{ NULL },
};
const SuiteShape suite_database_shape = { .expects = "a mapping",
	                                  .accepts = SUITE_ACCEPT_MAPPING,
	                                  .keys = database_keys };

/* --- Words ------------------------------------------------------------------ */

static guint
keys_read_ignored_attributes(const SuiteNode *list)
{
	guint ignored = 0;

	for (guint i = 0; list != NULL && i < suite_node_size(list); i++)
		for (guint j = 0; ignore_choices[j] != NULL; j++)
			if (strcmp(suite_node_text(suite_node_item(list, i)), ignore_choices[j]) == 0)
				ignored |= 1U << j;
	return ignored;
}

/* The index of the key's word among the choices; the shape has refused other words. 0 without the key. */
static guint
keys_choose(const SuiteNode *node, const char *key, const char *const *choices)
{
	const char *word = suite_node_get_text(node, key);

	for (guint i = 0; word != NULL && choices[i] != NULL; i++)
		if (strcmp(choices[i], word) == 0)
			return i;
	return 0;
}

void
suite_database_load_words(SuiteDatabase *database)
{
	const SuiteNode *node = database->node;
	bool unsaid = suite_node_get(node, "after_use") == NULL;

	database->rollback = (SuiteRollback)keys_choose(node, "rollback", rollback_choices);
	database->after_use_fails = keys_choose(node, "after_use", after_use_choices) == 1 ||
	                            (unsaid && database->rollback == SUITE_ROLLBACK_REQUIRED);
	database->strict_column_order = keys_choose(node, "column_order", column_order_choices) == 1;
	database->preconditions = (SuitePreconditions)keys_choose(node, "preconditions", preconditions_choices);
	database->plans_each = keys_choose(node, "plans", plans_when_choices) == 1;
	database->crash = (SuiteCrash)keys_choose(node, "crash", crash_choices);
	database->deploy = (SuiteDeploy)keys_choose(node, "deploy", deploy_choices);
	database->environment = (SuiteEnvironment)keys_choose(node, "environment", environment_choices);
	database->ignored_attributes = keys_read_ignored_attributes(suite_node_get(node, "ignore"));
}
