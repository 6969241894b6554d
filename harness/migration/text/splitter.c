#include "migration/text/splitter.h"

#include "migration/text/lexer.h"

#include <string.h>

/* How far into a statement its kind can be known: CREATE OR REPLACE FUNCTION. */
#define HEAD_TOKENS 4

typedef struct {
	MigrationLexer lexer;
	GArray *pieces;
	GArray *commands; /* of psql; NULL: not allowed */
	MigrationSplitProblem *problem;

	/* The statement that is being read. */
	guint tokens;
	bool copy;            /* it begins with COPY */
	bool copy_in;         /* ... FROM STDIN was seen */
	bool routine;         /* it is CREATE FUNCTION or CREATE PROCEDURE */
	guint parentheses;    /* open ones */
	guint blocks;         /* open BEGIN ATOMIC and CASE */
	MigrationPiece piece; /* so far */
	MigrationToken previous;
} Splitter;

static bool
splitter_fail(Splitter *splitter, gsize offset, const char *message, const char *hint)
{
	*splitter->problem = (MigrationSplitProblem){ .offset = offset, .message = message, .hint = hint };
	return false;
}

static void
reset_statement(Splitter *splitter)
{
	splitter->tokens = 0;
	splitter->copy = false;
	splitter->copy_in = false;
	splitter->routine = false;
	splitter->parentheses = 0;
	splitter->blocks = 0;
	splitter->piece = (MigrationPiece){ 0 };
	splitter->previous = (MigrationToken){ 0 };
}

static bool
is_previous(const Splitter *splitter, const char *word)
{
	return migration_token_is(splitter->lexer.text, &splitter->previous, word);
}

/* Looks at the first words, which decide what the statement may contain. */
static void
note_head(Splitter *splitter, const MigrationToken *token)
{
	const char *text = splitter->lexer.text;

	if (splitter->tokens == 0) {
		splitter->copy = migration_token_is(text, token, "COPY");
		splitter->routine = migration_token_is(text, token, "CREATE");
		return;
	}
	if (!splitter->routine || splitter->tokens >= HEAD_TOKENS)
		return;
	if (migration_token_is(text, token, "FUNCTION") || migration_token_is(text, token, "PROCEDURE"))
		splitter->tokens = HEAD_TOKENS;
	else if (!migration_token_is(text, token, "OR") && !migration_token_is(text, token, "REPLACE"))
		splitter->routine = false;
}

/* A body in BEGIN ATOMIC ... END holds semicolons, and CASE ... END inside of it has an END of its own. A word after
 * AS or a dot is a name, whatever it says. */
static void
note_block(Splitter *splitter, const MigrationToken *token)
{
	const char *text = splitter->lexer.text;

	if (!splitter->routine || splitter->tokens < HEAD_TOKENS || splitter->parentheses > 0 ||
	    migration_token_is_symbol(text, &splitter->previous, '.'))
		return;
	if (splitter->blocks == 0) {
		if (migration_token_is(text, token, "ATOMIC") && is_previous(splitter, "BEGIN"))
			splitter->blocks = 1;
	} else if (is_previous(splitter, "AS")) {
		return;
	} else if (migration_token_is(text, token, "CASE")) {
		splitter->blocks++;
	} else if (migration_token_is(text, token, "END")) {
		splitter->blocks--;
	}
}

static void
add_token(Splitter *splitter, const MigrationToken *token)
{
	const char *text = splitter->lexer.text;

	if (splitter->tokens == 0)
		splitter->piece.start = token->start;
	splitter->piece.end = token->end;
	note_head(splitter, token);
	note_block(splitter, token);
	if (migration_token_is_symbol(text, token, '('))
		splitter->parentheses++;
	else if (migration_token_is_symbol(text, token, ')') && splitter->parentheses > 0)
		splitter->parentheses--;
	if (splitter->copy && splitter->parentheses == 0 && is_previous(splitter, "FROM") &&
	    migration_token_is(text, token, "STDIN"))
		splitter->copy_in = true;
	splitter->previous = *token;
	splitter->tokens++;
}

/* The end of the line of the offset, and the start of the next one. */
static gsize
end_of_line(const MigrationLexer *lexer, gsize offset, gsize *ret_next)
{
	const char *end = memchr(lexer->text + offset, '\n', lexer->length - offset);
	gsize stop = end != NULL ? (gsize)(end - lexer->text) : lexer->length;

	*ret_next = end != NULL ? stop + 1 : lexer->length;
	while (stop > offset && lexer->text[stop - 1] == '\r')
		stop--;
	return stop;
}

/* As psql does, the data begins on the line below the semicolon. */
static bool
take_data(Splitter *splitter)
{
	MigrationLexer *lexer = &splitter->lexer;
	gsize next;
	gsize stop = end_of_line(lexer, lexer->position, &next);
	MigrationLexer rest = { .text = lexer->text, .length = stop, .position = lexer->position };
	MigrationToken token;
	const char *problem;

	if (!migration_lexer_next(&rest, &token, &problem) || token.type != MIGRATION_TOKEN_END)
		return splitter_fail(splitter, token.start, "there is text between COPY ... FROM STDIN and its data",
		                     "begin the data on the line below the semicolon");
	splitter->piece.has_data = true;
	splitter->piece.data_start = next;
	for (gsize line = next; line < lexer->length; line = next) {
		stop = end_of_line(lexer, line, &next);
		if (stop - line == 2 && memcmp(lexer->text + line, "\\.", 2) == 0) {
			splitter->piece.data_end = line;
			lexer->position = next;
			return true;
		}
	}
	splitter->piece.data_end = lexer->length;
	lexer->position = lexer->length;
	return true;
}

static bool
end_statement(Splitter *splitter)
{
	if (splitter->tokens > 0) {
		if (splitter->copy_in && !take_data(splitter))
			return false;
		g_array_append_val(splitter->pieces, splitter->piece);
	}
	reset_statement(splitter);
	return true;
}

static bool
is_first_of_line(const char *text, gsize offset)
{
	while (offset > 0 && (text[offset - 1] == ' ' || text[offset - 1] == '\t'))
		offset--;
	return offset == 0 || text[offset - 1] == '\n' || text[offset - 1] == '\r';
}

static const char *
splitter_hint_for(const char *problem)
{
	if (g_str_has_suffix(problem, "comment"))
		return "comments nest in PostgreSQL: every \"/*\" needs its own \"*/\"";
	if (g_str_has_suffix(problem, "identifier"))
		return "close it with '\"', or write a double quote inside of it twice";
	if (g_str_has_suffix(problem, "dollar-quoted string"))
		return "close it with the same tag that opens it";
	return "close it with \"'\", or write a quote inside of it twice";
}

/* To the end of its line, whatever is in it. */
static bool
splitter_take_command(Splitter *splitter, gsize start)
{
	MigrationPiece command = { .start = start };
	gsize next;

	if (splitter->tokens > 0)
		return splitter_fail(splitter, start, "a psql command stands inside of a statement",
		                     "end the statement with a semicolon before it");
	command.end = end_of_line(&splitter->lexer, start, &next);
	g_array_append_val(splitter->commands, command);
	splitter->lexer.position = next;
	return true;
}

static bool
splitter_split(Splitter *splitter)
{
	const char *text = splitter->lexer.text;
	MigrationToken token;
	const char *problem = NULL;

	for (;;) {
		if (!migration_lexer_next(&splitter->lexer, &token, &problem))
			return splitter_fail(splitter, token.start, problem, splitter_hint_for(problem));
		if (token.type == MIGRATION_TOKEN_END)
			return end_statement(splitter);
		if (migration_token_is_symbol(text, &token, '\\') && splitter->commands != NULL) {
			if (!splitter_take_command(splitter, token.start))
				return false;
			continue;
		}
		if (migration_token_is_symbol(text, &token, '\\') && is_first_of_line(text, token.start))
			return splitter_fail(splitter, token.start,
			                     "psql commands do not work here: the text goes to the server",
			                     "take the line out, or write it in SQL");
		if (migration_token_is_symbol(text, &token, ';') && splitter->parentheses == 0 &&
		    splitter->blocks == 0) {
			if (!end_statement(splitter))
				return false;
		} else {
			add_token(splitter, &token);
		}
	}
}

GArray *
migration_split(const char *text, gsize length, MigrationSplitProblem *ret_problem)
{
	g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(MigrationPiece));
	Splitter splitter = { .lexer = { .text = text, .length = length }, .pieces = pieces, .problem = ret_problem };

	return splitter_split(&splitter) ? g_steal_pointer(&pieces) : NULL;
}

GArray *
migration_split_psql(const char *text, gsize length, GArray **ret_commands, MigrationSplitProblem *ret_problem)
{
	g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(MigrationPiece));
	g_autoptr(GArray) commands = g_array_new(FALSE, FALSE, sizeof(MigrationPiece));
	Splitter splitter = { .lexer = { .text = text, .length = length },
		              .pieces = pieces,
		              .commands = commands,
		              .problem = ret_problem };

	if (!splitter_split(&splitter))
		return NULL;
	*ret_commands = g_steal_pointer(&commands);
	return g_steal_pointer(&pieces);
}
