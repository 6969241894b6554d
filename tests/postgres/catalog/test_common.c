/* The attributes that most classes have: a change to one, and to nothing else, is a difference of that one attribute.
 */
#include "attributes.h"

static const Row comment_rows[] = {
	{ "COMMENT ON SCHEMA kb IS 'it''s'", "schema \"kb\": comment was absent, is \"it's\"" },
	{ "COMMENT ON SCHEMA public IS NULL", "" },
	{ "COMMENT ON SCHEMA public IS 'ours'", "schema \"public\": comment was absent, is \"ours\"" },
	{ "COMMENT ON TYPE kb.status IS 'c'", "enum \"kb.status\": comment was absent, is \"c\"" },
	{ "COMMENT ON SEQUENCE kb.numbers IS 'c'", "sequence \"kb.numbers\": comment was absent, is \"c\"" },
	{ "COMMENT ON FUNCTION kb.many() IS 'c'", "function \"kb.many()\": comment was absent, is \"c\"" },
	{ "COMMENT ON AGGREGATE kb.total(integer) IS 'c'",
	  "function \"kb.total(integer)\": comment was absent, is \"c\"" },
	{ "COMMENT ON TABLE kb.jobs IS 'c'", "table \"kb.jobs\": comment was absent, is \"c\"" },
	{ "COMMENT ON TABLE kb.events IS 'c'", "table \"kb.events\": comment was absent, is \"c\"" },
	{ "COMMENT ON COLUMN kb.jobs.body IS 'c'", "column \"kb.jobs.body\": comment was absent, is \"c\"" },
	{ "COMMENT ON CONSTRAINT jobs_pk ON kb.jobs IS 'c'",
	  "primary key \"kb.jobs.jobs_pk\": comment was absent, is \"c\"" },
	{ "COMMENT ON CONSTRAINT jobs_title ON kb.jobs IS 'c'",
	  "unique \"kb.jobs.jobs_title\": comment was absent, is \"c\"" },
	{ "COMMENT ON CONSTRAINT jobs_project ON kb.jobs IS 'c'",
	  "foreign key \"kb.jobs.jobs_project\": comment was absent, is \"c\"" },
	{ "COMMENT ON CONSTRAINT jobs_size ON kb.jobs IS 'c'",
	  "check \"kb.jobs.jobs_size\": comment was absent, is \"c\"" },
	{ "COMMENT ON CONSTRAINT jobs_during ON kb.jobs IS 'c'",
	  "exclusion \"kb.jobs.jobs_during\": comment was absent, is \"c\"" },
	{ "COMMENT ON INDEX kb.jobs_index IS 'c'", "index \"kb.jobs.jobs_index\": comment was absent, is \"c\"" },
	{ "COMMENT ON INDEX kb.jobs_pk IS 'c'", "" },
	{ "COMMENT ON POLICY jobs_policy ON kb.jobs IS 'c'",
	  "policy \"kb.jobs.jobs_policy\": comment was absent, is \"c\"" },
	{ "COMMENT ON TRIGGER jobs_trigger ON kb.jobs IS 'c'",
	  "trigger \"kb.jobs.jobs_trigger\": comment was absent, is \"c\"" },
	{ "COMMENT ON VIEW kb.titles IS 'c'", "view \"kb.titles\": comment was absent, is \"c\"" },
	{ "COMMENT ON MATERIALIZED VIEW kb.sizes IS 'c'", "view \"kb.sizes\": comment was absent, is \"c\"" },
	{ "COMMENT ON COLUMN kb.titles.id IS 'c'", "" },
	{ "COMMENT ON COLUMN kb.projects.id IS NULL",
	  "column \"kb.projects.id\": comment was \"a number\", is absent" },
	{ "COMMENT ON COLUMN kb.projects.id IS 'the number'",
	  "column \"kb.projects.id\": comment was \"a number\", is \"the number\"" },
	{ "COMMENT ON COLUMN kb.projects.id IS E'a number\nof two lines'",
	  "column \"kb.projects.id\": comment differs from line 2 on: was \"\", is \"of two lines\"" },
	{ "CREATE EXTENSION hstore SCHEMA kb; COMMENT ON EXTENSION hstore IS 'c'; COMMENT ON TYPE kb.hstore IS 'c'",
	  "extension \"hstore\" is unexpected" },
};

CHECK_ROWS(a_change_of_a_comment_is_seen, comment_rows)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_a_comment_is_seen),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
