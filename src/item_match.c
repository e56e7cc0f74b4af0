/*
 * item_match.c
 *		Which items of two ratings are the same.
 */
#include "postgres.h"

#include "array.h"
#include "item_match.h"
#include "miscadmin.h"

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

/* Find the same for items known by a name: one value may have two spellings. */
static void
match_names(const Ratings *a, const Ratings *b, int64 *partner)
{
	Dict	   *of_a = RatingsDict(a, LOG_ITEM_NAMES);
	Dict	   *of_b = RatingsDict(b, LOG_ITEM_NAMES);
	Dict	   *names = dict_create(CurrentMemoryContext, Max(of_a->n, 1),
									of_a->text_used);
	Intern	   *in = intern_for_space(CurrentMemoryContext,
									  (LabelKind) of_a->kind,
									  DictQualifier(of_a), "item");

	/* binding writes to it */
	dict_copy(names, Max(of_a->n, 1), of_a->text_used, of_a);
	dict_new_serial(names);
	intern_bind(in, names);
	for (int64 j = 0; j < b->n_items; j++)
	{
		CHECK_FOR_INTERRUPTS();
		partner[j] = intern_code(in, names,
								 intern_text(in, DictText(of_b, j)));
	}
}

/* Find for each item of b which item of a it is, or -1. */
int64 *
match_items(const Ratings *a, const Ratings *b)
{
	int64	   *partner = array_alloc(b->n_items, sizeof(int64), false);
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
				 errhint("Cast the item to one type in both, or compare agreement(ratings) if they share no item.")));
	else if (numbers)
		match_numbers(a, b, partner);
	else
		match_names(a, b, partner);
	return partner;
}
