/* Types and collations: a change of an attribute, and of nothing else, is a difference of that one attribute. */
#include "attributes.h"
#include "attributes_other.h"

static const Row domain_rows[] = {
	{ "ALTER DOMAIN kb.positive ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID",
	  "domain \"kb.positive\": checks was [above CHECK ((VALUE > 0)), late CHECK ((VALUE <> 7)) NOT VALID], is "
	  "[above CHECK ((VALUE > 0)), late CHECK ((VALUE <> 7)) NOT VALID, small CHECK ((VALUE < 100)) NOT VALID]" },
	{ "ALTER DOMAIN kb.positive VALIDATE CONSTRAINT late",
	  "domain \"kb.positive\": checks was [above CHECK ((VALUE > 0)), late CHECK ((VALUE <> 7)) NOT VALID], is "
	  "[above CHECK ((VALUE > 0)), late CHECK ((VALUE <> 7))]" },
	{ "ALTER DOMAIN kb.positive RENAME CONSTRAINT above TO over",
	  "domain \"kb.positive\": checks was [above CHECK ((VALUE > 0)), late CHECK ((VALUE <> 7)) NOT VALID], is "
	  "[late CHECK ((VALUE <> 7)) NOT VALID, over CHECK ((VALUE > 0))]" },
	{ "COMMENT ON CONSTRAINT above ON DOMAIN kb.positive IS 'c'",
	  "domain \"kb.positive\": check_comments was absent, is [\"above: c\"]" },
	{ "ALTER DOMAIN kb.positive SET NOT NULL", "domain \"kb.positive\": nullable was true, is false" },
	{ "ALTER DOMAIN kb.positive SET DEFAULT 5", "domain \"kb.positive\": default was absent, is \"5\"" },
	{ "DROP DOMAIN kb.word; CREATE DOMAIN kb.word AS varchar(9)",
	  "domain \"kb.word\": type was \"text\", is \"character varying(9)\"" },
	{ "DROP DOMAIN kb.word; CREATE DOMAIN kb.word AS text COLLATE \"C\"",
	  "domain \"kb.word\": collation was absent, is \"C\"" },
	{ "DROP DOMAIN kb.word; CREATE DOMAIN kb.word AS text COLLATE kb.german",
	  "domain \"kb.word\": collation was absent, is \"kb.german\"" },
	{ "ALTER DOMAIN kb.word OWNER TO pg_monitor", "domain \"kb.word\": owner was absent, is \"pg_monitor\"" },
	{ "REVOKE USAGE ON DOMAIN kb.word FROM PUBLIC", "domain \"kb.word\": privileges was absent, is [public=]" },
	{ "COMMENT ON DOMAIN kb.word IS 'c'", "domain \"kb.word\": comment was absent, is \"c\"" },
	{ "ALTER DOMAIN kb.word SET SCHEMA public", "domain \"kb.word\" is missing\n"
	                                            "domain \"public.word\" is unexpected" },
	{ "DROP DOMAIN kb.word", "domain \"kb.word\" is missing" },
};

static const Row composite_rows[] = {
	{ "ALTER TYPE kb.pair ADD ATTRIBUTE z numeric(5,2)", "composite type \"kb.pair\": attributes was [l integer, r "
	                                                     "text], is [l integer, r text, \"z numeric(5,2)\"]" },
	{ "ALTER TYPE kb.pair ALTER ATTRIBUTE r TYPE text COLLATE \"C\"",
	  "composite type \"kb.pair\": attributes was [l integer, r text], is [l integer, r text COLLATE \"C\"]" },
	{ "ALTER TYPE kb.pair RENAME ATTRIBUTE r TO s",
	  "composite type \"kb.pair\": attributes was [l integer, r text], is [l integer, s text]" },
	{ "COMMENT ON COLUMN kb.pair.l IS 'c'",
	  "composite type \"kb.pair\": attribute_comments was absent, is [\"l: c\"]" },
	{ "COMMENT ON TYPE kb.pair IS 'c'", "composite type \"kb.pair\": comment was absent, is \"c\"" },
	{ "ALTER TYPE kb.pair OWNER TO pg_monitor", "composite type \"kb.pair\": owner was absent, is \"pg_monitor\"" },
	{ "GRANT USAGE ON TYPE kb.pair TO pg_monitor",
	  "composite type \"kb.pair\": privileges was absent, is [pg_monitor=usage, public=usage]" },
	{ "ALTER TYPE kb.pair DROP ATTRIBUTE l, DROP ATTRIBUTE r",
	  "composite type \"kb.pair\": attributes was [l integer, r text], is []" },
	{ "DROP TYPE kb.pair", "composite type \"kb.pair\" is missing" },
};

static const Row range_rows[] = {
	{ "DROP TYPE kb.span; CREATE TYPE kb.span AS RANGE (subtype = integer)",
	  "range type \"kb.span\": subtype was \"double precision\", is \"integer\"" },
	{ "DROP TYPE kb.span; CREATE TYPE kb.span AS RANGE (subtype = float8, subtype_diff = float8mi)",
	  "range type \"kb.span\": subtype_diff was absent, is \"float8mi\"" },
	{ "DROP TYPE kb.words; CREATE TYPE kb.words AS RANGE (subtype = text, collation = \"C\")",
	  "range type \"kb.words\": collation was absent, is \"C\"" },
	{ "DROP TYPE kb.words; CREATE TYPE kb.words AS RANGE (subtype = text, subtype_opclass = text_pattern_ops)",
	  "range type \"kb.words\": operator_class was absent, is \"text_pattern_ops\"" },
	{ "DROP TYPE kb.span; CREATE TYPE kb.span AS RANGE (subtype = float8, multirange_type_name = kb.spans)",
	  "range type \"kb.span\": multirange was \"kb.span_multirange\", is \"kb.spans\"", 140000 },
	{ "ALTER TYPE kb.span OWNER TO pg_monitor", "range type \"kb.span\": owner was absent, is \"pg_monitor\"" },
	{ "REVOKE USAGE ON TYPE kb.span FROM PUBLIC", "range type \"kb.span\": privileges was absent, is [public=]" },
	{ "COMMENT ON TYPE kb.span IS 'c'", "range type \"kb.span\": comment was absent, is \"c\"" },
	{ "DROP TYPE kb.span", "range type \"kb.span\" is missing" },
};

static const Row base_type_rows[] = {
	{ "CREATE TYPE kb.shell", "base type \"kb.shell\" is unexpected" },
	{ "DROP TYPE kb.number CASCADE; CREATE TYPE kb.number",
	  "base type \"kb.number\": defined was true, is false\n"
	  "base type \"kb.number\": input was \"kb.number_in\", is absent\n"
	  "base type \"kb.number\": output was \"kb.number_out\", is absent\n"
	  "base type \"kb.number\": length was \"variable\", is absent\n"
	  "base type \"kb.number\": by_value was false, is absent\n"
	  "base type \"kb.number\": alignment was \"int4\", is absent\n"
	  "base type \"kb.number\": storage was \"extended\", is absent\n"
	  "base type \"kb.number\": category was \"U\", is absent\n"
	  "base type \"kb.number\": preferred was false, is absent\n"
	  "base type \"kb.number\": delimiter was \",\", is absent\n"
	  "base type \"kb.number\": collatable was false, is absent\n"
	  "function \"kb.number_in(cstring)\" is missing\n"
	  "function \"kb.number_out(kb.number)\" is missing\n"
	  "function \"kb.number_receive(internal)\" is missing" },
	{ "ALTER TYPE kb.number SET (STORAGE = external)",
	  "base type \"kb.number\": storage was \"extended\", is \"external\"" },
	{ "ALTER TYPE kb.number OWNER TO pg_monitor", "base type \"kb.number\": owner was absent, is \"pg_monitor\"" },
	{ "REVOKE USAGE ON TYPE kb.number FROM PUBLIC",
	  "base type \"kb.number\": privileges was absent, is [public=]" },
	{ "COMMENT ON TYPE kb.number IS 'c'", "base type \"kb.number\": comment was absent, is \"c\"" },
	{ "ALTER TYPE kb.number SET (RECEIVE = kb.number_receive)",
	  "base type \"kb.number\": receive was absent, is \"kb.number_receive\"" },
	{ "UPDATE pg_type SET typsend = 'textsend'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": send was absent, is \"textsend\"" },
	{ "UPDATE pg_type SET typmodin = 'varchartypmodin'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": typmod_in was absent, is \"varchartypmodin\"" },
	{ "UPDATE pg_type SET typmodout = 'varchartypmodout'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": typmod_out was absent, is \"varchartypmodout\"" },
	{ "UPDATE pg_type SET typanalyze = 'array_typanalyze'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": analyze was absent, is \"array_typanalyze\"" },
	{ "UPDATE pg_type SET typsubscript = 'raw_array_subscript_handler'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": subscript was absent, is \"raw_array_subscript_handler\"", 140000 },
	{ "UPDATE pg_type SET typinput = 'textin'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": input was \"kb.number_in\", is \"textin\"" },
	{ "UPDATE pg_type SET typoutput = 'textout'::regproc WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": output was \"kb.number_out\", is \"textout\"" },
	{ "UPDATE pg_type SET typlen = 8 WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": length was \"variable\", is \"8\"" },
	{ "UPDATE pg_type SET typbyval = true WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": by_value was false, is true" },
	{ "UPDATE pg_type SET typalign = 'd' WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": alignment was \"int4\", is \"double\"" },
	{ "UPDATE pg_type SET typcategory = 'N' WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": category was \"U\", is \"N\"" },
	{ "UPDATE pg_type SET typispreferred = true WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": preferred was false, is true" },
	{ "UPDATE pg_type SET typdefault = '7' WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": default was absent, is \"7\"" },
	{ "UPDATE pg_type SET typelem = 'integer'::regtype WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": element was absent, is \"integer\"", 140000 },
	{ "UPDATE pg_type SET typdelim = ';' WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": delimiter was \",\", is \";\"" },
	{ "UPDATE pg_type SET typcollation = 100 WHERE oid = 'kb.number'::regtype",
	  "base type \"kb.number\": collatable was false, is true" },
};

static const Row enum_rows[] = {
	{ "ALTER TYPE kb.status OWNER TO pg_monitor", "enum \"kb.status\": owner was absent, is \"pg_monitor\"" },
};

static const Row collation_rows[] = {
	{ "CREATE COLLATION kb.other (provider = libc, locale = 'C')", "collation \"kb.other\" is unexpected" },
	{ "DROP COLLATION kb.german; CREATE COLLATION kb.german (provider = libc, locale = 'POSIX')",
	  "collation \"kb.german\": locale was \"C\", is \"POSIX\"" },
	{ "DROP COLLATION kb.german; CREATE COLLATION kb.german (provider = libc, lc_collate = 'C', lc_ctype = "
	  "'POSIX')",
	  "collation \"kb.german\": locale was \"C\", is absent\n"
	  "collation \"kb.german\": lc_collate was absent, is \"C\"\n"
	  "collation \"kb.german\": lc_ctype was absent, is \"POSIX\"" },
	{ "DROP COLLATION kb.swiss; CREATE COLLATION kb.swiss (provider = libc, locale = 'C')",
	  "collation \"kb.swiss\": provider was \"icu\", is \"libc\"\n"
	  "collation \"kb.swiss\": locale was \"de-CH\", is \"C\"" },
	{ "DROP COLLATION kb.swiss; CREATE COLLATION kb.swiss (provider = icu, locale = 'de-CH', deterministic = "
	  "false)",
	  "collation \"kb.swiss\": deterministic was true, is false" },
	{ "DROP COLLATION kb.swiss; CREATE COLLATION kb.swiss (provider = icu, locale = 'de-CH', rules = '&a < g')",
	  "collation \"kb.swiss\": rules was absent, is \"&a < g\"", 160000 },
	{ "ALTER COLLATION kb.german OWNER TO pg_monitor",
	  "collation \"kb.german\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON COLLATION kb.german IS 'c'", "collation \"kb.german\": comment was absent, is \"c\"" },
	{ "ALTER COLLATION kb.german RENAME TO bavarian", "collation \"kb.bavarian\" is unexpected\n"
	                                                  "collation \"kb.german\" is missing" },
};

CHECK_OTHER_ROWS(a_change_of_a_domain_is_seen, domain_rows)
CHECK_OTHER_ROWS(a_change_of_a_composite_is_seen, composite_rows)
CHECK_OTHER_ROWS(a_change_of_a_range_is_seen, range_rows)
CHECK_OTHER_ROWS(a_change_of_a_base_type_is_seen, base_type_rows)
CHECK_OTHER_ROWS(a_change_of_an_enum_is_seen, enum_rows)
CHECK_OTHER_ROWS(a_change_of_a_collation_is_seen, collation_rows)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_a_domain_is_seen), TEST(a_change_of_a_composite_is_seen),
		TEST(a_change_of_a_range_is_seen),  TEST(a_change_of_a_base_type_is_seen),
		TEST(a_change_of_an_enum_is_seen),  TEST(a_change_of_a_collation_is_seen),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
