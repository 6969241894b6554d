#include "impact/growth.h"

#include <math.h>

/* Exponents: rows to the power of 0 are constant, of 1 linear, of 2 a loop within a loop. */
#define CONSTANT_BELOW 0.3
#define LINEAR_BELOW   1.4

/* A table whose rows are less than so many times more has not grown: migrations have made its rows. */
#define GROWN 20.0

/* Bytes of WAL that a row has at least, also in an index where equal values share an entry: less is the catalog's. */
#define ROW_WAL 4.0

/* Factor of the range around an observed duration. */
#define RANGE 2.0

/* An amount at each size, and the rows of the table then. */
typedef struct {
	double rows[IMPACT_N_SIZES];
	double amounts[IMPACT_N_SIZES];
} Points;

static const ReportStatement *
growth_statement(const ImpactSizes *sizes, guint size, guint index)
{
	const ReportObservation *observation = sizes->observations[size];

	return index < observation->statements->len ? g_ptr_array_index(observation->statements, index) : NULL;
}

/* Each size is a database with OIDs of its own. */
static ReportTouched *
growth_find(const ReportStatement *statement, const char *name)
{
	for (guint i = 0; statement != NULL && i < statement->touched->len; i++) {
		ReportTouched *touched = g_ptr_array_index(statement->touched, i);
		if (g_str_equal(touched->name, name))
			return touched;
	}
	return NULL;
}

static double
growth_rows_of(const ReportTouched *touched)
{
	return (double)(touched->rows_read + touched->rows_inserted + touched->rows_updated + touched->rows_deleted);
}

/* Only the rows read by scans: the number of rows that satisfy a condition depends on their values. */
static double
growth_reads_of(const ReportTouched *touched)
{
	return (double)touched->rows_read;
}

static double
growth_bytes_of(const ReportTouched *touched)
{
	return (double)touched->bytes_written;
}

/* For a scanned table, its observed rows; for another one, the planned number. */
static double
growth_count(const ImpactSizes *sizes, guint size, const ReportTouched *touched)
{
	if (touched->scans > 0 && touched->rows_read > 0)
		return (double)touched->rows_read / (double)touched->scans;
	return sizes->rows[size];
}

static bool
growth_collect(const ImpactSizes *sizes, guint index, const char *name, double (*amount)(const ReportTouched *touched),
               Points *ret_points)
{
	Points points = { 0 };

	for (guint i = 0; i < IMPACT_N_SIZES; i++) {
		const ReportTouched *touched = growth_find(growth_statement(sizes, i, index), name);
		if (touched == NULL)
			return false;
		points.rows[i] = growth_count(sizes, i, touched);
		points.amounts[i] = amount(touched);
	}
	*ret_points = points;
	return true;
}

static bool
growth_has_grown(const Points *points)
{
	return points->rows[0] > 0 && points->rows[IMPACT_N_SIZES - 1] >= GROWN * points->rows[0];
}

/* Uses the two largest sizes, where constant work matters less. */
static ReportGrowth
growth_classify(const Points *points)
{
	double first = points->amounts[IMPACT_N_SIZES - 2];
	double last = points->amounts[IMPACT_N_SIZES - 1];

	if (!growth_has_grown(points) || last <= 0)
		return REPORT_GROWTH_UNKNOWN;
	double rows = points->rows[IMPACT_N_SIZES - 1] / points->rows[IMPACT_N_SIZES - 2];
	double exponent = rows > 1 ? log(last / MAX(first, 1)) / log(rows) : 0;
	if (exponent < CONSTANT_BELOW)
		return REPORT_GROWTH_CONSTANT;
	return exponent < LINEAR_BELOW ? REPORT_GROWTH_LINEAR : REPORT_GROWTH_FASTER;
}

/* A loop shows as repeated scans of a table, whose own rows give the number of repetitions. */
static void
growth_take_touched(const ImpactSizes *sizes, guint index, ReportTouched *touched)
{
	Points rows;
	Points reads;
	Points bytes;

	if (!growth_collect(sizes, index, touched->name, growth_rows_of, &rows) ||
	    !growth_collect(sizes, index, touched->name, growth_reads_of, &reads) ||
	    !growth_collect(sizes, index, touched->name, growth_bytes_of, &bytes))
		return;
	ReportGrowth changes = MAX(growth_classify(&rows), growth_classify(&bytes));
	touched->growth = MAX(growth_classify(&reads), MIN(changes, REPORT_GROWTH_LINEAR));
	if (touched->growth != REPORT_GROWTH_UNKNOWN)
		touched->larger_rows = (gint64)rows.amounts[1];
}

/* --- In production --------------------------------------------------------------- */

/* More of the amount for each row more. */
static double
growth_slope(const Points *points)
{
	guint last = IMPACT_N_SIZES - 1;
	double rows = points->rows[last] - points->rows[0];

	return rows > 0 ? MAX(points->amounts[last] - points->amounts[0], 0) / rows : 0;
}

static double
growth_extend(const Points *points, double rows)
{
	return points->amounts[0] + growth_slope(points) * MAX(rows - points->rows[0], 0);
}

/* The table with the most work at the largest size decides. */
static ReportTouched *
growth_main_table(const ImpactSizes *sizes, guint index)
{
	const ReportStatement *statement = growth_statement(sizes, 0, index);
	ReportTouched *found = NULL;
	double most = 0;

	for (guint i = 0; i < statement->touched->len; i++) {
		ReportTouched *touched = g_ptr_array_index(statement->touched, i);
		const ReportTouched *large = growth_find(growth_statement(sizes, IMPACT_N_SIZES - 1, index),
		                                         touched->name);
		double work = large != NULL ? growth_rows_of(large) + growth_bytes_of(large) : 0;
		if (touched->growth >= REPORT_GROWTH_LINEAR && work > most) {
			most = work;
			found = touched;
		}
	}
	return found;
}

static void
growth_collect_statement(const ImpactSizes *sizes, guint index, const Points *rows, Points *ret_wal, Points *ret_time)
{
	*ret_wal = *rows;
	*ret_time = *rows;
	for (guint i = 0; i < IMPACT_N_SIZES; i++) {
		const ReportStatement *statement = growth_statement(sizes, i, index);
		ret_wal->amounts[i] = (double)statement->wal_bytes;
		ret_time->amounts[i] = (double)statement->duration;
	}
}

/* If the number of pages in production is known, it gives the width of rows there, which differs from ours. */
static double
growth_width(const ImpactSettings *settings, const ReportTouched *table, double disk)
{
	double bytes = impact_settings_bytes(settings, table->name);

	return table->was_rewritten && bytes > 0 && disk > 0 ? bytes / disk : 1;
}

static void
growth_expect(const ImpactSizes *sizes, guint index, const ImpactSettings *settings)
{
	ReportStatement *statement = g_ptr_array_index(sizes->observations[0]->statements, index);
	const ReportTouched *table = growth_main_table(sizes, index);
	double production = table != NULL ? impact_settings_rows(settings, table->name) : -1;
	Points bytes;
	Points wal;
	Points time;

	if (production < 0 || !growth_collect(sizes, index, table->name, growth_bytes_of, &bytes))
		return;
	growth_collect_statement(sizes, index, &bytes, &wal, &time);
	double disk = growth_slope(&bytes) > 0 ? growth_extend(&bytes, production) : 0;
	double width = growth_width(settings, table, disk);
	bool writes = growth_slope(&wal) >= ROW_WAL;
	statement->expected_of = table->name;
	statement->expected_disk = disk * width;
	statement->expected_wal = writes ? growth_extend(&wal, production) * width : wal.amounts[0];
	if (growth_slope(&time) > 0) {
		statement->expected_time_from = growth_extend(&time, production) / RANGE;
		statement->expected_time_to = growth_extend(&time, production) * RANGE;
	}
}

void
impact_grow(const ImpactSizes *sizes, const ImpactSettings *settings)
{
	const GPtrArray *statements = sizes->observations[0]->statements;

	for (guint i = 1; i < IMPACT_N_SIZES; i++)
		if (sizes->observations[i] == NULL || sizes->observations[i]->statements->len != statements->len)
			return;
	for (guint i = 0; i < statements->len; i++) {
		const ReportStatement *statement = g_ptr_array_index(statements, i);
		for (guint j = 0; j < statement->touched->len; j++)
			growth_take_touched(sizes, i, g_ptr_array_index(statement->touched, j));
		growth_expect(sizes, i, settings);
	}
}
