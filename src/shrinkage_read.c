/*
 * shrinkage_read.c
 *		shrunken_accuracy() and its like, as SQL calls them.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "common/int.h"
#include "funcapi.h"
#include "gold_answers.h"
#include "interrupts.h"
#include "options.h"
#include "ratings.h"
#include "reading.h"
#include "rows.h"
#include "shrinkage.h"
#include "utils/builtins.h"

/* the answers of an annotator, in a stratum or in all */
typedef struct AnnotatorCount
{
	const char *annotator;
	const char *stratum;		/* "" when there are none */
	int64		correct;
	int64		n;
} AnnotatorCount;

/* Order by annotator, then stratum, byte by byte. */
static int
compare_counts(const AnnotatorCount *a, const AnnotatorCount *b)
{
	int			order = strcmp(a->annotator, b->annotator);

	return order != 0 ? order : strcmp(a->stratum, b->stratum);
}

#define ST_SORT sort_counts
#define ST_ELEMENT_TYPE AnnotatorCount
#define ST_COMPARE(x, y) compare_counts(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* The elements of an array argument, none of them NULL. */
static Datum *
elements(FunctionCallInfo fcinfo, int arg, Oid type, const char *name, int *n)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(arg);
	Datum	   *values;
	bool	   *nulls;

	if (type == TEXTOID)
		deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT,
						  &values, &nulls, n);
	else
		deconstruct_array(array, INT8OID, sizeof(int64), FLOAT8PASSBYVAL,
						  TYPALIGN_DOUBLE, &values, &nulls, n);
	for (int i = 0; i < *n; i++)
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s must not contain NULL", name)));
	return values;
}

/* Check the counts of an annotator. */
static void
check_counts(const char *annotator, int64 correct, int64 n)
{
	if (correct < 0 || n < 0 || correct > n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("annotator \"%s\" cannot have %lld correct of %lld",
						annotator, (long long) correct, (long long) n)));
}

/* Add up what is of one annotator and stratum; gives how many are left. */
static int
add_equal(AnnotatorCount *counts, int n)
{
	int			left = 0;

	for (int i = 0; i < n; i++)
	{
		AnnotatorCount *last = &counts[left - 1];

		if (left == 0 || compare_counts(last, &counts[i]) != 0)
			counts[left++] = counts[i];
		else if (pg_add_s64_overflow(last->n, counts[i].n, &last->n))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number of answers is out of range")));
		else
			last->correct += counts[i].correct;
	}
	return left;
}

/*
 * Read annotators, strata if there are any, correct and n from arrays: sorted,
 * and repeats added up.
 */
static AnnotatorCount *
read_counts(FunctionCallInfo fcinfo, bool strata, int *n)
{
	int			n_given[4];
	int			arg = strata ? 2 : 1;
	Datum	   *annotator = elements(fcinfo, 0, TEXTOID, "annotators", &n_given[0]);
	Datum	   *stratum = elements(fcinfo, arg - 1, TEXTOID, "strata", &n_given[1]);
	Datum	   *correct = elements(fcinfo, arg, INT8OID, "correct", &n_given[2]);
	Datum	   *all = elements(fcinfo, arg + 1, INT8OID, "n", &n_given[3]);
	AnnotatorCount *counts;

	for (int i = 1; i < 4; i++)
		if (n_given[i] != n_given[0])
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("the arrays differ in length: %d and %d",
							n_given[0], n_given[i])));
	counts = array_alloc(Max(n_given[0], 1), sizeof(AnnotatorCount), false);
	for (int i = 0; i < n_given[0]; i++)
	{
		counts[i].annotator = TextDatumGetCString(annotator[i]);
		counts[i].stratum = strata ? TextDatumGetCString(stratum[i]) : "";
		counts[i].correct = DatumGetInt64(correct[i]);
		counts[i].n = DatumGetInt64(all[i]);
		check_counts(counts[i].annotator, counts[i].correct, counts[i].n);
	}
	sort_counts(counts, n_given[0]);
	*n = add_equal(counts, n_given[0]);
	return counts;
}

/* Count the right answers of each annotator of ratings. */
static AnnotatorCount *
count_ratings(const Ratings *r, const Ratings *gold, int *n)
{
	Dict	   *names = RatingsDict(r, LOG_ANNOTATOR_NAMES);
	AnnotatorCount *counts = array_alloc(Max(names->n, 1),
										 sizeof(AnnotatorCount), true);
	GoldAnswers answers;
	Design		d;

	ratings_design(r, &d);
	gold_answers_open(r, gold, &answers);
	for (int i = 0; i < names->n; i++)
		counts[i].annotator = DictText(names, i);
	for (int64 i = 0; i < d.n_items; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (answers.class[i] < 0)
			continue;
		for (int64 j = d.start[i]; j < d.start[i + 1]; j++)
		{
			AnnotatorCount *c = &counts[d.annotator[j]];

			c->n++;
			c->correct += gold_accepts(&answers, answers.class[i], d.code[j]);
		}
	}
	*n = names->n;
	return counts;
}

/* The counts as the mathematics reads them. */
static GoldCount *
gold_counts(const AnnotatorCount *counts, int n)
{
	GoldCount  *gold = array_alloc(Max(n, 1), sizeof(GoldCount), false);

	for (int i = 0; i < n; i++)
	{
		gold[i].correct = (double) counts[i].correct;
		gold[i].n = (double) counts[i].n;
	}
	return gold;
}

/* Put n, correct, accuracy and what they are shrunk to. */
static void
put_shrunken(Rows *rows, const GoldCount *c, const CrowdPrior *prior,
			 double mean, double confidence)
{
	ShrunkenShare s = {0.0, 0.0, 0.0};

	put_count(rows, (int64) c->n);
	put_count(rows, (int64) c->correct);
	put_float(rows, c->n > 0.0, c->n > 0.0 ? c->correct / c->n : 0.0);
	if (prior->defined)
		shrink(c, mean, prior->strength, confidence, &s);
	put_float(rows, prior->defined, s.mean);
	put_float(rows, prior->defined, s.lower);
	put_float(rows, prior->defined, s.upper);
	put_float(rows, prior->defined, prior->strength);
	put_float(rows, prior->defined, mean);
	put_text(rows, reason_name(c->n > 0.0 ? prior->reason : REASON_NO_ITEMS));
}

/* Return one row an annotator. */
static void
put_annotators(FunctionCallInfo fcinfo, const AnnotatorCount *counts, int n,
			   double confidence, Rows *rows)
{
	GoldCount  *gold = gold_counts(counts, n);
	CrowdPrior	prior;

	crowd_fit(gold, n, &prior);
	for (int i = 0; i < n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		put_text(rows, counts[i].annotator);
		put_shrunken(rows, &gold[i], &prior, prior.mean, confidence);
		row_end(rows);
	}
}

/* shrunken_accuracy(annotators, correct, n, confidence) */
PG_FUNCTION_INFO_V1(shrunken_accuracy_counts);
Datum
shrunken_accuracy_counts(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_argument(fcinfo, 3);
	AnnotatorCount *counts;
	Rows		rows;
	int			n;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return (Datum) 0;
	counts = read_counts(fcinfo, false, &n);
	put_annotators(fcinfo, counts, n, confidence, &rows);
	return (Datum) 0;
}

/* shrunken_accuracy(ratings, gold [, confidence]) */
PG_FUNCTION_INFO_V1(shrunken_accuracy_ratings);
Datum
shrunken_accuracy_ratings(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_argument(fcinfo, 2);
	AnnotatorCount *counts;
	Rows		rows;
	int			n;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	counts = count_ratings(ratings_open(PG_GETARG_DATUM(0)),
						   ratings_open(PG_GETARG_DATUM(1)), &n);
	put_annotators(fcinfo, counts, n, confidence, &rows);
	return (Datum) 0;
}

/* Number the annotators of counts that stand by annotator. */
static int32 *
number_annotators(const AnnotatorCount *counts, int n)
{
	int32	   *number = array_alloc(Max(n, 1), sizeof(int32), true);

	for (int i = 1; i < n; i++)
		number[i] = number[i - 1] +
			(strcmp(counts[i].annotator, counts[i - 1].annotator) != 0);
	return number;
}

/* shrunken_accuracy_by_stratum(annotators, strata, correct, n, confidence) */
PG_FUNCTION_INFO_V1(shrunken_accuracy_by_stratum);
Datum
shrunken_accuracy_by_stratum(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_argument(fcinfo, 4);
	AnnotatorCount *counts;
	GoldCount  *gold;
	CrowdPrior	within;
	double	   *mean;
	Rows		rows;
	int			n;

	rows_begin(&rows, fcinfo);
	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	counts = read_counts(fcinfo, true, &n);
	mean = array_alloc(Max(n, 1), sizeof(double), true);
	gold = gold_counts(counts, n);
	strata_fit(number_annotators(counts, n), gold, n, mean, &within);
	for (int i = 0; i < n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		put_text(&rows, counts[i].annotator);
		put_text(&rows, counts[i].stratum);
		put_shrunken(&rows, &gold[i], &within, mean[i], confidence);
		row_end(&rows);
	}
	return (Datum) 0;
}

/* shrink_accuracy(correct, n, crowd_mean, strength, confidence) */
PG_FUNCTION_INFO_V1(shrink_accuracy);
Datum
shrink_accuracy(PG_FUNCTION_ARGS)
{
	GoldCount	count;
	ShrunkenShare s;
	double		confidence = confidence_argument(fcinfo, 4);
	double		mean,
				strength;
	Rows		rows;

	rows_begin(&rows, fcinfo);
	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i))
			return (Datum) 0;
	count.correct = (double) PG_GETARG_INT64(0);
	count.n = (double) PG_GETARG_INT64(1);
	mean = PG_GETARG_FLOAT8(2);
	strength = PG_GETARG_FLOAT8(3);
	if (count.correct < 0 || count.correct > count.n)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%lld correct of %lld is not possible",
						(long long) PG_GETARG_INT64(0),
						(long long) PG_GETARG_INT64(1))));
	if (!(mean > 0.0 && mean < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("crowd_mean must lie between 0 and 1, not %g", mean)));
	if (!(strength >= 1e-3 && strength <= 1e12))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("strength must lie between 0.001 and 1e12, not %g",
						strength)));
	shrink(&count, mean, strength, confidence, &s);
	put_float(&rows, true, s.mean);
	put_float(&rows, true, s.lower);
	put_float(&rows, true, s.upper);
	row_end(&rows);
	return (Datum) 0;
}
