/*
 * item_labels.c
 *		The type item_labels and the aggregates over (item, label).
 *
 * All coefficients over (item, label) share one transition function, so that
 * the planner shares the state; they differ in their final functions alone.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "item_key.h"
#include "item_labels.h"
#include "log_merge.h"
#include "reading.h"
#include "tabulate.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

/* what a transition function remembers between rows */
typedef struct AddCache
{
	Intern	   *label;			/* for the row at hand */
	Intern	   *interns;		/* for all declarations of categories */
	ItemKeys	items;
	OptionCache option;			/* level or weights */
} AddCache;

/* the same for self_agreement */
typedef struct SelfCache
{
	AddCache	add;
	ItemKeys	annotators;
} SelfCache;

/* which argument stands where */
typedef struct AddArguments
{
	int			option;			/* level or weights; 0: none */
	bool		is_level;
	int			categories;		/* 0: none */
} AddArguments;

/* Make the cache of a call site. */
static AddCache *
add_cache(FunctionCallInfo fcinfo)
{
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	Oid			item = get_fn_expr_argtype(fcinfo->flinfo, 1);
	AddCache   *cache = MemoryContextAllocZero(cxt, sizeof(AddCache));

	check_not_own_type(fcinfo, item, "item");
	item_keys_init(&cache->items, item, PG_GET_COLLATION(), "item", cxt);
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

/* Start a log for rows of this call site. */
static void
start_log(Log *log, AddCache *cache, uint8 scale)
{
	LogInfo		info;
	Intern	   *interns[LOG_DICTS] = {NULL, NULL, NULL};

	memset(&info, 0, sizeof(info));
	info.item_kind = cache->items.kind;
	info.item_tag = cache->items.tag;
	info.scale = scale;
	interns[LOG_LABELS] = cache->label;
	log_create(log, STATE_ITEM_LABELS, &info, interns);
}

/* Refuse a row that does not fit the rows before it. */
static void
check_row(const LogInfo *info, const Dict *d, const AddCache *cache)
{
	if (info->item_kind != cache->items.kind ||
		info->item_tag != cache->items.tag)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("items of different types in one state")));
	intern_check_space(cache->label, d);
}

/* The log to add to: new, or the state's. */
static inline void
open_log(Log *log, FunctionCallInfo fcinfo, AddCache *cache,
		 MemoryContext aggcontext, uint8 scale)
{
	LogInfo    *info;

	if (PG_ARGISNULL(0))
		start_log(log, cache, scale);
	else
	{
		log_open(log, PG_GETARG_DATUM(0), STATE_ITEM_LABELS);
		if (log_info(log)->item_kind == ITEMS_NONE)
			start_log(log, cache, scale);
		else if (aggcontext == NULL)
			log_copy(log);
	}
	log->aggcontext = aggcontext;
	info = log_info(log);
	if (unlikely(info->item_kind != cache->items.kind ||
				 info->item_tag != cache->items.tag ||
				 log_dict(log, LOG_LABELS)->token != cache->label->token))
		check_row(info, log_dict(log, LOG_LABELS), cache);
	if (unlikely(info->scale != scale))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level or weights differ within one group")));
}

/*
 * Add a row of (item, label) to a big log in the common case, where its label
 * has been seen in this log and nothing is left to check.
 */
static inline bool
add_to_biglog(FunctionCallInfo fcinfo, AddCache *cache)
{
	BigLog	   *big = (BigLog *) DatumGetEOHP(PG_GETARG_DATUM(0));
	Dict	   *d = big->dict[LOG_LABELS];
	const Spelling *sp;
	const LabelClass *known;
	uint64		key;
	LogCursor  *cursor;

	if (d->token != cache->label->token || big->wide ||
		big->info.scale != 0 || !cache->label->type.by_text ||
		big->info.item_tag != cache->items.tag ||
		big->info.item_kind != cache->items.kind)
		return false;
	sp = intern_value(cache->label, PG_GETARG_DATUM(2));
	known = &cache->label->classes[sp->cls];
	if (unlikely(known->serial != d->serial))
		return false;
	key = item_key(&cache->items, PG_GETARG_DATUM(1));
	cursor = &big->cursor[KeyPartition(key)];
	if (unlikely(cursor->next == cursor->end))
		return false;
	*cursor->next++ = KeyWord(key, known->code);
	big->n++;
	return true;
}

/* The transition function of all aggregates over (item, label, ...). */
static Datum
add_row(FunctionCallInfo fcinfo, const AddArguments *args)
{
	MemoryContext aggcontext = NULL;
	AddCache   *cache = (AddCache *) fcinfo->flinfo->fn_extra;
	Log			log;
	LogRow		row;
	const Spelling *sp;
	uint8		scale;

	if (!AggCheckCallContext(fcinfo, &aggcontext))
		aggcontext = NULL;
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (unlikely(cache == NULL))
		cache = add_cache(fcinfo);
	else if (args->option == 0 && args->categories == 0 &&
			 aggcontext != NULL && !PG_ARGISNULL(0) &&
			 is_biglog(PG_GETARG_DATUM(0)) && add_to_biglog(fcinfo, cache))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	scale = scale_option(fcinfo, args->option, args->is_level,
						 &cache->option);
	if (args->categories > 0 || cache->label == NULL)
		cache->label = intern_for_row(fcinfo, &cache->interns, 2,
									  args->categories);
	sp = intern_value(cache->label, PG_GETARG_DATUM(2));
	row.key = item_key(&cache->items, PG_GETARG_DATUM(1));
	row.annotator = 0;
	row.at = 0;
	open_log(&log, fcinfo, cache, aggcontext, scale);
	row.code = log_code(&log, LOG_LABELS, cache->label, sp);
	log_append(&log, &row);
	PG_RETURN_DATUM(log_datum(&log));
}

PG_FUNCTION_INFO_V1(item_labels_add);
Datum
item_labels_add(PG_FUNCTION_ARGS)
{
	static const AddArguments args = {0, false, 0};

	return add_row(fcinfo, &args);
}

PG_FUNCTION_INFO_V1(item_labels_add_level);
Datum
item_labels_add_level(PG_FUNCTION_ARGS)
{
	static const AddArguments args = {3, true, 0};

	return add_row(fcinfo, &args);
}

PG_FUNCTION_INFO_V1(item_labels_add_level_categories);
Datum
item_labels_add_level_categories(PG_FUNCTION_ARGS)
{
	static const AddArguments args = {3, true, 4};

	return add_row(fcinfo, &args);
}

PG_FUNCTION_INFO_V1(item_labels_add_weights);
Datum
item_labels_add_weights(PG_FUNCTION_ARGS)
{
	static const AddArguments args = {3, false, 0};

	return add_row(fcinfo, &args);
}

PG_FUNCTION_INFO_V1(item_labels_add_weights_categories);
Datum
item_labels_add_weights_categories(PG_FUNCTION_ARGS)
{
	static const AddArguments args = {3, false, 4};

	return add_row(fcinfo, &args);
}

PG_FUNCTION_INFO_V1(item_labels_add_categories);
Datum
item_labels_add_categories(PG_FUNCTION_ARGS)
{
	static const AddArguments args = {0, false, 3};

	return add_row(fcinfo, &args);
}

/* item_labels_combine(item_labels, item_labels) -> item_labels */
PG_FUNCTION_INFO_V1(item_labels_combine);
Datum
item_labels_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, STATE_ITEM_LABELS);
}

/* An item_labels without a label. */
static Datum
empty_log(StateType type)
{
	Log			log;
	LogInfo		info;
	Intern		none;
	Intern	   *interns[LOG_DICTS] = {&none, NULL, NULL};

	memset(&info, 0, sizeof(info));
	memset(&none, 0, sizeof(none));
	none.type.qualifier = "";
	log_create(&log, type, &info, interns);
	return log_datum(&log);
}

/* The final function of item_labels_agg. */
PG_FUNCTION_INFO_V1(item_labels_final);
Datum
item_labels_final(PG_FUNCTION_ARGS)
{
	Log			log;

	if (PG_ARGISNULL(0))
		return empty_log(STATE_ITEM_LABELS);
	log_open(&log, PG_GETARG_DATUM(0), STATE_ITEM_LABELS);
	if (log.big)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	log_trim(&log);
	return log_datum(&log);
}

/* Is what a big log keeps still what it amounts to? */
static bool
cache_is_valid(const BigLog *big)
{
	const Tabulated *t = (const Tabulated *) big->cache;
	const Dict *d = big->dict[LOG_LABELS];

	return t != NULL && big->cache_n == big->n && t->dict == d &&
		t->n_entries == d->n && t->text_used == d->text_used;
}

/*
 * What the log amounts to.  A big log keeps it for the next final function;
 * that changes nothing that can be seen.
 */
Tabulated *
log_tabulated(Log *log)
{
	BigLog	   *big = log->big;
	Tabulated  *t;
	PatternTable *table;
	MemoryContext old = CurrentMemoryContext;

	if (big != NULL && cache_is_valid(big))
		return (Tabulated *) big->cache;
	table = tabulate(log);
	if (big != NULL)
	{
		if (big->cache_context)
			MemoryContextDelete(big->cache_context);
		big->cache = NULL;
		big->cache_context = AllocSetContextCreate(big->hdr.eoh_context,
												   "annoqa tabulation",
												   ALLOCSET_SMALL_SIZES);
		MemoryContextSwitchTo(big->cache_context);
	}
	t = palloc(sizeof(Tabulated));
	if (big != NULL)
	{
		/* the table itself is kept too, without room to spare */
		PatternTable *kept = MemoryContextAllocHuge(CurrentMemoryContext,
													table_size(table->n,
															   table->n_cells));

		table_copy(kept, table->n, table->n_cells, table);
		pfree(table);
		table = kept;
	}
	t->table = table;
	t->dict = log_dict(log, LOG_LABELS);
	t->n_entries = t->dict->n;
	t->text_used = t->dict->text_used;
	t->view = label_view(log_dict(log, LOG_LABELS));
	t->patterns = table_patterns(table, t->view->rank, t->view->n);
	MemoryContextSwitchTo(old);
	if (big != NULL)
	{
		big->cache = t;
		big->cache_n = big->n;
	}
	return t;
}

/* The vote patterns of a log, in the codes of its dictionary. */
PatternTable *
log_table(Log *log)
{
	return log->big ? log_tabulated(log)->table : tabulate(log);
}

/*
 * self_agreement_add(item_labels, item, annotator, label) -> item_labels: what
 * one annotator said of one item is an item of its own.
 */
PG_FUNCTION_INFO_V1(self_agreement_add);
Datum
self_agreement_add(PG_FUNCTION_ARGS)
{
	SelfCache  *cache = (SelfCache *) fcinfo->flinfo->fn_extra;
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	MemoryContext aggcontext = NULL;
	Log			log;
	LogRow		row;
	const Spelling *sp;

	if (!AggCheckCallContext(fcinfo, &aggcontext))
		aggcontext = NULL;
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (unlikely(cache == NULL))
	{
		Oid			item = get_fn_expr_argtype(fcinfo->flinfo, 1);
		Oid			annotator = get_fn_expr_argtype(fcinfo->flinfo, 2);
		Oid			label = get_fn_expr_argtype(fcinfo->flinfo, 3);

		check_not_own_type(fcinfo, item, "item");
		check_not_own_type(fcinfo, annotator, "annotator");
		check_not_own_type(fcinfo, label, "label");
		cache = MemoryContextAllocZero(cxt, sizeof(SelfCache));
		item_keys_init(&cache->annotators, annotator, PG_GET_COLLATION(),
					   "annotator", cxt);
		item_keys_init(&cache->add.items, item, PG_GET_COLLATION(), "item",
					   cxt);
		/* two keys in one are a hash of both, whatever they were */
		cache->add.items.tag = hash_combine(cache->add.items.tag,
											cache->annotators.tag) | 1;
		cache->add.label = intern_create(cxt, label, PG_GET_COLLATION(),
										 "label");
		fcinfo->flinfo->fn_extra = cache;
	}
	sp = intern_value(cache->add.label, PG_GETARG_DATUM(3));
	row.key = key_mix(item_key(&cache->add.items, PG_GETARG_DATUM(1)) * 31 +
					  item_key(&cache->annotators, PG_GETARG_DATUM(2)));
	row.annotator = 0;
	row.at = 0;
	open_log(&log, fcinfo, &cache->add, aggcontext, 0);
	row.code = log_code(&log, LOG_LABELS, cache->add.label, sp);
	log_append(&log, &row);
	PG_RETURN_DATUM(log_datum(&log));
}
