/* The migrations of each database as a timeline: the result of each stage, the duration of the up, its changes to
 * the schema. */
#include "report/html/page.h"

#include <string.h>

#define MIGRATIONS_CHANGES 6
#define MIGRATIONS_BAR     40 /* pixels of the longest up */

/* Stages that have a case for each migration, and the word above their column. */
static const struct {
	const char *stage;
	const char *word;
} columns[] = {
	{ "forward", "up" },      { "round trip", "down" },     { "rows", "rows" },       { "writes", "writes" },
	{ "changes", "changes" }, { "after use", "after use" }, { "restore", "restore" }, { "idempotent", "twice" },
	{ "impact", "impact" },   { "crash", "crash" },
};

#define N_COLUMNS G_N_ELEMENTS(columns)

/* The cases of one database, by migration and stage. */
typedef struct {
	GHashTable *cases; /* "stage\nmigration" -> const ReportCase * */
	GPtrArray *others; /* of const ReportCase *: those of the whole database */
	bool wanted[N_COLUMNS];
	ReportCounts counts;
	gint64 longest;
	guint n_new;
	guint n_run; /* migrations that were run one by one */
} Timeline;

static void
timeline_clear(Timeline *timeline)
{
	g_hash_table_unref(timeline->cases);
	g_ptr_array_unref(timeline->others);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Timeline, timeline_clear)

static int
timeline_column(const char *stage)
{
	for (guint i = 0; i < N_COLUMNS; i++)
		if (strcmp(columns[i].stage, stage) == 0)
			return (int)i;
	return -1;
}

static void
timeline_add_case(Timeline *timeline, const ReportDatabase *database, const ReportCase *test_case)
{
	int column = timeline_column(test_case->stage);

	if (g_strcmp0(test_case->database, database->name) != 0)
		return;
	report_counts_add(&timeline->counts, test_case->status);
	if (column < 0 || report_database_migration(database, test_case->name) == NULL) {
		g_ptr_array_add(timeline->others, (gpointer)test_case);
		return;
	}
	timeline->wanted[column] = true;
	g_hash_table_insert(timeline->cases, g_strdup_printf("%s\n%s", test_case->stage, test_case->name),
	                    (gpointer)test_case);
}

static void
timeline_make(Timeline *timeline, const ReportSuite *suite, const ReportDatabase *database)
{
	timeline->cases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	timeline->others = g_ptr_array_new();
	for (guint i = 0; i < suite->cases->len; i++)
		timeline_add_case(timeline, database, g_ptr_array_index(suite->cases, i));
	for (guint i = 0; i < database->migrations->len; i++) {
		const ReportMigration *migration = g_ptr_array_index(database->migrations, i);
		timeline->longest = MAX(timeline->longest, migration->duration);
		timeline->n_new += migration->is_new;
		timeline->n_run += migration->duration >= 0;
	}
}

static const ReportCase *
timeline_find(const Timeline *timeline, const char *stage, const char *migration)
{
	g_autofree char *key = g_strdup_printf("%s\n%s", stage, migration);

	return g_hash_table_lookup(timeline->cases, key);
}

/* --- A row -------------------------------------------------------------------------------- */

static void
migrations_add_cell(const HtmlPage *page, GString *out, const ReportCase *test_case, const char *word)
{
	if (test_case == NULL) {
		g_string_append(out, "<td>");
		return;
	}
	/* On a phone the word stands before the sign. */
	g_string_append_printf(out, "<td data-l=\"%s\">", word);
	const ReportCause *cause = g_hash_table_lookup(page->cause_of, test_case);
	if (cause != NULL)
		g_string_append_printf(out, "<a class=bad href=#f-%s>✗ %s</a>", cause->id,
		                       test_case->status == REPORT_ERRORED ? "ERROR" : "FAIL");
	else
		html_status(out, test_case->status);
}

static void
migrations_add_time(GString *out, const ReportMigration *migration, gint64 longest)
{
	g_string_append_printf(out, "<td class=num%s>", migration->duration >= 0 ? " data-l=time" : "");
	if (migration->duration < 0)
		return;
	html_time(out, migration->duration);
	int width = longest > 0 ? (int)(migration->duration * MIGRATIONS_BAR / longest) : 0;
	g_string_append_printf(out,
	                       "<svg class=bar width=%d height=7 aria-hidden=true><rect width=%d height=7 "
	                       "fill=\"#888\"/></svg>",
	                       MIGRATIONS_BAR, MAX(width, 1));
}

/* "index orders_at on public.orders" takes less room than the whole name. */
static void
migrations_add_change(GString *out, const ReportChange *change)
{
	g_string_append(out, "<span>");
	html_sign(out, change->sign);
	g_string_append_c(out, ' ');
	if (strcmp(change->class_name, "column") != 0) {
		html_line(out, change->class_name);
		g_string_append_c(out, ' ');
	}
	html_line(out, change->identity);
	g_string_append(out, "</span> ");
}

static void
migrations_add_changes(const HtmlPage *page, GString *out, const ReportMigration *migration, const ReportCase *impact)
{
	guint n = migration->changes->len;

	g_string_append(out, "<td class=fx>");
	for (guint i = 0; i < MIN(n, MIGRATIONS_CHANGES); i++)
		migrations_add_change(out, g_ptr_array_index(migration->changes, i));
	if (n > MIGRATIONS_CHANGES)
		g_string_append_printf(out, "and %u more", n - MIGRATIONS_CHANGES);
	if (impact != NULL)
		html_lock_line(page, out, impact);
}

static ReportCounts
migrations_count(const Timeline *timeline, const ReportMigration *migration)
{
	ReportCounts counts = { 0 };

	for (guint i = 0; i < N_COLUMNS; i++) {
		const ReportCase *test_case = timeline->wanted[i]
		                                  ? timeline_find(timeline, columns[i].stage, migration->name)
		                                  : NULL;
		if (test_case != NULL)
			report_counts_add(&counts, test_case->status);
	}
	return counts;
}

/* Faults of other stages that begin with the migration: an expectation that it breaks. */
static void
migrations_add_checks(const HtmlPage *page, GString *out, const Timeline *timeline, const ReportMigration *migration)
{
	for (guint i = 0; i < timeline->others->len; i++) {
		const ReportCase *test_case = g_ptr_array_index(timeline->others, i);
		const ReportCause *cause = g_hash_table_lookup(page->cause_of, test_case);
		if (cause == NULL || g_strcmp0(test_case->since, migration->name) != 0)
			continue;
		g_string_append_printf(out, " <a class=bad href=#f-%s>✗ checks</a>", cause->id);
		return;
	}
}

static void
migrations_add_row(const HtmlPage *page, const Timeline *timeline, const ReportMigration *migration)
{
	ReportCounts counts = migrations_count(timeline, migration);
	g_autofree char *letters = html_letters(&counts);
	GString *out = page->out;

	g_string_append_printf(out, "<tr id=%s%s data-s=\"%s\" data-n=%d><th scope=row>", html_id(page, migration),
	                       migration->is_new ? " class=isnew" : "", letters, migration->is_new);
	html_line(out, migration->name);
	g_string_append(out, migration->is_new ? " <span class=\"tag new\">new</span>" : "");
	migrations_add_checks(page, out, timeline, migration);
	for (guint i = 0; i < N_COLUMNS; i++)
		if (timeline->wanted[i])
			migrations_add_cell(page, out, timeline_find(timeline, columns[i].stage, migration->name),
			                    columns[i].word);
	migrations_add_time(out, migration, timeline->longest);
	migrations_add_changes(page, out, migration, timeline_find(timeline, "impact", migration->name));
	g_string_append_c(out, '\n');
}

static void
migrations_add_cut(const HtmlPage *page, const ReportDatabase *database, guint n_columns, guint n_before)
{
	g_string_append_printf(page->out, "<tr class=cut data-n=1><td colspan=%u>↑ ", n_columns);
	html_count(page->out, n_before, "migration", "migrations");
	g_string_append(page->out, " at the base, ");
	html_line(page->out, database->base);
	g_string_append(page->out, " · new in this branch ↓\n");
}

static guint
migrations_add_head(GString *out, const Timeline *timeline)
{
	guint n = 3;

	g_string_append(out, "<thead><tr><th scope=col>migration");
	for (guint i = 0; i < N_COLUMNS; i++) {
		if (!timeline->wanted[i])
			continue;
		g_string_append_printf(out, "<th scope=col>%s", columns[i].word);
		n++;
	}
	g_string_append(out, "<th scope=col class=num>time<th scope=col>what it did to the schema</thead><tbody>");
	return n;
}

/* --- A database ------------------------------------------------------------------------------- */

/* The results of a stage of the whole database. */
typedef struct {
	const ReportCase *first; /* that is not ok, if there is one */
	guint n_bad;
} Whole;

/* Adds the case to its stage; a new stage is added to the stages, of Whole *. */
static void
whole_add(GHashTable *by_stage, GPtrArray *stages, const ReportCase *test_case)
{
	Whole *whole = g_hash_table_lookup(by_stage, test_case->stage);

	if (whole == NULL) {
		whole = g_new0(Whole, 1);
		whole->first = test_case;
		g_hash_table_insert(by_stage, test_case->stage, whole);
		g_ptr_array_add(stages, whole);
	}
	if (!report_case_is_bad(test_case))
		return;
	if (whole->n_bad++ == 0)
		whole->first = test_case;
}

static void
migrations_add_stage(const HtmlPage *page, const Whole *whole)
{
	const ReportCause *cause = g_hash_table_lookup(page->cause_of, whole->first);

	if (cause != NULL)
		g_string_append_printf(page->out, "<a class=bad href=#f-%s>✗ ", cause->id);
	else
		g_string_append_printf(page->out, "<a href=#%s><span class=%s</span> ",
		                       html_case_id(page, whole->first),
		                       whole->first->status == REPORT_PASSED ? "ok>✓" : "mut>–");
	html_line(page->out, whole->first->stage);
	if (whole->n_bad > 1)
		g_string_append_printf(page->out, " %u", whole->n_bad);
	g_string_append(page->out, "</a> ");
}

/* One line for results of the whole database, with a sign for each stage, and how often it failed. */
static void
migrations_add_whole(const HtmlPage *page, const Timeline *timeline, guint n_columns)
{
	g_autoptr(GHashTable) by_stage = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) stages = g_ptr_array_new_with_free_func(g_free);

	if (timeline->others->len == 0)
		return;
	g_string_append_printf(page->out, "<tr class=all><th scope=row>the whole database<td colspan=%u>",
	                       n_columns - 1);
	for (guint i = 0; i < timeline->others->len; i++)
		whole_add(by_stage, stages, g_ptr_array_index(timeline->others, i));
	for (guint i = 0; i < stages->len; i++)
		migrations_add_stage(page, g_ptr_array_index(stages, i));
}

static void
migrations_add_summary(const HtmlPage *page, const ReportSuite *suite, const ReportDatabase *database,
                       const Timeline *timeline)
{
	GString *out = page->out;
	guint bad = timeline->counts.failed + timeline->counts.errored;

	g_string_append(out, "<summary><span class=tsum><span class=m>");
	html_line(out, suite->name);
	g_string_append(out, " / ");
	html_line(out, database->name);
	g_string_append(out, "</span> <span class=mut>");
	html_count(out, database->migrations->len, "migration", "migrations");
	g_string_append(out, ", ");
	html_line(out, database->tool);
	g_string_append(out, "</span> ");
	if (bad > 0)
		g_string_append_printf(out, "<span class=bad>✗ %u failed</span>", bad);
	else
		g_string_append(out, "<span class=ok>✓ all pass</span>");
	if (timeline->n_new > 0)
		g_string_append_printf(out, " <span class=\"tag new\">%u new</span>", timeline->n_new);
	g_string_append(out, "</span></summary>");
}

/* Migrations that were not run one by one have no row each, but for new ones: the base is one line. */
static void
migrations_add_rows(const HtmlPage *page, const ReportDatabase *database, const Timeline *timeline)
{
	guint n_columns = migrations_add_head(page->out, timeline);
	bool cut = database->base == NULL;

	for (guint i = 0; i < database->migrations->len; i++) {
		const ReportMigration *migration = g_ptr_array_index(database->migrations, i);
		ReportCounts counts = migrations_count(timeline, migration);
		bool shown = migration->duration >= 0 || migration->is_new || counts.passed + counts.failed > 0;
		if (!cut && (migration->is_new || shown))
			migrations_add_cut(page, database, n_columns, database->migrations->len - timeline->n_new);
		cut = cut || migration->is_new || shown;
		if (shown || database->base == NULL)
			migrations_add_row(page, timeline, migration);
	}
	migrations_add_whole(page, timeline, n_columns);
}

static void
migrations_add_database(const HtmlPage *page, const ReportSuite *suite, const ReportDatabase *database)
{
	g_auto(Timeline) timeline = { 0 };

	timeline_make(&timeline, suite, database);
	g_autofree char *letters = html_letters(&timeline.counts);
	bool open = timeline.counts.failed + timeline.counts.errored > 0 || timeline.n_new > 0 ||
	            (page->run->suites->len == 1 && suite->databases->len == 1);
	g_string_append_printf(page->out, "<details class=row id=%s data-s=\"%s\" data-n=%d%s>",
	                       html_id(page, database), letters, timeline.n_new > 0, open ? " open" : "");
	migrations_add_summary(page, suite, database, &timeline);
	g_string_append(page->out, "<div class=\"body scroll\" tabindex=0 role=region aria-label=\"Migrations of ");
	html_line(page->out, suite->name);
	g_string_append(page->out, " / ");
	html_line(page->out, database->name);
	g_string_append(page->out, "\"><table class=mig>");
	migrations_add_rows(page, database, &timeline);
	g_string_append(page->out, "</tbody></table></div></details>\n");
}

void
html_migrations(HtmlPage *page)
{
	guint n = 0;
	guint n_databases = 0;

	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		n_databases += suite->databases->len;
		for (guint j = 0; j < suite->databases->len; j++)
			n += ((const ReportDatabase *)g_ptr_array_index(suite->databases, j))->migrations->len;
	}
	if (n_databases == 0)
		return;
	g_autofree char *remark = g_strdup_printf("%u in %u %s, in the order of each tool", n, n_databases,
	                                          n_databases == 1 ? "database" : "databases");
	html_section_begin(page, "migrations", "Migrations", "f s p", remark, 0, n);
	for (guint i = 0; i < page->run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(page->run->suites, i);
		for (guint j = 0; j < suite->databases->len; j++)
			migrations_add_database(page, suite, g_ptr_array_index(suite->databases, j));
	}
	html_section_end(page);
}
