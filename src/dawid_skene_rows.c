/*
 * dawid_skene_rows.c
 *		Reading items and annotators by the rows of Dawid and Skene.
 *
 * Rows are worked out for the annotators that are asked for.  An annotator whom
 * the model does not know has the pooled rows of the crowd.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "model_rows.h"

/* what scoring items needs beyond the model */
typedef struct RowCache
{
	RowPrior	prior;
	bool	   *ready;			/* which annotators' rows are worked out */
	double	   *chance;			/* logarithms, as the counts lie */
	double	   *log_total;		/* of each annotator's classes */
	double	   *log_class;
	double	   *crowd;			/* rows of an annotator who is not known */
} RowCache;

/* Work out what all annotators share. */
static void
dawid_skene_prepare(ConsensusModel *m)
{
	RowCache   *cache = palloc(sizeof(RowCache));
	int			q = m->q;
	int64		n = (int64) q * q;

	row_prior_init(&cache->prior, &m->prior, q, m->rows->pooled);
	cache->ready = array_alloc(m->n_annotators, sizeof(bool), true);
	cache->chance = array_alloc(m->rows->n_cells * q, sizeof(double), false);
	cache->log_total = array_alloc((int64) m->n_annotators * q,
								   sizeof(double), false);
	cache->log_class = array_alloc(q, sizeof(double), false);
	cache->crowd = array_alloc(n, sizeof(double), false);
	rows_pool(m->rows, m->n_annotators, q, cache->crowd);
	for (int64 i = 0; i < n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		cache->crowd[i] = log(cache->crowd[i]);
	}
	for (int k = 0; k < q; k++)
		cache->log_class[k] = log(Max(m->class_prior[k], DBL_MIN));
	m->cache = cache;
}

/* Work out an annotator's rows. */
static void
prepare_annotator(const ConsensusModel *m, RowCache *cache, int a)
{
	const ModelRows *rows = m->rows;
	int			q = m->q;
	double	   *total = cache->log_total + (Size) a * q;

	CHECK_FOR_INTERRUPTS();
	rows_totals(rows, &cache->prior, a, total);
	for (int k = 0; k < q; k++)
		total[k] = log(total[k]);
	for (int64 c = rows->start[a]; c < rows->start[a + 1]; c++)
		for (int k = 0; k < q; k++)
		{
			double		x = rows->count[c * q + k] +
				cache->prior.count[(Size) rows->label[c] * q + k];

			cache->chance[c * q + k] = log(Max(x, LEAST_COUNT)) - total[k];
		}
	cache->ready[a] = true;
}

/* Add to the scores of the classes what an annotator's label says of them. */
static void
add_label(const ConsensusModel *m, RowCache *cache, int a, int label,
		  double *score)
{
	int			q = m->q;
	const double *row = cache->crowd + (Size) label * q;
	const double *total;
	int64		c;

	if (a < m->n_annotators)
	{
		if (!cache->ready[a])
			prepare_annotator(m, cache, a);
		c = rows_cell(m->rows, a, label);
		if (c < 0)
		{
			row = cache->prior.log_floored + (Size) label * q;
			total = cache->log_total + (Size) a * q;
			for (int k = 0; k < q; k++)
				score[k] += row[k] - total[k];
			return;
		}
		row = cache->chance + c * q;
	}
	for (int k = 0; k < q; k++)
		score[k] += row[k];
}

/* Score the classes of an item by its labels. */
static void
dawid_skene_score(const ConsensusModel *m, int64 n, const int32 *annotator,
				  const int32 *code, double *score)
{
	RowCache   *cache = m->cache;

	memcpy(score, cache->log_class, sizeof(double) * m->q);
	for (int64 j = 0; j < n; j++)
		add_label(m, cache, annotator[j], code[j], score);
}

/* The chance that an annotator gives a label to an item of a class. */
static double
dawid_skene_chance(const ConsensusModel *m, int annotator, int class,
				   int label)
{
	RowCache   *cache = m->cache;
	int			q = m->q;
	int64		c;

	if (annotator >= m->n_annotators)
		return exp(cache->crowd[(Size) label * q + class]);
	if (!cache->ready[annotator])
		prepare_annotator(m, cache, annotator);
	c = rows_cell(m->rows, annotator, label);
	if (c >= 0)
		return exp(cache->chance[c * q + class]);
	return exp(cache->prior.log_floored[(Size) label * q + class] -
			   cache->log_total[(Size) annotator * q + class]);
}

/* The expected accuracy. */
static double
dawid_skene_skill(const ConsensusModel *m, int annotator)
{
	double		skill = 0;

	for (int k = 0; k < m->q; k++)
		skill += m->class_prior[k] * dawid_skene_chance(m, annotator, k, k);
	return Min(skill, 1);
}

/*
 * Its spread: of each class a Beta on expected and prior counts, and half a
 * count (Jeffreys) on either side where there is less than one prior count.
 */
static bool
dawid_skene_spread(const ConsensusModel *m, int annotator, double *mean,
				   double *variance)
{
	RowCache   *cache = m->cache;
	double		half = cache->prior.total < 1 ? 0.5 : 0;

	*mean = 0;
	*variance = 0;
	for (int k = 0; k < m->q; k++)
	{
		double		right = dawid_skene_chance(m, annotator, k, k);
		double		n = exp(cache->log_total[(Size) annotator * m->q + k]);
		double		share = (right * n + half) / (n + 2 * half);
		double		weight = m->class_prior[k];

		*mean += weight * share;
		*variance += weight * weight * share * Max(1 - share, 0) /
			(n + 2 * half + 1);
	}
	return true;
}

/* All of it has been checked with the rows. */
static bool
dawid_skene_valid(const ConsensusModel *m)
{
	return m->rows != NULL;
}

const ModelRoutine dawid_skene_routine = {
	.name = "dawid_skene",
	.valid = dawid_skene_valid,
	.prepare = dawid_skene_prepare,
	.score_item = dawid_skene_score,
	.skill = dawid_skene_skill,
	.skill_spread = dawid_skene_spread,
	.chance = dawid_skene_chance
};
