/*
 * predictions.h
 *		The type predictions: a classifier's probabilities of each item's labels.
 *
 * A log or a design as ratings.h has it, without annotators: its labels are the
 * classifier's classes, and in place of a time each has its probability.  A
 * class of which an item has no row has the probability 0 there.
 */
#ifndef ANNOQA_PREDICTIONS_H
#define ANNOQA_PREDICTIONS_H

#include "ratings.h"

/* how far from 1 the probabilities of an item may add up */
#define PREDICTIONS_TOLERANCE 0.001

#define PredictionsProbabilities(p) ((double *) RatingsTimes(p))

/* A predictions argument as a design, whose sums have been checked. */
extern Ratings *predictions_open(Datum value);

/* An item whose probabilities do not add up to 1, or -1. */
extern int64 predictions_odd_item(const Ratings *p, double *sum);

#endif							/* ANNOQA_PREDICTIONS_H */
