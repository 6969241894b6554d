#include "run/job/turns.h"

#include "run/job/waiting.h"

struct RunTurns {
	GMutex mutex;
	GCond changed;
	guint taken;
	guint ended;
};

RunTurns *
run_turns_new(void)
{
	RunTurns *turns = g_new0(RunTurns, 1);

	g_mutex_init(&turns->mutex);
	g_cond_init(&turns->changed);
	return turns;
}

void
run_turns_free(RunTurns *turns)
{
	if (turns == NULL)
		return;
	g_cond_clear(&turns->changed);
	g_mutex_clear(&turns->mutex);
	g_free(turns);
}

guint
run_turns_take(RunTurns *turns)
{
	return ++turns->taken;
}

void
run_turns_wait(RunTurns *turns, guint turn)
{
	if (turn == 0)
		return;
	g_mutex_lock(&turns->mutex);
	while (turns->ended + 1 < turn)
		run_waiting_wait(&turns->changed, &turns->mutex);
	g_mutex_unlock(&turns->mutex);
}

void
run_turns_end(RunTurns *turns, guint turn)
{
	if (turn == 0)
		return;
	g_mutex_lock(&turns->mutex);
	turns->ended = turn;
	g_cond_broadcast(&turns->changed);
	g_mutex_unlock(&turns->mutex);
}
