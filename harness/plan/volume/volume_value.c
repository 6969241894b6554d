/* The SQL of values. Every value follows from the number of the row: so a key finds the value in the referenced row
 * without a look-up, and nothing is random. */
#include "plan/catalog/array.h"
#include "plan/volume/volume_private.h"

#include <math.h>
#include <string.h>

/* A number of different values up to this is the same in a smaller table. */
#define VALUE_COUNT_KEPT 1000
/* Rows that are in the order of the column. */
#define VALUE_ORDERED 0.9
/* Maximum length of a chain of keys, because it may be a circle. */
#define VALUE_DEPTH 4

static char *value_make(const VolumeModel *model, const VolumeColumn *column, const char *row, guint depth);

/* --- Counts and chance -------------------------------------------------------- */

/* Different values, as the size has them, in so many rows. */
static gint64
value_stated_count(const VolumeModel *model, const VolumeColumn *column)
{
	double rows = (double)column->owner->rows;
	double n = column->size != NULL && column->size->has_distinct ? column->size->distinct : -1;

	if (n < 0)
		n = ceil(-n * rows);
	else if (n > VALUE_COUNT_KEPT)
		n = MAX(VALUE_COUNT_KEPT, n * model->share);
	return (gint64)CLAMP(n, 1, MAX(rows, 1));
}

gint64
volume_count(const VolumeModel *model, const VolumeColumn *column)
{
	gint64 there = column->target == NULL                ? G_MAXINT64
	               : column->target->owner->size != NULL ? column->target->owner->rows
	                                                     : (gint64)column->target->n_stock;

	if (column->target != NULL && column->size == NULL)
		return MAX(there, 1);
	return MAX(MIN(value_stated_count(model, column), there), 1);
}

/* At least 0, less than 1; for each row and use another one. */
static char *
value_chance(const char *row, guint seed, guint use)
{
	return g_strdup_printf("((pg_catalog.hashint8extended(%s, %u) & 281474976710655)::float8 / 281474976710656)",
	                       row, seed * 8 + use);
}

static gint64
value_stride(gint64 n)
{
	gint64 stride = MAX((gint64)((double)n * 0.6180339887), 1);

	for (gint64 a = n, b = stride;;) {
		while (b != 0) {
			gint64 rest = a % b;
			a = b;
			b = rest;
		}
		if (a == 1 || n <= 2)
			return stride;
		a = n;
		b = ++stride;
	}
}

/* 1: as the rows, -1: against them, 0: anyhow. */
static int
value_order(const VolumeColumn *column)
{
	bool grows = column->kind == PLAN_KIND_NUMBER || column->kind == PLAN_KIND_TIME;

	if (column->size != NULL && column->size->has_correlation)
		return column->size->correlation > VALUE_ORDERED    ? 1
		       : column->size->correlation < -VALUE_ORDERED ? -1
		                                                    : 0;
	if (column->source == VOLUME_UNIQUE)
		return grows;
	return grows && column->target == NULL && column->size != NULL && column->size->distinct < 0;
}

/* --- Which value it is -------------------------------------------------------------- */

static char *
value_number_unique(const VolumeColumn *column, const char *row)
{
	gint64 n = MAX(column->owner->rows, 1);
	int order = value_order(column);

	if (order > 0)
		return g_strdup_printf("(%s - 1)", row);
	if (order < 0)
		return g_strdup_printf("(%" G_GINT64_FORMAT " - %s)", n, row);
	return g_strdup_printf("((%s - 1) * %" G_GINT64_FORMAT " %% %" G_GINT64_FORMAT ")", row, value_stride(n), n);
}

/* From 0 on; `count` is how many there are. */
static char *
value_number(const VolumeColumn *column, const char *row, gint64 count)
{
	gint64 n = MAX(column->owner->rows, 1);
	gint64 group = column->owner->group;
	int order = value_order(column);

	switch (column->source) {
	case VOLUME_HEAD:
		return g_strdup_printf("((%s - 1) / %" G_GINT64_FORMAT ")", row, group);
	case VOLUME_TAIL:
		if (column->target == NULL)
			return g_strdup_printf("((%s - 1) %% %" G_GINT64_FORMAT ")", row, group);
		return g_strdup_printf("(((%s - 1) %% %" G_GINT64_FORMAT " + (%s - 1) / %" G_GINT64_FORMAT
		                       " * 7919) %% %" G_GINT64_FORMAT ")",
		                       row, group, row, group, count);
	case VOLUME_UNIQUE:
		if (column->target == NULL)
			return value_number_unique(column, row);
		return g_strdup_printf("((%s - 1) %% %" G_GINT64_FORMAT ")", row, count);
	case VOLUME_STOCK:
	case VOLUME_STATED:
	case VOLUME_FOREIGN:
	default:
		break;
	}
	if (order > 0)
		return g_strdup_printf("((%s - 1) * %" G_GINT64_FORMAT " / %" G_GINT64_FORMAT ")", row, count, n);
	if (order < 0)
		return g_strdup_printf("((%" G_GINT64_FORMAT " - %s) * %" G_GINT64_FORMAT " / %" G_GINT64_FORMAT ")", n,
		                       row, count, n);
	g_autofree char *chance = value_chance(row, column->seed, 0);
	return g_strdup_printf("pg_catalog.floor(%s * %" G_GINT64_FORMAT ")::bigint", chance, count);
}

/* --- The value ------------------------------------------------------------------------ */

static char *
value_from_array(const VolumeModel *model, const char *array, const char *type, const char *index)
{
	g_autofree char *literal = db_session_quote_literal(model->session, array);

	return g_strdup_printf("((%s::%s[])[%s])", literal, type, index);
}

static char *
value_between(const VolumeModel *model, const VolumeColumn *column, const char *number, gint64 count)
{
	bool time = column->kind == PLAN_KIND_TIME;
	const char *type = time ? "timestamptz" : "float8";
	const char *min = column->size != NULL && column->size->min != NULL ? column->size->min : "2020-01-01 00:00+00";
	const char *max = column->size != NULL && column->size->max != NULL ? column->size->max : "2026-01-01 00:00+00";
	g_autofree char *low = db_session_quote_literal(model->session, min);
	g_autofree char *high = db_session_quote_literal(model->session, max);

	return g_strdup_printf("(%s::%s + (%s::%s - %s::%s) * (%s / %" G_GINT64_FORMAT ".0::float8))::%s", low, type,
	                       high, type, low, type, number, MAX(count - 1, 1), column->type);
}

/* Values are evenly spread between two bounds; for types without values in between, it is the lower bound. */
static char *
value_in_bounds(const VolumeModel *model, const VolumeColumn *column, const char *number, gint64 count)
{
	g_autoptr(GPtrArray) bounds = plan_array_split(column->size->bounds);
	guint n = bounds != NULL ? bounds->len : 1;
	g_autofree char *place = g_strdup_printf("(%s * %u / %" G_GINT64_FORMAT ".0::float8)", number, n - 1,
	                                         MAX(count - 1, 1));
	g_autofree char *index = g_strdup_printf("1 + pg_catalog.floor(%s)::int", place);
	bool number_kind = column->kind == PLAN_KIND_NUMBER;

	if (!number_kind && column->kind != PLAN_KIND_TIME)
		return value_from_array(model, column->size->bounds, column->type, index);
	const char *type = number_kind ? "float8" : "timestamptz";
	g_autofree char *next = g_strdup_printf("2 + pg_catalog.floor(%s)::int", place);
	g_autofree char *low = value_from_array(model, column->size->bounds, type, index);
	g_autofree char *high = value_from_array(model, column->size->bounds, type, next);
	return g_strdup_printf("(%s + COALESCE((%s - %s) * (%s - pg_catalog.floor(%s)), %s))::%s", low, high, low,
	                       place, place, number_kind ? "0" : "interval '0'", column->type);
}

static char *
value_text(const VolumeColumn *column, const char *number)
{
	guint width = column->size != NULL && column->size->width > 0 ? (guint)column->size->width : 0;

	if (column->length > 0 && column->length < 32)
		return g_strdup_printf("pg_catalog.right(pg_catalog.lpad(pg_catalog.to_hex(%s), 8, '0'), %u)", number,
		                       MIN(column->length, 8));
	if (width <= 32)
		return g_strdup_printf("pg_catalog.md5((%s)::text)", number);
	return g_strdup_printf("pg_catalog.rpad(pg_catalog.md5((%s)::text), %u, '.')", number,
	                       column->length > 0 ? MIN(width, column->length) : width);
}

static char *
value_made_up(const VolumeModel *model, const VolumeColumn *column, const char *number, gint64 count)
{
	if (column->is_enum)
		return g_strdup_printf("(pg_catalog.enum_range(NULL::%s))[1 + %s %% "
		                       "pg_catalog.cardinality(pg_catalog.enum_range(NULL::%s))]",
		                       column->type, number, column->type);
	if (strcmp(column->type, "boolean") == 0)
		return g_strdup_printf("(%s %% 2 = 1)", number);
	if (column->kind == PLAN_KIND_TIME ||
	    (column->kind == PLAN_KIND_NUMBER && column->size != NULL && column->size->min != NULL))
		return value_between(model, column, number, count);
	if (column->kind == PLAN_KIND_NUMBER)
		return g_strdup_printf("(1 + %s%s)::%s", number,
		                       strcmp(column->type, "smallint") == 0 ? " % 32767" : "", column->type);
	if (column->kind == PLAN_KIND_UUID)
		return g_strdup_printf("pg_catalog.md5((%s)::text)::uuid", number);
	return value_text(column, number);
}

/* The value in the row that the key references. */
static char *
value_foreign(const VolumeModel *model, const VolumeColumn *column, const char *number, guint depth)
{
	const VolumeColumn *target = column->target;

	if (target->owner->size != NULL && depth < VALUE_DEPTH) {
		g_autofree char *row = g_strdup_printf("(1 + %s)", number);
		return value_make(model, target, row, depth + 1);
	}
	if (target->stock == NULL)
		return NULL;
	g_autofree char *index = g_strdup_printf("1 + (%s %% %u)::int", number, MAX(target->n_stock, 1));
	return value_from_array(model, target->stock, target->type, index);
}

static char *
value_stock(const VolumeModel *model, const VolumeColumn *column, const char *row)
{
	if (column->stock == NULL)
		return NULL;
	if (column->is_array) {
		g_autofree char *literal = db_session_quote_literal(model->session, column->stock);
		return g_strdup_printf("%s::%s", literal, column->type);
	}
	/* All columns of a row are from one row: a constraint may be about several of them. */
	g_autofree char *index = g_strdup_printf("1 + ((pg_catalog.hashint8extended(%s, 77) & 1048575) %% %u)::int",
	                                         row, MAX(column->n_stock, 1));
	return value_from_array(model, column->stock, column->type, index);
}

/* The most common values first: the share of the rows that each has is a part of the way from 0 to 1. */
static char *
value_with_common(const VolumeModel *model, const VolumeColumn *column, const char *row, const char *other)
{
	g_autoptr(GPtrArray) shares = plan_array_split(column->size->shares);
	g_autoptr(GString) ends = g_string_new(NULL);
	g_autofree char *chance = value_chance(row, column->seed, 1);
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	double end = 0;

	for (guint i = 0; i < shares->len; i++) {
		end += g_ascii_strtod(g_ptr_array_index(shares, i), NULL);
		g_string_append_printf(ends, "%s%s", i > 0 ? "," : "", g_ascii_dtostr(number, sizeof number, end));
	}
	g_autofree char *index = g_strdup_printf("1 + pg_catalog.width_bucket(%s, '{%s}'::float8[])", chance,
	                                         ends->str);
	g_autofree char *common = value_from_array(model, column->size->most_common, column->type, index);
	return g_strdup_printf("COALESCE(%s, %s)", common, other);
}

static char *
value_stated(const VolumeModel *model, const VolumeColumn *column, const char *row, guint depth)
{
	const PlanColumnSize *size = column->source == VOLUME_HEAD || column->source == VOLUME_TAIL ? NULL
	                                                                                            : column->size;
	bool common = size != NULL && size->most_common != NULL;
	g_autoptr(GPtrArray) values = common ? plan_array_split(size->most_common) : NULL;
	gint64 all = volume_count(model, column);
	guint n = values != NULL ? values->len : 0;
	gint64 count = MAX(all - n, 1);
	g_autofree char *number = value_number(column, row, count);
	g_autofree char *other = NULL;

	if (column->target != NULL)
		other = value_foreign(model, column, number, depth);
	else if (n > 0 && all <= n)
		other = value_from_array(model, size->most_common, column->type, "1");
	else if (size != NULL && size->bounds != NULL)
		other = value_in_bounds(model, column, number, count);
	else
		other = value_made_up(model, column, number, count);
	if (n == 0 || other == NULL)
		return g_steal_pointer(&other);
	return value_with_common(model, column, row, other);
}

static char *
value_make(const VolumeModel *model, const VolumeColumn *column, const char *row, guint depth)
{
	g_autofree char *value = column->source == VOLUME_STOCK ? value_stock(model, column, row)
	                                                        : value_stated(model, column, row, depth);
	char nulls[G_ASCII_DTOSTR_BUF_SIZE];

	if (value == NULL || column->size == NULL || column->size->nulls <= 0 || column->not_null)
		return g_steal_pointer(&value);
	g_autofree char *chance = value_chance(row, column->seed, 2);
	return g_strdup_printf("CASE WHEN %s >= %s THEN %s END", chance,
	                       g_ascii_dtostr(nulls, sizeof nulls, column->size->nulls), value);
}

char *
volume_value(const VolumeModel *model, const VolumeColumn *column, const char *row)
{
	return value_make(model, column, row, 0);
}
