/* The lexer and the splitter, what statements are held for, and psql's way of reading a file. */
#include "fuzz.h"

#include "migration/schema/schema_file.h"
#include "migration/text/script.h"
#include "migration/text/splitter.h"

#include <string.h>

/* Pieces stand one behind the other, inside the text. */
static void
check_pieces(const GArray *pieces, size_t size)
{
	gsize end = 0;

	for (guint i = 0; i < pieces->len; i++) {
		const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, i);
		g_assert(piece->start >= end && piece->end > piece->start && piece->end <= size);
		end = piece->end;
		if (!piece->has_data)
			continue;
		g_assert(piece->data_start >= end && piece->data_end >= piece->data_start && piece->data_end <= size);
		end = piece->data_end;
	}
}

/* A statement alone is one statement. */
static void
check_alone(const char *text, const GArray *pieces)
{
	for (guint i = 0; i < MIN(pieces->len, 20); i++) {
		const MigrationPiece *piece = &g_array_index(pieces, MigrationPiece, i);
		MigrationSplitProblem problem = { 0 };
		/* A backslash that begins a line is refused; one behind a statement on its line is the server's to
		 * judge. */
		if (piece->has_data || text[piece->start] == '\\')
			continue;
		g_autoptr(GArray) again = migration_split(text + piece->start, piece->end - piece->start, &problem);
		g_assert(again != NULL && again->len == 1);
		const MigrationPiece *only = &g_array_index(again, MigrationPiece, 0);
		g_assert(only->start == 0 && only->end == piece->end - piece->start);
	}
}

static void
check_problem(const MigrationSplitProblem *problem, size_t size)
{
	g_assert(problem->message != NULL && problem->offset <= size);
}

static void
split(const char *text, size_t size)
{
	MigrationSplitProblem problem = { 0 };
	g_autoptr(GArray) pieces = migration_split(text, size, &problem);
	g_autoptr(GArray) commands = NULL;

	if (pieces != NULL) {
		check_pieces(pieces, size);
		check_alone(text, pieces);
	} else {
		check_problem(&problem, size);
	}
	problem = (MigrationSplitProblem){ 0 };
	g_autoptr(GArray) psql = migration_split_psql(text, size, &commands, &problem);
	if (psql == NULL) {
		check_problem(&problem, size);
		return;
	}
	check_pieces(psql, size);
	check_pieces(commands, size);
}

static void
load(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Source) source = migration_source_load(fuzz_file(data, size), &error);

	fuzz_check_outcome(source != NULL, g_steal_pointer(&error));
	if (source == NULL)
		return;
	g_autoptr(MigrationScript) script = migration_script_new(source, migration_source_text(source), &error);
	fuzz_check_outcome(script != NULL, g_steal_pointer(&error));
	g_autoptr(MigrationSchemaFile) file = migration_schema_file_load(fuzz_file(data, size), &error);
	fuzz_check_outcome(file != NULL, g_steal_pointer(&error));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* With a NUL behind it and nothing else: what reads further is found by the sanitizer. */
	g_autofree char *text = g_malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	split(text, size);
	load(data, size);
	return 0;
}
