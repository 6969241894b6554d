#include "db/mask.h"

#include <glib.h>

/* Each is applied to the whole text, in this order. A password may hold anything, blanks and "@" too, so that a URL's
 * is masked up to the last "@" of its line. */
static const struct {
	const char *pattern;
	const char *replacement;
} rules[] = {
	/* scheme://user:secret@ */
	{ "(\\w[\\w+.-]*:/+[^:@/\\s]*?)(?::|%3a).*@", "\\1:***@" },
	/* scheme://user:secret, where the rest is missing; digits are a port, and "[" begins an address */
	{ "(\\w[\\w+.-]*:/+[^:@/\\s\\[]*):(?!\\d+(?:[/?,\\s\"']|$)|\\*\\*\\*@|/)[^\\s\"']+", "\\1:***" },
	/* user:secret@host without a scheme; not suite.yaml:database@version */
	{ "(^|[\\s\"'=])((?![^:@\\s]*\\.ya?ml:)[^:@/\\s\"'=]+):(?!\\*\\*\\*@)[^\\s\"'/][^\\s\"']*@(?=[\\w\\[])",
	  "\\1\\2:***@" },
	/* password=secret, password='secret', ?password=secret&; and keywords that are mistyped, but not much */
	{ "(\\w*(?:pass|pwd|secret|token|scram_\\w*key)\\w*\\s*=\\s*)(?:'(?:[^'\\\\]|\\\\.)*'?|[^\\s&;\"']+)",
	  "\\1***" },
};

/* Takes the text, and gives another one. One that a rule cannot be applied to is not shown at all. */
static char *
mask_apply(char *text, const char *pattern, const char *replacement)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, G_REGEX_CASELESS, 0, NULL);
	char *masked = regex != NULL ? g_regex_replace(regex, text, -1, 0, replacement, 0, NULL) : NULL;

	g_free(text);
	return masked != NULL ? masked : g_strdup("(not shown)");
}

/* In a text that looks like a keyword string, the value after any other keyword may be a secret, too, because
 * keywords are mistyped. */
#define VALUE  "(?:'(?:[^'\\\\]|\\\\.)*'?|[^\\s&;\"']+)"
#define OPEN   "host|hostaddr|port|user|dbname|service|sslmode|connect_timeout|application_name|target_session_attrs"
#define LIKE   "(?:^|[\\s\"'?&])(?:host|hostaddr|dbname|user|service)\\s*="
#define OTHERS "((?:^|[\\s\"'?&])(?!(?:" OPEN ")\\s*=)\\w+\\s*=\\s*)" VALUE

char *
db_mask(const char *text)
{
	/* Regular expressions want UTF-8, which an argument need not be. */
	char *masked = g_utf8_make_valid(text, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
		masked = mask_apply(masked, rules[i].pattern, rules[i].replacement);
	if (g_regex_match_simple(LIKE, masked, G_REGEX_CASELESS, 0))
		masked = mask_apply(masked, OTHERS, "\\1***");
	return masked;
}
