/*
 * numeric_consensus.h
 *		Consensus of numbers, with a bias and a variance of each annotator.
 */
#ifndef ANNOQA_NUMERIC_CONSENSUS_H
#define ANNOQA_NUMERIC_CONSENSUS_H

#include "design.h"
#include "reason.h"

/* imagined labels with the crowd's variance that each annotator begins with */
#define PRIOR_LABELS 4.0

/* imagined annotators, as biased as the crowd errs, beside the real ones */
#define PRIOR_ANNOTATORS 1.0

typedef struct NumericItem
{
	double		value;			/* weighted mean, biases removed */
	double		std_error;		/* NaN: not known */
	double		mean;			/* of the labels as they are */
	double		median;
} NumericItem;

typedef struct NumericAnnotator
{
	int64		n_labels;
	int64		n_shared;		/* of them on items with another label */
	double		bias;
	double		bias_error;
	double		std_dev;		/* of their labels about value and bias */
	double		weight;			/* crowd's variance over theirs */
	Reason		reason;			/* see numeric_known */
} NumericAnnotator;

typedef struct NumericFit
{
	Reason		reason;			/* of the values: no error is known */
	int			iterations;
	bool		converged;
	NumericItem *item;
	NumericAnnotator *annotator;
} NumericFit;

/* Are bias and standard deviation known, whatever there is to say of them? */
static inline bool
numeric_known(Reason reason)
{
	return reason == REASON_NONE || reason == REASON_DISCONNECTED ||
		reason == REASON_TWO_ANNOTATORS;
}

/* Fit the model; value is the finite number that each label code stands for. */
extern void numeric_fit(const Design *design, const double *value,
						NumericFit *fit);

#endif							/* ANNOQA_NUMERIC_CONSENSUS_H */
