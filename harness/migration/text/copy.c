#include "migration/text/copy.h"

#include "migration/text/reader.h"

#include <stdbool.h>
#include <string.h>

void
migration_copy_free(MigrationCopy *copy)
{
	if (copy == NULL)
		return;
	migration_table_name_clear(&copy->target);
	migration_table_name_clear(&copy->source);
	g_ptr_array_unref(copy->columns);
	g_ptr_array_unref(copy->values);
	g_ptr_array_unref(copy->names);
	g_free(copy->condition);
	g_free(copy);
}

void
migration_rename_free(MigrationRename *rename)
{
	if (rename == NULL)
		return;
	migration_table_name_clear(&rename->from);
	g_free(rename->to);
	g_free(rename);
}

/* --- Lists ------------------------------------------------------------------------- */

/* The text of the tokens, without "name." before columns where the name is one of the two. */
static char *
copy_text(const MigrationReader *reader, guint from, guint to, const char *table, const char *alias)
{
	GString *text = g_string_new(NULL);
	gsize written = migration_reader_token(reader, from)->start;

	for (guint i = from; i < to; i++) {
		g_autofree char *name = migration_reader_name(reader, i);
		const MigrationToken *token = migration_reader_token(reader, i);
		if (name != NULL && i + 2 < to && migration_reader_is_symbol(reader, i + 1, '.') &&
		    (strcmp(name, table) == 0 || g_strcmp0(name, alias) == 0)) {
			g_string_append_len(text, reader->sql + written, (gssize)(token->start - written));
			written = migration_reader_token(reader, ++i)->end;
		}
	}
	gsize end = migration_reader_token(reader, to - 1)->end;
	g_string_append_len(text, reader->sql + written, (gssize)(end - written));
	return g_string_free(text, FALSE);
}

/* The name of the column that the tokens are, "name" or "table.name"; else NULL. */
static char *
copy_column(const MigrationReader *reader, guint from, guint to)
{
	static const char *const constants[] = { "NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", NULL };

	if (to - from == 3 && migration_reader_is_symbol(reader, from + 1, '.'))
		return migration_reader_name(reader, from + 2);
	return to - from == 1 && !migration_reader_is_any(reader, from, constants) ? migration_reader_name(reader, from)
	                                                                           : NULL;
}

static bool
copy_take_values(const MigrationReader *reader, guint from, guint to, const char *alias, MigrationCopy *copy)
{
	static const char *const named[] = { "AS", NULL };
	static const char *const none[] = { NULL };

	while (from < to) {
		guint comma = MIN(migration_reader_find(reader, from, none, true), to);
		guint end = MIN(migration_reader_find(reader, from, named, false), comma);
		if (end == from)
			return false;
		g_ptr_array_add(copy->values, copy_text(reader, from, end, copy->source.name, alias));
		g_ptr_array_add(copy->names, copy_column(reader, from, end));
		from = comma + 1;
	}
	return copy->values->len == copy->columns->len;
}

/* --- INSERT ------------------------------------------------------------------------- */

/* "source", "source alias" or "source AS alias", and what may come behind it. */
static bool
copy_take_source(MigrationReader *reader, MigrationCopy *copy, char **ret_alias)
{
	static const char *const clauses[] = { "WHERE", "ORDER", "ON", NULL };

	migration_reader_take_word(reader, "ONLY");
	if (!migration_reader_take_table(reader, &copy->source))
		return false;
	if (migration_reader_take_word(reader, "AS") ||
	    (reader->at < reader->tokens->len && !migration_reader_is_any(reader, reader->at, clauses))) {
		*ret_alias = migration_reader_name(reader, reader->at++);
		if (*ret_alias == NULL)
			return false;
	}
	return reader->at == reader->tokens->len || migration_reader_is_any(reader, reader->at, clauses);
}

static bool
copy_take_select(MigrationReader *reader, MigrationCopy *copy)
{
	static const char *const from[] = { "FROM", NULL };
	static const char *const refused[] = { "GROUP",     "LIMIT",  "OFFSET", "FETCH",     "HAVING", "UNION",
		                               "INTERSECT", "EXCEPT", "JOIN",   "RETURNING", NULL };
	static const char *const on[] = { "ON", NULL };
	static const char *const ends[] = { "ORDER", "ON", NULL };
	g_autofree char *alias = NULL;
	guint values = reader->at;
	guint end = migration_reader_find(reader, values, from, false);

	if (migration_reader_is_word(reader, values, "DISTINCT") || end == reader->tokens->len ||
	    migration_reader_find(reader, values, refused, false) < reader->tokens->len)
		return false;
	guint conflict = migration_reader_find(reader, values, on, false);
	copy->merges = conflict < reader->tokens->len;
	if (copy->merges && !migration_reader_is_word(reader, conflict + 1, "CONFLICT"))
		return false;
	reader->at = end + 1;
	if (!copy_take_source(reader, copy, &alias) || !copy_take_values(reader, values, end, alias, copy))
		return false;
	if (migration_reader_take_word(reader, "WHERE")) {
		guint to = migration_reader_find(reader, reader->at, ends, false);
		if (to > reader->at)
			copy->condition = copy_text(reader, reader->at, to, copy->source.name, alias);
	}
	return true;
}

MigrationCopy *
migration_copy_parse(const char *sql)
{
	g_autoptr(MigrationCopy) copy = g_new0(MigrationCopy, 1);
	MigrationReader reader = { 0 };

	copy->columns = g_ptr_array_new_with_free_func(g_free);
	copy->values = g_ptr_array_new_with_free_func(g_free);
	copy->names = g_ptr_array_new_with_free_func(g_free);
	bool done = migration_reader_begin(&reader, sql) && migration_reader_take_word(&reader, "INSERT") &&
	            migration_reader_take_word(&reader, "INTO") &&
	            migration_reader_take_table(&reader, &copy->target) &&
	            migration_reader_take_columns(&reader, copy->columns) &&
	            migration_reader_take_word(&reader, "SELECT") && copy_take_select(&reader, copy);
	migration_reader_clear(&reader);
	return done ? g_steal_pointer(&copy) : NULL;
}

/* --- ALTER TABLE ---------------------------------------------------------------------- */

MigrationRename *
migration_rename_parse(const char *sql)
{
	g_autoptr(MigrationRename) rename = g_new0(MigrationRename, 1);
	MigrationReader reader = { 0 };
	bool done = migration_reader_begin(&reader, sql) && migration_reader_take_word(&reader, "ALTER") &&
	            migration_reader_take_word(&reader, "TABLE");

	if (done && migration_reader_take_word(&reader, "IF"))
		done = migration_reader_take_word(&reader, "EXISTS");
	if (done)
		migration_reader_take_word(&reader, "ONLY");
	done = done && migration_reader_take_table(&reader, &rename->from) &&
	       migration_reader_take_word(&reader, "RENAME") && migration_reader_take_word(&reader, "TO");
	if (done)
		rename->to = migration_reader_name(&reader, reader.at);
	migration_reader_clear(&reader);
	return rename->to != NULL ? g_steal_pointer(&rename) : NULL;
}
