/*
 * scale.c
 *		Levels of measurement and weights.
 *
 * The weights are those of Gwet, Handbook of Inter-Rater Reliability (2014),
 * chapter 3; the levels are the metrics of Krippendorff, Computing
 * Krippendorff's Alpha-Reliability (2011).  A weight is 1 - raw / norm, where
 * norm is the largest raw disagreement of two categories; a level is the raw
 * disagreement itself, with norm 1.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "scale_geometry.h"

static const struct
{
	ScaleKind	kind;
	const char *name;
	Geometry	geometry;
}			kinds[] =
{
	{WEIGHTS_UNWEIGHTED, "unweighted", GEOMETRY_EQUALITY},
	{WEIGHTS_LINEAR, "linear", GEOMETRY_LINE},
	{WEIGHTS_QUADRATIC, "quadratic", GEOMETRY_SQUARE},
	{WEIGHTS_ORDINAL, "ordinal", GEOMETRY_STEPS},
	{WEIGHTS_RADICAL, "radical", GEOMETRY_PAIRS},
	{WEIGHTS_RATIO, "ratio", GEOMETRY_PAIRS},
	{WEIGHTS_CIRCULAR, "circular", GEOMETRY_CIRCLE},
	{WEIGHTS_BIPOLAR, "bipolar", GEOMETRY_PAIRS},
	{WEIGHTS_CUSTOM, "custom", GEOMETRY_PAIRS},
	{LEVEL_NOMINAL, "nominal", GEOMETRY_EQUALITY},
	{LEVEL_ORDINAL, "ordinal", GEOMETRY_SQUARE},
	{LEVEL_INTERVAL, "interval", GEOMETRY_SQUARE},
	{LEVEL_RATIO, "ratio", GEOMETRY_PAIRS},
	{LEVEL_CIRCULAR, "circular", GEOMETRY_CIRCLE},
	{LEVEL_POLAR, "polar", GEOMETRY_PAIRS},
	{LEVEL_DISTANCE, "custom", GEOMETRY_PAIRS}
};

StaticAssertDecl(lengthof(kinds) == LEVEL_DISTANCE + 1,
				 "every kind of scale has a row");

/* Tell how the disagreements of a kind are laid out. */
Geometry
scale_geometry(ScaleKind kind)
{
	return kinds[kind].geometry;
}

/* Give the squared sine between two points of a circle. */
static double
circular_raw(const Scale *scale, double x, double y)
{
	double		s = sin(M_PI * remainder(x - y, scale->period) /
						scale->period);

	return s * s;
}

/* Give x / y squared, where 0 / 0 is 0. */
static double
squared_quotient(double x, double y)
{
	return x == 0 ? 0 : (x / y) * (x / y);
}

/* Give the polar disagreement of two points between the ends of the scale. */
static double
polar_raw(const Scale *scale, double x, double y)
{
	double		below = (x - scale->lower) + (y - scale->lower);
	double		above = (scale->upper - x) + (scale->upper - y);

	return x == y ? 0 : (x - y) / below * ((x - y) / above);
}

/* Give the disagreement of two categories before it is divided by norm. */
double
scale_raw(const Scale *scale, int c, int k)
{
	double		x;
	double		y;

	if (c == k)
		return 0;
	switch (scale->kind)
	{
		case WEIGHTS_UNWEIGHTED:
		case LEVEL_NOMINAL:
			return 1;
		case WEIGHTS_CUSTOM:
			return 1 - scale->matrix[(Size) c * scale->q + k];
		case LEVEL_DISTANCE:
			return scale->distance(scale->distance_arg, c, k);
		default:
			break;
	}
	x = scale_point(scale, c);
	y = scale_point(scale, k);
	switch (scale->kind)
	{
		case WEIGHTS_LINEAR:
			return fabs(x - y);
		case WEIGHTS_QUADRATIC:
		case LEVEL_INTERVAL:
		case LEVEL_ORDINAL:
			return (x - y) * (x - y);
		case WEIGHTS_ORDINAL:
			return fabs(x - y) * (fabs(x - y) + 1) / 2;
		case WEIGHTS_RADICAL:
			return sqrt(fabs(x - y));
		case WEIGHTS_RATIO:
		case LEVEL_RATIO:
			return squared_quotient(x - y, x + y);
		case WEIGHTS_CIRCULAR:
		case LEVEL_CIRCULAR:
			return circular_raw(scale, x, y);
		case WEIGHTS_BIPOLAR:
		case LEVEL_POLAR:
			return polar_raw(scale, x, y);
		default:
			elog(ERROR, "unrecognized scale: %d", (int) scale->kind);
			return 0;			/* keep compiler quiet */
	}
}

/* Compare two doubles for qsort. */
static int
compare_doubles(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/*
 * Find the largest raw disagreement on a circle: of all pairs the one that is
 * next to half a turn apart.
 */
static double
circular_largest(const Scale *scale)
{
	int			q = scale->q;
	double		half = scale->period / 2;
	double	   *turn = array_alloc(q, sizeof(double), false);
	double		largest = 0;
	int			j = 0;

	for (int k = 0; k < q; k++)
	{
		turn[k] = fmod(scale_point(scale, k), scale->period);
		if (turn[k] < 0)
			turn[k] += scale->period;
	}
	qsort(turn, q, sizeof(double), compare_doubles);
	for (int k = 0; k < q; k++)
	{
		/* j: the last that is at most half a turn further */
		while (j + 1 < q && turn[j + 1] - turn[k] <= half)
			j++;
		largest = Max(largest, circular_raw(scale, turn[j], turn[k]));
		if (j + 1 < q)
			largest = Max(largest,
						  circular_raw(scale, turn[j + 1], turn[k]));
	}
	pfree(turn);
	return largest;
}

/* Refuse points on which the disagreement would not be finite. */
static void
check_points(const Scale *scale, double smallest, double largest)
{
	if ((scale->kind == WEIGHTS_RATIO || scale->kind == LEVEL_RATIO) &&
		smallest < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("label %g is negative, which \"ratio\" does not allow",
						smallest),
				 errhint("Use \"interval\" for values that have no natural zero.")));
	if ((scale->kind == WEIGHTS_BIPOLAR || scale->kind == LEVEL_POLAR) &&
		(smallest < scale->lower || largest > scale->upper))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("label %g is outside the bounds %g and %g",
						smallest < scale->lower ? smallest : largest,
						scale->lower, scale->upper)));
}

/*
 * Give the norm of weights, the largest raw disagreement, from the ends of
 * the scale.  Ratio and bipolar disagreement grow as either point moves away
 * from the other, so the ends are the pair that is furthest apart.
 */
static double
weights_norm(const Scale *scale)
{
	double		range = scale->upper - scale->lower;

	switch (scale->kind)
	{
		case WEIGHTS_LINEAR:
			return range;
		case WEIGHTS_QUADRATIC:
			return range * range;
		case WEIGHTS_ORDINAL:
			return (double) scale->q * (scale->q - 1) / 2;
		case WEIGHTS_RADICAL:
			return sqrt(range);
		case WEIGHTS_RATIO:
			return squared_quotient(range, scale->upper + scale->lower);
		case WEIGHTS_CIRCULAR:
			return circular_largest(scale);
		case WEIGHTS_BIPOLAR:
			return polar_raw(scale, scale->lower, scale->upper);
		default:
			return 1;
	}
}

/* Derive what depends on the scores. */
void
scale_prepare(Scale *scale)
{
	double		smallest;
	double		largest;

	scale->norm = 1;
	scale->has_total = false;
	if (scale->q < 1 || scale->kind == LEVEL_ORDINAL)
		return;
	smallest = largest = scale_point(scale, 0);
	for (int k = 1; k < scale->q; k++)
	{
		smallest = Min(smallest, scale_point(scale, k));
		largest = Max(largest, scale_point(scale, k));
	}
	if (scale->period <= 0)
		scale->period = scale->q;
	if (scale->lower >= scale->upper)
	{
		scale->lower = smallest;
		scale->upper = largest;
	}
	check_points(scale, smallest, largest);
	scale->norm = weights_norm(scale);
	/* one point only: all disagreements are 0, and 0 / 0 is 0 */
	if (scale->norm == 0)
		scale->norm = 1;
}

/* Give the ordinal level its margins. */
void
scale_set_margins(Scale *scale, const double *margin)
{
	double		below = 0;

	if (scale->kind != LEVEL_ORDINAL)
		return;
	if (scale->midrank == NULL)
		scale->midrank = array_alloc(scale->q, sizeof(double), false);
	for (int k = 0; k < scale->q; k++)
	{
		scale->midrank[k] = below + margin[k] / 2;
		below += margin[k];
	}
}

/* Give the disagreement of two categories. */
double
scale_disagreement(const Scale *scale, int c, int k)
{
	return scale_raw(scale, c, k) / scale->norm;
}

/* Give the weight of agreement of two categories. */
double
scale_weight(const Scale *scale, int k, int l)
{
	return 1 - scale_disagreement(scale, k, l);
}

/* Name a kind as SQL knows it. */
const char *
scale_name(ScaleKind kind)
{
	return kinds[kind].name;
}

/* Find a kind by its name among the kinds from first to last. */
static bool
kind_from_name(const char *name, ScaleKind first, ScaleKind last,
			   ScaleKind *kind)
{
	for (int i = first; i <= (int) last; i++)
		if (strcmp(name, kinds[i].name) == 0)
		{
			*kind = kinds[i].kind;
			return true;
		}
	return false;
}

/* Find a level of measurement by its name. */
bool
scale_level_from_name(const char *name, ScaleKind *kind)
{
	return kind_from_name(name, LEVEL_NOMINAL, LEVEL_POLAR, kind);
}

/* Find a weight scheme by its name. */
bool
scale_weights_from_name(const char *name, ScaleKind *kind)
{
	return kind_from_name(name, WEIGHTS_UNWEIGHTED, WEIGHTS_BIPOLAR, kind);
}

/* List the names of the kinds from first to last. */
static const char *
kind_names(ScaleKind first, ScaleKind last)
{
	char	   *names = pstrdup(kinds[first].name);

	for (int i = first + 1; i <= (int) last; i++)
		names = psprintf("%s, %s", names, kinds[i].name);
	return names;
}

/* List the levels of measurement. */
const char *
scale_level_names(void)
{
	return kind_names(LEVEL_NOMINAL, LEVEL_POLAR);
}

/* List the weight schemes. */
const char *
scale_weights_names(void)
{
	return kind_names(WEIGHTS_UNWEIGHTED, WEIGHTS_BIPOLAR);
}
