/*
 * Parses a request to the service, and makes its answer.
 */
#ifndef LEASE_REQUEST_H
#define LEASE_REQUEST_H

#include "lease/pool.h"

/* As HTTP has them; texts are borrowed, and NULL where the request has none. */
typedef struct {
	const char *method;
	const char *path;     /* without the query */
	const char *database; /* of the query: ?database=NAME */
	const char *host;     /* the header Host */
	const char *origin;   /* the header Origin, which browsers send */
} LeaseRequest;

typedef struct {
	unsigned status;
	char *body; /* JSON; NULL: none */
} LeaseAnswer;

/* Carries out the request. The caller frees the body. Any thread may call it. `port` is the port of the service; 0:
 * it listens on a Unix socket, which no browser can reach. */
LeaseAnswer lease_request_answer(LeasePool *pool, guint16 port, const LeaseRequest *request);

#endif
