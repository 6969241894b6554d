#include "command/option/timeouts.h"

#include "base/error.h"

#define SECONDS_MAX 86400

bool
command_check_seconds(const char *option, gint seconds, GError **error)
{
	return (seconds >= 1 && seconds <= SECONDS_MAX) ||
	       base_error_set(error, BASE_ERROR_USAGE, NULL, "%s is a number of seconds from 1 to %d", option,
	                      SECONDS_MAX);
}

bool
command_limits_check(const CommandLimits *limits, TargetReadingOptions *ret_reading, GError **error)
{
	if (!command_check_seconds("--statement-timeout", limits->statement_timeout, error) ||
	    !command_check_seconds("--lock-timeout", limits->lock_timeout, error) ||
	    !command_check_seconds("--connect-timeout", limits->connect_timeout, error))
		return false;
	*ret_reading = (TargetReadingOptions){ .statement_timeout = (guint)limits->statement_timeout,
		                               .lock_timeout = (guint)limits->lock_timeout };
	return true;
}
