/* What a second signal does; each time in a child, because an interruption stays. */
#include "base/interrupt.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Longer than two signals of one wish may lie apart. */
#define LATER 600000

/* The child's status: it gets the signal, and once more after so many microseconds, and then ends with 7 if it knows.
 */
static int
signal_twice(int number, useconds_t between)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		base_interrupt_install();
		raise(number);
		usleep(between);
		raise(number);
		_exit(base_interrupted() ? 7 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void
both_signals_of_timeout_are_one_wish(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		int status = signal_twice(i == 0 ? SIGINT : SIGTERM, 1000);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 7);
	}
}

static void
a_later_signal_ends_the_process(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		int number = i == 0 ? SIGINT : SIGTERM;
		int status = signal_twice(number, LATER);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), number);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_signals_of_timeout_are_one_wish),
		cmocka_unit_test(a_later_signal_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
