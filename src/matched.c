/*
 * matched.c
 *		Which of several annotators' objects on one item are the same.
 *
 * Agglomerative clustering with average linkage (Sokal and Michener, University
 * of Kansas Science Bulletin 38 (1958) 1409-1438) under the constraint that no
 * group has two objects of one owner: the two groups whose objects overlap most
 * in the mean are joined, as long as that mean reaches a bound.  Of equal means
 * the groups with the first objects go first.  The mean overlap with a joined
 * group is that with its parts, weighted by their sizes (Lance and Williams,
 * Computer Journal 9 (1967) 373-380).
 */
#include "postgres.h"

#include "array.h"
#include "matched.h"
#include "miscadmin.h"

/* in place of a mean overlap: may not be joined */
#define APART (-1.0)

typedef struct Clusters
{
	int			n;
	double	   *mean;			/* n by n, symmetric */
	int		   *size;			/* 0: joined to an earlier one */
	int		   *best;			/* of the later groups the one that overlaps
								 * most, or -1 */
} Clusters;

#define Mean(c, i, j) ((c)->mean[(Size) (i) * (c)->n + (j)])

/* Find the later group that overlaps most with one. */
static void
find_best(Clusters *c, int i)
{
	int			best = -1;

	for (int j = i + 1; j < c->n; j++)
		if (c->size[j] > 0 && Mean(c, i, j) != APART &&
			(best < 0 || Mean(c, i, j) > Mean(c, i, best)))
			best = j;
	c->best[i] = best;
}

/* Compare all objects. */
static void
clusters_begin(Clusters *c, int n, const int *owner, ObjectOverlap overlap,
			   const void *arg)
{
	c->n = n;
	c->mean = array_alloc((int64) n * n, sizeof(double), false);
	c->size = array_alloc(n, sizeof(int), false);
	c->best = array_alloc(n, sizeof(int), false);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		c->size[i] = 1;
		for (int j = i + 1; j < n; j++)
			Mean(c, i, j) = Mean(c, j, i) =
				owner[i] == owner[j] ? APART : overlap(arg, i, j);
	}
	for (int i = 0; i < n; i++)
		find_best(c, i);
}

/* The first of the two groups to be joined next, or -1. */
static int
next_pair(const Clusters *c, double min_overlap)
{
	int			next = -1;

	for (int i = 0; i < c->n; i++)
		if (c->size[i] > 0 && c->best[i] >= 0 &&
			Mean(c, i, c->best[i]) >= min_overlap &&
			(next < 0 ||
			 Mean(c, i, c->best[i]) > Mean(c, next, c->best[next])))
			next = i;
	return next;
}

/* Join group j to the earlier group i. */
static void
join(Clusters *c, int i, int j)
{
	double		share = (double) c->size[j] / (c->size[i] + c->size[j]);

	for (int k = 0; k < c->n; k++)
	{
		double		mean;

		if (c->size[k] == 0 || k == i || k == j)
			continue;
		mean = Mean(c, i, k) == APART || Mean(c, j, k) == APART ? APART :
			(1 - share) * Mean(c, i, k) + share * Mean(c, j, k);
		Mean(c, i, k) = Mean(c, k, i) = mean;
	}
	c->size[i] += c->size[j];
	c->size[j] = 0;
	/* whoever saw one of them as the best must look again */
	for (int k = 0; k < j; k++)
		if (c->size[k] > 0 &&
			(k == i || c->best[k] == i || c->best[k] == j ||
			 (k < i && c->best[k] >= 0 &&
			  Mean(c, k, i) >= Mean(c, k, c->best[k]))))
			find_best(c, k);
}

/* Put objects into groups, at most one of each owner in a group. */
int
match_objects(int n, const int *owner, ObjectOverlap overlap, const void *arg,
			  double min_overlap, int *group)
{
	Clusters	c;
	int			i;
	int			n_groups = 0;
	int		   *number = array_alloc(Max(n, 1), sizeof(int), false);

	clusters_begin(&c, n, owner, overlap, arg);
	for (i = 0; i < n; i++)
		group[i] = i;
	while ((i = next_pair(&c, min_overlap)) >= 0)
	{
		int			j = c.best[i];

		CHECK_FOR_INTERRUPTS();
		join(&c, i, j);
		for (int k = j; k < n; k++)
			if (group[k] == j)
				group[k] = i;
	}
	for (i = 0; i < n; i++)
	{
		if (group[i] == i)
			number[i] = n_groups++;
		group[i] = number[group[i]];
	}
	pfree(number);
	pfree(c.best);
	pfree(c.size);
	pfree(c.mean);
	return n_groups;
}

/* The mean overlap over the pairs of m objects. */
double
mean_overlap(int m, const int *object, ObjectOverlap overlap, const void *arg)
{
	double		sum = 0;

	for (int i = 0; i < m; i++)
		for (int j = i + 1; j < m; j++)
			sum += overlap(arg, object[i], object[j]);
	return sum / ((double) m * (m - 1) / 2);
}
