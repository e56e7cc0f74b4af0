/*
 * confusion.h
 *		The type confusion: label against a reference, cell by cell.
 *
 * Both columns share one dictionary.  Cells lie in an open hash table, so that
 * a hundred thousand categories take no more room than the cells used.
 */
#ifndef ANNOQA_CONFUSION_H
#define ANNOQA_CONFUSION_H

#include "cohen.h"
#include "dict.h"
#include "state.h"
#include "view.h"

typedef struct ConfusionCell
{
	int32		label;			/* codes of the dictionary */
	int32		reference;
	int64		count;			/* 0: the slot is free */
} ConfusionCell;

typedef struct Confusion
{
	StateHeader header;
	uint8		scale;			/* of a one-call form; see reading.h */
	uint8		pad[3];
	uint32		n;				/* cells used */
	uint32		n_slots;		/* a power of two */
	uint32		dict;			/* offset of the Dict */
	ConfusionCell cell[FLEXIBLE_ARRAY_MEMBER];	/* n_slots */
} Confusion;

#define ConfusionDict(c) ((Dict *) ((char *) (c) + (c)->dict))

extern Confusion *confusion_allocate(uint32 n_slots, int32 dict_cap,
									 uint32 text_cap);
extern CohenCell *confusion_cells_in_order(const Confusion *c,
										   const LabelView *view);
/* add to a cell; the confusion must have a free slot */
extern void confusion_count(Confusion *c, int32 label, int32 reference,
							int64 count);

#endif							/* ANNOQA_CONFUSION_H */
