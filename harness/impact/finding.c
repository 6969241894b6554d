#include "impact/finding/family.h"

#include <string.h>

static const ImpactFindingKind kinds[] = {
	{ "rewrite", "a table is written anew while nobody can use it", true, impact_find_work,
	  "PostgreSQL copies every row into a new file and builds all indexes again. It holds ACCESS EXCLUSIVE until "
	  "the\n"
	  "transaction ends: nobody reads or writes the table. The copy needs as much free disk as the table and its\n"
	  "indexes have, and all of it goes into the WAL, which replicas have to follow.",
	  "Add what is new beside what is there, fill it in small transactions, and swap the two at the end.",
	  "-- writes all rows anew, because each row has to get a value of its own\n"
	  "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();\n"
	  "-- in three steps without that\n"
	  "ALTER TABLE orders ADD COLUMN token uuid;\n"
	  "ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();\n"
	  "UPDATE orders SET token = DEFAULT WHERE token IS NULL AND id BETWEEN 1 AND 5000; -- and so on" },
	{ "exclusive_scan", "all rows of a table are read while nobody can use it", true, impact_find_work,
	  "A constraint has to be true of all rows, so that the server reads them all, and the lock that the "
	  "statement\n"
	  "needs lets nobody read or write the table meanwhile.",
	  "Add the constraint NOT VALID, which reads nothing. VALIDATE CONSTRAINT in another transaction reads all "
	  "rows\n"
	  "under a lock that blocks neither reads nor writes.",
	  "ALTER TABLE orders ALTER COLUMN status SET NOT NULL; -- reads all rows\n"
	  "-- 12 to 17: the last statement reads nothing\n"
	  "ALTER TABLE orders ADD CONSTRAINT status_there CHECK (status IS NOT NULL) NOT VALID;\n"
	  "ALTER TABLE orders VALIDATE CONSTRAINT status_there; -- another transaction\n"
	  "ALTER TABLE orders ALTER COLUMN status SET NOT NULL;\n"
	  "ALTER TABLE orders DROP CONSTRAINT status_there;\n"
	  "-- 18 and later\n"
	  "ALTER TABLE orders ADD CONSTRAINT status_there NOT NULL status NOT VALID;\n"
	  "ALTER TABLE orders VALIDATE CONSTRAINT status_there; -- another transaction" },
	{ "blocking_scan", "all rows of a table are read while nobody can write it", true, impact_find_work,
	  "The statement reads all rows under a lock that lets others read, but not write: a foreign key does that to "
	  "both\n"
	  "of its tables.",
	  "Add the foreign key NOT VALID, and VALIDATE CONSTRAINT in another transaction.",
	  "ALTER TABLE parts ADD CONSTRAINT parts_order FOREIGN KEY (order_id) REFERENCES orders (id);\n"
	  "-- in two transactions\n"
	  "ALTER TABLE parts ADD CONSTRAINT parts_order FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;\n"
	  "ALTER TABLE parts VALIDATE CONSTRAINT parts_order;" },
	{ "blocking_index", "an index is built while nobody can write the table", true, impact_find_work,
	  "CREATE INDEX blocks all writes until the index is there and the transaction ends. UNIQUE, PRIMARY KEY and\n"
	  "EXCLUDE build theirs under ACCESS EXCLUSIVE, which blocks reads, too.",
	  "CREATE INDEX CONCURRENTLY, outside of a transaction; a constraint then takes the index over by USING INDEX.",
	  "CREATE INDEX orders_status ON orders (status); -- blocks writes\n"
	  "CREATE INDEX CONCURRENTLY orders_status ON orders (status); -- in a file that the tool runs without a "
	  "transaction" },
	{ "not_valid_together", "a constraint is validated in the transaction that has added it", true,
	  impact_find_work,
	  "NOT VALID is to keep the strong lock short. In the same transaction, VALIDATE reads all rows while that "
	  "lock is\n"
	  "still held, so that nothing is won.",
	  "Put VALIDATE CONSTRAINT into a migration of its own, which the tool runs in another transaction.",
	  "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;\n"
	  "ALTER TABLE orders VALIDATE CONSTRAINT positive; -- in the next migration" },
	{ "several_rewrites", "a table is written anew more than once", true, impact_find_several_rewrites,
	  "Each ALTER TABLE of its own copies all rows once more, though one copy could do all of it.",
	  "Put the changes into one ALTER TABLE, with commas between them.",
	  "ALTER TABLE orders ALTER COLUMN id TYPE bigint, ALTER COLUMN total TYPE numeric(12,3);" },
	{ "long_after_lock", "something long runs while the transaction holds a strong lock", true,
	  impact_find_long_after_lock,
	  "Locks are held until the transaction ends. A statement that takes an instant, such as ADD COLUMN, keeps "
	  "everybody\n"
	  "out for as long as the UPDATE that follows it in the same transaction.",
	  "Put the long statement into a migration of its own.",
	  "ALTER TABLE orders ADD COLUMN total_cents bigint; -- ACCESS EXCLUSIVE from here to the end\n"
	  "UPDATE orders SET total_cents = total * 100;     -- in the next migration, in batches" },
	{ "mass_change", "all rows of a table are changed in one transaction", true, impact_find_mass_change,
	  "Each row stays locked until the end, each gets a second version, VACUUM has to remove as many dead ones, "
	  "and\n"
	  "replicas get all of it at once.",
	  "Change some thousand rows at a time, each time in a transaction of its own.",
	  "UPDATE orders SET status = 'new' WHERE status IS NULL;\n"
	  "-- in batches\n"
	  "UPDATE orders SET status = 'new' WHERE id IN (SELECT id FROM orders WHERE status IS NULL LIMIT 5000);" },
	{ "other_table", "a table is locked that the statement does not name", true, impact_find_other_table,
	  "DROP TABLE and DROP CONSTRAINT of a foreign key lock the referenced table, too, TRUNCATE ... CASCADE all "
	  "tables\n"
	  "that refer to it. Who reads the statement does not see that, and it may be the busiest table of all.",
	  "Run it by itself, with a lock_timeout; drop foreign keys before the table, one at a time.",
	  "SET lock_timeout = '2s';\n"
	  "ALTER TABLE parts DROP CONSTRAINT parts_order; -- ACCESS EXCLUSIVE on orders, too\n"
	  "DROP TABLE parts;" },
	{ "lock_order", "several tables are locked against everybody in one transaction", true, impact_find_lock_order,
	  "The migration waits for the second table while nobody can use the first one. A session that reads both in "
	  "the\n"
	  "other order waits for the migration meanwhile: a deadlock, and the server ends one of the two.",
	  "One transaction for each table.",
	  "-- two migrations instead of one\n"
	  "ALTER TABLE orders ADD COLUMN note text;\n"
	  "ALTER TABLE parts ADD COLUMN note text;" },
	{ "invalid_index", "an index is left invalid", true, impact_find_invalid_index,
	  "CREATE INDEX CONCURRENTLY that fails on its way leaves an index that no query uses and every write keeps "
	  "up. With\n"
	  "IF NOT EXISTS, the next run takes it for the index that it wants.",
	  "DROP INDEX CONCURRENTLY, and build it again.",
	  "DROP INDEX CONCURRENTLY IF EXISTS orders_status;\n"
	  "CREATE INDEX CONCURRENTLY orders_status ON orders (status);" },
	{ "grows_fast", "the work grows faster than the rows", true, impact_find_grows_fast,
	  "With ten times as many rows it reads or changes a hundred times as many: for each row of one table it goes "
	  "through\n"
	  "another one. On a test database that takes no time; in production it does not end.",
	  "Give the inner table an index for its condition, or write the statement as a join of the two.",
	  "UPDATE orders o SET total = (SELECT sum(amount) FROM parts p WHERE p.order_id = o.id); -- no index on "
	  "parts.order_id\n"
	  "CREATE INDEX CONCURRENTLY parts_order ON parts (order_id); -- in a migration before it" },
	{ "queue_behind", "others were seen to wait behind the migration, which waits itself", true,
	  impact_find_queue_behind,
	  "An old transaction had used the table. The migration waited for it, without an end, and everybody who came "
	  "later\n"
	  "waited behind the migration, though they would not have minded the old transaction. Seen with impact: "
	  "prove.",
	  "SET lock_timeout, and try again when it gives up.",
	  "SET lock_timeout = '2s';\n"
	  "ALTER TABLE orders ADD COLUMN note text;" },
	{ "no_second_run", "a migration that gives up cannot run again", true, impact_find_no_second_run,
	  "Behind an old transaction its lock_timeout ended it. It has left something behind, or its second run fails "
	  "on "
	  "what\n"
	  "the first one did, so that somebody has to repair the database by hand. Seen with impact: prove.",
	  "One transaction for all of it; where that cannot be, IF EXISTS and IF NOT EXISTS.",
	  "SET lock_timeout = '2s';\n"
	  "CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_status ON orders (status);" },
	{ "deadlock", "a deadlock with another session was brought about", true, impact_find_deadlock,
	  "The migration had locked one table and waited for a second one, which a session had read that then wanted "
	  "the "
	  "first\n"
	  "one. The server ended one of the two: users get an error, or the migration fails. Seen with impact: prove.",
	  "One transaction for each table.",
	  "-- two migrations instead of one\n"
	  "ALTER TABLE orders DROP CONSTRAINT orders_customer;\n"
	  "ALTER TABLE parts DROP CONSTRAINT parts_order;" },
	{ "setting_rewrite", "whether a table is written anew depends on the time zone", false,
	  impact_find_setting_rewrite,
	  "A timestamp becomes a timestamptz without a rewrite where the session's TimeZone is UTC, and by a rewrite "
	  "of "
	  "the\n"
	  "whole table elsewhere. The times that come out are others, too.",
	  "Say in the migration which time zone the old values have; under UTC the table stays as it is.",
	  "SET LOCAL TimeZone = 'UTC';\n"
	  "ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz;" },
	{ "over_limit", "a migration does more than its suite allows", true, impact_find_over_limit,
	  "The suite says how much WAL, how many temporary files, how many rows a migration may cost (impact: max). "
	  "Replicas\n"
	  "have to follow all WAL, and nobody uses a table whose rows are read under ACCESS EXCLUSIVE.",
	  "Cut it into migrations that do less, or work in batches; or accept it once, with the reason.",
	  "impact:\n"
	  "  max: { wal: 1 GB, exclusive_rows: 100k }" },
	{ "no_lock_timeout", "it waits for a lock without an end", false, impact_find_no_lock_timeout,
	  "While it waits behind one long query, everybody who comes later waits behind it, even for a lock that would "
	  "fit\n"
	  "to the query's. An ALTER TABLE that takes a millisecond stops a table for as long as the longest report "
	  "runs.",
	  "SET lock_timeout, and try again when it gives up.",
	  "SET lock_timeout = '2s';\n"
	  "ALTER TABLE orders ADD COLUMN note text;" },
	{ NULL },
};

const ImpactFindingKind *
impact_finding_kinds(void)
{
	return kinds;
}

const ImpactFindingKind *
impact_finding_kind(const char *code)
{
	for (const ImpactFindingKind *kind = kinds; kind->code != NULL; kind++)
		if (strcmp(kind->code, code) == 0)
			return kind;
	return NULL;
}

const char *const *
impact_finding_codes(void)
{
	static const char *codes[G_N_ELEMENTS(kinds)];
	static gsize done = 0;

	if (g_once_init_enter(&done)) {
		for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
			codes[i] = kinds[i].code;
		g_once_init_leave(&done, 1);
	}
	return codes;
}

static int
finding_compare(gconstpointer a, gconstpointer b)
{
	const SourcePosition *left = &(*(const ReportFinding *const *)a)->position;
	const SourcePosition *right = &(*(const ReportFinding *const *)b)->position;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->column == right->column ? 0 : left->column < right->column ? -1 : 1;
}

void
impact_find(const ImpactScript *script)
{
	for (const ImpactFindingKind *kind = kinds; kind->code != NULL; kind++)
		kind->find(kind, script);
	/* GLib's sort is stable: findings of one statement stay in the order of the kinds. */
	g_ptr_array_sort(script->observation->findings, finding_compare);
}
