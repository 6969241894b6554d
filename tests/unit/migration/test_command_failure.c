#include "migration/format/command/failure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
check(const char *output, const char *path, const char *message, guint line)
{
	CommandFailure failure = format_command_read_failure(output, path);

	assert_string_equal(failure.message, message);
	assert_int_equal(failure.line, line);
	format_command_clear_failure(&failure);
}

static const char alembic[] =
    "INFO  [alembic.runtime.migration] Running upgrade a2 -> a3, status\n"
    "Traceback (most recent call last):\n"
    "  File \"/home/a/shop/.venv/lib/python3.11/site-packages/sqlalchemy/engine/base.py\", line 1977, in _exec\n"
    "    self.dialect.do_execute(\n"
    "    ^^^^^^^^^^^^^^^^^^^^^^^\n"
    "psycopg.errors.NotNullViolation: column \"status\" of relation \"orders\" contains null values\n"
    "\n"
    "The above exception was the direct cause of the following exception:\n"
    "\n"
    "Traceback (most recent call last):\n"
    "  File \"/home/a/shop/.venv/bin/alembic\", line 8, in <module>\n"
    "    sys.exit(main())\n"
    "  File \"<frozen importlib._bootstrap>\", line 241, in _call\n"
    "  File \"/home/a/shop/alembic/env.py\", line 83, in <module>\n"
    "    run_migrations_online()\n"
    "  File \"/home/a/shop/alembic/versions/a3_status.py\", line 13, in upgrade\n"
    "    add_status()\n"
    "  File \"/home/a/shop/alembic/versions/a3_status.py\", line 21, in add_status\n"
    "    op.add_column('orders', status)\n"
    "  File \"/home/a/shop/.venv/lib/python3.11/site-packages/alembic/op.py\", line 3, in add_column\n"
    "    return operations.invoke(op)\n"
    "sqlalchemy.exc.IntegrityError: (psycopg.errors.NotNullViolation) column \"status\" of relation \"orders\" "
    "contains "
    "null values\n"
    "[SQL: ALTER TABLE orders ADD COLUMN status VARCHAR(20) NOT NULL]\n"
    "(Background on this error at: https://sqlalche.me/e/21/gkpj)\n";

static void
a_traceback_names_the_error_of_the_server_and_the_line(void **state)
{
	(void)state;
	check(alembic, "alembic/versions/a3_status.py", "column \"status\" of relation \"orders\" contains null values",
	      21);
	/* Another file of that ending. */
	check(alembic, "alembic/versions/3_status.py", "column \"status\" of relation \"orders\" contains null values",
	      0);
	check(alembic, NULL, "column \"status\" of relation \"orders\" contains null values", 0);
}

static void
frames_of_libraries_are_left_out(void **state)
{
	(void)state;
	CommandFailure failure = format_command_read_failure(alembic, "alembic/versions/a3_status.py");

	assert_null(strstr(failure.details, "site-packages"));
	assert_null(strstr(failure.details, "do_execute"));
	assert_null(strstr(failure.details, "^^^"));
	assert_null(strstr(failure.details, "sys.exit"));
	assert_null(strstr(failure.details, "frozen"));
	assert_null(strstr(failure.details, "Background"));
	assert_non_null(strstr(failure.details, "line 21, in add_status\n    op.add_column('orders', status)\n"));
	assert_non_null(strstr(failure.details, "[SQL: ALTER TABLE orders ADD COLUMN status VARCHAR(20) NOT NULL]\n"));
	assert_true(g_str_has_suffix(failure.details, "\n(9 lines about code of libraries are left out)"));
	format_command_clear_failure(&failure);
}

static void
an_exception_of_the_migration_keeps_its_class(void **state)
{
	(void)state;
	check("  Applying shop.0002_fill...Traceback (most recent call last):\n"
	      "  File \"/a/shop/migrations/0002_fill.py\", line 7, in fill\n"
	      "    1 / 0\n"
	      "    ~~^~~\n"
	      "ZeroDivisionError: division by zero\n",
	      "shop/migrations/0002_fill.py", "ZeroDivisionError: division by zero", 7);
	check("Traceback (most recent call last):\n"
	      "  File \"/a/b.py\", line 1, in f\n"
	      "django.db.utils.IntegrityError: duplicate key value violates unique constraint \"a_pkey\"\n"
	      "DETAIL:  Key (id)=(1) already exists.\n",
	      "c.py", "duplicate key value violates unique constraint \"a_pkey\"", 0);
}

static void
frames_of_javascript_are_none_of_the_reason(void **state)
{
	(void)state;
	static const char output[] =
	    "migration file \"20240102_status.js\" failed\n"
	    "migration failed with error: column \"status\" of relation \"orders\" contains null values\n"
	    "error: column \"status\" of relation \"orders\" contains null values\n"
	    "    at parseErrorMessage (/a/node_modules/pg-protocol/dist/parser.js:306:11)\n"
	    "    at async exports.up (/a/migrations/20240102_status.js:3:5)\n"
	    "    at async run (/a/migrations/20240102_status.js:9:5)\n"
	    "    at Socket.emit (node:events:524:28)\n";
	CommandFailure failure = format_command_read_failure(output, "migrations/20240102_status.js");

	assert_string_equal(failure.message, "column \"status\" of relation \"orders\" contains null values");
	assert_int_equal(failure.line, 3);
	assert_true(
	    g_str_has_suffix(failure.details, "_status.js:9:5)\n(2 lines about code of libraries are left out)"));
	format_command_clear_failure(&failure);
	check(
	    "Error executing:\nALTER TABLE a;\nerror: no such thing\n\n> Rolling back ...\nerror: no such thing\n"
	    "    at /a/node_modules/pg/lib/client.js:694:17 {\n  severity: 'ERROR',\n  routine: 'ATRewriteTable'\n}\n",
	    "a.js", "no such thing", 0);
	check("== 20240102-status: migrating =======\n\nERROR: no such thing\n\n", "20240102-status.js",
	      "no such thing", 0);
}

static void
ruby_elixir_and_java_are_read(void **state)
{
	(void)state;
	check("bin/rails aborted!\n"
	      "StandardError: An error has occurred, this and all later migrations canceled: (StandardError)\n"
	      "\n"
	      "PG::NotNullViolation: ERROR:  column \"a\" of relation \"b\" contains null values\n"
	      "/usr/lib/ruby/gems/pg/connection.rb:12:in 'exec'\n"
	      "/a/db/migrate/20240102_status.rb:3:in 'change'\n",
	      "db/migrate/20240102_status.rb", "column \"a\" of relation \"b\" contains null values", 3);
	check("** (Postgrex.Error) ERROR 23502 (not_null_violation) column \"a\" contains null values\n"
	      "\n"
	      "    table: b\n"
	      "    (ecto_sql 3.10.1) lib/ecto/adapters/sql.ex:1047: Ecto.Adapters.SQL.raise_sql_call_error/1\n",
	      "priv/repo/migrations/1_a.exs",
	      "** (Postgrex.Error) ERROR 23502 (not_null_violation) column \"a\" contains null values", 0);
	check("Exception in thread \"main\"\n"
	      "Message    : ERROR: no such thing\n"
	      "\tat org.flywaydb.core.Flyway.migrate(Flyway.java:188)\n"
	      "\tat db.migration.V2__Fill.migrate(V2__Fill.java:12)\n"
	      "\t... 12 more\n",
	      "db/migration/V2__Fill.java", "Message    : ERROR: no such thing", 12);
}

static void
the_only_line_is_not_shown_twice(void **state)
{
	(void)state;
	CommandFailure failure = format_command_read_failure("ERROR:  no such thing\n", "a.js");

	assert_string_equal(failure.message, "no such thing");
	assert_string_equal(failure.details, "no such thing");
	format_command_clear_failure(&failure);
}

static void
without_a_trace_the_last_line_about_an_error_counts(void **state)
{
	(void)state;
	check("psql:<stdin>:1: ERROR:  no such thing\nLINE 1: a\n", "a", "no such thing", 0);
	check("first error\nlast Error\nmore\n", "a", "last Error", 0);
	check("one\ntwo\n\n", "a", "two", 0);
	check("", "a", "", 0);
	check("Traceback (most recent call last):\n", "a.py", "Traceback (most recent call last):", 0);
}

/* Django runs RunSQL long after it has read the file: no frame is in it. */
static void
without_a_frame_the_sql_has_its_place(void **state)
{
	static const char text[] = "class Migration(migrations.Migration):\n"
				   "    dependencies = [('shop', '0001_initial')]\n"
				   "    operations = [\n"
				   "        migrations.AddField('order', 'status', models.TextField()),\n"
				   "        migrations.RunSQL(\"UPDATE shop_order SET note = '' WHERE nope = 1\"),\n"
				   "        migrations.RunSQL(\"UPDATE shop_order SET number = 1\"),\n"
				   "    ]\n";
	static const struct {
		const char *output;
		const char *message;
		guint line;
	} rows[] = {
		{ "psycopg2.errors.UndefinedColumn: column \"nope\" does not exist\n"
		  "LINE 1: UPDATE shop_order SET note = '' WHERE nope = 1\n        ^\n",
		  "", 5 },
		{ "LINE 1: ...shop_order SET note = '' WHERE no...\n", "", 5 },
		{ "[SQL: UPDATE shop_order SET number = 1]\n", "", 6 },
		/* The first name of the message, or else one that stands in one line only. */
		{ "", "column \"status\" of relation \"shop_order\" contains null values", 4 },
		{ "", "relation \"shop_order\" does not exist", 5 },
		{ "", "index \"other\" of \"shop_order\"", 0 },
		{ "", "index \"other\" of \"number\"", 6 },
		{ "", "column \"number\" of relation \"shop_order\" has 1", 6 },
		{ "", "\"statu\" and \"orders\"", 0 },
		{ "LINE 1: UPDATE other\n", "no such thing", 0 },
		{ "LINE 1: a\n", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_int_equal(format_command_find_line(rows[i].output, rows[i].message, text), rows[i].line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_traceback_names_the_error_of_the_server_and_the_line),
		cmocka_unit_test(frames_of_libraries_are_left_out),
		cmocka_unit_test(an_exception_of_the_migration_keeps_its_class),
		cmocka_unit_test(frames_of_javascript_are_none_of_the_reason),
		cmocka_unit_test(ruby_elixir_and_java_are_read),
		cmocka_unit_test(the_only_line_is_not_shown_twice),
		cmocka_unit_test(without_a_frame_the_sql_has_its_place),
		cmocka_unit_test(without_a_trace_the_last_line_about_an_error_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
