/* The safe way, chosen by the text of the statement and the version of the server. */
#include "impact/finding/family.h"

#include <string.h>

typedef struct {
	const char *code;
	const char *words;   /* that stand in the statement; NULL: any statement */
	const char *without; /* that do not stand there; NULL: none */
	guint since;         /* versions of the server, from this one on; 0: all */
	guint before;        /* and before this one; 0: all */
	const char *text;    /* TABLE stands for the table */
} Advice;

#define BACKFILL "fill the rows that are there in batches of some thousand, each in a transaction of its own"

/* The first that fits. */
static const Advice advices[] = {
	{ "rewrite", "MATERIALIZED VIEW", NULL, 0, 0,
	  "REFRESH MATERIALIZED VIEW CONCURRENTLY TABLE; it needs a unique index on all rows" },
	{ "rewrite", "GENERATED ALWAYS AS (", "STORED", 18, 0, "a VIRTUAL generated column needs no rewrite" },
	{ "rewrite", "STORED", NULL, 18, 0,
	  "make the generated column VIRTUAL (18 and later), which needs no rewrite; or add a plain column, keep it by "
	  "a "
	  "trigger, and " BACKFILL },
	{ "rewrite", "STORED", NULL, 0, 18, "add a plain column, keep it up to date by a trigger, and " BACKFILL },
	{ "rewrite", "IDENTITY", NULL, 0, 0,
	  "add the column without a value, " BACKFILL
	  ", then ALTER COLUMN ... SET NOT NULL by way of a valid CHECK and "
	  "ADD GENERATED ... AS IDENTITY" },
	{ "rewrite", "SERIAL", NULL, 0, 0,
	  "add the column without a value, create the sequence, ALTER COLUMN ... SET DEFAULT nextval(...), "
	  "and " BACKFILL },
	{ "rewrite", " TYPE ", NULL, 0, 0,
	  "add a new column of that type, keep both alike by a trigger, " BACKFILL ", then swap the names in a short "
	  "transaction" },
	{ "rewrite", "DEFAULT", NULL, 0, 0,
	  "add the column without a default, then ALTER COLUMN ... SET DEFAULT (for new rows), and " BACKFILL },
	{ "rewrite", "ADD ", NULL, 0, 0,
	  "add a column of a plain type, " BACKFILL ", and add the constraint NOT VALID" },
	{ "rewrite", NULL, NULL, 0, 0,
	  "run it in a maintenance window, or let pg_repack do it while the table is in use" },
	{ "exclusive_scan", "SET NOT NULL", NULL, 18, 0,
	  "ALTER TABLE TABLE ADD CONSTRAINT ... NOT NULL column NOT VALID; then, in another transaction, VALIDATE "
	  "CONSTRAINT" },
	{ "exclusive_scan", "SET NOT NULL", NULL, 0, 18,
	  "ALTER TABLE TABLE ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID; in another transaction VALIDATE "
	  "CONSTRAINT; then SET NOT NULL reads nothing, and the CHECK can go" },
	{ "exclusive_scan", "ATTACH PARTITION", NULL, 0, 0,
	  "first add a CHECK with the bounds to the table that is attached, NOT VALID, and VALIDATE it in another "
	  "transaction; then nothing is read" },
	{ "exclusive_scan", " TYPE ", NULL, 0, 0,
	  "drop the CHECKs on the column first and add them again NOT VALID, or add a new column, and " BACKFILL },
	{ "exclusive_scan", "CHECK", "ADD CONSTRAINT", 0, 0,
	  "add the column alone, then the CHECK as a constraint NOT VALID, and VALIDATE CONSTRAINT in another "
	  "transaction" },
	{ "exclusive_scan", "CHECK", NULL, 0, 0,
	  "add the constraint NOT VALID, and VALIDATE CONSTRAINT in another transaction" },
	{ "exclusive_scan", "REFERENCES", NULL, 0, 0,
	  "add the column in one migration and the foreign key NOT VALID in the next, and VALIDATE CONSTRAINT in a "
	  "third "
	  "one" },
	{ "exclusive_scan", NULL, NULL, 0, 0,
	  "where it is a constraint: add it NOT VALID, and VALIDATE CONSTRAINT in another transaction" },
	{ "blocking_scan", "FOREIGN KEY", NULL, 0, 0,
	  "add the constraint NOT VALID, and VALIDATE CONSTRAINT in another transaction, which blocks no writes" },
	{ "blocking_scan", "REFERENCES", NULL, 0, 0,
	  "add the column alone, then the constraint NOT VALID, and VALIDATE CONSTRAINT in another transaction" },
	{ "blocking_scan", "DOMAIN", NULL, 0, 0,
	  "add the constraint to the domain NOT VALID, and VALIDATE CONSTRAINT in another transaction" },
	{ "blocking_scan", NULL, NULL, 0, 0, "do it in a transaction of its own, when few write the table" },
	{ "blocking_index", "EXCLUDE", NULL, 0, 0,
	  "there is no way without the lock: run it when few use the table, with a lock_timeout" },
	{ "blocking_index", "REINDEX", NULL, 0, 0, "REINDEX ... CONCURRENTLY, outside of a transaction" },
	{ "blocking_index", "PRIMARY KEY", NULL, 0, 0,
	  "CREATE UNIQUE INDEX CONCURRENTLY outside of a transaction, then ALTER TABLE TABLE ADD PRIMARY KEY USING "
	  "INDEX" },
	{ "blocking_index", "UNIQUE INDEX", NULL, 0, 0, "CREATE UNIQUE INDEX CONCURRENTLY, outside of a transaction" },
	{ "blocking_index", "UNIQUE", NULL, 0, 0,
	  "CREATE UNIQUE INDEX CONCURRENTLY outside of a transaction, then ALTER TABLE TABLE ADD CONSTRAINT ... UNIQUE "
	  "USING INDEX" },
	{ "blocking_index", "CREATE INDEX", NULL, 0, 0,
	  "CREATE INDEX CONCURRENTLY outside of a transaction; of a partitioned table: ON ONLY, then CONCURRENTLY on "
	  "each "
	  "partition, then ALTER INDEX ... ATTACH PARTITION" },
	{ "blocking_index", "ATTACH PARTITION", NULL, 0, 0,
	  "build the indexes of the parent on the new partition first, CONCURRENTLY" },
	{ "blocking_index", NULL, NULL, 0, 0, "build the index CONCURRENTLY under another name, and swap it" },
	{ "not_valid_together", NULL, NULL, 0, 0,
	  "put VALIDATE CONSTRAINT into a migration of its own: then it only holds SHARE UPDATE EXCLUSIVE" },
	{ "several_rewrites", NULL, NULL, 0, 0, "put the changes into one ALTER TABLE, with commas between them" },
	{ "long_after_lock", NULL, NULL, 0, 0,
	  "put the long statement into a migration of its own, before the lock or after it" },
	{ "other_table", "DROP TABLE", NULL, 0, 0,
	  "drop the foreign keys first, each in a transaction of its own with a lock_timeout" },
	{ "other_table", NULL, NULL, 0, 0, "run it in a transaction of its own, with a lock_timeout" },
	{ "lock_order", NULL, NULL, 0, 0,
	  "one transaction for each table; where that cannot be, lock them in the order in which the application "
	  "does" },
	{ "no_lock_timeout", NULL, NULL, 0, 0,
	  "SET lock_timeout = '2s' before it, and let the deployment try again when it gives up" },
	{ "mass_change", NULL, NULL, 0, 0,
	  "change some thousand rows at a time, each time in a transaction of its own" },
	{ "grows_fast", NULL, NULL, 0, 0,
	  "build an index for the condition by which the rows of the inner table are found, in a migration before it, "
	  "or "
	  "join the two" },
	{ "queue_behind", NULL, NULL, 0, 0,
	  "SET lock_timeout = '2s' before it, and let the deployment try again when it gives up" },
	{ "no_second_run", NULL, NULL, 0, 0,
	  "do all of it in one transaction, or let each statement pass over what is there already (IF NOT EXISTS)" },
	{ "deadlock", NULL, NULL, 0, 0,
	  "one transaction for each table; where that cannot be, lock them in the order in which the application "
	  "does" },
	{ "setting_rewrite", NULL, NULL, 0, 0,
	  "SET LOCAL TimeZone = 'UTC' before it, where the old values are in UTC; else see that it runs where the time "
	  "zone "
	  "is the one of production" },
	{ "over_limit", NULL, NULL, 0, 0,
	  "do less in one migration: in batches, or in several migrations; or raise the limit, or accept it" },
	{ "invalid_index", NULL, NULL, 0, 0, "DROP INDEX CONCURRENTLY, find out why it failed, and build it again" },
	{ NULL, NULL, NULL, 0, 0, NULL },
};

static bool
advice_fits(const Advice *advice, const char *code, guint version, const ReportStatement *statement)
{
	return strcmp(advice->code, code) == 0 && version >= advice->since &&
	       (advice->before == 0 || version < advice->before) &&
	       (advice->words == NULL || impact_statement_has(statement, advice->words)) &&
	       (advice->without == NULL || !impact_statement_has(statement, advice->without));
}

char *
impact_advise(const char *code, const ImpactScript *script, const ReportStatement *statement, const char *table)
{
	for (const Advice *advice = advices; advice->code != NULL; advice++) {
		if (!advice_fits(advice, code, script->version, statement))
			continue;
		g_auto(GStrv) parts = g_strsplit(advice->text, "ALTER TABLE TABLE", -1);
		g_autofree char *named = g_strconcat("ALTER TABLE ", table != NULL ? table : "...", NULL);
		g_autofree char *altered = g_strjoinv(named, parts);
		g_auto(GStrv) refreshed = g_strsplit(altered, "CONCURRENTLY TABLE", -1);
		g_autofree char *concurrently = g_strconcat("CONCURRENTLY ", table != NULL ? table : "...", NULL);
		return g_strjoinv(concurrently, refreshed);
	}
	return NULL;
}
