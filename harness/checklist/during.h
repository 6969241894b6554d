/*
 * The phase "during": the target looked at again and again while a migration runs on it, by whatever tool.
 */
#ifndef CHECKLIST_DURING_H
#define CHECKLIST_DURING_H

#include "checklist/checklist.h"

typedef struct ChecklistWatch ChecklistWatch;

/* Looks every so many microseconds, on a thread of its own, until checklist_watch_end: asks all items that start no
 * server, run no program and wait for no person; checklist_ask asks the others afterwards. An item that was open at
 * one look stays open. Without a target there are no looks at locks. `on_event` (or NULL) is called on that thread
 * when an event is over, and when an item becomes open (`item`); `data` is that of the options. Everything must live
 * as long. */
typedef void (*ChecklistOnEvent)(const ChecklistEvent *event, const ChecklistItem *item, gpointer data);

ChecklistWatch *checklist_watch_begin(Checklist *checklist, const ChecklistOptions *options,
                                      ChecklistSurroundings *surroundings, gint64 every, ChecklistOnEvent on_event);
/* Ends the watch, and moves its observations to surroundings->events. *ret_looks is how often it looked. */
void checklist_watch_end(ChecklistWatch *watch, guint *ret_looks);

#endif
