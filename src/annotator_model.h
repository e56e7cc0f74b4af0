/*
 * annotator_model.h
 *		The type annotator_model: a fitted consensus model that can be stored.
 *
 * Layout: header; class prior, parameters, informativeness and its error, and
 * for rows of Dawid and Skene their counts and pooled rows, as double; labels
 * of each annotator and starts of the cells, as int64; labels of the cells, as
 * int32; dictionaries of labels and of annotators, offsets from the start of
 * the value.  Codes are canonical positions.
 */
#ifndef ANNOQA_ANNOTATOR_MODEL_H
#define ANNOQA_ANNOTATOR_MODEL_H

#include "consensus_model.h"
#include "fmgr.h"
#include "ratings.h"
#include "state.h"

typedef struct AnnotatorModel
{
	StateHeader header;
	uint8		method;			/* ModelMethod */
	uint8		hierarchical;
	uint8		converged;
	uint8		identified;
	uint8		reason;			/* number of model_reason() */
	uint8		pad[3];
	int32		iterations;
	int32		q;
	int32		n_annotators;
	int32		has_rows;
	int64		n_items;
	int64		n_all_labels;
	int64		n_blocks;
	int64		n_cells;
	double		objective;		/* NaN: none */
	double		log_likelihood; /* NaN: none */
	PriorCounts prior;
	uint32		dict[2];		/* offsets: labels, annotators */
} AnnotatorModel;

/* a model argument, opened: its numbers, and its dictionaries */
typedef struct OpenModel
{
	ConsensusModel model;
	ModelRows	rows;
	Dict	   *labels;
	Dict	   *annotators;
} OpenModel;

/*
 * Allocate a value for a model of this size, and open it: its arrays are for
 * the caller to fill.  Errors with 54000 past 1 GB.
 */
extern AnnotatorModel *annotator_model_allocate(const AnnotatorModel *sizes,
												const Dict *labels,
												const Dict *annotators,
												OpenModel *open);

/* The reasons that a model can have, by stored number; false: no such. */
extern bool model_reason(uint8 number, Reason *reason);

/* Store a model; the dictionaries stand in canonical order. */
extern AnnotatorModel *annotator_model_make(const ConsensusModel *m,
											const Dict *labels,
											const Dict *annotators);

/* Open a stored model; nothing is copied. */
extern void annotator_model_open(OpenModel *open, Datum value);

/*
 * What a fit function of SQL reads: ratings, and gold, a model to start from
 * and gold answers where they are given (argument 0: the method takes none).
 */
typedef struct FitArguments
{
	int			gold;
	int			start;
	int			gold_answers;
} FitArguments;

typedef struct FitInput
{
	ModelData	data;
	Dict	   *labels;			/* of the model to be */
	Dict	   *annotators;
	OpenModel  *start;			/* NULL: anew */
	ModelReader *start_reader;	/* reads the data by it */
} FitInput;

/* Read them; argument 0 are the ratings. */
extern void fit_input_open(FitInput *in, FunctionCallInfo fcinfo,
						   const FitArguments *args);

/*
 * Read ratings by a model: codes are translated.  A label that the model does
 * not know is an error.
 */
extern ModelReader *model_reader_open(OpenModel *open, const Design *d,
									  const Dict *labels,
									  const Dict *annotators);

/*
 * Gold for the items of ratings, in the codes of labels; none where gold says
 * nothing.  map: what gold's codes of labels become, NULL: the same.
 */
extern void gold_accept(const Ratings *ratings, const Ratings *gold,
						const int32 *map, ModelData *data);

/* Arguments of a fit, checked; defaults where they are NULL or not there. */
extern int	iterations_argument(FunctionCallInfo fcinfo, int arg,
								int otherwise);
extern double tolerance_argument(FunctionCallInfo fcinfo, int arg,
								 double otherwise);
extern void prior_argument(FunctionCallInfo fcinfo, int arg,
						   PriorCounts *prior);

/* Refuse a method that does not say how an annotator errs. */
extern void model_need_chance(const ConsensusModel *m);

#endif							/* ANNOQA_ANNOTATOR_MODEL_H */
