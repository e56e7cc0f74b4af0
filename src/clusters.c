/*
 * clusters.c
 *		Errors of the anonymous coefficients by leaving out a cluster of items.
 *
 * Items that came together are alike, and the error by single items is then
 * too small.  The delete-a-group jackknife takes the cluster for the unit: the
 * variance is (m - 1) / m times the sum of squared deviations of the m
 * estimates without one cluster from their mean (Wolter, Introduction to
 * Variance Estimation, 2nd edition (2007), chapter 4).
 *
 * As in jackknife.c a deletion is made on the sums of coefficient.h: with x the
 * masses of the cluster and a_k the sum over l of chance(k, l) margin[l], the
 * quadratic form of the margins becomes
 *		quadratic - 2 sum a_k x_k + sum over k, l of chance(k, l) x_k x_l
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "clusters.h"
#include "miscadmin.h"
#include "tally.h"

typedef struct ClusterJackknife
{
	Jackknife	jack;
	CategoryTally tally;		/* lists the categories of a cluster */
	double	   *mass;			/* of each category, else 0 */
	double	   *packed;			/* of the categories listed */
	double	   *applied;
} ClusterJackknife;

#define ST_SORT sort_deletions
#define ST_ELEMENT_TYPE Deletion
#define ST_COMPARE(x, y) \
	((x)->change < (y)->change ? -1 : (x)->change > (y)->change)
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Collect what the deletions need. */
static void
cluster_begin(ClusterJackknife *c, const Patterns *p, Scale *scale,
			  Coefficient which, bool drop_singles)
{
	jackknife_begin(&c->jack, p, scale, which, drop_singles);
	tally_init(&c->tally, p->q);
	c->mass = array_alloc(p->q, sizeof(double), true);
	c->packed = array_alloc(p->q, sizeof(double), false);
	c->applied = array_alloc(p->q, sizeof(double), false);
}

/* Free what cluster_begin has allocated. */
static void
cluster_end(ClusterJackknife *c)
{
	jackknife_end(&c->jack);
	tally_free(&c->tally);
	pfree(c->mass);
	pfree(c->packed);
	pfree(c->applied);
}

/*
 * Give what the quadratic form of the margins becomes without the masses that
 * are listed, and forget them.
 */
static double
quadratic_without(ClusterJackknife *c)
{
	const AgreementSums *sums = &c->jack.sums;
	int			n = c->tally.n_used;
	double		slope = 0;
	double		sum = 0;
	double		own = 0;

	tally_sort(&c->tally);
	for (int u = 0; u < n; u++)
	{
		int32		code = c->tally.used[u];

		c->packed[u] = c->mass[code];
		c->mass[code] = 0;
		slope += c->packed[u] * c->jack.slope[code];
		sum += c->packed[u];
	}
	if (!scale_is_nominal(sums->chance))
		sparse_apply(sums->chance, n, c->tally.used, c->packed,
					 n, c->tally.used, c->applied);
	for (int u = 0; u < n; u++)
		own += c->packed[u] * (scale_is_nominal(sums->chance) ?
							   sum - c->packed[u] : c->applied[u]);
	tally_clear(&c->tally);
	return sums->quadratic - 2 * slope + own;
}

/* List the masses that so many items of pattern i bring. */
static void
list_masses(ClusterJackknife *c, int64 i, double count)
{
	const Patterns *p = c->jack.p;

	for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
	{
		tally_vote(&c->tally, p->cell[j].code, 1);
		c->mass[p->cell[j].code] += count *
			sums_share(&c->jack.sums, p, i, p->cell[j].votes);
	}
}

/*
 * Estimate without a cluster; false if that is not defined.  One of which no
 * item enters leaves *value as it is.
 */
static bool
estimate_without(ClusterJackknife *c, const ItemGroup *group, double *value)
{
	const AgreementSums *sums = &c->jack.sums;
	Remainder	left = {sums->observed, sums->weight, sums->mass,
	sums->quadratic};
	bool		enters = false;

	for (int64 g = 0; g < group->n; g++)
	{
		int64		i = group->part[g].pattern;
		double		count = (double) group->part[g].count;
		ItemPart	part;

		if (!sums_item(sums, c->jack.p, i, &part))
			continue;
		enters = true;
		left.observed -= count * part.observed;
		left.weight -= count * part.weight;
		left.mass -= count * part.mass;
		if (sums->chance != NULL && sums->chance->kind != LEVEL_ORDINAL)
			list_masses(c, i, count);
	}
	if (!enters)
		return true;
	if (sums->chance != NULL && sums->chance->kind == LEVEL_ORDINAL)
		return jackknife_anew(&c->jack, group, value);
	if (sums->chance != NULL)
		left.quadratic = quadratic_without(c);
	return jackknife_value(&c->jack, group, &left, value);
}

/* Tell whether a cluster has an item, or one with two labels. */
static bool
cluster_counts(const Patterns *p, const ItemGroup *group, bool drop_singles)
{
	for (int64 g = 0; g < group->n; g++)
		if (p->size[group->part[g].pattern] >= 2 || !drop_singles)
			return true;
	return false;
}

/* Leave out one cluster at a time; returns how many there were. */
static int64
leave_out_clusters(const Patterns *p, Scale *scale, Coefficient which,
				   bool drop_singles, double whole, const Clusters *clusters,
				   Deletion *deletions)
{
	ClusterJackknife c;
	int64		n = 0;

	cluster_begin(&c, p, scale, which, drop_singles);
	for (int64 i = 0; i < clusters->n; i++)
	{
		const ItemGroup *group = &clusters->group[i];
		double		value = whole;

		CHECK_FOR_INTERRUPTS();
		if (!cluster_counts(p, group, drop_singles))
			continue;
		deletions[n].lost = !estimate_without(&c, group, &value);
		deletions[n++].change = value - whole;
	}
	cluster_end(&c);
	return n;
}

/*
 * Find the variance by leaving out one cluster at a time; returns how many
 * there were.  They are added up in an order of their own, for theirs is that
 * of an array, and may come from a plan.
 */
static int64
cluster_variance(const Patterns *p, Scale *scale, Coefficient which,
				 bool drop_singles, double whole, const Clusters *clusters,
				 ItemVariance *result)
{
	Deletion   *deletions = array_alloc(clusters->n, sizeof(Deletion), false);
	Replicates	replicates = {0};
	int64		n = leave_out_clusters(p, scale, which, drop_singles, whole,
									   clusters, deletions);

	sort_deletions(deletions, n);
	for (int64 i = 0; i < n; i++)
		replicates_add(&replicates, &deletions[i], 1);
	pfree(deletions);
	replicates_variance(&replicates, COEFFICIENT_TERMS(whole), result);
	return n;
}

/* Give the error and interval of an estimate by its clusters. */
void
cluster_interval(const Patterns *p, Scale *scale, Coefficient which,
				 const Estimate *estimate, const Clusters *clusters,
				 const IntervalOptions *options, ErrorInterval *result)
{
	ItemVariance found;
	int64		n;

	memset(result, 0, sizeof(ErrorInterval));
	result->reason = estimate->reason;
	if (!estimate->defined)
		return;
	n = cluster_variance(p, scale, which, options->drop_singles,
						 estimate->value, clusters, &found);
	if (n < 2)
	{
		result->reason = REASON_TOO_FEW;
		return;
	}
	found.variance *= population_factor(options->population, p->n_items);
	student_interval(estimate->value, &found, (double) n - 1,
					 options->confidence, result);
	if (which == PERCENT_AGREEMENT)
		interval_untested(result);
}
