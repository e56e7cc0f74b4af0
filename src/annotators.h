/*
 * annotators.h
 *		How each annotator agrees with the others.
 */
#ifndef ANNOQA_ANNOTATORS_H
#define ANNOQA_ANNOTATORS_H

#include "coefficient.h"
#include "design.h"

typedef struct AnnotatorFigures
{
	int64		n_labels;
	int64		n_items;		/* of them, that somebody else labeled too */
	int64		n_pairs;		/* annotators who share an item with this one */
	bool		has_agreement;	/* some item is shared */
	double		mean_agreement; /* of pairs, weighted by the items they share */
	bool		has_kappa;		/* some pair has a kappa */
	double		mean_kappa;		/* plain mean over pairs that have one */
	Estimate	alpha_without;	/* of the data without this annotator */
} AnnotatorFigures;

/*
 * Fill figures[n_annotators].  Agreement and kappa are by the weights, alpha
 * by the level; either scale may be NULL for the unweighted, nominal forms.
 *
 * O(items shared by pairs), and for a level other than nominal one
 * scale_quadratic an annotator besides.  The distances of the ordinal level
 * are made of the margins, so there the observed disagreement is summed anew
 * for each annotator, O(annotators * labels).
 */
extern void annotator_figures(const Design *design, const Scale *weights,
							  Scale *level, AnnotatorFigures *figures);

#endif							/* ANNOQA_ANNOTATORS_H */
