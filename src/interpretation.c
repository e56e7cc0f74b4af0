/*
 * interpretation.c
 *		Words for the size of a coefficient.
 *
 * Benchmarking by cumulative membership probability: Gwet, Handbook of
 * Inter-Rater Reliability (2014), section 6.4.  The coefficient is taken as
 * normal about its estimate, truncated to its range of -1 to 1; the highest
 * band counts to which, or to a higher one, it belongs with probability 0.95.
 * A band on a small sample is therefore lower than that of its point.
 *
 * Scales: Landis and Koch 1977, Biometrics 33:159; Altman 1991, Practical
 * Statistics for Medical Research; Fleiss 1981, Statistical Methods for Rates
 * and Proportions; Krippendorff 2004, Content Analysis.
 */
#include "postgres.h"

#include <math.h>

#include "distribution.h"
#include "interpretation.h"

/* the probability that decides */
#define MEMBERSHIP		0.95

#define MAX_BANDS		6

/* a band reaches from its lower end to that of the band before it */
typedef struct Band
{
	const char *name;
	double		lower;
	bool		closed;			/* does the lower end itself belong? */
} Band;

static const struct
{
	const char *name;
	int			n;
	Band		band[MAX_BANDS];	/* from the highest to the lowest */
}			scales[] =
{
	[BANDS_FIELD] = {"field", 3, {
		{"above 0.8", 0.8, false},
		{"0.6 to 0.8", 0.6, true},
		{"below 0.6", -1, true}
	}},
	[BANDS_KRIPPENDORFF] = {"krippendorff", 3, {
		{"reliable", 0.8, true},
		{"tentative", 0.667, true},
		{"unreliable", -1, true}
	}},
	[BANDS_LANDIS_KOCH] = {"landis_koch", 6, {
		{"almost perfect", 0.8, false},
		{"substantial", 0.6, false},
		{"moderate", 0.4, false},
		{"fair", 0.2, false},
		{"slight", 0, true},
		{"poor", -1, true}
	}},
	[BANDS_ALTMAN] = {"altman", 5, {
		{"very good", 0.8, false},
		{"good", 0.6, false},
		{"moderate", 0.4, false},
		{"fair", 0.2, false},
		{"poor", -1, true}
	}},
	[BANDS_FLEISS] = {"fleiss", 3, {
		{"excellent", 0.75, false},
		{"intermediate to good", 0.4, true},
		{"poor", -1, true}
	}}
};

/* Find a scale of bands by its name. */
bool
band_scale_from_name(const char *name, BandScale *scale)
{
	for (int i = 0; i < (int) lengthof(scales); i++)
		if (strcmp(name, scales[i].name) == 0)
		{
			*scale = (BandScale) i;
			return true;
		}
	return false;
}

/* List the scales of bands. */
const char *
band_scale_names(void)
{
	char	   *names = pstrdup(scales[0].name);

	for (int i = 1; i < (int) lengthof(scales); i++)
		names = psprintf("%s, %s", names, scales[i].name);
	return names;
}

/* Give the probability of more than x, truncated to -1 .. 1. */
static double
truncated_tail(double x, double estimate, double std_error)
{
	double		beyond = normal_tail((1 - estimate) / std_error);
	double		total = normal_tail((-1 - estimate) / std_error) - beyond;
	double		above = normal_tail((x - estimate) / std_error) - beyond;

	return Min(Max(above / total, 0), 1);
}

/* Tell whether a point is in a band or above it. */
static bool
point_reaches(double estimate, const Band *band)
{
	return band->closed ? estimate >= band->lower : estimate > band->lower;
}

/* Find the band of an estimate with its error. */
void
interpret_estimate(double estimate, double std_error, BandScale scale,
				   Interpretation *result)
{
	double		inside = Min(Max(estimate, -1), 1);
	int			last = scales[scale].n - 1;

	result->point_only = !(std_error > 0);
	for (int i = 0; i <= last; i++)
	{
		const Band *band = &scales[scale].band[i];

		/* all of the range is above the end of the lowest band */
		result->band = band->name;
		result->lowest = i == last;
		result->probability = i == last || result->point_only ? 1 :
			truncated_tail(band->lower, inside, std_error);
		if (i == last || (result->point_only ? point_reaches(inside, band) :
						  result->probability >= MEMBERSHIP))
			return;
	}
}
