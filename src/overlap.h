/*
 * overlap.h
 *		Distances of what has a length or an area: 1 - overlap.
 */
#ifndef ANNOQA_OVERLAP_H
#define ANNOQA_OVERLAP_H

#include "postgres.h"

/* a stretch of a line; lower <= upper, both finite */
typedef struct Stretch
{
	double		lower;
	double		upper;
} Stretch;

/* stretches that do not overlap one another, from left to right */
typedef struct StretchList
{
	int			n;
	Stretch    *stretch;
	double		length;			/* set by stretches_prepare */
} StretchList;

/* an upright rectangle: its shadows on the two axes */
typedef struct Rectangle
{
	Stretch		side[2];
	double		area;			/* set by rectangles_prepare */
} Rectangle;

/*
 * Measure all the shapes of a comparison, to be called once before distances
 * are asked for.  Their coordinates are scaled by a power of two, which
 * changes no distance, so that no length or area can overflow.
 */
extern void stretches_prepare(StretchList *lists, int n);
extern void rectangles_prepare(Rectangle *rectangles, int n);

extern double stretches_distance(const StretchList *a, const StretchList *b);
extern double rectangles_distance(const Rectangle *a, const Rectangle *b);

#endif							/* ANNOQA_OVERLAP_H */
