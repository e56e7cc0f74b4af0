/*
 * gold_answers.h
 *		Which items of ratings have gold, and which answers it accepts.
 *
 * Gold is given as ratings: every distinct label of an item in it is an
 * accepted answer.  Items whose accepted answers are the same set are of one
 * gold class.
 */
#ifndef ANNOQA_GOLD_ANSWERS_H
#define ANNOQA_GOLD_ANSWERS_H

#include "ratings.h"

typedef struct GoldAnswers
{
	int			n_classes;
	int32	   *class;			/* of each item of the ratings; -1: no gold */
	int64	   *start;			/* of each class in accepted; n_classes + 1 */
	int32	   *accepted;		/* codes of the ratings; -1: nobody used it */
} GoldAnswers;

extern void gold_answers_open(const Ratings *r, const Ratings *gold,
							  GoldAnswers *answers);
extern bool gold_accepts(const GoldAnswers *answers, int32 class, int32 code);

#endif							/* ANNOQA_GOLD_ANSWERS_H */
