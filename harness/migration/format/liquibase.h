/*
 * Liquibase's changelogs in formatted SQL. The rules were compared with Liquibase 4.31.1 itself (script/interop
 * liquibase); its source names them: AbstractFormattedChangeLogParser, StringUtil.processMultiLineSQL,
 * SimpleSqlGrammar.jj, ContextExpression, ExpressionExpander, ChangeSet.
 */
#ifndef MIGRATION_FORMAT_LIQUIBASE_H
#define MIGRATION_FORMAT_LIQUIBASE_H

#include "migration/history.h"
#include "migration/runner.h"
#include "migration/script.h"

#define LIQUIBASE_VERSION    "4.31.1"
#define LIQUIBASE_LOCK_TABLE "databasechangeloglock"

/* What is done when a precondition is not met, or cannot be asked for. */
typedef enum {
	LIQUIBASE_HALT,
	LIQUIBASE_CONTINUE, /* left out, and asked for again by the next run */
	LIQUIBASE_MARK_RAN, /* left out, and written to the history */
	LIQUIBASE_WARN,     /* runs all the same */
} LiquibaseFallback;

/* A query, and the text that it has to give. */
typedef struct {
	char *sql;
	char *expected;
	char *text; /* for people: as it stands in the file */
} LiquibasePrecondition;

void liquibase_precondition_free(gpointer precondition);
/* Of a kind ("sql-check", "table-exists", "view-exists"); its sql is NULL when the body cannot be read. */
LiquibasePrecondition *liquibase_precondition_new(const char *kind, const char *body);

/* How a text is cut into statements. */
typedef struct {
	bool split;
	bool strip_comments;
	char *delimiter; /* NULL: ";", or "/" or "GO" on a line of its own */
} LiquibaseCutting;

typedef struct {
	char *id;
	char *author;
	char *path; /* as the history has it */
	Source *source;
	gsize offset; /* of its line in the source */
	LiquibaseCutting cutting;
	LiquibaseCutting rollback_cutting;
	bool in_transaction;
	bool on_change;
	bool always;
	char *contexts; /* as written, or NULL */
	char *labels;
	char *dbms;
	bool ignored;
	char *comment;
	MigrationMappedText *sql;      /* trimmed, properties replaced */
	MigrationMappedText *rollback; /* NULL: there is none; without text: nothing has to be done */
	char *rollback_of;          /* the changeset whose SQL takes this one back, see liquibase_identity; or NULL */
	GPtrArray *valid_checksums; /* of char * */
	GPtrArray *preconditions;   /* of LiquibasePrecondition * */
	LiquibaseFallback on_fail;
	LiquibaseFallback on_error;
} LiquibaseChangeset;

void liquibase_changeset_free(LiquibaseChangeset *changeset); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LiquibaseChangeset, liquibase_changeset_free)

/* "path::id::author": what is unique. The caller frees it. */
char *liquibase_identity(const char *path, const char *id, const char *author);

/* What is known while changelogs are read. */
typedef struct {
	MigrationSet *set;     /* for its settings and warnings */
	GPtrArray *properties; /* of LiquibaseProperty *; the first of a name counts */
	GPtrArray *changesets; /* of LiquibaseChangeset *: what was read so far */
} LiquibaseReading;

/* A value for ${name}. */
typedef struct {
	char *name;
	char *value;
	const Source *only; /* the file that it is for; NULL: for all */
} LiquibaseProperty;

void liquibase_property_free(gpointer property);

/* Replaces ${name} in the text and takes the text over. NULL with *error. */
MigrationMappedText *liquibase_expand(const LiquibaseReading *reading, Source *source, MigrationMappedText *text,
                                      GError **error);
/* The same for a text of one line that stands at the offset. The caller frees it. */
char *liquibase_expand_line(const LiquibaseReading *reading, Source *source, gsize offset, const char *text,
                            GError **error);

/* Appends what stands from start to end in `from`, with its places; carriage returns are left out, as Liquibase does.
 */
void liquibase_append(MigrationMappedText *to, const MigrationMappedText *from, gsize start, gsize end);

/* The text without white space around it; takes it over. */
MigrationMappedText *liquibase_trim(MigrationMappedText *text);

/* Adds the changesets of a file of formatted SQL (or of plain SQL, which is one changeset) to the reading. `path` is
 * the file's name as the history has it. */
bool liquibase_read_sql(LiquibaseReading *reading, Source *source, const char *path, GError **error);

/* Cuts the text as Liquibase does. *ret_inside is the offset in the source where it cuts within a string or a dollar
 * quote, else -1. NULL with *error: the delimiter is no regular expression. */
MigrationScript *liquibase_script_new(Source *source, gsize offset, const MigrationMappedText *text,
                                      const LiquibaseCutting *cutting, gssize *ret_inside, GError **error);

/* True when the expression of a changeset holds for the contexts (or NULL) that the run has. */
bool liquibase_context_matches(const char *expression, const char *contexts);
/* True when the expression of the run (or NULL) holds for the labels (or NULL) of a changeset. */
bool liquibase_labels_match(const char *labels, const char *expression);
/* True when the list (or NULL) is for PostgreSQL. */
bool liquibase_dbms_matches(const char *dbms);

/* What the pattern's groups match in the whole line, in letters of any case; NULL when it does not match. The caller
 * frees it by g_strfreev. */
char **liquibase_match(const char *pattern, const char *line);

/* The checksum, version 9, of a changeset of one text of SQL. The caller frees it. */
char *liquibase_checksum(const MigrationMappedText *sql);

/* The changeset of a migration of the set. */
const LiquibaseChangeset *liquibase_changeset_of(const MigrationSet *set, const Migration *migration);

/* What is remembered during a run. */
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
