/* All classes that are not a part of a table, and owners: a change of an attribute, and of nothing else, is a
 * difference of that one attribute. */
#include "attributes.h"
#include "attributes_other.h"

static const Row language_rows[] = {
	{ "ALTER LANGUAGE plours OWNER TO pg_monitor", "language \"plours\": owner was absent, is \"pg_monitor\"" },
	{ "DROP LANGUAGE plours; CREATE TRUSTED LANGUAGE plours HANDLER plpgsql_call_handler INLINE "
	  "plpgsql_inline_handler VALIDATOR plpgsql_validator",
	  "language \"plours\": trusted was false, is true" },
	{ "DROP LANGUAGE plours; CREATE LANGUAGE plours HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator",
	  "language \"plours\": inline_handler was \"plpgsql_inline_handler\", is absent" },
	{ "DROP LANGUAGE plours; CREATE LANGUAGE plours HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler",
	  "language \"plours\": validator was \"plpgsql_validator\", is absent" },
	{ "DROP LANGUAGE plours; CREATE LANGUAGE plours HANDLER kb.handler INLINE plpgsql_inline_handler VALIDATOR "
	  "plpgsql_validator",
	  "language \"plours\": handler was \"plpgsql_call_handler\", is \"kb.handler\"" },
	{ "UPDATE pg_language SET lanpltrusted = true WHERE lanname = 'plours'; GRANT USAGE ON LANGUAGE plours TO "
	  "pg_monitor",
	  "language \"plours\": trusted was false, is true\n"
	  "language \"plours\": privileges was absent, is [pg_monitor=usage, public=usage]" },
	{ "COMMENT ON LANGUAGE plours IS 'c'", "language \"plours\": comment was absent, is \"c\"" },
	{ "DROP LANGUAGE plours", "language \"plours\" is missing" },
};

static const Row access_method_rows[] = {
	{ "CREATE ACCESS METHOD another TYPE INDEX HANDLER bthandler", "access method \"another\" is unexpected" },
	{ "DROP ACCESS METHOD heap2; CREATE ACCESS METHOD heap2 TYPE INDEX HANDLER bthandler",
	  "access method \"heap2\": kind was \"table\", is \"index\"\n"
	  "access method \"heap2\": handler was \"heap_tableam_handler\", is \"bthandler\"" },
	{ "DROP ACCESS METHOD heap2; CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER kb.am_handler",
	  "access method \"heap2\": handler was \"heap_tableam_handler\", is \"kb.am_handler\"" },
	{ "COMMENT ON ACCESS METHOD heap2 IS 'c'", "access method \"heap2\": comment was absent, is \"c\"" },
};

static const Row operator_rows[] = {
	{ "DROP OPERATOR kb.=== (integer, integer); CREATE OPERATOR kb.=== (LEFTARG = integer, RIGHTARG = integer, "
	  "FUNCTION = int4ne)",
	  "operator \"kb.===(integer, integer)\": function was \"int4eq\", is \"int4ne\"" },
	{ "ALTER OPERATOR kb.=== (integer, integer) SET (RESTRICT = eqsel)",
	  "operator \"kb.===(integer, integer)\": restrict was absent, is \"eqsel\"" },
	{ "ALTER OPERATOR kb.=== (integer, integer) SET (JOIN = eqjoinsel)",
	  "operator \"kb.===(integer, integer)\": join was absent, is \"eqjoinsel\"" },
	{ "DROP OPERATOR kb.=== (integer, integer); CREATE OPERATOR kb.=== (LEFTARG = integer, RIGHTARG = integer, "
	  "FUNCTION = int4eq, HASHES)",
	  "operator \"kb.===(integer, integer)\": hashes was false, is true" },
	{ "DROP OPERATOR kb.=== (integer, integer); CREATE OPERATOR kb.=== (LEFTARG = integer, RIGHTARG = integer, "
	  "FUNCTION = int4eq, MERGES)",
	  "operator \"kb.===(integer, integer)\": merges was false, is true" },
	{ "DROP OPERATOR kb.=== (integer, integer); CREATE OPERATOR kb.=== (LEFTARG = integer, RIGHTARG = integer, "
	  "FUNCTION = int4eq, COMMUTATOR = OPERATOR(kb.===))",
	  "operator \"kb.===(integer, integer)\": commutator was absent, is \"kb.===(integer,integer)\"" },
	{ "DROP OPERATOR kb.=== (integer, integer); CREATE OPERATOR kb.=== (LEFTARG = integer, RIGHTARG = integer, "
	  "FUNCTION = int4pl)",
	  "operator \"kb.===(integer, integer)\": function was \"int4eq\", is \"int4pl\"\n"
	  "operator \"kb.===(integer, integer)\": returns was \"boolean\", is \"integer\"" },
	{ "CREATE OPERATOR kb.!! (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4ne, NEGATOR = "
	  "OPERATOR(kb.===))",
	  "operator \"kb.!!(integer, integer)\" is unexpected\n"
	  "operator \"kb.===(integer, integer)\": negator was absent, is \"kb.!!(integer,integer)\"" },
	{ "CREATE OPERATOR kb.@@@ (RIGHTARG = integer, FUNCTION = int4abs)",
	  "operator \"kb.@@@(NONE, integer)\" is unexpected" },
	{ "ALTER OPERATOR kb.=== (integer, integer) OWNER TO pg_monitor",
	  "operator \"kb.===(integer, integer)\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON OPERATOR kb.=== (integer, integer) IS 'c'",
	  "operator \"kb.===(integer, integer)\": comment was absent, is \"c\"" },
	{ "DROP OPERATOR kb.=== (integer, integer)", "operator \"kb.===(integer, integer)\" is missing" },
};

static const Row operator_family_rows[] = {
	{ "ALTER OPERATOR FAMILY kb.numbers USING btree ADD OPERATOR 1 < (integer, bigint)",
	  "operator family \"kb.numbers(btree)\": members was absent, is [\"OPERATOR 1 <(integer,bigint)\"]" },
	{ "ALTER OPERATOR FAMILY kb.numbers USING btree ADD FUNCTION 1 (integer, bigint) btint48cmp(integer, bigint)",
	  "operator family \"kb.numbers(btree)\": members was absent, is [\"FUNCTION 1 (integer, bigint) "
	  "btint48cmp(integer,bigint)\"]" },
	{ "ALTER OPERATOR FAMILY kb.numbers USING btree OWNER TO pg_monitor",
	  "operator family \"kb.numbers(btree)\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON OPERATOR FAMILY kb.numbers USING btree IS 'c'",
	  "operator family \"kb.numbers(btree)\": comment was absent, is \"c\"" },
	{ "DROP OPERATOR FAMILY kb.numbers USING btree", "operator family \"kb.numbers(btree)\" is missing" },
};

static const Row operator_class_rows[] = {
	{ "DROP OPERATOR FAMILY kb.ints USING btree CASCADE; CREATE OPERATOR FAMILY kb.ints USING btree; CREATE "
	  "OPERATOR CLASS kb.ints DEFAULT FOR TYPE kb.status USING btree FAMILY kb.ints AS FUNCTION 1 "
	  "enum_cmp(anyenum, anyenum)",
	  "operator class \"kb.ints(btree)\": default was false, is true" },
	{ "DROP OPERATOR FAMILY kb.ints USING btree CASCADE; CREATE OPERATOR FAMILY kb.ints USING btree; CREATE "
	  "OPERATOR CLASS kb.ints FOR TYPE kb.status USING btree FAMILY kb.ints AS OPERATOR 3 =(anyenum, anyenum), "
	  "FUNCTION 1 enum_cmp(anyenum, anyenum)",
	  "operator family \"kb.ints(btree)\": members was [\"FUNCTION 1 (anyenum, anyenum) "
	  "enum_cmp(anyenum,anyenum)\"], is [\"FUNCTION 1 (anyenum, anyenum) enum_cmp(anyenum,anyenum)\", \"OPERATOR 3 "
	  "=(anyenum,anyenum)\"]" },
	{ "DROP OPERATOR FAMILY kb.ints USING btree CASCADE; CREATE OPERATOR FAMILY kb.ints USING btree; CREATE "
	  "OPERATOR CLASS kb.ints FOR TYPE kb.status USING btree FAMILY kb.numbers AS FUNCTION 1 enum_cmp(anyenum, "
	  "anyenum)",
	  "operator family \"kb.ints(btree)\": members was [\"FUNCTION 1 (anyenum, anyenum) "
	  "enum_cmp(anyenum,anyenum)\"], is absent\n"
	  "operator family \"kb.numbers(btree)\": members was absent, is [\"FUNCTION 1 (anyenum, anyenum) "
	  "enum_cmp(anyenum,anyenum)\"]\n"
	  "operator class \"kb.ints(btree)\": family was \"kb.ints\", is \"kb.numbers\"" },
	{ "DROP OPERATOR FAMILY kb.ints USING btree CASCADE; CREATE OPERATOR FAMILY kb.ints USING btree; CREATE "
	  "OPERATOR CLASS kb.ints FOR TYPE integer USING btree FAMILY kb.ints AS FUNCTION 1 btint4cmp(integer, "
	  "integer)",
	  "operator family \"kb.ints(btree)\": members was [\"FUNCTION 1 (anyenum, anyenum) "
	  "enum_cmp(anyenum,anyenum)\"], is absent\n"
	  "operator class \"kb.ints(btree)\": type was \"kb.status\", is \"integer\"\n"
	  "operator class \"kb.ints(btree)\": members was absent, is [\"FUNCTION 1 (integer, integer) "
	  "btint4cmp(integer,integer)\"]" },
	{ "UPDATE pg_opclass SET opckeytype = 'integer'::regtype WHERE opcname = 'ints'",
	  "operator class \"kb.ints(btree)\": storage was absent, is \"integer\"" },
	{ "ALTER OPERATOR CLASS kb.ints USING btree OWNER TO pg_monitor",
	  "operator class \"kb.ints(btree)\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON OPERATOR CLASS kb.ints USING btree IS 'c'",
	  "operator class \"kb.ints(btree)\": comment was absent, is \"c\"" },
};

static const Row cast_rows[] = {
	{ "DROP CAST (kb.status AS integer); CREATE CAST (kb.status AS integer) WITH INOUT AS ASSIGNMENT",
	  "cast \"kb.status AS integer\": context was \"explicit\", is \"assignment\"" },
	{ "DROP CAST (kb.status AS integer); CREATE CAST (kb.status AS integer) WITH INOUT AS IMPLICIT",
	  "cast \"kb.status AS integer\": context was \"explicit\", is \"implicit\"" },
	{ "DROP CAST (kb.status AS integer); CREATE CAST (kb.status AS integer) WITH FUNCTION "
	  "kb.cast_status(kb.status)",
	  "cast \"kb.status AS integer\": method was \"inout\", is \"function\"\n"
	  "cast \"kb.status AS integer\": function was absent, is \"kb.cast_status(kb.status)\"" },
	{ "COMMENT ON CAST (kb.status AS integer) IS 'c'",
	  "cast \"kb.status AS integer\": comment was absent, is \"c\"" },
	{ "DROP CAST (kb.status AS integer)", "cast \"kb.status AS integer\" is missing" },
	{ "CREATE CAST (bigint AS kb.status) WITH INOUT", "cast \"bigint AS kb.status\" is unexpected" },
};

static const Row transform_rows[] = {
	{ "DROP TRANSFORM FOR integer LANGUAGE plpgsql; CREATE TRANSFORM FOR integer LANGUAGE plpgsql (TO SQL WITH "
	  "FUNCTION int4recv(internal))",
	  "transform \"integer FOR plpgsql\": from_sql was \"prsd_lextype(internal)\", is absent\n"
	  "transform \"integer FOR plpgsql\": to_sql was absent, is \"int4recv(internal)\"" },
	{ "DROP TRANSFORM FOR integer LANGUAGE plpgsql; CREATE TRANSFORM FOR integer LANGUAGE plpgsql (FROM SQL WITH "
	  "FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal))",
	  "transform \"integer FOR plpgsql\": to_sql was absent, is \"int4recv(internal)\"" },
	{ "COMMENT ON TRANSFORM FOR integer LANGUAGE plpgsql IS 'c'",
	  "transform \"integer FOR plpgsql\": comment was absent, is \"c\"" },
	{ "DROP TRANSFORM FOR integer LANGUAGE plpgsql", "transform \"integer FOR plpgsql\" is missing" },
};

static const Row text_search_rows[] = {
	{ "DROP TEXT SEARCH PARSER kb.words; CREATE TEXT SEARCH PARSER kb.words (START = prsd_start, GETTOKEN = "
	  "prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
	  "text search parser \"kb.words\": headline was \"prsd_headline\", is absent" },
	{ "UPDATE pg_ts_parser SET prsstart = 'int4_sum'::regproc WHERE prsname = 'words'",
	  "text search parser \"kb.words\": start was \"prsd_start\", is \"int4_sum\"" },
	{ "UPDATE pg_ts_parser SET prstoken = 'int4_sum'::regproc WHERE prsname = 'words'",
	  "text search parser \"kb.words\": gettoken was \"prsd_nexttoken\", is \"int4_sum\"" },
	{ "UPDATE pg_ts_parser SET prsend = 'int4_sum'::regproc WHERE prsname = 'words'",
	  "text search parser \"kb.words\": end was \"prsd_end\", is \"int4_sum\"" },
	{ "UPDATE pg_ts_parser SET prslextype = 'int4_sum'::regproc WHERE prsname = 'words'",
	  "text search parser \"kb.words\": lextypes was \"prsd_lextype\", is \"int4_sum\"" },
	{ "COMMENT ON TEXT SEARCH PARSER kb.words IS 'c'",
	  "text search parser \"kb.words\": comment was absent, is \"c\"" },
	{ "DROP TEXT SEARCH TEMPLATE kb.plain; CREATE TEXT SEARCH TEMPLATE kb.plain (LEXIZE = dsimple_lexize)",
	  "text search template \"kb.plain\": init was \"dsimple_init\", is absent" },
	{ "DROP TEXT SEARCH TEMPLATE kb.plain; CREATE TEXT SEARCH TEMPLATE kb.plain (INIT = dsimple_init, LEXIZE = "
	  "dsynonym_lexize)",
	  "text search template \"kb.plain\": lexize was \"dsimple_lexize\", is \"dsynonym_lexize\"" },
	{ "COMMENT ON TEXT SEARCH TEMPLATE kb.plain IS 'c'",
	  "text search template \"kb.plain\": comment was absent, is \"c\"" },
	{ "ALTER TEXT SEARCH DICTIONARY kb.names (Accept = true)",
	  "text search dictionary \"kb.names\": options was \"stopwords = 'english'\", is \"stopwords = 'english', "
	  "accept = 'true'\"" },
	{ "DROP TEXT SEARCH DICTIONARY kb.spare; CREATE TEXT SEARCH DICTIONARY kb.spare (TEMPLATE = kb.plain)",
	  "text search dictionary \"kb.spare\": template was \"simple\", is \"kb.plain\"" },
	{ "ALTER TEXT SEARCH DICTIONARY kb.names OWNER TO pg_monitor",
	  "text search dictionary \"kb.names\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON TEXT SEARCH DICTIONARY kb.names IS 'c'",
	  "text search dictionary \"kb.names\": comment was absent, is \"c\"" },
	{ "ALTER TEXT SEARCH CONFIGURATION kb.search ADD MAPPING FOR word WITH simple, kb.names",
	  "text search configuration \"kb.search\": mappings was [\"asciiword: kb.names, simple\"], is [\"asciiword: "
	  "kb.names, simple\", \"word: simple, kb.names\"]" },
	{ "ALTER TEXT SEARCH CONFIGURATION kb.search ALTER MAPPING REPLACE kb.names WITH simple",
	  "text search configuration \"kb.search\": mappings was [\"asciiword: kb.names, simple\"], is [\"asciiword: "
	  "simple, simple\"]" },
	{ "ALTER TEXT SEARCH CONFIGURATION kb.search DROP MAPPING FOR asciiword",
	  "text search configuration \"kb.search\": mappings was [\"asciiword: kb.names, simple\"], is absent" },
	{ "UPDATE pg_ts_config SET cfgparser = (SELECT oid FROM pg_ts_parser WHERE prsname = 'words') WHERE cfgname = "
	  "'search'",
	  "text search configuration \"kb.search\": parser was \"default\", is \"kb.words\"" },
	{ "ALTER TEXT SEARCH CONFIGURATION kb.search OWNER TO pg_monitor",
	  "text search configuration \"kb.search\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON TEXT SEARCH CONFIGURATION kb.search IS 'c'",
	  "text search configuration \"kb.search\": comment was absent, is \"c\"" },
	{ "DROP TEXT SEARCH CONFIGURATION kb.search", "text search configuration \"kb.search\" is missing" },
};

static const Row foreign_rows[] = {
	{ "ALTER FOREIGN DATA WRAPPER wrapper OPTIONS (ADD mode 'x', ADD password 'secret')",
	  "foreign data wrapper \"wrapper\": options was absent, is [mode=x, password]" },
	{ "ALTER FOREIGN DATA WRAPPER wrapper VALIDATOR kb.validator",
	  "foreign data wrapper \"wrapper\": validator was absent, is \"kb.validator\"" },
	{ "UPDATE pg_foreign_data_wrapper SET fdwhandler = 'plpgsql_call_handler'::regproc",
	  "foreign data wrapper \"spare\": handler was absent, is \"plpgsql_call_handler\"\n"
	  "foreign data wrapper \"wrapper\": handler was absent, is \"plpgsql_call_handler\"" },
	{ "GRANT USAGE ON FOREIGN DATA WRAPPER wrapper TO pg_monitor",
	  "foreign data wrapper \"wrapper\": privileges was absent, is [pg_monitor=usage]" },
	{ "COMMENT ON FOREIGN DATA WRAPPER wrapper IS 'c'",
	  "foreign data wrapper \"wrapper\": comment was absent, is \"c\"" },
	{ "ALTER SERVER remote VERSION '2'", "server \"remote\": version was \"1\", is \"2\"" },
	{ "ALTER SERVER remote OPTIONS (SET host 'there', ADD api_token 'secret')",
	  "server \"remote\": options was [host=here], is [api_token, host=there]" },
	{ "ALTER SERVER remote OWNER TO pg_monitor", "server \"remote\": owner was absent, is \"pg_monitor\"" },
	{ "GRANT USAGE ON FOREIGN SERVER remote TO pg_monitor",
	  "server \"remote\": privileges was absent, is [pg_monitor=usage]" },
	{ "COMMENT ON SERVER remote IS 'c'", "server \"remote\": comment was absent, is \"c\"" },
	{ "UPDATE pg_foreign_server SET srvtype = 'z'", "server \"remote\": type was \"a\", is \"z\"\n"
	                                                "server \"spare\": type was absent, is \"z\"" },
	{ "UPDATE pg_foreign_server SET srvfdw = (SELECT oid FROM pg_foreign_data_wrapper WHERE fdwname = 'spare') "
	  "WHERE srvname = 'remote'",
	  "server \"remote\": wrapper was \"wrapper\", is \"spare\"" },
	{ "ALTER SERVER remote RENAME TO far", "server \"far\" is unexpected\n"
	                                       "server \"remote\" is missing\n"
	                                       "user mapping \"public ON far\" is unexpected\n"
	                                       "user mapping \"public ON remote\" is missing\n"
	                                       "table \"kb.far\": server was \"remote\", is \"far\"" },
	{ "ALTER USER MAPPING FOR PUBLIC SERVER remote OPTIONS (SET \"user\" 'me')",
	  "user mapping \"public ON remote\": options was [password, user=them], is [password, user=me]" },
	{ "ALTER USER MAPPING FOR PUBLIC SERVER remote OPTIONS (SET password 'other')", "" },
	{ "ALTER USER MAPPING FOR PUBLIC SERVER remote OPTIONS (DROP password)",
	  "user mapping \"public ON remote\": options was [password, user=them], is [user=them]" },
	{ "CREATE USER MAPPING FOR pg_monitor SERVER remote", "user mapping \"pg_monitor ON remote\" is unexpected" },
	{ "ALTER FOREIGN TABLE kb.far OPTIONS (SET table_name 'y')",
	  "table \"kb.far\": foreign_options was [table_name=x], is [table_name=y]" },
	{ "ALTER FOREIGN TABLE kb.far ALTER a OPTIONS (ADD column_name 'z')",
	  "column \"kb.far.a\": foreign_options was absent, is [column_name=z]" },
	{ "ALTER FOREIGN TABLE kb.far OPTIONS (ADD secret_key 'z')",
	  "table \"kb.far\": foreign_options was [table_name=x], is [secret_key, table_name=x]" },
	{ "UPDATE pg_foreign_table SET ftserver = (SELECT oid FROM pg_foreign_server WHERE srvname = 'spare') WHERE "
	  "ftrelid = 'kb.far'::regclass",
	  "table \"kb.far\": server was \"remote\", is \"spare\"" },
	{ "ALTER FOREIGN TABLE kb.far ADD CONSTRAINT far_check CHECK (a > 0)",
	  "check \"kb.far.far_check\" is unexpected" },
	{ "GRANT SELECT ON kb.far TO pg_monitor", "table \"kb.far\": privileges was absent, is [pg_monitor=select]" },
	{ "COMMENT ON FOREIGN TABLE kb.far IS 'c'", "table \"kb.far\": comment was absent, is \"c\"" },
	{ "DROP FOREIGN TABLE kb.far", "table \"kb.far\" is missing" },
};

static const Row rule_rows[] = {
	{ "CREATE OR REPLACE RULE quiet AS ON DELETE TO kb.parent DO ALSO NOTHING",
	  "rule \"kb.parent.quiet\": instead was true, is false" },
	{ "CREATE OR REPLACE RULE quiet AS ON UPDATE TO kb.parent DO INSTEAD NOTHING",
	  "rule \"kb.parent.quiet\": event was \"delete\", is \"update\"" },
	{ "CREATE OR REPLACE RULE quiet AS ON DELETE TO kb.parent WHERE old.a > 5 DO INSTEAD NOTHING",
	  "rule \"kb.parent.quiet\": condition was absent, is \"WHERE (old.a > 5)\"" },
	{ "ALTER TABLE kb.parent DISABLE RULE quiet",
	  "rule \"kb.parent.quiet\": enabled was \"origin\", is \"disabled\"" },
	{ "ALTER TABLE kb.parent ENABLE ALWAYS RULE quiet",
	  "rule \"kb.parent.quiet\": enabled was \"origin\", is \"always\"" },
	{ "ALTER RULE quiet ON kb.parent RENAME TO silent", "rule \"kb.parent.quiet\" is missing\n"
	                                                    "rule \"kb.parent.silent\" is unexpected" },
	{ "COMMENT ON RULE quiet ON kb.parent IS 'c'", "rule \"kb.parent.quiet\": comment was absent, is \"c\"" },
	{ "DROP RULE quiet ON kb.parent", "rule \"kb.parent.quiet\" is missing" },
};

static const Row statistics_rows[] = {
	{ "DROP STATISTICS kb.stats; CREATE STATISTICS kb.stats (dependencies) ON project_id, region FROM kb.jobs",
	  "statistics \"kb.stats\": kinds was [dependencies, mcv, ndistinct], is [dependencies]" },
	{ "DROP STATISTICS kb.stats; CREATE STATISTICS kb.stats ON project_id, size FROM kb.jobs",
	  "statistics \"kb.stats\": columns was [project_id, region], is [project_id, size]" },
	{ "DROP STATISTICS kb.stats; CREATE STATISTICS kb.stats ON region, id FROM kb.projects",
	  "statistics \"kb.stats\": table was \"kb.jobs\", is \"kb.projects\"\n"
	  "statistics \"kb.stats\": columns was [project_id, region], is [id, region]" },
	{ "DROP STATISTICS kb.stats; CREATE STATISTICS kb.stats ON project_id, region, (size + 1) FROM kb.jobs",
	  "statistics \"kb.stats\": expressions was absent, is \"(size + 1)\"", 140000 },
	{ "ALTER STATISTICS kb.stats SET STATISTICS 50", "statistics \"kb.stats\": target was absent, is 50" },
	{ "ALTER STATISTICS kb.stats OWNER TO pg_monitor",
	  "statistics \"kb.stats\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON STATISTICS kb.stats IS 'c'", "statistics \"kb.stats\": comment was absent, is \"c\"" },
	{ "ALTER STATISTICS kb.stats RENAME TO more", "statistics \"kb.more\" is unexpected\n"
	                                              "statistics \"kb.stats\" is missing" },
	{ "DROP TABLE kb.jobs CASCADE", "table \"kb.jobs\" is missing\n"
	                                "view \"kb.sizes\" is missing\n"
	                                "view \"kb.titles\" is missing" },
};

static const Row event_trigger_rows[] = {
	{ "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_start WHEN TAG IN ('DROP TABLE') "
	  "EXECUTE FUNCTION kb.watch()",
	  "event trigger \"watch\": event was \"ddl_command_end\", is \"ddl_command_start\"" },
	{ "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION kb.watch()",
	  "event trigger \"watch\": tags was [DROP TABLE], is absent" },
	{ "DROP EVENT TRIGGER watch; CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('DROP TABLE') EXECUTE "
	  "FUNCTION kb.watch2()",
	  "event trigger \"watch\": function was \"kb.watch\", is \"kb.watch2\"" },
	{ "ALTER EVENT TRIGGER watch DISABLE", "event trigger \"watch\": enabled was \"origin\", is \"disabled\"" },
	{ "ALTER EVENT TRIGGER watch ENABLE REPLICA",
	  "event trigger \"watch\": enabled was \"origin\", is \"replica\"" },
	{ "COMMENT ON EVENT TRIGGER watch IS 'c'", "event trigger \"watch\": comment was absent, is \"c\"" },
	{ "DROP EVENT TRIGGER watch", "event trigger \"watch\" is missing" },
};

static const Row publication_rows[] = {
	{ "CREATE PUBLICATION everything FOR ALL TABLES", "publication \"everything\" is unexpected" },
	{ "UPDATE pg_publication SET puballtables = true WHERE pubname = 'news'",
	  "publication \"news\": all_tables was false, is true" },
	{ "ALTER PUBLICATION news ADD TABLE kb.parent",
	  "publication \"news\": tables was [kb.projects], is [kb.child, kb.parent, kb.projects]" },
	{ "ALTER PUBLICATION news DROP TABLE kb.projects",
	  "publication \"news\": tables was [kb.projects], is absent" },
	{ "ALTER PUBLICATION news SET TABLE kb.projects (id, name)",
	  "publication \"news\": tables was [kb.projects], is [\"kb.projects (id, name)\"]", 150000 },
	{ "ALTER PUBLICATION news SET TABLE kb.projects WHERE (id > 5)",
	  "publication \"news\": tables was [kb.projects], is [kb.projects WHERE (id > 5)]", 150000 },
	{ "ALTER PUBLICATION news SET TABLES IN SCHEMA public, kb",
	  "publication \"news\": tables was [kb.projects], is absent\n"
	  "publication \"news\": schemas was absent, is [kb, public]",
	  150000 },
	{ "ALTER PUBLICATION news SET (publish = 'insert, delete')",
	  "publication \"news\": publish was [insert, update, delete, truncate], is [insert, delete]" },
	{ "ALTER PUBLICATION news SET (publish_via_partition_root = true)",
	  "publication \"news\": via_partition_root was false, is true" },
	{ "ALTER PUBLICATION news SET (publish_generated_columns = stored)",
	  "publication \"news\": generated_columns was \"none\", is \"stored\"", 180000 },
	{ "ALTER PUBLICATION news OWNER TO pg_monitor", "publication \"news\": owner was absent, is \"pg_monitor\"" },
	{ "COMMENT ON PUBLICATION news IS 'c'", "publication \"news\": comment was absent, is \"c\"" },
	{ "DROP PUBLICATION news", "publication \"news\" is missing" },
};

static const Row default_privilege_rows[] = {
	{ "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
	  "default privilege \"tables\" is unexpected" },
	{ "ALTER DEFAULT PRIVILEGES IN SCHEMA kb GRANT INSERT ON TABLES TO pg_monitor WITH GRANT OPTION",
	  "default privilege \"tables in kb\": privileges was [pg_monitor=select], is [pg_monitor=insert*+select]" },
	{ "ALTER DEFAULT PRIVILEGES IN SCHEMA kb GRANT USAGE ON SEQUENCES TO PUBLIC",
	  "default privilege \"sequences in kb\" is unexpected" },
	{ "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
	  "default privilege \"functions\" is unexpected" },
	{ "ALTER DEFAULT PRIVILEGES FOR ROLE pg_monitor REVOKE ALL ON TYPES FROM PUBLIC",
	  "default privilege \"types of pg_monitor\" is unexpected" },
	{ "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO pg_monitor",
	  "default privilege \"schemas\" is unexpected" },
	{ "ALTER DEFAULT PRIVILEGES REVOKE DELETE ON TABLES FROM CURRENT_USER",
	  "default privilege \"tables\" is unexpected" },
	{ "ALTER DEFAULT PRIVILEGES IN SCHEMA kb REVOKE SELECT ON TABLES FROM pg_monitor",
	  "default privilege \"tables in kb\" is missing" },
};

static const Row owner_rows[] = {
	{ "ALTER SCHEMA kb OWNER TO pg_monitor", "schema \"kb\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER SCHEMA public OWNER TO pg_monitor", "schema \"public\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER SEQUENCE kb.numbers OWNER TO pg_monitor",
	  "sequence \"kb.numbers\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER FUNCTION kb.many OWNER TO pg_monitor", "function \"kb.many()\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER TABLE kb.projects OWNER TO pg_monitor",
	  "table \"kb.projects\": privileges was [pg_monitor=select], is absent\n"
	  "table \"kb.projects\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER TABLE kb.jobs OWNER TO pg_monitor", "table \"kb.jobs\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER VIEW kb.titles OWNER TO pg_monitor", "view \"kb.titles\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER MATERIALIZED VIEW kb.sizes OWNER TO pg_monitor",
	  "view \"kb.sizes\": owner was absent, is \"pg_monitor\"" },
	{ "ALTER FOREIGN TABLE kb.far OWNER TO pg_monitor", "table \"kb.far\": owner was absent, is \"pg_monitor\"" },
};

CHECK_OTHER_ROWS(a_change_of_a_language_is_seen, language_rows)
CHECK_OTHER_ROWS(a_change_of_an_access_method_is_seen, access_method_rows)
CHECK_OTHER_ROWS(a_change_of_an_operator_is_seen, operator_rows)
CHECK_OTHER_ROWS(a_change_of_an_operator_family_is_seen, operator_family_rows)
CHECK_OTHER_ROWS(a_change_of_an_operator_class_is_seen, operator_class_rows)
CHECK_OTHER_ROWS(a_change_of_a_cast_is_seen, cast_rows)
CHECK_OTHER_ROWS(a_change_of_a_transform_is_seen, transform_rows)
CHECK_OTHER_ROWS(a_change_of_a_text_search_is_seen, text_search_rows)
CHECK_OTHER_ROWS(a_change_of_a_foreign_is_seen, foreign_rows)
CHECK_OTHER_ROWS(a_change_of_a_rule_is_seen, rule_rows)
CHECK_OTHER_ROWS(a_change_of_a_statistics_is_seen, statistics_rows)
CHECK_OTHER_ROWS(a_change_of_an_event_trigger_is_seen, event_trigger_rows)
CHECK_OTHER_ROWS(a_change_of_a_publication_is_seen, publication_rows)
CHECK_OTHER_ROWS(a_change_of_a_default_privilege_is_seen, default_privilege_rows)
CHECK_OTHER_ROWS(a_change_of_an_owner_is_seen, owner_rows)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_a_language_is_seen),        TEST(a_change_of_an_access_method_is_seen),
		TEST(a_change_of_an_operator_is_seen),       TEST(a_change_of_an_operator_family_is_seen),
		TEST(a_change_of_an_operator_class_is_seen), TEST(a_change_of_a_cast_is_seen),
		TEST(a_change_of_a_transform_is_seen),       TEST(a_change_of_a_text_search_is_seen),
		TEST(a_change_of_a_foreign_is_seen),         TEST(a_change_of_a_rule_is_seen),
		TEST(a_change_of_a_statistics_is_seen),      TEST(a_change_of_an_event_trigger_is_seen),
		TEST(a_change_of_a_publication_is_seen),     TEST(a_change_of_a_default_privilege_is_seen),
		TEST(a_change_of_an_owner_is_seen),
	};

	return cmocka_run_group_tests(tests, support_start, support_stop);
}
