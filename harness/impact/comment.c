#include "impact/comment.h"

#include "base/nearest.h"
#include "impact/finding.h"

#include <stdio.h>
#include <string.h>

#define HINT "write it as: -- pgassay: accept CODE: REASON, and at its end, if you like: until 2027-03-01"

bool
impact_date_is_valid(const char *text)
{
	guint year = 0;
	guint month = 0;
	guint day = 0;

	return strlen(text) == 10 && strspn(text, "0123456789-") == 10 && text[4] == '-' && text[7] == '-' &&
	       sscanf(text, "%4u-%2u-%2u", &year, &month, &day) == 3 &&
	       g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year);
}

static guint
comment_line(const MigrationScript *script, gsize offset)
{
	return base_source_position(migration_script_source(script), offset).line;
}

/* The statement in whose lines the line is, or else the next one. */
static bool
comment_find_statement(const MigrationScript *script, guint line, ImpactAcceptance *acceptance)
{
	const GPtrArray *statements = migration_script_statements(script);

	for (guint i = 0; i < statements->len; i++) {
		const MigrationStatement *statement = g_ptr_array_index(statements, i);
		acceptance->first_line = comment_line(script, migration_script_source_offset(script, statement, 0));
		acceptance->last_line = comment_line(
		    script, migration_script_source_offset(script, statement, strlen(statement->sql) - 1));
		if (acceptance->last_line >= line)
			return true;
	}
	return false;
}

static bool
comment_check(const MigrationScript *script, gsize offset, const char *code, const char *until, GError **error)
{
	Source *source = migration_script_source(script);

	if (impact_finding_kind(code) == NULL) {
		const char *nearest = base_nearest(code, impact_finding_codes());
		g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
		                                        : g_strdup("\"pgassay explain\" lists the codes");
		return migration_error_at(error, source, offset, hint, "there is no finding with the code \"%s\"",
		                          code);
	}
	return until == NULL || impact_date_is_valid(until) ||
	       migration_error_at(error, source, offset, "write it as 2027-03-01", "\"%s\" is no date", until);
}

/* "CODE: REASON [until DATE]" */
static bool
comment_read(const Migration *migration, gsize offset, const char *text, GPtrArray *acceptances, GError **error)
{
	const MigrationScript *script = migration->up;
	Source *source = migration_script_source(script);
	g_autoptr(GRegex)
	    regex = g_regex_new("^\\s*accept\\s+([^\\s:]+)\\s*:\\s*(\\S.*?)(?:\\s+until\\s+(\\S+))?\\s*$", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (!g_regex_match(regex, text, 0, &match))
		return migration_error_at(error, source, offset, HINT, "this comment for pgassay cannot be understood");
	g_autofree char *code = g_match_info_fetch(match, 1);
	g_autofree char *until = g_match_info_fetch(match, 3);
	bool has_end = until != NULL && *until != '\0';
	if (!comment_check(script, offset, code, has_end ? until : NULL, error))
		return false;
	ImpactAcceptance *acceptance = g_new0(ImpactAcceptance, 1);
	g_ptr_array_add(acceptances, acceptance);
	acceptance->code = g_steal_pointer(&code);
	acceptance->reason = g_match_info_fetch(match, 2);
	acceptance->until = has_end ? g_steal_pointer(&until) : NULL;
	acceptance->position = base_source_position(source, offset);
	acceptance->script = script;
	return comment_find_statement(script, acceptance->position.line, acceptance) ||
	       migration_error_at(error, source, offset, "put it before the statement, or into one of its lines",
	                          "no statement follows this comment");
}

bool
impact_comments_read(const Migration *migration, GPtrArray *acceptances, GError **error)
{
	static const char mark[] = "-- pgassay:";
	const char *text = base_source_text(migration_script_source(migration->up));

	for (const char *found = strstr(text, mark); found != NULL; found = strstr(found + 1, mark)) {
		const char *start = found + strlen(mark);
		g_autofree char *rest = g_strndup(start, strcspn(start, "\r\n"));
		if (!comment_read(migration, (gsize)(found - text), rest, acceptances, error))
			return false;
	}
	return true;
}
