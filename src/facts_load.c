/*
 * facts_load.c
 *		Taking the rows of a source as they arrive, without keeping the tuples.
 *
 * The query runs once, as the caller, with a read-only snapshot.  Items,
 * annotators and labels are told apart as their types' default operator classes
 * say (intern.h); an item that is an integer is its own key.  A column is
 * allocated when the first row has a value in it.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "array.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "facts_load.h"
#include "facts_show.h"
#include "item_key.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

/* items that are integers */
typedef struct NumberEntry
{
	int64		value;
	int32		item;
	char		status;
} NumberEntry;

#define SH_PREFIX number
#define SH_ELEMENT_TYPE NumberEntry
#define SH_KEY_TYPE int64
#define SH_KEY value
#define SH_HASH_KEY(tb, k) ((uint32) key_mix((uint64) (k)))
#define SH_EQUAL(tb, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* of the kept columns */
const uint8 kept_width[N_KEPT_COLUMNS] = {
	4, 4, 4, 8, 8, 8, 8, 8, 4, 4, 4, 4, 4, 1, 1, 8
};

#define FIRST_ROWS 1024
#define LARGE_ROWS (1024 * 1024)

/* smaller integers that are items are looked up without a hash */
#define DIRECT_LIMIT (INT64CONST(1) << 24)

/* what item_gold holds: a code, or one of these */
#define GOLD_NONE		(-1)
#define GOLD_CONFLICT	(-2)
#define GOLD_SET(i)		(-10 - (int32) (i))	/* first of its answers in gold */

/* Fill entries of a column with what stands for no value. */
static void
fill_none(KeptColumn column, void *data, int64 from, int64 to)
{
	int			width = kept_width[column];

	if (column == KEPT_AT || column == KEPT_AVAILABLE)
		for (int64 i = from; i < to; i++)
			((int64 *) data)[i] = NO_TIME;
	else
		memset((char *) data + from * width,
			   column >= KEPT_KIND ? 0 : 0xFF, (to - from) * width);
}

/* Allocate a column that had no value so far. */
void
kept_fill(FactLoad *load, KeptColumn column)
{
	MemoryContext old = MemoryContextSwitchTo(load->cxt);

	load->column[column] = array_alloc(load->cap, kept_width[column], false);
	fill_none(column, load->column[column], 0, load->cap);
	MemoryContextSwitchTo(old);
}

/* Make room for more rows. */
static void
grow_rows(FactLoad *load)
{
	/* large blocks are moved by the page, so that small steps are cheap */
	load->cap += load->cap < LARGE_ROWS ? load->cap : load->cap / 8;
	if (load->cap > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a source cannot have more than %d rows",
						PG_INT32_MAX)));
	for (int c = 0; c < N_KEPT_COLUMNS; c++)
		if (load->column[c] != NULL)
		{
			load->column[c] = repalloc_huge(load->column[c],
											load->cap * kept_width[c]);
			fill_none(c, load->column[c], load->n, load->cap);
		}
}

#define KEEP(load, which, type, value) \
	do { \
		if (unlikely((load)->column[which] == NULL)) \
			kept_fill(load, which); \
		((type *) (load)->column[which])[(load)->n] = (value); \
	} while (0)

/* Keep the least spelling of a class, and return the spelling given. */
const Spelling *
name_spelled(NameTable *t, const Spelling *sp)
{
	if (likely(t->intern->type.by_text))
		return sp;
	if (sp->cls >= t->cap_least)
	{
		uint32		cap = Max(64, pg_nextpower2_32(sp->cls + 1));
		Size		size = sizeof(char *) * (Size) cap;

		t->least = t->least == NULL ?
			MemoryContextAllocHuge(t->intern->cxt, size) :
			repalloc_huge(t->least, size);
		memset(t->least + t->cap_least, 0,
			   sizeof(char *) * (Size) (cap - t->cap_least));
		t->cap_least = cap;
	}
	if (t->least[sp->cls] == NULL || strcmp(sp->text, t->least[sp->cls]) < 0)
		t->least[sp->cls] = sp->text;
	return sp;
}

/* Find or make the class of a value. */
const Spelling *
name_enter(NameTable *t, Datum value)
{
	return name_spelled(t, intern_value(t->intern, value));
}

/* Make a table of names for a column. */
static void
name_table_init(FactLoad *load, NameTable *t, Oid type, Oid collation,
				const char *role)
{
	memset(t, 0, sizeof(NameTable));
	t->intern = intern_create(load->cxt, type, collation, role);
}

/* Make room for what is known of an item. */
static void
grow_items(FactLoad *load)
{
	int64		cap = load->cap_items * 2;

	load->item_gold = repalloc_huge(load->item_gold, cap * sizeof(int32));
	memset(load->item_gold + load->cap_items, 0xFF,
		   (cap - load->cap_items) * sizeof(int32));
	if (load->item_value)
		load->item_value = repalloc_huge(load->item_value,
										 cap * sizeof(int64));
	load->cap_items = cap;
}

/* Make an item that is an integer. */
static int32
new_number(FactLoad *load, int64 number)
{
	if (load->n_items == load->cap_items)
		grow_items(load);
	load->item_value[load->n_items] = number;
	return (int32) load->n_items++;
}

/* Make the table of small numbers reach this one. */
static void
grow_direct(FactLoad *load, int64 number)
{
	int64		cap = Max(load->n_direct, 4096);
	Size		size;

	while (cap <= number)
		cap *= 2;
	size = cap * sizeof(int32);
	load->direct = load->direct == NULL ?
		MemoryContextAllocHuge(load->cxt, size) :
		repalloc_huge(load->direct, size);
	memset(load->direct + load->n_direct, 0xFF,
		   (cap - load->n_direct) * sizeof(int32));
	load->n_direct = cap;
}

/* Find or make an item that is an integer. */
static int32
number_item(FactLoad *load, int64 number)
{
	NumberEntry *e;
	bool		found;

	if (number >= 0 && number < DIRECT_LIMIT)
	{
		if (unlikely(number >= load->n_direct))
			grow_direct(load, number);
		if (unlikely(load->direct[number] < 0))
			load->direct[number] = new_number(load, number);
		return load->direct[number];
	}
	e = number_insert(load->numbers, number, &found);
	if (!found)
		e->item = new_number(load, number);
	return e->item;
}

/* Find or make an item. */
int32
load_item(FactLoad *load, Datum value)
{
	int32		item;

	if (load->numbers != NULL)
		return number_item(load, integer_value(load->item_type, value));
	item = (int32) name_enter(&load->items, value)->cls;
	while (item >= load->cap_items)
		grow_items(load);
	load->n_items = Max(load->n_items, item + 1);
	return item;
}

/* Keep an answer that the source calls gold. */
void
load_gold(FactLoad *load, int32 item, int32 code)
{
	if (load->n_gold == load->cap_gold)
	{
		load->cap_gold = Max(load->cap_gold * 2, 256);
		load->gold = load->gold == NULL ?
			MemoryContextAllocHuge(load->cxt,
								   load->cap_gold * sizeof(GoldAnswer)) :
			repalloc_huge(load->gold, load->cap_gold * sizeof(GoldAnswer));
	}
	load->gold[load->n_gold].item = item;
	load->gold[load->n_gold++].code = code;
}

/* Does an item have these answers already? */
static bool
same_gold(const FactLoad *load, int32 item, const int32 *codes, int n)
{
	int64		at = GOLD_SET(load->item_gold[item]);
	int			i = 0;

	if (load->item_gold[item] >= 0)
		return n == 1 && codes[0] == load->item_gold[item];
	while (i < n && at + i < load->n_gold && load->gold[at + i].item == item &&
		   load->gold[at + i].code == codes[i])
		i++;
	/* a set ends with an answer of another item, or with the list */
	return i == n && (at + n == load->n_gold ||
					  load->gold[at + n].item != item);
}

/*
 * Take what the gold column says of an item.  All rows must say the same, but
 * for those that say nothing; under 'collect' each row may bring a part.
 */
static void
take_gold(FactLoad *load, int32 item, Datum value)
{
	int32		buffer[16];
	int32	   *codes;
	int			n = load_labels(load, &load->answer, value, buffer, &codes);
	int32	   *known = &load->item_gold[item];

	if (n == 0)
		return;
	if (load->settings->rules.resolve == RESOLVE_COLLECT)
	{
		if (n == 1 && *known == codes[0])
			return;
		for (int i = 0; i < n; i++)
			load_gold(load, item, codes[i]);
		*known = n == 1 ? codes[0] : GOLD_CONFLICT;
		return;
	}
	if (*known == GOLD_CONFLICT)
		return;
	if (*known != GOLD_NONE)
	{
		if (!same_gold(load, item, codes, n))
		{
			*known = GOLD_CONFLICT;
			load->facts->counts.conflicting_gold++;
		}
		return;
	}
	if (n == 1)
		*known = codes[0];
	else
	{
		*known = GOLD_SET(load->n_gold);
		for (int i = 0; i < n; i++)
			load_gold(load, item, codes[i]);
	}
}

/* Take a number that must lie in a range, or be left out. */
static void
take_number(FactLoad *load, TupleTableSlot *slot, SourceColumn from,
			KeptColumn to, double least, double most)
{
	double		value;

	if (slot->tts_isnull[from])
		return;
	value = DatumGetFloat8(slot->tts_values[from]);
	if (value >= least && value <= most)
		KEEP(load, to, double, value);
	else
		load->facts->counts.out_of_range++;
}

/* Take a time; an infinite one is none. */
static bool
take_time(FactLoad *load, TupleTableSlot *slot, SourceColumn from,
		  KeptColumn to)
{
	TimestampTz at;

	if (slot->tts_isnull[from])
		return false;
	at = DatumGetTimestampTz(slot->tts_values[from]);
	if (TIMESTAMP_NOT_FINITE(at))
		return false;
	KEEP(load, to, int64, at);
	return true;
}

/* Take a text as a code. */
static void
take_text(FactLoad *load, TupleTableSlot *slot, SourceColumn from,
		  KeptColumn to)
{
	if (!slot->tts_isnull[from])
		KEEP(load, to, int32,
			 (int32) name_enter(&load->texts[from],
								slot->tts_values[from])->cls);
}

/* Are two words the same but for the case of letters of ASCII? */
static bool
same_word(const char *a, const char *b)
{
	while (*a != '\0' && pg_ascii_tolower((unsigned char) *a) ==
		   pg_ascii_tolower((unsigned char) *b))
		a++, b++;
	return *a == *b;
}

/* The number of a word among those known; n for all others. */
static uint8
word_number(const char *word, const char *const *words, int n)
{
	int			i = 0;

	while (i < n && !same_word(word, words[i]))
		i++;
	return (uint8) i;
}

/* What a value means in a column of known words, found once for each class. */
static uint8
word_meaning(NameTable *t, Datum value, const char *const *words, int n)
{
	uint32		cls = name_enter(t, value)->cls;

	if (unlikely(cls >= t->n_meanings))
	{
		uint32		size = pg_nextpower2_32(cls + 1);

		t->meaning = t->meaning == NULL ?
			MemoryContextAllocHuge(t->intern->cxt, size) :
			repalloc_huge(t->meaning, size);
		for (uint32 c = t->n_meanings; c <= cls; c++)
			t->meaning[c] = word_number(t->intern->classes[c].first->text,
										words, n);
		t->n_meanings = cls + 1;
	}
	return t->meaning[cls];
}

/* Take the kind of annotator and the review; other words say nothing. */
static void
take_words(FactLoad *load, TupleTableSlot *slot)
{
	static const char *const reviews[] = {
		"", "accepted", "fixed", "rejected"
	};
	uint8		word;

	if (!slot->tts_isnull[SOURCE_KIND])
	{
		word = word_meaning(&load->texts[SOURCE_KIND],
							slot->tts_values[SOURCE_KIND],
							fact_kind_names, lengthof(fact_kind_names));
		KEEP(load, KEPT_KIND, uint8,
			 word < lengthof(fact_kind_names) ? word : KIND_HUMAN);
	}
	if (!slot->tts_isnull[SOURCE_REVIEW])
	{
		word = word_meaning(&load->texts[SOURCE_REVIEW],
							slot->tts_values[SOURCE_REVIEW],
							reviews, lengthof(reviews));
		KEEP(load, KEPT_REVIEW, uint8,
			 word < lengthof(reviews) ? word : REVIEW_NONE);
	}
}

/* Take the columns of a row that do not decide what it is. */
static void
take_rest(FactLoad *load, TupleTableSlot *slot)
{
	take_time(load, slot, SOURCE_AVAILABLE_AT, KEPT_AVAILABLE);
	take_number(load, slot, SOURCE_SECONDS, KEPT_SECONDS, 0, EXACT_LIMIT);
	take_number(load, slot, SOURCE_CONFIDENCE, KEPT_CONFIDENCE, 0, 1);
	take_number(load, slot, SOURCE_PRICE, KEPT_PRICE, -EXACT_LIMIT,
				EXACT_LIMIT);
	take_text(load, slot, SOURCE_VENDOR, KEPT_VENDOR);
	take_text(load, slot, SOURCE_GUIDELINE, KEPT_GUIDELINE);
	take_text(load, slot, SOURCE_BATCH, KEPT_BATCH);
	take_text(load, slot, SOURCE_STRATUM, KEPT_STRATUM);
	if (!slot->tts_isnull[SOURCE_SUGGESTION])
		KEEP(load, KEPT_SUGGESTION, int32,
			 load_label(load, &load->suggestion,
						slot->tts_values[SOURCE_SUGGESTION]));
	take_words(load, slot);
}

/* Is a column of truth values true? */
static inline bool
is_true(const TupleTableSlot *slot, SourceColumn column)
{
	return !slot->tts_isnull[column] &&
		DatumGetBool(slot->tts_values[column]);
}

/* What a row is; what it lacks is counted. */
static FactBit
row_state(FactLoad *load, const TupleTableSlot *slot)
{
	FactCounts *counts = &load->facts->counts;
	bool		no_label = slot->tts_isnull[SOURCE_LABEL];

	if (!slot->tts_isnull[SOURCE_VALID] && !is_true(slot, SOURCE_VALID))
	{
		counts->invalid++;
		return BIT_ASIDE;
	}
	if (is_true(slot, SOURCE_GOLD_FLAG))
		return no_label ? BIT_ASIDE : BIT_GOLD_ROW;
	counts->without_annotator += slot->tts_isnull[SOURCE_ANNOTATOR];
	if (is_true(slot, SOURCE_SKIPPED))
		return BIT_SKIP;
	counts->without_label += no_label;
	return no_label ? BIT_ASIDE : BIT_LABELING;
}

/* Take a row of a source. */
static void
take_row(FactLoad *load, TupleTableSlot *slot)
{
	Datum	   *value = slot->tts_values;
	bool	   *isnull = slot->tts_isnull;
	FactBit		state = row_state(load, slot);
	int32		item;

	load->facts->counts.rows++;
	if (unlikely(isnull[SOURCE_ITEM]))
	{
		load->facts->counts.without_item++;
		return;
	}
	item = load_item(load, value[SOURCE_ITEM]);
	if (!isnull[SOURCE_GOLD] && state != BIT_ASIDE && state != BIT_GOLD_ROW)
		take_gold(load, item, value[SOURCE_GOLD]);
	if (isnull[SOURCE_ANNOTATOR] && state != BIT_GOLD_ROW)
		return;
	if (unlikely(load->n == load->cap))
		grow_rows(load);
	KEEP(load, KEPT_ITEM, int32, item);
	KEEP(load, KEPT_FLAGS, uint64, FactFlag(state));
	if (!isnull[SOURCE_ANNOTATOR])
		KEEP(load, KEPT_ANNOTATOR, int32,
			 (int32) name_enter(&load->annotators,
								value[SOURCE_ANNOTATOR])->cls);
	if (state == BIT_LABELING || state == BIT_GOLD_ROW)
		KEEP(load, KEPT_CODE, int32,
			 (int32) name_enter(&load->labels, value[SOURCE_LABEL])->cls);
	if (!take_time(load, slot, SOURCE_LABELED_AT, KEPT_AT))
		load->facts->counts.without_time += state == BIT_LABELING;
	take_rest(load, slot);
	load->n++;
}

/* The type of each column; 0: any. */
static Oid
column_type(SourceColumn column)
{
	switch (column)
	{
		case SOURCE_ITEM:
		case SOURCE_ANNOTATOR:
		case SOURCE_LABEL:
		case SOURCE_GOLD:
		case SOURCE_SUGGESTION:
			return InvalidOid;
		case SOURCE_GOLD_FLAG:
		case SOURCE_SKIPPED:
		case SOURCE_VALID:
			return BOOLOID;
		case SOURCE_LABELED_AT:
		case SOURCE_AVAILABLE_AT:
			return TIMESTAMPTZOID;
		case SOURCE_SECONDS:
		case SOURCE_CONFIDENCE:
		case SOURCE_PRICE:
			return FLOAT8OID;
		default:
			return TEXTOID;
	}
}

/* Refuse a query whose columns are not those of a source. */
static void
check_columns(TupleDesc desc)
{
	if (desc->natts != N_SOURCE_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the query of a source must have %d columns, not %d",
						N_SOURCE_COLUMNS, desc->natts)));
	for (int c = 0; c < N_SOURCE_COLUMNS; c++)
	{
		Oid			wanted = column_type(c);
		Oid			type = TupleDescAttr(desc, c)->atttypid;

		if (OidIsValid(wanted) && type != wanted)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column %d of the query of a source must be of type %s, not %s",
							c + 1, format_type_be(wanted),
							format_type_be(type))));
	}
}

/* Make the tables of names when the types of the columns are known. */
static void
start_rows(FactLoad *load, TupleDesc desc)
{
	Form_pg_attribute att = TupleDescAttr(desc, SOURCE_ITEM);

	check_columns(desc);
	load->item_type = getBaseType(att->atttypid);
	load->cap_items = FIRST_ROWS;
	load->item_gold = palloc(sizeof(int32) * FIRST_ROWS);
	memset(load->item_gold, 0xFF, sizeof(int32) * FIRST_ROWS);
	if (is_integer_type(load->item_type))
	{
		load->numbers = number_create(load->cxt, 256, NULL);
		load->item_value = palloc(sizeof(int64) * FIRST_ROWS);
	}
	else
		name_table_init(load, &load->items, att->atttypid, att->attcollation,
						"item");
	att = TupleDescAttr(desc, SOURCE_ANNOTATOR);
	name_table_init(load, &load->annotators, att->atttypid,
					att->attcollation, "annotator");
	att = TupleDescAttr(desc, SOURCE_LABEL);
	name_table_init(load, &load->labels, att->atttypid, att->attcollation,
					"label");
	for (int c = 0; c < N_SOURCE_COLUMNS; c++)
		if (column_type(c) == TEXTOID)
			name_table_init(load, &load->texts[c], TEXTOID, C_COLLATION_OID,
							"name");
	answer_type_init(load, &load->answer,
					 TupleDescAttr(desc, SOURCE_GOLD)->atttypid);
	answer_type_init(load, &load->suggestion,
					 TupleDescAttr(desc, SOURCE_SUGGESTION)->atttypid);
	load->cap = FIRST_ROWS;
	kept_fill(load, KEPT_ITEM);
	kept_fill(load, KEPT_ANNOTATOR);
	kept_fill(load, KEPT_CODE);
	kept_fill(load, KEPT_FLAGS);
}

/* Read the rows of a source, and what stands beside them. */
void
facts_read(FactLoad *load, const char *rows_query, const char *gold_query)
{
	const FactSettings *settings = load->settings;

	facts_query(load, rows_query, start_rows, take_row);
	load->n_column_gold = load->n_gold;
	load->n_row_items = load->n_items;
	if (gold_query != NULL)
		facts_read_gold(load, gold_query);
	if (settings->cases_query != NULL)
		facts_read_cases(load, settings->cases_query);
	if (settings->answers_query != NULL)
		facts_read_answers(load, settings->answers_query);
	if (settings->annotators_query != NULL)
		facts_read_annotators(load, settings->annotators_query);
}
