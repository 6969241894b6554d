#include "migration/text/script.h"

#include "base/error.h"
#include "migration/text/splitter.h"
#include "migration/text/statement.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct MigrationScript {
	Source *source;
	MigrationMappedText *text;
	GPtrArray *statements; /* of ScriptStatement * */
	GPtrArray *messages;   /* of ScriptMessage * */
	MigrationScope scope;
	bool records_after_commit;
};

typedef struct {
	MigrationStatement public; /* first member, because callers get pointers to it */
	gsize text_offset;
} ScriptStatement;

typedef struct {
	MigrationMessage public; /* first member, because callers get pointers to it */
	GPtrArray *statements;   /* owned by the script */
	ScriptStatement *whole;  /* where the text is not one of the script's statements; or NULL */
} ScriptMessage;

bool
migration_error_at(GError **error, const Source *source, gsize offset, const char *hint, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_autofree char *place = base_position_format(base_source_position(source, offset));
	g_autofree char *excerpt = base_source_excerpt(source, offset);
	return base_error_set(error, BASE_ERROR_INPUT, hint, "%s: %s\n%s", place, message, excerpt);
}

/* --- Sources ------------------------------------------------------------- */

bool
migration_source_check(const Source *source, GError **error)
{
	const char *text = base_source_text(source);
	gsize length = base_source_length(source);
	const char *end;

	if (g_utf8_validate_len(text, length, &end))
		return true;
	gsize offset = (gsize)(end - text);
	if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
		return base_error_set(error, BASE_ERROR_INPUT, "save the file as UTF-8", "\"%s\" is UTF-16 text",
		                      base_source_path(source));
	if (*end == '\0')
		return migration_error_at(error, source, offset, "take the NUL out; no SQL text can hold one",
		                          "the text holds a NUL byte");
	return migration_error_at(error, source, offset, "save the file as UTF-8",
	                          "the byte 0x%02x is not valid UTF-8 here", (guchar)*end);
}

Source *
migration_source_load(const char *path, GError **error)
{
	g_autoptr(Source) source = base_source_load(path, MIGRATION_MAX_FILE_BYTES, error);

	if (source == NULL || !migration_source_check(source, error))
		return NULL;
	if (!g_str_has_prefix(base_source_text(source), BYTE_ORDER_MARK))
		return g_steal_pointer(&source);
	return base_source_without(source, strlen(BYTE_ORDER_MARK));
}

bool
migration_source_has_byte_order_mark(const Source *source)
{
	return base_source_left_out(source) > 0 || g_str_has_prefix(base_source_text(source), BYTE_ORDER_MARK);
}

Source *
migration_source_load_exact(const char *path, const char *tool, GError **error)
{
	g_autoptr(Source) source = base_source_load(path, MIGRATION_MAX_FILE_BYTES, error);

	if (source == NULL || !migration_source_check(source, error))
		return NULL;
	if (!g_str_has_prefix(base_source_text(source), BYTE_ORDER_MARK))
		return g_steal_pointer(&source);
	migration_error_at(error, source, 0, "save the file without it",
	                   "the file begins with a byte order mark, which %s takes for text", tool);
	return NULL;
}

MigrationMappedText *
migration_source_text(const Source *source)
{
	const char *text = base_source_text(source);
	MigrationMappedText *mapped = migration_mapped_text_new();
	gsize start = g_str_has_prefix(text, BYTE_ORDER_MARK) ? strlen(BYTE_ORDER_MARK) : 0;

	migration_mapped_text_append(mapped, text + start, base_source_length(source) - start, start);
	return mapped;
}

/* --- Scripts ------------------------------------------------------------- */

static void
statement_free(gpointer data)
{
	ScriptStatement *statement = data;

	g_free(statement->public.sql);
	g_free(statement->public.extension);
	g_free(statement);
}

static void
message_free(gpointer data)
{
	ScriptMessage *message = data;

	g_ptr_array_unref(message->statements);
	if (message->whole != NULL)
		statement_free(message->whole);
	g_free(message);
}

static ScriptStatement *
statement_new(const MigrationMappedText *text, const MigrationPiece *piece)
{
	ScriptStatement *statement = g_new0(ScriptStatement, 1);

	statement->text_offset = piece->start;
	statement->public.sql = g_strndup(text->text->str + piece->start, piece->end - piece->start);
	statement->public.offset = migration_mapped_text_source_offset(text, piece->start);
	statement->public.flags = migration_statement_classify(statement->public.sql);
	if (piece->has_data) {
		statement->public.flags |= MIGRATION_STATEMENT_COPY_IN;
		statement->public.data = text->text->str + piece->data_start;
		statement->public.data_length = piece->data_end - piece->data_start;
	}
	if (statement->public.flags & MIGRATION_STATEMENT_CREATE_EXTENSION)
		statement->public.extension = migration_statement_extension(statement->public.sql);
	return statement;
}

static MigrationScript *
script_new(Source *source, MigrationMappedText *text)
{
	MigrationScript *script = g_new0(MigrationScript, 1);

	script->source = base_source_ref(source);
	script->text = text;
	script->statements = g_ptr_array_new_with_free_func(statement_free);
	script->messages = g_ptr_array_new_with_free_func(message_free);
	return script;
}

/* A message whose text is the whole of its only statement, or NULL for another one. */
static ScriptMessage *
add_message(MigrationScript *script, ScriptStatement *whole)
{
	ScriptMessage *message = g_new0(ScriptMessage, 1);

	message->statements = g_ptr_array_new();
	message->public.statements = message->statements;
	message->public.text = &whole->public;
	g_ptr_array_add(script->messages, message);
	return message;
}

static void
text_script_add_statement(MigrationScript *script, ScriptMessage *message, ScriptStatement *statement)
{
	g_ptr_array_add(script->statements, statement);
	g_ptr_array_add(message->statements, statement);
}

MigrationScript *
migration_script_new(Source *source, MigrationMappedText *text, GError **error)
{
	g_autoptr(MigrationScript) script = script_new(source, text);
	MigrationSplitProblem problem;

	g_autoptr(GArray) pieces = migration_split(text->text->str, text->text->len, &problem);
	if (pieces == NULL) {
		migration_error_at(error, source, migration_mapped_text_source_offset(text, problem.offset),
		                   problem.hint, "%s", problem.message);
		return NULL;
	}
	for (guint i = 0; i < pieces->len; i++) {
		ScriptStatement *statement = statement_new(text, &g_array_index(pieces, MigrationPiece, i));
		text_script_add_statement(script, add_message(script, statement), statement);
	}
	return g_steal_pointer(&script);
}

static bool
text_script_is_blank(const char *text, const MigrationCut *cut)
{
	for (gsize i = cut->start; i < cut->end; i++)
		if (!g_ascii_isspace(text[i]))
			return false;
	return true;
}

/* A message of a text that may hold any number of statements. */
static void
text_script_add_cut(MigrationScript *script, const MigrationCut *cut)
{
	const char *text = script->text->text->str + cut->start;
	const MigrationPiece all = { .start = cut->start, .end = cut->end };
	MigrationSplitProblem problem;
	ScriptStatement *whole = g_new0(ScriptStatement, 1);

	whole->text_offset = cut->start;
	whole->public.sql = g_strndup(text, cut->end - cut->start);
	whole->public.offset = migration_mapped_text_source_offset(script->text, cut->start);
	ScriptMessage *message = add_message(script, whole);
	message->whole = whole;
	g_autoptr(GArray) pieces = migration_split(text, cut->end - cut->start, &problem);
	for (guint i = 0; pieces != NULL && i < pieces->len; i++) {
		MigrationPiece piece = g_array_index(pieces, MigrationPiece, i);
		piece.start += cut->start;
		piece.end += cut->start;
		piece.data_start += cut->start;
		piece.data_end += cut->start;
		ScriptStatement *statement = statement_new(script->text, &piece);
		whole->public.flags |= statement->public.flags;
		text_script_add_statement(script, message, statement);
	}
	if (pieces == NULL)
		text_script_add_statement(script, message, statement_new(script->text, &all));
}

MigrationScript *
migration_script_new_cut(Source *source, MigrationMappedText *text, const GArray *cuts)
{
	MigrationScript *script = script_new(source, text);
	const MigrationCut all = { .start = 0, .end = text->text->len };

	for (guint i = 0; i < (cuts != NULL ? cuts->len : 1); i++) {
		const MigrationCut *cut = cuts != NULL ? &g_array_index(cuts, MigrationCut, i) : &all;
		if (!text_script_is_blank(text->text->str, cut))
			text_script_add_cut(script, cut);
	}
	return script;
}

void
migration_script_free(MigrationScript *script)
{
	if (script == NULL)
		return;
	base_source_unref(script->source);
	migration_mapped_text_free(script->text);
	g_ptr_array_unref(script->messages);
	g_ptr_array_unref(script->statements);
	g_free(script);
}

void
migration_script_set_scope(MigrationScript *script, MigrationScope scope)
{
	script->scope = scope;
}

void
migration_script_set_records_after_commit(MigrationScript *script)
{
	script->records_after_commit = true;
}

bool
migration_script_records_after_commit(const MigrationScript *script)
{
	return script->records_after_commit;
}

Source *
migration_script_source(const MigrationScript *script)
{
	return script->source;
}

SourcePosition
migration_script_position(const MigrationScript *script)
{
	gsize offset = migration_mapped_text_source_offset(script->text, 0);

	if (script->statements->len > 0)
		offset = ((const MigrationStatement *)g_ptr_array_index(script->statements, 0))->offset;
	return base_source_position(script->source, offset);
}

MigrationScope
migration_script_scope(const MigrationScript *script)
{
	return script->scope;
}

const GPtrArray *
migration_script_statements(const MigrationScript *script)
{
	return script->statements;
}

const GPtrArray *
migration_script_messages(const MigrationScript *script)
{
	return script->messages;
}

const MigrationStatement *
migration_script_find(const MigrationScript *script, guint flags)
{
	for (guint i = 0; i < script->statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(script->statements, i);
		if (statement->flags & flags)
			return statement;
	}
	return NULL;
}

bool
migration_script_fits_transaction(const MigrationScript *script)
{
	bool one = script->scope == MIGRATION_SCOPE_TRANSACTION || script->scope == MIGRATION_SCOPE_PIPELINE ||
	           (script->scope == MIGRATION_SCOPE_AUTOCOMMIT && script->messages->len <= 1);

	return one && migration_script_find(script, MIGRATION_STATEMENT_NO_TRANSACTION |
	                                                MIGRATION_STATEMENT_TRANSACTION_CONTROL) == NULL;
}

static bool
script_says(const MigrationStatement *statement, const char *const *phrases)
{
	g_autofree char *words = migration_statement_key_words(statement->sql, 4);

	return g_strv_contains(phrases, words);
}

static bool
script_is_plain_between(const MigrationScript *script)
{
	for (guint i = 1; i + 1 < script->statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(script->statements, i);
		if (statement->flags & (MIGRATION_STATEMENT_NO_TRANSACTION | MIGRATION_STATEMENT_TRANSACTION_CONTROL))
			return false;
	}
	return true;
}

MigrationOwnTransaction
migration_script_own_transaction(const MigrationScript *script)
{
	static const char *const begin[] = { "BEGIN", "BEGIN TRANSACTION", "BEGIN WORK", "START TRANSACTION", NULL };
	static const char *const commit[] = { "COMMIT",          "COMMIT TRANSACTION", "COMMIT WORK", "END",
		                              "END TRANSACTION", "END WORK",           NULL };
	static const char *const roll_back[] = { "ROLLBACK", "ROLLBACK TRANSACTION", "ROLLBACK WORK", "ABORT", NULL };
	const GPtrArray *statements = script->statements;

	if (script->scope != MIGRATION_SCOPE_AUTOCOMMIT || statements->len < 2 ||
	    script->messages->len != statements->len || !script_is_plain_between(script) ||
	    !script_says(g_ptr_array_index(statements, 0), begin))
		return MIGRATION_OWN_TRANSACTION_NONE;
	const MigrationStatement *last = g_ptr_array_index(statements, statements->len - 1);
	if (script_says(last, commit))
		return MIGRATION_OWN_TRANSACTION_COMMITS;
	return script_says(last, roll_back) ? MIGRATION_OWN_TRANSACTION_ROLLS_BACK : MIGRATION_OWN_TRANSACTION_NONE;
}

gsize
migration_script_source_offset(const MigrationScript *script, const MigrationStatement *statement, gsize offset)
{
	const ScriptStatement *own = (const ScriptStatement *)statement;

	return migration_mapped_text_source_offset(script->text, own->text_offset + offset);
}

gsize
migration_script_data_offset(const MigrationScript *script, const MigrationStatement *statement, gsize offset)
{
	gsize start = (gsize)(statement->data - script->text->text->str);

	return migration_mapped_text_source_offset(script->text, start + offset);
}
