/*
 * scale.h
 *		Levels of measurement and weights: how far apart two categories are.
 *
 * Weights (Gwet) say how much two labels agree, 1 on the diagonal.  Levels
 * (Krippendorff) say how much they disagree, 0 on the diagonal.  Nothing here
 * is a table of categories squared, but for a matrix that the caller gives.
 */
#ifndef ANNOQA_SCALE_H
#define ANNOQA_SCALE_H

#include "patterns.h"

typedef enum ScaleKind
{
	/* Gwet's weights */
	WEIGHTS_UNWEIGHTED,
	WEIGHTS_LINEAR,
	WEIGHTS_QUADRATIC,
	WEIGHTS_ORDINAL,
	WEIGHTS_RADICAL,
	WEIGHTS_RATIO,
	WEIGHTS_CIRCULAR,
	WEIGHTS_BIPOLAR,
	WEIGHTS_CUSTOM,
	/* Krippendorff's levels */
	LEVEL_NOMINAL,
	LEVEL_ORDINAL,				/* distances follow the margins: see below */
	LEVEL_INTERVAL,
	LEVEL_RATIO,
	LEVEL_CIRCULAR,
	LEVEL_POLAR,
	LEVEL_DISTANCE				/* a disagreement function of the caller's */
} ScaleKind;

#define ScaleIsLevel(scale) ((scale)->kind >= LEVEL_NOMINAL)

/* the disagreement itself (not its root) between categories c and k */
typedef double (*ScaleDistance) (void *arg, int c, int k);

typedef struct Scale
{
	ScaleKind	kind;
	int			q;				/* categories, 0 .. q - 1 */
	const double *score;		/* value or position of each; NULL: position */
	double		period;			/* circular; 0: q */
	double		lower;			/* ends of the scale, for weights by value and */
	double		upper;			/* polar; equal: smallest and largest score */
	const double *matrix;		/* WEIGHTS_CUSTOM: q by q, symmetric, 1 diagonal */
	ScaleDistance distance;		/* LEVEL_DISTANCE */
	void	   *distance_arg;
	double		norm;			/* set by scale_prepare */
	bool		has_total;		/* cleared by scale_prepare, */
	double		total;			/* kept by scale_total */
	double	   *midrank;		/* LEVEL_ORDINAL: set by scale_set_margins */
} Scale;

/* Derive what depends on the scores; to be called once when the rest is set. */
extern void scale_prepare(Scale *scale);

/*
 * Give the ordinal level its margins n_k.  The metric
 * (sum of n_g from c to k, less (n_c + n_k) / 2) squared equals the squared
 * difference of midranks.  A no-op for other kinds.
 */
extern void scale_set_margins(Scale *scale, const double *margin);

/* Agreement weight of two categories; for levels, 1 - disagreement. */
extern double scale_weight(const Scale *scale, int k, int l);

/* Disagreement of two categories; for weights, 1 - weight. */
extern double scale_disagreement(const Scale *scale, int c, int k);

/*
 * out[k] = sum over l of disagreement(k, l) * v[l], for all k.  O(q) or
 * O(q log q) for nominal, unweighted, ordinal, interval, quadratic, linear and
 * circular; O(q^2) time and no memory for the others.  out must not be v.
 */
extern void scale_apply(const Scale *scale, const double *v, double *out);

/* sum over k, l of disagreement(k, l) * v[k] * v[l] */
extern double scale_quadratic(const Scale *scale, const double *v);

/*
 * Sum of disagreement over the ordered pairs of votes on one item, given its n
 * cells.  As quick as scale_apply, with the cells in place of q.
 */
extern double scale_within(const Scale *scale, const PatternCell *cell,
						   int n);

/* sum over k, l of disagreement(k, l): computed once, then kept */
extern double scale_total(Scale *scale);

/* names as SQL knows them */
extern const char *scale_name(ScaleKind kind);
extern bool scale_level_from_name(const char *name, ScaleKind *kind);
extern bool scale_weights_from_name(const char *name, ScaleKind *kind);
extern const char *scale_level_names(void);		/* "nominal, ordinal, ..." */
extern const char *scale_weights_names(void);

#endif							/* ANNOQA_SCALE_H */
