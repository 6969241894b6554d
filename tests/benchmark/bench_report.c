/*
 * All formats of a run of 20,000 cases with 2,000 failures, together, and the size of the page. Milliseconds are
 * processor time.
 *
 * usage: bench-report [CASES [ROUNDS]]
 */
#include "timing.h"

#include "report/format/format.h"
#include "unit/report/made_run.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Removes the file, or the folder with all that is in it; gives the bytes of its files. */
static goffset
bench_remove(const char *path)
{
	g_autoptr(GDir) files = g_dir_open(path, 0, NULL);
	GStatBuf status = { 0 };
	goffset size = 0;

	g_stat(path, &status);
	if (files == NULL) {
		g_unlink(path);
		return status.st_size;
	}
	for (const char *name; (name = g_dir_read_name(files)) != NULL;) {
		g_autofree char *file = g_build_filename(path, name, NULL);
		size += bench_remove(file);
	}
	g_rmdir(path);
	return size;
}

static double
bench_format(const ReportFormat *format, const ReportRun *run, const char *folder, goffset *ret_size)
{
	const char *name = strrchr(format->file_name, '/');
	g_autofree char *path = g_build_filename(folder, name != NULL ? name + 1 : format->file_name, NULL);
	g_autoptr(GError) error = NULL;
	double start = timing_processor();

	timing_check(report_format_write(format, run, path, &error), error);
	double time = timing_processor() - start;
	*ret_size = bench_remove(path);
	return time;
}

int
main(int argc, char **argv)
{
	guint n = argc > 1 ? (guint)atoi(argv[1]) : 20000;
	int rounds = argc > 2 ? atoi(argv[2]) : 5;
	g_autofree char *folder = g_dir_make_tmp("pgassay-bench-report-XXXXXX", NULL);
	g_autoptr(ReportRun) run = made_run_new(n, 10, 39, true);
	g_autofree double *times = g_new0(double, (gsize)rounds);
	struct rusage usage = { 0 };
	double all = 0;
	double page = 0;

	for (const ReportFormat *format = report_formats(); format->name != NULL; format++) {
		goffset size = 0;
		for (int i = 0; i < rounds; i++)
			times[i] = bench_format(format, run, folder, &size);
		double time = timing_median(times, rounds);
		printf("%-20s %8.1f ms %10.1f kB\n", format->name, time, (double)size / 1024);
		all += time;
		page = strcmp(format->name, "html") == 0 ? (double)size / 1024 / 1024 : page;
	}
	bench_remove(folder);
	getrusage(RUSAGE_SELF, &usage);
	timing_ratio("all formats, ms", all, 1000);
	timing_ratio("the page, MB", page, 5);
	timing_ratio("memory, MB", (double)usage.ru_maxrss / 1024, 200);
	return 0;
}
