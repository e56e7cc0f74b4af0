/*
 * gold_answers.c
 *		Which items of ratings have gold, and which answers it accepts.
 */
#include "postgres.h"

#include "array.h"
#include "gold_answers.h"
#include "interrupts.h"
#include "match.h"

/* the distinct labels of an item of gold */
typedef struct AnswerSet
{
	int64		item;			/* of the gold */
	int64		n;
	const int32 *code;			/* of the gold, rising */
} AnswerSet;

/* Compare two sets of answers. */
static int
compare_sets(const AnswerSet *a, const AnswerSet *b)
{
	for (int64 k = 0; k < a->n && k < b->n; k++)
		if (a->code[k] != b->code[k])
			return a->code[k] < b->code[k] ? -1 : 1;
	return a->n < b->n ? -1 : a->n > b->n;
}

#define ST_SORT sort_codes
#define ST_ELEMENT_TYPE int32
#define ST_COMPARE(x, y) (*(x) < *(y) ? -1 : *(x) > *(y))
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_sets
#define ST_ELEMENT_TYPE AnswerSet
#define ST_COMPARE(x, y) compare_sets(x, y)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Collect the sets of answers, sorted; their codes lie in one array. */
static AnswerSet *
collect_sets(const Ratings *gold)
{
	AnswerSet  *sets = array_alloc(gold->n_items, sizeof(AnswerSet), false);
	int32	   *codes = array_alloc(gold->n_labels, sizeof(int32), false);

	memcpy(codes, RatingsCodes(gold), sizeof(int32) * gold->n_labels);
	for (int64 j = 0; j < gold->n_items; j++)
	{
		int64		start = RatingsStarts(gold)[j];
		int64		n = RatingsStarts(gold)[j + 1] - start;
		int64		distinct = 0;

		CHECK_NOW_AND_THEN(j);
		sort_codes(codes + start, n);
		for (int64 k = 0; k < n; k++)
			if (k == 0 || codes[start + k] != codes[start + k - 1])
				codes[start + distinct++] = codes[start + k];
		sets[j].item = j;
		sets[j].n = distinct;
		sets[j].code = codes + start;
	}
	sort_sets(sets, gold->n_items);
	return sets;
}

/* The code in the ratings of each label of the gold. */
static int32 *
match_labels(const Ratings *r, const Ratings *gold)
{
	const Dict *a = RatingsDict(r, LOG_LABELS);
	const Dict *b = RatingsDict(gold, LOG_LABELS);

	if (a->n > 0 && b->n > 0 && !dict_same_space(a, b))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("labels and gold are of different types"),
				 errhint("Cast the label to one type in both.")));
	return match_entries(a, b, "label");
}

/* Find the gold class of each item, and what each class accepts. */
void
gold_answers_open(const Ratings *r, const Ratings *gold, GoldAnswers *answers)
{
	int64	   *partner = match_items(r, gold,
									  "Cast the item to one type in both.");
	int32	   *label = match_labels(r, gold);
	AnswerSet  *sets = collect_sets(gold);
	int64		used = 0;

	answers->n_classes = 0;
	answers->class = array_alloc(Max(r->n_items, 1), sizeof(int32), false);
	answers->start = array_alloc(gold->n_items + 1, sizeof(int64), false);
	answers->accepted = array_alloc(Max(gold->n_labels, 1), sizeof(int32),
									false);
	for (int64 i = 0; i < r->n_items; i++)
		answers->class[i] = -1;
	for (int64 j = 0; j < gold->n_items; j++)
	{
		if (j == 0 || compare_sets(&sets[j - 1], &sets[j]) != 0)
		{
			answers->start[answers->n_classes++] = used;
			for (int64 k = 0; k < sets[j].n; k++)
				answers->accepted[used++] = label[sets[j].code[k]];
		}
		if (partner[sets[j].item] >= 0)
			answers->class[partner[sets[j].item]] = answers->n_classes - 1;
	}
	answers->start[answers->n_classes] = used;
	pfree(sets);
	pfree(label);
	pfree(partner);
}

/* Is this label an accepted answer of the class? */
bool
gold_accepts(const GoldAnswers *answers, int32 class, int32 code)
{
	for (int64 k = answers->start[class]; k < answers->start[class + 1]; k++)
		if (answers->accepted[k] == code)
			return true;
	return false;
}
