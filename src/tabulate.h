/*
 * tabulate.h
 *		From a log of labels to the histogram of vote patterns.
 */
#ifndef ANNOQA_TABULATE_H
#define ANNOQA_TABULATE_H

#include "design.h"
#include "log.h"
#include "pattern_table.h"

extern PatternTable *tabulate(const Log *log);
extern PatternTable *tabulate_design(const Design *design);

#endif							/* ANNOQA_TABULATE_H */
