/* The version of Flyway that the project's build names. */
#include "migration/format/flyway/flyway.h"

#include <string.h>

#define VERSION_FILE_BYTES ((gsize)1024 * 1024)
/* How far above the migrations builds are looked for. */
#define VERSION_LEVELS 16

/* Their first group is the version: "${flyway.version}" is none. */
static const char *const version_patterns[] = {
	"<flyway[\\w.-]*version>\\s*(\\d+(?:\\.\\d+)*)",
	"<artifactId>flyway-core</artifactId>\\s*<version>\\s*(\\d+(?:\\.\\d+)*)",
	"org\\.flywaydb[\\w.:-]*:flyway-core:(\\d+(?:\\.\\d+)*)",
	"org\\.flywaydb\\.flyway[\"')\\s]+version[\\s(\"'=]+(\\d+(?:\\.\\d+)*)",
	"flyway[\\w.-]*version[\"'\\])]*\\s*[=:]\\s*[\"']?(\\d+(?:\\.\\d+)*)",
	"(?m)^flyway[\\w-]*\\s*=\\s*\"(\\d+(?:\\.\\d+)*)\"",
};

static char *
version_read(const char *path)
{
	g_autoptr(Source) source = g_file_test(path, G_FILE_TEST_IS_REGULAR)
	                               ? base_source_load(path, VERSION_FILE_BYTES, NULL)
	                               : NULL;

	for (gsize i = 0; source != NULL && i < G_N_ELEMENTS(version_patterns); i++) {
		g_autoptr(GRegex) regex = g_regex_new(version_patterns[i], G_REGEX_RAW | G_REGEX_CASELESS, 0, NULL);
		g_autoptr(GMatchInfo) match = NULL;
		if (g_regex_match(regex, base_source_text(source), 0, &match))
			return g_match_info_fetch(match, 1);
	}
	return NULL;
}

static char *
version_read_folder(const char *folder)
{
	static const char *const names[] = {
		"pom.xml",           "build.gradle",
		"build.gradle.kts",  "gradle/libs.versions.toml",
		"gradle.properties", "dependencies.gradle",
		"versions.gradle",   "gradle/dependencies.gradle",
		"build.sbt",         "project/Dependencies.scala",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(folder, names[i], NULL);
		char *version = version_read(path);
		if (version != NULL)
			return version;
	}
	return NULL;
}

char *
flyway_project_version(const char *directory)
{
	g_autofree char *folder = g_strdup(directory);

	for (guint level = 0; level < VERSION_LEVELS; level++) {
		char *version = version_read_folder(folder);
		if (version != NULL || strcmp(folder, ".") == 0 || strcmp(folder, "/") == 0)
			return version;
		char *above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
	}
	return NULL;
}
