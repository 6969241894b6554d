#include "scratch/tcp.h"

#include "base/error.h"
#include "scratch/server_private.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#define PASSWORD_BYTES 24

static const char rules[] = "local all all trust\n"
			    "host all all 127.0.0.1/32 scram-sha-256\n";

bool
scratch_tcp_find_port(unsigned *ret_port, GError **error)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool found = fd >= 0 && bind(fd, (const struct sockaddr *)&address, length) == 0 &&
	             getsockname(fd, (struct sockaddr *)&address, &length) == 0;
	int failure = errno;

	if (fd >= 0)
		close(fd);
	if (!found)
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "there is no free port of 127.0.0.1: %s",
		                      g_strerror(failure));
	*ret_port = ntohs(address.sin_port);
	return true;
}

/* Truncates the file instead of replacing it, so that its owner stays. */
bool
scratch_tcp_write_rules(const char *data, GError **error)
{
	g_autofree char *path = g_build_filename(data, "pg_hba.conf", NULL);
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
	bool written = fd >= 0 && write(fd, rules, sizeof rules - 1) == (ssize_t)(sizeof rules - 1);
	int failure = errno;

	if (fd >= 0)
		close(fd);
	return written || base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not write \"%s\": %s", path,
	                                 g_strerror(failure));
}

DbEndpoint *
scratch_tcp_endpoint(unsigned port, const char *user)
{
	guchar bytes[PASSWORD_BYTES] = { 0 };
	GString *password = g_string_new(NULL);

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		g_error("the kernel has no random numbers");
	for (gsize i = 0; i < sizeof bytes; i++)
		g_string_append_printf(password, "%02x", bytes[i]);
	DbEndpoint *endpoint = db_endpoint_new_loopback(port, user, password->str);
	g_string_free(password, TRUE);
	return endpoint;
}

/* PostgreSQL 13 would keep it as MD5, which the rules do not take. */
bool
scratch_tcp_admit(ScratchServer *server, GError **error)
{
	if (server->clients == NULL)
		return true;
	g_mutex_lock(&server->mutex);
	DbSession *session = scratch_server_admin(server, false, error);
	g_autofree char *password = session != NULL
	                                ? db_session_quote_literal(session, db_endpoint_password(server->clients))
	                                : NULL;
	g_autofree char *sql = g_strdup_printf("SET password_encryption = 'scram-sha-256';"
	                                       " ALTER ROLE CURRENT_USER PASSWORD %s; RESET password_encryption",
	                                       password);
	bool done = session != NULL && db_session_execute(session, sql, error);
	g_mutex_unlock(&server->mutex);
	return done;
}
