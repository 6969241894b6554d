/* Statements as Liquibase cuts them: by words, without any notion of dollar quotes. */
#include "migration/format/liquibase/liquibase.h"

#include "migration/text/splitter.h"

#include <string.h>

typedef struct {
	gsize start;
	gsize end;
	bool comment;
} Token;

/* --- Words ------------------------------------------------------------------ */

static bool
liquibase_split_is_space(gunichar character)
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
liquibase_split_skip_spaces(const char *text)
{
	while (liquibase_split_is_space(g_utf8_get_char(text)))
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
liquibase_split_longer(const char *one, const char *other)
{
	return other != NULL && (one == NULL || other > one) ? other : one;
}

/* Names with dots between them, which may have blanks around them. */
static const char *
skip_names(const char *text)
{
	const char *end = liquibase_split_longer(skip_name(text), skip_quoted_name(text));

	while (end != NULL) {
		const char *dot = end + strspn(end, "\r\n ");
		if (*dot != '.')
			return end;
		dot++;
		dot += strspn(dot, "\r\n ");
		const char *next = liquibase_split_longer(skip_name(dot), skip_quoted_name(dot));
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
liquibase_split_skip_comment(const char *text)
{
	if (strncmp(text, "--", 2) == 0)
		return text + strcspn(text, "\r\n");
	if (strncmp(text, "/*", 2) != 0)
		return NULL;
	const char *end = strstr(text + 2, "*/");
	return end != NULL ? end + 2 : NULL;
}

static GArray *
liquibase_split_tokenize(const char *text, bool strip_comments)
{
	GArray *tokens = g_array_new(FALSE, FALSE, sizeof(Token));

	for (const char *here = text; *here != '\0';) {
		const char *end = liquibase_split_skip_comment(here);
		bool comment = end != NULL;
		if (!comment && liquibase_split_is_space(g_utf8_get_char(here)))
			end = liquibase_split_skip_spaces(here);
		if (end == NULL)
			end = liquibase_split_longer(liquibase_split_longer(skip_number(here), skip_names(here)),
			                             skip_literal(here));
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
		if (!liquibase_split_is_space(g_utf8_get_char(cutter->text + other->start)))
			next = other;
	}
	if (token_is_one_of(cutter, next, transactions))
		return;
	if (token_is(cutter, token, "begin") && !token_is_one_of(cutter, next, others))
		cutter->depth++;
	else if (token_is(cutter, token, "end") && cutter->depth > 0)
		cutter->depth--;
}

/* --- Pieces ------------------------------------------------------------------ */

/* A statement without the white space around it. */
static void
liquibase_split_store(GPtrArray *pieces, MigrationMappedText *piece)
{
	const char *text = piece->text->str;
	gsize start = 0;
	gsize end = piece->text->len;

	while (start < end && g_ascii_isspace(text[start]))
		start++;
	while (end > start && g_ascii_isspace(text[end - 1]))
		end--;
	if (end > start) {
		MigrationMappedText *trimmed = migration_mapped_text_new();
		liquibase_append(trimmed, piece, start, end);
		g_ptr_array_add(pieces, trimmed);
	}
	migration_mapped_text_free(piece);
}

static bool
liquibase_split_compile(Cutter *cutter, const LiquibaseChange *change, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (cutter->delimiter == NULL || strlen(cutter->delimiter) < 2)
		return true;
	g_autofree char *lower = g_utf8_strdown(cutter->delimiter, -1);
	g_autofree char *pattern = g_strdup_printf("\\A[\\s\\n\\r]*%s\\z", lower);
	cutter->pattern = g_regex_new(pattern, 0, 0, &cause);
	return cutter->pattern != NULL ||
	       migration_error_at(error, change->source, change->offset,
	                          "write another one, or quote its special characters by \"\\\"",
	                          "Liquibase takes the delimiter \"%s\" for a regular expression, and it is none",
	                          cutter->delimiter);
}

/* Adds the text's statements to the pieces, of MigrationMappedText *. */
static bool
liquibase_split_cut(const LiquibaseChange *change, const MigrationMappedText *text, const LiquibaseCutting *cutting,
                    GPtrArray *pieces, GError **error)
{
	Cutter cutter = { .text = text->text->str };
	const Token *previous = NULL;
	MigrationMappedText *piece = NULL;

	if (cutting->delimiter != NULL && *cutting->delimiter != '\0')
		cutter.delimiter = cutting->delimiter;
	if (!liquibase_split_compile(&cutter, change, error))
		return false;
	cutter.tokens = liquibase_split_tokenize(cutter.text, cutting->strip_comments);
	if (cutter.delimiter != NULL)
		merge_delimiters(&cutter);
	piece = migration_mapped_text_new();
	for (guint i = 0; i < cutter.tokens->len; i++) {
		const Token *token = &g_array_index(cutter.tokens, Token, i);
		count_blocks(&cutter, i);
		if (cutter.depth == 0 && cutting->split && is_delimiter(&cutter, token, previous)) {
			liquibase_split_store(pieces, piece);
			piece = migration_mapped_text_new();
		} else {
			liquibase_append(piece, text, token->start, token->end);
		}
		previous = token;
	}
	liquibase_split_store(pieces, piece);
	g_array_unref(cutter.tokens);
	g_clear_pointer(&cutter.pattern, g_regex_unref);
	return true;
}

static GPtrArray *
cut_change(const LiquibaseChange *change, GError **error)
{
	static char semicolon[] = ";";
	static const LiquibaseCutting first = { .split = true, .strip_comments = true, .delimiter = semicolon };
	static const LiquibaseCutting second = { .split = true };
	g_autoptr(GPtrArray) pieces = g_ptr_array_new_with_free_func((GDestroyNotify)migration_mapped_text_free);

	if (!change->cutting.twice)
		return liquibase_split_cut(change, change->text, &change->cutting, pieces, error)
		           ? g_steal_pointer(&pieces)
		           : NULL;
	g_autoptr(GPtrArray) wholes = g_ptr_array_new_with_free_func((GDestroyNotify)migration_mapped_text_free);
	if (!liquibase_split_cut(change, change->text, &first, wholes, error))
		return NULL;
	for (guint i = 0; i < wholes->len; i++)
		if (!liquibase_split_cut(change, g_ptr_array_index(wholes, i), &second, pieces, error))
			return NULL;
	return g_steal_pointer(&pieces);
}

/* The place where a piece ends within a string or a dollar quote, or NULL. */
static char *
find_cut_string(const LiquibaseChange *change, const GPtrArray *pieces)
{
	const Source *source = change->file != NULL ? change->file : change->source;

	for (guint i = 0; i + 1 < pieces->len; i++) {
		const MigrationMappedText *piece = g_ptr_array_index(pieces, i);
		MigrationSplitProblem problem;
		g_autoptr(GArray) statements = migration_split(piece->text->str, piece->text->len, &problem);
		if (statements == NULL)
			return base_position_format(base_source_position(
			    source, migration_mapped_text_source_offset(piece, piece->text->len - 1)));
	}
	return NULL;
}

/* --- Scripts ----------------------------------------------------------------- */

/* The offset of each file's text in the joined text. */
typedef struct {
	GPtrArray *sources; /* of Source *, each once */
	Source *joined;
	gsize *starts;
} Sources;

static void
liquibase_split_join(Sources *sources, const LiquibaseChangeset *changeset, const GPtrArray *changes)
{
	sources->sources = g_ptr_array_new();
	for (guint i = 0; i < changes->len; i++) {
		const LiquibaseChange *change = g_ptr_array_index(changes, i);
		Source *source = change->file != NULL ? change->file : change->source;
		if (change->text != NULL && !g_ptr_array_find(sources->sources, source, NULL))
			g_ptr_array_add(sources->sources, source);
	}
	if (sources->sources->len == 0)
		g_ptr_array_add(sources->sources, changeset->source);
	if (sources->sources->len == 1) {
		sources->joined = base_source_ref(g_ptr_array_index(sources->sources, 0));
		sources->starts = g_new0(gsize, 1);
	} else {
		sources->joined = base_source_join((Source *const *)sources->sources->pdata, sources->sources->len,
		                                   &sources->starts);
	}
}

static void
liquibase_split_release(Sources *sources)
{
	base_source_unref(sources->joined);
	g_ptr_array_unref(sources->sources);
	g_free(sources->starts);
}

static bool
liquibase_split_add_change(const Sources *sources, const LiquibaseChange *change, MigrationMappedText *text,
                           GArray *cuts, char **inside, GError **error)
{
	Source *source = change->file != NULL ? change->file : change->source;
	guint at = 0;

	if (change->text == NULL || !change->for_us)
		return true;
	g_autoptr(GPtrArray) pieces = cut_change(change, error);
	if (pieces == NULL)
		return false;
	if (*inside == NULL && (change->cutting.split || change->cutting.twice))
		*inside = find_cut_string(change, pieces);
	g_ptr_array_find(sources->sources, source, &at);
	for (guint i = 0; i < pieces->len; i++) {
		const MigrationMappedText *piece = g_ptr_array_index(pieces, i);
		MigrationCut cut = { .start = text->text->len, .end = text->text->len + piece->text->len };
		liquibase_append_shifted(text, piece, 0, piece->text->len, sources->starts[at]);
		g_array_append_val(cuts, cut);
	}
	return true;
}

MigrationScript *
liquibase_script_new(const LiquibaseChangeset *changeset, const GPtrArray *changes, char **ret_inside, GError **error)
{
	g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));
	g_autoptr(MigrationMappedText) text = migration_mapped_text_new();
	g_autofree char *inside = NULL;
	MigrationScript *script = NULL;
	Sources sources = { 0 };
	bool done = true;

	liquibase_split_join(&sources, changeset, changes);
	for (guint i = 0; done && i < changes->len; i++)
		done = liquibase_split_add_change(&sources, g_ptr_array_index(changes, i), text, cuts, &inside, error);
	if (done) {
		/* A changeset without statements needs a position, too. */
		if (cuts->len == 0)
			migration_mapped_text_append_replacement(text, " ", changeset->offset);
		script = migration_script_new_cut(cuts->len > 0 ? sources.joined : changeset->source,
		                                  g_steal_pointer(&text), cuts);
		*ret_inside = g_steal_pointer(&inside);
	}
	liquibase_split_release(&sources);
	return script;
}
