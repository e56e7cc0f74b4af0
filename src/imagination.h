/*
 * imagination.h
 *		How imagined items come about: the law that they are drawn from.
 */
#ifndef ANNOQA_IMAGINATION_H
#define ANNOQA_IMAGINATION_H

#include "coefficient.h"
#include "random.h"

/* the data as the likelihood sees them, and the law of the imagined items */
typedef struct Imagination
{
	const Patterns *data;
	bool		drop_singles;
	uint64		seed;
	int			draws;
	int			n_imagined;
	bool		weighted;		/* is lambda pulled towards the data? */
	double		n_items;		/* that enter */
	double		temper;
	double	   *items_below;	/* items that enter, of patterns 0 .. i */
	double	   *same;			/* half the pairs of both labels k */
	double	   *apart;			/* pairs of k and something else */
	double		all_apart;
	double	   *single;			/* single labels k */
	double	   *parameter;		/* of the Dirichlet distribution, a scratch */
	double	   *log_share;		/* ln pi of the draw in hand */
	double	   *share;			/* pi, */
	double	   *share_below;	/* and its running sum */
	int64	   *votes;			/* on the imagined item in hand */
} Imagination;

extern void imagination_begin(Imagination *im, const Patterns *p,
							  const Scale *scale,
							  const IntervalOptions *options);
extern void imagination_end(Imagination *im);

/*
 * The draw that each world takes its lambda and pi from: im->draws of them,
 * equally likely, in rising order.
 */
extern int *imagination_choose(Imagination *im);

/* Take up the pi of draw b; give its lambda. */
extern double imagination_take(Imagination *im, int b);

/* Draw the size of an imagined item, and its votes into im->votes. */
extern int64 imagine_votes(Imagination *im, RandomStream *stream,
						   double lambda);

/* Tell whether the items of pattern i enter. */
static inline bool
pattern_enters(const Imagination *im, int64 i)
{
	return im->data->count[i] > 0 &&
		(im->data->size[i] >= 2 || !im->drop_singles);
}

#endif							/* ANNOQA_IMAGINATION_H */
