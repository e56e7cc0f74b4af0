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
	bool		untyped[LOG_DICTS]; /* a literal without type: read as text */
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
	r->header.type = RatingsHasAnnotators(r) ? STATE_RATINGS :
		STATE_PREDICTIONS;
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
	design->n_annotators = !RatingsHasAnnotators(r) ? 0 :
		RatingsDict(r, LOG_ANNOTATOR_NAMES)->n;
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

/* An argument as a design, whatever layout it came in. */
Ratings *
design_open(Datum value, StateType type, bool *was_log)
{
	Log			log;

	*was_log = false;
	if (!is_biglog(value))
	{
		StateHeader *header = state_detoast(value, type);

		if (header->layout == RATINGS_DESIGN)
			return (Ratings *) header;
		value = PointerGetDatum(header);
	}
	*was_log = true;
	log_open(&log, value, type);
	return resolve_log(&log);
}

/* A ratings argument as a design, whatever layout it came in. */
Ratings *
ratings_open(Datum value)
{
	bool		was_log;

	return design_open(value, STATE_RATINGS, &was_log);
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

/* Make the intern of one argument; what its type declares matters for labels. */
static void
init_intern(FunctionCallInfo fcinfo, int arg, LogDict which, const char *role,
			RatingsCache *cache)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, arg);
	Intern	   *in;

	check_not_own_type(fcinfo, type, role);
	cache->untyped[which] = type == UNKNOWNOID;
	if (cache->untyped[which])
		type = TEXTOID;
	in = intern_create(fcinfo->flinfo->fn_mcxt, type, PG_GET_COLLATION(), role);
	if (which != LOG_LABELS)
		in->n_categories = 0;
	cache->intern[which] = in;
}

/* Find how the time or the probability of each row is kept. */
static void
init_at(FunctionCallInfo fcinfo, const RowShape *shape, RatingsCache *cache)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, shape->at);

	check_not_own_type(fcinfo, type, "time");
	cache->at_type = getBaseType(type);
	cache->info.at_kind = at_kind(type);
	cache->info.flags |= LOG_AT;
}

/* Make the cache of a call site. */
static RatingsCache *
ratings_cache(FunctionCallInfo fcinfo, const RowShape *shape)
{
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	RatingsCache *cache = MemoryContextAllocZero(cxt, sizeof(RatingsCache));
	Oid			item = get_fn_expr_argtype(fcinfo->flinfo, 1);

	if (is_integer_type(getBaseType(item)))
	{
		item_keys_init(&cache->items, item, PG_GET_COLLATION(), "item", cxt);
		cache->info.item_kind = ITEMS_INTEGER;
	}
	else
	{
		init_intern(fcinfo, 1, LOG_ITEM_NAMES, "item", cache);
		cache->info.item_kind = ITEMS_NAMED;
	}
	if (shape->annotator)
	{
		init_intern(fcinfo, shape->annotator, LOG_ANNOTATOR_NAMES, "annotator",
					cache);
		cache->info.flags |= LOG_ANNOTATORS;
	}
	init_intern(fcinfo, shape->label, LOG_LABELS, "label", cache);
	if (shape->at)
		init_at(fcinfo, shape, cache);
	else if (call_is_ordered(fcinfo))
		cache->info.flags |= LOG_LAST;
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

/* Refuse a row that does not fit the rows before it. */
static void
check_fits(Log *log, const LogInfo *mine, Intern *const intern[LOG_DICTS])
{
	LogInfo    *info = log_info(log);

	if (info->item_kind != mine->item_kind || info->at_kind != mine->at_kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("items or times of different types in one state")));
	for (int i = 0; i < LOG_DICTS; i++)
		if (log_dict(log, i) != NULL && intern[i] != NULL)
			intern_check_space(intern[i], log_dict(log, i));
}

/* The log to add to: new, or the state's, the first argument. */
void
ratings_open_log(Log *log, FunctionCallInfo fcinfo, StateType type,
				 const LogInfo *info, Intern *const intern[LOG_DICTS],
				 MemoryContext aggcontext)
{
	if (PG_ARGISNULL(0))
		log_create(log, type, info, intern);
	else
	{
		log_open(log, PG_GETARG_DATUM(0), type);
		if (log_info(log)->item_kind == ITEMS_NONE)
			log_create(log, type, info, intern);
		else if (aggcontext == NULL)
			log_copy(log);
	}
	log->aggcontext = aggcontext;
	if (unlikely(log_dict(log, LOG_LABELS)->token !=
				 intern[LOG_LABELS]->token))
		check_fits(log, info, intern);
}

/* Is an argument that a row must have NULL? */
static bool
row_is_missing(FunctionCallInfo fcinfo, const RowShape *shape)
{
	return PG_ARGISNULL(1) || PG_ARGISNULL(shape->label) ||
		(shape->annotator && PG_ARGISNULL(shape->annotator)) ||
		(shape->type == STATE_PREDICTIONS && PG_ARGISNULL(shape->at));
}

/* The code of an argument in a dictionary of the log. */
static inline int32
argument_code(FunctionCallInfo fcinfo, int arg, Log *log, LogDict which,
			  RatingsCache *cache)
{
	Intern	   *in = cache->intern[which];
	Datum		value = PG_GETARG_DATUM(arg);

	if (unlikely(cache->untyped[which]))
		value = CStringGetTextDatum(DatumGetCString(value));
	return log_code(log, which, in, intern_value(in, value));
}

/* Add a row to a log: the transition of ratings and of predictions. */
Datum
ratings_add_row(FunctionCallInfo fcinfo, const RowShape *shape)
{
	RatingsCache *cache = (RatingsCache *) fcinfo->flinfo->fn_extra;
	MemoryContext aggcontext = NULL;
	LogRow		row;
	Log			log;

	if (!AggCheckCallContext(fcinfo, &aggcontext))
		aggcontext = NULL;
	if (row_is_missing(fcinfo, shape))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (unlikely(cache == NULL))
		cache = ratings_cache(fcinfo, shape);
	ratings_open_log(&log, fcinfo, shape->type, &cache->info, cache->intern,
					 aggcontext);
	row.at = 0;
	if (shape->at)
		row.at = PG_ARGISNULL(shape->at) ? PG_INT64_MIN :
			at_value(cache->at_type, PG_GETARG_DATUM(shape->at));
	row.annotator = 0;
	if (shape->annotator)
		row.annotator = argument_code(fcinfo, shape->annotator, &log,
									  LOG_ANNOTATOR_NAMES, cache);
	row.code = argument_code(fcinfo, shape->label, &log, LOG_LABELS, cache);
	if (cache->intern[LOG_ITEM_NAMES])
		row.key = key_mix((uint64) argument_code(fcinfo, 1, &log,
												 LOG_ITEM_NAMES, cache));
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
	static const RowShape plain = {STATE_RATINGS, 2, 3, 0};
	static const RowShape timed = {STATE_RATINGS, 2, 3, 4};

	return ratings_add_row(fcinfo, PG_NARGS() > 4 ? &timed : &plain);
}

/* icc_add(ratings, item, annotator, value, model) -> ratings */
PG_FUNCTION_INFO_V1(icc_add);
Datum
icc_add(PG_FUNCTION_ARGS)
{
	static const RowShape shape = {STATE_RATINGS, 2, 3, 0};
	Datum		state = ratings_add_row(fcinfo, &shape);
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

/* A design without a label. */
Ratings *
ratings_empty(uint8 flags, uint8 at_kind)
{
	Dict	   *none = dict_create(CurrentMemoryContext, 1, 1);
	const Dict *dicts[LOG_DICTS] = {none, NULL, NULL};
	LogInfo		info;

	memset(&info, 0, sizeof(info));
	info.flags = flags;
	info.at_kind = at_kind;
	if (flags & LOG_ANNOTATORS)
		dicts[LOG_ANNOTATOR_NAMES] = none;
	return ratings_allocate(&info, 0, 0, dicts);
}

/* The final function of ratings_agg: repeats are resolved. */
PG_FUNCTION_INFO_V1(ratings_final);
Datum
ratings_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(ratings_empty(LOG_ANNOTATORS, AT_NONE));
	PG_RETURN_POINTER(ratings_open(PG_GETARG_DATUM(0)));
}
