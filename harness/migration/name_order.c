#include "migration/name_order.h"

#include "migration/format.h"
#include "migration/text/script.h"

#include <string.h>

/* Behind the white space, in the order of the collation. */
static const char punctuation[] = "_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$";

#define FIRST_DIGIT  100
#define FIRST_LETTER 200
#define FIRST_OTHER  1000

/* The primary weight of the character; 0 if it is ignored. */
static guint
name_order_weigh(gunichar c, guint options)
{
	if (c < 0x80 && g_ascii_isdigit((char)c))
		return FIRST_DIGIT + c - '0';
	if (c < 0x80 && g_ascii_isalpha((char)c))
		return FIRST_LETTER + (guint)g_ascii_tolower((char)c) - 'a';
	if (c >= 0x80)
		return FIRST_OTHER + c;
	if (options & MIGRATION_NAME_IGNORE_PUNCTUATION)
		return 0;
	const char *place = c > ' ' ? strchr(punctuation, (int)c) : NULL;
	return place != NULL ? 2 + (guint)(place - punctuation) : 1;
}

static const char *
skip_ignored(const char *text, guint options)
{
	while (*text != '\0' && name_order_weigh(g_utf8_get_char(text), options) == 0)
		text = g_utf8_next_char(text);
	return text;
}

/* Compares the numbers at both places and goes behind them. */
static int
name_order_compare_numbers(const char **a, const char **b)
{
	*a += strspn(*a, "0");
	*b += strspn(*b, "0");
	gsize length_a = strspn(*a, "0123456789");
	gsize length_b = strspn(*b, "0123456789");
	int order = length_a != length_b ? (length_a < length_b ? -1 : 1) : strncmp(*a, *b, length_a);
	*a += length_a;
	*b += length_b;
	return order;
}

static int
compare_letters(const char *a, const char *b, guint options)
{
	for (;;) {
		a = skip_ignored(a, options);
		b = skip_ignored(b, options);
		if (*a == '\0' || *b == '\0')
			return (*a != '\0') - (*b != '\0');
		int order;
		if ((options & MIGRATION_NAME_NUMERIC) && g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
			order = name_order_compare_numbers(&a, &b);
		} else {
			guint left = name_order_weigh(g_utf8_get_char(a), options);
			guint right = name_order_weigh(g_utf8_get_char(b), options);
			order = (left > right) - (left < right);
			a = g_utf8_next_char(a);
			b = g_utf8_next_char(b);
		}
		if (order != 0)
			return order;
	}
}

/* The letters are the same but for their case. */
static int
compare_case(const char *a, const char *b, guint options)
{
	for (;; a++, b++) {
		a = skip_ignored(a, options);
		b = skip_ignored(b, options);
		if (*a == '\0' || *b == '\0')
			return 0;
		if (g_ascii_isupper(*a) != g_ascii_isupper(*b))
			return g_ascii_isupper(*a) ? 1 : -1;
	}
}

int
migration_name_compare(const char *a, const char *b, guint options)
{
	int order = compare_letters(a, b, options);

	return order != 0 ? order : compare_case(a, b, options);
}

void
migration_name_warn_order(MigrationSet *set)
{
	for (guint i = 1; i < set->migrations->len; i++) {
		const Migration *before = g_ptr_array_index(set->migrations, i - 1);
		const Migration *after = g_ptr_array_index(set->migrations, i);
		if (strcmp(before->name, after->name) > 0)
			migration_set_warn(set,
			                   "\"%s\" runs before \"%s\": %s does not sort names as a file listing does",
			                   before->name, after->name, set->format->title);
	}
}

static gint
read_digits(const char *digits, guint n)
{
	gint number = 0;

	for (guint i = 0; i < n; i++)
		number = number * 10 + (digits[i] - '0');
	return number;
}

bool
migration_name_time(const char *name, bool with_milliseconds, gint64 *ret_time)
{
	if (strspn(name, "0123456789") < (with_milliseconds ? 17U : 14U))
		return false;
	g_autoptr(GDateTime)
	    time = g_date_time_new_utc(read_digits(name, 4), read_digits(name + 4, 2), read_digits(name + 6, 2),
	                               read_digits(name + 8, 2), read_digits(name + 10, 2), read_digits(name + 12, 2));
	if (time == NULL)
		return false;
	*ret_time = g_date_time_to_unix(time) * 1000 + (with_milliseconds ? read_digits(name + 14, 3) : 0);
	return true;
}
