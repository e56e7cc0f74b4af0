/*
 * vote_shares.c
 *		What the votes of one item say: who leads, by how much, how divided.
 *
 * Weights are compared as exact sums; a share is the quotient of two sums, each
 * rounded once.  A label of weight 0 leads nobody and adds nothing.
 *
 * Entropy in nats: C. E. Shannon, A Mathematical Theory of Communication, Bell
 * System Technical Journal 27 (1948), section 6.  The weight of an annotator by
 * accuracy: L. Shapley and B. Grofman, Optimizing group judgmental accuracy in
 * the presence of interdependencies, Public Choice 43 (1984), theorem II, for
 * two classes, ln(p / (1 - p)); for K classes with errors spread evenly the
 * likelihood ratio of the label given against each other one is
 * p / ((1 - p) / (K - 1)).
 */
#include "postgres.h"

#include <math.h>

#include "interrupts.h"
#include "vote_shares.h"

/* Compare the weights of two labels. */
int
vote_compare(const VoteList *l, int a, int b)
{
	if (l->sum != NULL)
		return exact_sum_compare(l->sum[a], l->sum[b]);
	return (l->count[a] > l->count[b]) - (l->count[a] < l->count[b]);
}

/* Has a label any weight? */
static inline bool
has_weight(const VoteList *l, int i)
{
	return l->sum != NULL ? l->sum[i]->n > 0 : l->count[i] > 0;
}

/* Give the weight of a label. */
double
vote_weight(const VoteList *l, int i)
{
	return l->sum != NULL ? exact_sum_read(l->sum[i]) : (double) l->count[i];
}

/* Add the weight of all labels to a sum. */
void
vote_sum(const VoteList *l, WideSum *total)
{
	for (int i = 0; i < l->n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (l->sum != NULL)
			(void) exact_sum_merge(&total->sum, EXACT_SUM_DIGITS, l->sum[i]);
		else
			(void) exact_sum_add_int(&total->sum, EXACT_SUM_DIGITS,
									 l->count[i]);
	}
}

/* Give the weight of all labels; infinite beyond the range of double. */
double
vote_total(const VoteList *l)
{
	WideSum		total = {{0}};

	vote_sum(l, &total);
	return exact_sum_read(&total.sum);
}

/*
 * Find the first of the labels that have the greatest weight, and how many do;
 * -1 and 0 when none has any.
 */
int
vote_leader(const VoteList *l, int *n_leaders)
{
	int			leader = -1;

	*n_leaders = 0;
	for (int i = 0; i < l->n; i++)
	{
		int			order;

		CHECK_NOW_AND_THEN(i);
		if (!has_weight(l, i))
			continue;
		order = leader < 0 ? 1 : vote_compare(l, i, leader);
		if (order > 0)
		{
			leader = i;
			*n_leaders = 1;
		}
		else if (order == 0)
			(*n_leaders)++;
	}
	return leader;
}

/* Give the first share minus the second; there must be some weight. */
double
vote_margin(const VoteList *l)
{
	int			n_leaders;
	int			leader = vote_leader(l, &n_leaders);
	int			second = -1;
	WideSum		lead = {{0}};

	if (n_leaders > 1)
		return 0;
	for (int i = 0; i < l->n; i++)
		if (i != leader && (second < 0 || vote_compare(l, i, second) > 0))
			second = i;
	if (second < 0)
		return 1;
	if (l->sum == NULL)
		return (double) (l->count[leader] - l->count[second]) / vote_total(l);
	(void) exact_sum_merge(&lead.sum, EXACT_SUM_DIGITS, l->sum[leader]);
	(void) exact_sum_subtract(&lead.sum, EXACT_SUM_DIGITS, l->sum[second]);
	return exact_sum_read(&lead.sum) / vote_total(l);
}

/* Give the entropy of the shares in nats; there must be some weight. */
double
vote_entropy(const VoteList *l)
{
	double		total = vote_total(l);
	double		entropy = 0;

	for (int i = 0; i < l->n; i++)
	{
		double		share = vote_weight(l, i) / total;

		CHECK_NOW_AND_THEN(i);
		/* a share may be too small for a double */
		if (share > 0 && share < 1)
			entropy -= share * log(share);
	}
	return entropy;
}

/* Count the labels that have any weight. */
int
vote_n_weighty(const VoteList *l)
{
	int			n = 0;

	for (int i = 0; i < l->n; i++)
		if (has_weight(l, i))
			n++;
	return n;
}

/*
 * Give the weight that a vote deserves whose giver is right this often among so
 * many categories: ln(p (K - 1) / (1 - p)), and 0 at or below chance.
 */
double
vote_weight_of(double accuracy, int n_categories)
{
	double		p = Min(accuracy, GREATEST_ACCURACY);

	if (p * n_categories <= 1)
		return 0;
	return Max(log(p * (n_categories - 1.0) / (1 - p)), 0);
}
