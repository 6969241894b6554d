/*
 * The rows that a suite gives: files of SQL, or CSV through COPY.
 */
#ifndef CHECK_PROOF_DATA_H
#define CHECK_PROOF_DATA_H

#include "check/workspace/workspace.h"
#include "suite/suite.h"

/* Loads one file inside the transaction that is open on the workspace's session. False with *error: BASE_ERROR_INPUT
 * with file, line and column if the file cannot be read or the server refuses its contents. A CSV file has a header
 * line that names the columns; an empty field without quotes is NULL. */
bool check_data_load(CheckWorkspace *workspace, const SuiteData *data, GError **error);

#endif
