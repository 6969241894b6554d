#include "migration/text/change.h"

#include <string.h>

void
migration_change_free(MigrationChange *change)
{
	if (change == NULL)
		return;
	migration_table_name_clear(&change->table);
	g_free(change->target);
	g_free(change->alias);
	g_ptr_array_unref(change->columns);
	g_ptr_array_unref(change->values);
	g_free(change->from);
	g_free(change->condition);
	g_free(change->query);
	g_free(change);
}

/* The text of the tokens, NULL without any. */
static char *
change_text(const MigrationReader *reader, guint from, guint to)
{
	if (from >= to)
		return NULL;
	gsize start = migration_reader_token(reader, from)->start;
	return g_strndup(reader->sql + start, migration_reader_token(reader, to - 1)->end - start);
}

/* --- Parts ------------------------------------------------------------------------------- */

/* "ONLY s.t * AS a", up to one of the words that can follow. */
static bool
change_take_target(MigrationReader *reader, MigrationChange *change, const char *const *next)
{
	guint from = reader->at;

	migration_reader_take_word(reader, "ONLY");
	if (!migration_reader_take_table(reader, &change->table))
		return false;
	if (migration_reader_is_symbol(reader, reader->at, '*'))
		reader->at++;
	if (migration_reader_take_word(reader, "AS") ||
	    (reader->at < reader->tokens->len && !migration_reader_is_any(reader, reader->at, next) &&
	     !migration_reader_is_symbol(reader, reader->at, '('))) {
		change->alias = migration_reader_name(reader, reader->at++);
		if (change->alias == NULL)
			return false;
	} else {
		change->alias = g_strdup(change->table.name);
	}
	change->target = change_text(reader, from, reader->at);
	return true;
}

/* FROM or USING, and WHERE, each of them as far as it is there. "IS DISTINCT FROM" is none. */
static bool
change_take_clauses(MigrationReader *reader, MigrationChange *change, const char *list)
{
	static const char *const ends[] = { "RETURNING", NULL };
	static const char *const where[] = { "WHERE", "RETURNING", NULL };
	guint end = migration_reader_find(reader, reader->at, ends, false);

	if (migration_reader_take_word(reader, list)) {
		guint to = MIN(migration_reader_find(reader, reader->at, where, false), end);
		change->from = change_text(reader, reader->at, to);
		reader->at = to;
	}
	if (migration_reader_take_word(reader, "WHERE")) {
		change->condition = change_text(reader, reader->at, end);
		reader->at = end;
	}
	return reader->at == end &&
	       (change->condition == NULL || g_ascii_strncasecmp(change->condition, "CURRENT OF", 10) != 0);
}

/* "a = expression, b = DEFAULT"; an array's element, a field or a row is refused. */
static bool
change_take_assignments(MigrationReader *reader, MigrationChange *change)
{
	static const char *const ends[] = { "FROM", "WHERE", "RETURNING", NULL };

	for (;;) {
		char *name = migration_reader_name(reader, reader->at);
		if (name == NULL)
			return false;
		g_ptr_array_add(change->columns, name);
		if (!migration_reader_is_symbol(reader, ++reader->at, '='))
			return false;
		guint from = ++reader->at;
		guint to = migration_reader_find(reader, from, ends, true);
		while (migration_reader_is_word(reader, to, "FROM") &&
		       migration_reader_is_word(reader, to - 1, "DISTINCT"))
			to = migration_reader_find(reader, to + 1, ends, true);
		bool usual = to == from + 1 && migration_reader_is_word(reader, from, "DEFAULT");
		g_ptr_array_add(change->values, usual ? NULL : change_text(reader, from, to));
		reader->at = to;
		if (to == from || !migration_reader_is_symbol(reader, to, ','))
			return to > from;
		reader->at++;
	}
}

static bool
change_take_query(MigrationReader *reader, MigrationChange *change)
{
	static const char *const ends[] = { "ON", "RETURNING", NULL };
	static const char *const overriding[] = { "SYSTEM", "USER", NULL };

	if (migration_reader_is_symbol(reader, reader->at, '(') &&
	    !migration_reader_is_word(reader, reader->at + 1, "SELECT") &&
	    !migration_reader_take_columns(reader, change->columns))
		return false;
	if (migration_reader_take_word(reader, "OVERRIDING") && migration_reader_is_any(reader, reader->at, overriding))
		reader->at += 2;
	guint to = migration_reader_find(reader, reader->at, ends, false);
	while (migration_reader_is_word(reader, to, "ON") && !migration_reader_is_word(reader, to + 1, "CONFLICT"))
		to = migration_reader_find(reader, to + 1, ends, false);
	change->conflict = migration_reader_is_word(reader, to, "ON");
	if (!migration_reader_is_word(reader, reader->at, "DEFAULT"))
		change->query = change_text(reader, reader->at, to);
	return to > reader->at;
}

/* --- One statement ----------------------------------------------------------------------- */

static bool
change_take(MigrationReader *reader, MigrationChange *change)
{
	static const char *const set[] = { "SET", NULL };
	static const char *const clauses[] = { "USING", "WHERE", "RETURNING", NULL };
	static const char *const rows[] = { "OVERRIDING", "DEFAULT", "VALUES", "SELECT", "WITH", "TABLE", NULL };

	if (migration_reader_take_word(reader, "UPDATE")) {
		change->kind = MIGRATION_CHANGE_UPDATE;
		return change_take_target(reader, change, set) && migration_reader_take_word(reader, "SET") &&
		       change_take_assignments(reader, change) && change_take_clauses(reader, change, "FROM");
	}
	if (migration_reader_take_word(reader, "DELETE")) {
		change->kind = MIGRATION_CHANGE_DELETE;
		return migration_reader_take_word(reader, "FROM") && change_take_target(reader, change, clauses) &&
		       change_take_clauses(reader, change, "USING");
	}
	change->kind = MIGRATION_CHANGE_INSERT;
	return migration_reader_take_word(reader, "INSERT") && migration_reader_take_word(reader, "INTO") &&
	       change_take_target(reader, change, rows) && change_take_query(reader, change);
}

MigrationChange *
migration_change_parse(const char *sql)
{
	g_autoptr(MigrationChange) change = g_new0(MigrationChange, 1);
	g_auto(MigrationReader) reader = { 0 };

	change->columns = g_ptr_array_new_with_free_func(g_free);
	change->values = g_ptr_array_new_with_free_func(g_free);
	return migration_reader_begin(&reader, sql) && change_take(&reader, change) ? g_steal_pointer(&change) : NULL;
}

/* --- Within a text ------------------------------------------------------------------------- */

typedef struct {
	GPtrArray *found;
	bool complex;
} ChangeSearch;

/* FOR UPDATE, ON DELETE, DO UPDATE, BEFORE UPDATE, and the GRANT of it are no statements. */
static bool
change_begins(const char *sql, const MigrationToken *before, const MigrationToken *token, const MigrationToken *next)
{
	static const char *const others[] = { "FOR", "ON",  "DO",    "BEFORE", "AFTER", "OR",
		                              "OF",  "KEY", "GRANT", "REVOKE", NULL };

	for (guint i = 0; before != NULL && others[i] != NULL; i++)
		if (migration_token_is(sql, before, others[i]))
			return false;
	if (before != NULL && migration_token_is_symbol(sql, before, ','))
		return false;
	return migration_token_is(sql, token, "UPDATE") ||
	       (migration_token_is(sql, token, "DELETE") && next != NULL && migration_token_is(sql, next, "FROM"));
}

/* The text between the quotes, of one kind or the other. */
static char *
change_unquote(const char *text)
{
	const char *start = text[0] == '$' ? strchr(text + 1, '$') : strchr(text, '\'');
	const char *end = start != NULL ? strrchr(text, text[0] == '$' ? '$' : '\'') : NULL;

	if (text[0] == '$')
		while (end != NULL && end > start && end[-1] != '$')
			end--;
	return end != NULL && end > start + 1 ? g_strndup(start + 1, (gsize)(end - start) - 1) : g_strdup("");
}

static void change_search(ChangeSearch *search, const char *sql);

/* Bodies are strings, with statements in them. Others are looked at, too: EXECUTE runs them. */
static void
change_search_string(ChangeSearch *search, const char *sql, const MigrationToken *token)
{
	g_autofree char *text = g_strndup(sql + token->start, token->end - token->start);
	g_autofree char *body = change_unquote(text);

	if (text[0] == '$')
		change_search(search, body);
	else if (g_regex_match_simple("\\b(update\\b.*\\bset|delete\\s+from|merge\\s+into)\\b", body,
	                              G_REGEX_CASELESS | G_REGEX_RAW | G_REGEX_DOTALL, 0))
		search->complex = true;
}

static void
change_search(ChangeSearch *search, const char *sql)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken tokens[3]; /* the one before, this one, the next one */
	guint n = 0;
	bool more = true;
	const char *problem = NULL;

	while (more || n > 0) {
		MigrationToken token;
		more = more && migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END;
		if (n > 0) {
			const MigrationToken *this = &tokens[1];
			if (this->type == MIGRATION_TOKEN_STRING)
				change_search_string(search, sql, this);
			else if (migration_token_is(sql, this, "MERGE") && more &&
			         migration_token_is(sql, &token, "INTO"))
				search->complex = true;
			else if (change_begins(sql, n > 1 ? &tokens[0] : NULL, this, more ? &token : NULL)) {
				MigrationChange *change = migration_change_parse(sql + this->start);
				if (change != NULL)
					g_ptr_array_add(search->found, change);
				else
					search->complex = true;
			}
		}
		if (!more)
			break;
		tokens[0] = tokens[1];
		tokens[1] = token;
		n = MIN(n + 1, 2);
	}
	search->complex = search->complex || problem != NULL;
}

GPtrArray *
migration_change_find_within(const char *sql, bool *ret_complex)
{
	ChangeSearch search = { .found = g_ptr_array_new_with_free_func((GDestroyNotify)migration_change_free) };

	change_search(&search, sql);
	*ret_complex = search.complex;
	return search.found;
}

/* --- Expressions ---------------------------------------------------------------------------- */

bool
migration_change_is_safe(const char *expression)
{
	static const char *const functions[] = { "LOWER",    "UPPER",
		                                 "TRIM",     "BTRIM",
		                                 "LTRIM",    "RTRIM",
		                                 "COALESCE", "NOW",
		                                 "CONCAT",   "REPLACE",
		                                 "MD5",      "LENGTH",
		                                 "NULLIF",   "GREATEST",
		                                 "LEAST",    "GEN_RANDOM_UUID",
		                                 "RANDOM",   "CLOCK_TIMESTAMP",
		                                 "NEXTVAL",  "IN",
		                                 "AND",      "OR",
		                                 "NOT",      "THEN",
		                                 "WHEN",     "ELSE",
		                                 "EXISTS",   "WHERE",
		                                 NULL };
	static const char *const refused[] = { "CAST", "SELECT", "OPERATOR", "COLLATE", NULL };
	g_auto(MigrationReader) reader = { 0 };

	if (!migration_reader_begin(&reader, expression))
		return false;
	for (guint i = 0; i < reader.tokens->len; i++) {
		const MigrationToken *token = migration_reader_token(&reader, i);
		bool called = migration_reader_is_symbol(&reader, i + 1, '(');
		if (migration_reader_is_any(&reader, i, refused))
			return false;
		if ((token->type == MIGRATION_TOKEN_WORD || token->type == MIGRATION_TOKEN_QUOTED) && called &&
		    !migration_reader_is_any(&reader, i, functions))
			return false;
		if (migration_reader_is_symbol(&reader, i, ':') && migration_reader_is_symbol(&reader, i + 1, ':') &&
		    migration_reader_is_word(&reader, i + 2, "TEXT")) {
			i += 2;
			continue;
		}
		if (token->type == MIGRATION_TOKEN_SYMBOL && strchr("=<>!|().,", expression[token->start]) == NULL)
			return false;
	}
	return true;
}
