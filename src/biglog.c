/*
 * biglog.c
 *		The log of labels as an expanded object: 256 partitions of chunks.
 *
 * An entry without annotator takes 8 bytes: the partition is the first byte of
 * the mixed key, the other seven stand beside the low byte of the code.
 */
#include "postgres.h"

#include "log.h"
#include "utils/memutils.h"

/* bytes of a chunk: the first of a partition is small, later ones are full */
#define FIRST_CHUNK_SIZE	2048
#define CHUNK_SIZE			8192

static Size biglog_flat_size(ExpandedObjectHeader *eoh);
static void biglog_flatten(ExpandedObjectHeader *eoh, void *result,
						   Size size);

static const ExpandedObjectMethods biglog_methods = {
	biglog_flat_size,
	biglog_flatten
};

/* Is this a log as an expanded object? */
bool
is_biglog(Datum value)
{
	return VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(value)) &&
		DatumGetEOHP(value)->eoh_methods == &biglog_methods;
}

/* Check what must always hold; compiled under assertions. */
void
check_biglog(const BigLog *big)
{
#ifdef USE_ASSERT_CHECKING
	int64		n = 0;

	Assert(big->magic == BIGLOG_MAGIC);
	for (int p = 0; p < LOG_PARTITIONS; p++)
	{
		Assert((big->first[p] == NULL) == (big->last[p] == NULL));
		for (LogChunk *c = big->first[p]; c != NULL; c = c->next)
		{
			Assert(c->n <= c->cap);
			Assert(c->next != NULL || c == big->last[p]);
			n += c->n;
		}
	}
	Assert(n == big->n);
#endif
}

/* Start an empty big log below a memory context. */
BigLog *
biglog_create(MemoryContext parent, StateType type, const LogInfo *info)
{
	MemoryContext cxt = AllocSetContextCreate(parent, "annoqa log of labels",
											  ALLOCSET_DEFAULT_SIZES);
	BigLog	   *big = MemoryContextAllocZero(cxt, sizeof(BigLog));

	EOH_init_header(&big->hdr, &biglog_methods, cxt);
	big->magic = BIGLOG_MAGIC;
	big->type = type;
	big->info = *info;
	return big;
}

/* Bring the number of entries in a partition's last chunk up to date. */
void
biglog_sync_partition(BigLog *big, int partition)
{
	LogChunk   *c = big->last[partition];

	if (c != NULL)
		c->n = big->cursor[partition].next - c->word;
}

/* The same for all partitions. */
void
biglog_sync(BigLog *big)
{
	for (int p = 0; p < LOG_PARTITIONS; p++)
		biglog_sync_partition(big, p);
	check_biglog(big);
}

/* Add a chunk to a partition. */
static LogChunk *
chunk_add(BigLog *big, int partition)
{
	Size		size = big->last[partition] ? CHUNK_SIZE : FIRST_CHUNK_SIZE;
	Size		per_row = sizeof(uint64);
	LogChunk   *c;
	char	   *p;

	if (big->info.flags & LOG_AT)
		per_row += sizeof(int64);
	if (big->info.flags & LOG_ANNOTATORS)
		per_row += sizeof(int32);
	if (big->wide)
		per_row += sizeof(uint16);
	c = MemoryContextAlloc(big->hdr.eoh_context, size);
	memset(c, 0, sizeof(LogChunk));
	c->cap = (size - MAXALIGN(sizeof(LogChunk))) / per_row;
	p = (char *) c + MAXALIGN(sizeof(LogChunk));
	c->word = (uint64 *) p;
	p += c->cap * sizeof(uint64);
	if (big->info.flags & LOG_AT)
	{
		c->at = (int64 *) p;
		p += c->cap * sizeof(int64);
	}
	if (big->info.flags & LOG_ANNOTATORS)
	{
		c->annotator = (int32 *) p;
		p += c->cap * sizeof(int32);
	}
	if (big->wide)
		c->high = (uint16 *) p;
	if (big->last[partition])
	{
		biglog_sync_partition(big, partition);
		big->last[partition]->next = c;
	}
	else
		big->first[partition] = c;
	big->last[partition] = c;
	big->cursor[partition].next = c->word;
	big->cursor[partition].end = c->word + c->cap;
	return c;
}

/* Add an entry. */
void
biglog_append(BigLog *big, const LogRow *row)
{
	int			p = KeyPartition(row->key);
	LogCursor  *cursor = &big->cursor[p];
	LogChunk   *c = big->last[p];
	int32		i;

	if (unlikely(cursor->next == cursor->end ||
				 (row->code > 255 && c->high == NULL)))
	{
		if (row->code > 255)
			big->wide = true;
		c = chunk_add(big, p);
	}
	i = cursor->next - c->word;
	*cursor->next++ = KeyWord(row->key, row->code);
	if (c->high)
		c->high[i] = (uint16) (row->code >> 8);
	if (c->annotator)
		c->annotator[i] = row->annotator;
	if (c->at)
		c->at[i] = row->at;
	big->n++;
}

/* Bytes of the flat form. */
static Size
biglog_flat_size(ExpandedObjectHeader *eoh)
{
	BigLog	   *big = (BigLog *) eoh;
	Size		size = FLATLOG_HEADER;
	int			width = big->dict[LOG_LABELS]->n > 256 ? 4 : 1;

	size += big->n * (sizeof(uint64) + width);
	if (big->info.flags & LOG_AT)
		size += big->n * sizeof(int64);
	if (big->info.flags & LOG_ANNOTATORS)
		size += big->n * sizeof(int32);
	size = MAXALIGN(size);
	for (int i = 0; i < LOG_DICTS; i++)
		if (big->dict[i])
			size += dict_size(big->dict[i]->n, big->dict[i]->text_used);
	if (size > MaxAllocSize || big->n > PG_INT32_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a stored log of labels would exceed %zu bytes",
						(Size) MaxAllocSize),
				 errhint("Aggregate fewer rows at a time, item by item with votes_agg, or without parallel workers (max_parallel_workers_per_gather = 0).")));
	return size;
}

/* Write the flat form. */
static void
biglog_flatten(ExpandedObjectHeader *eoh, void *result, Size size)
{
	BigLog	   *big = (BigLog *) eoh;
	FlatLog    *flat = (FlatLog *) result;
	Log			log = {NULL, big, NULL};
	LogRow	   *rows = NULL;
	int64		n,
				cap = 0;
	Size		at;

	/* it may be stored: nothing of what the memory held before */
	memset(flat, 0, size);
	SET_VARSIZE(flat, size);
	flat->header.type = big->type;
	flat->header.format = STATE_FORMAT;
	flat->info = big->info;
	flat->cap = big->n;
	flat->width = big->dict[LOG_LABELS]->n > 256 ? 4 : 1;
	for (int p = 0; p < LOG_PARTITIONS; p++)
	{
		log_read(&log, p, &rows, &n, &cap);
		for (int64 i = 0; i < n; i++)
			log_append_flat(flat, &rows[i]);
	}
	if (rows)
		pfree(rows);
	at = MAXALIGN((Size) (FlatLogCodes(flat) - (uint8 *) flat) +
				  (Size) flat->n * flat->width);
	for (int i = 0; i < LOG_DICTS; i++)
	{
		Dict	   *d = big->dict[i];

		if (d == NULL)
			continue;
		flat->dict[i] = at;
		dict_copy((Dict *) ((char *) flat + at), d->n, d->text_used, d);
		dict_forget((Dict *) ((char *) flat + at));
		at += dict_size(d->n, d->text_used);
	}
	Assert(at == size);
}
