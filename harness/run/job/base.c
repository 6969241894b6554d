#include "run/job/base.h"

#include "migration/runner/commands.h"
#include "migration/text/lexer.h"

#include <string.h>

void
run_base_free(RunBase *base)
{
	if (base == NULL)
		return;
	migration_set_free(base->set);
	migration_commands_free(base->commands);
	g_free(base->label);
	g_free(base->restore);
	g_free(base->moved_from);
	g_free(base->folder);
	g_free(base->project);
	g_clear_pointer(&base->queries, g_ptr_array_unref);
	g_free(base->stored);
	g_free(base->release);
	g_free(base->queries_folder);
	g_free(base);
}

static const Migration *
base_find_in(const MigrationSet *set, const char *name)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (strcmp(((const Migration *)g_ptr_array_index(set->migrations, i))->name, name) == 0)
			return g_ptr_array_index(set->migrations, i);
	return NULL;
}

static const Migration *
base_find_id(const MigrationSet *set, const char *id)
{
	for (guint i = 0; i < set->migrations->len; i++)
		if (g_strcmp0(((const Migration *)g_ptr_array_index(set->migrations, i))->checksum, id) == 0)
			return g_ptr_array_index(set->migrations, i);
	return NULL;
}

void
run_base_take_names(const RunBase *base, const MigrationSet *set)
{
	for (guint i = 0; set->checksum_is_id && i < base->set->migrations->len; i++) {
		Migration *before = g_ptr_array_index(base->set->migrations, i);
		const Migration *now = base_find_id(set, before->checksum);
		if (now == NULL || strcmp(now->name, before->name) == 0)
			continue;
		g_free(before->name);
		g_free(before->version);
		before->name = g_strdup(now->name);
		before->version = g_strdup(now->version);
	}
}

const Migration *
run_base_find(const RunBase *base, const char *name)
{
	return base_find_in(base->set, name);
}

const Migration *
run_base_find_version(const RunBase *base, const Migration *migration)
{
	for (guint i = 0; i < base->set->migrations->len; i++) {
		const Migration *before = g_ptr_array_index(base->set->migrations, i);
		if (g_strcmp0(before->version, migration->version) == 0)
			return before;
	}
	return NULL;
}

/* --- Equal or not ------------------------------------------------------------- */

/* The tokens of a statement with a blank between them; as it is where it cannot be read. The caller frees it. */
static char *
base_words(const char *sql)
{
	MigrationLexer lexer = { .text = sql, .length = strlen(sql) };
	GString *words = g_string_new(NULL);
	MigrationToken token = { 0 };
	const char *problem = NULL;

	for (;;) {
		if (!migration_lexer_next(&lexer, &token, &problem)) {
			g_string_free(words, TRUE);
			return g_strdup(sql);
		}
		if (token.type == MIGRATION_TOKEN_END)
			return g_string_free(words, FALSE);
		g_string_append_len(words, sql + token.start, (gssize)(token.end - token.start));
		g_string_append_c(words, ' ');
	}
}

static bool
base_equal_statements(const MigrationStatement *a, const MigrationStatement *b)
{
	if (a->data_length != b->data_length || (a->data_length > 0 && memcmp(a->data, b->data, a->data_length) != 0))
		return false;
	if (strcmp(a->sql, b->sql) == 0)
		return true;
	g_autofree char *left = base_words(a->sql);
	g_autofree char *right = base_words(b->sql);
	return strcmp(left, right) == 0;
}

bool
run_base_equal_scripts(const MigrationScript *a, const MigrationScript *b)
{
	const GPtrArray *left = migration_script_statements(a);
	const GPtrArray *right = migration_script_statements(b);

	/* Of a migration that is code, only the text is known. */
	if (migration_script_scope(a) == MIGRATION_SCOPE_EXTERNAL && left->len == 0 &&
	    strcmp(base_source_text(migration_script_source(a)), base_source_text(migration_script_source(b))) != 0)
		return false;
	if (left->len != right->len || migration_script_scope(a) != migration_script_scope(b))
		return false;
	for (guint i = 0; i < left->len; i++)
		if (!base_equal_statements(g_ptr_array_index(left, i), g_ptr_array_index(right, i)))
			return false;
	return true;
}

/* Atlas's sum of a file holds the files before it, too. */
static bool
base_equal_checksums(const Migration *a, const Migration *b)
{
	const Source *left = migration_script_source(a->up);
	const Source *right = migration_script_source(b->up);

	return g_strcmp0(a->checksum, b->checksum) == 0 || strcmp(base_source_text(left), base_source_text(right)) == 0;
}

bool
run_base_is_unchanged(const RunBase *base, const Migration *migration)
{
	const Migration *before = run_base_find(base, migration->name);

	return before != NULL && run_base_equal_scripts(before->up, migration->up) &&
	       base_equal_checksums(before, migration);
}

/* --- Changes -------------------------------------------------------------------- */

static void
base_add_change(GArray *changes, RunBaseChangeKind kind, const Migration *migration, const Migration *before)
{
	const RunBaseChange change = { .kind = kind, .migration = migration, .before = before };

	g_array_append_val(changes, change);
}

/* The renamed migration of the base: one that is gone and had the same SQL. */
static const Migration *
base_find_renamed(const RunBase *base, const MigrationSet *set, const Migration *migration, GHashTable *taken)
{
	for (guint i = 0; i < base->set->migrations->len; i++) {
		const Migration *before = g_ptr_array_index(base->set->migrations, i);
		if (!g_hash_table_contains(taken, before) && base_find_in(set, before->name) == NULL &&
		    before->kind == migration->kind && run_base_equal_scripts(before->up, migration->up))
			return before;
	}
	return NULL;
}

static bool
base_equal_downs(const Migration *a, const Migration *b)
{
	return a->down == NULL || b->down == NULL ? a->down == b->down : run_base_equal_scripts(a->down, b->down);
}

static void
base_add_other(const RunBase *base, const MigrationSet *set, const Migration *migration, GHashTable *taken,
               GArray *changes)
{
	const Migration *before = run_base_find(base, migration->name);

	if (before == NULL) {
		before = base_find_renamed(base, set, migration, taken);
		base_add_change(changes, before != NULL ? RUN_BASE_RENAMED : RUN_BASE_NEW, migration, before);
	} else if (!run_base_equal_scripts(before->up, migration->up)) {
		base_add_change(changes, RUN_BASE_EDITED, migration, before);
	} else if (!base_equal_downs(before, migration)) {
		base_add_change(changes, RUN_BASE_DOWN, migration, before);
	} else if (!base_equal_checksums(before, migration)) {
		base_add_change(changes, RUN_BASE_COMMENT, migration, before);
	}
	if (before != NULL)
		g_hash_table_add(taken, (gpointer)before);
}

GArray *
run_base_changes(const RunBase *base, const MigrationSet *set)
{
	GArray *changes = g_array_new(FALSE, FALSE, sizeof(RunBaseChange));
	g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < set->migrations->len; i++)
		base_add_other(base, set, g_ptr_array_index(set->migrations, i), taken, changes);
	for (guint i = 0; i < base->set->migrations->len; i++) {
		const Migration *before = g_ptr_array_index(base->set->migrations, i);
		if (!g_hash_table_contains(taken, before) && base_find_in(set, before->name) == NULL)
			base_add_change(changes, RUN_BASE_DELETED, NULL, before);
	}
	return changes;
}

guint
run_base_count_new(const RunBase *base, const MigrationSet *set)
{
	g_autoptr(GArray) changes = run_base_changes(base, set);
	guint n = 0;

	for (guint i = 0; i < changes->len; i++)
		n += g_array_index(changes, RunBaseChange, i).kind == RUN_BASE_NEW;
	return n;
}

/* --- Texts ------------------------------------------------------------------------ */

bool
run_base_ignores(const RunBase *base, const char *file)
{
	for (guint i = 0; i < base->set->ignored->len; i++)
		if (strcmp(((const MigrationIgnoredFile *)g_ptr_array_index(base->set->ignored, i))->name, file) == 0)
			return true;
	return false;
}

static char *
base_take_out(const char *text, const char *folder)
{
	g_autofree char *prefix = g_strconcat(folder, "/", NULL);
	g_auto(GStrv) parts = g_strsplit(text, prefix, -1);

	return g_strjoinv("", parts);
}

char *
run_base_clean(const RunBase *base, const char *text)
{
	g_autofree char *first = text != NULL && base->folder != NULL ? base_take_out(text, base->folder)
	                                                              : g_strdup(text);

	return first != NULL && base->queries_folder != NULL ? base_take_out(first, base->queries_folder)
	                                                     : g_steal_pointer(&first);
}
