/*
 * log.c
 *		The flat log of labels, and what flat and big logs share.
 */
#include "postgres.h"

#include "log.h"
#include "interrupts.h"
#include "resolve.h"
#include "utils/memutils.h"

/* a log with so many entries, or of so many bytes, is promoted */
#define PROMOTE_ROWS	65536
#define PROMOTE_SIZE	(1024 * 1024)

/* capacities that a new log starts with: 216 bytes in all */
#define INITIAL_ROWS	8
#define INITIAL_ENTRIES 4
#define INITIAL_TEXT	32

/* capacities to lay out a flat log by */
typedef struct FlatPlan
{
	int64		cap;
	int			width;
	int32		dict_cap[LOG_DICTS];	/* -1: no such dictionary */
	uint32		dict_text[LOG_DICTS];
} FlatPlan;

/* Work out where the parts of a flat log lie; returns its size. */
static Size
flat_layout(const FlatPlan *plan, uint8 flags, Size offset[LOG_DICTS])
{
	Size		size = FLATLOG_HEADER;

	size += plan->cap * sizeof(uint64);
	if (flags & LOG_AT)
		size += plan->cap * sizeof(int64);
	if (flags & LOG_ANNOTATORS)
		size += plan->cap * sizeof(int32);
	size += plan->cap * plan->width;
	size = MAXALIGN(size);
	for (int i = 0; i < LOG_DICTS; i++)
	{
		offset[i] = 0;
		if (plan->dict_cap[i] < 0)
			continue;
		offset[i] = size;
		size += dict_size(plan->dict_cap[i], plan->dict_text[i]);
	}
	return size;
}

/* Allocate a flat log by a plan, its header filled, its dictionaries not. */
static FlatLog *
flat_allocate(const FlatPlan *plan, StateType type, const LogInfo *info)
{
	Size		offset[LOG_DICTS];
	Size		size = flat_layout(plan, info->flags, offset);
	FlatLog    *flat;

	if (size > MaxAllocSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a log of labels would exceed %zu bytes",
						(Size) MaxAllocSize),
				 errhint("Aggregate fewer rows at a time, or item by item with votes_agg.")));
	/* it may be stored: nothing of what the memory held before */
	flat = palloc0(size);
	SET_VARSIZE(flat, size);
	flat->header.type = type;
	flat->header.format = STATE_FORMAT;
	flat->info = *info;
	flat->cap = plan->cap;
	flat->width = plan->width;
	for (int i = 0; i < LOG_DICTS; i++)
		flat->dict[i] = offset[i];
	return flat;
}

/* Start an empty flat log; dictionaries hold what the types declare. */
void
log_create(Log *log, StateType type, const LogInfo *info,
		   Intern *const intern[LOG_DICTS])
{
	FlatPlan	plan;

	plan.cap = INITIAL_ROWS;
	plan.width = 1;
	for (int i = 0; i < LOG_DICTS; i++)
	{
		plan.dict_cap[i] = -1;
		if (intern[i] == NULL)
			continue;
		plan.dict_cap[i] = Max(INITIAL_ENTRIES, intern[i]->n_categories);
		plan.dict_text[i] = Max(INITIAL_TEXT, intern_template_text(intern[i]));
	}
	log->flat = flat_allocate(&plan, type, info);
	log->big = NULL;
	log->aggcontext = NULL;
	for (int i = 0; i < LOG_DICTS; i++)
	{
		Dict	   *d = log_dict(log, i);

		if (d == NULL)
			continue;
		dict_init(d, plan.dict_cap[i], plan.dict_text[i]);
		intern_fill_template(intern[i], d);
	}
	if (log_dict(log, LOG_LABELS)->n > 256)
		log_need(log, LOG_LABELS, 0, 0, 0);
}

/*
 * Start a log with room for so many rows whose dictionaries are copies of those
 * given, NULL where there is none.
 */
void
log_create_from(Log *log, StateType type, const LogInfo *info,
				const Dict *const dict[LOG_DICTS], int64 rows)
{
	FlatPlan	plan;

	plan.cap = Max(rows, INITIAL_ROWS);
	for (int i = 0; i < LOG_DICTS; i++)
	{
		const Dict *d = dict[i];

		plan.dict_cap[i] = d ? Max(d->n, INITIAL_ENTRIES) : -1;
		plan.dict_text[i] = d ? Max(d->text_used, INITIAL_TEXT) : 0;
	}
	plan.width = plan.dict_cap[LOG_LABELS] > 256 ? 4 : 1;
	log->flat = flat_allocate(&plan, type, info);
	log->big = NULL;
	log->aggcontext = NULL;
	for (int i = 0; i < LOG_DICTS; i++)
		if (dict[i] != NULL)
		{
			dict_copy(log_dict(log, i), plan.dict_cap[i], plan.dict_text[i],
					  dict[i]);
			dict_new_serial(log_dict(log, i));
		}
}

/* Open a log given as a Datum, flat or expanded. */
void
log_open(Log *log, Datum value, StateType type)
{
	log->flat = NULL;
	log->big = NULL;
	log->aggcontext = NULL;
	if (is_biglog(value))
	{
		log->big = (BigLog *) DatumGetEOHP(value);
	}
	else
	{
		StateHeader *header = state_detoast(value, type);

		if ((type == STATE_RATINGS || type == STATE_PREDICTIONS) &&
			header->layout == RATINGS_DESIGN)
			design_to_log(log, (Ratings *) header);
		else
			log->flat = (FlatLog *) header;
	}
}

/* The Datum to hand on. */
Datum
log_datum(const Log *log)
{
	return log->big ? EOHPGetRWDatum(&log->big->hdr) :
		PointerGetDatum(log->flat);
}

/* Copy the rows of one flat log into another that has room for them. */
static void
flat_copy_rows(FlatLog *to, const FlatLog *from)
{
	Size		n = from->n;

	to->n = from->n;
	memcpy(FlatLogKeys(to), FlatLogKeys(from), n * sizeof(uint64));
	if (to->info.flags & LOG_AT)
		memcpy(FlatLogAts(to), FlatLogAts(from), n * sizeof(int64));
	if (to->info.flags & LOG_ANNOTATORS)
		memcpy(FlatLogAnnotators(to), FlatLogAnnotators(from),
			   n * sizeof(int32));
	if (to->width == from->width)
		memcpy(FlatLogCodes(to), FlatLogCodes(from), n * to->width);
	else
	{
		int32	   *codes = (int32 *) FlatLogCodes(to);

		Assert(to->width == 4 && from->width == 1);
		for (Size i = 0; i < n; i++)
			codes[i] = FlatLogCodes(from)[i];
	}
}

/* The code of a flat log's entry. */
static inline int32
flat_code(const FlatLog *flat, int64 i)
{
	return flat->width == 1 ? FlatLogCodes(flat)[i] :
		((const int32 *) FlatLogCodes(flat))[i];
}

/* One entry of a flat log. */
static inline void
flat_row(const FlatLog *flat, int64 i, LogRow *row)
{
	row->key = FlatLogKeys(flat)[i];
	row->code = flat_code(flat, i);
	row->annotator = (flat->info.flags & LOG_ANNOTATORS) ?
		FlatLogAnnotators(flat)[i] : 0;
	row->at = (flat->info.flags & LOG_AT) ? FlatLogAts(flat)[i] : 0;
}

/* Turn a flat log into an expanded object below the aggregate's context. */
static void
log_promote(Log *log)
{
	FlatLog    *flat = log->flat;
	BigLog	   *big = biglog_create(log->aggcontext,
									(StateType) flat->header.type,
									&flat->info);
	LogRow		row;

	for (int i = 0; i < LOG_DICTS; i++)
	{
		Dict	   *d = log_dict(log, i);

		if (d == NULL)
			continue;
		big->dict[i] = dict_create(big->hdr.eoh_context, d->cap, d->text_cap);
		dict_copy(big->dict[i], d->cap, d->text_cap, d);
	}
	big->wide = flat->width > 1;
	for (int64 i = 0; i < flat->n; i++)
	{
		flat_row(flat, i, &row);
		biglog_append(big, &row);
	}
	log->flat = NULL;
	log->big = big;
}

/*
 * Make room for so many rows more, and in one dictionary for so many entries
 * more.  A flat log moves; an aggregate's may be promoted.
 */
void
log_need(Log *log, LogDict which, int rows, int n_more, Size text_more)
{
	FlatPlan	plan;
	FlatLog    *flat = log->flat;
	FlatLog    *larger;
	Size		size,
				offset[LOG_DICTS];
	Dict	   *d = log_dict(log, which);

	if (which == LOG_LABELS)
		dict_check_categories(d->n + n_more);
	if (log->big)
	{
		if (n_more > 0 || text_more > 0)
			log->big->dict[which] = dict_enlarge(d, log->big->hdr.eoh_context,
												 n_more, text_more);
		return;
	}
	plan.cap = flat->cap;
	while (plan.cap < (int64) flat->n + rows)
		plan.cap = Max(plan.cap * 2, INITIAL_ROWS);
	for (int i = 0; i < LOG_DICTS; i++)
	{
		Dict	   *e = log_dict(log, i);

		plan.dict_cap[i] = e ? e->cap : -1;
		plan.dict_text[i] = e ? e->text_cap : 0;
	}
	if (n_more > 0 || text_more > 0)
		dict_growth(d, n_more, text_more, &plan.dict_cap[which],
					&plan.dict_text[which]);
	plan.width = plan.dict_cap[LOG_LABELS] > 256 ? 4 : flat->width;
	size = flat_layout(&plan, flat->info.flags, offset);
	if (size > MaxAllocSize)
	{
		/* what is twice as large does not fit: then just what is needed */
		plan.cap = (int64) flat->n + rows;
		size = flat_layout(&plan, flat->info.flags, offset);
	}
	if (log->aggcontext != NULL &&
		(plan.cap > PROMOTE_ROWS || size > PROMOTE_SIZE))
	{
		log_promote(log);
		if (n_more > 0 || text_more > 0)
			log_need(log, which, rows, n_more, text_more);
		return;
	}
	larger = flat_allocate(&plan, (StateType) flat->header.type, &flat->info);
	flat_copy_rows(larger, flat);
	log->flat = larger;
	for (int i = 0; i < LOG_DICTS; i++)
		if (plan.dict_cap[i] >= 0)
			dict_copy((Dict *) ((char *) larger + larger->dict[i]),
					  plan.dict_cap[i], plan.dict_text[i],
					  (Dict *) ((char *) flat + flat->dict[i]));
}

/* Make the log a copy of its own, whose codes no intern remembers. */
void
log_copy(Log *log)
{
	if (log->big)
	{
		/* flattening gives a fresh flat copy */
		Size		size = EOH_get_flat_size(&log->big->hdr);
		FlatLog    *flat;

		if (size > MaxAllocSize)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("a log of labels would exceed %zu bytes",
							(Size) MaxAllocSize)));
		flat = palloc(size);
		EOH_flatten_into(&log->big->hdr, flat, size);
		log->big = NULL;
		log->flat = flat;
	}
	else
		log->flat = state_copy(log->flat);
	for (int i = 0; i < LOG_DICTS; i++)
		if (log_dict(log, i) != NULL)
			dict_new_serial(log_dict(log, i));
}

/* Make a flat log a copy without room to spare, to be stored. */
void
log_trim(Log *log)
{
	const FlatLog *flat = log->flat;
	FlatPlan	plan;
	FlatLog    *copy;

	plan.cap = flat->n;
	plan.width = flat->width;
	for (int i = 0; i < LOG_DICTS; i++)
	{
		const Dict *d = log_dict(log, i);

		plan.dict_cap[i] = d ? d->n : -1;
		plan.dict_text[i] = d ? d->text_used : 0;
	}
	copy = flat_allocate(&plan, (StateType) flat->header.type, &flat->info);
	flat_copy_rows(copy, flat);
	for (int i = 0; i < LOG_DICTS; i++)
	{
		Dict	   *d = log_dict(log, i);

		if (d == NULL)
			continue;
		dict_copy((Dict *) ((char *) copy + copy->dict[i]), d->n,
				  d->text_used, d);
		dict_forget((Dict *) ((char *) copy + copy->dict[i]));
	}
	log->flat = copy;
}

/* The code of a spelling in a dictionary of the log, entered if new. */
int32
log_code(Log *log, LogDict which, Intern *in, const Spelling *sp)
{
	int32		code;

	while (!intern_enter(in, log_dict(log, which), sp, &code))
		log_need(log, which, 0, 1, strlen(sp->text) + 1);
	if (unlikely(code >= 256) && which == LOG_LABELS)
	{
		dict_check_categories((int64) code + 1);
		if (log->big)
			log->big->wide = true;
	}
	return code;
}

/* Add an entry to a flat log that has room. */
void
log_append_flat(FlatLog *flat, const LogRow *row)
{
	int32		i = flat->n++;

	FlatLogKeys(flat)[i] = row->key;
	if (flat->info.flags & LOG_AT)
		FlatLogAts(flat)[i] = row->at;
	if (flat->info.flags & LOG_ANNOTATORS)
		FlatLogAnnotators(flat)[i] = row->annotator;
	if (flat->width == 1)
		FlatLogCodes(flat)[i] = (uint8) row->code;
	else
		((int32 *) FlatLogCodes(flat))[i] = row->code;
}

/* Add an entry to a flat log that must grow first. */
void
log_append_slow(Log *log, const LogRow *row)
{
	log_need(log, LOG_LABELS, 1, 0, 0);
	if (log->big)
		biglog_append(log->big, row);
	else
		log_append_flat(log->flat, row);
}

/* How many partitions the log's entries lie in. */
int
log_partitions(const Log *log)
{
	return log->big ? LOG_PARTITIONS : 1;
}

/*
 * Read one partition into an array of rows, which is made or enlarged as
 * needed; rows stand in order of arrival.
 */
void
log_read(const Log *log, int partition, LogRow **rows, int64 *n, int64 *cap)
{
	int64		count = 0;
	LogChunk   *c;

	if (log->flat)
		count = log->flat->n;
	else
	{
		biglog_sync_partition(log->big, partition);
		for (c = log->big->first[partition]; c != NULL; c = c->next)
			count += c->n;
	}
	if (count > *cap || *rows == NULL)
	{
		if (*rows != NULL)
			pfree(*rows);
		*cap = Max(count, 8);
		*rows = MemoryContextAllocHuge(CurrentMemoryContext,
									   *cap * sizeof(LogRow));
	}
	*n = count;
	if (log->flat)
	{
		for (int64 i = 0; i < count; i++)
		{
			CHECK_NOW_AND_THEN(i);
			flat_row(log->flat, i, &(*rows)[i]);
		}
		return;
	}
	count = 0;
	for (c = log->big->first[partition]; c != NULL; c = c->next)
	{
		for (int32 i = 0; i < c->n; i++)
		{
			LogRow	   *r = &(*rows)[count++];

			r->key = ((uint64) partition << 56) | (c->word[i] >> 8);
			r->code = (int32) (c->word[i] & 0xFF);
			if (c->high)
				r->code |= (int32) c->high[i] << 8;
			r->annotator = c->annotator ? c->annotator[i] : 0;
			r->at = c->at ? c->at[i] : 0;
		}
	}
	CHECK_FOR_INTERRUPTS();
}
