#include "migration/text/rollback_comment.h"

#include <string.h>

#define HINT_NONE "write the statements, or \"-- Rollback: none, REASON\""

/* One line of the opening comment, as offsets of the text. */
typedef struct {
	gsize start; /* of the text after the dashes and one blank */
	gsize end;
	gsize next; /* the next line */
} CommentLine;

void
migration_rollback_comment_clear(MigrationRollbackComment *comment)
{
	g_clear_pointer(&comment->sql, migration_mapped_text_free);
	g_clear_pointer(&comment->irreversible, g_free);
}

typedef enum { LINE_OTHER, LINE_BLANK, LINE_COMMENT } LineKind;

static LineKind
rollback_comment_read_line(const GString *text, gsize offset, CommentLine *ret_line)
{
	const char *start = text->str + offset;
	gsize length = strcspn(start, "\n");
	gsize next = offset + length + (start[length] == '\n');

	while (length > 0 && g_ascii_isspace(start[length - 1]))
		length--;
	gsize blank = strspn(start, " \t");
	*ret_line = (CommentLine){ .start = offset + length, .end = offset + length, .next = next };
	if (blank >= length)
		return LINE_BLANK;
	if (length < 2 || start[0] != '-' || start[1] != '-')
		return LINE_OTHER;
	gsize dashes = 2;
	if (dashes < length && start[dashes] == ' ')
		dashes++;
	ret_line->start = offset + dashes;
	return LINE_COMMENT;
}

/* The length of a header ("Rollback:", "Ticket number:") at the start of the line, colon included, or 0: one to three
 * words, the first with a capital or small letter, and behind the colon a blank or nothing. */
static gsize
rollback_header_length(const char *line, gsize length)
{
	gsize i = strspn(line, " \t");
	guint words = 1;

	if (i >= length || !g_ascii_isalpha(line[i]))
		return 0;
	for (; i < length; i++) {
		if (line[i] == ':')
			return i + 1 == length || line[i + 1] == ' ' || line[i + 1] == '\t' ? i + 1 : 0;
		if (line[i] == ' ' && ++words > 3)
			return 0;
		if (!g_ascii_isalnum(line[i]) && line[i] != ' ' && line[i] != '-' && line[i] != '_')
			return 0;
	}
	return 0;
}

static bool
is_rollback_header(const char *header, gsize length)
{
	g_autofree char *word = g_strndup(header, length - 1);

	return g_ascii_strcasecmp(g_strstrip(word), "rollback") == 0;
}

/* The reason behind "none", "not possible" or "irreversible"; NULL when the text does not begin with one. */
static char *
read_irreversible(const char *text)
{
	static const char *const words[] = { "none", "not possible", "impossible", "irreversible" };

	while (g_ascii_isspace(*text))
		text++;
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
		gsize length = strlen(words[i]);
		if (g_ascii_strncasecmp(text, words[i], length) != 0 || g_ascii_isalnum(text[length]) ||
		    text[length] == '_')
			continue;
		g_auto(GStrv) parts = g_strsplit_set(text + length, " \t\r\n", -1);
		g_autoptr(GString) flat = g_string_new(NULL);
		for (gsize j = 0; parts[j] != NULL; j++)
			if (*parts[j] != '\0')
				g_string_append_printf(flat, "%s%s", flat->len > 0 ? " " : "", parts[j]);
		const char *reason = flat->str + strspn(flat->str, " ,;:.-");
		return g_strdup(*reason != '\0' ? reason : "its author gives no reason");
	}
	return NULL;
}

static void
append_line(MigrationMappedText *sql, const MigrationMappedText *text, gsize start, gsize end)
{
	const char *str = text->text->str;

	/* Byte by byte ranges of one origin: where a placeholder was replaced, the origin stands still. */
	while (start < end) {
		gsize source = migration_mapped_text_source_offset(text, start);
		gsize run = 1;
		while (start + run < end && migration_mapped_text_source_offset(text, start + run) == source + run)
			run++;
		migration_mapped_text_append(sql, str + start, run, source);
		start += run;
	}
	migration_mapped_text_append(sql, "\n", 1, migration_mapped_text_source_offset(text, end));
}

/* Reads the comment whose header ends at header_end of the line; gives the line that follows it. */
static gsize
rollback_comment_read_comment(const MigrationMappedText *text, const CommentLine *first, gsize header_end,
                              MigrationRollbackComment *comment)
{
	CommentLine line;
	gsize next = first->next;

	comment->sql = migration_mapped_text_new();
	append_line(comment->sql, text, header_end, first->end);
	while (next < text->text->len && rollback_comment_read_line(text->text, next, &line) == LINE_COMMENT &&
	       rollback_header_length(text->text->str + line.start, line.end - line.start) == 0) {
		append_line(comment->sql, text, line.start, line.end);
		next = line.next;
	}
	return next;
}

static bool
rollback_comment_is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n;")] == '\0';
}

bool
migration_rollback_comment_read(const MigrationMappedText *text, const Source *source,
                                MigrationRollbackComment *ret_comment, GError **error)
{
	g_auto(MigrationRollbackComment) comment = { 0 };
	const char *str = text->text->str;
	LineKind kind = LINE_BLANK;

	for (gsize offset = 0; offset < text->text->len && kind != LINE_OTHER;) {
		CommentLine line;
		kind = rollback_comment_read_line(text->text, offset, &line);
		gsize header = kind == LINE_COMMENT ? rollback_header_length(str + line.start, line.end - line.start)
		                                    : 0;
		offset = line.next;
		if (header == 0 || !is_rollback_header(str + line.start, header))
			continue;
		gsize place = migration_mapped_text_source_offset(text, line.start);
		if (comment.sql != NULL)
			return migration_error_at(error, source, place, "write all statements below the first one",
			                          "a second rollback comment");
		comment.offset = place;
		offset = rollback_comment_read_comment(text, &line, line.start + header, &comment);
		if (rollback_comment_is_blank(comment.sql->text->str))
			return migration_error_at(error, source, place, HINT_NONE, "the rollback comment is empty");
	}
	if (comment.sql != NULL)
		comment.irreversible = read_irreversible(comment.sql->text->str);
	if (comment.irreversible != NULL)
		g_clear_pointer(&comment.sql, migration_mapped_text_free);
	*ret_comment = comment;
	comment = (MigrationRollbackComment){ 0 };
	return true;
}
