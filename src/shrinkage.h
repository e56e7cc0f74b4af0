/*
 * shrinkage.h
 *		Accuracies of annotators, shrunk to the crowd's by empirical Bayes.
 */
#ifndef ANNOQA_SHRINKAGE_H
#define ANNOQA_SHRINKAGE_H

#include "reason.h"

#define MIN_STRENGTH	1.0
#define MAX_STRENGTH	10000.0
/* with fewer annotators the spread between them is not estimated */
#define MIN_ANNOTATORS	5
#define FEW_STRENGTH	20.0

/* of n gold answers so many are right */
typedef struct GoldCount
{
	double		correct;
	double		n;
} GoldCount;

/* Beta(strength * mean, strength * (1 - mean)) */
typedef struct CrowdPrior
{
	bool		defined;		/* somebody has an answer */
	double		mean;
	double		strength;
	Reason		reason;			/* why the strength is a stated one */
} CrowdPrior;

typedef struct ShrunkenShare
{
	double		mean;
	double		lower;			/* equal-tailed */
	double		upper;
} ShrunkenShare;

/* Fit mean and strength to the counts of n annotators. */
extern void crowd_fit(const GoldCount *count, int n, CrowdPrior *prior);

/*
 * Fit the strength with which strata are drawn to their annotators, who are
 * drawn to the crowd: counts stand by annotator, 0, 1 and so on; each gets the
 * mean that it is to be shrunk to.  Undefined when nobody has an answer.
 */
extern void strata_fit(const int32 *annotator, const GoldCount *count, int n,
					   double *mean, CrowdPrior *within);

/* Shrink one count; 0 < mean < 1, strength > 0. */
extern void shrink(const GoldCount *count, double mean, double strength,
				   double confidence, ShrunkenShare *share);

#endif							/* ANNOQA_SHRINKAGE_H */
