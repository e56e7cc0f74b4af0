/*
 * crowdlab.h
 *		CROWDLAB: a classifier's probabilities as one more voice beside those of
 *		the annotators.
 */
#ifndef ANNOQA_CROWDLAB_H
#define ANNOQA_CROWDLAB_H

#include "design.h"
#include "reason.h"

/* no voice weighs less, in units of one that is always right */
#define CROWDLAB_LEAST_WEIGHT 1e-6

/* which probability a classifier gives to which class of which item */
typedef struct ClassProbabilities
{
	int			n_classes;
	int64		n_items;
	const int64 *start;
	const int32 *code;
	const double *probability;
	double		power;			/* 1 over the temperature; 1: as they are */
} ClassProbabilities;

/* what all functions of this file read */
typedef struct CrowdlabData
{
	const Design *design;		/* codes are those of the classes */
	const ClassProbabilities *model;
	const int64 *model_item;	/* of each item of the design */
} CrowdlabData;

typedef struct CrowdlabFit
{
	Reason		reason;			/* REASON_NONE: all of the below is known */
	double		likelihood;		/* P, that a label is the consensus */
	double		model_weight;	/* w_M */
	double	   *weight;			/* w_j of each annotator */
	int32	   *majority;		/* of each item: label of the majority vote, */
	int32	   *consensus;		/* consensus label, */
	double	   *quality;		/* and how likely that is right */
	double	   *label_quality;	/* of each label: how likely it is right */
} CrowdlabFit;

/* how well one annotator does */
typedef struct CrowdlabAnnotator
{
	int64		n_labels;
	double		quality;
	double		agreement;		/* with the consensus labels */
	int32		worst_class;
} CrowdlabAnnotator;

extern void crowdlab_fit(const CrowdlabData *data, CrowdlabFit *fit);
extern void crowdlab_annotators(const CrowdlabData *data,
								const CrowdlabFit *fit,
								CrowdlabAnnotator *result);

/* The probabilities of one item's classes, adding up to 1. */
extern void class_probabilities(const ClassProbabilities *model, int64 item,
								double *row);

/*
 * The power of the probabilities that fits the annotators' votes best; 1 where
 * no item has two labels.
 */
extern double crowdlab_power(const CrowdlabData *data);

/*
 * ActiveLab's score of an item: how sure its best label would be with one more
 * label that says nothing; item -1: model_item, which nobody has labeled.
 */
extern double crowdlab_score(const CrowdlabData *data, const CrowdlabFit *fit,
							 int64 item, int64 model_item, double *row,
							 int32 *label);

#endif							/* ANNOQA_CROWDLAB_H */
