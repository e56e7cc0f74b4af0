/*
 * distance.h
 *		Disagreement of labels that are no numbers: sets, ranges and boxes, and
 *		anything at all by a function in SQL.
 *
 * These give a scale its kind, its q and its disagreement; scale_prepare is
 * then the caller's to call, as for other levels.  Where an alpha needs the
 * disagreement of every pair of k labels, that is k (k - 1) / 2 comparisons,
 * hence the limits.
 */
#ifndef ANNOQA_DISTANCE_H
#define ANNOQA_DISTANCE_H

#include "fmgr.h"
#include "scale.h"
#include "view.h"

/* distinct labels that a level of this file compares */
#define MAX_LEVEL_LABELS	20000
/* and those that a SQL function is asked about */
#define MAX_FUNCTION_LABELS 2000

/* Is it the name of one of the levels "jaccard", "masi" and "overlap"? */
extern bool distance_level(const char *name);

/* Give the scale a disagreement by one of these levels. */
extern void distance_from_level(Scale *scale, const char *level,
								const LabelView *view);

/*
 * Give the scale the disagreement that a SQL function (label, label) returns
 * as double precision, after a check that the current user may call it.  It
 * must be finite, at least 0, 0 between equals and the same both ways.
 */
extern void distance_from_function(Scale *scale, Oid function,
								   const LabelView *view,
								   FunctionCallInfo fcinfo);

/* for those who read labels: refuse too many, and turn texts into values */
extern void distance_check_limit(const LabelView *view, int limit,
								 const char *what);
extern Datum *distance_values(LabelType *lt, const LabelView *view);

#endif							/* ANNOQA_DISTANCE_H */
