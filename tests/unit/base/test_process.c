#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static BaseProcess
shell(const char *const arguments[4], int input, int output)
{
	return (BaseProcess){ .arguments = arguments, .input = input, .output = output };
}

/* Runs the text in a shell. */
static void
run(const char *text, int input, int output, BaseProcessEnd *ret_end)
{
	const char *const arguments[] = { "/bin/sh", "-c", text, NULL };
	const BaseProcess process = shell(arguments, input, output);
	g_autoptr(GError) error = NULL;

	if (!base_process_run(&process, ret_end, &error))
		fail_msg("%s: %s", text, error->message);
}

static void
both_outputs_can_be_taken_together_in_a_folder(void **state)
{
	(void)state;
	const char *const arguments[] = { "/bin/sh", "-c", "pwd; echo no >&2", NULL };
	const BaseProcess process = {
		.arguments = arguments, .input = -1, .output = -1, .merge_stdout = true, .directory = "/usr"
	};
	g_auto(BaseProcessEnd) end = { 0 };

	assert_true(base_process_run(&process, &end, NULL));
	assert_string_equal(end.stderr_text, "/usr\nno");
	assert_false(end.timed_out);
}

/* Also one that does not listen, and its children. */
static void
a_program_that_takes_too_long_is_ended(void **state)
{
	static const char *const texts[] = { "sleep 1000", "trap '' TERM; sleep 1000 & wait; sleep 1000" };

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *const arguments[] = { "/bin/sh", "-c", texts[i], NULL };
		const BaseProcess process = { .arguments = arguments, .input = -1, .output = -1, .timeout = 10000 };
		g_auto(BaseProcessEnd) end = { 0 };
		assert_true(base_process_run(&process, &end, NULL));
		assert_true(end.timed_out);
		assert_false(end.succeeded);
	}
}

/* The number that the program has written. */
static pid_t
read_number(int descriptor)
{
	char text[32] = "";

	assert_true(read(descriptor, text, sizeof text - 1) > 0);
	return (pid_t)strtol(text, NULL, 10);
}

/* A process that is no child of ours is reaped by who is its parent, a moment after it was killed. */
static bool
is_gone(pid_t pid)
{
	gint64 deadline = g_get_monotonic_time() + 5 * G_USEC_PER_SEC;

	while (kill(pid, 0) == 0) {
		if (g_get_monotonic_time() > deadline)
			return false;
		g_usleep(1000);
	}
	return true;
}

/* Each writes the number of the process that is to be gone afterwards. */
static void
nothing_outlives_a_program(void **state)
{
	static const struct {
		const char *text;
		gint64 timeout;
		bool succeeded;
	} rows[] = {
		/* Closes its outputs, and sleeps: the end of its output is not its end. */
		{ "echo $$; exec >/dev/null 2>&1; exec sleep 1000", 300000, false },
		/* Leaves its group and its session, with the outputs open or not. */
		{ "setsid sh -c 'echo $$; exec sleep 1000' & wait", 300000, false },
		{ "setsid sh -c 'echo $$; trap \"\" TERM; sleep 1000; sleep 1000' & wait", 300000, false },
		{ "setsid sh -c 'echo $$; exec >/dev/null 2>&1; exec sleep 1000' & sleep 0.1", 0, true },
		{ "(setsid setsid sh -c 'echo $$; exec sleep 1000' &) & sleep 0.1", 0, true },
		/* A child in the background. */
		{ "sh -c 'echo $$; exec sleep 1000' & sleep 0.1; exit 0", 0, true },
		/* A parent that does not listen, whose child is in a session of its own. */
		{ "trap '' TERM; setsid sh -c 'echo $$; trap \"\" TERM; exec sleep 1000' & sleep 1000; sleep 1000",
		  300000, false },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *const arguments[] = { "/bin/sh", "-c", rows[i].text, NULL };
		int out[2];
		assert_int_equal(pipe(out), 0);
		BaseProcess process = shell(arguments, -1, out[1]);
		process.timeout = rows[i].timeout;
		g_auto(BaseProcessEnd) end = { 0 };
		gint64 start = g_get_monotonic_time();
		assert_true(base_process_run(&process, &end, NULL));
		if (g_get_monotonic_time() - start > 5 * G_USEC_PER_SEC)
			fail_msg("%s: took longer than its time and the patience", rows[i].text);
		assert_int_equal(end.succeeded, rows[i].succeeded);
		assert_int_equal(end.timed_out, rows[i].timeout != 0);
		if (!is_gone(read_number(out[0])))
			fail_msg("%s: is still there", rows[i].text);
		close(out[0]);
		close(out[1]);
	}
}

static gpointer
run_many(gpointer data)
{
	(void)data;
	for (int i = 0; i < 20; i++) {
		g_auto(BaseProcessEnd) end = { 0 };
		run("echo no >&2; exit 3", -1, -1, &end);
		if (end.succeeded || strcmp(end.stderr_text, "no") != 0)
			return NULL;
	}
	return GINT_TO_POINTER(1);
}

static void
threads_may_run_programs_at_once(void **state)
{
	GThread *threads[4];

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("run", run_many, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
		assert_non_null(g_thread_join(threads[i]));
}

/* Not even when this process is killed. */
static void
nothing_outlives_us(void **state)
{
	int out[2];

	(void)state;
	assert_int_equal(pipe(out), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		g_auto(BaseProcessEnd) end = { 0 };
		run("setsid sh -c 'echo $$; exec sleep 1000' & sleep 1000", -1, out[1], &end);
		_exit(0);
	}
	pid_t program = read_number(out[0]);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(is_gone(program));
	close(out[0]);
	close(out[1]);
}

static void
the_end_of_a_program_is_reported(void **state)
{
	static const struct {
		const char *text;
		bool succeeded;
		const char *stderr_text;
	} rows[] = {
		{ "exit 0", true, "" },
		{ "echo out", true, "" },
		{ "echo '  a warning' >&2", true, "a warning" },
		{ "echo no >&2; echo way >&2; exit 1", false, "no\nway" },
		{ "printf 'caf\\351' >&2; exit 1", false, "caf\xef\xbf\xbd" },
		{ "exit 7", false, "it prints nothing, and ends with exit code 7" },
		{ "kill -9 $$", false, "it was ended by signal 9" },
		{ "read line && exit 1; exit 0", true, "" }, /* nothing to read */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(BaseProcessEnd) end = { 0 };
		run(rows[i].text, -1, -1, &end);
		assert_string_equal(end.stderr_text, rows[i].stderr_text);
		assert_int_equal(end.succeeded, rows[i].succeeded);
	}
}

static void
a_long_complaint_is_cut(void **state)
{
	g_auto(BaseProcessEnd) end = { 0 };

	(void)state;
	run("head -c 1000000 /dev/zero | tr '\\0' x >&2", -1, -1, &end);
	assert_true(end.succeeded);
	assert_int_equal(strlen(end.stderr_text), 64 * 1024 + strlen("\n..."));
	assert_true(g_str_has_suffix(end.stderr_text, "xx\n..."));
}

static void
input_output_and_environment_are_those_given(void **state)
{
	const char *const arguments[] = { "/bin/sh", "-c", "read line; echo \"$line $WORD $HOME\"", NULL };
	const char *const environment[] = { "WORD=two", NULL };
	int in[2];
	int out[2];
	char found[100] = "";

	(void)state;
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(write(in[1], "one\n", 4), 4);
	BaseProcess process = shell(arguments, in[0], out[1]);
	process.environment = environment;
	g_auto(BaseProcessEnd) end = { 0 };
	assert_true(base_process_run(&process, &end, NULL));
	assert_int_equal(read(out[0], found, sizeof(found) - 1), 9);
	assert_string_equal(found, "one two \n");
	for (size_t i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
	}
}

static void
a_program_that_cannot_be_run_is_an_error(void **state)
{
	static const char *const arguments[] = { "/no/such/program", NULL };
	const BaseProcess process = { .arguments = arguments, .input = -1, .output = -1 };
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_false(base_process_run(&process, &end, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_ENVIRONMENT));
	assert_non_null(strstr(error->message, "could not run \"/no/such/program\""));
}

static gpointer
interrupt_when_ready(gpointer data)
{
	char byte;

	if (read(GPOINTER_TO_INT(data), &byte, 1) == 1)
		raise(SIGTERM);
	return NULL;
}

/* The last test: an interruption stays. */
static void
an_interruption_ends_it_and_its_children(void **state)
{
	const char *const arguments[] = { "/bin/sh", "-c", "trap '' TERM; sleep 1000 & echo ready; sleep 1000", NULL };
	int out[2];
	char rest[100];
	g_auto(BaseProcessEnd) end = { 0 };
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_int_equal(pipe(out), 0);
	base_interrupt_install();
	GThread *thread = g_thread_new("interrupt", interrupt_when_ready, GINT_TO_POINTER(out[0]));
	const BaseProcess process = shell(arguments, -1, out[1]);
	assert_false(base_process_run(&process, &end, &error));
	g_thread_join(thread);
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED));
	/* Nobody has the other end any more. */
	close(out[1]);
	while (read(out[0], rest, sizeof(rest)) > 0)
		continue;
	close(out[0]);
	g_clear_error(&error);
	assert_false(base_process_run(&process, &end, &error));
	assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_INTERRUPTED));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_outputs_can_be_taken_together_in_a_folder),
		cmocka_unit_test(a_program_that_takes_too_long_is_ended),
		cmocka_unit_test(nothing_outlives_a_program),
		cmocka_unit_test(threads_may_run_programs_at_once),
		cmocka_unit_test(nothing_outlives_us),
		cmocka_unit_test(the_end_of_a_program_is_reported),
		cmocka_unit_test(a_long_complaint_is_cut),
		cmocka_unit_test(input_output_and_environment_are_those_given),
		cmocka_unit_test(a_program_that_cannot_be_run_is_an_error),
		cmocka_unit_test(an_interruption_ends_it_and_its_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
