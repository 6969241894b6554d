#include "lease/service.h"

#include "base/error.h"
#include "lease/request.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Copies are made one at a time anyway; other requests can wait for their answer meanwhile. */
#define THREADS 4
/* Seconds after which an idle connection is closed. */
#define SILENCE 60u

/* One place where it listens. */
typedef struct {
	struct LeaseService *service;
	struct MHD_Daemon *daemon;
	guint16 port; /* 0: a Unix socket */
} LeaseDoor;

struct LeaseService {
	LeasePool *pool;
	LeaseDoor loopback;
	LeaseDoor local;
	char *url;
	char *path; /* of the socket; or NULL */
};

static enum MHD_Result
service_send(struct MHD_Connection *connection, const LeaseAnswer *answer)
{
	gsize length = answer->body != NULL ? strlen(answer->body) : 0;
	/* It takes the text, which json-glib has allocated as malloc does (GLib, "Memory Allocation"). */
	struct MHD_Response *response = MHD_create_response_from_buffer(length, answer->body, MHD_RESPMEM_MUST_FREE);

	if (response == NULL)
		return MHD_NO;
	if (answer->body != NULL)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	enum MHD_Result result = MHD_queue_response(connection, answer->status, response);
	MHD_destroy_response(response);
	return result;
}

/* Called when the headers have arrived, for each part of a body, and at the end. Bodies are ignored here. */
static enum MHD_Result
service_handle(void *data, struct MHD_Connection *connection, const char *path, const char *method, const char *version,
               const char *body, size_t *body_length, void **ret_state)
{
	const LeaseDoor *door = data;
	static char headers_seen;

	(void)version;
	(void)body;
	if (*ret_state == NULL || *body_length > 0) {
		*ret_state = &headers_seen;
		*body_length = 0;
		return MHD_YES;
	}
	const LeaseRequest request = {
		.method = method,
		.path = path,
		.database = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "database"),
		.host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST),
		.origin = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ORIGIN),
	};
	const LeaseAnswer answer = lease_request_answer(door->service->pool, door->port, &request);
	return service_send(connection, &answer);
}

/* --- Where it listens ------------------------------------------------------------ */

/* A socket that listens, or -1 with errno. */
static int
service_listen(const struct sockaddr *address, socklen_t size)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int on = 1;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 && bind(fd, address, size) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Takes fd, also on failure. All else of the door stands before, because its threads read it from the first moment. */
static bool
service_open(LeaseDoor *door, int fd)
{
	door->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_AUTO, 0, NULL, NULL, service_handle,
	                                door, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE,
	                                (unsigned)THREADS, MHD_OPTION_CONNECTION_TIMEOUT, SILENCE, MHD_OPTION_END);
	if (door->daemon == NULL)
		close(fd);
	return door->daemon != NULL;
}

static bool
service_open_loopback(LeaseService *service, guint16 port, GError **error)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_port = htons(port),
		                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	int fd = service_listen((const struct sockaddr *)&address, size);

	if (fd >= 0)
		getsockname(fd, (struct sockaddr *)&address, &size);
	service->loopback = (LeaseDoor){ .service = service, .port = ntohs(address.sin_port) };
	if (fd < 0 || !service_open(&service->loopback, fd))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT,
		                      port != 0 ? "choose another one, or leave --port out" : NULL,
		                      "could not listen on port %u of 127.0.0.1", port);
	service->url = g_strdup_printf("http://127.0.0.1:%u", service->loopback.port);
	return true;
}

static bool
service_open_local(LeaseService *service, const char *path, GError **error)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	bool fits = g_strlcpy(address.sun_path, path, sizeof address.sun_path) < sizeof address.sun_path;
	int fd = fits ? service_listen((const struct sockaddr *)&address, sizeof address) : -1;

	service->local = (LeaseDoor){ .service = service };
	if (fd < 0 || !service_open(&service->local, fd))
		return base_error_set(error, BASE_ERROR_ENVIRONMENT, NULL, "could not listen on the socket \"%s\"",
		                      path);
	service->path = g_strdup(path);
	return true;
}

LeaseService *
lease_service_start(LeasePool *pool, guint16 port, const char *path, GError **error)
{
	g_autoptr(LeaseService) service = g_new0(LeaseService, 1);

	service->pool = pool;
	if (!service_open_loopback(service, port, error) || (path != NULL && !service_open_local(service, path, error)))
		return NULL;
	return g_steal_pointer(&service);
}

const char *
lease_service_socket(const LeaseService *service)
{
	return service->path;
}

const char *
lease_service_url(const LeaseService *service)
{
	return service->url;
}

void
lease_service_stop(LeaseService *service)
{
	if (service == NULL)
		return;
	if (service->loopback.daemon != NULL)
		MHD_stop_daemon(service->loopback.daemon);
	if (service->local.daemon != NULL)
		MHD_stop_daemon(service->local.daemon);
	if (service->path != NULL)
		unlink(service->path);
	g_free(service->url);
	g_free(service->path);
	g_free(service);
}
