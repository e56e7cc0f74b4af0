/*
 * ratings.c
 *		The type ratings: filling it from rows, and the finished design.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "icc_read.h"
#include "item_key.h"
#include "log_merge.h"
#include "ratings.h"
#include "resolve.h"
#include "tabulate.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

/* what the transition function remembers between rows */
typedef struct RatingsCache
{
	Intern	   *intern[LOG_DICTS];	/* items: only if they are named */
	ItemKeys	items;
	Oid			at_type;
	LogInfo		info;
} RatingsCache;

/* Allocate a design; its arrays are for the caller to fill. */
Ratings *
ratings_allocate(const LogInfo *info, int64 n_items, int64 n_labels,
				 const Dict *const dict[LOG_DICTS])
{
	Ratings		sizes;
	Ratings    *r;
	Size		size;

	memset(&sizes, 0, sizeof(sizes));
	sizes.info = *info;
	sizes.n_items = n_items;
	sizes.n_labels = n_labels;
	size = MAXALIGN((char *) (RatingsCodes(&sizes) + n_labels) -
					(char *) &sizes);
	for (int i = 0; i < LOG_DICTS; i++)
	{
		if (dict[i] == NULL)
			continue;
		sizes.dict[i] = size;
		size += dict_size(Max(dict[i]->n, 1), dict[i]->text_used);
	}
	if (n_labels > PG_INT32_MAX || size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("ratings of " INT64_FORMAT " labels would exceed %zu bytes",
						n_labels, (Size) MaxAllocSize),
				 errhint("Aggregate fewer rows at a time, for example one project or month.")));
	r = palloc0(size);
	*r = sizes;
	SET_VARSIZE(r, size);
	r->header.type = STATE_RATINGS;
	r->header.format = STATE_FORMAT;
	r->header.layout = RATINGS_DESIGN;
	RatingsStarts(r)[n_items] = n_labels;
	for (int i = 0; i < LOG_DICTS; i++)
		if (dict[i] != NULL)
		{
			dict_copy(RatingsDict(r, i), Max(dict[i]->n, 1),
					  dict[i]->text_used, dict[i]);
			dict_forget(RatingsDict(r, i));
		}
	return r;
}

/* Its arrays as the mathematics reads them; nothing is copied. */
void
ratings_design(const Ratings *r, Design *design)
{
	design->q = RatingsDict(r, LOG_LABELS)->n;
	design->n_annotators = RatingsDict(r, LOG_ANNOTATOR_NAMES)->n;
	design->n_items = r->n_items;
	design->n_labels = r->n_labels;
	design->start = RatingsStarts(r);
	design->annotator = RatingsAnnotators(r);
	design->code = RatingsCodes(r);
}

/* Its vote patterns; codes are those of its dictionary of labels. */
PatternTable *
ratings_patterns(const Ratings *r)
{
	Design		design;

	ratings_design(r, &design);
	return tabulate_design(&design);
}

/* The text of an item; buffer holds at least MAXINT8LEN + 1 bytes. */
const char *
ratings_item_text(const Ratings *r, int64 item, char *buffer)
{
	if (!RatingsHasNumbers(r))
		return DictText(RatingsDict(r, LOG_ITEM_NAMES), item);
	pg_lltoa(RatingsItems(r)[item], buffer);
	return buffer;
}

/* A ratings argument as a design, whatever layout it came in. */
Ratings *
ratings_open(Datum value)
{
	Log			log;

	if (!is_biglog(value))
	{
		StateHeader *header = state_detoast(value, STATE_RATINGS);

		if (header->layout == RATINGS_DESIGN)
			return (Ratings *) header;
		value = PointerGetDatum(header);
	}
	log_open(&log, value, STATE_RATINGS);
	return resolve_log(&log);
}

/* Which kind of time this type is. */
static uint8
at_kind(Oid type)
{
	switch (getBaseType(type))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
			return AT_INTEGER;
		case FLOAT4OID:
		case FLOAT8OID:
			return AT_FLOAT;
		case DATEOID:
			return AT_DATE;
		case TIMESTAMPOID:
			return AT_TIMESTAMP;
		case TIMESTAMPTZOID:
			return AT_TIMESTAMPTZ;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("type %s cannot tell which label is the latest",
							format_type_be(type)),
					 errhint("Use a timestamp, a date or an integer.")));
	}
	return AT_NONE;
}

/* A time as an integer of the same order; no time is before all times. */
static int64
at_value(Oid type, Datum value)
{
	double		d;
	int64		bits;

	switch (type)
	{
		case DATEOID:
			return DatumGetInt32(value);
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return DatumGetInt64(value);
		case FLOAT4OID:
		case FLOAT8OID:
			d = type == FLOAT4OID ? DatumGetFloat4(value) :
				DatumGetFloat8(value);
			d += 0.0;			/* no negative zero */
			memcpy(&bits, &d, sizeof(bits));
			return bits < 0 ? bits ^ PG_INT64_MAX : bits;
		default:
			return integer_value(type, value);
	}
}

/* Does the call have an ORDER BY, so that one label is the last? */
static bool
call_is_ordered(FunctionCallInfo fcinfo)
{
	Aggref	   *aggref = AggGetAggref(fcinfo);

	return aggref != NULL && aggref->aggorder != NIL;
}

/* Make the cache of a call site. */
static RatingsCache *
ratings_cache(FunctionCallInfo fcinfo, bool has_at)
{
	static const char *const roles[] = {"item", "annotator", "label", "time"};
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	RatingsCache *cache = MemoryContextAllocZero(cxt, sizeof(RatingsCache));
	Oid			types[4];
	Oid			collation = PG_GET_COLLATION();

	for (int i = 0; i < (has_at ? 4 : 3); i++)
	{
		types[i] = get_fn_expr_argtype(fcinfo->flinfo, i + 1);
		check_not_own_type(fcinfo, types[i], roles[i]);
	}
	if (is_integer_type(getBaseType(types[0])))
		item_keys_init(&cache->items, types[0], collation, "item", cxt);
	else
		cache->intern[LOG_ITEM_NAMES] = intern_create(cxt, types[0], collation,
													  "item");
	cache->intern[LOG_ANNOTATOR_NAMES] = intern_create(cxt, types[1],
													   collation, "annotator");
	cache->intern[LOG_LABELS] = intern_create(cxt, types[2], collation,
											  "label");
	/* the values that a type declares matter for labels only */
	cache->intern[LOG_ANNOTATOR_NAMES]->n_categories = 0;
	if (cache->intern[LOG_ITEM_NAMES])
		cache->intern[LOG_ITEM_NAMES]->n_categories = 0;
	cache->info.flags = LOG_ANNOTATORS;
	cache->info.item_kind = cache->intern[LOG_ITEM_NAMES] ? ITEMS_NAMED :
		ITEMS_INTEGER;
	if (has_at)
	{
		cache->at_type = getBaseType(types[3]);
		cache->info.at_kind = at_kind(types[3]);
		cache->info.flags |= LOG_AT;
	}
	else if (call_is_ordered(fcinfo))
		cache->info.flags |= LOG_LAST;
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

/* Refuse a row that does not fit the rows before it. */
static void
check_fits(Log *log, RatingsCache *cache)
{
	LogInfo    *info = log_info(log);

	if (info->item_kind != cache->info.item_kind ||
		info->at_kind != cache->info.at_kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("items or times of different types in one state")));
	for (int i = 0; i < LOG_DICTS; i++)
		if (log_dict(log, i) != NULL && cache->intern[i] != NULL)
			intern_check_space(cache->intern[i], log_dict(log, i));
}

/* The log to add to: new, or the state's. */
static void
open_for_adding(Log *log, FunctionCallInfo fcinfo, RatingsCache *cache,
				MemoryContext aggcontext)
{
	if (PG_ARGISNULL(0))
		log_create(log, STATE_RATINGS, &cache->info, cache->intern);
	else
	{
		log_open(log, PG_GETARG_DATUM(0), STATE_RATINGS);
		if (log_info(log)->item_kind == ITEMS_NONE)
			log_create(log, STATE_RATINGS, &cache->info, cache->intern);
		else if (aggcontext == NULL)
			log_copy(log);
	}
	log->aggcontext = aggcontext;
	if (unlikely(log_dict(log, LOG_LABELS)->token !=
				 cache->intern[LOG_LABELS]->token))
		check_fits(log, cache);
}

/* Add a row (item, annotator, label [, at]) to a log. */
static Datum
add_rating(FunctionCallInfo fcinfo, bool has_at)
{
	RatingsCache *cache = (RatingsCache *) fcinfo->flinfo->fn_extra;
	MemoryContext aggcontext = NULL;
	const Spelling *item = NULL;
	const Spelling *annotator,
			   *label;
	LogRow		row;
	Log			log;

	if (!AggCheckCallContext(fcinfo, &aggcontext))
		aggcontext = NULL;
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (unlikely(cache == NULL))
		cache = ratings_cache(fcinfo, has_at);
	if (cache->intern[LOG_ITEM_NAMES])
		item = intern_value(cache->intern[LOG_ITEM_NAMES],
							PG_GETARG_DATUM(1));
	annotator = intern_value(cache->intern[LOG_ANNOTATOR_NAMES],
							 PG_GETARG_DATUM(2));
	label = intern_value(cache->intern[LOG_LABELS], PG_GETARG_DATUM(3));
	row.at = 0;
	if (has_at)
		row.at = PG_ARGISNULL(4) ? PG_INT64_MIN :
			at_value(cache->at_type, PG_GETARG_DATUM(4));
	open_for_adding(&log, fcinfo, cache, aggcontext);
	row.annotator = log_code(&log, LOG_ANNOTATOR_NAMES,
							 cache->intern[LOG_ANNOTATOR_NAMES], annotator);
	row.code = log_code(&log, LOG_LABELS, cache->intern[LOG_LABELS], label);
	if (item)
		row.key = key_mix((uint64) log_code(&log, LOG_ITEM_NAMES,
											cache->intern[LOG_ITEM_NAMES],
											item));
	else
		row.key = item_key(&cache->items, PG_GETARG_DATUM(1));
	log_append(&log, &row);
	PG_RETURN_DATUM(log_datum(&log));
}

/* ratings_add(ratings, item, annotator, label [, at]) -> ratings */
PG_FUNCTION_INFO_V1(ratings_add);
Datum
ratings_add(PG_FUNCTION_ARGS)
{
	return add_rating(fcinfo, PG_NARGS() > 4);
}

/* icc_add(ratings, item, annotator, value, model) -> ratings */
PG_FUNCTION_INFO_V1(icc_add);
Datum
icc_add(PG_FUNCTION_ARGS)
{
	Datum		state = add_rating(fcinfo, false);
	Log			log;
	uint8		code;

	if (fcinfo->isnull || PG_ARGISNULL(4))
		return state;
	code = (uint8) (1 + icc_model_argument(PG_GETARG_TEXT_PP(4)));
	log_open(&log, state, STATE_RATINGS);
	if (log_info(&log)->scale != 0 && log_info(&log)->scale != code)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("model differs within one group")));
	log_info(&log)->scale = code;
	return log_datum(&log);
}

/* ratings_combine(ratings, ratings) -> ratings */
PG_FUNCTION_INFO_V1(ratings_combine);
Datum
ratings_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, STATE_RATINGS);
}

/* A ratings without a label. */
static Ratings *
ratings_empty(void)
{
	Dict	   *none = dict_create(CurrentMemoryContext, 1, 1);
	const Dict *const dicts[LOG_DICTS] = {none, none, NULL};
	LogInfo		info;

	memset(&info, 0, sizeof(info));
	info.flags = LOG_ANNOTATORS;
	return ratings_allocate(&info, 0, 0, dicts);
}

/* The final function of ratings_agg: repeats are resolved. */
PG_FUNCTION_INFO_V1(ratings_final);
Datum
ratings_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(ratings_empty());
	PG_RETURN_POINTER(ratings_open(PG_GETARG_DATUM(0)));
}
