#include "command/plan/show.h"

#include "plan/tree/normal.h"
#include "report/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOW_TYPE_WIDTH 16

CommandPlanRow *
command_plan_row_new(const PlanCase *plan_case, guint index)
{
	CommandPlanRow *row = g_new0(CommandPlanRow, 1);

	row->plan_case = plan_case;
	row->index = index;
	row->name = plan_case_name(plan_case, index);
	row->changed_by = g_ptr_array_new();
	row->printed = g_string_new(NULL);
	return row;
}

void
command_plan_row_free(gpointer data)
{
	CommandPlanRow *row = data;

	g_free(row->name);
	plan_answer_clear(&row->before);
	plan_answer_clear(&row->after);
	g_free(row->form_before);
	g_free(row->form_after);
	g_free(row->other);
	g_ptr_array_unref(row->changed_by);
	g_string_free(row->printed, TRUE);
	g_free(row);
}

char *
command_plan_number(double number)
{
	g_autofree char *digits = g_strdup_printf(number < 100 ? "%.2f" : "%.0f", number);
	GString *text = g_string_new(digits);
	const char *point = strchr(digits, '.');
	gssize end = point != NULL ? point - digits : (gssize)strlen(digits);

	for (gssize i = end - 3; i > 0; i -= 3)
		g_string_insert_c(text, i, ',');
	return g_string_free(text, FALSE);
}

/* Prints it, and keeps it for reports. */
static void G_GNUC_PRINTF(2, 3) show_say(GString *printed, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	fputs(text, stdout);
	g_string_append(printed, text);
}

/* --- Plans --------------------------------------------------------------------------- */

static const char *
show_table_name(const PlanAccess *access)
{
	if (access->table == NULL)
		return access->node->relation;
	return access->table->root != NULL ? access->table->root->identity : access->table->identity;
}

char *
command_plan_describe(const PlanTree *tree, const PlanCatalog *catalog)
{
	g_autoptr(GPtrArray) accesses = plan_accesses(tree, catalog);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < accesses->len; i++) {
		const PlanAccess *access = g_ptr_array_index(accesses, i);
		g_autoptr(GString) line = g_string_new(NULL);
		g_string_append_printf(line, "%-*s  %s", SHOW_TYPE_WIDTH, access->node->type, show_table_name(access));
		for (guint j = 0; j < access->indexes->len; j++) {
			g_autofree char *index = plan_index_describe(g_ptr_array_index(access->indexes, j));
			g_string_append_printf(line, "%s %s", j > 0 ? " and" : "", index);
		}
		/* Partitions that are read in the same way are one line. */
		if (!g_ptr_array_find_with_equal_func(lines, line->str, g_str_equal, NULL))
			g_ptr_array_add(lines, g_strdup(line->str));
	}
	if (lines->len == 0)
		g_ptr_array_add(lines, g_strdup(plan_tree_root(tree)->type));
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static void
show_form(GString *printed, const char *title, const char *form)
{
	g_auto(GStrv) lines = g_strsplit(form, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *clean = report_text_clean(lines[i], 4096, REPORT_TEXT_LINE);
		show_say(printed, "  %-*s%s\n", title[0] != '\0' ? 8 : 0, i == 0 ? title : "", clean);
	}
}

static void
show_refusal(GString *printed, const char *title, const PlanAnswer *answer)
{
	g_autofree char *clean = report_text_clean(answer->refusal, 4096, REPORT_TEXT_LINES);

	show_say(printed, "  %-*sthe server refuses it: %s\n", title[0] != '\0' ? 8 : 0, title, clean);
}

static void
show_cost(const CommandPlanRow *row, bool both)
{
	g_autofree char *after = command_plan_number(plan_tree_root(row->after.tree)->total_cost);

	if (!both || row->before.tree == NULL) {
		show_say(row->printed, "  cost %s\n", after);
		return;
	}
	double ratio = plan_tree_root(row->after.tree)->total_cost /
	               MAX(plan_tree_root(row->before.tree)->total_cost, 0.01);
	g_autofree char *before = command_plan_number(plan_tree_root(row->before.tree)->total_cost);
	g_autofree char *times = command_plan_number(ratio);
	show_say(row->printed, "  cost    %s before, %s after: %s times\n", before, after, times);
}

static void
show_changes(const CommandPlanRow *row)
{
	for (guint i = 0; i < row->changed_by->len; i++) {
		const Migration *migration = g_ptr_array_index(row->changed_by, i);
		g_autofree char *place = base_position_format(migration_script_position(migration->up));
		show_say(row->printed, "  changed by %s\n", place);
	}
}

void
command_plan_show(const CommandPlanRow *row, bool both)
{
	bool same = both && g_strcmp0(row->form_before, row->form_after) == 0;

	printf("%s\n", row->name);
	if (same)
		show_form(row->printed, "same", row->form_after != NULL ? row->form_after : "");
	else if (both && row->form_before != NULL)
		show_form(row->printed, "before", row->form_before);
	else if (both)
		show_refusal(row->printed, "before", &row->before);
	if (row->form_after == NULL)
		show_refusal(row->printed, both ? "after" : "", &row->after);
	else if (!same)
		show_form(row->printed, both ? "after" : "", row->form_after);
	if (row->after.tree != NULL)
		show_cost(row, both);
	show_changes(row);
	if (row->other != NULL)
		show_say(row->printed, "  %s\n", row->other);
}

/* --- Times ---------------------------------------------------------------------------- */

static void
show_times(GString *printed, const char *title, const RunMeasured *measured)
{
	g_autofree char *blocks = command_plan_number(measured->blocks);

	show_say(printed, "  %-8s%10.3f %10.3f %10.3f %8.0f %% %6u  %s\n", title, measured->times.median / 1000,
	         measured->times.p95 / 1000, measured->times.min / 1000, measured->times.spread * 100,
	         measured->times.n, blocks);
}

void
command_plan_show_times(GString *printed, const RunMeasured *measured, guint n)
{
	for (guint i = 0; i < n; i++)
		if (measured[i].refusal != NULL) {
			show_say(printed, "  not measured: %s\n", measured[i].refusal);
			return;
		}
	show_say(printed, "  %-8s%10s %10s %10s %10s %6s  %s\n", "in ms", "median", "p95", "min", "spread", "runs",
	         "blocks");
	if (n == 1) {
		show_times(printed, "", measured);
		return;
	}
	show_times(printed, "before", &measured[0]);
	show_times(printed, "after", &measured[1]);
	show_say(printed, "  after is %.2f times as slow (median)\n",
	         measured[1].times.median / MAX(measured[0].times.median, 1));
}

void
command_plan_show_growth(GString *printed, guint n, const double *sizes, const RunMeasured *measured)
{
	g_autofree double *blocks = g_new0(double, n);
	g_autofree double *times = g_new0(double, n);
	double error = 0;

	show_say(printed, "  grows:");
	for (guint i = 0; i < n; i++) {
		g_autofree char *size = command_plan_number(sizes[i]);
		blocks[i] = MAX(measured[i].blocks, 1);
		times[i] = MAX(measured[i].times.median, 1);
		show_say(printed, "%s %s rows %.0f blocks %.3f ms", i > 0 ? "," : "", size, measured[i].blocks,
		         measured[i].times.median / 1000);
	}
	PlanGrowth growth = plan_growth_fit(n, sizes, blocks, &error);
	show_say(printed, "\n  blocks: %s (off by %.0f %%)", plan_growth_name(growth), error * 100);
	growth = plan_growth_fit(n, sizes, times, &error);
	show_say(printed, ", time: %s (off by %.0f %%)\n", plan_growth_name(growth), error * 100);
}

void
command_plan_show_advice(GString *printed, const GPtrArray *advice)
{
	if (advice->len > 0)
		show_say(printed, "indexes\n");
	for (guint i = 0; i < advice->len; i++) {
		const PlanAdvice *one = g_ptr_array_index(advice, i);
		show_say(printed, "  %s\n", one->text);
		if (one->sql != NULL)
			show_say(printed, "    %s;\n", one->sql);
	}
}
