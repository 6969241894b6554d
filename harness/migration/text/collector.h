/*
 * Statements that are collected line by line, for tools that read lines and not SQL.
 */
#ifndef MIGRATION_TEXT_COLLECTOR_H
#define MIGRATION_TEXT_COLLECTOR_H

#include "migration/text/script.h"

typedef struct {
	MigrationMappedText *text;
	GArray *cuts; /* of MigrationCut: the statements so far, in text */
	gsize begin;  /* of the current statement, in text */
	gsize source; /* of the current statement, in the file */
} MigrationCollector;

void migration_collector_init(MigrationCollector *collector);
void migration_collector_clear(MigrationCollector *collector); /* also of one that is all zero */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MigrationCollector, migration_collector_clear)

/* True when there is text since the last statement. */
bool migration_collector_is_begun(const MigrationCollector *collector);
/* True when there is more than white space since the last statement. */
bool migration_collector_has_text(const MigrationCollector *collector);

/* Adds a line, and the end of it. */
void migration_collector_add_line(MigrationCollector *collector, const char *text, gsize start, gsize end);

/* Stores the collected text as a statement, without surrounding white space. */
void migration_collector_store(MigrationCollector *collector);

/* The script of the statements. The collector is empty then. */
MigrationScript *migration_collector_take(MigrationCollector *collector, Source *source);

#endif
