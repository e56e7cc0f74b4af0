/*
 * own_lock.h
 *		Locks that only annoqa takes.
 *
 * An advisory lock can be held by anybody who can connect: with it an annotator
 * could keep flags of their own from being raised.  These lie in a space of
 * their own, and SQL reaches them only for who may call what they serve.
 */
#ifndef ANNOQA_OWN_LOCK_H
#define ANNOQA_OWN_LOCK_H

#include "postgres.h"

#include "storage/lockdefs.h"

typedef enum OwnLock
{
	LOCK_EVALUATE,				/* a source: one evaluation at a time; waits */
	LOCK_FOLD,					/* a source: its changes are counted anew */
	LOCK_FLAG,					/* an annotator: flags are raised and cleared */
	LOCK_DECIDE					/* an item or an annotator; waits */
} OwnLock;

extern bool own_lock(OwnLock lock, LOCKMODE mode, const char *source,
					 const char *key);

#endif							/* ANNOQA_OWN_LOCK_H */
