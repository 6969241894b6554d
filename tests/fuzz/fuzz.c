#define _GNU_SOURCE /* memfd_create */
#include "fuzz.h"

#include "base/error.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* An error shows a line of its file at most, and a few names. */
#define ERROR_BYTES_MAX ((size_t)64 * 1024)

/* libfyaml loses some memory of a file that it refuses; such a file ends the program. */
const char *__lsan_default_suppressions(void);

const char *
__lsan_default_suppressions(void)
{
	return "leak:libfyaml";
}

const char *
fuzz_file(const uint8_t *data, size_t size)
{
	static int file = -1;
	static char path[64];

	if (file < 0) {
		file = memfd_create("input", MFD_CLOEXEC);
		g_assert(file >= 0);
		g_snprintf(path, sizeof path, "/proc/self/fd/%d", file);
	}
	g_assert(ftruncate(file, 0) == 0);
	g_assert(pwrite(file, data, size, 0) == (ssize_t)size);
	return path;
}

void
fuzz_check_outcome(bool loaded, GError *error)
{
	g_assert(loaded == (error == NULL));
	if (error == NULL)
		return;
	g_assert(g_error_matches(error, BASE_ERROR, BASE_ERROR_INPUT));
	g_assert(strlen(error->message) < ERROR_BYTES_MAX);
	g_assert(g_utf8_validate(error->message, -1, NULL));
	g_error_free(error);
}
