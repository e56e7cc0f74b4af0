/*
 * imagination.c
 *		How imagined items come about: the law that they are drawn from.
 *
 * In an imagined item all labels are the same with probability lambda, else
 * they are independent draws from the shares pi of the categories; so lambda
 * is the alpha of the imagined world.  lambda is uniform on (0, 1), pi is
 * uniform on the simplex, and both are pulled towards the data by the
 * likelihood of the pairs of labels seen, tempered so that it never weighs
 * more than one item more than there are imagined ones.  The pull is
 * importance sampling with systematic resampling.
 *
 * That likelihood knows only same and different.  On scales that know more,
 * lambda would be judged by the wrong disagreement: there are fewer imagined
 * items there, and lambda stays uniform.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "array.h"
#include "imagination.h"

#define DEFAULT_DRAWS		2000

#define IMAGINED_ITEMS		10
#define IMAGINED_ON_SCALES	2	/* order, weights or numbers */

/* an item counts in the likelihood as at most this many labels */
#define MAX_LIKELIHOOD_LABELS 3

/* Tell whether the scale knows only same and different. */
static bool
scale_is_nominal(const Scale *scale)
{
	return scale->kind == WEIGHTS_UNWEIGHTED || scale->kind == LEVEL_NOMINAL;
}

/* Add an item pattern to what the likelihood knows. */
static void
count_pairs(Imagination *im, int64 i)
{
	const Patterns *p = im->data;
	double		size = (double) p->size[i];
	double		count = (double) p->count[i];
	double		cap = Min(1.0, MAX_LIKELIHOOD_LABELS / size);

	for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
	{
		int32		k = p->cell[j].code;
		double		votes = p->cell[j].votes;

		if (p->size[i] < 2)
		{
			im->single[k] += count;
			continue;
		}
		im->same[k] += count * cap * votes * (votes - 1.0) /
			(2.0 * (size - 1.0));
		im->apart[k] += count * cap * votes * (size - votes) / (size - 1.0);
	}
}

/* Set up the likelihood and the scratch space. */
void
imagination_begin(Imagination *im, const Patterns *p, const Scale *scale,
				  const IntervalOptions *options)
{
	im->data = p;
	im->drop_singles = options->drop_singles;
	im->seed = options->seed;
	im->draws = options->resamples > 0 ? options->resamples : DEFAULT_DRAWS;
	im->weighted = scale_is_nominal(scale);
	im->n_imagined = im->weighted ? IMAGINED_ITEMS : IMAGINED_ON_SCALES;
	im->same = array_alloc(p->q, sizeof(double), true);
	im->apart = array_alloc(p->q, sizeof(double), true);
	im->single = array_alloc(p->q, sizeof(double), true);
	im->parameter = array_alloc(p->q, sizeof(double), true);
	im->log_share = array_alloc(p->q, sizeof(double), true);
	im->share = array_alloc(p->q, sizeof(double), true);
	im->share_below = array_alloc(p->q, sizeof(double), true);
	im->votes = palloc(sizeof(int64) * Max(p->q, 1));
	im->items_below = array_alloc(p->n_patterns, sizeof(double), true);

	im->n_items = 0;
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (pattern_enters(im, i))
		{
			im->n_items += (double) p->count[i];
			count_pairs(im, i);
		}
		im->items_below[i] = im->n_items;
	}
	im->all_apart = 0;
	for (int k = 0; k < p->q; k++)
		im->all_apart += im->apart[k] / 2.0;
	im->temper = Min(1.0, (im->n_imagined + 1.0) /
					 (im->n_imagined + im->n_items));
}

/* Free the scratch space. */
void
imagination_end(Imagination *im)
{
	pfree(im->same);
	pfree(im->apart);
	pfree(im->single);
	pfree(im->parameter);
	pfree(im->log_share);
	pfree(im->share);
	pfree(im->share_below);
	pfree(im->votes);
	pfree(im->items_below);
}

/* Give the lambda of draw b: the middle of the b-th of equal steps. */
static inline double
lambda_of_draw(const Imagination *im, int b)
{
	return (b + 0.5) / im->draws;
}

/* Draw pi for draw b, from a Dirichlet distribution near its posterior. */
static void
propose_shares(Imagination *im, int b)
{
	const Patterns *p = im->data;
	double		lambda = lambda_of_draw(im, b);
	RandomStream stream;

	for (int k = 0; k < p->q; k++)
		im->parameter[k] = 1.0;
	for (int64 i = 0; i < p->n_patterns; i++)
	{
		double		each;

		if (!pattern_enters(im, i))
			continue;
		each = im->temper * (double) p->count[i] /
			(1.0 + ((double) p->size[i] - 1.0) * lambda);
		for (int64 j = p->start[i]; j < p->start[i + 1]; j++)
			im->parameter[p->cell[j].code] += each * p->cell[j].votes;
	}
	random_start(&stream, im->seed, b);
	random_log_dirichlet(&stream, p->q, im->parameter, im->log_share);
}

/*
 * Give the log weight of the draw in hand: the tempered likelihood of pairs
 * and single labels, over the density that pi was drawn from.
 */
static double
proposal_log_weight(const Imagination *im, double lambda)
{
	double		likelihood = im->all_apart * log1p(-lambda);
	double		density = 0;
	double		sum = 0;

	for (int k = 0; k < im->data->q; k++)
	{
		double		log_share = im->log_share[k];

		likelihood += im->same[k] *
			(log_share + log(lambda + (1.0 - lambda) * exp(log_share)));
		likelihood += (im->apart[k] + im->single[k]) * log_share;
		density += (im->parameter[k] - 1.0) * log_share -
			lgamma(im->parameter[k]);
		sum += im->parameter[k];
	}
	return im->temper * likelihood - density - lgamma(sum);
}

/*
 * Choose the draw that each world takes its lambda and pi from, by systematic
 * resampling: equally likely then, and in rising order.
 */
int *
imagination_choose(Imagination *im)
{
	int		   *chosen = array_alloc(im->draws, sizeof(int), false);
	double	   *weight = array_alloc(im->draws, sizeof(double), true);
	double		largest = -INFINITY;
	double		total = 0;
	double		below = 0;
	int			i = 0;

	for (int b = 0; b < im->draws && im->weighted; b++)
	{
		CHECK_FOR_INTERRUPTS();
		propose_shares(im, b);
		weight[b] = proposal_log_weight(im, lambda_of_draw(im, b));
		largest = Max(largest, weight[b]);
	}
	for (int b = 0; b < im->draws; b++)
	{
		weight[b] = im->weighted ? exp(weight[b] - largest) : 1.0;
		total += weight[b];
	}
	for (int b = 0; b < im->draws; b++)
	{
		below += weight[b];
		while (i < im->draws && (i + 0.5) / im->draws * total <= below)
			chosen[i++] = b;
	}
	while (i < im->draws)
		chosen[i++] = im->draws - 1;
	pfree(weight);
	return chosen;
}

/* Give the first index at which a running sum passes a point below its end. */
static int64
find_step(const double *below, int64 n, double point)
{
	int64		low = 0;
	int64		high = n - 1;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;

		if (below[middle] > point)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Take up the shares of draw b for imagining, and give its lambda. */
double
imagination_take(Imagination *im, int b)
{
	double		below = 0;

	propose_shares(im, b);
	for (int k = 0; k < im->data->q; k++)
	{
		im->share[k] = exp(im->log_share[k]);
		below += im->share[k];
		im->share_below[k] = below;
	}
	return lambda_of_draw(im, b);
}

/* Draw a category from pi. */
static int
draw_category(const Imagination *im, RandomStream *stream)
{
	int			q = im->data->q;

	return (int) find_step(im->share_below, q,
						   random_uniform(stream) * im->share_below[q - 1]);
}

/* Draw the votes on an imagined item of this size, given pi and lambda. */
static void
draw_votes(Imagination *im, RandomStream *stream, double lambda, int64 size)
{
	int			q = im->data->q;
	bool		unanimous = random_uniform(stream) < lambda;

	if (!unanimous && size > q)
	{
		random_multinomial(stream, size, q, im->share,
						   im->share_below[q - 1], im->votes);
		return;
	}
	memset(im->votes, 0, sizeof(int64) * q);
	if (unanimous)
		im->votes[draw_category(im, stream)] = size;
	else
		for (int64 r = 0; r < size; r++)
			im->votes[draw_category(im, stream)]++;
}

/* Draw an imagined item: of the size of a real one, with votes of its own. */
int64
imagine_votes(Imagination *im, RandomStream *stream, double lambda)
{
	int64		like = find_step(im->items_below, im->data->n_patterns,
								 random_uniform(stream) * im->n_items);

	draw_votes(im, stream, lambda, im->data->size[like]);
	return im->data->size[like];
}
