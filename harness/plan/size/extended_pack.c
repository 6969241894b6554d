#include "plan/size/extended_pack.h"

/* STATS_NDISTINCT_MAGIC, STATS_DEPS_MAGIC, STATS_MCV_MAGIC; each has a type, of which there is one. */
#define PACK_DISTINCT     0xA352BFA4U
#define PACK_DEPENDENCIES 0xB4549A2CU
#define PACK_COMMON       0xE1A651C2U
#define PACK_TYPE         1U

static void
pack_bytes(GByteArray *bytes, const void *data, gsize n)
{
	g_byte_array_append(bytes, data, (guint)n);
}

static void
pack_u32(GByteArray *bytes, guint32 number)
{
	pack_bytes(bytes, &number, sizeof number);
}

static void
pack_i16(GByteArray *bytes, gint number)
{
	gint16 small = (gint16)number;

	pack_bytes(bytes, &small, sizeof small);
}

static void
pack_double(GByteArray *bytes, double number)
{
	pack_bytes(bytes, &number, sizeof number);
}

static GByteArray *
pack_begin(guint32 magic, guint n)
{
	GByteArray *bytes = g_byte_array_new();

	pack_u32(bytes, magic);
	pack_u32(bytes, PACK_TYPE);
	pack_u32(bytes, n);
	return bytes;
}

/* --- Several columns together ---------------------------------------------------------- */

/* Columns in their order, then expressions in theirs: 1, 2, -1, -2. */
static gint
pack_compare(gconstpointer a, gconstpointer b)
{
	gint one = *(const gint *)a;
	gint other = *(const gint *)b;

	if ((one < 0) != (other < 0))
		return one < 0 ? 1 : -1;
	return one < 0 ? other - one : one - other;
}

/* The numbers of the columns; the first `n_sorted` of them in the server's order. */
static GArray *
pack_numbers(const PlanTogether *together, const GArray *numbers, guint n_sorted)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(gint));

	for (guint i = 0; i < together->of->len; i++)
		g_array_append_val(list, g_array_index(numbers, gint, g_array_index(together->of, guint, i)));
	qsort(list->data, n_sorted, sizeof(gint), pack_compare);
	return list;
}

static void
pack_list(GByteArray *bytes, const GArray *list)
{
	for (guint i = 0; i < list->len; i++)
		pack_i16(bytes, g_array_index(list, gint, i));
}

GByteArray *
plan_extended_pack_distinct(const GPtrArray *distinct, const GArray *numbers)
{
	GByteArray *bytes = pack_begin(PACK_DISTINCT, distinct->len);

	for (guint i = 0; i < distinct->len; i++) {
		const PlanTogether *together = g_ptr_array_index(distinct, i);
		g_autoptr(GArray) list = pack_numbers(together, numbers, together->of->len);
		pack_double(bytes, together->number);
		pack_u32(bytes, list->len);
		pack_list(bytes, list);
	}
	return bytes;
}

GByteArray *
plan_extended_pack_dependencies(const GPtrArray *dependencies, const GArray *numbers)
{
	GByteArray *bytes = pack_begin(PACK_DEPENDENCIES, dependencies->len);

	for (guint i = 0; i < dependencies->len; i++) {
		const PlanTogether *together = g_ptr_array_index(dependencies, i);
		g_autoptr(GArray) list = pack_numbers(together, numbers, together->of->len - 1);
		pack_double(bytes, together->number);
		pack_i16(bytes, (gint)list->len);
		pack_list(bytes, list);
	}
	return bytes;
}

/* --- Combinations ---------------------------------------------------------------------- */

static guint32
pack_align(guint32 n)
{
	return (n + 7) / 8 * 8;
}

/* DimensionInfo: values, their bytes here, and in memory, where the server has to place them; length; by value. */
static void
pack_dimension(GByteArray *bytes, const PlanPackedColumn *column, guint n)
{
	guint32 count = 0;
	guint32 here = 0;
	guint32 in_memory = 0;

	for (guint i = 0; i < n; i++) {
		const GByteArray *value = g_ptr_array_index(column->values, i);
		if (value == NULL)
			continue;
		guint32 header = column->length < 0 ? sizeof(guint32) : 0;
		count++;
		here += header + value->len;
		in_memory += column->by_value ? 0 : pack_align(header + value->len);
	}
	pack_u32(bytes, count);
	pack_u32(bytes, here);
	pack_u32(bytes, in_memory);
	pack_u32(bytes, (guint32)column->length);
	pack_bytes(bytes, (const guint8[4]){ column->by_value }, 4); /* a byte, and room */
}

static void
pack_values(GByteArray *bytes, const PlanPackedColumn *column, guint n)
{
	for (guint i = 0; i < n; i++) {
		const GByteArray *value = g_ptr_array_index(column->values, i);
		if (value == NULL)
			continue;
		if (column->length < 0)
			pack_u32(bytes, value->len);
		pack_bytes(bytes, value->data, value->len);
	}
}

static void
pack_combination(GByteArray *bytes, const PlanCombination *combination, guint i, const PlanPackedColumn *columns,
                 guint16 *places, guint n_columns)
{
	for (guint j = 0; j < n_columns; j++) {
		guint8 is_null = g_ptr_array_index(columns[j].values, i) == NULL;
		pack_bytes(bytes, &is_null, sizeof is_null);
	}
	pack_double(bytes, combination->share);
	pack_double(bytes, combination->base);
	for (guint j = 0; j < n_columns; j++) {
		guint16 place = g_ptr_array_index(columns[j].values, i) == NULL ? 0 : places[j]++;
		pack_bytes(bytes, &place, sizeof place);
	}
}

GByteArray *
plan_extended_pack_common(const GPtrArray *combinations, guint n, const PlanPackedColumn *columns, guint n_columns)
{
	GByteArray *bytes = pack_begin(PACK_COMMON, n);
	g_autofree guint16 *places = g_new0(guint16, n_columns);

	pack_i16(bytes, (gint)n_columns);
	for (guint j = 0; j < n_columns; j++)
		pack_u32(bytes, columns[j].type);
	for (guint j = 0; j < n_columns; j++)
		pack_dimension(bytes, &columns[j], n);
	for (guint j = 0; j < n_columns; j++)
		pack_values(bytes, &columns[j], n);
	for (guint i = 0; i < n; i++)
		pack_combination(bytes, g_ptr_array_index(combinations, i), i, columns, places, n_columns);
	return bytes;
}
