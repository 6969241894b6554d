#define _GNU_SOURCE /* memfd_create, timegm */
#include "checklist/backup/backup.h"

#include "base/error.h"
#include "base/process.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A list of contents may be so long. */
#define BACKUP_LIST_MAX     ((gsize)64 * 1024 * 1024)
#define BACKUP_LIST_TIMEOUT (120 * (gint64)G_USEC_PER_SEC)

void
backup_file_clear(BackupFile *file)
{
	g_free(file->path);
	g_free(file->database);
	g_free(file->version);
	g_free(file->written_by);
	g_free(file->broken);
	g_free(file->hint);
	*file = (BackupFile){ 0 };
}

/* --- Finding ------------------------------------------------------------------------------- */

/* The age of a backup folder is that of its table of contents. */
static gint64
backup_modified(const char *path)
{
	g_autofree char *toc = g_build_filename(path, "toc.dat", NULL);
	struct stat status;

	if (stat(toc, &status) == 0 || stat(path, &status) == 0)
		return status.st_mtime;
	return 0;
}

static void
backup_find_newest(const char *pattern, BackupFile *file)
{
	glob_t found = { 0 };

	if (glob(pattern, 0, NULL, &found) == 0)
		for (gsize i = 0; i < found.gl_pathc; i++) {
			gint64 modified = backup_modified(found.gl_pathv[i]);
			if (file->path != NULL && modified <= file->made)
				continue;
			g_free(file->path);
			file->path = g_strdup(found.gl_pathv[i]);
			file->made = modified;
		}
	globfree(&found);
}

/* Why no file fits; the caller frees it. */
static char *
backup_explain_none(const char *pattern)
{
	bool one = strpbrk(pattern, "*?[") == NULL;
	gsize fixed = strcspn(pattern, "*?[");
	g_autofree char *start = g_strndup(pattern, fixed);
	char *slash = strrchr(start, '/');
	struct stat status;

	if (one && stat(pattern, &status) != 0 && errno != ENOENT)
		return g_strdup_printf("\"%s\" cannot be read: %s", pattern, g_strerror(errno));
	if (slash != NULL)
		*slash = '\0';
	const char *folder = start[0] != '\0' ? start : "/";
	DIR *directory = opendir(folder);
	g_autofree char *why = directory == NULL && !(one && errno == EACCES)
	                           ? g_strdup_printf(", because its folder cannot be read: %s", g_strerror(errno))
	                           : g_strdup("");
	if (directory != NULL)
		closedir(directory);
	return g_strdup_printf("no file fits \"%s\"%s", pattern, why);
}

/* --- Archives ---------------------------------------------------------------------------------- */

/* Messages as everybody knows and searches them. Takes the environment. */
static char **
backup_plain_words(char **environment)
{
	environment = g_environ_setenv(environment, "LC_ALL", "C", TRUE);
	return g_environ_unsetenv(environment, "LANGUAGE");
}

static char *
backup_read_all(int descriptor)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char buffer[65536];
	gssize n = 0;

	lseek(descriptor, 0, SEEK_SET);
	while (text->len < BACKUP_LIST_MAX && (n = read(descriptor, buffer, sizeof(buffer))) > 0)
		g_string_append_len(text, buffer, n);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* pg_restore --list. *ret_list is NULL when it refuses, and file->broken says why. */
static bool
backup_list(BackupFile *file, const char *programs, char **ret_list, GError **error)
{
	g_autofree char *program = g_build_filename(programs, "pg_restore", NULL);
	const char *const arguments[] = { program, "--list", file->path, NULL };
	g_auto(BaseProcessEnd) end = { 0 };
	int output = memfd_create("pgassay-list", MFD_CLOEXEC);
	g_auto(GStrv) environment = backup_plain_words(g_get_environ());
	const BaseProcess process = { .arguments = arguments,
		                      .environment = (const char *const *)environment,
		                      .input = -1,
		                      .output = output,
		                      .timeout = BACKUP_LIST_TIMEOUT };

	*ret_list = NULL;
	if (output < 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "there is no memory for a list of contents");
	bool run = base_process_run(&process, &end, error);
	if (run && end.succeeded)
		*ret_list = backup_read_all(output);
	else if (run)
		backup_explain_list(file, end.stderr_text);
	close(output);
	return run;
}

/* The value after "; NAME: " in the head of a list; NULL: none. */
static char *
backup_head_value(const char *list, const char *name)
{
	g_autofree char *pattern = g_strdup_printf("^;\\s*%s:? (.*)$", name);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	return g_regex_match(regex, list, 0, &match) ? g_match_info_fetch(match, 1) : NULL;
}

/* "2026-12-01 08:00:00 UTC": in the time zone of this machine, as pg_restore shows it. */
static gint64
backup_read_time(const char *text)
{
	struct tm time = { .tm_isdst = -1 };

	return text != NULL && strptime(text, "%Y-%m-%d %H:%M:%S", &time) != NULL ? (gint64)mktime(&time) : 0;
}

static bool
backup_read_archive(BackupFile *file, const char *programs, GError **error)
{
	g_autofree char *list = NULL;

	if (!backup_list(file, programs, &list, error))
		return false;
	if (list == NULL)
		return true;
	g_autofree char *created = backup_head_value(list, "Archive created at");
	g_autofree char *entries = backup_head_value(list, "TOC Entries");
	gint64 made = backup_read_time(created);
	file->database = backup_head_value(list, "dbname");
	file->version = backup_head_value(list, "Dumped from database version");
	file->written_by = backup_head_value(list, "Dumped by pg_dump version");
	file->entries = entries != NULL ? (guint)g_ascii_strtoull(entries, NULL, 10) : 0;
	/* A copied file has a later time than the archive inside it. */
	if (made > 0 && made < file->made)
		file->made = made;
	return true;
}

bool
backup_file_read(const char *pattern, const char *programs, BackupFile *ret_file, GError **error)
{
	backup_find_newest(pattern, ret_file);
	if (ret_file->path == NULL) {
		ret_file->broken = backup_explain_none(pattern);
		return true;
	}
	backup_guess(ret_file);
	return ret_file->format != BACKUP_ARCHIVE || backup_read_archive(ret_file, programs, error);
}

/* --- Restoring ---------------------------------------------------------------------------------- */

static bool
backup_run(const BackupFile *file, const char *programs, const DbEndpoint *endpoint, const char *database,
           BaseProcessEnd *end, GError **error)
{
	bool plain = file->format == BACKUP_PLAIN;
	g_autofree char *beside = g_build_filename(programs, plain ? "psql" : "pg_restore", NULL);
	g_autofree char *program = g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE) ? g_strdup(beside)
	                                                                          : g_find_program_in_path("psql");
	g_autofree char *conninfo = db_endpoint_client_conninfo(endpoint, database);
	g_auto(GStrv) environment = backup_plain_words(db_endpoint_client_environment(endpoint));
	const char *const restore[] = { program,    "--no-owner", "--no-privileges", "--exit-on-error",
		                        "--dbname", conninfo,     file->path,        NULL };
	const char *const psql[] = { program,  "--no-psqlrc", "--quiet",  "--set",  "ON_ERROR_STOP=1",
		                     "--file", file->path,    "--dbname", conninfo, NULL };

	if (program == NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, "install postgresql-client", "there is no psql");
	const BaseProcess process = { .arguments = plain ? psql : restore,
		                      .environment = (const char *const *)environment,
		                      .input = -1,
		                      .output = -1 };
	return base_process_run(&process, end, error);
}

bool
backup_restore(const BackupFile *file, const char *programs, ScratchServer *server, ScratchDatabase **ret_database,
               char **ret_stderr_text, gint64 *ret_duration, GError **error)
{
	g_auto(BaseProcessEnd) end = { 0 };

	*ret_stderr_text = NULL;
	*ret_database = scratch_database_create(server, "backup", NULL, error);
	if (*ret_database == NULL)
		return false;
	gint64 began = g_get_monotonic_time();
	if (!backup_run(file, programs, scratch_server_endpoint(server), scratch_database_name(*ret_database), &end,
	                error))
		return false;
	*ret_duration = g_get_monotonic_time() - began;
	if (!end.succeeded)
		*ret_stderr_text = g_strdup(end.stderr_text);
	return true;
}
