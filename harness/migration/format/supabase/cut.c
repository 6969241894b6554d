#include "migration/format/supabase/cut.h"

#include <string.h>

typedef enum {
	STATE_READY,
	STATE_TAG,   /* behind a $ that may begin a dollar quote */
	STATE_UNTIL, /* up to a text: the end of a line, or of a dollar quote */
	STATE_QUOTE,
	STATE_QUOTE_SEEN, /* behind a quote sign that ends it unless it is doubled */
	STATE_DASH,
	STATE_SLASH, /* behind a slash, and in a comment */
	STATE_ESCAPE,
	STATE_E_QUOTE,      /* in E'...' */
	STATE_E_QUOTE_SEEN, /* behind a quote sign in it */
} State;

typedef struct {
	const char *text;
	gsize start; /* of the statement */
	gsize end;   /* behind the character that is read */
	State state;
	gsize tag;
	gsize tag_length;
	gunichar quote;
	guint depth;   /* of comments */
	GString *open; /* innermost last: ) or E for END; no semicolon cuts while there is any */
	bool words;    /* of version 3, which reads words as a whole */
	gsize begin;   /* behind the last word BEGIN */
} Scanner;

/* True if the scanner has just read the text. */
static bool
read_is(const Scanner *scanner, const char *text, gsize length, bool any_case)
{
	const char *window = scanner->text + scanner->end - length;

	if (scanner->end - scanner->start < length)
		return false;
	return any_case ? g_ascii_strncasecmp(window, text, length) == 0 : memcmp(window, text, length) == 0;
}

/* True when the last word is ATOMIC, and the one before it BEGIN. */
static bool
supabase_cut_is_atomic(const Scanner *scanner)
{
	g_autofree char *text = g_strndup(scanner->text + scanner->start, scanner->end - scanner->start);

	return g_regex_match_simple("(?<![\\p{L}\\p{N}_$])BEGIN\\s+ATOMIC$", text, G_REGEX_CASELESS, 0);
}

static bool
supabase_cut_is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

static bool
word_is(const char *word, gsize length, const char *text)
{
	return strlen(text) == length && g_ascii_strncasecmp(word, text, length) == 0;
}

/* BEGIN and ATOMIC with nothing but white space in between; CASE and END within. */
static void
take_word(Scanner *scanner, const char *word, gsize length)
{
	const char *begin = scanner->text + scanner->begin;
	GString *open = scanner->open;

	bool is_atomic = word_is(word, length, "ATOMIC") && scanner->begin > 0 &&
	                 (gsize)(word - begin) == strspn(begin, " \t\n\v\f\r");
	bool is_case = word_is(word, length, "CASE") && strchr(open->str, 'E') != NULL;

	if (word_is(word, length, "BEGIN"))
		scanner->begin = scanner->end;
	else if (is_atomic || is_case)
		g_string_append_c(open, 'E');
	else if (word_is(word, length, "END") && open->len > 0 && open->str[open->len - 1] == 'E')
		g_string_truncate(open, open->len - 1);
}

/* The word of which one character was read; an E with a quote sign behind it begins a quote of its own kind. */
static void
supabase_cut_read_word(Scanner *scanner, const char *word)
{
	while (supabase_cut_is_word(scanner->text[scanner->end]))
		scanner->end++;
	gsize length = (gsize)(scanner->text + scanner->end - word);
	scanner->state = STATE_READY;
	if (word_is(word, length, "E") && scanner->text[scanner->end] == '\'') {
		scanner->end++;
		scanner->state = STATE_E_QUOTE;
	} else {
		take_word(scanner, word, length);
	}
}

/* True when the statement ends here. */
static bool
read_ready(Scanner *scanner, gunichar c)
{
	const char *at = g_utf8_find_prev_char(scanner->text, scanner->text + scanner->end);

	/* Inside of it, the CLI does not see a word here, and keeps its state. */
	if (c == ';' && scanner->open->len > 0)
		return false;
	if (scanner->words && *at != '$' && supabase_cut_is_word(*at)) {
		supabase_cut_read_word(scanner, at);
		return false;
	}
	scanner->state = STATE_READY;
	switch (c) {
	case '$':
		scanner->state = STATE_TAG;
		scanner->tag = scanner->end - 1;
		return false;
	case '\'':
	case '"':
		scanner->state = STATE_QUOTE;
		scanner->quote = c;
		return false;
	case '-':
		scanner->state = STATE_DASH;
		return false;
	case '/':
		scanner->state = STATE_SLASH;
		scanner->depth = 0;
		return false;
	case '\\':
		scanner->state = STATE_ESCAPE;
		return false;
	case ';':
		return true;
	case '(':
		g_string_append_c(scanner->open, ')');
		return false;
	default:
		if (!scanner->words && (c == 'c' || c == 'C') && supabase_cut_is_atomic(scanner))
			g_string_append_c(scanner->open, 'E');
		return false;
	}
}

static bool
supabase_cut_read_tag(Scanner *scanner, gunichar c)
{
	/* In Go, every second byte of a character beyond ASCII is taken for one of its own. */
	bool is_letter = c < 0x80 ? g_ascii_isalnum((char)c) : scanner->words && g_unichar_isalnum(c);

	if (c != '$' && c != '_' && !is_letter)
		return read_ready(scanner, c);
	if (c == '$') {
		scanner->state = STATE_UNTIL;
		scanner->tag_length = scanner->end - scanner->tag;
	}
	return false;
}

static bool
read_until(Scanner *scanner, gunichar c)
{
	/* A line comment is a quote up to the end of the line. */
	bool done = scanner->tag_length == 0
	                ? c == '\n'
	                : read_is(scanner, scanner->text + scanner->tag, scanner->tag_length, false);

	if (done)
		scanner->state = STATE_READY;
	return false;
}

/* The quote goes on in a later line, with comments in between. */
static bool
supabase_cut_goes_on(Scanner *scanner)
{
	const char *text = scanner->text + scanner->end - 1;
	bool is_later = false;

	for (;; text++) {
		if (text[0] == '-' && text[1] == '-')
			text += strcspn(text, "\n");
		is_later = is_later || *text == '\n';
		if (*text == '\0' || !g_ascii_isspace(*text))
			break;
	}
	if (!is_later || *text != '\'')
		return false;
	scanner->end = (gsize)(text - scanner->text) + 1;
	return true;
}

static bool
read_e_quote(Scanner *scanner, gunichar c)
{
	if (scanner->state == STATE_E_QUOTE) {
		if (c == '\\' && scanner->text[scanner->end] != '\0')
			scanner->end = (gsize)(g_utf8_next_char(scanner->text + scanner->end) - scanner->text);
		else if (c == '\'')
			scanner->state = STATE_E_QUOTE_SEEN;
		return false;
	}
	if (c != '\'' && !supabase_cut_goes_on(scanner))
		return read_ready(scanner, c);
	scanner->state = STATE_E_QUOTE;
	return false;
}

static bool
read_slash(Scanner *scanner, gunichar c)
{
	if (read_is(scanner, "/*", 2, false))
		scanner->depth++;
	else if (scanner->depth == 0)
		return read_ready(scanner, c);
	else if (read_is(scanner, "*/", 2, false) && --scanner->depth == 0)
		scanner->state = STATE_READY;
	return false;
}

static bool
read_dash(Scanner *scanner, gunichar c)
{
	if (c != '-')
		return read_ready(scanner, c);
	scanner->state = STATE_UNTIL;
	scanner->tag_length = 0;
	return false;
}

static bool
read_character(Scanner *scanner, gunichar c)
{
	switch (scanner->state) {
	case STATE_TAG:
		return supabase_cut_read_tag(scanner, c);
	case STATE_UNTIL:
		return read_until(scanner, c);
	case STATE_QUOTE:
		if (c == scanner->quote)
			scanner->state = STATE_QUOTE_SEEN;
		return false;
	case STATE_QUOTE_SEEN:
		if (c != scanner->quote)
			return read_ready(scanner, c);
		scanner->state = STATE_QUOTE;
		return false;
	case STATE_E_QUOTE:
	case STATE_E_QUOTE_SEEN:
		return read_e_quote(scanner, c);
	case STATE_DASH:
		return read_dash(scanner, c);
	case STATE_SLASH:
		return read_slash(scanner, c);
	case STATE_ESCAPE:
		scanner->state = STATE_READY;
		return false;
	default:
		return read_ready(scanner, c);
	}
}

/* Each opener closes with its own text, and one text closes all that wait for the same. */
static void
close_open(Scanner *scanner)
{
	while (scanner->state == STATE_READY && scanner->open->len > 0) {
		bool end = scanner->open->str[scanner->open->len - 1] == 'E';
		if ((end && scanner->words) || !read_is(scanner, end ? "END" : ")", end ? 3 : 1, true))
			return;
		g_string_truncate(scanner->open, scanner->open->len - 1);
	}
}

static void
supabase_cut_add_cut(GArray *cuts, const char *text, gsize start, gsize end)
{
	MigrationCut cut = { .start = start, .end = end };

	while (cut.end > cut.start && text[cut.end - 1] == ';')
		cut.end--;
	while (cut.end > cut.start &&
	       g_unichar_isspace(g_utf8_get_char(g_utf8_find_prev_char(text + cut.start, text + cut.end))))
		cut.end = (gsize)(g_utf8_find_prev_char(text + cut.start, text + cut.end) - text);
	while (cut.start < cut.end && g_unichar_isspace(g_utf8_get_char(text + cut.start)))
		cut.start = (gsize)(g_utf8_next_char(text + cut.start) - text);
	if (cut.end > cut.start)
		g_array_append_val(cuts, cut);
}

GArray *
migration_supabase_cut(const char *text, bool words)
{
	GArray *cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	g_autoptr(GString) open = g_string_new(NULL);
	Scanner scanner = { .text = text, .open = open, .words = words };

	while (text[scanner.end] != '\0') {
		const char *at = text + scanner.end;
		scanner.end = (gsize)(g_utf8_next_char(at) - text);
		bool done = read_character(&scanner, g_utf8_get_char(at));
		if (!done) {
			close_open(&scanner);
			continue;
		}
		supabase_cut_add_cut(cuts, text, scanner.start, scanner.end);
		scanner.start = scanner.end;
		scanner.state = STATE_READY;
	}
	supabase_cut_add_cut(cuts, text, scanner.start, scanner.end);
	return cuts;
}
