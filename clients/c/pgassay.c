#define _GNU_SOURCE /* pipe2 */
#include "pgassay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* An answer is below 1 kB; the longest message with a hint, too. */
#define ANSWER_MAX  ((size_t)64 * 1024)

#define MESSAGE_MAX 1024

/* Seconds. A copy of a database takes as long as its files are large. */
#define PATIENCE 300

/* Says where databases are leased, and lives as long as its standard input: until we close it, or end. */
static const char waiting[] = "echo \"$PGASSAY_LEASES\"; exec cat >/dev/null";

struct PgassayService {
	unsigned short port; /* on 127.0.0.1 */
	pid_t program;       /* that was started; or 0 */
	int lifeline;        /* its standard input; or -1 */
};

struct PgassayDatabase {
	const PgassayService *service;
	char *id;
	char *url;
};

static _Thread_local char message[MESSAGE_MAX];

/* Long texts are cut: a message is for a person. */
__attribute__((format(printf, 1, 2))) static bool
fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	return false;
}

const char *
pgassay_message(void)
{
	return message;
}

/* --- Answers ------------------------------------------------------------------ */

/* One character of a text in JSON, behind its backslash. Those beyond ASCII stand there as they are, in UTF-8. */
static const char *
json_unescape(const char *at, char *ret_character)
{
	static const char names[] = "bfnrt";
	static const char meanings[] = "\b\f\n\r\t";
	const char *name = strchr(names, *at);

	if (*at == 'u') {
		unsigned code = 0;
		if (sscanf(at + 1, "%4x", &code) != 1 || code == 0 || code > 0x7f)
			return NULL;
		*ret_character = (char)code;
		return at + 5;
	}
	*ret_character = *at != '\0' && name != NULL ? meanings[name - names] : *at;
	return *at != '\0' ? at + 1 : NULL;
}

/* The member of the answer's one object, which holds texts and numbers only; NULL: it has none. The caller frees it. */
static char *
json_text(const char *answer, const char *name)
{
	char key[32];

	snprintf(key, sizeof key, "\"%s\":\"", name);
	const char *at = strstr(answer, key);
	char *text = at != NULL ? malloc(strlen(at)) : NULL;
	size_t length = 0;

	if (text == NULL)
		return NULL;
	for (at += strlen(key); at != NULL && *at != '"' && *at != '\0'; length++) {
		text[length] = *at;
		at = *at == '\\' ? json_unescape(at + 1, text + length) : at + 1;
	}
	if (at != NULL && *at == '"') {
		text[length] = '\0';
		return text;
	}
	free(text);
	return NULL;
}

/* --- Requests ------------------------------------------------------------------- */

/* A connection, or -1. */
static int
service_connect(const PgassayService *service)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
		                             .sin_port = htons(service->port),
		                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct timeval patience = { .tv_sec = PATIENCE };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	int number = errno;
	close(fd);
	errno = number;
	return -1;
}

static bool
service_send(int fd, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		ssize_t n = send(fd, text, length, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR)
			return false;
		text += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Until the service closes the connection. The caller frees it; NULL with errno. */
static char *
service_receive(int fd)
{
	char *answer = malloc(ANSWER_MAX + 1);
	size_t length = 0;
	ssize_t n = 1;

	while (answer != NULL && n != 0 && length < ANSWER_MAX) {
		n = recv(fd, answer + length, ANSWER_MAX - length, 0);
		if (n < 0 && errno != EINTR) {
			int number = errno;
			free(answer);
			errno = number;
			return NULL;
		}
		length += n > 0 ? (size_t)n : 0;
	}
	if (answer != NULL)
		answer[length] = '\0';
	return answer;
}

/* The status line and the headers as they are, then the body. The caller frees it; NULL with a message. */
static char *
service_exchange(const PgassayService *service, const char *request)
{
	int fd = service_connect(service);

	if (fd < 0) {
		fail("could not connect to the leases at 127.0.0.1:%u: %s", service->port, strerror(errno));
		return NULL;
	}
	char *answer = service_send(fd, request) ? service_receive(fd) : NULL;
	if (answer == NULL)
		fail("the leases at 127.0.0.1:%u do not answer: %s", service->port, strerror(errno));
	close(fd);
	return answer;
}

/* The body of an answer that says yes. The caller frees it; NULL with a message. */
static char *
service_ask(const PgassayService *service, const char *method, const char *path)
{
	char *request = NULL;

	if (asprintf(&request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
	             method, path, service->port) < 0) {
		fail("there is no memory left");
		return NULL;
	}
	char *answer = service_exchange(service, request);
	free(request);
	if (answer == NULL)
		return NULL;
	unsigned status = 0;
	const char *body = strstr(answer, "\r\n\r\n");
	bool understood = sscanf(answer, "HTTP/1.1 %u", &status) == 1 && body != NULL;
	if (understood && status < 300) {
		memmove(answer, body + 4, strlen(body + 4) + 1);
		return answer;
	}
	char *error = understood ? json_text(body, "error") : NULL;
	fail("%s %s: %s", method, path, error != NULL ? error : "the answer is no answer of pgassay");
	free(error);
	free(answer);
	return NULL;
}

/* --- The service ------------------------------------------------------------------ */

/* Every address of leases is that of this machine, with another port. */
static bool
service_take_address(PgassayService *service, const char *address)
{
	char end = '\0';
	int n = sscanf(address, "http://127.0.0.1:%hu%c", &service->port, &end);

	return (n == 1 || (n == 2 && end == '\n')) ||
	       fail("\"%s\" is no address of leases: it is http://127.0.0.1:PORT", address);
}

static _Noreturn void
service_become(const char *suite, int input, int output)
{
	const char *program = getenv("PGASSAY_PROGRAM");
	const char *name = program != NULL && *program != '\0' ? program : "pgassay";

	if (dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0)
		execlp(name, name, "exec", "--workers", "4", suite, "--", "sh", "-c", waiting, (char *)NULL);
	fprintf(stderr, "could not run \"%s\": %s\n", name, strerror(errno));
	_exit(127);
}

/* The first line that it writes: false when it ended without one. */
static bool
service_read_address(PgassayService *service, int output)
{
	FILE *stream = fdopen(output, "r");
	char line[128];
	bool read = stream != NULL && fgets(line, sizeof line, stream) != NULL;

	if (stream != NULL)
		fclose(stream);
	else
		close(output);
	return read ? service_take_address(service, line)
	            : fail("pgassay has ended before it leased anything; what it said is on standard error");
}

static bool
service_start(PgassayService *service, const char *suite)
{
	int input[2];
	int output[2];

	if (pipe2(input, O_CLOEXEC) < 0)
		return fail("could not make a pipe: %s", strerror(errno));
	if (pipe2(output, O_CLOEXEC) < 0) {
		fail("could not make a pipe: %s", strerror(errno));
		close(input[0]);
		close(input[1]);
		return false;
	}
	service->lifeline = input[1];
	service->program = fork();
	if (service->program == 0)
		service_become(suite, input[0], output[1]);
	close(input[0]);
	close(output[1]);
	if (service->program > 0)
		return service_read_address(service, output[0]);
	service->program = 0;
	fail("could not start a process: %s", strerror(errno));
	close(output[0]);
	return false;
}

PgassayService *
pgassay_open(const char *suite)
{
	const char *address = getenv("PGASSAY_LEASES");
	PgassayService *service = calloc(1, sizeof *service);
	bool open = false;

	if (service == NULL) {
		fail("there is no memory left");
		return NULL;
	}
	service->lifeline = -1;
	if (address != NULL && *address != '\0')
		open = service_take_address(service, address);
	else if (suite != NULL)
		open = service_start(service, suite);
	else
		fail("nothing leases databases: run this by \"pgassay exec --workers N SUITE -- ...\"");
	if (open)
		return service;
	pgassay_close(service);
	return NULL;
}

void
pgassay_close(PgassayService *service)
{
	if (service == NULL)
		return;
	if (service->lifeline >= 0)
		close(service->lifeline);
	if (service->program > 0)
		while (waitpid(service->program, NULL, 0) < 0 && errno == EINTR)
			continue;
	free(service);
}

/* --- Databases ---------------------------------------------------------------------- */

static void
database_free(PgassayDatabase *database)
{
	free(database->id);
	free(database->url);
	free(database);
}

PgassayDatabase *
pgassay_lease(PgassayService *service, const char *name)
{
	char path[512] = "/databases";

	if (name != NULL &&
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") != strlen(name)) {
		fail("\"%s\" is no name of a suite's database", name);
		return NULL;
	}
	if (name != NULL && snprintf(path, sizeof path, "/databases?database=%s", name) >= (int)sizeof path) {
		fail("a name of a database is shorter than that");
		return NULL;
	}
	char *answer = service_ask(service, "POST", path);
	PgassayDatabase *database = answer != NULL ? calloc(1, sizeof *database) : NULL;
	if (database != NULL)
		*database = (PgassayDatabase){ .service = service,
			                       .id = json_text(answer, "id"),
			                       .url = json_text(answer, "url") };
	if (answer != NULL && (database == NULL || database->id == NULL || database->url == NULL)) {
		fail("the answer is no answer of pgassay: %s", answer);
		if (database != NULL)
			database_free(database);
		database = NULL;
	}
	free(answer);
	return database;
}

const char *
pgassay_url(const PgassayDatabase *database)
{
	return database->url;
}

static bool
database_ask(const PgassayDatabase *database, const char *method, const char *what)
{
	char path[512];

	snprintf(path, sizeof path, "/databases/%s%s", database->id, what);
	char *answer = service_ask(database->service, method, path);
	free(answer);
	return answer != NULL;
}

bool
pgassay_reset(PgassayDatabase *database)
{
	return database_ask(database, "POST", "/reset");
}

bool
pgassay_reset_rows(PgassayDatabase *database)
{
	return database_ask(database, "POST", "/rows");
}

bool
pgassay_release(PgassayDatabase *database)
{
	bool done = database == NULL || database_ask(database, "DELETE", "");

	if (database != NULL)
		database_free(database);
	return done;
}
