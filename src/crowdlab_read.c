/*
 * crowdlab_read.c
 *		CROWDLAB and ActiveLab as SQL calls them.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "crowdlab.h"
#include "match.h"
#include "miscadmin.h"
#include "predictions.h"
#include "reading.h"
#include "rows.h"

/* ratings and predictions, opened and made to fit each other */
typedef struct Crowdlab
{
	Ratings    *ratings;
	Ratings    *predictions;
	Dict	   *classes;
	Dict	   *annotators;
	int64	   *partner;		/* the item of the ratings that each item of the
								 * predictions is, or -1 */
	Design		design;
	ClassProbabilities model;
	CrowdlabData data;
	CrowdlabFit fit;
} Crowdlab;

/* The classes of the labels of the ratings. */
static int32 *
class_codes(const Crowdlab *c)
{
	const Dict *labels = RatingsDict(c->ratings, LOG_LABELS);
	int32	   *class;
	bool	   *used = array_alloc(Max(labels->n, 1), sizeof(bool), true);
	int32	   *codes = array_alloc(Max(c->ratings->n_labels, 1), sizeof(int32),
									false);

	if (labels->n > 0 && c->classes->n > 0 &&
		!dict_same_space(c->classes, labels))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("labels of ratings and predictions are of different types"),
				 errhint("Cast the label to one type in both.")));
	class = match_entries(c->classes, labels, "label");
	for (int64 j = 0; j < c->ratings->n_labels; j++)
	{
		int32		code = RatingsCodes(c->ratings)[j];

		used[code] = true;
		codes[j] = class[code];
	}
	for (int32 k = 0; k < labels->n; k++)
		if (used[k] && class[k] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("label \"%s\" is none of the classes in predictions",
							DictText(labels, k)),
					 errhint("Give it a probability, 0 if the classifier does not know it, on one item at least.")));
	pfree(class);
	pfree(used);
	return codes;
}

/* Find the predictions of each item that has a label. */
static int64 *
model_items(const Crowdlab *c)
{
	int64	   *item = array_alloc(Max(c->ratings->n_items, 1), sizeof(int64),
								   false);
	char		number[32];

	for (int64 i = 0; i < c->ratings->n_items; i++)
		item[i] = -1;
	for (int64 j = 0; j < c->predictions->n_items; j++)
		if (c->partner[j] >= 0)
			item[c->partner[j]] = j;
	for (int64 i = 0; i < c->ratings->n_items; i++)
		if (item[i] < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("item \"%s\" has labels but no predictions",
							ratings_item_text(c->ratings, i, number)),
					 errhint("Predict all labeled items, or leave out the labels of the others.")));
	return item;
}

/* Open the first two arguments. */
static void
crowdlab_open(Crowdlab *c, FunctionCallInfo fcinfo)
{
	c->ratings = ratings_open(PG_GETARG_DATUM(0));
	c->predictions = predictions_open(PG_GETARG_DATUM(1));
	c->classes = RatingsDict(c->predictions, LOG_LABELS);
	c->annotators = RatingsDict(c->ratings, LOG_ANNOTATOR_NAMES);
	c->partner = match_items(c->ratings, c->predictions,
							"Cast the item to one type in both.");
	ratings_design(c->ratings, &c->design);
	c->model.n_classes = c->classes->n;
	c->model.n_items = c->predictions->n_items;
	c->model.start = RatingsStarts(c->predictions);
	c->model.code = RatingsCodes(c->predictions);
	c->model.probability = PredictionsProbabilities(c->predictions);
	c->model.power = 1;
	c->data.model_item = model_items(c);
	c->design.code = class_codes(c);
	c->design.q = c->model.n_classes;
	c->data.design = &c->design;
	c->data.model = &c->model;
}

/* Open the arguments, and fit; says whether there is anything to tell of. */
static bool
crowdlab_begin(Crowdlab *c, Rows *rows, FunctionCallInfo fcinfo)
{
	rows_begin(rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return false;
	crowdlab_open(c, fcinfo);
	crowdlab_fit(&c->data, &c->fit);
	return true;
}

/* Put the text of a class, or NULL where there is no fit. */
static void
put_class(Rows *rows, const Crowdlab *c, bool known, int32 class)
{
	put_text(rows, known ? DictText(c->classes, class) : NULL);
}

/* The share of an item's labels that are a class. */
static double
share_of_labels(const Design *d, int64 item, int32 class)
{
	int64		n = d->start[item + 1] - d->start[item];
	int64		same = 0;

	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		same += d->code[j] == class;
	return (double) same / (double) n;
}

/* crowdlab(ratings, predictions) */
PG_FUNCTION_INFO_V1(crowdlab);
Datum
crowdlab(PG_FUNCTION_ARGS)
{
	Crowdlab	c;
	Rows		rows;
	char		number[32];
	bool		known;

	if (!crowdlab_begin(&c, &rows, fcinfo))
		return (Datum) 0;
	known = c.fit.reason == REASON_NONE;
	for (int64 i = 0; i < c.design.n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		put_text(&rows, ratings_item_text(c.ratings, i, number));
		put_class(&rows, &c, known, known ? c.fit.consensus[i] : 0);
		put_float(&rows, known, known ? c.fit.quality[i] : 0);
		put_class(&rows, &c, true, c.fit.majority[i]);
		put_float(&rows, known, !known ? 0 :
				  share_of_labels(&c.design, i, c.fit.consensus[i]));
		put_count(&rows, c.design.start[i + 1] - c.design.start[i]);
		put_text(&rows, reason_name(c.fit.reason));
		row_end(&rows);
	}
	return (Datum) 0;
}

/* crowdlab_labels(ratings, predictions) */
PG_FUNCTION_INFO_V1(crowdlab_labels);
Datum
crowdlab_labels(PG_FUNCTION_ARGS)
{
	Crowdlab	c;
	Rows		rows;
	char		number[32];
	bool		known;

	if (!crowdlab_begin(&c, &rows, fcinfo))
		return (Datum) 0;
	known = c.fit.reason == REASON_NONE;
	for (int64 i = 0; i < c.design.n_items; i++)
	{
		const char *item = ratings_item_text(c.ratings, i, number);

		CHECK_FOR_INTERRUPTS();
		for (int64 j = c.design.start[i]; j < c.design.start[i + 1]; j++)
		{
			put_text(&rows, item);
			put_text(&rows, DictText(c.annotators, c.design.annotator[j]));
			put_class(&rows, &c, true, c.design.code[j]);
			put_float(&rows, known, known ? c.fit.label_quality[j] : 0);
			put_text(&rows, reason_name(c.fit.reason));
			row_end(&rows);
		}
	}
	return (Datum) 0;
}

/* crowdlab_annotators(ratings, predictions) */
PG_FUNCTION_INFO_V1(crowdlab_annotators_read);
Datum
crowdlab_annotators_read(PG_FUNCTION_ARGS)
{
	Crowdlab	c;
	Rows		rows;
	CrowdlabAnnotator *figures;
	int64	   *counts;
	bool		known;

	if (!crowdlab_begin(&c, &rows, fcinfo))
		return (Datum) 0;
	known = c.fit.reason == REASON_NONE;
	figures = array_alloc(Max(c.design.n_annotators, 1),
						  sizeof(CrowdlabAnnotator), true);
	counts = array_alloc(Max(c.design.n_annotators, 1), sizeof(int64), true);
	for (int64 j = 0; j < c.design.n_labels; j++)
		counts[c.design.annotator[j]]++;
	if (known)
		crowdlab_annotators(&c.data, &c.fit, figures);
	for (int a = 0; a < c.design.n_annotators; a++)
	{
		put_text(&rows, DictText(c.annotators, a));
		put_float(&rows, known, figures[a].quality);
		put_float(&rows, known, figures[a].agreement);
		put_class(&rows, &c, known, figures[a].worst_class);
		put_count(&rows, counts[a]);
		put_float(&rows, known, known ? c.fit.weight[a] : 0);
		put_float(&rows, known, known ? c.fit.model_weight : 0);
		put_text(&rows, reason_name(c.fit.reason));
		row_end(&rows);
	}
	return (Datum) 0;
}

/* The temperature of the third argument as a power; 0: to be fitted. */
static double
power_argument(FunctionCallInfo fcinfo)
{
	double		temperature;

	if (PG_ARGISNULL(2))
		return 0;
	temperature = PG_GETARG_FLOAT8(2);
	if (!(temperature >= 0.01 && temperature <= 100))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("temperature must be between 0.01 and 100, not %g",
						temperature)));
	return 1 / temperature;
}

/* crowdlab_next(ratings, predictions, temperature) */
PG_FUNCTION_INFO_V1(crowdlab_next);
Datum
crowdlab_next(PG_FUNCTION_ARGS)
{
	Crowdlab	c;
	Rows		rows;
	double		power = power_argument(fcinfo);
	double	   *row;
	char		number[32];
	bool		known;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	crowdlab_open(&c, fcinfo);
	c.model.power = power > 0 ? power : crowdlab_power(&c.data);
	crowdlab_fit(&c.data, &c.fit);
	known = c.fit.reason == REASON_NONE;
	row = array_alloc(Max(c.model.n_classes, 1), sizeof(double), false);
	for (int64 j = 0; j < c.model.n_items; j++)
	{
		int64		i = c.partner[j];
		int32		label = 0;
		double		score = !known ? 0 :
			crowdlab_score(&c.data, &c.fit, i, j, row, &label);

		CHECK_FOR_INTERRUPTS();
		put_text(&rows, ratings_item_text(c.predictions, j, number));
		put_count(&rows, i < 0 ? 0 : c.design.start[i + 1] - c.design.start[i]);
		put_class(&rows, &c, known, label);
		put_float(&rows, known, score);
		put_text(&rows, reason_name(c.fit.reason));
		row_end(&rows);
	}
	return (Datum) 0;
}
