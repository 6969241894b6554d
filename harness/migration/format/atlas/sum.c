/* Atlas: atlas.sum. */
#include "migration/format/atlas/atlas.h"

#include "base/error.h"

#include <string.h>

#define HINT "did somebody change a file by hand? If that was meant: atlas migrate hash"

typedef struct {
	char *name;
	char *hash; /* base64, without "h1:" */
} SumLine;

static void
line_free(gpointer data)
{
	SumLine *line = data;

	g_free(line->name);
	g_free(line->hash);
	g_free(line);
}

static GPtrArray *
lines_new(void)
{
	return g_ptr_array_new_with_free_func(line_free);
}

void
atlas_sum_init(AtlasSum *sum)
{
	*sum = (AtlasSum){ .state = g_checksum_new(G_CHECKSUM_SHA256), .lines = lines_new() };
}

void
atlas_sum_clear(AtlasSum *sum)
{
	g_clear_pointer(&sum->state, g_checksum_free);
	g_clear_pointer(&sum->lines, g_ptr_array_unref);
}

/* The hash of the data read so far; the checksum can continue. */
static char *
atlas_sum_encode(const GChecksum *state)
{
	g_autoptr(GChecksum) copy = g_checksum_copy(state);
	guint8 digest[32];
	gsize length = sizeof(digest);

	g_checksum_get_digest(copy, digest, &length);
	return g_base64_encode(digest, length);
}

static void
atlas_sum_add_line(GPtrArray *lines, char *name, char *hash)
{
	SumLine *line = g_new(SumLine, 1);

	*line = (SumLine){ .name = name, .hash = hash };
	g_ptr_array_add(lines, line);
}

const char *
atlas_sum_add(AtlasSum *sum, const char *name, const Source *source)
{
	const char *text = base_source_text(source);
	g_autofree char *first = g_strndup(text, strcspn(text, "\n"));

	g_checksum_update(sum->state, (const guchar *)name, -1);
	if (g_regex_match_simple("^[ -~]*atlas:sum +ignore$", first, G_REGEX_DOLLAR_ENDONLY, 0))
		return NULL;
	g_checksum_update(sum->state, (const guchar *)text, (gssize)base_source_length(source));
	char *hash = atlas_sum_encode(sum->state);
	atlas_sum_add_line(sum->lines, g_strdup(name), hash);
	return hash;
}

/* The first line of atlas.sum. */
static char *
total_of(const GPtrArray *lines)
{
	g_autoptr(GChecksum) state = g_checksum_new(G_CHECKSUM_SHA256);

	for (guint i = 0; i < lines->len; i++) {
		const SumLine *line = g_ptr_array_index(lines, i);
		g_checksum_update(state, (const guchar *)line->name, -1);
		g_checksum_update(state, (const guchar *)line->hash, -1);
	}
	return atlas_sum_encode(state);
}

/* The lines of the file; NULL with *error when it is not one of Atlas's, or does not fit itself. */
static GPtrArray *
atlas_sum_read_lines(const Source *source, GError **error)
{
	g_autoptr(GPtrArray) lines = lines_new();
	g_auto(GStrv) texts = g_strsplit(base_source_text(source), "\n", -1);
	const char *path = base_source_path(source);
	guint n = g_strv_length(texts);

	for (guint i = 1; i < n && (i + 1 < n || *texts[i] != '\0'); i++) {
		char *hash = strstr(texts[i], "h1:");
		if (hash == NULL) {
			base_error_set(error, BASE_ERROR_INPUT, "is it as Atlas has written it? atlas migrate hash",
			               "%s:%u:1: not a line of \"atlas.sum\"", path, i + 1);
			return NULL;
		}
		char *name = g_strndup(texts[i], (gsize)(hash - texts[i]));
		atlas_sum_add_line(lines, g_strstrip(name), g_strchomp(g_strdup(hash + strlen("h1:"))));
	}
	g_autofree char *total = total_of(lines);
	const char *first = n > 0 ? g_strchomp(texts[0]) : "";
	if (strcmp(g_str_has_prefix(first, "h1:") ? first + strlen("h1:") : first, total) == 0)
		return g_steal_pointer(&lines);
	base_error_set(error, BASE_ERROR_INPUT, "merged, or changed by hand? atlas migrate hash",
	               "%s:1:1: checksum mismatch: the first line does not fit the lines below it", path);
	return NULL;
}

static bool
is_listed(const GPtrArray *lines, const char *name)
{
	for (guint i = 0; i < lines->len; i++)
		if (strcmp(((const SumLine *)g_ptr_array_index(lines, i))->name, name) == 0)
			return true;
	return false;
}

static bool
atlas_sum_differs(const char *path, guint line, const char *name, const char *how, GError **error)
{
	return base_error_set(error, BASE_ERROR_INPUT, HINT, "%s:%u:1: checksum mismatch: \"%s\" was %s", path,
	                      line + 2, name, how);
}

/* The first file that differs, and how: as Atlas finds it. */
static bool
atlas_sum_compare(const GPtrArray *written, const GPtrArray *found, const char *path, GError **error)
{
	for (guint i = 0; i < written->len; i++) {
		const SumLine *line = g_ptr_array_index(written, i);
		if (!is_listed(found, line->name))
			return atlas_sum_differs(path, i, line->name, "removed", error);
		if (i >= found->len)
			return atlas_sum_differs(path, i, line->name, "edited", error);
		const SumLine *file = g_ptr_array_index(found, i);
		if (strcmp(file->name, line->name) == 0 && strcmp(file->hash, line->hash) == 0)
			continue;
		if (strcmp(file->name, line->name) != 0)
			return atlas_sum_differs(path, i, file->name, "added", error);
		return atlas_sum_differs(path, i, line->name, "edited", error);
	}
	if (found->len > written->len)
		return atlas_sum_differs(path, written->len,
		                         ((const SumLine *)g_ptr_array_index(found, written->len))->name, "added",
		                         error);
	return true;
}

bool
atlas_sum_check(const AtlasSum *sum, const char *directory, GError **error)
{
	g_autofree char *path = g_build_filename(directory, "atlas.sum", NULL);

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return base_error_set(error, BASE_ERROR_INPUT, "write it: atlas migrate hash",
		                      "there is no \"atlas.sum\" in \"%s\": Atlas runs nothing without it", directory);
	g_autoptr(Source) source = migration_source_load(path, error);
	g_autoptr(GPtrArray) lines = source != NULL ? atlas_sum_read_lines(source, error) : NULL;
	return lines != NULL && atlas_sum_compare(lines, sum->lines, path, error);
}
