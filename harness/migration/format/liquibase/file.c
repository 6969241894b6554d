/* A file of formatted SQL: its lines are directives, or text of the changeset that is open. */
#include "migration/format/liquibase/liquibase.h"

#include "migration/text/lines.h"

#include <string.h>

#define SEE "see \"pgassay help liquibase\""

typedef struct {
	LiquibaseReading *reading;
	LiquibaseChangelog *changelog;
	Source *source;
	LiquibaseChangeset *changeset; /* that is open; owned by the reading; or NULL */
	LiquibaseChange *change;       /* its current change */
	LiquibaseCutting rollback_cutting;
	MigrationMappedText *sql;
	MigrationMappedText *rollback;
	gsize position; /* of the line after this one */
	gsize line;     /* where this one begins */
	bool ignored_text;
	GError **error;
} Parser;

/* --- Lines ------------------------------------------------------------------- */

static bool
liquibase_file_is(const char *pattern, const char *line)
{
	g_auto(GStrv) groups = liquibase_match(pattern, line);

	return groups != NULL;
}

/* An attribute of the line, properties replaced, without quotes; *ret_value is NULL if it is missing. */
static bool
take_attribute(Parser *parser, const char *line, const char *pattern, char **ret_value)
{
	g_auto(GStrv) groups = liquibase_match(pattern, line);

	*ret_value = NULL;
	if (groups == NULL)
		return true;
	gsize length = strlen(groups[1]);
	if (length >= 2 && groups[1][0] == '"' && groups[1][length - 1] == '"') {
		groups[1][length - 1] = '\0';
		*ret_value = liquibase_expand_line(parser->reading, parser->source, parser->line, groups[1] + 1,
		                                   parser->error);
	} else {
		*ret_value = liquibase_expand_line(parser->reading, parser->source, parser->line, groups[1],
		                                   parser->error);
	}
	return *ret_value != NULL;
}

static bool
get_truth(const char *line, const char *name, bool default_value)
{
	g_autofree char *pattern = g_strdup_printf(".*%s:(\\w+).*", name);
	g_auto(GStrv) groups = liquibase_match(pattern, line);

	return groups != NULL ? g_ascii_strcasecmp(groups[1], "true") == 0 : default_value;
}

static bool
liquibase_file_wrong(const Parser *parser, const char *hint, const char *message)
{
	return migration_error_at(parser->error, parser->source, parser->line, hint, "%s", message);
}

/* --- Ends of changesets -------------------------------------------------------- */

static char *
one_line(const MigrationMappedText *text)
{
	g_auto(GStrv) lines = g_strsplit(text->text->str, "\n", -1);

	return g_strjoinv("", lines);
}

/* "changesetId:1 changesetAuthor:x" */
static bool
liquibase_file_read_reference(Parser *parser, const char *text)
{
	g_auto(GStrv) id = liquibase_match(".*changeSetId:(\\S+).*", text);
	g_auto(GStrv) author = liquibase_match(".*changesetAuthor:(\\S+).*", text);
	g_auto(GStrv) path = liquibase_match(".*changesetPath:(\\S+).*", text);
	LiquibaseChangeset *changeset = parser->changeset;

	if (id == NULL || author == NULL)
		return migration_error_at(parser->error, parser->source, changeset->offset,
		                          "write \"--rollback changesetId:ID changesetAuthor:AUTHOR\"",
		                          "the rollback of this changeset names another one without %s",
		                          id == NULL ? "changesetId" : "changesetAuthor");
	changeset->rollback_of = liquibase_identity(path != NULL ? path[1] : parser->changelog->path, id[1], author[1]);
	return true;
}

static bool
finish_rollback(Parser *parser)
{
	LiquibaseChangeset *changeset = parser->changeset;
	LiquibaseCutting cutting = parser->rollback_cutting;
	g_autoptr(MigrationMappedText) text = liquibase_trim(g_steal_pointer(&parser->rollback));

	parser->rollback = migration_mapped_text_new();
	parser->rollback_cutting = (LiquibaseCutting){ 0 };
	g_autofree char *delimiter = cutting.delimiter;
	g_autofree char *line = one_line(text);
	if (*line == '\0')
		return true;
	if (liquibase_file_is(".*changesetid.*", line) && g_ascii_strncasecmp(line, "not required", 12) != 0 &&
	    g_ascii_strncasecmp(line, "empty", 5) != 0)
		return liquibase_file_read_reference(parser, line);
	changeset->rollback = g_ptr_array_new();
	if (g_ascii_strncasecmp(line, "not required", 12) == 0 || g_ascii_strncasecmp(line, "empty", 5) == 0)
		return true;
	MigrationMappedText *sql = liquibase_expand(parser->reading, parser->source, parser->source,
	                                            g_steal_pointer(&text), parser->error);
	if (sql == NULL)
		return false;
	LiquibaseChange *change = liquibase_change_new(parser->reading->changes, LIQUIBASE_SQL, parser->source,
	                                               changeset->offset);
	change->cutting = cutting;
	change->cutting.delimiter = g_steal_pointer(&delimiter);
	liquibase_change_set_text(change, sql);
	g_ptr_array_add(changeset->rollback, change);
	return true;
}

static bool
finish_changeset(Parser *parser, bool last)
{
	LiquibaseChange *change = parser->change;

	if (parser->changeset == NULL)
		return true;
	MigrationMappedText *text = liquibase_trim(g_steal_pointer(&parser->sql));
	parser->sql = migration_mapped_text_new();
	text = liquibase_expand(parser->reading, parser->source, parser->source, text, parser->error);
	if (text == NULL)
		return false;
	liquibase_change_set_text(change, text);
	if (text->text->len == 0)
		return migration_error_at(parser->error, parser->source, change->offset,
		                          "write its SQL below it, or take it out", "the changeset has no SQL");
	/* Only the last changeset of a file: a quirk that changes where all of it is cut. */
	if (last && change->cutting.delimiter == NULL && g_str_has_suffix(text->text->str, "\n/"))
		change->cutting.delimiter = g_strdup("\n/$");
	liquibase_changeset_add(parser->changelog->changesets, parser->changeset);
	return finish_rollback(parser);
}

/* --- Directives ------------------------------------------------------------------ */

static bool
liquibase_file_read_property(Parser *parser, const char *line)
{
	g_autofree char *name = NULL;
	g_autofree char *value = NULL;
	g_autofree char *contexts = NULL;
	g_autofree char *labels = NULL;
	g_autofree char *dbms = NULL;

	if (!take_attribute(parser, line, ".*name:\\s*(\\S++).*", &name) ||
	    !take_attribute(parser, line, ".*value:\\s*(\\S+).*", &value) ||
	    !take_attribute(parser, line, ".*context(?:Filter)?:(\".*?\"|\\S*).*", &contexts) ||
	    !take_attribute(parser, line, ".*labels:(\".*?\"|\\S*).*", &labels) ||
	    !take_attribute(parser, line, ".*dbms:([^,][\\w!,]+).*", &dbms))
		return false;
	if (name == NULL || value == NULL)
		return liquibase_file_wrong(parser, "write \"--property name:NAME value:VALUE\"",
		                            "the property has no name or no value");
	const LiquibaseProperty property = { .name = name,
		                             .value = value,
		                             .only = get_truth(line, "global", true) ? NULL : parser->source };
	liquibase_property_add(parser->reading, &property, contexts, labels, dbms);
	return true;
}

/* ignoreLines:3, or from ignoreLines:start to ignoreLines:end. */
static bool
read_ignored_lines(Parser *parser, const char *line)
{
	g_auto(GStrv) groups = liquibase_match("--\\s*ignoreLines:(\\w+)", line);
	const char *text = base_source_text(parser->source);
	gsize length = base_source_length(parser->source);
	bool to_end = strcmp(groups[1], "start") == 0;
	guint64 n = 0;
	MigrationLine next;

	if (!to_end && !g_ascii_string_to_unsigned(groups[1], 10, 0, G_MAXINT64, &n, NULL))
		return liquibase_file_wrong(parser, "write a number of lines, or \"start\"",
		                            "ignoreLines has no number");
	while ((to_end || n-- > 0) && migration_line_next(text, length, &parser->position, &next)) {
		g_autofree char *ignored = g_strndup(text + next.start, next.end - next.start);
		if (to_end && liquibase_file_is("--\\s*ignoreLines:end", ignored))
			return true;
	}
	return true;
}

static bool
check_attributes(Parser *parser, const char *line)
{
	if (liquibase_file_is(".*runWith:([\\w\\$\\{\\}]+).*", line) && !liquibase_file_is(".*runWith:jdbc\\b.*", line))
		return liquibase_file_wrong(parser,
		                            "run Liquibase itself: \"format: command\", see \"pgassay help command\"",
		                            "runWith has another program run the changeset, which pgassay does not do");
	if (!get_truth(line, "failOnError", true))
		liquibase_warn_of_failures(parser->reading, parser->source, parser->line);
	return true;
}

static bool
read_filters(Parser *parser, LiquibaseChangeset *changeset, const char *line)
{
	g_autofree char *filter = NULL;
	g_autofree char *path = NULL;
	g_autofree char *labels = NULL;
	g_autofree char *ignored = NULL;

	if (!take_attribute(parser, line, ".*contextFilter:(\".*?\"|\\S*).*", &filter) ||
	    !take_attribute(parser, line, ".*context:(\".*?\"|\\S*).*", &changeset->contexts) ||
	    !take_attribute(parser, line, ".*labels:(\".*?\"|\\S*).*", &labels) ||
	    !take_attribute(parser, line, ".*dbms:([^,][\\w!,]+).*", &changeset->dbms) ||
	    !take_attribute(parser, line, ".*ignore:(\\w*).*", &ignored) ||
	    !take_attribute(parser, line, ".*logicalFilePath:(\\S*).*", &path))
		return false;
	if (filter != NULL && *filter != '\0') {
		g_free(changeset->contexts);
		changeset->contexts = g_steal_pointer(&filter);
	}
	liquibase_changeset_set_labels(changeset, labels);
	liquibase_changeset_set_path(changeset, path, false);
	changeset->ignored |= ignored != NULL && g_ascii_strcasecmp(ignored, "true") == 0;
	return true;
}

static char *
liquibase_file_read_delimiter(const char *line, const char *name)
{
	g_autofree char *pattern = g_strdup_printf(".*\\b%s:(\\S*).*", name);
	g_auto(GStrv) groups = liquibase_match(pattern, line);

	return groups != NULL ? g_strdup(groups[1]) : NULL;
}

static bool
liquibase_file_read_changeset(Parser *parser, const char *line)
{
	g_auto(GStrv)
	    names = liquibase_match("\\s*--\\s*changeset\\s+(\"[^\"]+\"|[^:]+):\\s*(\"[^\"]+\"|\\S+).*", line);
	g_autofree char *both = g_strconcat(names[1], ":", names[2], NULL);

	if (!finish_changeset(parser, false))
		return false;
	if (strstr(line, both) == NULL)
		return liquibase_file_wrong(parser, "take the blank out", "there is a blank before the changeset's id");
	LiquibaseChangeset *changeset = liquibase_changeset_new(parser->reading, parser->changelog, parser->line);
	parser->changeset = changeset;
	changeset->in_transaction = get_truth(line, "runInTransaction", true);
	changeset->on_change = get_truth(line, "runOnChange", false);
	changeset->always = get_truth(line, "runAlways", false);
	parser->change = liquibase_change_new(parser->reading->changes, LIQUIBASE_SQL, parser->source, parser->line);
	g_ptr_array_add(changeset->changes, parser->change);
	parser->change->cutting.strip_comments = get_truth(line, "stripComments", true);
	/* Liquibase, too, takes rollbackSplitStatements for splitStatements. */
	parser->change->cutting.split = get_truth(line, "splitStatements", true);
	parser->change->cutting.delimiter = liquibase_file_read_delimiter(line, "endDelimiter");
	parser->rollback_cutting.split = get_truth(line, "rollbackSplitStatements", true);
	parser->rollback_cutting.delimiter = liquibase_file_read_delimiter(line, "rollbackEndDelimiter");
	g_autofree char *author = g_strdup(g_strstrip(names[1]));
	return check_attributes(parser, line) && read_filters(parser, changeset, line) &&
	       take_attribute(parser, author, "(.*)", &changeset->author) &&
	       take_attribute(parser, names[2], "(.*)", &changeset->id);
}

static bool
liquibase_file_read_comment(Parser *parser, const char *line)
{
	g_auto(GStrv) groups = liquibase_match("--\\s*comment:? (.*)", line);

	if (parser->changeset == NULL)
		return liquibase_file_wrong(parser, "move it into a changeset",
		                            "Liquibase allows no comment outside of a changeset");
	g_free(parser->changeset->comment);
	parser->changeset->comment = g_strdup(groups[1]);
	return true;
}

static bool
liquibase_file_read_checksum(Parser *parser, const char *line)
{
	g_auto(GStrv) groups = liquibase_match("--\\s*validCheckSum:? (.*)", line);

	g_ptr_array_add(parser->changeset->valid_checksums, g_strdup(g_strstrip(groups[1])));
	return true;
}

static bool
liquibase_file_read_rollback(Parser *parser, const char *line)
{
	g_auto(GStrv) groups = liquibase_match("\\s*--\\s*rollback (.*)", line);
	gsize start = parser->line + strlen(line) - strlen(groups[1]);

	migration_mapped_text_append(parser->rollback, groups[1], strlen(groups[1]), start);
	migration_mapped_text_append_replacement(parser->rollback, "\n", start + strlen(groups[1]));
	return true;
}

/* Liquibase removes the line breaks without a replacement. */
static bool
read_rollback_block(Parser *parser, const char *line)
{
	const char *text = base_source_text(parser->source);
	MigrationLine next;

	(void)line;
	while (migration_line_next(text, base_source_length(parser->source), &parser->position, &next)) {
		gsize end = next.end;
		while (end > next.start && g_ascii_isspace(text[end - 1]))
			end--;
		bool last = end >= next.start + 2 && strncmp(text + end - 2, "*/", 2) == 0;
		gsize length = (last ? end - 2 : next.end) - next.start;
		migration_mapped_text_append(parser->rollback, text + next.start, length, next.start);
		if (last)
			return true;
	}
	return liquibase_file_wrong(parser, "end it with \"*/\"", "the rollback comment has no end");
}

/* --- Preconditions ---------------------------------------------------------------- */

static bool
liquibase_file_read_fallback(Parser *parser, const char *line, const char *name, LiquibaseFallback *fallback)
{
	g_autofree char *pattern = g_strdup_printf(".*%s:(\\w+).*", name);
	g_auto(GStrv) groups = liquibase_match(pattern, line);

	*fallback = LIQUIBASE_HALT;
	if (groups == NULL || liquibase_fallback_parse(groups[1], fallback))
		return true;
	return migration_error_at(parser->error, parser->source, parser->line,
	                          "there are: HALT, CONTINUE, MARK_RAN, WARN", "\"%s\" is no value of %s", groups[1],
	                          name);
}

static bool
liquibase_file_read_preconditions(Parser *parser, const char *line)
{
	return liquibase_file_read_fallback(parser, line, "onFail", &parser->changeset->preconditions->on_fail) &&
	       liquibase_file_read_fallback(parser, line, "onError", &parser->changeset->preconditions->on_error);
}

static bool
changelog_read_precondition(Parser *parser, const char *line)
{
	static const char *const kinds[] = { "sql-check", "table-exists", "view-exists", NULL };
	g_auto(GStrv) groups = liquibase_match("\\s*--\\s*precondition-([a-zA-Z0-9-]+)(?: (.*))?", line);
	g_autofree char *body = liquibase_expand_line(parser->reading, parser->source, parser->line,
	                                              groups[2] != NULL ? g_strstrip(groups[2]) : "", parser->error);

	if (body == NULL)
		return false;
	if (!g_strv_contains(kinds, groups[1]))
		return migration_error_at(parser->error, parser->source, parser->line,
		                          "there are: sql-check, table-exists, view-exists",
		                          "formatted SQL has no precondition \"%s\"", groups[1]);
	LiquibasePrecondition *precondition = liquibase_precondition_new(groups[1], body);
	g_ptr_array_add(parser->changeset->preconditions->all, precondition);
	return precondition->sql != NULL ||
	       liquibase_file_wrong(
		   parser, "write \"--precondition-sql-check expectedResult:1 SELECT ...\", or table:NAME or view:NAME",
		   "Liquibase cannot read this precondition");
}

/* --- The table of directives -------------------------------------------------------- */

static bool
liquibase_file_refuse(Parser *parser, const char *line)
{
	(void)line;
	return liquibase_file_wrong(parser, SEE ": two dashes, then the word, then what belongs to it",
	                            "Liquibase stops at this line: it looks like one of its own, and is none");
}

static bool
liquibase_file_refuse_code(Parser *parser, const char *line)
{
	(void)line;
	return liquibase_file_wrong(parser, "run Liquibase itself: \"format: command\", see \"pgassay help command\"",
	                            "this line needs a Liquibase with a license");
}

/* In the order in which Liquibase tries them. */
static const struct {
	const char *pattern;
	bool (*read)(Parser *parser, const char *line);
	bool inside; /* of a changeset only */
} directives[] = {
	{ "\\s*--\\s*property\\s+(.*:.*)\\s+(.*:.*).*", liquibase_file_read_property, false },
	{ "\\s*?-+\\s*property\\s.*", liquibase_file_refuse, false },
	{ "--\\s*ignoreLines:(\\w+)", read_ignored_lines, false },
	{ "-\\s*?ignoreLines:(\\w+).*|--\\s*ignore:(\\w+)", liquibase_file_refuse, false },
	{ "\\s*--\\s*changeset\\s+(\"[^\"]+\"|[^:]+):\\s*(\"[^\"]+\"|\\S+).*", liquibase_file_read_changeset, false },
	{ "-\\s*changeset\\s.*|\\s*--\\s*changeset\\s*.*", liquibase_file_refuse, false },
	{ "\\s*--\\s*(rollbackSqlFile|tagDatabase|includeAll|include)\\b.*", liquibase_file_refuse_code, false },
	{ "--\\s*comment:? (.*)", liquibase_file_read_comment, false },
	{ "-\\s*comment:? (.*)|--\\s*comments:? (.*)", liquibase_file_refuse, true },
	{ "--\\s*validCheckSum:? (.*)", liquibase_file_read_checksum, true },
	{ "-\\s*validCheckSum(.*)", liquibase_file_refuse, true },
	{ "\\s*--\\s*rollback (.*)", liquibase_file_read_rollback, true },
	{ "\\s*-\\s*rollback\\s.*", liquibase_file_refuse, true },
	{ "\\s*/\\*\\s*liquibase\\s*rollback\\s*", read_rollback_block, true },
	{ "\\s*--\\s*preconditions(.*)", liquibase_file_read_preconditions, true },
	{ "\\s*-\\s*preconditions\\s.*", liquibase_file_refuse, true },
	{ "\\s*--\\s*precondition-([a-zA-Z0-9-]+)(?: (.*))?", changelog_read_precondition, true },
	{ "\\s*-\\s*precondition(.*)", liquibase_file_refuse, true },
};

static void
liquibase_file_read_header(Parser *parser, const char *line)
{
	g_auto(GStrv) path = liquibase_match(".*logicalFilePath:(\\S*).*", line);

	if (parser->changelog->logical_path == NULL && path != NULL &&
	    liquibase_file_is("\\s*--\\s*liquibase\\s*formatted.*", line))
		parser->changelog->logical_path = g_strdup(path[1]);
}

static bool
liquibase_file_read_line(Parser *parser, const char *line)
{
	const char *first = line + strspn(line, " \t\r\f\v");

	if (*first == '-' || *first == '/') {
		liquibase_file_read_header(parser, line);
		for (gsize i = 0; i < G_N_ELEMENTS(directives); i++)
			if ((parser->changeset != NULL || !directives[i].inside) &&
			    liquibase_file_is(directives[i].pattern, line))
				return directives[i].read(parser, line);
	}
	if (parser->changeset != NULL) {
		migration_mapped_text_append(parser->sql, line, strlen(line), parser->line);
		migration_mapped_text_append_replacement(parser->sql, "\n", parser->line + strlen(line));
	} else if (*first != '\0' && strncmp(first, "--", 2) != 0 && !parser->ignored_text) {
		g_autofree char *place = base_position_format(base_source_position(parser->source, parser->line));
		migration_set_warn(parser->reading->set, "%s: text before the first changeset is not run", place);
		parser->ignored_text = true;
	}
	return true;
}

/* --- Files --------------------------------------------------------------------------- */

bool
liquibase_is_formatted(const Source *source)
{
	const char *text = base_source_text(source);
	gsize position = 0;
	MigrationLine line = { 0 };

	while (migration_line_next(text, base_source_length(source), &position, &line))
		if (migration_line_first(text, &line) < line.end)
			break;
	g_autofree char *first = g_strndup(text + line.start, line.end - line.start);
	return liquibase_file_is("\\s*--\\s*liquibase\\s*formatted.*", first);
}

bool
liquibase_read_sql(LiquibaseReading *reading, LiquibaseChangelog *changelog, GError **error)
{
	Source *source = changelog->source;
	Parser parser = { .reading = reading, .changelog = changelog, .source = source, .error = error };
	const char *text = base_source_text(source);
	MigrationLine line;
	bool done = true;

	parser.sql = migration_mapped_text_new();
	parser.rollback = migration_mapped_text_new();
	while (done && migration_line_next(text, base_source_length(source), &parser.position, &line)) {
		g_autofree char *copy = g_strndup(text + line.start, line.end - line.start);
		parser.line = line.start;
		done = liquibase_file_read_line(&parser, copy);
	}
	done = done && finish_changeset(&parser, true);
	migration_mapped_text_free(parser.sql);
	migration_mapped_text_free(parser.rollback);
	g_free(parser.rollback_cutting.delimiter);
	return done;
}
