/*
 * The rows of a page's tables that are about one word: a key, a stage, a column of a report.
 */
#ifndef COMMAND_PAGE_TABLE_ROW_H
#define COMMAND_PAGE_TABLE_ROW_H

#include "command/page/pages.h"

#include <glib.h>

/* Prints the rows whose first cell is the topic, or begins with it and a colon: the heading that they stand below, then
 * each cell behind the head of its column. At most `max` rows; gives the number of rows that there are. */
guint command_page_print_rows(const CommandPage *page, const char *topic, guint max);

#endif
