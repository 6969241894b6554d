#include "report/cause.h"

#include "report/cause_error.h"

#include <string.h>

/* --- Since ------------------------------------------------------------------------ */

/* More names of one case are not looked at. */
#define CAUSE_NAMES_MAX 20

/* Adds the names in double quotes that stand in a schema, as in `policy "kb.jobs.p" is missing`. */
static void
cause_add_quoted(GPtrArray *names, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text != NULL ? text : "", "\"", 2 * CAUSE_NAMES_MAX);

	for (guint i = 1; parts[0] != NULL && parts[i] != NULL && parts[i + 1] != NULL && names->len < CAUSE_NAMES_MAX;
	     i += 2)
		if (strchr(parts[i], '.') != NULL)
			g_ptr_array_add(names, g_strdup(parts[i]));
}

/* The objects that the case may be about, of char *, the likeliest first; the database may be NULL. The caller unrefs
 * it. */
static GPtrArray *
cause_find_names(const ReportDatabase *database, const ReportCase *test_case)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *in_error = database != NULL ? report_error_find_object(database, test_case) : NULL;

	if (in_error != NULL)
		g_ptr_array_add(names, g_strdup(in_error));

	for (guint i = 0; test_case->differences != NULL && i < test_case->differences->len; i++) {
		const ReportDifference *difference = g_ptr_array_index(test_case->differences, i);
		const char *space = difference->what != NULL ? strchr(difference->what, ' ') : NULL;
		const char *dot = space != NULL ? strchr(space, '.') : NULL;
		if (dot != NULL && i < CAUSE_NAMES_MAX)
			g_ptr_array_add(names, g_strndup(space + 1, strcspn(space + 1, " :")));
	}
	cause_add_quoted(names, test_case->message);
	cause_add_quoted(names, test_case->details);
	return names;
}

/* "public.orders.at" is part of "public.orders". Each identity is part of itself. */
static bool
cause_is_part_of(const char *identity, const char *whole)
{
	gsize length = strlen(whole);

	return strncmp(identity, whole, length) == 0 && (identity[length] == '\0' || identity[length] == '.');
}

const char *
report_database_since(const ReportDatabase *database, const char *identity)
{
	const char *since = NULL;

	for (guint i = 0; i < database->migrations->len; i++) {
		const ReportMigration *migration = g_ptr_array_index(database->migrations, i);
		for (guint j = 0; j < migration->changes->len; j++) {
			const ReportChange *change = g_ptr_array_index(migration->changes, j);
			if (strcmp(change->identity, identity) == 0 ||
			    (change->sign != REPORT_CHANGED && cause_is_part_of(identity, change->identity)))
				since = migration->name;
		}
	}
	/* The sequence of a column came with the table, and is no change of its own. */
	for (guint i = 0; since == NULL && i < database->objects->len; i++) {
		const ReportObject *object = g_ptr_array_index(database->objects, i);
		if (strcmp(object->identity, identity) == 0)
			since = object->since;
	}
	return since;
}

/* --- Causes ------------------------------------------------------------------------- */

/* "public.orders" of "public.orders.at": what faults of one table have in common. */
static char *
cause_table_of(const char *identity)
{
	const char *dot = strchr(identity, '.');
	const char *second = dot != NULL ? strchr(dot + 1, '.') : NULL;

	return second != NULL ? g_strndup(identity, (gsize)(second - identity)) : g_strdup(identity);
}

static bool
cause_is_of_schema(const ReportCase *test_case)
{
	return test_case->kind == REPORT_KIND_SCHEMA || test_case->kind == REPORT_KIND_ACCESS;
}

/* Databases that share their migrations fail for the same reason: the place counts, not the database. */
static char *
cause_make(const ReportDatabase *database, const ReportCase *test_case, const char *identity)
{
	if (cause_is_of_schema(test_case) && test_case->since != NULL && identity != NULL) {
		/* Another database may have a migration of that name, too. */
		const ReportMigration *since = report_database_migration(database, test_case->since);
		g_autofree char *table = cause_table_of(identity);
		g_autofree char *file = since != NULL && since->path != NULL ? report_path_relative(since->path)
		                                                             : g_strdup(test_case->since);
		return g_strdup_printf("%s: %s", file, table);
	}
	g_autofree char *line = test_case->status == REPORT_ERRORED ? report_error_line(test_case) : NULL;
	if (cause_is_of_schema(test_case) && line != NULL)
		return g_strdup_printf("%s: %s", test_case->database != NULL ? test_case->database : "", line);
	SourcePosition position = test_case->position;
	g_autofree char *path = position.path != NULL ? report_path_relative(position.path) : g_strdup("");
	return g_strdup_printf("%s: %s: %s: %s", report_kind_name(test_case->kind), path, test_case->name,
	                       test_case->message != NULL ? test_case->message : "");
}

/* The first of the names that a migration has touched; *ret_since: the last one that did. NULL: none. */
static const char *
cause_find_touched(const ReportDatabase *database, const GPtrArray *names, const char **ret_since)
{
	for (guint i = 0; database != NULL && i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		*ret_since = report_database_since(database, name);
		if (*ret_since != NULL)
			return name;
	}
	return NULL;
}

/* The position is line 1 of the migration's file, because the exact line is unknown. */
static void
cause_set_place(const ReportDatabase *database, ReportCase *test_case)
{
	const ReportMigration *migration = database != NULL && test_case->since != NULL
	                                       ? report_database_migration(database, test_case->since)
	                                       : NULL;

	if (test_case->position.line == 0 && migration != NULL && migration->path != NULL)
		test_case->position = (SourcePosition){ .path = g_intern_string(migration->path),
			                                .line = 1,
			                                .column = 1 };
}

/* A difference between two databases may come from either of them. Only a change of the object itself counts, not
 * one of its table. */
static const char *
cause_find_in_any(const ReportSuite *suite, const GPtrArray *names)
{
	for (guint i = 0; i < suite->databases->len; i++) {
		const ReportDatabase *database = g_ptr_array_index(suite->databases, i);
		for (guint j = database->migrations->len; j > 0; j--) {
			const ReportMigration *migration = g_ptr_array_index(database->migrations, j - 1);
			for (guint k = 0; k < migration->changes->len; k++) {
				const ReportChange *change = g_ptr_array_index(migration->changes, k);
				if (g_ptr_array_find_with_equal_func((GPtrArray *)names, change->identity, g_str_equal,
				                                     NULL))
					return migration->name;
			}
		}
	}
	return NULL;
}

void
report_case_find_since(const ReportSuite *suite, ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);

	if (!report_case_is_bad(test_case) || database == NULL || test_case->kind == REPORT_KIND_SUITE)
		return;
	if (test_case->since == NULL) {
		g_autoptr(GPtrArray) names = cause_find_names(database, test_case);
		const char *since = NULL;
		if (strcmp(test_case->stage, "same_schema") == 0)
			since = cause_find_in_any(suite, names);
		else
			cause_find_touched(database, names, &since);
		test_case->since = g_strdup(since);
	}
	cause_set_place(database, test_case);
}

static void
cause_find(const ReportSuite *suite, ReportCase *test_case)
{
	const ReportDatabase *database = report_suite_database(suite, test_case->database);
	g_autoptr(GPtrArray) names = cause_find_names(database, test_case);
	const char *since = NULL;
	const char *identity = cause_find_touched(database, names, &since);

	report_case_find_since(suite, test_case);
	if (test_case->cause == NULL)
		test_case->cause = cause_make(database, test_case, identity);
}

void
report_run_find_causes(ReportRun *run)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (report_case_is_bad(test_case))
				cause_find(suite, test_case);
		}
	}
}

static void
cause_free(gpointer data)
{
	ReportCause *cause = data;

	g_ptr_array_unref(cause->cases);
	g_ptr_array_unref(cause->suites);
	g_free(cause->id);
	g_free(cause);
}

static ReportCause *
cause_new(const ReportSuite *suite, const ReportCase *test_case)
{
	ReportCause *cause = g_new0(ReportCause, 1);
	const char *text = test_case->cause != NULL ? test_case->cause : test_case->name;

	cause->suite = suite;
	cause->first = test_case;
	cause->cases = g_ptr_array_new();
	cause->suites = g_ptr_array_new();
	cause->id = report_hash(&text, 1);
	return cause;
}

/* Lower ranks first: the order of ReportKind, with REPORT_KIND_OTHER last; then checks that could not be made, because
 * they do not show whether anybody has a right too many. */
static int
cause_rank(const ReportCase *test_case)
{
	int rank = test_case->kind == REPORT_KIND_OTHER ? REPORT_N_KINDS : (int)test_case->kind;

	return test_case->status == REPORT_ERRORED && cause_is_of_schema(test_case) ? REPORT_N_KINDS + rank : rank;
}

static gint
cause_compare(gconstpointer a, gconstpointer b)
{
	const ReportCause *one = *(const ReportCause *const *)a;
	const ReportCause *other = *(const ReportCause *const *)b;

	return cause_rank(one->first) - cause_rank(other->first);
}

static void
cause_add(GPtrArray *causes, GHashTable *known, const ReportSuite *suite, const ReportCase *test_case)
{
	const char *key = test_case->cause;
	ReportCause *cause = key != NULL ? g_hash_table_lookup(known, key) : NULL;

	if (cause == NULL) {
		cause = cause_new(suite, test_case);
		g_ptr_array_add(causes, cause);
		if (key != NULL)
			g_hash_table_insert(known, (gpointer)key, cause);
	}
	g_ptr_array_add(cause->cases, (gpointer)test_case);
	g_ptr_array_add(cause->suites, (gpointer)suite);
	if (cause_rank(test_case) < cause_rank(cause->first)) {
		cause->first = test_case;
		cause->suite = suite;
	}
}

GPtrArray *
report_run_causes(const ReportRun *run)
{
	GPtrArray *causes = g_ptr_array_new_with_free_func(cause_free);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportCase *test_case = g_ptr_array_index(suite->cases, j);
			if (report_case_is_bad(test_case))
				cause_add(causes, known, suite, test_case);
		}
	}
	g_ptr_array_sort(causes, cause_compare);
	return causes;
}

/* --- In words -------------------------------------------------------------------------- */

/* How many new migrations there are, and how many of them some case names. */
static void
cause_count_new(const ReportRun *run, const GPtrArray *causes, guint *ret_n, guint *ret_bad)
{
	g_autoptr(GHashTable) bad = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < causes->len; i++) {
		const ReportCause *cause = g_ptr_array_index(causes, i);
		if (cause->first->since != NULL)
			g_hash_table_add(bad, cause->first->since);
	}
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++) {
			const ReportDatabase *database = g_ptr_array_index(suite->databases, j);
			for (guint k = 0; k < database->migrations->len; k++) {
				const ReportMigration *migration = g_ptr_array_index(database->migrations, k);
				*ret_n += migration->is_new;
				*ret_bad += migration->is_new && g_hash_table_contains(bad, migration->name);
			}
		}
	}
}

/* Items of checklists that a release has to wait for; *ret_ticked of them are ticked. */
static guint
cause_count_items(const ReportRun *run, guint *ret_ticked)
{
	guint required = 0;

	*ret_ticked = 0;
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->cases->len; j++) {
			const ReportItem *item = ((const ReportCase *)g_ptr_array_index(suite->cases, j))->item;
			if (item == NULL || !item->required)
				continue;
			required++;
			*ret_ticked += item->state == REPORT_ITEM_TICKED;
		}
	}
	return required;
}

/* NULL: the run is more than a checklist, or none. */
static char *
cause_describe_items(const ReportRun *run, ReportCounts counts)
{
	guint ticked = 0;
	guint required = cause_count_items(run, &ticked);
	guint n_open = required - ticked;

	if (required == 0 || n_open != counts.failed + counts.errored)
		return NULL;
	if (n_open > 0)
		return g_strdup_printf("Do not release: %u of %u required items %s open", n_open, required,
		                       n_open == 1 ? "is" : "are");
	if (ticked != counts.passed)
		return NULL;
	return required == 1 ? g_strdup("The required item is ticked")
	                     : g_strdup_printf("All %u required items are ticked", required);
}

static char *
cause_describe_bad(const ReportRun *run, const GPtrArray *causes, guint n_cases)
{
	guint n_new = 0;
	guint n_bad = 0;

	cause_count_new(run, causes, &n_new, &n_bad);
	g_autofree char *faults = g_strdup_printf("%u %s in %u %s", causes->len, causes->len == 1 ? "fault" : "faults",
	                                          n_cases, n_cases == 1 ? "case" : "cases");
	if (run->base == NULL)
		return g_steal_pointer(&faults);
	if (n_new > 0 && n_bad == n_new)
		return n_new <= 2 ? g_strdup(n_new == 1 ? "Do not merge: the new migration has a fault"
		                                        : "Do not merge: both new migrations have a fault")
		                  : g_strdup_printf("Do not merge: all %u new migrations have a fault", n_new);
	if (n_bad > 0)
		return g_strdup_printf("Do not merge: %u of %u new migrations %s a fault", n_bad, n_new,
		                       n_bad == 1 ? "has" : "have");
	return g_strdup_printf("Do not merge: %s", faults);
}

char *
report_run_verdict(const ReportRun *run)
{
	ReportCounts counts = report_run_count(run);
	g_autoptr(GPtrArray) causes = report_run_causes(run);
	guint n_new = 0;
	guint n_bad = 0;
	g_autofree char *items = cause_describe_items(run, counts);

	if (items != NULL)
		return g_steal_pointer(&items);
	if (counts.failed + counts.errored > 0)
		return cause_describe_bad(run, causes, counts.failed + counts.errored);
	if (counts.passed == 0)
		return g_strdup("Nothing was tested");
	cause_count_new(run, causes, &n_new, &n_bad);
	if (run->base != NULL && n_new > 0)
		return g_strdup_printf("%u new %s, no fault found", n_new, n_new == 1 ? "migration" : "migrations");
	return g_strdup_printf("No fault found in %u %s", counts.passed, counts.passed == 1 ? "case" : "cases");
}

char *
report_hash(const char *const *texts, guint n)
{
	guint32 hash = 2166136261U;

	for (guint i = 0; i < n; i++)
		for (const char *p = texts[i]; p != NULL && *p != '\0'; p++)
			hash = (hash ^ (guchar)*p) * 16777619U;
	return g_strdup_printf("%08x", hash);
}

char *
report_case_id(const ReportSuite *suite, const ReportCase *test_case)
{
	g_autofree char *classname = report_case_classname(suite, test_case);
	const char *texts[] = { classname, "/", test_case->name };

	return report_hash(texts, G_N_ELEMENTS(texts));
}
