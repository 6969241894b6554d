#include "migration/format/flyway/flyway.h"

#include "base/nearest.h"
#include "migration/text/script.h"
#include "migration/text/statement.h"

#include <string.h>
#include <zlib.h>

/* Flyway looks at no more of a statement than this. */
#define DETECTION_WORDS 10

gint32
flyway_checksum(const char *text, gsize length)
{
	uLong sum = crc32(0, NULL, 0);
	gsize position = 0;

	if (g_str_has_prefix(text, "\xef\xbb\xbf"))
		position = 3;
	while (position < length) {
		gsize start = position;
		while (position < length && text[position] != '\n' && text[position] != '\r')
			position++;
		sum = crc32(sum, (const Bytef *)text + start, (uInt)(position - start));
		if (position + 1 < length && text[position] == '\r' && text[position + 1] == '\n')
			position++;
		position++;
	}
	return (gint32)(guint32)sum;
}

/* --- Placeholders --------------------------------------------------------- */

/* ${flyway:...}: those whose value is known before there is a connection. NULL for the others. */
static char *
built_in(const FlywayConfig *config, const char *name, const char *file)
{
	if (strcmp(name, "filename") == 0) {
		const char *slash = strrchr(file, '/');
		return g_strdup(slash != NULL ? slash + 1 : file);
	}
	if (strcmp(name, "table") == 0)
		return g_strdup(flyway_config_get(config, "table"));
	if (strcmp(name, "timestamp") == 0) {
		g_autoptr(GDateTime) now = g_date_time_new_now_local();
		return g_date_time_format(now, "%Y-%m-%d %H:%M:%S");
	}
	if (strcmp(name, "defaultschema") == 0) {
		g_auto(GStrv) schemas = flyway_config_list(config, "schemas");
		const char *schema = flyway_config_get(config, "defaultSchema");
		if (*schema == '\0')
			schema = schemas[0] != NULL ? schemas[0] : "public";
		return g_strdup(schema);
	}
	if (strcmp(name, "environment") == 0 && *flyway_config_get(config, "environment") != '\0')
		return g_strdup(flyway_config_get(config, "environment"));
	return NULL;
}

static char *
flyway_text_find_value(const FlywayConfig *config, const char *name, const char *file)
{
	g_autofree char *folded = g_utf8_strdown(name, -1);
	g_autofree char *prefix = g_strconcat("flyway", flyway_config_get(config, "placeholderSeparator"), NULL);
	const char *value = g_hash_table_lookup(config->placeholders, folded);

	if (value != NULL)
		return g_strdup(value);
	return g_str_has_prefix(folded, prefix) ? built_in(config, folded + strlen(prefix), file) : NULL;
}

static bool
unknown_placeholder(const FlywayConfig *config, const Source *source, gsize offset, const char *name, GError **error)
{
	g_autofree const char **names = (const char **)g_hash_table_get_keys_as_array(config->placeholders, NULL);
	const char *nearest = base_nearest(name, names);
	g_autofree char *hint = NULL;

	if (g_ascii_strncasecmp(name, "flyway", strlen("flyway")) == 0)
		hint = g_strdup("its value belongs to a connection: give it one under \"placeholders\" in the suite");
	else if (nearest != NULL)
		hint = g_strdup_printf("did you mean \"%s\"?", nearest);
	else
		hint = g_strdup(
		    "give it a value under \"placeholders\" in the suite (pgassay init and check: --placeholder "
		    "NAME=VALUE) or in the Flyway configuration, "
		    "or set placeholderReplacement=false");
	return migration_error_at(error, source, offset, hint, "no value for the placeholder \"%s\"", name);
}

MigrationMappedText *
flyway_replace_placeholders(const FlywayConfig *config, const Source *source, const char *file, GError **error)
{
	g_autoptr(MigrationMappedText) result = migration_mapped_text_new();
	const char *prefix = flyway_config_get(config, "placeholderPrefix");
	const char *suffix = flyway_config_get(config, "placeholderSuffix");
	const char *text = base_source_text(source);
	gsize done = g_str_has_prefix(text, "\xef\xbb\xbf") ? 3 : 0;

	for (const char *start; *prefix != '\0' && (start = strstr(text + done, prefix)) != NULL;) {
		gsize offset = (gsize)(start - text);
		const char *end = *suffix != '\0' ? strstr(start + strlen(prefix), suffix) : NULL;
		if (end == NULL) {
			migration_error_at(error, source, offset, "set placeholderReplacement=false when it is none",
			                   "the placeholder does not end");
			return NULL;
		}
		g_autofree char *name = g_strndup(start + strlen(prefix), (gsize)(end - start) - strlen(prefix));
		g_autofree char *value = flyway_text_find_value(config, name, file);
		if (value == NULL) {
			unknown_placeholder(config, source, offset, name, error);
			return NULL;
		}
		migration_mapped_text_append(result, text + done, offset - done, done);
		migration_mapped_text_append_replacement(result, value, offset);
		done = (gsize)(end - text) + strlen(suffix);
	}
	migration_mapped_text_append(result, text + done, base_source_length(source) - done, done);
	return g_steal_pointer(&result);
}

/* --- Transactions --------------------------------------------------------- */

static bool
is_non_transactional(const char *words)
{
	static GRegex *pattern = NULL;
	static gsize once = 0;

	if (g_once_init_enter(&once)) {
		pattern = g_regex_new("^((CREATE|DROP) (DATABASE|TABLESPACE|SUBSCRIPTION)\\b"
		                      "|ALTER SYSTEM\\b"
		                      "|(CREATE|DROP)( UNIQUE)? INDEX CONCURRENTLY\\b"
		                      "|REINDEX( VERBOSE)? (SCHEMA|DATABASE|SYSTEM)\\b"
		                      "|VACUUM\\b|DISCARD ALL\\b)",
		                      0, 0, NULL);
		g_once_init_leave(&once, 1);
	}
	return g_regex_match(pattern, words, 0, NULL);
}

bool
flyway_choose_mode(const FlywayConfig *config, const FlywayScriptConfig *script_config, MigrationScript *script,
                   GError **error)
{
	const GPtrArray *statements = migration_script_statements(script);
	const MigrationStatement *offending = NULL;
	bool refuses = false;

	if (script_config->has_transaction) {
		migration_script_set_scope(script, script_config->transaction ? MIGRATION_SCOPE_TRANSACTION
		                                                              : MIGRATION_SCOPE_AUTOCOMMIT);
		return true;
	}
	for (guint i = 0; i < statements->len && offending == NULL; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		g_autofree char *words = migration_statement_key_words(statement->sql, DETECTION_WORDS);
		bool this_refuses = is_non_transactional(words);
		if (i > 0 && this_refuses != refuses)
			offending = statement;
		refuses = refuses || this_refuses;
	}
	if (offending != NULL && !flyway_config_is(config, "mixed"))
		return migration_error_at(error, migration_script_source(script), offending->offset,
		                          "put the statements that run outside of a transaction into a file of their "
		                          "own, or set mixed=true",
		                          "transactional and non-transactional statements in one migration, and "
		                          "mixed is false");
	migration_script_set_scope(script, refuses ? MIGRATION_SCOPE_AUTOCOMMIT : MIGRATION_SCOPE_TRANSACTION);
	return true;
}
