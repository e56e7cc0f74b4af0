/*
 * facts_answers.c
 *		What the stored model of a source says of items: (item, label,
 *		probability, expected gain, soft label), items and labels by their text.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "facts_load.h"
#include "utils/float.h"

/* Learn the columns of the answers. */
static void
start_answers(FactLoad *load, TupleDesc desc)
{
	static const Oid types[] = {
		TEXTOID, TEXTOID, FLOAT8OID, FLOAT8OID, TEXTOID
	};

	check_types(desc, "answers", types, 5, 5);
}

/* A column that is a number; NaN for none. */
static double
number_of(const TupleTableSlot *slot, int column)
{
	return slot->tts_isnull[column] ? get_float8_nan() :
		DatumGetFloat8(slot->tts_values[column]);
}

/* Take an answer. */
static void
take_answer(FactLoad *load, TupleTableSlot *slot)
{
	LoadedAnswer *a;

	if (slot->tts_isnull[0])
		return;
	if (load->n_answers == load->cap_answers)
	{
		load->cap_answers = Max(load->cap_answers * 2, 64);
		load->answers = load->answers == NULL ?
			MemoryContextAllocHuge(load->cxt,
								   load->cap_answers * sizeof(LoadedAnswer)) :
			repalloc_huge(load->answers,
						  load->cap_answers * sizeof(LoadedAnswer));
	}
	a = &load->answers[load->n_answers++];
	a->item = kept_text(load, slot, 0);
	a->label = kept_text(load, slot, 1);
	a->found.known = true;
	a->found.code = -1;
	a->found.probability = number_of(slot, 2);
	a->found.gain = number_of(slot, 3);
	a->found.soft_label = kept_text(load, slot, 4);
}

/* Read what the model says. */
void
facts_read_answers(FactLoad *load, const char *query)
{
	facts_query(load, query, start_answers, take_answer);
}

/* Put the answers on their items; one that nobody gives is none. */
void
place_answers(FactLoad *load)
{
	Facts	   *f = load->facts;
	NameText   *items;
	NameText   *labels;

	if (f->rules.consensus != CONSENSUS_MODEL || load->n_answers == 0)
		return;
	items = names_index(&f->items);
	labels = names_index(&f->labels);
	f->answer = array_alloc(f->items.n, sizeof(ModelAnswer), true);
	for (int64 i = 0; i < load->n_answers; i++)
	{
		LoadedAnswer *a = &load->answers[i];
		int32		item = index_find(items, f->items.n, a->item);

		if (item < 0)
			continue;
		f->answer[item] = a->found;
		if (a->label != NULL)
			f->answer[item].code = index_find(labels, f->labels.n, a->label);
	}
	pfree(items);
	pfree(labels);
}
