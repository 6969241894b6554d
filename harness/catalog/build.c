#include "catalog/build.h"

#include "base/error.h"
#include "catalog/identity.h"

#include <string.h>

/* --- Exclusions ---------------------------------------------------------- */

typedef struct {
	char **names;       /* schema, table */
	char *owned_prefix; /* what "owned_by" of its sequences begins with */
} ExcludedTable;

typedef struct {
	GArray *tables; /* of ExcludedTable */
	const char *const *schemas;
} Filter;

static void
build_clear_table(gpointer data)
{
	ExcludedTable *table = data;

	g_strfreev(table->names);
	g_free(table->owned_prefix);
}

static bool
build_init_filter(Filter *filter, const CatalogExclusions *exclusions, GError **error)
{
	filter->tables = g_array_new(FALSE, FALSE, sizeof(ExcludedTable));
	g_array_set_clear_func(filter->tables, build_clear_table);
	filter->schemas = exclusions != NULL ? exclusions->schemas : NULL;
	for (const char *const *text = exclusions != NULL ? exclusions->tables : NULL; text != NULL && *text != NULL;
	     text++) {
		g_auto(GStrv) names = catalog_identity_split(*text);
		if (names == NULL || g_strv_length(names) != 2)
			return base_error_set(error, BASE_ERROR_INPUT, "write it as schema.table",
			                      "the excluded table \"%s\" is not named in full", *text);
		g_autofree char *identity = catalog_identity_join(names[0], NULL, names[1]);
		ExcludedTable table = { .owned_prefix = g_strconcat(identity, ".", NULL) };
		table.names = g_steal_pointer(&names);
		g_array_append_val(filter->tables, table);
	}
	return true;
}

static bool
build_belongs_to(const CatalogObject *object, const ExcludedTable *table)
{
	if (object->class_id == CATALOG_SEQUENCE) {
		const CatalogAttribute *owner = catalog_object_attribute(object, "owned_by");
		return owner != NULL && g_str_has_prefix(owner->value, table->owned_prefix);
	}
	if (object->class_id == CATALOG_STATISTICS) {
		const CatalogAttribute *of = catalog_object_attribute(object, "table");
		return of != NULL && strlen(of->value) + 1 == strlen(table->owned_prefix) &&
		       g_str_has_prefix(table->owned_prefix, of->value);
	}
	const char *relation = object->class_id == CATALOG_TABLE ? object->name : object->relation;
	return relation != NULL && strcmp(relation, table->names[1]) == 0 &&
	       strcmp(object->schema, table->names[0]) == 0;
}

static bool
build_is_excluded(const Filter *filter, const CatalogObject *object)
{
	const char *schema = object->class_id == CATALOG_SCHEMA ? object->name : object->schema;

	if (filter->schemas != NULL && schema != NULL && g_strv_contains(filter->schemas, schema))
		return true;
	for (guint i = 0; i < filter->tables->len; i++)
		if (build_belongs_to(object, &g_array_index(filter->tables, ExcludedTable, i)))
			return true;
	return false;
}

/* --- Objects ------------------------------------------------------------- */

/* Data that all rows of a result share. */
typedef struct {
	CatalogChunk *chunk;
	const DbResult *result;
	const CatalogClass *class;
	int n_names;                  /* the columns after the first, which are the identity */
	const char **attribute_names; /* interned; by column */
	CatalogValueKind *kinds;      /* by column */
	const char *last[3];          /* the texts of the row before: a relation's name is stored once */
	GString *identity;            /* reused */
	CatalogAttribute *next_free;
} Reader;

static CatalogValueKind
build_value_kind(DbType type)
{
	switch (type) {
	case DB_TYPE_BOOL:
		return CATALOG_VALUE_BOOL;
	case DB_TYPE_INT:
		return CATALOG_VALUE_INT;
	case DB_TYPE_JSON:
		return CATALOG_VALUE_LIST;
	case DB_TYPE_OTHER:
	default:
		return CATALOG_VALUE_TEXT;
	}
}

static const char *
build_store(Reader *reader, int row, int column)
{
	return g_string_chunk_insert_len(reader->chunk->texts, db_result_value(reader->result, row, column),
	                                 db_result_value_length(reader->result, row, column));
}

static void
build_read_names(Reader *reader, int row, CatalogObject *object)
{
	const char **const slots[4][3] = {
		[CATALOG_SCOPE_DATABASE] = { &object->name },
		[CATALOG_SCOPE_SCHEMA] = { &object->schema, &object->name },
		[CATALOG_SCOPE_RELATION] = { &object->schema, &object->relation, &object->name },
		[CATALOG_SCOPE_PHRASE] = { &object->name },
	};

	for (int i = 0; i < reader->n_names; i++) {
		const char *text = db_result_value(reader->result, row, i + 1);
		if (reader->last[i] == NULL || strcmp(reader->last[i], text) != 0)
			reader->last[i] = build_store(reader, row, i + 1);
		*slots[reader->class->scope][i] = reader->last[i];
	}
	if (reader->class->scope == CATALOG_SCOPE_PHRASE) {
		object->identity = object->name;
		return;
	}
	g_string_truncate(reader->identity, 0);
	catalog_identity_append_parts(reader->identity, object->schema, object->relation, object->name);
	object->identity = g_string_chunk_insert_len(reader->chunk->texts, reader->identity->str,
	                                             (gssize)reader->identity->len);
}

static void
build_read_attributes(Reader *reader, int row, CatalogObject *object)
{
	int n_columns = db_result_columns(reader->result);

	object->attributes = reader->next_free;
	for (int column = reader->n_names + 1; column < n_columns; column++) {
		const char *value = db_result_value(reader->result, row, column);
		if (value == NULL)
			continue;
		CatalogAttribute *attribute = reader->next_free++;
		attribute->name = reader->attribute_names[column];
		attribute->kind = reader->kinds[column];
		if (attribute->kind == CATALOG_VALUE_BOOL)
			attribute->value = value[0] == 't' ? "true" : "false";
		else
			attribute->value = build_store(reader, row, column);
		object->n_attributes++;
	}
}

/* Appends the objects of one class to the chunk. */
static void
build_read_class(Reader *reader, const Filter *filter)
{
	static const int n_names[] = { [CATALOG_SCOPE_DATABASE] = 1,
		                       [CATALOG_SCOPE_SCHEMA] = 2,
		                       [CATALOG_SCOPE_RELATION] = 3,
		                       [CATALOG_SCOPE_PHRASE] = 1 };
	CatalogChunk *chunk = reader->chunk;
	int n_columns = db_result_columns(reader->result);
	g_autofree const char **names = g_new0(const char *, (gsize)n_columns);
	g_autofree CatalogValueKind *kinds = g_new0(CatalogValueKind, (gsize)n_columns);

	for (int column = 0; column < n_columns; column++) {
		names[column] = g_intern_string(db_result_column_name(reader->result, column));
		kinds[column] = build_value_kind(db_result_column_type(reader->result, column));
	}
	reader->attribute_names = names;
	reader->kinds = kinds;
	reader->n_names = n_names[reader->class->scope];
	memset(reader->last, 0, sizeof reader->last);
	for (int row = 0; row < db_result_rows(reader->result); row++) {
		CatalogEntry *entry = &chunk->entries[chunk->n_entries];
		*entry = (CatalogEntry){
			.object.class_id = reader->class->id,
			.unit = (guint32)g_ascii_strtoull(db_result_value(reader->result, row, 0), NULL, 10),
		};
		build_read_names(reader, row, &entry->object);
		build_read_attributes(reader, row, &entry->object);
		if (build_is_excluded(filter, &entry->object))
			reader->next_free -= entry->object.n_attributes;
		else
			chunk->n_entries++;
	}
}

static int
build_compare_entries(const void *left, const void *right)
{
	const CatalogEntry *a = left;
	const CatalogEntry *b = right;

	return catalog_object_compare(&a->object, &b->object);
}

/* Allocates room for the maximum number of objects; pages that are never written cost nothing. */
static CatalogChunk *
build_new_chunk(const CatalogRows *rows, guint n_rows)
{
	CatalogChunk *chunk = g_new0(CatalogChunk, 1);
	gsize n_objects = 0;
	gsize n_attributes = 0;

	for (guint i = 0; i < n_rows; i++) {
		gsize count = (gsize)db_result_rows(rows[i].result);
		n_objects += count;
		n_attributes += count * (gsize)db_result_columns(rows[i].result);
	}
	g_atomic_ref_count_init(&chunk->references);
	chunk->entries = g_new(CatalogEntry, n_objects + 1);
	chunk->attributes = g_new(CatalogAttribute, n_attributes + 1);
	chunk->texts = g_string_chunk_new(n_objects < 256 ? 4096 : (gsize)64 * 1024);
	return chunk;
}

CatalogChunk *
catalog_chunk_build(const CatalogRows *rows, guint n_rows, const CatalogExclusions *exclusions, GError **error)
{
	Filter filter;
	CatalogChunk *chunk = NULL;

	if (build_init_filter(&filter, exclusions, error)) {
		g_autoptr(GString) identity = g_string_new(NULL);
		chunk = build_new_chunk(rows, n_rows);
		Reader reader = { .chunk = chunk, .identity = identity, .next_free = chunk->attributes };
		for (guint i = 0; i < n_rows; i++) {
			reader.class = catalog_class(rows[i].class_id);
			reader.result = rows[i].result;
			build_read_class(&reader, &filter);
		}
		qsort(chunk->entries, chunk->n_entries, sizeof(CatalogEntry), build_compare_entries);
	}
	g_array_unref(filter.tables);
	return chunk;
}
