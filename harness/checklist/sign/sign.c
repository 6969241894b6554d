#include "checklist/sign/sign.h"

#include "base/error.h"
#include "base/file.h"
#include "base/lock.h"
#include "suite/shape.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SIGN_FILE_MAX ((gsize)4 * 1024 * 1024)

/* Another one who signs needs milliseconds. */
#define LOCK_TIMEOUT ((gint64)5 * G_USEC_PER_SEC)

static const SuiteKey signature_keys[] = {
	{ "item", &suite_shape_text, true, "the name that the item has under \"sign\"" },
	{ "by", &suite_shape_text, true, "who signs" },
	{ "at", &suite_shape_text, true, "when" },
	{ "because", &suite_shape_text, true, "the reason" },
	{ "until", &suite_shape_text, false, "the last day on which it holds" },
	{ "migration", &suite_shape_text, true, "the last migrations that it holds for" },
	{ NULL },
};
static const SuiteShape signature_shape = { .expects = "a signature",
	                                    .accepts = SUITE_ACCEPT_MAPPING,
	                                    .keys = signature_keys };
static const SuiteShape signatures_shape = { .expects = "a list of signatures",
	                                     .accepts = SUITE_ACCEPT_LIST,
	                                     .item = &signature_shape };

char *
checklist_sign_path(const Suite *suite)
{
	const char *dot = strrchr(suite->path, '.');
	const char *slash = strrchr(suite->path, '/');
	gsize length = dot != NULL && (slash == NULL || dot > slash) ? (gsize)(dot - suite->path) : strlen(suite->path);

	return g_strdup_printf("%.*s.signed", (int)length, suite->path);
}

static void
sign_append_last(GString *text, const RunJob *job)
{
	const GPtrArray *migrations = job->set->migrations;

	if (migrations->len > 0)
		g_string_append_printf(text, "%s%s", text->len > 0 ? ", " : "",
		                       ((const Migration *)g_ptr_array_index(migrations, migrations->len - 1))->name);
}

char *
checklist_sign_state(const RunPlan *plan, const RunJob *job)
{
	GString *text = g_string_new(NULL);

	if (job != NULL)
		sign_append_last(text, job);
	for (guint i = 0; job == NULL && i < plan->jobs->len; i++)
		sign_append_last(text, g_ptr_array_index(plan->jobs, i));
	return g_string_free(text, FALSE);
}

void
checklist_signature_clear(ChecklistSignature *signature)
{
	g_free(signature->by);
	g_free(signature->at);
	g_free(signature->because);
	g_free(signature->until);
	g_free(signature->migration);
	*signature = (ChecklistSignature){ 0 };
}

bool
checklist_sign_is_over(const char *until)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *today = g_date_time_format(now, "%Y-%m-%d");

	return strcmp(until, today) < 0;
}

/* --- Reading --------------------------------------------------------------------------- */

static void
sign_take(const SuiteNode *node, ChecklistSignature *signature)
{
	checklist_signature_clear(signature);
	*signature = (ChecklistSignature){
		.by = g_strdup(suite_node_get_text(node, "by")),
		.at = g_strdup(suite_node_get_text(node, "at")),
		.because = g_strdup(suite_node_get_text(node, "because")),
		.until = g_strdup(suite_node_get_text(node, "until")),
		.migration = g_strdup(suite_node_get_text(node, "migration")),
		.line = suite_node_position(node).line,
	};
}

/* NULL for a file that holds no signatures. */
static SuiteDocument *
sign_load(const char *path, GError **error)
{
	g_autoptr(SuiteDocument) document = suite_document_load(path, error);

	if (document == NULL ||
	    !suite_shape_check(&signatures_shape, suite_document_root(document), "the file of signatures", error))
		return NULL;
	return g_steal_pointer(&document);
}

bool
checklist_sign_find(const Suite *suite, const char *name, ChecklistSignature *ret_signature, bool *ret_found,
                    GError **error)
{
	g_autofree char *path = checklist_sign_path(suite);

	*ret_found = false;
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return true;
	g_autoptr(SuiteDocument) document = sign_load(path, error);
	const SuiteNode *root = document != NULL ? suite_document_root(document) : NULL;
	if (root == NULL)
		return false;
	for (guint i = 0; i < suite_node_size(root); i++) {
		const SuiteNode *node = suite_node_item(root, i);
		if (strcmp(suite_node_get_text(node, "item"), name) != 0)
			continue;
		sign_take(node, ret_signature);
		*ret_found = true;
	}
	return true;
}

/* --- Writing ----------------------------------------------------------------------------- */

static bool
sign_check_date(const char *until, GError **error)
{
	GDate date;

	if (until == NULL)
		return true;
	g_date_clear(&date, 1);
	if (strlen(until) == strlen("2026-12-31") && until[4] == '-' && until[7] == '-')
		g_date_set_parse(&date, until);
	if (!g_date_valid(&date))
		return base_error_set(error, BASE_ERROR_USAGE, "write it as --until 2026-12-31", "\"%s\" is no date",
		                      until);
	return !checklist_sign_is_over(until) ||
	       base_error_set(error, BASE_ERROR_USAGE, NULL, "%s is over already", until);
}

static bool
sign_check_text(const char *option, const char *text, GError **error)
{
	g_autofree char *stripped = text != NULL ? g_strstrip(g_strdup(text)) : NULL;

	if (stripped == NULL || stripped[0] == '\0')
		return base_error_set(error, BASE_ERROR_USAGE, "\"pgassay sign --help\" explains it",
		                      "%s needs a line of text", option);
	if (!g_utf8_validate(text, -1, NULL))
		return base_error_set(error, BASE_ERROR_USAGE, NULL, "the text of %s is not UTF-8", option);
	for (const char *p = text; *p != '\0'; p++)
		if (g_ascii_iscntrl(*p))
			return base_error_set(error, BASE_ERROR_USAGE, "write it in one line, without tabs",
			                      "the text of %s has a line break, a tab or another control character",
			                      option);
	return true;
}

/* A text in double quotes. */
static void
sign_append(GString *out, const char *key, const char *text)
{
	g_string_append_printf(out, "%s: \"", key);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append(out, "\"\n");
}

static char *
sign_write_entry(const char *state, const char *name, const char *by, const char *because, const char *until)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *at = g_date_time_format(now, "%Y-%m-%dT%H:%M:%SZ");

	g_string_append_printf(out, "- item: %s\n", name);
	sign_append(out, "  by", by);
	sign_append(out, "  at", at);
	sign_append(out, "  because", because);
	if (until != NULL)
		sign_append(out, "  until", until);
	sign_append(out, "  migration", state);
	return g_string_free(out, FALSE);
}

/* The file as it is, which has to hold signatures; or how a new one begins. */
static char *
sign_read_before(const Suite *suite, const char *path, GError **error)
{
	char *before = NULL;
	gsize length = 0;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return g_strdup_printf(
		    "# Signatures on the checklist of suite \"%s\". \"pgassay sign\" writes it; it is "
		    "committed.\n",
		    suite->name);
	g_autoptr(SuiteDocument) document = sign_load(path, error);
	if (document == NULL || !base_file_read(path, SIGN_FILE_MAX, &before, &length, error))
		return NULL;
	return before;
}

static bool
sign_append_entry(const Suite *suite, const char *path, const char *entry, GError **error)
{
	g_autofree char *before = sign_read_before(suite, path, error);

	if (before == NULL)
		return false;
	bool cut = !g_str_has_suffix(before, "\n");
	g_autofree char *after = g_strconcat(before, cut ? "\n" : "", entry, NULL);
	g_autoptr(SuiteDocument) document = suite_document_parse(path, after, NULL);
	if (document == NULL)
		return base_error_set(error, BASE_ERROR_INPUT, "write its list as lines that begin with \"- item:\"",
		                      "nothing can be added to \"%s\"", path);
	return base_file_write(path, "file of signatures", after, strlen(after), error);
}

/* Locks the folder, because every signature replaces the file by a new one, and a separate lock file would stay and
 * be committed. Closing the descriptor releases the lock; -1 with *error. */
static int
sign_lock(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool locked = false;

	if (lock < 0) {
		base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not open the folder \"%s\": %s", folder,
		               g_strerror(errno));
		return -1;
	}
	if (base_lock_wait(lock, LOCK_TIMEOUT, &locked, error) && !locked)
		base_error_set(error, BASE_ERROR_ENVIRONMENT, "somebody else signs there; try again",
		               "the folder \"%s\" stays locked", folder);
	if (locked)
		return lock;
	close(lock);
	return -1;
}

bool
checklist_sign_add(const RunPlan *plan, const RunJob *job, const char *name, const char *by, const char *because,
                   const char *until, GError **error)
{
	const Suite *suite = g_ptr_array_index(plan->suites, 0);
	g_autofree char *path = checklist_sign_path(suite);

	if (!sign_check_text("--by", by, error) || !sign_check_text("--because", because, error) ||
	    !sign_check_date(until, error))
		return false;
	g_autofree char *state = checklist_sign_state(plan, job);
	g_autofree char *entry = sign_write_entry(state, name, by, because, until);
	int lock = sign_lock(path, error);
	if (lock < 0)
		return false;
	bool done = sign_append_entry(suite, path, entry, error);
	close(lock);
	return done;
}
