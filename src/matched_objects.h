/*
 * matched_objects.h
 *		From the boxes or ranges on one item to those that a quorum agrees on.
 */
#ifndef ANNOQA_MATCHED_OBJECTS_H
#define ANNOQA_MATCHED_OBJECTS_H

#include "label.h"
#include "spans.h"

/* what is asked for; quorum 0: more than half of the annotators */
typedef struct MatchOptions
{
	double		quorum;
	double		min_overlap;
} MatchOptions;

/* an object that somebody marked */
typedef struct MarkedObject
{
	int			owner;
	const char *label;			/* what it is a part of */
	BOX		   *box;			/* or NULL */
	RangeType  *range;			/* or NULL */
	Stretch		side[2];		/* of a range the first alone */
} MarkedObject;

/* an object that a quorum marked */
typedef struct FoundObject
{
	char	   *text;
	int			n_votes;
	double		overlap;		/* mean over pairs of votes; of one vote unknown */
} FoundObject;

/* the objects on one item */
typedef struct MarkedObjects
{
	LabelType	type;			/* of what is marked: multirange perhaps */
	LabelType	part;			/* of an object */
	RangeReader reader;
	int			n;
	int			cap;
	MarkedObject *object;
} MarkedObjects;

extern void marked_objects_init(MarkedObjects *m, LabelKind kind,
								const char *qualifier);
extern void marked_objects_clear(MarkedObjects *m);
extern void marked_objects_add(MarkedObjects *m, int owner, const char *label);
extern FoundObject *marked_objects_find(MarkedObjects *m, int n_annotators,
										const MatchOptions *options,
										int *n_found);

#endif							/* ANNOQA_MATCHED_OBJECTS_H */
