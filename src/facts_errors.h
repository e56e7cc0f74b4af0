/*
 * facts_errors.h
 *		Whose errors coincide.
 */
#ifndef ANNOQA_FACTS_ERRORS_H
#define ANNOQA_FACTS_ERRORS_H

#include "error_agreement.h"
#include "facts.h"

/* after correction over the pairs */
#define COINCIDING_RATE 0.05

extern ErrorPair *facts_errors(const Facts *f, bool only_tested,
							   int64 *n_pairs);
extern int	errors_coincide(const ErrorPair *pair);
extern int64 *facts_coinciding(const Facts *f);

#endif							/* ANNOQA_FACTS_ERRORS_H */
