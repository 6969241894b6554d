#include "suite/provider.h"

#include <string.h>

/* Extensions that are not trusted, and that the manuals of all five list as supported. */
#define EXTENSIONS_OF_ALL                                                                                              \
	"address_standardizer", "bloom", "dblink", "hypopg", "pg_hint_plan", "pg_prewarm", "pg_repack",                \
	    "pg_stat_statements", "pgaudit", "pgrouting", "pgrowlocks", "pgstattuple", "pgtap", "plpgsql_check",       \
	    "plv8", "postgis", "postgis_raster", "postgis_sfcgal", "postgis_tiger_geocoder", "postgis_topology",       \
	    "postgres_fdw", "sslinfo", "vector"

/* docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-extensions.html */
static const char *const rds_extensions[] = { EXTENSIONS_OF_ALL, "amcheck",
	                                      "aws_commons",     "aws_lambda",
	                                      "aws_s3",          "hll",
	                                      "log_fdw",         "mysql_fdw",
	                                      "oracle_fdw",      "orafce",
	                                      "pageinspect",     "pg_bigm",
	                                      "pg_buffercache",  "pg_cron",
	                                      "pg_freespacemap", "pg_partman",
	                                      "pg_proctab",      "pg_similarity",
	                                      "pg_tle",          "pg_visibility",
	                                      "pg_walinspect",   "pglogical",
	                                      "rdkit",           "tds_fdw",
	                                      "test_parser",     NULL };
/* "Understanding the rds_superuser role" in the same guide; replication goes by rds_replication. */
static const char *const rds_roles[] = { "pg_monitor", "pg_signal_backend", "pg_checkpoint", NULL };

/* docs.cloud.google.com/sql/docs/postgres/extensions */
static const char *const cloudsql_extensions[] = { EXTENSIONS_OF_ALL,
	                                           "amcheck",
	                                           "google_ml_integration",
	                                           "hll",
	                                           "ip4r",
	                                           "oracle_fdw",
	                                           "orafce",
	                                           "pageinspect",
	                                           "pg_bigm",
	                                           "pg_buffercache",
	                                           "pg_cron",
	                                           "pg_freespacemap",
	                                           "pg_partman",
	                                           "pg_proctab",
	                                           "pg_similarity",
	                                           "pg_squeeze",
	                                           "pg_visibility",
	                                           "pg_wait_sampling",
	                                           "pgfincore",
	                                           "pglogical",
	                                           "plproxy",
	                                           "rdkit",
	                                           "refint",
	                                           "temporal_tables",
	                                           NULL };
static const char *const cloudsql_roles[] = { "pg_monitor", "pg_signal_backend", NULL };

/* learn.microsoft.com/azure/postgresql/extensions/concepts-extensions-versions: once in azure.extensions */
static const char *const azure_extensions[] = { EXTENSIONS_OF_ALL,
	                                        "age",
	                                        "amcheck",
	                                        "anon",
	                                        "azure_ai",
	                                        "azure_storage",
	                                        "hll",
	                                        "login_hook",
	                                        "orafce",
	                                        "pageinspect",
	                                        "pg_buffercache",
	                                        "pg_cron",
	                                        "pg_diskann",
	                                        "pg_freespacemap",
	                                        "pg_partman",
	                                        "pg_squeeze",
	                                        "pg_visibility",
	                                        "pglogical",
	                                        "semver",
	                                        "session_variable",
	                                        "tds_fdw",
	                                        "timescaledb",
	                                        "topn",
	                                        NULL };
static const char *const azure_roles[] = { "pg_monitor", NULL };

/* supautils.privileged_extensions in ansible/files/postgresql_config/supautils.conf.j2 of github.com/supabase/postgres
 */
static const char *const supabase_extensions[] = { EXTENSIONS_OF_ALL,
	                                           "address_standardizer_data_us",
	                                           "autoinc",
	                                           "dict_xsyn",
	                                           "http",
	                                           "index_advisor",
	                                           "insert_username",
	                                           "moddatetime",
	                                           "pg_cron",
	                                           "pg_graphql",
	                                           "pg_hashids",
	                                           "pg_jsonschema",
	                                           "pg_net",
	                                           "pg_buffercache",
	                                           "pg_stat_monitor",
	                                           "pg_tle",
	                                           "pg_walinspect",
	                                           "pgjwt",
	                                           "pgroonga",
	                                           "pgroonga_database",
	                                           "pgsodium",
	                                           "refint",
	                                           "rum",
	                                           "supabase_vault",
	                                           "timescaledb",
	                                           "wrappers",
	                                           NULL };
static const char *const supabase_roles[] = { "pg_monitor", "pg_read_all_data", "pg_signal_backend", NULL };

/* neon.com/docs/extensions/pg-extensions */
static const char *const neon_extensions[] = {
	EXTENSIONS_OF_ALL, "anon",        "autoinc",       "h3",          "h3_postgis", "hll",
	"insert_username", "ip4r",        "moddatetime",   "neon",        "pg_cron",    "pg_graphql",
	"pg_hashids",      "pg_ivm",      "pg_jsonschema", "pg_mooncake", "pg_partman", "pg_roaringbitmap",
	"pg_session_jwt",  "pg_tiktoken", "pg_uuidv7",     "pgjwt",       "pgx_ulid",   "rdkit",
	"refint",          "semver",      "timescaledb",   "unit",        "wal2json",   NULL
};
static const char *const neon_roles[] = { "pg_read_all_data",  "pg_write_all_data",      "pg_monitor",
	                                  "pg_signal_backend", "pg_create_subscription", NULL };

static const SuiteProvider providers[] = {
	/* AmazonRDS/latest/UserGuide: Appendix.PostgreSQL.CommonDBATasks.Roles.rds_superuser (the CREATE ROLE of the
	 * administrator), PostgreSQL.Concepts.General.FeatureSupport.EventTriggers; session_replication_role:
	 * dms/latest/userguide/CHAP_Target.PostgreSQL, which sets it when it connects. */
	{ "rds", "Amazon RDS or Aurora", "CREATEROLE CREATEDB", rds_roles, rds_extensions, .event_triggers = true,
	  .replication_role = true, .wide_publications = true },
	/* docs.cloud.google.com/sql/docs/postgres/users, "Superuser restrictions and privileges": extensions, event
	 * triggers, publications. */
	{ "cloudsql", "Cloud SQL", "CREATEROLE CREATEDB", cloudsql_roles, cloudsql_extensions, .event_triggers = true,
	  .wide_publications = true },
	/* learn.microsoft.com/training/modules/secure-azure-database-for-postgresql/3-describe-built-server-roles (the
	 * attributes), azure/postgresql/security/security-access-control (BYPASSRLS). */
	{ "azure", "Azure Database for PostgreSQL", "CREATEROLE CREATEDB REPLICATION BYPASSRLS", azure_roles,
	  azure_extensions },
	/* supabase.com/docs/guides/database/postgres/roles-superuser, .../event-triggers; supautils.conf.j2:
	 * privileged_role_allowed_configs. */
	{ "supabase", "Supabase", "CREATEROLE CREATEDB REPLICATION BYPASSRLS", supabase_roles, supabase_extensions,
	  .event_triggers = true, .replication_role = true, .wide_publications = true },
	/* neon.com/docs/manage/roles, "The neon_superuser role"; neon.com/blog/postgres-event-triggers; for
	 * publications github.com/neondatabase/postgres, publicationcmds.c. */
	{ "neon", "Neon", "CREATEROLE CREATEDB REPLICATION BYPASSRLS", neon_roles, neon_extensions,
	  .event_triggers = true, .wide_publications = true },
};

const char *const suite_provider_names[] = { "rds", "cloudsql", "azure", "supabase", "neon", NULL };

const SuiteProvider *
suite_provider_find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(providers); i++)
		if (strcmp(providers[i].name, name) == 0)
			return &providers[i];
	return NULL;
}

static bool
provider_allows_extension(const SuiteProvider *provider, const char *message)
{
	static const char words[] = "permission denied to create extension \"";

	if (!g_str_has_prefix(message, words))
		return false;
	g_autofree char *name = g_strdup(message + strlen(words));
	name[strcspn(name, "\"")] = '\0';
	return g_strv_contains(provider->extensions, name);
}

bool
suite_provider_allows(const SuiteProvider *provider, const char *message)
{
	const struct {
		const char *words;
		bool allowed;
	} refusals[] = {
		{ "permission denied to create event trigger", provider != NULL && provider->event_triggers },
		{ "permission denied to set parameter \"session_replication_role\"",
		  provider != NULL && provider->replication_role },
		{ "must be superuser to create FOR ALL TABLES publication",
		  provider != NULL && provider->wide_publications },
		{ "must be superuser to create FOR TABLES IN SCHEMA publication",
		  provider != NULL && provider->wide_publications },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		if (refusals[i].allowed && g_str_has_prefix(message, refusals[i].words))
			return true;
	return provider != NULL && provider_allows_extension(provider, message);
}
