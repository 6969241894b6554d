/*
 * The limits of a proof in one transaction: up and down in one transaction have the same effects as with the tool,
 * which commits each of them, except for the cases below.
 */
#ifndef CHECK_PROOF_HIDDEN_H
#define CHECK_PROOF_HIDDEN_H

#include "migration/runner/runner.h"

/* True if a script that fails like this inside of a transaction fails outside of one, too: a name, a type, a value
 * or a dependency is wrong. False for every failure that the transaction itself may cause: use of a new label of an
 * enum, pending trigger events, transaction states. */
bool check_failure_is_plain(const MigrationOutcome *outcome);

/* True when a difference that is seen in the transaction of both is one outside of it, too. False when one of the
 * scripts catches errors, looks at transactions, or speaks to another session; or when the down compares with the time
 * at which its transaction began. */
bool check_transaction_hides_nothing(const Migration *migration);

/* True if the script may roll back earlier changes: it could go back to a savepoint of another script. */
bool check_script_goes_back(const MigrationScript *script);

#endif
