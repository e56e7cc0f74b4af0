/*
 * facts_models_read.c
 *		One row a model, guideline and stratum, and all of each:
 *		facts_models(rows query, gold query, settings).
 */
#include "postgres.h"

#include "array.h"
#include "facts_load.h"
#include "facts_models.h"
#include "facts_show.h"
#include "interrupts.h"
#include "rows.h"

#define ALL (-2)

#define ST_SORT sort_model_labels
#define ST_ELEMENT_TYPE ModelLabel
#define ST_COMPARE(a, b) \
	((a)->model != (b)->model ? ((a)->model < (b)->model ? -1 : 1) : \
	 (a)->guideline != (b)->guideline ? \
	 ((a)->guideline < (b)->guideline ? -1 : 1) : \
	 (a)->stratum != (b)->stratum ? ((a)->stratum < (b)->stratum ? -1 : 1) : \
	 (a)->item != (b)->item ? ((a)->item < (b)->item ? -1 : 1) : \
	 ((a)->row > (b)->row) - ((a)->row < (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct ModelLabels
{
	const Facts *f;
	const bool *has;			/* columns that the source names */
	ModelLabel *label;
	int64		n;
	int64		cap;
} ModelLabels;

/* Add a label, once for each set of keys that it counts in. */
static void
add_label(ModelLabels *l, int32 model, int64 item, int64 r)
{
	const Facts *f = l->f;

	if (l->n + 4 > l->cap)
	{
		l->cap *= 2;
		l->label = repalloc_huge(l->label, l->cap * sizeof(ModelLabel));
	}
	for (int set = 0; set < 4; set++)
	{
		ModelLabel *m = &l->label[l->n];

		if (((set & 1) && !l->has[SOURCE_GUIDELINE]) ||
			((set & 2) && !l->has[SOURCE_STRATUM]))
			continue;
		m->model = model;
		m->guideline = set & 1 ? code_at(f->guideline, r) : ALL;
		m->stratum = set & 2 ? code_at(f->stratum, r) : ALL;
		m->item = item;
		m->row = model < 0 ? -1 : r;
		l->n++;
	}
}

/* Gather the labels of models, and items with suggestions of unknown origin. */
static void
gather_labels(ModelLabels *l)
{
	const Facts *f = l->f;

	for (int64 i = 0; i < f->items.n; i++)
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
		{
			CHECK_NOW_AND_THEN(r);
			if (!row_has(f, r, BIT_LABEL) || !row_wanted(f, r, r))
				continue;
			if (row_has(f, r, BIT_MODEL))
				add_label(l, f->annotator[r], i, r);
			else if (is_unknown_suggestion(f, i, r))
				add_label(l, -1, i, r);
		}
	sort_model_labels(l->label, l->n);
}

/* Put a name of a key; there may be all, or none. */
static void
put_part(Rows *rows, const FactNames *names, int32 code)
{
	put_text(rows, code == ALL ? "(all)" : code < 0 ? "(none)" :
			 names->text[code]);
}

/* Put an estimate and its bounds. */
static void
put_bounded(Rows *rows, const Estimate *e, const ErrorInterval *i)
{
	put_float(rows, e->defined, e->value);
	put_float(rows, i->has_bounds, i->lower);
	put_float(rows, i->has_bounds, i->upper);
}

/* Put how right the model is, and how it agrees with experts. */
static void
put_accuracy(Rows *rows, const ModelRun *run)
{
	ModelAccuracy a;

	model_accuracy(run, &a);
	put_count(rows, a.settled);
	put_count(rows, a.correct);
	put_count(rows, a.people_labels);
	put_count(rows, a.people_correct);
	put_float(rows, a.compared, a.difference);
	put_float(rows, a.compared, a.difference_bounds.lower);
	put_float(rows, a.compared, a.difference_bounds.upper);
	for (int between = 0; between < 2; between++)
	{
		Estimate	e;
		ErrorInterval interval;
		int64		n = expert_kappa(run, between == 1, &e, &interval);

		put_count(rows, n);
		put_bounded(rows, &e, &interval);
	}
}

/* Put one label against the rest, and what could go without a look. */
static void
put_uses(Rows *rows, const ModelRun *run)
{
	ModelPositive p;
	ModelAcceptance a;

	model_positive(run, &p);
	put_code(rows, &run->f->labels, p.code);
	put_count(rows, p.unscored_positive);
	put_count(rows, p.unscored);
	put_count(rows, p.true_positive);
	put_count(rows, p.gold_positive);
	put_count(rows, p.true_negative);
	put_count(rows, p.gold_negative);
	model_acceptance(run, &a);
	put_float(rows, a.found, a.confidence);
	put_count(rows, a.found ? a.labels : -1);
}

/* Put what people made of suggestions. */
static void
put_suggestions(Rows *rows, const ModelRun *run)
{
	ModelSuggestions s;

	model_suggestions(run, &s);
	put_count(rows, s.shown);
	put_count(rows, s.changed);
	put_count(rows, s.wrong);
	put_count(rows, s.kept);
	put_float(rows, s.has_bias, s.bias);
	put_float(rows, s.has_seconds_with, s.seconds_with);
	put_float(rows, s.has_seconds_without, s.seconds_without);
}

/* Put the row of a run. */
static void
put_run(Rows *rows, const ModelRun *run)
{
	const Facts *f = run->f;
	const ModelLabel *first = run->label;

	put_text(rows, first->model < 0 ? "(none)" :
			 f->annotators.text[first->model]);
	put_part(rows, &f->guidelines, first->guideline);
	put_part(rows, &f->strata, first->stratum);
	put_count(rows, first->model < 0 ? 0 : run->n);
	put_accuracy(rows, run);
	put_uses(rows, run);
	put_suggestions(rows, run);
	row_end(rows);
}

/* Do two labels stand in one run? */
static bool
same_run(const ModelLabel *a, const ModelLabel *b)
{
	return a->model == b->model && a->guideline == b->guideline &&
		a->stratum == b->stratum;
}

/* Put the runs; an item stands once in each. */
static void
put_runs(Rows *rows, ModelLabels *l)
{
	ModelRun	run = {.f = l->f};
	int64		next;

	for (int64 i = 0; i < l->n; i = next)
	{
		ModelLabel *label = &l->label[i];

		CHECK_FOR_INTERRUPTS();
		run.label = label;
		run.n = 0;
		for (next = i; next < l->n && same_run(&l->label[next], label); next++)
			if (run.n == 0 || label[run.n - 1].item != l->label[next].item)
				label[run.n++] = l->label[next];
		put_run(rows, &run);
	}
}

/* facts_models(rows_query, gold_query, settings) */
PG_FUNCTION_INFO_V1(facts_models);
Datum
facts_models(PG_FUNCTION_ARGS)
{
	Rows		rows;
	FactSettings s;
	ModelLabels labels;

	rows_begin(&rows, fcinfo);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	memset(&labels, 0, sizeof(labels));
	labels.f = facts_open(fcinfo, &s, false);
	labels.has = s.has;
	labels.cap = 1024;
	labels.label = array_alloc(labels.cap, sizeof(ModelLabel), false);
	gather_labels(&labels);
	put_runs(&rows, &labels);
	facts_close(&s);
	return (Datum) 0;
}
