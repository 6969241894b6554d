/*
 * A server of our own on a port of 127.0.0.1, for programs whose drivers cannot use a Unix socket.
 */
#ifndef SCRATCH_TCP_H
#define SCRATCH_TCP_H

#include "scratch/server.h"

/* A port that is free at this moment. False with *error (BASE_ERROR_ENVIRONMENT). */
bool scratch_tcp_find_port(unsigned *ret_port, GError **error);

/* Writes the rules of the data directory (pg_hba.conf), in which that file is: by TCP, only with a password. False with
 * *error. */
bool scratch_tcp_write_rules(const char *data, GError **error);

/* The address for programs, with a password that is generated here. */
DbEndpoint *scratch_tcp_endpoint(unsigned port, const char *user);

/* Lets that password in, where the server has such an endpoint. False with *error. */
bool scratch_tcp_admit(ScratchServer *server, GError **error);

#endif
