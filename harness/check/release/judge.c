/* Compares the results of a query before a migration and after it. */
#include "check/release/private.h"

#include "db/sqlstate.h"
#include "migration/text/lexer.h"

#include <string.h>

void
check_broken_free(gpointer data)
{
	CheckBroken *broken = data;

	if (broken == NULL)
		return;
	g_free(broken->role);
	g_free(broken->message);
	g_free(broken->details);
	g_free(broken->sqlstate);
	g_ptr_array_unref(broken->words);
	g_free(broken);
}

/* --- Names ---------------------------------------------------------------------------- */

static void
judge_add_word(GPtrArray *words, const char *word)
{
	if (!g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
		g_ptr_array_add(words, g_strdup(word));
}

static bool
judge_is_known(const ReleaseJudgement *judgement, const char *name, bool relation)
{
	const CheckArguments *before = judgement->release->arguments;
	const CheckArguments *after = judgement->arguments;

	return relation ? check_arguments_is_relation(before, name) || check_arguments_is_relation(after, name)
	                : check_arguments_is_column(before, name) || check_arguments_is_column(after, name);
}

/* Adds the names in a message of the server: those in quotes, those of columns, those of tables. */
static void
judge_add_names(const ReleaseJudgement *judgement, const char *text, GPtrArray *words)
{
	g_autofree char *quiet = g_strdelimit(g_strdup(text), "'$", ' ');

	for (int pass = 0; pass < 3; pass++) {
		MigrationLexer lexer = { .text = quiet, .length = strlen(quiet) };
		MigrationToken token;
		const char *problem = NULL;
		while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
			g_autofree char *name = migration_token_name(quiet, &token);
			bool quoted = token.type == MIGRATION_TOKEN_QUOTED;
			if (name != NULL && (pass == 0 ? quoted && !judge_is_known(judgement, name, true)
			                               : judge_is_known(judgement, name, pass == 2)))
				judge_add_word(words, name);
		}
	}
}

/* The tables of the query, and then its columns. */
static void
judge_add_query_names(const ReleaseJudgement *judgement, GPtrArray *words)
{
	const GPtrArray *names = judgement->query->guesses->names;

	for (int pass = 0; pass < 2; pass++)
		for (guint i = 0; i < names->len; i++)
			if (judge_is_known(judgement, g_ptr_array_index(names, i), pass == 0))
				judge_add_word(words, g_ptr_array_index(names, i));
}

/* Takes the message. */
static CheckBroken *
judge_new(const ReleaseJudgement *judgement, const ReleaseOutcome *outcome, guint role, char *message)
{
	CheckBroken *broken = g_new0(CheckBroken, 1);

	broken->query = judgement->query->query;
	broken->role = role > 0 ? g_strdup(g_ptr_array_index(judgement->release->roles, role)) : NULL;
	broken->message = message;
	broken->words = g_ptr_array_new_with_free_func(g_free);
	if (outcome != NULL) {
		broken->details = g_strdup(outcome->detail);
		broken->sqlstate = g_strdup(outcome->sqlstate);
		broken->character = outcome->character;
		judge_add_names(judgement, outcome->message, broken->words);
	}
	return broken;
}

/* Ends the list of words. */
static CheckBroken *
judge_finish(const ReleaseJudgement *judgement, CheckBroken *broken)
{
	judge_add_query_names(judgement, broken->words);
	g_ptr_array_add(broken->words, NULL);
	return broken;
}

static CheckBroken *
judge_refused(const ReleaseJudgement *judgement, const ReleaseOutcome *outcome, guint role)
{
	return judge_finish(judgement, judge_new(judgement, outcome, role, g_strdup(outcome->message)));
}

/* --- Kinds of refusals --------------------------------------------------------------------- */

/* A time limit or a lock of another session: this shows nothing about the query. */
static bool
judge_is_no_verdict(const ReleaseOutcome *outcome)
{
	static const char *const states[] = { DB_SQLSTATE_QUERY_CANCELED,
		                              DB_SQLSTATE_LOCK_NOT_AVAILABLE,
		                              DB_SQLSTATE_SERIALIZATION_FAILURE,
		                              DB_SQLSTATE_DEADLOCK_DETECTED,
		                              DB_SQLSTATE_OUT_OF_MEMORY,
		                              DB_SQLSTATE_DISK_FULL,
		                              NULL };

	return !outcome->tried || (!outcome->done && g_strv_contains(states, outcome->sqlstate));
}

/* True for a failure that no other value would change. A row that a policy refuses may belong to another role. */
static bool
judge_is_structural(const ReleaseOutcome *outcome)
{
	static const char *const states[] = { DB_SQLSTATE_FEATURE_NOT_SUPPORTED,
		                              DB_SQLSTATE_INVALID_TEXT_REPRESENTATION,
		                              DB_SQLSTATE_NOT_NULL_VIOLATION,
		                              DB_SQLSTATE_INVALID_SCHEMA_NAME,
		                              DB_SQLSTATE_OBJECT_NOT_IN_PREREQUISITE_STATE,
		                              NULL };

	if (outcome->done || judge_is_no_verdict(outcome) || strstr(outcome->message, "row-level security") != NULL)
		return false;
	return g_str_has_prefix(outcome->sqlstate, DB_SQLSTATE_CLASS_SYNTAX_OR_ACCESS_RULE) ||
	       g_strv_contains(states, outcome->sqlstate);
}

/* --- Values ----------------------------------------------------------------------------------- */

static const ReleaseOutcome *
judge_outcome(const ReleaseJudgement *judgement, const ReleaseSight *sight, guint role, guint set)
{
	static const ReleaseOutcome none = { 0 };
	guint at = role * judgement->query->sets->len + set;

	return at < sight->outcomes->len ? g_ptr_array_index(sight->outcomes, at) : &none;
}

/* The first that the server refuses for a reason that lies in the schema, and did not before; or NULL. */
static const ReleaseOutcome *
judge_find_structural(const ReleaseJudgement *judgement, guint role)
{
	for (guint i = 0; i < judgement->query->sets->len; i++) {
		const ReleaseOutcome *before = judge_outcome(judgement, judgement->query->sight, role, i);
		const ReleaseOutcome *after = judge_outcome(judgement, judgement->after, role, i);
		if (judge_is_structural(after) && !judge_is_no_verdict(before) && !judge_is_structural(before))
			return after;
	}
	return NULL;
}

/* Whether the query works with values of the current rows: the earlier rows may be gone. */
static bool
judge_try_anew(const ReleaseJudgement *judgement, guint role, bool *ret_works, GError **error)
{
	const char *name = g_ptr_array_index(judgement->release->roles, role);
	g_auto(GStrv) types = check_release_types(judgement->session, judgement->index, error);
	g_autoptr(GPtrArray) sets = types != NULL
	                                ? check_arguments_make(judgement->arguments, judgement->query->guesses,
	                                                       (const char *const *)types, error)
	                                : NULL;

	*ret_works = false;
	for (guint i = 0; sets != NULL && i < sets->len && !*ret_works; i++) {
		ReleaseOutcome outcome = { 0 };
		bool run = check_release_run_once(judgement->session, judgement->index, g_ptr_array_index(sets, i),
		                                  name, &outcome, error);
		*ret_works = outcome.done || judge_is_no_verdict(&outcome);
		check_release_outcome_clear(&outcome);
		if (!run)
			return false;
	}
	return sets != NULL;
}

/* Finds a query that worked with some values, and now works with none. */
static bool
judge_values(const ReleaseJudgement *judgement, guint role, CheckBroken **ret_broken, GError **error)
{
	const ReleaseOutcome *first = NULL;
	bool works = false;

	if (!check_release_was_run(judgement->query, judgement->query->sight, role) ||
	    check_release_was_run(judgement->query, judgement->after, role))
		return true;
	for (guint i = 0; i < judgement->query->sets->len; i++) {
		const ReleaseOutcome *after = judge_outcome(judgement, judgement->after, role, i);
		if (judge_is_no_verdict(after))
			return true;
		if (first == NULL && judge_outcome(judgement, judgement->query->sight, role, i)->done)
			first = after;
	}
	if (!judge_try_anew(judgement, role, &works, error))
		return false;
	if (!works && first != NULL)
		*ret_broken = judge_refused(judgement, first, role);
	return true;
}

/* --- Rows that are hidden ---------------------------------------------------------------------- */

static bool
judge_has_rows(const ReleaseJudgement *judgement, const ReleaseSight *sight, guint role)
{
	for (guint i = 0; i < judgement->query->sets->len; i++)
		if (judge_outcome(judgement, sight, role, i)->has_rows)
			return true;
	return false;
}

/* The role found rows before, and finds none now, though they still exist. */
static CheckBroken *
judge_hidden(const ReleaseJudgement *judgement, guint role)
{
	if (role == 0 || !judge_has_rows(judgement, judgement->query->sight, role) ||
	    judge_has_rows(judgement, judgement->after, role) || !judge_has_rows(judgement, judgement->after, 0) ||
	    !check_release_was_run(judgement->query, judgement->after, role))
		return NULL;
	CheckBroken *broken = judge_new(judgement, NULL, role,
	                                g_strdup("it finds no row any more; the rows are there, but hidden from it"));
	judge_add_word(broken->words, "security");
	judge_add_word(broken->words, "policy");
	return judge_finish(judgement, broken);
}

/* --- Columns ------------------------------------------------------------------------------------- */

static void
judge_add_new_columns(GPtrArray *words, char *const *these, const char *const *others)
{
	for (; *these != NULL; these++) {
		g_auto(GStrv) parts = g_strsplit(*these, " ", 2);
		if (!g_strv_contains(others, *these))
			judge_add_word(words, parts[0]);
	}
}

/* Whatever reads them by their places reads something else. */
static CheckBroken *
judge_columns(const ReleaseJudgement *judgement)
{
	char **before = judgement->query->sight->columns;
	char **after = judgement->after->columns;

	if (before == NULL || after == NULL || g_strv_equal((const char *const *)before, (const char *const *)after))
		return NULL;
	g_autofree char *was = g_strjoinv(", ", before);
	g_autofree char *is = g_strjoinv(", ", after);
	CheckBroken *broken = judge_new(judgement, NULL, 0, g_strdup("it gives other columns"));
	broken->details = g_strdup_printf("before: %s\nnow: %s", was, is);
	judge_add_new_columns(broken->words, after, (const char *const *)before);
	judge_add_new_columns(broken->words, before, (const char *const *)after);
	return judge_finish(judgement, broken);
}

/* --- Sessions that have prepared it ----------------------------------------------------------------- */

/* Those of a pool live on. */
static bool
judge_old_session(const ReleaseJudgement *judgement, CheckBroken **ret_broken, GError **error)
{
	const ReleaseSight *before = judgement->query->sight;
	ReleaseOutcome outcome = { 0 };
	guint set = 0;
	bool other_columns = *ret_broken != NULL;

	while (set < judgement->query->sets->len && !judge_outcome(judgement, before, 0, set)->done)
		set++;
	if (set == judgement->query->sets->len)
		return true;
	if (!check_release_run_once(judgement->release->session, judgement->index,
	                            g_ptr_array_index(judgement->query->sets, set), "", &outcome, error))
		return false;
	if (judge_is_structural(&outcome) && other_columns) {
		char *message = g_strdup_printf("it gives other columns, and a session that has prepared it before "
		                                "the migration gets: %s",
		                                outcome.message);
		g_free((*ret_broken)->message);
		(*ret_broken)->message = message;
		(*ret_broken)->sqlstate = g_strdup(outcome.sqlstate);
	} else if (judge_is_structural(&outcome)) {
		char *message = g_strdup_printf("in a session that has prepared it before the migration: %s",
		                                outcome.message);
		*ret_broken = judge_finish(judgement, judge_new(judgement, &outcome, 0, message));
	}
	check_release_outcome_clear(&outcome);
	return true;
}

/* --- All of it ----------------------------------------------------------------------------------------- */

static bool
judge_role(const ReleaseJudgement *judgement, guint role, CheckBroken **ret_broken, GError **error)
{
	const ReleaseOutcome *structural = judge_find_structural(judgement, role);

	if (structural != NULL)
		*ret_broken = judge_refused(judgement, structural, role);
	else if (!judge_values(judgement, role, ret_broken, error))
		return false;
	if (*ret_broken == NULL)
		*ret_broken = judge_hidden(judgement, role);
	return true;
}

bool
check_release_judge(const ReleaseJudgement *judgement, CheckBroken **ret_broken, GError **error)
{
	const ReleaseSight *after = judgement->after;

	*ret_broken = NULL;
	if (!after->prepared.done || !after->planned.done) {
		*ret_broken = judge_refused(judgement, after->prepared.done ? &after->planned : &after->prepared, 0);
		return true;
	}
	for (guint role = 0; role < judgement->release->roles->len && *ret_broken == NULL; role++)
		if (!judge_role(judgement, role, ret_broken, error))
			return false;
	if (*ret_broken != NULL)
		return true;
	*ret_broken = judge_columns(judgement);
	return judge_old_session(judgement, ret_broken, error);
}
