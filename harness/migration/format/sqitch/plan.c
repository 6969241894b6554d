/* The plan of a Sqitch project: its changes, their order and their dependencies. */
#include "migration/format/sqitch/sqitch.h"

#include "base/error.h"
#include "migration/text/script.h"

#include <string.h>

static void
dependency_free(gpointer data)
{
	SqitchDependency *dependency = data;

	g_free(dependency->project);
	g_free(dependency->text);
	g_free(dependency);
}

static void
tag_free(gpointer data)
{
	SqitchTag *tag = data;

	g_free(tag->id);
	g_free(tag->name);
	g_free(tag->date);
	g_free(tag->planner_name);
	g_free(tag->planner_email);
	g_free(tag->note);
	g_free(tag);
}

static void
sqitch_plan_change_free(gpointer data)
{
	SqitchChange *change = data;

	g_free(change->id);
	g_free(change->name);
	g_free(change->date);
	g_free(change->planner_name);
	g_free(change->planner_email);
	g_free(change->note);
	g_ptr_array_unref(change->dependencies);
	g_ptr_array_unref(change->tags);
	g_ptr_array_unref(change->rework_tags);
	g_free(change);
}

void
sqitch_plan_free(gpointer data)
{
	SqitchPlan *plan = data;

	if (plan == NULL)
		return;
	base_source_unref(plan->source);
	g_free(plan->project);
	g_free(plan->uri);
	g_ptr_array_unref(plan->changes);
	g_clear_pointer(&plan->variables, g_hash_table_unref);
	g_free(plan);
}

/* --- Ids --------------------------------------------------------------------------- */

/* As Git names its objects: the kind, the length, a NUL, the content. */
static char *
make_id(const char *kind, const GString *info)
{
	g_autoptr(GString) content = g_string_new(NULL);

	g_string_printf(content, "%s %" G_GSIZE_FORMAT, kind, info->len);
	g_string_append_c(content, '\0');
	g_string_append_len(content, info->str, (gssize)info->len);
	return g_compute_checksum_for_data(G_CHECKSUM_SHA1, (const guchar *)content->str, content->len);
}

static GString *
begin_info(const SqitchPlan *plan)
{
	GString *info = g_string_new(NULL);

	g_string_append_printf(info, "project %s\n", plan->project);
	if (plan->uri != NULL)
		g_string_append_printf(info, "uri %s\n", plan->uri);
	return info;
}

static void
sqitch_plan_append_dependencies(GString *info, const SqitchChange *change, bool conflicts)
{
	bool first = true;

	for (guint i = 0; i < change->dependencies->len; i++) {
		const SqitchDependency *dependency = g_ptr_array_index(change->dependencies, i);
		if (dependency->conflicts != conflicts)
			continue;
		if (first)
			g_string_append(info, conflicts ? "\nconflicts" : "\nrequires");
		g_string_append_printf(info, "\n  %c %s", conflicts ? '-' : '+', dependency->text);
		first = false;
	}
}

static void
identify_change(const SqitchPlan *plan, SqitchChange *change)
{
	g_autoptr(GString) info = begin_info(plan);
	const SqitchChange *parent = plan->changes->len > 0 ? g_ptr_array_index(plan->changes, plan->changes->len - 1)
	                                                    : NULL;

	g_string_append_printf(info, "change %s\n", change->name);
	if (parent != NULL)
		g_string_append_printf(info, "parent %s\n", parent->id);
	g_string_append_printf(info, "planner %s <%s>\ndate %s", change->planner_name, change->planner_email,
	                       change->date);
	sqitch_plan_append_dependencies(info, change, false);
	sqitch_plan_append_dependencies(info, change, true);
	if (*change->note != '\0')
		g_string_append_printf(info, "\n\n%s", change->note);
	change->id = make_id("change", info);
}

static void
identify_tag(const SqitchPlan *plan, const SqitchChange *change, SqitchTag *tag)
{
	g_autoptr(GString) info = begin_info(plan);

	g_string_append_printf(info, "tag @%s\nchange %s\nplanner %s <%s>\ndate %s", tag->name, change->id,
	                       tag->planner_name, tag->planner_email, tag->date);
	if (*tag->note != '\0')
		g_string_append_printf(info, "\n\n%s", tag->note);
	tag->id = make_id("tag", info);
}

/* --- Dependencies ---------------------------------------------------------------------- */

static bool
has_tag(const SqitchChange *change, const char *tag)
{
	for (guint i = 0; i < change->tags->len; i++)
		if (strcmp(((const SqitchTag *)g_ptr_array_index(change->tags, i))->name, tag) == 0)
			return true;
	return false;
}

/* The index of the change that the tag stands below; -1 when there is no such tag. */
static int
find_tag(const SqitchPlan *plan, const char *tag)
{
	for (guint i = 0; i < plan->changes->len; i++)
		if (has_tag(g_ptr_array_index(plan->changes, i), tag))
			return (int)i;
	return -1;
}

/* "name", "name@tag", "@tag" or an id, among the changes that the plan has so far. */
static const SqitchChange *
sqitch_plan_find_change(const SqitchPlan *plan, const char *text)
{
	const char *at = strchr(text, '@');
	int last = at != NULL ? find_tag(plan, at + 1) : (int)plan->changes->len - 1;
	g_autofree char *name = at != NULL ? g_strndup(text, (gsize)(at - text)) : g_strdup(text);

	for (int i = last; i >= 0; i--) {
		const SqitchChange *change = g_ptr_array_index(plan->changes, (guint)i);
		if (*name == '\0' || strcmp(change->name, name) == 0 || strcmp(change->id, name) == 0)
			return change;
	}
	return NULL;
}

static bool
add_dependency(const SqitchPlan *plan, SqitchChange *change, const char *text, gsize offset, GError **error)
{
	SqitchDependency *dependency = g_new0(SqitchDependency, 1);

	g_ptr_array_add(change->dependencies, dependency);
	dependency->conflicts = *text == '!';
	text += dependency->conflicts;
	const char *colon = strchr(text, ':');
	g_autofree char *project = colon != NULL ? g_strndup(text, (gsize)(colon - text)) : NULL;
	const char *rest = colon != NULL ? colon + 1 : text;
	bool foreign = project != NULL && strcmp(project, plan->project) != 0;
	dependency->text = g_strdup(foreign ? text : rest);
	if (foreign) {
		dependency->project = g_steal_pointer(&project);
		if (dependency->conflicts)
			return true;
		return migration_error_at(error, plan->source, offset, "a scratch database has this project only",
		                          "the change \"%s\" requires \"%s\" of another project", change->name, text);
	}
	const SqitchChange *found = sqitch_plan_find_change(plan, rest);
	if (dependency->conflicts && found == NULL)
		return true;
	if (dependency->conflicts)
		return migration_error_at(error, plan->source, offset, "revert that change before this one is deployed",
		                          "the change \"%s\" conflicts with \"%s\", which comes before it",
		                          change->name, rest);
	dependency->on = found;
	return found != NULL ||
	       migration_error_at(error, plan->source, offset, "put it above this line, or correct the name",
	                          "the change \"%s\" requires \"%s\", which does not come before it", change->name,
	                          rest);
}

/* --- Lines ----------------------------------------------------------------------------- */

/* Names begin and end with a character that is not punctuation, except "_". */
#define NAME   "(?:[^\\s[:punct:]]|_)(?:[^\\s:@#\\\\\\[\\]]*(?:[^\\s[:punct:]]|_))?"
#define STAMP  "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)\\s+([^<]*?)\\s*<([^>]+)>\\s*(?:#\\s*(.*))?$"
#define CHANGE "^\\s*([+-]?)\\s*(" NAME ")(?:\\s+\\[([^\\]]*)\\])?\\s+" STAMP
#define TAG    "^\\s*@(" NAME ")\\s+" STAMP

/* The state of the reader. */
typedef struct {
	SqitchPlan *plan;
	GRegex *change;
	GRegex *tag;
	bool header;
} Reader;

/* "\n", "\r" and "\\" in a note. */
static char *
read_note(const GMatchInfo *match, int group)
{
	g_autofree char *text = g_match_info_fetch(match, group);
	GString *note = g_string_new(NULL);

	for (const char *p = text != NULL ? g_strchomp(text) : ""; *p != '\0'; p++) {
		if (p[0] == '\\' && (p[1] == 'n' || p[1] == 'r' || p[1] == '\\')) {
			p++;
			g_string_append_c(note, *p == 'n' ? '\n' : *p == 'r' ? '\r' : '\\');
		} else {
			g_string_append_c(note, *p);
		}
	}
	return g_string_free(note, FALSE);
}

static bool
read_pragma(const Reader *reader, const char *line, gsize offset, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(line + strspn(line, " \t") + 1, "=", 2);
	const char *name = g_strstrip(parts[0]);
	const char *value = parts[1] != NULL ? g_strstrip(parts[1]) : "";

	if (!reader->header)
		return migration_error_at(error, reader->plan->source, offset, "put it above the first empty line",
		                          "a pragma stands below the head of the plan");
	if (strcmp(name, "project") == 0)
		reader->plan->project = g_strdup(value);
	else if (strcmp(name, "uri") == 0)
		reader->plan->uri = g_strdup(value);
	return true;
}

static bool
sqitch_plan_read_tag(const Reader *reader, const GMatchInfo *match, gsize offset, GError **error)
{
	SqitchPlan *plan = reader->plan;

	if (plan->changes->len == 0)
		return migration_error_at(error, plan->source, offset, "put it below a change",
		                          "the tag stands above all changes");
	SqitchChange *change = g_ptr_array_index(plan->changes, plan->changes->len - 1);
	g_autofree char *name = g_match_info_fetch(match, 1);
	if (find_tag(plan, name) >= 0)
		return migration_error_at(error, plan->source, offset, "take another name",
		                          "there is another tag \"@%s\"", name);
	SqitchTag *tag = g_new0(SqitchTag, 1);
	tag->name = g_steal_pointer(&name);
	tag->date = g_match_info_fetch(match, 2);
	tag->planner_name = g_match_info_fetch(match, 3);
	tag->planner_email = g_match_info_fetch(match, 4);
	tag->note = read_note(match, 5);
	identify_tag(plan, change, tag);
	g_ptr_array_add(change->tags, tag);
	return true;
}

/* The same name once more is a rework, which a tag has to be before. */
static bool
check_rework(const SqitchPlan *plan, const SqitchChange *change, GError **error)
{
	for (guint i = plan->changes->len; i-- > 0;) {
		SqitchChange *earlier = g_ptr_array_index(plan->changes, i);
		if (strcmp(earlier->name, change->name) != 0)
			continue;
		for (guint j = i; j < plan->changes->len; j++) {
			const SqitchChange *between = g_ptr_array_index(plan->changes, j);
			for (guint k = 0; k < between->tags->len; k++)
				g_ptr_array_add(earlier->rework_tags,
				                ((SqitchTag *)g_ptr_array_index(between->tags, k))->name);
		}
		earlier->reworked = true;
		return earlier->rework_tags->len > 0 ||
		       migration_error_at(
			   error, plan->source, change->offset, "tag the earlier one, and rework it then",
			   "the change \"%s\" is there already, and no tag stands between the two", change->name);
	}
	return true;
}

static bool
read_dependencies(const Reader *reader, SqitchChange *change, const GMatchInfo *match, gsize offset, GError **error)
{
	g_autofree char *text = g_match_info_fetch(match, 3);
	g_auto(GStrv) names = g_strsplit_set(text != NULL ? text : "", " \t", -1);

	for (char **name = names; *name != NULL; name++)
		if (**name != '\0' && !add_dependency(reader->plan, change, *name, offset, error))
			return false;
	return true;
}

static bool
sqitch_plan_read_change(const Reader *reader, const GMatchInfo *match, gsize offset, GError **error)
{
	SqitchChange *change = g_new0(SqitchChange, 1);
	g_autoptr(GPtrArray) owner = g_ptr_array_new_with_free_func(sqitch_plan_change_free);

	change->dependencies = g_ptr_array_new_with_free_func(dependency_free);
	change->tags = g_ptr_array_new_with_free_func(tag_free);
	change->rework_tags = g_ptr_array_new();
	g_ptr_array_add(owner, change);
	g_autofree char *sign = g_match_info_fetch(match, 1);
	if (*sign == '-')
		return migration_error_at(error, reader->plan->source, offset, "take the line out, and the \"-\"",
		                          "a change that is to be reverted by the plan is not supported");
	change->name = g_match_info_fetch(match, 2);
	change->date = g_match_info_fetch(match, 4);
	change->planner_name = g_match_info_fetch(match, 5);
	change->planner_email = g_match_info_fetch(match, 6);
	change->note = read_note(match, 7);
	change->offset = offset;
	if (!read_dependencies(reader, change, match, offset, error) || !check_rework(reader->plan, change, error))
		return false;
	identify_change(reader->plan, change);
	g_ptr_array_add(reader->plan->changes, g_ptr_array_steal_index(owner, 0));
	return true;
}

static bool
sqitch_plan_read_line(Reader *reader, const char *line, gsize offset, GError **error)
{
	const char *text = line + strspn(line, " \t\r");
	g_autoptr(GMatchInfo) match = NULL;

	if (*text == '\0') {
		reader->header = reader->header && reader->plan->project == NULL;
		return true;
	}
	if (*text == '#')
		return true;
	if (*text == '%')
		return read_pragma(reader, line, offset, error);
	if (reader->plan->project == NULL)
		return migration_error_at(error, reader->plan->source, offset, "begin the plan with %project=NAME",
		                          "the plan does not name its project");
	reader->header = false;
	if (*text == '@' && g_regex_match(reader->tag, line, 0, &match))
		return sqitch_plan_read_tag(reader, match, offset, error);
	g_clear_pointer(&match, g_match_info_unref);
	if (*text != '@' && g_regex_match(reader->change, line, 0, &match))
		return sqitch_plan_read_change(reader, match, offset, error);
	return migration_error_at(
	    error, reader->plan->source, offset,
	    "NAME [REQUIRES...] 2024-01-15T10:02:00Z PLANNER <E-MAIL> # NOTE, or @TAG with the same",
	    "this is neither a change nor a tag");
}

/* A change that this one conflicts with has to be in the plan, too. */
static bool
check_conflicts(const SqitchPlan *plan, const SqitchChange *change, GError **error)
{
	for (guint i = 0; i < change->dependencies->len; i++) {
		const SqitchDependency *dependency = g_ptr_array_index(change->dependencies, i);
		if (dependency->conflicts && dependency->project == NULL &&
		    sqitch_plan_find_change(plan, dependency->text) == NULL)
			return migration_error_at(error, plan->source, change->offset,
			                          "correct the name, or take it out",
			                          "the change \"%s\" conflicts with \"%s\", which is not in the plan",
			                          change->name, dependency->text);
	}
	return true;
}

SqitchPlan *
sqitch_plan_load(const char *path, GError **error)
{
	g_autoptr(SqitchPlan) plan = g_new0(SqitchPlan, 1);
	g_autoptr(GRegex) change = g_regex_new(CHANGE, 0, 0, NULL);
	g_autoptr(GRegex) tag = g_regex_new(TAG, 0, 0, NULL);
	Reader reader = { .plan = plan, .change = change, .tag = tag, .header = true };

	plan->changes = g_ptr_array_new_with_free_func(sqitch_plan_change_free);
	plan->source = migration_source_load(path, error);
	if (plan->source == NULL)
		return NULL;
	const char *text = base_source_text(plan->source);
	for (const char *start = text; *start != '\0';) {
		gsize length = strcspn(start, "\n");
		g_autofree char *line = g_strndup(start, length);
		if (!sqitch_plan_read_line(&reader, line, (gsize)(start - text), error))
			return NULL;
		start += length + (start[length] == '\n');
	}
	if (plan->project == NULL) {
		migration_error_at(error, plan->source, 0, "begin it with %project=NAME",
		                   "the plan does not name its project");
		return NULL;
	}
	for (guint i = 0; i < plan->changes->len; i++)
		if (!check_conflicts(plan, g_ptr_array_index(plan->changes, i), error))
			return NULL;
	return g_steal_pointer(&plan);
}
