/*
 * gold_people_read.c
 *		What gold tells of annotators together, as SQL calls it.
 */
#include "postgres.h"

#include "array.h"
#include "error_agreement.h"
#include "gold_answers.h"
#include "interrupts.h"
#include "ratings.h"
#include "rows.h"

/* Take the items with gold out of ratings. */
static void
open_errors(const Ratings *r, const Ratings *gold, ErrorDesign *e)
{
	Design		all,
			   *d = &e->design;
	GoldAnswers answers;

	ratings_design(r, &all);
	gold_answers_open(r, gold, &answers);
	*d = all;
	d->n_items = d->n_labels = 0;
	d->start = array_alloc(all.n_items + 1, sizeof(int64), false);
	d->annotator = array_alloc(Max(all.n_labels, 1), sizeof(int32), false);
	d->code = array_alloc(Max(all.n_labels, 1), sizeof(int32), false);
	e->wrong = array_alloc(Max(all.n_labels, 1), sizeof(int32), false);
	e->class = array_alloc(Max(all.n_items, 1), sizeof(int32), false);
	e->n_classes = answers.n_classes;
	for (int64 i = 0; i < all.n_items; i++)
	{
		int32		class = answers.class[i];

		CHECK_NOW_AND_THEN(i);
		if (class < 0)
			continue;
		e->class[d->n_items] = class;
		d->start[d->n_items++] = d->n_labels;
		for (int64 j = all.start[i]; j < all.start[i + 1]; j++)
		{
			int64		k = d->n_labels++;

			d->annotator[k] = all.annotator[j];
			d->code[k] = (int32) k;
			e->wrong[k] = gold_accepts(&answers, class, all.code[j]) ? -1 :
				all.code[j];
		}
	}
	d->start[d->n_items] = d->n_labels;
}

/* Put a count beside what it is expected to be; zero: no ratio. */
static void
put_coincidence(Rows *rows, const Coincidence *c)
{
	put_count(rows, c->observed);
	put_float(rows, true, c->expected);
	put_float(rows, c->expected > 0.0,
			  c->expected > 0.0 ? (double) c->observed / c->expected : 0.0);
	put_float(rows, c->has_p, c->p_value);
	put_float(rows, c->has_p, c->q_value);
	put_text(rows, reason_name(c->reason));
}

/* error_agreement(ratings, gold ratings) */
PG_FUNCTION_INFO_V1(error_agreement_read);
Datum
error_agreement_read(PG_FUNCTION_ARGS)
{
	Ratings    *r = ratings_open(PG_GETARG_DATUM(0));
	Dict	   *names = RatingsDict(r, LOG_ANNOTATOR_NAMES);
	ErrorDesign errors;
	ErrorPair  *pairs;
	int64		n;
	Rows		rows;

	rows_begin(&rows, fcinfo);
	open_errors(r, ratings_open(PG_GETARG_DATUM(1)), &errors);
	pairs = error_agreement(&errors, false, &n);
	for (int64 k = 0; k < n; k++)
	{
		CHECK_NOW_AND_THEN(k);
		put_text(&rows, DictText(names, pairs[k].a));
		put_text(&rows, DictText(names, pairs[k].b));
		put_count(&rows, pairs[k].n_items);
		put_coincidence(&rows, &pairs[k].joint);
		put_coincidence(&rows, &pairs[k].same);
		row_end(&rows);
	}
	return (Datum) 0;
}
