/*
 * The HTTP service at which workers of any language lease databases (docs/databases.md). It listens on 127.0.0.1 and on
 * a Unix socket, and nowhere else.
 */
#ifndef LEASE_SERVICE_H
#define LEASE_SERVICE_H

#include "lease/pool.h"

typedef struct LeaseService LeaseService;

/* Listens on the port (0: any that is free) and on the socket `path` (NULL: none), whose folder only we may look into;
 * on threads of its own. The pool must outlive the service. NULL with *error (BASE_ERROR_ENVIRONMENT) when one of them
 * cannot be had. */
LeaseService *lease_service_start(LeasePool *pool, guint16 port, const char *path, GError **error);

/* "http://127.0.0.1:40123". Valid as long as the service. */
const char *lease_service_url(const LeaseService *service);

/* The path of the socket, or NULL. Valid as long as the service. */
const char *lease_service_socket(const LeaseService *service);

/* Ends it, when the requests that it works on are answered. Takes NULL. */
void lease_service_stop(LeaseService *service);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LeaseService, lease_service_stop)

#endif
