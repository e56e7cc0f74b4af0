/*
 * coefficient.h
 *		The anonymous coefficients of agreement, and their errors.
 */
#ifndef ANNOQA_COEFFICIENT_H
#define ANNOQA_COEFFICIENT_H

#include "patterns.h"
#include "reason.h"
#include "scale.h"

typedef enum Coefficient
{
	PERCENT_AGREEMENT,
	KRIPPENDORFF_ALPHA,
	FLEISS_KAPPA,
	GWET_AC,					/* AC1; AC2 when weighted */
	BRENNAN_PREDIGER,
	SPECIFIC_AGREEMENT			/* on category 0 of two */
} Coefficient;

#define N_COEFFICIENTS 5		/* but for specific agreement */

typedef enum ErrorMethod
{
	ERROR_LINEARISED,
	ERROR_RATIO,
	ERROR_JACKKNIFE,
	ERROR_BOOTSTRAP,
	ERROR_BAYESIAN
} ErrorMethod;

/* Tell whether a method draws, and so has no test and no symmetric interval. */
static inline bool
method_draws(ErrorMethod method)
{
	return method == ERROR_BOOTSTRAP || method == ERROR_BAYESIAN;
}

/* a coefficient's value */
typedef struct Estimate
{
	bool		defined;
	double		value;
	double		observed;		/* disagreement */
	double		expected;		/* disagreement by chance */
	Reason		reason;			/* why it is not defined */
} Estimate;

/* how sure it is (Interval is a type of the server's) */
typedef struct ErrorInterval
{
	bool		has_error;
	double		std_error;
	bool		has_bounds;
	double		lower;
	double		upper;
	bool		has_p;
	double		p_value;		/* two-sided, of "the coefficient is 0" */
	int64		n_undefined;	/* resamples where it is not defined */
	Reason		reason;			/* why a part is missing */
} ErrorInterval;

typedef struct IntervalOptions
{
	ErrorMethod method;
	double		confidence;		/* inside (0, 1) */
	bool		drop_singles;	/* items with one label leave the margins */
	int			resamples;		/* 0: the method's default */
	uint64		seed;
	double		population;		/* items in all; 0: infinitely many */
} IntervalOptions;

/*
 * Estimate one coefficient.  Counts of patterns may be zero (resamples); the
 * totals of *p are then taken from the counts, not from its summary fields.
 */
extern void coefficient_estimate(const Patterns *p, Scale *scale,
								 Coefficient which, bool drop_singles,
								 Estimate *result);

/*
 * The errors and intervals of all coefficients of one call, by the method of
 * the options: which[n], estimates[n] in, results[n] out.
 */
extern void coefficient_intervals(const Patterns *p, Scale *scale, int n,
								  const Coefficient *which,
								  const Estimate *estimates,
								  const IntervalOptions *options,
								  ErrorInterval *results);

/* The same for the two methods that draw, all from the same draws. */
extern void bootstrap_intervals(const Patterns *p, Scale *scale, int n,
								const Coefficient *which,
								const Estimate *estimates,
								const IntervalOptions *options,
								ErrorInterval *results);
extern void imagined_intervals(const Patterns *p, Scale *scale, int n,
							   const Coefficient *which,
							   const Estimate *estimates,
							   const IntervalOptions *options,
							   ErrorInterval *results);

/*
 * What an estimate is made of; for the methods that take it apart.
 *
 * An item brings to the margins a mass for each of its categories: the shares
 * of its votes, or for alpha its votes.  It brings a part of the denominator
 * of the observed disagreement, its weight, if it has two labels.  Then
 *		observed = sum of disagreements / sum of weights
 *		expected = base + factor * quadratic / mass squared
 * with quadratic = sum over k, l of chance(k, l) margin[k] margin[l].  For
 * alpha one of the two masses is short by 1.
 */
#define SMALL_Q 16

typedef struct AgreementSums
{
	Coefficient which;
	bool		drop_singles;
	const Scale *within;		/* disagreement inside an item */
	const Scale *chance;		/* expected disagreement; NULL: base alone */
	double		base;
	double		factor;
	int64		n_items;		/* with a label */
	int64		n_pairable;		/* with two */
	double		weight;
	double		observed;		/* sum, not yet divided */
	double		mass;
	double		quadratic;
	int			q;
	double	   *margin;			/* only if chance is set */
	double		small_margin[SMALL_Q];
	Scale		nominal;		/* for a scale that is not the caller's */
} AgreementSums;

/* what one item of a pattern brings */
typedef struct ItemPart
{
	double		mass;
	double		weight;
	double		observed;
} ItemPart;

extern void sums_collect(AgreementSums *sums, const Patterns *p, Scale *scale,
						 Coefficient which, bool drop_singles);
extern void sums_release(AgreementSums *sums);
extern bool sums_item(const AgreementSums *sums, const Patterns *p, int64 i,
					  ItemPart *part);
extern double sums_share(const AgreementSums *sums, const Patterns *p,
						 int64 i, int votes);
extern double sums_expected(const AgreementSums *sums, double mass,
							double quadratic);

#endif							/* ANNOQA_COEFFICIENT_H */
