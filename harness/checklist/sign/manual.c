/* manual: a person has signed it. */
#include "checklist/item/kind.h"
#include "checklist/sign/sign.h"
#include "checklist/target/history.h"
#include "git/program.h"
#include "suite/loading.h"

#include <string.h>

static bool
manual_load(ChecklistItem *item, const ChecklistLoading *loading, GError **error)
{
	(void)loading;
	return suite_check_name(suite_node_get(item->item->value, "sign"), "signature", error);
}

/* --- Four eyes ---------------------------------------------------------------------------- */

static bool
manual_wants_four_eyes(const ChecklistItem *item)
{
	const SuiteNode *node = suite_node_get(item->item->value, "four_eyes");
	bool wanted = false;

	return node != NULL && suite_node_is_bool(node, &wanted) && wanted;
}

/* Who has committed the line of the file; NULL: it is not committed, or there is no repository. The caller frees it. */
static char *
manual_find_author(const char *directory, const char *path, guint line)
{
	g_autofree char *range = g_strdup_printf("%u,%u", line, line);
	const char *const arguments[] = { "blame", "--porcelain", "-L", range, "--", path, NULL };
	g_autofree char *text = git_ask(directory, arguments, NULL);
	const char *mail = text != NULL ? strstr(text, "\nauthor-mail <") : NULL;

	/* A line that is not committed has a commit of zeros. */
	if (mail == NULL || g_str_has_prefix(text, "0000000000"))
		return NULL;
	mail += strlen("\nauthor-mail <");
	return g_strndup(mail, strcspn(mail, ">\n"));
}

/* The addresses of all who have changed the migration, one a line; NULL: it is not committed. */
static char *
manual_find_writers(const char *directory, const Migration *migration)
{
	g_autofree char *absolute = g_canonicalize_filename(migration_script_position(migration->up).path, NULL);
	const char *const arguments[] = { "log", "--format=%ae", "--", absolute, NULL };
	char *text = git_ask(directory, arguments, NULL);

	if (text != NULL && text[0] == '\0')
		g_clear_pointer(&text, g_free);
	return text;
}

/* The pending migrations of the target; without one, the last migration. */
static bool
manual_find_migrations(const ChecklistItem *item, const ChecklistContext *context, GPtrArray *migrations,
                       GError **error)
{
	const GPtrArray *all = item->job->set->migrations;
	g_auto(ChecklistHistory) history = { 0 };

	if (context->options->endpoint != NULL) {
		g_autoptr(DbSession) session = checklist_open(context, error);
		if (session == NULL || !checklist_history_read(item->job, session, &history, error))
			return false;
		for (guint i = 0; history.unknown == NULL && i < history.pending->len; i++)
			g_ptr_array_add(migrations, g_ptr_array_index(history.pending, i));
		if (history.unknown == NULL)
			return true;
	}
	if (all->len > 0)
		g_ptr_array_add(migrations, g_ptr_array_index(all, all->len - 1));
	return true;
}

static void
manual_judge_writers(const char *directory, const char *signer, const GPtrArray *migrations, ChecklistResult *result)
{
	for (guint i = 0; i < migrations->len; i++) {
		const Migration *migration = g_ptr_array_index(migrations, i);
		g_autofree char *writers = manual_find_writers(directory, migration);
		g_auto(GStrv) lines = g_strsplit(writers != NULL ? writers : "", "\n", -1);
		if (writers == NULL) {
			checklist_set(result, CHECKLIST_OPEN, "\"%s\" is not committed: nobody knows who wrote it",
			              migration->name);
			return;
		}
		checklist_add_fact(result, migration->name, lines[0], NULL);
		if (g_strv_contains((const char *const *)lines, signer)) {
			checklist_set(result, CHECKLIST_OPEN, "signed by %s, who wrote \"%s\" too", signer,
			              migration->name);
			checklist_set_hint(result, "somebody else has to sign it, and commit that");
			return;
		}
	}
}

static bool
manual_judge_four_eyes(const ChecklistItem *item, const ChecklistContext *context, const ChecklistSignature *signature,
                       ChecklistResult *result, GError **error)
{
	const Suite *suite = context->checklist->suite;
	g_autoptr(GPtrArray) migrations = g_ptr_array_new();
	g_autofree char *path = checklist_sign_path(suite);
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *signer = manual_find_author(suite->directory, absolute, signature->line);

	if (signer == NULL) {
		checklist_set(result, CHECKLIST_OPEN, "signed by %s, which is not committed", signature->by);
		checklist_set_hint(result, "commit the file of signatures: git says who has signed");
		return true;
	}
	if (item->job == NULL) {
		checklist_set(result, CHECKLIST_UNKNOWN, "four_eyes needs \"database\" where the suite has several");
		return true;
	}
	checklist_add_fact(result, "signed by", signer, NULL);
	if (!manual_find_migrations(item, context, migrations, error))
		return false;
	manual_judge_writers(suite->directory, signer, migrations, result);
	return true;
}

/* --- The item ------------------------------------------------------------------------------- */

static void
manual_set_waiting(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result)
{
	g_autofree char *hint = g_strdup_printf("pgassay sign %s %s --by NAME --because REASON",
	                                        context->checklist->suite->path,
	                                        suite_node_get_text(item->item->value, "sign"));

	checklist_set_hint(result, hint);
}

static bool
manual_ask(const ChecklistItem *item, const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_autofree char *state = checklist_sign_state(context->checklist->plan, item->job);
	g_auto(ChecklistSignature) signature = { 0 };
	bool found = false;

	if (!checklist_sign_find(context->checklist->suite, suite_node_get_text(item->item->value, "sign"), &signature,
	                         &found, error))
		return false;
	manual_set_waiting(item, context, result);
	if (!found) {
		checklist_set(result, CHECKLIST_WAITS, "manual: open");
	} else if (signature.until != NULL && checklist_sign_is_over(signature.until)) {
		checklist_set(result, CHECKLIST_WAITS, "manual: signed by %s until %s, which is over", signature.by,
		              signature.until);
	} else if (strcmp(signature.migration, state) != 0) {
		checklist_set(result, CHECKLIST_WAITS, "manual: signed by %s for %s, and not for %s", signature.by,
		              signature.migration, state);
	} else {
		g_clear_pointer(&result->hint, g_free);
		checklist_set(result, CHECKLIST_TICKED, "signed by %s: %s", signature.by, signature.because);
		checklist_add_fact(result, "signed at", signature.at, signature.until);
		return !manual_wants_four_eyes(item) ||
		       manual_judge_four_eyes(item, context, &signature, result, error);
	}
	return true;
}

const ChecklistKind checklist_manual = {
	.name = "manual",
	.load = manual_load,
	.ask = manual_ask,
};
