/*
 * Managed servers and the rights of their administrators, who are not superusers.
 *
 * A right that the provider's manual does not mention counts as refused. Every administrator may create roles,
 * databases and trusted extensions.
 */
#ifndef SUITE_PROVIDER_H
#define SUITE_PROVIDER_H

#include <glib.h>
#include <stdbool.h>

typedef struct {
	const char *name;              /* as the suite names it: "rds" */
	const char *title;             /* for people */
	const char *attributes;        /* of its administrator, for ALTER ROLE */
	const char *const *roles;      /* PostgreSQL's own, that it belongs to; a server may lack newer ones */
	const char *const *extensions; /* which it may create though they are not trusted */
	bool event_triggers;           /* CREATE EVENT TRIGGER */
	bool replication_role;         /* SET session_replication_role */
	bool wide_publications;        /* CREATE PUBLICATION of all tables, or of those in a schema */
} SuiteProvider;

/* NULL when there is none of that name. */
const SuiteProvider *suite_provider_find(const char *name);
/* Their names, NULL-terminated. */
extern const char *const suite_provider_names[];

/* Whether the provider lets its administrator do something that a server has refused for lack of a privilege,
 * according to the message. provider may be NULL: no. */
bool suite_provider_allows(const SuiteProvider *provider, const char *message);

#endif
