#include "migration/runner/recording.h"

#include "migration/text/lexer.h"
#include "migration/text/splitter.h"

#include <string.h>

/* One message of the log. */
typedef struct {
	char *session; /* the process */
	char *level;   /* LOG, DETAIL, ERROR */
	GString *text;
} LogEntry;

typedef struct {
	const MigrationSet *set;
	GPtrArray *messages; /* of char *: what was sent, in order */
	GPtrArray *over;     /* of char *: sessions that others have followed */
	char *session;       /* the one at work; or NULL */
	bool in_transaction;
	const char *reason; /* why it cannot be run once more; or NULL */
} Recording;

static void
log_entry_free(gpointer data)
{
	LogEntry *entry = data;

	g_free(entry->session);
	g_free(entry->level);
	g_string_free(entry->text, TRUE);
	g_free(entry);
}

/* --- The log -------------------------------------------------------------------- */

/* Lines after the first one of a message begin with a tab. */
static GPtrArray *
recording_cut_log(const char *log, const char *database)
{
	g_autofree char *name = g_regex_escape_string(database, -1);
	g_autofree char *pattern = g_strdup_printf("^\\S+ \\S+ \\S+ \\[(\\d+)\\] %s ([A-Z]+[0-9]?):  (.*)$", name);
	g_autoptr(GRegex) head = g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL);
	g_auto(GStrv) lines = g_strsplit(log, "\n", -1);
	GPtrArray *entries = g_ptr_array_new_with_free_func(log_entry_free);
	LogEntry *last = NULL;

	for (char **line = lines; *line != NULL; line++) {
		g_autoptr(GMatchInfo) match = NULL;
		if (**line == '\t') {
			if (last != NULL)
				g_string_append_printf(last->text, "\n%s", *line + 1);
			continue;
		}
		last = NULL;
		if (!g_regex_match(head, *line, 0, &match))
			continue;
		g_autofree char *text = g_match_info_fetch(match, 3);
		last = g_new0(LogEntry, 1);
		last->session = g_match_info_fetch(match, 1);
		last->level = g_match_info_fetch(match, 2);
		last->text = g_string_new(text);
		g_ptr_array_add(entries, last);
	}
	return entries;
}

/* The SQL of "statement: SQL" and of "execute NAME: SQL"; NULL: the message is about something else, or goes on with a
 * statement that was there before ("execute fetch from NAME: SQL"). */
static const char *
recording_find_sql(const char *text)
{
	static const char statement[] = "statement: ";
	static const char execute[] = "execute ";

	if (g_str_has_prefix(text, statement))
		return text + strlen(statement);
	if (!g_str_has_prefix(text, execute) || g_str_has_prefix(text, "execute fetch from "))
		return NULL;
	const char *colon = strstr(text, ": ");
	return colon != NULL ? colon + strlen(": ") : NULL;
}

/* --- Values ---------------------------------------------------------------------- */

/* The values of "$1 = 'x', $2 = NULL", as they stand there, by their number from 1. */
static GPtrArray *
recording_cut_values(const char *text)
{
	GPtrArray *values = g_ptr_array_new_with_free_func(g_free);

	while (*text == '$') {
		const char *start = strstr(text, " = ");
		if (start == NULL)
			break;
		start += strlen(" = ");
		const char *end = start;
		if (*end == '\'') {
			for (end++; *end != '\0' && (*end != '\'' || end[1] == '\''); end++)
				end += *end == '\'';
			end += *end == '\'';
		} else {
			end += strcspn(end, ",");
		}
		g_ptr_array_add(values, g_strndup(start, (gsize)(end - start)));
		text = g_str_has_prefix(end, ", ") ? end + strlen(", ") : end;
	}
	return values;
}

/* Puts the values in the places of $1, $2, ...; the caller frees the text. NULL: it has one that is not there. */
static char *
recording_put_values(const char *sql, const GPtrArray *values)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	g_autoptr(GString) result = g_string_new(NULL);
	MigrationToken token;
	const char *problem = NULL;
	gsize done = 0;

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (token.type != MIGRATION_TOKEN_NUMBER || sql[token.start] != '$')
			continue;
		guint64 number = g_ascii_strtoull(sql + token.start + 1, NULL, 10);
		if (number == 0 || number > values->len)
			return NULL;
		const char *value = g_ptr_array_index(values, number - 1);
		g_string_append_len(result, sql + done, (gssize)(token.start - done));
		/* A word before it must not grow together with it: LIMIT$1. */
		g_string_append_printf(result, " %s", value);
		done = token.end;
	}
	g_string_append(result, sql + done);
	return g_string_free(g_steal_pointer(&result), FALSE);
}

/* --- Statements ------------------------------------------------------------------- */

/* True when the text begins with the word. */
static bool
recording_begins(const char *sql, const char *word)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token;
	const char *problem = NULL;

	return migration_lexer_next(&lexer, &token, &problem) && migration_token_is(sql, &token, word);
}

static bool
recording_begins_any(const char *sql, const char *const *words)
{
	for (; *words != NULL; words++)
		if (recording_begins(sql, *words))
			return true;
	return false;
}

/* A look at the catalog, at the settings or at the tool's own table, with no effect. */
static bool
recording_looks_around(const MigrationSet *set, const char *sql)
{
	static const char *const places[] = { "pg_catalog.",        "pg_class",       "pg_namespace",
		                              "information_schema", "current_schema", "version()" };
	static const char *const effects[] = { "set_config", "setval", "nextval", "lock" };
	g_autofree char *lower = g_ascii_strdown(sql, -1);

	if (recording_begins(sql, "SHOW"))
		return true;
	if (!recording_begins(sql, "SELECT"))
		return false;
	for (gsize i = 0; i < G_N_ELEMENTS(effects); i++)
		if (strstr(lower, effects[i]) != NULL)
			return false;
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (strstr(lower, places[i]) != NULL)
			return true;
	return strstr(sql, set->history_table) != NULL;
}

/* Whether a transaction is open after the message. */
static bool
recording_is_open_after(const char *sql, bool open)
{
	static const char *const begins[] = { "BEGIN", "START", NULL };
	static const char *const ends[] = { "COMMIT", "END", "ROLLBACK", "ABORT", NULL };
	MigrationSplitProblem problem = { 0 };
	g_autoptr(GArray) pieces = migration_split(sql, strlen(sql), &problem);

	for (guint i = 0; pieces != NULL && i < pieces->len; i++) {
		const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, i);
		g_autofree char *one = g_strndup(sql + piece->start, piece->end - piece->start);
		if (recording_begins_any(one, begins))
			open = true;
		else if (recording_begins_any(one, ends) && !g_regex_match_simple("\\bTO\\b", one, G_REGEX_CASELESS, 0))
			open = false;
	}
	return open;
}

/* Takes the message over. A transaction in which nothing stands is none. */
static void
recording_add(Recording *recording, char *sql)
{
	GPtrArray *messages = recording->messages;
	bool was_open = recording->in_transaction;
	const char *last = messages->len > 0 ? g_ptr_array_index(messages, messages->len - 1) : NULL;

	recording->in_transaction = recording_is_open_after(sql, was_open);
	if (was_open && !recording->in_transaction && last != NULL && strpbrk(sql, ";") == NULL &&
	    recording_begins(last, "BEGIN") && strpbrk(last, ";") == NULL) {
		g_ptr_array_remove_index(messages, messages->len - 1);
		g_free(sql);
		return;
	}
	g_ptr_array_add(messages, sql);
}

/* One session after the other can be one session: the first one's transaction ends with it. */
static void
recording_change_session(Recording *recording, const char *session)
{
	if (g_strcmp0(recording->session, session) == 0)
		return;
	if (recording->session != NULL) {
		if (recording->in_transaction)
			recording_add(recording, g_strdup("ROLLBACK"));
		recording_add(recording, g_strdup("DISCARD ALL"));
		g_ptr_array_add(recording->over, g_steal_pointer(&recording->session));
	}
	recording->session = g_strdup(session);
	if (g_ptr_array_find_with_equal_func(recording->over, session, g_str_equal, NULL))
		recording->reason = "it works with several sessions at once";
}

static void
recording_take_message(Recording *recording, const LogEntry *entry, const LogEntry *next)
{
	static const char *const parameters[] = { "parameters: ", "Parameters: " };
	const char *sql = recording_find_sql(entry->text->str);
	g_autoptr(GPtrArray) values = NULL;

	if (sql == NULL || recording_looks_around(recording->set, sql))
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(parameters) && next != NULL; i++)
		if (strcmp(next->level, "DETAIL") == 0 && g_str_has_prefix(next->text->str, parameters[i]))
			values = recording_cut_values(next->text->str + strlen(parameters[i]));
	char *whole = values != NULL ? recording_put_values(sql, values) : g_strdup(sql);
	if (whole == NULL) {
		recording->reason = "the server's log lacks the values of a statement";
		return;
	}
	recording_change_session(recording, entry->session);
	recording_add(recording, whole);
}

static void
recording_take(Recording *recording, const GPtrArray *entries)
{
	for (guint i = 0; i < entries->len && recording->reason == NULL; i++) {
		const LogEntry *entry = g_ptr_array_index(entries, i);
		const LogEntry *next = i + 1 < entries->len ? g_ptr_array_index(entries, i + 1) : NULL;
		if (strcmp(entry->level, "LOG") == 0)
			recording_take_message(recording, entry, next);
		else if (strcmp(entry->level, "ERROR") == 0 || strcmp(entry->level, "FATAL") == 0)
			recording->reason = "one of its statements fails, and it goes on";
	}
	if (recording->reason == NULL && recording->in_transaction)
		recording_add(recording, g_strdup("ROLLBACK"));
}

/* --- The script -------------------------------------------------------------------- */

/* Where the file has the first line of the text; else where its way up begins. */
static gsize
recording_find_place(const Source *source, const char *sql)
{
	enum { SHORTEST = 12 };
	static const char up[] =
	    "^[ \\t]*(def upgrade|def up\\b|def change|operations\\s*=|(async )?function up|exports\\.up|"
	    "export (async )?function up|public async up)";
	const char *text = base_source_text(source);
	g_autofree char *line = g_strndup(sql, strcspn(sql, "\n"));
	const char *found = strlen(g_strstrip(line)) >= SHORTEST ? strstr(text, line) : NULL;
	g_autoptr(GRegex) regex = g_regex_new(up, G_REGEX_MULTILINE | G_REGEX_OPTIMIZE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	gint start = 0;

	if (found == NULL && g_regex_match(regex, text, 0, &match) && g_match_info_fetch_pos(match, 0, &start, NULL))
		found = text + start;
	return found != NULL ? (gsize)(found - text) : 0;
}

static MigrationScript *
recording_make_script(const Recording *recording, const Migration *code)
{
	Source *source = migration_script_source(code->up);
	MigrationMappedText *text = migration_mapped_text_new();
	g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(MigrationCut));

	for (guint i = 0; i < recording->messages->len; i++) {
		const char *sql = g_ptr_array_index(recording->messages, i);
		gsize place = recording_find_place(source, sql);
		MigrationCut cut = { .start = text->text->len };
		migration_mapped_text_append_replacement(text, sql, place);
		cut.end = text->text->len;
		migration_mapped_text_append_replacement(text, "\n", place);
		g_array_append_val(cuts, cut);
	}
	MigrationScript *script = migration_script_new_cut(source, text, cuts);
	migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

static Migration *
recording_make_migration(const Recording *recording, const Migration *code)
{
	Migration *migration = migration_new(code->kind, code->name);

	migration->version = g_strdup(code->version);
	migration->description = g_strdup(code->description);
	migration->checksum = g_strdup(code->checksum);
	migration->up = recording_make_script(recording, code);
	return migration;
}

Migration *
migration_recording_read(const MigrationSet *set, const Migration *code, const char *log, const char *database,
                         char **ret_reason)
{
	g_autoptr(GPtrArray) entries = recording_cut_log(log, database);
	Recording recording = { .set = set,
		                .messages = g_ptr_array_new_with_free_func(g_free),
		                .over = g_ptr_array_new_with_free_func(g_free) };

	recording_take(&recording, entries);
	g_autoptr(Migration) migration = recording.reason == NULL ? recording_make_migration(&recording, code) : NULL;
	if (migration != NULL && migration_script_find(migration->up, MIGRATION_STATEMENT_COPY_IN) != NULL) {
		recording.reason = "it sends rows by COPY, which the server's log does not have";
		g_clear_pointer(&migration, migration_free);
	}
	if (recording.reason != NULL)
		*ret_reason = g_strdup(recording.reason);
	g_ptr_array_unref(recording.messages);
	g_ptr_array_unref(recording.over);
	g_free(recording.session);
	return g_steal_pointer(&migration);
}
