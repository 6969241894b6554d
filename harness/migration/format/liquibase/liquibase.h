/*
 * Liquibase's changelogs in formatted SQL. The rules were compared with Liquibase 4.31.1 itself (script/interop
 * liquibase); its source names them: AbstractFormattedChangeLogParser, StringUtil.processMultiLineSQL,
 * SimpleSqlGrammar.jj, ContextExpression, ExpressionExpander, ChangeSet.
 */
#ifndef MIGRATION_FORMAT_LIQUIBASE_LIQUIBASE_H
#define MIGRATION_FORMAT_LIQUIBASE_LIQUIBASE_H

#include "migration/history.h"
#include "migration/runner/runner.h"
#include "migration/text/script.h"

#define LIQUIBASE_VERSION    "4.31.1"
#define LIQUIBASE_LOCK_TABLE "databasechangeloglock"

/* The action if a precondition is not met, or cannot be evaluated. */
typedef enum {
	LIQUIBASE_HALT,
	LIQUIBASE_CONTINUE, /* left out, and asked for again by the next run */
	LIQUIBASE_MARK_RAN, /* left out, and written to the history */
	LIQUIBASE_WARN,     /* runs all the same */
} LiquibaseFallback;

/* "MARK_RAN" in letters of any case; false: there is none of the name. */
bool liquibase_fallback_parse(const char *name, LiquibaseFallback *ret_fallback);

typedef enum {
	LIQUIBASE_QUERY,
	LIQUIBASE_AND,
	LIQUIBASE_OR,
	LIQUIBASE_NOT, /* none of them */
} LiquibaseLogic;

/* A query and the text that it has to give, or several of them. */
typedef struct {
	LiquibaseLogic logic;
	GPtrArray *parts; /* of LiquibasePrecondition *; NULL: it is a query */
	char *sql;
	char *expected;
	char *text; /* for people: as it stands in the file */
} LiquibasePrecondition;

void liquibase_precondition_free(gpointer precondition); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiquibasePrecondition, liquibase_precondition_free)
/* A precondition of the kind ("sql-check", "table-exists", "view-exists"); its sql is NULL if the body cannot be
 * parsed. */
LiquibasePrecondition *liquibase_precondition_new(const char *kind, const char *body);
/* A query; takes over all three. */
LiquibasePrecondition *liquibase_precondition_new_query(char *sql, char *expected, char *text);
LiquibasePrecondition *liquibase_precondition_new_logic(LiquibaseLogic logic);
/* The query that gives 1 where there is such a relation, in letters of any case, in the schema (NULL: the current one).
 * `kinds` are values of relkind: "'r', 'p'". The caller frees it. */
char *liquibase_relation_query(const char *name, const char *schema, const char *kinds);

/* Preconditions, and the actions if they are not met. */
typedef struct {
	GPtrArray *all; /* of LiquibasePrecondition * */
	LiquibaseFallback on_fail;
	LiquibaseFallback on_error;
	char *message; /* of the author, for on_fail; or NULL */
} LiquibasePreconditions;

LiquibasePreconditions *liquibase_preconditions_new(void);
void liquibase_preconditions_free(gpointer preconditions); /* takes NULL */

/* How a text is cut into statements. */
typedef struct {
	bool split;
	bool strip_comments;
	bool twice; /* at ";" without comments, and what that gives again as if nothing was said: text of <rollback> */
	char *delimiter; /* NULL: ";", or "/" or "GO" on a line of its own */
} LiquibaseCutting;

typedef enum {
	LIQUIBASE_SQL,
	LIQUIBASE_SQL_FILE,
	LIQUIBASE_TAG,
	LIQUIBASE_EMPTY,
} LiquibaseChangeKind;

/* One thing that a changeset does. */
typedef struct {
	LiquibaseChangeKind kind;
	Source *source; /* where it is said */
	gsize offset;
	Source *file; /* LIQUIBASE_SQL_FILE: the SQL; NULL: not read yet */
	char *path;   /* LIQUIBASE_SQL_FILE: as written; LIQUIBASE_TAG: the tag; else NULL */
	char *found;  /* LIQUIBASE_SQL_FILE: where it is, for liquibase_file_path */
	LiquibaseCutting cutting;
	bool for_us;               /* its dbms is ours */
	MigrationMappedText *text; /* trimmed, properties replaced; NULL: nothing is run */
	char *checksum;            /* version 9 */
} LiquibaseChange;

/* Made for the pool, which owns it. */
LiquibaseChange *liquibase_change_new(GPtrArray *pool, LiquibaseChangeKind kind, Source *source, gsize offset);
void liquibase_change_free(gpointer change);
/* Sets its text, and its checksum from that. */
void liquibase_change_set_text(LiquibaseChange *change, MigrationMappedText *text);

typedef struct {
	char *id;
	char *author;
	char *path;        /* as the history has it */
	bool has_own_path; /* what includes its changelog does not change it */
	char *run_order;   /* "first", "last", or NULL */
	Source *source;
	gsize offset;            /* of its line in the source */
	const Source *changelog; /* whose local properties it sees */
	bool in_transaction;
	bool on_change;
	bool always;
	char *contexts;            /* as written, or NULL */
	GPtrArray *outer_contexts; /* of char *: contexts of its changelog and of the changelogs that include that, from
	                            * inside out */
	char *labels;              /* with those of the including changelogs, as written; or NULL */
	char *dbms;
	bool ignored;
	char *comment;
	GPtrArray *changes;         /* of LiquibaseChange *, which the pool owns */
	GPtrArray *rollback;        /* the same; NULL: there is none; without any: nothing has to be done */
	char *rollback_of;          /* the changeset whose SQL takes this one back, see liquibase_identity; or NULL */
	GPtrArray *valid_checksums; /* of char * */
	LiquibasePreconditions *preconditions;
} LiquibaseChangeset;

void liquibase_changeset_free(gpointer changeset); /* takes NULL */

/* "path::id::author", the unique identity. The caller frees it. */
char *liquibase_identity(const char *path, const char *id, const char *author);

/* A changelog that is being read, and how it came to be. */
typedef struct LiquibaseChangelog LiquibaseChangelog;
struct LiquibaseChangelog {
	const LiquibaseChangelog *parent; /* what included it; NULL: the first one */
	const char *path;                 /* as the history has it: without "./" and the like */
	Source *source;
	char *logical_path;           /* or NULL */
	char *contexts;               /* of itself; or NULL */
	const char *include_contexts; /* of the include; or NULL */
	const char *include_labels;
	bool include_ignored;
	GPtrArray *changesets; /* of LiquibaseChangeset *, in the order in which they run */
};

/* The state while changelogs are read. */
typedef struct {
	MigrationSet *set;        /* for its settings and warnings */
	const char *root;         /* what paths are relative to */
	char *master;             /* the changelog that includes the others; NULL: the directory has none */
	GPtrArray *properties;    /* of LiquibaseProperty *; the first of a name counts */
	GPtrArray *changesets;    /* of LiquibaseChangeset *: owns them */
	GPtrArray *changes;       /* of LiquibaseChange *: owns them */
	GPtrArray *preconditions; /* of LiquibasePreconditions *: of whole changelogs */
	GHashTable *used;         /* of char *: the files that were looked at */
	guint n_files;            /* how often a file was read */
	gsize n_bytes;            /* ... and how much that was */
} LiquibaseReading;

/* A new changeset of the changelog, not yet in its list. */
LiquibaseChangeset *liquibase_changeset_new(const LiquibaseReading *reading, const LiquibaseChangelog *changelog,
                                            gsize offset);
/* The path as a logicalFilePath (may be NULL) says. `own`: what includes its changelog cannot change it any more. */
void liquibase_changeset_set_path(LiquibaseChangeset *changeset, const char *logical_path, bool own);
/* A logicalFilePath with slashes only, and none at its beginning. The caller frees it. */
char *liquibase_clean_path(const char *path);
/* Adds its own labels (may be NULL) to those of the includes. */
void liquibase_changeset_set_labels(LiquibaseChangeset *changeset, const char *labels);
/* Puts it into the list, where its runOrder wants it. */
void liquibase_changeset_add(GPtrArray *changesets, LiquibaseChangeset *changeset);

/* Warns about failOnError:false: pgassay reports a failure of the changeset all the same. */
void liquibase_warn_of_failures(const LiquibaseReading *reading, const Source *source, gsize offset);

/* A value for ${name}. */
typedef struct {
	char *name;
	char *value;
	const Source *only; /* the changelog that it is for; NULL: for all */
} LiquibaseProperty;

void liquibase_property_free(gpointer property);
/* Adds it, if the run is for its contexts, labels and databases (each may be NULL). `only` as above. */
void liquibase_property_add(LiquibaseReading *reading, const LiquibaseProperty *property, const char *contexts,
                            const char *labels, const char *dbms);

/* Replaces ${name} in the text, which comes from the source, by the properties that the changelog sees. Takes
 * ownership of the text. NULL with *error. */
MigrationMappedText *liquibase_expand(const LiquibaseReading *reading, const Source *changelog, const Source *source,
                                      MigrationMappedText *text, GError **error);
/* The same for a text of one line that stands at the offset of the changelog. The caller frees it. */
char *liquibase_expand_line(const LiquibaseReading *reading, const Source *changelog, gsize offset, const char *text,
                            GError **error);

/* Appends the part of `from` between start and end, with its positions; carriage returns are left out, as Liquibase
 * does. */
void liquibase_append(MigrationMappedText *to, const MigrationMappedText *from, gsize start, gsize end);
/* The same, with all places moved by `shift`. */
void liquibase_append_shifted(MigrationMappedText *to, const MigrationMappedText *from, gsize start, gsize end,
                              gsize shift);

/* The text without white space around it; takes it over. */
MigrationMappedText *liquibase_trim(MigrationMappedText *text);

/* Adds the changesets of the file to the changelog. */
bool liquibase_read_sql(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error);
/* True when it is formatted SQL; else it is one changeset without a name. */
bool liquibase_is_formatted(const Source *source);

/* Cuts the changes as Liquibase does. *ret_inside (the caller frees it) is the place where it cuts within a string or a
 * dollar quote, else NULL. NULL with *error: a delimiter is no regular expression. */
MigrationScript *liquibase_script_new(const LiquibaseChangeset *changeset, const GPtrArray *changes, char **ret_inside,
                                      GError **error);

/* True when the expression of a changeset holds for the contexts (or NULL) that the run has. */
bool liquibase_context_matches(const char *expression, const char *contexts);
/* True when the expression of the run (or NULL) holds for the labels (or NULL) of a changeset. */
bool liquibase_labels_match(const char *labels, const char *expression);
/* True when the list (or NULL) is for PostgreSQL. */
bool liquibase_dbms_matches(const char *dbms);

/* The texts that the pattern's groups match in the whole line, ignoring case; NULL if it does not match. The caller
 * frees it by g_strfreev. */
char **liquibase_match(const char *pattern, const char *line);

/* The checksum, version 9, of SQL. The caller frees it. */
char *liquibase_sql_checksum(const char *sql, gsize length);
/* The same of a text as it is. */
char *liquibase_text_checksum(const char *text);

/* Checks all preconditions of the set's changelogs; an error if one is not met. */
bool liquibase_check_preconditions(MigrationRunner *runner, GError **error);

/* The set's data. */
typedef struct {
	GHashTable *by_name;      /* of a migration -> LiquibaseChangeset * */
	GPtrArray *changesets;    /* owns them */
	GPtrArray *changes;       /* owns them */
	GPtrArray *preconditions; /* owns them */
} LiquibaseData;

LiquibaseData *liquibase_data_new(void);
void liquibase_data_free(gpointer data);

/* The preconditions of whole changelogs, of LiquibasePreconditions *. */
const GPtrArray *liquibase_preconditions_of(const MigrationSet *set);
/* The changeset of a migration of the set. */
const LiquibaseChangeset *liquibase_changeset_of(const MigrationSet *set, const Migration *migration);

/* The state of a run. */
typedef struct {
	char *deployment; /* the history's DEPLOYMENT_ID */
	char *lock;       /* the lock's table, quoted for SQL; NULL: it is not taken */
	bool mark_ran;    /* what became of the preconditions of the changeset that runs */
	bool left_out;
} LiquibaseRun;

/* The history and the lock; see MigrationFormat. */
bool liquibase_begin(MigrationRunner *runner, GError **error);
bool liquibase_validate(MigrationRunner *runner, GError **error);
bool liquibase_skip(MigrationRunner *runner, const Migration *migration, char **ret_reason, GError **error);
bool liquibase_record(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                      gint64 duration, GError **error);
GHashTable *liquibase_applied(MigrationRunner *runner, GError **error);
void liquibase_end(MigrationRunner *runner);
bool liquibase_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                       GError **error);

#endif
