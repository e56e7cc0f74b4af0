/*
 * reading.c
 *		Reading a stored state on a scale.
 */
#include "postgres.h"

#include <math.h>

#include "agreement.h"
#include "catalog/pg_type.h"
#include "distance.h"
#include "reading.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* levels that are no formula on numbers, after those of ScaleKind */
static const char *const distance_levels[] = {"jaccard", "masi", "overlap"};

#define FIRST_DISTANCE_CODE 64

/* these numbers are stored */
StaticAssertDecl(WEIGHTS_UNWEIGHTED == 0 && WEIGHTS_CUSTOM == 8 &&
				 LEVEL_NOMINAL == 9 && LEVEL_POLAR == 14,
				 "stored numbers of levels and weights must not change");

/* A text argument as a C string, NULL when it is NULL or not there. */
char *
text_argument(FunctionCallInfo fcinfo, int arg)
{
	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

/* A number among the arguments, or something else when there is none. */
double
float_argument(FunctionCallInfo fcinfo, int arg, double otherwise)
{
	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return otherwise;
	return PG_GETARG_FLOAT8(arg);
}

/* The period of a circular scale; 0 when it is not given. */
double
period_argument(FunctionCallInfo fcinfo, int arg)
{
	double		period = float_argument(fcinfo, arg, 1);

	if (!(period > 0) || isinf(period))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period must be a positive number")));
	return arg >= PG_NARGS() || PG_ARGISNULL(arg) ? 0 : period;
}

/* An array among the arguments, NULL when it is NULL or not there. */
ArrayType *
array_argument(FunctionCallInfo fcinfo, int arg)
{
	if (arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return NULL;
	return PG_GETARG_ARRAYTYPE_P(arg);
}

/* Refuse a name of a level or of weights, and list the valid ones. */
static void
unknown_scale(const char *name, bool is_level)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown %s \"%s\"", is_level ? "level" : "weights", name),
			 is_level ?
			 errhint("Valid levels are %s, jaccard, masi, overlap. Weights are given as weights => '...', a method as method => '...', annotators as ratings_agg(item, annotator, label).",
					 scale_level_names()) :
			 errhint("Valid weights are %s. Annotators are given as ratings_agg(item, annotator, label).",
					 scale_weights_names())));
}

/* The byte by which a one-call form remembers its level or weights. */
uint8
scale_code_from_name(const char *name, bool is_level)
{
	ScaleKind	kind;

	if (is_level ? scale_level_from_name(name, &kind) :
		scale_weights_from_name(name, &kind))
		return (uint8) (kind + 1);
	if (is_level)
		for (int i = 0; i < lengthof(distance_levels); i++)
			if (strcmp(name, distance_levels[i]) == 0)
				return (uint8) (FIRST_DISTANCE_CODE + i);
	unknown_scale(name, is_level);
	return 0;
}

/* The byte for the level or weights of this row; 0 when there are none. */
uint8
scale_option(FunctionCallInfo fcinfo, int arg, bool is_level,
			 OptionCache *cache)
{
	text	   *t;
	int			len;

	if (arg == 0 || arg >= PG_NARGS() || PG_ARGISNULL(arg))
		return 0;
	t = PG_GETARG_TEXT_PP(arg);
	len = VARSIZE_ANY_EXHDR(t);
	if (cache->text == NULL || cache->len != len ||
		memcmp(cache->text, VARDATA_ANY(t), len) != 0)
	{
		if (cache->text != NULL)
			pfree(cache->text);
		cache->text = NULL;
		cache->code = scale_code_from_name(text_to_cstring(t), is_level);
		cache->text = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, len + 1);
		memcpy(cache->text, VARDATA_ANY(t), len);
		cache->len = len;
	}
	return cache->code;
}

/* The names that such a byte stands for. */
void
scale_code_names(uint8 code, const char **level, const char **weights)
{
	*level = NULL;
	*weights = NULL;
	if (code == 0)
		return;
	if (code >= FIRST_DISTANCE_CODE)
		*level = distance_levels[code - FIRST_DISTANCE_CODE];
	else if (code > LEVEL_NOMINAL)
		*level = scale_name((ScaleKind) (code - 1));
	else
		*weights = scale_name((ScaleKind) (code - 1));
}

/* Open a state; the first bytes tell of which type it is. */
void
reading_open(Reading *r, Datum state)
{
	memset(r, 0, sizeof(Reading));
	if (!is_biglog(state))
	{
		StateHeader *header = (StateHeader *) PG_DETOAST_DATUM(state);

		if (header->type == STATE_AGREEMENT)
		{
			Agreement  *a = (Agreement *) state_detoast(PointerGetDatum(header),
														STATE_AGREEMENT);

			r->dict = AgreementDict(a);
			r->table = AgreementTable(a);
			return;
		}
		state = PointerGetDatum(header);
	}
	r->ratings = ratings_open(state);
	r->dict = RatingsDict(r->ratings, LOG_LABELS);
	r->table = ratings_patterns(r->ratings);
}

/* Number of annotators, or -1 where they are not known. */
int64
reading_annotators(const Reading *r)
{
	if (r->ratings == NULL)
		return -1;
	return RatingsDict(r->ratings, LOG_ANNOTATOR_NAMES)->n;
}

/* The design of ratings, in the codes of the view. */
void
reading_design(const Reading *r, Design *design)
{
	bool		same = true;
	int32	   *codes;

	ratings_design(r->ratings, design);
	design->q = r->view->n;
	for (int32 i = 0; i < r->dict->n; i++)
		same &= r->view->rank[i] == i;
	if (same)
		return;
	codes = MemoryContextAllocHuge(CurrentMemoryContext,
								   sizeof(int32) * Max(design->n_labels, 1));
	for (int64 i = 0; i < design->n_labels; i++)
		codes[i] = r->view->rank[design->code[i]];
	design->code = codes;
}

/* The labels in canonical order, or as the caller declares them. */
LabelView *
reading_view(const Dict *dict, ArrayType *categories, const bool *seen)
{
	char	  **names;
	int			n;

	if (categories == NULL)
		return label_view(dict);
	n = category_names(categories, &names);
	return label_view_declared(dict, n, names, seen);
}

/* Which codes have a vote. */
static bool *
seen_codes(const Reading *r)
{
	bool	   *seen = palloc0(sizeof(bool) * Max(r->dict->n, 1));
	const PatternCell *cells = TableCells(r->table);

	for (uint32 i = 0; i < r->table->n_cells; i++)
		seen[cells[i].code] = true;
	return seen;
}

/* Refuse labels that are no finite numbers, where numbers are needed. */
static void
need_finite(const LabelView *view, const char *what)
{
	for (int i = 0; i < view->n; i++)
		if (!isfinite(view->score[i]))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" has no place on the scale \"%s\"",
							view->text[i], what),
					 errhint("Leave out the rows that have it.")));
}

/* Refuse a scale that needs an order which the labels do not have. */
static void
need_order(const LabelView *view, const char *what)
{
	if (view->n > 0 && view->score == NULL && !view->positional)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" needs labels that have an order, not %s",
						what, view->kind == LABEL_TEXT ? "plain text" :
						label_kind_name(view->kind)),
				 view->kind == LABEL_SET ?
				 errhint("For sets use krippendorff_alpha at level 'jaccard' or 'masi'.") :
				 errhint("Declare the order: an accessor takes categories => ARRAY['low', 'high'], an aggregate that array as its last argument. Or make the labels numbers or an enum.")));
	if (view->score != NULL)
		need_finite(view, what);
}

/* The numbers that declared categories spell, for the levels that need them. */
static void
need_numbers(LabelView *view, const char *what)
{
	if (view->n > 0 && view->kind != LABEL_NUMBER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level \"%s\" needs labels that are numbers", what),
				 errhint("For categories in an order use level 'ordinal'.")));
	if (view->score == NULL)
	{
		view->score = palloc(sizeof(double) * Max(view->n, 1));
		for (int i = 0; i < view->n; i++)
			view->score[i] = label_score(view->text[i]);
	}
	need_finite(view, what);
}

/* Take the period of a circular scale. */
static void
set_period(Scale *scale, const LabelView *view, double period)
{
	if (period != 0)
	{
		scale->period = period;
		return;
	}
	if (!view->declared && view->n > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a circular scale needs to know its period"),
				 errhint("Give period, such as 24 for hours or 360 for degrees, or declare all categories.")));
	scale->period = view->n;
}

/* Take the ends of a scale. */
static void
set_bounds(Scale *scale, const LabelView *view, ArrayType *bounds,
		   bool required)
{
	float8	   *ends;

	if (bounds == NULL)
	{
		if (required && !view->declared && view->n > 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a polar scale needs to know its ends"),
					 errhint("Give bounds, such as ARRAY[-3, 3], or declare all categories.")));
		return;
	}
	if (ARR_NDIM(bounds) != 1 || ARR_DIMS(bounds)[0] != 2 ||
		ARR_HASNULL(bounds))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds must be an array of two numbers")));
	ends = (float8 *) ARR_DATA_PTR(bounds);
	if (!isfinite(ends[0]) || !isfinite(ends[1]) || !(ends[0] < ends[1]))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds must be two finite numbers, the smaller one first")));
	for (int i = 0; i < view->n; i++)
	{
		double		x = view->score ? view->score[i] : i + 1;

		if (x < ends[0] || x > ends[1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" lies outside the bounds",
							view->text[i])));
	}
	scale->lower = ends[0];
	scale->upper = ends[1];
}

/* Take the ends of a scale of ratios, which has nothing below 0. */
static void
set_ratio_bounds(Scale *scale, const LabelView *view, ArrayType *bounds)
{
	set_bounds(scale, view, bounds, false);
	if (bounds != NULL && scale->lower < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bounds of \"ratio\" must not be negative")));
}

/* Take a matrix of weights given by the caller. */
static void
set_matrix(Scale *scale, const LabelView *view, ArrayType *matrix)
{
	int			q = view->n;
	float8	   *w;

	if (ARR_NDIM(matrix) != 2 || ARR_DIMS(matrix)[0] != q ||
		ARR_DIMS(matrix)[1] != q || ARR_HASNULL(matrix))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("weights must be a %d by %d matrix without NULL", q, q),
				 errhint("It has a row and a column for each category, in their order; declare them by categories.")));
	w = (float8 *) ARR_DATA_PTR(matrix);
	for (int i = 0; i < q; i++)
		for (int j = 0; j <= i; j++)
		{
			double		x = w[(Size) i * q + j];

			if (!(x >= -1 && x <= 1) || x != w[(Size) j * q + i] ||
				(i == j && x != 1))
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("weights must be symmetric and lie between -1 and 1, with 1 on the diagonal"),
						 errdetail("See the weight of \"%s\" and \"%s\".",
								   view->text[i], view->text[j])));
		}
	scale->kind = WEIGHTS_CUSTOM;
	scale->matrix = w;
}

/* Set a scale by a level that is a formula. */
static void
set_level(Scale *scale, LabelView *view, const ReadArgs *args)
{
	const char *name = args->level ? args->level : "nominal";

	if (!scale_level_from_name(name, &scale->kind))
		unknown_scale(name, true);
	switch (scale->kind)
	{
		case LEVEL_ORDINAL:
			need_order(view, name);
			break;
		case LEVEL_RATIO:
			need_numbers(view, name);
			for (int i = 0; i < view->n; i++)
				if (view->score[i] < 0)
					ereport(ERROR,
							(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							 errmsg("label \"%s\" is negative, which level \"ratio\" does not allow",
									view->text[i]),
							 errhint("Use level 'interval'.")));
			set_ratio_bounds(scale, view, args->bounds);
			break;
		case LEVEL_INTERVAL:
			need_numbers(view, name);
			set_bounds(scale, view, args->bounds, false);
			break;
		case LEVEL_CIRCULAR:
			need_order(view, name);
			set_period(scale, view, args->period);
			break;
		case LEVEL_POLAR:
			need_order(view, name);
			set_bounds(scale, view, args->bounds, true);
			break;
		default:
			break;
	}
}

/* Set a scale by weights that are a formula. */
static void
set_weights(Scale *scale, LabelView *view, const ReadArgs *args)
{
	if (!scale_weights_from_name(args->weights, &scale->kind))
		unknown_scale(args->weights, false);
	if (scale->kind != WEIGHTS_UNWEIGHTED)
		need_order(view, args->weights);
	switch (scale->kind)
	{
		case WEIGHTS_CIRCULAR:
			set_period(scale, view, args->period);
			break;
		case WEIGHTS_RATIO:
			set_ratio_bounds(scale, view, args->bounds);
			break;
		case WEIGHTS_LINEAR:
		case WEIGHTS_QUADRATIC:
		case WEIGHTS_RADICAL:
		case WEIGHTS_BIPOLAR:
			set_bounds(scale, view, args->bounds, false);
			break;
		default:
			break;
	}
}

/* Set a scale for labels by what the caller says. */
void
reading_scale(Scale *scale, LabelView *view, const ReadArgs *args,
			  FunctionCallInfo fcinfo)
{
	memset(scale, 0, sizeof(Scale));
	scale->q = view->n;
	if (args->level && (args->weights || args->matrix))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level and weights cannot both be given"),
				 errhint("A level says how far labels are apart, weights how much they agree: choose one.")));
	if (OidIsValid(args->distance))
		distance_from_function(scale, args->distance, view, fcinfo);
	else if (args->level && distance_level(args->level))
		distance_from_level(scale, args->level, view);
	else if (args->matrix)
		set_matrix(scale, view, args->matrix);
	else if (args->weights)
		set_weights(scale, view, args);
	else
		set_level(scale, view, args);
	scale->score = view->score;
	scale_prepare(scale);
}

/* Refuse labels that are no categories: sets and spans. */
void
need_categories(LabelKind kind)
{
	if (kind != LABEL_SET && kind != LABEL_SPAN)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("this coefficient is not defined for labels of kind \"%s\"",
					label_kind_name(kind)),
			 errhint("Use krippendorff_alpha with level '%s', or percent_agreement.",
					 kind == LABEL_SET ? "jaccard" : "overlap")));
}

/* Give a notice, once, where fractions are read as mere names. */
void
notice_fractions(FmgrInfo *flinfo, const LabelView *view)
{
	if (view->score == NULL || flinfo->fn_extra != NULL)
		return;
	for (int i = 0; i < view->n; i++)
	{
		if (view->score[i] == floor(view->score[i]) ||
			!isfinite(view->score[i]))
			continue;
		flinfo->fn_extra = flinfo;
		ereport(NOTICE,
				(errmsg("labels such as \"%s\" are compared for equality only",
						view->text[i]),
				 errhint("For measurements give the level: krippendorff_alpha(item, label, 'interval'), of a state level => 'interval'. The level 'nominal' says that equality is meant.")));
		return;
	}
}

/* Interpret an opened state by what the caller says. */
void
reading_interpret(Reading *r, const ReadArgs *args, FunctionCallInfo fcinfo)
{
	r->view = reading_view(r->dict, args->categories,
						   args->categories ? seen_codes(r) : NULL);
	r->patterns = table_patterns(r->table, r->view->rank, r->view->n);
	if (!args->level && !args->weights && !args->matrix &&
		!OidIsValid(args->distance))
		notice_fractions(fcinfo->flinfo, r->view);
	reading_scale(&r->scale, r->view, args, fcinfo);
	if (OidIsValid(args->distance))
		r->level = "function";
	else if (args->weights || args->matrix)
		r->weights = args->weights ? args->weights : "custom";
	else
		r->level = args->level ? args->level : "nominal";
}

/*
 * The weights that belong to the level read, for the coefficients other than
 * alpha; false when the level is no weight scheme.
 */
bool
reading_other_scale(const Reading *r, Scale *scale)
{
	*scale = r->scale;
	switch (r->scale.kind)
	{
		case LEVEL_NOMINAL:
			scale->kind = WEIGHTS_UNWEIGHTED;
			break;
		case LEVEL_INTERVAL:
			scale->kind = WEIGHTS_QUADRATIC;
			break;
		case LEVEL_RATIO:
			scale->kind = WEIGHTS_RATIO;
			break;
		case LEVEL_CIRCULAR:
			scale->kind = WEIGHTS_CIRCULAR;
			break;
		case LEVEL_ORDINAL:
		case LEVEL_POLAR:
		case LEVEL_DISTANCE:
			scale->kind = WEIGHTS_UNWEIGHTED;
			scale_prepare(scale);
			return false;
		default:
			return true;
	}
	scale_prepare(scale);
	return r->view->kind != LABEL_SET && r->view->kind != LABEL_SPAN;
}
