/*
 * crowdlab.c
 *		CROWDLAB: a classifier's probabilities as one more voice beside those of
 *		the annotators.
 *
 * Goh, Tkachenko and Mueller, CROWDLAB: Supervised learning to infer consensus
 * labels and quality scores for data with multiple annotators (2022), arXiv
 * 2210.06812, section 3; Goh and Mueller, ActiveLab: Active learning with
 * re-labeling by multiple annotators (2023), arXiv 2301.11856, section 3.
 *
 * How likely class k is right for item i is the mean of what the model and each
 * annotator j who labeled i say, with weights w_M and w_j.  An annotator says P
 * of the class that they chose and (1 - P) / (K - 1) of the others.  With I+
 * the items that have two labels or more:
 *
 *	P	 mean over I+ of the share of labels that are the consensus
 *	s_j	 share of the others' labels, on the items of j, that are as those of j
 *	A_M	 share of I+ where the model's likeliest class is the consensus
 *	A	 share of I+ that has the most frequent consensus
 *	w_j	 = 1 - (1 - s_j) / (1 - A)
 *	w_M	 = (1 - (1 - A_M) / (1 - A)) times the root of the mean labels an item
 *
 * This is done twice: first with majority votes for the consensus, then with
 * the classes that came out likeliest.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "crowdlab.h"
#include "miscadmin.h"

/* probabilities that differ by less are a tie, broken by the vote */
#define TIE 1e-12

/* a class of probability 0 may be the right one when powers are taken */
#define LEAST_PROBABILITY 1e-6

/* the range of powers, and how close to the best to come */
#define LEAST_POWER 0.01
#define MOST_POWER	100.0
#define POWER_STEPS 60

#define ItemLabels(d, i) ((d)->start[(i) + 1] - (d)->start[i])

/* The probabilities of one item's classes, adding up to 1. */
void
class_probabilities(const ClassProbabilities *model, int64 item, double *row)
{
	double		sum = 0;

	memset(row, 0, sizeof(double) * model->n_classes);
	for (int64 j = model->start[item]; j < model->start[item + 1]; j++)
		row[model->code[j]] = model->probability[j];
	for (int k = 0; k < model->n_classes; k++)
	{
		if (model->power != 1)
			row[k] = pow(Max(row[k], LEAST_PROBABILITY), model->power);
		sum += row[k];
	}
	for (int k = 0; k < model->n_classes; k++)
		row[k] /= sum;
}

/* The class of the greatest value; the first of several. */
static int32
greatest(const double *row, int n)
{
	int32		best = 0;

	for (int32 k = 1; k < n; k++)
		if (row[k] > row[best])
			best = k;
	return best;
}

/* Count the labels of an item, or with by -1 take the counts back. */
static void
count_labels(const Design *d, int64 item, int64 *count, int by)
{
	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		count[d->code[j]] += by;
}

/*
 * The majority vote on an item: of labels with equally many votes the one that
 * the model thinks likelier, then the one that is rarer among all labels, then
 * the first.
 */
static int32
majority_vote(const Design *d, int64 item, const int64 *votes,
			  const double *row, const int64 *frequency)
{
	int32		best = d->code[d->start[item]];

	for (int64 j = d->start[item] + 1; j < d->start[item + 1]; j++)
	{
		int32		k = d->code[j];
		bool		better;

		if (votes[k] != votes[best])
			better = votes[k] > votes[best];
		else if (row[k] != row[best])
			better = row[k] > row[best];
		else if (frequency[k] != frequency[best])
			better = frequency[k] < frequency[best];
		else
			better = k < best;
		if (better)
			best = k;
	}
	return best;
}

/* Find the majority vote on each item. */
static void
majority_votes(const CrowdlabData *data, int32 *majority)
{
	const Design *d = data->design;
	int			n_classes = data->model->n_classes;
	double	   *row = array_alloc(n_classes, sizeof(double), false);
	int64	   *votes = array_alloc(n_classes, sizeof(int64), true);
	int64	   *frequency = array_alloc(n_classes, sizeof(int64), true);

	for (int64 j = 0; j < d->n_labels; j++)
		frequency[d->code[j]]++;
	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		class_probabilities(data->model, data->model_item[i], row);
		count_labels(d, i, votes, 1);
		majority[i] = majority_vote(d, i, votes, row, frequency);
		count_labels(d, i, votes, -1);
	}
	pfree(frequency);
	pfree(votes);
	pfree(row);
}

/* What share of the others' labels are as those of each annotator: s_j. */
static void
peer_agreement(const Design *d, int n_classes, double *agreement)
{
	int64	   *votes = array_alloc(n_classes, sizeof(int64), true);
	int64	   *same = array_alloc(Max(d->n_annotators, 1), sizeof(int64), true);
	int64	   *all = array_alloc(Max(d->n_annotators, 1), sizeof(int64), true);
	double		sum_same = 0;
	double		sum_all = 0;

	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		count_labels(d, i, votes, 1);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
		{
			same[d->annotator[j]] += votes[d->code[j]] - 1;
			all[d->annotator[j]] += ItemLabels(d, i) - 1;
		}
		count_labels(d, i, votes, -1);
	}
	for (int a = 0; a < d->n_annotators; a++)
	{
		sum_same += (double) same[a];
		sum_all += (double) all[a];
	}
	/* who shares no item with anybody counts as the crowd */
	for (int a = 0; a < d->n_annotators; a++)
		agreement[a] = all[a] > 0 ? (double) same[a] / (double) all[a] :
			sum_same / sum_all;
	pfree(all);
	pfree(same);
	pfree(votes);
}

/* The weight of a voice of that accuracy, where a guess has the other. */
static double
voice_weight(double accuracy, double baseline)
{
	if (baseline >= 1)
		return CROWDLAB_LEAST_WEIGHT;
	return Max(1 - (1 - accuracy) / (1 - baseline), CROWDLAB_LEAST_WEIGHT);
}

/* Work out P and the weights, given what the consensus is; I+ has an item. */
static void
learn_weights(const CrowdlabData *data, const double *agreement,
			  const int32 *consensus, CrowdlabFit *fit)
{
	const Design *d = data->design;
	int			n_classes = data->model->n_classes;
	double	   *row = array_alloc(n_classes, sizeof(double), false);
	double	   *frequency = array_alloc(n_classes, sizeof(double), true);
	double		shares = 0;
	double		hits = 0;
	double		n = 0;
	double		baseline;

	for (int64 i = 0; i < d->n_items; i++)
	{
		int64		same = 0;

		CHECK_FOR_INTERRUPTS();
		if (ItemLabels(d, i) < 2)
			continue;
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
			same += d->code[j] == consensus[i];
		shares += (double) same / (double) ItemLabels(d, i);
		class_probabilities(data->model, data->model_item[i], row);
		hits += greatest(row, n_classes) == consensus[i];
		frequency[consensus[i]]++;
		n++;
	}
	baseline = frequency[greatest(frequency, n_classes)] / n;
	fit->likelihood = shares / n;
	fit->model_weight = voice_weight(hits / n, baseline) *
		sqrt((double) d->n_labels / (double) d->n_items);
	for (int a = 0; a < d->n_annotators; a++)
		fit->weight[a] = voice_weight(agreement[a], baseline);
	pfree(frequency);
	pfree(row);
}

/*
 * Turn the model's probabilities of an item into those of all voices; extra is
 * the weight of one more voice, for which all classes are alike.
 */
static void
mix_voices(const CrowdlabData *data, const CrowdlabFit *fit, int64 item,
		   double extra, double *row)
{
	const Design *d = data->design;
	int			n_classes = data->model->n_classes;
	double		miss = n_classes == 1 ? 0 :
		(1 - fit->likelihood) / (n_classes - 1);
	double		total = fit->model_weight + extra;
	double		base = extra / n_classes;

	for (int k = 0; k < n_classes; k++)
		row[k] *= fit->model_weight;
	if (item >= 0)
		for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		{
			double		w = fit->weight[d->annotator[j]];

			total += w;
			base += w * miss;
			row[d->code[j]] += w * (fit->likelihood - miss);
		}
	for (int k = 0; k < n_classes; k++)
		row[k] = (row[k] + base) / total;
}

/* The likeliest class; of several the one that is preferred, or the first. */
static int32
likeliest(const double *row, int n, int32 preferred)
{
	int32		best = greatest(row, n);

	if (row[preferred] >= row[best] - TIE)
		return preferred;
	for (int32 k = 0; k < best; k++)
		if (row[k] >= row[best] - TIE)
			return k;
	return best;
}

/* Take the likeliest class of each item for its consensus. */
static void
choose_consensus(const CrowdlabData *data, CrowdlabFit *fit)
{
	int			n_classes = data->model->n_classes;
	double	   *row = array_alloc(n_classes, sizeof(double), false);

	for (int64 i = 0; i < data->design->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		class_probabilities(data->model, data->model_item[i], row);
		mix_voices(data, fit, i, 0, row);
		fit->consensus[i] = likeliest(row, n_classes, fit->majority[i]);
	}
	pfree(row);
}

/* Say of each consensus and of each label how likely it is right. */
static void
rate_labels(const CrowdlabData *data, CrowdlabFit *fit)
{
	const Design *d = data->design;
	double	   *row = array_alloc(data->model->n_classes, sizeof(double), false);

	for (int64 i = 0; i < d->n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		class_probabilities(data->model, data->model_item[i], row);
		mix_voices(data, fit, i, 0, row);
		fit->quality[i] = Min(row[fit->consensus[i]], 1);
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
			fit->label_quality[j] = Min(row[d->code[j]], 1);
	}
	pfree(row);
}

/* Fit the ensemble of model and annotators. */
void
crowdlab_fit(const CrowdlabData *data, CrowdlabFit *fit)
{
	const Design *d = data->design;
	double	   *agreement = array_alloc(Max(d->n_annotators, 1),
										sizeof(double), false);
	bool		pairable = false;

	fit->majority = array_alloc(Max(d->n_items, 1), sizeof(int32), false);
	fit->consensus = array_alloc(Max(d->n_items, 1), sizeof(int32), false);
	fit->quality = array_alloc(Max(d->n_items, 1), sizeof(double), false);
	fit->label_quality = array_alloc(Max(d->n_labels, 1), sizeof(double), false);
	fit->weight = array_alloc(Max(d->n_annotators, 1), sizeof(double), false);
	majority_votes(data, fit->majority);
	for (int64 i = 0; i < d->n_items && !pairable; i++)
		pairable = ItemLabels(d, i) > 1;
	fit->reason = d->n_items == 0 ? REASON_NO_ITEMS :
		d->n_annotators == 1 ? REASON_ONE_ANNOTATOR :
		pairable ? REASON_NONE : REASON_NO_PAIRABLE_ITEMS;
	if (fit->reason != REASON_NONE)
		return;
	peer_agreement(d, data->model->n_classes, agreement);
	learn_weights(data, agreement, fit->majority, fit);
	choose_consensus(data, fit);
	learn_weights(data, agreement, fit->consensus, fit);
	rate_labels(data, fit);
	pfree(agreement);
}

/* Put the labels in order of their annotators; start has one entry more. */
static int64 *
labels_by_annotator(const Design *d, int64 *start)
{
	int64	   *order = array_alloc(Max(d->n_labels, 1), sizeof(int64), false);
	int64	   *next = array_alloc(d->n_annotators + 1, sizeof(int64), true);

	for (int64 j = 0; j < d->n_labels; j++)
		next[d->annotator[j] + 1]++;
	for (int a = 0; a < d->n_annotators; a++)
		next[a + 1] += next[a];
	memcpy(start, next, sizeof(int64) * (d->n_annotators + 1));
	for (int64 j = 0; j < d->n_labels; j++)
		order[next[d->annotator[j]]++] = j;
	pfree(next);
	return order;
}

/* The item of each label. */
static int64 *
items_of_labels(const Design *d)
{
	int64	   *item = array_alloc(Max(d->n_labels, 1), sizeof(int64), false);

	for (int64 i = 0; i < d->n_items; i++)
		for (int64 j = d->start[i]; j < d->start[i + 1]; j++)
			item[j] = i;
	return item;
}

/*
 * The class whose labels by one annotator are the consensus least often; of
 * several the one used more, then the first.
 */
static int32
worst_class(const int64 *used, const int64 *right, int n_classes)
{
	int32		worst = -1;

	for (int32 k = 0; k < n_classes; k++)
	{
		double		order;

		if (used[k] == 0)
			continue;
		order = worst < 0 ? -1 : (double) right[k] * (double) used[worst] -
			(double) right[worst] * (double) used[k];
		if (order < 0 || (order == 0 && used[k] > used[worst]))
			worst = k;
	}
	return worst;
}

/* Work out the figures of one annotator from their labels. */
static void
annotator_figures_of(const CrowdlabData *data, const CrowdlabFit *fit,
					 const int64 *labels, int64 n, const int64 *item,
					 double model_share, CrowdlabAnnotator *result)
{
	const Design *d = data->design;
	int			n_classes = data->model->n_classes;
	int64	   *used = array_alloc(n_classes, sizeof(int64), true);
	int64	   *right = array_alloc(n_classes, sizeof(int64), true);
	double		quality = 0;
	int64		same = 0;
	int64		shared = 0;
	int64		shared_same = 0;

	for (int64 l = 0; l < n; l++)
	{
		int64		i = item[labels[l]];
		int32		k = d->code[labels[l]];
		bool		agrees = k == fit->consensus[i];

		quality += fit->label_quality[labels[l]];
		used[k]++;
		right[k] += agrees;
		same += agrees;
		shared += ItemLabels(d, i) > 1;
		shared_same += agrees && ItemLabels(d, i) > 1;
	}
	result->n_labels = n;
	result->agreement = (double) same / (double) n;
	result->quality = quality / (double) n;
	if (shared > 0)
		result->quality = model_share * result->quality + (1 - model_share) *
			(double) shared_same / (double) shared;
	result->worst_class = worst_class(used, right, n_classes);
	pfree(right);
	pfree(used);
}

/* The mean weight of the annotators. */
static double
mean_weight(const Design *d, const CrowdlabFit *fit)
{
	double		sum = 0;

	for (int a = 0; a < d->n_annotators; a++)
		sum += fit->weight[a];
	return d->n_annotators == 0 ? 0 : sum / d->n_annotators;
}

/*
 * Work out the figures of each annotator.  The quality is the mean of how
 * likely their labels are right and of how often they are the consensus on the
 * items of I+, with the weights of the model and of the mean item's annotators.
 */
void
crowdlab_annotators(const CrowdlabData *data, const CrowdlabFit *fit,
					CrowdlabAnnotator *result)
{
	const Design *d = data->design;
	int64	   *start = array_alloc(d->n_annotators + 1, sizeof(int64), false);
	int64	   *order = labels_by_annotator(d, start);
	int64	   *item = items_of_labels(d);
	double		crowd = mean_weight(d, fit) * (double) d->n_labels /
		(double) d->n_items;
	double		model_share = fit->model_weight / (fit->model_weight + crowd);

	for (int a = 0; a < d->n_annotators; a++)
	{
		CHECK_FOR_INTERRUPTS();
		annotator_figures_of(data, fit, order + start[a],
							 start[a + 1] - start[a], item, model_share,
							 &result[a]);
	}
	pfree(item);
	pfree(order);
	pfree(start);
}

/*
 * Add an item's slope of the cross-entropy between votes and powers of the
 * model's probabilities, by the power, and how that slope rises.
 */
static void
add_slope(const CrowdlabData *data, int64 item, double power, double *row,
		  double *slope, double *rise)
{
	const Design *d = data->design;
	int			n = data->model->n_classes;
	double		largest;
	double		total = 0;
	double		mean = 0;
	double		square = 0;

	class_probabilities(data->model, data->model_item[item], row);
	for (int k = 0; k < n; k++)
		row[k] = log(Max(row[k], LEAST_PROBABILITY));
	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		*slope -= row[d->code[j]] / (double) ItemLabels(d, item);
	largest = row[greatest(row, n)];
	for (int k = 0; k < n; k++)
	{
		double		e = exp(power * (row[k] - largest));

		total += e;
		mean += e * row[k];
		square += e * row[k] * row[k];
	}
	mean /= total;
	*slope += mean;
	*rise += Max(square / total - mean * mean, 0);
}

/*
 * The power of the model's probabilities that fits the votes best, that is 1
 * over the temperature.  The cross-entropy is convex in it: Newton's steps,
 * halving where one would leave the interval known to hold the root.
 */
double
crowdlab_power(const CrowdlabData *data)
{
	const Design *d = data->design;
	double	   *row = array_alloc(data->model->n_classes, sizeof(double), false);
	double		low = LEAST_POWER;
	double		high = MOST_POWER;
	double		power = 1;
	bool		pairable = false;

	for (int step = 0; step < POWER_STEPS; step++)
	{
		double		slope = 0;
		double		rise = 0;
		double		next;

		for (int64 i = 0; i < d->n_items; i++)
		{
			CHECK_FOR_INTERRUPTS();
			if (ItemLabels(d, i) < 2)
				continue;
			pairable = true;
			add_slope(data, i, power, row, &slope, &rise);
		}
		if (!pairable || rise <= 0)
			break;
		if (slope > 0)
			high = power;
		else
			low = power;
		next = power - slope / rise;
		if (!(next > low && next < high))
			next = sqrt(low * high);
		if (fabs(next - power) <= 1e-12 * power)
			break;
		power = next;
	}
	pfree(row);
	return power;
}

/* ActiveLab's score of an item, and the label that it is of. */
double
crowdlab_score(const CrowdlabData *data, const CrowdlabFit *fit, int64 item,
			   int64 model_item, double *row, int32 *label)
{
	class_probabilities(data->model, model_item, row);
	*label = item >= 0 ? fit->consensus[item] :
		greatest(row, data->model->n_classes);
	mix_voices(data, fit, item, mean_weight(data->design, fit), row);
	return Min(row[*label], 1);
}
