#include "scratch/account.h"

#include "base/error.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

static bool
account_look_up(const char *name, ScratchAccount *ret_account)
{
	const struct passwd *user = getpwnam(name);

	if (user == NULL || user->pw_uid == 0)
		return false;
	ret_account->drops = true;
	ret_account->uid = user->pw_uid;
	ret_account->gid = user->pw_gid;
	g_strlcpy(ret_account->name, user->pw_name, sizeof ret_account->name);
	return true;
}

bool
scratch_account_find(ScratchAccount *ret_account, GError **error)
{
	if (geteuid() != 0) {
		*ret_account = (ScratchAccount){ .uid = geteuid(), .gid = getegid(), .name = "the current user" };
		return true;
	}
	const char *wanted = g_getenv("PGASSAY_PG_USER");
	if (wanted != NULL && wanted[0] != '\0') {
		if (account_look_up(wanted, ret_account))
			return true;
		return base_error_set(error, BASE_ERROR_ENVIRONMENT,
		                      "set PGASSAY_PG_USER to a user of this machine other than root",
		                      "the server cannot run as the user \"%s\" of PGASSAY_PG_USER", wanted);
	}
	if (account_look_up("postgres", ret_account) || account_look_up("nobody", ret_account))
		return true;
	return base_error_set(error, BASE_ERROR_ENVIRONMENT,
	                      "add a user (useradd postgres), name one in PGASSAY_PG_USER, or run pgassay without root",
	                      "PostgreSQL does not run as root, and there is no user \"postgres\" or \"nobody\"");
}

bool
scratch_account_become(const ScratchAccount *account)
{
	if (!account->drops)
		return true;
	/* The order matters: without uid 0 the groups could not be changed any more. */
	return setgroups(1, &account->gid) == 0 && setgid(account->gid) == 0 && setuid(account->uid) == 0;
}
