/*
 * options.h
 *		Arguments that say how an error is to be found.
 */
#ifndef ANNOQA_OPTIONS_H
#define ANNOQA_OPTIONS_H

#include "coefficient.h"
#include "fmgr.h"

#define DEFAULT_CONFIDENCE 0.95
#define DEFAULT_THRESHOLD 0.5
#define MAX_RESAMPLES 1000000

extern double confidence_argument(FunctionCallInfo fcinfo, int arg);
extern int percentage_hint(double share);
extern ErrorMethod method_argument(FunctionCallInfo fcinfo, int arg);
extern bool singles_argument(FunctionCallInfo fcinfo, int arg);
extern int	resamples_argument(FunctionCallInfo fcinfo, int arg);
extern uint64 seed_argument(FunctionCallInfo fcinfo, int arg);
extern double population_argument(FunctionCallInfo fcinfo, int arg);
extern double threshold_argument(FunctionCallInfo fcinfo, int arg);

#endif							/* ANNOQA_OPTIONS_H */
