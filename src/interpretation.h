/*
 * interpretation.h
 *		Words for the size of a coefficient.
 */
#ifndef ANNOQA_INTERPRETATION_H
#define ANNOQA_INTERPRETATION_H

#include "postgres.h"

typedef enum BandScale
{
	BANDS_FIELD,
	BANDS_KRIPPENDORFF,
	BANDS_LANDIS_KOCH,
	BANDS_ALTMAN,
	BANDS_FLEISS
} BandScale;

typedef struct Interpretation
{
	const char *band;
	bool		lowest;			/* no higher band was reached */
	bool		point_only;		/* no error was given */
	double		probability;	/* to be in this band or a higher one */
} Interpretation;

/* std_error of 0 or less: there is none, and the point decides */
extern void interpret_estimate(double estimate, double std_error,
							   BandScale scale, Interpretation *result);

extern bool band_scale_from_name(const char *name, BandScale *scale);
extern const char *band_scale_names(void);	/* "field, krippendorff, ..." */

#endif							/* ANNOQA_INTERPRETATION_H */
