#include "scratch/mark.h"

#include <string.h>
#include <sys/random.h>

#define NAME_PREFIX "pgassay_"
#define RUN_LENGTH  (SCRATCH_RUN_SIZE - 1)

static const char *const starts[] = {
	[SCRATCH_MARK_DATABASE] = "pgassay scratch database; run=",
	[SCRATCH_MARK_DATABASE_KEPT] = "pgassay scratch database; kept; run=",
	[SCRATCH_MARK_ROLE] = "pgassay scratch role; run=",
};

void
scratch_mark_new_run(char ret_run[SCRATCH_RUN_SIZE])
{
	guint32 run;

	/* g_random_int would give two processes the same number after a fork. */
	if (getrandom(&run, sizeof run, GRND_NONBLOCK) != (ssize_t)sizeof run)
		run = g_random_int() ^ (guint32)g_get_real_time();
	g_snprintf(ret_run, SCRATCH_RUN_SIZE, "%08x", run);
}

/* Advisory locks have signed keys. */
char *
scratch_mark_lock_key(const char *run)
{
	return g_strdup_printf("%d", (gint32)(guint32)g_ascii_strtoull(run, NULL, 16));
}

gint32
scratch_mark_limit(const char *run)
{
	return (gint32)(0x40000000u | ((guint32)g_ascii_strtoull(run, NULL, 16) & 0x3fffffffu));
}

char *
scratch_mark_name(const char *run, guint number)
{
	return g_strdup_printf(NAME_PREFIX "%s_%u", run, number);
}

/* Reads a run at the start of the text; returns the rest, or NULL. */
static const char *
parse_run(const char *text, char ret_run[SCRATCH_RUN_SIZE])
{
	for (int i = 0; i < RUN_LENGTH; i++)
		if (!g_ascii_isdigit(text[i]) && (text[i] < 'a' || text[i] > 'f'))
			return NULL;
	memcpy(ret_run, text, RUN_LENGTH);
	ret_run[RUN_LENGTH] = '\0';
	return text + RUN_LENGTH;
}

bool
scratch_mark_parse_name(const char *name, char ret_run[SCRATCH_RUN_SIZE])
{
	if (!g_str_has_prefix(name, NAME_PREFIX))
		return false;
	const char *rest = parse_run(name + strlen(NAME_PREFIX), ret_run);
	if (rest == NULL || rest[0] != '_' || rest[1] == '\0')
		return false;
	return strspn(rest + 1, "0123456789") == strlen(rest + 1);
}

char *
scratch_mark_text(ScratchMarkKind kind, const char *run, const char *label)
{
	return g_strdup_printf("%s%s; label=%s", starts[kind], run, label);
}

bool
scratch_mark_parse_text(const char *text, ScratchMarkKind *ret_kind, char ret_run[SCRATCH_RUN_SIZE])
{
	for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
		if (!g_str_has_prefix(text, starts[i]))
			continue;
		const char *rest = parse_run(text + strlen(starts[i]), ret_run);
		if (rest == NULL || !g_str_has_prefix(rest, "; label="))
			return false;
		*ret_kind = (ScratchMarkKind)i;
		return true;
	}
	return false;
}
