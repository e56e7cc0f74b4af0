/*
 * category.h
 *		Agreement on one category, against all the rest.
 */
#ifndef ANNOQA_CATEGORY_H
#define ANNOQA_CATEGORY_H

#include "coefficient.h"
#include "patterns.h"

typedef struct CategoryFigures
{
	int32		code;
	int64		n_labels;
	double		share;			/* of all labels */
	Estimate	specific;		/* specific agreement */
	ErrorInterval specific_interval;
	Estimate	kappa;			/* Fleiss' kappa, k against the rest */
	ErrorInterval kappa_interval;
	Estimate	alpha;			/* Krippendorff's, k against the rest */
	ErrorInterval alpha_interval;
} CategoryFigures;

typedef struct CategoryWalk CategoryWalk;

/*
 * Walk all categories, by rising code.  An item is either one that holds the
 * category, or one of so many labels that does not: the cost is that of the
 * cells, once in all, and of the distinct numbers of labels for each category
 * that is used.
 *
 * Errors are by the method of the options; that of specific agreement is a
 * linearised one of a ratio for the methods other than the jackknife.
 */
extern CategoryWalk *categories_begin(const Patterns *p,
									  const IntervalOptions *options);
extern bool categories_next(CategoryWalk *walk, CategoryFigures *result);
extern void categories_end(CategoryWalk *walk);

#endif							/* ANNOQA_CATEGORY_H */
