/*
 * The settings of a suite for plain SQL files, for the files plain*.c.
 */
#ifndef MIGRATION_FORMAT_PLAIN_PLAIN_H
#define MIGRATION_FORMAT_PLAIN_PLAIN_H

#include "migration/directory.h"
#include "migration/format.h"

/* Settings; docs/formats/plain.md describes them. */
#define PLAIN_PATTERN        "pattern"
#define PLAIN_RECURSIVE      "recursive"
#define PLAIN_IGNORE         "ignore"
#define PLAIN_ORDER          "order"
#define PLAIN_DOWN_LINE      "down-line"
#define PLAIN_TRANSACTION    "transaction"
#define PLAIN_NO_TRANSACTION "no-transaction"
#define PLAIN_SEND           "send"
#define PLAIN_HISTORY        "history"

/* Orders; every other text is the name of a file that lists the migrations. */
#define PLAIN_ORDER_NAME    "name"
#define PLAIN_ORDER_NUMBER  "number"
#define PLAIN_ORDER_NATURAL "natural"

/* NAME.sql, NAME.up.sql and NAME.down.sql. */
#define PLAIN_DEFAULT_PATTERN "(?<version>.+?)(?:\\.up|(?<down>\\.down))?\\.sql"

typedef enum {
	PLAIN_TRANSACTION_AUTO, /* one for each file, but none for a file that refuses it */
	PLAIN_TRANSACTION_FILE,
	PLAIN_TRANSACTION_ALL,
	PLAIN_TRANSACTION_NONE,
} PlainTransaction;

/* A column of the history table. */
typedef struct {
	char *name;
	char *type;
	char *value; /* "version", "name", "file", "md5", "sha1", "sha256"; else an SQL expression */
} PlainColumn;

typedef struct {
	GRegex *pattern;
	GRegex *ignore;         /* NULL: nothing */
	GRegex *down_line;      /* NULL: files have no part for the way down */
	GRegex *no_transaction; /* NULL: files have no such line */
	PlainTransaction transaction;
	bool recursive;
	bool whole_files;     /* a file is one message */
	char *order_file;     /* below the directory; NULL: the order is not in a file */
	GPtrArray *columns;   /* of PlainColumn *, among them one that identifies the migration; NULL: the suite names
	                       * none */
	bool without_history; /* the runner has none */
} PlainRules;

/* Reads the settings of the set. NULL with *error (BASE_ERROR_INPUT). */
PlainRules *plain_rules_new(const MigrationSet *set, GError **error);
void plain_rules_free(PlainRules *rules); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PlainRules, plain_rules_free)

/* The match of the pattern on a file name. */
typedef struct {
	char *version;
	char *name; /* NULL: the pattern has no such group, or it is empty */
	bool down;
} PlainName;

void plain_name_clear(PlainName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PlainName, plain_name_clear)

/* False when the pattern does not match the file's path. */
bool plain_rules_match(const PlainRules *rules, const char *path, PlainName *ret_name);
/* True when the file, or a folder that it is in, is to be left out. */
bool plain_rules_ignore(const PlainRules *rules, const char *path);

/* Less than, equal to or greater than 0: digits are compared as numbers, other bytes one by one. */
int plain_compare_natural(const char *a, const char *b);

/* Sorts the migrations of the set in the order of its runner; removes those that an order file lacks. False with
 * *error (BASE_ERROR_INPUT). */
bool plain_sort(MigrationSet *set, const PlainRules *rules, GError **error);

/* The paths of all .sql files below the directory, of char *; the caller unrefs them. */
GPtrArray *plain_list_sql(const char *directory);

/* Adds settings to those of the set where its defaults would miss files of the directory, or run them in an order that
 * is not that of their numbers, and says in set->suggested and set->suggestion which and why. */
void plain_suggest(MigrationSet *set);

/* The history table; the set's data are its rules. */
bool plain_begin(MigrationRunner *runner, GError **error);
void plain_end(MigrationRunner *runner);
char *plain_record_sql(MigrationRunner *runner, const Migration *migration, MigrationDirection direction,
                       gint64 duration);
GHashTable *plain_applied(MigrationRunner *runner, GError **error);
bool plain_history(const MigrationSet *set, DbSession *session, const char *table, MigrationHistory *history,
                   GError **error);
/* The checksum that the history has of the file, or NULL when it has none. The caller frees it. */
char *plain_checksum(const PlainRules *rules, const Source *source);

#endif
