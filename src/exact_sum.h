/*
 * exact_sum.h
 *		Sums of doubles without any rounding: the same bits in any order.
 *
 * A sum is a whole number of units of 2^-1074, the smallest double, written
 * with digits of 32 bits in two's complement.  Only the digits between the
 * lowest and the highest that matter are held, so that a sum of weights of one
 * size takes some 16 bytes; a sum is always in this shortest form, and equal
 * sums are equal bytes.  (Kulisch's long accumulator, with a moving window:
 * U. Kulisch, Computer Arithmetic and Validity, 2008, chapter 8.)
 *
 * A sum has no pointers, needs the alignment of uint32, and may lie in a stored
 * state of this machine; whoever writes it for others writes "low", "n" and the
 * digits as numbers.  A sum of zeros everywhere is an empty sum.
 */
#ifndef ANNOQA_EXACT_SUM_H
#define ANNOQA_EXACT_SUM_H

#include "postgres.h"

/* digits that hold a sum of 2^63 doubles of any size, and its sign */
#define EXACT_SUM_DIGITS 68
/* the most doubles that a sum can fall into, see exact_sum_parts */
#define EXACT_SUM_PARTS 44

typedef struct ExactSum
{
	uint8		low;			/* place of the first digit that is held */
	uint8		n;				/* digits held; 0: the sum is 0 */
	uint16		pad;
	uint32		digit[FLEXIBLE_ARRAY_MEMBER];	/* the lowest first */
} ExactSum;

/* bytes of a sum with room for so many digits, and of one as it is */
#define ExactSumSize(digits) (offsetof(ExactSum, digit) + \
							  sizeof(uint32) * (Size) (digits))
#define ExactSumUsed(s) ExactSumSize((s)->n)

/* a sum with room for any value, for local variables: &wide.sum */
typedef union WideSum
{
	ExactSum	sum;
	uint32		room[1 + EXACT_SUM_DIGITS];
} WideSum;

/*
 * Add to a sum that has room for "room" digits.  False, and nothing done, when
 * the new sum needs more; with EXACT_SUM_DIGITS they cannot fail.  A double
 * that is added must be finite.
 */
extern bool exact_sum_add(ExactSum *s, int room, double value);
extern bool exact_sum_add_int(ExactSum *s, int room, int64 value);
extern bool exact_sum_merge(ExactSum *s, int room, const ExactSum *other);
/* take away what was added */
extern bool exact_sum_subtract(ExactSum *s, int room, const ExactSum *other);

/* the nearest double, ties to even; infinite beyond the range of double */
extern double exact_sum_read(const ExactSum *s);
/* -1, 0 or 1: how two sums compare, and the sign of one */
extern int	exact_sum_compare(const ExactSum *a, const ExactSum *b);
extern int	exact_sum_sign(const ExactSum *s);

/*
 * The doubles that add up to a sum: its nearest double, the nearest to what is
 * left, and so on.  Returns how many; 0 for the sum 0, -1 for one beyond the
 * range of double.
 */
extern int	exact_sum_parts(const ExactSum *s, double *parts);

/* Is a sum that came from outside in its shortest form? */
extern bool exact_sum_is_valid(const ExactSum *s);

#endif							/* ANNOQA_EXACT_SUM_H */
