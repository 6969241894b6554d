/*
 * The families of findings, and their shared functions.
 */
#ifndef IMPACT_FINDING_FAMILY_H
#define IMPACT_FINDING_FAMILY_H

#include "impact/finding.h"

/* work.c: rows are read or written under a lock. */
void impact_find_work(const ImpactFindingKind *kind, const ImpactScript *script);
void impact_find_several_rewrites(const ImpactFindingKind *kind, const ImpactScript *script);
void impact_find_long_after_lock(const ImpactFindingKind *kind, const ImpactScript *script);
/* locks.c: which tables are locked, and how one waits for them. */
void impact_find_other_table(const ImpactFindingKind *kind, const ImpactScript *script);
void impact_find_lock_order(const ImpactFindingKind *kind, const ImpactScript *script);
void impact_find_no_lock_timeout(const ImpactFindingKind *kind, const ImpactScript *script);
/* rows.c: many rows are changed in one transaction. */
void impact_find_mass_change(const ImpactFindingKind *kind, const ImpactScript *script);
/* limits.c: more than the suite allows. */
void impact_find_over_limit(const ImpactFindingKind *kind, const ImpactScript *script);
/* growth.c: growth with the number of rows. */
void impact_find_grows_fast(const ImpactFindingKind *kind, const ImpactScript *script);
/* setting.c: under another time zone it does something else. */
void impact_find_setting_rewrite(const ImpactFindingKind *kind, const ImpactScript *script);
/* proof.c: effects on other sessions in a test. */
void impact_find_queue_behind(const ImpactFindingKind *kind, const ImpactScript *script);
void impact_find_no_second_run(const ImpactFindingKind *kind, const ImpactScript *script);
void impact_find_deadlock(const ImpactFindingKind *kind, const ImpactScript *script);
/* index.c: an invalid index. */
void impact_find_invalid_index(const ImpactFindingKind *kind, const ImpactScript *script);

/* --- Shared functions (family.c) ----------------------------------------------- */

/* Adds one about the statement and the table (NULL: none of them alone); the message is formatted. */
ReportFinding *impact_add(const ImpactFindingKind *kind, const ImpactScript *script, const ReportStatement *statement,
                          const char *table, const char *format, ...) G_GNUC_PRINTF(5, 6);

/* True for a table (with rows in it, or a partitioned one) that is not small in production; no index, view, sequence.
 */
bool impact_is_in_use(const ImpactScript *script, const ReportTouched *touched);

/* The code of the finding that the statement makes at the table by its work under a lock of its own; NULL: none. */
const char *impact_classify_work(const ImpactScript *script, const ReportStatement *statement,
                                 const ReportTouched *touched);

/* True when the first word of the statement is one of these, ended by NULL. */
bool impact_statement_is(const ReportStatement *statement, const char *const *words);
/* INSERT, UPDATE, DELETE and the like. */
bool impact_statement_is_dml(const ReportStatement *statement);
/* True when the words, in capital letters with one blank between them, stand in the statement. */
bool impact_statement_has(const ReportStatement *statement, const char *words);

/* The number of rows in production that corresponds to the rows observed here, if it is known. */
double impact_expect_rows(const ImpactScript *script, const ReportTouched *touched, double rows);

/* "all 84 M rows of public.orders", "all rows of public.orders". The caller frees it. */
char *impact_describe_rows(const ImpactScript *script, const ReportTouched *touched);

/* --- The safe way (advice.c) ------------------------------------------------------ */

/* The safe way to achieve the effect of the statement, on this version of the server; the caller frees it. NULL:
 * none is known. */
char *impact_advise(const char *code, const ImpactScript *script, const ReportStatement *statement, const char *table);

#endif
