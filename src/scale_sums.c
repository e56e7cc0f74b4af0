/*
 * scale_sums.c
 *		Sums of disagreement over pairs of categories.
 *
 * A sum runs over a Mass, which is either a vector with an entry for each
 * category or the few cells of one vote pattern.  Disagreements that are
 * squared differences sum by moments, absolute ones by the gaps between
 * points, and sin^2(a - b) = (sin a cos b - cos a sin b)^2 by moments too.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "miscadmin.h"
#include "scale_geometry.h"

/* a distribution over categories */
typedef struct Mass
{
	int			n;
	const double *v;			/* of category i, if dense */
	const PatternCell *cell;	/* else NULL; by rising code */
} Mass;

#define MassCode(mass, i) ((mass)->cell ? (mass)->cell[i].code : (i))
#define MassAt(mass, i) \
	((mass)->cell ? (double) (mass)->cell[i].votes : (mass)->v[i])

/* Add up a mass. */
static double
mass_total(const Mass *mass)
{
	double		total = 0;

	for (int i = 0; i < mass->n; i++)
		total += MassAt(mass, i);
	return total;
}

/*
 * Find the heaviest entry.  Points are measured from it, so that what is far
 * from the origin loses no digits and a mass of one category sums to exact 0.
 */
static int
mass_heaviest(const Mass *mass)
{
	int			heaviest = 0;

	for (int i = 1; i < mass->n; i++)
		if (fabs(MassAt(mass, i)) > fabs(MassAt(mass, heaviest)))
			heaviest = i;
	return MassCode(mass, heaviest);
}

/* Tell whether the points of a mass rise with the category. */
static bool
mass_rises(const Scale *scale, const Mass *mass)
{
	for (int i = 1; i < mass->n; i++)
		if (scale_point(scale, MassCode(mass, i)) <
			scale_point(scale, MassCode(mass, i - 1)))
			return false;
	return true;
}

/* the moments of a mass on a line about its own mean */
typedef struct LineMoments
{
	double		origin;			/* the mean is at origin + shift */
	double		shift;
	double		m0;
	double		m1;				/* nearly 0 */
	double		m2;
} LineMoments;

/* Take the moments of a mass on a line. */
static LineMoments
line_moments(const Scale *scale, const Mass *mass)
{
	LineMoments m = {scale_point(scale, mass_heaviest(mass)), 0, 0, 0, 0};
	double		absolute = 0;

	for (int i = 0; i < mass->n; i++)
	{
		double		v = fabs(MassAt(mass, i));

		m.shift += v * (scale_point(scale, MassCode(mass, i)) - m.origin);
		absolute += v;
	}
	m.shift = absolute > 0 ? m.shift / absolute : 0;
	for (int i = 0; i < mass->n; i++)
	{
		double		v = MassAt(mass, i);
		double		x = scale_point(scale, MassCode(mass, i)) - m.origin -
			m.shift;

		m.m0 += v;
		m.m1 += v * x;
		m.m2 += v * x * x;
	}
	return m;
}

/* the moments of a mass on a circle, from its heaviest point */
typedef struct CircleMoments
{
	double		origin;
	double		ss;
	double		sc;
	double		cc;
} CircleMoments;

/* Give sine and cosine of half the angle from the origin to a category. */
static void
half_angle(const Scale *scale, double origin, int k, double *s, double *c)
{
	double		angle = M_PI *
		remainder(scale_point(scale, k) - origin, scale->period) /
		scale->period;

	*s = sin(angle);
	*c = cos(angle);
}

/* Take the moments of a mass on a circle. */
static CircleMoments
circle_moments(const Scale *scale, const Mass *mass)
{
	CircleMoments m = {scale_point(scale, mass_heaviest(mass)), 0, 0, 0};

	for (int i = 0; i < mass->n; i++)
	{
		double		v = MassAt(mass, i);
		double		s;
		double		c;

		half_angle(scale, m.origin, MassCode(mass, i), &s, &c);
		m.ss += v * s * s;
		m.sc += v * s * c;
		m.cc += v * c * c;
	}
	return m;
}

/* Sum v_k v_l (1 if k and l differ). */
static double
equality_sum(const Mass *mass)
{
	double		total = mass_total(mass);
	double		sum = 0;

	for (int i = 0; i < mass->n; i++)
		sum += MassAt(mass, i) * (total - MassAt(mass, i));
	return sum;
}

/* Sum v_k v_l |x_k - x_l| over points that rise, by the gaps between them. */
static double
line_sum(const Scale *scale, const Mass *mass)
{
	double		total = mass_total(mass);
	double		below = 0;
	double		sum = 0;

	for (int i = 1; i < mass->n; i++)
	{
		below += MassAt(mass, i - 1);
		sum += (scale_point(scale, MassCode(mass, i)) -
				scale_point(scale, MassCode(mass, i - 1))) *
			below * (total - below);
	}
	return 2 * sum;
}

/* Sum v_k v_l raw(k, l) over all pairs. */
static double
pairs_sum(const Scale *scale, const Mass *mass)
{
	double		sum = 0;

	for (int i = 1; i < mass->n; i++)
	{
		double		v = MassAt(mass, i);
		double		row = 0;

		CHECK_FOR_INTERRUPTS();
		if (v == 0)
			continue;
		for (int j = 0; j < i; j++)
			if (MassAt(mass, j) != 0)
				row += MassAt(mass, j) * scale_raw(scale, MassCode(mass, j),
												   MassCode(mass, i));
		sum += v * row;
	}
	return 2 * sum;
}

/* Sum v_k v_l (x_k - x_l) squared. */
static double
square_sum(const Scale *scale, const Mass *mass)
{
	LineMoments m = line_moments(scale, mass);

	return 2 * (m.m0 * m.m2 - m.m1 * m.m1);
}

/* Sum v_k v_l disagreement(k, l) by the quickest way that the kind has. */
static double
mass_quadratic(const Scale *scale, const Mass *mass)
{
	if (mass->n < 2)
		return 0;
	switch (scale_geometry(scale->kind))
	{
		case GEOMETRY_EQUALITY:
			return equality_sum(mass);
		case GEOMETRY_SQUARE:
			return square_sum(scale, mass) / scale->norm;
		case GEOMETRY_STEPS:
			return (square_sum(scale, mass) + line_sum(scale, mass)) / 2 /
				scale->norm;
		case GEOMETRY_LINE:
			if (mass_rises(scale, mass))
				return line_sum(scale, mass) / scale->norm;
			break;
		case GEOMETRY_CIRCLE:
			{
				CircleMoments m = circle_moments(scale, mass);

				return 2 * (m.ss * m.cc - m.sc * m.sc) / scale->norm;
			}
		case GEOMETRY_PAIRS:
			break;
	}
	return pairs_sum(scale, mass) / scale->norm;
}

/* Sum disagreement(k, l) v[k] v[l] over all categories. */
double
scale_quadratic(const Scale *scale, const double *v)
{
	Mass		mass = {scale->q, v, NULL};

	return mass_quadratic(scale, &mass);
}

/* Sum the disagreement over the ordered pairs of votes on one item. */
double
scale_within(const Scale *scale, const PatternCell *cell, int n)
{
	Mass		mass = {n, NULL, cell};

	return mass_quadratic(scale, &mass);
}

/* Sum disagreement(k, l) over all pairs of categories. */
double
scale_total(Scale *scale)
{
	if (scale->has_total)
		return scale->total;
	if (scale_geometry(scale->kind) == GEOMETRY_EQUALITY)
		scale->total = (double) scale->q * (scale->q - 1);
	else
	{
		double	   *ones = array_alloc(scale->q, sizeof(double), false);

		for (int k = 0; k < scale->q; k++)
			ones[k] = 1;
		scale->total = scale_quadratic(scale, ones);
		pfree(ones);
	}
	scale->has_total = true;
	return scale->total;
}

/* Add to out[k] the sum over l of (x_k - x_l) squared times v_l. */
static void
square_apply(const Scale *scale, const Mass *mass, double *out)
{
	LineMoments m = line_moments(scale, mass);

	for (int k = 0; k < scale->q; k++)
	{
		double		x = scale_point(scale, k) - m.origin - m.shift;

		out[k] += m.m0 * x * x - 2 * m.m1 * x + m.m2;
	}
}

/* Add to out[k] the sum over l of |x_k - x_l| v_l, over points that rise. */
static void
line_apply(const Scale *scale, const Mass *mass, double *out)
{
	double		reach = 0;
	double		seen = 0;

	/* from the left, then from the right: what lies behind, times the gap */
	for (int k = 1; k < scale->q; k++)
	{
		seen += mass->v[k - 1];
		reach += seen * (scale_point(scale, k) - scale_point(scale, k - 1));
		out[k] += reach;
	}
	reach = seen = 0;
	for (int k = scale->q - 2; k >= 0; k--)
	{
		seen += mass->v[k + 1];
		reach += seen * (scale_point(scale, k + 1) - scale_point(scale, k));
		out[k] += reach;
	}
}

/* Add to out[k] the sum over l of the squared sine times v_l. */
static void
circle_apply(const Scale *scale, const Mass *mass, double *out)
{
	CircleMoments m = circle_moments(scale, mass);

	for (int k = 0; k < scale->q; k++)
	{
		double		s;
		double		c;

		half_angle(scale, m.origin, k, &s, &c);
		out[k] += s * s * m.cc - 2 * s * c * m.sc + c * c * m.ss;
	}
}

/* Add to out[k] the sum over l of raw(k, l) v_l, asking once for a pair. */
static void
pairs_apply(const Scale *scale, const Mass *mass, double *out)
{
	for (int k = 1; k < scale->q; k++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int l = 0; l < k; l++)
		{
			double		raw;

			if (mass->v[k] == 0 && mass->v[l] == 0)
				continue;
			raw = scale_raw(scale, l, k);
			out[k] += raw * mass->v[l];
			out[l] += raw * mass->v[k];
		}
	}
}

/* Set out[k] to the sum over l of disagreement(k, l) v[l]. */
void
scale_apply(const Scale *scale, const double *v, double *out)
{
	Mass		mass = {scale->q, v, NULL};
	Geometry	geometry = scale_geometry(scale->kind);

	if (geometry == GEOMETRY_EQUALITY)
	{
		double		before = 0;
		double		after = 0;

		/* not the total less v[k]: one category may have nearly all */
		for (int k = 0; k < scale->q; k++)
		{
			out[k] = before;
			before += v[k];
		}
		for (int k = scale->q - 1; k >= 0; k--)
		{
			out[k] += after;
			after += v[k];
		}
		return;
	}
	for (int k = 0; k < scale->q; k++)
		out[k] = 0;
	if (geometry == GEOMETRY_SQUARE || geometry == GEOMETRY_STEPS)
		square_apply(scale, &mass, out);
	if (geometry == GEOMETRY_LINE && !mass_rises(scale, &mass))
		geometry = GEOMETRY_PAIRS;
	if (geometry == GEOMETRY_LINE || geometry == GEOMETRY_STEPS)
		line_apply(scale, &mass, out);
	if (geometry == GEOMETRY_CIRCLE)
		circle_apply(scale, &mass, out);
	if (geometry == GEOMETRY_PAIRS)
		pairs_apply(scale, &mass, out);
	for (int k = 0; k < scale->q; k++)
		out[k] /= geometry == GEOMETRY_STEPS ? 2 * scale->norm : scale->norm;
}
