/*
 * informativeness.h
 *		What an annotator's labels tell of the truth, with its error.
 */
#ifndef ANNOQA_INFORMATIVENESS_H
#define ANNOQA_INFORMATIVENESS_H

#include "model_rows.h"

/* what each of n items adds to an estimate, to the first order */
typedef struct Influence
{
	int64		n;
	double		mean;
	double		squares;		/* of differences from the mean */
} Influence;

/* Take another item into account. */
static inline void
influence_add(Influence *f, double value)
{
	double		step = value - f->mean;

	f->n++;
	f->mean += step / (double) f->n;
	f->squares += step * (value - f->mean);
}

/*
 * The error of the estimate by the infinitesimal jackknife over the items
 * (Jaeckel 1972); NaN with fewer than two.
 */
static inline double
influence_error(const Influence *f)
{
	double		n = (double) f->n;

	return n < 2 ? NAN : sqrt(n / (n - 1) * f->squares);
}

/*
 * Fill in the informativeness of annotators that have rows: the mutual
 * information of label and class under the class prior.  slope, as the counts
 * lie, becomes its derivative by each count.
 */
extern void rows_informativeness(ConsensusModel *m, const RowPrior *prior,
								 double *slope);

#endif							/* ANNOQA_INFORMATIVENESS_H */
