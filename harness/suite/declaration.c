#include "suite/suite.h"

#include "base/error.h"
#include "suite/loading.h"

#include <string.h>

bool
suite_declaration_is_pattern(const SuiteDeclaration *declaration)
{
	return strchr(declaration->migration, '*') != NULL;
}

bool
suite_declaration_matches(const SuiteDeclaration *declaration, const char *name)
{
	return suite_declaration_is_pattern(declaration) ? g_pattern_match_simple(declaration->migration, name)
	                                                 : strcmp(declaration->migration, name) == 0;
}

const SuiteDeclaration *
suite_declaration_find(const GPtrArray *declarations, const char *name)
{
	const SuiteDeclaration *found = NULL;

	for (guint i = 0; i < declarations->len; i++) {
		const SuiteDeclaration *declaration = g_ptr_array_index(declarations, i);
		if (!suite_declaration_matches(declaration, name))
			continue;
		if (!suite_declaration_is_pattern(declaration))
			return declaration;
		found = found != NULL ? found : declaration;
	}
	return found;
}

/* --- Reading them -------------------------------------------------------------- */

static const struct {
	const char *key;
	gsize offset; /* of the list in SuiteDatabase */
} declaration_lists[] = {
	{ "layout", G_STRUCT_OFFSET(SuiteDatabase, layout) },
	{ "repeatables_except", G_STRUCT_OFFSET(SuiteDatabase, repeatables_except) },
	{ "rows_except", G_STRUCT_OFFSET(SuiteDatabase, rows_except) },
	{ "ignore_columns", G_STRUCT_OFFSET(SuiteDatabase, ignore_columns) },
	{ "lossy", G_STRUCT_OFFSET(SuiteDatabase, lossy) },
	{ "changes", G_STRUCT_OFFSET(SuiteDatabase, changes) },
	{ "contract", G_STRUCT_OFFSET(SuiteDatabase, contract) },
	{ "irreversible", G_STRUCT_OFFSET(SuiteDatabase, irreversible) },
	{ "superuser", G_STRUCT_OFFSET(SuiteDatabase, superuser) },
	{ "environment_except", G_STRUCT_OFFSET(SuiteDatabase, environment_except) },
};

static GPtrArray **
declaration_list(SuiteDatabase *database, gsize index)
{
	return G_STRUCT_MEMBER_P(database, declaration_lists[index].offset);
}

static void
declaration_free(gpointer item)
{
	SuiteDeclaration *declaration = item;

	g_free(declaration->migration);
	g_free(declaration->reason);
	g_free(declaration);
}

void
suite_declarations_new(SuiteDatabase *database)
{
	for (gsize i = 0; i < G_N_ELEMENTS(declaration_lists); i++)
		*declaration_list(database, i) = g_ptr_array_new_with_free_func(declaration_free);
}

void
suite_declarations_free(SuiteDatabase *database)
{
	for (gsize i = 0; i < G_N_ELEMENTS(declaration_lists); i++)
		g_ptr_array_unref(*declaration_list(database, i));
}

static bool
declaration_load(GPtrArray *declarations, const SuiteNode *all, GError **error)
{
	bool right = true;

	for (guint i = 0; all != NULL && i < suite_node_size(all); i++) {
		const SuiteNode *reason = suite_node_item(all, i);
		if (suite_node_text(reason)[0] == '\0') {
			GError *wrong = NULL;
			suite_node_error(reason, &wrong, NULL, "the reason is empty");
			right = base_error_add(error, wrong);
			continue;
		}
		SuiteDeclaration *declaration = g_new0(SuiteDeclaration, 1);
		declaration->migration = g_strdup(suite_node_key(all, i));
		declaration->node = suite_node_key_node(all, i);
		declaration->reason = g_strdup(suite_node_text(reason));
		g_ptr_array_add(declarations, declaration);
	}
	return right;
}

/* Each names a column, and not a migration. */
static bool
declaration_check_columns(const SuiteDatabase *database, GError **error)
{
	bool right = true;

	for (guint i = 0; i < database->ignore_columns->len; i++) {
		const SuiteDeclaration *declaration = g_ptr_array_index(database->ignore_columns, i);
		GError *wrong = NULL;
		if (strchr(declaration->migration, '.') != NULL)
			continue;
		suite_node_error(declaration->node, &wrong,
		                 "write it as schema.table.column; * stands for any characters",
		                 "\"%s\" is no column of a table", declaration->migration);
		right = base_error_add(error, wrong);
	}
	return right;
}

bool
suite_declarations_load(SuiteDatabase *database, GError **error)
{
	GError *wrong = NULL;
	bool right = true;

	for (gsize i = 0; i < G_N_ELEMENTS(declaration_lists); i++)
		if (!declaration_load(*declaration_list(database, i),
		                      suite_node_get(database->node, declaration_lists[i].key), &wrong))
			right = base_error_add(error, g_steal_pointer(&wrong));
	if (!declaration_check_columns(database, &wrong))
		right = base_error_add(error, wrong);
	return right;
}
