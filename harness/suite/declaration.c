#include "suite/suite.h"

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
