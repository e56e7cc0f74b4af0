/*
 * consensus_model.h
 *		Models of annotators: what each is worth, and what the items then are.
 *
 * A method is fitted to data (ModelData) under options (FitOptions) and fills a
 * ConsensusModel.  A model that has been fitted, or was stored, reads the
 * labels of any item through its method's score_item: the same function serves
 * the items it was fitted to and those of tomorrow.
 *
 * Numbers in, numbers out: classes, labels and annotators are codes, classes
 * and labels the same ones, in canonical order.
 */
#ifndef ANNOQA_CONSENSUS_MODEL_H
#define ANNOQA_CONSENSUS_MODEL_H

#include <math.h>

#include "design.h"
#include "reason.h"

/* stored by number: append, never renumber */
typedef enum ModelMethod
{
	MODEL_DAWID_SKENE = 1,
	MODEL_ONE_COIN,
	MODEL_GLAD,
	MODEL_MACE,
	MODEL_WAWA,
	MODEL_ZERO_BASED_SKILL,
	MODEL_MMSR,
	MODEL_KOS
} ModelMethod;

#define MODEL_METHOD_LAST MODEL_KOS

/* posteriors that differ by no more are equal: what rounding may do to a tie */
#define EQUAL_POSTERIORS 1e-9

/* prior counts, by what they are spread over */
typedef struct PriorCounts
{
	double		class_total;	/* evenly over the classes, in the class prior */
	double		crowd;			/* per row, as the crowd's pooled row */
	double		diagonal;		/* per row, on the right label */
	double		even;			/* per row, evenly over the labels */
} PriorCounts;

/* an answer to an item whose truth is known, given outside the data */
typedef struct GoldAnswer
{
	int64		item;			/* tells answers apart, nothing more */
	int32		annotator;
	int32		code;
	int32		truth;
	double		weight;			/* 1, or 1/n where n answers are accepted */
} GoldAnswer;

/* what a model is fitted to */
typedef struct ModelData
{
	Design		design;			/* q: classes, gold's included; annotators:
								 * those of the gold answers included */
	/* gold: accepted answers of item i at accepted_start[i] .. [i + 1] - 1 */
	const int64 *accepted_start;	/* NULL: no gold at all */
	const int32 *accepted;
	int64		n_answers;
	const GoldAnswer *answer;
} ModelData;

#define ItemIsGold(data, i) \
	((data)->accepted_start != NULL && \
	 (data)->accepted_start[(i) + 1] > (data)->accepted_start[i])

/* how many answers gold accepts on item i */
#define ItemAccepted(data, i) \
	((data)->accepted_start == NULL ? 0 : \
	 (int) ((data)->accepted_start[(i) + 1] - (data)->accepted_start[i]))

/* and which */
#define ItemAnswers(data, i) \
	((data)->accepted_start == NULL ? NULL : \
	 (data)->accepted + (data)->accepted_start[i])

/*
 * The rows of Dawid and Skene, sparse: a cell for each label that an annotator
 * has used, and in it a number for each class: the expected count of items of
 * that class so labeled.
 */
typedef struct ModelRows
{
	int64		n_cells;
	int64	   *start;			/* cells of annotator a: start[a] .. [a + 1] - 1 */
	int32	   *label;			/* of a cell, rising for an annotator */
	double	   *count;			/* q numbers a cell */
	double	   *pooled;			/* q * q, [label * q + class]: what
								 * PriorCounts.crowd is spread as, each class
								 * summing to 1 over the labels */
} ModelRows;

/* the most numbers that rows may hold: 800 MB */
#define MAX_ROW_NUMBERS 100000000

typedef struct ConsensusModel
{
	ModelMethod method;
	int			q;
	int			n_annotators;
	PriorCounts prior;			/* of the methods that have it */
	bool		hierarchical;
	void	   *cache;			/* what model_prepare works out */

	double	   *class_prior;	/* q; for methods without one: the mean posterior */

	/*
	 * What the method keeps of each annotator, model_width() numbers, and last
	 * the same of an annotator whom the model does not know.
	 */
	double	   *parameter;
	ModelRows  *rows;			/* MODEL_DAWID_SKENE, else NULL */

	int64	   *n_labels;		/* of each annotator, gold answers included */
	double	   *informativeness;	/* nats; NaN: the method has none */
	double	   *informativeness_error;	/* jackknife over items; NaN: none */

	/* how the fit went */
	int64		n_items;
	int64		n_all_labels;
	int64		n_gold_items;	/* clamped */
	bool		gold_tells;		/* which class is which, in the whole */
	int			iterations;
	bool		converged;
	double		objective;		/* NaN: the method has none */
	double		log_likelihood; /* NaN: the method has none */
	bool		identified;
	int64		n_blocks;		/* parts of the design that share nothing */
	Reason		reason;			/* why it is not identified, or nothing is */
} ConsensusModel;

/* a model that reads a design whose codes are others */
typedef struct ModelReader
{
	ConsensusModel *m;
	int			q;				/* classes of the design */
	const int32 *annotator;		/* of the design: the model's */
	const int32 *label;			/* of the design: the model's */
	const int32 *class;			/* of the model: the design's, or -1 */
	int64		room;
	int32	   *annotators;		/* of one item */
	int32	   *codes;
	double	   *posterior;		/* in the model's classes */
} ModelReader;

typedef struct FitOptions
{
	int			max_iterations;
	double		tolerance;
	PriorCounts prior;
	bool		hierarchical;
	uint64		seed;			/* methods that draw: with the index of a start */
	int			restarts;
	ModelReader *start;			/* the first posteriors; NULL: vote shares */
} FitOptions;

/* What a method is. */
typedef struct ModelRoutine
{
	const char *name;			/* as in SQL */
	int			width;			/* numbers kept of each annotator ... */
	int			width_per_class;	/* ... and so many more for each class */

	/*
	 * Can these parameters be?  They are finite numbers that may come from
	 * outside; nothing may become NaN of them later.
	 */
	bool		(*valid) (const ConsensusModel *m);

	/* Work out what score_item needs beyond the model; NULL: nothing. */
	void		(*prepare) (ConsensusModel *m);

	/*
	 * Score the classes of an item that got these labels: the logarithm of
	 * the posterior but for a constant; of methods that weigh votes, the
	 * logarithm of the weight (-infinity: none).  No annotator is above
	 * m->n_annotators, which is whom the model does not know.
	 */
	void		(*score_item) (const ConsensusModel *m, int64 n,
							   const int32 *annotator, const int32 *code,
							   double *score);

	/* What the annotator is worth on the method's own scale; NaN: unknown. */
	double		(*skill) (const ConsensusModel *m, int annotator);

	/*
	 * Mean and variance of the skill where it is a share and its error is that
	 * of a Beta on expected counts, false where it is not; NULL: never.
	 */
	bool		(*skill_spread) (const ConsensusModel *m, int annotator,
								 double *mean, double *variance);

	/* P(label | class); NULL: the method has no such thing. */
	double		(*chance) (const ConsensusModel *m, int annotator,
						   int class, int label);
} ModelRoutine;

/* each in the file of its method */
extern const ModelRoutine dawid_skene_routine;
extern const ModelRoutine one_coin_routine;

/* the routine of a method, or NULL: consensus_model.c has the table */
extern const ModelRoutine *model_routine(ModelMethod method);

/* numbers that a model keeps of each annotator */
extern int	model_width(const ConsensusModel *m);

/* To be called once before items are scored by a model. */
extern void model_prepare(ConsensusModel *m);

/* Allocate a model of this method for such data; counts of labels are filled. */
extern ConsensusModel *model_create(ModelMethod method, const ModelData *data);

/* Fill n_blocks, identified, reason, n_items: from the data alone. */
extern void model_identify(ConsensusModel *m, const ModelData *data);

/*
 * Join annotators who share items, directly or through others: each points to
 * itself or to one before him in the same part of the design.
 */
extern int32 *join_annotators(const Design *d);

/* The posterior of an item by a prepared model, in the model's own codes. */
extern void model_posterior(const ConsensusModel *m, int64 n,
							const int32 *annotator, const int32 *code,
							double temperature, double *posterior);

/* The same of an item of a design, in the design's codes. */
extern void reader_posterior(ModelReader *reader, const Design *d, int64 item,
							 double temperature, double *posterior);

/*
 * Turn scores into numbers in the ratio of the posteriors, the largest 1; gives
 * their total, and returns the score of the largest (-infinity: there is none).
 */
static inline double
scores_exponentiate(double *score, int q, double *total)
{
	double		most = -INFINITY;

	for (int k = 0; k < q; k++)
		most = score[k] > most ? score[k] : most;
	*total = 0;
	if (most == -INFINITY)
		return most;
	for (int k = 0; k < q; k++)
	{
		score[k] = exp(score[k] - most);
		*total += score[k];
	}
	return most;
}

/*
 * Turn scores into posteriors in place, of the accepted answers only if there
 * are any; returns the logarithm of what they were divided by.
 */
extern double scores_normalise(double *score, int q, int n_accepted,
							   const int32 *accepted);

/* A reader for designs whose codes are the model's own. */
extern ModelReader *reader_create(ConsensusModel *m);

/* Shares of the votes of an item of the data; gold items as gold says. */
extern void item_vote_shares(const ModelData *data, int64 item,
							 double *posterior);

/* The fits; they may be cancelled. */
extern ConsensusModel *dawid_skene_fit(const ModelData *data,
									   const FitOptions *options);
extern ConsensusModel *one_coin_fit(const ModelData *data,
									const FitOptions *options);

#endif							/* ANNOQA_CONSENSUS_MODEL_H */
