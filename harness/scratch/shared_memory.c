#include "scratch/shared_memory.h"

#include "scratch/postmaster.h"

#include <sys/shm.h>
#include <time.h>

#define PATIENCE_MS 500
#define PAUSE_MS    5

/* Processes that were just killed take a moment to end. */
static void
wait_for_detach(int id)
{
	struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	struct shmid_ds segment;

	for (int waited = 0; waited < PATIENCE_MS && shmctl(id, IPC_STAT, &segment) == 0 && segment.shm_nattch > 0;
	     waited += PAUSE_MS)
		nanosleep(&pause, NULL);
}

void
scratch_shared_memory_remove(const char *data)
{
	ScratchPostmaster postmaster;
	struct shmid_ds segment;

	if (!scratch_postmaster_read(data, &postmaster) || postmaster.memory_key == 0)
		return;
	wait_for_detach((int)postmaster.memory_id);
	/* The same number may be another's segment by now: its key and its owner have to match, too. */
	if (shmctl((int)postmaster.memory_id, IPC_STAT, &segment) == 0 &&
	    segment.shm_perm.__key == (key_t)(int)postmaster.memory_key && segment.shm_perm.cuid == postmaster.owner &&
	    segment.shm_nattch == 0)
		shmctl((int)postmaster.memory_id, IPC_RMID, NULL);
}
