/*
 * vote_shares.h
 *		What the votes of one item say: who leads, by how much, how divided.
 */
#ifndef ANNOQA_VOTE_SHARES_H
#define ANNOQA_VOTE_SHARES_H

#include "postgres.h"

#include "exact_sum.h"

/* the votes of one item */
typedef struct VoteList
{
	int			n;				/* labels */
	int64	   *count;			/* votes for each */
	const ExactSum **sum;		/* weight of each; NULL: their counts */
} VoteList;

/* accuracies nearer to 1 are taken as this one, see vote_weight_of */
#define GREATEST_ACCURACY (1 - 1e-6)

extern int	vote_compare(const VoteList *l, int a, int b);
extern double vote_weight(const VoteList *l, int i);
extern void vote_sum(const VoteList *l, WideSum *total);
extern double vote_total(const VoteList *l);
extern int	vote_leader(const VoteList *l, int *n_leaders);
extern double vote_margin(const VoteList *l);
extern double vote_entropy(const VoteList *l);
extern int	vote_n_weighty(const VoteList *l);
extern double vote_weight_of(double accuracy, int n_categories);

#endif							/* ANNOQA_VOTE_SHARES_H */
