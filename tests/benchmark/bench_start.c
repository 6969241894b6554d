/*
 * From nothing to the first answered query: the scratch server with a warm cache, against plain
 * "initdb --no-sync" and "pg_ctl -w start" without fsync in the same run, as the same user. With fsync, which is the
 * default, both of these take longer, how much depends on the disk.
 *
 * usage: bench-start [ROUNDS]
 */
#include "scratch/folder.h"
#include "scratch/server.h"

#include "timing.h"

#include <glib/gstdio.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static double
start_scratch(char **ret_bindir)
{
	g_autoptr(GError) error = NULL;
	const ScratchOptions options = { 0 };
	gint64 start = g_get_monotonic_time();
	g_autoptr(ScratchServer) server = scratch_server_start(&options, &error);

	timing_check(server != NULL, error);
	g_autoptr(DbSession)
	    session = db_session_open(scratch_server_endpoint(server), "postgres", DB_SESSION_INTERNAL, &error);
	timing_check(session != NULL, error);
	g_autofree char *one = db_session_query_value(session, &error, "SELECT 1", NULL);
	timing_check(one != NULL, error);
	double milliseconds = timing_since(start);
	g_free(*ret_bindir);
	*ret_bindir = g_strdup(scratch_server_origin(server));
	return milliseconds;
}

/* As root, the programs run as the user that scratch servers run as, too. */
static double
start_plain(const char *bindir)
{
	/* Where the scratch server is, too. */
	g_autofree char *parent = scratch_folder_parent(SCRATCH_FOLDER_BRIEF);
	g_autofree char *folder = g_mkdtemp(g_build_filename(parent, "pgassay-bench-XXXXXX", NULL));
	const struct passwd *account = geteuid() == 0 ? getpwnam("postgres") : NULL;
	g_autofree char *prefix = account != NULL ? g_strdup("setpriv --reuid postgres --regid postgres --init-groups ")
	                                          : g_strdup("");
	g_autofree char *command = g_strdup_printf(
	    "%1$s %2$s/initdb --no-sync -A trust -U postgres -D %3$s/data >%3$s/initdb.log 2>&1 && "
	    "%1$s %2$s/pg_ctl -w -D %3$s/data -l %3$s/server.log -o \"-F -c listen_addresses='' -k %3$s\" start "
	    ">/dev/null",
	    prefix, bindir, folder);
	g_autofree char *end = g_strdup_printf("%s %s/pg_ctl -m immediate -w -D %s/data stop >/dev/null; rm -rf %s",
	                                       prefix, bindir, folder, folder);

	if (account != NULL && chown(folder, account->pw_uid, account->pw_gid) != 0)
		exit(1);
	gint64 start = g_get_monotonic_time();
	int status = system(command);
	double milliseconds = timing_since(start);
	if (system(end) != 0 || status != 0) {
		fprintf(stderr, "bench-start: initdb or pg_ctl failed\n");
		exit(1);
	}
	return milliseconds;
}

int
main(int argc, char **argv)
{
	int rounds = argc > 1 ? MAX(atoi(argv[1]), 1) : 5;
	g_autofree double *scratch = g_new0(double, (gsize)rounds);
	g_autofree double *plain = g_new0(double, (gsize)rounds);
	g_autofree char *bindir = NULL;

	start_scratch(&bindir); /* fills the cache */
	for (int i = 0; i < rounds; i++) {
		scratch[i] = start_scratch(&bindir);
		plain[i] = start_plain(bindir);
	}
	double a = timing_median(scratch, rounds);
	double b = timing_median(plain, rounds);
	/* The median sorts: the first is the best. */
	printf("scratch server, warm cache        %7.1f ms, best %.1f ms\n", a, scratch[0]);
	printf("initdb --no-sync, pg_ctl -w start %7.1f ms, best %.1f ms\n", b, plain[0]);
	timing_ratio("start / plain start", a / b, 0.2);
	return 0;
}
