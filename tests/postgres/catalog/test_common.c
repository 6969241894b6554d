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
	{ "COMMENT ON INDEX kb.jobs_pk IS 'c'", "primary key \"kb.jobs.jobs_pk\": index_comment was absent, is \"c\"" },
	{ "COMMENT ON POLICY jobs_policy ON kb.jobs IS 'c'",
	  "policy \"kb.jobs.jobs_policy\": comment was absent, is \"c\"" },
	{ "COMMENT ON TRIGGER jobs_trigger ON kb.jobs IS 'c'",
	  "trigger \"kb.jobs.jobs_trigger\": comment was absent, is \"c\"" },
	{ "COMMENT ON VIEW kb.titles IS 'c'", "view \"kb.titles\": comment was absent, is \"c\"" },
	{ "COMMENT ON MATERIALIZED VIEW kb.sizes IS 'c'", "view \"kb.sizes\": comment was absent, is \"c\"" },
	{ "COMMENT ON COLUMN kb.titles.id IS 'c'", "view \"kb.titles\": column_comments was absent, is [\"id: c\"]" },
	{ "COMMENT ON COLUMN kb.projects.id IS NULL",
	  "column \"kb.projects.id\": comment was \"a number\", is absent" },
	{ "COMMENT ON COLUMN kb.projects.id IS 'the number'",
	  "column \"kb.projects.id\": comment was \"a number\", is \"the number\"" },
	{ "COMMENT ON COLUMN kb.projects.id IS E'a number\nof two lines'",
	  "column \"kb.projects.id\": comment differs from line 2 on: was \"\", is \"of two lines\"" },
	{ "CREATE EXTENSION hstore SCHEMA kb; COMMENT ON EXTENSION hstore IS 'c'; COMMENT ON TYPE kb.hstore IS 'c'",
	  "extension \"hstore\" is unexpected" },
};

static const Row privilege_rows[] = {
	{ "GRANT USAGE ON SCHEMA kb TO PUBLIC", "schema \"kb\": privileges was absent, is [public=usage]" },
	{ "REVOKE ALL ON SCHEMA public FROM PUBLIC", "schema \"public\": privileges was absent, is [public=]" },
	{ "DROP SCHEMA public CASCADE; CREATE SCHEMA public", "schema \"public\": privileges was absent, is [public=]\n"
	                                                      "enum \"public.\"Odd, Type\"\" is missing" },
	{ "GRANT USAGE ON TYPE kb.status TO pg_monitor",
	  "enum \"kb.status\": privileges was absent, is [pg_monitor=usage, public=usage]" },
	{ "REVOKE USAGE ON TYPE kb.status FROM PUBLIC", "enum \"kb.status\": privileges was absent, is [public=]" },
	{ "GRANT USAGE, UPDATE ON SEQUENCE kb.numbers TO pg_monitor",
	  "sequence \"kb.numbers\": privileges was absent, is [pg_monitor=update+usage]" },
	{ "REVOKE EXECUTE ON FUNCTION kb.many FROM PUBLIC",
	  "function \"kb.many()\": privileges was absent, is [public=]" },
	{ "REVOKE EXECUTE ON FUNCTION kb.many FROM PUBLIC; GRANT EXECUTE ON FUNCTION kb.many TO PUBLIC", "" },
	{ "GRANT EXECUTE ON PROCEDURE kb.run TO pg_monitor",
	  "function \"kb.run(text)\": privileges was absent, is [pg_monitor=execute, public=execute]" },
	{ "GRANT SELECT ON kb.jobs TO PUBLIC; GRANT SELECT, INSERT ON kb.jobs TO pg_monitor",
	  "table \"kb.jobs\": privileges was absent, is [pg_monitor=insert+select, public=select]" },
	{ "GRANT SELECT ON kb.jobs TO pg_monitor WITH GRANT OPTION; GRANT DELETE ON kb.jobs TO pg_monitor",
	  "table \"kb.jobs\": privileges was absent, is [pg_monitor=delete+select*]" },
	{ "GRANT SELECT ON kb.jobs TO PUBLIC; REVOKE SELECT ON kb.jobs FROM PUBLIC", "" },
	{ "REVOKE ALL ON kb.projects FROM pg_monitor",
	  "table \"kb.projects\": privileges was [pg_monitor=select], is absent" },
	{ "ALTER TABLE kb.jobs OWNER TO pg_monitor; REVOKE ALL ON kb.jobs FROM pg_monitor",
	  "table \"kb.jobs\": owner was absent, is \"pg_monitor\"\n"
	  "table \"kb.jobs\": privileges was absent, is [pg_monitor=]" },
	{ "ALTER TABLE kb.jobs OWNER TO pg_monitor; REVOKE ALL ON kb.jobs FROM pg_monitor; GRANT SELECT ON kb.jobs TO"
	  " pg_monitor",
	  "table \"kb.jobs\": owner was absent, is \"pg_monitor\"\n"
	  "table \"kb.jobs\": privileges was absent, is [pg_monitor=select]" },
	{ "ALTER TABLE kb.jobs OWNER TO pg_monitor; GRANT SELECT ON kb.jobs TO PUBLIC",
	  "table \"kb.jobs\": owner was absent, is \"pg_monitor\"\n"
	  "table \"kb.jobs\": privileges was absent, is [public=select]" },
	{ "GRANT SELECT (id, size), UPDATE (size) ON kb.jobs TO pg_monitor",
	  "column \"kb.jobs.id\": privileges was absent, is [pg_monitor=select]\n"
	  "column \"kb.jobs.size\": privileges was absent, is [pg_monitor=select+update]" },
	{ "GRANT SELECT (id) ON kb.jobs TO pg_monitor; REVOKE SELECT (id) ON kb.jobs FROM pg_monitor", "" },
	{ "GRANT SELECT ON kb.titles TO PUBLIC", "view \"kb.titles\": privileges was absent, is [public=select]" },
	{ "GRANT SELECT ON kb.sizes TO PUBLIC", "view \"kb.sizes\": privileges was absent, is [public=select]" },
};

CHECK_ROWS(a_change_of_a_comment_is_seen, comment_rows)
CHECK_ROWS(a_change_of_privileges_is_seen, privilege_rows)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_a_comment_is_seen),
		TEST(a_change_of_privileges_is_seen),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
