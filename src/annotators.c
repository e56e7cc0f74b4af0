/*
 * annotators.c
 *		How each annotator agrees with the others.
 *
 * Mean agreement weighs the pairs of an annotator by the items that they
 * share, mean kappa is the plain mean over the pairs that have one.  Alpha
 * (Krippendorff 2011) without an annotator comes from the sums of the whole:
 * only the items that the annotator labeled change.  One that had two labels is
 * no longer pairable, and its other label leaves the margins too.
 */
#include "postgres.h"

#include "annotators.h"
#include "array.h"
#include "miscadmin.h"
#include "pair_table.h"
#include "tally.h"

typedef struct AlphaSums
{
	const Design *design;
	Scale	   *level;			/* NULL: nominal */
	bool		ordinal;		/* distances move with the margins */
	double		observed;		/* over pairable items */
	int64		n_pairable;
	int64		n_labels;		/* of pairable items */
	int			n_used;			/* categories */
	double	   *margin;
	double		squares;		/* of the margins */
	/* for each annotator, what goes when they go */
	double	   *observed_lost;
	int64	   *pairable_lost;
	int64	   *codes_lost;		/* number of labels, */
	int64	   *end;			/* their end, */
	int32	   *code;			/* and their categories */
	CategoryTally tally;
	double	   *apart;			/* scratch, by category */
	double	   *votes;
	double	   *applied;
} AlphaSums;

/* Sum the pairs of each annotator. */
static void
average_pairs(const Design *design, const Scale *weights,
			  AnnotatorFigures *figures)
{
	int64	   *shared = array_alloc(design->n_annotators, sizeof(int64), true);
	int64	   *kappas = array_alloc(design->n_annotators, sizeof(int64), true);
	PairTable  *table = pair_table_create(design->q);
	PairWalk   *walk = pairs_begin(design);
	Pair		pair;

	while (pairs_next(walk, &pair))
	{
		int32		both[] = {pair.a, pair.b};
		double		agreement;
		Estimate	kappa;

		pair_estimate(table, &pair, weights, &agreement, &kappa);
		for (int i = 0; i < 2; i++)
		{
			AnnotatorFigures *to = &figures[both[i]];

			to->n_pairs++;
			shared[both[i]] += pair.n;
			to->mean_agreement += agreement * (double) pair.n;
			if (!kappa.defined)
				continue;
			kappas[both[i]]++;
			to->mean_kappa += kappa.value;
		}
	}
	pairs_end(walk);
	pair_table_free(table);
	for (int g = 0; g < design->n_annotators; g++)
	{
		figures[g].has_agreement = shared[g] > 0;
		figures[g].has_kappa = kappas[g] > 0;
		if (shared[g] > 0)
			figures[g].mean_agreement /= (double) shared[g];
		if (kappas[g] > 0)
			figures[g].mean_kappa /= (double) kappas[g];
	}
	pfree(shared);
	pfree(kappas);
}

/* Find how far each category of the tally is from all its votes. */
static void
find_apart(AlphaSums *sums, int64 size)
{
	const CategoryTally *tally = &sums->tally;

	if (scale_is_nominal(sums->level))
	{
		for (int u = 0; u < tally->n_used; u++)
			sums->apart[tally->used[u]] =
				(double) (size - tally->votes[tally->used[u]]);
		return;
	}
	for (int u = 0; u < tally->n_used; u++)
		sums->votes[u] = (double) tally->votes[tally->used[u]];
	sparse_apply(sums->level, tally->n_used, tally->used, sums->votes,
				 tally->n_used, tally->used, sums->applied);
	for (int u = 0; u < tally->n_used; u++)
		sums->apart[tally->used[u]] = sums->applied[u];
}

/* Add a pairable item to the sums, and to what its annotators take away. */
static void
add_item(AlphaSums *sums, int64 item)
{
	const Design *d = sums->design;
	int64		size = d->start[item + 1] - d->start[item];
	double		within;

	sums->n_pairable++;
	sums->n_labels += size;
	for (int64 l = d->start[item]; l < d->start[item + 1]; l++)
	{
		sums->n_used += sums->margin[d->code[l]]++ == 0;
		sums->codes_lost[d->annotator[l]] += size == 2 ? 2 : 1;
		sums->pairable_lost[d->annotator[l]] += size == 2;
	}
	if (sums->ordinal)
		return;
	item_tally(d, item, &sums->tally);
	within = tally_disagreement(&sums->tally, sums->level);
	find_apart(sums, size);
	tally_clear(&sums->tally);
	sums->observed += within / (double) (size - 1);
	for (int64 l = d->start[item]; l < d->start[item + 1]; l++)
	{
		double		left = within - 2 * sums->apart[d->code[l]];

		sums->observed_lost[d->annotator[l]] += within / (double) (size - 1) -
			(size > 2 ? left / (double) (size - 2) : 0);
	}
}

/* List the labels that leave the margins with each annotator. */
static void
list_codes(AlphaSums *sums)
{
	const Design *d = sums->design;
	int64		total = 0;

	for (int g = 0; g < d->n_annotators; g++)
	{
		sums->end[g] = total;
		total += sums->codes_lost[g];
	}
	sums->code = array_alloc(total, sizeof(int32), true);
	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		start = d->start[i];
		int64		size = d->start[i + 1] - start;

		CHECK_FOR_INTERRUPTS();
		for (int64 l = start; size >= 2 && l < start + size; l++)
		{
			int32		g = d->annotator[l];

			sums->code[sums->end[g]++] = d->code[l];
			if (size == 2)
				sums->code[sums->end[g]++] = d->code[2 * start + 1 - l];
		}
	}
}

/* Sum the observed disagreement at the present distances, without g. */
static double
observed_anew(AlphaSums *sums, int32 g)
{
	const Design *d = sums->design;
	double		observed = 0;

	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		size = 0;

		CHECK_FOR_INTERRUPTS();
		for (int64 l = d->start[i]; l < d->start[i + 1]; l++)
		{
			if (d->annotator[l] == g)
				continue;
			tally_vote(&sums->tally, d->code[l], 1);
			size++;
		}
		if (size >= 2)
			observed += tally_disagreement(&sums->tally, sums->level) /
				(double) (size - 1);
		tally_clear(&sums->tally);
	}
	return observed;
}

/*
 * Take the labels of annotator g out of the margins, find both disagreements
 * without them, and put them back.
 */
static void
disagreement_without(AlphaSums *sums, int32 g, double n_labels, int *n_used,
					 double *observed, double *expected)
{
	bool		nominal = scale_is_nominal(sums->level);
	double		squares = sums->squares;

	for (int64 c = sums->end[g] - sums->codes_lost[g]; c < sums->end[g]; c++)
	{
		double	   *margin = &sums->margin[sums->code[c]];

		squares -= 2 * *margin - 1;
		*margin -= 1;
		*n_used -= *margin == 0;
	}
	*observed = Max(0, sums->observed - sums->observed_lost[g]);
	if (sums->ordinal)
	{
		scale_set_margins(sums->level, sums->margin);
		*observed = observed_anew(sums, g);
	}
	*expected = nominal ? n_labels * n_labels - squares :
		scale_quadratic(sums->level, sums->margin);
	for (int64 c = sums->end[g] - sums->codes_lost[g]; c < sums->end[g]; c++)
		sums->margin[sums->code[c]] += 1;
}

/* Estimate alpha without annotator g. */
static void
alpha_without(AlphaSums *sums, int32 g, Estimate *result)
{
	double		n = (double) (sums->n_labels - sums->codes_lost[g]);
	int			n_used = sums->n_used;
	double		observed;
	double		expected;

	memset(result, 0, sizeof(Estimate));
	if (sums->design->n_annotators <= 2)
		result->reason = REASON_ONE_ANNOTATOR;
	else if (sums->n_pairable == sums->pairable_lost[g])
		result->reason = REASON_NO_PAIRABLE_ITEMS;
	if (result->reason != REASON_NONE)
		return;
	disagreement_without(sums, g, n, &n_used, &observed, &expected);
	if (n_used < 2)
		result->reason = REASON_ONE_CATEGORY;
	else if (expected <= 0)
		result->reason = REASON_NO_EXPECTED_DISAGREEMENT;
	if (result->reason != REASON_NONE)
		return;
	result->observed = observed / n;
	result->expected = expected / n / (n - 1);
	result->value = 1 - result->observed / result->expected;
	result->defined = true;
}

/* Collect the sums of alpha. */
static void
alpha_begin(AlphaSums *sums, const Design *design, Scale *level)
{
	int			n = design->n_annotators;

	memset(sums, 0, sizeof(AlphaSums));
	sums->design = design;
	sums->level = level;
	sums->ordinal = level != NULL && level->kind == LEVEL_ORDINAL;
	sums->margin = array_alloc(design->q, sizeof(double), true);
	sums->apart = array_alloc(design->q, sizeof(double), true);
	sums->votes = array_alloc(design->q, sizeof(double), true);
	sums->applied = array_alloc(design->q, sizeof(double), true);
	sums->observed_lost = array_alloc(n, sizeof(double), true);
	sums->pairable_lost = array_alloc(n, sizeof(int64), true);
	sums->codes_lost = array_alloc(n, sizeof(int64), true);
	sums->end = array_alloc(n, sizeof(int64), true);
	tally_init(&sums->tally, design->q);
	for (int64 i = 0; i < design->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (design->start[i + 1] - design->start[i] >= 2)
			add_item(sums, i);
	}
	for (int k = 0; k < design->q; k++)
		sums->squares += sums->margin[k] * sums->margin[k];
	list_codes(sums);
}

/* Free what alpha_begin has allocated. */
static void
alpha_end(AlphaSums *sums)
{
	void	   *parts[] = {sums->margin, sums->apart, sums->votes,
		sums->applied, sums->observed_lost, sums->pairable_lost,
	sums->codes_lost, sums->end, sums->code};

	for (int i = 0; i < (int) lengthof(parts); i++)
		pfree(parts[i]);
	tally_free(&sums->tally);
}

/* Compute the figures of all annotators. */
void
annotator_figures(const Design *design, const Scale *weights, Scale *level,
				  AnnotatorFigures *figures)
{
	AlphaSums	sums;

	memset(figures, 0,
		   sizeof(AnnotatorFigures) * (Size) design->n_annotators);
	for (int64 i = 0; i < design->n_items; i++)
	{
		bool		shared = design->start[i + 1] - design->start[i] >= 2;

		CHECK_FOR_INTERRUPTS();
		for (int64 l = design->start[i]; l < design->start[i + 1]; l++)
		{
			figures[design->annotator[l]].n_labels++;
			figures[design->annotator[l]].n_items += shared;
		}
	}
	average_pairs(design, weights, figures);
	alpha_begin(&sums, design, level);
	for (int g = 0; g < design->n_annotators; g++)
	{
		CHECK_FOR_INTERRUPTS();
		alpha_without(&sums, g, &figures[g].alpha_without);
	}
	/* the caller's distances are those of all the data */
	if (sums.ordinal)
		scale_set_margins(level, sums.margin);
	alpha_end(&sums);
}
