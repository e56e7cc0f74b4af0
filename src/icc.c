/*
 * icc.c
 *		Intraclass correlations.
 *
 * Shrout and Fleiss 1979, "Intraclass correlations", Psychological Bulletin
 * 86:420; intervals by McGraw and Wong 1996, "Forming inferences about some
 * intraclass correlation coefficients", Psychological Methods 1:30, table 7
 * (for absolute agreement with Satterthwaite's degrees of freedom).  Those of a
 * mean of k labels follow from those of a single one by the formula of Spearman
 * and Brown.  With missing labels the one-way form takes k0 = (N - sum r_i^2 /
 * N) / (n - 1) for k; the two-way forms rest on the items that all labeled.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "miscadmin.h"

#include "array.h"
#include "distribution.h"
#include "icc.h"

/* what a sum of squares may be by rounding, as a part of the total one */
#define ROUNDING		1e-26

/* the fewest degrees of freedom whose quantiles are of any use */
#define MIN_DF			0.5

/* an analysis of variance */
typedef struct Anova
{
	int64		n_items;
	int64		n_dropped;
	int			n_annotators;	/* of two-way forms */
	double		k;				/* labels on an item, or k0 */
	double		df_items;
	double		df_error;
	double		ms_items;
	double		ms_annotators;	/* of two-way forms */
	double		ms_error;		/* one-way: within items */
} Anova;

static const struct
{
	const char *name;
	const char *other;			/* McGraw and Wong's name */
}			models[] =
{
	[ICC_1_1] = {"ICC(1,1)", "ICC(1)"},
	[ICC_2_1] = {"ICC(2,1)", "ICC(A,1)"},
	[ICC_3_1] = {"ICC(3,1)", "ICC(C,1)"},
	[ICC_1_K] = {"ICC(1,k)", "ICC(k)"},
	[ICC_2_K] = {"ICC(2,k)", "ICC(A,k)"},
	[ICC_3_K] = {"ICC(3,k)", "ICC(C,k)"}
};

/* Find a model by either of its names. */
bool
icc_model_from_name(const char *name, IccModel *model)
{
	for (int i = 0; i < (int) lengthof(models); i++)
		if (strcmp(name, models[i].name) == 0 ||
			strcmp(name, models[i].other) == 0)
		{
			*model = (IccModel) i;
			return true;
		}
	return false;
}

/* Name a model as Shrout and Fleiss do. */
const char *
icc_model_name(IccModel model)
{
	return models[model].name;
}

/* Give the model that is reported for a single label. */
static IccModel
single_form(IccModel model)
{
	return model >= ICC_1_K ? (IccModel) (model - ICC_1_K) : model;
}

/* Set a mean square, or 0 if its sum of squares is but rounding. */
static double
mean_square(double sum, double df, double scale)
{
	return sum <= ROUNDING * scale ? 0 : sum / df;
}

/* Give the mean of all labels, which the others are taken from. */
static double
grand_mean(const IccDesign *design)
{
	int64		n = design->start[design->n_items];
	double		sum = 0;

	for (int64 j = 0; j < n; j++)
	{
		CHECK_FOR_INTERRUPTS();
		sum += (design->value[j] - design->value[0]) / (double) n;
	}
	return design->value[0] + sum;
}

/* Give the mean of the labels on an item, from an origin. */
static double
item_mean(const IccDesign *design, int64 i, double origin)
{
	int64		size = design->start[i + 1] - design->start[i];
	double		sum = 0;

	for (int64 j = design->start[i]; j < design->start[i + 1]; j++)
		sum += design->value[j] - origin;
	return sum / (double) size;
}

/* Analyse labels by item; false if there is nothing to analyse. */
static bool
one_way_anova(const IccDesign *design, Anova *anova)
{
	double		n_labels = (double) design->start[design->n_items];
	double		origin = grand_mean(design);
	double		squares = 0;
	double		between = 0;
	double		within = 0;
	double		scale = 0;

	for (int64 i = 0; i < design->n_items; i++)
	{
		double		size = (double) (design->start[i + 1] - design->start[i]);
		double		mean;

		CHECK_FOR_INTERRUPTS();
		if (size == 0)
			continue;
		mean = item_mean(design, i, origin);
		anova->n_items++;
		squares += size * size;
		between += size * mean * mean;
		for (int64 j = design->start[i]; j < design->start[i + 1]; j++)
		{
			double		x = design->value[j] - origin;

			within += (x - mean) * (x - mean);
			scale += design->value[j] * design->value[j];
		}
	}
	anova->df_items = (double) anova->n_items - 1;
	anova->df_error = n_labels - (double) anova->n_items;
	if (anova->df_items <= 0 || anova->df_error <= 0)
		return false;
	anova->k = (n_labels - squares / n_labels) / anova->df_items;
	anova->ms_items = mean_square(between, anova->df_items, scale);
	anova->ms_error = mean_square(within, anova->df_error, scale);
	return true;
}

/* Tell whether all annotators labeled item i. */
static inline bool
item_is_complete(const IccDesign *design, int64 i)
{
	return design->start[i + 1] - design->start[i] == design->n_annotators;
}

/*
 * Count complete items, and average each annotator's labels on them from an
 * origin.
 */
static double *
annotator_means(const IccDesign *design, Anova *anova, double origin)
{
	double	   *mean = array_alloc(design->n_annotators, sizeof(double), true);

	for (int64 i = 0; i < design->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!item_is_complete(design, i))
		{
			anova->n_dropped++;
			continue;
		}
		anova->n_items++;
		for (int64 j = design->start[i]; j < design->start[i + 1]; j++)
			mean[design->annotator[j]] += design->value[j] - origin;
	}
	for (int g = 0; g < design->n_annotators; g++)
		mean[g] /= Max((double) anova->n_items, 1);
	return mean;
}

/* Add up the squares of a two-way analysis, from the annotators' means. */
static void
two_way_squares(const IccDesign *design, const double *mean, double origin,
				Anova *anova)
{
	double		k = anova->k;
	double		grand = 0;
	double		items = 0;
	double		annotators = 0;
	double		rest = 0;
	double		scale = 0;

	for (int g = 0; g < design->n_annotators; g++)
		grand += mean[g] / k;
	for (int64 i = 0; i < design->n_items; i++)
	{
		double		row;

		CHECK_FOR_INTERRUPTS();
		if (!item_is_complete(design, i))
			continue;
		row = item_mean(design, i, origin) - grand;
		items += k * row * row;
		for (int64 j = design->start[i]; j < design->start[i + 1]; j++)
		{
			double		residual = design->value[j] - origin - row -
				mean[design->annotator[j]];

			rest += residual * residual;
			scale += design->value[j] * design->value[j];
		}
	}
	for (int g = 0; g < design->n_annotators; g++)
		annotators += (double) anova->n_items * (mean[g] - grand) *
			(mean[g] - grand);
	anova->ms_items = mean_square(items, anova->df_items, scale);
	anova->ms_annotators = mean_square(annotators, k - 1, scale);
	anova->ms_error = mean_square(rest, anova->df_error, scale);
}

/* Analyse complete items by item and annotator; false if there is nothing. */
static bool
two_way_anova(const IccDesign *design, Anova *anova)
{
	double		origin = grand_mean(design);
	double	   *mean = annotator_means(design, anova, origin);

	anova->k = design->n_annotators;
	anova->df_items = (double) anova->n_items - 1;
	anova->df_error = anova->df_items * (anova->k - 1);
	if (anova->df_error > 0)
		two_way_squares(design, mean, origin, anova);
	pfree(mean);
	return anova->df_error > 0;
}

/*
 * Compute the correlation of single labels or of their mean.  False where no
 * variance is left to divide by, or less than none: a mean of k labels is then
 * estimated to vary less than by error alone.
 */
static bool
correlation(const Anova *a, IccModel model, double *icc)
{
	double		denominator = a->ms_items;

	if (model < ICC_1_K)
		denominator += (a->k - 1) * a->ms_error;
	if (single_form(model) == ICC_2_1)
		denominator += (model < ICC_1_K ? a->k : 1) *
			(a->ms_annotators - a->ms_error) / (double) a->n_items;
	if (denominator <= 0)
		return false;
	*icc = (a->ms_items - a->ms_error) / denominator;
	return true;
}

/*
 * Give the correlation of the mean of k labels from that of one; it falls
 * without bound as that of one nears -1 / (k - 1).
 */
static double
spearman_brown(double single, double k)
{
	double		denominator = 1 + (k - 1) * single;

	return denominator > 0 ? k * single / denominator : -HUGE_VAL;
}

/* Bound the correlation of single labels by the quantiles of F. */
static void
single_bounds(const Anova *a, double f, double p, double *lower,
			  double *upper)
{
	double		low = f / f_quantile(p, a->df_items, a->df_error);
	double		high = f * f_quantile(p, a->df_error, a->df_items);

	*lower = (low - 1) / (low + a->k - 1);
	*upper = (high - 1) / (high + a->k - 1);
}

/*
 * Bound the correlation of single labels where annotators' means count: the
 * error is then a mixture of two mean squares, whose degrees of freedom are
 * Satterthwaite's.
 */
static void
absolute_bounds(const Anova *a, double p, double *lower, double *upper)
{
	double		icc = 0;
	double		n = (double) a->n_items;
	double		k = a->k;
	double		other = k * a->ms_annotators + (k * n - k - n) * a->ms_error;
	double		from_annotators;
	double		from_error;
	double		df;
	double		low;
	double		high;

	correlation(a, ICC_2_1, &icc);
	from_annotators = a->ms_annotators * k * icc / (n * (1 - icc));
	from_error = a->ms_error * (1 + k * icc * (n - 1) / (n * (1 - icc)));
	df = (from_annotators + from_error) * (from_annotators + from_error) /
		(from_annotators * from_annotators / (k - 1) +
		 from_error * from_error / a->df_error);

	/* below 1 only for a negative icc, and then without a limit */
	df = Max(df, MIN_DF);
	low = f_quantile(p, a->df_items, df);
	high = f_quantile(p, df, a->df_items);
	*lower = n * (a->ms_items - low * a->ms_error) /
		(low * other + n * a->ms_items);
	*upper = n * (high * a->ms_items - a->ms_error) /
		(other + n * high * a->ms_items);
}

/* Test and bound a correlation; there is error variance to do it with. */
static void
add_error(const Anova *a, IccModel model, double confidence,
		  IccResult *result)
{
	IccModel	single = single_form(model);
	/* next to certainty the quantile would be infinite */
	double		p = Min((1 + confidence) / 2, 1 - DBL_EPSILON);

	result->has_error = true;
	result->f = a->ms_items / a->ms_error;
	result->df1 = a->df_items;
	result->df2 = a->df_error;
	result->p_value = f_tail(result->f, a->df_items, a->df_error);
	if (single == ICC_2_1)
		absolute_bounds(a, p, &result->lower, &result->upper);
	else
		single_bounds(a, result->f, p, &result->lower, &result->upper);
	if (single != model)
	{
		result->lower = spearman_brown(result->lower, a->k);
		result->upper = spearman_brown(result->upper, a->k);
	}
	else						/* cut as other bounds are */
		result->lower = Max(result->lower, Min(-1, result->icc));
	result->upper = Min(result->upper, 1);
	result->has_lower = !isinf(result->lower);
	result->has_upper = !isinf(result->upper);
	if (!result->has_lower || !result->has_upper)
		result->reason = REASON_TOO_FEW;
}

/* Say why there is no correlation, as far as the counts tell. */
static Reason
counts_reason(const IccDesign *design)
{
	if (design->n_items == 0 || design->start[design->n_items] == 0)
		return REASON_NO_ITEMS;
	if (design->n_annotators < 2)
		return REASON_ONE_ANNOTATOR;
	return REASON_NONE;
}

/* Say why there is no analysis of variance. */
static Reason
anova_reason(const Anova *anova, IccModel single)
{
	bool		no_pairs = single == ICC_1_1 ? anova->df_error <= 0 :
		anova->n_items == 0;

	return no_pairs ? REASON_NO_PAIRABLE_ITEMS : REASON_TOO_FEW;
}

/* Compute an intraclass correlation with its test and interval. */
void
icc_compute(const IccDesign *design, IccModel model, double confidence,
			IccResult *result)
{
	IccModel	single = single_form(model);
	Anova		anova = {0};
	bool		found;

	memset(result, 0, sizeof(IccResult));
	result->n_annotators = design->n_annotators;
	result->reason = counts_reason(design);
	if (result->reason != REASON_NONE)
		return;
	found = single == ICC_1_1 ? one_way_anova(design, &anova) :
		two_way_anova(design, &anova);
	result->n_items = anova.n_items;
	result->n_dropped = anova.n_dropped;
	if (!found)
	{
		result->reason = anova_reason(&anova, single);
		return;
	}

	result->defined = correlation(&anova, model, &result->icc);
	if (!result->defined)
		result->reason = REASON_NO_EXPECTED_DISAGREEMENT;
	else if (anova.ms_items > 0 && anova.ms_error > 0)
		add_error(&anova, model, confidence, result);
	else
		result->reason = REASON_ZERO_VARIANCE;
}
