#include "base/activity.h"

#include <string.h>

#define WHAT_BYTES 240
#define WAIT_BYTES 100

typedef struct {
	char what[WHAT_BYTES];
	char wait[WAIT_BYTES];
	gint64 since;
} Activity;

static void forget_thread(gpointer activity);

static GMutex mutex;
static GPtrArray *all; /* of Activity *, one a thread; the mutex guards the array and its elements */
static GPrivate own = G_PRIVATE_INIT(forget_thread);

static void
forget_thread(gpointer activity)
{
	g_mutex_lock(&mutex);
	g_ptr_array_remove(all, activity);
	g_mutex_unlock(&mutex);
	g_free(activity);
}

/* The caller holds the mutex. */
static Activity *
of_this_thread(void)
{
	Activity *activity = g_private_get(&own);

	if (activity != NULL)
		return activity;
	activity = g_new0(Activity, 1);
	if (all == NULL)
		all = g_ptr_array_new();
	g_ptr_array_add(all, activity);
	g_private_set(&own, activity);
	return activity;
}

/* The beginning of the text on one line. */
static void
copy_beginning(char *target, gsize size, const char *text)
{
	g_strlcpy(target, text != NULL ? text : "", size);
	g_strdelimit(target, "\r\n\t", ' ');
	if (text != NULL && strlen(text) >= size)
		memcpy(target + size - sizeof "...", "...", sizeof "...");
}

void
base_activity_set(const char *what)
{
	g_mutex_lock(&mutex);
	Activity *activity = of_this_thread();
	copy_beginning(activity->what, sizeof activity->what, what);
	activity->wait[0] = '\0';
	activity->since = g_get_monotonic_time();
	g_mutex_unlock(&mutex);
}

void
base_activity_wait(const char *what)
{
	g_mutex_lock(&mutex);
	Activity *activity = of_this_thread();
	copy_beginning(activity->wait, sizeof activity->wait, what);
	g_mutex_unlock(&mutex);
}

static int
compare_by_age(gconstpointer a, gconstpointer b)
{
	const Activity *one = *(const Activity *const *)a;
	const Activity *other = *(const Activity *const *)b;

	return (one->since > other->since) - (one->since < other->since);
}

static void
append_activity(GString *text, const Activity *activity)
{
	double seconds = (double)(g_get_monotonic_time() - activity->since) / G_USEC_PER_SEC;

	if (activity->what[0] == '\0')
		return;
	g_string_append_printf(text, "%s%s (for %.1f s)", text->len > 0 ? "; " : "", activity->what, seconds);
	if (activity->wait[0] != '\0')
		g_string_append_printf(text, ", in: %s", activity->wait);
}

char *
base_activity_describe(void)
{
	GString *text = g_string_new(NULL);

	g_mutex_lock(&mutex);
	if (all != NULL) {
		g_ptr_array_sort(all, compare_by_age);
		for (guint i = 0; i < all->len; i++)
			append_activity(text, g_ptr_array_index(all, i));
	}
	g_mutex_unlock(&mutex);
	/* A text may have been cut within a character. */
	char *valid = text->len > 0 ? g_utf8_make_valid(text->str, (gssize)text->len) : NULL;
	g_string_free(text, TRUE);
	return valid;
}
