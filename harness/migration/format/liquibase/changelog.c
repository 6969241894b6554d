/* A changelog in XML: what it includes, its properties and preconditions. */
#include "migration/format/liquibase/changelog.h"

#include <string.h>

#define INCLUDED "context contextFilter labels ignore created logicalFilePath id author"

typedef struct {
	LiquibaseReading *reading;
	LiquibaseChangelog *changelog;
	Source *source;
	GError **error;
} Reader;

static bool
wrong(const Reader *reader, const LiquibaseNode *node, const char *hint, const char *message)
{
	return migration_error_at(reader->error, reader->source, node->offset, hint, "%s", message);
}

/* --- Includes -------------------------------------------------------------------- */

static bool
read_how(const Reader *reader, const LiquibaseNode *node, LiquibaseInclude *ret_how)
{
	*ret_how = (LiquibaseInclude){
		.offset = node->offset,
		.contexts = liquibase_node_get_either(node, "contextFilter", "context"),
		.labels = liquibase_node_get(node, "labels"),
		.logical_path = liquibase_node_get(node, "logicalFilePath"),
	};
	return liquibase_node_truth(node, reader->source, "ignore", false, &ret_how->ignored, reader->error);
}

static bool
read_include(Reader *reader, const LiquibaseNode *node)
{
	LiquibaseInclude how;
	const char *file = NULL;
	bool relative = false;
	bool needed = true;

	if (!liquibase_node_check(node, reader->source, "file relativeToChangelogFile errorIfMissing " INCLUDED,
	                          reader->error) ||
	    !liquibase_node_need(node, reader->source, "file", &file, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "relativeToChangelogFile", false, &relative, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "errorIfMissing", true, &needed, reader->error) ||
	    !read_how(reader, node, &how))
		return false;
	g_autofree char *slashes = g_strdelimit(g_strdup(file), "\\", '/');
	g_autofree char *path = relative ? liquibase_sibling(reader->changelog, slashes) : g_strdup(slashes);
	g_autofree char *disk = liquibase_file_path(reader->reading, path);
	if (!needed && !g_file_test(disk, G_FILE_TEST_EXISTS)) {
		migration_set_warn(reader->reading->set, "\"%s\" is not there, and errorIfMissing is false", path);
		return true;
	}
	return liquibase_include(reader->reading, reader->changelog, path, &how, reader->error);
}

static bool
read_include_all(Reader *reader, const LiquibaseNode *node)
{
	static const char allowed[] = "path relativeToChangelogFile errorIfMissingOrEmpty minDepth maxDepth "
				      "endsWithFilter " INCLUDED;
	const Source *source = reader->source;
	LiquibaseSearch search = { .ends_with = liquibase_node_get(node, "endsWithFilter") };
	LiquibaseInclude how;
	const char *path = NULL;
	bool relative = false;
	bool needed = true;
	guint n = 0;

	if (liquibase_node_get(node, "filter") != NULL || liquibase_node_get(node, "resourceComparator") != NULL)
		return wrong(reader, node, "run Liquibase itself: \"format: command\", see docs/formats/command.md",
		             "filter and resourceComparator are programs in Java, which pgassay does not run");
	if (!liquibase_node_check(node, source, allowed, reader->error) ||
	    !liquibase_node_need(node, source, "path", &path, reader->error) ||
	    !liquibase_node_truth(node, source, "relativeToChangelogFile", false, &relative, reader->error) ||
	    !liquibase_node_truth(node, source, "errorIfMissingOrEmpty", true, &needed, reader->error) ||
	    !liquibase_node_number(node, source, "minDepth", 0, &search.min_depth, reader->error) ||
	    !liquibase_node_number(node, source, "maxDepth", G_MAXINT, &search.max_depth, reader->error) ||
	    !read_how(reader, node, &how))
		return false;
	how.any_format = true;
	g_autofree char *slashes = g_strdelimit(g_strdup(path), "\\", '/');
	g_autofree char *directory = relative ? liquibase_sibling(reader->changelog, slashes) : g_strdup(slashes);
	search.path = directory;
	if (!liquibase_include_all(reader->reading, reader->changelog, &search, &how, &n, reader->error))
		return false;
	return n > 0 || !needed ||
	       migration_error_at(reader->error, source, node->offset,
	                          "correct the path, or set errorIfMissingOrEmpty=\"false\"",
	                          "there are no changelogs in \"%s\"", directory);
}

/* --- Properties --------------------------------------------------------------------- */

static bool
read_property_file(Reader *reader, const LiquibaseNode *node, const Source *only)
{
	const char *contexts = liquibase_node_get_either(node, "contextFilter", "context");
	bool relative = false;
	bool needed = true;

	if (!liquibase_node_truth(node, reader->source, "relativeToChangelogFile", false, &relative, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "errorIfMissing", true, &needed, reader->error))
		return false;
	const char *name = liquibase_node_get(node, "file");
	g_autofree char *path = relative ? liquibase_sibling(reader->changelog, name) : g_strdup(name);
	g_autofree char *disk = liquibase_file_path(reader->reading, path);
	if (!needed && !g_file_test(disk, G_FILE_TEST_EXISTS))
		return true;
	g_autoptr(Source)
	    file = liquibase_source_load(reader->reading, path, reader->source, node->offset, reader->error);
	return file != NULL &&
	       liquibase_properties_read(reader->reading, file, only, contexts, liquibase_node_get(node, "labels"),
	                                 liquibase_node_get(node, "dbms"), reader->error);
}

static bool
read_property(Reader *reader, const LiquibaseNode *node)
{
	static const char allowed[] =
	    "file relativeToChangelogFile errorIfMissing name value dbms context contextFilter "
	    "labels global target";
	const char *name = liquibase_node_get(node, "name");
	const char *value = liquibase_node_get(node, "value");
	bool global = true;

	if (!liquibase_node_check(node, reader->source, allowed, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "global", true, &global, reader->error))
		return false;
	const Source *only = global ? NULL : reader->source;
	if (liquibase_node_get(node, "file") != NULL)
		return read_property_file(reader, node, only);
	if (name == NULL || value == NULL)
		return wrong(reader, node, "write <property name=\"NAME\" value=\"VALUE\"/>, or file=\"FILE\"",
		             "the property has no name or no value");
	const LiquibaseProperty property = { .name = (char *)name, .value = (char *)value, .only = only };
	liquibase_property_add(reader->reading, &property, liquibase_node_get_either(node, "contextFilter", "context"),
	                       liquibase_node_get(node, "labels"), liquibase_node_get(node, "dbms"));
	return true;
}

/* --- The rest ------------------------------------------------------------------------- */

static bool
read_preconditions(Reader *reader, const LiquibaseNode *node)
{
	LiquibasePreconditions *preconditions = liquibase_read_preconditions(node, reader->source, reader->error);

	if (preconditions == NULL)
		return false;
	g_ptr_array_add(reader->reading->preconditions, preconditions);
	if ((preconditions->on_fail == LIQUIBASE_HALT || preconditions->on_fail == LIQUIBASE_WARN) &&
	    (preconditions->on_error == LIQUIBASE_HALT || preconditions->on_error == LIQUIBASE_WARN))
		return true;
	return wrong(reader, node, "of a whole changelog there are: HALT, WARN",
	             "CONTINUE and MARK_RAN are for changesets");
}

static bool
read_changeset(Reader *reader, const LiquibaseNode *node)
{
	return liquibase_read_changeset(reader->reading, reader->changelog, node, reader->error);
}

static bool
refuse(Reader *reader, const LiquibaseNode *node)
{
	return liquibase_node_refuse(node, reader->source, reader->error);
}

/* Liquibase's schema wants them in this order; those of one rank may stand in any. */
static const struct {
	const char *name;
	guint rank;
	bool (*read)(Reader *reader, const LiquibaseNode *node);
} elements[] = {
	{ "removeChangeSetProperty", 0, refuse },
	{ "property", 1, read_property },
	{ "preConditions", 2, read_preconditions },
	{ "changeSet", 3, read_changeset },
	{ "include", 3, read_include },
	{ "includeAll", 3, read_include_all },
	{ "modifyChangeSets", 3, refuse },
};

static bool
read_element(Reader *reader, LiquibaseNode *node, guint *rank)
{
	for (gsize i = 0; i < G_N_ELEMENTS(elements); i++) {
		if (strcmp(elements[i].name, node->name) != 0)
			continue;
		if (elements[i].rank < *rank)
			return migration_error_at(
			    reader->error, reader->source, node->offset,
			    "write properties first, then preConditions, then the rest: Liquibase's schema wants it so",
			    "<%s> stands too far down", node->name);
		*rank = elements[i].rank;
		return liquibase_node_expand(node, reader->reading, reader->source, reader->error) &&
		       elements[i].read(reader, node);
	}
	return migration_error_at(reader->error, reader->source, node->offset,
	                          "there are: property, preConditions, changeSet, include, includeAll",
	                          "a changelog has no element <%s>", node->name);
}

bool
liquibase_read_xml(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error)
{
	Reader reader = { .reading = reading, .changelog = changelog, .source = changelog->source, .error = error };
	g_autoptr(LiquibaseNode) root = liquibase_xml_read(changelog->source, error);
	guint rank = 0;

	if (root == NULL)
		return false;
	if (strcmp(root->name, "databaseChangeLog") != 0)
		return wrong(&reader, root, "begin it with <databaseChangeLog>", "the file is no changelog");
	if (!liquibase_node_check(root, reader.source,
	                          "logicalFilePath context contextFilter changeLogId objectQuotingStrategy", error))
		return false;
	changelog->logical_path = g_strdup(liquibase_node_get(root, "logicalFilePath"));
	changelog->contexts = g_strdup(liquibase_node_get_either(root, "contextFilter", "context"));
	for (guint i = 0; i < root->children->len; i++)
		if (!read_element(&reader, g_ptr_array_index(root->children, i), &rank))
			return false;
	return true;
}
