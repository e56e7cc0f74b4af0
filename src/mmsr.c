/*
 * mmsr.c
 *		Skills by robust completion of a rank-one matrix (M-MSR).
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "interrupts.h"
#include "mmsr.h"
#include "model_summary.h"
#include "pairs.h"

#define ST_SORT sort_ratios
#define ST_ELEMENT_TYPE double
#define ST_COMPARE(a, b) (*(a) < *(b) ? -1 : *(a) > *(b))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* the most pairs of annotators who share items: some 2 GB */
#define MOST_PAIRS		50000000

/* a ratio to something smaller says nothing */
#define SMALLEST		1e-12

/* what an annotator without partners weighs, where nobody has any */
#define LONE_SKILL		0.5

/* the matrix C, symmetric and sparse: entries of j at start[j] .. */
typedef struct Agreements
{
	int			n;
	int64	   *start;
	int32	   *other;
	double	   *value;
	double	   *ratio;			/* scratch for the longest row */
} Agreements;

/* an entry above the diagonal */
typedef struct Entry
{
	int32		a;
	int32		b;
	double		value;
} Entry;

/* Find C_ab of all pairs who share items. */
static Entry *
collect_entries(const Design *design, int64 *n_entries)
{
	int64		room = 1024;
	Entry	   *entry = array_alloc(room, sizeof(Entry), false);
	PairWalk   *walk = pairs_begin(design);
	double		others = design->q - 1;
	Pair		pair;

	*n_entries = 0;
	while (pairs_next(walk, &pair))
	{
		int64		agree = 0;

		for (int64 i = 0; i < pair.n; i++)
			agree += pair.item[i].code_a == pair.item[i].code_b;
		if (*n_entries == MOST_PAIRS)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("mmsr for more than %d pairs of annotators who share items",
							MOST_PAIRS),
					 errhint("Other models, such as one_coin, do not look at pairs.")));
		if (*n_entries == room)
		{
			room *= 2;
			entry = repalloc_huge(entry, sizeof(Entry) * room);
		}
		entry[(*n_entries)++] = (Entry)
		{
			pair.a, pair.b,
			((double) design->q * agree / pair.n - 1.0) / others
		};
	}
	pairs_end(walk);
	return entry;
}

/* Build the matrix, both halves, by rising row and column. */
static void
agreements_init(Agreements *c, const Design *design)
{
	int64		n_entries;
	Entry	   *entry = collect_entries(design, &n_entries);
	int64	   *next;
	int64		longest = 0;

	c->n = design->n_annotators;
	c->start = array_alloc((int64) c->n + 1, sizeof(int64), true);
	c->other = array_alloc(2 * n_entries, sizeof(int32), false);
	c->value = array_alloc(2 * n_entries, sizeof(double), false);
	for (int64 e = 0; e < n_entries; e++)
	{
		c->start[entry[e].a + 1]++;
		c->start[entry[e].b + 1]++;
	}
	for (int j = 0; j < c->n; j++)
	{
		longest = Max(longest, c->start[j + 1]);
		c->start[j + 1] += c->start[j];
	}
	next = array_alloc(c->n, sizeof(int64), false);
	memcpy(next, c->start, sizeof(int64) * c->n);
	for (int64 e = 0; e < n_entries; e++)
	{
		int64		at = next[entry[e].a]++;

		c->other[at] = entry[e].b;
		c->value[at] = entry[e].value;
		at = next[entry[e].b]++;
		c->other[at] = entry[e].a;
		c->value[at] = entry[e].value;
	}
	c->ratio = array_alloc(longest, sizeof(double), false);
	pfree(next);
	pfree(entry);
}

/* How many extreme ratios are left out on either side: half the least row. */
static int64
extremes_left_out(const Agreements *c)
{
	int64		least = PG_INT64_MAX;

	for (int j = 0; j < c->n; j++)
		if (c->start[j + 1] > c->start[j])
			least = Min(least, c->start[j + 1] - c->start[j]);
	return least == PG_INT64_MAX ? 0 : Max(least / 2 - 1, 0);
}

/*
 * Average the ratios of row j to the other factor, without those that are
 * extreme beside what it is at present.
 */
static double
trimmed_ratio(const Agreements *c, int j, const double *factor,
			  double present, int64 n_extremes)
{
	int64		n = 0;
	int64		low = 0;
	int64		high;
	double		sum = 0.0;

	for (int64 e = c->start[j]; e < c->start[j + 1]; e++)
		if (factor[c->other[e]] > SMALLEST)
			c->ratio[n++] = fabs(c->value[e]) / factor[c->other[e]];
	sort_ratios(c->ratio, n);
	while (low < n && low < n_extremes && c->ratio[low] < present)
		low++;
	high = n;
	while (high > low && n - high < n_extremes && c->ratio[high - 1] > present)
		high--;
	for (int64 r = low; r < high; r++)
		sum += c->ratio[r];
	return high > low ? sum / (high - low) : present;
}

/* Move one factor, given the other; return the greatest change. */
static double
complete_step(const Agreements *c, double *factor, const double *other,
			  int64 n_extremes)
{
	double		change = 0.0;

	for (int j = 0; j < c->n; j++)
	{
		double		value;

		CHECK_FOR_INTERRUPTS();
		value = trimmed_ratio(c, j, other, factor[j], n_extremes);
		change = fmax(change, fabs(value - factor[j]));
		factor[j] = value;
	}
	return change;
}

/* Find who gains most by the other sign; -1: nobody gains. */
static int
worst_sign(const Agreements *c, const double *s, const double *pull)
{
	int			worst = -1;
	double		least = 0.0;

	for (int j = 0; j < c->n; j++)
	{
		double		fit = s[j] * pull[j];

		if (fit < least - SMALLEST * (c->start[j + 1] - c->start[j]))
		{
			least = fit;
			worst = j;
		}
	}
	return worst;
}

/* Climb to signs that agree with C, the greatest gain first. */
static void
find_signs(const Agreements *c, double *s)
{
	double	   *pull = array_alloc(c->n, sizeof(double), true);
	double		sum = 0.0;
	int			worst;

	for (int j = 0; j < c->n; j++)
		for (int64 e = c->start[j]; e < c->start[j + 1]; e++)
			pull[j] += c->value[e] * s[c->other[e]];
	while ((worst = worst_sign(c, s, pull)) >= 0)
	{
		CHECK_FOR_INTERRUPTS();
		s[worst] = -s[worst];
		for (int64 e = c->start[worst]; e < c->start[worst + 1]; e++)
			pull[c->other[e]] += 2.0 * c->value[e] * s[worst];
	}
	for (int j = 0; j < c->n; j++)
		sum += s[j];
	for (int j = 0; j < c->n && sum < 0.0; j++)
		s[j] = -s[j];
	pfree(pull);
}

/*
 * Turn s into the chance of a right label.  Annotators without partners, and
 * those whom the model does not know, are like the mean of the others.
 */
static void
skills_from_factors(ConsensusModel *m, const Agreements *c)
{
	double		margin = 1.0 / sqrt((double) Max(m->n_items, 1));
	double		lower = fmin(margin - 1.0 / (m->q - 1), 0.0);
	double		upper = fmax(1.0 - margin, 0.0);
	double		sum = 0.0;
	int			known = 0;

	for (int j = 0; j < m->n_annotators; j++)
	{
		if (c->start[j + 1] == c->start[j])
			continue;
		m->parameter[j] = fmin(fmax(m->parameter[j], lower), upper);
		sum += m->parameter[j];
		known++;
	}
	sum = known > 0 ? sum / known : LONE_SKILL;
	for (int j = 0; j <= m->n_annotators; j++)
	{
		if (j == m->n_annotators || c->start[j + 1] == c->start[j])
			m->parameter[j] = sum;
		m->parameter[j] = (1.0 + (m->q - 1) * m->parameter[j]) / m->q;
	}
}

/* What can be said once the skills are there. */
static void
describe(ConsensusModel *m, const ModelData *data)
{
	summarise_classes(m, data);
	for (int j = 0; j < m->n_annotators; j++)
	{
		CHECK_FOR_INTERRUPTS();
		m->informativeness[j] = own_label_information(m, j);
	}
}

/* Complete the matrix of agreements and read the skills off it. */
ConsensusModel *
mmsr_fit(const ModelData *data, const FitOptions *options)
{
	ConsensusModel *m = model_create(MODEL_MMSR, data);
	double	   *u = m->parameter;
	double	   *v;
	int64		n_extremes;
	Agreements	c;

	if (m->q < 2)
	{
		for (int j = 0; j <= m->n_annotators; j++)
			m->parameter[j] = 1.0;
		m->converged = true;
		describe(m, data);
		return m;
	}
	agreements_init(&c, &data->design);
	n_extremes = extremes_left_out(&c);
	v = array_alloc(m->n_annotators, sizeof(double), false);
	for (int j = 0; j < m->n_annotators; j++)
		u[j] = v[j] = 1.0;
	m->converged = false;
	for (m->iterations = 0;
		 m->iterations < options->max_iterations && !m->converged;)
	{
		double		change;

		CHECK_FOR_INTERRUPTS();
		m->iterations++;
		change = complete_step(&c, u, v, n_extremes);
		change = fmax(change, complete_step(&c, v, u, n_extremes));
		m->converged = change <= options->tolerance;
	}
	for (int j = 0; j < m->n_annotators; j++)
		u[j] = sqrt(u[j] * v[j]);
	find_signs(&c, u);
	skills_from_factors(m, &c);
	describe(m, data);
	return m;
}

/* What a label of an annotator with this chance of a right one weighs. */
static double
log_odds(const ConsensusModel *m, int annotator)
{
	double		p = m->parameter[annotator];

	return log((m->q - 1) * p / (1.0 - p));
}

/* Score the classes by the sum of log odds of those who voted for them. */
static void
mmsr_score_item(const ConsensusModel *m, int64 n, const int32 *annotator,
				const int32 *code, double *score)
{
	memset(score, 0, sizeof(double) * m->q);
	if (m->q > 1)
		for (int64 l = 0; l < n; l++)
			score[code[l]] += log_odds(m, annotator[l]);
}

/* The chance of a right label. */
static double
mmsr_skill(const ConsensusModel *m, int annotator)
{
	return m->parameter[annotator];
}

/* The chance of a label, errors evenly spread. */
static double
mmsr_chance(const ConsensusModel *m, int annotator, int class, int label)
{
	double		p = m->parameter[annotator];

	if (class == label)
		return p;
	return (1.0 - p) / (m->q - 1);
}

/* Is every chance inside (0, 1), or 1 where there is nothing to err with? */
static bool
mmsr_valid(const ConsensusModel *m)
{
	for (int j = 0; j <= m->n_annotators; j++)
	{
		double		p = m->parameter[j];

		if (!(p > 0.0 && (p < 1.0 || (m->q < 2 && p == 1.0))))
			return false;
	}
	return true;
}

const ModelRoutine mmsr_routine = {
	.name = "mmsr",
	.width = 1,
	.valid = mmsr_valid,
	.score_item = mmsr_score_item,
	.skill = mmsr_skill,
	.chance = mmsr_chance
};
