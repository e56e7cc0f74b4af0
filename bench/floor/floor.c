/*
 * floor.c
 *		An aggregate that only touches its arguments.
 *
 * It fetches each argument, reads one byte of what is passed by reference, and
 * counts the row: the least that any aggregate in C over these columns can
 * cost.  The benchmark divides by it, so that its ratios say what the statistic
 * costs and not what the scan costs.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/lsyscache.h"

PG_MODULE_MAGIC;

#define MAX_ARGUMENTS 3

typedef struct FloorState
{
	bool		byval[MAX_ARGUMENTS];
	int64		rows;
	uint64		touched;
} FloorState;

PG_FUNCTION_INFO_V1(floor_transition);
PG_FUNCTION_INFO_V1(floor_final);

/* Make the state of a group. */
static FloorState *
floor_start(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	FloorState *state;
	int			i;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "floor_transition called outside an aggregate");

	state = MemoryContextAllocZero(context, sizeof(FloorState));
	for (i = 1; i < PG_NARGS(); i++)
		state->byval[i - 1] =
			get_typbyval(get_fn_expr_argtype(fcinfo->flinfo, i));
	return state;
}

/* Touch the arguments of a row. */
Datum
floor_transition(PG_FUNCTION_ARGS)
{
	FloorState *state;
	int			i;

	if (PG_ARGISNULL(0))
		state = floor_start(fcinfo);
	else
		state = (FloorState *) PG_GETARG_POINTER(0);

	for (i = 1; i < PG_NARGS(); i++)
	{
		if (PG_ARGISNULL(i))
			continue;
		if (state->byval[i - 1])
			state->touched += (uint64) PG_GETARG_DATUM(i);
		else
			state->touched += *(unsigned char *) PG_GETARG_POINTER(i);
	}
	state->rows++;
	PG_RETURN_POINTER(state);
}

/* Return the number of rows; the bytes touched only keep the loop alive. */
Datum
floor_final(PG_FUNCTION_ARGS)
{
	FloorState *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_INT64(0);
	state = (FloorState *) PG_GETARG_POINTER(0);
	PG_RETURN_INT64(state->rows + (state->touched == PG_UINT64_MAX));
}
