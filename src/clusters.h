/*
 * clusters.h
 *		Errors of the anonymous coefficients by leaving out a cluster of items.
 */
#ifndef ANNOQA_CLUSTERS_H
#define ANNOQA_CLUSTERS_H

#include "jackknife.h"

/*
 * Items that came together, such as the sentences of one document.  Each item
 * belongs to one cluster, each cluster has an item.
 */
typedef struct Clusters
{
	int64		n;
	ItemGroup  *group;			/* patterns are those of all items */
} Clusters;

/*
 * The error of an estimate of all items and its t interval with one degree of
 * freedom less than there are clusters, at least two, else REASON_TOO_FEW.  Of
 * the options those on singles, confidence and population are asked.
 *
 * A deletion costs the cells of its cluster and, on scales that are not
 * nominal, the square of the categories in it at most; at the ordinal level,
 * all patterns.
 */
extern void cluster_interval(const Patterns *p, Scale *scale,
							 Coefficient which, const Estimate *estimate,
							 const Clusters *clusters,
							 const IntervalOptions *options,
							 ErrorInterval *result);

#endif							/* ANNOQA_CLUSTERS_H */
