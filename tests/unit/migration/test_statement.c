#include "migration/text/statement.h"

#include "migration/migration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NO_TRANSACTION MIGRATION_STATEMENT_NO_TRANSACTION
#define CONTROL        MIGRATION_STATEMENT_TRANSACTION_CONTROL
#define EXTENSION      MIGRATION_STATEMENT_CREATE_EXTENSION

static void
classifies_by_leading_words(void **state)
{
	(void)state;
	static const struct {
		const char *sql;
		guint flags;
	} cases[] = {
		{ "CREATE TABLE t ()", 0 },
		{ "create /* x */ unique -- y\n index concurrently i on t (a)", NO_TRANSACTION },
		{ "CREATE INDEX CONCURRENTLY ON t (a)", NO_TRANSACTION },
		{ "CREATE INDEX i ON t (concurrently)", 0 },
		{ "DROP INDEX CONCURRENTLY IF EXISTS i", NO_TRANSACTION },
		{ "DROP INDEX i", 0 },
		{ "REINDEX INDEX CONCURRENTLY i", NO_TRANSACTION },
		{ "REINDEX (VERBOSE, CONCURRENTLY) TABLE t", NO_TRANSACTION },
		{ "REINDEX (CONCURRENTLY false) TABLE t", 0 },
		{ "REINDEX TABLE t", 0 },
		{ "REINDEX SCHEMA s", NO_TRANSACTION },
		{ "REINDEX (VERBOSE) DATABASE d", NO_TRANSACTION },
		{ "VACUUM (ANALYZE) t", NO_TRANSACTION },
		{ "ANALYZE t", 0 },
		{ "CREATE DATABASE d", NO_TRANSACTION },
		{ "DROP DATABASE d", NO_TRANSACTION },
		{ "ALTER DATABASE d SET TABLESPACE x", NO_TRANSACTION },
		{ "ALTER DATABASE d SET work_mem = '1MB'", 0 },
		{ "CREATE TABLESPACE x LOCATION '/x'", NO_TRANSACTION },
		{ "DROP TABLESPACE x", NO_TRANSACTION },
		{ "ALTER SYSTEM SET work_mem = '1MB'", NO_TRANSACTION },
		{ "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", NO_TRANSACTION },
		{ "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false)", 0 },
		{ "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = off)", 0 },
		{ "DROP SUBSCRIPTION s", NO_TRANSACTION },
		{ "ALTER SUBSCRIPTION s REFRESH PUBLICATION", NO_TRANSACTION },
		{ "ALTER SUBSCRIPTION s SET PUBLICATION p", NO_TRANSACTION },
		{ "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", 0 },
		{ "ALTER SUBSCRIPTION s DISABLE", 0 },
		{ "ALTER TABLE ONLY a.b DETACH PARTITION c.d CONCURRENTLY", NO_TRANSACTION },
		{ "ALTER TABLE a DETACH PARTITION c FINALIZE", 0 },
		{ "ALTER TABLE a ADD concurrently int", 0 },
		{ "ALTER TYPE t ADD VALUE 'a'", 0 },
		{ "REFRESH MATERIALIZED VIEW CONCURRENTLY v", 0 },
		{ "CLUSTER", NO_TRANSACTION },
		{ "CLUSTER (VERBOSE)", NO_TRANSACTION },
		{ "CLUSTER VERBOSE", NO_TRANSACTION },
		{ "CLUSTER t USING i", 0 },
		{ "CLUSTER (VERBOSE) t", 0 },
		{ "DISCARD ALL", NO_TRANSACTION },
		{ "DISCARD PLANS", 0 },
		{ "BEGIN", CONTROL },
		{ "-- c\nBEGIN ISOLATION LEVEL SERIALIZABLE", CONTROL },
		{ "START TRANSACTION", CONTROL },
		{ "COMMIT AND CHAIN", CONTROL },
		{ "END", CONTROL },
		{ "ABORT", CONTROL },
		{ "ROLLBACK", CONTROL },
		{ "ROLLBACK PREPARED 'x'", CONTROL },
		{ "ROLLBACK WORK TO SAVEPOINT s", 0 },
		{ "ROLLBACK TO s", 0 },
		{ "SAVEPOINT s", 0 },
		{ "PREPARE TRANSACTION 'x'", CONTROL },
		{ "PREPARE p AS SELECT 1", 0 },
		{ "SET TRANSACTION READ ONLY", 0 },
		{ "CREATE EXTENSION pgcrypto", EXTENSION },
		{ "\"vacuum\"", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (migration_statement_classify(cases[i].sql) != cases[i].flags)
			fail_msg("\"%s\" has the flags %x", cases[i].sql, migration_statement_classify(cases[i].sql));
}

static void
finds_the_name_of_an_extension(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "CREATE EXTENSION Vector", "vector" },
		{ "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA x", "vector" },
		{ "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\" CASCADE", "uuid-ossp" },
		{ "CREATE EXTENSION", NULL },
		{ "CREATE TABLE extension ()", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *name = migration_statement_extension(cases[i][0]);
		if (g_strcmp0(name, cases[i][1]) != 0)
			fail_msg("\"%s\" gives \"%s\"", cases[i][0], name);
	}
}

static void
gives_the_key_words_outside_of_parentheses(void **state)
{
	(void)state;
	g_autofree char *words = migration_statement_key_words("reindex (verbose (x)) /* c */ database \"d\" e", 3);

	assert_string_equal(words, "REINDEX DATABASE E");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(classifies_by_leading_words),
		cmocka_unit_test(finds_the_name_of_an_extension),
		cmocka_unit_test(gives_the_key_words_outside_of_parentheses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
