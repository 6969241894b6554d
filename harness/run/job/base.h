/*
 * The base of a job: its migrations at the merge base of the branch, and the changes of the branch.
 */
#ifndef RUN_JOB_BASE_H
#define RUN_JOB_BASE_H

#include "migration/migration.h"

typedef struct {
	MigrationSet *set; /* the base's migrations; owned */
	char *label;       /* "origin/main 3f2c1a9", for people */
	char *restore; /* the command that brings a file back, up to its path: "git checkout 3f2c1a9 -- db/"; or NULL */
	char *moved_from; /* where a file was, up to its path, in a folder that has another name now: "3f2c1a9:db/"; or
	                     NULL */
	char *folder;     /* where its files were written to for the run: the prefix of their paths; or NULL */
	MigrationCommands *commands; /* of a tool that runs its migrations itself, among the base's files; or NULL */
	char *project;               /* the other inputs of its tool there, as a text that changes with them; or NULL */
	bool one_head;               /* no command is known for such a tool if its migrations have several heads */
	bool idle;            /* nothing has changed, and there is no suite that could have changed: nothing is run */
	GPtrArray *queries;   /* of Query *: those of the previous release; NULL: not known */
	char *queries_folder; /* where they were written to for the run, as `folder`; or NULL */
	char *stored;         /* the name of the database at the base, on a server with contents; NULL: it has none */
	char *release;        /* the previous release: "origin/main 3f2c1a9", "v1.4"; or NULL */
	bool all;             /* failures of the base fail here, too */
} RunBase;

/* The beginning of the message of a case that is left out because it fails at the base, too. */
#define RUN_BASE_RED_BEFORE "was red before this branch: "

void run_base_free(RunBase *base); /* takes NULL */

/* How many migrations of the job's set are new. */
guint run_base_count_new(const RunBase *base, const MigrationSet *set);

/* Gives the migrations of the base the names that they have in the set, where the tool knows them by something else: a
 * change that Sqitch's plan reworks later is called NAME@TAG from then on. Before all other questions. */
void run_base_take_names(const RunBase *base, const MigrationSet *set);

/* The migration of the base with that name, or NULL. */
const Migration *run_base_find(const RunBase *base, const char *name);

/* The migration of the base with the version of that one, or NULL. */
const Migration *run_base_find_version(const RunBase *base, const Migration *migration);

/* True when the base has the migration, and both run the same. */
bool run_base_is_unchanged(const RunBase *base, const Migration *migration);

/* True when both have the same statements, whatever their comments and white space are. */
bool run_base_equal_scripts(const MigrationScript *a, const MigrationScript *b);

/* True when the tool passed over the file at the base already. */
bool run_base_ignores(const RunBase *base, const char *file);

/* The text with the paths of the base's files as they are in the repository. The caller frees it; NULL gives NULL. */
char *run_base_clean(const RunBase *base, const char *text);

typedef enum {
	RUN_BASE_NEW,     /* added by the branch */
	RUN_BASE_EDITED,  /* runs something else than at the base */
	RUN_BASE_COMMENT, /* was edited in comments only; the tool may mind */
	RUN_BASE_DOWN,    /* has another down, and the same up */
	RUN_BASE_RENAMED, /* runs the same under another name */
	RUN_BASE_DELETED,
} RunBaseChangeKind;

typedef struct {
	RunBaseChangeKind kind;
	const Migration *migration; /* of the job's set; NULL: deleted */
	const Migration *before;    /* of the base; NULL: new */
} RunBaseChange;

/* All differences, of RunBaseChange: new and changed ones in the order of the set, then deleted ones. The caller
 * unrefs it. */
GArray *run_base_changes(const RunBase *base, const MigrationSet *set);

#endif
