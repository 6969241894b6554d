/* Hints for the usual reasons why a server does not let us in. */
#include "db/session_private.h"

#include <string.h>

/* A part of the message of libpq or of the server, which has no SQLSTATE that libpq would give away. */
static const struct {
	const char *part;
	const char *hint;
} hints[] = {
	{ "Connection refused", "no server listens there: start it, or correct the host and the port" },
	{ "No such file or directory",
	  "no server has its socket in that folder: start it, or write \"host=localhost\" to connect by TCP" },
	{ "could not translate host name",
	  "correct the name of the host, or look whether you are in its network (VPN)" },
	{ "No route to host", "look whether you are in its network (VPN), and whether a firewall is between" },
	{ "Network is unreachable", "look whether you are in its network (VPN), and whether a firewall is between" },
	{ "password authentication failed",
	  "correct the user and the password; the password can stand in ~/.pgpass, or in the variable PGPASSWORD" },
	{ "no password supplied", "write the password into ~/.pgpass, or into the variable PGPASSWORD" },
	{ "Peer authentication failed",
	  "the server lets in only the system user of that name: connect as another user, "
	  "or by \"host=localhost\" with a password" },
	{ "Ident authentication failed",
	  "connect as another user, or let pg_hba.conf of the server ask for a password" },
	{ "pg_hba.conf rejects", "a line of the server's pg_hba.conf refuses this host, user or database: change it" },
	{ "no encryption", "the server's pg_hba.conf has no line for this connection: try \"sslmode=require\"" },
	{ "no pg_hba.conf entry", "the server's pg_hba.conf has no line for this host, user and database: add one" },
	{ "server does not support SSL", "if you trust the network, write \"sslmode=disable\"" },
	{ "certificate verify failed",
	  "name the authority that signed the server's certificate: \"sslrootcert=FILE\"" },
	{ "root certificate file", "name the authority that signed the server's certificate: \"sslrootcert=FILE\"" },
	{ "does not match host name", "connect by the name that is in the server's certificate" },
	{ "too many clients", "end other sessions, or raise max_connections of the server" },
	{ "connection slots are reserved", "end other sessions, or raise max_connections of the server" },
	{ "too many connections for", "end other sessions of this role or database, or raise its CONNECTION LIMIT" },
	{ "the database system is", "the server is not ready yet: wait a moment, and try again" },
	{ "is not permitted to log in", "connect as a role that has LOGIN" },
	{ "permission denied for database", "let its owner say GRANT CONNECT ON DATABASE ... TO your user" },
	{ "is not currently accepting connections", "its owner allows it: ALTER DATABASE ... ALLOW_CONNECTIONS true" },
};

const char *
db_connect_hint(const char *message)
{
	for (gsize i = 0; i < G_N_ELEMENTS(hints); i++)
		if (strstr(message, hints[i].part) != NULL)
			return hints[i].hint;
	if (strstr(message, "database \"") != NULL && strstr(message, "\" does not exist") != NULL)
		return "correct the name of the database; \"psql -l\" lists those of a server";
	if (strstr(message, "role \"") != NULL && strstr(message, "\" does not exist") != NULL)
		return "name a user that the server has: \"user=NAME\" in the connection string, or the variable "
		       "PGUSER";
	return NULL;
}
