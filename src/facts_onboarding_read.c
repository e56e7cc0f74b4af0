/*
 * facts_onboarding_read.c
 *		How newcomers did on their two calibration sets:
 *		facts_onboarding(rows query, gold query, settings).
 *
 * A set is a batch, or so many scored labels in the order of their time, those
 * without a time first.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts_load.h"
#include "facts_show.h"
#include "interrupts.h"

/* a scored label of an annotator */
typedef struct ScoredLabel
{
	int64		at;
	int64		row;
	int64		item;
	int32		annotator;
	int32		set;			/* by batch: 0 or 1 */
} ScoredLabel;

#define ST_SORT sort_scored
#define ST_ELEMENT_TYPE ScoredLabel
#define ST_COMPARE(a, b) \
	((a)->annotator != (b)->annotator ? \
	 ((a)->annotator < (b)->annotator ? -1 : 1) : \
	 (a)->set != (b)->set ? (a)->set - (b)->set : \
	 (a)->at != (b)->at ? ((a)->at < (b)->at ? -1 : 1) : \
	 ((a)->row > (b)->row) - ((a)->row < (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Onboarding
{
	const Facts *f;
	int64		size;			/* of a set; by batches: gold items of each */
	int64		required[2];
	int32		batch[2];		/* -1: sets are by number */
	double		gate;
	ScoredLabel *label;
	int64		n;
	int64	   *first_at;		/* of each annotator's labels */
} Onboarding;

/* Which set a label belongs to by its batch; -1: none. */
static int32
batch_set(const Onboarding *o, int64 row)
{
	int32		batch = code_at(o->f->batch, row);

	if (o->batch[0] == -1)
		return 0;
	return batch < 0 ? -1 : batch == o->batch[0] ? 0 :
		batch == o->batch[1] ? 1 : -1;
}

/* Gather the scored labels, and count the gold items of each batch. */
static void
gather_scored(Onboarding *o)
{
	const Facts *f = o->f;

	o->label = array_alloc(f->n_rows, sizeof(ScoredLabel), false);
	for (int64 i = 0; i < f->items.n; i++)
	{
		bool		met[2] = {false, false};

		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			int32		set = batch_set(o, r);
			int64		at = time_at(f->at, r);

			CHECK_NOW_AND_THEN(r);
			if (!row_has(f, r, BIT_LABEL))
				continue;
			if (at != NO_TIME && (o->first_at[f->annotator[r]] == NO_TIME ||
								  at < o->first_at[f->annotator[r]]))
				o->first_at[f->annotator[r]] = at;
			if (!row_has(f, r, BIT_SCORED) || set < 0 ||
				!row_wanted(f, r, r))
				continue;
			met[set] = true;
			o->label[o->n].at = at;
			o->label[o->n].row = r;
			o->label[o->n].item = i;
			o->label[o->n].set = set;
			o->label[o->n++].annotator = f->annotator[r];
		}
		if (o->batch[0] != -1)
			for (int set = 0; set < 2; set++)
				o->required[set] += met[set];
	}
	sort_scored(o->label, o->n);
}

/* Count the repeats of the annotator on the item of a label. */
static void
count_repeats(const Facts *f, const ScoredLabel *label, int64 *repeats,
			  int64 *equal)
{
	int64		from = label->row;

	/* an item's rows stand by annotator */
	while (from > f->start[label->item] &&
		   f->annotator[from - 1] == label->annotator)
		from--;
	for (int64 r = from; r < f->start[label->item + 1] &&
		 f->annotator[r] == label->annotator; r++)
	{
		*repeats += row_has(f, r, BIT_REPEAT);
		*equal += row_has(f, r, BIT_REPEAT_EQUAL);
	}
}

/* Put one set of an annotator; true when it is passed. */
static bool
put_set(Rows *rows, const Onboarding *o, int32 annotator, int set,
		const ScoredLabel *label, int64 n)
{
	const Facts *f = o->f;
	int64		correct = 0;
	int64		edge = 0;
	int64		edge_correct = 0;
	int64		repeats = 0;
	int64		equal = 0;
	int64		timed = 0;
	double	   *seconds = array_alloc(n, sizeof(double), false);
	bool		done = n > 0 && n >= o->required[set];
	bool		passed;

	for (int64 i = 0; i < n; i++)
	{
		int64		r = label[i].row;

		correct += row_has(f, r, BIT_CORRECT);
		edge += row_has(f, r, BIT_EDGE_SCORED);
		edge_correct += row_has(f, r, BIT_EDGE_CORRECT);
		count_repeats(f, &label[i], &repeats, &equal);
		if (row_has(f, r, BIT_TIMED))
			seconds[timed++] = f->seconds[r];
	}
	passed = done && (double) correct >= o->gate * (double) n - 1e-9;
	put_text(rows, f->annotators.text[annotator]);
	put_key_name(rows, &f->vendors,
				 n > 0 ? code_at(f->vendor, label[n - 1].row) : -1);
	put_count(rows, set + 1);
	put_count(rows, o->required[set]);
	put_count(rows, n);
	put_count(rows, correct);
	put_float(rows, true, o->gate);
	if (done)
		put_bool(rows, passed);
	else
		put_null(rows);
	put_count(rows, repeats);
	put_count(rows, equal);
	put_count(rows, edge);
	put_count(rows, edge_correct);
	put_float(rows, timed > 0, timed > 0 ? quantile(seconds, timed, 0.5) : 0);
	put_time(rows, n > 0 ? label[0].at : NO_TIME);
	put_time(rows, done ? label[n - 1].at : NO_TIME);
	put_time(rows, o->first_at[annotator]);
	row_end(rows);
	pfree(seconds);
	return passed;
}

/* Put the sets of the annotator whose scored labels begin here. */
static void
put_annotator(Rows *rows, const Onboarding *o, const ScoredLabel *label,
			  int64 n)
{
	int64		first = 0;

	if (o->batch[0] == -1)
		first = Min(n, o->size);
	else
		while (first < n && label[first].set == 0)
			first++;
	(void) put_set(rows, o, label[0].annotator, 0, label, first);
	n -= first;
	if (o->batch[0] == -1)
		n = Min(n, o->size);
	(void) put_set(rows, o, label[0].annotator, 1, label + first, n);
}

/* facts_onboarding(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_onboarding);
Datum
facts_onboarding(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	Onboarding	o;
	int64		next;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	memset(&o, 0, sizeof(o));
	o.f = facts_open(fcinfo, &s, false);
	o.size = s.calibration_size;
	o.gate = s.calibration_gate;
	o.first_at = array_alloc(o.f->annotators.n, sizeof(int64), false);
	for (int32 a = 0; a < o.f->annotators.n; a++)
		o.first_at[a] = NO_TIME;
	for (int set = 0; set < 2; set++)
	{
		o.batch[set] = s.n_calibration_batches == 0 ? -1 :
			names_find(&o.f->batches, s.calibration_batches[set]);
		o.required[set] = s.n_calibration_batches == 0 ? o.size : 0;
	}
	gather_scored(&o);
	for (int64 i = 0; i < o.n; i = next)
	{
		CHECK_FOR_INTERRUPTS();
		for (next = i + 1; next < o.n &&
			 o.label[next].annotator == o.label[i].annotator; next++);
		put_annotator(&rows, &o, o.label + i, next - i);
	}
	facts_close(&s);
	return (Datum) 0;
}
