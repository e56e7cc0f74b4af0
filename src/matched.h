/*
 * matched.h
 *		Which of several annotators' objects on one item are the same.
 */
#ifndef ANNOQA_MATCHED_H
#define ANNOQA_MATCHED_H

#include "postgres.h"

/* objects on one item that are compared with one another */
#define MAX_MATCHED_OBJECTS 4096

/* how much two objects overlap: 0 to 1 */
typedef double (*ObjectOverlap) (const void *arg, int a, int b);

/*
 * Put n objects into groups, at most one of each owner in a group; returns how
 * many groups there are.  They are numbered by their first objects.
 */
extern int	match_objects(int n, const int *owner, ObjectOverlap overlap,
						  const void *arg, double min_overlap, int *group);

/* The mean overlap over the pairs of m objects, m >= 2. */
extern double mean_overlap(int m, const int *object, ObjectOverlap overlap,
						   const void *arg);

#endif							/* ANNOQA_MATCHED_H */
