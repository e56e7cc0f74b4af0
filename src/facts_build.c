/*
 * facts_build.c
 *		From rows as they arrived to rows in canonical order.
 *
 * Classes of values become canonical positions: numbers by value, declared
 * labels as declared, all else by the bytes of its text.  Rows are counted out
 * to their items, and sorted there by annotator, time and the rest of what they
 * hold, so that only rows that are alike in everything can change places.
 */
#include "postgres.h"

#include <math.h>

#include "array.h"
#include "facts_load.h"
#include "interrupts.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "view.h"

/* a name to be sorted */
typedef struct NameRef
{
	const char *text;
	double		place;			/* value, or declared position */
	int32		cls;
} NameRef;

#define ST_SORT sort_names
#define ST_ELEMENT_TYPE NameRef
#define ST_COMPARE(a, b) \
	((a)->place < (b)->place ? -1 : (a)->place > (b)->place ? 1 : \
	 strcmp((a)->text, (b)->text))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

typedef struct NumberRef
{
	int64		value;
	int32		item;
} NumberRef;

#define ST_SORT sort_numbers
#define ST_ELEMENT_TYPE NumberRef
#define ST_COMPARE(a, b) \
	((a)->value < (b)->value ? -1 : (a)->value > (b)->value)
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* a row on its way to its place */
typedef struct RowRef
{
	int64		at;
	int32		annotator;
	int32		code;
	uint32		row;
} RowRef;

/* Order of numbers that may be NaN, which stands for none and comes first. */
static inline int
compare_numbers(double a, double b)
{
	if (isnan(a) || isnan(b))
		return isnan(b) - isnan(a);
	return (a > b) - (a < b);
}

/* Compare what two rows hold besides annotator, time and label. */
static int
compare_rest(const FactLoad *load, uint32 a, uint32 b)
{
	for (int c = KEPT_AVAILABLE; c < N_KEPT_COLUMNS; c++)
	{
		const void *column = load->column[c];
		int			order = 0;

		if (column == NULL)
			continue;
		if (c == KEPT_AVAILABLE || c == KEPT_FLAGS)
		{
			const int64 *x = column;

			order = (x[a] > x[b]) - (x[a] < x[b]);
		}
		else if (c <= KEPT_PRICE)
			order = compare_numbers(((const double *) column)[a],
									((const double *) column)[b]);
		else if (c <= KEPT_SUGGESTION)
		{
			const int32 *x = column;

			order = (x[a] > x[b]) - (x[a] < x[b]);
		}
		else
			order = ((const uint8 *) column)[a] - ((const uint8 *) column)[b];
		if (order != 0)
			return order;
	}
	return 0;
}

#define ST_SORT sort_rows
#define ST_ELEMENT_TYPE RowRef
#define ST_COMPARE_ARG_TYPE const FactLoad
#define ST_COMPARE(a, b, load) \
	((a)->annotator != (b)->annotator ? \
	 ((a)->annotator < (b)->annotator ? -1 : 1) : \
	 (a)->at != (b)->at ? ((a)->at < (b)->at ? -1 : 1) : \
	 (a)->code != (b)->code ? ((a)->code < (b)->code ? -1 : 1) : \
	 compare_rest(load, (a)->row, (b)->row))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Put the names of a column in canonical order; the rank of each class. */
int32 *
names_rank(NameTable *t, FactNames *names, double **score, bool is_label)
{
	Intern	   *in = t->intern;
	int			n_declared = is_label ? in->n_categories : 0;
	bool		number = in->type.kind == LABEL_NUMBER;
	NameRef    *refs;
	int32	   *rank;

	for (int i = 0; i < n_declared; i++)
		(void) intern_text(in, in->categories[i]);
	names->n = (int32) in->n_classes;
	names->text = array_alloc(names->n, sizeof(char *), false);
	refs = array_alloc(names->n, sizeof(NameRef), false);
	rank = array_alloc(names->n, sizeof(int32), false);
	for (int32 i = 0; i < names->n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		refs[i].cls = i;
		refs[i].text = in->classes[i].first->text;
		if (t->least != NULL && i < (int64) t->cap_least && t->least[i])
			refs[i].text = t->least[i];
		refs[i].place = number ? label_score(refs[i].text) : 0;
		if (isnan(refs[i].place))
			refs[i].place = get_float8_infinity();
	}
	for (int i = 0; i < n_declared; i++)
		refs[intern_text(in, in->categories[i])->cls].place = i;
	sort_names(refs, names->n);
	if (score != NULL && number)
		*score = array_alloc(names->n, sizeof(double), false);
	for (int32 i = 0; i < names->n; i++)
	{
		names->text[i] = refs[i].text;
		rank[refs[i].cls] = i;
		if (score != NULL && number)
			(*score)[i] = refs[i].place;
	}
	pfree(refs);
	return rank;
}

/* Put items that are integers in their order. */
static int32 *
numbers_rank(const FactLoad *load, FactNames *names)
{
	int64		n = load->n_items;
	NumberRef  *refs = array_alloc(n, sizeof(NumberRef), false);
	int32	   *rank = array_alloc(n, sizeof(int32), false);
	char	   *texts = array_alloc(n, MAXINT8LEN + 1, false);

	for (int64 i = 0; i < n; i++)
	{
		refs[i].value = load->item_value[i];
		refs[i].item = (int32) i;
	}
	sort_numbers(refs, n);
	names->n = (int32) n;
	names->text = array_alloc(n, sizeof(char *), false);
	for (int64 i = 0; i < n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		rank[refs[i].item] = (int32) i;
		names->text[i] = texts;
		texts += pg_lltoa(refs[i].value, texts) + 1;
	}
	pfree(refs);
	return rank;
}

/* Translate a column by ranks. */
void
names_recode(void *column, int64 n, const int32 *rank)
{
	int32	   *codes = column;

	if (codes == NULL)
		return;
	for (int64 i = 0; i < n; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (codes[i] >= 0)
			codes[i] = rank[codes[i]];
	}
}

/* Translate one of the columns of texts. */
static void
recode_text(FactLoad *load, SourceColumn from, KeptColumn column,
			   FactNames *names)
{
	names_recode(load->column[column], load->n,
			  names_rank(&load->texts[from], names, NULL, false));
}

/* Translate answers and cases of labels. */
static void
recode_labels(FactLoad *load, const int32 *rank)
{
	names_recode(load->column[KEPT_CODE], load->n, rank);
	names_recode(load->column[KEPT_SUGGESTION], load->n, rank);
	for (int64 i = 0; i < load->n_gold; i++)
		load->gold[i].code = rank[load->gold[i].code];
	for (int64 i = 0; i < load->n_items; i++)
		if (load->item_gold[i] >= 0)
			load->item_gold[i] = rank[load->item_gold[i]];
}

/* Take the labels of the cases into the dictionary of labels. */
void
intern_cases(FactLoad *load, NameTable *labels)
{
	for (int64 i = 0; i < load->n_cases; i++)
		if (load->cases[i].label != NULL)
			load->cases[i].found.code = (int32)
				name_spelled(labels, intern_category(labels->intern,
													 load->cases[i].label))->cls;
}

/* Make all codes canonical; the ranks of items. */
static int32 *
recode_all(FactLoad *load)
{
	Facts	   *f = load->facts;
	bool		collect = f->rules.resolve == RESOLVE_COLLECT;
	double	   *score = NULL;
	int32	   *rank;
	int32	   *item_rank;

	if (!collect)
		intern_cases(load, &load->labels);
	rank = names_rank(&load->labels, &f->labels, &score, true);
	f->score = score;
	recode_labels(load, rank);
	for (int64 i = 0; i < load->n_cases && !collect; i++)
		if (load->cases[i].found.code >= 0)
			load->cases[i].found.code = rank[load->cases[i].found.code];
	rank = names_rank(&load->annotators, &f->annotators, NULL, false);
	names_recode(load->column[KEPT_ANNOTATOR], load->n, rank);
	f->person = array_alloc(f->annotators.n, sizeof(FactPerson), true);
	for (int32 i = 0; i < f->annotators.n; i++)
	{
		FactPerson *p = &f->person[rank[i]];

		p->meets_floor = -1;
		p->accuracy = get_float8_nan();
		if (i < load->cap_person)
			*p = load->person[i];
	}
	recode_text(load, SOURCE_VENDOR, KEPT_VENDOR, &f->vendors);
	recode_text(load, SOURCE_GUIDELINE, KEPT_GUIDELINE, &f->guidelines);
	recode_text(load, SOURCE_BATCH, KEPT_BATCH, &f->batches);
	recode_text(load, SOURCE_STRATUM, KEPT_STRATUM, &f->strata);
	item_rank = load->numbers ? numbers_rank(load, &f->items) :
		names_rank(&load->items, &f->items, NULL, false);
	names_recode(load->column[KEPT_ITEM], load->n, item_rank);
	return item_rank;
}

/* Sort the rows of one item. */
static void
sort_item(FactLoad *load, uint32 *order, int64 n, RowRef *scratch)
{
	const int32 *annotator = load->column[KEPT_ANNOTATOR];
	const int32 *code = load->column[KEPT_CODE];
	const int64 *at = load->column[KEPT_AT];

	for (int64 i = 0; i < n; i++)
	{
		scratch[i].row = order[i];
		scratch[i].annotator = annotator[order[i]];
		scratch[i].code = code[order[i]];
		scratch[i].at = time_at(at, order[i]);
	}
	sort_rows(scratch, n, load);
	for (int64 i = 0; i < n; i++)
		order[i] = scratch[i].row;
}

/* Find the order of all rows, and where each item's begin. */
static uint32 *
order_rows(FactLoad *load)
{
	Facts	   *f = load->facts;
	const int32 *item = load->column[KEPT_ITEM];
	int64		n_items = f->items.n;
	uint32	   *order = array_alloc(load->n, sizeof(uint32), false);
	int64		most = 0;
	RowRef	   *scratch;

	f->start = array_alloc(n_items + 1, sizeof(int64), true);
	for (int64 i = 0; i < load->n; i++)
		f->start[item[i]]++;
	for (int64 i = 0, sum = 0; i <= n_items; i++)
	{
		int64		n = i < n_items ? f->start[i] : 0;

		most = Max(most, n);
		f->start[i] = sum;
		sum += n;
	}
	CHECK_FOR_INTERRUPTS();
	for (int64 i = 0; i < load->n; i++)
		order[f->start[item[i]]++] = (uint32) i;
	for (int64 i = n_items; i > 0; i--)
		f->start[i] = f->start[i - 1];
	f->start[0] = 0;
	scratch = array_alloc(most, sizeof(RowRef), false);
	for (int64 i = 0; i < n_items; i++)
	{
		CHECK_NOW_AND_THEN(i);
		if (f->start[i + 1] - f->start[i] > 1)
			sort_item(load, order + f->start[i], f->start[i + 1] - f->start[i],
					  scratch);
	}
	pfree(scratch);
	return order;
}

/* columns to be filled next: that of one is emptied for the next as wide */
typedef struct Spare
{
	void	   *of_width[9];
} Spare;

/* Put a column in the order of rows. */
static void *
permute(FactLoad *load, KeptColumn column, const uint32 *order, Spare *spare)
{
	void	   *from = load->column[column];
	int			width = kept_width[column];
	int64		n = load->n;
	void	   *to = spare->of_width[width];

	load->column[column] = NULL;
	if (from == NULL)
		return NULL;
	CHECK_FOR_INTERRUPTS();
	if (to == NULL)
		to = array_alloc(load->cap, width, false);
	switch (width)
	{
		case 1:
			for (int64 i = 0; i < n; i++)
				((uint8 *) to)[i] = ((uint8 *) from)[order[i]];
			break;
		case 4:
			for (int64 i = 0; i < n; i++)
				((int32 *) to)[i] = ((int32 *) from)[order[i]];
			break;
		default:
			for (int64 i = 0; i < n; i++)
				((int64 *) to)[i] = ((int64 *) from)[order[i]];
	}
	spare->of_width[width] = from;
	return to;
}

/* Put all rows in their order. */
static void
place_rows(FactLoad *load)
{
	Facts	   *f = load->facts;
	uint32	   *order = order_rows(load);
	Spare		spare = {{NULL}};

	f->n_rows = load->n;
	/* items are where rows start */
	spare.of_width[kept_width[KEPT_ITEM]] = load->column[KEPT_ITEM];
	load->column[KEPT_ITEM] = NULL;
	f->annotator = permute(load, KEPT_ANNOTATOR, order, &spare);
	f->code = permute(load, KEPT_CODE, order, &spare);
	f->at = permute(load, KEPT_AT, order, &spare);
	f->available = permute(load, KEPT_AVAILABLE, order, &spare);
	f->seconds = permute(load, KEPT_SECONDS, order, &spare);
	f->confidence = permute(load, KEPT_CONFIDENCE, order, &spare);
	f->price = permute(load, KEPT_PRICE, order, &spare);
	f->vendor = permute(load, KEPT_VENDOR, order, &spare);
	f->guideline = permute(load, KEPT_GUIDELINE, order, &spare);
	f->batch = permute(load, KEPT_BATCH, order, &spare);
	f->stratum = permute(load, KEPT_STRATUM, order, &spare);
	f->suggestion = permute(load, KEPT_SUGGESTION, order, &spare);
	f->kind = permute(load, KEPT_KIND, order, &spare);
	f->review = permute(load, KEPT_REVIEW, order, &spare);
	f->flags = permute(load, KEPT_FLAGS, order, &spare);
	for (int width = 0; width < lengthof(spare.of_width); width++)
		if (spare.of_width[width] != NULL)
			pfree(spare.of_width[width]);
	pfree(order);
}

/* Make facts of what has been loaded, in the current memory context. */
void
facts_build(FactLoad *load)
{
	Facts	   *f = load->facts;
	int32	   *item_rank = recode_all(load);

	f->item_flags = array_alloc(f->items.n, sizeof(uint32), true);
	place_rows(load);
	if (f->rules.resolve == RESOLVE_COLLECT)
	{
		rank_gold(load, item_rank);
		collect_sets(load);
	}
	else
		rank_gold(load, item_rank);
	rank_gold_times(load, item_rank);
	pfree(item_rank);
	place_settings(load);
	place_cases(load);
	place_answers(load);
	facts_resolve(f);
	place_gold(load);
	facts_derive(f, load->settings->by_vendor);
}
