/* A changelog in XML: its properties and preconditions, and the files that it includes. */
#include "migration/format/liquibase/changelog.h"

#include <string.h>

#define INCLUDED "context contextFilter labels ignore created logicalFilePath id author"

struct LiquibaseXmlChangelog {
	LiquibaseReading *reading;
	LiquibaseChangelog *changelog;
	Source *source;
	LiquibaseNode *root;
	guint next; /* of the root's children */
	guint rank; /* of the one before it, see elements */
	LiquibaseInclude include;
	char *path;    /* of it */
	bool includes; /* the element that was read last */
	GError **error;
};
typedef LiquibaseXmlChangelog Reader;

static bool
liquibase_changelog_wrong(const Reader *reader, const LiquibaseNode *node, const char *hint, const char *message)
{
	return migration_error_at(reader->error, reader->source, node->offset, hint, "%s", message);
}

/* --- Includes -------------------------------------------------------------------- */

/* Takes the path over. */
static bool
set_include(Reader *reader, const LiquibaseNode *node, char *path)
{
	LiquibaseInclude *include = &reader->include;

	g_free(reader->path);
	reader->path = path;
	*include = (LiquibaseInclude){
		.path = path,
		.offset = node->offset,
		.contexts = liquibase_node_get_either(node, "contextFilter", "context"),
		.labels = liquibase_node_get(node, "labels"),
		.logical_path = liquibase_node_get(node, "logicalFilePath"),
	};
	return liquibase_node_truth(node, reader->source, "ignore", false, &include->ignored, reader->error);
}

/* The path that is written, from where all paths begin. The caller frees it. */
static char *
liquibase_changelog_resolve(const Reader *reader, const char *path, bool relative)
{
	g_autofree char *slashes = g_strdelimit(g_strdup(path), "\\", '/');

	return relative ? liquibase_sibling(reader->changelog, slashes) : g_steal_pointer(&slashes);
}

static bool
read_include(Reader *reader, const LiquibaseNode *node)
{
	const char *file = NULL;
	bool relative = false;
	bool needed = true;

	if (!liquibase_node_check(node, reader->source, "file relativeToChangelogFile errorIfMissing " INCLUDED,
	                          reader->error) ||
	    !liquibase_node_need(node, reader->source, "file", &file, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "relativeToChangelogFile", false, &relative, reader->error) ||
	    !liquibase_node_truth(node, reader->source, "errorIfMissing", true, &needed, reader->error) ||
	    !set_include(reader, node, liquibase_changelog_resolve(reader, file, relative)))
		return false;
	g_autofree char *disk = liquibase_file_path(reader->reading, reader->include.path);
	reader->includes = needed || g_file_test(disk, G_FILE_TEST_EXISTS);
	if (!reader->includes)
		migration_set_warn(reader->reading->set, "\"%s\" is not there, and errorIfMissing is false",
		                   reader->include.path);
	return true;
}

static bool
read_include_all(Reader *reader, const LiquibaseNode *node)
{
	static const char allowed[] = "path relativeToChangelogFile errorIfMissingOrEmpty minDepth maxDepth "
				      "endsWithFilter " INCLUDED;
	const Source *source = reader->source;
	const char *path = NULL;
	bool relative = false;
	bool needed = true;
	guint min_depth = 0;
	guint max_depth = 0;

	if (liquibase_node_get(node, "filter") != NULL || liquibase_node_get(node, "resourceComparator") != NULL)
		return liquibase_changelog_wrong(
		    reader, node, "run Liquibase itself: \"format: command\", see \"pgassay help command\"",
		    "filter and resourceComparator are programs in Java, which pgassay does not run");
	if (!liquibase_node_check(node, source, allowed, reader->error) ||
	    !liquibase_node_need(node, source, "path", &path, reader->error) ||
	    !liquibase_node_truth(node, source, "relativeToChangelogFile", false, &relative, reader->error) ||
	    !liquibase_node_truth(node, source, "errorIfMissingOrEmpty", true, &needed, reader->error) ||
	    !liquibase_node_number(node, source, "minDepth", 0, &min_depth, reader->error) ||
	    !liquibase_node_number(node, source, "maxDepth", G_MAXINT, &max_depth, reader->error) ||
	    !set_include(reader, node, liquibase_changelog_resolve(reader, path, relative)))
		return false;
	reader->include.is_directory = true;
	reader->include.ends_with = liquibase_node_get(node, "endsWithFilter");
	reader->include.min_depth = min_depth;
	reader->include.max_depth = max_depth;
	reader->include.may_be_missing = !needed;
	reader->include.any_format = true;
	reader->includes = true;
	return true;
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
liquibase_changelog_read_property(Reader *reader, const LiquibaseNode *node)
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
		return liquibase_changelog_wrong(reader, node,
		                                 "write <property name=\"NAME\" value=\"VALUE\"/>, or file=\"FILE\"",
		                                 "the property has no name or no value");
	const LiquibaseProperty property = { .name = (char *)name, .value = (char *)value, .only = only };
	liquibase_property_add(reader->reading, &property, liquibase_node_get_either(node, "contextFilter", "context"),
	                       liquibase_node_get(node, "labels"), liquibase_node_get(node, "dbms"));
	return true;
}

/* --- The rest ------------------------------------------------------------------------- */

static bool
liquibase_changelog_read_preconditions(Reader *reader, const LiquibaseNode *node)
{
	LiquibasePreconditions *preconditions = liquibase_read_preconditions(node, reader->source, reader->error);

	if (preconditions == NULL)
		return false;
	g_ptr_array_add(reader->reading->preconditions, preconditions);
	if ((preconditions->on_fail == LIQUIBASE_HALT || preconditions->on_fail == LIQUIBASE_WARN) &&
	    (preconditions->on_error == LIQUIBASE_HALT || preconditions->on_error == LIQUIBASE_WARN))
		return true;
	return liquibase_changelog_wrong(reader, node, "of a whole changelog there are: HALT, WARN",
	                                 "CONTINUE and MARK_RAN are for changesets");
}

static bool
liquibase_changelog_read_changeset(Reader *reader, const LiquibaseNode *node)
{
	return liquibase_read_changeset(reader->reading, reader->changelog, node, reader->error);
}

static bool
liquibase_changelog_refuse(Reader *reader, const LiquibaseNode *node)
{
	return liquibase_node_refuse(node, reader->source, reader->error);
}

/* Liquibase's schema wants them in this order; those of one rank may stand in any. */
static const struct {
	const char *name;
	guint rank;
	bool (*read)(Reader *reader, const LiquibaseNode *node);
} elements[] = {
	{ "removeChangeSetProperty", 0, liquibase_changelog_refuse },
	{ "property", 1, liquibase_changelog_read_property },
	{ "preConditions", 2, liquibase_changelog_read_preconditions },
	{ "changeSet", 3, liquibase_changelog_read_changeset },
	{ "include", 3, read_include },
	{ "includeAll", 3, read_include_all },
	{ "modifyChangeSets", 3, liquibase_changelog_refuse },
};

static bool
read_element(Reader *reader, LiquibaseNode *node)
{
	for (gsize i = 0; i < G_N_ELEMENTS(elements); i++) {
		if (strcmp(elements[i].name, node->name) != 0)
			continue;
		if (elements[i].rank < reader->rank)
			return migration_error_at(
			    reader->error, reader->source, node->offset,
			    "write properties first, then preConditions, then the rest: Liquibase's schema wants it so",
			    "<%s> stands too far down", node->name);
		reader->rank = elements[i].rank;
		return liquibase_node_expand(node, reader->reading, reader->source, reader->error) &&
		       elements[i].read(reader, node);
	}
	return migration_error_at(reader->error, reader->source, node->offset,
	                          "there are: property, preConditions, changeSet, include, includeAll",
	                          "a changelog has no element <%s>", node->name);
}

void
liquibase_xml_changelog_free(LiquibaseXmlChangelog *xml)
{
	if (xml == NULL)
		return;
	liquibase_node_free(xml->root);
	g_free(xml->path);
	g_free(xml);
}

LiquibaseXmlChangelog *
liquibase_xml_changelog_open(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error)
{
	g_autoptr(LiquibaseXmlChangelog) xml = g_new0(LiquibaseXmlChangelog, 1);

	xml->reading = reading;
	xml->changelog = changelog;
	xml->source = changelog->source;
	xml->error = error;
	xml->root = liquibase_xml_read(changelog->source, error);
	if (xml->root == NULL)
		return NULL;
	if (strcmp(xml->root->name, "databaseChangeLog") != 0) {
		liquibase_changelog_wrong(xml, xml->root, "begin it with <databaseChangeLog>",
		                          "the file is no changelog");
		return NULL;
	}
	if (!liquibase_node_check(xml->root, xml->source,
	                          "logicalFilePath context contextFilter changeLogId objectQuotingStrategy", error))
		return NULL;
	changelog->logical_path = g_strdup(liquibase_node_get(xml->root, "logicalFilePath"));
	changelog->contexts = g_strdup(liquibase_node_get_either(xml->root, "contextFilter", "context"));
	return g_steal_pointer(&xml);
}

bool
liquibase_xml_changelog_next(LiquibaseXmlChangelog *xml, const LiquibaseInclude **ret_include, GError **error)
{
	xml->error = error;
	xml->includes = false;
	while (!xml->includes && xml->next < xml->root->children->len)
		if (!read_element(xml, g_ptr_array_index(xml->root->children, xml->next++)))
			return false;
	*ret_include = xml->includes ? &xml->include : NULL;
	return true;
}
