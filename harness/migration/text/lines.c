#include "migration/text/lines.h"

#include <string.h>

#define BLANKS " \t\n\v\f\r"

bool
migration_line_next(const char *text, gsize length, gsize *position, MigrationLine *ret_line)
{
	if (*position >= length)
		return false;
	const char *end = memchr(text + *position, '\n', length - *position);
	ret_line->start = *position;
	ret_line->end = end != NULL ? (gsize)(end - text) : length;
	*position = ret_line->end + 1;
	if (ret_line->end > ret_line->start && text[ret_line->end - 1] == '\r')
		ret_line->end--;
	return true;
}

gsize
migration_line_first(const char *text, const MigrationLine *line)
{
	gsize first = line->start;

	while (first < line->end && strchr(BLANKS, text[first]) != NULL)
		first++;
	return first;
}

bool
migration_line_ends_statement(const char *text)
{
	char last = '\0';

	for (const char *word = text + strspn(text, BLANKS); *word != '\0';) {
		gsize length = strcspn(word, BLANKS);
		if (strncmp(word, "--", 2) == 0)
			break;
		last = word[length - 1];
		word += length;
		word += strspn(word, BLANKS);
	}
	return last == ';';
}
