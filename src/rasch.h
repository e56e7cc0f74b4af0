/*
 * rasch.h
 *		Errors of annotators on items of unequal difficulty, given how many err
 *		on each item.
 *
 * The model of Rasch (1960): annotator a errs on item i with odds w_a d_i.
 * Given that T of the item's annotators err, d_i is gone, and a set S of T of
 * them errs with a chance in proportion to the product of its w: conditional
 * Poisson sampling (Chen, Dempster and Liu 1994).  With e_t the elementary
 * symmetric functions of the w,
 *
 *		P(a errs | T) = w_a e_{T-1}(others) / e_T(all).
 *
 * Annotators whose errors hang on difficulty more than others' do would seem
 * to err together.  So ln w_a is a line in the item's difficulty, level + slope
 * z: z the logit of the share of its n labels that are wrong,
 * ln (T + 1/2) - ln (n - T + 1/2), which is fixed once T is, centered.  This
 * stands for the slopes of Birnbaum (1968).
 *
 * Levels and slopes are those of the largest conditional likelihood (Andersen
 * 1972), held by normal priors around 0 of standard deviation 2 and 1/2.
 */
#ifndef ANNOQA_RASCH_H
#define ANNOQA_RASCH_H

#include "design.h"

/* ln w of an annotator, and what is known of it */
typedef struct RaschLine
{
	double		level;
	double		slope;
	/* information on level, both, slope; that of the priors included */
	double		information[3];
} RaschLine;

typedef struct Rasch
{
	const Design *design;
	const bool *wrong;			/* of each label */
	RaschLine  *line;			/* of each annotator */
	double	   *difficulty;		/* z of each item */
	double	   *chance;			/* of each label to be wrong, given T */
	double	   *odds;			/* of each label, the item's largest being 1 */
	int64	   *n_wrong;		/* T of each item */
	double	   *shift;			/* of items with many labels, found last */
	double	   *spread;			/* of each item: sum of chance (1 - chance) */
} Rasch;

extern Rasch *rasch_fit(const Design *design, const bool *wrong);

/* the chance that two labels of one item are both wrong, given T */
extern double rasch_both(const Rasch *model, int64 item, int64 j, int64 k);

#endif							/* ANNOQA_RASCH_H */
