/* The pages of nbtree (src/include/access/nbtree.h, storage/bufpage.h), as all versions from 13 on have them. */
#include "plan/size/length.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BTREE_PAGE    8192
#define BTREE_MAGIC   0x053162
#define BTREE_VERSION 4
#define BTREE_LEAF    1
#define BTREE_ROOT    2
#define BTREE_META    8
/* INDEX_ALT_TID_MASK: a pivot tuple, here without any key: "less than all". */
#define BTREE_PIVOT 0x2000

/* PageHeaderData. */
typedef struct {
	guint8 lsn[8];
	guint16 checksum;
	guint16 flags;
	guint16 lower;
	guint16 upper;
	guint16 special;
	guint16 size_and_version;
	guint32 prune_xid;
} BtreeHeader;

/* BTMetaPageData. */
typedef struct {
	guint32 magic;
	guint32 version;
	guint32 root;
	guint32 level;
	guint32 fast_root;
	guint32 fast_level;
	guint32 deleted;
	double heap_tuples;
	guint8 equal_image;
} BtreeMeta;

/* BTPageOpaqueData. */
typedef struct {
	guint32 previous;
	guint32 next;
	guint32 level;
	guint16 flags;
	guint16 cycle;
} BtreeOpaque;

/* IndexTupleData. */
typedef struct {
	guint16 block_high;
	guint16 block_low;
	guint16 attributes;
	guint16 info;
} BtreeTuple;

typedef union {
	guint8 bytes[BTREE_PAGE];
	BtreeHeader header;
	guint32 align;
} BtreePage;

/* A page with one downlink to the next one; the last one is an empty leaf. */
static void
btree_make_page(BtreePage *page, guint number, guint level, bool is_root)
{
	const guint16 special = BTREE_PAGE - sizeof(BtreeOpaque);
	BtreeOpaque opaque = { .level = level,
		               .flags = (guint16)((level == 0 ? BTREE_LEAF : 0) | (is_root ? BTREE_ROOT : 0)) };
	guint16 lower = sizeof(BtreeHeader);
	guint16 upper = special;

	memset(page, 0, sizeof *page);
	if (level > 0) {
		BtreeTuple tuple = { .block_low = (guint16)(number + 1), .info = sizeof tuple | BTREE_PIVOT };
		upper = (guint16)(special - sizeof tuple);
		/* ItemIdData: 15 bits of offset, 2 of flags (1: normal), 15 of length. */
		guint32 item = upper | 1U << 15 | (guint32)sizeof tuple << 17;
		memcpy(page->bytes + lower, &item, sizeof item);
		memcpy(page->bytes + upper, &tuple, sizeof tuple);
		lower += sizeof item;
	}
	memcpy(page->bytes + special, &opaque, sizeof opaque);
	page->header = (BtreeHeader){
		.lower = lower, .upper = upper, .special = special, .size_and_version = BTREE_PAGE | 4
	};
}

/* Writes the levels, and then the page that refers to them, so that it never refers to a missing page. */
static bool
btree_put(int file, const char *name, gint height, BtreePage *first, BtreeMeta *meta, GError **error)
{
	bool done = true;

	meta->root = meta->fast_root = height >= 0;
	meta->level = meta->fast_level = (guint32)MAX(height, 0);
	memcpy(first->bytes + sizeof(BtreeHeader), meta, sizeof *meta);
	for (gint i = 0; done && i <= height; i++) {
		BtreePage level;
		btree_make_page(&level, (guint)i + 1, (guint)(height - i), i == 0);
		done = pwrite(file, &level, sizeof level, (off_t)(i + 1) * BTREE_PAGE) == (ssize_t)sizeof level;
	}
	return (done && pwrite(file, first, sizeof *first, 0) == (ssize_t)sizeof *first) ||
	       base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not write to the btree \"%s\": %s", name,
	                      g_strerror(errno));
}

static bool
btree_change(int file, const char *name, gint height, GError **error)
{
	BtreePage page;
	BtreeMeta meta;

	if (pread(file, &page, sizeof page, 0) != (ssize_t)sizeof page)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not read the btree \"%s\": %s", name,
		                      errno != 0 ? g_strerror(errno) : "it has no page");
	memcpy(&meta, page.bytes + sizeof(BtreeHeader), sizeof meta);
	if (meta.magic != BTREE_MAGIC || meta.version > BTREE_VERSION || meta.root != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
		                      "the file \"%s\" is no empty btree of a form that is known", name);
	return btree_put(file, name, height, &page, &meta, error);
}

/* In a file that is empty. */
static bool
btree_begin(int file, const char *name, gint height, GError **error)
{
	const guint16 special = BTREE_PAGE - sizeof(BtreeOpaque);
	const BtreeOpaque opaque = { .flags = BTREE_META };
	BtreeMeta meta = { .magic = BTREE_MAGIC, .version = BTREE_VERSION, .heap_tuples = -1, .equal_image = 1 };
	BtreePage page = { .header = { .lower = sizeof(BtreeHeader) + sizeof meta,
		                       .upper = special,
		                       .special = special,
		                       .size_and_version = BTREE_PAGE | 4 } };

	memcpy(page.bytes + special, &opaque, sizeof opaque);
	return btree_put(file, name, height, &page, &meta, error);
}

typedef bool (*BtreeWork)(int file, const char *name, gint height, GError **error);

static bool
btree_open(const char *data_directory, const char *path, BtreeWork work, gint height, GError **error)
{
	g_autofree char *name = g_build_filename(data_directory, path, NULL);
	int file = open(name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	errno = file < 0 ? errno : 0;
	bool done = file >= 0 ? work(file, name, height, error)
	                      : base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL,
	                                       "could not open the btree \"%s\": %s", name, g_strerror(errno));
	if (file >= 0)
		close(file);
	return done;
}

bool
plan_btree_grow(const char *data_directory, const char *path, guint height, GError **error)
{
	return btree_open(data_directory, path, btree_change, (gint)height, error);
}

bool
plan_btree_write(const char *data_directory, const char *path, gint height, GError **error)
{
	return btree_open(data_directory, path, btree_begin, height, error);
}
