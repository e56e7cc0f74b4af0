/*
 * reading.h
 *		Reading a stored state on a scale: what every coefficient's glue shares.
 */
#ifndef ANNOQA_READING_H
#define ANNOQA_READING_H

#include "coefficient.h"
#include "fmgr.h"
#include "item_labels.h"
#include "ratings.h"
#include "utils/array.h"

/* how the caller wants the labels read; NULL or 0 where nothing is said */
typedef struct ReadArgs
{
	const char *level;
	const char *weights;
	ArrayType  *matrix;			/* custom weights */
	Oid			distance;		/* a SQL disagreement function */
	ArrayType  *categories;
	ArrayType  *bounds;
	double		period;
} ReadArgs;

/* a state as the coefficients read it */
typedef struct Reading
{
	const Dict *dict;
	Ratings    *ratings;		/* NULL: annotators are not known */
	PatternTable *table;
	Patterns   *patterns;
	LabelView  *view;
	Scale		scale;			/* of alpha, and of all when by weights */
	const char *level;			/* name to show, or NULL */
	const char *weights;		/* name to show, or NULL */
	FmgrInfo   *flinfo;			/* where a notice given is remembered */
} Reading;

extern void reading_open(Reading *r, Datum state);
extern void reading_interpret(Reading *r, const ReadArgs *args,
							  FunctionCallInfo fcinfo);
extern bool reading_other_scale(const Reading *r, Scale *scale);
extern int64 reading_annotators(const Reading *r);
extern void reading_design(const Reading *r, Design *design);
extern void reading_scale(Scale *scale, LabelView *view,
						  const ReadArgs *args, FunctionCallInfo fcinfo);
extern LabelView *reading_view(const Dict *dict, ArrayType *categories,
							   const bool *seen);
extern void need_categories(LabelKind kind);
extern void notice_fractions(FmgrInfo *flinfo, const LabelView *view);

/* a text argument as a C string, NULL when it is NULL or not there */
extern char *text_argument(FunctionCallInfo fcinfo, int arg);
extern double float_argument(FunctionCallInfo fcinfo, int arg, double otherwise);
extern double period_argument(FunctionCallInfo fcinfo, int arg);
extern ArrayType *array_argument(FunctionCallInfo fcinfo, int arg);

/* level or weights of the last row of a one-call form */
typedef struct OptionCache
{
	char	   *text;
	int			len;
	uint8		code;
} OptionCache;

extern uint8 scale_option(FunctionCallInfo fcinfo, int arg, bool is_level,
						  OptionCache *cache);

/* levels and weights as a one-call form keeps them in one byte; 0: none */
extern uint8 scale_code_from_name(const char *name, bool is_level);
extern void scale_code_names(uint8 code, const char **level,
							 const char **weights);

#endif							/* ANNOQA_READING_H */
