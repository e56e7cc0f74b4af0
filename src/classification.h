/*
 * classification.h
 *		Labels against a reference: accuracy, precision, recall, F1 and
 *		Matthews' correlation.
 */
#ifndef ANNOQA_CLASSIFICATION_H
#define ANNOQA_CLASSIFICATION_H

#include "cohen.h"

/* rows of one class */
typedef struct ClassTally
{
	int64		hits;			/* given and right */
	int64		given;			/* as label */
	int64		support;		/* as reference */
} ClassTally;

typedef struct Classification
{
	int64		n;
	int64		hits;
	int			n_classes;
	ClassTally *tally;			/* n_classes, cleared by the caller */
} Classification;

/* Count the cells of a table into the tallies. */
extern void classify_cells(Classification *c, const CohenCell *cell,
						   int64 n_cells);

/* each false where undefined */
extern bool class_precision(const ClassTally *t, double *value);
extern bool class_recall(const ClassTally *t, double *value);
extern bool class_f1(const ClassTally *t, double *value);
extern bool classification_accuracy(const Classification *c, double *value);
extern bool classification_macro_f1(const Classification *c, double *value);
extern bool classification_mcc(const Classification *c, double *value);

#endif							/* ANNOQA_CLASSIFICATION_H */
