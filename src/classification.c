/*
 * classification.c
 *		Labels against a reference: accuracy, precision, recall, F1 and
 *		Matthews' correlation.
 *
 * Precision, recall and F: van Rijsbergen 1979, Information Retrieval, chapter
 * 7; F1 as 2 hits / (given + support), which is defined wherever the class
 * occurs at all.  Matthews' correlation of K classes: Gorodkin 2004,
 * Computational Biology and Chemistry 28:367, equation 8, in counts:
 *
 *		(c n - sum g_k s_k) / sqrt((n^2 - sum g_k^2) (n^2 - sum s_k^2))
 */
#include "postgres.h"

#include <math.h>

#include "classification.h"
#include "interrupts.h"

/* wide enough for the square of a count */
#ifdef HAVE_INT128
typedef int128 Wide;
#else
typedef double Wide;
#endif

/* Count the cells of a table into the tallies. */
void
classify_cells(Classification *c, const CohenCell *cell, int64 n_cells)
{
	c->n = c->hits = 0;
	for (int64 i = 0; i < n_cells; i++)
	{
		CHECK_NOW_AND_THEN(i);
		c->n += cell[i].count;
		c->tally[cell[i].i].given += cell[i].count;
		c->tally[cell[i].j].support += cell[i].count;
		if (cell[i].i == cell[i].j)
		{
			c->hits += cell[i].count;
			c->tally[cell[i].i].hits += cell[i].count;
		}
	}
}

/* Give a ratio of counts, where the lower one is not 0. */
static bool
ratio(double above, double below, double *value)
{
	if (below <= 0.0)
		return false;
	*value = above / below;
	return true;
}

/* Which share of what was given as this class is right? */
bool
class_precision(const ClassTally *t, double *value)
{
	return ratio(t->hits, t->given, value);
}

/* Which share of what is this class was given as it? */
bool
class_recall(const ClassTally *t, double *value)
{
	return ratio(t->hits, t->support, value);
}

/* The harmonic mean of both. */
bool
class_f1(const ClassTally *t, double *value)
{
	return ratio(2.0 * t->hits, (double) t->given + (double) t->support,
				 value);
}

/* Which share of the labels is right? */
bool
classification_accuracy(const Classification *c, double *value)
{
	return ratio(c->hits, c->n, value);
}

/* The mean F1 of the classes that were given or occur in the reference. */
bool
classification_macro_f1(const Classification *c, double *value)
{
	double		sum = 0.0;
	int64		n = 0;

	for (int k = 0; k < c->n_classes; k++)
	{
		double		f1;

		if (!class_f1(&c->tally[k], &f1))
			continue;
		sum += f1;
		n++;
	}
	return ratio(sum, n, value);
}

/* Matthews' correlation; undefined where either side knows one class only. */
bool
classification_mcc(const Classification *c, double *value)
{
	Wide		n = c->n;
	Wide		covariance = (Wide) c->hits * n;
	Wide		given = n * n;
	Wide		support = n * n;

	for (int k = 0; k < c->n_classes; k++)
	{
		const ClassTally *t = &c->tally[k];

		covariance -= (Wide) t->given * t->support;
		given -= (Wide) t->given * t->given;
		support -= (Wide) t->support * t->support;
	}
	if (given <= 0 || support <= 0)
		return false;
	*value = (double) covariance / sqrt((double) given * (double) support);
	return true;
}
