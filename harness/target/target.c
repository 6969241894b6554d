#include "target/target.h"

#include "base/error.h"
#include "scratch/mark.h"
#include "target/sql.h"

#include <string.h>

/* --- Reading --------------------------------------------------------------- */

static const char *
target_get(const DbResult *row, const char *name)
{
	for (int column = 0; column < db_result_columns(row); column++)
		if (strcmp(db_result_column_name(row, column), name) == 0)
			return db_result_value(row, 0, column);
	return NULL;
}

static bool
target_is_true(const DbResult *row, const char *name)
{
	return g_strcmp0(target_get(row, name), "t") == 0;
}

static guint
target_get_number(const DbResult *row, const char *name)
{
	const char *value = target_get(row, name);

	return value != NULL ? (guint)g_ascii_strtoull(value, NULL, 10) : 0;
}

static bool
is_scratch(const DbResult *row)
{
	char name_run[SCRATCH_RUN_SIZE];
	char mark_run[SCRATCH_RUN_SIZE];
	ScratchMarkKind kind;
	const char *comment = target_get(row, "comment");

	return comment != NULL && scratch_mark_parse_name(target_get(row, "database"), name_run) &&
	       scratch_mark_parse_text(comment, &kind, mark_run) && kind != SCRATCH_MARK_ROLE &&
	       strcmp(name_run, mark_run) == 0;
}

/* The server sees the very port that this end has only when nothing forwards the connection. */
static bool
is_local(DbSession *session, const DbResult *row)
{
	guint port = db_session_local_port(session);

	if (target_is_true(row, "no_address"))
		return port == 0;
	return target_is_true(row, "loopback") && port != 0 && port == target_get_number(row, "client_port");
}

/* Where PG* variables or a service say where the server is, the connection string does not. */
static char *
describe_server(DbSession *session, const char *server)
{
	return strstr(server, "host=") != NULL ? g_strdup(server)
	                                       : g_strdup_printf("%s at %s", server, db_session_host(session));
}

bool
target_read(DbSession *session, const char *server, Target *ret_target, GError **error)
{
	g_autoptr(DbResult) row = db_session_query(session, error, target_sql_target, NULL);

	if (row == NULL)
		return false;
	*ret_target = (Target){
		.database = g_strdup(target_get(row, "database")),
		.quoted = g_strdup(target_get(row, "quoted")),
		.server = describe_server(session, server),
		.host = g_strdup(db_session_host(session)),
		.user = g_strdup(target_get(row, "user")),
		.mark = g_strdup(target_get(row, "mark")),
		.slots = g_strdup(target_get(row, "slots")),
		.subscriptions = g_strdup(target_get(row, "subscriptions")),
		.standbys = target_get_number(row, "standbys"),
		.scratch = is_scratch(row),
		.local = is_local(session, row),
		/* A pooler gives each client a number of its own. */
		.pooled = target_get_number(row, "pid") != (guint)db_session_backend_pid(session),
		.template = target_is_true(row, "template"),
		.recovery = target_is_true(row, "recovery"),
		.archiving = target_is_true(row, "archiving"),
	};
	return true;
}

void
target_clear(Target *target)
{
	g_free(target->database);
	g_free(target->quoted);
	g_free(target->server);
	g_free(target->host);
	g_free(target->user);
	g_free(target->mark);
	g_free(target->slots);
	g_free(target->subscriptions);
	*target = (Target){ 0 };
}

/* --- Words ----------------------------------------------------------------- */

static const char *const development_words[] = { "dev",   "devel",   "develop", "development", "test",
	                                         "tests", "testing", "local",   "scratch",     "sandbox",
	                                         "e2e",   "ci",      NULL };
static const char *const production_words[] = { "prod",    "production", "prd", "preprod", "live",
	                                        "staging", "stage",      "stg", "uat",     NULL };

/* A word ends at a character that is neither letter nor digit, and before a capital that follows a small letter. */
static gsize
word_length(const char *text)
{
	gsize length = 0;

	while (g_ascii_isalnum(text[length]) &&
	       !(length > 0 && g_ascii_isupper(text[length]) && g_ascii_islower(text[length - 1])))
		length++;
	return length;
}

/* The first word of the text that is in the list, as the list has it, or NULL. Numbers at its end do not count:
 * "prod2" is "prod". */
static const char *
target_find_word(const char *text, const char *const *list)
{
	for (const char *start = text; start != NULL && *start != '\0';) {
		gsize length = word_length(start);
		g_autofree char *word = g_ascii_strdown(start, (gssize)length);
		start += length > 0 ? length : 1;
		for (gsize end = length; end > 0; end--) {
			word[end] = '\0';
			for (const char *const *item = list; *item != NULL; item++)
				if (strcmp(word, *item) == 0)
					return *item;
			if (!g_ascii_isdigit(word[end - 1]))
				break;
		}
	}
	return NULL;
}

/* --- Signs ----------------------------------------------------------------- */

static char *
word_sign(const char *text, const char *what)
{
	const char *word = target_find_word(text, production_words);

	return word != NULL ? g_strdup_printf("the word \"%s\" in %s is a sign of production", word, what) : NULL;
}

static char *
sign_off(const Target *target)
{
	return g_strcmp0(target->mark, "off") == 0 ? g_strdup("it is marked with " TARGET_MARK " = off") : NULL;
}

static char *
sign_unclear(const Target *target)
{
	if (target->mark == NULL || strcmp(target->mark, "on") == 0 || strcmp(target->mark, "off") == 0)
		return NULL;
	return g_strdup_printf("its mark " TARGET_MARK " is \"%s\", which is neither on nor off", target->mark);
}

static char *
sign_pooled(const Target *target)
{
	return target->pooled ? g_strdup("the connection goes through a pooler, which may change the session under way")
	                      : NULL;
}

static char *
sign_recovery(const Target *target)
{
	return target->recovery ? g_strdup("the server is a standby, or is being restored") : NULL;
}

static char *
sign_template(const Target *target)
{
	return target->template ? g_strdup("it is a template, which new databases are copied from") : NULL;
}

static char *
sign_standbys(const Target *target)
{
	return target->standbys > 0 ? g_strdup_printf("%u standby or backup connections read the server's WAL, which "
	                                              "is a sign of production",
	                                              target->standbys)
	                            : NULL;
}

static char *
sign_subscriptions(const Target *target)
{
	return target->subscriptions != NULL ? g_strdup_printf("subscriptions write into it: %s", target->subscriptions)
	                                     : NULL;
}

static char *
sign_slots(const Target *target)
{
	return target->slots != NULL
	           ? g_strdup_printf("it has replication slots (%s), which are a sign of production", target->slots)
	           : NULL;
}

static char *
sign_archiving(const Target *target)
{
	return target->archiving ? g_strdup("the server archives its WAL, which is a sign of production") : NULL;
}

static char *
sign_name(const Target *target)
{
	return word_sign(target->database, "its name");
}

static char *
sign_address(const Target *target)
{
	char *sign = word_sign(target->host, "the server's address");

	return sign != NULL ? sign : word_sign(target->server, "the server's address");
}

static char *
sign_user(const Target *target)
{
	return word_sign(target->user, "the user's name");
}

static char *
sign_maintenance(const Target *target)
{
	return strcmp(target->database, "postgres") == 0 ? g_strdup("it is the server's maintenance database") : NULL;
}

static char *
sign_nothing(const Target *target)
{
	if (target->local || target_find_word(target->database, development_words) != NULL)
		return NULL;
	return g_strdup("nothing says that it is a development database: no word in its name, and the server is not on "
	                "this machine, or is reached by a tunnel or proxy");
}

typedef struct {
	char *(*sign)(const Target *target); /* the sign in words, or NULL */
	bool marked;                         /* the mark "on" answers it */
	const char *hint;                    /* NULL: how to mark it */
} Sign;

/* Reasons against a reset, in the order in which they are reported. */
static const Sign signs[] = {
	{ sign_off, false, "its owner does not want it reset; reset another database" },
	{ sign_unclear, false, "its owner sets it to on or off, or takes it back with RESET " TARGET_MARK },
	{ sign_pooled, false, "point --target at the server itself" },
	{ sign_recovery, false, "reset a database of a server that accepts writes" },
	{ sign_template, false, "reset a database that was copied from it" },
	{ sign_standbys, false, "reset a database of a server that nothing is replicated from" },
	{ sign_subscriptions, false, "drop them first, when nobody needs them: DROP SUBSCRIPTION" },
	{ sign_slots, true, NULL },
	{ sign_archiving, true, NULL },
	{ sign_name, true, NULL },
	{ sign_address, true, NULL },
	{ sign_user, true, NULL },
	{ sign_maintenance, true, NULL },
	{ sign_nothing, true, NULL },
};

bool
target_is_marked(const Target *target)
{
	return target->scratch || g_strcmp0(target->mark, "on") == 0;
}

bool
target_has_development_word(const Target *target)
{
	return target_find_word(target->database, development_words) != NULL;
}

static char *
describe_recognition(const Target *target, bool marked)
{
	const char *word = target_find_word(target->database, development_words);

	if (target->scratch)
		return g_strdup("the mark of pgassay, which made it");
	if (marked)
		return g_strdup("its mark " TARGET_MARK " = on");
	return word != NULL ? g_strdup_printf("the word \"%s\" in its name", word)
	                    : g_strdup("its server, which is on this machine");
}

bool
target_judge(const Target *target, char **ret_reason, GError **error)
{
	bool marked = target_is_marked(target);

	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (marked && signs[i].marked)
			continue;
		g_autofree char *sign = signs[i].sign(target);
		if (sign == NULL)
			continue;
		g_autofree char *mark = g_strdup_printf("if all in it may be lost, its owner says so once: ALTER "
		                                        "DATABASE %s SET " TARGET_MARK " = 'on'",
		                                        target->quoted);
		return base_error_set(error, BASE_ERROR_USAGE, signs[i].hint != NULL ? signs[i].hint : mark,
		                      "database \"%s\" (%s) is not reset: %s", target->database, target->server, sign);
	}
	*ret_reason = describe_recognition(target, marked);
	return true;
}
