#include "catalog/tuples.h"

#include "catalog/parts.h"

#include <string.h>

/* --- By key -------------------------------------------------------------- */

static int
tuples_compare(const void *left, const void *right)
{
	const CatalogTuple *a = left;
	const CatalogTuple *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

static const CatalogTuple *
tuples_find(const GArray *tuples, guint64 key)
{
	const CatalogTuple wanted = { .key = key };

	return tuples->len == 0 ? NULL : bsearch(&wanted, tuples->data, tuples->len, sizeof wanted, tuples_compare);
}

bool
catalog_tuples_have(const CatalogVersion *version, CatalogSystemId catalog, guint64 key)
{
	return version->tuples[catalog] != NULL && tuples_find(version->tuples[catalog], key) != NULL;
}

static gint64
tuples_sum(const GArray *tuples)
{
	gint64 sum = 0;

	for (guint i = 0; i < tuples->len; i++)
		sum += g_array_index(tuples, CatalogTuple, i).fingerprint;
	return sum;
}

static void
tuples_set(CatalogVersion *version, int catalog, GArray *tuples, gint64 sum)
{
	g_clear_pointer(&version->tuples[catalog], g_array_unref);
	version->tuples[catalog] = tuples;
	version->sums[catalog] = sum;
}

void
catalog_tuples_take_over(CatalogVersion *version, const CatalogVersion *previous, guint32 changed)
{
	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++)
		if ((changed & 1U << catalog) == 0 && previous->tuples[catalog] != NULL)
			tuples_set(version, catalog, g_array_ref(previous->tuples[catalog]), previous->sums[catalog]);
}

void
catalog_tuples_invalidate_uncommitted(const CatalogVersion *previous, CatalogInvalid *invalid)
{
	invalid->schemas |= previous->uncommitted_schemas;
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++)
		for (guint i = 0; i < previous->uncommitted[unit]->len; i++)
			catalog_invalid_add(invalid, (CatalogUnit)unit,
			                    g_array_index(previous->uncommitted[unit], guint32, i));
}

void
catalog_tuples_keep_uncommitted(CatalogVersion *version, const CatalogInvalid *uncommitted)
{
	version->uncommitted_schemas = uncommitted->schemas;
	for (int unit = 0; unit < CATALOG_N_UNITS; unit++) {
		GHashTableIter iter;
		gpointer key;
		g_array_set_size(version->uncommitted[unit], 0);
		g_hash_table_iter_init(&iter, uncommitted->units[unit]);
		while (g_hash_table_iter_next(&iter, &key, NULL)) {
			guint32 oid = GPOINTER_TO_UINT(key);
			g_array_append_val(version->uncommitted[unit], oid);
		}
	}
}

GHashTable *
catalog_tuples_find_dropped(const CatalogVersion *version, const CatalogVersion *previous)
{
	const GArray *relations = previous->tuples[CATALOG_PG_CLASS];
	GHashTable *dropped = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < relations->len; i++) {
		guint32 oid = g_array_index(relations, CatalogTuple, i).object;
		if (!catalog_tuples_have(version, CATALOG_PG_CLASS, oid))
			g_hash_table_add(dropped, GUINT_TO_POINTER(oid));
	}
	return dropped;
}

/* --- Rows ---------------------------------------------------------------- */

enum { ROWS_CATALOG, ROWS_SUM, ROWS_FIRST };

#define ROW_WIDTH 4

/* A changed comment invalidates its object. */
static void
tuples_invalidate_commented(CatalogInvalid *invalid, const CatalogTuple *tuple)
{
	if (tuple->kind == 'n')
		invalid->schemas = true;
	else if (tuple->kind == 'C')
		catalog_invalid_add_parts(invalid, tuple->object, CATALOG_PART(CATALOG_COLUMN));
	else
		catalog_invalid_add(invalid,
		                    tuple->kind == 'f'   ? CATALOG_UNIT_FUNCTION
		                    : tuple->kind == 't' ? CATALOG_UNIT_TYPE
		                                         : CATALOG_UNIT_RELATION,
		                    tuple->object);
}

/* The row of a composite type stands for its relation, that of a base type for the whole class. */
static void
tuples_invalidate_type(CatalogInvalid *invalid, const CatalogTuple *tuple)
{
	if (tuple->kind == 'b' || tuple->kind == 'p')
		invalid->rare = true;
	else
		catalog_invalid_add(invalid, tuple->kind == 'c' ? CATALOG_UNIT_RELATION : CATALOG_UNIT_TYPE,
		                    tuple->object);
}

/* Invalidates the object of a catalog row, if it is read by itself. */
static void
tuples_invalidate(CatalogInvalid *invalid, int catalog, const CatalogTuple *tuple)
{
	switch ((CatalogSystemId)catalog) {
	case CATALOG_PG_PROC:
	case CATALOG_PG_AGGREGATE:
		catalog_invalid_add(invalid, CATALOG_UNIT_FUNCTION, tuple->object);
		break;
	case CATALOG_PG_ENUM:
		catalog_invalid_add(invalid, CATALOG_UNIT_TYPE, tuple->object);
		break;
	case CATALOG_PG_TYPE:
		tuples_invalidate_type(invalid, tuple);
		break;
	case CATALOG_PG_CONSTRAINT:
		if (tuple->kind == 'd') /* that of a domain */
			catalog_invalid_add(invalid, CATALOG_UNIT_TYPE, tuple->object);
		else
			catalog_invalid_add_parts(invalid, tuple->object,
			                          catalog_parts_of_row(CATALOG_PG_CONSTRAINT, tuple->kind));
		break;
	case CATALOG_PG_OTHERS:
		invalid->rare |= tuple->object == 0;
		catalog_invalid_add(invalid, CATALOG_UNIT_RELATION, tuple->object);
		break;
	case CATALOG_PG_NAMESPACE:
		invalid->schemas = true;
		break;
	case CATALOG_PG_DESCRIPTION:
		tuples_invalidate_commented(invalid, tuple);
		break;
	case CATALOG_PG_EXTENSION:
		invalid->everything = true;
		break;
	case CATALOG_PG_NAMES:
		invalid->rare = true;
		break;
	case CATALOG_PG_ROLES:
		break;
	default:
		catalog_invalid_add_parts(invalid, tuple->object,
		                          catalog_parts_of_row((CatalogSystemId)catalog, tuple->kind));
		break;
	}
}

/* The tuples of the rows, which are (key, object, fingerprint, 2 * kind + whether the open transaction has written it),
 * each in an array of its own, or all in one array of arrays. Those that it has written are added to `uncommitted`. */
static GArray *
tuples_parse(const DbResult *rows, int catalog, CatalogInvalid *uncommitted)
{
	GArray *tuples = g_array_new(FALSE, FALSE, sizeof(CatalogTuple));
	bool apart = db_result_columns(rows) == ROWS_FIRST + ROW_WIDTH;
	const char *texts[ROW_WIDTH];
	gint64 values[ROW_WIDTH];

	for (int i = 0; i < ROW_WIDTH; i++)
		texts[i] = db_result_value(rows, 0, ROWS_FIRST + (apart ? i : 0));
	if (texts[0] == NULL)
		return tuples;
	for (;;) {
		for (int i = 0; i < ROW_WIDTH; i++)
			if (!catalog_version_next_number(apart ? &texts[i] : &texts[0], &values[i]))
				return tuples;
		CatalogTuple tuple = { (guint64)values[0], (guint32)values[1], (gint32)values[2],
			               (char)(values[3] / 2) };
		g_array_append_val(tuples, tuple);
		if (values[3] % 2 != 0 && uncommitted != NULL)
			tuples_invalidate(uncommitted, catalog, &tuple);
	}
}

/* A key whose fingerprint is another one is a name that any text may hold. */
static void
tuples_compare_all(int catalog, const GArray *before, const GArray *now, CatalogInvalid *invalid)
{
	guint i = 0;
	guint j = 0;

	while (i < before->len && j < now->len) {
		const CatalogTuple *a = &g_array_index(before, CatalogTuple, i);
		const CatalogTuple *b = &g_array_index(now, CatalogTuple, j);
		int order = tuples_compare(a, b);
		if (order != 0)
			tuples_invalidate(invalid, catalog, order < 0 ? a : b);
		else if (a->fingerprint != b->fingerprint)
			invalid->everything = true;
		i += order <= 0;
		j += order >= 0;
	}
	for (; i < before->len; i++)
		tuples_invalidate(invalid, catalog, &g_array_index(before, CatalogTuple, i));
	for (; j < now->len; j++)
		tuples_invalidate(invalid, catalog, &g_array_index(now, CatalogTuple, j));
}

static int
tuples_catalog_of(const DbResult *rows)
{
	return (int)g_ascii_strtoll(db_result_value(rows, 0, ROWS_CATALOG), NULL, 10);
}

static gint64
tuples_sum_of(const DbResult *rows)
{
	const char *sum = db_result_value(rows, 0, ROWS_SUM);

	return sum != NULL ? g_ascii_strtoll(sum, NULL, 10) : 0;
}

/* Rows without a key show changes, but not the existence of an object. */
static void
tuples_drop_keyless(GArray *tuples)
{
	guint n = 0;

	for (guint i = 0; i < tuples->len; i++)
		if (g_array_index(tuples, CatalogTuple, i).key != 0)
			g_array_index(tuples, CatalogTuple, n++) = g_array_index(tuples, CatalogTuple, i);
	g_array_set_size(tuples, n);
}

void
catalog_tuples_read_all(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                        CatalogInvalid *invalid, CatalogInvalid *uncommitted)
{
	int catalog = tuples_catalog_of(rows);
	g_autoptr(GArray) tuples = tuples_parse(rows, catalog, uncommitted);

	if (!catalog_system_has_keys(catalog))
		return;
	tuples_drop_keyless(tuples);
	g_array_sort(tuples, tuples_compare);
	if (previous != NULL)
		tuples_compare_all(catalog, previous->tuples[catalog], tuples, invalid);
	gint64 sum = tuples_sum(tuples);
	tuples_set(version, catalog, g_steal_pointer(&tuples), sum);
}

/* The tuples before, without those of relations that are dropped (NULL: with all), and the new ones. */
static GArray *
tuples_expect(const GArray *before, GHashTable *dropped, const GArray *recent, bool *ret_renamed)
{
	GArray *tuples = g_array_sized_new(FALSE, FALSE, sizeof(CatalogTuple), before->len + 16);

	for (guint i = 0; i < before->len; i++) {
		const CatalogTuple *tuple = &g_array_index(before, CatalogTuple, i);
		if (dropped == NULL || !g_hash_table_contains(dropped, GUINT_TO_POINTER(tuple->object)))
			g_array_append_vals(tuples, tuple, 1);
	}
	guint n_before = tuples->len;
	for (guint i = 0; i < recent->len; i++) {
		const CatalogTuple *tuple = &g_array_index(recent, CatalogTuple, i);
		const CatalogTuple *known = tuple->key != 0 ? tuples_find(before, tuple->key) : NULL;
		if (known != NULL && known->fingerprint != tuple->fingerprint)
			*ret_renamed = true;
		if (tuple->key != 0 && known == NULL)
			g_array_append_vals(tuples, tuple, 1);
	}
	if (tuples->len > n_before)
		g_array_sort(tuples, tuples_compare);
	return tuples;
}

/* Merges the old tuples and the new ones; NULL when there are no new ones. Adds their objects to the invalid ones. */
static GArray *
tuples_parse_new(const CatalogVersion *previous, const DbResult *rows, CatalogInvalid *invalid,
                 CatalogInvalid *uncommitted)
{
	int catalog = tuples_catalog_of(rows);
	g_autoptr(GArray) recent = tuples_parse(rows, catalog, uncommitted);
	bool renamed = false;

	for (guint i = 0; i < recent->len; i++)
		tuples_invalidate(invalid, catalog, &g_array_index(recent, CatalogTuple, i));
	if (!catalog_system_has_keys(catalog) || recent->len == 0)
		return NULL;
	GArray *tuples = tuples_expect(previous->tuples[catalog], NULL, recent, &renamed);
	invalid->everything |= renamed;
	return tuples;
}

void
catalog_tuples_read_new(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                        CatalogInvalid *invalid, CatalogInvalid *uncommitted)
{
	int catalog = tuples_catalog_of(rows);
	GArray *tuples = tuples_parse_new(previous, rows, invalid, uncommitted);

	if (tuples != NULL)
		tuples_set(version, catalog, tuples, tuples_sum(tuples));
	else if (catalog_system_has_keys(catalog))
		tuples_set(version, catalog, g_array_ref(previous->tuples[catalog]), previous->sums[catalog]);
}

bool
catalog_tuples_read_new_and_sum(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                                CatalogInvalid *invalid, CatalogInvalid *uncommitted)
{
	int catalog = tuples_catalog_of(rows);
	gint64 sum = tuples_sum_of(rows);
	g_autoptr(GArray) tuples = tuples_parse_new(previous, rows, invalid, uncommitted);

	if (!catalog_system_has_keys(catalog))
		return true;
	if (tuples == NULL)
		tuples = g_array_ref(previous->tuples[catalog]);
	if (tuples_sum(tuples) != sum)
		return false;
	tuples_set(version, catalog, g_steal_pointer(&tuples), sum);
	return true;
}

/* The tuples that the second one has, too. Both are sorted. */
static GArray *
tuples_intersect(const GArray *tuples, const GArray *others)
{
	GArray *both = g_array_sized_new(FALSE, FALSE, sizeof(CatalogTuple), tuples->len);
	guint j = 0;

	for (guint i = 0; i < tuples->len; i++) {
		const CatalogTuple *tuple = &g_array_index(tuples, CatalogTuple, i);
		while (j < others->len && tuples_compare(&g_array_index(others, CatalogTuple, j), tuple) < 0)
			j++;
		if (j < others->len && g_array_index(others, CatalogTuple, j).key == tuple->key)
			g_array_append_vals(both, tuple, 1);
	}
	return both;
}

bool
catalog_tuples_read_expected(CatalogVersion *version, const CatalogVersion *previous, const CatalogVersion *expected,
                             const DbResult *rows, CatalogInvalid *invalid)
{
	int catalog = tuples_catalog_of(rows);
	gint64 sum = tuples_sum_of(rows);
	g_autoptr(GArray) recent = tuples_parse(rows, catalog, NULL);
	g_autoptr(GArray) kept = tuples_intersect(previous->tuples[catalog], expected->tuples[catalog]);
	bool renamed = false;
	g_autoptr(GArray) tuples = tuples_expect(kept, NULL, recent, &renamed);

	if (tuples_sum(tuples) != sum)
		return false;
	tuples_compare_all(catalog, previous->tuples[catalog], tuples, invalid);
	tuples_set(version, catalog, g_steal_pointer(&tuples), sum);
	return true;
}

bool
catalog_tuples_read_without(CatalogVersion *version, const CatalogVersion *previous, const DbResult *rows,
                            GHashTable *dropped)
{
	int catalog = tuples_catalog_of(rows);
	gint64 sum = tuples_sum_of(rows);
	g_autoptr(GArray) recent = tuples_parse(rows, catalog, NULL);
	bool renamed = false;
	g_autoptr(GArray) tuples = tuples_expect(previous->tuples[catalog], dropped, recent, &renamed);

	if (tuples_sum(tuples) != sum)
		return false;
	tuples_set(version, catalog, g_steal_pointer(&tuples), sum);
	return true;
}

/* --- Invalid relations --------------------------------------------------- */

/* The OID of pg_class in itself, fixed for all versions. */
#define OID_PG_CLASS G_GUINT64_CONSTANT(1259)

void
catalog_tuples_widen(const CatalogVersion *version, const CatalogVersion *previous, CatalogInvalid *invalid)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, invalid->units[CATALOG_UNIT_RELATION]);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		guint64 oid = GPOINTER_TO_UINT(key);
		const CatalogTuple *before = tuples_find(previous->tuples[CATALOG_PG_CLASS], oid);
		const CatalogTuple *now = tuples_find(version->tuples[CATALOG_PG_CLASS], oid);
		if (before == NULL || now == NULL || before->kind != now->kind ||
		    (now->kind != 'r' && now->kind != 'p'))
			g_hash_table_iter_replace(&iter, GUINT_TO_POINTER(CATALOG_ALL_PARTS));
	}
}

guint
catalog_tuples_count_relations(const CatalogVersion *version, const CatalogInvalid *invalid)
{
	GHashTableIter iter;
	gpointer key;
	guint n = 0;

	g_hash_table_iter_init(&iter, invalid->units[CATALOG_UNIT_RELATION]);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		n += catalog_tuples_have(version, CATALOG_PG_CLASS, GPOINTER_TO_UINT(key)) ? 1 : 0;
	return n;
}

char *
catalog_tuples_format_relations(const CatalogVersion *version, const CatalogInvalid *invalid, CatalogClassId class_id)
{
	GString *text = g_string_new("{");
	GHashTableIter iter;
	gpointer key;
	gpointer parts;

	g_hash_table_iter_init(&iter, invalid->units[CATALOG_UNIT_RELATION]);
	while (g_hash_table_iter_next(&iter, &key, &parts)) {
		guint64 member = OID_PG_CLASS << 32 | GPOINTER_TO_UINT(key);
		if ((GPOINTER_TO_UINT(parts) & CATALOG_PART(class_id)) != 0 &&
		    !catalog_tuples_have(version, CATALOG_PG_EXTENSION, member))
			g_string_append_printf(text, "%s%u", text->len > 1 ? "," : "", GPOINTER_TO_UINT(key));
	}
	g_string_append_c(text, '}');
	return g_string_free(text, FALSE);
}

guint64
catalog_tuples_find_classes(const CatalogVersion *version, const CatalogInvalid *invalid)
{
	guint64 classes = 0;

	if (catalog_invalid_count(invalid, CATALOG_UNIT_RELATION) == 0)
		return 0;
	for (int catalog = CATALOG_PG_CLASS; catalog <= CATALOG_PG_REWRITE; catalog++) {
		for (guint i = 0; i < version->tuples[catalog]->len; i++) {
			const CatalogTuple *tuple = &g_array_index(version->tuples[catalog], CatalogTuple, i);
			guint32 parts = catalog_invalid_parts(invalid, CATALOG_UNIT_RELATION, tuple->object);
			if (parts != 0)
				classes |= catalog_parts_classes_of_row((CatalogSystemId)catalog, tuple->kind, parts);
		}
	}
	return classes;
}
