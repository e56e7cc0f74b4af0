/*
 * error_agreement.c
 *		Do two annotators err together more than the items explain?
 *
 * Joint errors.  Hard items make honest people err together, so that joint
 * errors are compared with what they would be given how many of each item's
 * annotators err, and how prone to err each is (rasch.h).  Among all items that
 * both labeled
 *
 *		expected = sum P(both err | T),    V = sum P (1 - P).
 *
 * How prone each of the two is, and how that changes with difficulty, is
 * estimated from the same errors.  To first order that takes away from V what
 * these four parameters explain,
 *
 *		c' I^-1 c,    c_a = sum P (1 - P(a errs | T)) (1, z),
 *
 * I their information: the score test with nuisance parameters (Cox and Hinkley
 * 1974, 9.3).
 *
 * The same wrong label.  Where m >= 3 annotators err on an item, its wrong
 * labels are exchangeable among them: two agree with the chance
 * sum_k w_k (w_k - 1) / (m (m - 1)).  Where only the two err, their items are
 * exchangeable with the items of their gold class on which two others are alone
 * in error: a hypergeometric count.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "distribution.h"
#include "error_agreement.h"
#include "interrupts.h"
#include "pairs.h"
#include "rasch.h"

/* a pair that is expected to err together less often is not tested */
#define MIN_EXPECTED	5.0

/* items of a gold class on which exactly two err */
typedef struct Alone
{
	int64		n;
	int64		n_same;
	int64		n_pair;			/* of the pair at hand */
} Alone;

/* level and slope of either annotator */
#define NUISANCES	4

/* joint errors of a pair, and their covariance with what was estimated */
typedef struct JointScore
{
	double		expected;
	double		variance;
	double		c[NUISANCES];
	double		cross[NUISANCES - 1];	/* information between the two: of 1, z, z^2 */
} JointScore;

typedef struct Workspace
{
	const ErrorDesign *errors;
	Rasch	   *model;
	double	   *same_chance;	/* of each item, that two who err agree */
	Alone	   *alone;			/* of each gold class */
	int32	   *touched;		/* classes with n_pair > 0 */
	int			n_touched;
} Workspace;

#define ST_SORT sort_codes
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(x, y) (*(x) < *(y) ? -1 : *(x) > *(y))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* The share of agreeing pairs among sorted labels, at least two. */
static double
share_of_same(const int32 *code, int64 n)
{
	int64		same = 0;
	int64		run = 0;

	for (int64 k = 1; k < n; k++)
	{
		run = code[k] == code[k - 1] ? run + 1 : 0;
		same += run;
	}
	return (double) same / ((double) n * (double) (n - 1) / 2.0);
}

/* Find how often wrong labels agree, by item and alone by class. */
static void
count_same(Workspace *w)
{
	const ErrorDesign *e = w->errors;
	const Design *d = &e->design;
	int32	   *code = array_alloc(Max(d->n_annotators, 1), sizeof(int32), false);

	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		n = 0;

		CHECK_NOW_AND_THEN(i);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
			if (e->wrong[j] >= 0)
				code[n++] = e->wrong[j];
		w->same_chance[i] = 0.0;
		if (n < 2)
			continue;
		sort_codes(code, n);
		w->same_chance[i] = share_of_same(code, n);
		if (n == 2)
		{
			w->alone[e->class[i]].n++;
			w->alone[e->class[i]].n_same += code[0] == code[1];
		}
	}
	pfree(code);
}

/* Give the chance of a count this large or larger, by mean and variance. */
static double
upper_tail(int64 observed, double mean, double variance)
{
	return normal_tail(((double) observed - 0.5 - mean) / sqrt(variance));
}

/* Put together what is known of the two annotators. */
static void
pair_information(const JointScore *s, const RaschLine *a, const RaschLine *b,
				 double information[NUISANCES][NUISANCES])
{
	for (int k = 0; k < 2; k++)
		for (int l = 0; l < 2; l++)
		{
			information[k][l] = a->information[k + l];
			information[2 + k][2 + l] = b->information[k + l];
			information[k][2 + l] = information[2 + k][l] = s->cross[k + l];
		}
}

/*
 * Give c' I^-1 c by eliminating one parameter after the other; one without
 * information of its own explains nothing.
 */
static double
explained_variance(JointScore *s, const RaschLine *a, const RaschLine *b)
{
	double		information[NUISANCES][NUISANCES];
	double		scale[NUISANCES];	/* before any was used up */
	double		explained = 0.0;

	pair_information(s, a, b, information);
	for (int k = 0; k < NUISANCES; k++)
		scale[k] = information[k][k];
	for (int k = 0; k < NUISANCES; k++)
	{
		double		pivot = information[k][k];

		if (pivot <= 1e-9 * scale[k])
			continue;
		explained += s->c[k] * s->c[k] / pivot;
		for (int r = k + 1; r < NUISANCES; r++)
		{
			double		factor = information[r][k] / pivot;

			s->c[r] -= factor * s->c[k];
			for (int l = k; l < NUISANCES; l++)
				information[r][l] -= factor * information[k][l];
		}
	}
	return explained;
}

/* Add an item that both labeled. */
static void
add_to_score(JointScore *s, const Rasch *model, const PairItem *item)
{
	double		p_a = model->chance[item->code_a];
	double		p_b = model->chance[item->code_b];
	double		both = rasch_both(model, item->item,
								  item->code_a, item->code_b);
	double		z = model->difficulty[item->item];
	double		for_a = both * (1.0 - p_a);
	double		for_b = both * (1.0 - p_b);
	double		cross = both - p_a * p_b;

	s->expected += both;
	s->variance += both * (1.0 - both);
	s->c[0] += for_a;
	s->c[1] += for_a * z;
	s->c[2] += for_b;
	s->c[3] += for_b * z;
	s->cross[0] += cross;
	s->cross[1] += cross * z;
	s->cross[2] += cross * z * z;
}

/* Judge joint errors. */
static void
judge_joint(JointScore *s, const RaschLine *a, const RaschLine *b,
			Coincidence *joint)
{
	double		variance;

	joint->expected = s->expected;
	joint->reason = REASON_TOO_FEW;
	if (s->expected < MIN_EXPECTED)
		return;
	variance = s->variance - explained_variance(s, a, b);
	joint->reason = REASON_ZERO_VARIANCE;
	if (variance <= 1e-9 * s->expected)
		return;
	joint->reason = REASON_NONE;
	joint->has_p = true;
	joint->p_value = upper_tail(joint->observed, s->expected, variance);
}

/* Judge same wrong labels; adds what the items of two alone say. */
static void
judge_same(Workspace *w, ErrorPair *p, double variance)
{
	Coincidence *same = &p->same;

	for (int k = 0; k < w->n_touched; k++)
	{
		Alone	   *alone = &w->alone[w->touched[k]];
		double		share = (double) alone->n_same / (double) alone->n;
		double		n = (double) alone->n_pair;

		same->expected += n * share;
		if (alone->n > 1)
			variance += n * share * (1.0 - share) *
				((double) alone->n - n) / ((double) alone->n - 1.0);
		alone->n_pair = 0;
	}
	w->n_touched = 0;
	same->reason = REASON_TOO_FEW;
	if (same->expected < MIN_EXPECTED)
		return;
	same->reason = REASON_ZERO_VARIANCE;
	if (variance <= 1e-9 * same->expected)
		return;
	same->reason = REASON_NONE;
	same->has_p = true;
	same->p_value = upper_tail(same->observed, same->expected, variance);
}

/* Count an item on which both err. */
static void
count_joint(Workspace *w, ErrorPair *p, const PairItem *item, double *variance)
{
	const ErrorDesign *e = w->errors;
	double		chance = w->same_chance[item->item];

	p->joint.observed++;
	p->same.observed += e->wrong[item->code_a] == e->wrong[item->code_b];
	if (w->model->n_wrong[item->item] == 2)
	{
		Alone	   *alone = &w->alone[e->class[item->item]];

		if (alone->n_pair++ == 0)
			w->touched[w->n_touched++] = e->class[item->item];
		return;
	}
	p->same.expected += chance;
	*variance += chance * (1.0 - chance);
}

/* Find the figures of a pair, but for q values. */
static void
judge_pair(Workspace *w, const Pair *pair, ErrorPair *p)
{
	const ErrorDesign *e = w->errors;
	JointScore	score;
	double		same_variance = 0.0;

	memset(p, 0, sizeof(ErrorPair));
	p->a = pair->a;
	p->b = pair->b;
	p->n_items = pair->n;
	memset(&score, 0, sizeof(score));
	for (int64 k = 0; k < pair->n; k++)
	{
		const PairItem *item = &pair->item[k];

		CHECK_NOW_AND_THEN(k);
		/* where nobody errs, nothing is expected */
		if (w->model->n_wrong[item->item] == 0)
			continue;
		add_to_score(&score, w->model, item);
		if (e->wrong[item->code_a] >= 0 && e->wrong[item->code_b] >= 0)
			count_joint(w, p, item, &same_variance);
	}
	judge_joint(&score, &w->model->line[p->a], &w->model->line[p->b], &p->joint);
	judge_same(w, p, same_variance);
}

/* Which of the two counts of a pair. */
static inline Coincidence *
coincidence(ErrorPair *pair, bool same)
{
	return same ? &pair->same : &pair->joint;
}

/* Order coincidences by p value, ties by their place in memory. */
static int
compare_p(Coincidence *const *x, Coincidence *const *y)
{
	if ((*x)->p_value != (*y)->p_value)
		return (*x)->p_value < (*y)->p_value ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

typedef Coincidence *CoincidenceRef;

#define ST_SORT sort_by_p
#define ST_ELEMENT_TYPE CoincidenceRef
#define ST_COMPARE(x, y) compare_p(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Find the q values: of the k-th smallest p of m, the least p_j m / j, j >= k. */
static void
find_q_values(ErrorPair *pairs, int64 n, bool same)
{
	Coincidence **tested = array_alloc(Max(n, 1), sizeof(Coincidence *), false);
	int64		m = 0;
	double		q = 1.0;

	for (int64 k = 0; k < n; k++)
		if (coincidence(&pairs[k], same)->has_p)
			tested[m++] = coincidence(&pairs[k], same);
	sort_by_p(tested, m);
	for (int64 k = m; k > 0; k--)
	{
		q = Min(q, tested[k - 1]->p_value * (double) m / (double) k);
		tested[k - 1]->q_value = q;
	}
	pfree(tested);
}

/* Prepare what all pairs share. */
static void
prepare(Workspace *w, const ErrorDesign *errors)
{
	const Design *d = &errors->design;
	bool	   *wrong = array_alloc(Max(d->n_labels, 1), sizeof(bool), false);

	for (int64 j = 0; j < d->n_labels; j++)
		wrong[j] = errors->wrong[j] >= 0;
	w->errors = errors;
	w->model = rasch_fit(d, wrong);
	w->same_chance = array_alloc(Max(d->n_items, 1), sizeof(double), false);
	w->alone = array_alloc(Max(errors->n_classes, 1), sizeof(Alone), true);
	w->touched = array_alloc(Max(errors->n_classes, 1), sizeof(int32), false);
	w->n_touched = 0;
	count_same(w);
}

/*
 * Judge all pairs with a common item.  Most pairs of a large crowd have too few
 * for a test: they are left out where nobody asks for them.
 */
ErrorPair *
error_agreement(const ErrorDesign *errors, bool only_tested, int64 *n_pairs)
{
	Workspace	w;
	PairWalk   *walk;
	Pair		pair;
	int64		room = 1024;
	ErrorPair  *pairs = array_alloc(room, sizeof(ErrorPair), false);
	int64		n = 0;

	prepare(&w, errors);
	walk = pairs_begin(&errors->design);
	while (pairs_next(walk, &pair))
	{
		CHECK_FOR_INTERRUPTS();
		if (n == room)
			pairs = repalloc_huge(pairs, sizeof(ErrorPair) * (room *= 2));
		judge_pair(&w, &pair, &pairs[n]);
		if (!only_tested || pairs[n].same.has_p || pairs[n].joint.has_p)
			n++;
	}
	pairs_end(walk);
	find_q_values(pairs, n, false);
	find_q_values(pairs, n, true);
	*n_pairs = n;
	return pairs;
}
