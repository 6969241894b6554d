#include "report/durations.h"

#include "base/error.h"
#include "base/file.h"
#include "report/text.h"

#include <errno.h>
#include <string.h>

#define DURATIONS_MAX  ((gsize)16 * 1024 * 1024)
#define DURATIONS_HEAD "# pgassay durations 1: microseconds, suite, database, stage; --durations reads and writes it\n"

struct ReportDurations {
	GHashTable *stages; /* "suite\tdatabase\tstage" -> gint64 *, both owned */
};

ReportDurations *
report_durations_new(void)
{
	ReportDurations *durations = g_new0(ReportDurations, 1);

	durations->stages = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return durations;
}

void
report_durations_free(ReportDurations *durations)
{
	if (durations == NULL)
		return;
	g_hash_table_unref(durations->stages);
	g_free(durations);
}

/* Names are cleaned ones: no tab and no line feed of theirs gets in. */
static char *
durations_key(const char *suite, const char *database, const char *stage)
{
	g_autofree char *a = report_text_clean(suite, G_MAXSIZE, REPORT_TEXT_LINE);
	g_autofree char *b = report_text_clean(database, G_MAXSIZE, REPORT_TEXT_LINE);
	g_autofree char *c = report_text_clean(stage, G_MAXSIZE, REPORT_TEXT_LINE);

	return g_strjoin("\t", a, b, c, NULL);
}

static void
durations_put(ReportDurations *durations, char *key, gint64 duration)
{
	gint64 *value = g_new(gint64, 1);

	*value = duration;
	g_hash_table_replace(durations->stages, key, value);
}

static bool
durations_read_line(ReportDurations *durations, const char *line)
{
	const char *tab = strchr(line, '\t');
	gint64 duration = 0;

	if (*line == '\0' || *line == '#')
		return true;
	if (tab == NULL)
		return false;
	g_autofree char *number = g_strndup(line, (gsize)(tab - line));
	g_auto(GStrv) names = g_strsplit(tab + 1, "\t", -1);
	if (g_strv_length(names) != 3 || !g_ascii_string_to_signed(number, 10, 0, G_MAXINT64 / 2, &duration, NULL))
		return false;
	durations_put(durations, g_strdup(tab + 1), duration);
	return true;
}

ReportDurations *
report_durations_read(const char *path, GError **error)
{
	g_autoptr(ReportDurations) durations = report_durations_new();
	g_autofree char *text = NULL;
	gsize length = 0;

	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&durations);
	if (!base_file_read(path, DURATIONS_MAX, &text, &length, error))
		return NULL;
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		if (durations_read_line(durations, lines[i]))
			continue;
		base_error_set(error, BASE_ERROR_INPUT,
		               "name a file that --durations has written, or one that is not there yet",
		               "%s:%u: this is no line of a file of durations", path, i + 1);
		return NULL;
	}
	return g_steal_pointer(&durations);
}

gint64
report_durations_get(const ReportDurations *durations, const char *suite, const char *database, const char *stage)
{
	if (durations == NULL)
		return -1;
	g_autofree char *key = durations_key(suite, database, stage);
	const gint64 *duration = g_hash_table_lookup(durations->stages, key);
	return duration != NULL ? *duration : -1;
}

void
report_durations_take(ReportDurations *durations, const ReportRun *run)
{
	for (guint i = 0; i < run->suites->len; i++) {
		const ReportSuite *suite = g_ptr_array_index(run->suites, i);
		for (guint j = 0; j < suite->times->len; j++) {
			const ReportTime *time = g_ptr_array_index(suite->times, j);
			durations_put(durations, durations_key(suite->name, time->database, time->stage),
			              time->duration);
		}
	}
}

bool
report_durations_write(const ReportDurations *durations, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(DURATIONS_HEAD);
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(durations->stages), (GCompareFunc)strcmp);
	g_autofree char *folder = g_path_get_dirname(path);

	for (const GList *link = keys; link != NULL; link = link->next) {
		const char *key = link->data;
		const gint64 *duration = g_hash_table_lookup(durations->stages, key);
		g_string_append_printf(out, "%" G_GINT64_FORMAT "\t%s\n", *duration, key);
	}
	if (g_mkdir_with_parents(folder, 0777) != 0)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not make the folder \"%s\": %s",
		                      folder, g_strerror(errno));
	return base_file_write(path, "file of durations", out->str, out->len, error);
}
