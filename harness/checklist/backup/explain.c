/* What pg_restore and psql have written, for people: what is wrong, and what to do. */
#include "checklist/backup/backup.h"

#include <string.h>

/* Where a message has a part in brackets, %s of the hint is that. */
typedef struct {
	const char *pattern;
	const char *hint;
} Explanation;

static const Explanation explain_list[] = {
	{ "end of file|did not find magic string|is too small|is not a valid archive|corrupt",
	  "it was cut off or damaged: copy it again, or make a new one" },
	{ "toc\\.dat", "name the folder that pg_dump -Fd has made" },
	{ "unsupported version \\(([0-9.]+)\\)", "a newer pg_dump has made it (archive format %s): install a "
	                                         "newer postgresql-client package" },
	{ "Permission denied", "run pgassay as a user who may read it" },
};

static const Explanation explain_restore[] = {
	{ "end of file|could not close data file|could not uncompress|could not read from|invalid compression|"
	  "could not open input file|COPY failed for table|extra data after last expected column|missing data for "
	  "column",
	  "it was cut off or damaged: copy it again, or make a new one" },
	{ "unsupported version \\(([0-9.]+)\\)", NULL },
	{ "unrecognized configuration parameter", NULL },
	{ "extension \"([^\"]+)\" is not available",
	  "install the extension %s where scratch servers start, or name a server that has it by --server" },
	{ "could not access file \"([^\"]+)\"",
	  "install %s where scratch servers start, or name a server that has it by "
	  "--server" },
	{ "encoding \"[^\"]+\" does not match locale|invalid locale name|collation \"([^\"]+)\" for encoding",
	  "the server on which it is restored lacks a locale of the target: install it there" },
};

/* The hint for the first pattern that fits; the caller frees it. NULL: none does. *ret_found is the entry. */
static char *
explain_find_hint(const Explanation *table, gsize length, const char *text, const Explanation **ret_found)
{
	for (gsize i = 0; i < length; i++) {
		g_autoptr(GRegex) regex = g_regex_new(table[i].pattern, 0, 0, NULL);
		g_autoptr(GMatchInfo) match = NULL;
		if (!g_regex_match(regex, text, 0, &match))
			continue;
		*ret_found = &table[i];
		g_autofree char *part = g_match_info_fetch(match, 1);
		g_auto(GStrv) around = g_strsplit(table[i].hint != NULL ? table[i].hint : "", "%s", 2);
		return g_strjoinv(part != NULL ? part : "", around);
	}
	*ret_found = NULL;
	return NULL;
}

/* Without the names of program and file, which the item has already. */
static char *
explain_clean(const BackupFile *file, const char *stderr_text)
{
	g_autofree char *path = g_regex_escape_string(file->path, -1);
	g_autofree char *pattern = g_strdup_printf("^(pg_restore: (error: )?|psql:%s:(?=[0-9]))", path);
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_MULTILINE, 0, NULL);
	g_autofree char *text = g_strstrip(g_strdup(stderr_text));
	char *clean = g_regex_replace_literal(regex, text, -1, 0, "", 0, NULL);

	return clean != NULL ? clean : g_steal_pointer(&text);
}

void
backup_explain_list(BackupFile *file, const char *stderr_text)
{
	const Explanation *found = NULL;

	file->broken = explain_clean(file, stderr_text);
	file->hint = explain_find_hint(explain_list, G_N_ELEMENTS(explain_list), stderr_text, &found);
}

/* --- Restoring ---------------------------------------------------------------------------------- */

/* The roles on which something in the target depends, as a list for the suite. The caller frees it; NULL with *error.
 */
static char *
explain_list_roles(const ChecklistContext *context, GError **error)
{
	static const char ask[] =
	    "SELECT string_agg(DISTINCT pg_catalog.quote_ident(r.rolname), ', ' ORDER BY "
	    "pg_catalog.quote_ident(r.rolname)) "
	    "FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid WHERE s.refclassid = 'pg_authid'::regclass "
	    "AND s.dbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AND r.oid >= 16384";
	g_autoptr(DbSession) session = checklist_open(context, error);

	return session != NULL ? db_session_query_value(session, error, ask, NULL) : NULL;
}

static bool
explain_roles(const ChecklistContext *context, ChecklistResult *result, GError **error)
{
	g_autofree char *roles = context->options->endpoint != NULL ? explain_list_roles(context, error) : g_strdup("");

	if (roles == NULL)
		return false;
	g_autofree char *hint = g_strdup_printf(
	    "a backup of one database has no roles; name them in the suite, and they "
	    "are there before it is restored: server: { roles: [%s] }",
	    roles[0] != '\0' ? roles : "...");
	checklist_set_hint(result, hint);
	return true;
}

static char *
explain_version(const BackupFile *file, ScratchServer *server)
{
	return g_strdup_printf(
	    "it is of PostgreSQL %s (pg_dump %s), and restored on %s: use a server of the same version, "
	    "by --pg-bindir or --server",
	    file->version != NULL ? file->version : "another version",
	    file->written_by != NULL ? file->written_by : "of another version", scratch_server_version_text(server));
}

bool
backup_explain_restore(const BackupFile *file, const ChecklistContext *context, ScratchServer *server,
                       const char *stderr_text, ChecklistResult *result, GError **error)
{
	const Explanation *found = NULL;
	g_autofree char *text = explain_clean(file, stderr_text);
	g_autofree char *hint = explain_find_hint(explain_restore, G_N_ELEMENTS(explain_restore), text, &found);

	checklist_set(result, CHECKLIST_OPEN, "%s cannot be restored: %s%s", file->path,
	              file->format == BACKUP_PLAIN && g_ascii_isdigit(text[0]) ? "line " : "", text);
	if (g_regex_match_simple("role \"[^\"]+\" does not exist", text, 0, 0))
		return explain_roles(context, result, error);
	g_autofree char *version = found != NULL && found->hint == NULL ? explain_version(file, server) : NULL;
	if (found != NULL)
		checklist_set_hint(result, version != NULL ? version : hint);
	return true;
}
