#include "scratch/pack_private.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Increase this with every change of the contents of a pack or of the options of initdb. */
#define FORMAT 1
#define MAGIC  "pgassay\n"
/* Reads as another number on a machine of the other byte order that shares the home folder. */
#define BYTE_ORDER_MARK 0x01020304u
/* A new data directory has 30 MB; a file that claims more is none of ours. */
#define SIZE_MAX_BYTES ((gint64)512 * 1024 * 1024)

/* Eight bytes at a time in four lanes, so that it is about as fast as memory. Shows every change
 * that happens by accident. */
static guint64
pack_checksum(const char *bytes, gsize length)
{
	static const guint64 prime = 0x9E3779B97F4A7C15u;
	guint64 lanes[4] = { 1, 2, 3, 4 };
	gsize i = 0;

	for (; i + sizeof lanes <= length; i += sizeof lanes) {
		guint64 words[4];
		memcpy(words, bytes + i, sizeof words);
		for (int lane = 0; lane < 4; lane++) {
			lanes[lane] = (lanes[lane] ^ words[lane]) * prime;
			lanes[lane] ^= lanes[lane] >> 29;
		}
	}
	for (; i < length; i++)
		lanes[0] = (lanes[0] ^ (guchar)bytes[i]) * prime;
	for (int lane = 1; lane < 4; lane++)
		lanes[0] = (lanes[0] ^ lanes[lane]) * prime ^ lanes[0] >> 31;
	return lanes[0] ^ length;
}

/* For a table of contents; much quicker than g_bytes_hash, which goes byte by byte. */
static guint
pack_hash(gconstpointer bytes)
{
	gsize length = 0;
	const char *data = g_bytes_get_data((GBytes *)bytes, &length);
	guint64 sum = pack_checksum(data, length);

	return (guint)(sum ^ sum >> 32);
}

/* --- Writing ------------------------------------------------------------- */

typedef struct {
	const char *root;
	GArray *entries; /* of PackEntry */
	GString *texts;
	GByteArray *contents; /* offsets count from its start until the end */
	GHashTable *known;    /* GBytes * -> its offset + 1 */
	guint64 main_database;
} Packer;

/* initdb creates the database "postgres" last, so it has the highest OID. */
static guint64
find_main_database(const char *root)
{
	g_autofree char *base = g_build_filename(root, "base", NULL);
	GDir *folder = g_dir_open(base, 0, NULL);
	guint64 highest = 0;

	if (folder == NULL)
		return 0;
	for (const char *name; (name = g_dir_read_name(folder)) != NULL;)
		highest = MAX(highest, g_ascii_strtoull(name, NULL, 10));
	g_dir_close(folder);
	return highest;
}

static guint32
part_of(const Packer *packer, const char *name)
{
	if (!g_str_has_prefix(name, "base/"))
		return SCRATCH_PACK_NEEDED_FIRST;
	guint64 database = g_ascii_strtoull(name + strlen("base/"), NULL, 10);
	return database == packer->main_database ? SCRATCH_PACK_NEEDED_FIRST : SCRATCH_PACK_NEEDED_LATER;
}

static void
add_content(Packer *packer, PackEntry *entry, char *content, gsize length)
{
	entry->length = length;
	/* Most of the first WAL segment is zeros. */
	while (length > 0 && content[length - 1] == '\0')
		length--;
	entry->stored = length;
	GBytes *bytes = g_bytes_new_take(content, length);
	gsize known = GPOINTER_TO_SIZE(g_hash_table_lookup(packer->known, bytes));
	if (known > 0) {
		entry->offset = known - 1;
		g_bytes_unref(bytes);
		return;
	}
	entry->offset = packer->contents->len;
	g_byte_array_append(packer->contents, g_bytes_get_data(bytes, NULL), (guint)length);
	g_hash_table_insert(packer->known, bytes, GSIZE_TO_POINTER((gsize)entry->offset + 1));
}

static bool pack_add_folder(Packer *packer, const char *name, guint32 index, GError **error);

static bool
pack_add_path(Packer *packer, const char *name, guint32 parent, GError **error)
{
	g_autofree char *path = g_build_filename(packer->root, name, NULL);
	GStatBuf status;
	PackEntry entry = {
		.name = (guint32)packer->texts->len,
		.parent = parent,
		.part = part_of(packer, name),
	};

	if (g_lstat(path, &status) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not read \"%s\": %s", path,
		                      g_strerror(errno));
	if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "\"%s\" is neither a file nor a folder",
		                      path);
	g_string_append_len(packer->texts, name, (gssize)strlen(name) + 1);
	entry.is_folder = S_ISDIR(status.st_mode);
	if (!entry.is_folder) {
		char *content = NULL;
		gsize length = 0;
		g_autoptr(GError) cause = NULL;
		if (!base_file_read(path, SIZE_MAX_BYTES, &content, &length, &cause))
			return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "%s", cause->message);
		add_content(packer, &entry, content, length);
	}
	g_array_append_val(packer->entries, entry);
	return !entry.is_folder || pack_add_folder(packer, name, packer->entries->len - 1, error);
}

/* The entry of the folder itself has the given index: it precedes the entries inside it. */
static bool
pack_add_folder(Packer *packer, const char *name, guint32 index, GError **error)
{
	g_autofree char *path = g_build_filename(packer->root, name, NULL);
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);

	if (folder == NULL)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not read the folder \"%s\"", path);
	for (const char *entry; (entry = g_dir_read_name(folder)) != NULL;) {
		g_autofree char *child = name[0] == '\0' ? g_strdup(entry) : g_build_filename(name, entry, NULL);
		if (!pack_add_path(packer, child, index, error))
			return false;
	}
	return true;
}

/* The whole file in memory: some 10 MB. */
static GByteArray *
pack_assemble(Packer *packer)
{
	while (packer->texts->len % 8 != 0)
		g_string_append_c(packer->texts, '\0');
	gsize texts = packer->texts->len;
	gsize start = sizeof(PackHeader) + packer->entries->len * sizeof(PackEntry) + texts;
	PackHeader header = {
		.format = FORMAT,
		.byte_order = BYTE_ORDER_MARK,
		.size = start + packer->contents->len,
		.entries = packer->entries->len,
		.texts = (guint32)texts,
	};

	for (guint i = 0; i < packer->entries->len; i++)
		g_array_index(packer->entries, PackEntry, i).offset += start;
	GByteArray *file = g_byte_array_sized_new((guint)header.size);
	g_byte_array_append(file, (const guint8 *)&header, sizeof header);
	g_byte_array_append(file, (const guint8 *)packer->entries->data,
	                    packer->entries->len * (guint)sizeof(PackEntry));
	g_byte_array_append(file, (const guint8 *)packer->texts->str, (guint)texts);
	g_byte_array_append(file, packer->contents->data, packer->contents->len);
	memcpy(header.magic, MAGIC, sizeof header.magic);
	header.checksum = pack_checksum((const char *)file->data + sizeof header, file->len - sizeof header);
	memcpy(file->data, &header, sizeof header);
	return file;
}

bool
scratch_pack_write_all(int file, const char *bytes, gsize length)
{
	while (length > 0) {
		ssize_t written = write(file, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		length -= (gsize)written;
	}
	return true;
}

/* The name of the unfinished file is always the same, so that the next writer replaces the remains of a killed one.
 * The caller makes sure that there is only one writer at a time. */
static bool
put_in_place(const char *path, const GByteArray *bytes, GError **error)
{
	g_autofree char *unfinished = g_strconcat(path, ".new", NULL);

	g_unlink(unfinished);
	int file = open(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool done = file >= 0 && scratch_pack_write_all(file, (const char *)bytes->data, bytes->len);
	int cause = errno;
	if (file >= 0 && close(file) != 0 && done) {
		done = false;
		cause = errno;
	}
	if (done && rename(unfinished, path) == 0)
		return true;
	if (done)
		cause = errno;
	g_unlink(unfinished);
	return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not write \"%s\": %s", path,
	                      g_strerror(cause));
}

bool
scratch_pack_write(const char *path, const char *key, const char *directory, GError **error)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(PackEntry));
	g_autoptr(GString) texts = g_string_new(key);
	g_autoptr(GByteArray) contents = g_byte_array_new();
	g_autoptr(GHashTable)
	    known = g_hash_table_new_full(pack_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
	Packer packer = {
		.root = directory,
		.entries = entries,
		.texts = texts,
		.contents = contents,
		.known = known,
		.main_database = find_main_database(directory),
	};

	g_string_append_c(texts, '\0');
	if (!pack_add_folder(&packer, "", NO_PARENT, error))
		return false;
	g_autoptr(GByteArray) file = pack_assemble(&packer);
	return put_in_place(path, file, error);
}

/* --- Reading ------------------------------------------------------------- */

static bool
header_is_good(const PackHeader *header, gsize size)
{
	return size >= sizeof *header && memcmp(header->magic, MAGIC, sizeof header->magic) == 0 &&
	       header->format == FORMAT && header->byte_order == BYTE_ORDER_MARK && header->size == size &&
	       sizeof *header + (guint64)header->entries * sizeof(PackEntry) + header->texts <= size &&
	       header->texts > 0;
}

static bool
name_is_good(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);

	for (char **part = parts; *part != NULL; part++)
		if ((*part)[0] == '\0' || strcmp(*part, "..") == 0)
			return false;
	return name[0] != '\0';
}

static bool
entries_are_good(const ScratchPack *pack)
{
	if (pack->texts[pack->header->texts - 1] != '\0')
		return false;
	for (guint32 i = 0; i < pack->header->entries; i++) {
		const PackEntry *entry = &pack->entries[i];
		if (entry->name >= pack->header->texts || !name_is_good(pack->texts + entry->name))
			return false;
		if (entry->parent != NO_PARENT && (entry->parent >= i || !pack->entries[entry->parent].is_folder))
			return false;
		if (entry->stored > entry->length || entry->offset > pack->header->size ||
		    entry->stored > pack->header->size - entry->offset)
			return false;
	}
	return true;
}

/* Reads a file that is ours; NULL when it is not, or is too large. */
static char *
read_own_file(const char *path, gsize *ret_size)
{
	int file = base_file_open(path, BASE_FILE_NO_FOLLOW);
	struct stat status;
	char *bytes = NULL;
	gsize got = 0;

	if (file < 0)
		return NULL;
	if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
	    status.st_size >= (gint64)sizeof(PackHeader) && status.st_size <= SIZE_MAX_BYTES) {
		bytes = g_malloc((gsize)status.st_size);
		for (ssize_t n; got < (gsize)status.st_size; got += (gsize)n)
			if ((n = read(file, bytes + got, (gsize)status.st_size - got)) <= 0)
				break;
	}
	close(file);
	*ret_size = got;
	return bytes;
}

ScratchPack *
scratch_pack_load(const char *path, const char *key)
{
	gsize size = 0;
	char *bytes = read_own_file(path, &size);

	if (bytes == NULL)
		return NULL;
	g_autoptr(ScratchPack) pack = g_new0(ScratchPack, 1);
	pack->bytes = bytes;
	pack->header = (const PackHeader *)(const void *)bytes;
	if (!header_is_good(pack->header, size) ||
	    pack->header->checksum != pack_checksum(bytes + sizeof(PackHeader), size - sizeof(PackHeader)))
		return NULL;
	pack->entries = (const PackEntry *)(const void *)(bytes + sizeof(PackHeader));
	pack->texts = bytes + sizeof(PackHeader) + pack->header->entries * sizeof(PackEntry);
	if (!entries_are_good(pack) || strcmp(pack->texts, key) != 0)
		return NULL;
	return g_steal_pointer(&pack);
}

void
scratch_pack_free(ScratchPack *pack)
{
	if (pack == NULL)
		return;
	g_free(pack->bytes);
	g_free(pack);
}

char *
scratch_pack_text(const ScratchPack *pack, const char *name)
{
	for (guint32 i = 0; i < pack->header->entries; i++) {
		const PackEntry *entry = &pack->entries[i];
		if (!entry->is_folder && strcmp(pack->texts + entry->name, name) == 0)
			return g_strndup(pack->bytes + entry->offset, entry->stored);
	}
	return NULL;
}
