#include "command/page/ci.h"
#include "command/page/pages.h"

#include "base/error.h"

#include <string.h>

static const struct {
	const char *system;
	const char *path;
} ci_paths[] = {
	{ "github", ".github/workflows/pgassay.yml" },
	{ "gitlab", ".gitlab-ci.yml" },
	{ "jenkins", "Jenkinsfile" },
	{ "bitbucket", "bitbucket-pipelines.yml" },
	{ "azure", "azure-pipelines.yml" },
	{ "buildkite", ".buildkite/pipeline.yml" },
	{ "circleci", ".circleci/config.yml" },
	{ "kubernetes", "pgassay-job.yml" },
	{ "pre-commit", ".pre-commit-config.yaml" },
};

const char *
command_ci_path(const char *system, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(ci_paths); i++)
		if (strcmp(ci_paths[i].system, system) == 0)
			return ci_paths[i].path;
	base_error_set(error, BASE_ERROR_USAGE,
	               "it is one of github, gitlab, jenkins, bitbucket, azure, buildkite, circleci, kubernetes, "
	               "pre-commit; \"pgassay help ci\" says what any other needs",
	               "there is no file for the CI system \"%s\"", system);
	return NULL;
}

const char *
command_ci_text(const char *system)
{
	for (const CommandPage *file = command_ci_files; file->name != NULL; file++)
		if (strcmp(file->name, system) == 0)
			return file->text;
	g_return_val_if_reached("");
}
