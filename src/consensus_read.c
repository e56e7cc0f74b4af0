/*
 * consensus_read.c
 *		What a model says of items: consensus() and posterior().
 */
#include "postgres.h"

#include <math.h>

#include "annotator_model.h"
#include "array.h"
#include "dict_union.h"
#include "miscadmin.h"
#include "reading.h"
#include "rows.h"
#include "utils/builtins.h"

/* ratings read by a model */
typedef struct ConsensusWalk
{
	Ratings    *ratings;
	Dict	   *labels;			/* of ratings, gold and model */
	Datum	   *label_text;
	ModelData	data;
	OpenModel	open;
	ModelReader *reader;
	double		temperature;
	int			q;				/* classes of all */
	double	   *posterior;
	MemoryContext row;			/* what one row takes */
} ConsensusWalk;

/* The temperature, above 0. */
static double
temperature_argument(FunctionCallInfo fcinfo, int arg)
{
	double		t = float_argument(fcinfo, arg, 1);

	if (!(t > 0) || isinf(t))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("temperature must be a positive number, not %g", t),
				 errhint("1 leaves probabilities as they are, more makes them less certain.")));
	return t;
}

/* Open ratings, model, temperature and gold: arguments 0 to 3. */
static void
walk_open(ConsensusWalk *w, FunctionCallInfo fcinfo)
{
	Dict	   *dicts[3] = {NULL, NULL, NULL};
	int32	   *map[3];
	Ratings    *gold = PG_ARGISNULL(3) ? NULL :
		ratings_open(PG_GETARG_DATUM(3));
	Design	   *d = &w->data.design;

	memset(w, 0, sizeof(ConsensusWalk));
	w->temperature = temperature_argument(fcinfo, 2);
	w->ratings = ratings_open(PG_GETARG_DATUM(0));
	annotator_model_open(&w->open, PG_GETARG_DATUM(1));
	dicts[0] = RatingsDict(w->ratings, LOG_LABELS);
	dicts[1] = w->open.labels;
	if (gold != NULL)
		dicts[2] = RatingsDict(gold, LOG_LABELS);
	w->labels = dict_union(3, dicts, map, "label");
	w->q = w->labels->n;
	ratings_design(w->ratings, d);
	d->q = w->q;
	if (map[0] != NULL)
	{
		int32	   *code = array_alloc(d->n_labels, sizeof(int32), false);

		for (int64 j = 0; j < d->n_labels; j++)
			code[j] = map[0][d->code[j]];
		d->code = code;
	}
	if (gold != NULL)
		gold_accept(w->ratings, gold, map[2], &w->data);
	w->reader = model_reader_open(&w->open, d, w->labels,
								  RatingsDict(w->ratings, LOG_ANNOTATOR_NAMES));
	w->posterior = array_alloc(w->q, sizeof(double), false);
	w->label_text = array_alloc(w->q, sizeof(Datum), false);
	for (int k = 0; k < w->q; k++)
		w->label_text[k] = CStringGetTextDatum(DictText(w->labels, k));
	w->row = AllocSetContextCreate(CurrentMemoryContext, "annoqa row",
								   ALLOCSET_SMALL_SIZES);
}

/* The posterior of an item; a gold item's is what gold says. */
static void
walk_posterior(ConsensusWalk *w, int64 item)
{
	int			n = ItemAccepted(&w->data, item);
	const int32 *accepted = ItemAnswers(&w->data, item);
	double		total = 0;

	reader_posterior(w->reader, &w->data.design, item, w->temperature,
					 w->posterior);
	if (n == 0)
		return;
	for (int i = 0; i < n; i++)
		total += w->posterior[accepted[i]];
	for (int k = 0, i = 0; k < w->q; k++)
	{
		bool		is_accepted = i < n && accepted[i] == k;

		i += is_accepted;
		w->posterior[k] = !is_accepted ? 0 :
			total > 0 ? w->posterior[k] / total : 1.0 / n;
	}
}

/* Put an item's name. */
static void
put_item(Rows *rows, const ConsensusWalk *w, int64 item)
{
	char		number[32];

	put_text(rows, ratings_item_text(w->ratings, item, number));
}

/* Share of the votes of an item that a label has. */
static double
vote_share(const Design *d, int64 item, int label)
{
	int64		n = 0;

	for (int64 j = d->start[item]; j < d->start[item + 1]; j++)
		n += d->code[j] == label;
	return (double) n / (double) (d->start[item + 1] - d->start[item]);
}

/* Put what the model says of an item. */
static void
put_consensus(Rows *rows, ConsensusWalk *w, int64 item)
{
	const Design *d = &w->data.design;
	int			best = 0;
	int			n_best = 0;
	double		entropy = 0;

	for (int k = 1; k < w->q; k++)
		if (w->posterior[k] > w->posterior[best])
			best = k;
	for (int k = 0; k < w->q; k++)
	{
		double		p = w->posterior[k];

		n_best += p >= w->posterior[best] - EQUAL_POSTERIORS;
		entropy -= p > 0 ? p * log(p) : 0;
	}
	put_item(rows, w, item);
	if (n_best == 1)
		put_datum(rows, w->label_text[best]);
	else
		put_null(rows);
	put_float(rows, true, w->posterior[best]);
	put_float(rows, n_best == 1, vote_share(d, item, best));
	put_float(rows, true, Max(entropy, 0));
	put_count(rows, d->start[item + 1] - d->start[item]);
	put_bool(rows, n_best > 1);
	row_end(rows);
}

/* Put one row for each class. */
static void
put_posterior(Rows *rows, ConsensusWalk *w, int64 item)
{
	for (int k = 0; k < w->q; k++)
	{
		put_item(rows, w, item);
		put_datum(rows, w->label_text[k]);
		put_float(rows, true, w->posterior[k]);
		row_end(rows);
	}
}

/* Put rows for each item. */
static Datum
walk_items(FunctionCallInfo fcinfo,
		   void (*put) (Rows *rows, ConsensusWalk *w, int64 item))
{
	Rows		rows;
	ConsensusWalk w;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	walk_open(&w, fcinfo);
	for (int64 i = 0; i < w.data.design.n_items; i++)
	{
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		walk_posterior(&w, i);
		old = MemoryContextSwitchTo(w.row);
		put(&rows, &w, i);
		MemoryContextSwitchTo(old);
		MemoryContextReset(w.row);
	}
	return (Datum) 0;
}

/* consensus(ratings, annotator_model, temperature, gold) */
PG_FUNCTION_INFO_V1(model_consensus);
Datum
model_consensus(PG_FUNCTION_ARGS)
{
	return walk_items(fcinfo, put_consensus);
}

/* posterior(ratings, annotator_model, temperature, gold) */
PG_FUNCTION_INFO_V1(model_posteriors);
Datum
model_posteriors(PG_FUNCTION_ARGS)
{
	return walk_items(fcinfo, put_posterior);
}
