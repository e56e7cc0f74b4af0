/*
 * facts_place.c
 *		Putting gold, cases, sets of labels and settings where the facts have
 *		them.
 */
#include "postgres.h"

#include "array.h"
#include "catalog/pg_type.h"
#include "facts_load.h"
#include "interrupts.h"
#include "utils/array.h"
#include "utils/builtins.h"

/* The class of the set of some labels, by their codes. */
static int32
set_class(FactLoad *load, Intern *sets, int32 *codes, int n)
{
	Datum	   *texts = palloc(sizeof(Datum) * Max(n, 1));
	ArrayType  *array;
	int32		cls;

	for (int i = 0; i < n; i++)
		texts[i] = CStringGetTextDatum(load->facts->labels.text[codes[i]]);
	array = construct_array(texts, n, TEXTOID, -1, false, TYPALIGN_INT);
	cls = (int32) intern_value(sets, PointerGetDatum(array))->cls;
	for (int i = 0; i < n; i++)
		pfree(DatumGetPointer(texts[i]));
	pfree(array);
	pfree(texts);
	return cls;
}

/* Make one label of all rows of an annotator with the flag on an item. */
static void
collect_run(FactLoad *load, Intern *sets, int64 from, int64 to, FactBit bit,
			int32 *codes)
{
	Facts	   *f = load->facts;
	int			n = 0;
	int32		cls;

	for (int64 r = from; r < to; r++)
		if (row_has(f, r, bit))
			codes[n++] = f->code[r];
	if (n == 0)
		return;
	cls = set_class(load, sets, codes, n);
	for (int64 r = from; r < to; r++)
		if (row_has(f, r, bit))
			f->code[r] = cls;
}

/* Make sets of the answers that the gold of each item lists. */
static void
collect_gold(FactLoad *load, Intern *sets)
{
	int64		m = 0;
	int32	   *codes = array_alloc(load->n_gold, sizeof(int32), false);

	for (int64 i = 0; i < load->n_gold;)
	{
		int64		first = i;
		int			n = 0;

		while (i < load->n_gold && load->gold[i].item == load->gold[first].item)
		{
			/* each row may list them all */
			CHECK_NOW_AND_THEN(i);
			if (n == 0 || codes[n - 1] != load->gold[i].code)
				codes[n++] = load->gold[i].code;
			i++;
		}
		load->gold[m].item = load->gold[first].item;
		load->gold[m++].code = set_class(load, sets, codes, n);
	}
	load->n_gold = m;
	pfree(codes);
}

/*
 * Under 'collect' the rows of one annotator on one item are one label, a set:
 * give rows, gold, suggestions and cases the codes of sets.
 */
void
collect_sets(FactLoad *load)
{
	Facts	   *f = load->facts;
	NameTable	table = {0};
	int32	   *codes;
	int32	   *rank;
	int64		most = 1;

	table.intern = intern_create(load->cxt, TEXTARRAYOID, InvalidOid, "label");
	for (int64 i = 0; i < f->items.n; i++)
		most = Max(most, f->start[i + 1] - f->start[i]);
	codes = array_alloc(most, sizeof(int32), false);
	for (int64 i = 0; i < f->items.n; i++)
		for (int64 r = f->start[i], next; r < f->start[i + 1]; r = next)
		{
			CHECK_NOW_AND_THEN(r);
			for (next = r + 1; next < f->start[i + 1] &&
				 f->annotator[next] == f->annotator[r]; next++);
			collect_run(load, table.intern, r, next, BIT_LABELING, codes);
			collect_run(load, table.intern, r, next, BIT_GOLD_ROW, codes);
		}
	for (int64 r = 0; f->suggestion && r < f->n_rows; r++)
		if (f->suggestion[r] >= 0)
			f->suggestion[r] = set_class(load, table.intern,
										 &f->suggestion[r], 1);
	collect_gold(load, table.intern);
	intern_cases(load, &table);
	rank = names_rank(&table, &f->labels, NULL, true);
	f->score = NULL;
	names_recode(f->code, f->n_rows, rank);
	names_recode(f->suggestion, f->n_rows, rank);
	for (int64 i = 0; i < load->n_gold; i++)
		load->gold[i].code = rank[load->gold[i].code];
	for (int64 i = 0; i < load->n_cases; i++)
		if (load->cases[i].found.code >= 0)
			load->cases[i].found.code = rank[load->cases[i].found.code];
}

/* an answer to be sorted */
#define ST_SORT sort_gold
#define ST_ELEMENT_TYPE GoldAnswer
#define ST_COMPARE(a, b) \
	((a)->item != (b)->item ? ((a)->item < (b)->item ? -1 : 1) : \
	 ((a)->code > (b)->code) - ((a)->code < (b)->code))
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/* Put the answers of the gold column and relation on items, in rank. */
void
rank_gold(FactLoad *load, const int32 *item_rank)
{
	bool		collect = load->facts->rules.resolve == RESOLVE_COLLECT;
	int64		m = 0;

	for (int64 i = 0; i < load->n_gold; i++)
	{
		GoldAnswer	g = load->gold[i];

		if (!collect && i < load->n_column_gold && load->item_gold[g.item] < -1
			&& load->item_gold[g.item] > -10)
			continue;			/* a conflict */
		g.item = item_rank[g.item];
		load->gold[m++] = g;
	}
	load->n_gold = m;
	for (int64 i = 0; i < load->n_items; i++)
	{
		if (i < load->n_row_items)
			load->facts->item_flags[item_rank[i]] |= ITEM_PRESENT;
		if (load->item_gold[i] >= 0)
			load_gold(load, item_rank[i], load->item_gold[i]);
		if (!collect && load->item_gold[i] == -2)
			load->facts->item_flags[item_rank[i]] |= ITEM_GOLD_CONFLICT;
	}
	sort_gold(load->gold, load->n_gold);
}

/* Put the time of gold on items. */
void
rank_gold_times(FactLoad *load, const int32 *item_rank)
{
	Facts	   *f = load->facts;

	if (load->gold_at == NULL)
		return;
	f->gold_at = array_alloc(f->items.n, sizeof(int64), false);
	for (int64 i = 0; i < load->n_items; i++)
		f->gold_at[item_rank[i]] = i < load->cap_gold_at ?
			load->gold_at[i] : NO_TIME;
}

/* Gather the gold of column, relation and rows, and give it to the facts. */
void
place_gold(FactLoad *load)
{
	Facts	   *f = load->facts;
	GoldAnswer *g;
	int64		n = 0;

	for (int64 i = 0; i < f->items.n; i++)
		for (int64 r = f->start[i]; r < f->start[i + 1]; r++)
			if (row_has(f, r, BIT_GOLD_ROW))
			{
				load_gold(load, (int32) i, f->code[r]);
				if (time_at(f->at, r) != NO_TIME)
				{
					if (f->gold_at == NULL)
					{
						f->gold_at = array_alloc(f->items.n, sizeof(int64),
												 false);
						for (int64 j = 0; j < f->items.n; j++)
							f->gold_at[j] = NO_TIME;
					}
					f->gold_at[i] = Max(f->gold_at[i], f->at[r]);
				}
			}
	if (f->rules.gold_from_adjudication && f->adjudicated != NULL)
		for (int64 i = 0; i < f->items.n; i++)
			if (f->adjudicated[i] >= 0)
				load_gold(load, (int32) i, f->adjudicated[i]);
	sort_gold(load->gold, load->n_gold);
	f->gold_start = array_alloc(f->items.n + 1, sizeof(int64), true);
	f->gold_code = array_alloc(load->n_gold, sizeof(int32), false);
	for (int64 i = 0; i < load->n_gold; i++)
	{
		g = &load->gold[i];
		if (i > 0 && g->item == g[-1].item && g->code == g[-1].code)
			continue;
		f->gold_code[n++] = g->code;
		f->gold_start[g->item + 1]++;
		f->item_flags[g->item] |= ITEM_GOLD;
	}
	for (int64 i = 0; i < f->items.n; i++)
		f->gold_start[i + 1] += f->gold_start[i];
}

/* Order of texts, for a search. */
static int
compare_texts(const void *a, const void *b)
{
	return strcmp(((const NameText *) a)->text, ((const NameText *) b)->text);
}

/* Make names be found by their text. */
NameText *
names_index(const FactNames *names)
{
	NameText   *index = array_alloc(names->n, sizeof(NameText), false);

	for (int32 i = 0; i < names->n; i++)
	{
		index[i].text = names->text[i];
		index[i].code = i;
	}
	qsort(index, names->n, sizeof(NameText), compare_texts);
	return index;
}

/* The code of a text, -1 when it is no name. */
int32
index_find(const NameText *index, int32 n, const char *text)
{
	NameText	key = {.text = text};
	const NameText *found = bsearch(&key, index, n, sizeof(NameText),
								compare_texts);

	return found == NULL ? -1 : found->code;
}

/* Put the cases on their items: the latest that is not reopened stands. */
void
place_cases(FactLoad *load)
{
	Facts	   *f = load->facts;
	NameText   *index;

	if (load->n_cases == 0)
		return;
	index = names_index(&f->items);
	f->reopened_at = array_alloc(f->items.n, sizeof(int64), false);
	f->adjudicated = array_alloc(f->items.n, sizeof(int32), false);
	f->adjudicated_at = array_alloc(f->items.n, sizeof(int64), false);
	f->cases = array_alloc(load->n_cases, sizeof(FactCase), false);
	f->n_cases = load->n_cases;
	for (int32 i = 0; i < f->items.n; i++)
	{
		f->adjudicated[i] = -1;
		f->adjudicated_at[i] = f->reopened_at[i] = NO_TIME;
	}
	for (int64 c = 0; c < load->n_cases; c++)
	{
		FactCase   *k = &f->cases[c];
		int32		item = index_find(index, f->items.n, load->cases[c].item);

		*k = load->cases[c].found;
		if (item < 0 || !(f->item_flags[item] & ITEM_PRESENT))
		{
			f->counts.cases_without_item += k->reopened_at == NO_TIME;
			continue;
		}
		k->item = item;
		if (f->item_flags[k->item] & (ITEM_REOPENED | ITEM_ADJUDICATED))
			f->item_flags[k->item] |= ITEM_REVISITED;
		if (k->reopened_at != NO_TIME)
		{
			f->reopened_at[k->item] = Max(f->reopened_at[k->item],
										  k->reopened_at);
			f->item_flags[k->item] |= ITEM_REOPENED;
			continue;
		}
		if (k->at < f->adjudicated_at[k->item])
			continue;
		f->adjudicated[k->item] = k->code;
		f->adjudicated_at[k->item] = k->at;
		f->item_flags[k->item] &= ~ITEM_MARKED;
		f->item_flags[k->item] |= ITEM_ADJUDICATED |
			(k->edge ? ITEM_MARKED : 0);
	}
	for (int64 i = 0; i < f->items.n; i++)
		if (f->item_flags[i] & ITEM_ADJUDICATED)
			f->item_flags[i] &= ~ITEM_REOPENED;
	pfree(index);
}

/* The code of a name, -1 for no name, ONLY_UNKNOWN for one that nobody has. */
int32
names_find(const FactNames *names, const char *text)
{
	if (text == NULL)
		return -1;
	for (int32 i = 0; i < names->n; i++)
		if (strcmp(names->text[i], text) == 0)
			return i;
	return ONLY_UNKNOWN;
}

/* The code of the vendor or annotator that is asked for. */
static int32
find_wanted(const FactNames *names, const char *what, const char *text)
{
	int32		code = text == NULL ? ONLY_ALL : names_find(names, text);

	if (code != ONLY_UNKNOWN)
		return code;
	/* so reads the key of rows without a vendor */
	if (strcmp(text, "(none)") == 0)
		return -1;
	ereport(NOTICE, (errmsg("no row has %s \"%s\"", what, text)));
	return ONLY_UNKNOWN;
}

/* Take the settings that name vendors, annotators and strata. */
void
place_settings(FactLoad *load)
{
	const FactSettings *s = load->settings;
	Facts	   *f = load->facts;

	f->since = s->since;
	f->until = s->until;
	f->only_vendor = find_wanted(&f->vendors, "vendor", s->vendor);
	f->only_annotator = find_wanted(&f->annotators, "annotator", s->annotator);
	f->edge_stratum = palloc0(sizeof(bool) * Max(f->strata.n, 1));
	for (int i = 0; i < s->n_edge_strata; i++)
	{
		int32		stratum = names_find(&f->strata, s->edge_strata[i]);

		if (stratum >= 0)
			f->edge_stratum[stratum] = true;
	}
	for (int32 i = 0; i < f->annotators.n; i++)
		f->person[i].votes = f->person[i].phase == NULL ||
			strcmp(f->person[i].phase, "production") == 0 ||
			strcmp(f->person[i].phase, "probation") == 0;
}
