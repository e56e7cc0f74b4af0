/*
 * monitoring.h
 *		Watching a sequence of right and wrong answers for a fall in accuracy.
 *
 * A chart reads one answer after the other and raises one alarm.  Charts with
 * a limit (cusum, ewma) are built for a run length: so many answers pass on
 * average before a false alarm.  Both live on a lattice, so that this average
 * is that of a Markov chain with finitely many states, found exactly (Brook
 * and Evans 1972, Biometrika 59:539).
 */
#ifndef ANNOQA_MONITORING_H
#define ANNOQA_MONITORING_H

#include "postgres.h"

typedef enum ChartMethod
{
	CHART_E_DETECTOR,
	CHART_CUSUM,
	CHART_EWMA
} ChartMethod;

#define DETECTOR_GRID 8

typedef struct Chart
{
	ChartMethod method;
	double		run_length;		/* asked for */
	/* e_detector: the factors of an answer, for each alternative */
	double		right[DETECTOR_GRID];
	double		wrong[DETECTOR_GRID];
	/* cusum and ewma: the lattice */
	int			unit;			/* steps to a whole error, or to an error rate of 1 */
	int			fall;			/* cusum: steps down at a right answer */
	double		weight;			/* ewma: of the newest answer */
	int			begin;			/* the state before the first answer */
	int			limit;			/* the least state that is an alarm */
	double		in_control_run; /* average run lengths that it has */
	double		out_of_control_run;
} Chart;

/* what a chart has seen */
typedef struct ChartState
{
	int			place;			/* cusum and ewma: on the lattice */
	double		r[DETECTOR_GRID];
} ChartState;

/* 0 < threshold < 1, run_length >= 1 */
extern void detector_design(Chart *chart, double threshold,
							double run_length);

/* 0 < out_of_control < in_control < 1; false: no limit is that long */
extern bool cusum_design(Chart *chart, double in_control,
						 double out_of_control, double run_length);
extern bool ewma_design(Chart *chart, double in_control,
						double out_of_control, double run_length);

extern void chart_start(const Chart *chart, ChartState *state);

/* Read an answer; is it an alarm? */
extern bool chart_step(const Chart *chart, ChartState *state, bool right);

/* What a user sees of a state, and of the limit. */
extern double chart_statistic(const Chart *chart, const ChartState *state);
extern double chart_bound(const Chart *chart);

#endif							/* ANNOQA_MONITORING_H */
