/*
 * distribution.c
 *		Distribution functions and quantiles: normal, Student, beta, F.
 *
 * The normal distribution rests on the C library's erf and erfc.  All others
 * are the regularised incomplete beta function: by its continued fraction
 * (DLMF 8.17.22 in the form of DiDonato and Morris 1992, ACM TOMS 18:360,
 * evaluated by Lentz's method as modified by Thompson and Barnett 1986), times
 * the beta density in the saddle-point form of Loader 2000, "Fast and accurate
 * computation of binomial probabilities", which keeps its digits for large
 * parameters.  Quantiles are roots in the logit of x, where the logarithm of a
 * tail is concave.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "distribution.h"

/* ln(2 pi) / 2 and 1 / sqrt(2 pi) */
#define HALF_LOG_2PI	0.91893853320467274178
#define INV_SQRT_2PI	0.39894228040143267794

/* the widest logit that still gives an x apart from 0 */
#define MAX_LOGIT		740.0

/* a number in (0, 1) and its complement, each to full relative accuracy */
typedef struct Fraction
{
	double		x;
	double		y;				/* 1 - x */
} Fraction;

/*
 * Normal distribution
 */

/* Give the probability below z. */
double
normal_cdf(double z)
{
	return 0.5 * erfc(-z * M_SQRT1_2);
}

/* Give the probability above z. */
double
normal_tail(double z)
{
	return 0.5 * erfc(z * M_SQRT1_2);
}

/*
 * Give the z with probability p below it.
 *
 * The start is the rational approximation 26.2.23 of Abramowitz and Stegun
 * (error below 4.5e-4); Halley's steps triple its digits.  Near the middle the
 * equation is solved for p - 1/2, which keeps the digits of a small z.
 */
double
normal_quantile(double p)
{
	double		tail = p < 0.5 ? p : 1.0 - p;
	double		t;
	double		z;
	int			i;

	if (p <= 0.0)
		return -INFINITY;
	if (p >= 1.0)
		return INFINITY;
	if (p == 0.5)
		return 0.0;

	t = sqrt(-2.0 * log(tail));
	z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
		(1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	for (i = 0; i < 3; i++)
	{
		double		density = INV_SQRT_2PI * exp(-0.5 * z * z);
		double		excess;
		double		step;

		if (density <= 0.0)
			break;
		if (tail > 0.25)
			excess = (0.5 - tail) - 0.5 * erf(z * M_SQRT1_2);
		else
			excess = normal_tail(z) - tail;
		step = excess / density;
		z += step / (1.0 - 0.5 * z * step);
	}
	return p < 0.5 ? -z : z;
}

/*
 * Beta distribution
 */

/*
 * Give the error of Stirling's formula for ln Gamma(z).
 *
 * From 12 on the asymptotic series (DLMF 5.11.1), whose first omitted term is
 * then below 1e-17; below that the C library's logarithm of gamma, whose
 * terms are small enough not to cancel.
 */
double
stirling_error(double z)
{
	static const double term[] = {
		1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0,
		1.0 / 1188.0, -691.0 / 360360.0, 1.0 / 156.0
	};
	double		sum = 0.0;
	int			i;

	if (z < 12.0)
		return lgamma(z) - (z - 0.5) * log(z) + z - HALF_LOG_2PI;
	for (i = lengthof(term) - 1; i >= 0; i--)
		sum = sum / (z * z) + term[i];
	return sum / z;
}

/*
 * Give the derivative of ln Gamma(z): the asymptotic series (DLMF 5.11.2) from
 * 10 on, reached by digamma(z) = digamma(z + 1) - 1 / z.
 */
double
digamma(double z)
{
	static const double term[] = {
		1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0,
		1.0 / 132.0, -691.0 / 32760.0, 1.0 / 12.0
	};
	double		shift = 0.0;
	double		sum = 0.0;

	for (; z < 10.0; z += 1.0)
		shift -= 1.0 / z;
	for (int i = lengthof(term) - 1; i >= 0; i--)
		sum = sum / (z * z) + term[i];
	return shift + log(z) - 0.5 / z - sum / (z * z);
}

/* Give the derivative of digamma, z > 0, in the same way (DLMF 5.15.8). */
double
trigamma(double z)
{
	double		shift = 0.0;
	double		y;

	for (; z < 12.0; z += 1.0)
		shift += 1.0 / (z * z);
	y = 1.0 / (z * z);
	return shift + 1.0 / z + 0.5 * y +
		y / z * (1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y / 30.0)));
}

/* Give ln B(a, b), without the cancellation of three log gammas. */
double
log_beta(double a, double b)
{
	double		small = Min(a, b);
	double		large = Max(a, b);
	double		sum = small + large;

	return HALF_LOG_2PI
		+ (small - 0.5) * log(small / sum)
		- large * log1p(small / large)
		- 0.5 * log(large)
		+ stirling_error(small) + stirling_error(large) - stirling_error(sum);
}

/*
 * Give x ln(x / m) + m - x for x, m > 0: Loader's deviance, by the series of
 * (x - m) / (x + m) where the terms would cancel.  "excess" is x - m.
 */
static double
deviance(double x, double m, double excess)
{
	double		v = excess / (x + m);
	double		sum;
	double		term;
	int			j;

	if (fabs(v) > 0.1)
		return x * log(x / m) - excess;
	sum = excess * v;
	term = 2.0 * x * v;
	for (j = 3; j < 60; j += 2)
	{
		double		next;

		term *= v * v;
		next = sum + term / j;
		if (next == sum)
			break;
		sum = next;
	}
	return sum;
}

/* Give ln x from x and y = 1 - x, with the digits of both. */
static double
log_of(double x, double y)
{
	return x < 0.5 ? log(x) : log1p(-y);
}

/*
 * Give ln of x^a y^b / B(a, b) without the square root of its saddle-point
 * form, for a, b >= 1.
 */
static double
saddle_exponent(Fraction f, double a, double b)
{
	double		sum = a + b;
	double		excess;

	/* a - sum x, from the side that does not cancel */
	excess = a * f.y - b * f.x;
	return stirling_error(sum) - stirling_error(a) - stirling_error(b)
		- deviance(a, sum * f.x, excess)
		- deviance(b, sum * f.y, -excess);
}

/* Give x^a y^b / B(a, b), y = 1 - x. */
static double
beta_kernel(Fraction f, double a, double b)
{
	if (f.x <= 0.0 || f.y <= 0.0)
		return 0.0;
	if (a < 1.0 || b < 1.0)
		return exp(a * log_of(f.x, f.y) + b * log_of(f.y, f.x) -
				   log_beta(a, b));
	return INV_SQRT_2PI * sqrt(a * (b / (a + b))) *
		exp(saddle_exponent(f, a, b));
}

/* Give ln of x^a y^b / B(a, b) for x in (0, 1) and y = 1 - x. */
double
log_beta_kernel(double x, double y, double a, double b)
{
	Fraction	f = {x, y};

	if (a < 1.0 || b < 1.0)
		return a * log_of(x, y) + b * log_of(y, x) - log_beta(a, b);
	return 0.5 * log(a * (b / (a + b))) - HALF_LOG_2PI +
		saddle_exponent(f, a, b);
}

/* Keep a term of Lentz's method away from 0. */
static inline double
nonzero(double term)
{
	return fabs(term) < DBL_MIN / DBL_EPSILON ? DBL_MIN / DBL_EPSILON : term;
}

/*
 * Give the continued fraction of the incomplete beta function for
 * x < (a + 1) / (a + b + 2), where it takes O(sqrt(max(a, b))) steps.
 *
 * The even part of DLMF 8.17.22 times a, written with a y - b x as DiDonato and
 * Morris do: the odd steps would cancel where x is close to 1.
 */
static double
beta_fraction(Fraction f, double a, double b)
{
	double		lead = a * f.y - b * f.x + 1.0;
	double		c = a * lead / (a + 1.0);
	double		d = 0.0;
	double		value = c;
	int			m;

	for (m = 1; m < 1000000; m++)
	{
		double		r = m / (a + 2.0 * m - 1.0);
		double		s = f.x / (a + 2.0 * m - 1.0);
		double		numerator = (a + m - 1.0) * s * (a + b + m - 1.0) * s *
			m * (b - m);
		double		denominator = m + r * (b - m) * f.x +
			(a + m) * (lead + m * (1.0 + f.y)) / (a + 2.0 * m + 1.0);
		double		factor;

		d = 1.0 / nonzero(denominator + numerator * d);
		c = nonzero(denominator + numerator / c);
		factor = c * d;
		value *= factor;
		if (fabs(factor - 1.0) <= DBL_EPSILON)
			break;
	}
	return 1.0 / value;
}

/* Give the probability below x under Beta(a, b). */
static double
beta_lower(Fraction f, double a, double b)
{
	Fraction	mirror = {f.y, f.x};
	double		value;

	if (f.x <= 0.0)
		return 0.0;
	if (f.y <= 0.0)
		return 1.0;
	if (f.x * (b + 1.0) < f.y * (a + 1.0))
		value = beta_kernel(f, a, b) * beta_fraction(f, a, b);
	else
		value = 1.0 - beta_kernel(f, a, b) * beta_fraction(mirror, b, a);
	return Min(Max(value, 0.0), 1.0);
}

/* Give the probability above x under Beta(a, b): the mirror image. */
static double
beta_upper(Fraction f, double a, double b)
{
	Fraction	mirror = {f.y, f.x};

	return beta_lower(mirror, b, a);
}

/* Give the probability below x. */
double
beta_cdf(double x, double a, double b)
{
	Fraction	f = {x, 1.0 - x};

	return beta_lower(f, a, b);
}

/* Give the probability above x. */
double
beta_tail(double x, double a, double b)
{
	Fraction	f = {x, 1.0 - x};

	return beta_upper(f, a, b);
}

/*
 * Give ln of the probability below x in (0, 1) over x^a y^b / B(a, b).
 *
 * The logarithm of a probability too small for a double is this one plus that
 * of the kernel; and where two of them are compared, the kernels may cancel.
 */
double
log_beta_ratio(double x, double y, double a, double b)
{
	Fraction	f = {x, y};
	Fraction	mirror = {y, x};

	if (x * (b + 1.0) < y * (a + 1.0))
		return log(beta_fraction(f, a, b));
	return log1p(-Min(beta_kernel(f, a, b) * beta_fraction(mirror, b, a),
					  1.0 - 0.5 * DBL_EPSILON)) -
		log_beta_kernel(x, y, a, b);
}

/* Make the fraction whose logit ln(x / (1 - x)) is u. */
static Fraction
fraction_from_logit(double u)
{
	double		e = exp(-fabs(u));
	Fraction	f;

	f.x = u < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
	f.y = u < 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
	return f;
}

/*
 * Give the logit of the x below which Beta(a, b) has probability p <= 1/2.
 *
 * Newton's method on ln(probability) - ln p in the logit, where the beta
 * distribution has a log-concave density and so a log-concave distribution
 * function; a bracket guards it.
 */
static double
beta_lower_logit(double p, double a, double b)
{
	double		low = -MAX_LOGIT;
	double		high = MAX_LOGIT;
	double		u = log(a) - log(b);
	double		log_p = log(p);
	int			i;

	for (i = 0; i < 200; i++)
	{
		Fraction	f = fraction_from_logit(u);
		double		value = beta_lower(f, a, b);
		double		excess;
		double		next;

		if (value <= 0.0)
			excess = -INFINITY;
		else
			excess = log(value) - log_p;
		if (excess == 0.0)
			return u;
		if (excess < 0.0)
			low = u;
		else
			high = u;

		/* the density in the logit is the kernel itself */
		next = u - excess * value / beta_kernel(f, a, b);
		if (!(next > low && next < high))
			next = 0.5 * (low + high);
		if (fabs(next - u) <= 2.0 * DBL_EPSILON * Max(1.0, fabs(u)) ||
			high - low <= 2.0 * DBL_EPSILON * Max(1.0, fabs(u)))
			return next;
		u = next;
	}
	return u;
}

/* Give the logit of the p quantile, from whichever tail is the smaller. */
static double
beta_logit(double p, double a, double b)
{
	if (p <= 0.5)
		return beta_lower_logit(p, a, b);
	return -beta_lower_logit(1.0 - p, b, a);
}

/* Give the x with probability p below it. */
double
beta_quantile(double p, double a, double b)
{
	if (p <= 0.0)
		return 0.0;
	if (p >= 1.0)
		return 1.0;
	return fraction_from_logit(beta_logit(p, a, b)).x;
}

/* Give the x with probability p above it. */
double
beta_upper_quantile(double p, double a, double b)
{
	if (p <= 0.0)
		return 1.0;
	if (p >= 1.0)
		return 0.0;
	return fraction_from_logit(-beta_logit(p, b, a)).x;
}

/*
 * Student's t distribution: df / (df + t^2) is Beta(df / 2, 1 / 2).
 */

/* Give half the probability beyond |t|. */
static double
student_half_tail(double t, double df)
{
	Fraction	f;
	double		ratio;

	if (isinf(df))
		return normal_tail(fabs(t));
	if (isinf(t))
		return 0.0;

	/* scaled so that t^2 does not overflow */
	ratio = fabs(t) / sqrt(df);
	if (ratio < 1.0)
	{
		f.x = 1.0 / (1.0 + ratio * ratio);
		f.y = ratio * ratio / (1.0 + ratio * ratio);
	}
	else
	{
		double		inverse = 1.0 / ratio;

		f.x = inverse * inverse / (1.0 + inverse * inverse);
		f.y = 1.0 / (1.0 + inverse * inverse);
	}
	return 0.5 * beta_lower(f, 0.5 * df, 0.5);
}

/* Give the probability above t. */
double
student_tail(double t, double df)
{
	double		half = student_half_tail(t, df);

	return t >= 0.0 ? half : 1.0 - half;
}

/* Give the probability below t. */
double
student_cdf(double t, double df)
{
	return student_tail(-t, df);
}

/* Give the t with probability p below it. */
double
student_quantile(double p, double df)
{
	double		tail = p < 0.5 ? p : 1.0 - p;
	double		t;

	if (isinf(df))
		return normal_quantile(p);
	if (p <= 0.0)
		return -INFINITY;
	if (p >= 1.0)
		return INFINITY;
	if (p == 0.5)
		return 0.0;

	/*
	 * The probability between -t and t, 1 - 2 tail, is solved for instead
	 * where it is the smaller one; beta_logit would round it.
	 */
	if (tail <= 0.25)
		t = sqrt(df) * exp(-0.5 * beta_logit(2.0 * tail, 0.5 * df, 0.5));
	else
		t = sqrt(df) * exp(0.5 * beta_logit(2.0 * (0.5 - tail), 0.5, 0.5 * df));
	return p < 0.5 ? -t : t;
}

/*
 * The F distribution: d1 f / (d1 f + d2) is Beta(d1 / 2, d2 / 2).
 */

/* Make the beta variate of an F value. */
static Fraction
fraction_from_f(double f, double d1, double d2)
{
	double		ratio = f * (d1 / d2);
	Fraction	result;

	if (isinf(ratio))
	{
		result.x = 1.0;
		result.y = 0.0;
		return result;
	}
	result.x = ratio / (1.0 + ratio);
	result.y = 1.0 / (1.0 + ratio);
	return result;
}

/* Give the probability below f. */
double
f_cdf(double f, double d1, double d2)
{
	if (f <= 0.0)
		return 0.0;
	return beta_lower(fraction_from_f(f, d1, d2), 0.5 * d1, 0.5 * d2);
}

/* Give the probability above f. */
double
f_tail(double f, double d1, double d2)
{
	if (f <= 0.0)
		return 1.0;
	return beta_upper(fraction_from_f(f, d1, d2), 0.5 * d1, 0.5 * d2);
}

/* Give the f with probability p below it. */
double
f_quantile(double p, double d1, double d2)
{
	if (p <= 0.0)
		return 0.0;
	if (p >= 1.0)
		return INFINITY;
	return exp(beta_logit(p, 0.5 * d1, 0.5 * d2)) * (d2 / d1);
}
