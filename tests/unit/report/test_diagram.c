#include "made_run.h"
#include "report/diagram/diagram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* A database of n tables with up to `keys` keys each, to tables before them. */
static ReportDatabase *
make_database(guint n, guint keys, guint32 seed)
{
	ReportDatabase *database = report_database_new("d", "plain SQL");
	GRand *random = g_rand_new_with_seed(seed);

	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("t%u", i);
		ReportObject *table = report_database_add_object(database, "table", "s", NULL, name);
		table->identity = g_strdup_printf("s.%s", name);
		for (guint j = 0; i > 0 && j < keys; j++) {
			g_autofree char *column = g_strdup_printf("c%u", j);
			ReportObject *part = report_database_add_object(database, "column", "s", name, column);
			part->identity = g_strdup_printf("s.%s.%s", name, column);
			part->type = g_strdup("int");
			ReportObject *key = report_database_add_object(database, "foreign key", "s", name, column);
			key->identity = g_strdup_printf("s.%s.k%u", name, j);
			key->columns = g_strsplit(column, ",", -1);
			key->references = g_strdup_printf("s.t%d", g_rand_int_range(random, 0, (gint)i + 1));
		}
	}
	g_rand_free(random);
	return database;
}

static bool
overlap(const DiagramBox *a, const DiagramBox *b)
{
	return a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height && b->y < a->y + a->height;
}

/* True when the line goes through the inside of the box; it may end at its edge. */
static bool
goes_through(const DiagramLine *line, const DiagramBox *box)
{
	int left = MIN(line->x1, line->x2);
	int right = MAX(line->x1, line->x2);
	int top = MIN(line->y1, line->y2);
	int bottom = MAX(line->y1, line->y2);

	return left < box->x + box->width && right > box->x && top < box->y + box->height && bottom > box->y;
}

static void
check(const Diagram *diagram)
{
	for (guint i = 0; i < diagram->boxes->len; i++) {
		const DiagramBox *box = g_ptr_array_index(diagram->boxes, i);
		assert_true(box->x >= 0 && box->y >= 0 && box->x + box->width <= diagram->width &&
		            box->y + box->height <= diagram->height);
		for (guint j = 0; j < i; j++)
			assert_false(overlap(box, g_ptr_array_index(diagram->boxes, j)));
	}
	for (guint i = 0; i < diagram->nets->len; i++) {
		const DiagramNet *net = g_ptr_array_index(diagram->nets, i);
		assert_true(net->lines->len > 0);
		for (guint j = 0; j < net->lines->len; j++) {
			const DiagramLine *line = &g_array_index(net->lines, DiagramLine, j);
			assert_true(line->x1 == line->x2 || line->y1 == line->y2);
			for (guint k = 0; k < diagram->boxes->len; k++)
				assert_false(goes_through(line, g_ptr_array_index(diagram->boxes, k)));
		}
	}
}

static void
boxes_do_not_overlap_and_no_line_goes_through_one(void **state)
{
	(void)state;
	for (guint32 seed = 1; seed <= 20; seed++) {
		g_autoptr(ReportDatabase) database = make_database(3 * seed, seed % 4 + 1, seed);
		g_autoptr(ReportTables) tables = report_tables_new(database);
		g_autoptr(Diagram) diagram = diagram_new(tables, 60);
		assert_non_null(diagram);
		check(diagram);
	}
}

static void
add_key(ReportDatabase *database, const char *from, const char *to)
{
	g_autofree char *column = g_strdup_printf("%s_id", to);
	ReportObject *part = report_database_add_object(database, "column", "s", from, column);
	part->identity = g_strdup_printf("s.%s.%s", from, column);
	part->type = g_strdup("int");
	ReportObject *key = report_database_add_object(database, "foreign key", "s", from, column);
	key->identity = g_strdup_printf("s.%s.%s_fkey", from, column);
	key->columns = g_strsplit(column, ",", -1);
	key->references = g_strdup_printf("s.%s", to);
}

static void
add_table(ReportDatabase *database, const char *name, const char *first, const char *second)
{
	ReportObject *table = report_database_add_object(database, "table", "s", NULL, name);

	table->identity = g_strdup_printf("s.%s", name);
	if (first != NULL)
		add_key(database, name, first);
	if (second != NULL)
		add_key(database, name, second);
}

/* Twenty tables in one layer, and two more behind the first of them: the diagram is about as high as the twenty. */
static void
a_long_layer_does_not_run_away_from_its_neighbours(void **state)
{
	(void)state;
	g_autoptr(ReportDatabase) database = report_database_new("d", "plain SQL");
	int height = 0;

	add_table(database, "people", NULL, NULL);
	add_table(database, "orgs", NULL, NULL);
	add_table(database, "hub", "orgs", NULL);
	for (guint i = 0; i < 20; i++) {
		g_autofree char *name = g_strdup_printf("part%u", i);
		add_table(database, name, "hub", i < 10 ? "people" : NULL);
	}
	add_table(database, "behind", "part0", "people");
	add_table(database, "last", "behind", "part1");
	g_autoptr(ReportTables) tables = report_tables_new(database);
	g_autoptr(Diagram) diagram = diagram_new(tables, 60);
	check(diagram);
	for (guint i = 0; i < diagram->boxes->len; i++) {
		const DiagramBox *box = g_ptr_array_index(diagram->boxes, i);
		if (g_str_has_prefix(box->table->object->name, "part"))
			height += box->height + 40; /* with the gap and the room for the mark */
	}
	if (diagram->height > height + height / 8)
		fail_msg("%d pixels high, of %d that the longest layer needs", diagram->height, height);
}

static void
a_table_comes_after_the_tables_it_references(void **state)
{
	(void)state;
	g_autoptr(ReportDatabase) database = make_database(30, 2, 7);
	g_autoptr(ReportTables) tables = report_tables_new(database);
	g_autoptr(Diagram) diagram = diagram_new(tables, 60);

	for (guint i = 0; i < diagram->nets->len; i++) {
		const DiagramNet *net = g_ptr_array_index(diagram->nets, i);
		for (guint j = 0; j < net->ends->len; j++) {
			const DiagramEnd *end = &g_array_index(net->ends, DiagramEnd, j);
			assert_true(end->kind != DIAGRAM_END_MANY || end->x > net->to->x + net->to->width);
		}
	}
}

static void
the_same_tables_give_the_same_diagram(void **state)
{
	(void)state;
	g_autoptr(ReportDatabase) database = make_database(40, 3, 11);
	g_autoptr(ReportTables) tables = report_tables_new(database);
	g_autoptr(Diagram) one = diagram_new(tables, 60);
	g_autoptr(Diagram) other = diagram_new(tables, 60);

	for (guint i = 0; i < one->boxes->len; i++) {
		const DiagramBox *a = g_ptr_array_index(one->boxes, i);
		const DiagramBox *b = g_ptr_array_index(other->boxes, i);
		assert_true(a->x == b->x && a->y == b->y && a->table == b->table);
	}
}

static void
only_changed_tables_and_their_neighbours_are_shown(void **state)
{
	(void)state;
	g_autoptr(ReportDatabase) database = make_database(100, 0, 1);
	ReportObject *first = g_ptr_array_index(database->objects, 0);
	ReportObject *key = report_database_add_object(database, "foreign key", "s", "t5", "k");

	key->identity = g_strdup("s.t5.k");
	key->references = g_strdup("s.t0");
	first->sign = REPORT_CHANGED;
	g_autoptr(ReportTables) tables = report_tables_new(database);
	g_autoptr(Diagram) diagram = diagram_new(tables, 60);
	assert_int_equal(diagram->boxes->len, 2);
	first->sign = REPORT_SAME;
	g_autoptr(ReportTables) same = report_tables_new(database);
	/* Nothing has changed, and all are too many. */
	assert_null(diagram_new(same, 60));
}

static void
tables_that_refer_to_each_other_end(void **state)
{
	(void)state;
	g_autoptr(ReportDatabase) database = make_database(3, 0, 1);

	for (guint i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf("t%u", i);
		ReportObject *key = report_database_add_object(database, "foreign key", "s", name, "k");
		key->identity = g_strdup_printf("s.%s.k", name);
		key->references = g_strdup_printf("s.t%u", (i + 1) % 3);
	}
	g_autoptr(ReportTables) tables = report_tables_new(database);
	g_autoptr(Diagram) diagram = diagram_new(tables, 60);
	assert_int_equal(diagram->boxes->len, 3);
	check(diagram);
}

/* The promised limit is 0.3 s; a busy machine gets more. */
static void
three_hundred_tables_are_laid_out_quickly(void **state)
{
	(void)state;
	g_autoptr(ReportDatabase) database = make_database(300, 3, 5);
	g_autoptr(ReportTables) tables = report_tables_new(database);
	clock_t start = clock();
	g_autoptr(Diagram) diagram = diagram_new(tables, 300);
	double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;

	assert_int_equal(diagram->boxes->len, 300);
	print_message("300 tables: %.3f s\n", seconds);
	assert_true(seconds < 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boxes_do_not_overlap_and_no_line_goes_through_one),
		cmocka_unit_test(a_long_layer_does_not_run_away_from_its_neighbours),
		cmocka_unit_test(a_table_comes_after_the_tables_it_references),
		cmocka_unit_test(the_same_tables_give_the_same_diagram),
		cmocka_unit_test(only_changed_tables_and_their_neighbours_are_shown),
		cmocka_unit_test(tables_that_refer_to_each_other_end),
		cmocka_unit_test(three_hundred_tables_are_laid_out_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
