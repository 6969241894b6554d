#include "check/meaning.h"

#include <string.h>

struct CheckMeaning {
	DbSession *session;
	GHashTable *answers; /* question -> Answer */
};

typedef struct {
	char *text;
	char *problem;
} Answer;

static void
answer_free(gpointer data)
{
	Answer *answer = data;

	g_free(answer->text);
	g_free(answer->problem);
	g_free(answer);
}

CheckMeaning *
check_meaning_new(DbSession *session)
{
	CheckMeaning *meaning = g_new0(CheckMeaning, 1);

	meaning->session = session;
	meaning->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answer_free);
	return meaning;
}

void
check_meaning_free(CheckMeaning *meaning)
{
	if (meaning == NULL)
		return;
	g_hash_table_unref(meaning->answers);
	g_free(meaning);
}

static CheckMeaningAnswer
give(const Answer *answer)
{
	return (CheckMeaningAnswer){ .text = answer->text, .problem = answer->problem };
}

/* Takes ownership of the three texts. */
static CheckMeaningAnswer
remember(CheckMeaning *meaning, char *question, char *text, char *problem)
{
	Answer *answer = g_new0(Answer, 1);

	answer->text = text;
	answer->problem = text == NULL && problem == NULL ? g_strdup("the server gives no text for it") : problem;
	g_hash_table_insert(meaning->answers, question, answer);
	return give(answer);
}

#define SET_OF "SETOF "

CheckMeaningAnswer
check_meaning_type(CheckMeaning *meaning, const char *text)
{
	bool set = g_ascii_strncasecmp(text, SET_OF, strlen(SET_OF)) == 0;
	g_autofree char *question = g_strconcat(
	    set ? "SELECT /* set */ NULL::" : "SELECT NULL::", text + (set ? strlen(SET_OF) : 0), NULL);
	const Answer *known = g_hash_table_lookup(meaning->answers, question);
	g_autoptr(GError) error = NULL;
	const char *const statements[] = { question };
	char *type = NULL;
	char *problem = NULL;

	if (known != NULL)
		return give(known);
	if (!db_session_describe(meaning->session, 1, statements, &type, &problem, &error))
		problem = g_strdup(error->message);
	if (set && type != NULL) {
		char *set_type = g_strconcat(SET_OF, type, NULL);
		g_free(type);
		type = set_type;
	}
	return remember(meaning, g_steal_pointer(&question), type, problem);
}

/* Makes something of the expression in a transaction, reads it back deparsed under an empty search_path, and rolls
 * back. Takes ownership of the batch. */
static CheckMeaningAnswer
ask(CheckMeaning *meaning, char *batch)
{
	const Answer *known = g_hash_table_lookup(meaning->answers, batch);
	g_autoptr(GError) error = NULL;
	g_autoptr(DbResult) rows = NULL;
	char *text = NULL;
	char *problem = NULL;

	if (known != NULL) {
		g_free(batch);
		return give(known);
	}
	if (!db_session_execute_rows(meaning->session, batch, &rows, &error)) {
		const DbDiagnostic *diagnostic = db_session_diagnostic(meaning->session);
		problem = g_strdup(diagnostic != NULL ? diagnostic->message : error->message);
		db_session_undo(meaning->session, "ROLLBACK");
	} else if (rows != NULL && db_result_rows(rows) == 1) {
		text = g_strdup(db_result_value(rows, 0, 0));
	}
	return remember(meaning, batch, text, problem);
}

static char *
quoted_table(CheckMeaning *meaning, const CatalogObject *part)
{
	g_autofree char *schema = db_session_quote_identifier(meaning->session, part->schema);
	g_autofree char *table = db_session_quote_identifier(meaning->session, part->relation);

	return g_strdup_printf("%s.%s", schema, table);
}

/* The catalog's query of indexes for those of one table, without its semicolon. The caller frees it. */
static char *
index_query(const char *table_literal)
{
	static const char marker[] = "-- only: ";
	g_auto(GStrv) parts = g_strsplit(catalog_class(CATALOG_INDEX)->sql, marker, -1);
	GString *query = g_string_new(parts[0]);

	for (guint i = 1; parts[i] != NULL; i++) {
		gsize column = strcspn(parts[i], "\n");
		g_string_append_printf(query, "AND %.*s = %s::pg_catalog.regclass%s", (int)column, parts[i],
		                       table_literal, parts[i] + column);
	}
	g_string_truncate(query, (gsize)(strrchr(query->str, ';') - query->str));
	return g_string_free(query, FALSE);
}

/* Makes an index, and reads the attribute as a snapshot does. `table` is quoted. */
static CheckMeaningAnswer
ask_index(CheckMeaning *meaning, const char *table, const char *definition, const char *attribute)
{
	g_autofree char *literal = db_session_quote_literal(meaning->session, table);
	g_autofree char *query = index_query(literal);

	return ask(meaning, g_strdup_printf("BEGIN; CREATE INDEX pgassay_meaning ON %s %s; SET LOCAL search_path = ''; "
	                                    "SELECT %s FROM (%s\n) made WHERE name = 'pgassay_meaning'; ROLLBACK",
	                                    table, definition, attribute, query));
}

CheckMeaningAnswer
check_meaning_index_keys(CheckMeaning *meaning, const CatalogObject *index, const char *keys)
{
	g_autofree char *table = quoted_table(meaning, index);
	const CatalogAttribute *method = catalog_object_attribute(index, "method");
	g_autofree char *quoted = db_session_quote_identifier(meaning->session, method->value);
	g_autofree char *definition = g_strdup_printf("USING %s (%s)", quoted, keys);

	return ask_index(meaning, table, definition, "columns");
}

CheckMeaningAnswer
check_meaning_condition(CheckMeaning *meaning, const CatalogObject *part, const char *text)
{
	g_autofree char *table = quoted_table(meaning, part);

	/* A materialized view takes no policy. */
	if (part->class_id == CATALOG_INDEX) {
		g_autofree char *definition = g_strdup_printf("((1)) WHERE (%s)", text);
		return ask_index(meaning, table, definition, "predicate");
	}
	g_autofree char *literal = db_session_quote_literal(meaning->session, table);

	/* A policy takes every condition that a check constraint takes, and subqueries too. */
	return ask(meaning,
	           g_strdup_printf("BEGIN; CREATE POLICY pgassay_meaning ON %s USING (%s); SET LOCAL search_path = ''; "
	                           "SELECT pg_catalog.pg_get_expr(polqual, polrelid) FROM pg_catalog.pg_policy "
	                           "WHERE polname = 'pgassay_meaning' AND polrelid = %s::pg_catalog.regclass; ROLLBACK",
	                           table, text, literal));
}

CheckMeaningAnswer
check_meaning_value(CheckMeaning *meaning, const CatalogObject *column, bool generated, const char *text)
{
	g_autofree char *table = quoted_table(meaning, column);
	g_autofree char *literal = db_session_quote_literal(meaning->session, table);
	g_autofree char *name = db_session_quote_identifier(meaning->session, column->name);
	g_autofree char *name_literal = db_session_quote_literal(meaning->session,
	                                                         generated ? "pgassay_meaning" : column->name);
	g_autofree char *make = NULL;

	if (generated) {
		const CatalogAttribute *type = catalog_object_attribute(column, "type");
		make = g_strdup_printf("ADD COLUMN pgassay_meaning %s GENERATED ALWAYS AS (%s) STORED", type->value,
		                       text);
	} else {
		make = g_strdup_printf("ALTER COLUMN %s SET DEFAULT %s", name, text);
	}
	return ask(meaning,
	           g_strdup_printf("BEGIN; ALTER TABLE %s %s; SET LOCAL search_path = ''; "
	                           "SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d "
	                           "JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum "
	                           "WHERE d.adrelid = %s::pg_catalog.regclass AND a.attname = %s; ROLLBACK",
	                           table, make, literal, name_literal));
}

CheckMeaningAnswer
check_meaning_trigger(CheckMeaning *meaning, const CatalogObject *trigger, const char *text)
{
	g_autofree char *table = quoted_table(meaning, trigger);
	g_autofree char *literal = db_session_quote_literal(meaning->session, table);
	const CatalogAttribute *level = catalog_object_attribute(trigger, "level");

	/* AFTER UPDATE, whatever the trigger's own events: it is the one that may speak of OLD and of NEW. */
	return ask(meaning,
	           g_strdup_printf("BEGIN; CREATE TRIGGER pgassay_meaning AFTER UPDATE ON %s FOR EACH %s WHEN (%s) "
	                           "EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger(); "
	                           "SET LOCAL search_path = ''; "
	                           "SELECT substring(pg_catalog.pg_get_triggerdef(oid) "
	                           "FROM ' WHEN \\((.*)\\) EXECUTE FUNCTION ') FROM pg_catalog.pg_trigger "
	                           "WHERE tgname = 'pgassay_meaning' AND tgrelid = %s::pg_catalog.regclass; ROLLBACK",
	                           table, level->value, text, literal));
}

CheckMeaningAnswer
check_meaning_query(CheckMeaning *meaning, const char *text)
{
	return ask(meaning,
	           g_strdup_printf("BEGIN; CREATE TEMPORARY VIEW pgassay_meaning AS %s; SET LOCAL search_path = ''; "
	                           "SELECT pg_catalog.btrim(pg_catalog.pg_get_viewdef("
	                           "'pg_temp.pgassay_meaning'::pg_catalog.regclass), ' ;'); ROLLBACK",
	                           text));
}
