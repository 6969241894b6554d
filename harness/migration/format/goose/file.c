/* The annotations of a file, and its statements: line by line. */
#include "migration/format/goose/goose.h"

#include "migration/text/collector.h"
#include "migration/text/lines.h"

#include <string.h>

/* goose reads no longer lines. */
#define MAX_LINE_BYTES ((gsize)4 * 1024 * 1024)

#define SEE            "see \"pgassay help goose\""

typedef enum {
	GOOSE_START,
	GOOSE_UP,
	GOOSE_DOWN,
} GooseSection;

typedef struct {
	const Source *source;
	const char *text;
	GHashTable *placeholders;
	GooseSection section;
	bool in_block;   /* between StatementBegin and StatementEnd */
	gsize block;     /* where that begins */
	bool loses;      /* that block had no statement, so that goose leaves out the next line with text */
	bool substitute; /* ENVSUB ON */
	bool no_transaction;
	MigrationCollector statements[GOOSE_DOWN + 1]; /* GOOSE_START: unused */
	GError **error;
} GooseParser;

/* --- Statements ------------------------------------------------------------ */

/* False when text is left over that no semicolon ends. */
static bool
goose_file_check_finished(const GooseParser *parser)
{
	const MigrationCollector *statements = &parser->statements[parser->section];

	if (!migration_collector_has_text(statements))
		return true;
	return migration_error_at(parser->error, parser->source, statements->source,
	                          "end it with a semicolon at the end of a line, or put it between \"-- +goose "
	                          "StatementBegin\" and \"-- +goose StatementEnd\"",
	                          "goose finds no end of this statement");
}

static bool
goose_file_read_text(GooseParser *parser, const MigrationLine *line)
{
	MigrationCollector *statements = &parser->statements[parser->section];
	gsize first = migration_line_first(parser->text, line);

	if (!migration_collector_is_begun(statements) &&
	    (line->start == line->end || strncmp(parser->text + first, "--", 2) == 0))
		return true;
	if (parser->section == GOOSE_START)
		return migration_error_at(parser->error, parser->source, first, "begin the file with \"-- +goose Up\"",
		                          "goose allows nothing but comments before \"-- +goose Up\"");
	if (parser->loses && first < line->end)
		return migration_error_at(parser->error, parser->source, parser->block, "take both lines out",
		                          "there is no statement between this line and its end, and goose leaves out "
		                          "the line that follows");
	gsize start = statements->text->text->len;
	if (!parser->substitute)
		migration_collector_add_line(statements, parser->text, line->start, line->end);
	else if (!goose_substitute(parser->source, line->start, line->end, parser->placeholders, statements->text,
	                           parser->error))
		return false;
	else
		migration_mapped_text_append_replacement(statements->text, "\n", line->end);
	if (!parser->in_block && migration_line_ends_statement(statements->text->text->str + start))
		migration_collector_store(statements);
	return true;
}

/* --- Annotations ----------------------------------------------------------- */

static bool
goose_file_wrong(const GooseParser *parser, const MigrationLine *line, const char *hint, const char *message)
{
	return migration_error_at(parser->error, parser->source, line->start, hint, "%s", message);
}

static bool
annotate_up(GooseParser *parser, const MigrationLine *line)
{
	if (parser->section != GOOSE_START)
		return goose_file_wrong(parser, line, "make two files of it", "a second \"-- +goose Up\"");
	parser->section = GOOSE_UP;
	return true;
}

static bool
annotate_down(GooseParser *parser, const MigrationLine *line)
{
	if (parser->section == GOOSE_START)
		return goose_file_wrong(parser, line, "begin the file with \"-- +goose Up\"",
		                        "\"-- +goose Down\" stands before \"-- +goose Up\"");
	if (parser->section == GOOSE_DOWN)
		return goose_file_wrong(parser, line, "keep one of them", "a second \"-- +goose Down\"");
	if (parser->in_block)
		return goose_file_wrong(parser, line, "end the statement with \"-- +goose StatementEnd\"",
		                        "\"-- +goose Down\" stands in a statement");
	if (!goose_file_check_finished(parser))
		return false;
	parser->section = GOOSE_DOWN;
	parser->loses = false;
	return true;
}

static bool
annotate_begin(GooseParser *parser, const MigrationLine *line)
{
	if (parser->section == GOOSE_START || parser->in_block)
		return goose_file_wrong(parser, line,
		                        "put it below \"-- +goose Up\" or \"-- +goose Down\", and not in a statement",
		                        "\"-- +goose StatementBegin\" may not stand here");
	parser->in_block = true;
	parser->loses = false;
	parser->block = line->start;
	return true;
}

static bool
annotate_end(GooseParser *parser, const MigrationLine *line)
{
	MigrationCollector *statements = &parser->statements[parser->section];

	if (!parser->in_block)
		return goose_file_wrong(parser, line, "begin the statement with \"-- +goose StatementBegin\"",
		                        "\"-- +goose StatementEnd\" without a beginning");
	parser->loses = !migration_collector_is_begun(statements);
	if (!parser->loses)
		migration_collector_store(statements);
	parser->in_block = false;
	return true;
}

static bool
annotate_no_transaction(GooseParser *parser, const MigrationLine *line)
{
	(void)line;
	parser->no_transaction = true;
	return true;
}

static bool
annotate_substitute(GooseParser *parser, const MigrationLine *line)
{
	(void)line;
	parser->substitute = true;
	return true;
}

static bool
annotate_no_substitute(GooseParser *parser, const MigrationLine *line)
{
	(void)line;
	parser->substitute = false;
	return true;
}

static const struct {
	const char *name;
	bool (*read)(GooseParser *parser, const MigrationLine *line);
} annotations[] = {
	{ "Up", annotate_up },
	{ "Down", annotate_down },
	{ "StatementBegin", annotate_begin },
	{ "StatementEnd", annotate_end },
	{ "NO TRANSACTION", annotate_no_transaction },
	{ "ENVSUB ON", annotate_substitute },
	{ "ENVSUB OFF", annotate_no_substitute },
};

/* A line that begins with "--" and has "+goose" in it. */
static bool
read_annotation(GooseParser *parser, const MigrationLine *line)
{
	g_autofree char *text = g_strndup(parser->text + line->start, line->end - line->start);

	if (*text == ' ' || *text == '\t')
		return goose_file_wrong(parser, line, "take the white space out",
		                        "white space before an annotation of goose");
	g_auto(GStrv) dashes = g_strsplit(text, "--", -1);
	g_autofree char *bare = g_strjoinv("", dashes);
	g_auto(GStrv) parts = g_strsplit(bare, "+goose", -1);
	if (g_strv_length(parts) != 2)
		return goose_file_wrong(parser, line, SEE, "more than one annotation of goose in one line");
	g_autofree char *joined = g_strconcat(parts[0], parts[1], NULL);
	const char *name = g_strstrip(joined);
	for (gsize i = 0; i < G_N_ELEMENTS(annotations); i++)
		if (g_ascii_strcasecmp(name, annotations[i].name) == 0)
			return annotations[i].read(parser, line);
	return migration_error_at(
	    parser->error, parser->source, line->start,
	    "there are: Up, Down, StatementBegin, StatementEnd, NO TRANSACTION, ENVSUB ON, ENVSUB "
	    "OFF",
	    "\"%s\" is no annotation of goose", name);
}

/* --- Files ----------------------------------------------------------------- */

static bool
goose_file_read_line(GooseParser *parser, const MigrationLine *line)
{
	const char *text = parser->text + line->start;
	gsize length = line->end - line->start;
	gsize first = migration_line_first(parser->text, line);

	if (length >= MAX_LINE_BYTES)
		return goose_file_wrong(parser, line, "break the line", "goose reads no lines of 4 MiB or more");
	if (parser->section == GOOSE_START && first == line->end)
		return true;
	if (line->end - first >= 2 && strncmp(parser->text + first, "--", 2) == 0 &&
	    g_strstr_len(text, (gssize)length, "+goose") != NULL)
		return read_annotation(parser, line);
	return goose_file_read_text(parser, line);
}

static bool
goose_file_read_lines(GooseParser *parser)
{
	gsize length = base_source_length(parser->source);
	gsize position = 0;
	MigrationLine line;

	while (migration_line_next(parser->text, length, &position, &line))
		if (!goose_file_read_line(parser, &line))
			return false;
	if (parser->section == GOOSE_START)
		return migration_error_at(parser->error, parser->source, 0, "begin the file with this line",
		                          "there is no \"-- +goose Up\" in the file");
	if (parser->in_block)
		return migration_error_at(parser->error, parser->source, parser->block,
		                          "end it with \"-- +goose StatementEnd\"", "this statement has no end");
	return goose_file_check_finished(parser);
}

static MigrationScript *
goose_file_take_script(GooseParser *parser, Source *source, GooseSection section)
{
	MigrationScript *script = migration_collector_take(&parser->statements[section], source);

	if (parser->no_transaction)
		migration_script_set_scope(script, MIGRATION_SCOPE_AUTOCOMMIT);
	return script;
}

void
goose_file_clear(GooseFile *file)
{
	g_clear_pointer(&file->up, migration_script_free);
	g_clear_pointer(&file->down, migration_script_free);
}

bool
goose_file_read(Source *source, GHashTable *placeholders, GooseFile *ret_file, GError **error)
{
	GooseParser parser = {
		.source = source, .text = base_source_text(source), .placeholders = placeholders, .error = error
	};

	for (gsize i = 0; i < G_N_ELEMENTS(parser.statements); i++)
		migration_collector_init(&parser.statements[i]);
	bool done = goose_file_read_lines(&parser);
	if (done) {
		ret_file->up = goose_file_take_script(&parser, source, GOOSE_UP);
		if (parser.section == GOOSE_DOWN)
			ret_file->down = goose_file_take_script(&parser, source, GOOSE_DOWN);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(parser.statements); i++)
		migration_collector_clear(&parser.statements[i]);
	return done;
}
