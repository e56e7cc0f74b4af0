/*
 * error_agreement.h
 *		Do two annotators err together more than the items explain?
 */
#ifndef ANNOQA_ERROR_AGREEMENT_H
#define ANNOQA_ERROR_AGREEMENT_H

#include "design.h"
#include "reason.h"

/* labels of items with gold */
typedef struct ErrorDesign
{
	Design		design;			/* code[j] is j: which label a pair shares */
	int32	   *wrong;			/* of each label: -1 when right, else its code */
	int32	   *class;			/* gold class of each item */
	int			n_classes;
} ErrorDesign;

/* a count against what it is expected to be */
typedef struct Coincidence
{
	int64		observed;
	double		expected;
	bool		has_p;
	double		p_value;		/* of as many or more */
	double		q_value;		/* Benjamini and Hochberg, over all with a p */
	Reason		reason;			/* when there is no p */
} Coincidence;

typedef struct ErrorPair
{
	int32		a;
	int32		b;
	int64		n_items;		/* that both labeled */
	Coincidence joint;			/* both err */
	Coincidence same;			/* of these: by the same wrong label */
} ErrorPair;

/* Pairs with a common item, by rising a, then b: all, or those with a p. */
extern ErrorPair *error_agreement(const ErrorDesign *errors, bool only_tested,
								  int64 *n_pairs);

#endif							/* ANNOQA_ERROR_AGREEMENT_H */
