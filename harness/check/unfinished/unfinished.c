#include "check/unfinished/unfinished.h"

#include "check/unfinished/sql.h"
#include "db/array.h"

#include <string.h>

/* A query gives a row for each object with its KEY; GOOD is false where it is open, if nothing else counts. */
enum { KEY, CONVENTION, GOOD, FINDING, HINT, PART, RELATION };

typedef struct {
	DbPrepared query; /* planning it costs more than asking it */
	/* A migration without one of them opens and closes nothing. In lower case. */
	const char *words[5];
	/* An object is open only where all that were there before it, with the same CONVENTION, are good. */
	bool by_convention;
	bool may_turn;     /* a good object that is not good any more is open, too */
	const char *meant; /* a migration with this word means it, in lower case; or NULL */
	const char *needs; /* a migration without this word means it, too */
	bool remark;       /* people leave it open on purpose as well */
	bool of_many;      /* one object is no convention yet */
} UnfinishedKind;

#define UNFINISHED_QUERY(name)                                                                                         \
	{                                                                                                              \
		DB_OWN_STATEMENTS "unfinished_" #name, check_sql_##name                                                \
	}

static const UnfinishedKind unfinished_kinds[] = {
	{ UNFINISHED_QUERY(small_sequence), { "bigint", "int8", "nextval", " type int", NULL }, false, false },
	{ UNFINISHED_QUERY(small_reference), { "references", "bigint", "int8", " type int", NULL }, true, true },
	{ UNFINISHED_QUERY(null_refused), { "set null", "set default", "set not null", NULL }, false, false },
	{ UNFINISHED_QUERY(generated_refuses), { "stored", "virtual", "drop not null", NULL }, false, false },
	{ UNFINISHED_QUERY(caller_path), { "definer", "search_path", NULL }, true, true },
	{ UNFINISHED_QUERY(open_table), { "create table", "row level security", NULL }, true, false },
	{ UNFINISHED_QUERY(open_definer), { "definer", "revoke", NULL }, true, true, .meant = "to public" },
	{ UNFINISHED_QUERY(not_valid), { "not valid", NULL }, false, false, .remark = true },
	{ UNFINISHED_QUERY(sequence_denied), { "grant", "revoke", NULL }, false, false },
	{ UNFINISHED_QUERY(role_left_out), { "create table", "grant", "revoke", NULL }, true, false, .of_many = true },
	{ UNFINISHED_QUERY(check_of_null), { "null)", "null,", NULL }, false, false, .needs = "check" },
	{ UNFINISHED_QUERY(check_refuses), { "check", NULL }, false, false },
	{ UNFINISHED_QUERY(call_ambiguous), { "function", "procedure", NULL }, false, false },
	{ UNFINISHED_QUERY(old_overload), { "function", "procedure", NULL }, true, false, .needs = "or replace" },
	{ UNFINISHED_QUERY(trigger_twice), { "trigger", NULL }, true, false },
};

/* What is known of an object. */
typedef enum { UNFINISHED_GOOD = 1, UNFINISHED_BAD } UnfinishedState;

typedef struct {
	guint kind;
	char *key;
	const Migration *since;
} UnfinishedEntry;

struct CheckUnfinished {
	char *platform;                                    /* the text of an array */
	GHashTable *known[G_N_ELEMENTS(unfinished_kinds)]; /* key -> UnfinishedState, in order of the kinds */
	GPtrArray *entries;                                /* of UnfinishedEntry * */
};

static void
unfinished_entry_free(gpointer data)
{
	UnfinishedEntry *entry = data;

	g_free(entry->key);
	g_free(entry);
}

static void
unfinished_end_free(gpointer data)
{
	CheckOpenEnd *end = data;

	g_free(end->finding);
	g_free(end->hint);
	g_free(end->words[0]);
	g_free(end->words[1]);
	g_free(end);
}

CheckUnfinished *
check_unfinished_new(const char *const *platform_schemas)
{
	CheckUnfinished *unfinished = g_new0(CheckUnfinished, 1);

	unfinished->platform = db_array_from_texts(platform_schemas);
	unfinished->entries = g_ptr_array_new_with_free_func(unfinished_entry_free);
	for (guint i = 0; i < G_N_ELEMENTS(unfinished_kinds); i++)
		unfinished->known[i] = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return unfinished;
}

void
check_unfinished_free(CheckUnfinished *unfinished)
{
	if (unfinished == NULL)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(unfinished_kinds); i++)
		g_hash_table_unref(unfinished->known[i]);
	g_ptr_array_unref(unfinished->entries);
	g_free(unfinished->platform);
	g_free(unfinished);
}

/* --- After a migration ------------------------------------------------------------ */

static bool
unfinished_may_open(const UnfinishedKind *kind, const char *text)
{
	for (const char *const *word = kind->words; *word != NULL; word++)
		if (strstr(text, *word) != NULL)
			return true;
	return false;
}

static DbResult *
unfinished_ask(const CheckUnfinished *unfinished, guint kind, DbSession *session, GError **error)
{
	const DbRequest request = { .prepared = &unfinished_kinds[kind].query, .parameter = unfinished->platform };
	DbResult *found = NULL;

	return db_session_pipeline_requests(session, 1, &request, &found, error) ? found : NULL;
}

static UnfinishedState
unfinished_state(const DbResult *found, int row)
{
	return db_result_value(found, row, GOOD)[0] == 't' ? UNFINISHED_GOOD : UNFINISHED_BAD;
}

/* Whether the objects that were there before, of the row's convention, are all good, and at least `least`. */
static bool
unfinished_is_custom(GHashTable *known, const DbResult *found, int row, guint least)
{
	guint n = 0;

	for (int i = 0; i < db_result_rows(found); i++) {
		gpointer state = g_hash_table_lookup(known, db_result_value(found, i, KEY));
		if (state == NULL || i == row ||
		    strcmp(db_result_value(found, i, CONVENTION), db_result_value(found, row, CONVENTION)) != 0)
			continue;
		if (GPOINTER_TO_INT(state) == UNFINISHED_BAD)
			return false;
		n++;
	}
	return n >= least;
}

static bool
unfinished_is_new(const UnfinishedKind *kind, GHashTable *known, const DbResult *found, int row)
{
	gpointer state = g_hash_table_lookup(known, db_result_value(found, row, KEY));

	if (unfinished_state(found, row) == UNFINISHED_GOOD || GPOINTER_TO_INT(state) == UNFINISHED_BAD)
		return false;
	if (!kind->by_convention)
		return true;
	if (state != NULL)
		return kind->may_turn;
	return unfinished_is_custom(known, found, row, kind->of_many ? 2 : 1);
}

static bool
unfinished_is_judged(const UnfinishedKind *kind, const char *text)
{
	return (kind->meant == NULL || strstr(text, kind->meant) == NULL) &&
	       (kind->needs == NULL || strstr(text, kind->needs) != NULL);
}

/* `text`: the migration as it was compared, in lower case; NULL: there is none. */
static void
unfinished_note(CheckUnfinished *unfinished, guint kind, const DbResult *found, const Migration *migration,
                const char *text)
{
	GHashTable *known = unfinished->known[kind];
	bool judged = text != NULL && unfinished_is_judged(&unfinished_kinds[kind], text);

	for (int row = 0; judged && row < db_result_rows(found); row++) {
		if (!unfinished_is_new(&unfinished_kinds[kind], known, found, row))
			continue;
		UnfinishedEntry *entry = g_new0(UnfinishedEntry, 1);
		entry->kind = kind;
		entry->key = g_strdup(db_result_value(found, row, KEY));
		entry->since = migration;
		g_ptr_array_add(unfinished->entries, entry);
	}
	for (int row = 0; row < db_result_rows(found); row++)
		g_hash_table_replace(known, g_strdup(db_result_value(found, row, KEY)),
		                     GINT_TO_POINTER(unfinished_state(found, row)));
}

bool
check_unfinished_look(CheckUnfinished *unfinished, DbSession *session, const Migration *migration, GError **error)
{
	g_autofree char *text = migration != NULL
	                            ? g_ascii_strdown(base_source_text(migration_script_source(migration->up)), -1)
	                            : NULL;

	for (guint kind = 0; kind < G_N_ELEMENTS(unfinished_kinds); kind++) {
		const UnfinishedKind *one = &unfinished_kinds[kind];
		/* A convention is to be known all along. */
		if (text != NULL &&
		    (!unfinished_may_open(one, text) || (!one->by_convention && !unfinished_is_judged(one, text))))
			continue;
		g_autoptr(DbResult) found = unfinished_ask(unfinished, kind, session, error);
		if (found == NULL)
			return false;
		unfinished_note(unfinished, kind, found, migration, text);
	}
	return true;
}

/* --- At the end -------------------------------------------------------------------- */

static void
unfinished_add_end(const UnfinishedEntry *entry, const DbResult *found, GPtrArray *ends)
{
	for (int row = 0; row < db_result_rows(found); row++) {
		if (strcmp(db_result_value(found, row, KEY), entry->key) != 0 ||
		    unfinished_state(found, row) == UNFINISHED_GOOD)
			continue;
		CheckOpenEnd *end = g_new0(CheckOpenEnd, 1);
		end->since = entry->since;
		end->remark = unfinished_kinds[entry->kind].remark;
		end->finding = g_strdup(db_result_value(found, row, FINDING));
		end->hint = g_strdup(db_result_value(found, row, HINT));
		end->words[0] = g_strdup(db_result_value(found, row, RELATION));
		end->words[1] = g_strdup(db_result_value(found, row, PART));
		g_ptr_array_add(ends, end);
		return;
	}
}

GPtrArray *
check_unfinished_end(CheckUnfinished *unfinished, DbSession *session, GError **error)
{
	g_autoptr(GPtrArray) ends = g_ptr_array_new_with_free_func(unfinished_end_free);
	DbResult *found[G_N_ELEMENTS(unfinished_kinds)] = { NULL };
	bool done = true;

	for (guint i = 0; done && i < unfinished->entries->len; i++) {
		const UnfinishedEntry *entry = g_ptr_array_index(unfinished->entries, i);
		if (found[entry->kind] == NULL)
			found[entry->kind] = unfinished_ask(unfinished, entry->kind, session, error);
		done = found[entry->kind] != NULL;
		if (done)
			unfinished_add_end(entry, found[entry->kind], ends);
	}
	for (guint kind = 0; kind < G_N_ELEMENTS(unfinished_kinds); kind++)
		db_result_free(found[kind]);
	return done ? g_steal_pointer(&ends) : NULL;
}
