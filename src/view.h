/*
 * view.h
 *		The labels of a state in canonical order, as the coefficients read them.
 */
#ifndef ANNOQA_VIEW_H
#define ANNOQA_VIEW_H

#include "dict.h"
#include "utils/array.h"

typedef struct LabelView
{
	int			n;				/* categories, q */
	LabelKind	kind;
	const char *qualifier;
	bool		declared;		/* by the type or by the caller */
	bool		positional;		/* declared: positions count, not values */
	int32	   *rank;			/* canonical position of each code */
	const char **text;			/* by canonical position */
	double	   *score;			/* of numbers; NULL for other kinds */
} LabelView;

extern LabelView *label_view(const Dict *d);
extern LabelView *label_view_declared(const Dict *d, int n,
									  char *const *categories,
									  const bool *seen);
extern Dict *view_dict(const Dict *like, const LabelView *view,
					   const bool *used, int32 *new_code);
extern int	category_names(ArrayType *array, char ***names);
extern double label_score(const char *text);

#endif							/* ANNOQA_VIEW_H */
