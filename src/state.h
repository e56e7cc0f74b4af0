/*
 * state.h
 *		What all stored types have in common: the first bytes.
 */
#ifndef ANNOQA_STATE_H
#define ANNOQA_STATE_H

#include "compat.h"
#include "fmgr.h"
#include "nodes/nodes.h"

#define STATE_FORMAT 1

typedef enum StateType
{
	STATE_VOTES = 'V',
	STATE_ITEM_LABELS = 'I',
	STATE_AGREEMENT = 'A',
	STATE_CONFUSION = 'C',
	STATE_RATINGS = 'R',
	STATE_ANNOTATOR_MODEL = 'M',
	STATE_PREDICTIONS = 'P',
	STATE_CALIBRATION = 'B'
} StateType;

/* how a stored type begins */
typedef struct StateHeader
{
	int32		vl_len_;		/* varlena header (do not touch directly!) */
	uint8		type;			/* StateType */
	uint8		format;			/* STATE_FORMAT when it was written */
	uint8		layout;			/* of types that have several */
	uint8		reserved;
} StateHeader;

extern StateHeader *state_detoast_slow(Datum value, StateType type);
extern void *state_copy(const void *state);

/* Is this call a transition of an aggregate, whose state may be changed? */
static inline bool
in_aggregate(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL &&
		(IsA(fcinfo->context, AggState) ||
		 IsA(fcinfo->context, WindowAggState));
}

/*
 * A stored value in memory, aligned and with a full header; checked to be of a
 * format that this library knows.
 */
static inline StateHeader *
state_detoast(Datum value, StateType type)
{
	StateHeader *state = (StateHeader *) DatumGetPointer(value);

	if (likely(!VARATT_IS_EXTENDED(state) && state->type == type &&
			   state->format <= STATE_FORMAT))
		return state;
	return state_detoast_slow(value, type);
}

#endif							/* ANNOQA_STATE_H */
