#include "scratch/pack_private.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct ScratchUnpacking {
	const ScratchPack *pack;
	const ScratchAccount *account;
	char *directory;
	int root;
	int *folders; /* a descriptor for each entry that is a folder; else -1 */
};

/* As root we write into folders of another user. Everything uses descriptors of folders that were opened before
 * their owner changed, so no path is followed that the other user could have redirected. */
static int
parent_of(const ScratchUnpacking *unpacking, const PackEntry *entry)
{
	return entry->parent == NO_PARENT ? unpacking->root : unpacking->folders[entry->parent];
}

static const char *
base_name(const ScratchUnpacking *unpacking, const PackEntry *entry)
{
	const char *name = unpacking->pack->texts + entry->name;
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

static bool
give_away(int file, const ScratchAccount *account)
{
	return !account->drops || fchown(file, account->uid, account->gid) == 0;
}

/* A descriptor of the new folder, or -1. */
static int
unpack_make_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) != 0)
		return -1;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static bool
write_failed(const ScratchUnpacking *unpacking, const char *name, int cause, GError **error)
{
	const char *hint = cause == ENOSPC || cause == EDQUOT
	                       ? "free some space, or set TMPDIR to a folder on another disk"
	                       : NULL;

	return base_error_set(error, BASE_ERROR_ENVIRONMENT, hint, "could not write \"%s/%s\": %s",
	                      unpacking->directory, name, g_strerror(cause));
}

static bool
make_folders(ScratchUnpacking *unpacking, GError **error)
{
	const ScratchPack *pack = unpacking->pack;

	unpacking->root = open(unpacking->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (unpacking->root < 0)
		return write_failed(unpacking, "", errno, error);
	for (guint32 i = 0; i < pack->header->entries; i++) {
		const PackEntry *entry = &pack->entries[i];
		if (!entry->is_folder)
			continue;
		unpacking->folders[i] = unpack_make_folder(parent_of(unpacking, entry), base_name(unpacking, entry));
		if (unpacking->folders[i] < 0)
			return write_failed(unpacking, pack->texts + entry->name, errno, error);
	}
	for (guint32 i = 0; i < pack->header->entries; i++)
		if (unpacking->folders[i] >= 0 && !give_away(unpacking->folders[i], unpacking->account))
			return write_failed(unpacking, pack->texts + pack->entries[i].name, errno, error);
	return give_away(unpacking->root, unpacking->account) || write_failed(unpacking, "", errno, error);
}

ScratchUnpacking *
scratch_unpacking_begin(const ScratchPack *pack, const char *directory, const ScratchAccount *account, GError **error)
{
	g_autoptr(ScratchUnpacking) unpacking = g_new0(ScratchUnpacking, 1);

	unpacking->pack = pack;
	unpacking->account = account;
	unpacking->directory = g_strdup(directory);
	unpacking->root = -1;
	unpacking->folders = g_new(int, pack->header->entries);
	for (guint32 i = 0; i < pack->header->entries; i++)
		unpacking->folders[i] = -1;
	return make_folders(unpacking, error) ? g_steal_pointer(&unpacking) : NULL;
}

void
scratch_unpacking_end(ScratchUnpacking *unpacking)
{
	if (unpacking == NULL)
		return;
	for (guint32 i = 0; i < unpacking->pack->header->entries; i++)
		if (unpacking->folders[i] >= 0)
			close(unpacking->folders[i]);
	if (unpacking->root >= 0)
		close(unpacking->root);
	g_free(unpacking->folders);
	g_free(unpacking->directory);
	g_free(unpacking);
}

/* Gives 0, or the errno of the failure. */
static int
unpack_write_file(const ScratchUnpacking *unpacking, const PackEntry *entry)
{
	int file = openat(parent_of(unpacking, entry), base_name(unpacking, entry),
	                  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int cause = 0;

	if (file < 0)
		return errno;
	if (!scratch_pack_write_all(file, unpacking->pack->bytes + entry->offset, entry->stored) ||
	    (entry->stored < entry->length && ftruncate(file, (off_t)entry->length) != 0) ||
	    !give_away(file, unpacking->account))
		cause = errno;
	if (close(file) != 0 && cause == 0)
		cause = errno;
	return cause;
}

bool
scratch_unpacking_write(const ScratchUnpacking *unpacking, ScratchPackPart part, GError **error)
{
	const ScratchPack *pack = unpacking->pack;

	for (guint32 i = 0; i < pack->header->entries; i++) {
		const PackEntry *entry = &pack->entries[i];
		if (entry->is_folder || entry->part != (guint32)part)
			continue;
		int cause = unpack_write_file(unpacking, entry);
		if (cause != 0)
			return write_failed(unpacking, pack->texts + entry->name, cause, error);
	}
	return true;
}
