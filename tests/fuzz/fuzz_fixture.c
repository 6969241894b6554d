/* The loader of expectation fixtures. */
#include "fuzz.h"

#include "check/fixture/fixture.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SuiteDocument) fixture = check_fixture_load(fuzz_file(data, size), &error);

	fuzz_check_outcome(fixture != NULL, g_steal_pointer(&error));
	return 0;
}
