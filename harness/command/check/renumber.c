#include "command/check/renumber.h"

#include "git/base.h"
#include "git/tree.h"
#include "migration/directory.h"

#include <string.h>

/* Longer ones are no numbers that people count with. */
#define DIGITS_MAX 18

typedef struct {
	const char *directory;
	GPtrArray *files; /* of MigrationFile * */
	char *version;    /* the duplicate one, without zeros */
	bool has_sum;     /* Atlas keeps one of the files */
	char *newer;      /* the name of a file that is new */
} Renumber;

static void
renumber_clear(Renumber *work)
{
	g_clear_pointer(&work->files, g_ptr_array_unref);
	g_free(work->version);
	g_free(work->newer);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Renumber, renumber_clear)

/* The number that the name begins with, perhaps behind a letter ("V12__x.sql"): how many digits it has; 0: none. */
static gsize
renumber_digits(const char *name, const char **ret_start)
{
	*ret_start = name + (g_ascii_isalpha(*name) ? 1 : 0);
	return strspn(*ret_start, "0123456789");
}

static bool
renumber_has_version(const Renumber *work, const char *name)
{
	const char *start = NULL;
	gsize n = renumber_digits(name, &start);

	while (n > 1 && *start == '0') {
		start++;
		n--;
	}
	return n > 0 && n == strlen(work->version) && strncmp(start, work->version, n) == 0;
}

/* "0003_too.down.sql" belongs to "0003_too.up.sql": the same up to the first dot. */
static bool
renumber_belongs(const char *a, const char *b)
{
	gsize length = strcspn(a, ".");

	return length == strcspn(b, ".") && strncmp(a, b, length) == 0;
}

/* The last of the files with the version that the base does not have. */
static bool
renumber_find_newer(Renumber *work, const char *wanted)
{
	g_autoptr(GitRepository) repository = git_repository_open(work->directory, NULL);
	g_auto(GStrv) environment = g_get_environ();
	g_auto(GitBase) base = { 0 };

	if (repository == NULL || g_strcmp0(wanted, "none") == 0 ||
	    !git_base_find(repository, wanted, environment, &base, NULL))
		return false;
	g_autoptr(GitTree) tree = git_tree_read(repository, base.commit, NULL);
	for (guint i = 0; tree != NULL && i < work->files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(work->files, i);
		g_autofree char *path = git_repository_path(repository, file->path);
		work->has_sum = work->has_sum || strcmp(file->name, "atlas.sum") == 0;
		if (path == NULL || !renumber_has_version(work, file->name) || git_tree_find(tree, path) != NULL)
			continue;
		g_free(work->newer);
		work->newer = g_strdup(file->name);
	}
	return work->newer != NULL;
}

static guint64
renumber_next(const Renumber *work)
{
	guint64 highest = 0;

	for (guint i = 0; i < work->files->len; i++) {
		const char *start = NULL;
		gsize n = renumber_digits(((const MigrationFile *)g_ptr_array_index(work->files, i))->name, &start);
		if (n > 0 && n <= DIGITS_MAX)
			highest = MAX(highest, g_ascii_strtoull(start, NULL, 10));
	}
	return highest + 1;
}

static char *
renumber_commands(const Renumber *work)
{
	GString *commands = g_string_new(NULL);
	guint64 next = renumber_next(work);

	for (guint i = 0; i < work->files->len; i++) {
		const MigrationFile *file = g_ptr_array_index(work->files, i);
		const char *start = NULL;
		gsize n = renumber_digits(file->name, &start);
		if (!renumber_belongs(file->name, work->newer))
			continue;
		g_string_append_printf(commands, "%sgit mv %s %s/%.*s%0*" G_GUINT64_FORMAT "%s",
		                       commands->len > 0 ? " && " : "", file->path, work->directory,
		                       (int)(start - file->name), file->name, (int)n, next, start + n);
	}
	if (work->has_sum)
		g_string_append(commands, " && atlas migrate hash");
	return g_string_free(commands, FALSE);
}

/* Takes the version out of the message. */
static char *
renumber_read_version(const char *message)
{
	g_autoptr(GRegex)
	    pattern = g_regex_new("have the same version \"?0*([0-9]+)\"?|the version 0*([0-9]+) has two ", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	bool found = g_regex_match(pattern, message, 0, &match);
	char *version = found ? g_match_info_fetch(match, g_match_info_get_match_count(match) - 1) : NULL;

	if (version == NULL || strlen(version) <= DIGITS_MAX)
		return version;
	g_free(version);
	return NULL;
}

void
command_check_renumber(const char *directory, const char *base, GError **error)
{
	g_auto(Renumber) work = { .directory = directory, .version = renumber_read_version((*error)->message) };

	work.files = work.version != NULL ? migration_directory_list(directory, false, NULL) : NULL;
	if (work.files == NULL || !renumber_find_newer(&work, base))
		return;
	g_autofree char *commands = renumber_commands(&work);
	char *hint = strstr((*error)->message, "\nhint: ");
	g_autofree char *first = hint != NULL ? g_strndup((*error)->message, (gsize)(hint - (*error)->message))
	                                      : g_strdup((*error)->message);
	g_free((*error)->message);
	(*error)->message = g_strdup_printf("%s\nhint: %s", first, commands);
}
