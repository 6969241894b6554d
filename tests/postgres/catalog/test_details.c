/* Attributes of tables, views and functions that few of them have: a change of one, and of nothing else, is a
 * difference of that one attribute. */
#include "attributes.h"
#include "attributes_other.h"

static const Row aggregate_rows[] = {
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', SSPACE = 5)",
	  "function \"kb.total(integer)\": state_space was absent, is 5" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4mul, STYPE = integer, "
	  "INITCOND = '0')",
	  "function \"kb.total(integer)\": state_function was \"int4pl\", is \"int4mul\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int84pl, STYPE = bigint, "
	  "INITCOND = '0', FINALFUNC = int8up)",
	  "function \"kb.total(integer)\": returns was \"integer\", is \"bigint\"\n"
	  "function \"kb.total(integer)\": state_function was \"int4pl\", is \"int84pl\"\n"
	  "function \"kb.total(integer)\": state_type was \"integer\", is \"bigint\"\n"
	  "function \"kb.total(integer)\": final_function was absent, is \"int8up\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', FINALFUNC = int4up)",
	  "function \"kb.total(integer)\": final_function was absent, is \"int4up\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', FINALFUNC = int4up, FINALFUNC_MODIFY = SHAREABLE)",
	  "function \"kb.total(integer)\": final_function was absent, is \"int4up\"\n"
	  "function \"kb.total(integer)\": final_modify was absent, is \"shareable\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', FINALFUNC = kb.final, FINALFUNC_EXTRA)",
	  "function \"kb.total(integer)\": final_function was absent, is \"kb.final\"\n"
	  "function \"kb.total(integer)\": final_extra was absent, is true" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', COMBINEFUNC = int4pl)",
	  "function \"kb.total(integer)\": combine_function was absent, is \"int4pl\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', SORTOP = <)",
	  "function \"kb.total(integer)\": sort_operator was absent, is \"<(integer,integer)\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', PARALLEL = SAFE)",
	  "function \"kb.total(integer)\": parallel was \"unsafe\", is \"safe\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MINITCOND = '0', MSSPACE = 4)",
	  "function \"kb.total(integer)\": moving_state_function was absent, is \"int4pl\"\n"
	  "function \"kb.total(integer)\": moving_inverse_function was absent, is \"int4mi\"\n"
	  "function \"kb.total(integer)\": moving_state_type was absent, is \"integer\"\n"
	  "function \"kb.total(integer)\": moving_state_space was absent, is 4\n"
	  "function \"kb.total(integer)\": moving_initial_value was absent, is \"0\"" },
	{ "DROP AGGREGATE kb.total(integer); CREATE AGGREGATE kb.total(integer) (SFUNC = int4pl, STYPE = integer, "
	  "INITCOND = '0', MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, MFINALFUNC = kb.final, "
	  "MFINALFUNC_EXTRA, MFINALFUNC_MODIFY = READ_WRITE)",
	  "function \"kb.total(integer)\": moving_state_function was absent, is \"int4pl\"\n"
	  "function \"kb.total(integer)\": moving_inverse_function was absent, is \"int4mi\"\n"
	  "function \"kb.total(integer)\": moving_state_type was absent, is \"integer\"\n"
	  "function \"kb.total(integer)\": moving_final_function was absent, is \"kb.final\"\n"
	  "function \"kb.total(integer)\": moving_final_extra was absent, is true\n"
	  "function \"kb.total(integer)\": moving_final_modify was absent, is \"read write\"" },
	{ "CREATE AGGREGATE kb.average(bigint) (SFUNC = int8_avg_accum, STYPE = internal, FINALFUNC = "
	  "numeric_poly_avg, COMBINEFUNC = int8_avg_combine, SERIALFUNC = int8_avg_serialize, DESERIALFUNC = "
	  "int8_avg_deserialize)",
	  "function \"kb.average(bigint)\" is unexpected" },
	{ "CREATE AGGREGATE kb.ordered(float8 ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, "
	  "FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA)",
	  "function \"kb.ordered(double precision, anyelement)\" is unexpected" },
};

static const Row function_rows[] = {
	{ "ALTER SEQUENCE kb.numbers SET UNLOGGED", "sequence \"kb.numbers\": persistence was absent, is \"unlogged\"",
	  150000 },
	{ "ALTER FUNCTION kb.many SUPPORT generate_series_int4_support",
	  "function \"kb.many()\": support was absent, is \"generate_series_int4_support\"" },
	{ "CREATE OR REPLACE FUNCTION kb.transformed() RETURNS text TRANSFORM FOR TYPE integer LANGUAGE plpgsql AS "
	  "'BEGIN END'",
	  "function \"kb.transformed()\": transform_types was absent, is [integer]" },
};

static const Row table_rows[] = {
	{ "ALTER TABLE kb.projects ALTER name SET NOT NULL; ALTER TABLE kb.projects RENAME CONSTRAINT "
	  "projects_name_not_null TO named",
	  "column \"kb.projects.name\": nullable was true, is false\n"
	  "column \"kb.projects.name\": not_null_name was absent, is \"named\"",
	  180000 },
	{ "ALTER TABLE kb.projects ADD CONSTRAINT projects_name_not_null NOT NULL name NO INHERIT",
	  "column \"kb.projects.name\": nullable was true, is false\n"
	  "column \"kb.projects.name\": not_null_no_inherit was absent, is true",
	  180000 },
	{ "ALTER TABLE kb.child ALTER a SET NOT NULL", "column \"kb.child.a\": nullable was true, is false" },
	{ "CREATE TABLE kb.child2 (a integer) INHERITS (kb.parent); DROP TABLE kb.child2", "" },
	{ "ALTER TABLE kb.child NO INHERIT kb.parent; ALTER TABLE kb.child INHERIT kb.parent",
	  "column \"kb.child.a\": inherited was true, is absent" },
	{ "ALTER TABLE kb.parent ADD CONSTRAINT positive CHECK (a > 0)", "check \"kb.child.positive\" is unexpected\n"
	                                                                 "check \"kb.parent.positive\" is unexpected" },
	{ "SET LOCAL allow_in_place_tablespaces = on; ALTER TABLE kb.projects SET TABLESPACE elsewhere",
	  "table \"kb.projects\": tablespace was absent, is \"elsewhere\"" },
	{ "ALTER INDEX kb.projects_pk SET TABLESPACE elsewhere",
	  "primary key \"kb.projects.projects_pk\": tablespace was absent, is \"elsewhere\"" },
	{ "ALTER INDEX kb.projects_two SET TABLESPACE elsewhere",
	  "unique \"kb.projects.projects_two\": tablespace was absent, is \"elsewhere\"" },
	{ "ALTER INDEX kb.jobs_during SET TABLESPACE elsewhere",
	  "exclusion \"kb.jobs.jobs_during\": tablespace was absent, is \"elsewhere\"" },
	{ "ALTER INDEX kb.jobs_index SET TABLESPACE elsewhere",
	  "index \"kb.jobs.jobs_index\": tablespace was absent, is \"elsewhere\"" },
	{ "ALTER MATERIALIZED VIEW kb.sizes SET TABLESPACE elsewhere",
	  "view \"kb.sizes\": tablespace was absent, is \"elsewhere\"" },
	{ "ALTER INDEX kb.projects_pk SET (fillfactor = 50)",
	  "primary key \"kb.projects.projects_pk\": options was absent, is [fillfactor=50]" },
	{ "ALTER INDEX kb.projects_two SET (fillfactor = 50)",
	  "unique \"kb.projects.projects_two\": options was absent, is [fillfactor=50]" },
	{ "ALTER INDEX kb.jobs_during SET (fillfactor = 50)",
	  "exclusion \"kb.jobs.jobs_during\": definition was \"EXCLUDE USING gist (during WITH &&)\", is \"EXCLUDE "
	  "USING gist (during WITH &&) WITH (fillfactor='50')\"" },
	{ "COMMENT ON INDEX kb.projects_two IS 'c'",
	  "unique \"kb.projects.projects_two\": index_comment was absent, is \"c\"" },
	{ "COMMENT ON INDEX kb.jobs_during IS 'c'",
	  "exclusion \"kb.jobs.jobs_during\": index_comment was absent, is \"c\"" },
	{ "ALTER INDEX kb.jobs_index ALTER COLUMN 2 SET STATISTICS 99",
	  "index \"kb.jobs.jobs_index\": statistics was absent, is [\"2=99\"]" },
	{ "CREATE INDEX events_at ON ONLY kb.events (at); CREATE INDEX events_1_at ON kb.events_1 (at); ALTER INDEX "
	  "kb.events_at ATTACH PARTITION kb.events_1_at",
	  "index \"kb.events.events_at\" is unexpected\n"
	  "index \"kb.events_1.events_1_at\" is unexpected" },
	{ "ALTER TABLE kb.events ADD CONSTRAINT events_pk PRIMARY KEY (at); ALTER TABLE kb.events ADD CONSTRAINT "
	  "events_key UNIQUE (at, what); ALTER TABLE kb.events ADD CONSTRAINT events_fk FOREIGN KEY (what) REFERENCES "
	  "kb.texts; ALTER TABLE kb.events ADD CONSTRAINT events_check CHECK (what <> '')",
	  "primary key \"kb.events.events_pk\" is unexpected\n"
	  "primary key \"kb.events_1.events_1_pkey\" is unexpected\n"
	  "unique \"kb.events.events_key\" is unexpected\n"
	  "unique \"kb.events_1.events_1_at_what_key\" is unexpected\n"
	  "foreign key \"kb.events.events_fk\" is unexpected\n"
	  "foreign key \"kb.events_1.events_fk\" is unexpected\n"
	  "check \"kb.events.events_check\" is unexpected\n"
	  "check \"kb.events_1.events_check\" is unexpected" },
	{ "ALTER TABLE kb.events ADD CONSTRAINT events_ex EXCLUDE USING btree (at WITH =)",
	  "exclusion \"kb.events.events_ex\" is unexpected\n"
	  "exclusion \"kb.events_1.events_1_at_excl\" is unexpected",
	  170000 },
};

static const Row view_rows[] = {
	{ "ALTER VIEW kb.titles ALTER title SET DEFAULT 'x'",
	  "view \"kb.titles\": column_defaults was absent, is [\"title: 'x'::character varying\"]" },
	{ "COMMENT ON COLUMN kb.titles.id IS 'c'", "view \"kb.titles\": column_comments was absent, is [\"id: c\"]" },
	{ "GRANT SELECT (id), UPDATE (id) ON kb.titles TO pg_monitor",
	  "view \"kb.titles\": column_privileges was absent, is [\"id: pg_monitor=select+update\"]" },
	{ "ALTER MATERIALIZED VIEW kb.sizes ALTER size SET STATISTICS 7",
	  "view \"kb.sizes\": column_settings was absent, is [\"size: statistics 7\"]" },
	{ "ALTER MATERIALIZED VIEW kb.sizes ALTER size SET (n_distinct = 5)",
	  "view \"kb.sizes\": column_settings was absent, is [\"size: n_distinct=5\"]" },
	{ "ALTER MATERIALIZED VIEW kb.texts_copy ALTER name SET COMPRESSION pglz",
	  "view \"kb.texts_copy\": column_settings was absent, is [\"name: compression pglz\"]", 140000 },
	{ "ALTER MATERIALIZED VIEW kb.texts_copy ALTER name SET STORAGE EXTERNAL",
	  "view \"kb.texts_copy\": column_settings was absent, is [\"name: storage external\"]" },
	{ "CREATE INDEX sizes_index ON kb.sizes (id); CLUSTER kb.sizes USING sizes_index",
	  "index \"kb.sizes.sizes_index\" is unexpected\n"
	  "view \"kb.sizes\": clustered_on was absent, is \"sizes_index\"" },
	{ "DROP MATERIALIZED VIEW kb.sizes; CREATE MATERIALIZED VIEW kb.sizes USING heap2 AS SELECT id, size FROM "
	  "kb.jobs",
	  "view \"kb.sizes\": access_method was absent, is \"heap2\"\n"
	  "view \"kb.sizes\": privileges was absent, is [pg_monitor=select]" },
};

CHECK_OTHER_ROWS(a_change_of_an_aggregate_is_seen, aggregate_rows)
CHECK_OTHER_ROWS(a_change_of_a_function_is_seen, function_rows)
CHECK_OTHER_ROWS(a_change_of_a_table_is_seen, table_rows)
CHECK_OTHER_ROWS(a_change_of_a_view_is_seen, view_rows)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_an_aggregate_is_seen),
		TEST(a_change_of_a_function_is_seen),
		TEST(a_change_of_a_table_is_seen),
		TEST(a_change_of_a_view_is_seen),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
