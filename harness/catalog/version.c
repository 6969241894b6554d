/* Which version of the catalog a reading shows: the result of sql/version.sql. */
#include "catalog/version.h"

#include <string.h>

void
catalog_version_init(CatalogVersion *version)
{
	*version = (CatalogVersion){ 0 };
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		version->uncommitted[i] = g_array_new(FALSE, FALSE, sizeof(guint32));
}

void
catalog_version_clear(CatalogVersion *version)
{
	g_clear_pointer(&version->database, g_free);
	g_clear_pointer(&version->roles, g_free);
	g_clear_pointer(&version->counts, g_array_unref);
	for (int i = 0; i < CATALOG_N_SYSTEM; i++)
		g_clear_pointer(&version->tuples[i], g_array_unref);
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		g_clear_pointer(&version->uncommitted[i], g_array_unref);
}

void
catalog_version_init_copied(CatalogVersion *version, const CatalogVersion *from)
{
	*version = *from;
	/* But for the OID of the database, which comes first. */
	version->database = g_strdup(strchr(from->database, ' '));
	version->roles = g_strdup(from->roles);
	version->counts = NULL;
	for (int i = 0; i < CATALOG_N_SYSTEM; i++)
		version->tuples[i] = from->tuples[i] != NULL ? g_array_ref(from->tuples[i]) : NULL;
	for (int i = 0; i < CATALOG_N_UNITS; i++)
		version->uncommitted[i] = from->uncommitted[i] != NULL ? g_array_ref(from->uncommitted[i]) : NULL;
}

enum {
	VERSION_XMIN,
	VERSION_XMAX,
	VERSION_XID,
	VERSION_DATABASE,
	VERSION_ROLES,
	VERSION_READ_COMMITTED,
	VERSION_ONLY_SESSION,
	VERSION_COUNTS,
};

bool
catalog_version_next_number(const char **text, gint64 *ret_number)
{
	const char *p = *text + strspn(*text, "{},");
	char *end = NULL;

	if (*p == '\0')
		return false;
	*ret_number = g_ascii_strtoll(p, &end, 10);
	*text = *p == 'N' ? p + strlen("NULL") : end;
	return true;
}

/* The two parts of the counts, each with a number for each CatalogSystemId and the time of the last reset. */
enum { CHANGES, DELETIONS, N_PARTS };

static gint64 *
version_count_of(const GArray *counts, int part, gint64 catalog)
{
	gsize place = (gsize)part * CATALOG_N_SYSTEM + (gsize)catalog - 1;

	return &g_array_index(counts, gint64, place);
}

static GArray *
version_parse_numbers(const char *text)
{
	GArray *numbers = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 number;

	while (catalog_version_next_number(&text, &number))
		g_array_append_val(numbers, number);
	return numbers;
}

/* Adds up the counts of the same CatalogSystemId. */
static GArray *
version_parse_counts(const DbResult *row)
{
	const char *text = db_result_value(row, 0, VERSION_COUNTS);

	if (text == NULL)
		return NULL;
	g_autoptr(GArray) numbers = version_parse_numbers(text);
	const gint64 *values = (const gint64 *)(const void *)numbers->data;
	gsize n = numbers->len / 3; /* a catalog, its changes, its deletions; and two more */
	GArray *counts = g_array_new(FALSE, TRUE, sizeof(gint64));
	g_array_set_size(counts, N_PARTS * CATALOG_N_SYSTEM);
	for (gsize i = 0; i < n; i++) {
		*version_count_of(counts, CHANGES, values[i]) += values[n + i] + values[2 * n + i];
		*version_count_of(counts, DELETIONS, values[i]) += values[2 * n + i];
	}
	*version_count_of(counts, CHANGES, CATALOG_PG_ATTRIBUTE) = values[3 * n];
	for (int part = 0; part < N_PARTS; part++)
		*version_count_of(counts, part, CATALOG_N_SYSTEM) = values[3 * n + 1];
	return counts;
}

void
catalog_version_read_counts(CatalogVersion *version, const DbResult *row)
{
	g_clear_pointer(&version->counts, g_array_unref);
	version->counts = version_parse_counts(row);
}

static bool
version_is_true(const DbResult *row, int column)
{
	return g_strcmp0(db_result_value(row, 0, column), "t") == 0;
}

void
catalog_version_read(CatalogVersion *version, const DbResult *row)
{
	version->xmin = g_ascii_strtoull(db_result_value(row, 0, VERSION_XMIN), NULL, 10);
	version->xmax = g_ascii_strtoull(db_result_value(row, 0, VERSION_XMAX), NULL, 10);
	version->xid = g_ascii_strtoull(db_result_value(row, 0, VERSION_XID), NULL, 10);
	version->database = g_strdup(db_result_value(row, 0, VERSION_DATABASE));
	version->roles = g_strdup(db_result_value(row, 0, VERSION_ROLES));
	version->only_session = version_is_true(row, VERSION_ONLY_SESSION);
	/* A transaction that keeps the view of the data it began with: its counts are newer than that. */
	if (version_is_true(row, VERSION_READ_COMMITTED))
		catalog_version_read_counts(version, row);
}

/* The age of a row is counted in 32 bits. */
#define FAR_APART (G_GUINT64_CONSTANT(1) << 30)

bool
catalog_version_follows(const CatalogVersion *version, const CatalogVersion *previous)
{
	const char *database = version->database;

	if (previous->database != NULL && previous->database[0] == ' ')
		database = strchr(database, ' ');
	return g_strcmp0(database, previous->database) == 0 && previous->xmin <= version->xmax &&
	       version->xmax - previous->xmin < FAR_APART;
}

/* True when no row was counted in the catalog between the two. After a reset of the statistics this is not known. */
static bool
version_is_same_count(const GArray *now, const GArray *before, int part, int catalog)
{
	return now != NULL && before != NULL &&
	       *version_count_of(now, part, catalog) == *version_count_of(before, part, catalog) &&
	       *version_count_of(now, part, CATALOG_N_SYSTEM) == *version_count_of(before, part, CATALOG_N_SYSTEM);
}

void
catalog_version_find_changes(CatalogVersion *version, const CatalogVersion *previous, const DbResult *row,
                             bool nothing_rolled_back, CatalogChanges *ret_changes)
{
	g_autoptr(GArray) counts = version_parse_counts(row);
	CatalogChanges changes = { 0 };

	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++) {
		guint32 bit = 1U << catalog;
		bool is_same = version->only_session &&
		               version_is_same_count(counts, previous->counts, CHANGES, catalog);
		bool has_all = version->only_session &&
		               version_is_same_count(counts, previous->counts, DELETIONS, catalog);
		bool is_unchanged = catalog == CATALOG_PG_ROLES
		                        ? g_strcmp0(version->roles, previous->roles) == 0
		                        : is_same && (nothing_rolled_back || !previous->written[catalog]);
		if (!is_unchanged)
			changes.catalogs |= bit;
		if (!is_unchanged && has_all && (nothing_rolled_back || previous->xid == 0))
			changes.without_deletes |= bit;
		if (!is_unchanged && version->only_session && counts != NULL && previous->counts != NULL && !has_all)
			changes.with_deletes |= bit;
		/* Changes of the open transaction may be rolled back, which the counts do not show. */
		bool same = version_is_same_count(version->counts, previous->counts, CHANGES, catalog);
		version->written[catalog] = version->xid != 0 &&
		                            (!same || (previous->xid == version->xid && previous->written[catalog]));
	}
	*ret_changes = changes;
}

void
catalog_version_set_written(CatalogVersion *version)
{
	for (int catalog = 1; catalog < CATALOG_N_SYSTEM; catalog++)
		version->written[catalog] = version->xid != 0;
}
