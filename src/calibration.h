/*
 * calibration.h
 *		The type calibration: stated confidence against what was right, by bins.
 *
 * Bins are right-closed and of equal width: bin b of n holds the confidences
 * in (b/n, (b+1)/n], the first one 0, too; edges are the doubles nearest to
 * b/n.
 *
 * Sums must not depend on the order of rows.  What is added is first put on the
 * grid of multiples of 2^-62: exact for any confidence of 2^-9 or more, within
 * 1.1e-19 below.  Sums on the grid are exact, and of one size, as those of
 * exact_sum.h for doubles of any magnitude are not.
 */
#ifndef ANNOQA_CALIBRATION_H
#define ANNOQA_CALIBRATION_H

#include "postgres.h"

#include "state.h"

#define DEFAULT_BINS	10
#define MAX_BINS		1000

#define UNIT (INT64CONST(1) << 62)

/* a sum of numbers in [0, 1]: whole + part / UNIT, part below UNIT */
typedef struct UnitSum
{
	int64		whole;
	int64		part;
} UnitSum;

typedef struct CalibrationBin
{
	int64		n;
	int64		n_correct;
	UnitSum		confidence;
	UnitSum		square;			/* of confidence squared */
} CalibrationBin;

typedef struct Calibration
{
	StateHeader header;
	int32		n_bins;
	int32		pad;
	int64		n;
	UnitSum		error;			/* of (confidence - correct)^2 */
	CalibrationBin bin[FLEXIBLE_ARRAY_MEMBER];
} Calibration;

extern Calibration *calibration_allocate(int32 n_bins);

/* arithmetic on the grid; x in [0, 1] */
extern void unit_add(UnitSum *sum, double x);
extern void unit_merge(UnitSum *sum, const UnitSum *other);
extern double unit_value(const UnitSum *sum);

extern void calibration_count(Calibration *c, double confidence, bool correct);
extern void calibration_count_error(Calibration *c, double error);

/* figures of at least one answer */
extern double brier_score(const Calibration *c);
extern double overconfidence(const Calibration *c);
extern double calibration_error(const Calibration *c);
extern double calibration_error_expected(const Calibration *c);

#endif							/* ANNOQA_CALIBRATION_H */
