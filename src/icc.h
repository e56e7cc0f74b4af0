/*
 * icc.h
 *		Intraclass correlations.
 */
#ifndef ANNOQA_ICC_H
#define ANNOQA_ICC_H

#include "reason.h"

/* Shrout and Fleiss's six forms: of a single label, and of the mean of k */
typedef enum IccModel
{
	ICC_1_1,					/* one-way */
	ICC_2_1,					/* two-way random, absolute agreement */
	ICC_3_1,					/* two-way mixed, consistency */
	ICC_1_K,
	ICC_2_K,
	ICC_3_K
} IccModel;

/*
 * Numbers that annotators gave to items: those on item i stand at start[i] ..
 * start[i + 1] - 1, by rising annotator, at most one of an annotator.
 */
typedef struct IccDesign
{
	int			n_annotators;
	int64		n_items;
	const int64 *start;
	const int32 *annotator;
	const double *value;
} IccDesign;

typedef struct IccResult
{
	int64		n_items;		/* that the figure rests on */
	int64		n_dropped;		/* items for which a label was missing */
	int			n_annotators;
	bool		defined;
	double		icc;
	bool		has_error;		/* F, p and bounds */
	double		f;				/* of "the icc is 0" */
	double		df1;
	double		df2;
	double		p_value;
	bool		has_lower;		/* a bound of the mean of labels may be infinite */
	bool		has_upper;
	double		lower;
	double		upper;
	Reason		reason;
} IccResult;

extern void icc_compute(const IccDesign *design, IccModel model,
						double confidence, IccResult *result);

/* 'ICC(2,1)' of Shrout and Fleiss, 'ICC(A,1)' of McGraw and Wong */
extern bool icc_model_from_name(const char *name, IccModel *model);
extern const char *icc_model_name(IccModel model);

#endif							/* ANNOQA_ICC_H */
