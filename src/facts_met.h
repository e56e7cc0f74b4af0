/*
 * facts_met.h
 *		Telling whether a pair of a group and a code was met before.
 */
#ifndef ANNOQA_FACTS_MET_H
#define ANNOQA_FACTS_MET_H

#include "array.h"
#include "common/hashfn.h"

/* pairs of a group and a code that were met */
typedef struct MetEntry
{
	uint64		key;
	char		status;
} MetEntry;

#define SH_PREFIX met
#define SH_ELEMENT_TYPE MetEntry
#define SH_KEY_TYPE uint64
#define SH_KEY key
#define SH_HASH_KEY(tb, k) \
	hash_combine(murmurhash32((uint32) (k)), (uint32) ((k) >> 32))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* up to so many bits a map of all of them */
#define DENSE_BITS (INT64CONST(1) << 30)

typedef struct MetSet
{
	int64		width;
	uint64	   *map;			/* or: */
	met_hash   *hash;
} MetSet;

/* Set up an empty set of pairs. */
static inline void
met_begin(MetSet *s, int64 n_groups, int64 width)
{
	memset(s, 0, sizeof(MetSet));
	s->width = width;
	if (width == 0)
		return;
	if (n_groups <= DENSE_BITS / width)
		s->map = array_alloc((n_groups * width + 63) / 64, sizeof(uint64),
							 true);
	else
		s->hash = met_create(CurrentMemoryContext, 1024, NULL);
}

/* Enter a pair; true when it is new. */
static inline bool
met_new(MetSet *s, int64 group, int64 code)
{
	uint64		at = (uint64) (group * s->width + code);
	bool		found;

	if (s->map != NULL)
	{
		uint64		bit = UINT64CONST(1) << (at & 63);

		found = (s->map[at >> 6] & bit) != 0;
		s->map[at >> 6] |= bit;
	}
	else
		met_insert(s->hash, at, &found);
	return !found;
}

/* Give back the memory of a set. */
static inline void
met_end(MetSet *s)
{
	if (s->map != NULL)
		pfree(s->map);
	if (s->hash != NULL)
		met_destroy(s->hash);
}

#endif							/* ANNOQA_FACTS_MET_H */
