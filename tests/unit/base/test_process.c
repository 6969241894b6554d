#include "base/error.h"
#include "base/interrupt.h"
#include "base/process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
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
		.arguments = arguments, .input = -1, .output = -1, .both = true, .directory = "/usr"
	};
	g_auto(BaseProcessEnd) end = { 0 };

	assert_true(base_process_run(&process, &end, NULL));
	assert_string_equal(end.complaint, "/usr\nno");
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

static void
the_end_of_a_program_is_told(void **state)
{
	static const struct {
		const char *text;
		bool succeeded;
		const char *complaint;
	} rows[] = {
		{ "exit 0", true, "" },
		{ "echo out", true, "" },
		{ "echo '  a warning' >&2", true, "a warning" },
		{ "echo no >&2; echo way >&2; exit 1", false, "no\nway" },
		{ "printf 'caf\\351' >&2; exit 1", false, "caf\xef\xbf\xbd" },
		{ "exit 7", false, "it says nothing, and ends with exit code 7" },
		{ "kill -9 $$", false, "it was ended by signal 9" },
		{ "read line && exit 1; exit 0", true, "" }, /* nothing to read */
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(BaseProcessEnd) end = { 0 };
		run(rows[i].text, -1, -1, &end);
		assert_string_equal(end.complaint, rows[i].complaint);
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
	assert_int_equal(strlen(end.complaint), 64 * 1024 + strlen("\n..."));
	assert_true(g_str_has_suffix(end.complaint, "xx\n..."));
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
what_cannot_be_run_is_an_error(void **state)
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
		cmocka_unit_test(the_end_of_a_program_is_told),
		cmocka_unit_test(a_long_complaint_is_cut),
		cmocka_unit_test(input_output_and_environment_are_those_given),
		cmocka_unit_test(what_cannot_be_run_is_an_error),
		cmocka_unit_test(an_interruption_ends_it_and_its_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
