#include "migration/schema/schema_index.h"

#include "migration/text/lexer.h"

#include <string.h>

/* The name of the created object is among the first tokens: CREATE MATERIALIZED VIEW IF NOT EXISTS schema.name. */
#define SUBJECT_TOKENS 10

/* One identifier in one statement. */
typedef struct {
	guint statement;
	guint token;   /* its number in the statement */
	gsize offset;  /* in the source */
	bool creating; /* the statement begins with CREATE */
} Mention;

struct MigrationSchemaIndex {
	const MigrationSchemaFile *file;
	GHashTable *mentions; /* name -> GArray of Mention, in the order of the file */
};

static void
unref_array(gpointer array)
{
	g_array_unref(array);
}

static void
add_mention(MigrationSchemaIndex *index, char *name, const Mention *mention)
{
	GArray *mentions = g_hash_table_lookup(index->mentions, name);

	if (mentions == NULL) {
		mentions = g_array_new(FALSE, FALSE, sizeof(Mention));
		g_hash_table_insert(index->mentions, name, mentions);
	} else {
		g_free(name);
	}
	g_array_append_vals(mentions, mention, 1);
}

static void
schema_index_add_statement(MigrationSchemaIndex *index, guint number, const MigrationStatement *statement)
{
	const char *sql = statement->sql;
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	MigrationToken token;
	const char *problem;
	Mention mention = { .statement = number };

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		if (mention.token == 0)
			mention.creating = migration_token_is(sql, &token, "CREATE");
		char *name = migration_token_name(sql, &token);
		mention.offset = migration_script_source_offset(index->file->script, statement, token.start);
		if (name != NULL)
			add_mention(index, name, &mention);
		mention.token++;
	}
}

MigrationSchemaIndex *
migration_schema_index_new(const MigrationSchemaFile *file)
{
	MigrationSchemaIndex *index = g_new0(MigrationSchemaIndex, 1);
	const GPtrArray *statements = migration_script_statements(file->script);

	index->file = file;
	index->mentions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_array);
	for (guint i = 0; i < statements->len; i++)
		schema_index_add_statement(index, i, g_ptr_array_index(statements, i));
	return index;
}

void
migration_schema_index_free(MigrationSchemaIndex *index)
{
	if (index == NULL)
		return;
	g_hash_table_unref(index->mentions);
	g_free(index);
}

static const Mention *
find_creating(const GArray *mentions)
{
	for (guint i = 0; mentions != NULL && i < mentions->len; i++) {
		const Mention *mention = &g_array_index(mentions, Mention, i);
		if (mention->creating && mention->token < SUBJECT_TOKENS)
			return mention;
	}
	return NULL;
}

/* The first mention of the part in a statement that mentions the relation, too. Both lists are in the order of the
 * file. */
static const Mention *
find_both(const GArray *parts, const GArray *relations)
{
	guint j = 0;

	for (guint i = 0; parts != NULL && relations != NULL && i < parts->len; i++) {
		const Mention *part = &g_array_index(parts, Mention, i);
		while (j < relations->len && g_array_index(relations, Mention, j).statement < part->statement)
			j++;
		if (j < relations->len && g_array_index(relations, Mention, j).statement == part->statement)
			return part;
	}
	return NULL;
}

SourcePosition
migration_schema_index_find(const MigrationSchemaIndex *index, const char *relation, const char *name)
{
	const Source *source = migration_script_source(index->file->script);
	g_autofree char *plain = g_strndup(name, strcspn(name, "("));
	const GArray *parts = g_hash_table_lookup(index->mentions, plain);
	const Mention *found = NULL;

	if (relation == NULL) {
		found = find_creating(parts);
	} else {
		const GArray *relations = g_hash_table_lookup(index->mentions, relation);
		found = find_both(parts, relations);
		if (found == NULL)
			found = find_creating(relations);
	}
	return found != NULL ? base_source_position(source, found->offset)
	                     : (SourcePosition){ .path = base_source_position(source, 0).path };
}
