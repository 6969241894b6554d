#include "base/source.h"

#include "base/file.h"
#include "base/reads.h"

#include <string.h>

#define EXCERPT_WIDTH 160

struct Source {
	gatomicrefcount references;
	const char *path;
	char *text;
	gsize length;
	gsize left_out;
	GArray *lines;    /* of gsize: the offset at which each line starts */
	GPtrArray *parts; /* of Source *, which it was joined from; or NULL */
	gsize *starts;    /* where each part begins */
};

static Source *
source_take(const char *path, char *text, gsize length)
{
	Source *source = g_new0(Source, 1);

	g_atomic_ref_count_init(&source->references);
	source->path = g_intern_string(path);
	source->text = text;
	source->length = length;
	source->lines = g_array_new(FALSE, FALSE, sizeof(gsize));
	gsize start = 0;
	g_array_append_val(source->lines, start);
	for (const char *end; (end = memchr(text + start, '\n', length - start)) != NULL;) {
		start = (gsize)(end - text) + 1;
		g_array_append_val(source->lines, start);
	}
	return source;
}

Source *
base_source_load(const char *path, gsize max_bytes, GError **error)
{
	char *text = NULL;
	gsize length = 0;

	if (!base_file_read(path, max_bytes, &text, &length, error))
		return NULL;
	base_reads_add(path);
	return source_take(path, text, length);
}

Source *
base_source_new(const char *path, const char *text, gssize length)
{
	gsize size = length < 0 ? strlen(text) : (gsize)length;
	char *copy = g_malloc(size + 1);

	memcpy(copy, text, size);
	copy[size] = '\0';
	return source_take(path, copy, size);
}

Source *
base_source_without(const Source *source, gsize bytes)
{
	Source *rest = base_source_new(source->path, source->text + bytes, (gssize)(source->length - bytes));

	rest->left_out = source->left_out + bytes;
	return rest;
}

gsize
base_source_left_out(const Source *source)
{
	return source->left_out;
}

Source *
base_source_join(Source *const *sources, guint n, gsize **ret_starts)
{
	GString *text = g_string_new(NULL);
	gsize *starts = g_new(gsize, n);
	GPtrArray *parts = g_ptr_array_new_with_free_func((GDestroyNotify)base_source_unref);

	for (guint i = 0; i < n; i++) {
		starts[i] = text->len;
		g_ptr_array_add(parts, base_source_ref(sources[i]));
		g_string_append_len(text, sources[i]->text, (gssize)sources[i]->length);
		/* Separates the texts, so that no token spans two of them. */
		g_string_append_c(text, '\n');
	}
	gsize length = text->len;
	Source *joined = source_take(sources[0]->path, g_string_free(text, FALSE), length);
	joined->parts = parts;
	joined->starts = starts;
	*ret_starts = g_memdup2(starts, n * sizeof(gsize));
	return joined;
}

Source *
base_source_ref(Source *source)
{
	g_atomic_ref_count_inc(&source->references);
	return source;
}

void
base_source_unref(Source *source)
{
	if (source == NULL || !g_atomic_ref_count_dec(&source->references))
		return;
	g_clear_pointer(&source->parts, g_ptr_array_unref);
	g_array_unref(source->lines);
	g_free(source->starts);
	g_free(source->text);
	g_free(source);
}

const char *
base_source_path(const Source *source)
{
	return source->path;
}

const char *
base_source_text(const Source *source)
{
	return source->text;
}

gsize
base_source_length(const Source *source)
{
	return source->length;
}

/* The index of the line that holds the offset: the last one that starts at or before it. */
static guint
line_of(const Source *source, gsize offset)
{
	guint low = 0;
	guint high = source->lines->len;

	while (high - low > 1) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(source->lines, gsize, middle) <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The part that the offset falls into, and the offset in that; the source itself when it has none. */
static const Source *
source_find_part(const Source *source, gsize *offset)
{
	guint i = source->parts != NULL ? source->parts->len - 1 : 0;

	if (source->parts == NULL)
		return source;
	while (i > 0 && source->starts[i] > *offset)
		i--;
	*offset -= source->starts[i];
	return g_ptr_array_index(source->parts, i);
}

static bool
is_continuation_byte(char byte)
{
	return ((guchar)byte & 0xC0) == 0x80;
}

static guint
count_characters(const char *start, const char *end)
{
	guint count = 0;

	for (; start < end; start++)
		count += !is_continuation_byte(*start);
	return count;
}

SourcePosition
base_source_position(const Source *source, gsize offset)
{
	source = source_find_part(source, &offset);
	offset = MIN(offset, source->length);
	guint line = line_of(source, offset);
	gsize start = g_array_index(source->lines, gsize, line);

	return (SourcePosition){
		.path = source->path,
		.line = line + 1,
		.column = count_characters(source->text + start, source->text + offset) + 1,
	};
}

gsize
base_source_offset(const Source *source, guint line, guint column)
{
	if (line == 0 || line > source->lines->len)
		return source->length;
	gsize offset = g_array_index(source->lines, gsize, line - 1);

	for (guint i = 1; i < column && offset < source->length && source->text[offset] != '\n'; i++) {
		offset++;
		while (offset < source->length && is_continuation_byte(source->text[offset]))
			offset++;
	}
	return offset;
}

char *
base_source_excerpt(const Source *source, gsize offset)
{
	source = source_find_part(source, &offset);
	offset = MIN(offset, source->length);
	guint line = line_of(source, offset);
	const char *start = source->text + g_array_index(source->lines, gsize, line);
	const char *caret = source->text + offset;
	const char *end = memchr(start, '\n', source->length - (gsize)(start - source->text));
	const char *ellipsis = "";

	if (end == NULL)
		end = source->text + source->length;
	while (end > start && end[-1] == '\r')
		end--;
	if (end - start > EXCERPT_WIDTH && caret - start > EXCERPT_WIDTH / 2) {
		start = caret - EXCERPT_WIDTH / 2;
		while (start < caret && is_continuation_byte(*start))
			start++;
		ellipsis = "...";
	}
	if (end - start > EXCERPT_WIDTH) {
		end = start + EXCERPT_WIDTH;
		/* A character has three of them at most; more are no UTF-8, and may go back to the start and beyond. */
		for (int i = 0; i < 3 && is_continuation_byte(*end); i++)
			end--;
	}
	g_autofree char *number = g_strdup_printf("%u", line + 1);
	GString *excerpt = g_string_new(NULL);
	g_string_append_printf(excerpt, "%s | %s", number, ellipsis);
	g_autofree char *valid = g_utf8_make_valid(start, end - start);
	g_string_append(excerpt, valid);
	g_string_append_printf(excerpt, "\n%*s | ", (int)strlen(number), "");
	g_string_append_printf(excerpt, "%*s", (int)strlen(ellipsis), "");
	/* Tabs stay tabs, so that the caret stands below its character at any tab width. */
	for (const char *p = start; p < caret && p < end; p++)
		if (!is_continuation_byte(*p))
			g_string_append_c(excerpt, *p == '\t' ? '\t' : ' ');
	g_string_append_c(excerpt, '^');
	return g_string_free(excerpt, FALSE);
}

char *
base_position_format(SourcePosition position)
{
	const char *path = position.path != NULL ? position.path : "(unknown)";

	if (position.line == 0)
		return g_strdup(path);
	if (position.column == 0)
		return g_strdup_printf("%s:%u", path, position.line);
	return g_strdup_printf("%s:%u:%u", path, position.line, position.column);
}
