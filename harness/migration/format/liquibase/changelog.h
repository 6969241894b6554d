/*
 * Liquibase's changelogs: files that name files. The rules are those of Liquibase 4.31.1: its dbchangelog.xsd, and
 * DatabaseChangeLog, ChangeSet, AbstractPathResourceAccessor of its source; compared with it by script/interop
 * liquibase.
 */
#ifndef MIGRATION_FORMAT_LIQUIBASE_CHANGELOG_H
#define MIGRATION_FORMAT_LIQUIBASE_CHANGELOG_H

#include "migration/format/liquibase/liquibase.h"

/* --- Elements (xml.c) ------------------------------------------------------- */

typedef struct {
	char *name;
	char *value;
} LiquibaseAttribute;

/* An element of a changelog. */
typedef struct {
	char *name;
	gsize offset;              /* in the source */
	GPtrArray *attributes;     /* of LiquibaseAttribute *; not those with a prefix */
	GPtrArray *children;       /* of LiquibaseNode * */
	MigrationMappedText *text; /* its own, without that of its children */
} LiquibaseNode;

LiquibaseNode *liquibase_node_new(const char *name, gsize offset);
void liquibase_node_free(gpointer node); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiquibaseNode, liquibase_node_free)

/* Reads the text as XML: no DTD, nothing fetched. NULL with *error, which shows the place. */
LiquibaseNode *liquibase_xml_read(const Source *source, GError **error);

/* --- Contents of elements (node.c) ------------------------------------------- */

/* The attribute's value, or NULL. */
const char *liquibase_node_get(const LiquibaseNode *node, const char *attribute);
/* The same of two names that it may have: the first one that is not empty. */
const char *liquibase_node_get_either(const LiquibaseNode *node, const char *one, const char *other);
/* A required attribute. */
bool liquibase_node_need(const LiquibaseNode *node, const Source *source, const char *attribute, const char **ret_value,
                         GError **error);
bool liquibase_node_truth(const LiquibaseNode *node, const Source *source, const char *attribute, bool default_value,
                          bool *ret_truth, GError **error);
bool liquibase_node_number(const LiquibaseNode *node, const Source *source, const char *attribute, guint default_value,
                           guint *ret_number, GError **error);
/* False with *error when the element has an attribute that is none of the names (with blanks between them). */
bool liquibase_node_check(const LiquibaseNode *node, const Source *source, const char *attributes, GError **error);
/* Replaces ${name} in the element and in all below it, as the changelog sees the properties now. */
bool liquibase_node_expand(LiquibaseNode *node, const LiquibaseReading *reading, const Source *changelog,
                           GError **error);
/* Refuses an element that we do not support. Always returns false. */
bool liquibase_node_refuse(const LiquibaseNode *node, const Source *source, GError **error);

/* --- Paths (path.c) ---------------------------------------------------------- */

/* Without "classpath:" and slashes before it. */
const char *liquibase_bare_path(const char *path);
/* The path as the history has it: the same without "." and "..". The caller frees it. */
char *liquibase_history_path(const char *path);
/* True when it ends, in letters of any case, with one of the suffixes, of which the last is NULL. */
bool liquibase_path_ends_with(const char *path, const char *const *suffixes);
/* The path that a name means, in a changelog and relative to it. The caller frees it. */
char *liquibase_sibling(const LiquibaseChangelog *changelog, const char *name);
/* Where the file is on disk. The caller frees it. */
char *liquibase_file_path(const LiquibaseReading *reading, const char *path);
/* The file, or NULL with *error that shows the place of the element that names it. */
Source *liquibase_source_load(LiquibaseReading *reading, const char *path, const Source *source, gsize offset,
                              GError **error);

/* --- Property files (properties.c) --------------------------------------- */

/* Adds the properties of a file as Java reads it, each with the rest of `property`. */
bool liquibase_properties_read(LiquibaseReading *reading, const Source *file, const Source *only, const char *contexts,
                               const char *labels, const char *dbms, GError **error);

/* --- Elements that say something (condition.c, element.c) --------------------------- */

/* Of <preConditions>; NULL with *error. */
LiquibasePreconditions *liquibase_read_preconditions(const LiquibaseNode *node, const Source *source, GError **error);

/* Adds the changeset of the element. */
bool liquibase_read_changeset(LiquibaseReading *reading, LiquibaseChangelog *changelog, const LiquibaseNode *node,
                              GError **error);

/* Reads the file of an sqlFile, unless that is done or it is for another database. */
bool liquibase_load_file(LiquibaseReading *reading, const LiquibaseChangeset *changeset, LiquibaseChange *change,
                         GError **error);

/* --- A changelog in XML (changelog.c) ------------------------------------------------- */

/* An include of a changelog: a file, or the files of a directory; and its settings for all their changesets. */
typedef struct {
	const char *path;      /* of either, from where all paths begin */
	bool is_directory;     /* the next four are for one only */
	bool may_be_missing;   /* it is no fault when no file is found */
	const char *ends_with; /* or NULL */
	guint min_depth;
	guint max_depth; /* 1: no sub-directory */
	gsize offset;    /* of the element in the changelog */
	const char *contexts;
	const char *labels;
	const char *logical_path;
	bool ignored;
	bool first;      /* nothing includes it */
	bool any_format; /* other files are skipped with a warning */
} LiquibaseInclude;

typedef struct LiquibaseXmlChangelog LiquibaseXmlChangelog;

/* The changelog's own attributes are in it then. NULL with *error. */
LiquibaseXmlChangelog *liquibase_xml_changelog_open(LiquibaseReading *reading, LiquibaseChangelog *changelog,
                                                    GError **error);
/* Adds the next elements to the changelog, up to an include: *ret_include, which is valid until the next call, or
 * NULL at the end. The caller includes it before the next call. */
bool liquibase_xml_changelog_next(LiquibaseXmlChangelog *xml, const LiquibaseInclude **ret_include, GError **error);
void liquibase_xml_changelog_free(LiquibaseXmlChangelog *xml); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiquibaseXmlChangelog, liquibase_xml_changelog_free)

/* --- All that is included (include.c) --------------------------------------------------- */

/* Adds the changesets of the file, or of all files that are found, in byte order of their paths, to those of the
 * changelog. */
bool liquibase_include(LiquibaseReading *reading, LiquibaseChangelog *changelog, const LiquibaseInclude *include,
                       GError **error);

/* --- The first one (master.c) ------------------------------------------------------------ */

/* The changelog of the directory itself, and else one below it that is called a master; *ret_name (the caller frees it)
 * is NULL where there is none. */
bool liquibase_find_master(const char *directory, char **ret_name, GError **error);

/* Reads the changelog that the options name, or that the directory has, or all of the directory; adds the changesets to
 * `ordered`, which does not own them. */
bool liquibase_read_all(LiquibaseReading *reading, const MigrationOptions *options, GPtrArray *ordered, GError **error);

/* Notes the files that no changelog includes. */
bool liquibase_find_ignored(LiquibaseReading *reading, GError **error);

/* --- On a classpath (classpath.c) ----------------------------------------------------------- */

/* The root of the classpath to which the directory belongs ("src/main/resources"), and the first changelog: what the
 * application's settings name, else the master in the directory. Both are paths as the directory's, which the caller
 * frees. False: it belongs to none, or there is no such changelog. */
bool liquibase_classpath_find(const char *directory, char **ret_root, char **ret_changelog);

#endif
