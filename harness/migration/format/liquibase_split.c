/* Statements as Liquibase cuts them: by words, without any notion of dollar quotes. */
#include "migration/format/liquibase.h"

#include "migration/splitter.h"

#include <string.h>

typedef struct {
	gsize start;
	gsize end;
	bool comment;
} Token;

/* --- Words ------------------------------------------------------------------ */

static bool
is_space(gunichar character)
{
	static const gunichar others[] = { 0x85,   0xa0,   0x1680, 0x180e, 0x2028, 0x2029,
		                           0x202f, 0x205f, 0x2060, 0x3000, 0xfeff };

	if (character == ' ' || character == '\t' || character == '\n' || character == '\r' ||
	    (character >= 0x2000 && character <= 0x200d))
		return true;
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		if (character == others[i])
			return true;
	return false;
}

static bool
begins_name(gunichar character)
{
	if (character < 0x80)
		return g_ascii_isalpha((char)character) || (character != 0 && strchr("$_@#", (int)character) != NULL);
	return g_unichar_isalpha(character);
}

static const char *
skip_spaces(const char *text)
{
	while (is_space(g_utf8_get_char(text)))
		text = g_utf8_next_char(text);
	return text;
}

static const char *
skip_name(const char *text)
{
	if (!begins_name(g_utf8_get_char(text)))
		return NULL;
	while (begins_name(g_utf8_get_char(text)) || g_ascii_isdigit(*text))
		text = g_utf8_next_char(text);
	return text;
}

/* A string in one kind of quotes: the longest text that can be one, or NULL. A backslash escapes, but may stand before
 * the last quote, too. */
static const char *
skip_string(const char *text)
{
	const char quote = *text;
	const char *end = NULL;

	for (text++; *text != '\0';) {
		if (*text == '\\' && text[1] != '\0') {
			if (text[1] == quote)
				end = text + 2;
			text += 2;
		} else if (*text == quote) {
			end = text + 1;
			if (text[1] != quote)
				return end;
			text += 2;
		} else {
			text++;
		}
	}
	return end;
}

static const char *
skip_literal(const char *text)
{
	static const char *const prefixes[] = { "rb", "_utf8", "u", "e", "n", "r", "b", "" };

	for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		gsize length = strlen(prefixes[i]);
		if (g_ascii_strncasecmp(text, prefixes[i], length) == 0 &&
		    (text[length] == '\'' || text[length] == '"'))
			return skip_string(text + length);
	}
	return NULL;
}

/* "x", `x` or [x], in one line. */
static const char *
skip_quoted_name(const char *text)
{
	char close = *text;

	if (close == '[')
		close = ']';
	if (*text == '\0' || strchr("\"`[", *text) == NULL || text[1] == close || strchr("\r\n", text[1]) != NULL ||
	    (*text == '[' && g_ascii_isdigit(text[1])))
		return NULL;
	const char *end = text + 1 + strcspn(text + 1, close == ']' ? "\r\n]" : close == '"' ? "\r\n\"" : "\r\n`");
	return *end == close ? end + 1 : NULL;
}

static const char *
longer(const char *one, const char *other)
{
	return other != NULL && (one == NULL || other > one) ? other : one;
}

/* Names with dots between them, which may have blanks around them. */
static const char *
skip_names(const char *text)
{
	const char *end = longer(skip_name(text), skip_quoted_name(text));

	while (end != NULL) {
		const char *dot = end + strspn(end, "\r\n ");
		if (*dot != '.')
			return end;
		dot++;
		dot += strspn(dot, "\r\n ");
		const char *next = longer(skip_name(dot), skip_quoted_name(dot));
		if (next == NULL)
			return end;
		end = next;
	}
	return NULL;
}

static const char *
skip_number(const char *text)
{
	const char *end = text;

	while (g_ascii_isdigit(*end))
		end++;
	bool whole = end > text;
	if (*end == '.' && (whole || g_ascii_isdigit(end[1])))
		for (end++; g_ascii_isdigit(*end);)
			end++;
	if (end > text && (*end == 'e' || *end == 'E')) {
		const char *digits = end + 1 + (end[1] == '+' || end[1] == '-');
		if (g_ascii_isdigit(*digits))
			for (end = digits; g_ascii_isdigit(*end);)
				end++;
	}
	return end > text ? end : NULL;
}

static const char *
skip_comment(const char *text)
{
	if (strncmp(text, "--", 2) == 0)
		return text + strcspn(text, "\r\n");
	if (strncmp(text, "/*", 2) != 0)
		return NULL;
	const char *end = strstr(text + 2, "*/");
	return end != NULL ? end + 2 : NULL;
}

static GArray *
tokenize(const char *text, bool strip_comments)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(Token));

	for (const char *here = text; *here != '\0';) {
		const char *end = skip_comment(here);
		bool comment = end != NULL;
		if (!comment && is_space(g_utf8_get_char(here)))
			end = skip_spaces(here);
		if (end == NULL)
			end = longer(longer(skip_number(here), skip_names(here)), skip_literal(here));
		if (end == NULL)
			end = g_utf8_next_char(here);
		Token token = { .start = (gsize)(here - text), .end = (gsize)(end - text), .comment = comment };
		if (!comment || !strip_comments)
			g_array_append_val(tokens, token);
		here = end;
	}
	return tokens;
}

/* --- Delimiters ------------------------------------------------------------- */

typedef struct {
	const char *text;
	const char *delimiter;
	GRegex *pattern; /* of a delimiter of several characters */
	GArray *tokens;
	guint depth; /* of BEGIN ... END */
} Cutter;

static bool
token_is(const Cutter *cutter, const Token *token, const char *word)
{
	gsize length = token->end - token->start;

	return strlen(word) == length && g_ascii_strncasecmp(cutter->text + token->start, word, length) == 0;
}

static bool
token_is_one_of(const Cutter *cutter, const Token *token, const char *const *words)
{
	for (; token != NULL && *words != NULL; words++)
		if (token_is(cutter, token, *words))
			return true;
	return false;
}

/* A delimiter may be several words: they become one. Text that begins as one and is the last of all gets lost, as with
 * Liquibase. */
static void
merge_delimiters(Cutter *cutter)
{
	GArray *merged = g_array_new(FALSE, FALSE, sizeof(Token));
	guint begin = 0;
	bool open = false;

	for (guint i = 0; i < cutter->tokens->len; i++) {
		Token token = g_array_index(cutter->tokens, Token, i);
		const Token *first = &g_array_index(cutter->tokens, Token, open ? begin : i);
		gsize length = token.end - first->start;
		bool begins = strncmp(cutter->delimiter, cutter->text + first->start, length) == 0;
		if (begins && (!open || strlen(cutter->delimiter) > length)) {
			begin = open ? begin : i;
			open = true;
			continue;
		}
		if (open && begins) {
			token.start = first->start;
			g_array_append_val(merged, token);
		} else {
			g_array_append_vals(merged, first, open ? i - begin + 1 : 1);
		}
		open = false;
	}
	g_array_unref(cutter->tokens);
	cutter->tokens = merged;
}

static bool
ends_line(const Cutter *cutter, const Token *token)
{
	return token == NULL || cutter->text[token->end - 1] == '\n';
}

static bool
is_delimiter(const Cutter *cutter, const Token *token, const Token *previous)
{
	static const char *const lines[] = { "go", "/", NULL };

	if (cutter->delimiter == NULL)
		return token_is(cutter, token, ";") ||
		       (token_is_one_of(cutter, token, lines) && ends_line(cutter, previous));
	if (strcmp(cutter->delimiter, "/") == 0 && !ends_line(cutter, previous))
		return false;
	if (token_is(cutter, token, cutter->delimiter) || cutter->pattern == NULL)
		return token_is(cutter, token, cutter->delimiter);
	gsize start = previous != NULL ? previous->start : token->start;
	gsize end = previous != NULL ? previous->end : token->start;
	g_autofree char *before = g_strndup(cutter->text + start, end - start);
	g_autofree char *word = g_strndup(cutter->text + token->start, token->end - token->start);
	g_autofree char *both = g_strconcat(before, word, NULL);
	g_autofree char *lower = g_utf8_strdown(both, -1);
	return g_regex_match(cutter->pattern, lower, 0, NULL);
}

static void
count_blocks(Cutter *cutter, guint i)
{
	static const char *const transactions[] = { "transaction", "tran", "trans", NULL };
	static const char *const others[] = { "dialog", "conversation", "distributed", NULL };
	const Token *token = &g_array_index(cutter->tokens, Token, i);
	const Token *next = NULL;

	for (guint j = i + 1; j < cutter->tokens->len && next == NULL; j++) {
		const Token *other = &g_array_index(cutter->tokens, Token, j);
		if (!is_space(g_utf8_get_char(cutter->text + other->start)))
			next = other;
	}
	if (token_is_one_of(cutter, next, transactions))
		return;
	if (token_is(cutter, token, "begin") && !token_is_one_of(cutter, next, others))
		cutter->depth++;
	else if (token_is(cutter, token, "end") && cutter->depth > 0)
		cutter->depth--;
}

/* --- Scripts ----------------------------------------------------------------- */

/* Ends the statement that began at `begin`; white space around it is no part of it. */
static void
store(GArray *cuts, const MigrationMappedText *text, gsize begin)
{
	MigrationCut cut = { .start = begin, .end = text->text->len };

	while (cut.start < cut.end && g_ascii_isspace(text->text->str[cut.start]))
		cut.start++;
	while (cut.end > cut.start && g_ascii_isspace(text->text->str[cut.end - 1]))
		cut.end--;
	if (cut.end > cut.start)
		g_array_append_val(cuts, cut);
}

static gssize
find_cut_string(const MigrationMappedText *text, const GArray *cuts)
{
	for (guint i = 0; i + 1 < cuts->len; i++) {
		const MigrationCut *cut = &g_array_index(cuts, MigrationCut, i);
		MigrationSplitProblem problem;
		g_autoptr(GArray)
		    pieces = migration_split(text->text->str + cut->start, cut->end - cut->start, &problem);
		if (pieces == NULL)
			return (gssize)migration_mapped_text_source_offset(text, cut->end - 1);
	}
	return -1;
}

static bool
compile(Cutter *cutter, const Source *source, gsize offset, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (cutter->delimiter == NULL || strlen(cutter->delimiter) < 2)
		return true;
	g_autofree char *lower = g_utf8_strdown(cutter->delimiter, -1);
	g_autofree char *pattern = g_strdup_printf("\\A[\\s\\n\\r]*%s\\z", lower);
	cutter->pattern = g_regex_new(pattern, 0, 0, &cause);
	return cutter->pattern != NULL ||
	       migration_error_at(error, source, offset, "write another one, or quote its special characters by \"\\\"",
	                          "Liquibase takes the delimiter \"%s\" for a regular expression, and it is none",
	                          cutter->delimiter);
}

MigrationScript *
liquibase_script_new(Source *source, gsize offset, const MigrationMappedText *text, const LiquibaseCutting *cutting,
                     gssize *ret_inside, GError **error)
{
	Cutter cutter = { .text = text->text->str,
		          .delimiter = cutting->delimiter != NULL && *cutting->delimiter != '\0' ? cutting->delimiter
		                                                                                 : NULL };
	g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	MigrationMappedText *result = migration_mapped_text_new();
	const Token *previous = NULL;
	gsize begin = 0;

	if (!compile(&cutter, source, offset, error)) {
		migration_mapped_text_free(result);
		return NULL;
	}
	cutter.tokens = tokenize(cutter.text, cutting->strip_comments);
	if (cutter.delimiter != NULL)
		merge_delimiters(&cutter);
	for (guint i = 0; i < cutter.tokens->len; i++) {
		const Token *token = &g_array_index(cutter.tokens, Token, i);
		count_blocks(&cutter, i);
		if (cutter.depth == 0 && cutting->split && is_delimiter(&cutter, token, previous)) {
			store(cuts, result, begin);
			begin = result->text->len;
		} else {
			liquibase_append(result, text, token->start, token->end);
		}
		previous = token;
	}
	store(cuts, result, begin);
	*ret_inside = cutting->split ? find_cut_string(result, cuts) : -1;
	g_array_unref(cutter.tokens);
	g_clear_pointer(&cutter.pattern, g_regex_unref);
	return migration_script_new_cut(source, result, cuts);
}
