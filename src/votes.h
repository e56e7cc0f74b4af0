/*
 * votes.h
 *		The type votes: the labels that one item got.
 *
 * header.reserved is 0: counts alone, no weights.
 */
#ifndef ANNOQA_VOTES_H
#define ANNOQA_VOTES_H

#include "dict.h"
#include "state.h"

typedef struct Votes
{
	StateHeader header;
	uint32		dict;			/* offset of the Dict */
	uint32		pad;
	int64		count[FLEXIBLE_ARRAY_MEMBER];	/* as many as the Dict's cap */
} Votes;

#define VotesDict(v) ((Dict *) ((char *) (v) + (v)->dict))

extern Votes *votes_allocate(int32 dict_cap, uint32 text_cap);

#endif							/* ANNOQA_VOTES_H */
