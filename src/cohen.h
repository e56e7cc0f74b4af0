/*
 * cohen.h
 *		Cohen's kappa and Scott's pi of two annotators.
 */
#ifndef ANNOQA_COHEN_H
#define ANNOQA_COHEN_H

#include "reason.h"
#include "scale.h"

/* how many items one called i and the other j */
typedef struct CohenCell
{
	int32		i;
	int32		j;
	int64		count;
} CohenCell;

typedef struct CohenResult
{
	int64		n;				/* items that both labeled */
	bool		defined;
	double		estimate;
	double		observed;		/* disagreement */
	double		expected;		/* disagreement by chance */
	bool		has_error;
	double		std_error;		/* Fleiss, Cohen and Everitt 1969 */
	double		lower;			/* normal, cut at -1 and 1 */
	double		upper;
	bool		has_p;
	double		null_error;		/* the error if the coefficient were 0 */
	double		p_value;		/* two-sided, of "the coefficient is 0" */
	Reason		reason;
} CohenResult;

/*
 * Compute Cohen's kappa, or Scott's pi, of the cells of a table, each given
 * once.  The scale is one of weights.
 */
extern void cohen_coefficient(const CohenCell *cell, int64 n_cells,
							  const Scale *scale, bool scott,
							  double confidence, CohenResult *result);

#endif							/* ANNOQA_COHEN_H */
