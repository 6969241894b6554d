/*
 * The user's cache of template data directories.
 */
#ifndef SCRATCH_CACHE_H
#define SCRATCH_CACHE_H

#include "scratch/binaries.h"
#include "scratch/pack.h"

/* The place of one template, for a folder of binaries, its major version and a locale. A template of another minor
 * version is not used, and is replaced. */
typedef struct ScratchCache ScratchCache;

/* The locale of all templates: C.UTF-8, or C where the system does not have that. */
const char *scratch_cache_locale(void);

/* Chooses the folder: $XDG_CACHE_HOME/pgassay, ~/.cache/pgassay of HOME or of the password
 * database, or else a folder of ours below `temporary`. Never NULL; when no folder can be
 * written, nothing is found and nothing is kept. */
ScratchCache *scratch_cache_open(const ScratchBinaries *binaries, const char *locale, const char *temporary);

/* The same for a server with contents; `contents` identifies them. */
ScratchCache *scratch_cache_open_contents(const ScratchBinaries *binaries, const char *locale, const char *temporary,
                                          const char *contents);

/* Servers with contents take at most so many bytes in the folder; the oldest ones go. */
#define SCRATCH_CACHE_CONTENTS_MAX ((guint64)512 * 1024 * 1024)
void scratch_cache_limit(const ScratchCache *cache);
void scratch_cache_close(ScratchCache *cache); /* takes NULL; gives up the lock */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchCache, scratch_cache_close)

/* The file of the template, or NULL when nothing can be kept. */
const char *scratch_cache_path(const ScratchCache *cache);

/* The template, or NULL when there is none that can be used. */
ScratchPack *scratch_cache_load(const ScratchCache *cache);

/* Waits until no other run makes this template: the caller then looks again and makes it
 * itself if need be. After a minute the wait ends without the lock, and scratch_cache_store does
 * nothing. Fails only with BASE_ERROR_INTERRUPTED. */
bool scratch_cache_lock(ScratchCache *cache, GError **error);

/* Keeps a data directory as the template. A failure is none of the caller's: the next run
 * makes it again. */
void scratch_cache_store(ScratchCache *cache, const char *data);

/* Forgets the template: a server did not start from it. */
void scratch_cache_discard(ScratchCache *cache);

#endif
