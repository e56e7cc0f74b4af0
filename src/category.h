/*
 * category.h
 *		Agreement on one category, against all the rest.
 */
#ifndef ANNOQA_CATEGORY_H
#define ANNOQA_CATEGORY_H

#include "coefficient.h"
#include "patterns.h"

/* what is said of a category, against all the rest */
enum
{
	CATEGORY_SPECIFIC,			/* specific agreement */
	CATEGORY_KAPPA,				/* Fleiss' kappa */
	CATEGORY_ALPHA,				/* Krippendorff's */
	N_CATEGORY_FIGURES
};

typedef struct CategoryFigures
{
	int32		code;
	int64		n_labels;
	double		share;			/* of all labels */
	Estimate	estimate[N_CATEGORY_FIGURES];
	ErrorInterval interval[N_CATEGORY_FIGURES];
} CategoryFigures;

typedef struct CategoryWalk CategoryWalk;

/*
 * Walk all categories, by rising code.  An item is either one that holds the
 * category, or one of so many labels that does not: the cost is that of the
 * cells, once in all, and of the distinct numbers of labels for each category
 * that is used.
 *
 * Errors are by the method of the options; specific agreement is a ratio of
 * sums over items, and 'linearised' and 'ratio' are one for it.
 */
extern CategoryWalk *categories_begin(const Patterns *p,
									  const IntervalOptions *options);
extern bool categories_next(CategoryWalk *walk, CategoryFigures *result);
extern void categories_end(CategoryWalk *walk);

#endif							/* ANNOQA_CATEGORY_H */
