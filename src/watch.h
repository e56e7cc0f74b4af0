/*
 * watch.h
 *		The trigger that watches a source.
 */
#ifndef ANNOQA_WATCH_H
#define ANNOQA_WATCH_H

#include "postgres.h"

#include "commands/trigger.h"

/* annoqa.triggers */
extern bool watch_triggers;

/* watch_count.c: count what a statement did, and raise flags */
extern void watch_statement(TriggerData *data, const char *source);

/* watch_count.c: note that something was not counted, and why */
extern void watch_note(const char *source, const char *message);

#endif							/* ANNOQA_WATCH_H */
