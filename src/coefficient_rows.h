/*
 * coefficient_rows.h
 *		The rows of coefficients().
 */
#ifndef ANNOQA_COEFFICIENT_ROWS_H
#define ANNOQA_COEFFICIENT_ROWS_H

#include "coefficient.h"
#include "light.h"
#include "rows.h"

/* what is the same in all rows of a call */
typedef struct RowContext
{
	const Patterns *patterns;
	int64		n_annotators;	/* negative: not known */
} RowContext;

extern const char *coefficient_name(Coefficient which, bool weighted);
extern void coefficient_row(Rows *rows, const RowContext *context,
							const char *name, const char *level,
							const char *weights, const Estimate *e,
							const ErrorInterval *interval,
							const LightFigures *light);

#endif							/* ANNOQA_COEFFICIENT_ROWS_H */
