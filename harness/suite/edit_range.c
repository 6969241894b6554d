/* Where nodes stand in the text of their file. */
#include "suite/edit_private.h"

#include <string.h>

/* --- Ranges ------------------------------------------------------------------------ */

gsize
suite_edit_line_start(const SuiteEdits *edits, gsize offset)
{
	while (offset > 0 && edits->text[offset - 1] != '\n')
		offset--;
	return offset;
}

/* The end of the line's text, before its line break. */
static gsize
line_end(const SuiteEdits *edits, gsize offset)
{
	const char *end = memchr(edits->text + offset, '\n', edits->length - offset);

	return end != NULL ? (gsize)(end - edits->text) : edits->length;
}

gsize
suite_edit_next_line(const SuiteEdits *edits, gsize offset)
{
	gsize end = line_end(edits, offset);

	return end < edits->length ? end + 1 : end;
}

/* Behind the quote that closes the one at the offset. */
static gsize
quoted_end(const SuiteEdits *edits, gsize offset)
{
	char quote = edits->text[offset++];

	for (; offset < edits->length; offset++) {
		bool escape = quote == '"' ? edits->text[offset] == '\\'
		                           : edits->text[offset] == quote && edits->text[offset + 1] == quote;
		if (escape)
			offset++;
		else if (edits->text[offset] == quote)
			return offset + 1;
	}
	return offset;
}

/* Behind the bracket that closes the one at the offset. */
gsize
suite_edit_flow_end(const SuiteEdits *edits, gsize offset)
{
	guint depth = 0;

	while (offset < edits->length) {
		char c = edits->text[offset];
		bool begins = offset > 0 && strchr(" \t\n[{,:", edits->text[offset - 1]) != NULL;
		if ((c == '"' || c == '\'') && begins) {
			offset = quoted_end(edits, offset);
			continue;
		}
		if (c == '#' && begins) {
			offset = line_end(edits, offset);
			continue;
		}
		depth += (c == '[' || c == '{') - (c == ']' || c == '}');
		offset++;
		if (depth == 0)
			return offset;
	}
	return offset;
}

bool
suite_edit_is_flow(const SuiteEdits *edits, const SuiteNode *node)
{
	return node->kind != SUITE_NODE_SCALAR && strchr("[{", edits->text[node->offset]) != NULL;
}

/* Behind the last line of a block scalar, whose header is at the offset. */
static gsize
block_end(const SuiteEdits *edits, gsize header)
{
	gsize end = line_end(edits, header);
	gsize indent = 0;

	for (gsize line = suite_edit_next_line(edits, header); line < edits->length;
	     line = suite_edit_next_line(edits, line)) {
		gsize blanks = strspn(edits->text + line, " ");
		if (edits->text[line + blanks] == '\n')
			continue;
		if (indent == 0)
			indent = MAX(blanks, 1);
		if (blanks < indent)
			break;
		end = line_end(edits, line);
	}
	return end;
}

/* The range of a scalar; false for one that has no place of its own, or none that is known. */
bool
suite_edit_scalar_range(const SuiteEdits *edits, const SuiteNode *node, gsize *ret_start, gsize *ret_end)
{
	const char *text = edits->text + node->offset;
	gsize length = strlen(node->text);

	*ret_start = node->offset;
	if (node->plain) {
		*ret_end = node->offset + length;
		return length > 0 && strncmp(text, node->text, length) == 0;
	}
	if (*text == '"' || *text == '\'') {
		*ret_end = quoted_end(edits, node->offset);
		return true;
	}
	/* The place of a block scalar is its header, or its first line. */
	gsize header = suite_edit_line_start(edits, node->offset);
	for (gsize i = node->offset; *text != '|' && *text != '>' && i > 0; i--) {
		if (edits->text[i - 1] == '|' || edits->text[i - 1] == '>') {
			header = i - 1;
			break;
		}
	}
	if (*text == '|' || *text == '>')
		header = node->offset;
	*ret_start = header;
	*ret_end = block_end(edits, header);
	return edits->text[header] == '|' || edits->text[header] == '>';
}

/* The end of a key with its value, or of a list item, whose value may have no position. */
bool
suite_edit_entry_end(const SuiteEdits *edits, const SuiteNode *key, const SuiteNode *value, gsize *ret_end)
{
	gsize start = 0;
	gsize key_end = 0;

	if (key == NULL)
		return suite_edit_node_end(edits, value, ret_end);
	if (!suite_edit_scalar_range(edits, key, &start, &key_end))
		return false;
	key_end += strspn(edits->text + key_end, " ") + 1;                 /* the colon */
	if (value->document != key->document || value->offset < key_end) { /* nothing, or an alias */
		const char *rest = edits->text + key_end;
		gsize blanks = strspn(rest, " ");
		*ret_end = rest[blanks] == '*' ? key_end + blanks + strcspn(rest + blanks, " ,]}\n") : key_end;
		return true;
	}
	return suite_edit_node_end(edits, value, ret_end);
}

bool
suite_edit_node_end(const SuiteEdits *edits, const SuiteNode *node, gsize *ret_end)
{
	gsize start = 0;

	if (node->kind == SUITE_NODE_SCALAR)
		return suite_edit_scalar_range(edits, node, &start, ret_end);
	if (suite_edit_is_flow(edits, node)) {
		*ret_end = suite_edit_flow_end(edits, node->offset);
		return true;
	}
	guint last = node->n_items;
	*ret_end = 0;
	/* Keys that `<<` merges in are written elsewhere. */
	for (guint i = 0; i < last; i++) {
		gsize end = 0;
		if (node->keys != NULL && node->keys[i]->offset < node->offset)
			continue;
		if (!suite_edit_entry_end(edits, node->keys != NULL ? node->keys[i] : NULL, node->items[i], &end))
			return false;
		*ret_end = MAX(*ret_end, end);
	}
	return *ret_end > 0;
}

/* --- Block scalars ------------------------------------------------------------------- */

/* The indent of the lines of the block scalar whose header is at the offset. */
static gsize
content_indent(const SuiteEdits *edits, gsize header)
{
	for (gsize line = suite_edit_next_line(edits, header); line < edits->length;
	     line = suite_edit_next_line(edits, line)) {
		gsize blanks = strspn(edits->text + line, " ");
		if (edits->text[line + blanks] != '\n')
			return blanks;
	}
	return 0;
}

char *
suite_edit_block_scalar(const SuiteEdits *edits, gsize header, const char *text)
{
	gsize key_line = suite_edit_line_start(edits, header);
	gsize outer = strspn(edits->text + key_line, " ");
	gsize indent = content_indent(edits, header);
	gsize length = strlen(text);

	if (strchr(text, '\n') == NULL || indent <= outer || indent - outer > 9)
		return NULL;
	for (const char *p = text; *p != '\0'; p++)
		if ((guchar)*p < ' ' && *p != '\n' && *p != '\t')
			return NULL;
	g_autoptr(GString) yaml = g_string_new("|");
	if (strchr(" \t\n", text[0]) != NULL)
		g_string_append_printf(yaml, "%u", (guint)(indent - outer));
	if (text[length - 1] != '\n')
		g_string_append_c(yaml, '-');
	else if (length > 1 && text[length - 2] == '\n')
		g_string_append_c(yaml, '+');
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (gsize i = 0; lines[i] != NULL && (lines[i][0] != '\0' || lines[i + 1] != NULL); i++)
		g_string_append_printf(yaml, "\n%*s%s", lines[i][0] != '\0' ? (int)indent : 0, "", lines[i]);
	return g_strdup(yaml->str);
}
