/*
 * facts_models.c
 *		How a model does beside people: accuracy on settled items, agreement with
 *		experts, one label against the rest, and what could go without a look.
 *
 * The difference of accuracies is paired by item: the mean over settled items
 * that people labeled, too, of the model's being right less the share of
 * people who are.  Its bounds are made as those of Newcombe 1998, Statistics in Medicine
 * 17:2635, method 10: those of a mean would be too narrow where hardly any item
 * tells the two apart, and there would be none where no item does.
 *
 * Kappa with experts is Cohen's, pooled over the pairs of the model's label and
 * an expert's on the item; between experts it is pooled over ordered pairs.
 * Errors are linearised over items: with p the observed and e the expected
 * agreement, an item moves kappa by dp / (1 - e) - de (1 - p) / (1 - e)^2.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts_groups.h"
#include "facts_models.h"
#include "interrupts.h"
#include "item_variance.h"
#include "proportion.h"

/* Is this a label that can be held against what the item was settled as? */
static bool
is_settled_label(const Facts *f, int64 item, int64 r)
{
	return item_settled(f, item) && !row_has(f, r, BIT_GOLD_AUTHOR);
}

/* Count the labels of people on an item, and how many are right. */
static int64
count_people(const Facts *f, int64 item, int64 *correct)
{
	int64		n = 0;

	*correct = 0;
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (is_people(f, r) && is_settled_label(f, item, r))
		{
			n++;
			*correct += is_settled_answer(f, item, f->code[r]);
		}
	return n;
}

/* a model's being right and the share of people who are, over items */
typedef struct PairedShares
{
	double		n;
	double		model;			/* sums, of products, too */
	double		people;
	double		both;
} PairedShares;

/* The variance or covariance behind a sum of products; rounding is 0. */
static double
paired_moment(double n, double products, double x, double y)
{
	double		moment = products / n - x * y;

	return fabs(moment) <= 1e-12 ? 0 : moment;
}

/*
 * Newcombe's interval of paired proportions, method 10 with its correction for
 * continuity, where the share of people counts as one trial an item.  Bounds and
 * correlation go by the variance of trials: the shares vary less, and divided by
 * their own variance the correlation would take away more than is there.
 */
static void
paired_interval(const PairedShares *s, ModelAccuracy *result)
{
	double		x = s->model / s->n;
	double		y = s->people / s->n;
	double		x_variance = paired_moment(s->n, s->model, x, x);
	double		y_variance = y * (1 - y);
	double		covariance = paired_moment(s->n, s->both, x, y);
	double		correlation = 0;
	Trials		model = {.hits = s->model, .misses = s->n - s->model};
	Trials		people = {.hits = s->people, .misses = s->n - s->people};
	Bounds		of_x;
	Bounds		of_y;

	wilson_bounds(&model, FACTS_CONFIDENCE, &of_x);
	wilson_bounds(&people, FACTS_CONFIDENCE, &of_y);
	if (covariance > 0)
		covariance = Max(covariance - 0.5 / s->n, 0);
	if (x_variance > 0 && y_variance > 0)
		correlation = covariance / sqrt(x_variance * y_variance);
	result->difference = fabs(x - y) <= 1e-12 ? 0 : x - y;
	difference_bounds(x, &of_x, y, &of_y, correlation,
					  &result->difference_bounds);
}

/* Hold a model and people against what items were settled as. */
void
model_accuracy(const ModelRun *run, ModelAccuracy *result)
{
	const Facts *f = run->f;
	PairedShares sums = {0};

	memset(result, 0, sizeof(ModelAccuracy));
	for (int64 i = 0; i < run->n; i++)
	{
		const ModelLabel *m = &run->label[i];
		int64		right;
		int64		people;
		bool		correct;
		double		share;

		CHECK_NOW_AND_THEN(i);
		if (m->row < 0 || !is_settled_label(f, m->item, m->row))
			continue;
		people = count_people(f, m->item, &right);
		correct = is_settled_answer(f, m->item, f->code[m->row]);
		result->settled++;
		result->correct += correct;
		result->people_labels += people;
		result->people_correct += right;
		if (people == 0)
			continue;
		share = (double) right / (double) people;
		sums.n++;
		sums.model += correct;
		sums.people += share;
		sums.both += correct ? share : 0;
	}
	result->compared = sums.n > 0;
	if (result->compared)
		paired_interval(&sums, result);
}

/* the labels of experts on one item, and sums over items */
typedef struct Experts
{
	const Facts *f;
	bool		between;
	int32	   *count;			/* by code, on the item */
	int32	   *used;
	int			n_used;
	int64		n_experts;
	double		n_items;
	double		pairs;
	double		equal;
	double	   *margin;			/* by code, of experts */
	double	   *model_margin;
	double		expected;
} Experts;

/* Count the labels of experts on an item. */
static void
open_item(Experts *x, int64 item)
{
	const Facts *f = x->f;

	while (x->n_used > 0)
		x->count[x->used[--x->n_used]] = 0;
	x->n_experts = 0;
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
		if (row_has(f, r, BIT_EXPERT))
		{
			if (x->count[f->code[r]]++ == 0)
				x->used[x->n_used++] = f->code[r];
			x->n_experts++;
		}
}

/* How many pairs the item has. */
static double
item_pairs(const Experts *x)
{
	return x->between ? (double) x->n_experts * (double) (x->n_experts - 1) :
		(double) x->n_experts;
}

/* How many of these are equal. */
static double
item_equal(const Experts *x, const ModelLabel *m)
{
	double		equal = 0;

	if (!x->between)
		return x->count[x->f->code[m->row]];
	for (int u = 0; u < x->n_used; u++)
		equal += (double) x->count[x->used[u]] *
			(x->count[x->used[u]] - 1);
	return equal;
}

/* Add an item to the sums. */
static void
add_item(Experts *x, const ModelLabel *m)
{
	double		each = x->between ? (double) (x->n_experts - 1) : 1;

	x->n_items++;
	x->pairs += item_pairs(x);
	x->equal += item_equal(x, m);
	for (int u = 0; u < x->n_used; u++)
		x->margin[x->used[u]] += each * x->count[x->used[u]];
	if (!x->between)
		x->model_margin[x->f->code[m->row]] += (double) x->n_experts;
}

/* How far an item moves kappa, times the number of items. */
static void
add_deviation(const Experts *x, const ModelLabel *m, Deviations *deviations)
{
	double		p = x->equal / x->pairs;
	double		e = x->expected;
	double		pairs = item_pairs(x);
	double		each = x->between ? 2.0 * (double) (x->n_experts - 1) : 1;
	double		dp = (item_equal(x, m) - pairs * p) / x->pairs;
	double		de = -2 * pairs * e;

	for (int u = 0; u < x->n_used; u++)
		de += each * x->count[x->used[u]] *
			x->model_margin[x->used[u]] / x->pairs;
	if (!x->between)
		de += pairs * x->margin[x->f->code[m->row]] / x->pairs;
	de /= x->pairs;
	deviations_add(deviations, x->n_items * (dp / (1 - e) -
											 de * (1 - p) / ((1 - e) * (1 - e))),
				   x->n_items * pairs / x->pairs / (1 - e), 1);
}

/* Sum up the items of a run, and the agreement expected by chance. */
static void
sum_experts(Experts *x, const ModelRun *run)
{
	for (int64 i = 0; i < run->n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (run->label[i].row < 0)
			continue;
		open_item(x, run->label[i].item);
		if (item_pairs(x) > 0)
			add_item(x, &run->label[i]);
	}
	if (x->between)
		memcpy(x->model_margin, x->margin,
			   sizeof(double) * (Size) x->f->labels.n);
	for (int32 k = 0; k < x->f->labels.n; k++)
		x->expected += x->margin[k] * x->model_margin[k];
	if (x->pairs > 0)
		x->expected /= x->pairs * x->pairs;
}

/*
 * Kappa of a model with experts, or between experts on its items; how many
 * items have a pair.
 */
int64
expert_kappa(const ModelRun *run, bool between, Estimate *estimate,
			 ErrorInterval *error)
{
	int64		q = run->f->labels.n;
	Experts		x = {.f = run->f, .between = between};
	Deviations	deviations = {0};
	ItemVariance found;

	memset(estimate, 0, sizeof(Estimate));
	memset(error, 0, sizeof(ErrorInterval));
	x.count = array_alloc(q, sizeof(int32), true);
	x.used = array_alloc(q, sizeof(int32), false);
	x.margin = array_alloc(q, sizeof(double), true);
	x.model_margin = array_alloc(q, sizeof(double), true);
	sum_experts(&x, run);
	if (x.pairs > 0 && x.expected < 1)
	{
		estimate->defined = true;
		estimate->value = (x.equal / x.pairs - x.expected) / (1 - x.expected);
		for (int64 i = 0; i < run->n; i++)
		{
			CHECK_NOW_AND_THEN(i);
			if (run->label[i].row < 0)
				continue;
			open_item(&x, run->label[i].item);
			if (item_pairs(&x) > 0)
				add_deviation(&x, &run->label[i], &deviations);
		}
		deviations_variance(&deviations, x.n_items, &found);
		student_interval(estimate->value, &found, x.n_items - 1,
						 FACTS_CONFIDENCE, error);
	}
	pfree(x.count);
	pfree(x.used);
	pfree(x.margin);
	pfree(x.model_margin);
	return (int64) x.n_items;
}

/* Find the rarest first answer of gold on the items of a run; -1: none. */
static int32
rarest_answer(const ModelRun *run)
{
	const Facts *f = run->f;
	int64	   *count = array_alloc(f->labels.n, sizeof(int64), true);
	int32		rarest = -1;

	for (int64 i = 0; i < run->n; i++)
	{
		const ModelLabel *m = &run->label[i];

		if (m->row >= 0 && row_has(f, m->row, BIT_SCORED))
			count[f->gold_code[f->gold_start[m->item]]]++;
	}
	for (int32 k = 0; k < f->labels.n; k++)
		if (count[k] > 0 && (rarest < 0 || count[k] < count[rarest]))
			rarest = k;
	pfree(count);
	return rarest;
}

/* Count one label against the rest, on gold and without. */
void
model_positive(const ModelRun *run, ModelPositive *result)
{
	const Facts *f = run->f;

	memset(result, 0, sizeof(ModelPositive));
	result->code = rarest_answer(run);
	if (result->code < 0)
		return;
	for (int64 i = 0; i < run->n; i++)
	{
		const ModelLabel *m = &run->label[i];
		bool		given;

		CHECK_NOW_AND_THEN(i);
		if (m->row < 0)
			continue;
		given = f->code[m->row] == result->code;
		if (!(f->item_flags[m->item] & ITEM_GOLD))
		{
			result->unscored++;
			result->unscored_positive += given;
		}
		else if (!row_has(f, m->row, BIT_SCORED))
			continue;
		else if (is_gold_answer(f, m->item, result->code))
		{
			result->gold_positive++;
			result->true_positive += given;
		}
		else
		{
			result->gold_negative++;
			result->true_negative += !given;
		}
	}
}

/* a label with a stated confidence */
typedef struct StatedLabel
{
	double		confidence;
	bool		settled;
	bool		correct;
} StatedLabel;

#define ST_SORT sort_stated
#define ST_ELEMENT_TYPE StatedLabel
#define ST_COMPARE(a, b) \
	(((a)->confidence < (b)->confidence) - ((a)->confidence > (b)->confidence))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Gather the labels of a run that state a confidence, highest first. */
static StatedLabel *
gather_stated(const ModelRun *run, int64 *n)
{
	const Facts *f = run->f;
	StatedLabel *stated = array_alloc(run->n, sizeof(StatedLabel), false);

	*n = 0;
	for (int64 i = 0; i < run->n; i++)
	{
		const ModelLabel *m = &run->label[i];
		StatedLabel *s = &stated[*n];

		if (m->row < 0 || !row_has(f, m->row, BIT_STATED))
			continue;
		s->confidence = f->confidence[m->row];
		s->settled = is_settled_label(f, m->item, m->row);
		s->correct = s->settled &&
			is_settled_answer(f, m->item, f->code[m->row]);
		(*n)++;
	}
	sort_stated(stated, *n);
	return stated;
}

/*
 * Find the lowest confidence above which the lower bound of accuracy, one that
 * holds at every look, reaches the target.
 */
void
model_acceptance(const ModelRun *run, ModelAcceptance *result)
{
	static const BetaPrior prior = {1, 1};
	int64		n;
	StatedLabel *stated = gather_stated(run, &n);
	Trials		trials = {0, 0};

	memset(result, 0, sizeof(ModelAcceptance));
	for (int64 i = 0; i < n; i++)
	{
		Bounds		bounds;

		CHECK_NOW_AND_THEN(i);
		trials.hits += stated[i].correct;
		trials.misses += stated[i].settled && !stated[i].correct;
		if (i + 1 < n && stated[i + 1].confidence == stated[i].confidence)
			continue;
		if (trials.hits < ACCEPT_TARGET * (trials.hits + trials.misses))
			continue;
		anytime_bounds(&trials, ACCEPT_CONFIDENCE, SIDE_BOTH, &prior,
					   &bounds);
		if (bounds.lower < ACCEPT_TARGET)
			continue;
		result->found = true;
		result->confidence = stated[i].confidence;
		result->labels = i + 1;
	}
	pfree(stated);
}
