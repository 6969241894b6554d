/*
 * Shared by the fuzz targets. A target is one file fuzz_NAME.c with a function LLVMFuzzerTestOneInput; libFuzzer feeds
 * it (script/fuzz), or replay.c feeds it the files of corpus/NAME, which is an ordinary test.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes any bytes; crashes when something is wrong. Gives 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A path under which the bytes can be loaded as a file, until the next call; the same path each time. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* The duty of every loader: a result, or an error of bad input whose text is UTF-8 and of limited length. Frees the
 * error. */
void fuzz_check_outcome(bool loaded, GError *error);

#endif
