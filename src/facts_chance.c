/*
 * facts_chance.c
 *		How likely each answer of an item is, from the accuracies of those who
 *		voted, and what one more label would bring.
 *
 * Each voter is right with their accuracy, and else gives any other label
 * alike: the model of one coin an annotator, with known accuracies and labels
 * that are alike beforehand.  With p_k the chance of answer k and c_kl that an
 * annotator of median accuracy gives label l where k is right, one more label
 * is expected to raise the chance of the likeliest answer by
 *
 *		sum over l of max over k of p_k c_kl, less max over k of p_k,
 *
 * as label_gain has it for other models.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts_advice.h"
#include "interrupts.h"
#include "utils/float.h"

/*
 * Find how likely each answer is, by its place among the votes; behind these
 * stands the chance of each label without a vote.  False unless the accuracies
 * of all voters are known.
 */
bool
vote_chances(const Facts *f, int64 item, const ItemVotes *v, double *chance)
{
	double		others = Max(f->labels.n - 1, 1);
	double		most = -get_float8_infinity();
	double		sum = 0;

	for (int i = 0; i <= v->n; i++)
		chance[i] = 0;
	for (int64 r = f->start[item]; r < f->start[item + 1]; r++)
	{
		double		p;

		CHECK_BEFORE_LONG(v->n);
		if (!row_has(f, r, BIT_VOTE))
			continue;
		p = f->person[f->annotator[r]].accuracy;
		if (isnan(p))
			return false;
		p = Min(Max(p, 0.001), 0.999);
		for (int i = 0; i <= v->n; i++)
			chance[i] += i < v->n && v->share[i].code == f->code[r] ?
				log(p) : log((1 - p) / others);
	}
	for (int i = 0; i <= v->n; i++)
		if (i < v->n || v->n == 0)
			most = Max(most, chance[i]);
	for (int i = 0; i <= v->n; i++)
	{
		chance[i] = exp(chance[i] - most);
		sum += chance[i] * (i < v->n ? 1 : Max(f->labels.n - v->n, 0));
	}
	for (int i = 0; i <= v->n; i++)
		chance[i] /= sum;
	return true;
}

/*
 * By how much a label of this accuracy is expected to lower the chance of a
 * wrong answer; chances are those of vote_chances.
 */
double
label_gain_of(const Facts *f, const ItemVotes *v, const double *chance,
			  double quality)
{
	int			k = Max(f->labels.n, 1);
	double		wrong = (1 - quality) / Max(k - 1, 1);
	double		first = 0;
	double		second = 0;
	double		sum = 0;

	for (int i = 0; i <= v->n; i++)
		for (int copy = 0; copy < (i < v->n ? 1 : Min(k - v->n, 2)); copy++)
			if (chance[i] > first)
			{
				second = first;
				first = chance[i];
			}
			else
				second = Max(second, chance[i]);
	for (int i = 0; i <= v->n; i++)
	{
		double		rest = chance[i] == first ? second : first;

		sum += (i < v->n ? 1 : k - v->n) *
			Max(chance[i] * quality, rest * wrong);
	}
	return Max(sum - first, 0);
}

/* Order of numbers. */
static int
compare_numbers(const void *a, const void *b)
{
	return float8_cmp_internal(*(const double *) a, *(const double *) b);
}

/* The median accuracy of those who voted, the lower of two; NaN: not known. */
double
median_accuracy(const Facts *f)
{
	double	   *known = array_alloc(f->annotators.n, sizeof(double), false);
	bool	   *voted = array_alloc(f->annotators.n, sizeof(bool), true);
	double		median = get_float8_nan();
	int			n = 0;

	for (int64 r = 0; r < f->n_rows; r++)
		if (row_has(f, r, BIT_VOTE))
			voted[f->annotator[r]] = true;
	for (int32 a = 0; a < f->annotators.n; a++)
		if (voted[a] && !isnan(f->person[a].accuracy))
			known[n++] = f->person[a].accuracy;
	qsort(known, n, sizeof(double), compare_numbers);
	if (n > 0)
		median = known[(n - 1) / 2];
	pfree(known);
	pfree(voted);
	return median;
}
