/*
 * Sizes, queries and plans for tests.
 */
#ifndef TESTS_POSTGRES_PLAN_SUPPORT_PLAN_H
#define TESTS_POSTGRES_PLAN_SUPPORT_PLAN_H

#include "plan/judge/verdict.h"
#include "plan/tree/normal.h"
#include "suite/size.h"
#include "support.h"

#include <glib/gstdio.h>
#include <string.h>

/* A size as a suite states it: the text is the value of `size:`. Its nodes live as long as the document. */
static inline PlanSize *
support_size(const char *text, SuiteDocument **ret_document)
{
	g_autoptr(GError) error = NULL;
	SuiteDocument *document = suite_document_parse("size.yaml", text, &error);
	SuiteDatabase database = { 0 };

	support_check(document != NULL, g_steal_pointer(&error), "the size is read");
	database.size = suite_document_root(document);
	support_check(suite_shape_check(&suite_size_shape, database.size, "the size", &error), g_steal_pointer(&error),
	              "it has the shape");
	PlanSize *size = plan_size_load(&database, &error);
	support_check(size != NULL, g_steal_pointer(&error), "the size is loaded");
	*ret_document = document;
	return size;
}

/* The fixture as the suite would have it. */
static inline PlanSize *
support_fixture(const char *yaml)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *folder = g_dir_make_tmp("pgassay-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "statistics.yaml", NULL);
	g_autoptr(SuiteDocument) empty = suite_document_parse("size.yaml", "{}", NULL);
	SuiteFile file = { .path = path };
	const SuiteDatabase database = { .size = suite_document_root(empty), .statistics = &file };

	assert_true(g_file_set_contents(path, yaml, -1, NULL));
	PlanSize *size = plan_size_load(&database, &error);
	support_check(size != NULL, g_steal_pointer(&error), "the fixture is loaded");
	g_remove(path);
	g_rmdir(folder);
	return size;
}

static inline PlanFrame *
support_frame(void **state, PlanSize *size)
{
	g_autoptr(GError) error = NULL;
	PlanFrame *frame = plan_frame_open(support_server(), ((SupportDatabase *)*state)->database, size, &error);

	support_check(frame != NULL, g_steal_pointer(&error), "the frame is opened");
	return frame;
}

/* The plan for all values of a query without parameters. */
static inline PlanTree *
support_explain(PlanFrame *frame, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Query) query = query_new("q", sql, (SourcePosition){ "q.sql", 1, 1 }, &error);
	g_auto(PlanAnswer) answer = { 0 };

	support_check(query != NULL, g_steal_pointer(&error), sql);
	const PlanAsk ask = { .query = query };
	support_check(plan_frame_explain(frame, &ask, &answer, &error), g_steal_pointer(&error), sql);
	if (answer.tree == NULL)
		fail_msg("%s: %s", sql, answer.refusal);
	return g_steal_pointer(&answer.tree);
}

/* The rows that the planner expects. */
static inline double
support_rows(PlanFrame *frame, const char *sql)
{
	g_autoptr(PlanTree) tree = support_explain(frame, sql);

	return plan_tree_root(tree)->rows;
}

static inline void
assert_access(PlanFrame *frame, const char *sql, const char *expected)
{
	g_autoptr(PlanTree) tree = support_explain(frame, sql);
	g_autofree char *access = plan_normal_access(tree, plan_frame_catalog(frame));

	if (strcmp(access, expected) != 0) {
		g_autofree char *plan = plan_render(tree);
		fail_msg("%s\nis read %s\n%s", sql, access, plan);
	}
}

#endif
