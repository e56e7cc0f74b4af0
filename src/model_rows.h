/*
 * model_rows.h
 *		Rows of Dawid and Skene: from counts and prior counts to chances.
 *
 * Cells lie label by label, the classes of a cell side by side: what an item's
 * label says of all classes is then one stretch of memory.
 */
#ifndef ANNOQA_MODEL_ROWS_H
#define ANNOQA_MODEL_ROWS_H

#include "consensus_model.h"

/* counts are never less, so that every chance has a logarithm */
#define LEAST_COUNT 1e-10

/* prior counts of a row, the same for all annotators; [label * q + class] */
typedef struct RowPrior
{
	int			q;
	double		total;			/* of one class; all have the same */
	double	   *count;			/* as PriorCounts says */
	double	   *floored;		/* the same, at least LEAST_COUNT */
	double	   *log_floored;
	double	   *floored_total;	/* sum over labels, for each class */
	double	   *term;			/* sum of count * log, for each class */
} RowPrior;

/* Find the cells; cell[j] is that of label j, answer_cell[j] of answer j. */
extern ModelRows *rows_create(const ModelData *data, int32 *cell,
							  int32 *answer_cell);

/* The cell of an annotator's label, or -1. */
static inline int64
rows_cell(const ModelRows *rows, int annotator, int label)
{
	int64		low = rows->start[annotator];
	int64		high = rows->start[annotator + 1];

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (rows->label[middle] < label)
			low = middle + 1;
		else
			high = middle;
	}
	return low < rows->start[annotator + 1] && rows->label[low] == label ?
		low : -1;
}

extern void row_prior_init(RowPrior *p, const PriorCounts *counts, int q,
						   const double *pooled);
extern void row_prior_set(RowPrior *p, const PriorCounts *counts,
						  const double *pooled);

/* What the crowd does: all counts, 1 on the right label and 1 spread evenly. */
extern void rows_pool(const ModelRows *rows, int n_annotators, int q,
					  double *pooled);

/* Totals of an annotator's classes: counts and prior counts. */
extern void rows_totals(const ModelRows *rows, const RowPrior *p,
						int annotator, double *total);

/* Refuse rows of so many numbers. */
extern void rows_check_size(int64 n_cells, int q);

#endif							/* ANNOQA_MODEL_ROWS_H */
