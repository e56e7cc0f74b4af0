/*
 * prevalence.h
 *		Shares of classes, corrected for the errors of who labeled.
 */
#ifndef ANNOQA_PREVALENCE_H
#define ANNOQA_PREVALENCE_H

#include "postgres.h"

#include "reason.h"

/* so many of n */
typedef struct Proportion
{
	double		hits;
	double		n;
} Proportion;

typedef struct Prevalence
{
	bool		defined;
	double		value;			/* corrected, in [0, 1] */
	double		lower;
	double		upper;
	bool		clipped;		/* the correction left [0, 1] */
	Reason		reason;
} Prevalence;

/* labels of all kinds and their errors on gold */
typedef struct LabelErrors
{
	int			q;
	const double *apparent;		/* how many items got each label */
	const double *gold;			/* how many items of reference k got label j,
								 * at [k * q + j] */
} LabelErrors;

/* A class against the rest; all three with n > 0 for an answer. */
extern void prevalence_two(const Proportion *apparent,
						   const Proportion *sensitivity,
						   const Proportion *specificity,
						   double confidence, Prevalence *result);

/* of each class of the gold against the rest */
extern void gold_against_rest(const LabelErrors *e, Proportion *sensitivity,
							  Proportion *specificity);

/* All classes together; result has q entries.  Two are left to the above. */
extern void prevalence_all(const LabelErrors *errors, double confidence,
						   int n_resamples, uint64 seed, Prevalence *result);

#endif							/* ANNOQA_PREVALENCE_H */
