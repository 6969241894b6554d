/*
 * A data directory as one file.
 *
 * A plain copy opens and reads nearly a thousand files. A pack is read at once, files with the same content (the three
 * databases of a new server) are in it once, and it gets its name by one rename, so that it is complete or missing.
 */
#ifndef SCRATCH_PACK_H
#define SCRATCH_PACK_H

#include "scratch/account.h"

typedef struct ScratchPack ScratchPack;

/* Writes the files below `directory` to the file `path`. The key identifies the contents. Fails
 * (BASE_ERROR_ENVIRONMENT) if an entry is neither a file nor a folder, and when the disk is full; then no file is
 * left at `path`. */
bool scratch_pack_write(const char *path, const char *key, const char *directory, GError **error);

/* Reads a pack. NULL when there is none, when it belongs to another user, was written for another key or by another
 * version of pgassay, or when it is damaged. */
ScratchPack *scratch_pack_load(const char *path, const char *key);
void scratch_pack_free(ScratchPack *pack); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchPack, scratch_pack_free)

/* The content of a small text file of the pack, or NULL. The caller frees it. */
char *scratch_pack_text(const ScratchPack *pack, const char *name);

/* A server starts without template1 and template0, to which nobody connects, so their files can be written while it
 * starts. */
typedef enum {
	SCRATCH_PACK_NEEDED_FIRST,
	SCRATCH_PACK_NEEDED_LATER,
} ScratchPackPart;

/* Makes all folders below `directory`, which must be empty. All of them, `directory` itself, and the
 * files later, belong to the account. NULL with *error (BASE_ERROR_ENVIRONMENT) when that cannot be. */
typedef struct ScratchUnpacking ScratchUnpacking;
ScratchUnpacking *scratch_unpacking_begin(const ScratchPack *pack, const char *directory, const ScratchAccount *account,
                                          GError **error);

/* Writes the files of one part. The two parts may be written by two threads at once. */
bool scratch_unpacking_write(const ScratchUnpacking *unpacking, ScratchPackPart part, GError **error);

void scratch_unpacking_end(ScratchUnpacking *unpacking); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScratchUnpacking, scratch_unpacking_end)

#endif
