/*
 * log.h
 *		The log of labels: one entry a row, (item, label), or (item, annotator,
 *		label), or these with a time.
 *
 * Small logs are flat, without pointers, and grow in place.  A log that
 * outgrows the cache is promoted once to an expanded object, whose entries lie
 * in 256 partitions by the item's key, so that each can be tabulated in cache.
 * Never an expanded object or a memory context for a small group: that is
 * quadratic in the number of groups.
 */
#ifndef ANNOQA_LOG_H
#define ANNOQA_LOG_H

#include "dict.h"
#include "intern.h"
#include "state.h"
#include "utils/expandeddatum.h"

/* how items are known */
typedef enum ItemKind
{
	ITEMS_NONE = 0,				/* no item seen yet */
	ITEMS_INTEGER,				/* the key is the number, mixed */
	ITEMS_HASHED,				/* the key is a 64-bit hash of the value */
	ITEMS_NAMED					/* the key is a code of a dictionary, mixed */
} ItemKind;

/* what the type of "at" was */
typedef enum AtKind
{
	AT_NONE = 0,
	AT_INTEGER,
	AT_FLOAT,
	AT_DATE,
	AT_TIMESTAMP,
	AT_TIMESTAMPTZ
} AtKind;

#define LOG_ANNOTATORS	0x01	/* entries name the annotator */
#define LOG_AT			0x02	/* and have a time */
#define LOG_LAST		0x04	/* of differing repeats the last wins */

typedef enum LogDict
{
	LOG_LABELS,
	LOG_ANNOTATOR_NAMES,
	LOG_ITEM_NAMES
} LogDict;

#define LOG_DICTS 3

/* what flat and big logs both know */
typedef struct LogInfo
{
	uint8		flags;
	uint8		item_kind;
	uint8		at_kind;
	uint8		scale;			/* of a one-call form; see reading.h */
	uint32		item_tag;		/* which type the hashes are of */
} LogInfo;

/* one entry, as callers give and get it */
typedef struct LogRow
{
	uint64		key;			/* mixed */
	int32		code;
	int32		annotator;
	int64		at;
} LogRow;

typedef struct FlatLog
{
	StateHeader header;
	LogInfo		info;
	int32		n;
	int32		cap;
	uint32		dict[LOG_DICTS];	/* offsets; 0: none */
	uint8		width;			/* of a label code: 1 or 4 */
	uint8		pad[3];
} FlatLog;

typedef struct LogChunk
{
	struct LogChunk *next;
	int32		n;				/* of the last chunk: set by biglog_sync */
	int32		cap;
	uint64	   *word;			/* low 56 bits of the key, low 8 of the code */
	int32	   *annotator;
	uint16	   *high;			/* further bits of the code, when wide */
	int64	   *at;
} LogChunk;

/* where the next entry of a partition goes: between its last chunk's ends */
typedef struct LogCursor
{
	uint64	   *next;
	uint64	   *end;
} LogCursor;

#define LOG_PARTITIONS 256
#define BIGLOG_MAGIC 0x616E6C67

typedef struct BigLog
{
	ExpandedObjectHeader hdr;
	int			magic;
	StateType	type;
	LogInfo		info;
	int64		n;
	bool		wide;			/* new chunks have high bits */
	Dict	   *dict[LOG_DICTS];
	LogCursor	cursor[LOG_PARTITIONS];
	LogChunk   *first[LOG_PARTITIONS];
	LogChunk   *last[LOG_PARTITIONS];
	void	   *cache;			/* what finals have worked out, or NULL ... */
	int64		cache_n;		/* ... for so many entries */
	MemoryContext cache_context;
} BigLog;

/* either of the two */
typedef struct Log
{
	FlatLog    *flat;
	BigLog	   *big;
	MemoryContext aggcontext;	/* NULL outside aggregates: never promoted */
} Log;

static inline LogInfo *
log_info(Log *log)
{
	return log->big ? &log->big->info : &log->flat->info;
}

static inline int64
log_count(const Log *log)
{
	return log->big ? log->big->n : log->flat->n;
}

static inline Dict *
log_dict(const Log *log, LogDict which)
{
	if (log->big)
		return log->big->dict[which];
	return log->flat->dict[which] == 0 ? NULL :
		(Dict *) ((char *) log->flat + log->flat->dict[which]);
}

/* a bijection of 64-bit numbers (the finalizer of MurmurHash3) */
static inline uint64
key_mix(uint64 k)
{
	k ^= k >> 33;
	k *= UINT64CONST(0xff51afd7ed558ccd);
	k ^= k >> 33;
	k *= UINT64CONST(0xc4ceb9fe1a85ec53);
	k ^= k >> 33;
	return k;
}

/* and its inverse */
static inline uint64
key_unmix(uint64 k)
{
	k ^= k >> 33;
	k *= UINT64CONST(0x9cb4b2f8129337db);
	k ^= k >> 33;
	k *= UINT64CONST(0x4f74430c22a54005);
	k ^= k >> 33;
	return k;
}

/* regions of a flat log */
#define FLATLOG_HEADER MAXALIGN(sizeof(FlatLog))
#define FlatLogKeys(l)	((uint64 *) ((char *) (l) + FLATLOG_HEADER))
#define FlatLogAts(l)	((int64 *) (FlatLogKeys(l) + (l)->cap))
#define FlatLogAnnotators(l) \
	((int32 *) (FlatLogAts(l) + (((l)->info.flags & LOG_AT) ? (l)->cap : 0)))
#define FlatLogCodes(l) \
	((uint8 *) (FlatLogAnnotators(l) + \
				(((l)->info.flags & LOG_ANNOTATORS) ? (l)->cap : 0)))

extern void log_create(Log *log, StateType type, const LogInfo *info,
					   Intern *const intern[LOG_DICTS]);
extern void log_create_from(Log *log, StateType type, const LogInfo *info,
							const Dict *const dict[LOG_DICTS], int64 rows);
extern void log_open(Log *log, Datum value, StateType type);
extern Datum log_datum(const Log *log);
extern void log_copy(Log *log);
extern void log_trim(Log *log);
extern void log_need(Log *log, LogDict which, int rows, int n_more,
					 Size text_more);
extern int32 log_code(Log *log, LogDict which, Intern *in,
					  const Spelling *sp);
extern void log_append_slow(Log *log, const LogRow *row);
extern void log_append_flat(FlatLog *flat, const LogRow *row);
extern void log_read(const Log *log, int partition, LogRow **rows, int64 *n,
					 int64 *cap);
extern int	log_partitions(const Log *log);
extern BigLog *biglog_create(MemoryContext parent, StateType type,
							 const LogInfo *info);
extern void biglog_append(BigLog *big, const LogRow *row);
extern void biglog_sync_partition(BigLog *big, int partition);
extern void biglog_sync(BigLog *big);
extern bool is_biglog(Datum value);
extern void check_biglog(const BigLog *big);

/* The first byte of a key, and the other seven beside the code's low byte. */
#define KeyPartition(key)	((int) ((key) >> 56))
#define KeyWord(key, code)	(((key) << 8) | (uint64) ((code) & 0xFF))

/* Add an entry. */
static inline void
log_append(Log *log, const LogRow *row)
{
	if (log->big != NULL)
		biglog_append(log->big, row);
	else if (log->flat->n < log->flat->cap &&
			 (log->flat->width == 4 || row->code < 256))
		log_append_flat(log->flat, row);
	else
		log_append_slow(log, row);
}

#endif							/* ANNOQA_LOG_H */
