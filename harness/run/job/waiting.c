#include "run/job/waiting.h"

static _Thread_local gint64 waited;

void
run_waiting_wait(GCond *changed, GMutex *mutex)
{
	gint64 start = g_get_monotonic_time();

	g_cond_wait(changed, mutex);
	waited += g_get_monotonic_time() - start;
}

gint64
run_waiting_take(void)
{
	gint64 taken = waited;

	waited = 0;
	return taken;
}
