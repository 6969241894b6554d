#include "base/error.h"
#include "db/environment.h"
#include "db/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_password_is_never_shown(void **state)
{
	(void)state;
	static const char *const conninfos[] = {
		"postgresql://app:s3cret@db.example:5433/shop?sslmode=require",
		"host=db.example port=5433 user=app password=s3cret dbname=shop",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(conninfos); i++) {
		g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo(conninfos[i], NULL);
		g_autofree char *command = db_endpoint_psql_command(endpoint, "shop");
		assert_string_equal(db_endpoint_describe(endpoint), "host=db.example port=5433 user=app");
		assert_string_equal(command, "psql -h 'db.example' -p '5433' -U 'app' -d 'shop'");
	}
}

static void
unreadable_conninfo_is_an_error_without_the_text(void **state)
{
	(void)state;
	g_autoptr(GError) error = NULL;

	assert_null(db_endpoint_new_conninfo("postgresql://app:s3cret@[::1/x", &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
	assert_null(strstr(error->message, "s3cret"));
	assert_non_null(strstr(error->message, "hint: "));
}

static void
a_socket_endpoint_quotes_its_folder_for_the_shell(void **state)
{
	(void)state;
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_socket("/tmp/it's", 5432, "postgres");
	g_autofree char *command = db_endpoint_psql_command(endpoint, "a b");

	assert_string_equal(command, "psql -h '/tmp/it'\\''s' -p '5432' -U 'postgres' -d 'a b'");
}

static void
a_client_program_gets_its_password_by_the_environment(void **state)
{
	(void)state;
	g_autoptr(DbEndpoint)
	    endpoint = db_endpoint_new_conninfo("host=db.example user='it\\'s' password=s3cret sslpassword=s3cret2 "
	                                        "dbname=other application_name='a\\\\b'",
	                                        NULL);
	g_autofree char *conninfo = db_endpoint_client_conninfo(endpoint, "my shop");
	g_auto(GStrv) environment = db_endpoint_client_environment(endpoint);

	assert_string_equal(conninfo, "user='it\\'s' host='db.example' application_name='a\\\\b' dbname='my shop'");
	assert_string_equal(g_environ_getenv(environment, "PGPASSWORD"), "s3cret");
	assert_string_equal(g_environ_getenv(environment, "PATH"), g_getenv("PATH"));
	g_autoptr(DbEndpoint) again = db_endpoint_new_conninfo(conninfo, NULL);
	g_autofree char *same = db_endpoint_client_conninfo(again, "my shop");
	assert_string_equal(same, conninfo);
}

/* Missing parts of the string are taken from the variables, which the start of another server takes away. */
static void
variables_are_captured_when_the_endpoint_is_made(void **state)
{
	(void)state;
	g_setenv("PGHOST", "db.example", TRUE);
	g_setenv("PGPASSWORD", "s3cret", TRUE);
	g_setenv("PGSSLMODE", "require", TRUE);
	g_setenv("PGTZ", "Asia/Tokyo", TRUE);
	db_environment_take();
	assert_null(g_getenv("PGHOST"));
	g_autoptr(DbEndpoint) endpoint = db_endpoint_new_conninfo("user=app sslmode=disable", NULL);
	g_autofree char *conninfo = db_endpoint_client_conninfo(endpoint, "shop");
	g_auto(GStrv) environment = db_endpoint_client_environment(endpoint);

	assert_string_equal(db_endpoint_describe(endpoint), "host=db.example user=app");
	assert_string_equal(conninfo, "user='app' sslmode='disable' host='db.example' dbname='shop'");
	assert_string_equal(g_environ_getenv(environment, "PGPASSWORD"), "s3cret");
	assert_false(db_endpoint_names_database(endpoint));
	/* One of ours has nothing of it. */
	g_autoptr(DbEndpoint) own = db_endpoint_new_socket("/tmp/x", 5432, "postgres");
	g_auto(GStrv) clean = db_endpoint_client_environment(own);
	assert_null(g_environ_getenv(clean, "PGPASSWORD"));
	assert_null(g_environ_getenv(clean, "PGTZ"));
}

static void
impossible_endpoints_are_refused(void **state)
{
	(void)state;
	static const char *const strings[] = {
		"",
		" \n",
		"postgresql://bob:se/cret@db.example/shop",
		"postgresql://bob:se@cret@db.example/shop",
		"postgresql://bob:12/cret@db.example/shop",
		"postgresql://db.example:port/shop",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++) {
		g_autoptr(GError) error = NULL;
		assert_null(db_endpoint_new_conninfo(strings[i], &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
		assert_null(strstr(error->message, "cret"));
	}
	g_autoptr(DbEndpoint)
	    fine = db_endpoint_new_conninfo("postgresql://bob:se%2Fc%40ret@[::1]:5432,h:1/s?host=@a", NULL);
	assert_non_null(fine);
	assert_true(db_endpoint_names_database(fine));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_never_shown),
		cmocka_unit_test(unreadable_conninfo_is_an_error_without_the_text),
		cmocka_unit_test(a_socket_endpoint_quotes_its_folder_for_the_shell),
		cmocka_unit_test(a_client_program_gets_its_password_by_the_environment),
		cmocka_unit_test(impossible_endpoints_are_refused),
		cmocka_unit_test(
		    variables_are_captured_when_the_endpoint_is_made), /* the last: it changes what others see */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
