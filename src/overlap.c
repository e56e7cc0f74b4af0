/*
 * overlap.c
 *		Distances of what has a length or an area.
 *
 * The distance is 1 - |A and B| / |A or B|, Jaccard's with a measure in place
 * of a count.  Where the union measures 0 (nothing, points, lines) it is 0
 * between equals and 1 otherwise.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "overlap.h"

/* Give the length that two stretches share. */
static inline double
shared_length(const Stretch *a, const Stretch *b)
{
	double		length = Min(a->upper, b->upper) - Max(a->lower, b->lower);

	return Max(length, 0);
}

/* Tell whether two stretches have the same ends. */
static inline bool
same_stretch(const Stretch *a, const Stretch *b)
{
	return a->lower == b->lower && a->upper == b->upper;
}

/* Give 1 - shared / all, where all is positive. */
static inline double
one_minus_overlap(double shared, double all)
{
	return shared >= all ? 0 : (all - shared) / all;
}

/* Give the larger of a bound and the absolute ends of a stretch. */
static inline double
widest(double bound, const Stretch *s)
{
	return Max(bound, Max(fabs(s->lower), fabs(s->upper)));
}

/* Multiply the ends of a stretch by a power of two. */
static inline void
rescale(Stretch *s, int exponent)
{
	s->lower = ldexp(s->lower, exponent);
	s->upper = ldexp(s->upper, exponent);
}

/* Give the power of two that takes what is so far out inside (-1, 1). */
static int
inward(double furthest)
{
	int			exponent = 0;

	if (furthest > 0)
		(void) frexp(furthest, &exponent);
	return -exponent;
}

/* Scale lists of stretches alike, and measure each. */
void
stretches_prepare(StretchList *lists, int n)
{
	double		furthest = 0;
	int			exponent;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < lists[i].n; j++)
			furthest = widest(furthest, &lists[i].stretch[j]);
	exponent = inward(furthest);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		lists[i].length = 0;
		for (int j = 0; j < lists[i].n; j++)
		{
			Stretch    *s = &lists[i].stretch[j];

			rescale(s, exponent);
			lists[i].length += s->upper - s->lower;
		}
	}
}

/* Scale rectangles alike, each axis by itself, and measure each. */
void
rectangles_prepare(Rectangle *rectangles, int n)
{
	for (int axis = 0; axis < 2; axis++)
	{
		double		furthest = 0;
		int			exponent;

		for (int i = 0; i < n; i++)
			furthest = widest(furthest, &rectangles[i].side[axis]);
		exponent = inward(furthest);
		for (int i = 0; i < n; i++)
			rescale(&rectangles[i].side[axis], exponent);
	}
	for (int i = 0; i < n; i++)
	{
		Stretch    *side = rectangles[i].side;

		rectangles[i].area = (side[0].upper - side[0].lower) *
			(side[1].upper - side[1].lower);
	}
}

/* Tell whether two lists have the same stretches. */
static bool
same_stretches(const StretchList *a, const StretchList *b)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (!same_stretch(&a->stretch[i], &b->stretch[i]))
			return false;
	return true;
}

/* Give the length that two lists share, summed from left to right. */
static double
shared_lengths(const StretchList *a, const StretchList *b)
{
	double		sum = 0;
	int			i = 0;
	int			j = 0;

	while (i < a->n && j < b->n)
	{
		sum += shared_length(&a->stretch[i], &b->stretch[j]);
		if (a->stretch[i].upper < b->stretch[j].upper)
			i++;
		else
			j++;
	}
	return sum;
}

/* Give the distance of two lists of stretches. */
double
stretches_distance(const StretchList *a, const StretchList *b)
{
	double		shared = shared_lengths(a, b);
	double		all = a->length + b->length - shared;

	if (all <= 0)
		return same_stretches(a, b) ? 0 : 1;
	return one_minus_overlap(shared, all);
}

/* Give the distance of two rectangles. */
double
rectangles_distance(const Rectangle *a, const Rectangle *b)
{
	double		shared = shared_length(&a->side[0], &b->side[0]) *
		shared_length(&a->side[1], &b->side[1]);
	double		all = a->area + b->area - shared;

	if (all <= 0)
		return same_stretch(&a->side[0], &b->side[0]) &&
			same_stretch(&a->side[1], &b->side[1]) ? 0 : 1;
	return one_minus_overlap(shared, all);
}
