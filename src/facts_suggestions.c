/*
 * facts_suggestions.c
 *		What people made of a model's labels when they were shown them.
 *
 * A suggestion is a model's where it is the model's label on the item, and of
 * unknown origin where it is no model's.
 *
 * Automation bias: among scored labels whose suggestion was wrong, the share
 * that kept it, less the share in which people who saw no suggestion make the
 * same error, a label given where gold is another, on the model's items; over
 * the labels that have somebody to compare with.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts_models.h"
#include "interrupts.h"

/* what gold says and what was given, or suggested */
typedef struct Answer
{
	int32		gold;
	int32		given;
	bool		kept;
} Answer;

#define ST_SORT sort_answers
#define ST_ELEMENT_TYPE Answer
#define ST_COMPARE(a, b) \
	((a)->gold != (b)->gold ? ((a)->gold < (b)->gold ? -1 : 1) : \
	 ((a)->given > (b)->given) - ((a)->given < (b)->given))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct Gathered
{
	Answer	   *wrong;			/* wrong suggestions */
	int64		n_wrong;
	Answer	   *alone;			/* scored labels without a suggestion */
	int64		n_alone;
	double	   *with;			/* seconds */
	int64		n_with;
	double	   *without;
	int64		n_without;
} Gathered;

/* Was this label of a person made with a suggestion of this label? */
bool
is_suggestion_of(const Facts *f, int64 item, int64 r, int32 model_code)
{
	return is_people(f, r) && row_has(f, r, BIT_SUGGESTED) &&
		f->suggestion[r] == model_code;
}

/* Was it made with a suggestion that is no model's label on the item? */
bool
is_unknown_suggestion(const Facts *f, int64 item, int64 r)
{
	if (!is_people(f, r) || !row_has(f, r, BIT_SUGGESTED))
		return false;
	CHECK_BEFORE_LONG(f->start[item + 1] - f->start[item]);
	for (int64 o = f->start[item]; o < f->start[item + 1]; o++)
		if (row_has(f, o, BIT_MODEL) && f->code[o] == f->suggestion[r])
			return false;
	return true;
}

/* Take a label that was made with a suggestion. */
static void
take_shown(const Facts *f, int64 item, int64 r, Gathered *g,
		   ModelSuggestions *result)
{
	result->shown++;
	result->changed += row_has(f, r, BIT_SUGGESTION_CHANGED);
	if (row_has(f, r, BIT_TIMED))
		g->with[g->n_with++] = f->seconds[r];
	if (!row_has(f, r, BIT_SUGGESTION_WRONG))
		return;
	result->wrong++;
	result->kept += row_has(f, r, BIT_WRONG_KEPT);
	g->wrong[g->n_wrong].gold = f->gold_code[f->gold_start[item]];
	g->wrong[g->n_wrong].given = f->suggestion[r];
	g->wrong[g->n_wrong++].kept = row_has(f, r, BIT_WRONG_KEPT);
}

/* Take a label that was made without. */
static void
take_alone(const Facts *f, int64 item, int64 r, Gathered *g)
{
	if (row_has(f, r, BIT_TIMED))
		g->without[g->n_without++] = f->seconds[r];
	if (!row_has(f, r, BIT_SCORED))
		return;
	g->alone[g->n_alone].gold = f->gold_code[f->gold_start[item]];
	g->alone[g->n_alone++].given = f->code[r];
}

/* Gather the labels of people on the items of a run. */
static void
gather(const ModelRun *run, Gathered *g, ModelSuggestions *result)
{
	const Facts *f = run->f;
	int64		room = 0;

	for (int64 i = 0; i < run->n; i++)
		room += f->start[run->label[i].item + 1] -
			f->start[run->label[i].item];
	memset(g, 0, sizeof(Gathered));
	g->wrong = array_alloc(room, sizeof(Answer), false);
	g->alone = array_alloc(room, sizeof(Answer), false);
	g->with = array_alloc(room, sizeof(double), false);
	g->without = array_alloc(room, sizeof(double), false);
	for (int64 i = 0; i < run->n; i++)
	{
		const ModelLabel *m = &run->label[i];

		for (int64 r = f->start[m->item]; r < f->start[m->item + 1]; r++)
		{
			CHECK_NOW_AND_THEN(r);
			if (!is_people(f, r))
				continue;
			if (!row_has(f, r, BIT_SUGGESTED))
				take_alone(f, m->item, r, g);
			else if (m->row < 0 ? is_unknown_suggestion(f, m->item, r) :
					 is_suggestion_of(f, m->item, r, f->code[m->row]))
				take_shown(f, m->item, r, g, result);
		}
	}
}

/* How many sorted answers stand before one of this gold answer and label. */
static int64
answers_before(const Answer *answers, int64 n, int32 gold, int32 given)
{
	int64		low = 0;
	int64		high = n;

	while (low < high)
	{
		int64		middle = low + (high - low) / 2;
		const Answer *a = &answers[middle];

		if (a->gold < gold || (a->gold == gold && a->given < given))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Compare wrong suggestions that were kept with the same errors without. */
static void
find_bias(const Gathered *g, ModelSuggestions *result)
{
	double		n = 0;
	double		kept = 0;
	double		alone = 0;

	sort_answers(g->alone, g->n_alone);
	/* sums in the order of answers, not of items */
	sort_answers(g->wrong, g->n_wrong);
	for (int64 i = 0; i < g->n_wrong; i++)
	{
		const Answer *w = &g->wrong[i];
		int64		from = answers_before(g->alone, g->n_alone, w->gold, 0);
		int64		to = answers_before(g->alone, g->n_alone, w->gold + 1, 0);

		CHECK_NOW_AND_THEN(i);
		if (from == to)
			continue;
		n++;
		kept += w->kept;
		alone += (double) (answers_before(g->alone, g->n_alone, w->gold,
										  w->given + 1) -
						   answers_before(g->alone, g->n_alone, w->gold,
										  w->given)) / (double) (to - from);
	}
	result->has_bias = n > 0;
	if (n > 0)
		result->bias = (kept - alone) / n;
}

/* Find what people made of the suggestions on the items of a run. */
void
model_suggestions(const ModelRun *run, ModelSuggestions *result)
{
	Gathered	g;

	memset(result, 0, sizeof(ModelSuggestions));
	gather(run, &g, result);
	find_bias(&g, result);
	result->has_seconds_with = g.n_with > 0;
	if (g.n_with > 0)
		result->seconds_with = quantile(g.with, g.n_with, 0.5);
	result->has_seconds_without = g.n_without > 0;
	if (g.n_without > 0)
		result->seconds_without = quantile(g.without, g.n_without, 0.5);
	pfree(g.wrong);
	pfree(g.alone);
	pfree(g.with);
	pfree(g.without);
}
