#include "migration/detect/other_server.h"

#include "migration/detect/driver.h"
#include "migration/detect/formats.h"
#include "migration/detect/project.h"
#include "migration/text/lexer.h"

#include <string.h>

/* How much of how many files is read. */
#define HEAD_BYTES ((gsize)8 * 1024)
#define HEADS_MAX  20

static const char *
other_server_by_path(const char *directory)
{
	static const char *const names[][2] = { { "mysql", "MySQL" },
		                                { "mariadb", "MariaDB" },
		                                { "sqlite", "SQLite" },
		                                { "sqlite3", "SQLite" },
		                                { "mssql", "SQL Server" },
		                                { "sqlserver", "SQL Server" },
		                                { "oracle", "Oracle" },
		                                { "clickhouse", "ClickHouse" },
		                                { "cockroach", "CockroachDB" },
		                                { "cockroachdb", "CockroachDB" },
		                                { "cassandra", "Cassandra" },
		                                { "spanner", "Spanner" },
		                                { "h2", "H2" },
		                                { "hsqldb", "HSQLDB" },
		                                { "derby", "Derby" },
		                                { "db2", "Db2" },
		                                { "firebird", "Firebird" },
		                                { "duckdb", "DuckDB" },
		                                { "d1", "D1" },
		                                { "snowflake", "Snowflake" } };
	g_auto(GStrv) parts = g_strsplit_set(directory, "/-_.", -1);

	for (char **part = parts; *part != NULL; part++)
		for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
			if (g_ascii_strcasecmp(*part, names[i][0]) == 0)
				return names[i][1];
	return NULL;
}

/* Words that PostgreSQL refuses. */
static const char *
other_server_by_text(const char *text)
{
	static const struct {
		const char *pattern;
		const char *title;
	} marks[] = {
		{ "\\bENGINE\\s*=\\s*\\w+|\\bAUTO_INCREMENT\\b|CREATE TABLE (IF NOT EXISTS )?`", "MySQL" },
		{ "\\bAUTOINCREMENT\\b|\\bPRAGMA\\s+\\w+|\\bWITHOUT ROWID\\b|\\b(strftime|julianday)\\s*\\(|"
		  "\\bINSERT OR (IGNORE|REPLACE)\\b",
		  "SQLite" },
		{ "\\w\"?\\s+BLOB\\s*(,|\\)|NOT NULL\\b|NULL\\b|DEFAULT\\b|UNIQUE\\b|PRIMARY KEY\\b)",
		  "SQLite or MySQL" },
		{ "\\bVARCHAR_IGNORECASE\\b", "H2 or HSQLDB" },
		{ "\\bNVARCHAR\\s*\\(|\\bIDENTITY\\s*\\(1, *1\\)", "SQL Server" },
		{ "\\bENGINE\\s*=?\\s*(Replacing|Summing|Aggregating)?MergeTree", "ClickHouse" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
		if (g_regex_match_simple(marks[i].pattern, text, G_REGEX_CASELESS, 0))
			return marks[i].title;
	return NULL;
}

/* Its tokens, without comments and quoted texts. The caller frees it. */
static char *
other_server_read_words(const char *text)
{
	MigrationLexer lexer = { .text = text, .length = strlen(text) };
	MigrationToken token;
	const char *problem = NULL;
	GString *words = g_string_new(NULL);

	while (migration_lexer_next(&lexer, &token, &problem) && token.type != MIGRATION_TOKEN_END) {
		bool touches = token.start > 0 && !g_ascii_isspace(text[token.start - 1]);
		g_string_append(words, touches ? "" : " ");
		if (token.type != MIGRATION_TOKEN_STRING)
			g_string_append_len(words, text + token.start, (gssize)(token.end - token.start));
	}
	return g_string_free(words, FALSE);
}

/* Files in which a tool keeps for which server the migrations are. */
static const char *
other_server_by_tool(const char *directory, const char **ret_file)
{
	static const struct {
		const char *file;
		const char *pattern; /* its first group is the server */
	} files[] = { { "migration_lock.toml", "^\\s*provider\\s*=\\s*[\"']([a-z]+)" },
		      { "meta/_journal.json", "\"dialect\"\\s*:\\s*\"([a-z]+)" } };
	static const char *const names[][2] = { { "sqlite", "SQLite" },
		                                { "turso", "SQLite" },
		                                { "mysql", "MySQL" },
		                                { "singlestore", "SingleStore" },
		                                { "sqlserver", "SQL Server" } };

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(directory, files[i].file, NULL);
		g_autofree char *text = migration_project_read_head(path);
		g_autoptr(GRegex) regex = g_regex_new(files[i].pattern, G_REGEX_MULTILINE, 0, NULL);
		g_autoptr(GMatchInfo) match = NULL;
		if (text == NULL || !g_regex_match(regex, text, 0, &match))
			continue;
		g_autofree char *server = g_match_info_fetch(match, 1);
		*ret_file = files[i].file;
		for (gsize j = 0; j < G_N_ELEMENTS(names); j++)
			if (strcmp(server, names[j][0]) == 0)
				return names[j][1];
	}
	return NULL;
}

/* The tools for Rust build with the drivers that the project names. */
static char *
other_server_by_driver(const MigrationPlace *place)
{
	const MigrationFormat *format = place->set != NULL ? place->set->format : NULL;
	g_autofree char *file = NULL;
	const char *server = format == &migration_format_sqlx || format == &migration_format_diesel
	                         ? migration_driver_other_server(place->directory, format->name, &file)
	                         : NULL;

	return server != NULL ? g_strdup_printf("is for %s, by the driver in \"%s\"", server, file) : NULL;
}

char *
migration_other_server(const MigrationPlace *place)
{
	const char *server = other_server_by_path(place->directory);
	const char *file = NULL;
	char *driver = NULL;

	if (server != NULL)
		return g_strdup_printf("is for %s, by its path", server);
	server = other_server_by_tool(place->directory, &file);
	if (server != NULL)
		return g_strdup_printf("is for %s, by \"%s\"", server, file);
	driver = other_server_by_driver(place);
	if (driver != NULL)
		return driver;
	for (guint i = 0; place->set != NULL && i < MIN(place->set->migrations->len, HEADS_MAX); i++) {
		const Migration *migration = g_ptr_array_index(place->set->migrations, i);
		const Source *source = migration_script_source(migration->up);
		g_autofree char *head = g_strndup(base_source_text(source),
		                                  MIN(base_source_length(source), HEAD_BYTES));
		g_autofree char *valid = g_utf8_make_valid(head, -1);
		g_autofree char *words = other_server_read_words(valid);
		server = other_server_by_text(words);
		if (server != NULL)
			return g_strdup_printf("is for %s, by \"%s\"", server, migration->name);
		/* Such a script runs once on a new server, for example in a container. */
		if (place->set->format == &migration_format_plain &&
		    g_regex_match_simple("\\bCREATE\\s+DATABASE\\b", words, G_REGEX_CASELESS, 0))
			return g_strdup_printf("makes databases, by \"%s\", and is no history of one", migration->name);
	}
	return NULL;
}
