/*
 * ratings.h
 *		The type ratings: the whole design, item x annotator -> label, keys kept.
 *
 * While an aggregate fills it, a value is a log (log.h, layout RATINGS_LOG,
 * flat or expanded).  A finished value is a design: repeats resolved, items,
 * annotators and labels in canonical order.
 *
 * Layout of a design: header; items that are integers, as int64; start of each
 * item's labels, as int64; time of each label, as int64, where there is one;
 * annotator, where there is one, and label code of each label, as int32;
 * dictionaries, offsets from the start of the value.  Codes of a design are
 * canonical positions.
 *
 * The type predictions (predictions.h) is the same without annotators, whose
 * times are probabilities.
 */
#ifndef ANNOQA_RATINGS_H
#define ANNOQA_RATINGS_H

#include "design.h"
#include "log.h"
#include "pattern_table.h"

#define RATINGS_LOG		0
#define RATINGS_DESIGN	1

typedef struct Ratings
{
	StateHeader header;			/* layout RATINGS_DESIGN */
	LogInfo		info;			/* item_kind: ITEMS_INTEGER, ITEMS_NAMED, or
								 * ITEMS_NONE when empty */
	int64		n_items;
	int64		n_labels;
	uint32		dict[LOG_DICTS];	/* offsets; LOG_ITEM_NAMES 0 for integers */
	uint32		pad;
} Ratings;

#define RATINGS_HEADER MAXALIGN(sizeof(Ratings))
#define RatingsHasNumbers(r) ((r)->info.item_kind == ITEMS_INTEGER)
#define RatingsHasTimes(r)	(((r)->info.flags & LOG_AT) != 0)
#define RatingsHasAnnotators(r)	(((r)->info.flags & LOG_ANNOTATORS) != 0)
#define RatingsItems(r)		((int64 *) ((char *) (r) + RATINGS_HEADER))
#define RatingsStarts(r) \
	(RatingsItems(r) + (RatingsHasNumbers(r) ? (r)->n_items : 0))
#define RatingsTimes(r)		(RatingsStarts(r) + (r)->n_items + 1)
#define RatingsAnnotators(r) \
	((int32 *) (RatingsTimes(r) + (RatingsHasTimes(r) ? (r)->n_labels : 0)))
#define RatingsCodes(r) \
	(RatingsAnnotators(r) + (RatingsHasAnnotators(r) ? (r)->n_labels : 0))
#define RatingsDict(r, which) ((Dict *) ((char *) (r) + (r)->dict[which]))

/* which arguments of a transition function stand for what; 0: none */
typedef struct RowShape
{
	StateType	type;
	int			annotator;
	int			label;
	int			at;				/* or probability */
} RowShape;

/* Add a row to a log: the transition of ratings and of predictions. */
extern Datum ratings_add_row(FunctionCallInfo fcinfo, const RowShape *shape);

/* The log that a transition adds to: new, or the state's, made to fit. */
extern void ratings_open_log(Log *log, FunctionCallInfo fcinfo, StateType type,
							 const LogInfo *info,
							 Intern *const intern[LOG_DICTS],
							 MemoryContext aggcontext);

/*
 * Allocate a design: dictionaries are those given, copied; the arrays are for
 * the caller to fill (the last start is set).  Errors with 54000 past 1 GB.
 */
extern Ratings *ratings_allocate(const LogInfo *info, int64 n_items,
								 int64 n_labels,
								 const Dict *const dict[LOG_DICTS]);

/* A design without a label, of ratings or, without annotators, predictions. */
extern Ratings *ratings_empty(uint8 flags, uint8 at_kind);

/* A ratings argument as a design, whatever layout it came in. */
extern Ratings *ratings_open(Datum value);

/* The same of ratings or predictions; says whether it was a log. */
extern Ratings *design_open(Datum value, StateType type, bool *was_log);

/* Its arrays as the mathematics reads them; nothing is copied. */
extern void ratings_design(const Ratings *r, Design *design);

/* Its vote patterns; codes are those of its dictionary of labels. */
extern PatternTable *ratings_patterns(const Ratings *r);

/* The text of an item. */
extern const char *ratings_item_text(const Ratings *r, int64 item,
									 char *buffer);

#endif							/* ANNOQA_RATINGS_H */
