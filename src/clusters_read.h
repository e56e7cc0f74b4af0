/*
 * clusters_read.h
 *		Reading an array of agreements, one for each cluster of items.
 */
#ifndef ANNOQA_CLUSTERS_READ_H
#define ANNOQA_CLUSTERS_READ_H

#include "agreement.h"
#include "clusters.h"
#include "reading.h"

/* the clusters that have an item, and all their items together */
typedef struct ClusterArray
{
	int			n;
	Agreement **cluster;
	Agreement  *all;
	Intern	   *intern;			/* of the labels, if there are any */
} ClusterArray;

extern void clusters_open(ClusterArray *c, ArrayType *array);

/* Describe the clusters by the patterns of c->all, as the reading has them. */
extern void clusters_interpret(const ClusterArray *c, const Reading *r,
							   Clusters *clusters);

#endif							/* ANNOQA_CLUSTERS_READ_H */
