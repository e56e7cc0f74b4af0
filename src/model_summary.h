/*
 * model_summary.h
 *		What is said of a model once its annotators are known.
 */
#ifndef ANNOQA_MODEL_SUMMARY_H
#define ANNOQA_MODEL_SUMMARY_H

#include "consensus_model.h"

/* Set the class prior to the mean posterior, for methods without one. */
extern void summarise_classes(ConsensusModel *m, const ModelData *data);

/* For one number an annotator: give an unknown one the mean over labels. */
extern void summarise_crowd(ConsensusModel *m);

/*
 * Mutual information of label and class in nats, from the chances of a prepared
 * model in which a class makes its own label likelier or less likely and leaves
 * the others among themselves as they are.
 */
extern double own_label_information(const ConsensusModel *m, int annotator);

#endif							/* ANNOQA_MODEL_SUMMARY_H */
