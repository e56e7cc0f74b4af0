/*
 * sets.h
 *		Distances of sets: Jaccard and MASI.
 */
#ifndef ANNOQA_SETS_H
#define ANNOQA_SETS_H

#include "postgres.h"

/* a set of elements, each known by a number */
typedef struct ElementSet
{
	int			n;
	int32	   *element;		/* rising, each once */
} ElementSet;

extern double jaccard_distance(const ElementSet *a, const ElementSet *b);
extern double masi_distance(const ElementSet *a, const ElementSet *b);

#endif							/* ANNOQA_SETS_H */
