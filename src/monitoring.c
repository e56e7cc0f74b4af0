/*
 * monitoring.c
 *		Charts that watch for a fall in accuracy.
 *
 * e_detector: Shin, Ramdas and Rinaldo 2024 (New England Journal of Statistics
 * in Data Science 2:229), the Shiryaev-Roberts e-detector.  For an alternative
 * q < t and an answer right with chance p >= t, the factor q/t if right and
 * (1-q)/(1-t) if wrong has mean at most 1.  With R <- (1 + R) factor, R less
 * the number of answers is a supermartingale, so that the mean of R over
 * alternatives reaches A after at least A answers on average, whatever p >= t.
 *
 * cusum: Page 1954 (Biometrika 41:100) for errors: S <- max(0, S + [wrong] -
 * g), with g where the likelihood ratio of the two error rates balances.  g is
 * taken as a fraction u/v, so that S moves on multiples of 1/v.
 *
 * ewma: Roberts 1959 (Technometrics 1:239) of the error rate, rounded to a
 * lattice at each answer: Z <- round(Z + weight ([wrong] - Z)).
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "monitoring.h"

#define MAX_DENOMINATOR 50		/* of the reference value of a cusum */
#define MAX_STATES 200000
#define CELLS_PER_STEP 100		/* of an ewma: cells that a first error crosses */

static const double ewma_weights[] = {0.02, 0.05, 0.1, 0.2};

/* Prepare an e-detector: alternatives at fixed distances of log odds. */
void
detector_design(Chart *chart, double threshold, double run_length)
{
	memset(chart, 0, sizeof(Chart));
	chart->method = CHART_E_DETECTOR;
	chart->run_length = run_length;
	for (int k = 0; k < DETECTOR_GRID; k++)
	{
		double		odds = threshold / (1 - threshold) * exp(-0.25 * (k + 1));
		double		q = odds / (1 + odds);

		chart->right[k] = q / threshold;
		chart->wrong[k] = (1 - q) / (1 - threshold);
	}
}

/* The state after a right or wrong answer; limit and above is an alarm. */
static int
next_place(const Chart *chart, int place, bool right)
{
	if (chart->method == CHART_CUSUM)
		return right ? Max(0, place - chart->fall) :
			place + chart->unit - chart->fall;
	return (int) floor(place + chart->weight *
					   ((right ? 0 : chart->unit) - place) + 0.5);
}

/*
 * The average run length of a chart with this limit at an accuracy: solve
 * (I - Q) L = 1, Q the chances to move among states that are no alarm.  The
 * matrix is banded and diagonally dominant; it is eliminated without pivots.
 */
static double
average_run(const Chart *chart, int limit, double accuracy)
{
	int			below = 0,
				above = 0,
				width;
	double	   *band,
			   *run,
				result;

	for (int s = 0; s < limit; s++)
	{
		below = Max(below, s - next_place(chart, s, true));
		above = Max(above, next_place(chart, s, false) - s);
	}
	width = below + above + 1;
	band = array_alloc((int64) limit * width, sizeof(double), true);
	run = array_alloc(limit, sizeof(double), false);
	for (int s = 0; s < limit; s++)
	{
		double	   *row = band + (int64) s * width + below - s;
		int			worse = next_place(chart, s, false);

		run[s] = 1;
		row[s] = 1;
		row[next_place(chart, s, true)] -= accuracy;
		if (worse < limit)
			row[worse] -= 1 - accuracy;
	}
	for (int s = 0; s < limit; s++)
	{
		double	   *row = band + (int64) s * width + below - s;

		CHECK_FOR_INTERRUPTS();
		for (int t = s + 1; t <= Min(s + below, limit - 1); t++)
		{
			double	   *other = band + (int64) t * width + below - t;
			double		factor = other[s] / row[s];

			if (factor == 0)
				continue;
			for (int c = s; c <= Min(s + above, limit - 1); c++)
				other[c] -= factor * row[c];
			run[t] -= factor * run[s];
		}
	}
	for (int s = limit - 1; s >= 0; s--)
	{
		double	   *row = band + (int64) s * width + below - s;

		for (int c = s + 1; c <= Min(s + above, limit - 1); c++)
			run[s] -= row[c] * run[c];
		run[s] /= row[s];
	}
	result = run[chart->begin];
	pfree(band);
	pfree(run);
	return result;
}

/* Find the least limit whose run length is long enough, up to the most. */
static bool
find_limit(Chart *chart, double in_control, double out_of_control, int most)
{
	int			low = chart->begin,	/* too short */
				high = chart->begin + 1;

	while (average_run(chart, high, in_control) < chart->run_length)
	{
		if (high >= most)
			return false;
		low = high;
		high = Min(most, chart->begin + (high - chart->begin) * 2);
	}
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (average_run(chart, middle, in_control) < chart->run_length)
			low = middle;
		else
			high = middle;
	}
	chart->limit = high;
	chart->in_control_run = average_run(chart, high, in_control);
	chart->out_of_control_run = average_run(chart, high, out_of_control);
	return true;
}

/* The fraction nearest to x, with a small denominator and inside (0, 1). */
static void
nearest_fraction(double x, int *numerator, int *denominator)
{
	double		best = 2;

	for (int v = 2; v <= MAX_DENOMINATOR; v++)
	{
		int			u = Max(1, Min(v - 1, (int) floor(x * v + 0.5)));
		double		distance = fabs((double) u / v - x);

		if (distance < best - 1e-12)
		{
			best = distance;
			*numerator = u;
			*denominator = v;
		}
	}
}

/* Build a CUSUM of errors. */
bool
cusum_design(Chart *chart, double in_control, double out_of_control,
			 double run_length)
{
	double		a = 1 - in_control,
				b = 1 - out_of_control;
	double		right = -log((1 - b) / (1 - a));
	double		both = log(b / a) + right;

	memset(chart, 0, sizeof(Chart));
	chart->method = CHART_CUSUM;
	chart->run_length = run_length;
	nearest_fraction(right / both, &chart->fall, &chart->unit);
	return find_limit(chart, in_control, out_of_control, MAX_STATES);
}

/*
 * Build an EWMA of errors, with that one of a few weights that finds the
 * accuracy out of control soonest.
 */
bool
ewma_design(Chart *chart, double in_control, double out_of_control,
			double run_length)
{
	bool		found = false;

	for (int i = 0; i < lengthof(ewma_weights); i++)
	{
		Chart		c;

		memset(&c, 0, sizeof(Chart));
		c.method = CHART_EWMA;
		c.run_length = run_length;
		c.weight = ewma_weights[i];
		c.unit = (int) (CELLS_PER_STEP / c.weight + 0.5);
		c.begin = (int) floor((1 - in_control) * c.unit + 0.5);
		if (find_limit(&c, in_control, out_of_control, c.unit) &&
			(!found || c.out_of_control_run < chart->out_of_control_run))
		{
			*chart = c;
			found = true;
		}
	}
	return found;
}

/* Begin to watch. */
void
chart_start(const Chart *chart, ChartState *state)
{
	memset(state, 0, sizeof(ChartState));
	state->place = chart->begin;
}

/* Read an answer; is it an alarm? */
bool
chart_step(const Chart *chart, ChartState *state, bool right)
{
	if (chart->method != CHART_E_DETECTOR)
	{
		state->place = next_place(chart, state->place, right);
		return state->place >= chart->limit;
	}
	for (int k = 0; k < DETECTOR_GRID; k++)
		state->r[k] = (1 + state->r[k]) *
			(right ? chart->right[k] : chart->wrong[k]);
	return chart_statistic(chart, state) >= chart->run_length;
}

/* What a user sees of a state. */
double
chart_statistic(const Chart *chart, const ChartState *state)
{
	double		sum = 0;

	if (chart->method != CHART_E_DETECTOR)
		return (double) state->place / chart->unit;
	for (int k = 0; k < DETECTOR_GRID; k++)
		sum += state->r[k];
	return sum / DETECTOR_GRID;
}

/* And of the limit. */
double
chart_bound(const Chart *chart)
{
	if (chart->method == CHART_E_DETECTOR)
		return chart->run_length;
	return (double) chart->limit / chart->unit;
}
