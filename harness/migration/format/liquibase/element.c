/* A changeset in XML. */
#include "migration/format/liquibase/changelog.h"

#include <string.h>

#define SETTINGS "stripComments splitStatements endDelimiter dbms"

typedef struct {
	LiquibaseReading *reading;
	LiquibaseChangelog *changelog;
	LiquibaseChangeset *changeset;
	Source *source;
	GError **error;
} Reader;

static bool
liquibase_element_wrong(const Reader *reader, const LiquibaseNode *node, const char *hint, const char *message)
{
	return migration_error_at(reader->error, reader->source, node->offset, hint, "%s", message);
}

static MigrationMappedText *
element_copy_text(const LiquibaseNode *node)
{
	MigrationMappedText *copy = migration_mapped_text_new();

	liquibase_append(copy, node->text, 0, node->text->text->len);
	return liquibase_trim(copy);
}

/* --- Changes ---------------------------------------------------------------------- */

/* The common attributes of <sql> and <sqlFile>. */
static bool
read_settings(const Reader *reader, const LiquibaseNode *node, LiquibaseChange *change)
{
	change->cutting.delimiter = g_strdup(liquibase_node_get(node, "endDelimiter"));
	change->for_us = liquibase_dbms_matches(liquibase_node_get(node, "dbms"));
	return liquibase_node_truth(node, reader->source, "stripComments", false, &change->cutting.strip_comments,
	                            reader->error) &&
	       liquibase_node_truth(node, reader->source, "splitStatements", true, &change->cutting.split,
	                            reader->error);
}

static bool
liquibase_element_read_sql(Reader *reader, const LiquibaseNode *node, GPtrArray *changes)
{
	LiquibaseChange *change = liquibase_change_new(reader->reading->changes, LIQUIBASE_SQL, reader->source,
	                                               node->offset);

	for (guint i = 0; i < node->children->len; i++) {
		const LiquibaseNode *child = g_ptr_array_index(node->children, i);
		if (strcmp(child->name, "comment") != 0)
			return liquibase_element_wrong(reader, child,
			                               "write \"<\" in SQL as \"&lt;\", or the SQL in <![CDATA[ ]]>",
			                               "<sql> has no elements but <comment>");
	}
	g_ptr_array_add(changes, change);
	liquibase_change_set_text(change, element_copy_text(node));
	return liquibase_node_check(node, reader->source, SETTINGS, reader->error) &&
	       read_settings(reader, node, change) &&
	       (change->text->text->len > 0 ||
	        liquibase_element_wrong(reader, node, "write its SQL into it, or take it out", "<sql> has no SQL"));
}

static bool
read_sql_file(Reader *reader, const LiquibaseNode *node, GPtrArray *changes)
{
	LiquibaseChange *change = liquibase_change_new(reader->reading->changes, LIQUIBASE_SQL_FILE, reader->source,
	                                               node->offset);
	const char *encoding = liquibase_node_get(node, "encoding");
	const char *path = NULL;
	bool relative = false;

	g_ptr_array_add(changes, change);
	if (!liquibase_node_check(node, reader->source, "path encoding relativeToChangelogFile " SETTINGS,
	                          reader->error) ||
	    !liquibase_node_need(node, reader->source, "path", &path, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "relativeToChangelogFile", false, &relative, reader->error))
		return false;
	if (encoding != NULL && g_ascii_strcasecmp(encoding, "utf-8") != 0 && g_ascii_strcasecmp(encoding, "utf8") != 0)
		return liquibase_element_wrong(reader, node, "save the file as UTF-8, and write encoding=\"UTF-8\"",
		                               "pgassay reads files in UTF-8 only");
	change->path = g_strdup(path);
	change->found = relative ? liquibase_sibling(reader->changelog, path) : g_strdup(path);
	g_hash_table_add(reader->reading->used, liquibase_file_path(reader->reading, change->found));
	return read_settings(reader, node, change);
}

static bool
liquibase_element_read_tag(Reader *reader, const LiquibaseNode *node, GPtrArray *changes)
{
	LiquibaseChange *change = liquibase_change_new(reader->reading->changes, LIQUIBASE_TAG, reader->source,
	                                               node->offset);
	const char *tag = NULL;

	g_ptr_array_add(changes, change);
	if (!liquibase_node_check(node, reader->source, "tag", reader->error) ||
	    !liquibase_node_need(node, reader->source, "tag", &tag, reader->error))
		return false;
	g_autofree char *written = g_strdup_printf("tagDatabase:[\n    tag=\"%s\"\n]", tag);
	change->path = g_strdup(tag);
	change->checksum = liquibase_text_checksum(written);
	return true;
}

static bool
read_empty(Reader *reader, const LiquibaseNode *node, GPtrArray *changes)
{
	LiquibaseChange *change = liquibase_change_new(reader->reading->changes, LIQUIBASE_EMPTY, reader->source,
	                                               node->offset);

	g_ptr_array_add(changes, change);
	change->checksum = liquibase_text_checksum("empty:[]");
	return liquibase_node_check(node, reader->source, "", reader->error);
}

static const struct {
	const char *name;
	bool (*read)(Reader *reader, const LiquibaseNode *node, GPtrArray *changes);
} changes_known[] = {
	{ "sql", liquibase_element_read_sql },
	{ "sqlFile", read_sql_file },
	{ "tagDatabase", liquibase_element_read_tag },
	{ "empty", read_empty },
};

static bool
liquibase_element_read_change(Reader *reader, const LiquibaseNode *node, GPtrArray *changes)
{
	for (gsize i = 0; i < G_N_ELEMENTS(changes_known); i++)
		if (strcmp(changes_known[i].name, node->name) == 0)
			return changes_known[i].read(reader, node, changes);
	return liquibase_node_refuse(node, reader->source, reader->error);
}

bool
liquibase_load_file(LiquibaseReading *reading, const LiquibaseChangeset *changeset, LiquibaseChange *change,
                    GError **error)
{
	if (change->kind != LIQUIBASE_SQL_FILE || !change->for_us || change->file != NULL)
		return true;
	change->file = liquibase_source_load(reading, change->found, change->source, change->offset, error);
	if (change->file == NULL)
		return false;
	MigrationMappedText *text = migration_source_text(change->file);
	liquibase_change_set_text(change, liquibase_trim(text));
	/* The checksum is that of the file, what runs is with its properties. */
	change->text = liquibase_expand(reading, changeset->changelog, change->file, change->text, error);
	return change->text != NULL;
}

/* --- Rollbacks -------------------------------------------------------------------- */

/* Those with the path, the id and the author that were read so far, in the changelog or in one that includes it. */
static bool
find_changesets(const LiquibaseChangelog *changelog, const char *identity, GPtrArray *changes)
{
	bool found = false;

	for (; changelog != NULL && !found; changelog = changelog->parent)
		for (guint i = 0; i < changelog->changesets->len; i++) {
			const LiquibaseChangeset *one = g_ptr_array_index(changelog->changesets, i);
			g_autofree char *other = liquibase_identity(one->path, one->id, one->author);
			if (g_ascii_strcasecmp(other, identity) != 0 || !liquibase_dbms_matches(one->dbms))
				continue;
			found = true;
			g_ptr_array_extend(changes, one->changes, NULL, NULL);
		}
	return found;
}

static bool
liquibase_element_read_reference(Reader *reader, const LiquibaseNode *node, const char *id, GPtrArray *changes)
{
	const char *author = liquibase_node_get(node, "changeSetAuthor");
	const char *path = liquibase_node_get(node, "changeSetPath");

	if (author == NULL)
		return liquibase_element_wrong(
		    reader, node, "write changeSetId and changeSetAuthor",
		    "the rollback of this changeset names another one without changeSetAuthor");
	g_autofree char *identity = liquibase_identity(path != NULL ? path : reader->changeset->path, id, author);
	return find_changesets(reader->changelog, identity, changes) ||
	       migration_error_at(reader->error, reader->source, node->offset,
	                          "name one that comes before it; changeSetPath says in which file",
	                          "the rollback of this changeset names \"%s\", which there is not before it",
	                          identity);
}

static bool
liquibase_element_read_rollback(Reader *reader, const LiquibaseNode *node)
{
	LiquibaseChangeset *changeset = reader->changeset;
	const char *id = liquibase_node_get(node, "changeSetId");

	if (!liquibase_node_check(node, reader->source, "changeSetPath changeSetAuthor changeSetId", reader->error))
		return false;
	if (changeset->rollback == NULL)
		changeset->rollback = g_ptr_array_new();
	if (id != NULL)
		return liquibase_element_read_reference(reader, node, id, changeset->rollback);
	for (guint i = 0; i < node->children->len; i++) {
		const LiquibaseNode *child = g_ptr_array_index(node->children, i);
		if (strcmp(child->name, "comment") != 0 &&
		    !liquibase_element_read_change(reader, child, changeset->rollback))
			return false;
	}
	MigrationMappedText *text = element_copy_text(node);
	if (text->text->len == 0) {
		migration_mapped_text_free(text);
		return true;
	}
	LiquibaseChange *change = liquibase_change_new(reader->reading->changes, LIQUIBASE_SQL, reader->source,
	                                               node->offset);
	change->cutting.twice = true;
	liquibase_change_set_text(change, text);
	g_ptr_array_add(changeset->rollback, change);
	return true;
}

/* --- Changesets --------------------------------------------------------------------- */

static bool
liquibase_element_read_comment(Reader *reader, const LiquibaseNode *node)
{
	LiquibaseChangeset *changeset = reader->changeset;
	g_autofree char *before = changeset->comment;

	changeset->comment = before != NULL ? g_strconcat(before, "\n", node->text->text->str, NULL)
	                                    : g_strdup(node->text->text->str);
	return true;
}

static bool
liquibase_element_read_checksum(Reader *reader, const LiquibaseNode *node)
{
	if (node->text->text->len > 0)
		g_ptr_array_add(reader->changeset->valid_checksums, g_strdup(node->text->text->str));
	return true;
}

static bool
liquibase_element_read_preconditions(Reader *reader, const LiquibaseNode *node)
{
	LiquibasePreconditions *preconditions = liquibase_read_preconditions(node, reader->source, reader->error);

	if (preconditions == NULL)
		return false;
	liquibase_preconditions_free(reader->changeset->preconditions);
	reader->changeset->preconditions = preconditions;
	return true;
}

/* Liquibase's schema requires this order; any other element is a change, of rank 2. */
static const struct {
	const char *name;
	guint rank;
	bool (*read)(Reader *reader, const LiquibaseNode *node);
} parts[] = {
	{ "validCheckSum", 0, liquibase_element_read_checksum },
	{ "preConditions", 1, liquibase_element_read_preconditions },
	{ "comment", 2, liquibase_element_read_comment },
	{ "rollback", 2, liquibase_element_read_rollback },
};

static bool
read_part(Reader *reader, const LiquibaseNode *node, guint *rank)
{
	guint own = 2;
	bool (*read)(Reader *, const LiquibaseNode *) = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
		if (strcmp(parts[i].name, node->name) == 0) {
			own = parts[i].rank;
			read = parts[i].read;
		}
	if (own < *rank)
		return migration_error_at(
		    reader->error, reader->source, node->offset,
		    "write validCheckSum first, then preConditions, then the rest: Liquibase's schema wants it so",
		    "<%s> stands too far down", node->name);
	*rank = own;
	return read != NULL ? read(reader, node)
	                    : liquibase_element_read_change(reader, node, reader->changeset->changes);
}

/* A tag stands alone, says Liquibase's schema. */
static bool
liquibase_element_check_tag(Reader *reader, const LiquibaseNode *node)
{
	bool tagged = false;
	guint others = 0;

	for (guint i = 0; i < node->children->len; i++) {
		const LiquibaseNode *child = g_ptr_array_index(node->children, i);
		if (strcmp(child->name, "tagDatabase") == 0)
			tagged = true;
		else
			others += strcmp(child->name, "validCheckSum") != 0 &&
			          strcmp(child->name, "preConditions") != 0;
	}
	return !tagged || others == 0 ||
	       liquibase_element_wrong(reader, node, "give it a changeset of its own: Liquibase's schema wants it so",
	                               "<tagDatabase> stands beside other elements");
}

static bool
liquibase_element_read_attributes(Reader *reader, const LiquibaseNode *node)
{
	static const char allowed[] =
	    "id author context contextFilter labels dbms runOnChange runAlways failOnError onValidationFail "
	    "runInTransaction logicalFilePath objectQuotingStrategy created runOrder ignore runWith runWithSpoolFile";
	LiquibaseChangeset *changeset = reader->changeset;
	const Source *source = reader->source;
	const char *id = NULL;
	const char *author = NULL;
	bool ignored = false;

	if (!liquibase_node_check(node, source, allowed, reader->error) ||
	    !liquibase_node_need(node, source, "id", &id, reader->error) ||
	    !liquibase_node_need(node, source, "author", &author, reader->error) ||
	    !liquibase_node_truth(node, source, "runAlways", false, &changeset->always, reader->error) ||
	    !liquibase_node_truth(node, source, "runOnChange", false, &changeset->on_change, reader->error) ||
	    !liquibase_node_truth(node, source, "runInTransaction", true, &changeset->in_transaction, reader->error) ||
	    !liquibase_node_truth(node, source, "ignore", false, &ignored, reader->error))
		return false;
	const char *path = liquibase_node_get(node, "logicalFilePath");
	g_autofree char *clean = liquibase_clean_path(path != NULL ? path : "");
	changeset->id = g_strdup(id);
	changeset->author = g_strdup(author);
	changeset->contexts = g_strdup(liquibase_node_get_either(node, "contextFilter", "context"));
	changeset->dbms = g_strdup(liquibase_node_get(node, "dbms"));
	changeset->run_order = g_strdup(liquibase_node_get(node, "runOrder"));
	changeset->ignored |= ignored;
	liquibase_changeset_set_labels(changeset, liquibase_node_get(node, "labels"));
	liquibase_changeset_set_path(changeset, clean, true);
	return true;
}

/* Refuses changesets that Liquibase runs in a way that pgassay does not support. */
static bool
check_way(Reader *reader, const LiquibaseNode *node)
{
	const char *with = liquibase_node_get(node, "runWith");
	const char *order = reader->changeset->run_order;
	bool fail = true;

	if (with != NULL && *with != '\0' && g_ascii_strcasecmp(with, "jdbc") != 0)
		return liquibase_element_wrong(
		    reader, node, "run Liquibase itself: \"format: command\", see \"pgassay help command\"",
		    "runWith has another program run the changeset, which pgassay does not do");
	if (order != NULL && strcmp(order, "first") != 0 && strcmp(order, "last") != 0)
		return liquibase_element_wrong(reader, node, "there are: first, last", "runOrder has another value");
	if (!liquibase_node_truth(node, reader->source, "failOnError", true, &fail, reader->error))
		return false;
	if (!fail)
		liquibase_warn_of_failures(reader->reading, reader->source, node->offset);
	return true;
}

bool
liquibase_read_changeset(LiquibaseReading *reading, LiquibaseChangelog *changelog, const LiquibaseNode *node,
                         GError **error)
{
	Reader reader = { .reading = reading, .changelog = changelog, .source = changelog->source, .error = error };
	guint rank = 0;

	reader.changeset = liquibase_changeset_new(reading, changelog, node->offset);
	if (!liquibase_element_read_attributes(&reader, node) || !check_way(&reader, node) ||
	    !liquibase_element_check_tag(&reader, node))
		return false;
	for (guint i = 0; i < node->children->len; i++)
		if (!read_part(&reader, g_ptr_array_index(node->children, i), &rank))
			return false;
	liquibase_changeset_add(changelog->changesets, reader.changeset);
	return true;
}
