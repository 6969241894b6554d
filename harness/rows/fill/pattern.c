#include "rows/fill/pattern.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* More than a check asks for; keeps [a-z]{1,100000} and nested repetitions small. */
#define MAX_REPEAT 64
#define MAX_LENGTH 4000
#define MAX_DEPTH  50

typedef struct {
	const char *at;
	guint seed; /* every choice takes a digit off it */
	GString *text;
	bool open_end; /* the expression does not end in $ */
	bool failed;
	guint depth;
} Sampler;

static guint
pattern_choose(Sampler *sampler, guint n)
{
	guint choice = n > 0 ? sampler->seed % n : 0;

	if (n > 0)
		sampler->seed /= n;
	return choice;
}

/* --- Sets of characters --------------------------------------------------- */

typedef struct {
	bool has[128];
} CharacterSet;

/* Letters first, as these are what names are made of. */
static const char order[] =
    "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-./:@#+ ,;!?$%&*=~^|'\"`()[]{}<>\\\t\n";

static void
set_add_class(CharacterSet *set, const char *name, gsize length)
{
	static const struct {
		const char *name;
		const char *members;
	} classes[] = {
		{ "alpha", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" },
		{ "alnum", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" },
		{ "digit", "0123456789" },
		{ "xdigit", "0123456789abcdefABCDEF" },
		{ "lower", "abcdefghijklmnopqrstuvwxyz" },
		{ "upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
		{ "space", " \t\n" },
		{ "blank", " \t" },
		{ "punct", "_-./:@#+,;!?$%&*=~^|'\"`()[]{}<>\\" },
		{ "word", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(classes); i++)
		if (strlen(classes[i].name) == length && strncmp(classes[i].name, name, length) == 0)
			for (const char *c = classes[i].members; *c != '\0'; c++)
				set->has[(guchar)*c] = true;
}

static void
set_invert(CharacterSet *set)
{
	for (guint i = 0; i < G_N_ELEMENTS(set->has); i++)
		set->has[i] = !set->has[i] && i >= ' ' && i < 127;
}

/* The set of \d, \w, \s and their opposites; false when it is none of them. */
static bool
set_add_escape(CharacterSet *set, char c)
{
	static const char *const names[] = { "digit", "word", "space" };
	const char *found = strchr("dws", g_ascii_tolower(c));
	CharacterSet own = { 0 };

	if (c == '\0' || found == NULL)
		return false;
	const char *name = names[found - "dws"];
	set_add_class(&own, name, strlen(name));
	if (g_ascii_isupper(c))
		set_invert(&own);
	for (guint i = 0; i < G_N_ELEMENTS(own.has); i++)
		set->has[i] |= own.has[i];
	return true;
}

static void
append_from_set(Sampler *sampler, const CharacterSet *set)
{
	char members[128];
	guint n = 0;

	for (const char *c = order; *c != '\0'; c++)
		if (set->has[(guchar)*c])
			members[n++] = *c;
	if (n == 0)
		sampler->failed = true;
	else
		g_string_append_c(sampler->text, members[pattern_choose(sampler, n)]);
}

/* One member of a bracket expression, or a range; `at` stands on it. */
static void
read_member(Sampler *sampler, CharacterSet *set)
{
	char from = *sampler->at;

	if (from == '[' && sampler->at[1] == ':') {
		const char *end = strstr(sampler->at, ":]");
		if (end == NULL) {
			sampler->failed = true;
			return;
		}
		set_add_class(set, sampler->at + 2, (gsize)(end - sampler->at - 2));
		sampler->at = end + 2;
		return;
	}
	if (from == '\\' && sampler->at[1] != '\0') {
		from = *++sampler->at;
		if (set_add_escape(set, from)) {
			sampler->at++;
			return;
		}
	}
	sampler->at++;
	char to = from;
	if (*sampler->at == '-' && sampler->at[1] != ']' && sampler->at[1] != '\0') {
		to = sampler->at[1];
		sampler->at += 2;
	}
	for (int c = (guchar)from; c <= (guchar)to && c < 128; c++)
		set->has[c] = true;
}

/* "[...]", of which the first bracket is read already. */
static CharacterSet
read_set(Sampler *sampler)
{
	CharacterSet set = { 0 };
	bool invert = *sampler->at == '^';

	if (invert)
		sampler->at++;
	do {
		if (*sampler->at == '\0')
			sampler->failed = true;
		else
			read_member(sampler, &set);
	} while (!sampler->failed && *sampler->at != ']');
	if (!sampler->failed)
		sampler->at++;
	if (invert)
		set_invert(&set);
	return set;
}

/* --- The expression ------------------------------------------------------- */

static void sample_alternatives(Sampler *sampler, bool emit);

/* Reads "*", "+", "?", "{m,n}" and their suffixes. */
static void
read_quantifier(Sampler *sampler, guint *ret_min, guint *ret_max)
{
	char c = *sampler->at;

	*ret_min = *ret_max = 1;
	if (c == '*' || c == '+' || c == '?') {
		*ret_min = c == '+' ? 1 : 0;
		*ret_max = c == '?' ? 1 : *ret_min + 3;
		sampler->at++;
	} else if (c == '{' && g_ascii_isdigit(sampler->at[1])) {
		char *end = NULL;
		*ret_min = *ret_max = (guint)strtoul(sampler->at + 1, &end, 10);
		if (*end == ',') {
			*ret_max = g_ascii_isdigit(end[1]) ? (guint)strtoul(end + 1, &end, 10) : *ret_min + 3;
			if (*end == ',')
				end++;
		}
		sampler->failed |= *end != '}';
		sampler->at = *end == '}' ? end + 1 : end;
	} else {
		return;
	}
	if (*sampler->at == '?')
		sampler->at++;
	*ret_max = MIN(*ret_max, *ret_min + 3);
	*ret_min = MIN(*ret_min, MAX_REPEAT);
	*ret_max = MAX(MIN(*ret_max, MAX_REPEAT), *ret_min);
}

/* One atom; nothing is appended unless `emit`. */
static void
sample_atom(Sampler *sampler, bool emit)
{
	char c = *sampler->at++;
	CharacterSet set = { 0 };

	if (c == '(') {
		if (sampler->at[0] == '?' && sampler->at[1] != ':') {
			sampler->failed = true;
			return;
		}
		sampler->at += sampler->at[0] == '?' ? 2 : 0;
		sample_alternatives(sampler, emit);
		if (*sampler->at == ')')
			sampler->at++;
		else
			sampler->failed = true;
		return;
	}
	if (c == '[') {
		set = read_set(sampler);
	} else if (c == '.') {
		set_add_class(&set, "alnum", 5);
	} else if (c == '\\') {
		char escaped = *sampler->at;
		/* Word boundaries, back references and the like. */
		sampler->failed |= escaped == '\0' || g_ascii_isdigit(escaped) ||
		                   strchr("mMyYAZBbcuUx", escaped) != NULL;
		if (!sampler->failed && !set_add_escape(&set, escaped))
			set.has[(guchar)escaped & 127] = true;
		sampler->at += escaped != '\0' ? 1 : 0;
	} else if ((guchar)c >= 0x80) {
		if (emit)
			g_string_append_c(sampler->text, c);
		return;
	} else {
		set.has[(guchar)c] = true;
	}
	if (emit && !sampler->failed)
		append_from_set(sampler, &set);
}

/* One atom and its quantifier. */
static void
sample_piece(Sampler *sampler, bool emit)
{
	const char *start = sampler->at;
	guint min;
	guint max;

	sample_atom(sampler, false);
	read_quantifier(sampler, &min, &max);
	if (!emit || sampler->failed)
		return;
	const char *end = sampler->at;
	guint times = min + pattern_choose(sampler, max - min + 1);
	for (guint i = 0; i < times && !sampler->failed; i++) {
		sampler->at = start;
		sample_atom(sampler, true);
		sampler->failed |= sampler->text->len > MAX_LENGTH;
	}
	sampler->at = end;
}

static void
sample_branch(Sampler *sampler, bool emit)
{
	while (!sampler->failed && *sampler->at != '\0' && *sampler->at != '|' && *sampler->at != ')') {
		if (*sampler->at == '^' || *sampler->at == '$') {
			sampler->open_end &= *sampler->at != '$';
			sampler->at++;
		} else {
			sample_piece(sampler, emit);
		}
	}
}

static void
sample_alternatives(Sampler *sampler, bool emit)
{
	const char *start = sampler->at;
	guint n = 1;

	if (++sampler->depth > MAX_DEPTH)
		sampler->failed = true;
	for (sample_branch(sampler, false); !sampler->failed && *sampler->at == '|'; n++) {
		sampler->at++;
		sample_branch(sampler, false);
	}
	const char *end = sampler->at;
	if (emit && !sampler->failed) {
		guint chosen = pattern_choose(sampler, n);
		sampler->at = start;
		for (guint i = 0; i <= chosen && !sampler->failed; i++) {
			sampler->at += i > 0 ? 1 : 0;
			sample_branch(sampler, i == chosen);
		}
	}
	sampler->at = end;
	sampler->depth--;
}

char *
rows_pattern_sample(const char *regex, guint seed)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Sampler sampler = { .at = regex, .seed = seed, .text = text, .open_end = true };

	if (strncmp(regex, "***", 3) == 0)
		return NULL;
	sample_alternatives(&sampler, true);
	if (sampler.failed || *sampler.at != '\0' || !g_utf8_validate(text->str, -1, NULL))
		return NULL;
	if (sampler.open_end && sampler.seed > 0)
		g_string_append_printf(text, "example%u", sampler.seed);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
rows_pattern_sample_like(const char *pattern, guint seed)
{
	GString *text = g_string_new(NULL);

	for (const char *c = pattern; *c != '\0'; c++) {
		if (*c == '%') {
			if (seed > 0)
				g_string_append_printf(text, "a%u", seed);
			seed = 0;
		} else if (*c == '_') {
			g_string_append_c(text, 'a');
		} else {
			if (*c == '\\' && c[1] != '\0')
				c++;
			g_string_append_c(text, *c);
		}
	}
	return g_string_free(text, FALSE);
}
