/*
 * What a transaction hides: a proof that runs up and down in one transaction sees the same as the tool, which commits
 * each of them, but for what stands here.
 */
#ifndef CHECK_PROOF_HIDDEN_H
#define CHECK_PROOF_HIDDEN_H

#include "migration/runner/runner.h"

/* True when a script that fails like this inside of a transaction fails outside of one, too: a name, a type, a value, a
 * dependency is wrong. False for all that may come of the transaction itself: a new label of an enum that is used,
 * pending events of triggers, a state of transactions. */
bool check_failure_is_plain(const MigrationOutcome *outcome);

/* True when a difference that is seen in the transaction of both is one outside of it, too. False when one of the
 * scripts catches errors, looks at transactions, or speaks to another session; or when the down compares with the time
 * at which its transaction began. */
bool check_transaction_hides_nothing(const Migration *migration);

/* True when the script may take back what was done before it: a savepoint that another one has left is one to go back
 * to. */
bool check_script_goes_back(const MigrationScript *script);

#endif
