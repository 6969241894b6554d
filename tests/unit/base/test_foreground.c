#include "base/error.h"
#include "base/foreground.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

/* Runs the text in a shell with one variable. */
static bool
run(const char *text, gint64 timeout, int *ret_code, GError **error)
{
	const char *const arguments[] = { "sh", "-c", text, NULL };
	const char *const environment[] = { "PATH=/usr/bin:/bin", "WORD=a b", NULL };
	const BaseForeground program = { .arguments = arguments, .environment = environment, .timeout = timeout };

	return base_foreground_run(&program, ret_code, error);
}

static void
the_exit_code_is_the_programs_own(void **state)
{
	static const struct {
		const char *text;
		int code;
	} rows[] = {
		{ "exit 0", 0 },
		{ "exit 7", 7 },
		{ "test \"$WORD\" = 'a b'", 0 },
		{ "test \"$HOME\" != ''", 1 },
		{ "kill -KILL $$", BASE_FOREGROUND_SIGNAL + SIGKILL },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int code = -1;
		assert_true(run(rows[i].text, 0, &code, NULL));
		assert_int_equal(code, rows[i].code);
	}
}

static void
a_program_that_is_not_there_has_the_code_of_a_shell(void **state)
{
	static const struct {
		const char *name;
		int code;
	} rows[] = { { "/no/such/program", BASE_FOREGROUND_NOT_FOUND },
		     { "/etc/passwd", BASE_FOREGROUND_NOT_RUNNABLE } };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const arguments[] = { rows[i].name, NULL };
		const char *const environment[] = { NULL };
		const BaseForeground program = { .arguments = arguments, .environment = environment };
		g_autoptr(GError) error = NULL;
		int code = -1;
		assert_false(base_foreground_run(&program, &code, &error));
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
		assert_int_equal(code, rows[i].code);
	}
}

/* Also one that does not listen to SIGTERM, which then costs the five seconds. */
static void
a_program_that_takes_too_long_is_ended(void **state)
{
	g_autoptr(GError) error = NULL;
	gint64 start = g_get_monotonic_time();
	int code = 0;

	(void)state;
	assert_false(run("exec sleep 1000", 10000, &code, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_int_equal(code, BASE_FOREGROUND_SIGNAL + SIGTERM);
	assert_true(g_get_monotonic_time() - start < 4 * G_USEC_PER_SEC);
	g_clear_error(&error);
	assert_false(run("trap '' TERM; while :; do sleep 0.1; done", 10000, &code, &error));
	assert_int_equal(code, BASE_FOREGROUND_SIGNAL + SIGKILL);
}

/* Sent by the program itself, once it can take it. */
static void
a_signal_that_is_sent_to_us_goes_to_the_program(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
		/* A shell lets its background jobs ignore some of them, and that would be inherited. */
		signal(signals[i], SIG_DFL);
		g_autofree char *text = g_strdup_printf("trap 'exit 9' %d; kill -%d %d; while :; do sleep 0.01; done",
		                                        signals[i], signals[i], (int)getpid());
		int code = 0;
		assert_true(run(text, 0, &code, NULL));
		assert_int_equal(code, 9);
	}
}

static void
our_own_handlers_are_back_afterwards(void **state)
{
	struct sigaction before;
	struct sigaction after;
	int code = 0;

	(void)state;
	sigaction(SIGTERM, NULL, &before);
	assert_true(run("exit 0", 0, &code, NULL));
	sigaction(SIGTERM, NULL, &after);
	assert_true(before.sa_handler == after.sa_handler);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exit_code_is_the_programs_own),
		cmocka_unit_test(a_program_that_is_not_there_has_the_code_of_a_shell),
		cmocka_unit_test(a_program_that_takes_too_long_is_ended),
		cmocka_unit_test(a_signal_that_is_sent_to_us_goes_to_the_program),
		cmocka_unit_test(our_own_handlers_are_back_afterwards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
