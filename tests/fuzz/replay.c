/* Feeds a target the files of folders, instead of libFuzzer. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

/* Nothing of a corpus takes longer than some milliseconds; a second, with sanitizers on a busy machine, is a hang. */
#define LIMIT_US ((gint64)10 * G_USEC_PER_SEC)

static void
replay_file(const char *path)
{
	g_autofree char *bytes = NULL;
	gsize length = 0;
	gint64 start = g_get_monotonic_time();

	if (!g_file_get_contents(path, &bytes, &length, NULL)) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(1);
	}
	/* When it crashes, this is the last line. */
	fprintf(stderr, "%s\n", path);
	LLVMFuzzerTestOneInput((const uint8_t *)bytes, length);
	if (g_get_monotonic_time() - start > LIMIT_US) {
		fprintf(stderr, "it took too long\n");
		exit(1);
	}
}

static guint
replay_folder(const char *folder)
{
	g_autoptr(GDir) files = g_dir_open(folder, 0, NULL);
	const char *name;
	guint n = 0;

	for (; files != NULL && (name = g_dir_read_name(files)) != NULL; n++) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		replay_file(path);
	}
	return n;
}

int
main(int argc, char **argv)
{
	guint n = 0;

	for (int i = 1; i < argc; i++)
		n += replay_folder(argv[i]);
	printf("%u files\n", n);
	return n > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
