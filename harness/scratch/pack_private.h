/* How a pack is laid out: what pack.c writes and unpack.c reads. No other file includes it. */
#ifndef SCRATCH_PACK_PRIVATE_H
#define SCRATCH_PACK_PRIVATE_H

#include "scratch/pack.h"

/* The file: PackHeader, then PackEntry * entries, then texts (the key first), then contents. */
typedef struct {
	char magic[8];
	guint32 format;
	guint32 byte_order;
	guint64 size;     /* of the whole file */
	guint64 checksum; /* of all after the header */
	guint32 entries;
	guint32 texts; /* bytes of texts */
} PackHeader;

typedef struct {
	guint64 offset; /* of the content in the file */
	guint64 stored; /* bytes of content; after them come zeros, up to length */
	guint64 length; /* of the file */
	guint32 name;   /* offset in the texts */
	guint32 parent; /* the entry of its folder, or NO_PARENT */
	guint32 is_folder;
	guint32 part;
} PackEntry;

#define NO_PARENT G_MAXUINT32

struct ScratchPack {
	char *bytes;
	const PackHeader *header;
	const PackEntry *entries;
	const char *texts;
};

/* Writes all bytes to the descriptor; false, with errno, when that fails. */
bool scratch_pack_write_all(int file, const char *bytes, gsize length);

#endif
