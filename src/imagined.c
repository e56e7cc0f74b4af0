/*
 * imagined.c
 *		Intervals of the anonymous coefficients for small, skewed samples.
 *
 * A Bayesian bootstrap over vote patterns, joined by imagined items.
 *
 * Real items get random weights (Rubin 1981, "The Bayesian bootstrap", Annals
 * of Statistics 9:130; one gamma draw a pattern).  A few imagined items of
 * weight 1 join them, whose agreement is itself uncertain (imagination.c): they
 * stand for the rare items that a small sample lacks.  With n real items ten
 * imagined ones weigh 10 / (n + 10).
 *
 * The histogram, its canonical order and the seed fix the result: draw b takes
 * its pi from stream b, and world i its weights from stream draws + i.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "miscadmin.h"

#include "array.h"
#include "imagination.h"
#include "item_variance.h"
#include "random.h"

/*
 * Beyond these sizes draws take seconds.  The ratio form of the linearised
 * error then stands in, but only where it can be trusted: what it learns from
 * is the items on which annotators disagree, however many others there are.
 */
#define MAX_PATTERNS		10000
#define MAX_CATEGORIES		2000
#define MAX_CATEGORIES_PAIRED	200 /* on scales without a quick sum */
#define ENOUGH_DISAGREEING	50

/* the weighted items of one draw: real patterns first, then imagined items */
typedef struct World
{
	Patterns	items;			/* with neither counts nor totals */
	int64		n_real;
	double	   *weight;
} World;

/* one coefficient over all worlds */
typedef struct Figure
{
	AgreementSums sums;
	ItemPart   *part;			/* by item of the world */
	bool		moving;			/* do parts depend on the margins? */
	double	   *value;			/* of the worlds where it is defined */
	int			defined;
} Figure;

/* Tell whether sums over categories take all pairs of them. */
static bool
scale_takes_pairs(const Scale *scale)
{
	switch (scale->kind)
	{
		case WEIGHTS_RADICAL:
		case WEIGHTS_RATIO:
		case WEIGHTS_BIPOLAR:
		case WEIGHTS_CUSTOM:
		case LEVEL_RATIO:
		case LEVEL_POLAR:
			return true;
		default:
			return false;
	}
}

/* Tell whether draws would take long. */
static bool
drawing_is_slow(const Patterns *p, const Scale *scale)
{
	return p->n_patterns > MAX_PATTERNS ||
		p->q > MAX_CATEGORIES ||
		(p->q > MAX_CATEGORIES_PAIRED && scale_takes_pairs(scale));
}

/* Count the items whose labels are not all the same. */
static int64
disagreeing_items(const Patterns *p)
{
	int64		n = 0;

	for (int64 i = 0; i < p->n_patterns; i++)
		if (p->start[i + 1] - p->start[i] > 1)
			n += p->count[i];
	return n;
}

/*
 * Give the intervals of the ratio form, without their tests; false if one
 * that has an estimate has none.
 */
static bool
ratio_intervals(const Patterns *p, Scale *scale, int n,
				const Coefficient *which, const Estimate *estimates,
				const IntervalOptions *options, ErrorInterval *results)
{
	IntervalOptions ratio = *options;
	bool		complete = true;

	ratio.method = ERROR_RATIO;
	coefficient_intervals(p, scale, n, which, estimates, &ratio, results);
	for (int j = 0; j < n; j++)
	{
		interval_untested(&results[j]);
		complete &= results[j].has_bounds || !estimates[j].defined;
	}
	return complete;
}

/* Append an imagined item to a world. */
static void
imagine_item(Imagination *im, World *world, RandomStream *stream,
			 double lambda, int64 index)
{
	Patterns   *items = &world->items;
	int64		end = items->start[index];

	items->size[index] = imagine_votes(im, stream, lambda);
	for (int k = 0; k < items->q; k++)
		if (im->votes[k] > 0)
		{
			items->cell[end].code = k;
			items->cell[end].votes = (int32) im->votes[k];
			end++;
		}
	items->start[index + 1] = end;
	world->weight[index] = 1.0;
}

/* Draw world i: weights of the real patterns, and imagined items. */
static void
draw_world(Imagination *im, World *world, double lambda, int i)
{
	RandomStream stream;

	random_start(&stream, im->seed, (uint64) im->draws + i);
	for (int64 v = 0; v < world->n_real; v++)
		world->weight[v] = pattern_enters(im, v) ?
			random_gamma(&stream, (double) im->data->count[v]) : 0.0;
	for (int s = 0; s < im->n_imagined; s++)
		imagine_item(im, world, &stream, lambda, world->n_real + s);
}

/* Copy the patterns into a world that has room for the imagined items. */
static void
world_begin(World *world, const Imagination *im)
{
	const Patterns *p = im->data;
	int64		n = p->n_patterns + im->n_imagined;
	int64		n_cells = p->n_patterns > 0 ? p->start[p->n_patterns] : 0;
	int64		largest = 1;

	for (int64 i = 0; i < p->n_patterns; i++)
		largest = Max(largest, p->size[i]);
	memset(&world->items, 0, sizeof(Patterns));
	world->items.q = p->q;
	world->items.n_patterns = n;
	world->n_real = p->n_patterns;
	world->weight = array_alloc(n, sizeof(double), true);
	world->items.size = palloc(sizeof(int64) * n);
	world->items.start = palloc(sizeof(int64) * (n + 1));
	world->items.cell = array_alloc(n_cells + im->n_imagined *
									Min(largest, p->q),
									sizeof(PatternCell), false);
	memcpy(world->items.size, p->size, sizeof(int64) * p->n_patterns);
	memcpy(world->items.start, p->start,
		   sizeof(int64) * (p->n_patterns + 1));
	memcpy(world->items.cell, p->cell, sizeof(PatternCell) * n_cells);
}

/* Free a world. */
static void
world_end(World *world)
{
	pfree(world->weight);
	pfree(world->items.size);
	pfree(world->items.start);
	pfree(world->items.cell);
}

/* Say what items from .. to - 1 of the world bring to a coefficient. */
static void
take_parts(Figure *figure, const World *world, int64 from, int64 to)
{
	for (int64 i = from; i < to; i++)
		if (!sums_item(&figure->sums, &world->items, i, &figure->part[i]))
			memset(&figure->part[i], 0, sizeof(ItemPart));
}

/* Prepare a coefficient: what it compares, and the parts that stay. */
static void
figure_begin(Figure *figure, const World *world, const Imagination *im,
			 Scale *scale, Coefficient which)
{
	figure->moving = which == KRIPPENDORFF_ALPHA &&
		scale->kind == LEVEL_ORDINAL;
	figure->defined = 0;
	figure->value = array_alloc(im->draws, sizeof(double), true);
	figure->part = array_alloc(world->items.n_patterns, sizeof(ItemPart), false);
	sums_collect(&figure->sums, im->data, scale, which, im->drop_singles);
	take_parts(figure, world, 0, world->n_real);
}

/* Free what belongs to a coefficient. */
static void
figure_end(Figure *figure)
{
	sums_release(&figure->sums);
	pfree(figure->value);
	pfree(figure->part);
}

/* Add up the margins of a world. */
static void
world_margins(const Figure *figure, const World *world)
{
	const AgreementSums *sums = &figure->sums;
	const Patterns *items = &world->items;

	for (int k = 0; k < sums->q; k++)
		sums->margin[k] = 0;
	for (int64 i = 0; i < items->n_patterns; i++)
	{
		if (figure->part[i].mass == 0)
			continue;
		for (int64 j = items->start[i]; j < items->start[i + 1]; j++)
			sums->margin[items->cell[j].code] += world->weight[i] *
				sums_share(sums, items, i, items->cell[j].votes);
	}
}

/*
 * Compute the coefficient of a world, in its population form: without the 1
 * that alpha takes off for a finite sample.  A world in which chance brings no
 * disagreement is left out.
 */
static void
world_value(Figure *figure, const World *world, Scale *scale)
{
	const AgreementSums *sums = &figure->sums;
	int64		n = world->items.n_patterns;
	ItemPart	all = {0, 0, 0};
	double		expected = sums->base;

	take_parts(figure, world, world->n_real, n);
	if (sums->chance != NULL)
		world_margins(figure, world);
	if (figure->moving)
	{
		scale_set_margins(scale, sums->margin);
		take_parts(figure, world, 0, n);
	}
	for (int64 i = 0; i < n; i++)
	{
		all.mass += world->weight[i] * figure->part[i].mass;
		all.weight += world->weight[i] * figure->part[i].weight;
		all.observed += world->weight[i] * figure->part[i].observed;
	}
	if (all.weight <= 0)
		return;
	if (sums->chance != NULL)
		expected += sums->factor *
			(scale_quadratic(sums->chance, sums->margin) /
			 all.mass / all.mass);
	/* that of AC is 1 less a quotient, and exact only within rounding */
	if (expected <= (sums->base == 0 ? 0 : 8 * DBL_EPSILON))
		return;
	figure->value[figure->defined++] = 1.0 - all.observed / all.weight /
		expected;
}

/*
 * Turn the values of a coefficient into its error and interval, which is
 * widened to hold the estimate.  It stands also where the estimate does not.
 */
static void
figure_interval(Figure *figure, const Imagination *im,
				const Estimate *estimate, const IntervalOptions *options,
				ErrorInterval *result)
{
	DrawSummary summary;

	result->n_undefined = im->draws - figure->defined;
	if (figure->defined == 0)
		return;
	draws_summarise(figure->value, figure->defined, options->confidence,
					&summary);
	if (estimate->defined)
	{
		draws_shrink(&summary, estimate->value,
					 population_factor(options->population,
									   im->data->n_items));
		summary.lower = Min(summary.lower, estimate->value);
		summary.upper = Max(summary.upper, estimate->value);
	}
	if (summary.constant)
	{
		if (estimate->defined)
			result->reason = REASON_ZERO_VARIANCE;
		return;
	}
	result->has_error = estimate->defined;
	result->std_error = estimate->defined ? summary.deviation : 0;
	result->has_bounds = true;
	result->lower = Max(summary.lower,
						estimate->defined ? Min(-1.0, estimate->value) : -1.0);
	result->upper = Min(summary.upper, 1.0);
}

/* Draw all worlds and compute the coefficients of each. */
static void
draw_figures(Imagination *im, World *world, Scale *scale, int n,
			 Figure *figures)
{
	int		   *chosen = imagination_choose(im);
	double		lambda = 0;

	for (int i = 0; i < im->draws; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i == 0 || chosen[i] != chosen[i - 1])
			lambda = imagination_take(im, chosen[i]);
		draw_world(im, world, lambda, i);
		for (int j = 0; j < n; j++)
			world_value(&figures[j], world, scale);
	}
	pfree(chosen);
}

/* Give errors and intervals, all from the same worlds. */
void
imagined_intervals(const Patterns *p, Scale *scale, int n,
				   const Coefficient *which, const Estimate *estimates,
				   const IntervalOptions *options, ErrorInterval *results)
{
	Imagination im;
	World		world;
	Figure	   *figures;

	/* on disagreement by a function imagined items were never tried */
	if (scale->kind == LEVEL_DISTANCE ||
		(drawing_is_slow(p, scale) &&
		 disagreeing_items(p) >= ENOUGH_DISAGREEING))
		if (ratio_intervals(p, scale, n, which, estimates, options, results) ||
			scale->kind == LEVEL_DISTANCE)
			return;

	for (int j = 0; j < n; j++)
	{
		memset(&results[j], 0, sizeof(ErrorInterval));
		results[j].reason = estimates[j].reason;
	}
	if (p->n_pairable == 0)
		return;
	imagination_begin(&im, p, scale, options);
	world_begin(&world, &im);
	figures = palloc(sizeof(Figure) * n);
	for (int j = 0; j < n; j++)
		figure_begin(&figures[j], &world, &im, scale, which[j]);
	draw_figures(&im, &world, scale, n, figures);
	for (int j = 0; j < n; j++)
	{
		figure_interval(&figures[j], &im, &estimates[j], options,
						&results[j]);
		figure_end(&figures[j]);
	}
	pfree(figures);
	world_end(&world);
	imagination_end(&im);
}
