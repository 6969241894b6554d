#include "command/option/result.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "db/mask.h"

#include <stdio.h>

CommandResult
command_error(const GError *error)
{
	g_autofree char *message = db_mask(error->message);

	fprintf(stderr, "pgassay: %s\n", message);
	if (error->domain != BASE_ERROR)
		return COMMAND_USAGE;
	switch ((BaseErrorCode)error->code) {
	case BASE_ERROR_MIGRATION:
		return COMMAND_FAILED;
	case BASE_ERROR_USAGE:
	case BASE_ERROR_INPUT:
		return COMMAND_USAGE;
	case BASE_ERROR_INTERRUPTED:
		return base_interrupt_is_limit() ? COMMAND_ENVIRONMENT : COMMAND_INTERRUPTED;
	case BASE_ERROR_ENVIRONMENT:
	case BASE_ERROR_DATABASE:
	default:
		return COMMAND_ENVIRONMENT;
	}
}
