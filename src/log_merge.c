/*
 * log_merge.c
 *		Merging two logs of labels, for combine functions and roll-ups.
 */
#include "postgres.h"

#include "interrupts.h"
#include "log_merge.h"
#include "merge.h"

static const char *const roles[LOG_DICTS] = {"label", "annotator", "item"};

/* Refuse logs whose items, times or levels are not of one kind. */
static void
check_infos(const LogInfo *a, const LogInfo *b)
{
	if (a->item_kind != b->item_kind || a->item_tag != b->item_tag)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("cannot merge states whose items are of different types"),
				 errhint("Cast the item to one type in every query that builds the states.")));
	if ((a->flags & LOG_AT) != (b->flags & LOG_AT) || a->at_kind != b->at_kind)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("cannot merge ratings whose times are of different types"),
				 errhint("Give ratings_agg the same type of time, or none, in every query that builds the states.")));
	if (a->scale != b->scale)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("level or weights differ within one group")));
}

/* Translate the codes of one dictionary to those of the log merged into. */
static int32 *
translate_dict(Log *to, LogDict which, Intern *in, const Dict *from)
{
	int32	   *map = MemoryContextAllocHuge(CurrentMemoryContext,
											 sizeof(int32) * Max(from->n, 1));

	for (int32 i = 0; i < from->n; i++)
		map[i] = log_code(to, which, in, intern_text(in, DictText(from, i)));
	return map;
}

/* Add all entries of one log to another. */
static void
log_merge(Log *to, const Log *from, MergeCache *cache, MemoryContext cxt)
{
	int32	   *map[LOG_DICTS] = {NULL, NULL, NULL};
	LogRow	   *rows = NULL;
	int64		n,
				cap = 0;

	for (int i = 0; i < LOG_DICTS; i++)
	{
		const Dict *d = log_dict(from, i);
		Intern	   *in;

		if (d == NULL)
			continue;
		in = merge_intern(&cache->intern[i], cxt, d, roles[i]);
		map[i] = translate_dict(to, i, in, d);
	}
	for (int p = 0; p < log_partitions(from); p++)
	{
		log_read(from, p, &rows, &n, &cap);
		for (int64 i = 0; i < n; i++)
		{
			LogRow	   *r = &rows[i];

			CHECK_NOW_AND_THEN(i);
			r->code = map[LOG_LABELS][r->code];
			if (map[LOG_ANNOTATOR_NAMES])
				r->annotator = map[LOG_ANNOTATOR_NAMES][r->annotator];
			if (map[LOG_ITEM_NAMES])
				r->key = key_mix((uint64)
								 map[LOG_ITEM_NAMES][key_unmix(r->key)]);
			log_append(to, r);
		}
	}
	if (rows)
		pfree(rows);
	for (int i = 0; i < LOG_DICTS; i++)
		if (map[i])
			pfree(map[i]);
}

/* A log that the caller may write to: itself in an aggregate, else a copy. */
static void
make_writable(Log *log, MemoryContext aggcontext)
{
	log->aggcontext = aggcontext;
	if (aggcontext == NULL)
		log_copy(log);
}

/*
 * Merge the second argument into the first, either of which may be NULL.
 * Serves combine functions, aggregates over states, and plain calls.
 */
Datum
log_combine(FunctionCallInfo fcinfo, StateType type)
{
	MemoryContext aggcontext = NULL;
	MergeCache *cache = (MergeCache *) fcinfo->flinfo->fn_extra;
	MemoryContext cxt = fcinfo->flinfo->fn_mcxt;
	Log			first,
				second,
				swapped;
	Dict	   *d1,
			   *d2;
	Intern	   *in;

	if (!AggCheckCallContext(fcinfo, &aggcontext))
		aggcontext = NULL;
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	log_open(&second, PG_GETARG_DATUM(1), type);
	if (PG_ARGISNULL(0))
	{
		log_copy(&second);
		PG_RETURN_DATUM(log_datum(&second));
	}
	log_open(&first, PG_GETARG_DATUM(0), type);
	d1 = log_dict(&first, LOG_LABELS);
	d2 = log_dict(&second, LOG_LABELS);
	if (log_count(&second) == 0 && d2->kind == LABEL_NONE)
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	if (log_count(&first) == 0 && d1->kind == LABEL_NONE)
	{
		log_copy(&second);
		PG_RETURN_DATUM(log_datum(&second));
	}
	if (cache == NULL)
		cache = fcinfo->flinfo->fn_extra =
			MemoryContextAllocZero(cxt, sizeof(MergeCache));
	for (int i = 0; i < LOG_DICTS; i++)
		if (log_dict(&first, i) && log_dict(&second, i))
			merge_check(log_dict(&first, i), log_dict(&second, i), roles[i]);
	check_infos(log_info(&first), log_info(&second));
	in = merge_intern(&cache->intern[LOG_LABELS], cxt, d1, roles[LOG_LABELS]);
	if ((d1->declared || d2->declared) && merge_into_second(in, d1, d2))
	{
		const Dict *dicts[LOG_DICTS];

		for (int i = 0; i < LOG_DICTS; i++)
			dicts[i] = log_dict(&second, i);
		log_create_from(&swapped, type, log_info(&second), dicts, 0);
		swapped.aggcontext = aggcontext;
		log_merge(&swapped, &first, cache, cxt);
		first = swapped;
	}
	else
		make_writable(&first, aggcontext);
	log_merge(&first, &second, cache, cxt);
	/* which of two parts came last is not known */
	log_info(&first)->flags &= ~LOG_LAST;
	PG_RETURN_DATUM(log_datum(&first));
}
