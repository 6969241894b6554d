/*
 * Who may do what with which table, for the report of a check of security.
 */
#ifndef CHECK_KIND_SECURITY_ACCESS_H
#define CHECK_KIND_SECURITY_ACCESS_H

#include "check/context.h"

/* Adds the rights of each role on each table, according to the catalog, to the case. The arrays are texts of SQL:
 * the roles ("{}": all that have a privilege), the schemas of the platform. False with *error when nothing can go
 * on. */
bool check_security_access(const CheckContext *context, const char *roles, const char *platform, ReportCase *test_case,
                           GError **error);

#endif
