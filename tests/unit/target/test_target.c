#include "target/target.h"

#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OK "shop_dev", "host=db.example.org", "db.example.org", "bob"

typedef struct {
	const char *database;
	const char *server;
	const char *host;
	const char *user;
	const char *mark;
	const char *slots;
	const char *subscriptions;
	guint standbys;
	bool scratch;
	bool local;
	bool pooled;
	bool template;
	bool recovery;
	bool archiving;
	const char *reason;  /* the recognised mark; NULL: it is refused */
	const char *refusal; /* part of the refusal */
	const char *hint;
} Row;

#define MARK_HINT "ALTER DATABASE \"x\" SET pgassay.resettable = 'on'"

static const Row rows[] = {
	/* Recognised. */
	{ OK, .reason = "the word \"dev\" in its name" },
	{ "shop", "host=/tmp", "/tmp", "bob", .local = true, .reason = "its server, which is on this machine" },
	{ "shop", "s", "h", "bob", .mark = "on", .reason = "its mark pgassay.resettable = on" },
	{ "shop_staging", "host=prod-1", "prod-1", "live", .mark = "on", .reason = "its mark" },
	{ OK, .mark = "on", .slots = "s", .archiving = true, .reason = "its mark" },
	{ "pgassay_0123abcd_1", "s", "h", "bob", .scratch = true, .reason = "the mark of pgassay" },
	{ "postgres", "s", "h", "bob", .mark = "on", .reason = "its mark" },
	/* The mark says no, whatever else holds. */
	{ OK, .mark = "off", .local = true, .refusal = "it is marked with pgassay.resettable = off",
	  .hint = "another database" },
	{ OK, .mark = "off", .scratch = true, .refusal = "it is marked with pgassay.resettable = off" },
	{ OK, .mark = "maybe", .refusal = "is \"maybe\", which is neither on nor off",
	  .hint = "RESET pgassay.resettable" },
	{ OK, .mark = "", .refusal = "neither on nor off" },
	/* Refusals that no mark can override. */
	{ OK, .mark = "on", .pooled = true, .refusal = "through a pooler", .hint = "the server itself" },
	{ OK, .mark = "on", .recovery = true, .refusal = "a standby", .hint = "accepts writes" },
	{ OK, .mark = "on", .template = true, .refusal = "it is a template", .hint = "copied from it" },
	{ OK, .mark = "on", .standbys = 2, .refusal = "2 standby or backup connections",
	  .hint = "nothing is replicated" },
	{ OK, .mark = "on", .subscriptions = "feed", .refusal = "subscriptions write into it: feed",
	  .hint = "DROP SUBSCRIPTION" },
	/* Refusals that a mark answers. */
	{ OK, .slots = "a, b", .refusal = "it has replication slots (a, b)", .hint = MARK_HINT },
	{ OK, .archiving = true, .refusal = "archives its WAL", .hint = MARK_HINT },
	{ "shop_prod", "s", "h", "bob", .local = true,
	  .refusal = "the word \"prod\" in its name is a sign of production", .hint = MARK_HINT },
	{ "test_of_production", "s", "h", "bob", .refusal = "the word \"production\" in its name", .hint = MARK_HINT },
	{ "shop_dev", "host=shop-prod2.example.org", "shop-prod2.example.org", "bob",
	  .refusal = "\"prod\" in the server's address" },
	{ "shop_dev", "service=live", "h", "bob", .refusal = "\"live\" in the server's address" },
	{ "shop_dev", "libpq's default server", "/cloudsql/shop:staging", "bob",
	  .refusal = "\"staging\" in the server's address" },
	{ "shop_dev", "s", "h", "prod_admin", .refusal = "\"prod\" in the user's name", .hint = MARK_HINT },
	{ "postgres", "host=/tmp", "/tmp", "bob", .local = true, .refusal = "maintenance database", .hint = MARK_HINT },
	{ "shop", "s", "localhost", "bob", .refusal = "nothing says that it is a development database",
	  .hint = MARK_HINT },
	{ "", "s", "h", "bob", .refusal = "nothing says" },
};

static void
every_rule_decides(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Row *row = &rows[i];
		g_autoptr(GError) error = NULL;
		g_autofree char *reason = NULL;
		const Target target = { .database = (char *)row->database,
			                .quoted = (char *)"\"x\"",
			                .server = (char *)row->server,
			                .host = (char *)row->host,
			                .user = (char *)row->user,
			                .mark = (char *)row->mark,
			                .slots = (char *)row->slots,
			                .subscriptions = (char *)row->subscriptions,
			                .standbys = row->standbys,
			                .scratch = row->scratch,
			                .local = row->local,
			                .pooled = row->pooled,
			                .template = row->template,
			                .recovery = row->recovery,
			                .archiving = row->archiving };
		bool accepted = target_judge(&target, &reason, &error);
		if (accepted != (row->reason != NULL))
			fail_msg("row %zu, %s: %s", i, row->database, accepted ? reason : error->message);
		if (accepted && strstr(reason, row->reason) == NULL)
			fail_msg("row %zu: recognised by %s, expected %s", i, reason, row->reason);
		if (accepted)
			continue;
		assert_true(g_error_matches(error, BASE_ERROR, BASE_ERROR_USAGE));
		if (strstr(error->message, row->refusal) == NULL ||
		    (row->hint != NULL && strstr(error->message, row->hint) == NULL))
			fail_msg("row %zu: %s\nexpected %s, hint %s", i, error->message, row->refusal, row->hint);
		assert_non_null(strstr(error->message, "\nhint: "));
	}
}

/* A name in which a word is found, or is not. */
static const struct {
	const char *name;
	bool development;
	bool production;
} names[] = {
	{ "dev", true, false },           { "shop_dev", true, false },  { "DEV-shop", true, false },
	{ "shopDev", true, false },       { "dev3", true, false },      { "shop.e2e", true, false },
	{ "e2e_12", true, false },        { "shop_ci01", true, false }, { "shop_test_7", true, false },
	{ "scratch", true, false },       { "sandbox-1", true, false }, { "local", true, false },
	{ "developers", false, false },   { "shopdev", false, false },  { "contest", false, false },
	{ "testimonials", false, false }, { "circle", false, false },   { "e2", false, false },
	{ "prod", false, true },          { "shopProd", false, true },  { "Shop-PRODUCTION", false, true },
	{ "prod2", false, true },         { "live", false, true },      { "shop_stg_1", false, true },
	{ "uat", false, true },           { "products", false, false }, { "delivery", false, false },
	{ "backstage", false, false },    { "7", false, false },        { "__", false, false },
	{ "dévdb", false, false },
};

static void
words_are_whole_words(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *reason = NULL;
		g_autoptr(GError) error = NULL;
		const Target target = { .database = (char *)names[i].name,
			                .quoted = (char *)"x",
			                .server = (char *)"s",
			                .host = (char *)"h",
			                .user = (char *)"u" };
		bool accepted = target_judge(&target, &reason, &error);
		bool production = error != NULL && strstr(error->message, "sign of production") != NULL;
		if (accepted != names[i].development || production != names[i].production)
			fail_msg("%s: %s", names[i].name, accepted ? reason : error->message);
	}
}

static void
contents_read_as_a_sentence(void **state)
{
	static const struct {
		TargetContents contents;
		const char *text;
	} texts[] = {
		{ { 0 }, "no schemas (0 tables, 0 rows)" },
		{ { .schemas = (char *)"public", .n_tables = 1, .n_rows = 1 }, "schema public (1 table, 1 row)" },
		{ { .schemas = (char *)"a, b",
		    .extensions = (char *)"c",
		    .n_tables = 2,
		    .n_rows = 30,
		    .n_uncounted = 1 },
		  "schemas a, b (2 tables, 30 rows and those of 1 that could not be counted) and extension c" },
		{ { .schemas = (char *)"a",
		    .extensions = (char *)"c, d",
		    .n_tables = 2,
		    .n_rows = 1000000,
		    .more_rows = true },
		  "schema a (2 tables, more than 1000000 rows) and extensions c, d" },
	};

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = target_contents_describe(&texts[i].contents);
		assert_string_equal(text, texts[i].text);
	}
}

static void
a_name_is_asked_for_where_it_may_matter(void **state)
{
	(void)state;
	static const struct {
		const char *database;
		const char *mark;
		guint64 n_rows;
		guint64 n_estimated;
		bool more_rows;
		const char *reason; /* NULL: it is not asked for */
	} cases[] = {
		{ "shop", .n_rows = TARGET_ROWS_UNCONFIRMED },
		{ "shop_dev" },
		{ "customers_dev" },
		{ "proddb", .reason = "its name contains \"prod\"" },
		{ "LiveShop2", .reason = "its name contains \"live\"" },
		{ "stagingdb_test", .reason = "its name contains \"staging\"" },
		{ "main", .reason = "its name contains \"main\"" },
		{ "customers", .reason = "its name contains \"customer\"" },
		{ "shop_dev", .n_rows = TARGET_ROWS_UNCONFIRMED + 1, .reason = "more than 100000 rows" },
		{ "shop_dev", .n_rows = 1, .n_estimated = TARGET_ROWS_UNCONFIRMED, .reason = "more than 100000 rows" },
		{ "shop_dev", .more_rows = true, .reason = "more than 100000 rows" },
		{ "proddb", .mark = "on", .more_rows = true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Target target = { .database = (char *)cases[i].database, .mark = (char *)cases[i].mark };
		const TargetContents contents = { .n_rows = cases[i].n_rows,
			                          .n_estimated = cases[i].n_estimated,
			                          .more_rows = cases[i].more_rows };
		g_autofree char *reason = target_confirmation(&target, &contents);
		if (cases[i].reason == NULL)
			assert_null(reason);
		else
			assert_non_null(strstr(reason, cases[i].reason));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_decides),
		cmocka_unit_test(a_name_is_asked_for_where_it_may_matter),
		cmocka_unit_test(words_are_whole_words),
		cmocka_unit_test(contents_read_as_a_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
