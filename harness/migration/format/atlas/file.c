/* Atlas: the directives of a file, and how it is cut into statements. */
#include "migration/format/atlas/atlas.h"

#include "migration/text/lines.h"

#include <string.h>

/* --- Directives -------------------------------------------------------------- */

#define DELIMITER "-- atlas:delimiter"

/* The value of the directive in the line ("" without one), or NULL. The caller frees it. */
static char *
find_directive(const char *line, const char *name)
{
	g_autofree char *pattern = g_strdup_printf("^[ -~]*atlas:%s(?!\\w)(?: +(.+))?", name);
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, line, 0, &match))
		return NULL;
	char *value = g_match_info_fetch(match, 1);
	return value != NULL ? value : g_strdup("");
}

/* The end of the comments at the top; 0 if there are none, or if no empty line follows. */
static gsize
find_header_end(const char *text)
{
	gsize position = 0;

	while (text[position] == '#' || (text[position] == '-' && text[position + 1] == '-')) {
		gsize length = strcspn(text + position, "\n");
		if (text[position + length] == '\0')
			return 0;
		position += length + 1;
	}
	gsize blank = position + strspn(text + position, " \t");
	return text[blank] == '\n' || text[position] == '\0' ? position : 0;
}

static void
read_header_line(const char *line, gsize offset, AtlasDirectives *directives)
{
	g_autofree char *checkpoint = find_directive(line, "checkpoint");
	char *txmode = find_directive(line, "txmode");

	if (checkpoint != NULL)
		directives->is_checkpoint = true;
	if (txmode == NULL)
		return;
	directives->n_txmodes++;
	g_free(directives->txmode);
	directives->txmode = txmode;
	directives->txmode_at = offset;
}

static bool
is_directive(const char *line)
{
	return g_regex_match_simple("^(--|#) ?atlas:(txmode|checkpoint|delimiter)\\b", line, 0, 0);
}

void
atlas_directives_read(const Source *source, AtlasDirectives *ret_directives)
{
	const char *text = base_source_text(source);
	gsize end = find_header_end(text);
	AtlasDirectives directives = { 0 };
	MigrationLine line;

	for (gsize position = 0; migration_line_next(text, base_source_length(source), &position, &line);) {
		if (text[line.start] != '#' && text[line.start] != '-')
			continue;
		g_autofree char *content = g_strndup(text + line.start, line.end - line.start);
		bool is_delimiter = strstr(content, "atlas:delimiter") != NULL;
		if (line.start < end)
			read_header_line(g_strchomp(content), line.start, &directives);
		if (is_directive(content) && directives.unread_line == 0 &&
		    (is_delimiter ? line.start > 0 || !g_str_has_prefix(content, DELIMITER) : line.start >= end))
			directives.unread_line = base_source_position(source, line.start).line;
	}
	*ret_directives = directives;
}

void
atlas_directives_clear(AtlasDirectives *directives)
{
	g_clear_pointer(&directives->txmode, g_free);
}

/* --- Statements -------------------------------------------------------------- */

/* Atlas's own scanner. It knows dollar quotes, BEGIN ... END and BEGIN ATOMIC ... END, but comments do not nest, a
 * backslash ends no E'...' any later, and a comment in the last line without a line end is a statement. */
typedef struct {
	const Source *source;
	const char *text;
	gsize length;
	gsize begin; /* of the statement */
	gsize position;
	const char *delimiter;
	bool has_blocks; /* with the usual delimiter only */
} Scan;

typedef enum {
	SCAN_STATEMENT,
	SCAN_END,
	SCAN_FAILED,
} ScanResult;

static ScanResult scan_statement(Scan *scan, MigrationCut *ret_cut, GError **error);

static void
atlas_file_skip_spaces(Scan *scan)
{
	while (scan->position < scan->length &&
	       (g_ascii_isspace(scan->text[scan->position]) || scan->text[scan->position] == '\v'))
		scan->position++;
	scan->begin = scan->position;
}

static bool
skip_quote(Scan *scan, GError **error)
{
	gsize start = scan->position - 1;
	const char *end = memchr(scan->text + scan->position, scan->text[start], scan->length - scan->position);

	if (end == NULL)
		return migration_error_at(error, scan->source, start,
		                          "Atlas knows no \\' and looks for quotes in an unfinished last comment, too",
		                          "unclosed quote %c", scan->text[start]);
	scan->position = (gsize)(end - scan->text) + 1;
	return true;
}

static gsize
dollar_tag_length(const char *text)
{
	gsize i = 1;

	while (g_ascii_isalpha(text[i]) || text[i] == '_' || (guchar)text[i] >= 0x80 ||
	       (i > 1 && g_ascii_isdigit(text[i])))
		i++;
	return text[i] == '$' ? i + 1 : 0;
}

static void
skip_dollar_quote(Scan *scan, gsize length)
{
	const char *start = scan->text + scan->position - 1;
	g_autofree char *tag = g_strndup(start, length);
	const char *end = strstr(start + length, tag);

	scan->position = end != NULL ? (gsize)(end - scan->text) + length : scan->length;
}

/* A comment before a statement is not part of it. */
static void
atlas_file_skip_comment(Scan *scan, const char *right)
{
	bool leads = scan->position == scan->begin + 2;
	const char *end = strstr(scan->text + scan->position, right);

	if (end == NULL)
		return;
	scan->position = (gsize)(end - scan->text) + strlen(right);
	if (leads)
		atlas_file_skip_spaces(scan);
}

static gsize
match_length(const char *pattern, const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_ANCHORED, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	int end = 0;

	if (g_regex_match(regex, text, 0, &match))
		g_match_info_fetch_pos(match, 0, NULL, &end);
	return (gsize)end;
}

static bool
ends_block(const Scan *body, const MigrationCut *cut, bool is_atomic)
{
	g_autofree char *text = g_strndup(body->text + cut->start, cut->end - cut->start);
	gsize length = match_length("END\\s*", text);

	return length > 0 && (is_atomic || text[length] == '\0' || strcmp(text + length, ";") == 0);
}

/* BEGIN ... END with the statements in between; false: it is no such block, and the scan goes on behind BEGIN. */
static bool
skip_block(Scan *scan, gsize length, bool is_atomic)
{
	MigrationCut cut;

	scan->position += length - 1;
	Scan body = *scan;
	for (atlas_file_skip_spaces(&body); scan_statement(&body, &cut, NULL) == SCAN_STATEMENT;) {
		if (!ends_block(&body, &cut, is_atomic))
			continue;
		scan->position = body.position;
		return true;
	}
	return false;
}

/* True when a block begins at the last character that was read, and is over by now. */
static bool
read_block(Scan *scan)
{
	const char *text = scan->text + scan->position - 1;
	bool is_first = scan->position == scan->begin + 1;

	if (!scan->has_blocks || g_ascii_strncasecmp(text, "BEGIN", strlen("BEGIN")) != 0)
		return false;
	gsize atomic = match_length("BEGIN\\s+ATOMIC\\s+", text);
	if (atomic > 0)
		return skip_block(scan, atomic, true);
	gsize block = is_first || g_ascii_isspace(text[-1]) ? match_length("BEGIN\\s+", text) : 0;
	return block > 0 && skip_block(scan, block, false);
}

static ScanResult
atlas_file_give(Scan *scan, gsize end, MigrationCut *ret_cut)
{
	while (end > scan->begin && g_ascii_isspace(scan->text[end - 1]))
		end--;
	*ret_cut = (MigrationCut){ .start = scan->begin, .end = end };
	return SCAN_STATEMENT;
}

static bool
is_delimiter_command(const Scan *scan)
{
	return scan->position == scan->begin + 1 &&
	       g_ascii_strncasecmp(scan->text + scan->begin, "delimiter ", strlen("delimiter ")) == 0;
}

/* Skips a token that may contain a delimiter without ending the statement. False with *error. */
static bool
skip_token(Scan *scan, bool *ret_block, GError **error)
{
	char c = scan->text[scan->position - 1];
	char next = scan->text[scan->position]; /* a NUL at the end */
	gsize tag = c == '$' ? dollar_tag_length(scan->text + scan->position - 1) : 0;

	if (c == '\'' || c == '"' || c == '`')
		return skip_quote(scan, error);
	if (tag > 0) {
		skip_dollar_quote(scan, tag);
	} else if ((c == '-' && next == '-') || (c == '/' && next == '*')) {
		scan->position++;
		atlas_file_skip_comment(scan, c == '-' ? "\n" : "*/");
	} else {
		*ret_block = read_block(scan);
	}
	return true;
}

static bool
atlas_file_refuse(const Scan *scan, gsize offset, const char *hint, const char *message, GError **error)
{
	return migration_error_at(error, scan->source, offset, hint, "%s", message);
}

/* The next statement, its delimiter with it where that is the usual one. */
static ScanResult
scan_statement(Scan *scan, MigrationCut *ret_cut, GError **error)
{
	gsize opened = 0;
	guint depth = 0;
	bool block = false;

	for (atlas_file_skip_spaces(scan); scan->position < scan->length;) {
		const char *at = scan->text + scan->position++;
		if (*at == '(') {
			opened = depth++ == 0 ? scan->position - 1 : opened;
		} else if (*at == ')' && depth-- == 0) {
			atlas_file_refuse(scan, scan->position - 1, "Atlas counts them", "unexpected )", error);
			return SCAN_FAILED;
		} else if (is_delimiter_command(scan)) {
			atlas_file_refuse(scan, scan->begin, "begin the file with \"-- atlas:delimiter\"",
			                  "DELIMITER is a command of MySQL's", error);
			return SCAN_FAILED;
		} else if (depth == 0 && g_str_has_prefix(at, scan->delimiter) && *at != '\'' && *at != '"') {
			gsize end = (gsize)(at - scan->text) + (scan->has_blocks ? 1 : 0);
			scan->position += strlen(scan->delimiter) - 1;
			return atlas_file_give(scan, end, ret_cut);
		} else if (!skip_token(scan, &block, error)) {
			return SCAN_FAILED;
		} else if (block) {
			return atlas_file_give(scan, scan->position, ret_cut);
		}
	}
	if (depth > 0) {
		atlas_file_refuse(scan, opened, "Atlas counts them", "unclosed (", error);
		return SCAN_FAILED;
	}
	return scan->begin < scan->length ? atlas_file_give(scan, scan->length, ret_cut) : SCAN_END;
}

/* The delimiter that the first line sets, or the usual one; NULL with *error. The caller frees it. */
static char *
atlas_file_read_delimiter(const Source *source, gsize *ret_body, GError **error)
{
	const char *text = base_source_text(source);
	gsize length = strcspn(text, "\n");
	g_autofree char *line = g_strndup(text, length);
	g_autofree char *value = g_str_has_prefix(line, DELIMITER) ? find_directive(line, "delimiter") : NULL;

	*ret_body = 0;
	if (value == NULL)
		return g_strdup(";");
	if (*value == '\0' || text[length] == '\0') {
		migration_error_at(error, source, 0, "write \"" DELIMITER " \\n\\n\\n\", and the statements below it",
		                   *value == '\0' ? "empty delimiter" : "there is nothing behind the delimiter");
		return NULL;
	}
	*ret_body = length + 1;
	g_autoptr(GString) delimiter = g_string_new(value);
	g_string_replace(delimiter, "\\n", "\n", 0);
	g_string_replace(delimiter, "\\r", "\r", 0);
	g_string_replace(delimiter, "\\t", "\t", 0);
	return g_strdup(delimiter->str);
}

MigrationScript *
atlas_file_cut(Source *source, GError **error)
{
	g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	Scan scan = { .source = source, .text = base_source_text(source), .length = base_source_length(source) };
	g_autofree char *delimiter = atlas_file_read_delimiter(source, &scan.position, error);
	ScanResult result = SCAN_FAILED;
	MigrationCut cut;

	if (delimiter == NULL)
		return NULL;
	scan.delimiter = delimiter;
	scan.has_blocks = strcmp(delimiter, ";") == 0;
	while ((result = scan_statement(&scan, &cut, error)) == SCAN_STATEMENT)
		g_array_append_val(cuts, cut);
	return result == SCAN_END ? migration_script_new_cut(source, migration_source_text(source), cuts) : NULL;
}
