/*
 * informativeness.h
 *		What an annotator's labels tell of the truth, with its error.
 */
#ifndef ANNOQA_INFORMATIVENESS_H
#define ANNOQA_INFORMATIVENESS_H

#include <math.h>

#include "model_rows.h"

/* what leaving out each of n items leads to */
typedef struct LeftOut
{
	int64		n;
	double		mean;
	double		squares;		/* of differences from the mean */
} LeftOut;

/* Take another value into account. */
static inline void
left_out_add(LeftOut *left, double value)
{
	double		step = value - left->mean;

	left->n++;
	left->mean += step / (double) left->n;
	left->squares += step * (value - left->mean);
}

/* The jackknife's error; NaN with fewer than two items. */
static inline double
left_out_error(const LeftOut *left)
{
	double		n = (double) left->n;

	return n < 2 ? NAN : sqrt((n - 1) / n * left->squares);
}

typedef struct Informativeness Informativeness;

/*
 * The mutual information of an annotator's label and the class, under the class
 * prior, from the model's rows; and its delete-one-item jackknife, posteriors
 * and class prior held.  Each label of each annotator is left out once, and its
 * cell and its item's posterior given; the end fills the model's figures.
 */
extern Informativeness *informativeness_begin(ConsensusModel *m,
											  const RowPrior *prior);
extern void informativeness_leave_out(Informativeness *f, int annotator,
									  int64 cell, const double *posterior);
extern void informativeness_end(Informativeness *f);

#endif							/* ANNOQA_INFORMATIVENESS_H */
