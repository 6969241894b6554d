#include "migration/file_names.h"

#include "base/error.h"
#include "migration/text/script.h"

#include <string.h>

gsize
migration_name_digits(const char *name)
{
	return strspn(name, "0123456789");
}

void
migration_warn_ignored(MigrationSet *set, const MigrationFile *file, const char *why)
{
	g_autofree char *lower = g_ascii_strdown(file->name, -1);

	if (file->is_directory)
		migration_set_warn(set, "the directory \"%s\" is not looked into", file->name);
	else if (g_str_has_suffix(lower, ".sql"))
		migration_set_ignore(set, file->name, "is not run: %s", why);
	else if (strstr(lower, ".sql") != NULL)
		migration_set_warn(set, "\"%s\" is not run: %s", file->name, why);
}

void
migration_warn_letter_order(MigrationSet *set)
{
	for (guint i = 1; i < set->migrations->len; i++) {
		const Migration *before = g_ptr_array_index(set->migrations, i - 1);
		const Migration *after = g_ptr_array_index(set->migrations, i);
		if (g_ascii_isdigit(*before->name) && g_ascii_isdigit(*after->name) &&
		    g_ascii_strtoull(before->name, NULL, 10) > g_ascii_strtoull(after->name, NULL, 10))
			migration_set_warn(set,
			                   "\"%s\" runs before \"%s\": file names are compared letter by letter, not "
			                   "by their numbers",
			                   before->name, after->name);
	}
}

static int
file_names_compare_numbers(gconstpointer a, gconstpointer b)
{
	const Migration *const *left = a;
	const Migration *const *right = b;
	gsize left_length = strlen((*left)->version);
	gsize right_length = strlen((*right)->version);

	if (left_length != right_length)
		return left_length < right_length ? -1 : 1;
	int order = strcmp((*left)->version, (*right)->version);
	return order != 0 ? order : strcmp((*left)->name, (*right)->name);
}

void
migration_sort_by_number(MigrationSet *set)
{
	g_ptr_array_sort(set->migrations, file_names_compare_numbers);
}

void
migration_warn_empty(MigrationSet *set, const Migration *migration)
{
	guint ups = migration_script_statements(migration->up)->len;
	guint downs = migration->down != NULL ? migration_script_statements(migration->down)->len : 1;

	if (ups == 0)
		migration_set_warn(set, "\"%s\" has no statement", migration->name);
	else if (migration->down_unwritten)
		migration_set_warn(set,
		                   "\"%s\" has no part for its way down: %s takes it back by doing nothing, and its "
		                   "schema stays",
		                   migration->name, set->format->title);
	else if (downs == 0)
		migration_set_warn(set, "\"%s\" has no statement for its way down: %s takes it back by doing nothing",
		                   migration->name, set->format->title);
}

bool
migration_check_versions(const MigrationSet *set, GError **error)
{
	g_autoptr(GHashTable) versions = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < set->migrations->len; i++) {
		Migration *migration = g_ptr_array_index(set->migrations, i);
		const Migration *other = g_hash_table_lookup(versions, migration->version);
		if (other != NULL)
			return base_error_set(error, BASE_ERROR_INPUT, "give one of them another version",
			                      "\"%s\" and \"%s\" have the same version \"%s\"", other->name,
			                      migration->name, migration->version);
		g_hash_table_insert(versions, migration->version, migration);
	}
	return true;
}
