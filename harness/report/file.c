#include "report/file.h"

#include "base/file.h"

bool
report_file_write(const char *path, const char *data, gsize length, GError **error)
{
	return base_file_write(path, "report", data, length, error);
}
