/*
 * match.c
 *		Finding in one state what another one calls by the same value.
 */
#include "postgres.h"

#include "array.h"
#include "interrupts.h"
#include "match.h"

/* Prepare to look up texts in a dictionary that has entries. */
void
matcher_open(Matcher *m, const Dict *d, const char *role)
{
	/* binding writes to it */
	m->names = dict_create(CurrentMemoryContext, d->n, d->text_used);
	m->intern = intern_for_space(CurrentMemoryContext, (LabelKind) d->kind,
								 DictQualifier(d), role);
	dict_copy(m->names, d->n, d->text_used, d);
	dict_new_serial(m->names);
	intern_bind(m->intern, m->names);
}

/* The code of a text, or -1. */
int32
matcher_code(Matcher *m, const char *text)
{
	return intern_code(m->intern, m->names, intern_text(m->intern, text));
}

/* Find the entries of b in a: one value may have two spellings. */
int32 *
match_entries(const Dict *a, const Dict *b, const char *role)
{
	int32	   *partner = array_alloc(Max(b->n, 1), sizeof(int32), false);
	Matcher		m;

	if (a->n > 0 && b->n > 0)
		matcher_open(&m, a, role);
	for (int32 j = 0; j < b->n; j++)
	{
		CHECK_NOW_AND_THEN(j);
		partner[j] = a->n > 0 ? matcher_code(&m, DictText(b, j)) : -1;
	}
	return partner;
}

/* Find for each item of b, known by a number, which item of a it is. */
static void
match_numbers(const Ratings *a, const Ratings *b, int64 *partner)
{
	const int64 *x = RatingsItems(a);
	const int64 *y = RatingsItems(b);
	int64		i = 0;

	for (int64 j = 0; j < b->n_items; j++)
	{
		while (i < a->n_items && x[i] < y[j])
			i++;
		partner[j] = i < a->n_items && x[i] == y[j] ? i : -1;
	}
}

/* Find for each item of b which item of a it is, or -1. */
int64 *
match_items(const Ratings *a, const Ratings *b, const char *hint)
{
	int64	   *partner = array_alloc(Max(b->n_items, 1), sizeof(int64), false);
	bool		numbers = RatingsHasNumbers(a);

	if (a->n_items == 0 || b->n_items == 0)
		for (int64 j = 0; j < b->n_items; j++)
			partner[j] = -1;
	else if (numbers != RatingsHasNumbers(b) ||
			 (!numbers && !dict_same_space(RatingsDict(a, LOG_ITEM_NAMES),
										   RatingsDict(b, LOG_ITEM_NAMES))))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("cannot pair ratings whose items are of different types"),
				 errhint("%s", hint)));
	else if (numbers)
		match_numbers(a, b, partner);
	else
	{
		int32	   *code = match_entries(RatingsDict(a, LOG_ITEM_NAMES),
										 RatingsDict(b, LOG_ITEM_NAMES), "item");

		for (int64 j = 0; j < b->n_items; j++)
			partner[j] = code[j];
		pfree(code);
	}
	return partner;
}
