/*
 * votes.h
 *		The type votes: the labels that one item got, and their weights.
 *
 * One block without pointers: the count of each label, then what header.layout
 * names, then the dictionary.  Votes whose every weight is 1 have counts alone;
 * whether a weight other than 1 was ever given is kept, not guessed from sums.
 */
#ifndef ANNOQA_VOTES_H
#define ANNOQA_VOTES_H

#include "dict.h"
#include "exact_sum.h"
#include "rows.h"
#include "state.h"
#include "view.h"
#include "vote_shares.h"

/* bits of header.layout */
#define VOTES_WEIGHTED	1		/* an exact sum of weights for each label */
#define VOTES_THRESHOLD 2		/* a double: the share that elements must pass */
#define VOTES_LAYOUTS	3

typedef struct Votes
{
	StateHeader header;
	uint32		dict;			/* offset of the Dict */
	uint32		room;			/* digits that each sum has room for */
	int64		count[FLEXIBLE_ARRAY_MEMBER];	/* as many as the Dict's cap */
	/* VOTES_THRESHOLD: a double; VOTES_WEIGHTED: as many sums */
} Votes;

#define VotesDict(v) ((Dict *) ((char *) (v) + (v)->dict))
#define VotesWeighted(v) (((v)->header.layout & VOTES_WEIGHTED) != 0)
#define VotesHaveThreshold(v) (((v)->header.layout & VOTES_THRESHOLD) != 0)
#define VotesThreshold(v) ((double *) &(v)->count[VotesDict(v)->cap])
#define VotesSums(v) ((char *) VotesThreshold(v) + \
					  (VotesHaveThreshold(v) ? sizeof(double) : 0))
#define VotesSum(v, code) ((ExactSum *) (VotesSums(v) + \
										 ExactSumSize((v)->room) * (Size) (code)))

extern Votes *votes_allocate(int32 dict_cap, uint32 text_cap, uint8 layout,
							 int room);
/* the votes of an argument, checked under assertions */
extern Votes *votes_argument(FunctionCallInfo fcinfo, int arg);
/* their numbers in canonical order, or by code without a view */
extern VoteList votes_list(const Votes *v, const LabelView *view);
/* the weight of all labels; an error beyond the range of double */
extern double votes_total(const VoteList *list);
extern void votes_put_rows(Rows *rows, VoteList *list, const char **text,
						   bool known, double total);

#endif							/* ANNOQA_VOTES_H */
