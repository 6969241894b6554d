/*
 * Tells ThreadSanitizer what GLib's locks and queues do: GLib itself is not built with it, and its locks are futexes of
 * its own, so that everything that is guarded by them would look like a race. The linker puts these functions in the
 * place of GLib's (see meson.build) in a build with -Db_sanitize=thread.
 */
#define _GNU_SOURCE /* a recursive mutex without a call */

#include <glib.h>
#include <pthread.h>
#include <unistd.h>

/* They are macros around functions of the same names. */
#undef g_once_init_enter
#undef g_once_init_leave

void __tsan_acquire(void *address);
void __tsan_release(void *address);

/* ThreadSanitizer keeps a signal back until the thread that got it comes to a function that it knows, and GLib's waits
 * are none: such a thread wakes up now and then, and rests for a moment. */
#define REST 50000 /* microseconds */

static void
take_signals(void)
{
	usleep(1);
}

/* --- Mutexes and conditions ------------------------------------------------ */

void __real_g_mutex_lock(GMutex *mutex);
void __wrap_g_mutex_lock(GMutex *mutex);
void
__wrap_g_mutex_lock(GMutex *mutex)
{
	__real_g_mutex_lock(mutex);
	__tsan_acquire(mutex);
}

void __real_g_mutex_unlock(GMutex *mutex);
void __wrap_g_mutex_unlock(GMutex *mutex);
void
__wrap_g_mutex_unlock(GMutex *mutex)
{
	__tsan_release(mutex);
	__real_g_mutex_unlock(mutex);
}

gboolean __real_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end);
void __wrap_g_cond_wait(GCond *cond, GMutex *mutex);
void
__wrap_g_cond_wait(GCond *cond, GMutex *mutex)
{
	/* A wait may end without a signal to the condition, as every caller knows. */
	__tsan_release(mutex);
	__real_g_cond_wait_until(cond, mutex, g_get_monotonic_time() + REST);
	__tsan_acquire(mutex);
	take_signals();
}

gboolean __wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end);
gboolean
__wrap_g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end)
{
	__tsan_release(mutex);
	gboolean done = __real_g_cond_wait_until(cond, mutex, end);
	__tsan_acquire(mutex);
	return done;
}

/* --- Singletons ------------------------------------------------------------------ */

gboolean __real_g_once_init_enter(void *location);
gboolean __wrap_g_once_init_enter(void *location);
gboolean
__wrap_g_once_init_enter(void *location)
{
	gboolean first = __real_g_once_init_enter(location);

	__tsan_acquire(location);
	return first;
}

void __real_g_once_init_leave(void *location, gsize result);
void __wrap_g_once_init_leave(void *location, gsize result);
void
__wrap_g_once_init_leave(void *location, gsize result)
{
	__tsan_release(location);
	__real_g_once_init_leave(location, result);
}

/* A function that is called once may call others. */
static pthread_mutex_t once_mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;

/* The macro g_once reads the status by itself, which ThreadSanitizer sees only when the write is seen, too. */
gpointer __wrap_g_once_impl(GOnce *once, GThreadFunc function, gpointer argument);
gpointer
__wrap_g_once_impl(GOnce *once, GThreadFunc function, gpointer argument)
{
	pthread_mutex_lock(&once_mutex);
	if (once->status != G_ONCE_STATUS_READY) {
		once->retval = function(argument);
		g_atomic_int_set(&once->status, G_ONCE_STATUS_READY);
	}
	pthread_mutex_unlock(&once_mutex);
	return once->retval;
}

/* --- Queues ---------------------------------------------------------------- */

void __real_g_async_queue_push(GAsyncQueue *queue, gpointer data);
void __wrap_g_async_queue_push(GAsyncQueue *queue, gpointer data);
void
__wrap_g_async_queue_push(GAsyncQueue *queue, gpointer data)
{
	__tsan_release(queue);
	__real_g_async_queue_push(queue, data);
}

gpointer __real_g_async_queue_timeout_pop(GAsyncQueue *queue, guint64 timeout);
gpointer __wrap_g_async_queue_pop(GAsyncQueue *queue);
gpointer
__wrap_g_async_queue_pop(GAsyncQueue *queue)
{
	gpointer data;

	while ((data = __real_g_async_queue_timeout_pop(queue, REST)) == NULL)
		take_signals();
	__tsan_acquire(queue);
	return data;
}

gpointer __wrap_g_async_queue_timeout_pop(GAsyncQueue *queue, guint64 timeout);
gpointer
__wrap_g_async_queue_timeout_pop(GAsyncQueue *queue, guint64 timeout)
{
	gpointer data = __real_g_async_queue_timeout_pop(queue, timeout);

	__tsan_acquire(queue);
	return data;
}

void __real_g_async_queue_unref(GAsyncQueue *queue);
void __wrap_g_async_queue_unref(GAsyncQueue *queue);
void
__wrap_g_async_queue_unref(GAsyncQueue *queue)
{
	__tsan_release(queue);
	__tsan_acquire(queue);
	__real_g_async_queue_unref(queue);
}

/* --- Pools and references ---------------------------------------------------- */

typedef struct {
	GFunc run;
	gpointer data;
} Work;

/* One pool per process is enough: its work begins after it was pushed, and its end comes after all of that. */
static char pool_began;
static char pool_ended;

static void
run_work(gpointer data, gpointer user_data)
{
	const Work *work = user_data;

	__tsan_acquire(&pool_began);
	work->run(data, work->data);
	__tsan_release(&pool_ended);
}

GThreadPool *__real_g_thread_pool_new(GFunc run, gpointer data, gint most, gboolean exclusive, GError **error);
GThreadPool *__wrap_g_thread_pool_new(GFunc run, gpointer data, gint most, gboolean exclusive, GError **error);
GThreadPool *
__wrap_g_thread_pool_new(GFunc run, gpointer data, gint most, gboolean exclusive, GError **error)
{
	Work *work = g_new0(Work, 1); /* lives as long as the process */

	*work = (Work){ run, data };
	__tsan_release(&pool_began);
	return __real_g_thread_pool_new(run_work, work, most, exclusive, error);
}

gboolean __real_g_thread_pool_push(GThreadPool *pool, gpointer data, GError **error);
gboolean __wrap_g_thread_pool_push(GThreadPool *pool, gpointer data, GError **error);
gboolean
__wrap_g_thread_pool_push(GThreadPool *pool, gpointer data, GError **error)
{
	__tsan_release(&pool_began);
	return __real_g_thread_pool_push(pool, data, error);
}

void __real_g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean wait);
void __wrap_g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean wait);
void
__wrap_g_thread_pool_free(GThreadPool *pool, gboolean immediate, gboolean wait)
{
	__real_g_thread_pool_free(pool, immediate, wait);
	__tsan_acquire(&pool_ended);
}

gboolean __real_g_atomic_ref_count_dec(gatomicrefcount *count);
gboolean __wrap_g_atomic_ref_count_dec(gatomicrefcount *count);
gboolean
__wrap_g_atomic_ref_count_dec(gatomicrefcount *count)
{
	__tsan_release((void *)count);
	gboolean last = __real_g_atomic_ref_count_dec(count);
	__tsan_acquire((void *)count);
	return last;
}

const char *__real_g_intern_string(const char *text);
const char *__wrap_g_intern_string(const char *text);
const char *
__wrap_g_intern_string(const char *text)
{
	static char interned;
	const char *result = __real_g_intern_string(text);

	/* Whoever gets it, gets it as somebody has written it. */
	__tsan_release(&interned);
	__tsan_acquire(&interned);
	return result;
}
