/*
 * facts_median.c
 *		Quantiles of numbers that need not be sorted.
 *
 * The p quantile of n values lies at p (n - 1) between them in rising order,
 * with a straight line between two (as percentile_cont has it; Hyndman and Fan
 * 1996, definition 7).  The values are selected, not sorted: O(n).
 */
#include "postgres.h"

#include <math.h>

#include "common/pg_prng.h"
#include "facts.h"
#include "miscadmin.h"

/* Put the k-th smallest in its place, smaller ones before, others behind. */
double
select_place(double *v, int64 n, int64 k)
{
	int64		low = 0;
	int64		high = n - 1;
	pg_prng_state random;

	pg_prng_seed(&random, 0);
	while (low < high)
	{
		/* the one in the middle is the worst of what rises and falls */
		double		pivot = v[pg_prng_uint64_range(&random, (uint64) low,
												   (uint64) high)];
		int64		i = low;
		int64		j = high;

		if (high - low > 100000)
			CHECK_FOR_INTERRUPTS();
		while (i <= j)
		{
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j)
			{
				double		swap = v[i];

				v[i++] = v[j];
				v[j--] = swap;
			}
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			break;
	}
	return v[k];
}

/* Find the p quantile of n values, n at least 1; they are reordered. */
double
quantile(double *values, int64 n, double p)
{
	double		place = p * (double) (n - 1);
	int64		below = (int64) floor(place);
	double		part = place - (double) below;
	double		value = select_place(values, n, below);
	double		next;

	if (part == 0 || below + 1 >= n)
		return value;
	next = values[below + 1];
	for (int64 i = below + 2; i < n; i++)
		next = Min(next, values[i]);
	return value + part * (next - value);
}
