/*
 * resolve.h
 *		From a log of ratings to a design, one label an annotator and item.
 */
#ifndef ANNOQA_RESOLVE_H
#define ANNOQA_RESOLVE_H

#include "ratings.h"

extern Ratings *resolve_log(const Log *log);
extern void design_to_log(Log *log, const Ratings *r);

#endif							/* ANNOQA_RESOLVE_H */
