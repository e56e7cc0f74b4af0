/*
 * array.h
 *		Arrays whose size comes from the data.
 */
#ifndef ANNOQA_ARRAY_H
#define ANNOQA_ARRAY_H

#include "postgres.h"

#include "utils/memutils.h"

/* Allocate n elements, which may pass 1 GB; an error beyond all memory. */
static inline void *
array_alloc(int64 n, Size width, bool zero)
{
	if (n < 0 || (uint64) n > MaxAllocHugeSize / width)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many labels or categories: %lld elements of %zu bytes do not fit in memory",
						(long long) n, width)));
	return palloc_extended(width * (Size) n,
						   MCXT_ALLOC_HUGE | (zero ? MCXT_ALLOC_ZERO : 0));
}

/* Make room for n elements in an array that may be NULL; what it held is lost. */
static inline void *
array_room(void *array, int64 *room, int64 n, Size width)
{
	if (array != NULL && n <= *room)
		return array;
	if (array != NULL)
		pfree(array);
	*room = n;
	return array_alloc(n, width, false);
}

#endif							/* ANNOQA_ARRAY_H */
