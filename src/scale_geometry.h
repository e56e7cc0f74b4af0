/*
 * scale_geometry.h
 *		What scale.c and scale_sums.c share: points and raw disagreement.
 */
#ifndef ANNOQA_SCALE_GEOMETRY_H
#define ANNOQA_SCALE_GEOMETRY_H

#include "scale.h"

/* how the disagreement of two categories comes about, and how fast it sums */
typedef enum Geometry
{
	GEOMETRY_EQUALITY,			/* 0 or 1 */
	GEOMETRY_SQUARE,			/* squared difference of two points */
	GEOMETRY_LINE,				/* absolute difference of two points */
	GEOMETRY_STEPS,				/* half of square plus line, by position */
	GEOMETRY_CIRCLE,			/* squared sine of half an angle */
	GEOMETRY_PAIRS				/* no structure: all pairs */
} Geometry;

extern Geometry scale_geometry(ScaleKind kind);

/* the disagreement of two categories before it is divided by scale->norm */
extern double scale_raw(const Scale *scale, int c, int k);

/* Give the point of a category: its midrank, value or position 1 .. q. */
static inline double
scale_point(const Scale *scale, int k)
{
	if (scale->kind == LEVEL_ORDINAL)
		return scale->midrank[k];
	if (scale->score != NULL && scale->kind != WEIGHTS_ORDINAL)
		return scale->score[k];
	return (double) k + 1;
}

#endif							/* ANNOQA_SCALE_GEOMETRY_H */
