#include "migration/text/mapped_text.h"

typedef struct {
	gsize start;  /* in the text */
	gsize source; /* in the source */
	gsize source_length;
} Piece;

MigrationMappedText *
migration_mapped_text_new(void)
{
	MigrationMappedText *mapped = g_new0(MigrationMappedText, 1);

	mapped->text = g_string_new(NULL);
	mapped->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	return mapped;
}

void
migration_mapped_text_free(MigrationMappedText *mapped)
{
	if (mapped == NULL)
		return;
	g_string_free(mapped->text, TRUE);
	g_array_unref(mapped->pieces);
	g_free(mapped);
}

void
migration_mapped_text_append(MigrationMappedText *mapped, const char *text, gsize length, gsize source_offset)
{
	Piece piece = { .start = mapped->text->len, .source = source_offset, .source_length = length };

	if (length == 0)
		return;
	g_array_append_val(mapped->pieces, piece);
	g_string_append_len(mapped->text, text, (gssize)length);
}

void
migration_mapped_text_append_replacement(MigrationMappedText *mapped, const char *text, gsize source_offset)
{
	Piece piece = { .start = mapped->text->len, .source = source_offset };

	if (*text == '\0')
		return;
	g_array_append_val(mapped->pieces, piece);
	g_string_append(mapped->text, text);
}

gsize
migration_mapped_text_source_offset(const MigrationMappedText *mapped, gsize offset)
{
	guint low = 0;
	guint high = mapped->pieces->len;

	if (high == 0)
		return 0;
	while (high - low > 1) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(mapped->pieces, Piece, middle).start <= offset)
			low = middle;
		else
			high = middle;
	}
	const Piece *piece = &g_array_index(mapped->pieces, Piece, low);
	return piece->source + MIN(offset - piece->start, piece->source_length);
}
