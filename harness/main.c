/* pgassay: initialise, dispatch, exit. */
#include "base/interrupt.h"
#include "command/command.h"
#include "db/environment.h"

#include <locale.h>

int
main(int n_arguments, char **arguments)
{
	setlocale(LC_ALL, "");
	base_interrupt_install();
	db_environment_take();
	return (int)command_end_output(command_main(n_arguments, arguments));
}
