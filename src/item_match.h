/*
 * item_match.h
 *		Which items of two ratings are the same.
 */
#ifndef ANNOQA_ITEM_MATCH_H
#define ANNOQA_ITEM_MATCH_H

#include "ratings.h"

/*
 * Find for each item of b which item of a it is, or -1; an error if their types
 * differ.
 */
extern int64 *match_items(const Ratings *a, const Ratings *b);

#endif							/* ANNOQA_ITEM_MATCH_H */
