#include "suite/document_private.h"

#include <string.h>

const char *
suite_parse_hint(const char *message)
{
	static const struct {
		const char *part;
		const char *hint;
	} hints[] = {
		{ "invalid nested block mapping", "put a value that holds \": \" in quotes" },
		{ "mapping values are not allowed", "put a value that holds \": \" in quotes" },
		{ "plain scalar cannot start", "put the value in quotes" },
		{ "invalid trailing content", "put the whole value in quotes, and quotes inside it twice" },
		{ "tab character", "indent with spaces" },
		{ "wrongly indented", "indent the following lines further than the key" },
		{ "did not find expected node content", "close what is open; write an empty item of a list as null" },
		{ "invalid multiline plain key", "keys of one mapping must stand below each other" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(hints); i++)
		if (strstr(message, hints[i].part) != NULL)
			return hints[i].hint;
	return NULL;
}
