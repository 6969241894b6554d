#include "migration/text/statement.h"

#include "migration/text/script.h"

#include <string.h>

/* Enough for "ALTER TABLE IF EXISTS ONLY a.b.c DETACH PARTITION d.e.f CONCURRENTLY" and for options in parentheses. */
#define MAX_TOKENS 64

typedef struct {
	const char *sql;
	MigrationToken tokens[MAX_TOKENS];
	guint count;
} Head;

static void
text_statement_read_head(const char *sql, Head *head)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	const char *problem;

	head->sql = sql;
	head->count = 0;
	while (head->count < MAX_TOKENS) {
		MigrationToken *token = &head->tokens[head->count];
		if (!migration_lexer_next(&lexer, token, &problem) || token->type == MIGRATION_TOKEN_END)
			return;
		head->count++;
	}
}

static bool
word_at(const Head *head, guint i, const char *word)
{
	return i < head->count && migration_token_is(head->sql, &head->tokens[i], word);
}

static bool
symbol_at(const Head *head, guint i, char symbol)
{
	return i < head->count && migration_token_is_symbol(head->sql, &head->tokens[i], symbol);
}

static bool
text_statement_has_word(const Head *head, guint from, const char *word)
{
	for (guint i = from; i < head->count; i++)
		if (word_at(head, i, word))
			return true;
	return false;
}

/* The token after the parentheses that open at i; i when none do. */
static guint
after_parentheses(const Head *head, guint i)
{
	guint depth = 0;

	if (!symbol_at(head, i, '('))
		return i;
	for (; i < head->count; i++) {
		if (symbol_at(head, i, '('))
			depth++;
		else if (symbol_at(head, i, ')') && --depth == 0)
			return i + 1;
	}
	return i;
}

/* "name", "name =" or "name TO" followed by a word that means no. */
static bool
option_is_off(const Head *head, const char *option)
{
	for (guint i = 0; i < head->count; i++) {
		if (!word_at(head, i, option))
			continue;
		guint value = i + 1 + symbol_at(head, i + 1, '=');
		if (word_at(head, value, "false") || word_at(head, value, "off") ||
		    (value < head->count && g_str_has_prefix(head->sql + head->tokens[value].start, "0")))
			return true;
	}
	return false;
}

static bool
option_is_on(const Head *head, const char *option)
{
	return text_statement_has_word(head, 1, option) && !option_is_off(head, option);
}

/* --- Statements that the server refuses inside a transaction block ------- */

static bool
create_refuses(const Head *head)
{
	guint object = 1 + word_at(head, 1, "UNIQUE");

	if (word_at(head, object, "INDEX"))
		return word_at(head, object + 1, "CONCURRENTLY");
	/* The replication slot on the publisher cannot be rolled back. */
	if (word_at(head, 1, "SUBSCRIPTION"))
		return !option_is_off(head, "connect") && !option_is_off(head, "create_slot");
	return word_at(head, 1, "DATABASE") || word_at(head, 1, "TABLESPACE");
}

static bool
drop_refuses(const Head *head)
{
	if (word_at(head, 1, "INDEX"))
		return word_at(head, 2, "CONCURRENTLY");
	return word_at(head, 1, "DATABASE") || word_at(head, 1, "TABLESPACE") || word_at(head, 1, "SUBSCRIPTION");
}

static bool
alter_refuses(const Head *head)
{
	if (word_at(head, 1, "TABLE"))
		return text_statement_has_word(head, 2, "DETACH") && word_at(head, head->count - 1, "CONCURRENTLY");
	if (word_at(head, 1, "DATABASE"))
		return word_at(head, 3, "SET") && word_at(head, 4, "TABLESPACE");
	if (word_at(head, 1, "SUBSCRIPTION")) {
		if (word_at(head, 3, "REFRESH"))
			return true;
		return word_at(head, 4, "PUBLICATION") && !option_is_off(head, "refresh");
	}
	return word_at(head, 1, "SYSTEM");
}

static bool
reindex_refuses(const Head *head)
{
	guint object = after_parentheses(head, 1);

	if (word_at(head, object, "DATABASE") || word_at(head, object, "SYSTEM") || word_at(head, object, "SCHEMA"))
		return true;
	return word_at(head, object + 1, "CONCURRENTLY") || (object > 1 && option_is_on(head, "CONCURRENTLY"));
}

/* CLUSTER without a table does all tables, each in a transaction of its own. */
static bool
cluster_refuses(const Head *head)
{
	guint next = after_parentheses(head, 1);

	return next + word_at(head, next, "VERBOSE") >= head->count;
}

static bool
vacuum_refuses(const Head *head)
{
	(void)head;
	return true;
}

static bool
discard_refuses(const Head *head)
{
	return word_at(head, 1, "ALL");
}

static const struct {
	const char *word;
	bool (*refuses)(const Head *head);
} refusals[] = {
	{ "CREATE", create_refuses },   { "DROP", drop_refuses },       { "ALTER", alter_refuses },
	{ "REINDEX", reindex_refuses }, { "CLUSTER", cluster_refuses }, { "VACUUM", vacuum_refuses },
	{ "DISCARD", discard_refuses },
};

static bool
text_statement_refuses_transaction(const Head *head)
{
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		if (word_at(head, 0, refusals[i].word))
			return refusals[i].refuses(head);
	return false;
}

/* Savepoints do not count: they work inside a transaction of the caller. */
static bool
controls_transaction(const Head *head)
{
	if (word_at(head, 0, "ROLLBACK")) {
		guint next = 1 + (word_at(head, 1, "WORK") || word_at(head, 1, "TRANSACTION"));
		return !word_at(head, next, "TO");
	}
	return word_at(head, 0, "BEGIN") || word_at(head, 0, "COMMIT") || word_at(head, 0, "END") ||
	       word_at(head, 0, "ABORT") || (word_at(head, 0, "START") && word_at(head, 1, "TRANSACTION")) ||
	       (word_at(head, 0, "PREPARE") && word_at(head, 1, "TRANSACTION"));
}

guint
migration_statement_classify(const char *sql)
{
	Head head;
	guint flags = 0;

	text_statement_read_head(sql, &head);
	if (head.count == 0)
		return 0;
	if (text_statement_refuses_transaction(&head))
		flags |= MIGRATION_STATEMENT_NO_TRANSACTION;
	if (controls_transaction(&head))
		flags |= MIGRATION_STATEMENT_TRANSACTION_CONTROL;
	if (word_at(&head, 0, "CREATE") && word_at(&head, 1, "EXTENSION"))
		flags |= MIGRATION_STATEMENT_CREATE_EXTENSION;
	return flags;
}

char *
migration_statement_extension(const char *sql)
{
	Head head;

	text_statement_read_head(sql, &head);
	if (!word_at(&head, 0, "CREATE") || !word_at(&head, 1, "EXTENSION"))
		return NULL;
	guint name = word_at(&head, 2, "IF") && word_at(&head, 3, "NOT") && word_at(&head, 4, "EXISTS") ? 5 : 2;
	return name < head.count ? migration_token_name(sql, &head.tokens[name]) : NULL;
}

char *
migration_statement_key_words(const char *sql, guint count)
{
	Head head;
	GString *words = g_string_new(NULL);
	guint depth = 0;

	text_statement_read_head(sql, &head);
	for (guint i = 0; i < head.count && count > 0; i++) {
		const MigrationToken *token = &head.tokens[i];
		if (symbol_at(&head, i, '(')) {
			depth++;
		} else if (symbol_at(&head, i, ')') && depth > 0) {
			depth--;
		} else if (token->type == MIGRATION_TOKEN_WORD && depth == 0) {
			g_autofree char *word = g_ascii_strup(sql + token->start, (gssize)(token->end - token->start));
			if (words->len > 0)
				g_string_append_c(words, ' ');
			g_string_append(words, word);
			count--;
		}
	}
	return g_string_free(words, FALSE);
}
