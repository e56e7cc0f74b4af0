/*
 * consensus_read.c
 *		What a model says of items: consensus(), posterior() and label_gain().
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
	double	   *chance;			/* label_gain: of the next annotator's labels,
								 * by class of the model, then label */
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

/* The entropy of the posterior at hand. */
static double
posterior_entropy(const ConsensusWalk *w)
{
	double		entropy = 0;

	for (int k = 0; k < w->q; k++)
		if (w->posterior[k] > 0)
			entropy -= w->posterior[k] * log(w->posterior[k]);
	return Max(entropy, 0);
}

/* Put what the model says of an item. */
static void
put_consensus(Rows *rows, ConsensusWalk *w, int64 item)
{
	const Design *d = &w->data.design;
	int			best = 0;
	int			n_best = 0;

	for (int k = 1; k < w->q; k++)
		if (w->posterior[k] > w->posterior[best])
			best = k;
	for (int k = 0; k < w->q; k++)
		n_best += w->posterior[k] >= w->posterior[best] - EQUAL_POSTERIORS;
	put_item(rows, w, item);
	if (n_best == 1)
		put_datum(rows, w->label_text[best]);
	else
		put_null(rows);
	put_float(rows, true, w->posterior[best]);
	put_float(rows, n_best == 1, vote_share(d, item, best));
	put_float(rows, true, posterior_entropy(w));
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

/* an annotator to be sorted by skill */
typedef struct SkillRef
{
	double		skill;
	int			annotator;
} SkillRef;

#define ST_SORT sort_skills
#define ST_ELEMENT_TYPE SkillRef
#define ST_COMPARE(a, b) \
	((a)->skill != (b)->skill ? ((a)->skill < (b)->skill ? -1 : 1) : \
	 ((a)->annotator > (b)->annotator) - ((a)->annotator < (b)->annotator))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * The annotator of median skill, the lower of two; whom the model does not know
 * where it knows nobody.
 */
static int
median_annotator(const ConsensusModel *m)
{
	const ModelRoutine *r = model_routine(m->method);
	SkillRef   *skills = array_alloc(Max(m->n_annotators, 1), sizeof(SkillRef),
									 false);
	int			n = 0;
	int			median;

	for (int a = 0; a < m->n_annotators; a++)
	{
		skills[n].skill = r->skill(m, a);
		skills[n].annotator = a;
		n += !isnan(skills[n].skill);
	}
	sort_skills(skills, n);
	median = n == 0 ? m->n_annotators : skills[(n - 1) / 2].annotator;
	pfree(skills);
	return median;
}

/* Work out how the next annotator is expected to label each class. */
static void
find_chances(ConsensusWalk *w)
{
	const ConsensusModel *m = &w->open.model;
	int			next;

	model_need_chance(m);
	if (m->q > MAX_ROW_NUMBERS / Max(m->q, 1))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("label_gain for %d classes exceeds the limit of %d numbers",
						m->q, MAX_ROW_NUMBERS),
				 errdetail("There is a number for each two classes.")));
	next = median_annotator(m);
	w->chance = array_alloc((int64) m->q * m->q, sizeof(double), false);
	for (int k = 0; k < m->q; k++)
	{
		CHECK_FOR_INTERRUPTS();
		for (int l = 0; l < m->q; l++)
			w->chance[(Size) k * m->q + l] =
				model_routine(m->method)->chance(m, next, k, l);
	}
}

/*
 * The fall in the chance of a wrong answer that one more label is expected to
 * bring: with p_k the posterior and c_kl the chance of label l given class k,
 * sum over l of max p_k c_kl, less max p_k.
 */
static double
expected_gain(const ConsensusWalk *w)
{
	const ConsensusModel *m = &w->open.model;
	double		now = 0;
	double		then = 0;

	for (int l = 0; l < m->q; l++)
	{
		double		most = 0;

		CHECK_FOR_INTERRUPTS();
		for (int k = 0; k < m->q; k++)
		{
			int32		class = w->reader->class[k];
			double		p = class < 0 ? 0 : w->posterior[class];

			now = Max(now, p);
			most = Max(most, p * w->chance[(Size) k * m->q + l]);
		}
		then += most;
	}
	return Max(then - now, 0);
}

/* Put what one more label would bring. */
static void
put_gain(Rows *rows, ConsensusWalk *w, int64 item)
{
	const Design *d = &w->data.design;
	double		best = 0;

	for (int k = 0; k < w->q; k++)
		best = Max(best, w->posterior[k]);
	put_item(rows, w, item);
	put_count(rows, d->start[item + 1] - d->start[item]);
	put_float(rows, true, best);
	put_float(rows, true, posterior_entropy(w));
	put_float(rows, true, expected_gain(w));
	row_end(rows);
}

/* Put rows for each item; with_chances: the next label is asked for. */
static Datum
walk_items(FunctionCallInfo fcinfo, bool with_chances,
		   void (*put) (Rows *rows, ConsensusWalk *w, int64 item))
{
	Rows		rows;
	ConsensusWalk w;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	walk_open(&w, fcinfo);
	if (with_chances)
		find_chances(&w);
	for (int64 i = 0; i < w.data.design.n_items; i++)
	{
		CHECK_FOR_INTERRUPTS();
		walk_posterior(&w, i);
		put(&rows, &w, i);
	}
	return (Datum) 0;
}

/* consensus(ratings, annotator_model, temperature, gold) */
PG_FUNCTION_INFO_V1(model_consensus);
Datum
model_consensus(PG_FUNCTION_ARGS)
{
	return walk_items(fcinfo, false, put_consensus);
}

/* posterior(ratings, annotator_model, temperature, gold) */
PG_FUNCTION_INFO_V1(model_posteriors);
Datum
model_posteriors(PG_FUNCTION_ARGS)
{
	return walk_items(fcinfo, false, put_posterior);
}

/* label_gain(ratings, annotator_model, temperature, gold) */
PG_FUNCTION_INFO_V1(label_gain);
Datum
label_gain(PG_FUNCTION_ARGS)
{
	return walk_items(fcinfo, true, put_gain);
}
