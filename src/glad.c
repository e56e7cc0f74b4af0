/*
 * glad.c
 *		GLAD: abilities of annotators and difficulties of items.
 *
 * The stored model keeps the abilities alone.  An item's difficulty is found
 * again from its labels and the abilities, as the one that makes the posterior
 * density greatest: for an item of the fit that is where the fit ended, and a
 * new item gets what its own labels say.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "glad.h"
#include "interrupts.h"
#include "model_summary.h"
#include "vote_scores.h"

/* mean of the normal priors, which have deviation 1 */
#define PRIOR_MEAN		1.0

/* pairs of steps that the search remembers */
#define MEMORY			6

/* what a step must gain, as a part of what the slope promises */
#define SUFFICIENT		1e-4
#define MOST_HALVINGS	30

/* beyond it exp(b) is as good as infinite */
#define MOST_EASE		50.0

/* beyond all abilities that the prior lets be */
#define MOST_ABILITY	1e9

/* of the sum of many logarithms */
#define ROUNDING		1e-13

/* curvature along a step that is worth remembering */
#define LEAST_CURVE		1e-10

/* of an item's ease by itself */
#define EASE_TOLERANCE	1e-11
#define MOST_EASE_STEPS	200

typedef struct Glad
{
	const Design *design;
	VoteScores	scores;
	int64		n;				/* abilities, then the ease of each item */
} Glad;

/* abilities and eases, and what the objective is there */
typedef struct Point
{
	double	   *x;
	double	   *gradient;
	double	   *curvature;		/* of each by itself, were the truths known */
	double		value;
} Point;

/* the last steps, and how they changed the gradient */
typedef struct Memory
{
	int			n;				/* kept */
	int			next;			/* where the next goes */
	double	   *step[MEMORY];
	double	   *bend[MEMORY];	/* gradient before less after: curvature */
	double		product[MEMORY];
} Memory;

/* Chance of a right label, from ability times ease. */
static inline double
chance_right(double z)
{
	if (z < 0.0)
	{
		double		e = exp(z);

		return e / (1.0 + e);
	}
	return 1.0 / (1.0 + exp(-z));
}

/* ln of the chance of a wrong label. */
static inline double
log_wrong(double z)
{
	return z > 0.0 ? -z - log1p(exp(-z)) : -log1p(exp(z));
}

/*
 * Evidence of one item's labels at this ease, in logs, and its slope in the
 * ease; to those in the abilities it is added, unless the point is NULL.
 */
static double
item_evidence(VoteScores *scores, int q, const double *ability, double ease,
			  int64 n, const int32 *annotator, const int32 *code,
			  double *slope_ease, double *curvature_ease, Point *point)
{
	double		beta = exp(fmin(ease, MOST_EASE));
	double		others = log(q - 1.0);
	double		evidence = -log((double) q);
	double		log_sum;

	scores_clear(scores);
	for (int64 l = 0; l < n; l++)
	{
		double		z = ability[annotator[l]] * beta;

		/* right over wrong is exp(z), and wrong is one of the others */
		evidence += log_wrong(z) - others;
		scores_vote(scores, code[l], z + others);
	}
	log_sum = scores_log_sum(scores, q);
	*slope_ease = 0.0;
	*curvature_ease = 0.0;
	for (int64 l = 0; l < n; l++)
	{
		double		z = ability[annotator[l]] * beta;
		double		right = chance_right(z);
		double		surprise = exp(scores->score[code[l]] - log_sum) - right;
		double		spread = right * (1.0 - right);

		*slope_ease += z * surprise;
		*curvature_ease += z * z * spread;
		if (point == NULL)
			continue;
		point->gradient[annotator[l]] += beta * surprise;
		point->curvature[annotator[l]] += beta * beta * spread;
	}
	return evidence + log_sum;
}

/* Find the objective, its gradient and curvature at a point. */
static void
evaluate(Glad *glad, Point *point)
{
	const Design *design = glad->design;
	int			n_annotators = design->n_annotators;

	point->value = 0.0;
	for (int64 p = 0; p < glad->n; p++)
	{
		double		off = point->x[p] - PRIOR_MEAN;

		CHECK_NOW_AND_THEN(p);
		point->value -= 0.5 * off * off;
		point->gradient[p] = -off;
		point->curvature[p] = 1.0;
	}
	for (int64 i = 0; i < design->n_items; i++)
	{
		int64		first = design->start[i];
		double		slope;
		double		curvature;

		CHECK_FOR_INTERRUPTS();
		point->value += item_evidence(&glad->scores, design->q, point->x,
									  point->x[n_annotators + i],
									  design->start[i + 1] - first,
									  design->annotator + first,
									  design->code + first,
									  &slope, &curvature, point);
		point->gradient[n_annotators + i] += slope;
		point->curvature[n_annotators + i] += curvature;
	}
}

/* The scalar product of two vectors. */
static double
product(const double *a, const double *b, int64 n)
{
	double		sum = 0.0;

	for (int64 p = 0; p < n; p++)
		sum += a[p] * b[p];
	return sum;
}

/* The greatest component, whatever its sign. */
static double
greatest(const double *a, int64 n)
{
	double		most = 0.0;

	for (int64 p = 0; p < n; p++)
		most = fmax(most, fabs(a[p]));
	return most;
}

/*
 * Turn a gradient into the direction of the next step, in place: what the
 * memory knows, on top of dividing each component by its curvature.
 */
static void
find_direction(const Memory *memory, const double *curvature,
			   double *direction, int64 n)
{
	double		part[MEMORY];
	int			newest = memory->next;

	for (int k = 0; k < memory->n; k++)
	{
		int			m = (newest + 2 * MEMORY - 1 - k) % MEMORY;

		part[m] = product(memory->step[m], direction, n) / memory->product[m];
		for (int64 p = 0; p < n; p++)
			direction[p] -= part[m] * memory->bend[m][p];
	}
	for (int64 p = 0; p < n; p++)
		direction[p] /= curvature[p];
	for (int k = memory->n - 1; k >= 0; k--)
	{
		int			m = (newest + 2 * MEMORY - 1 - k) % MEMORY;
		double		back = product(memory->bend[m], direction, n) /
			memory->product[m];

		for (int64 p = 0; p < n; p++)
			direction[p] += (part[m] - back) * memory->step[m][p];
	}
}

/* Remember a step, unless the surface curves the wrong way along it. */
static void
remember(Memory *memory, const Point *from, const Point *to, int64 n)
{
	double	   *step = memory->step[memory->next];
	double	   *bend = memory->bend[memory->next];
	double		curve;

	for (int64 p = 0; p < n; p++)
	{
		step[p] = to->x[p] - from->x[p];
		bend[p] = from->gradient[p] - to->gradient[p];
	}
	curve = product(step, bend, n);
	if (curve <= LEAST_CURVE * product(step, step, n))
		return;
	memory->product[memory->next] = curve;
	memory->next = (memory->next + 1) % MEMORY;
	memory->n = Min(memory->n + 1, MEMORY);
}

/*
 * Go along the direction as far as gains enough, halving the step; false when
 * no step gains anything.  Where gains are lost in rounding, slopes decide
 * (Hager and Zhang 2005, "A new conjugate gradient method with guaranteed
 * descent and an efficient line search", equation 4.1).
 */
static bool
search_line(Glad *glad, const Point *from, const double *direction, Point *to)
{
	double		slope = product(direction, from->gradient, glad->n);
	double		slack = ROUNDING * fabs(from->value);
	double		length = 1.0;

	for (int h = 0; slope > 0.0 && h < MOST_HALVINGS; h++)
	{
		for (int64 p = 0; p < glad->n; p++)
			to->x[p] = from->x[p] + length * direction[p];
		evaluate(glad, to);
		if (to->value >= from->value + SUFFICIENT * length * slope)
			return true;
		if (to->value >= from->value - slack &&
			product(direction, to->gradient, glad->n) >=
			(2.0 * SUFFICIENT - 1.0) * slope)
			return true;
		length *= 0.5;
	}
	return false;
}

/* Allocate a point, at the means of the priors. */
static void
point_init(Point *point, int64 n)
{
	point->x = array_alloc(n, sizeof(double), false);
	point->gradient = array_alloc(n, sizeof(double), false);
	point->curvature = array_alloc(n, sizeof(double), false);
	for (int64 p = 0; p < n; p++)
		point->x[p] = PRIOR_MEAN;
}

/* Give back a point's memory. */
static void
point_free(Point *point)
{
	pfree(point->x);
	pfree(point->gradient);
	pfree(point->curvature);
}

/* Climb until the gradient is as good as 0; here ends at the top. */
static void
climb(Glad *glad, Memory *memory, const FitOptions *options,
	  ConsensusModel *m, Point *here)
{
	double	   *direction = array_alloc(glad->n, sizeof(double), false);
	Point		there;

	point_init(&there, glad->n);
	evaluate(glad, here);
	m->converged = greatest(here->gradient, glad->n) <= options->tolerance;
	for (m->iterations = 0;
		 m->iterations < options->max_iterations && !m->converged;)
	{
		Point		before = *here;

		CHECK_FOR_INTERRUPTS();
		memcpy(direction, here->gradient, sizeof(double) * glad->n);
		find_direction(memory, here->curvature, direction, glad->n);
		if (!search_line(glad, here, direction, &there))
		{
			if (memory->n == 0)
				break;			/* as high as rounding lets it */
			memory->n = 0;
			continue;
		}
		m->iterations++;
		remember(memory, here, &there, glad->n);
		*here = there;
		there = before;
		m->converged = greatest(here->gradient, glad->n) <= options->tolerance;
	}
	point_free(&there);
	pfree(direction);
}

/* Fit abilities and difficulties of more than one category. */
static void
fit_abilities(ConsensusModel *m, const Design *design,
			  const FitOptions *options)
{
	Glad		glad;
	Memory		memory;
	Point		point;

	glad.design = design;
	glad.n = design->n_annotators + design->n_items;
	scores_init(&glad.scores, design->q);
	point_init(&point, glad.n);
	memory.n = 0;
	memory.next = 0;
	for (int k = 0; k < MEMORY; k++)
	{
		memory.step[k] = array_alloc(glad.n, sizeof(double), false);
		memory.bend[k] = array_alloc(glad.n, sizeof(double), false);
	}
	climb(&glad, &memory, options, m, &point);
	memcpy(m->parameter, point.x, sizeof(double) * m->n_annotators);
	m->objective = point.value;
	m->log_likelihood = point.value;
	for (int64 p = 0; p < glad.n; p++)
		m->log_likelihood += 0.5 * (point.x[p] - PRIOR_MEAN) *
			(point.x[p] - PRIOR_MEAN);
	for (int k = 0; k < MEMORY; k++)
	{
		pfree(memory.step[k]);
		pfree(memory.bend[k]);
	}
	point_free(&point);
	scores_free(&glad.scores);
}

/* Find the abilities and difficulties that make the labels likeliest. */
ConsensusModel *
glad_fit(const ModelData *data, const FitOptions *options)
{
	ConsensusModel *m = model_create(MODEL_GLAD, data);
	double		sum = 0.0;

	for (int j = 0; j <= m->n_annotators; j++)
		m->parameter[j] = PRIOR_MEAN;
	m->converged = true;
	if (m->q > 1)
		fit_abilities(m, &data->design, options);
	for (int j = 0; j < m->n_annotators; j++)
		sum += m->parameter[j];
	if (m->n_annotators > 0)
		m->parameter[m->n_annotators] = sum / m->n_annotators;
	summarise_classes(m, data);
	return m;
}

/* The slope of an item's density in its ease. */
static double
ease_slope(VoteScores *scores, const ConsensusModel *m, double ease, int64 n,
		   const int32 *annotator, const int32 *code)
{
	double		slope;
	double		curvature;

	item_evidence(scores, m->q, m->parameter, ease, n, annotator, code,
				  &slope, &curvature, NULL);
	return slope - (ease - PRIOR_MEAN);
}

/*
 * Climb from the mean of the prior to the next top: step out until the slope
 * turns, then close in, by false position with the Illinois rule.
 */
static double
item_ease(VoteScores *scores, const ConsensusModel *m, int64 n,
		  const int32 *annotator, const int32 *code)
{
	double		a = PRIOR_MEAN;
	double		slope_a = ease_slope(scores, m, a, n, annotator, code);
	double		out = slope_a > 0.0 ? 0.5 : -0.5;
	double		b = a;
	double		slope_b = slope_a;

	if (slope_a == 0.0)
		return a;
	for (int s = 0; s < MOST_EASE_STEPS && slope_b * slope_a > 0.0; s++)
	{
		a = b;
		slope_a = slope_b;
		b += out;
		slope_b = ease_slope(scores, m, b, n, annotator, code);
	}
	for (int s = 0; s < MOST_EASE_STEPS && fabs(b - a) > EASE_TOLERANCE; s++)
	{
		double		middle = b - slope_b * (b - a) / (slope_b - slope_a);
		double		slope = ease_slope(scores, m, middle, n, annotator, code);

		if (slope == 0.0)
			return middle;
		if (slope * slope_b < 0.0)
		{
			a = b;
			slope_a = slope_b;
		}
		else
			slope_a *= 0.5;
		if (fabs(middle - b) <= EASE_TOLERANCE)
			return middle;
		b = middle;
		slope_b = slope;
	}
	return b;
}

/* Get room for the votes of an item. */
static void
glad_prepare(ConsensusModel *m)
{
	VoteScores *scores = palloc(sizeof(VoteScores));

	scores_init(scores, m->q);
	m->cache = scores;
}

/* Is every ability of sensible size? */
static bool
glad_valid(const ConsensusModel *m)
{
	for (int j = 0; j <= m->n_annotators; j++)
		if (!(fabs(m->parameter[j]) <= MOST_ABILITY))
			return false;
	return true;
}

/* Score the classes by the weights of their votes, at the item's own ease. */
static void
glad_score_item(const ConsensusModel *m, int64 n, const int32 *annotator,
				const int32 *code, double *score)
{
	double		beta;
	double		others;

	memset(score, 0, sizeof(double) * m->q);
	if (m->q < 2)
		return;
	beta = exp(item_ease(m->cache, m, n, annotator, code));
	others = log(m->q - 1.0);
	for (int64 l = 0; l < n; l++)
		score[code[l]] += m->parameter[annotator[l]] * beta + others;
}

/* The ability. */
static double
glad_skill(const ConsensusModel *m, int annotator)
{
	return m->parameter[annotator];
}

const ModelRoutine glad_routine = {
	.name = "glad",
	.width = 1,
	.valid = glad_valid,
	.prepare = glad_prepare,
	.score_item = glad_score_item,
	.skill = glad_skill
};
