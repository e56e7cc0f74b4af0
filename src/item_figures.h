/*
 * item_figures.h
 *		How well the labels of one item agree.
 */
#ifndef ANNOQA_ITEM_FIGURES_H
#define ANNOQA_ITEM_FIGURES_H

#include "tally.h"

typedef struct ItemFigures
{
	int64		n_labels;
	int64		n_distinct;
	bool		defined;		/* at least two labels */
	double		agreement;		/* mean weight of two of its labels */
} ItemFigures;

/* Figures of one item; the tally is scratch, and left empty. */
extern void item_figures(const Design *design, int64 item,
						 const Scale *scale, CategoryTally *tally,
						 ItemFigures *result);

#endif							/* ANNOQA_ITEM_FIGURES_H */
