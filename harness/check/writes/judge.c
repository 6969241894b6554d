/* Describes the writes that the migration has broken. */
#include "check/writes/private.h"

#include "catalog/identity.h"
#include "check/workspace/place.h"
#include "db/sqlstate.h"

#include <string.h>

static bool
writes_is_one_of(const char *result, const char *a, const char *b)
{
	return strcmp(result, a) == 0 || strcmp(result, b) == 0;
}

/* One trial: the action, its object, the role, and the result. */
typedef struct {
	const char *action;
	const char *relation; /* or the function */
	const char *role;     /* NULL: the session's own */
	const char *outcome;
	const char *before; /* what came of it before the migration; or NULL */
	const char *behind; /* the number that a sequence stays behind, and did not before the migration; or NULL */
} WritesTrial;

/* A privilege that the migration explicitly revokes is taken away on purpose. */
static bool
writes_lost_privilege(const WritesJudgement *judgement, const char *before)
{
	static const char *const taken[] = { "REVOKE", "OWNED", NULL };

	return g_strcmp0(before, "ok") == 0 &&
	       check_place_find_statement(judgement->step->migration->up, taken) == NULL;
}

/* Whether the migration has broken it: a failure with all values always counts; other refusals count if it worked
 * before. */
static bool
writes_is_broken(const WritesJudgement *judgement, const WritesTrial *trial)
{
	const char *before = trial->before;
	const char *result = trial->outcome;

	if (trial->behind != NULL)
		return true;
	/* Where the suite brings rows, with ids of their own, it is not the migration that leaves a sequence behind. */
	if (strcmp(result, "sequence") == 0 && before == NULL && judgement->step->given_rows)
		return false;
	if (strcmp(result, "none") == 0)
		return writes_lost_privilege(judgement, before);
	/* A new function may depend on an object of a later migration. */
	if (strcmp(trial->action, "call") == 0)
		return (strcmp(result, "hard") == 0 && before != NULL && strcmp(before, "hard") != 0) ||
		       (strcmp(result, "soft") == 0 && g_strcmp0(before, "ok") == 0);
	if (writes_is_one_of(result, "hard", "sequence"))
		return before == NULL || !writes_is_one_of(before, "hard", "sequence");
	return strcmp(result, "soft") == 0 && g_strcmp0(before, "ok") == 0;
}

static const char *
writes_action_in_words(const char *action)
{
	static const char *const words[][2] = { { "INSERT", "an INSERT into" },
		                                { "UPDATE", "an UPDATE of" },
		                                { "DELETE", "a DELETE from" },
		                                { "defaults", "an INSERT that leaves defaults to" },
		                                { "write", "writing to" },
		                                { "read", "reading" },
		                                { "call", "a call of" },
		                                { "refresh", "REFRESH MATERIALIZED VIEW" },
		                                { "refresh concurrently", "REFRESH MATERIALIZED VIEW CONCURRENTLY" } };

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(words[i][0], action) == 0)
			return words[i][1];
	return action;
}

/* "Key (id)=(1) already exists.": which column the number is in. */
static void
writes_append_sequence_hint(GString *details, const DbResult *result, int row)
{
	const char *detail = db_result_value(result, row, WRITES_DETAIL);
	const char *table = db_result_value(result, row, WRITES_TABLE);
	const char *open = strstr(detail, "(");
	g_autofree char *column = g_strndup(open + 1, strcspn(open + 1, ")"));

	g_string_append_printf(details,
	                       "\nhint: set the sequence behind the rows in the same migration: SELECT "
	                       "setval(pg_get_serial_sequence('%s', '%s'), (SELECT max(%s) FROM %s))",
	                       table, column, column, table);
}

/* "an INSERT into "public.t" as role "app"". The caller frees it. */
static char *
writes_describe_trial(const WritesTrial *trial)
{
	return g_strdup_printf("%s \"%s\"%s%s%s", writes_action_in_words(trial->action), trial->relation,
	                       trial->role != NULL ? " as role \"" : "", trial->role != NULL ? trial->role : "",
	                       trial->role != NULL ? "\"" : "");
}

static void
writes_append_grant_hint(GString *details, const char *message, const WritesTrial *trial)
{
	static const char of_schema[] = "permission denied for schema ";
	static const char of_rows[] = "row security is on";

	if (trial->role != NULL && message != NULL && g_str_has_prefix(message, of_schema))
		g_string_append_printf(details, "\nhint: GRANT USAGE ON SCHEMA %s TO %s in the same migration",
		                       message + strlen(of_schema), trial->role);
	else if (trial->role != NULL && message != NULL && g_str_has_prefix(message, of_rows))
		g_string_append_printf(
		    details,
		    "\nhint: make a policy in the same migration (CREATE POLICY ... TO %s), or revoke the "
		    "privileges that the role has no use for now",
		    trial->role);
	else if (trial->role != NULL && strcmp(trial->outcome, "none") == 0)
		g_string_append_printf(details,
		                       "\nhint: privileges are dropped together with their object; grant them again in "
		                       "the same migration: "
		                       "GRANT %s ON %s%s TO %s",
		                       strcmp(trial->action, "read") == 0   ? "SELECT"
		                       : strcmp(trial->action, "call") == 0 ? "EXECUTE"
		                                                            : trial->action,
		                       strcmp(trial->action, "call") == 0 ? "FUNCTION " : "", trial->relation,
		                       trial->role);
	else
		g_string_append(details, "\nhint: grant what it needs in the same migration, or make the function that "
		                         "needs it SECURITY DEFINER");
}

static void
writes_append_hint(GString *details, const DbResult *result, int row, const WritesTrial *trial)
{
	const char *context = db_result_value(result, row, WRITES_CONTEXT);
	const char *action = trial->action;
	const char *state = db_result_value(result, row, WRITES_STATE);

	if (strcmp(trial->outcome, "sequence") == 0 || trial->behind != NULL)
		writes_append_sequence_hint(details, result, row);
	else if (strcmp(state, DB_SQLSTATE_INSUFFICIENT_PRIVILEGE) == 0)
		writes_append_grant_hint(details, db_result_value(result, row, WRITES_MESSAGE), trial);
	else if (strcmp(action, "read") == 0 && strcmp(state, DB_SQLSTATE_OBJECT_NOT_IN_PREREQUISITE_STATE) == 0)
		g_string_append_printf(details, "\nhint: REFRESH MATERIALIZED VIEW %s, or leave WITH NO DATA out",
		                       trial->relation);
	else if (strcmp(action, "write") == 0)
		g_string_append(
		    details, "\nhint: let the view show rows of one table as they are (no join, DISTINCT, GROUP BY or "
			     "LIMIT), or give it INSTEAD OF triggers");
	else if (strcmp(action, "refresh concurrently") == 0)
		g_string_append(details, "\nhint: make its unique index again");
	else if (context != NULL && context[0] != '\0')
		g_string_append(details, "\nhint: change the function in the same migration");
	else
		g_string_append(details, "\nhint: change what it counts on in the same migration");
	g_string_append(details, "; or say under \"changes\" why it is wanted");
}

static char *
writes_describe_details(const DbResult *result, int row, const WritesTrial *trial)
{
	static const struct {
		int column;
		const char *label;
	} parts[] = { { WRITES_DETAIL, "detail" },
		      { WRITES_HINT, "PostgreSQL's hint" },
		      { WRITES_CONTEXT, "in" },
		      { WRITES_ROW, "with the values of the row" } };
	GString *text = g_string_new(NULL);
	g_autofree char *what = writes_describe_trial(trial);
	bool call = strcmp(trial->action, "call") == 0;

	g_string_append_printf(text, "%s: %s (SQLSTATE %s)", what, db_result_value(result, row, WRITES_MESSAGE),
	                       db_result_value(result, row, WRITES_STATE));
	for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
		const char *value = db_result_value(result, row, parts[i].column);
		if (value == NULL || value[0] == '\0')
			continue;
		g_auto(GStrv) lines = g_strsplit(value, "\n", -1);
		g_autofree char *joined = g_strjoinv("\n    ", lines);
		g_string_append_printf(text, "\n%s: %s",
		                       call && parts[i].column == WRITES_ROW ? "called as" : parts[i].label, joined);
	}
	if (trial->before != NULL)
		g_string_append(text, "\nbefore the migration it worked");
	writes_append_hint(text, result, row, trial);
	return g_string_free(text, FALSE);
}

/* Searches the statement of the migration by the quoted words of PostgreSQL's message, then by the relation's name. */
static SourcePosition
writes_find_place(const WritesJudgement *judgement, const DbResult *result, int row)
{
	static const char *const no_data[] = { "DATA", NULL };
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	g_auto(GStrv) quoted = g_strsplit(db_result_value(result, row, WRITES_MESSAGE), "\"", -1);

	if (strcmp(db_result_value(result, row, WRITES_ACTION), "read") == 0 &&
	    check_place_find_statement(judgement->step->migration->up, no_data) != NULL)
		return check_place_find(judgement->step->migration->up, no_data);
	for (guint i = g_strv_length(quoted); i > 1; i--)
		if (i % 2 == 0 && strcmp(quoted[i - 1], "new") != 0 && strcmp(quoted[i - 1], "old") != 0)
			g_ptr_array_add(words, quoted[i - 1]);
	g_ptr_array_add(words, (gpointer)db_result_value(result, row, WRITES_NAME));
	g_ptr_array_add(words, NULL);
	return check_place_find(judgement->step->migration->up, (const char *const *)words->pdata);
}

/* A materialized view that is new may be filled by a later migration. */
static bool
writes_wait_for_fill(WritesJudgement *judgement, const DbResult *result, int row, const char *relation,
                     const char *before)
{
	if (before != NULL || strcmp(db_result_value(result, row, WRITES_ACTION), "read") != 0 ||
	    g_strcmp0(db_result_value(result, row, WRITES_STATE), DB_SQLSTATE_OBJECT_NOT_IN_PREREQUISITE_STATE) != 0)
		return false;
	g_hash_table_insert(judgement->writes->unfilled, g_strdup(relation),
	                    g_strdup(judgement->step->migration->name));
	return true;
}

static void
writes_judge_one(WritesJudgement *judgement, const DbResult *result, int row, const WritesTrial *trial)
{
	const char *message = db_result_value(result, row, WRITES_MESSAGE);
	g_autofree char *what = writes_describe_trial(trial);

	if (judgement->step->migration == NULL)
		return;
	if (!writes_is_broken(judgement, trial)) {
		/* Rows hidden from a role are the subject of row_security checks, and the arguments of calls are our
		 * own. */
		static const char *const silent[] = { "call", "write", "defaults", NULL };
		if (strcmp(trial->outcome, "ok") != 0 && message != NULL && trial->role == NULL &&
		    !g_strv_contains(silent, trial->action))
			g_string_append_printf(judgement->untried, "\n%s could not be tried: %s", what, message);
		return;
	}
	if (writes_wait_for_fill(judgement, result, row, trial->relation, trial->before))
		return;
	g_autofree char *summary = g_strdup_printf("after \"%s\" %s fails: %s", judgement->step->migration->name, what,
	                                           message);
	g_autofree char *details = writes_describe_details(result, row, trial);
	if (judgement->findings.n == 0)
		judgement->position = writes_find_place(judgement, result, row);
	check_findings_add(&judgement->findings, summary, details);
}

static char *
writes_key(const WritesTrial *trial, const char *role)
{
	return g_strdup_printf("%s %s %s", trial->relation, trial->action, role != NULL ? role : "");
}

/* A failure for all users is reported once, not again for each role. */
static bool
writes_is_said(const CheckWrites *writes, const WritesTrial *trial)
{
	g_autofree char *key = writes_key(trial, NULL);
	const char *own = g_hash_table_lookup(writes->known, key);

	return trial->role != NULL && own != NULL && writes_is_one_of(own, "hard", "sequence");
}

/* The number that the sequence stays behind, when the migration has made it so: remembered, and given back. */
static const char *
writes_take_behind(WritesJudgement *judgement, const char *relation, const char *behind)
{
	GHashTable *known = judgement->writes->behind;
	bool is_new = behind != NULL && g_strcmp0(g_hash_table_lookup(known, relation), behind) != 0;

	if (behind != NULL)
		g_hash_table_insert(known, g_strdup(relation), g_strdup(behind));
	return is_new && !judgement->step->given_rows ? behind : NULL;
}

static char *
writes_relation(const DbResult *result, int row)
{
	return catalog_identity_join(db_result_value(result, row, WRITES_SCHEMA), NULL,
	                             db_result_value(result, row, WRITES_NAME));
}

/* A relation that was tried counts as refused when any of it was. */
static void
writes_settle(CheckWrites *writes, const DbResult *result)
{
	for (int pass = 0; pass < 2; pass++) {
		for (int row = 0; row < db_result_rows(result); row++) {
			char *relation = writes_relation(result, row);
			/* A view that cannot be written to is none that has to be tried again. */
			bool refused = strcmp(db_result_value(result, row, WRITES_RESULT), "ok") != 0 &&
			               strcmp(db_result_value(result, row, WRITES_ACTION), "write") != 0;
			if (pass == 0 || !refused) {
				if (pass == 0)
					g_hash_table_remove(writes->refused, relation);
				g_free(relation);
			} else {
				g_hash_table_add(writes->refused, relation);
			}
		}
	}
}

/* What came of the trial before. A view under the name of a table that has another name now stands in its place: who
 * wrote to the table writes to the view. */
static const char *
writes_find_before(const WritesJudgement *judgement, const WritesTrial *trial, const char *key)
{
	const CheckWritesStep *step = judgement->step;
	const char *before = g_hash_table_lookup(judgement->writes->known, key);

	if (before != NULL || strcmp(trial->action, "write") != 0 || step->before == NULL ||
	    rows_state_renamed_table(step->rows_before, step->rows_after, trial->relation) == NULL)
		return before;
	const WritesTrial insert = { .action = "INSERT", .relation = trial->relation };
	g_autofree char *of_table = writes_key(&insert, NULL);
	return g_hash_table_lookup(judgement->writes->known, of_table);
}

void
check_writes_judge(WritesJudgement *judgement, const DbResult *result)
{
	CheckWrites *writes = judgement->writes;

	writes_settle(writes, result);
	for (int row = 0; row < db_result_rows(result); row++) {
		const char *schema = db_result_value(result, row, WRITES_SCHEMA);
		const char *name = db_result_value(result, row, WRITES_NAME);
		WritesTrial trial = { .action = db_result_value(result, row, WRITES_ACTION),
			              .role = db_result_value(result, row, WRITES_ROLE),
			              .outcome = db_result_value(result, row, WRITES_RESULT) };
		/* A function's name says its schema and its arguments. */
		g_autofree char *relation = strcmp(trial.action, "call") == 0
		                                ? g_strdup(name)
		                                : catalog_identity_join(schema, NULL, name);
		trial.relation = relation;
		char *key = writes_key(&trial, trial.role);
		trial.before = writes_find_before(judgement, &trial, key);
		trial.behind = writes_take_behind(judgement, relation, db_result_value(result, row, WRITES_BEHIND));
		if (strcmp(trial.action, "read") == 0 && strcmp(trial.outcome, "ok") == 0)
			g_hash_table_remove(writes->unfilled, relation);
		if (!writes_is_said(writes, &trial))
			writes_judge_one(judgement, result, row, &trial);
		if (trial.role != NULL)
			g_hash_table_add(writes->roles, g_strdup(trial.role));
		g_hash_table_insert(writes->known, key, g_strdup(trial.outcome));
	}
}
