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
	uint8		reason;			/* Reason */
	uint8		pad[3];
	int32		iterations;
	int32		q;
	int32		n_annotators;
	int32		has_rows;
	int64		n_items;
	int64		n_all_labels;
	int64		n_gold_items;
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

/* Store a model; the dictionaries stand in canonical order. */
extern AnnotatorModel *annotator_model_make(const ConsensusModel *m,
											const Dict *labels,
											const Dict *annotators);

/* Open a stored model; nothing is copied. */
extern void annotator_model_open(OpenModel *open, Datum value);

/*
 * What a fit function of SQL reads: ratings, and gold, start and gold answers
 * where they are given (argument number -1: the method takes none).
 */
typedef struct FitInput
{
	ModelData	data;
	Dict	   *labels;			/* of the model to be */
	Dict	   *annotators;
	ConsensusModel *start;		/* in the codes of the data, or NULL */
} FitInput;

typedef struct FitArguments
{
	int			ratings;
	int			gold;
	int			start;
	int			gold_answers;
} FitArguments;

extern void fit_input_open(FitInput *in, FunctionCallInfo fcinfo,
						   const FitArguments *args, ModelMethod method);

/* Arguments of a fit, checked; defaults where they are NULL or not there. */
extern int	iterations_argument(FunctionCallInfo fcinfo, int arg,
								int otherwise);
extern double tolerance_argument(FunctionCallInfo fcinfo, int arg,
								 double otherwise);

#endif							/* ANNOQA_ANNOTATOR_MODEL_H */
