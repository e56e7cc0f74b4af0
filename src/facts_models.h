/*
 * facts_models.h
 *		How a model does beside people.
 */
#ifndef ANNOQA_FACTS_MODELS_H
#define ANNOQA_FACTS_MODELS_H

#include "coefficient.h"
#include "facts.h"
#include "proportion.h"

/* how sure the accuracy of what is accepted without a look must be */
#define ACCEPT_TARGET		0.98
#define ACCEPT_CONFIDENCE	0.95

/* a label of a model; or, without one, an item with suggestions of unknown
 * origin */
typedef struct ModelLabel
{
	int32		model;			/* -1: none */
	int32		guideline;		/* -1: none, -2: all */
	int32		stratum;
	int64		item;
	int64		row;			/* of the model's label; -1: none */
} ModelLabel;

/* labels of a model on different items, by rising item */
typedef struct ModelRun
{
	const Facts *f;
	const ModelLabel *label;
	int64		n;
} ModelRun;

/* against what items were settled as */
typedef struct ModelAccuracy
{
	int64		settled;
	int64		correct;
	int64		people_labels;	/* on the same items */
	int64		people_correct;
	bool		compared;		/* some item was labeled by both */
	double		difference;		/* by item, model less people */
	Bounds		difference_bounds;
} ModelAccuracy;

/* one label against the rest: on gold, and on items without */
typedef struct ModelPositive
{
	int32		code;			/* the rarest gold answer; -1: none */
	int64		unscored;
	int64		unscored_positive;
	int64		gold_positive;
	int64		true_positive;
	int64		gold_negative;
	int64		true_negative;
} ModelPositive;

typedef struct ModelAcceptance
{
	bool		found;
	double		confidence;
	int64		labels;			/* stated with as much, or more */
} ModelAcceptance;

/* what people made of the model's labels when they were shown them */
typedef struct ModelSuggestions
{
	int64		shown;
	int64		changed;
	int64		wrong;			/* scored, and the suggestion was no answer */
	int64		kept;
	bool		has_bias;
	double		bias;
	bool		has_seconds_with;
	double		seconds_with;
	bool		has_seconds_without;
	double		seconds_without;
} ModelSuggestions;

/* facts_models.c */
extern void model_accuracy(const ModelRun *run, ModelAccuracy *result);
extern int64 expert_kappa(const ModelRun *run, bool between,
						  Estimate *estimate, ErrorInterval *error);
extern void model_positive(const ModelRun *run, ModelPositive *result);
extern void model_acceptance(const ModelRun *run, ModelAcceptance *result);

/* facts_suggestions.c */
extern bool is_suggestion_of(const Facts *f, int64 item, int64 r,
							 int32 model_code);
extern bool is_unknown_suggestion(const Facts *f, int64 item, int64 r);
extern void model_suggestions(const ModelRun *run, ModelSuggestions *result);

#endif							/* ANNOQA_FACTS_MODELS_H */
