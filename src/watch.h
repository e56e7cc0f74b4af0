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

/* statements over annoqa's own tables */
typedef enum OwnStatement
{
	OWN_VERSION,
	OWN_SOURCE,
	OWN_ADD,
	OWN_RECOUNT,
	OWN_SUSPECTS,
	OWN_COMPACT,
	OWN_FOLD,
	OWN_CORRECT,
	OWN_RULE,
	OWN_EXEMPT,
	OWN_RAISE,
	OWN_CLEAR,
	OWN_NOTIFY,
	OWN_BELONGS,
	OWN_NOTE,
	N_OWN
} OwnStatement;

#define MAX_OWN_ARGS 19

/* who does what, while a statement is counted */
typedef struct Users
{
	Oid			caller;
	int			context;
	Oid			tables;			/* owner of annoqa's tables */
	Oid			labels;			/* owner of the labels, when known */
	int			settings;		/* to go back to */
} Users;

/* watch_own.c */
extern void begin_users(Users *users);
extern void end_users(const Users *users);
extern void become(const Users *users, Oid user);
extern void run_own(OwnStatement which, Datum *values, const char *nulls,
					bool read_only);
extern void run_as_owner(const Users *users, const char *query, int nargs,
						 Oid *types, Datum *values, const char *nulls);
extern Datum result_value(uint64 row, int column, bool *isnull);
extern bool only_value(Datum *value);

/* watch_settle.c: look again at an annotator whose counts are suspicious */
extern void settle_suspect(const Users *users, Datum source, Datum annotator,
						   Datum rule, Datum metric);

/* watch_count.c: count what a statement did, and raise flags */
extern void watch_statement(TriggerData *data, const char *source);

/* watch_count.c: note that something was not counted, and why */
extern void watch_note(const TriggerData *data, const char *source,
					   const char *message);

#endif							/* ANNOQA_WATCH_H */
