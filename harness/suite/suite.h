/*
 * A suite: which databases, migrations, fixtures and checks. Loaded and checked as a whole
 * before anything runs.
 */
#ifndef SUITE_SUITE_H
#define SUITE_SUITE_H

#include "migration/migration.h"
#include "suite/provider.h"
#include "suite/shape.h"

/* Generated rows of a table: more take memory and time, and prove nothing. */
#define SUITE_ROWS_MAX 100000

/* A kind of check that a suite may list under `checks:`; the table of them is check/kind/kind.c's. */
typedef struct {
	const char *name; /* the key: "query"; NULL ends the table */
	/* A mapping that may have the keys "name" and "database", both texts; it needs "name", unless there is a
	 * make_name. Instead of "database" it may have "databases", a list of texts: two or more. */
	const SuiteShape *shape;
	/* Checks rules that the shape cannot express, for example that a word is a condition name; or NULL. */
	bool (*validate)(const SuiteNode *node, GError **error);
	const char *help;
	/* The name of a check that gives itself none; the caller frees it. NULL where a name is required. */
	char *(*make_name)(const SuiteNode *node);
} SuiteCheckKind;

typedef enum {
	SUITE_ROLLBACK_DOWN,     /* each down that exists is proved */
	SUITE_ROLLBACK_REQUIRED, /* and a migration without one fails */
	SUITE_ROLLBACK_RESTORE,  /* each down that exists is proved, and for each migration the backup from before it */
	SUITE_ROLLBACK_NONE,     /* no round trips */
} SuiteRollback;

typedef enum {
	SUITE_CRASH_OFF,
	SUITE_CRASH_EACH,   /* each migration is killed at every point */
	SUITE_CRASH_SAMPLE, /* each at one point, which is drawn */
} SuiteCrash;

typedef enum {
	SUITE_PRECONDITIONS_REPORT, /* a migration may fail on rows that its schema allows, if they do not occur in
	                             * practice */
	SUITE_PRECONDITIONS_FAIL,   /* it works on all of them */
} SuitePreconditions;

typedef struct {
	char *path;            /* of a file that exists: from the working directory, absolute when it is not below it */
	const SuiteNode *node; /* where the suite names it */
} SuiteFile;

/* A file that belongs to one migration: rows that are loaded once it is applied, or a fixture that must hold then. */
typedef struct {
	char *migration;       /* its version or name, as the suite writes it */
	const SuiteNode *node; /* where it does */
	char *table;           /* of a CSV file: "schema.table"; NULL: another file */
	char *path;            /* of the file */
} SuiteData;

/* A statement of the suite about one migration: why its down loses rows, or why it has none. */
typedef struct {
	char *migration;       /* its version or name, as the suite writes it */
	const SuiteNode *node; /* where it does */
	char *reason;
} SuiteDeclaration;

/* The name of a file or migration may have wildcards: * is any text. */
bool suite_declaration_is_pattern(const SuiteDeclaration *declaration);
bool suite_declaration_matches(const SuiteDeclaration *declaration, const char *name);
/* The one of these (SuiteDeclaration *) that means the file: by its name, else by wildcards; NULL when none does. */
const SuiteDeclaration *suite_declaration_find(const GPtrArray *declarations, const char *name);

/* Parts that may be missing in a dump. */
typedef enum {
	SUITE_IGNORE_PRIVILEGES = 1 << 0, /* default privileges, too */
	SUITE_IGNORE_OWNERS = 1 << 1,
	SUITE_IGNORE_COMMENTS = 1 << 2,
} SuiteIgnoredAttributes;

/* Whether migrations are run once more under other settings of the server. */
typedef enum {
	SUITE_ENVIRONMENT_OFF,
	SUITE_ENVIRONMENT_REPORT, /* what depends on them is reported */
	SUITE_ENVIRONMENT_FAIL,   /* and fails */
} SuiteEnvironment;

/* The first step of a release. */
typedef enum {
	SUITE_DEPLOY_MIGRATIONS_FIRST, /* the queries of the release before run on the new schema */
	SUITE_DEPLOY_CODE_FIRST,       /* those of the new release run on the old schema */
	SUITE_DEPLOY_ANY_ORDER,        /* both */
} SuiteDeploy;

/* Whether the impact of migrations on tables that are in use is observed. */
typedef enum {
	SUITE_IMPACT_OFF,
	SUITE_IMPACT_REPORT, /* findings are reported */
	SUITE_IMPACT_FAIL,   /* findings fail */
	SUITE_IMPACT_PROVE,  /* and its effect on concurrent sessions is tested */
} SuiteImpact;

/* A difference of a live database that is wanted. */
typedef struct {
	char *object;    /* "table kb.spatial_*" */
	char *attribute; /* only this one; NULL: all */
	char *reason;
	const SuiteNode *node;
} SuiteIgnore;

/* The contents of a database before the first migration that is tested. */
typedef struct {
	char *version;         /* up to which, as the suite writes it; NULL: none of them */
	const SuiteNode *node; /* where it does */
	char *schema;          /* path of the dump that makes it; NULL: the migrations up to the version do */
	bool verify;           /* the dump has to be what these migrations make */
} SuiteBaseline;

typedef struct {
	const struct Suite *suite; /* that it is of */
	char *name;
	const SuiteNode *node;
	MigrationOptions migrations; /* its texts are owned by the database */
	const SuiteNode *migrations_node;
	SuiteBaseline *baseline; /* NULL: it begins empty */
	SuiteRollback rollback;
	bool strict_column_order;     /* a round trip that puts columns into another order fails */
	bool idempotent;              /* each migration's SQL can run twice */
	SuiteEnvironment environment; /* how to report a dependence on settings of the server */
	guint resets;                 /* how often the database is reset; 0: never */
	guint rows;                   /* generated rows per table; 0: none */
	bool after_use_fails;         /* a down that fails once the up was used is a failure; else it is reported */
	SuiteCrash crash;             /* whether migrations are killed on their way */
	GPtrArray *data;              /* of SuiteData *, in the order of the file */
	GPtrArray *lossy;             /* of SuiteDeclaration * */
	GPtrArray *ignore_columns; /* of SuiteDeclaration *: columns that rows are compared without, by their names */
	GPtrArray *rows_except;    /* of SuiteDeclaration *: migrations that may fail on rows, and do */
	SuitePreconditions preconditions;
	GPtrArray *repeatables_except; /* of SuiteDeclaration *: migrations that fail after repeatables */
	GPtrArray *changes;            /* of SuiteDeclaration *: accepted changes of rows by an up */
	SuiteDeploy deploy;
	GPtrArray *contract;     /* of SuiteDeclaration *: migrations that break queries of the release before */
	GPtrArray *irreversible; /* of SuiteDeclaration * */
	GPtrArray *superuser;    /* of SuiteDeclaration *: migrations that only a superuser can run */
	GPtrArray
	    *environment_except;  /* of SuiteDeclaration *: of objects that may depend on settings, by their names */
	GPtrArray *layout;        /* of SuiteDeclaration *: of files, by their names */
	GPtrArray *ignores;       /* of SuiteIgnore * */
	guint ignored_attributes; /* of SuiteIgnoredAttributes: what comparisons with a schema in SQL leave out */
	GPtrArray *fixtures;      /* of SuiteFile * */
	GPtrArray *at;            /* of SuiteData *: fixtures that hold right after a migration */
	const SuiteNode *size;    /* the sizes of its tables, read by plan/size.h; NULL: none */
	SuiteFile *statistics;    /* a fixture of statistics; or NULL */
	char *blessed_plans;      /* the path of a file of plans, which need not be there yet; or NULL */
	bool plans_each;          /* plans are made after every migration */
	SuiteImpact impact;
	const SuiteNode *impact_node; /* further settings for it, read by impact/settings.h; NULL: none */
} SuiteDatabase;

typedef struct {
	const SuiteCheckKind *kind;
	char *name;
	const SuiteNode *node;         /* the check's own mapping */
	const SuiteDatabase *database; /* of several, the last one in the order of the suite */
	GPtrArray *databases;          /* of const SuiteDatabase *, as the check lists them; NULL where it lists none */
} SuiteCheck;

/* The required plan of a query; plan/condition.h reads its conditions. */
typedef struct {
	char *name;
	const SuiteNode *node;         /* its own mapping */
	const SuiteDatabase *database; /* one with a size */
} SuitePlan;

/* How a test program reports its results. */
typedef enum {
	SUITE_PROGRAM_EXIT,  /* by its exit code alone */
	SUITE_PROGRAM_TAP,   /* its standard output is in the Test Anything Protocol */
	SUITE_PROGRAM_JUNIT, /* it writes a file of JUnit XML */
} SuiteProgramReport;

/* A test program that runs on a database at the end of its migrations. */
typedef struct {
	char *name;
	const SuiteNode *node;
	const SuiteDatabase *database;
	char **run; /* the argument vector */
	char *directory;
	GHashTable *environment; /* char * -> char *; or NULL */
	guint timeout;           /* seconds */
	guint workers;           /* that lease copies; 0: none */
	SuiteProgramReport report;
} SuiteProgram;

/* An environment variable that holds the URL of a database, for programs that "pgassay exec" runs. */
typedef struct {
	char *name;
	const SuiteDatabase *database;
} SuiteVariable;

/* When an item of a checklist is asked. */
typedef enum {
	SUITE_PHASE_PRE = 1 << 0,
	SUITE_PHASE_DURING = 1 << 1,
	SUITE_PHASE_POST = 1 << 2,
} SuitePhase;

/* An item of the checklist: the sentence that people tick, and what ticks it. */
typedef struct {
	char *name;
	const SuiteNode *node;         /* its own mapping */
	const char *kind;              /* static: the key that holds the condition of the item: "conditions", "http" */
	const SuiteNode *value;        /* of that key */
	guint phases;                  /* of SuitePhase */
	bool required;                 /* a release has to wait for it */
	const SuiteDatabase *database; /* NULL: the suite has several, and it names none */
} SuiteItem;

typedef struct Suite {
	char *name;
	char *title; /* or NULL */
	char *path;
	char *directory;
	char *text;            /* of a suite that has no file; or NULL */
	GArray *versions;      /* of guint: acceptable major versions, best first; empty: any */
	GPtrArray *extensions; /* of char *: the server must have them */
	GPtrArray *roles;      /* of char *: created before the migrations run */
	char *superuser;       /* why a superuser runs the migrations; NULL: a role that owns the database has to do */
	bool tcp;              /* programs connect by TCP */
	const SuiteProvider *provider; /* additional rights of the owner; NULL: none */
	GHashTable *stand_ins;         /* extension -> SuiteFile * */
	GPtrArray *databases;          /* of SuiteDatabase *, in the order of the file */
	GPtrArray *checks;             /* of SuiteCheck *, in the order of the file */
	GPtrArray *queries;            /* of SuiteFile *: files with queries */
	GPtrArray *plans;              /* of SuitePlan *, in the order of the file */
	GPtrArray *programs;           /* of SuiteProgram *, in the order of the file */
	GPtrArray *variables;          /* of SuiteVariable *, in the order of the file */
	GPtrArray *checklist;          /* of SuiteItem *, in the order of the file */
	SuiteDocument *document;
} Suite;

/* Reads a suite. NULL with *error (BASE_ERROR_INPUT): file, line, column, source line, hint. */
Suite *suite_load(const char *path, const SuiteCheckKind *const *kinds, GError **error);
/* The same from a text in memory; `path` is the file name of positions, and its folder is the base of relative
 * paths. */
Suite *suite_load_text(const char *path, const char *text, const SuiteCheckKind *const *kinds, GError **error);
void suite_free(Suite *suite); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Suite, suite_free)

/* The database of that name, or NULL. */
const SuiteDatabase *suite_find_database(const Suite *suite, const char *name);

/* The shape of a whole suite file, for the reference and its test. */
const SuiteShape *suite_shape(void);

#endif
