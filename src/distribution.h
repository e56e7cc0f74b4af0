/*
 * distribution.h
 *		Distribution functions and quantiles: normal, Student, beta, F.
 *
 * A "tail" is the upper one, computed directly and not as 1 less the lower
 * one, so that a tiny p value keeps its relative accuracy.
 */
#ifndef ANNOQA_DISTRIBUTION_H
#define ANNOQA_DISTRIBUTION_H

#include "postgres.h"

extern double normal_cdf(double z);
extern double normal_tail(double z);
extern double normal_quantile(double p);

/* df > 0, infinite for the normal */
extern double student_cdf(double t, double df);
extern double student_tail(double t, double df);
extern double student_quantile(double p, double df);

/* a, b > 0 */
extern double log_beta(double a, double b);
extern double beta_cdf(double x, double a, double b);
extern double beta_tail(double x, double a, double b);
extern double beta_quantile(double p, double a, double b);
extern double beta_upper_quantile(double p, double a, double b);

/* the same in logarithms, for x in (0, 1) and y = 1 - x: of x^a y^b / B(a, b),
 * and of the probability below x over that */
extern double log_beta_kernel(double x, double y, double a, double b);
extern double log_beta_ratio(double x, double y, double a, double b);

/* d1, d2 > 0 and finite */
extern double f_cdf(double f, double d1, double d2);
extern double f_tail(double f, double d1, double d2);
extern double f_quantile(double p, double d1, double d2);

/* ln Gamma(z) less Stirling's (z - 1/2) ln z - z + ln(2 pi)/2, z > 0 */
extern double stirling_error(double z);

/* the derivative of ln Gamma(z), z > 0 */
extern double digamma(double z);
extern double trigamma(double z);

#endif							/* ANNOQA_DISTRIBUTION_H */
