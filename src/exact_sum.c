/*
 * exact_sum.c
 *		Sums of doubles without any rounding.
 *
 * All additions go through one routine on digits.  It works on a copy that is
 * wide enough and then finds the shortest form, which depends on the value
 * alone, never on the way to it.
 */
#include "postgres.h"

#include <math.h>

#include "exact_sum.h"
#include "port/pg_bitutils.h"

#define DIGIT_BITS 32
/* the exponent of the unit */
#define UNIT_EXPONENT (-1074)
/* a copy may have a digit for the carry on either side */
#define WORK_DIGITS (EXACT_SUM_DIGITS + 4)

/* an addend: digits in two's complement, its sign above the last */
typedef struct Addend
{
	int			low;
	int			n;
	const uint32 *digit;
	bool		negative;
} Addend;

/* What stands above the digits of a sum: zeros, or ones of a negative one. */
static inline uint32
sign_digit(const ExactSum *s)
{
	return s->n > 0 && (s->digit[s->n - 1] >> 31) != 0 ? PG_UINT32_MAX : 0;
}

/* The digit of a sum at a place, which may lie outside of what is held. */
static inline uint32
digit_at(const ExactSum *s, int place)
{
	if (place < s->low)
		return 0;
	if (place >= s->low + s->n)
		return sign_digit(s);
	return s->digit[place - s->low];
}

/* Keep the shortest form of n digits; false when there is no room for it. */
static bool
store_digits(ExactSum *s, int room, int low, int n, const uint32 *digit)
{
	while (n > 0 && digit[0] == 0)
	{
		digit++;
		low++;
		n--;
	}
	while (n > 1 && ((digit[n - 1] == 0 && digit[n - 2] >> 31 == 0) ||
					 (digit[n - 1] == PG_UINT32_MAX && digit[n - 2] >> 31 != 0)))
		n--;
	if (n > room)
		return false;
	s->low = n > 0 ? (uint8) low : 0;
	s->n = (uint8) n;
	s->pad = 0;
	for (int i = 0; i < n; i++)
		s->digit[i] = digit[i];
	return true;
}

/* Add digits to a sum, or take them away. */
static bool
add_digits(ExactSum *s, int room, const Addend *a, bool subtract)
{
	uint32		work[WORK_DIGITS];
	int			low = s->n > 0 ? Min((int) s->low, a->low) : a->low;
	int			high = Max(s->low + s->n, a->low + a->n) + 1;
	uint64		carry = subtract ? 1 : 0;
	uint32		flip = subtract ? PG_UINT32_MAX : 0;
	uint32		above = a->negative ? PG_UINT32_MAX : 0;

	Assert(high - low <= WORK_DIGITS);
	for (int i = low; i < high; i++)
	{
		uint32		digit = i < a->low ? 0 :
			i < a->low + a->n ? a->digit[i - a->low] : above;
		uint64		total = carry + digit_at(s, i) + (digit ^ flip);

		work[i - low] = (uint32) total;
		carry = total >> DIGIT_BITS;
	}
	return store_digits(s, room, low, high - low, work);
}

/* Add a number of up to 64 bits, times the power of two of a bit's place. */
static bool
add_bits(ExactSum *s, int room, uint64 bits, int place, bool negative)
{
	int			shift = place % DIGIT_BITS;
	uint32		digit[3];
	Addend		a = {place / DIGIT_BITS, 3, digit, false};

	if (bits == 0)
		return true;
	digit[0] = (uint32) (bits << shift);
	digit[1] = (uint32) ((bits << shift) >> DIGIT_BITS);
	digit[2] = shift == 0 ? 0 : (uint32) (bits >> (64 - shift));
	return add_digits(s, room, &a, negative);
}

/* Add a double. */
bool
exact_sum_add(ExactSum *s, int room, double value)
{
	uint64		bits;
	int			exponent;

	Assert(isfinite(value));
	memcpy(&bits, &value, sizeof(bits));
	exponent = (int) (bits >> 52) & 0x7FF;
	bits &= (UINT64CONST(1) << 52) - 1;
	if (exponent > 0)
	{
		bits |= UINT64CONST(1) << 52;
		exponent--;
	}
	return add_bits(s, room, bits, exponent, signbit(value) != 0);
}

/* Add a whole number. */
bool
exact_sum_add_int(ExactSum *s, int room, int64 value)
{
	uint64		bits = value < 0 ? -(uint64) value : (uint64) value;

	return add_bits(s, room, bits, -UNIT_EXPONENT, value < 0);
}

/* Describe a sum as what is added to another. */
static Addend
addend_of(const ExactSum *s)
{
	Addend		a = {s->low, s->n, s->digit, sign_digit(s) != 0};

	return a;
}

/* Add another sum. */
bool
exact_sum_merge(ExactSum *s, int room, const ExactSum *other)
{
	Addend		a = addend_of(other);

	return other->n == 0 || add_digits(s, room, &a, false);
}

/* Take away another sum. */
bool
exact_sum_subtract(ExactSum *s, int room, const ExactSum *other)
{
	Addend		a = addend_of(other);

	return other->n == 0 || add_digits(s, room, &a, true);
}

/* Give the sign of a sum. */
int
exact_sum_sign(const ExactSum *s)
{
	return s->n == 0 ? 0 : sign_digit(s) != 0 ? -1 : 1;
}

/* Compare two sums. */
int
exact_sum_compare(const ExactSum *a, const ExactSum *b)
{
	int			sign_a = exact_sum_sign(a);
	int			sign_b = exact_sum_sign(b);

	if (sign_a != sign_b)
		return sign_a < sign_b ? -1 : 1;
	for (int i = Max(a->low + a->n, b->low + b->n) - 1;
		 i >= Min(a->low, b->low); i--)
		if (digit_at(a, i) != digit_at(b, i))
			return digit_at(a, i) < digit_at(b, i) ? -1 : 1;
	return 0;
}

/* The nearest double to a sum above 0. */
static double
read_positive(const ExactSum *s)
{
	int			top = s->low + s->n - 1;
	int			off;
	uint64		head,
				third;
	uint64		half = UINT64CONST(1) << 10;
	bool		more;

	if (digit_at(s, top) == 0)
		top--;					/* that digit only held the sign */
	off = pg_leftmost_one_pos32(digit_at(s, top));
	if (top * DIGIT_BITS + off < 53)
		return ldexp((double) ((uint64) digit_at(s, 1) << DIGIT_BITS |
							   digit_at(s, 0)), UNIT_EXPONENT);
	/* 64 bits from the first one; what follows them only breaks a tie */
	third = digit_at(s, top - 2);
	head = ((uint64) digit_at(s, top) << DIGIT_BITS | digit_at(s, top - 1))
		<< (31 - off);
	head |= third >> (off + 1);
	more = (uint32) (third << (31 - off)) != 0 || s->low < top - 2;
	third = head & (2 * half - 1);
	head >>= 11;
	if (third > half || (third == half && (more || (head & 1) != 0)))
		head++;
	return ldexp((double) head, top * DIGIT_BITS + off - 52 + UNIT_EXPONENT);
}

/* Read a sum: the one rounding. */
double
exact_sum_read(const ExactSum *s)
{
	WideSum		positive = {{0}};

	if (s->n == 0)
		return 0;
	if (sign_digit(s) == 0)
		return read_positive(s);
	(void) exact_sum_subtract(&positive.sum, EXACT_SUM_DIGITS, s);
	return -read_positive(&positive.sum);
}

/* Take a sum apart into doubles. */
int
exact_sum_parts(const ExactSum *s, double *parts)
{
	WideSum		left = {{0}};
	int			n = 0;

	(void) exact_sum_merge(&left.sum, EXACT_SUM_DIGITS, s);
	while (left.sum.n > 0)
	{
		double		part = exact_sum_read(&left.sum);

		if (isinf(part))
			return -1;
		Assert(n < EXACT_SUM_PARTS);
		parts[n++] = part;
		(void) exact_sum_add(&left.sum, EXACT_SUM_DIGITS, -part);
	}
	return n;
}

/* Is a sum in its shortest form, and within its range? */
bool
exact_sum_is_valid(const ExactSum *s)
{
	const uint32 *digit = s->digit;
	int			n = s->n;

	if (n == 0)
		return s->low == 0;
	if (s->low + n > EXACT_SUM_DIGITS || digit[0] == 0)
		return false;
	return n == 1 ||
		!((digit[n - 1] == 0 && digit[n - 2] >> 31 == 0) ||
		  (digit[n - 1] == PG_UINT32_MAX && digit[n - 2] >> 31 != 0));
}
