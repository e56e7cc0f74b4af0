/*
 * sets.c
 *		Distances of sets.
 *
 * Jaccard: 1 - J, where J is the share of the union that both sets have.
 * MASI: 1 - J M, where M is 1 for equal sets, 2/3 where one is part of the
 * other, 1/3 where they cross and 0 where they share nothing (Passonneau,
 * Measuring Agreement on Set-valued Items (MASI) for Semantic and Pragmatic
 * Annotation, 2006, section 4).  The factors are taken exactly, and two empty
 * sets are equal.
 */
#include "postgres.h"

#include "sets.h"

/* Count the elements that two sets share. */
static int
count_shared(const ElementSet *a, const ElementSet *b)
{
	int			i = 0;
	int			j = 0;
	int			shared = 0;

	while (i < a->n && j < b->n)
	{
		if (a->element[i] < b->element[j])
			i++;
		else if (a->element[i] > b->element[j])
			j++;
		else
		{
			shared++;
			i++;
			j++;
		}
	}
	return shared;
}

/* Give 1 - J times so many thirds, with one rounding. */
static double
one_minus_share(double shared, double all, int thirds)
{
	if (all == 0)
		return 0;
	return (3 * all - thirds * shared) / (3 * all);
}

/* Give the Jaccard distance of two sets. */
double
jaccard_distance(const ElementSet *a, const ElementSet *b)
{
	int			shared = count_shared(a, b);

	return one_minus_share(shared, (double) a->n + b->n - shared, 3);
}

/* Give the MASI distance of two sets. */
double
masi_distance(const ElementSet *a, const ElementSet *b)
{
	int			shared = count_shared(a, b);
	int			thirds;

	if (shared == a->n && shared == b->n)
		thirds = 3;
	else if (shared == a->n || shared == b->n)
		thirds = 2;
	else
		thirds = 1;
	return one_minus_share(shared, (double) a->n + b->n - shared, thirds);
}
