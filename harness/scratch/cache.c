#include "scratch/cache.h"

#include "base/lock.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <locale.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_TIMEOUT ((gint64)60 * G_USEC_PER_SEC)

/* How the files of servers with contents begin. */
#define CONTENTS_PREFIX "base-"

struct ScratchCache {
	char *key;
	char *path; /* NULL: nothing can be kept */
	int major;
	int lock;
};

const char *
scratch_cache_locale(void)
{
	locale_t locale = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);

	if (locale == (locale_t)0)
		return "C";
	freelocale(locale);
	return "C.UTF-8";
}

/* --- Where --------------------------------------------------------------- */

static bool
is_owned(const char *path)
{
	GStatBuf status;

	return g_stat(path, &status) == 0 && status.st_uid == geteuid();
}

/* True if nobody else may write to the folder: its files will be executed. */
static bool
is_private_folder(const char *path)
{
	GStatBuf status;

	return g_lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
	       (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 && access(path, W_OK | X_OK) == 0;
}

static char *
folder_in(const char *parent, const char *name)
{
	g_autofree char *path = g_build_filename(parent, name, NULL);

	if (g_mkdir_with_parents(path, 0700) != 0 || !is_private_folder(path))
		return NULL;
	return g_steal_pointer(&path);
}

static char *
folder_in_home(const char *home)
{
	if (home == NULL || !g_path_is_absolute(home) || !is_owned(home))
		return NULL;
	return folder_in(home, ".cache/pgassay");
}

/* Under sudo, and in containers, both variables may point at another user's folder: it stays as it is. */
static char *
choose_folder(const char *temporary)
{
	const char *wanted = g_getenv("XDG_CACHE_HOME");
	char *folder;

	if (wanted != NULL && g_path_is_absolute(wanted)) {
		bool exists = g_file_test(wanted, G_FILE_TEST_EXISTS);
		folder = !exists || is_owned(wanted) ? folder_in(wanted, "pgassay") : NULL;
	} else {
		folder = folder_in_home(g_getenv("HOME"));
		const struct passwd *user = folder == NULL ? getpwuid(geteuid()) : NULL;
		if (user != NULL)
			folder = folder_in_home(user->pw_dir);
	}
	if (folder != NULL)
		return folder;
	g_autofree char *name = g_strdup_printf("pgassay-cache-%u", (guint)geteuid());
	return folder_in(temporary, name);
}

ScratchCache *
scratch_cache_open(const ScratchBinaries *binaries, const char *locale, const char *temporary)
{
	ScratchCache *cache = g_new0(ScratchCache, 1);
	g_autofree char *folder = choose_folder(temporary);

	cache->lock = -1;
	cache->major = binaries->version / 10000;
	cache->key = g_strdup_printf("%s\n%s\n%s", binaries->version_text, binaries->directory, locale);
	if (folder != NULL) {
		/* Without the minor version: the template of the next one takes the place of this one's. */
		g_autofree char *place = g_strdup_printf("%s\n%s", binaries->directory, locale);
		g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, place, -1);
		cache->path = g_strdup_printf("%s/template-%d-%.16s.pack", folder, cache->major, sum);
	}
	return cache;
}

ScratchCache *
scratch_cache_open_contents(const ScratchBinaries *binaries, const char *locale, const char *temporary,
                            const char *contents)
{
	ScratchCache *cache = scratch_cache_open(binaries, locale, temporary);
	g_autofree char *plain = cache->key;
	g_autofree char *path = cache->path;

	cache->key = g_strdup_printf("%s\n%s", plain, contents);
	if (path != NULL) {
		g_autofree char *folder = g_path_get_dirname(path);
		g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, cache->key, -1);
		cache->path = g_strdup_printf("%s/" CONTENTS_PREFIX "%d-%.32s.pack", folder, cache->major, sum);
	}
	return cache;
}

void
scratch_cache_close(ScratchCache *cache)
{
	if (cache == NULL)
		return;
	if (cache->lock >= 0)
		close(cache->lock);
	g_free(cache->key);
	g_free(cache->path);
	g_free(cache);
}

const char *
scratch_cache_path(const ScratchCache *cache)
{
	return cache->path;
}

/* --- Use ----------------------------------------------------------------- */

ScratchPack *
scratch_cache_load(const ScratchCache *cache)
{
	g_autoptr(ScratchPack) pack = cache->path != NULL ? scratch_pack_load(cache->path, cache->key) : NULL;

	if (pack == NULL)
		return NULL;
	g_autofree char *version = scratch_pack_text(pack, "PG_VERSION");
	if (version == NULL || g_ascii_strtoll(version, NULL, 10) != cache->major)
		return NULL;
	return g_steal_pointer(&pack);
}

bool
scratch_cache_lock(ScratchCache *cache, GError **error)
{
	if (cache->path == NULL || cache->lock >= 0)
		return true;
	g_autofree char *path = g_strconcat(cache->path, ".lock", NULL);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool locked = false;

	if (lock < 0)
		return true;
	bool done = base_lock_wait(lock, LOCK_TIMEOUT, &locked, error);
	if (locked)
		cache->lock = lock;
	else
		close(lock);
	return done;
}

void
scratch_cache_store(ScratchCache *cache, const char *data)
{
	if (cache->lock < 0)
		return;
	g_autoptr(GError) error = NULL;
	if (!scratch_pack_write(cache->path, cache->key, data, &error))
		g_debug("the template is not kept: %s", error->message);
}

void
scratch_cache_discard(ScratchCache *cache)
{
	if (cache->path != NULL)
		g_unlink(cache->path);
}

/* --- The limit -------------------------------------------------------------- */

typedef struct {
	char *path;
	gint64 modified;
	guint64 size;
} CachedFile;

static void
cached_file_free(gpointer data)
{
	CachedFile *file = data;

	g_free(file->path);
	g_free(file);
}

/* The newest first. */
static int
cache_compare_files(gconstpointer a, gconstpointer b)
{
	const CachedFile *left = *(const CachedFile *const *)a;
	const CachedFile *right = *(const CachedFile *const *)b;

	return (left->modified < right->modified) - (left->modified > right->modified);
}

static GPtrArray *
cache_list_contents(const char *folder)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(cached_file_free);
	g_autoptr(GDir) directory = g_dir_open(folder, 0, NULL);
	const char *name;

	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		GStatBuf status;
		if (!g_str_has_prefix(name, CONTENTS_PREFIX) || g_lstat(path, &status) != 0 || !S_ISREG(status.st_mode))
			continue;
		CachedFile *file = g_new0(CachedFile, 1);
		*file = (CachedFile){ .path = g_steal_pointer(&path),
			              .modified = status.st_mtime,
			              .size = (guint64)status.st_size };
		g_ptr_array_add(files, file);
	}
	g_ptr_array_sort(files, cache_compare_files);
	return files;
}

void
scratch_cache_limit(const ScratchCache *cache)
{
	g_autofree char *folder = cache->path != NULL ? g_path_get_dirname(cache->path) : NULL;
	g_autoptr(GPtrArray) files = folder != NULL ? cache_list_contents(folder) : g_ptr_array_new();
	guint64 total = 0;

	for (guint i = 0; i < files->len; i++) {
		const CachedFile *file = g_ptr_array_index(files, i);
		total += file->size;
		if (total > SCRATCH_CACHE_CONTENTS_MAX)
			g_unlink(file->path);
	}
}
