#include "migration/text/splitter.h"

#include "migration/text/script.h"

#include <pg_query.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* The statements, joined with "|". */
static char *
split(const char *text, MigrationSplitProblem *problem)
{
	g_autoptr(GArray) pieces = migration_split(text, strlen(text), problem);
	GString *joined = g_string_new(NULL);

	if (pieces == NULL)
		return g_string_free(joined, TRUE);
	for (guint i = 0; i < pieces->len; i++) {
		const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, i);
		g_string_append_printf(joined, "%s%.*s", i > 0 ? "|" : "", (int)(piece->end - piece->start),
		                       text + piece->start);
		if (piece->has_data)
			g_string_append_printf(joined, "<%.*s>", (int)(piece->data_end - piece->data_start),
			                       text + piece->data_start);
	}
	return g_string_free(joined, FALSE);
}

/* Each traps some splitter; the second column is NULL where the text is one statement as it is. */
static const char *const cases[][2] = {
	{ "", "" },
	{ " ;; ; ", "" },
	{ "-- only a comment\n/* and another; one */", "" },
	{ "SELECT 1", NULL },
	{ "SELECT 1;;; SELECT 2;", "SELECT 1|SELECT 2" },
	{ "-- a; b\nSELECT 1; -- c; d\n/* e; */ SELECT 2 -- f", "SELECT 1|SELECT 2" },
	{ "SELECT /* in; side */ 1", NULL },
	{ "SELECT 1 /* a /* b; */ c; */; SELECT 2", "SELECT 1|SELECT 2" },
	{ "SELECT 'a;b', 'it''s;', ''';'; SELECT 2", "SELECT 'a;b', 'it''s;', ''';'|SELECT 2" },
	{ "SELECT 'a\\'; SELECT 'b'", "SELECT 'a\\'|SELECT 'b'" },
	{ "SELECT E'a\\';b'; SELECT e'\\\\'; SELECT 3", "SELECT E'a\\';b'|SELECT e'\\\\'|SELECT 3" },
	{ "SELECT E'a'\n 'b\\';c'; SELECT 2", "SELECT E'a'\n 'b\\';c'|SELECT 2" },
	{ "SELECT U&'\\0061;'; SELECT U&\"x;\"; SELECT B'1', X'1F', N'a;'",
	  "SELECT U&'\\0061;'|SELECT U&\"x;\"|SELECT B'1', X'1F', N'a;'" },
	{ "SELECT \"a;b\", \"c\"\";\"; SELECT 2", "SELECT \"a;b\", \"c\"\";\"|SELECT 2" },
	{ "SELECT $$a;b$$; SELECT 2", "SELECT $$a;b$$|SELECT 2" },
	{ "SELECT $a$ ; $$ ; $b$ ; $a$; SELECT 2", "SELECT $a$ ; $$ ; $b$ ; $a$|SELECT 2" },
	{ "DO $f$ BEGIN EXECUTE $s$ SELECT 1; $s$; END; $f$; SELECT 2",
	  "DO $f$ BEGIN EXECUTE $s$ SELECT 1; $s$; END; $f$|SELECT 2" },
	{ "SELECT $$'^foo$'$$; SELECT 2", "SELECT $$'^foo$'$$|SELECT 2" },
	{ "DO $$BEGIN IF true THEN NULL; END IF; END$$; SELECT 2",
	  "DO $$BEGIN IF true THEN NULL; END IF; END$$|SELECT 2" },
	{ "SELECT a$b$ FROM c$b$; SELECT 2", "SELECT a$b$ FROM c$b$|SELECT 2" },
	{ "PREPARE p AS SELECT $1; PREPARE q AS SELECT $2||$$;$$",
	  "PREPARE p AS SELECT $1|PREPARE q AS SELECT $2||$$;$$" },
	{ "SELECT 1||$$;$$, 2*3-$1; SELECT 2", "SELECT 1||$$;$$, 2*3-$1|SELECT 2" },
	{ "SELECT $\xc3\xa4$;$\xc3\xa4$; SELECT 2", "SELECT $\xc3\xa4$;$\xc3\xa4$|SELECT 2" },
	{ "SELECT 'z\xc3\xb6;'; SELECT '\xe2\x82\xac'", "SELECT 'z\xc3\xb6;'|SELECT '\xe2\x82\xac'" },
	{ "SELECT 1;\r\nSELECT 2; -- c\r\nSELECT 3\r\n", "SELECT 1|SELECT 2|SELECT 3" },
	{ "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); SELECT 3",
	  "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)|SELECT 3" },
	{ "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END; SELECT 2",
	  "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END|SELECT 2" },
	{ "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES ((CASE WHEN true THEN 1 "
	  "END)); "
	  "SELECT 1 AS end; SELECT t.end, 2 AS case FROM t; END; SELECT 2",
	  "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES ((CASE WHEN true THEN 1 "
	  "END)); "
	  "SELECT 1 AS end; SELECT t.end, 2 AS case FROM t; END|SELECT 2" },
	{ "CREATE FUNCTION f(atomic int) RETURNS int AS $$ BEGIN; END; $$ LANGUAGE sql; SELECT 1",
	  "CREATE FUNCTION f(atomic int) RETURNS int AS $$ BEGIN; END; $$ LANGUAGE sql|SELECT 1" },
	{ "BEGIN; SELECT 1; END; COMMIT", "BEGIN|SELECT 1|END|COMMIT" },
	{ "CREATE TABLE t (\"begin\" int, atomic int); SELECT 1",
	  "CREATE TABLE t (\"begin\" int, atomic int)|SELECT 1" },
	{ "INSERT INTO t VALUES ('line one;\n-- +goose Down\nline two;'); SELECT 2",
	  "INSERT INTO t VALUES ('line one;\n-- +goose Down\nline two;')|SELECT 2" },
	{ "SELECT a FROM t WHERE b = 'x' -- it's\n AND c; SELECT 2",
	  "SELECT a FROM t WHERE b = 'x' -- it's\n AND c|SELECT 2" },
	{ "SELECT 'a'\n'b;'\n; SELECT 'c' -- d\n", "SELECT 'a'\n'b;'|SELECT 'c'" },
	{ "SELECT a->>'x;', b#>>'{y;}', c@>'[]', d ? ';' FROM t; SELECT 2",
	  "SELECT a->>'x;', b#>>'{y;}', c@>'[]', d ? ';' FROM t|SELECT 2" },
	{ "SELECT 1 +-- ;\n 2; SELECT 3 */* ; */ 4; SELECT 5", "SELECT 1 +-- ;\n 2|SELECT 3 */* ; */ 4|SELECT 5" },
	{ "SELECT a[1:2], b::text, c.\"d;\".e FROM t; SELECT 2", "SELECT a[1:2], b::text, c.\"d;\".e FROM t|SELECT 2" },
	{ "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$ DECLARE r record; BEGIN FOR r IN SELECT 1 "
	  "LOOP "
	  "RAISE NOTICE '%;', $q$;$q$; END LOOP; RETURN NEW; END; $body$; DROP FUNCTION f",
	  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$ DECLARE r record; BEGIN FOR r IN SELECT 1 "
	  "LOOP "
	  "RAISE NOTICE '%;', $q$;$q$; END LOOP; RETURN NEW; END; $body$|DROP FUNCTION f" },
	{ "CREATE FUNCTION f(a int DEFAULT (CASE WHEN true THEN 1 END)) RETURNS int LANGUAGE sql\nBEGIN ATOMIC\n "
	  "SELECT "
	  "CASE a WHEN 1 THEN CASE WHEN a > 0 THEN 2 END ELSE 3 END;\nEND;\nSELECT f()",
	  "CREATE FUNCTION f(a int DEFAULT (CASE WHEN true THEN 1 END)) RETURNS int LANGUAGE sql\nBEGIN ATOMIC\n "
	  "SELECT "
	  "CASE a WHEN 1 THEN CASE WHEN a > 0 THEN 2 END ELSE 3 END;\nEND|SELECT f()" },
	{ "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1; SELECT 2",
	  "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1|SELECT 2" },
	{ "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC END; SELECT 2",
	  "CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC END|SELECT 2" },
	{ "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1;'; CREATE TABLE \"function\" (); END",
	  "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1;'|CREATE TABLE \"function\" ()|END" },
	{ "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f(); CREATE POLICY p ON a USING (b = ';' OR (c))",
	  "CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()|CREATE POLICY p ON a USING (b = ';' OR (c))" },
	{ "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1; SELECT 2",
	  "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1|SELECT 2" },
	{ "COMMENT ON TABLE t IS 'x'';'; CREATE TYPE e AS ENUM ('a;', 'b'); ALTER TYPE e ADD VALUE 'c;'",
	  "COMMENT ON TABLE t IS 'x'';'|CREATE TYPE e AS ENUM ('a;', 'b')|ALTER TYPE e ADD VALUE 'c;'" },
	{ "WITH a AS (INSERT INTO t VALUES (';') RETURNING *) SELECT * FROM a; TABLE t; VALUES (1), (2)",
	  "WITH a AS (INSERT INTO t VALUES (';') RETURNING *) SELECT * FROM a|TABLE t|VALUES (1), (2)" },
};

static void
splits_at_statements_only(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		MigrationSplitProblem problem;
		g_autofree char *joined = split(cases[i][0], &problem);
		assert_non_null(joined);
		assert_string_equal(joined, cases[i][1] != NULL ? cases[i][1] : cases[i][0]);
	}
}

/* Each statement of ours lies in the parser's statement of the same number, which also holds the white space and the
 * comments around it, so that two of ours in one of the parser's, or one in two, is seen. */
static void
agrees_with_the_parser(const char *text)
{
	MigrationSplitProblem problem;
	g_autoptr(GArray) pieces = migration_split(text, strlen(text), &problem);
	PgQuerySplitResult judge = pg_query_split_with_parser(text);

	if (judge.error != NULL)
		fail_msg("the parser refuses \"%s\": %s", text, judge.error->message);
	assert_non_null(pieces);
	if (pieces->len != (guint)judge.n_stmts)
		fail_msg("%u statements, the parser finds %d: \"%s\"", pieces->len, judge.n_stmts, text);
	for (guint j = 0; j < pieces->len; j++) {
		const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, j);
		gsize start = (gsize)judge.stmts[j]->stmt_location;
		assert_in_range(piece->start, start, piece->end);
		assert_in_range(piece->end, piece->start, start + (gsize)judge.stmts[j]->stmt_len);
	}
	pg_query_free_split_result(judge);
}

static void
splits_where_the_parser_of_postgresql_does(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		agrees_with_the_parser(cases[i][0]);
}

/* Every case before and after every other: an open token at the end of one would swallow the next. */
static void
splits_pairs_where_the_parser_does(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		for (gsize j = 0; j < G_N_ELEMENTS(cases); j++) {
			g_autofree char *text = g_strconcat(cases[i][0], "\n;", cases[j][0], NULL);
			agrees_with_the_parser(text);
		}
}

static guint
check_files(const char *directory)
{
	g_autoptr(GDir) entries = g_dir_open(directory, 0, NULL);
	guint count = 0;

	for (const char *name; entries != NULL && (name = g_dir_read_name(entries)) != NULL;) {
		g_autofree char *path = g_build_filename(directory, name, NULL);
		g_autofree char *text = NULL;
		count += check_files(path);
		if (!g_str_has_suffix(name, ".sql") || !g_file_get_contents(path, &text, NULL, NULL))
			continue;
		agrees_with_the_parser(text);
		count++;
	}
	return count;
}

static void
splits_the_example_migrations_where_the_parser_does(void **state)
{
	(void)state;
	g_autofree char *directory = g_build_filename(g_getenv("PGASSAY_SOURCE_ROOT"), "migrations", NULL);

	assert_true(check_files(directory) >= 5);
}

static void
leaves_syntax_to_the_server(void **state)
{
	(void)state;
	static const char *const texts[] = { "SELECT 0x1F, 0b11, 1_000_000",
		                             "SELECT 1.5e-3, .5, 1..10",
		                             "SELECT (1",
		                             "SELECT 1 \\ 2",
		                             "SELECT E'\\xff'",
		                             "SELECT 1$$;$$",
		                             "SELECT E'a' -- c\n -- d\n 'b\\';c'" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		MigrationSplitProblem problem;
		g_autofree char *joined = split(texts[i], &problem);
		assert_non_null(joined);
		assert_string_equal(joined, texts[i]);
	}
}

static void
copy_takes_its_data(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{ "COPY t FROM STDIN;\n1\ta;'\n\\.\nSELECT 2;", "COPY t FROM STDIN<1\ta;'\n>|SELECT 2" },
		{ "copy t (a, b) from stdin with (format csv); -- data\r\n1,\"x;\r\n\\.\r\nSELECT 2",
		  "copy t (a, b) from stdin with (format csv)<1,\"x;\r\n>|SELECT 2" },
		{ "COPY t FROM STDIN;\n\\.\n", "COPY t FROM STDIN<>" },
		{ "COPY t FROM STDIN;\nno end\n", "COPY t FROM STDIN<no end\n>" },
		{ "COPY t FROM STDIN", "COPY t FROM STDIN<>" },
		{ "COPY t FROM STDIN;\na\\.\n\\.x\n\\.\nSELECT 1", "COPY t FROM STDIN<a\\.\n\\.x\n>|SELECT 1" },
		{ "COPY t FROM 'stdin'; SELECT 'FROM STDIN'; COPY (SELECT 1) TO STDOUT",
		  "COPY t FROM 'stdin'|SELECT 'FROM STDIN'|COPY (SELECT 1) TO STDOUT" },
		{ "SELECT 1; COPY t FROM stdin;\nit's $$ /*\n\\.\nCOPY u FROM stdin;\n2\n\\.\n",
		  "SELECT 1|COPY t FROM stdin<it's $$ /*\n>|COPY u FROM stdin<2\n>" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		MigrationSplitProblem problem;
		g_autofree char *joined = split(texts[i][0], &problem);
		assert_non_null(joined);
		assert_string_equal(joined, texts[i][1]);
	}
}

static void
unterminated_tokens_are_found_at_their_start(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *message;
		gsize offset;
	} texts[] = {
		{ "SELECT '\xc3\xb6'; SELECT 'abc", "unterminated string", 20 },
		{ "SELECT E'abc\\'", "unterminated string", 7 },
		{ "SELECT \"abc", "unterminated quoted identifier", 7 },
		{ "SELECT $a$ $$ $b$", "unterminated dollar-quoted string", 7 },
		{ "SELECT 1; /* /* */ ", "unterminated comment", 10 },
		{ "SELECT 1;\n  \\i other.sql\n", "psql commands do not work here: the text goes to the server", 12 },
		{ "\\restrict abc\n", "psql commands do not work here: the text goes to the server", 0 },
		{ "COPY t FROM STDIN; SELECT 1;\n", "there is text between COPY ... FROM STDIN and its data", 19 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		MigrationSplitProblem problem = { 0 };
		g_autofree char *joined = split(texts[i].text, &problem);
		assert_null(joined);
		assert_string_equal(problem.message, texts[i].message);
		assert_int_equal(problem.offset, texts[i].offset);
		assert_non_null(problem.hint);
	}
}

static void
a_script_says_where_it_cannot_be_split(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = base_source_new("a.sql", "\xef\xbb\xbfSELECT 1;\nSELECT '\xc3\xb6', \"x;\n", -1);

	assert_null(migration_script_new(source, migration_source_text(source), &error));
	assert_string_equal(error->message, "a.sql:2:13: unterminated quoted identifier\n"
	                                    "2 | SELECT '\xc3\xb6', \"x;\n"
	                                    "  |             ^\n"
	                                    "hint: close it with '\"', or write a double quote inside of it twice");
}

static void
a_byte_order_mark_is_no_text(void **state)
{
	(void)state;
	g_autoptr(Source) source = base_source_new("a.sql", "\xef\xbb\xbfSELECT 1;\n SELECT 2", -1);
	g_autoptr(MigrationScript) script = migration_script_new(source, migration_source_text(source), NULL);
	const GPtrArray *statements = migration_script_statements(script);
	const MigrationStatement *second = g_ptr_array_index(statements, 1);

	assert_int_equal(statements->len, 2);
	assert_string_equal(((const MigrationStatement *)g_ptr_array_index(statements, 0))->sql, "SELECT 1");
	assert_int_equal(second->offset, 14);
	assert_int_equal(migration_script_source_offset(script, second, 7), 21);
	assert_int_equal(migration_script_position(script).line, 1);
}

static void
text_that_is_not_utf8_is_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		gsize length;
		const char *message;
	} texts[] = {
		{ "SELECT 1;\nSELECT '\xe9';", 21, "a.sql:2:9: the byte 0xe9 is not valid UTF-8 here" },
		{ "SELECT\0001;", 9, "a.sql:1:7: the text holds a NUL byte" },
		{ "\xff\xfeS\0E\0", 6, "\"a.sql\" is UTF-16 text" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Source) source = base_source_new("a.sql", texts[i].text, (gssize)texts[i].length);
		assert_false(migration_source_check(source, &error));
		assert_true(g_str_has_prefix(error->message, texts[i].message));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_at_statements_only),
		cmocka_unit_test(splits_where_the_parser_of_postgresql_does),
		cmocka_unit_test(splits_pairs_where_the_parser_does),
		cmocka_unit_test(splits_the_example_migrations_where_the_parser_does),
		cmocka_unit_test(leaves_syntax_to_the_server),
		cmocka_unit_test(copy_takes_its_data),
		cmocka_unit_test(unterminated_tokens_are_found_at_their_start),
		cmocka_unit_test(a_script_says_where_it_cannot_be_split),
		cmocka_unit_test(a_byte_order_mark_is_no_text),
		cmocka_unit_test(text_that_is_not_utf8_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
