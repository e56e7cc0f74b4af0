/*
 * em.h
 *		The EM algorithm over the items of a design, whatever the model of an
 *		annotator is.
 *
 * A step is one pass over the items: the posterior of an item is found and at
 * once added to the counts of the next step, so that only what describes the
 * annotators needs to stay in the cache.  What describes them in the end is
 * what gave the last posteriors and the objective.
 */
#ifndef ANNOQA_EM_H
#define ANNOQA_EM_H

#include "consensus_model.h"

typedef struct Em Em;

/* what a model does with counts; self is the first member of its own struct */
typedef struct EmRoutine
{
	/* begin to add up counts: gold answers are there before the items */
	void		(*begin) (Em *em);
	/* add an item's posterior to the counts of the annotators */
	void		(*add) (Em *em, int64 item, const double *posterior);
	/* what has been added up becomes what the next step rests on */
	void		(*take) (Em *em);
	/* before the first step, when the counts are those of the votes; or NULL */
	void		(*votes) (Em *em);
	/* describe the annotators by the counts; returns the prior's terms */
	double		(*maximise) (Em *em);
	/* between two steps, before the counts are taken; or NULL */
	void		(*between) (Em *em);
	/* add to the scores of an item's classes what its labels say */
	void		(*score) (Em *em, int64 item, double *score);
} EmRoutine;

struct Em
{
	const EmRoutine *routine;
	const ModelData *data;
	const FitOptions *options;
	ConsensusModel *m;
	int			q;
	double	   *class_count;	/* that the step rests on */
	double	   *next_class_count;	/* that it adds up */
	double	   *log_class;
	double	   *posterior;		/* of each item, where its change is asked for */
	double		change;			/* largest of a posterior */
};

extern void em_init(Em *em, const EmRoutine *routine, const ModelData *data,
					const FitOptions *options, ConsensusModel *m);

/* Step until the objective hardly rises, or no posterior moves any more. */
extern void em_run(Em *em);

/*
 * The better of two fits, by the objective, where there is gold: one from the
 * votes, and one from what gold alone says of the annotators, which finds its
 * way where most of them are wrong.  Without gold the first only.
 */
extern ConsensusModel *em_fit(const ModelData *data, const FitOptions *options,
							  ConsensusModel *(*fit) (const ModelData *data,
													  const FitOptions *options));

/* The posterior of an item as the last step had it; returns its likelihood. */
extern double em_posterior(Em *em, int64 item, double *posterior);

#endif							/* ANNOQA_EM_H */
