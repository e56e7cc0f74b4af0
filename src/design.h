/*
 * design.h
 *		The whole design: which annotator gave which label to which item.
 *
 * Items, annotators and categories are numbered in canonical order; the labels
 * of item i stand at start[i] .. start[i + 1] - 1, by rising annotator, at most
 * one label an annotator and item.
 */
#ifndef ANNOQA_DESIGN_H
#define ANNOQA_DESIGN_H

#include "postgres.h"

typedef struct Design
{
	int			q;				/* categories */
	int			n_annotators;
	int64		n_items;
	int64		n_labels;
	int64	   *start;			/* n_items + 1 entries */
	int32	   *annotator;
	int32	   *code;
} Design;

#endif							/* ANNOQA_DESIGN_H */
