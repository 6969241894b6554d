/* PostgreSQL's own types that are a list of literals. */
#include "rows/fill/stock_types.h"

#include <string.h>

/* --- Any number of values -------------------------------------------------- */

static char *
number_plain(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("%u", n + 2);
}

static char *
number_half(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("%u.5", n + 2);
}

static char *
number_date(guint n, int modifier, guint salt)
{
	GDate date;
	char text[32];

	(void)modifier;
	(void)salt;
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, 1, G_DATE_JANUARY, 2024);
	g_date_add_days(&date, n);
	g_date_strftime(text, sizeof text, "%Y-%m-%d", &date);
	return g_strdup(text);
}

static char *
number_timestamp(guint n, int modifier, guint salt)
{
	g_autofree char *date = number_date(n / 24, modifier, salt);

	return g_strdup_printf("%s %02u:00:00+00", date, n % 24);
}

static char *
number_time(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("%02u:%02u:00", n / 60 % 24, n % 60);
}

static char *
number_interval(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("%u years", n + 2);
}

static char *
number_uuid(guint n, int modifier, guint salt)
{
	(void)modifier;
	return g_strdup_printf("%08x-0000-4000-8000-%012x", salt, n + 1);
}

static char *
number_bytea(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("\\x%08x", n + 2);
}

static char *
number_inet(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("10.0.%u.%u", n / 250 % 250, n % 250 + 1);
}

static char *
number_cidr(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("10.%u.%u.0/24", n / 250 % 250, n % 250 + 1);
}

static char *
number_mac(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("08:00:2b:01:%02x:%02x", n / 256 % 256, n % 256);
}

static char *
number_bits(guint n, int modifier, guint salt)
{
	guint length = modifier > 0 ? (guint)MIN(modifier, 1000) : 8;
	GString *bits = g_string_new(NULL);

	(void)salt;
	for (guint i = 0; i < length; i++)
		g_string_append_c(bits, length - i <= 32 && ((n >> (length - i - 1)) & 1) != 0 ? '1' : '0');
	return g_string_free(bits, FALSE);
}

/* As jsonb writes it, so that a text of it is the same behind it. */
static char *
number_json(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("{\"name\": \"name %u\", \"number\": %u}", n + 2, n + 2);
}

static char *
number_xml(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("<number>%u</number>", n + 2);
}

static char *
number_word(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("word%u", n + 2);
}

static char *
number_point(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("(%u,%u)", n + 2, n);
}

static char *
number_pair(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("(%u,%u),(%u,%u)", 10 * n, 10 * n, 10 * n + 5, 10 * n + 5);
}

static char *
number_path(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("((0,0),(%u,0),(0,1))", n + 2);
}

static char *
number_circle(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("<(%u,0),1>", 10 * n);
}

static char *
number_line(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("{1,-1,%u}", n + 2);
}

static char *
number_lsn(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("0/%X", n + 2);
}

static char *
number_tid(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("(0,%u)", n + 2);
}

static char *
number_range(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return g_strdup_printf("[%u,%u)", 10 * n + 20, 10 * n + 25);
}

/* Disjoint, too: a day on, a day off. */
static char *
number_range_of(guint n, char *(*bound)(guint n, int modifier, guint salt), guint step)
{
	g_autofree char *from = bound(2 * step * n, -1, 0);
	g_autofree char *to = bound(2 * step * n + step, -1, 0);

	return g_strdup_printf("[%s,%s)", from, to);
}

static char *
number_date_range(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return number_range_of(n, number_date, 1);
}

static char *
number_timestamp_range(guint n, int modifier, guint salt)
{
	(void)modifier;
	(void)salt;
	return number_range_of(n, number_timestamp, 24);
}

/* --- Types ---------------------------------------------------------------- */

static const RowsStock stocks[] = {
	{ "bool", { "true", "false" }, { NULL }, NULL },
	{ "int2", { "0", "1", "-1", "42" }, { "32767", "-32768" }, number_plain },
	{ "int4", { "0", "1", "-1", "42" }, { "2147483647", "-2147483648" }, number_plain },
	{ "int8", { "0", "1", "-1", "42" }, { "9223372036854775807", "-9223372036854775808" }, number_plain },
	{ "oid", { "0", "1" }, { "4294967295" }, number_plain },
	{ "float4", { "0", "1", "-1", "0.5" }, { "NaN", "Infinity", "-Infinity", "3.4e38" }, number_half },
	{ "float8",
	  { "0", "1", "-1", "0.123456789012345" },
	  { "NaN", "Infinity", "-Infinity", "1.7e308" },
	  number_half },
	{ "money", { "0", "1", "-1", "42" }, { NULL }, number_plain },
	{ "uuid",
	  { NULL },
	  { "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff" },
	  number_uuid },
	{ "timestamptz",
	  { "2024-02-29 12:34:56.789012+00", "1970-01-01 00:00:00+00", "2000-01-01 00:00:00+00" },
	  { "infinity", "-infinity", "9999-12-31 23:59:59.999999+00", "0001-01-01 00:00:00+00" },
	  number_timestamp },
	{ "timestamp",
	  { "2024-02-29 12:34:56.789012", "1970-01-01 00:00:00", "2000-01-01 00:00:00" },
	  { "infinity", "-infinity", "9999-12-31 23:59:59.999999", "0001-01-01 00:00:00" },
	  number_timestamp },
	{ "date",
	  { "2024-02-29", "1970-01-01", "2000-01-01" },
	  { "infinity", "-infinity", "9999-12-31", "0001-01-01" },
	  number_date },
	{ "time", { "00:00:00", "12:34:56.789012" }, { "23:59:59.999999", "24:00:00" }, number_time },
	{ "timetz", { "00:00:00+00", "12:34:56.789012+02" }, { "23:59:59.999999+00" }, number_time },
	{ "interval", { "0", "1 day", "-1 day", "1 mon 2 days 03:04:05.678901" }, { "100 years" }, number_interval },
	{ "jsonb",
	  { "{}", "{\"a\": 1}", "{\"list\": [1, null, true], \"text\": \"O'Reilly\", \"inner\": {\"b\": 0.5}}" },
	  { "[]" },
	  number_json },
	{ "json",
	  { "{}", "{\"a\": 1}", "{\"list\": [1, null, true], \"text\": \"O'Reilly\", \"inner\": {\"b\": 0.5}}" },
	  { "[]" },
	  number_json },
	{ "jsonpath", { "$", "$.a[*]" }, { NULL }, NULL },
	{ "bytea", { "\\x00", "\\x00ff10" }, { "" }, number_bytea },
	{ "inet", { "127.0.0.1", "::1", "192.168.0.0/16" }, { "0.0.0.0/0" }, number_inet },
	{ "cidr", { "127.0.0.0/8", "::1/128" }, { "0.0.0.0/0" }, number_cidr },
	{ "macaddr", { "00:00:00:00:00:00" }, { "ff:ff:ff:ff:ff:ff" }, number_mac },
	{ "macaddr8", { "00:00:00:00:00:00:00:00" }, { "ff:ff:ff:ff:ff:ff:ff:ff" }, number_mac },
	{ "bit", { NULL }, { NULL }, number_bits },
	{ "varbit", { "", "1", "0" }, { NULL }, number_bits },
	{ "tsvector", { "", "'cat':1 'fat':2A", "word" }, { NULL }, number_word },
	{ "tsquery", { "", "fat & !cat", "word" }, { NULL }, number_word },
	{ "xml", { "<a/>", "<a b=\"c\">text &amp; more</a>" }, { NULL }, number_xml },
	{ "char", { "a", "b", "0" }, { "" }, NULL },
	{ "point", { "(0,0)", "(1,-1)" }, { NULL }, number_point },
	{ "lseg", { "[(0,0),(1,1)]" }, { NULL }, number_pair },
	{ "box", { "(1,1),(0,0)" }, { NULL }, number_pair },
	{ "path", { "((0,0),(1,1))", "[(0,0),(1,1)]" }, { NULL }, number_path },
	{ "polygon", { "((0,0),(1,0),(0,1))" }, { NULL }, number_path },
	{ "circle", { "<(0,0),1>" }, { NULL }, number_circle },
	{ "line", { "{1,-1,0}" }, { NULL }, number_line },
	{ "pg_lsn", { "0/0", "16/B374D848" }, { NULL }, number_lsn },
	{ "tid", { "(0,1)" }, { NULL }, number_tid },
	{ "xid", { "3" }, { NULL }, number_plain },
	{ "xid8", { "3" }, { NULL }, number_plain },
	{ "cid", { "0" }, { NULL }, number_plain },
	{ "regclass", { "1259", "1249" }, { NULL }, NULL },
	{ "regtype", { "23", "25" }, { NULL }, NULL },
	{ "regproc", { "-" }, { NULL }, NULL },
	{ "regprocedure", { "-" }, { NULL }, NULL },
	{ "regrole", { "10" }, { NULL }, NULL },
	{ "regnamespace", { "11" }, { NULL }, NULL },
	{ "regconfig", { "simple", "english" }, { NULL }, NULL },
	{ "regdictionary", { "simple" }, { NULL }, NULL },
	{ "pg_snapshot", { "10:20:10,14,15" }, { NULL }, NULL },
	{ "txid_snapshot", { "10:20:10,14,15" }, { NULL }, NULL },
	{ "int4range", { "empty", "[1,10)" }, { "(,)" }, number_range },
	{ "int8range", { "empty", "[1,10)" }, { "(,)" }, number_range },
	{ "numrange", { "empty", "[0.5,10.5]" }, { "(,)" }, number_range },
	{ "daterange", { "empty", "[2020-01-01,2020-02-01)" }, { "(,)" }, number_date_range },
	{ "tsrange", { "empty", "[2020-01-01,2020-02-01)" }, { "(,)" }, number_timestamp_range },
	{ "tstzrange",
	  { "empty", "[2020-01-01 00:00:00+00,2020-02-01 00:00:00+00)" },
	  { "(,)" },
	  number_timestamp_range },
};

const RowsStock *
rows_stock_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(stocks); i++)
		if (strcmp(stocks[i].name, name) == 0)
			return &stocks[i];
	return NULL;
}
