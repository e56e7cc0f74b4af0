/*
 * prevalence.c
 *		Shares of classes, corrected for the errors of who labeled.
 *
 * Rogan and Gladen 1978, American Journal of Epidemiology 107:71:
 *
 *		prevalence = (apparent + specificity - 1) / (sensitivity + specificity - 1)
 *
 * Its interval is that of Lang and Reiczigel 2014, Preventive Veterinary
 * Medicine 113:13: all three shares are drawn towards 1/2, the apparent one by
 * z^2 answers, the others by two, and the errors of all three add up.
 *
 * For several classes one correction each would not sum to 1.  There the shares
 * maximise the likelihood of the labels seen, given P(label | class) from gold,
 * by EM (Vardi and Lee 1993, JRSS B 55:569).  Their intervals are quantiles over
 * resampled labels and over P(label | class) drawn from its Dirichlet posterior,
 * the Bayesian bootstrap of the gold (Rubin 1981).  A class that gold never met
 * is taken not to exist.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "distribution.h"
#include "interrupts.h"
#include "prevalence.h"
#include "random.h"

#define MAX_ITERATIONS	20000
#define TOLERANCE		1e-10
/* a share that EM has nearly brought to 0 */
#define BOUNDARY		1e-6

/* A share drawn towards 1/2 by so many answers, and its variance. */
static double
drawn_share(const Proportion *p, double more, double *variance)
{
	double		share = (p->hits + more / 2.0) / (p->n + more);

	*variance = share * (1.0 - share) / (p->n + more);
	return share;
}

/*
 * Can the class be told from the rest?  By the drawn shares: the variance of an
 * observed share of 1 would be 0 after a single answer.
 */
static bool
identified(const Proportion *sensitivity, const Proportion *specificity)
{
	double		of_se,
				of_sp;
	double		youden;

	if (sensitivity->n <= 0.0 || specificity->n <= 0.0)
		return false;
	youden = drawn_share(sensitivity, 2.0, &of_se) +
		drawn_share(specificity, 2.0, &of_sp) - 1.0;
	return youden > 2.0 * sqrt(of_se + of_sp) &&
		sensitivity->hits / sensitivity->n +
		specificity->hits / specificity->n > 1.0;
}

/* Correct the share of one class against the rest. */
void
prevalence_two(const Proportion *apparent, const Proportion *sensitivity,
			   const Proportion *specificity, double confidence,
			   Prevalence *r)
{
	double		z = -normal_quantile(0.5 * (1.0 - confidence));
	double		of_ap,
				of_se,
				of_sp,
				ap,
				se,
				sp,
				raw,
				center,
				half;

	memset(r, 0, sizeof(Prevalence));
	r->reason = apparent->n <= 0.0 ? REASON_NO_ITEMS : REASON_NOT_IDENTIFIED;
	if (apparent->n <= 0.0 || !identified(sensitivity, specificity))
		return;
	r->defined = true;
	r->reason = REASON_NONE;
	ap = apparent->hits / apparent->n;
	se = sensitivity->hits / sensitivity->n;
	sp = specificity->hits / specificity->n;
	raw = (ap + sp - 1.0) / (se + sp - 1.0);
	r->value = Max(0.0, Min(1.0, raw));
	r->clipped = raw < 0.0 || raw > 1.0;

	ap = drawn_share(apparent, z * z, &of_ap);
	se = drawn_share(sensitivity, 2.0, &of_se);
	sp = drawn_share(specificity, 2.0, &of_sp);
	center = (ap + sp - 1.0) / (se + sp - 1.0);
	half = z * sqrt(of_ap + center * center * of_se +
					(1.0 - center) * (1.0 - center) * of_sp) / (se + sp - 1.0);
	center += 2.0 * z * z * (center * of_se - (1.0 - center) * of_sp);
	r->lower = Max(0.0, Min(r->value, center - half));
	r->upper = Min(1.0, Max(r->value, center + half));
}

/* working memory of EM */
typedef struct Mixture
{
	int			q;
	double	   *apparent;
	bool	   *in_gold;		/* has class k any gold? */
	double	   *chance;			/* P(label j | class k) at [k * q + j] */
	double	   *share;
	double	   *next;
} Mixture;

/* Make P(label | class) of counts; 0 for a class without any. */
static void
set_chances(Mixture *m, const double *gold)
{
	for (int k = 0; k < m->q; k++)
	{
		double		sum = 0.0;

		for (int j = 0; j < m->q; j++)
			sum += gold[k * m->q + j];
		m->in_gold[k] = sum > 0.0;
		for (int j = 0; j < m->q; j++)
			m->chance[k * m->q + j] = sum > 0.0 ? gold[k * m->q + j] / sum : 0.0;
	}
}

/* One step of EM; gives the largest change of a share. */
static double
improve(Mixture *m)
{
	double		total = 0.0,
				change = 0.0;

	memset(m->next, 0, sizeof(double) * m->q);
	for (int j = 0; j < m->q; j++)
	{
		double		expected = 0.0;

		for (int k = 0; k < m->q; k++)
			expected += m->share[k] * m->chance[k * m->q + j];
		/* a label that no class gives on gold tells nothing */
		if (m->apparent[j] == 0.0 || expected <= 0.0)
			continue;
		total += m->apparent[j];
		for (int k = 0; k < m->q; k++)
			m->next[k] += m->apparent[j] * m->share[k] *
				m->chance[k * m->q + j] / expected;
	}
	for (int k = 0; k < m->q && total > 0.0; k++)
	{
		change = Max(change, fabs(m->next[k] / total - m->share[k]));
		m->share[k] = m->next[k] / total;
	}
	return change;
}

/* Find the shares of the largest likelihood. */
static void
find_shares(Mixture *m)
{
	for (int k = 0; k < m->q; k++)
		m->share[k] = m->in_gold[k] ? 1.0 / m->q : 0.0;
	for (int i = 0; i < MAX_ITERATIONS; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (improve(m) < TOLERANCE)
			break;
	}
}

/*
 * Draw the labels anew, and the chances from what gold says of them: one more
 * answer a class, spread evenly, lets a class without errors have some.
 */
static void
resample(Mixture *m, const LabelErrors *e, double *work, int64 *count,
		 uint64 seed, int draw)
{
	RandomStream stream;
	int			q = e->q;
	double		total = 0.0;

	random_start(&stream, seed, draw);
	for (int j = 0; j < q; j++)
		total += e->apparent[j];
	random_multinomial(&stream, (int64) total, q, e->apparent, total, count);
	for (int j = 0; j < q; j++)
		m->apparent[j] = (double) count[j];
	for (int k = 0; k < q; k++)
	{
		if (!m->in_gold[k])
			continue;
		for (int j = 0; j < q; j++)
			work[j] = e->gold[k * q + j] + 1.0 / q;
		random_log_dirichlet(&stream, q, work, m->chance + k * q);
		for (int j = 0; j < q; j++)
			m->chance[k * q + j] = exp(m->chance[k * q + j]);
	}
}

/* Each class of the gold against the rest. */
void
gold_against_rest(const LabelErrors *e, Proportion *sensitivity,
				  Proportion *specificity)
{
	int			q = e->q;
	double		total = 0.0;

	memset(sensitivity, 0, sizeof(Proportion) * q);
	memset(specificity, 0, sizeof(Proportion) * q);
	for (int k = 0; k < q; k++)
	{
		CHECK_FOR_INTERRUPTS();
		sensitivity[k].hits = e->gold[k * q + k];
		for (int j = 0; j < q; j++)
		{
			double		n = e->gold[k * q + j];

			total += n;
			sensitivity[k].n += n;
			/* for now: how often the label was given to other classes */
			if (j != k)
				specificity[j].hits += n;
		}
	}
	for (int k = 0; k < q; k++)
	{
		specificity[k].n = total - sensitivity[k].n;
		specificity[k].hits = specificity[k].n - specificity[k].hits;
	}
}

/* Say which classes can be corrected, and all that is known without draws. */
static void
begin_results(const LabelErrors *e, Mixture *m, Prevalence *result)
{
	double		total = 0.0;
	Proportion *sensitivity = array_alloc(e->q, sizeof(Proportion), false);
	Proportion *specificity = array_alloc(e->q, sizeof(Proportion), false);

	gold_against_rest(e, sensitivity, specificity);
	for (int j = 0; j < e->q; j++)
		total += e->apparent[j];
	for (int k = 0; k < e->q; k++)
	{
		Prevalence *r = &result[k];
		Prevalence	alone;
		Proportion	apparent = {e->apparent[k], total};

		prevalence_two(&apparent, &sensitivity[k], &specificity[k], 0.95,
					   &alone);
		memset(r, 0, sizeof(Prevalence));
		r->defined = alone.defined;
		r->reason = alone.reason;
		r->value = m->share[k];
		r->clipped = r->value < BOUNDARY;
	}
}

/* Correct all shares together. */
void
prevalence_all(const LabelErrors *e, double confidence, int n_resamples,
			   uint64 seed, Prevalence *result)
{
	int			q = e->q;
	Mixture		m;
	double	   *work = array_alloc(q, sizeof(double), false);
	int64	   *count = array_alloc(q, sizeof(int64), false);
	double	   *draw = array_alloc((int64) q * n_resamples, sizeof(double), false);

	m.q = q;
	m.apparent = array_alloc(q, sizeof(double), false);
	m.in_gold = array_alloc(q, sizeof(bool), false);
	m.chance = array_alloc((int64) q * q, sizeof(double), false);
	m.share = array_alloc(q, sizeof(double), false);
	m.next = array_alloc(q, sizeof(double), false);
	memcpy(m.apparent, e->apparent, sizeof(double) * q);
	set_chances(&m, e->gold);
	find_shares(&m);
	begin_results(e, &m, result);
	if (result[0].reason == REASON_NO_ITEMS)
		return;
	for (int b = 0; b < n_resamples; b++)
	{
		resample(&m, e, work, count, seed, b);
		find_shares(&m);
		for (int k = 0; k < q; k++)
			draw[(int64) k * n_resamples + b] = m.share[k];
	}
	for (int k = 0; k < q; k++)
	{
		DrawSummary summary;

		draws_summarise(draw + (int64) k * n_resamples, n_resamples, confidence,
						&summary);
		result[k].lower = Min(summary.lower, result[k].value);
		result[k].upper = Max(summary.upper, result[k].value);
	}
}
