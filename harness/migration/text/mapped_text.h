/*
 * A text that was made from a file (placeholders replaced, comment signs taken off) and still knows where in the
 * file each of its bytes comes from.
 */
#ifndef MIGRATION_TEXT_MAPPED_TEXT_H
#define MIGRATION_TEXT_MAPPED_TEXT_H

#include <glib.h>

typedef struct {
	GString *text;
	GArray *pieces; /* in order of the text; private */
} MigrationMappedText;

MigrationMappedText *migration_mapped_text_new(void);
void migration_mapped_text_free(MigrationMappedText *mapped); /* takes NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigrationMappedText, migration_mapped_text_free)

/* Appends text that stands in the source at the offset, byte for byte. */
void migration_mapped_text_append(MigrationMappedText *mapped, const char *text, gsize length, gsize source_offset);

/* Appends a replacement for the text at the source's offset: every byte of it maps to that offset. */
void migration_mapped_text_append_replacement(MigrationMappedText *mapped, const char *text, gsize source_offset);

/* The offset in the source of an offset in the text; the offset past the end gives the position after the last
 * piece. */
gsize migration_mapped_text_source_offset(const MigrationMappedText *mapped, gsize offset);

#endif
