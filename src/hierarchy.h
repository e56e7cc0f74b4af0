/*
 * hierarchy.h
 *		The crowd's rows estimated with the annotators' own.
 */
#ifndef ANNOQA_HIERARCHY_H
#define ANNOQA_HIERARCHY_H

#include "model_rows.h"

/* What the pooled rows, and their norms, add to the objective. */
extern double hierarchy_terms(const RowPrior *p, const PriorCounts *counts,
							  int n_annotators, const double *pooled);

/*
 * Set the pooled rows to those that fit the annotators' rows best, which rest
 * on rows->count and p, and spread the prior counts p anew.
 */
extern void hierarchy_step(RowPrior *p, const PriorCounts *counts,
						   int n_annotators, ModelRows *rows);

#endif							/* ANNOQA_HIERARCHY_H */
