/*
 * acceptance.h
 *		Accepting a delivery by a sample of its labels.
 */
#ifndef ANNOQA_ACCEPTANCE_H
#define ANNOQA_ACCEPTANCE_H

#include "proportion.h"

/* a plan of more answers than this is none */
#define MAX_SAMPLE 1000000

/* what a delivery is to reach */
typedef struct Quality
{
	double		target;			/* share that must be right, in (0, 1) */
	int64		batch;			/* labels delivered; 0: very many */
	double		risk;			/* of accepting what is below the target */
} Quality;

typedef struct SamplingPlan
{
	int64		n;
	int64		max_errors;
	double		risk;			/* of the worst case below the target */
	double		passes;			/* probability that good work is accepted */
} SamplingPlan;

typedef enum Verdict
{
	VERDICT_OPEN,
	VERDICT_ACCEPT,
	VERDICT_REJECT
} Verdict;

/* how many of a batch may be wrong while a share of it is right */
extern int64 errors_allowed(int64 batch, double share);

/*
 * The smallest sample that, with at most max_errors errors, keeps the risk;
 * good <= 0: passes is not computed.  False when MAX_SAMPLE is not enough.
 */
extern bool plan_for_errors(const Quality *q, double good, int64 max_errors,
							SamplingPlan *plan);

/*
 * The smallest sample that also lets good work pass with this power.  False
 * when MAX_SAMPLE is not enough.
 */
extern bool plan_for_power(const Quality *q, double good, double power,
						   SamplingPlan *plan);

/* The verdict on a sample, at one look or at whatever many. */
extern Verdict judge_once(const Quality *q, int64 errors, int64 n);
extern Verdict judge_anytime(const Quality *q, int64 errors, int64 n);

#endif							/* ANNOQA_ACCEPTANCE_H */
